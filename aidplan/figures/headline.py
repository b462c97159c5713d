"""The goals in words, and what a reader must know of the run before its figures."""

from __future__ import annotations

from dataclasses import dataclass

from aidplan_models.registry import GOALS

from aidplan.figures.format import told, told_share
from aidplan.figures.quantities import Plan


@dataclass(frozen=True)
class GoalTold:
    """One goal: ``told`` in words, ``value`` its own number, ``rank`` as ranked (None: not optimised)."""

    goal: str
    told: str
    value: float
    rank: int | None
    kind: str


def goals_told(plan: Plan) -> list[GoalTold]:
    """The five goals, best rank first; those that the workbook does not rank come last."""
    values = plan.run.manifest["goals"]
    ranks = {goal.goal: goal.rank for goal in plan.data.goals}
    goals = [
        GoalTold(
            goal,
            _words(plan, goal, float(value)),
            float(value),
            ranks.get(goal),
            "money" if GOALS[goal].unit == "money" else "goal",
        )
        for goal, value in values.items()
        if goal in GOALS and value is not None
    ]
    return sorted(goals, key=lambda goal: (goal.rank is None, goal.rank))


def _words(plan: Plan, goal: str, value: float) -> str:
    if goal == "coverage":
        if value == 0:
            return "all demand is met"
        return f"{told_share(1 - value)} of demand is met, weighted by priority and urgency; {told_share(value)} is not"
    if goal == "equity":
        return f"the front that is served worst goes without {told_share(value)} of what it needs, on average over capabilities"
    if goal == "parity":
        if not plan.data.adversary:
            return "no adversary output is given"
        if value == 0:
            return "output meets the target set against the adversary's in every period"
        return f"output falls {told_share(value)} short of the target set against the adversary's"
    if goal == "cost":
        return f"{told(value, 'money')} {plan.money} is spent, transport included"
    if value == 0:
        return "no guarantee falls due after the horizon"
    return f"{told(value, 'money')} {plan.money} of guarantees may fall due after the horizon"


def verdict(plan: Plan) -> tuple[bool, str]:
    """Whether the plan may be briefed from, and the sentence that says so."""
    manifest = plan.run.manifest
    if not manifest.get("verified"):
        return False, "NOT VERIFIED: this plan was not shown to keep every limit; do not brief from it"
    if manifest.get("status") == "optimal":
        return True, "Verified: the plan keeps every limit, and every goal is at its best in the order of rank"
    why = str(manifest.get("status")).replace("_", " ")
    return (
        True,
        f"Verified: the plan keeps every limit, but the solve ended early ({why}); later goals may not be at their best",
    )


def about_run(plan: Plan) -> list[tuple[str, str]]:
    """Facts of the run, as pairs of name and value."""
    manifest = plan.run.manifest
    workbook = manifest.get("workbook", {})
    versions = manifest.get("versions", {})
    title = plan.run.book.setting("title")
    return [
        ("Plan", str(title or "")),
        ("Run", str(manifest.get("run", ""))),
        ("Scenario", plan.run.scenario),
        ("Workbook", str(workbook.get("file", ""))),
        ("Workbook sha256", str(workbook.get("sha256", ""))),
        ("Horizon", f"{plan.labels[0]} to {plan.labels[-1]}, {plan.horizon} {plan.period_word}s"),
        ("Money", plan.money),
        ("Status", str(manifest.get("status", ""))),
        ("Started (UTC)", str(manifest.get("started", ""))),
        ("Versions", ", ".join(f"{name} {version}" for name, version in sorted(versions.items()))),
    ]
