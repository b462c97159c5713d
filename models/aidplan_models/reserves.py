"""Reserves: a donor's own holding is drawn down, never below its floor.

reserve[x,i,t] = reserve[x,i,t-1] - Σ_f released[f,x,i,t]     items, end of t
"""

from __future__ import annotations

from typing import Any

from pyomo.environ import NonNegativeReals, Param, Set, Var

from aidplan_models.data import PlanData
from aidplan_models.existence import exists
from aidplan_models.limits import limit
from aidplan_models.sets import grouped
from aidplan_models.units import unit_objects


def sets(m: Any, data: PlanData) -> None:
    """Reserves, and who may draw on them."""
    releases = m.implied.releases
    m.RESERVES = Set(initialize=sorted(data.reserves), dimen=2, doc="(x, i) donors' reserves")
    grouped(m, "DRAWERS_OF", m.RESERVES, (((x, i), f) for f, x, i in releases), 1, "Funds that may draw on a reserve")

    m.DRAWN_ON = Set(
        initialize=sorted({(x, i) for _, x, i in releases}), dimen=2, doc="(x, i) reserves that some fund may draw on"
    )


def given(m: Any, data: PlanData) -> None:
    """Floors and the pace of release."""
    u = unit_objects()
    m.reserve_floor = Param(
        m.RESERVES,
        initialize={key: data.reserves[key].floor for key in m.RESERVES},
        units=u.item,
        doc="Least that a donor keeps",
    )
    m.release_limit = Param(
        m.RESERVES,
        m.PERIODS,
        initialize={(x, i, t): data.reserves[x, i].release_limit[t - 1] for x, i in m.RESERVES for t in m.PERIODS},
        units=u.item,
        doc="Most that is drawn in a period",
    )
    m.reserve_opening = {key: data.reserves[key].initial for key in m.RESERVES}


def choose(m: Any) -> None:
    """What is left."""
    m.reserve = Var(
        m.RESERVES,
        m.STATES,
        within=NonNegativeReals,
        dense=False,
        units=unit_objects().item,
        doc="Donor's reserve left",
    )
    exists(m.reserve, opening=m.reserve_opening)


def subject_to(m: Any) -> None:
    """Reserves are conserved and kept."""

    @limit(m, "reserve", m.RESERVES, m.PERIODS, doc="A reserve falls by what is drawn")
    def reserve_conserved(m: Any, x: Any, i: Any, t: Any) -> Any:
        """reserve[x,i,t] == reserve[x,i,t-1] - Σ_f released[f,x,i,t]   [items]."""
        return m.reserve[x, i, t] == m.reserve[x, i, t - 1] - sum(m.released[f, x, i, t] for f in m.DRAWERS_OF[x, i])

    @limit(m, "reserve_floor", m.RESERVES, m.PERIODS, doc="A donor keeps its floor")
    def reserve_kept(m: Any, x: Any, i: Any, t: Any) -> Any:
        """reserve[x,i,t] >= reserve_floor[x,i]   [items]."""
        return m.reserve[x, i, t] >= m.reserve_floor[x, i]

    @limit(m, "release_limit", m.DRAWN_ON, m.PERIODS, doc="A reserve is drawn at its pace")
    def release_paced(m: Any, x: Any, i: Any, t: Any) -> Any:
        """Σ_f released[f,x,i,t] <= release_limit[x,i,t]   [items]."""
        return sum(m.released[f, x, i, t] for f in m.DRAWERS_OF[x, i]) <= m.release_limit[x, i, t]
