"""The goals in words, and what a reader must know of the run before its figures."""

from __future__ import annotations

from dataclasses import dataclass

from aidplan_models.registry import GOALS

from aidplan.figures.coverage import met_at
from aidplan.figures.format import formatted, formatted_share
from aidplan.figures.quantities import Plan
from aidplan.figures.stability import in_words


@dataclass(frozen=True)
class GoalInWords:
    """One goal: ``text`` in words, ``value`` its own number, ``rank`` as ranked (None: not optimised)."""

    goal: str
    text: str
    value: float
    rank: int | None
    kind: str


def goals_in_words(plan: Plan) -> list[GoalInWords]:
    """The five goals, best rank first, those that the workbook does not rank after them; then promises and what gives way."""
    values = plan.run.manifest["goals"]
    ranks = {goal.goal: goal.rank for goal in plan.data.goals}
    goals = [
        GoalInWords(
            goal,
            _words(plan, goal, float(value)),
            float(value),
            ranks.get(goal),
            "money" if GOALS[goal].unit == "money" else "goal",
        )
        for goal, value in values.items()
        if goal in GOALS and value is not None
    ]
    return sorted(goals, key=lambda goal: (not GOALS[goal.goal].always, goal.rank is None, goal.rank))


_GIVES_WAY = {
    "promises": "{} {} of promises made before are not kept: guarantees that no order backs, goods not given back or not made",
    "overflow": "{} tonnes, added up over the periods, are held past what places can store",
    "floors": "demand falls below its floors, by {} of a period's demand in all",
    "shares": "menu shares are missed by {} {}",
    "stability": "{} {} of orders, releases and capacity differ from the earlier plan",
}
_NOTHING_GIVES_WAY = {
    "promises": "every promise made before is kept",
    "overflow": "no place holds more than it can store",
    "floors": "every floor of demand is kept",
    "shares": "every menu share is kept",
    "stability": "nothing differs from the earlier plan",
}


def _words(plan: Plan, goal: str, value: float) -> str:
    if goal == "coverage":
        if plan.run.data.tail:
            value = 1.0 - met_at(plan)
        if value == 0:
            return "all demand is met"
        return f"{formatted_share(1 - value)} of demand is met, weighted by priority and urgency; {formatted_share(value)} is not"
    if goal == "equity":
        return f"gap at the worst-served front: {formatted_share(value)} of its need, on average over capabilities"
    if goal == "parity":
        if not plan.data.adversary:
            return "no adversary output is given"
        if value == 0:
            return "output meets the target set against the adversary's in every period"
        return f"output falls {formatted_share(value)} short of the target set against the adversary's"
    if goal == "cost":
        return f"{formatted(value, 'money')} {plan.money} is spent, transport included"
    if goal in _GIVES_WAY:
        return _GIVES_WAY[goal].format(formatted(value, "money"), plan.money) if value else _NOTHING_GIVES_WAY[goal]
    if value == 0:
        return "no guarantee falls due after the horizon"
    return f"{formatted(value, 'money')} {plan.money} of guarantees may fall due after the horizon"


def verdict(plan: Plan) -> tuple[bool, str]:
    """Whether the plan may be briefed from, and the sentence that says so."""
    manifest = plan.run.manifest
    if not manifest.get("verified"):
        return False, "NOT VERIFIED: this plan was not shown to keep every limit; do not brief from it"
    if manifest.get("status") == "optimal":
        return True, "Verified: the plan keeps every limit, and no better plan exists for these priorities"
    why = str(manifest.get("status")).replace("_", " ")
    return (
        True,
        f"Verified: the plan keeps every limit, but the solve ended early ({why}); lower priorities may not be at their best",
    )


def about_run(plan: Plan) -> list[tuple[str, str]]:
    """Facts of the run, as pairs of name and value."""
    manifest = plan.run.manifest
    workbook = manifest.get("workbook", {})
    versions = manifest.get("versions", {})
    title = plan.run.book.setting("title")
    kept, against = manifest.get("kept"), manifest.get("against")
    earlier = [("Keeps", f"what {kept['run']} decided before {kept['until']}")] if kept else []
    earlier += [("Against", in_words(against, plan.data))] if against else []
    return [
        ("Plan", str(title or "")),
        ("Run", str(manifest.get("run", ""))),
        ("Scenario", plan.run.scenario),
        ("Workbook", str(workbook.get("file", ""))),
        ("Workbook sha256", str(workbook.get("sha256", ""))),
        ("Horizon", f"{plan.when(1, plan.horizon)}, {plan.horizon} {plan.period_word}s"),
        ("Money", plan.money),
        *earlier,
        ("Status", str(manifest.get("status", ""))),
        ("Started (UTC)", str(manifest.get("started", ""))),
        ("Versions", ", ".join(f"{name} {version}" for name, version in sorted(versions.items()))),
    ]
