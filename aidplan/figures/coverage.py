"""Demand met at fronts and at home, and what is short there: one shortage a capability, its places as detail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from aidplan_models import derived

from aidplan.figures.quantities import Plan
from aidplan.figures.shortfalls import goal_parts

if TYPE_CHECKING:
    from aidplan_models.data import PlanData

    from aidplan.extract import PlanRun

FRONTS, HOMES = "front", "home"
_ROUNDING = 1e-6


def met_at(plan: Plan, kind: str = "", own: PlanData | None = None) -> float:
    """The share of demand met at all places of a ``kind`` (front, home; "": all) up to the end of the horizon.

    Weighted as the goal ``coverage`` weighs, over these places alone: the mean over the capabilities demanded there by
    their weight, of demand by priority and urgency. ``own`` are the numbers whose weights, priorities and urgency count,
    where they are not the plan's. nan where nothing is demanded there.
    """
    data = plan.data
    own = data if own is None else own
    urgency = (1.0 + own.urgency_rate) ** -np.arange(plan.horizon, dtype=float)
    wanted: dict[str, float] = {}
    missing: dict[str, float] = {}
    unmet = plan.demand("unmet")
    for (place, capability), demand in plan.demand("demand").items():
        if kind in ("", data.places[place].kind):
            priority = own.demands.get((place, capability), data.demands[place, capability]).priority
            wanted[capability] = wanted.get(capability, 0.0) + priority * float(urgency @ demand)
            missing[capability] = missing.get(capability, 0.0) + priority * float(urgency @ unmet[place, capability])
    weights = derived.normalised({c: own.capabilities[c].weight for c, total in sorted(wanted.items()) if total > 0})
    if not weights or sum(weights.values()) <= 0:
        return float("nan")
    return 1.0 - sum(weight * missing[c] / wanted[c] for c, weight in weights.items())


def shares_met(run: PlanRun) -> dict[str, float]:
    """``all``, ``front``, ``home`` -> the share of demand met there up to the end of the horizon, as `met_at`; kinds where
    nothing is demanded are left out.
    """
    plan = Plan(run)
    found = {name: met_at(plan, kind) for name, kind in (("all", ""), (FRONTS, FRONTS), (HOMES, HOMES))}
    return {name: share for name, share in found.items() if not np.isnan(share)}


@dataclass(frozen=True)
class Shortage:
    """Unmet demand of one capability at all places of a ``kind`` (front or home) together.

    ``unmet`` and ``demand`` [capability units] are those of the horizon, of a level (equipment in service) the mean over
    the periods in which it is demanded; ``part`` is its part of the coverage goal; ``since`` and
    ``until`` are its first and last short period, ``worst`` the one with the largest unmet share; ``places`` gives the
    share met at each place that is short, the worst first.
    """

    capability: str
    kind: str
    unmet: float
    demand: float
    part: float
    since: int
    until: int
    worst: int
    places: tuple[tuple[str, float], ...]

    @property
    def met(self) -> float:
        """The share of demand that is met."""
        return 1.0 - self.unmet / self.demand


def shortages(plan: Plan) -> list[Shortage]:
    """Every shortage, those first that weigh most in the coverage goal."""
    parts = goal_parts(plan)
    groups: dict[tuple[str, str], list[str]] = {}
    for place, capability in plan.demand("demand"):
        groups.setdefault((capability, plan.data.places[place].kind), []).append(place)
    found = [_shortage(plan, capability, kind, places, parts) for (capability, kind), places in groups.items()]
    short = [one for one in found if one is not None]
    return sorted(short, key=lambda one: (-one.part, -one.unmet / one.demand, one.capability, one.kind))


def _shortage(
    plan: Plan, capability: str, kind: str, places: list[str], parts: dict[tuple[str, ...], float]
) -> Shortage | None:
    """One capability at these places; None where it is met but for a rounding."""
    demand = {x: plan.demand("demand")[x, capability] for x in places}
    unmet = {x: plan.demand("unmet")[x, capability] for x in places}
    wanted, missing = np.sum(list(demand.values()), axis=0), np.sum(list(unmet.values()), axis=0)
    if float(wanted.sum()) <= 0 or float(missing.sum()) <= _ROUNDING * float(wanted.sum()):
        return None
    shares = np.divide(missing, wanted, out=np.zeros(plan.horizon), where=wanted > 0)
    short = np.flatnonzero(shares > _ROUNDING) + 1
    met = {x: 1.0 - float(unmet[x].sum() / demand[x].sum()) for x in places if demand[x].sum() > 0}
    worst_first = sorted(
        ((x, share) for x, share in met.items() if share < 1.0 - _ROUNDING), key=lambda one: (one[1], one[0])
    )
    periods = int((wanted > 0).sum()) if plan.data.capabilities[capability].kind == "level" else 1
    return Shortage(
        capability, kind, float(missing.sum()) / periods, float(wanted.sum()) / periods, sum(parts.get((x, capability), 0.0) for x in places),
        int(short[0]), int(short[-1]), int(np.argmax(shares)) + 1, tuple(worst_first),
    )  # fmt: skip
