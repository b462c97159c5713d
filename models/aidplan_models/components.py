"""Components: one pool for all plants, filled by makers and from outside, drawn on by what is made.

    pool[k,t] = pool[k,t-1] + Σ_p made[p,k,common,t] + supply[k,t] - Σ quantity[p,i,k]·made[p,i,o,t]     items

A component's price is inside the price of what it goes into, so no fund pays for it here.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from pyomo.environ import NonNegativeReals, Param, Set, Var

from aidplan_models.data import COMMON, PlanData
from aidplan_models.existence import exists
from aidplan_models.limits import limit
from aidplan_models.sets import grouped
from aidplan_models.units import unit_objects


def sets(m: Any, data: PlanData) -> None:
    """Components, their bills, who makes them and who takes them."""
    made = m.implied.made
    m.COMPONENTS = Set(initialize=sorted(data.supply), doc="Components, one pool each")
    m.BILLS = Set(initialize=sorted(k for k, q in data.bills.items() if q > 0), dimen=3, doc="(p, i, k) with a bill")
    grouped(
        m,
        "MAKERS_OF",
        m.COMPONENTS,
        ((i, p) for p, i, o in made if not data.items[i].is_goods),
        1,
        "Plants that make a component",
    )
    takers: dict[tuple[str, str], list[str]] = defaultdict(list)
    for p, i, o in made:
        takers[p, i].append(o)
    grouped(
        m,
        "TAKERS_OF",
        m.COMPONENTS,
        ((k, (p, i, o)) for p, i, k in m.BILLS for o in takers.get((p, i), ())),
        3,
        "What is made with a component",
    )


def given(m: Any, data: PlanData) -> None:
    """Bills, and what comes from outside."""
    u = unit_objects()
    m.quantity = Param(
        m.BILLS,
        initialize={key: data.bills[key] for key in m.BILLS},
        units=u.none,
        doc="Components in one item made at a plant",
    )
    m.supply = Param(
        m.COMPONENTS,
        m.PERIODS,
        initialize={(k, t): data.supply[k].arriving[t - 1] for k in m.COMPONENTS for t in m.PERIODS},
        units=u.item,
        doc="Components that come from outside the plan",
    )
    m.pool_opening = {k: data.supply[k].initial for k in m.COMPONENTS}


def choose(m: Any) -> None:
    """What is on hand."""
    m.pool = Var(
        m.COMPONENTS,
        m.STATES,
        within=NonNegativeReals,
        dense=False,
        units=unit_objects().item,
        doc="Components on hand",
    )
    exists(m.pool, opening=m.pool_opening)


def subject_to(m: Any) -> None:
    """Components are conserved."""

    @limit(m, "components", m.COMPONENTS, m.PERIODS, doc="Components are made, bought, kept or used")
    def components_conserved(m: Any, k: Any, t: Any) -> Any:
        """pool[k,t] == pool[k,t-1] + Σ_p made[p,k,common,t] + supply[k,t]
        - Σ_p,i,o quantity[p,i,k]·made[p,i,o,t]   [items].
        """
        return m.pool[k, t] == (
            m.pool[k, t - 1]
            + sum(m.made[p, k, COMMON, t] for p in m.MAKERS_OF[k])
            + m.supply[k, t]
            - sum(m.quantity[p, i, k] * m.made[p, i, o, t] for p, i, o in m.TAKERS_OF[k])
        )
