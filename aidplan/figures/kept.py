"""What could not be kept any more in a plan whose first periods stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aidplan.figures.format import formatted, money_name

if TYPE_CHECKING:
    from aidplan.extract import PlanRun

RELIEFS = {
    "overflow": ("t stored past what a place holds", "quantity"),
    "floors": ("of promised floors of demand not kept (sum of shares)", "quantity"),
    "shares": ("past the shares of the menu", "money"),
    "promises": (
        "of standing guarantees that no order backs, goods owed past their term and orders left unmade",
        "money",
    ),
}
"""Goal of what gives way in a kept plan -> what its value is, and how it is shown."""


def gave_way(run: PlanRun) -> list[str]:
    """What could not be kept any more in a kept plan, in words and money; one sentence that nothing did, or one a kind."""
    goals = run.manifest.get("goals", {})
    if not run.manifest.get("kept"):
        return []
    money = money_name(run.data.currency, run.data.money_unit)
    parts = [
        f"{formatted(float(goals[goal]), kind)}{f' {money}' if kind == 'money' else ''} {words}"
        for goal, (words, kind) in RELIEFS.items()
        if float(goals.get(goal) or 0.0) > 1e-9
    ]
    return [f"What gave way: {'; '.join(parts)}."] if parts else ["Nothing gave way."]
