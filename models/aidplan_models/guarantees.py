"""Guarantees: private capacity stands on long-term orders, and what was promised before the start stands.

    Σ capacity_use·ordered + Σ capacity_use·backed + uncovered[p,t]
        >= standing_guarantee[p,t] + Σ_e guarantee_share[e]·Σ_τ pledged[e,τ]                     capacity units

Only lend-lease funds can stand behind a guarantee; their orders pass down the bills of components. What is guaranteed
past the horizon is a liability. A guarantee of the past that no order backs is uncovered, and counts in the goal
``promises``. Source: the planning model; guarantees as proposed for a lend-lease military store (June 2024).
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from pyomo.environ import NonNegativeReals, Param, Set, Var

from aidplan_models import derived
from aidplan_models.data import PlanData
from aidplan_models.derived import periods_past_horizon, price_of_promises
from aidplan_models.existence import exists
from aidplan_models.limits import limit
from aidplan_models.sets import grouped
from aidplan_models.units import unit_objects


def sets(m: Any, data: PlanData) -> None:
    """Guarantees that stand or may be given, and the orders that can back them."""
    private = sorted(m.implied.price_of_backing)
    promised = {p for p, series in data.guarantees.items() if any(series[: data.horizon])}
    guaranteed = sorted({data.expansions[e].plant for e in private} | promised)
    m.GUARANTEED = Set(initialize=guaranteed, doc="Plants with private expansions or a standing guarantee")
    m.STANDING = Set(initialize=sorted(promised), dimen=1, doc="Plants with a standing guarantee")
    grouped(m, "STANDING_AT", m.GUARANTEED, ((p, p) for p in promised), 1, "The plant itself, where guarantees stand")
    running = [
        (data.expansions[e].plant, (e, lag))
        for e in private
        for lag in range(
            data.expansions[e].build_time, data.expansions[e].build_time + data.expansions[e].guarantee_periods
        )
        if lag < data.horizon
    ]
    grouped(m, "RUNNING_AT", m.GUARANTEED, running, 2, "(e, lag): a pledge of so many periods ago is still guaranteed")
    lend_lease = _lend_lease(m, data)
    grouped(
        m, "LONG_ORDERS_AT", m.GUARANTEED, ((p, (f, i)) for f, p, i in lend_lease), 2, "Lend-lease offers at a plant"
    )
    bounded = ["horizon"] if private and data.outyear_limit < float("inf") else []
    m.BOUNDED_OUTYEAR = Set(initialize=bounded, dimen=1, doc="One element where the liability is bounded")
    backing = derived.backing_lines(data, guaranteed)
    m.BACKING = Set(initialize=backing, dimen=2, doc="(p, k) whose backing can help a guarantee")
    grouped(m, "BACKED_AT", m.GUARANTEED, backing, 1, "Components that orders may back at a plant")
    backed = sorted({k for _, k in backing})
    m.BACKED = Set(initialize=backed, doc="Components whose backing is counted")
    grouped(m, "BACKERS_OF", m.BACKED, ((k, p) for p, k in backing), 1, "Plants where a component can be backed")
    _passed_down(m, data, backing)


def _lend_lease(m: Any, data: PlanData) -> list[tuple[str, str, str]]:
    return [(f, p, i) for f, p, i in m.implied.offers if data.funds[f].mode == "lend_lease"]


def _passed_down(m: Any, data: PlanData, backing: Any) -> None:
    """What takes a component whose backing is counted."""
    lend_lease = _lend_lease(m, data)
    takes = defaultdict(list)
    for (p, i, k), quantity in data.bills.items():
        if quantity > 0:
            takes[p, i].append(k)
    grouped(
        m,
        "ORDERS_TAKING",
        m.BACKED,
        ((k, (f, p, i)) for f, p, i in lend_lease for k in takes.get((p, i), ())),
        3,
        "Lend-lease offers whose goods take a component",
    )
    grouped(
        m,
        "BACKED_TAKING",
        m.BACKED,
        ((k, (p, j)) for p, j in backing for k in takes.get((p, j), ())),
        2,
        "Backed components that take a component",
    )


def given(m: Any, data: PlanData) -> None:
    """What must be backed, and what a guarantee is worth that is not, or that reaches past the horizon."""
    u = unit_objects()
    expansions, horizon = data.expansions, data.horizon
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
    m.liability_before = Param(
        initialize=data.liability_before, units=u.money, doc="Guaranteed past the horizon before the start"
    )
    _given_promises(m, data)


def _given_promises(m: Any, data: PlanData) -> None:
    """What was promised before the start, and what a promise counts that nothing backs."""
    u = unit_objects()
    m.standing_guarantee = Param(
        m.GUARANTEED,
        m.HORIZON,
        initialize={(p, t): data.guarantees[p][t - 1] for p in m.STANDING for t in m.HORIZON},
        default=0.0,
        units=u.capacity,
        doc="Promised before the start, to be backed in a period",
    )
    price = price_of_promises(data, m.OFFERS, m.STANDING)
    m.promise_price = Param(
        m.STANDING,
        initialize={p: price[p] / data.money_unit for p in m.STANDING},
        units=u.money / u.capacity,
        doc="What a promised unit counts that no order backs",
    )


def choose(m: Any) -> None:
    """What orders pass down to components, and which promises no order backs."""
    u = unit_objects()
    end = m.END.first() if len(m.END) else 0
    m.backed = Var(
        m.BACKING,
        m.PERIODS,
        within=NonNegativeReals,
        dense=False,
        units=u.item,
        doc="Needed of a plant by the period's orders",
    )
    exists(m.backed, last=dict.fromkeys(m.BACKING, end))
    m.uncovered = Var(
        m.STANDING,
        m.HORIZON,
        within=NonNegativeReals,
        dense=False,
        units=u.capacity,
        doc="Standing guarantee that no order backs",
    )
    exists(m.uncovered, ceiling={(p, t): m.standing_guarantee[p, t].value for p in m.STANDING for t in m.HORIZON})


def subject_to(m: Any) -> None:
    """Orders back guarantees; what lies past the horizon is bounded."""

    @limit(m, "guarantee", m.GUARANTEED, m.HORIZON, doc="Long-term orders back guarantees")
    def orders_back_pledges(m: Any, p: Any, t: Any) -> Any:
        """Σ_{f,i in LONG_ORDERS_AT[p]} capacity_use[p,i]·ordered[f,p,i,t]
        + Σ_k capacity_use[p,k]·backed[p,k,t] + uncovered[p,t]
        >= standing_guarantee[p,t] + Σ_{e,lag in RUNNING_AT[p]} guarantee_share[e]·pledged[e,t-lag]   [capacity units].

        The orders are those of lend-lease funds; the lags reach the pledges whose guarantee covers t.
        """
        return (
            sum(m.capacity_use[p, i] * m.ordered[f, p, i, t] for f, i in m.LONG_ORDERS_AT[p])
            + sum(m.capacity_use[p, k] * m.backed[p, k, t] for k in m.BACKED_AT[p])
            + sum(m.uncovered[q, t] for q in m.STANDING_AT[p])
        ) >= m.standing_guarantee[p, t] + sum(
            m.guarantee_share[e] * m.pledged[e, t - lag] for e, lag in m.RUNNING_AT[p]
        )

    @limit(m, "backing", m.BACKED, m.HORIZON, doc="Orders back the components that they will need")
    def orders_pass_down(m: Any, k: Any, t: Any) -> Any:
        """Σ_p backed[p,k,t] <= Σ_{f,p,i in ORDERS_TAKING[k]} quantity[p,i,k]·ordered[f,p,i,t]
        + Σ_p,j quantity[p,j,k]·backed[p,j,t]   [items].
        """
        return sum(m.backed[p, k, t] for p in m.BACKERS_OF[k]) <= (
            sum(m.quantity[p, i, k] * m.ordered[f, p, i, t] for f, p, i in m.ORDERS_TAKING[k])
            + sum(m.quantity[p, j, k] * m.backed[p, j, t] for p, j in m.BACKED_TAKING[k])
        )

    @limit(m, "outyear", m.BOUNDED_OUTYEAR, doc="What is guaranteed past the horizon is bounded")
    def outyear_bounded(m: Any, one: Any) -> Any:
        """Σ_{e in PRIVATE, t in PERIODS} outyear_price[e,t]·pledged[e,t] + liability_before
        <= outyear_limit[one]   [money].
        """
        return guaranteed_past_horizon(m) <= m.outyear_limit[one]


def guaranteed_past_horizon(m: Any) -> Any:
    """Guaranteed past the horizon [money]: Σ outyear_price[e,t]·pledged[e,t] + liability_before."""
    return sum(m.outyear_price[e, t] * m.pledged[e, t] for e in m.PRIVATE for t in m.PERIODS) + m.liability_before


def promises_not_backed(m: Any) -> Any:
    """Standing guarantees that no order backs [money]: Σ promise_price[p]·uncovered[p,t]."""
    return sum(m.promise_price[p] * m.uncovered[p, t] for p in m.STANDING for t in m.HORIZON)
