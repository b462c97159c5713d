"""True ranges of ties: between which values an allocation can lie while every goal stays at its best.

    least[j] = min x[j],   most[j] = max x[j]     over the optimal face

Each end is a solve of its own, and is proved as a goal is. Only the cost differs between them, so each starts
from the basis of the one before and is a matter of some pivots of the primal simplex; from nothing, most would
take as long as a rank, and one in ten was seen to take two minutes. The first basis is the canonical plan's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from aidplan.solve.alternatives.sampled import Ties, largest_first, without_rounding_noise
from aidplan.solve.assemble.linear_program import Array, Programme
from aidplan.solve.certify import TOLERANCE, prove, proves_unbounded
from aidplan.solve.highs import Method, Problem, SolverError, SolverInterface
from aidplan.solve.priorities import Solved
from aidplan.solve.resource_limits import UNLIMITED, Limits, SolverStopped
from aidplan.solve.scale import GOAL_SIZE, Scaled
from aidplan.solve.worth import canonical_weights

LARGEST = 20
"""Ties whose true range is looked for: those whose movement is worth most."""

WAYS = ((Method("simplex", presolve=False, primal=True), True), (Method("ipx"), False))
"""Tried in turn, from the last basis and from nothing, until an end is proved."""


@dataclass
class _Face:
    """The plans that no goal tells apart, asked for the least and most of single columns (scaled); its cost is canonical."""

    problem: Problem
    limits: Limits
    threads: int
    seconds: float = 0.0
    interface: SolverInterface | None = None

    def range(self, column: int, seen_least: float, seen_most: float) -> tuple[float, float] | None:
        """The true least and most of a column; None where they were not both proved."""
        low, high = self._end(column, 1.0), self._end(column, -1.0)
        if low is None or high is None or not _holds(low, high, seen_least, seen_most):
            return None
        return min(low, seen_least), max(high, seen_most)

    def _start(self) -> SolverInterface:
        """From the canonical plan's basis."""
        if self.interface is None:
            self.interface = SolverInterface(self.problem, threads=self.threads)
            self.seconds += self.interface.solve(Method("ipx"), limits=self.limits).seconds
        return self.interface

    def _end(self, column: int, sign: float) -> float | None:
        """The least (sign 1) or most (-1) of a column, infinite where there is none; None where it was not proved."""
        interface = self._start()
        cost = np.zeros(len(self.problem.cost))
        cost[column] = sign * GOAL_SIZE
        problem = replace(self.problem, cost=cost)
        interface.change(problem)
        for method, warm in WAYS:
            answer = interface.solve(method, limits=self.limits, warm=warm)
            self.seconds += answer.seconds
            if answer.status == "optimal" and prove(problem, answer).holds:
                return float(np.clip(answer.x[column], problem.lower[column], problem.upper[column]))
            if answer.status == "unbounded" and proves_unbounded(problem, answer.direction):
                return -sign * np.inf
        return None


def true_ranges(
    programme: Programme,
    scaled: Scaled,
    solved: Solved,
    ties: Ties,
    *,
    limits: Limits = UNLIMITED,
    threads: int = 0,
    progress: Callable[[str], None] = lambda _: None,
) -> Ties:
    """The ties with the true ranges of the largest of them; what could not be proved stays as it was seen.

    A limit keeps those that are done by then.
    """
    chosen = largest_first(programme, ties, scaled.worth)[:LARGEST]
    if solved.face is None or not chosen or ties.stopped_by:
        return replace(ties, asked=len(chosen))
    progress(f"looking for the true ranges of the {len(chosen)} largest ties")
    cost, _ = scaled.goal(canonical_weights(programme, scaled.worth))
    least, most, exact = ties.least / scaled.column, ties.most / scaled.column, ties.exact.copy()
    face, stopped_by = _Face(replace(solved.face, cost=cost), limits, threads), ""
    try:
        for column in chosen:
            ends = face.range(column, least[column], most[column])
            if ends is None:
                progress("a range could not be proved; it stays as it was seen")
            else:
                (least[column], most[column]), exact[column] = ends, True
    except SolverStopped as stop:
        stopped_by = stop.limit
    except SolverError as problem:
        progress(f"no more ranges: {problem}")
    seen = replace(ties, seconds=ties.seconds + face.seconds, asked=len(chosen), stopped_by=stopped_by)
    found = _with_ends(
        seen, without_rounding_noise(least) * scaled.column, without_rounding_noise(most) * scaled.column, exact
    )
    progress(found.sentence())
    return found


def _with_ends(ties: Ties, least: Array, most: Array, exact: Array) -> Ties:
    """The ties with these ends where they are ``exact``."""
    return replace(ties, least=np.where(exact, least, ties.least), most=np.where(exact, most, ties.most), exact=exact)


def _holds(low: float, high: float, seen_least: float, seen_most: float) -> bool:
    """Whether what was seen lies between two proved ends, as it must; ends that leave it out are not believed."""
    room = TOLERANCE * max(1.0, abs(seen_least), abs(seen_most))
    return low <= seen_least + room and seen_most - room <= high
