"""Industry: orders wait out their lead time, plants make them within capacity, and capacity grows.

    backlog[p,i,o,t] = backlog[p,i,o,t-1] + due[p,i,o,t] + Σ_f ordered[f,p,i,t - lead_time] - made[p,i,o,t]
                       - redirected + repaid (an owner's), + redirected - repaid (the common one)            items
    Σ capacity_use·made[p,i,o,t] <= capacity[p,t] + Σ_e standing[e,t]                            capacity units

Public capacity is bought; private capacity is pledged against guarantees (`guarantees.py`).
Source: the planning model.
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
    """Lines, plants and what adds to their capacity."""
    offers, builds, made = m.implied.offers, m.implied.builds, m.implied.made
    goods = [line for line in made if data.items[line[1]].is_goods]
    m.MAKES = Set(initialize=list(made), dimen=3, doc="(p, i, o) that can be made within the horizon, components too")
    m.LINES = Set(initialize=goods, dimen=3, doc="(p, i, o) of goods: lines with a backlog")
    m.first_made = made
    owner = {f: fund.owner for f, fund in data.funds.items()}
    grouped(
        m,
        "FUNDS_BEHIND",
        m.LINES,
        (((p, i, owner[f]), f) for f, p, i in offers),
        1,
        "Funds that order for an owner at a line",
    )
    plants = sorted({p for p, _, _ in made})
    m.PLANTS = Set(initialize=plants, doc="Plants that make something")
    grouped(m, "MADE_AT", m.PLANTS, ((p, (i, o)) for p, i, o in made), 2, "What a plant makes, and for whom")
    _expansions(m, data, builds)


def _expansions(m: Any, data: PlanData, builds: Any) -> None:
    """Expansions that can be had: that a fund may pay for, or that orders can back."""
    private_price = m.implied.price_of_backing
    public = sorted({e for _, e in builds})
    private = sorted(private_price)
    m.PUBLIC = Set(initialize=public, doc="Expansions that funds may pay for")
    m.PRIVATE = Set(initialize=private, doc="Private expansions that orders can back")
    m.EXPANSIONS = Set(initialize=sorted(public + private), doc="Expansions that can be had")
    m.price_of_backing = private_price
    grouped(m, "FUNDS_BUILDING", m.PUBLIC, ((e, f) for f, e in builds), 1, "Funds that may pay for an expansion")
    grouped(
        m,
        "EXPANSIONS_AT",
        m.PLANTS,
        ((data.expansions[e].plant, e) for e in public + private),
        1,
        "Expansions of a plant",
    )


def given(m: Any, data: PlanData) -> None:
    """Order books, capacity and what adds to it."""
    u = unit_objects()
    m.order_book = Param(
        m.LINES,
        initialize={line: data.orderbook.get(line, 0.0) for line in m.LINES},
        units=u.item,
        doc="On order at the start, makeable at once",
    )
    m.due = Param(
        m.LINES,
        m.PERIODS,
        initialize={
            (*line, t): quantity
            for line, series in data.due.items()
            for t, quantity in enumerate(series, start=1)
            if quantity
        },
        default=0.0,
        units=u.item,
        doc="On order before the start, makeable from a period on",
    )
    m.closing = Param(
        m.LINES,
        initialize={line: data.closing.get(line, data.on_order(line)) for line in m.LINES},
        units=u.item,
        doc="Most that may be unmade at the end",
    )
    _given_capacity(m, data)


def _given_capacity(m: Any, data: PlanData) -> None:
    """Capacity, what an item takes of it, and what expansions may add."""
    u = unit_objects()
    expansions = data.expansions
    products = sorted({(p, i) for p, i, _ in m.MAKES} | {(p, i) for _, p, i in m.OFFERS} | set(m.BACKING))
    m.PRODUCTS_COUNTED = Set(initialize=products, dimen=2, doc="(p, i) that take capacity")
    m.capacity_use = Param(
        m.PRODUCTS_COUNTED,
        initialize={key: data.products[key].capacity_use for key in products},
        units=u.capacity / u.item,
        doc="Capacity that one item takes",
    )
    m.capacity = Param(
        m.PLANTS,
        m.PERIODS,
        initialize={(p, t): data.capacity[p][t - 1] for p in m.PLANTS for t in m.PERIODS},
        units=u.capacity,
        doc="Capacity of a plant as it stands",
    )
    m.build_time = Param(
        m.EXPANSIONS,
        initialize={e: expansions[e].build_time for e in m.EXPANSIONS},
        doc="Periods until capacity stands",
    )
    m.growth_limit = Param(
        m.EXPANSIONS,
        initialize={e: expansions[e].limit for e in m.EXPANSIONS},
        units=u.capacity,
        doc="Most that an expansion adds over the horizon",
    )
    m.step_limit = Param(
        m.EXPANSIONS,
        m.PERIODS,
        initialize={(e, t): expansions[e].step_limit[t - 1] for e in m.EXPANSIONS for t in m.PERIODS},
        units=u.capacity,
        doc="Most that an expansion adds in a period",
    )


def choose(m: Any) -> None:
    """What is made, what waits, and what capacity is pledged, backed and standing."""
    u = unit_objects()
    m.made = Var(m.MAKES, m.PERIODS, within=NonNegativeReals, dense=False, units=u.item, doc="Completed by a plant")
    exists(m.made, first=m.first_made)
    m.backlog = Var(m.LINES, m.STATES, within=NonNegativeReals, dense=False, units=u.item, doc="Due and not yet made")
    exists(
        m.backlog,
        first={line: m.first_made[line] for line in m.LINES},
        opening={line: m.order_book[line].value for line in m.LINES},
    )
    m.pledged = Var(
        m.PRIVATE,
        m.HISTORY,
        within=NonNegativeReals,
        dense=False,
        units=u.capacity,
        doc="Built by industry against a guarantee",
    )
    exists(m.pledged)
    m.standing = Var(
        m.EXPANSIONS, m.STATES, within=NonNegativeReals, dense=False, units=u.capacity, doc="Added capacity in place"
    )
    exists(m.standing, first={e: m.first + m.build_time[e] for e in m.EXPANSIONS})


def subject_to(m: Any) -> None:
    """Backlogs are conserved; plants keep within capacity; growth keeps within its limits and guarantees."""
    _production(m)
    _growth(m)


def _production(m: Any) -> None:
    @limit(m, "backlog", m.LINES, m.PERIODS, doc="What is due is made or waits")
    def backlog_carried(m: Any, p: Any, i: Any, o: Any, t: Any) -> Any:
        """backlog[p,i,o,t] == backlog[p,i,o,t-1] + due[p,i,o,t]
        + Σ_{f in FUNDS_BEHIND[p,i,o]} ordered[f,p,i,t-lead_time[p,i]]
        - made[p,i,o,t] - Σ_{q,j,w in LENDING[p,i,o]} (redirected[q,j,w,t] - repaid[q,j,w,t])
        + Σ_{q,j,w in LENT_TO[p,i,o]} (redirected[q,j,w,t] - repaid[q,j,w,t])   [items].

        An owner's line lends what its owner redirects, until it is repaid; the common line borrows it of all owners.
        """
        return m.backlog[p, i, o, t] == (
            m.backlog[p, i, o, t - 1]
            + m.due[p, i, o, t]
            + sum(m.ordered[f, p, i, t - m.lead_time[p, i]] for f in m.FUNDS_BEHIND[p, i, o])
            - m.made[p, i, o, t]
            - sum(m.redirected[q, j, w, t] for q, j, w in m.LENDING[p, i, o])
            + sum(m.repaid[q, j, w, t] for q, j, w in m.LENDING[p, i, o])
            + sum(m.redirected[q, j, w, t] for q, j, w in m.LENT_TO[p, i, o])
            - sum(m.repaid[q, j, w, t] for q, j, w in m.LENT_TO[p, i, o])
        )

    @limit(m, "closing_backlog", m.LINES, doc="Nobody fills an order book with what will not be made")
    def backlog_not_grown(m: Any, p: Any, i: Any, o: Any) -> Any:
        """backlog[p,i,o,last] - unmade[p,i,o,last] <= closing[p,i,o]   [items]."""
        return (
            sum(m.backlog[p, i, o, t] for t in m.LAST)
            - sum(m.unmade[q, j, w, t] for q, j, w in m.UNMADE_AT[p, i, o] for t in m.LAST)
            <= m.closing[p, i, o]
        )

    @limit(m, "capacity", m.PLANTS, m.PERIODS, doc="A plant makes what its capacity lets it")
    def plant_capacity(m: Any, p: Any, t: Any) -> Any:
        """Σ_i,o capacity_use[p,i]·made[p,i,o,t] - Σ_{e in EXPANSIONS_AT[p]} standing[e,t]
        <= capacity[p,t]   [capacity units].
        """
        return (
            sum(m.capacity_use[p, i] * m.made[p, i, o, t] for i, o in m.MADE_AT[p])
            - sum(m.standing[e, t] for e in m.EXPANSIONS_AT[p])
        ) <= m.capacity[p, t]


def _growth(m: Any) -> None:
    @limit(m, "standing", m.PUBLIC, m.PERIODS, doc="Bought capacity stands after its build time")
    def public_growth(m: Any, e: Any, t: Any) -> Any:
        """standing[e,t] == standing[e,t-1] + Σ_f built[f,e,t-build_time[e]]   [capacity units]."""
        return m.standing[e, t] == m.standing[e, t - 1] + sum(
            m.built[f, e, t - m.build_time[e]] for f in m.FUNDS_BUILDING[e]
        )

    @limit(m, "standing", m.PRIVATE, m.PERIODS, doc="Pledged capacity stands after its build time")
    def private_growth(m: Any, e: Any, t: Any) -> Any:
        """standing[e,t] == standing[e,t-1] + pledged[e,t-build_time[e]]   [capacity units]."""
        return m.standing[e, t] == m.standing[e, t - 1] + m.pledged[e, t - m.build_time[e]]

    @limit(m, "step_limit", m.PUBLIC, m.PERIODS, doc="Public capacity grows by steps")
    def public_step(m: Any, e: Any, t: Any) -> Any:
        """Σ_f built[f,e,t] <= step_limit[e,t]   [capacity units]."""
        return sum(m.built[f, e, t] for f in m.FUNDS_BUILDING[e]) <= m.step_limit[e, t]

    @limit(m, "step_limit", m.PRIVATE, m.PERIODS, doc="Private capacity grows by steps")
    def private_step(m: Any, e: Any, t: Any) -> Any:
        """pledged[e,t] <= step_limit[e,t]   [capacity units]."""
        return m.pledged[e, t] <= m.step_limit[e, t]

    @limit(m, "expansion_limit", m.PUBLIC, doc="A public expansion has an end")
    def public_total(m: Any, e: Any) -> Any:
        """Σ_{f in FUNDS_BUILDING[e], t in PERIODS} built[f,e,t] <= growth_limit[e]   [capacity units]."""
        return sum(m.built[f, e, t] for f in m.FUNDS_BUILDING[e] for t in m.PERIODS) <= m.growth_limit[e]

    @limit(m, "expansion_limit", m.PRIVATE, doc="A private expansion has an end")
    def private_total(m: Any, e: Any) -> Any:
        """Σ_{t in PERIODS} pledged[e,t] <= growth_limit[e]   [capacity units]."""
        return sum(m.pledged[e, t] for t in m.PERIODS) <= m.growth_limit[e]
