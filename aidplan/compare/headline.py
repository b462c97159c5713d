"""What a comparison says first: demand met, at fronts and at home, then money; and when it is met."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from aidplan.compare.format import formatted_delta, formatted_figure
from aidplan.compare.lines import Line, View, is_different
from aidplan.compare.sharing import Sharing
from aidplan.figures.coverage import FRONTS, HOMES, met_at
from aidplan.figures.money import funds_money
from aidplan.figures.quantities import Plan

NAME = "Headline"
DEMAND_MET, AT_FRONTS, AT_HOME = "Demand met", "Demand met at the fronts", "Demand met at home"


def headline(plans: Sequence[Plan], sharing: Sharing) -> View:
    """Demand met (more is better), then cost, guarantees and unspent money, one figure a run."""
    lines = []
    for name, kind in ((DEMAND_MET, ""), (AT_FRONTS, FRONTS), (AT_HOME, HOMES)):
        shares = [met_at(plan, kind) for plan in plans]
        if not all(np.isnan(share) for share in shares):
            figures = tuple(None if np.isnan(share) else share for share in shares)
            lines.append(Line((name,), figures, "share", (0.0,) * (len(plans) - 1), better=1))
    money = {
        "Cost, transport included": [plan.run.manifest["goals"].get("cost") for plan in plans],
        "Guarantees that may fall due later": [plan.run.manifest["goals"].get("liability") for plan in plans],
        "Unspent money": [sum(fund.unused for fund in funds_money(plan)) for plan in plans],
    }
    for name, amounts in money.items():
        in_money = tuple(sharing.money(run, amount) for run, amount in enumerate(amounts))
        lines.append(Line((name,), in_money, "money", (0.0,) * (len(plans) - 1)))
    about = (
        "Demand met is weighted by priority, urgency and capability, up to the end of each run's own horizon; more is "
        "better. "
        f"Money in {plans[0].money}: cheaper is better only where no more demand stays unmet."
    )
    return View(NAME, "In brief", about, ("Figure",), tuple(lines))


def sentence(view: View, at: int) -> str:
    """``Demand met 89.68 % → 85.62 % (-4.06 pt): worse; at the fronts …``: run ``at`` (from 1) against the first."""
    parts = []
    for line in view.lines:
        if line.kind == "share" and line.figures[0] is not None and line.figures[at] is not None:
            change = formatted_delta(line.deltas[at - 1], "share")
            figures = f"{formatted_figure(line.figures[0], 'share')} → {formatted_figure(line.figures[at], 'share')}"
            parts.append(f"{line.labels[0]} {figures} ({'unchanged' if change == '=' else change})")
    if not parts:
        return ""
    first = next(line for line in view.lines if line.kind == "share").deltas[at - 1] or 0.0
    verdict = (
        "as much demand is met"
        if not is_different(first, 0.0)
        else "more demand is met"
        if first > 0
        else "less demand is met"
    )
    return f"{'; '.join(parts)}: {verdict}."


@dataclass(frozen=True)
class TimeLine:
    """One run's share of demand met at fronts, or at home, by period: ``labels`` and ``shares`` (nan: none is
    demanded).
    """

    run: str
    kind: str
    labels: tuple[str, ...]
    shares: tuple[float, ...]


def over_time(plans: Sequence[Plan], names: Sequence[str]) -> list[TimeLine]:
    """Demand met in each period at fronts and at home, run after run; each capability counts by its weight."""
    found = []
    for kind in (FRONTS, HOMES):
        for name, plan in zip(names, plans, strict=True):
            shares = _by_period(plan, kind)
            if not np.isnan(shares).all():
                found.append(TimeLine(name, kind, plan.labels, tuple(shares.tolist())))
    return found


def _by_period(plan: Plan, kind: str) -> np.ndarray:
    data = plan.data
    wanted: dict[str, np.ndarray] = {}
    missing: dict[str, np.ndarray] = {}
    for (place, capability), demand in plan.demand("demand").items():
        if data.places[place].kind == kind:
            priority = data.demands[place, capability].priority
            wanted[capability] = wanted.get(capability, np.zeros(plan.horizon)) + priority * demand
            unmet = plan.demand("unmet")[place, capability]
            missing[capability] = missing.get(capability, np.zeros(plan.horizon)) + priority * unmet
    share, whole = np.zeros(plan.horizon), np.zeros(plan.horizon)
    for capability, demand in wanted.items():
        weight = data.capabilities[capability].weight * (demand > 0)
        whole += weight
        share += weight * np.divide(missing[capability], demand, out=np.zeros(plan.horizon), where=demand > 0)
    return 1.0 - np.divide(share, whole, out=np.full(plan.horizon, np.nan), where=whole > 0)
