"""Demand met and unmet, and where the worst shortfalls are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from aidplan_models import derived

from aidplan.figures.quantities import Array, Key, Plan, summed


@dataclass(frozen=True)
class Shortfall:
    """Unmet demand of one capability at one place.

    ``unmet``, ``demand`` [capability units over the horizon]; ``part`` is its part of the coverage goal
    (the parts of all shortfalls add up to the goal's value); ``worst`` is the period in which the largest
    share is unmet, ``since`` and ``until`` the first and last short period.
    """

    place: str
    capability: str
    unmet: float
    demand: float
    part: float
    worst: int
    since: int
    until: int


def by_capability(plan: Plan, column: str) -> dict[Key, Array]:
    """``demand``, ``met`` or ``unmet`` by (capability,), added over places."""
    return dict(sorted(summed(((c,), values) for (_, c), values in plan.demand(column).items()).items()))


def share(part: Array, whole: Array) -> Array:
    """``part / whole`` by period; nan where there is no whole."""
    return np.divide(part, whole, out=np.full(len(whole), np.nan), where=whole > 0)


def overall(part: Array, whole: Array) -> float:
    """The share over the horizon; nan where there is no whole."""
    return float(part.sum() / whole.sum()) if whole.sum() > 0 else float("nan")


def grouped(plan: Plan, most: int = 8) -> list[tuple[str, slice]]:
    """At most ``most`` spans of periods of one length, each with its label: what fits on a screen."""
    size = -(-plan.horizon // most)
    spans = [slice(start, min(start + size, plan.horizon)) for start in range(0, plan.horizon, size)]
    return [(span_label(plan.labels[span]), span) for span in spans]


def span_label(labels: tuple[str, ...]) -> str:
    """``2024-07–09``, ``2024-11–2025-01``: the first and last of some periods in a row."""
    if len(labels) == 1:
        return labels[0]
    same_year = labels[0][:5] == labels[-1][:5]
    return f"{labels[0]}–{labels[-1][5:] if same_year else labels[-1]}"


def goal_parts(plan: Plan) -> dict[Key, float]:
    """(place, capability) -> its part of the coverage goal; the parts add up to the goal's value."""
    parts: dict[Key, float] = {}
    unmet = plan.demand("unmet")
    for (place, capability, t), weight in derived.coverage_weights(plan.data).items():
        key = place, capability
        parts[key] = parts.get(key, 0.0) + weight * float(unmet[key][t - 1])
    return parts


def worst(plan: Plan, most: int = 5) -> list[Shortfall]:
    """The shortfalls that weigh most in the coverage goal, worst first; fewer where less is unmet."""
    parts = goal_parts(plan)
    unmet, demand = plan.demand("unmet"), plan.demand("demand")
    short = [key for key, values in unmet.items() if overall(values, demand[key]) > 1e-6]
    short.sort(key=lambda key: (-parts.get(key, 0.0), -overall(unmet[key], demand[key]), key))
    return [_shortfall(key, unmet[key], demand[key], parts.get(key, 0.0)) for key in short[:most]]


def _shortfall(key: Key, unmet: Array, demand: Array, part: float) -> Shortfall:
    shares = np.nan_to_num(share(unmet, demand))
    periods = np.flatnonzero(shares > 1e-6) + 1
    return Shortfall(
        place=key[0], capability=key[1], unmet=float(unmet.sum()), demand=float(demand.sum()), part=part,
        worst=int(np.argmax(shares)) + 1, since=int(periods[0]), until=int(periods[-1]),
    )  # fmt: skip
