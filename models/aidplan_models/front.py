"""The front: munitions are fired, equipment serves in fleets that wear down, and demand is met or not.

    issued[x,i,t] = Σ_c served[x,i,c,t]                                              munitions
    fleet[x,i,t]  = (1-attrition[x,i])·fleet[x,i,t-1] + issued[x,i,t]                equipment
    Σ_i effect[i,c]·served[x,i,c,t] + unmet[x,c,t] >= demand[x,c,t]                  capability units

At a front a munition with platforms needs them; at home places it needs none.
"""

from __future__ import annotations

from typing import Any

from pyomo.environ import NonNegativeReals, Param, Set, Var

from aidplan_models.data import PlanData
from aidplan_models.existence import exists
from aidplan_models.limits import limit
from aidplan_models.units import unit_objects


def given(m: Any, data: PlanData) -> None:
    """Effects, demand and its floors, attrition and rates of fire."""
    u = unit_objects()
    served = sorted({(i, c) for _, i, c in m.SERVES} | {(i, c) for i, c in data.effects if c in data.adversary})
    m.EFFECTS = Set(initialize=served, dimen=2, doc="(i, c) effects that count")
    m.effect = Param(
        m.EFFECTS,
        initialize={key: data.effects[key] for key in served},
        units=u.capability / u.item,
        doc="Capability that one item serves",
    )
    m.demand = Param(
        m.DEMANDS,
        m.PERIODS,
        initialize={(x, c, t): data.demands[x, c].demand[t - 1] for x, c in m.DEMANDS for t in m.PERIODS},
        units=u.capability,
        doc="Demand",
    )
    allowed = {}
    for x, c in m.PROMISED:
        row = data.demands[x, c]
        for t in m.HORIZON:
            allowed[x, c, t] = row.demand[t - 1] * (1 - row.floor) if t >= row.floor_from else float("inf")
    m.unmet_allowed = Param(
        m.PROMISED, m.HORIZON, initialize=allowed, units=u.capability, doc="Most that a floor leaves unmet"
    )
    m.attrition = Param(
        m.FLEETS,
        initialize={key: data.fleets[key].attrition if key in data.fleets else 0.0 for key in m.FLEETS},
        doc="Share of a fleet lost in a period",
    )
    rated = sorted({(i, j) for _, i, j in m.FIRINGS})
    m.RATED = Set(initialize=rated, dimen=2, doc="(m, j) munitions and platforms with a rate")
    m.rate = Param(
        m.RATED, initialize={key: data.platforms[key] for key in rated}, units=u.none, doc="Rounds a platform"
    )
    m.fleet_opening = {key: data.fleets[key].initial if key in data.fleets else 0.0 for key in m.FLEETS}
    m.first_serving = {
        (x, i): m.first if m.fleet_opening.get((x, i), 0.0) > 0 else max(m.first, m.first_at[x, i])
        for x, i in {*m.FLEETS, *m.FIRES}
    }


def choose(m: Any) -> None:
    """What is issued, what serves, what is fired from where, and what stays unmet."""
    u = unit_objects()
    m.issued = Var(
        m.ISSUES, m.PERIODS, within=NonNegativeReals, dense=False, units=u.item, doc="Fired, or handed to units"
    )
    exists(m.issued, first={key: m.first_at[key] for key in m.ISSUES})
    m.fleet = Var(m.FLEETS, m.STATES, within=NonNegativeReals, dense=False, units=u.item, doc="Equipment in service")
    exists(m.fleet, first={key: m.first_serving[key] for key in m.FLEETS}, opening=m.fleet_opening)
    m.served = Var(m.SERVES, m.PERIODS, within=NonNegativeReals, dense=False, units=u.item, doc="Serves a capability")
    exists(m.served, first={(x, i, c): m.first_serving[x, i] for x, i, c in m.SERVES})
    m.fired = Var(m.FIRINGS, m.PERIODS, within=NonNegativeReals, dense=False, units=u.item, doc="Fired from a platform")
    exists(
        m.fired,
        first={(x, i, j): max(m.first_serving[x, i], m.first_serving[x, j]) for x, i, j in m.FIRINGS},
    )
    m.unmet = Var(m.DEMANDS, m.PERIODS, within=NonNegativeReals, dense=False, units=u.capability, doc="Demand not met")
    exists(m.unmet, ceiling={index: demand.value for index, demand in m.demand.items()})


def subject_to(m: Any) -> None:
    """Demand is met or counted; fleets are conserved; guns limit fire."""

    @limit(m, "munition", "==", "place item period", m.FIRES, m.PERIODS, doc="A munition issued serves a capability")
    def munition_served(m: Any, x: Any, i: Any, t: Any) -> Any:
        """issued[x,i,t] == Σ_c served[x,i,c,t]   [items]."""
        return m.issued[x, i, t] == sum(m.served[x, i, c, t] for c in m.CAPABILITIES_OF_FIRES[x, i])

    @limit(m, "fleet", "==", "place item period", m.FLEETS, m.PERIODS, doc="A fleet wears down and is replenished")
    def fleet_conserved(m: Any, x: Any, i: Any, t: Any) -> Any:
        """fleet[x,i,t] == (1-attrition[x,i])·fleet[x,i,t-1] + issued[x,i,t]   [items]."""
        return m.fleet[x, i, t] == (
            (1 - m.attrition[x, i]) * m.fleet[x, i, t - 1] + sum(m.issued[y, j, t] for y, j in m.ISSUED_TO[x, i])
        )

    @limit(m, "in_service", "<=", "place item period", m.ENGAGED, m.PERIODS, doc="What serves is in service")
    def fleet_engaged(m: Any, x: Any, i: Any, t: Any) -> Any:
        """Σ_c served[x,i,c,t] <= fleet[x,i,t]   [items]."""
        return sum(m.served[x, i, c, t] for c in m.CAPABILITIES_OF_FLEET[x, i]) <= m.fleet[x, i, t]

    @limit(m, "demand", ">=", "place capability period", m.DEMANDS, m.PERIODS, doc="Demand is met, or counted as unmet")
    def demand_met(m: Any, x: Any, c: Any, t: Any) -> Any:
        """Σ_i effect[i,c]·served[x,i,c,t] + unmet[x,c,t] >= demand[x,c,t]   [capability units]."""
        return (
            sum(m.effect[i, c] * m.served[x, i, c, t] for i in m.SERVED_BY[x, c]) + m.unmet[x, c, t]
            >= m.demand[x, c, t]
        )

    @limit(m, "floor", "<=", "place capability period", m.PROMISED, m.HORIZON, doc="A floor of demand is kept")
    def floor_kept(m: Any, x: Any, c: Any, t: Any) -> Any:
        """unmet[x,c,t] <= (1-floor[x,c])·demand[x,c,t] + below_floor[x,c,t] from floor_from on   [capability units]."""
        return (
            m.unmet[x, c, t] - sum(m.below_floor[y, d, t] for y, d in m.BELOW_FLOOR_AT[x, c])
            <= m.unmet_allowed[x, c, t]
        )

    @limit(
        m,
        "firing",
        "==",
        "place item period",
        m.GUNNED,
        m.PERIODS,
        doc="A munition at a front is fired from a platform",
    )
    def munition_fired(m: Any, x: Any, i: Any, t: Any) -> Any:
        """issued[x,m,t] == Σ_j fired[x,m,j,t]   [items]."""
        return m.issued[x, i, t] == sum(m.fired[x, i, j, t] for j in m.FIRED_FROM[x, i])

    @limit(m, "platforms", "<=", "place platform period", m.GUNS, m.PERIODS, doc="Platforms fire at their rate")
    def platforms_fire(m: Any, x: Any, j: Any, t: Any) -> Any:
        """Σ_m fired[x,m,j,t]/rate[m,j] <= fleet[x,j,t]   [items]."""
        return sum(m.fired[x, i, j, t] / m.rate[i, j] for i in m.MUNITIONS_OF[x, j]) <= m.fleet[x, j, t]
