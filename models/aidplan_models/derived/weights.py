"""Weights of the goals: what a unit of shortfall adds to coverage and to parity."""

from __future__ import annotations

from collections.abc import Mapping

from aidplan_models.data import PlanData


def urgency(rate: float, t: int) -> float:
    """How much period ``t`` counts: (1 + rate)^(1 - t)."""
    return (1 + rate) ** (1 - t)


def normalised(weights: Mapping[str, float]) -> dict[str, float]:
    """Weights as shares of their sum; all 0 where that is 0."""
    total = sum(weights.values())
    return {c: weight / total if total > 0 else 0.0 for c, weight in weights.items()}


def coverage_weights(data: PlanData) -> dict[tuple[str, str, int], float]:
    """(place, capability, period) -> what one unit unmet adds to the goal ``coverage``."""
    urgent = [
        urgency(data.urgency_rate, t) * (data.tail_weight if t > data.horizon else 1.0)
        for t in range(1, data.planned + 1)
    ]
    totals: dict[str, float] = {}
    for (_, c), row in data.demands.items():
        totals[c] = totals.get(c, 0.0) + row.priority * sum(u * d for u, d in zip(urgent, row.demand, strict=True))
    share = normalised({c: data.capabilities[c].weight for c, total in sorted(totals.items()) if total > 0})
    return {
        (x, c, t): share[c] * row.priority * urgent[t - 1] / totals[c]
        for (x, c), row in data.demands.items()
        if c in share
        for t in range(1, data.planned + 1)
    }


def parity_weights(data: PlanData) -> dict[str, float]:
    """Capability -> what one unit of gap adds to the goal ``parity``."""
    totals = {c: sum(row.target(t) for t in range(1, data.horizon + 1)) for c, row in data.adversary.items()}
    share = normalised({c: data.capabilities[c].weight for c, total in totals.items() if total > 0})
    return {c: share[c] / totals[c] for c in share}
