"""Industry: orders wait out their lead time, plants make them within capacity, and capacity grows.

    backlog[p,i,o,t] = backlog[p,i,o,t-1] + Σ_f ordered[f,p,i,t - lead_time] - made[p,i,o,t]     items
    Σ capacity_use·made[p,i,o,t] <= capacity[p,t] + Σ_e standing[e,t]                            capacity units

Public capacity is bought; private capacity is pledged against long-term orders of lend-lease funds,
which pass down the bills of components. What is guaranteed past the horizon is a liability.
Source: the planning model; guarantees as proposed for a lend-lease military store (June 2024).
"""

from __future__ import annotations

from typing import Any

from pyomo.environ import NonNegativeReals, Param, Set, Var

from aidplan_models.data import PlanData
from aidplan_models.derived import periods_past_horizon
from aidplan_models.existence import exists
from aidplan_models.limits import limit
from aidplan_models.units import unit_objects


def given(m: Any, data: PlanData) -> None:
    """Order books, capacity and what adds to it, and the price of a guarantee past the horizon."""
    u = unit_objects()
    expansions, horizon = data.expansions, data.horizon
    m.order_book = Param(
        m.LINES,
        initialize={line: data.orderbook.get(line, 0.0) for line in m.LINES},
        units=u.item,
        doc="On order and unmade at the start",
    )
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
    m.guarantee_share = Param(
        m.PRIVATE,
        initialize={e: expansions[e].guarantee_share for e in m.PRIVATE},
        doc="Share of pledged capacity that orders must back",
    )
    outyear = {
        (e, t): expansions[e].guarantee_share
        * periods_past_horizon(expansions[e].build_time, expansions[e].guarantee_periods, t, horizon)
        * m.price_of_backing[e]
        / data.money_unit
        for e in m.PRIVATE
        for t in m.PERIODS
    }
    m.outyear_price = Param(
        m.PRIVATE,
        m.PERIODS,
        initialize=outyear,
        units=u.money / u.capacity,
        doc="Guaranteed past the horizon, a unit pledged",
    )
    m.outyear_limit = Param(
        m.BOUNDED_OUTYEAR,
        initialize=dict.fromkeys(m.BOUNDED_OUTYEAR, data.outyear_limit),
        units=u.money,
        doc="Most that may be guaranteed past the horizon",
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
    exists(m.standing, first={e: 1 + m.build_time[e] for e in m.EXPANSIONS})
    m.backed = Var(
        m.BACKING,
        m.PERIODS,
        within=NonNegativeReals,
        dense=False,
        units=u.item,
        doc="Needed of a plant by the period's orders",
    )
    exists(m.backed)


def subject_to(m: Any) -> None:
    """Backlogs are conserved; plants keep within capacity; growth keeps within its limits and guarantees."""
    _production(m)
    _growth(m)
    _guarantees(m)


def _production(m: Any) -> None:
    @limit(m, "backlog", "==", "plant item owner period", m.LINES, m.PERIODS, doc="What is due is made or waits")
    def backlog_carried(m: Any, p: Any, i: Any, o: Any, t: Any) -> Any:
        """backlog[p,i,o,t] == backlog[p,i,o,t-1] + Σ_f ordered[f,p,i,t-lead_time] - made[p,i,o,t]   [items]."""
        return m.backlog[p, i, o, t] == (
            m.backlog[p, i, o, t - 1]
            + sum(m.ordered[f, p, i, t - m.lead_time[p, i]] for f in m.FUNDS_BEHIND[p, i, o])
            - m.made[p, i, o, t]
        )

    @limit(
        m,
        "closing_backlog",
        "<=",
        "plant item owner",
        m.LINES,
        doc="Nobody fills an order book with what will not be made",
    )
    def backlog_not_grown(m: Any, p: Any, i: Any, o: Any) -> Any:
        """backlog[p,i,o,T] <= order_book[p,i,o]   [items]."""
        return sum(m.backlog[p, i, o, t] for t in m.LAST) <= m.order_book[p, i, o]

    @limit(m, "capacity", "<=", "plant period", m.PLANTS, m.PERIODS, doc="A plant makes what its capacity lets it")
    def plant_capacity(m: Any, p: Any, t: Any) -> Any:
        """Σ capacity_use·made[p,i,o,t] <= capacity[p,t] + Σ_e standing[e,t]   [capacity units]."""
        return (
            sum(m.capacity_use[p, i] * m.made[p, i, o, t] for i, o in m.MADE_AT[p])
            - sum(m.standing[e, t] for e in m.EXPANSIONS_AT[p])
        ) <= m.capacity[p, t]


def _growth(m: Any) -> None:
    @limit(
        m, "standing", "==", "expansion period", m.PUBLIC, m.PERIODS, doc="Bought capacity stands after its build time"
    )
    def public_growth(m: Any, e: Any, t: Any) -> Any:
        """standing[e,t] == standing[e,t-1] + Σ_f built[f,e,t-build_time]   [capacity units]."""
        return m.standing[e, t] == m.standing[e, t - 1] + sum(
            m.built[f, e, t - m.build_time[e]] for f in m.FUNDS_BUILDING[e]
        )

    @limit(
        m,
        "standing",
        "==",
        "expansion period",
        m.PRIVATE,
        m.PERIODS,
        doc="Pledged capacity stands after its build time",
    )
    def private_growth(m: Any, e: Any, t: Any) -> Any:
        """standing[e,t] == standing[e,t-1] + pledged[e,t-build_time]   [capacity units]."""
        return m.standing[e, t] == m.standing[e, t - 1] + m.pledged[e, t - m.build_time[e]]

    @limit(m, "step_limit", "<=", "expansion period", m.PUBLIC, m.PERIODS, doc="Public capacity grows by steps")
    def public_step(m: Any, e: Any, t: Any) -> Any:
        """Σ_f built[f,e,t] <= step_limit[e,t]   [capacity units]."""
        return sum(m.built[f, e, t] for f in m.FUNDS_BUILDING[e]) <= m.step_limit[e, t]

    @limit(m, "step_limit", "<=", "expansion period", m.PRIVATE, m.PERIODS, doc="Private capacity grows by steps")
    def private_step(m: Any, e: Any, t: Any) -> Any:
        """pledged[e,t] <= step_limit[e,t]   [capacity units]."""
        return m.pledged[e, t] <= m.step_limit[e, t]

    @limit(m, "expansion_limit", "<=", "expansion", m.PUBLIC, doc="A public expansion has an end")
    def public_total(m: Any, e: Any) -> Any:
        """Σ_f,t built[f,e,t] <= limit[e]   [capacity units]."""
        return sum(m.built[f, e, t] for f in m.FUNDS_BUILDING[e] for t in m.PERIODS) <= m.growth_limit[e]

    @limit(m, "expansion_limit", "<=", "expansion", m.PRIVATE, doc="A private expansion has an end")
    def private_total(m: Any, e: Any) -> Any:
        """Σ_t pledged[e,t] <= limit[e]   [capacity units]."""
        return sum(m.pledged[e, t] for t in m.PERIODS) <= m.growth_limit[e]


def _guarantees(m: Any) -> None:
    @limit(m, "guarantee", ">=", "plant period", m.GUARANTEED, m.PERIODS, doc="Long-term orders back private capacity")
    def orders_back_pledges(m: Any, p: Any, t: Any) -> Any:
        """Σ capacity_use·ordered + Σ capacity_use·backed >= Σ_e guarantee_share·Σ_τ pledged[e,τ]   [capacity units].

        The orders are those of lend-lease funds; τ runs over the pledges whose guarantee covers t.
        """
        return (
            sum(m.capacity_use[p, i] * m.ordered[f, p, i, t] for f, i in m.LONG_ORDERS_AT[p])
            + sum(m.capacity_use[p, k] * m.backed[p, k, t] for k in m.BACKED_AT[p])
        ) >= sum(m.guarantee_share[e] * m.pledged[e, t - lag] for e, lag in m.RUNNING_AT[p])

    @limit(
        m,
        "backing",
        "<=",
        "component period",
        m.BACKED,
        m.PERIODS,
        doc="Orders back the components that they will need",
    )
    def orders_pass_down(m: Any, k: Any, t: Any) -> Any:
        """Σ_p backed[p,k,t] <= Σ quantity·ordered[f,q,i,t] + Σ quantity·backed[q,j,t]   [items]."""
        return sum(m.backed[p, k, t] for p in m.BACKERS_OF[k]) <= (
            sum(m.quantity[p, i, k] * m.ordered[f, p, i, t] for f, p, i in m.ORDERS_TAKING[k])
            + sum(m.quantity[p, j, k] * m.backed[p, j, t] for p, j in m.BACKED_TAKING[k])
        )

    @limit(m, "outyear", "<=", "", m.BOUNDED_OUTYEAR, doc="What is guaranteed past the horizon is bounded")
    def outyear_bounded(m: Any, one: Any) -> Any:
        """Liability <= outyear_limit   [money]."""
        return guaranteed_past_horizon(m) <= m.outyear_limit[one]


def guaranteed_past_horizon(m: Any) -> Any:
    """Guaranteed past the horizon [money]: Σ outyear_price[e,t]·pledged[e,t]."""
    return sum(m.outyear_price[e, t] * m.pledged[e, t] for e in m.PRIVATE for t in m.PERIODS)
