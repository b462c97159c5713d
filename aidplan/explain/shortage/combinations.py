"""The least shortage for every combination of causes, of which few need a solve.

Lifting more limits never makes the least shortage larger, lead times apart. So an optimum speaks for many combinations:
limits that have no dual there change nothing when they are lifted too, and limits that the optimum keeps although they
are lifted change nothing when they are not. Every combination between the two has the same value. Lead times change
the programme itself, so combinations with and without them are looked at apart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations

import numpy as np

from aidplan.explain.shortage.causes import Cause, Combination
from aidplan.explain.shortage.programme import CAUSES, NO_CAUSE, LiftedProgramme
from aidplan.solve.assemble.linear_program import Array
from aidplan.solve.certify import prove
from aidplan.solve.highs import Answer, Bridge, Method, Problem
from aidplan.solve.lexicographic import NotVerified
from aidplan.solve.resource_limits import UNLIMITED, Limits

MONOTONE: tuple[Cause, ...] = tuple(cause for cause in Cause if cause is not Cause.LEAD_TIME)
"""Causes whose limits are bounds of one programme."""

NO_DUAL = 1e-9
"""Of the largest dual: what rounding leaves."""

KEPT = 1e-9
"""Of a scaled bound, or of 1: by how much an optimum passes a limit that it keeps."""

WARM = Method("simplex", presolve=False)
COLD = (Method("simplex"), Method("ipx"), Method("simplex", presolve=False))


@dataclass(frozen=True)
class Least:
    """The least shortage of one combination: ``value`` [capability units] and the optimum that proves it."""

    lifted: Combination
    value: float
    problem: Problem
    answer: Answer


@dataclass
class Solver:
    """One lifted programme in HiGHS, solved for one combination after another, each from where the last ended."""

    programme: LiftedProgramme
    limits: Limits = UNLIMITED
    solves: int = 0
    _bridges: dict[bool, Bridge] = field(default_factory=dict)

    def least(self, lifted: Combination, rows: Array | None = None) -> Least:
        """Solve, and prove, one combination; ``rows`` (kept rows) are lifted beside it.

        Raises NotVerified where no method gave a proof, SolverStopped at a limit.
        """
        problem = self.programme.problem(lifted, rows)
        other = self.programme.with_menu is not None and Cause.MENU in lifted
        bridge = self._bridges.get(other)
        warm = bridge is not None
        if bridge is None:
            bridge = self._bridges[other] = Bridge(problem, threads=1)
        bridge.change(problem)
        self.solves += 1
        for method, from_here in [*([(WARM, True)] if warm else []), *((method, False) for method in COLD)]:
            answer = bridge.solve(method, limits=self.limits, warm=from_here)
            if answer.status == "optimal" and prove(problem, answer).holds:
                return Least(lifted, self.programme.least(answer.x), problem, answer)
        raise NotVerified

    def close(self) -> None:
        """Give the memory back."""
        for bridge in self._bridges.values():
            bridge.close()
        self._bridges.clear()


@dataclass
class Values:
    """The least shortage of the combinations that are known, and who knows it: v(S).

    ``programmes`` are those with lead times as in the workbook (False) and without (True), made when first needed.
    """

    programme: Callable[[bool], LiftedProgramme]
    limits: Limits = UNLIMITED
    known: dict[Combination, float] = field(default_factory=dict)
    solved: dict[Combination, Least] = field(default_factory=dict)
    solvers: dict[bool, Solver] = field(default_factory=dict)

    def solver(self, lead_time: bool) -> Solver:
        """The solver of the combinations with, or without, lead times lifted."""
        if lead_time not in self.solvers:
            self.solvers[lead_time] = Solver(self.programme(lead_time), self.limits)
        return self.solvers[lead_time]

    @property
    def solves(self) -> int:
        """How many solves it took."""
        return sum(solver.solves for solver in self.solvers.values())

    def least(self, lifted: Combination) -> float:
        """v(S) [capability units], solved where no optimum speaks for it yet."""
        if lifted not in self.known:
            self._learn(self.solve(lifted))
        return self.known[lifted]

    def solve(self, lifted: Combination) -> Least:
        """The optimum of a combination itself."""
        if lifted not in self.solved:
            lead_time = Cause.LEAD_TIME in lifted
            self.solved[lifted] = self.solver(lead_time).least(lifted)
        return self.solved[lifted]

    def all(self) -> Mapping[Combination, float]:
        """v of every combination: the ends first, then by how many causes are lifted. Raises SolverStopped."""
        for lifted in every_combination():
            self.least(lifted)
        return self.known

    def _learn(self, least: Least) -> None:
        """Take a value for every combination that the optimum speaks for."""
        programme = self.solver(Cause.LEAD_TIME in least.lifted).programme
        optimum = _Optimum(programme, least)
        more = [cause for cause in MONOTONE if cause not in least.lifted and optimum.has_no_dual(cause)]
        less = [cause for cause in MONOTONE if cause in least.lifted and optimum.keeps(cause)]
        for added in _subsets(more):
            for left in _subsets(less):
                self.known.setdefault((least.lifted - left) | added, least.value)

    def close(self) -> None:
        """Give the memory back."""
        with ExitStack() as stack:
            for solver in self.solvers.values():
                stack.callback(solver.close)


def every_combination() -> Iterator[Combination]:
    """All combinations, those of few causes and of nearly all in turn."""
    count = len(CAUSES)
    for size in sorted(range(count + 1), key=lambda size: (min(size, count - size), size)):
        for chosen in combinations(CAUSES, size):
            yield frozenset(chosen)


def _subsets(causes: list[Cause]) -> Iterator[Combination]:
    for size in range(len(causes) + 1):
        for chosen in combinations(causes, size):
            yield frozenset(chosen)


@dataclass
class _Optimum:
    """What one optimum says of the limits of each cause."""

    programme: LiftedProgramme
    least: Least

    @cached_property
    def reduced(self) -> Array:
        """Reduced costs (kept columns), recomputed from the duals of the rows."""
        problem = self.least.problem
        return problem.cost - problem.matrix.T @ self.least.answer.row_dual

    @cached_property
    def smallest(self) -> float:
        """A dual up to this is none."""
        largest = max(np.abs(self.least.answer.row_dual).max(initial=0.0), np.abs(self.least.problem.cost).max(initial=0.0))
        return NO_DUAL * float(largest)

    def has_no_dual(self, cause: Cause) -> bool:
        """Whether the limits of a cause bear nothing, so that lifting them changes nothing."""
        programme, dual = self.programme, self.least.answer.row_dual
        number = CAUSES.index(cause)
        own, columns = programme.row_cause == number, programme.column_cause == number
        loses_lower = own & ~np.isfinite(programme.lifted_row_lower)
        loses_upper = own & ~np.isfinite(programme.lifted_row_upper)
        if (dual[loses_lower] > self.smallest).any() or (dual[loses_upper] < -self.smallest).any():
            return False
        if (self.reduced[columns] < -self.smallest).any():
            return False
        return cause is not Cause.MENU or programme.with_menu is None or self._outyear_is_free()

    def _outyear_is_free(self) -> bool:
        """Whether no limit past the horizon bears on the shortage, so that its prices do not matter."""
        changed = self.programme.with_menu - self.programme.scaled.matrix
        rows = np.unique(changed.tocoo().coords[0])
        return not (np.abs(self.least.answer.row_dual[rows]) > self.smallest).any()

    def keeps(self, cause: Cause) -> bool:
        """Whether the optimum keeps the limits of a cause although they are lifted."""
        programme, s = self.programme, self.programme.scaled
        number = CAUSES.index(cause)
        own, columns = programme.row_cause == number, programme.column_cause == number
        x = self.least.answer.x
        activity = s.matrix @ x
        over_rows = _passes(activity, s.row_lower, s.row_upper)
        over_columns = _passes(x, s.lower, s.upper)
        if over_rows[own].any() or over_columns[columns].any():
            return False
        if cause is Cause.MENU and programme.with_menu is not None:
            rows = np.unique((programme.with_menu - s.matrix).tocoo().coords[0])
            return not over_rows[rows].any()
        return True


def _passes(values: Array, lower: Array, upper: Array) -> Array:
    """Which values are past their bounds."""
    room = KEPT * np.maximum(1.0, np.abs(values))
    return (values < lower - room) | (values > upper + room)


__all__ = ["MONOTONE", "NO_CAUSE", "Least", "Solver", "Values", "every_combination"]
