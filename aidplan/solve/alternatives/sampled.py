"""Ties: allocations that could move at no cost to any goal.

The canonical plan is one of the plans that no goal tells apart. Others are looked for from its own face:
the one that the same measure makes most, and one by another measure. What differs between them and the
canonical plan is proved to be free; what is the same in all of them is taken to be settled.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from aidplan_models.registry import QUANTITIES, RELIEF

from aidplan.solve.assemble.linear_program import Array, Programme
from aidplan.solve.certify import primal_violation
from aidplan.solve.concurrent import side_by_side
from aidplan.solve.highs import Method, Problem, SolverError, SolverInterface
from aidplan.solve.lexicographic import PIVOTS
from aidplan.solve.priorities import FAR, FAR_PIVOTS, Solved
from aidplan.solve.resource_limits import UNLIMITED, Limits, SolverStopped
from aidplan.solve.scale import Scaled
from aidplan.solve.starting import NEAR, from_stage
from aidplan.solve.verified import VerifiedSolver
from aidplan.solve.warm import Starts, few_pivots
from aidplan.solve.worth import canonical_weights

MOVED = 1e-6
"""Of the larger of two values: a smaller difference is the same allocation."""


LARGE = 500_000
"""Columns from which on plans are looked for one after the other, to hold one programme in memory and not two."""


@dataclass(frozen=True)
class Ties:
    """``least`` and ``most`` (columns) are the values seen among equally good plans; ``seconds`` in the solver.

    Where ``exact`` (columns) they are the true ends, proved; of ``asked`` allocations they were asked for.
    ``stopped_by`` names the limit that cut the search.
    """

    least: Array = field(default_factory=lambda: np.zeros(0))
    most: Array = field(default_factory=lambda: np.zeros(0))
    seconds: float = 0.0
    exact: Array = field(default_factory=lambda: np.zeros(0, dtype=bool))
    asked: int = 0
    stopped_by: str = ""

    def free(self) -> Array:
        """The columns that were seen to move."""
        with np.errstate(invalid="ignore"):
            moved = self.most - self.least > MOVED * np.maximum(np.abs(self.most), 1e-9)
        return np.nonzero(moved | np.isinf(self.most))[0]

    def as_dict(self) -> dict[str, int | str]:
        """For ``run.json``: how many true ranges were asked for, how many were found, which limit cut the search."""
        return {"asked": self.asked, "exact": int(self.exact.sum()), "stopped_by": self.stopped_by}

    def sentence(self) -> str:
        """How far the true ranges that were asked for were found."""
        if not self.asked and not self.stopped_by:
            return "no allocation was seen to be able to move at no cost, so there is no range to find"
        said = f"true ranges were proved of {int(self.exact.sum())} of the {self.asked} largest ties"
        return f"{said}; stopped at the {self.stopped_by.replace('_', ' ')}" if self.stopped_by else said


def find_ties(
    programme: Programme,
    scaled: Scaled,
    solved: Solved,
    *,
    limits: Limits = UNLIMITED,
    threads: int = 0,
    starts: Starts | None = None,
) -> Ties:
    """Plans as good as the canonical one, and between which values each allocation was seen to lie.
    ``starts`` learns where they stood on a large programme.
    """
    face, x = solved.face, solved.x
    if face is None or not x.size:
        return Ties(stopped_by=solved.limit)
    most = canonical_weights(programme, scaled.worth)
    other = canonical_weights(programme, scaled.worth, salt="another measure")
    measures = [("the most", -scaled.goal(most)[0]), ("another measure", scaled.goal(other)[0])]
    upper = np.where(np.isfinite(face.upper), face.upper, _plenty(x / scaled.column))

    def look(interface: SolverInterface, measure: tuple[str, Array]) -> tuple[Array | None, Any]:
        found, basis = _far_along(interface, solved, replace(face, upper=upper, cost=measure[1]), measure[0], limits)
        return None if found is None else without_rounding_noise(found) * scaled.column, basis

    clock, stopped_by = time.monotonic(), ""
    least, largest = x, x
    try:
        limits.check()
        at_once = 1 if len(x) > LARGE else 2
        with closing(side_by_side(measures, lambda: SolverInterface(face, threads=threads), look, at_once)) as answers:
            for (stage, _), (seen, basis) in answers:
                if basis is not None and starts is not None:
                    starts.keep_later(stage, basis)
                if seen is not None:
                    least, largest = np.minimum(least, seen), np.maximum(largest, seen)
    except SolverStopped as stop:
        stopped_by = stop.limit
    except SolverError:
        pass
    return Ties(least, largest, time.monotonic() - clock, np.zeros(len(x), dtype=bool), stopped_by=stopped_by)


def _plenty(x: Array) -> float:
    """A bound (scaled) for what has none, a thousand times the largest value: a power of two, the same after a small change."""
    return float(np.exp2(np.ceil(np.log2(max(1.0, np.abs(x).max(initial=0.0)) * 1e3))))


def _far_along(
    interface: SolverInterface, solved: Solved, problem: Problem, stage: str, limits: Limits
) -> tuple[Array | None, Any]:
    """The end of the face that the problem's cost leads to, scaled, and the basis there; None where it was not found."""
    interface.change(problem)
    begun = solved.begun.later.get(stage) if solved.begun is not None else None
    found = from_stage(VerifiedSolver(limits=limits, interface=interface), problem, begun, few_pivots)
    if found is not None:
        answer = found[0]
    elif solved.basis is not None:
        interface.stand_at(solved.basis)
        answer = interface.solve(NEAR, limits=limits, warm=True, most=PIVOTS)
    else:
        answer = interface.solve(FAR, limits=limits, most=FAR_PIVOTS)
    if answer.status != "optimal":
        answer = interface.solve(Method("ipx"), limits=limits)
    seen = answer.status == "optimal" and primal_violation(problem, answer.x) <= 1e-6
    if not seen:
        return None, None
    return answer.x, interface.basis() if solved.basis is None else None


def without_rounding_noise(x: Array) -> Array:
    """Scaled values, of which those are 0 that only rounding keeps from it."""
    return np.where(np.abs(x) < 1e-7, 0.0, x)


def largest_first(programme: Programme, ties: Ties, worth: Array) -> Sequence[int]:
    """The free columns of the plan's quantities, those first whose movement is worth most.

    Of one allocation's periods the one counts in which it moves most: what is only held longer is one tie.
    """
    free = ties.free()
    order = free[np.argsort(-(ties.most - ties.least)[free] * worth[free], kind="stable")].tolist()
    chosen: dict[tuple[str, int], int] = {}
    for column in order:
        block, n = programme.block_of_column(column)
        if block.name in QUANTITIES and QUANTITIES[block.name].kind != RELIEF:
            chosen.setdefault((block.name, int(block.key[n])), column)
    return list(chosen.values())
