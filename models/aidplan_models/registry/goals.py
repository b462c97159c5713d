"""The goals, in the order in which runs report them."""

from __future__ import annotations

from aidplan_models.registry.records import GoalRecord

GOALS: dict[str, GoalRecord] = {
    "coverage": GoalRecord("share", "demand not met", "the weighted share of demand that is not met", default_rank=1),
    "equity": GoalRecord(
        "share", "gap at the worst-served front", "the share of demand not met at the worst-served front", default_rank=2
    ),
    "parity": GoalRecord(
        "share", "parity gap", "the share of the adversary's output, times the ratio to be matched, that is not made",
        default_rank=3,
    ),
    "cost": GoalRecord("money", "cost", "all that is spent, transport, and what joining measures costs", default_rank=4),
    "liability": GoalRecord("money", "liability", "orders guaranteed past the horizon, and promises that no order backs", default_rank=5),
    "stability": GoalRecord("money", "change of plan", "orders, releases and builds that differ from an earlier run", False),
    "promises": GoalRecord("money", "promises not backed", "standing guarantees that no order backs; in a plan that keeps another, what stays owed or unmade too", False),
    "overflow": GoalRecord("tonnes", "held past storage", "goods held past what places can store", False),
    "floors": GoalRecord("share", "below floors", "demand below its floors, each as a share of it", False),
    "shares": GoalRecord("money", "off menu shares", "money by which menu shares are missed", False),
}  # fmt: skip
"""Goal -> its record."""

RELIEF_GOALS: tuple[str, ...] = ("overflow", "floors", "shares")
"""What gives way in a plan that keeps another one's first periods, in this order, ranks -3 to -1, and then promises."""

RANKED_GOALS: tuple[str, ...] = tuple(name for name in GOALS if name not in (*RELIEF_GOALS, "promises"))
"""The goals that a workbook may rank; promises, and what gives way, come before every rank by themselves."""

REPORTED_GOALS: tuple[str, ...] = tuple(name for name, goal in GOALS.items() if goal.always)
"""The goals whose value every run reports."""

DEFAULT_GOALS: tuple[str, ...] = tuple(name for name, goal in GOALS.items() if goal.default_rank is not None)
"""The goals of a workbook that ranks none, best rank first."""
