"""A kept run beside the plan that it keeps: what the surprise cost, and what gave way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from aidplan.compare.format import formatted_delta, formatted_figure
from aidplan.figures.coverage import FRONTS, met_at
from aidplan.figures.format import money_name, period_name
from aidplan.figures.kept import gave_way
from aidplan.figures.quantities import Plan

if TYPE_CHECKING:
    from aidplan.extract import PlanRun


def surprises(runs: Sequence[PlanRun], names: Sequence[str]) -> list[str]:
    """Of every run that keeps another of them: what not having known cost, in demand met and money."""
    found = []
    for run, name in zip(runs, names, strict=True):
        kept = run.manifest.get("kept") or {}
        for other, called in zip(runs, names, strict=True):
            if other is not run and kept.get("run") == other.manifest.get("run") and run.has_plan and other.has_plan:
                found.append(_surprise(run, other, name, called, str(kept.get("until", ""))))
    return found


def _surprise(run: PlanRun, kept: PlanRun, name: str, called: str, until: str) -> str:
    after, before = Plan(run), Plan(kept)
    met = [met_at(plan) for plan in (before, after)]
    fronts = met_at(after, FRONTS) - met_at(before, FRONTS)
    cost = float(run.manifest["goals"].get("cost") or 0.0) - float(kept.manifest["goals"].get("cost") or 0.0)
    money = money_name(run.data.currency, run.data.money_unit)
    text = (
        f"{name} keeps what {called} decided before {period_name(until)}. What the surprise cost: demand met "
        f"{formatted_figure(met[0], 'share')} → {formatted_figure(met[1], 'share')} "
        f"({formatted_delta(met[1] - met[0], 'share')}, "
        f"at the fronts {formatted_delta(fronts, 'share')}), cost {formatted_delta(cost, 'money')} {money}."
    )
    return " ".join([text, *gave_way(run)])
