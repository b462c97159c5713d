"""Guarantees: private capacity stands on long-term orders, and what was promised before the start stands.

    Σ capacity_use·ordered + Σ capacity_use·backed + uncovered[p,t]
        >= standing_guarantee[p,t] + Σ_e guarantee_share[e]·Σ_τ pledged[e,τ]                     capacity units

Only lend-lease funds can stand behind a guarantee; their orders pass down the bills of components. What is guaranteed past
the horizon is a liability. A guarantee of the past that no order backs is uncovered, and counts in the goal ``promises``.
Source: the planning model; guarantees as proposed for a lend-lease military store (June 2024).
"""

from __future__ import annotations

from typing import Any

from pyomo.environ import NonNegativeReals, Param, Var

from aidplan_models.data import PlanData
from aidplan_models.derived import periods_past_horizon, price_of_promises
from aidplan_models.existence import exists
from aidplan_models.limits import limit
from aidplan_models.units import unit_objects


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
    exists(
        m.uncovered,
        ceiling={(p, t): m.standing_guarantee[p, t].value for p in m.STANDING for t in m.HORIZON},
    )


def subject_to(m: Any) -> None:
    """Orders back guarantees; what lies past the horizon is bounded."""

    @limit(m, "guarantee", ">=", "plant period", m.GUARANTEED, m.HORIZON, doc="Long-term orders back guarantees")
    def orders_back_pledges(m: Any, p: Any, t: Any) -> Any:
        """Σ capacity_use·ordered + Σ capacity_use·backed + uncovered[p,t] >= standing_guarantee[p,t] + Σ_e guarantee_share·Σ_τ pledged[e,τ]   [capacity units].

        The orders are those of lend-lease funds; τ runs over the pledges whose guarantee covers t.
        """
        return (
            sum(m.capacity_use[p, i] * m.ordered[f, p, i, t] for f, i in m.LONG_ORDERS_AT[p])
            + sum(m.capacity_use[p, k] * m.backed[p, k, t] for k in m.BACKED_AT[p])
            + sum(m.uncovered[q, t] for q in m.STANDING_AT[p])
        ) >= m.standing_guarantee[p, t] + sum(
            m.guarantee_share[e] * m.pledged[e, t - lag] for e, lag in m.RUNNING_AT[p]
        )

    @limit(
        m,
        "backing",
        "<=",
        "component period",
        m.BACKED,
        m.HORIZON,
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
    """Guaranteed past the horizon [money]: Σ outyear_price[e,t]·pledged[e,t] + liability_before."""
    return sum(m.outyear_price[e, t] * m.pledged[e, t] for e in m.PRIVATE for t in m.PERIODS) + m.liability_before


def promises_not_backed(m: Any) -> Any:
    """Standing guarantees that no order backs [money]: Σ promise_price[p]·uncovered[p,t]."""
    return sum(m.promise_price[p] * m.uncovered[p, t] for p in m.STANDING for t in m.HORIZON)
