"""Demand met and unmet by capability, and each place's part of the coverage goal."""

from __future__ import annotations

import numpy as np
from aidplan_models import derived

from aidplan.figures.quantities import Array, Key, Plan, summed


def by_capability(plan: Plan, column: str) -> dict[Key, Array]:
    """``demand``, ``met`` or ``unmet`` by (capability,), added over places."""
    return dict(sorted(summed(((c,), values) for (_, c), values in plan.demand(column).items()).items()))


def share(part: Array, whole: Array) -> Array:
    """``part / whole`` by period; nan where there is no whole."""
    return np.divide(part, whole, out=np.full(len(whole), np.nan), where=whole > 0)


def overall(part: Array, whole: Array) -> float:
    """The share over the horizon; nan where there is no whole."""
    return float(part.sum() / whole.sum()) if whole.sum() > 0 else float("nan")


def goal_part_after(plan: Plan) -> float:
    """What unmet demand of the periods after the horizon adds to the goal ``coverage``; 0 without a tail."""
    data = plan.run.data
    if not data.tail:
        return 0.0
    weights, number = derived.coverage_weights(data), {label: t for t, label in enumerate(data.period_labels, start=1)}
    frame = plan.run.tables["unmet"]
    frame = frame[~frame["period"].isin(plan.labels)]
    rows = zip(
        frame["place"].tolist(),
        frame["capability"].tolist(),
        frame["period"].tolist(),
        frame["value"].tolist(),
        strict=True,
    )
    return float(sum(weights.get((x, c, number[label]), 0.0) * value for x, c, label, value in rows))


def goal_parts(plan: Plan) -> dict[Key, float]:
    """(place, capability) -> its part of the coverage goal in the horizon; without a tail they add up to its value."""
    weights = derived.coverage_weights(plan.run.data)
    return {
        (place, capability): float(
            sum(weights[place, capability, t] * short for t, short in enumerate(values.tolist(), start=1))
        )
        for (place, capability), values in plan.demand("unmet").items()
        if (place, capability, 1) in weights
    }
