"""Pressure on the adversary's output: what measures cut of it, and what that eases. Arithmetic, no quantity.

    joined[m,t] = Σ_{d: from <= t} weight[d]
    reach[m,t]  = Σ_{d: from <= t} weight[d]·min(1, (t-from+1)/ramp)·(1-fade)^max(0, t-from-ramp+1)
    cut[m,c,t]  = effect[m,c]·reach[m,t]·(1 - leak[m]·(1-joined[m,t]))                              share
    output[c,t] = stated[c,t]·Π_m (1-cut[m,c,t])                                                    capability units

A measure builds up over its ramp, works less while few have joined, and fades as the adversary adapts. Joining before
the start counts from where it stands. Source: the planning model.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from aidplan_models.data import Join, Measure, PlanData, Series

Measures = Mapping[tuple[str, str], Measure]
Joins = Mapping[tuple[str, str], Join]


def joined(joins: Joins, measure: str, t: int) -> float:
    """Share of the leverage that has joined a measure by period ``t``."""
    return sum(join.weight for join in _in_force(joins, measure, t))


def reach(terms: Measure, joins: Joins, measure: str, t: int) -> float:
    """Share of a measure's effect that is in force in ``t``, before leaks."""
    total = 0.0
    for join in _in_force(joins, measure, t):
        assert join.from_ is not None
        age = t - join.from_ + 1
        total += join.weight * min(1.0, age / terms.ramp) * (1 - terms.fade) ** max(0, age - terms.ramp)
    return total


def cut(terms: Measure, joins: Joins, measure: str, t: int) -> float:
    """Share of a capability's output that a measure cuts in ``t``."""
    leaks = terms.leak * (1 - joined(joins, measure, t))
    return terms.effect * reach(terms, joins, measure, t) * (1 - leaks)


def left(measures: Measures, joins: Joins, capability: str, periods: int) -> tuple[float, ...]:
    """Share of a capability's output that all measures leave, in periods 1..``periods``; 1 where there are none."""
    shares = []
    for t in range(1, periods + 1):
        share = 1.0
        for (measure, of), terms in measures.items():
            if of == capability:
                share *= 1 - cut(terms, joins, measure, t)
        shares.append(share)
    return tuple(shares)


def cost(data: PlanData) -> float:
    """What joining costs up to T [money]: each donor's cost a period, from its own or the first on."""
    return sum(cost_in(data.in_force(t).joins, t) for t in range(1, data.horizon + 1))


def cost_in(joins: Joins, t: int) -> float:
    """What joining costs in period ``t`` [money]."""
    return sum(join.cost for join in joins.values() if join.from_ is not None and join.from_ <= t)


def eased(stated: Series, share: float, left_of_it: Series) -> Series:
    """Demand that counts: ``stated`` less the ``share`` of it that goes with the output that is cut."""
    return tuple(need * (1 - share * (1 - left)) for need, left in zip(stated, left_of_it, strict=True))


def pressed(data: PlanData) -> PlanData:
    """The same plan with its output and demand as its measures and joins make them, from what the workbook states."""

    def of(capability: str) -> Series:
        return left(data.measures, data.joins, capability, data.planned)

    adversary = {
        c: replace(row, output=tuple(o * share for o, share in zip(row.stated, of(c), strict=True)))
        if row.stated
        else row
        for c, row in data.adversary.items()
    }
    demands = {
        key: replace(row, demand=eased(row.stated, row.eased_share, of(row.eased_by)) if row.eased_by else row.stated)
        if row.stated
        else row
        for key, row in data.demands.items()
    }
    return replace(data, adversary=adversary, demands=demands)


def _in_force(joins: Joins, measure: str, t: int) -> list[Join]:
    return [join for (of, _), join in joins.items() if of == measure and join.from_ is not None and join.from_ <= t]
