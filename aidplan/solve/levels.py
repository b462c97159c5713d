"""The priority levels of a plan: which goals count at each, in which order, and what a level was found to reach."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from aidplan_models.data import Goal, PlanData
from aidplan_models.registry import RELIEF_GOALS

from aidplan.solve.assemble.linear_program import Array, Programme
from aidplan.solve.certify import Proof


@dataclass(frozen=True)
class Rank:
    """What is asked at a rank: goals with weights, and how much of its best may be given up."""

    rank: int
    goals: tuple[str, ...]
    weights: tuple[float, ...]
    tolerance: float

    @property
    def name(self) -> str:
        """The rank's goals, joined."""
        return "+".join(self.goals)

    def coefficients(self, programme: Programme) -> Array:
        """The rank's goals together, weights applied (columns)."""
        total = np.zeros(programme.shape[1])
        for goal, weight in zip(self.goals, self.weights, strict=True):
            total += weight * programme.goals[goal]
        return total

    def constant(self, programme: Programme) -> float:
        """What the rank's goals count together whatever is decided."""
        return sum(
            weight * programme.constants.get(goal, 0.0) for goal, weight in zip(self.goals, self.weights, strict=True)
        )


@dataclass(frozen=True)
class RankResult:
    """A rank met: its best ``value``; ``price`` (rows, goal units a unit of the limit) as model.md defines it."""

    rank: Rank
    value: float
    seconds: float
    method: str
    proof: Proof
    price: Array
    x: Array


def ranks_of_plan(data: PlanData) -> list[Rank]:
    """The ranks of a plan, best first: what gives way in a plan that keeps another, promises, and the workbook's goals."""
    before = [Goal(goal, rank, 1.0, 0.0) for rank, goal in enumerate(RELIEF_GOALS, -len(RELIEF_GOALS)) if data.kept]
    before += [Goal("promises", 0, 1.0, 0.0)] if data.kept or data.guarantees else []
    return ranks_of([*before, *data.goals], against=data.against is not None)


def ranks_of(goals: Sequence[Goal], *, against: bool = False) -> list[Rank]:
    """The goals in ranks, best first; ``stability`` is left out where there is no plan that it is ``against``."""
    by_rank: dict[int, list[Goal]] = {}
    for goal in goals:
        if goal.goal != "stability" or against:
            by_rank.setdefault(goal.rank, []).append(goal)
    return [
        Rank(
            rank,
            tuple(goal.goal for goal in members),
            tuple(goal.weight for goal in members),
            max(goal.tolerance for goal in members),
        )
        for rank, members in sorted(by_rank.items())
    ]
