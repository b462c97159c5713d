"""Goals: what is asked of a plan, each a number of which less is better.

coverage   share of demand not met: mean over capabilities by weight, places by priority, time by urgency
equity     the worst front's share of demand not met: mean over capabilities by weight
parity     share of the parity target not made: mean over capabilities by weight
cost       all that is spent, and transport     [money]
liability  guaranteed past the horizon, and promises that no order backs          [money]
promises   standing guarantees that no order backs          [money]

A capability whose denominator is 0 does not enter, nor does its weight; a sum over nothing is 0.
Goals are ranked outside the model: the solving room meets them in order.
"""

from __future__ import annotations

from typing import Any

from pyomo.environ import NonNegativeReals, Param, Set, Var

from aidplan_models import pressure
from aidplan_models.data import PlanData
from aidplan_models.derived import coverage_weights, normalised, parity_weights
from aidplan_models.existence import exists
from aidplan_models.guarantees import guaranteed_past_horizon, promises_not_backed
from aidplan_models.kept import Happened, happened
from aidplan_models.limits import limit
from aidplan_models.movement import transport_cost
from aidplan_models.reliefs import promises_broken
from aidplan_models.units import unit_objects


def sets(m: Any, data: PlanData) -> None:
    """Fronts whose demand the goal equity compares."""
    fronts = sorted(
        (x, c)
        for x, c in data.demands
        if data.places[x].kind == "front" and sum(data.demands[x, c].demand[: data.horizon]) > 0
    )
    m.FRONT_DEMANDS = Set(initialize=fronts, dimen=2, doc="(x, c) at fronts, with demand in some period of the horizon")
    m.EQUITY_CAPABILITIES = Set(initialize=sorted({c for _, c in fronts}), doc="Capabilities demanded at fronts")


def given(m: Any, data: PlanData) -> None:
    """Weights of what the goals add up."""
    u = unit_objects()
    m.coverage_weight = Param(
        m.DEMANDS,
        m.PERIODS,
        initialize={index: weight for index, weight in coverage_weights(data).items() if index[-1] >= data.first},
        default=0.0,
        units=1 / u.capability,
        doc="Weight of a unit unmet",
    )
    m.parity_weight = Param(
        m.PARITY_CAPABILITIES,
        initialize=parity_weights(data),
        default=0.0,
        units=1 / u.capability,
        doc="Weight of a unit of gap",
    )
    share = normalised({c: data.capabilities[c].weight for c in m.EQUITY_CAPABILITIES})
    m.equity_weight = Param(m.EQUITY_CAPABILITIES, initialize=share, doc="Weight of a capability's worst front")
    m.front_demand = Param(
        m.FRONT_DEMANDS,
        initialize={key: sum(data.demands[key].demand[: data.horizon]) for key in m.FRONT_DEMANDS},
        units=u.capability,
        doc="Demand of a front over the horizon",
    )
    m.pressure_cost = Param(initialize=pressure.cost(data), units=u.money, doc="What joining measures costs up to T")
    _given_by_what_happened(m, happened(data))


def _given_by_what_happened(m: Any, before: Happened) -> None:
    """What the periods that stand count, in a plan that keeps another's; else 0."""
    u = unit_objects()
    m.unmet_before = Param(
        m.FRONT_DEMANDS,
        initialize={key: before.unmet.get(key, 0.0) for key in m.FRONT_DEMANDS},
        units=u.capability,
        doc="Not met at a front in the periods that stand",
    )
    m.coverage_before = Param(initialize=before.coverage, doc="Part of coverage of the periods that stand")
    m.parity_before = Param(initialize=before.parity, doc="Part of parity of the periods that stand")
    m.cost_before = Param(initialize=before.cost, units=u.money, doc="Spent in the periods that stand, and transport")
    m.overflow_before = Param(
        initialize=before.overflow, units=u.tonne, doc="Held past storage in the periods that stand"
    )
    m.floors_before = Param(initialize=before.floors, doc="Below floors in the periods that stand")
    m.promises_before = Param(
        initialize=before.promises, units=u.money, doc="Promises not backed in the periods that stand"
    )


def choose(m: Any) -> None:
    """The worst front of each capability."""
    m.worst = Var(
        m.EQUITY_CAPABILITIES,
        m.END,
        within=NonNegativeReals,
        dense=False,
        doc="Largest share of demand not met at a front",
    )
    exists(m.worst)


def subject_to(m: Any) -> None:
    """The worst front bounds every front; the goals themselves."""

    @limit(m, "worst", m.FRONT_DEMANDS, m.END, doc="No front is worse than the worst")
    def worst_front(m: Any, x: Any, c: Any, t: Any) -> Any:
        """front_demand[x,c]·worst[c,t] >= Σ_{s in HORIZON} unmet[x,c,s] + unmet_before[x,c]   [capability units]."""
        return m.front_demand[x, c] * m.worst[c, t] >= sum(m.unmet[x, c, s] for s in m.HORIZON) + m.unmet_before[x, c]

    _formulas(m)


def _formulas(m: Any) -> None:
    """The goals themselves."""

    @m.Objective(doc="Share of demand that is not met")
    def coverage(m: Any) -> Any:
        """Σ_x,c,t coverage_weight[x,c,t]·unmet[x,c,t] + coverage_before."""
        return (
            sum(m.coverage_weight[x, c, t] * m.unmet[x, c, t] for x, c in m.DEMANDS for t in m.PERIODS)
            + m.coverage_before
        )

    @m.Objective(doc="Share of demand not met at the worst front")
    def equity(m: Any) -> Any:
        """Σ_c equity_weight[c]·worst[c,end]."""
        return sum(m.equity_weight[c] * m.worst[c, t] for c in m.EQUITY_CAPABILITIES for t in m.END)

    @m.Objective(doc="Share of the parity target that is not made")
    def parity(m: Any) -> Any:
        """Σ_c,t parity_weight[c]·parity_gap[c,t] + parity_before."""
        return (
            sum(m.parity_weight[c] * m.parity_gap[c, t] for c in m.PARITY_CAPABILITIES for t in m.HORIZON)
            + m.parity_before
        )

    @m.Objective(doc="All that is spent, and transport [money]")
    def cost(m: Any) -> Any:
        """Σ_f,t spent[f,t] + Σ_{a,i in CARRIED, t in PERIODS} cost_per_tonne[a]·weight[i]·shipped[a,i,t]
        + pressure_cost + cost_before.
        """
        return (
            sum(m.spent[f, t] for f in m.FUNDS for t in m.PERIODS) + transport_cost(m) + m.pressure_cost + m.cost_before
        )

    _liabilities(m)


def _liabilities(m: Any) -> None:
    """The goals of what is promised."""

    @m.Objective(doc="Guaranteed past the horizon [money]")
    def liability(m: Any) -> Any:
        """Σ_{e in PRIVATE, t in PERIODS} outyear_price[e,t]·pledged[e,t] + liability_before + promises."""
        return guaranteed_past_horizon(m) + promises_not_backed(m) + promises_broken(m) + m.promises_before

    @m.Objective(doc="Standing guarantees that no order backs [money]")
    def promises(m: Any) -> Any:
        """Σ_p,t promise_price[p]·uncovered[p,t] + Σ_p,i,o unmade_price[p,i,o]·unmade[p,i,o,last]
        + Σ_o,i,p unrepaid_price[o,i,p]·unrepaid[o,i,p,last] + promises_before.
        """
        return promises_not_backed(m) + promises_broken(m) + m.promises_before
