"""Why the goals moved: blocks of inputs swapped between two runs and solved."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aidplan.compare.attribution import Attribution, Part, attribute
from aidplan.compare.blocks import differing, frame, mix

if TYPE_CHECKING:
    from aidplan_models.data import PlanData

    from aidplan.extract import PlanRun
    from aidplan.solve.warm import Starts

AIM_SECONDS = 300.0
MOST_SOLVES = 600
_ENOUGH_SECONDS = 0.5


@dataclass(frozen=True)
class Why:
    """The change of every goal from one run to another, by block; ``method`` tells how it was reached.

    ``parts`` add up to ``total`` in every goal. Without parts ``method`` tells why there are none.
    """

    parts: tuple[Part, ...]
    total: Mapping[str, float]
    method: str
    solves: int = 0
    exact: bool = True


def affordable(run: PlanRun, pairs: int) -> int:
    """How many solves a pair fit in about five minutes, by the seconds that ``run`` itself took."""
    return min(int(AIM_SECONDS / max(seconds_of(run), _ENOUGH_SECONDS)), MOST_SOLVES) // max(pairs, 1)


def seconds_of(run: PlanRun) -> float:
    """What a run took from its numbers to its plan [seconds]."""
    seconds = run.manifest.get("seconds", {})
    return sum(float(seconds.get(stage, 0.0)) for stage in ("build", "handover", "solve", "verify"))


def explain_change(
    before: PlanRun,
    after: PlanRun,
    allowed: int,
    solved: Sequence[PlanRun],
    progress: Callable[[str], None],
) -> Why:
    """The change from one run to the other by block, with at most ``allowed`` solves.

    ``solved`` are runs at hand: a mix that has the inputs of one of them is not solved again.
    """
    if not (before.has_plan and after.has_plan):
        return Why((), {}, "one of the two runs has no plan, so no change of goals can be attributed")
    start, end = goals_of(before), goals_of(after)
    total = {goal: end[goal] - value for goal, value in start.items() if goal in end}
    if frame(before.data) != frame(after.data):
        everything = Part(("all inputs together",), total, {})
        return Why(
            (everything,), total, "the runs' periods or money units differ, so their blocks of inputs cannot be swapped"
        )
    if before.data.kept is not None and before.data.kept != after.data.kept:
        everything = Part(("all inputs together",), total, {})
        return Why(
            (everything,), total, "the first of the two keeps what the other does not, so no block alone can be swapped"
        )
    blocks = differing(before.data, after.data)
    if not blocks:
        return Why((), total, "no input that a plan reads differs")
    if len(blocks) > 1:
        progress(
            f"why: {len(blocks)} blocks of inputs changed; at most {allowed} solves of about "
            f"{max(seconds_of(before), _ENOUGH_SECONDS):.0f} s each (--solves N sets how many, --no-why leaves them "
            "out)"
        )
    mixes = _Solver(before.data, after.data, solved, allowed, progress)
    found = attribute(blocks, start, end, mixes.goals, allowed)
    return Why(found.parts, total, _method(found, blocks, mixes), mixes.solves, found.exact)


def goals_of(run: PlanRun) -> dict[str, float]:
    """The goals' values of a run that has a plan."""
    return {goal: float(value) for goal, value in run.manifest["goals"].items() if value is not None}


class _Solver:
    """Mixes of two runs' data, solved; those that a run at hand already has are looked up."""

    def __init__(
        self,
        before: PlanData,
        after: PlanData,
        solved: Sequence[PlanRun],
        allowed: int,
        progress: Callable[[str], None],
    ) -> None:
        self._before, self._after = before, after
        self._solved = [run for run in solved if run.has_plan and run.manifest.get("status") == "optimal"]
        self._allowed, self._progress = allowed, progress
        self.solves = self.reused = self.unverified = 0
        self._starts: Starts | None = None

    def goals(self, chosen: frozenset[str]) -> dict[str, float] | None:
        """The goals of the mix with the ``chosen`` blocks swapped in; None where it has no plan."""
        from aidplan.solve.solving import solve_plan
        from aidplan.solve.warm import Starts

        data = mix(self._before, self._after, chosen)
        for run in self._solved:
            if run.data == data:
                self.reused += 1
                return goals_of(run)
        self.solves += 1
        self._progress(f"why: solve {self.solves} of at most {self._allowed}: {' + '.join(sorted(chosen))} swapped in")
        self._starts = self._starts or Starts()
        planned = solve_plan(data, ties=False, starts=self._starts)
        self.unverified += planned.solved.status not in ("optimal", "infeasible")
        return dict(planned.goals) if planned.has_plan and planned.solved.status == "optimal" else None


def _method(found: Attribution, blocks: Sequence[str], mixes: _Solver) -> str:
    """How the attribution was reached, for a planner."""
    changed = f"{len(blocks)} block{'' if len(blocks) == 1 else 's'} of inputs changed"
    solves = f"{mixes.solves} solve{'' if mixes.solves == 1 else 's'} beside the two runs"
    if mixes.reused:
        solves += f", {mixes.reused} mix{'' if mixes.reused == 1 else 'es'} taken from runs at hand"
    if mixes.unverified:
        solves += f", {mixes.unverified} of them without a verified answer, counted as without a plan"
    joined = any(part.note for part in found.parts)
    if found.exact:
        way = "every order of swapping counted"
        if joined:
            way += ", some blocks together"
    elif found.orders == 1:
        way = "one order of swapping alone, so the error is not known; allow more with --solves"
    else:
        way = f"{found.orders} orders of swapping drawn at random, each figure given with its standard error"
    return f"{changed}; {solves}; {way}"
