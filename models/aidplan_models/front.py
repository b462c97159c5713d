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
from aidplan_models.sets import grouped
from aidplan_models.units import unit_objects


def sets(m: Any, data: PlanData) -> None:
    """What is issued, what serves in fleets, what serves which demand, and what fires what."""
    issued = m.implied.issued
    m.ISSUES = Set(initialize=issued, dimen=2, doc="(x, i) goods that can be issued at a front or home")
    fleets = {(x, i) for x, i in issued if data.items[i].kind == "equipment"}
    fleets |= {key for key, fleet in data.fleets.items() if fleet.initial > 0}
    m.FLEETS = Set(initialize=sorted(fleets), dimen=2, doc="(x, i) equipment in service")
    grouped(
        m, "ISSUED_TO", m.FLEETS, ((pair, pair) for pair in issued), 2, "What is issued to a fleet: itself, or nothing"
    )
    floors = [(x, c) for x, c in data.demands if data.demands[x, c].floor > 0]
    m.DEMANDS_WITH_FLOOR = Set(initialize=floors, dimen=2, doc="(x, c) demand with a floor")
    _serving(m, data, issued, fleets)
    _firing(m, data, fleets)


def _serving(m: Any, data: PlanData, issued: Any, fleets: Any) -> None:
    """Goods that serve a demand, fired or in service."""
    able = fleets | {(x, i) for x, i in issued if data.items[i].kind == "munition"}
    m.DEMANDS = Set(initialize=sorted(data.demands), dimen=2, doc="(x, c) demand rows")
    serves = sorted((x, i, c) for i, c in data.effects for x, d in data.demands if d == c and (x, i) in able)
    m.SERVES = Set(initialize=serves, dimen=3, doc="(x, i, c) goods at a place that serve a demanded capability")
    grouped(m, "SERVED_BY", m.DEMANDS, (((x, c), i) for x, i, c in serves), 1, "Goods that serve a demand")
    fires = sorted((x, i) for x, i in issued if data.items[i].kind == "munition")
    m.FIRES = Set(initialize=fires, dimen=2, doc="(x, i) munitions issued")
    grouped(
        m,
        "CAPABILITIES_OF_FIRES",
        m.FIRES,
        (((x, i), c) for x, i, c in serves),
        1,
        "Capabilities that a munition serves there",
    )
    engaged = sorted({(x, i) for x, i, _ in serves} & fleets)
    m.ENGAGED = Set(initialize=engaged, dimen=2, doc="(x, i) fleets that serve a capability")
    grouped(
        m,
        "CAPABILITIES_OF_FLEET",
        m.ENGAGED,
        (((x, i), c) for x, i, c in serves),
        1,
        "Capabilities that a fleet serves there",
    )


def _firing(m: Any, data: PlanData, fleets: Any) -> None:
    """Munitions that need platforms, and the platforms that can fire them."""
    fires = list(m.FIRES)
    needy = {munition for munition, _ in data.platforms}
    bound = [(x, i) for x, i in fires if i in needy and data.places[x].kind == "front"]
    m.MUNITIONS_NEEDING_PLATFORMS = Set(
        initialize=bound, dimen=2, doc="(x, m) munitions at a front that need a platform"
    )
    firing = sorted((x, i, j) for x, i in bound for munition, j in data.platforms if munition == i and (x, j) in fleets)
    m.FIRINGS = Set(initialize=firing, dimen=3, doc="(x, m, j) munitions fired from a platform")
    grouped(
        m,
        "FIRED_FROM",
        m.MUNITIONS_NEEDING_PLATFORMS,
        (((x, i), j) for x, i, j in firing),
        1,
        "Platforms of a munition at a front",
    )
    guns = sorted({(x, j) for x, _, j in firing})
    m.GUNS = Set(initialize=guns, dimen=2, doc="(x, j) platforms in service at a front")
    grouped(m, "MUNITIONS_OF", m.GUNS, (((x, j), i) for x, i, j in firing), 1, "Munitions that a platform fires")


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
    m.unmet_allowed = Param(
        m.DEMANDS_WITH_FLOOR,
        m.HORIZON,
        initialize=_unmet_allowed(m, data),
        units=u.capability,
        doc="Most that a floor leaves unmet",
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


def _unmet_allowed(m: Any, data: PlanData) -> dict[tuple[str, str, int], float]:
    """Most that a floor leaves unmet; infinite before it begins."""
    allowed = {}
    for x, c in m.DEMANDS_WITH_FLOOR:
        row = data.demands[x, c]
        for t in m.HORIZON:
            allowed[x, c, t] = row.demand[t - 1] * (1 - row.floor) if t >= row.floor_from else float("inf")
    return allowed


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
    exists(m.fired, first={(x, i, j): max(m.first_serving[x, i], m.first_serving[x, j]) for x, i, j in m.FIRINGS})
    m.unmet = Var(m.DEMANDS, m.PERIODS, within=NonNegativeReals, dense=False, units=u.capability, doc="Demand not met")
    exists(m.unmet, ceiling={index: demand.value for index, demand in m.demand.items()})


def subject_to(m: Any) -> None:
    """Demand is met or counted; fleets are conserved; guns limit fire."""

    @limit(m, "munition", m.FIRES, m.PERIODS, doc="A munition issued serves a capability")
    def munition_served(m: Any, x: Any, i: Any, t: Any) -> Any:
        """issued[x,i,t] == Σ_c served[x,i,c,t]   [items]."""
        return m.issued[x, i, t] == sum(m.served[x, i, c, t] for c in m.CAPABILITIES_OF_FIRES[x, i])

    @limit(m, "fleet", m.FLEETS, m.PERIODS, doc="A fleet wears down and is replenished")
    def fleet_conserved(m: Any, x: Any, i: Any, t: Any) -> Any:
        """fleet[x,i,t] == (1 - attrition[x,i])·fleet[x,i,t-1] + issued[x,i,t]   [items]."""
        return m.fleet[x, i, t] == (
            (1 - m.attrition[x, i]) * m.fleet[x, i, t - 1] + sum(m.issued[y, j, t] for y, j in m.ISSUED_TO[x, i])
        )

    @limit(m, "in_service", m.ENGAGED, m.PERIODS, doc="What serves is in service")
    def fleet_engaged(m: Any, x: Any, i: Any, t: Any) -> Any:
        """Σ_c served[x,i,c,t] <= fleet[x,i,t]   [items]."""
        return sum(m.served[x, i, c, t] for c in m.CAPABILITIES_OF_FLEET[x, i]) <= m.fleet[x, i, t]

    _demand(m)
    _fire(m)


def _demand(m: Any) -> None:
    """Demand is met or counted, and its floors are kept."""

    @limit(m, "demand", m.DEMANDS, m.PERIODS, doc="Demand is met, or counted as unmet")
    def demand_met(m: Any, x: Any, c: Any, t: Any) -> Any:
        """Σ_i effect[i,c]·served[x,i,c,t] + unmet[x,c,t] >= demand[x,c,t]   [capability units]."""
        return (
            sum(m.effect[i, c] * m.served[x, i, c, t] for i in m.SERVED_BY[x, c]) + m.unmet[x, c, t]
            >= m.demand[x, c, t]
        )

    @limit(m, "floor", m.DEMANDS_WITH_FLOOR, m.HORIZON, doc="A floor of demand is kept")
    def floor_kept(m: Any, x: Any, c: Any, t: Any) -> Any:
        """unmet[x,c,t] - below_floor[x,c,t] <= unmet_allowed[x,c,t]   [capability units].

        From ``floor_from`` on, ``unmet_allowed`` is (1 - floor)·demand; before, nothing is asked.
        """
        return (
            m.unmet[x, c, t] - sum(m.below_floor[y, d, t] for y, d in m.BELOW_FLOOR_AT[x, c])
            <= m.unmet_allowed[x, c, t]
        )


def _fire(m: Any) -> None:
    """A munition with platforms is fired from them, at their rate."""

    @limit(m, "firing", m.MUNITIONS_NEEDING_PLATFORMS, m.PERIODS, doc="A munition at a front is fired from a platform")
    def munition_fired(m: Any, x: Any, i: Any, t: Any) -> Any:
        """issued[x,i,t] == Σ_j fired[x,i,j,t]   [items]."""
        return m.issued[x, i, t] == sum(m.fired[x, i, j, t] for j in m.FIRED_FROM[x, i])

    @limit(m, "platforms", m.GUNS, m.PERIODS, doc="Platforms fire at their rate")
    def platforms_fire(m: Any, x: Any, j: Any, t: Any) -> Any:
        """Σ_i fired[x,i,j,t]/rate[i,j] <= fleet[x,j,t]   [items]."""
        return sum(m.fired[x, i, j, t] / m.rate[i, j] for i in m.MUNITIONS_OF[x, j]) <= m.fleet[x, j, t]
