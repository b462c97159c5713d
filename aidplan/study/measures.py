"""What a study says of a run beside its goals: demand met at fronts and at homes, parity, and what its donors spend."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from aidplan_models.data import PlanData

from aidplan.study.settings import donor_of

if TYPE_CHECKING:
    from aidplan.extract import PlanRun

DECISIONS = ("ordered", "released", "built", "pledged")
"""Quantities that a headquarters decides and signs."""

SMALL = 1e-6
"""Relative: two decisions or amounts that differ by less are the same."""


def met_at(run: PlanRun, kind: str, own: PlanData) -> float | None:
    """Demand met as `aidplan.figures.coverage.met_at`, by the priorities and weights of ``own``; None where none is demanded."""
    from aidplan.figures.coverage import met_at as share_met
    from aidplan.figures.quantities import Plan

    share = share_met(Plan(run), kind, own)
    return None if math.isnan(share) else share


def parity_from(run: PlanRun) -> str | None:
    """The first period from which output matches every target to the end of the horizon; None where there is none."""
    data = run.data
    gaps = [
        (period, value)
        for capability, period, value in _rows(run, "parity_gap", "capability", "period")
        if value > SMALL * max(1.0, _target(data, capability, period))
    ]
    labels = data.period_labels[: data.horizon]
    last = max((labels.index(period) for period, _ in gaps if period in labels), default=-1)
    if not data.adversary or last + 1 >= len(labels):
        return None
    return labels[last + 1]


def _target(data: PlanData, capability: str, period: str) -> float:
    row = data.adversary[capability]
    return row.target_ratio * row.output[data.period_labels.index(period)]


def spent_by_donor(run: PlanRun) -> dict[str, float]:
    """Donor -> what its funds spend over the horizon [money]."""
    found: dict[str, float] = dict.fromkeys((donor_of(run.data, fund) for fund in run.data.funds), 0.0)
    labels = set(run.data.period_labels[: run.data.horizon])
    for fund, period, value in _rows(run, "spent", "fund", "period"):
        if period in labels:
            found[donor_of(run.data, fund)] += value
    return found


def first_decisions(run: PlanRun, until: int) -> dict[tuple[str, ...], float]:
    """(quantity, codes …, period) -> amount, of every decision up to and with the period number ``until``."""
    labels = set(run.data.period_labels[:until])
    found = {}
    for quantity in DECISIONS:
        table = run.tables.get(quantity)
        if table is None:
            continue
        keys = [name for name in table.columns if name != "value"]
        for *key, value in _rows(run, quantity, *keys):
            if key[-1] in labels:
                found[quantity, *key] = value
    return found


def decisions_differ(one: PlanRun, other: PlanRun, months: int = 3) -> bool:
    """Whether a decision of the first months is another in one of the two plans."""
    until = -(-months // one.data.period_months)
    here, there = first_decisions(one, until), first_decisions(other, until)
    return any(
        abs(here.get(key, 0.0) - there.get(key, 0.0)) > SMALL * max(1.0, here.get(key, 0.0), there.get(key, 0.0))
        for key in {*here, *there}
    )


def _rows(run: PlanRun, table: str, *columns: str) -> list[Any]:
    """The rows of a table as tuples of those columns and the value; none where the run has no such table."""
    frame = run.tables.get(table)
    if frame is None:
        return []
    return list(zip(*(frame[name].tolist() for name in (*columns, "value")), strict=True))


def parity_of(run: PlanRun, data: PlanData) -> float:
    """The goal parity when what a run makes meets the adversary's output of other numbers, a share over the horizon."""
    made: dict[tuple[str, str], float] = defaultdict(float)
    for plant, item, _owner, period, value in _rows(run, "made", "plant", "item", "owner", "period"):
        del plant
        for (i, c), effect in data.effects.items():
            if i == item:
                made[c, period] += effect * value
    total = weights = 0.0
    for c, row in data.adversary.items():
        targets = [row.target_ratio * output for output in row.output[: data.horizon]]
        weight = data.capabilities[c].weight
        if sum(targets) <= 0 or weight <= 0:
            continue
        pairs = zip(targets, data.period_labels, strict=False)
        gap = sum(max(0.0, target - made.get((c, label), 0.0)) for target, label in pairs)
        total, weights = total + weight * gap / sum(targets), weights + weight
    return total / weights if weights else 0.0
