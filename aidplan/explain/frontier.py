"""The frontier of cost against coverage: what the last points of demand met cost, in money and in guarantees."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from aidplan_models.data import Goal, PlanData

from aidplan.solve.resource_limits import Limits
from aidplan.solve.solving import solve_plan
from aidplan.solve.warm import Starts

GIVES = (0.0, 0.001, 0.003, 0.01, 0.03, 0.1)
"""How much of its best the goal coverage gives up at each point, relative."""

IN_TURN = (0.0, 0.01, 0.1, 0.001, 0.03, 0.003)
"""The order in which points are solved, so that a search that is cut short has the ends and the middle."""

SAME = 1e-9
"""Points whose figures differ by less, relative, are one."""


@dataclass(frozen=True)
class Point:
    """One point: with ``give`` of coverage given up, the least ``cost`` and then the least ``liability`` [money]."""

    give: float
    coverage: float
    cost: float
    liability: float

    def same_as(self, other: Point) -> bool:
        """Whether nothing changes between the two."""
        pairs = zip(
            (self.coverage, self.cost, self.liability), (other.coverage, other.cost, other.liability), strict=True
        )
        return all(abs(a - b) <= SAME * max(1.0, abs(a), abs(b)) for a, b in pairs)


def frontier(
    data: PlanData, limits: Limits, progress: Callable[[str], None] = lambda _: None
) -> tuple[list[Point], list[float]]:
    """The points of the frontier, least given up first, each told once; and the gives that time did not suffice for.

    As if ranks were coverage with tolerance ``give``, cost, liability.
    """
    found: dict[float, Point] = {}
    starts = Starts()
    for give in IN_TURN:
        left = limits.seconds_left()
        if left <= 0:
            continue
        progress(f"the least cost with {give:.1%} of coverage given up")
        goals = (Goal("coverage", 1, 1.0, give), Goal("cost", 2, 1.0, 0.0), Goal("liability", 3, 1.0, 0.0))
        time_limit = left if left < float("inf") else None
        planned = solve_plan(replace(data, goals=goals), time_limit=time_limit, ties=False, starts=starts)
        if planned.solved.status == "optimal":
            values = planned.goals
            found[give] = Point(give, values["coverage"], values["cost"], values["liability"])
    return told_once([found[give] for give in GIVES if give in found]), [give for give in GIVES if give not in found]


def told_once(points: Sequence[Point]) -> list[Point]:
    """The points without those at which nothing changes against the one before."""
    told: list[Point] = []
    for point in points:
        if not told or not point.same_as(told[-1]):
            told.append(point)
    return told
