"""The least shortage for every combination of causes, of which few need a solve.

Lifting more limits never makes the least shortage larger, lead times apart. So an optimum speaks for many combinations:
limits that have no dual there change nothing when they are lifted too, and limits that the optimum keeps although they
are lifted change nothing when they are not. Every combination between the two has the same value. Lead times change
the programme itself, so combinations with and without them are looked at apart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, nullcontext
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations
from typing import Any

import numpy as np

from aidplan.explain.shortage.causes import NOTHING, Cause, Combination
from aidplan.explain.shortage.lifts import CAUSES
from aidplan.explain.shortage.programme import LARGE, LiftedProgramme
from aidplan.solve.assemble.linear_program import Array
from aidplan.solve.certify import prove
from aidplan.solve.concurrent import side_by_side
from aidplan.solve.highs import MOST_PIVOTS, Answer, Method, Problem
from aidplan.solve.presolve.core import solved_by_core
from aidplan.solve.resource_limits import UNLIMITED, Limits, SolverStopped
from aidplan.solve.verified import NotVerified, VerifiedSolver

MONOTONE: tuple[Cause, ...] = tuple(cause for cause in Cause if cause is not Cause.LEAD_TIME)
"""Causes whose limits are bounds of one programme."""

NO_DUAL = 1e-9
"""Of the largest dual: what rounding leaves."""

SAME = 1e-9
"""Of a shortage: values this close are the same."""

NO_SHORTAGE = 1e-9
"""Capability units: with no more than this nothing is short, whatever else is lifted."""

KEPT = 1e-9
"""Of a scaled bound, or of 1: by how much an optimum passes a limit that it keeps."""

WIDEN = Method("simplex", presolve=False, primal=True, devex=True)
"""From where fewer limits were lifted: that plan is still one."""

NARROW = Method("simplex", presolve=False, devex=True)
"""From where more limits were lifted: those prices are still right."""

COLD = (Method("simplex", devex=True), Method("ipx"), Method("simplex", presolve=False))
COLD_LARGE = (Method("ipx"), Method("simplex"))
"""Where interior points are quicker from nothing: at 120k columns 12 s where simplex took more than 40."""


NEAR_PIVOTS = 100
"""Pivots that a large programme is given from where another combination stood."""


@dataclass(frozen=True)
class Least:
    """The least shortage of one combination: ``value`` [capability units], the optimum that proves it, its basis."""

    lifted: Combination
    value: float
    problem: Problem
    answer: Answer
    basis: Any


@dataclass
class Solver:
    """One lifted programme in HiGHS, solved for one combination after another, each from the nearest one solved."""

    programme: LiftedProgramme
    limits: Limits = UNLIMITED
    solves: int = 0
    solved: dict[Combination, Least] = field(default_factory=dict)
    _solver: VerifiedSolver = field(default_factory=lambda: VerifiedSolver(threads=1))

    def least(self, lifted: Combination) -> Least:
        """Solve, and prove, one combination. Raises NotVerified where no method gave a proof, SolverStopped at a limit."""
        if lifted not in self.solved:
            near = min(self.solved, key=lambda other: (len(other ^ lifted), not other <= lifted), default=None)
            start = None if near is None else self.solved[near]
            method = NARROW if near is None or not near <= lifted else WIDEN
            self.solved[lifted] = self._solve(lifted, self.programme.problem(lifted), start, method)
        return self.solved[lifted]

    def with_gifts(self, lifted: Combination, gifts: Array) -> Least:
        """The same with the limits of some gifts (columns, booleans) lifted beside it. Raises as `least` does."""
        start = self.least(lifted)
        return self._solve(lifted, self.programme.problem(lifted, gifts), start, WIDEN)

    def _solve(self, lifted: Combination, problem: Problem, start: Least | None, method: Method) -> Least:
        self.solves += 1
        self._solver.limits = self.limits
        interface = self._solver.load(problem)
        if start is not None:
            interface.stand_at(start.basis)
            if answer := self._proved(problem, self._solver.run(method, warm=True, most=self._most)):
                return self._least(lifted, problem, answer)
        if self.programme.core is not None and (
            answer := self._proved(problem, solved_by_core(self._solver, problem, self.programme.core))
        ):
            return self._least(lifted, problem, answer)
        for way in COLD if len(problem.cost) < LARGE else COLD_LARGE:
            self._solver.load(problem)
            if answer := self._proved(problem, self._solver.run(way)):
                return self._least(lifted, problem, answer)
        raise NotVerified

    def _least(self, lifted: Combination, problem: Problem, answer: Answer) -> Least:
        assert self._solver.interface is not None
        return Least(lifted, self.programme.least(answer.x), problem, answer, self._solver.interface.basis())

    @staticmethod
    def _proved(problem: Problem, answer: Answer | None) -> Answer | None:
        proved = answer is not None and answer.status == "optimal" and prove(problem, answer).holds
        return answer if proved else None

    @property
    def _most(self) -> int:
        """Pivots after which a start was far: a large programme is then solved sooner from nothing."""
        return NEAR_PIVOTS if len(self.programme.cause) >= LARGE else MOST_PIVOTS

    def forget(self) -> None:
        """Let go of HiGHS where it may still be at work."""
        self._solver.interface = None

    def close(self) -> None:
        """Give the memory back."""
        if self._solver.interface is not None:
            self._solver.interface.close()
            self._solver.interface = None


@dataclass
class Lattice:
    """The combinations of one programme, with lead times lifted or not, and the least shortage of those known."""

    solver: Solver
    lead_time: bool
    known: dict[Combination, float] = field(default_factory=dict)

    def least(self, lifted: Combination) -> float:
        """v(S) [capability units], solved where nothing that is known speaks for it yet. Raises as `Solver.least`."""
        if lifted not in self.known and not self._between(lifted):
            self._learn(self.solver.least(lifted))
        return self.known[lifted]

    def all(self) -> None:
        """Find v of every combination. Raises as `least` does."""
        for lifted in every_combination():
            if (Cause.LEAD_TIME in lifted) == self.lead_time:
                self.least(lifted)

    def _between(self, lifted: Combination) -> bool:
        """Whether lifting less and lifting more are known to give the same; then this gives it too."""
        most = min((value for other, value in self.known.items() if other < lifted), default=float("inf"))
        least = max((value for other, value in self.known.items() if other > lifted), default=0.0)
        if most == float("inf") or most - least > SAME * max(most, 1e-9):
            return False
        self.known[lifted] = most
        return True

    def _learn(self, least: Least) -> None:
        """Take a value for every combination that the optimum speaks for."""
        optimum = _Optimum(self.solver.programme, least)
        none = least.value <= NO_SHORTAGE
        more = [cause for cause in MONOTONE if cause not in least.lifted and (none or optimum.has_no_dual(cause))]
        less = [cause for cause in MONOTONE if cause in least.lifted and optimum.keeps(cause)]
        for added in subsets(more):
            for left in subsets(less):
                self.known.setdefault((least.lifted - left) | added, least.value)


@dataclass
class Values:
    """The least shortage of every combination: v(S).

    ``programme`` makes the programme with lead times as in the workbook (False) or lifted (True), when first needed.
    """

    programme: Callable[[bool], LiftedProgramme]
    limits: Limits = UNLIMITED
    lattices: dict[bool, Lattice] = field(default_factory=dict)

    def of(self, lifted: Combination) -> Lattice:
        """The lattice that a combination belongs to."""
        lead_time = Cause.LEAD_TIME in lifted
        if lead_time not in self.lattices:
            self.lattices[lead_time] = Lattice(Solver(self.programme(lead_time), self.limits), lead_time)
        return self.lattices[lead_time]

    @property
    def known(self) -> dict[Combination, float]:
        """V of the combinations that are known."""
        return {lifted: value for lattice in self.lattices.values() for lifted, value in lattice.known.items()}

    @property
    def solves(self) -> int:
        """How many solves it took."""
        return sum(lattice.solver.solves for lattice in self.lattices.values())

    def within(self, limits: Limits) -> None:
        """Go on within other limits."""
        self.limits = limits
        for lattice in self.lattices.values():
            lattice.solver.limits = limits

    def all(self) -> None:
        """Find v of every combination, both lattices beside each other. Raises SolverStopped, NotVerified; what is known
        by then stays, and the search can go on.
        """
        halves = [self.of(NOTHING), self.of(frozenset({Cause.LEAD_TIME}))]
        try:
            with closing(side_by_side(halves, nullcontext, lambda _, half: half.all())) as done:
                for _ in done:
                    pass
        except SolverStopped:
            for half in halves:
                half.solver.forget()
            raise

    def close(self) -> None:
        """Give the memory back."""
        for lattice in self.lattices.values():
            lattice.solver.close()


def every_combination() -> Iterator[Combination]:
    """All combinations, by how many causes they have: each is best begun from one with fewer."""
    yield from subsets(CAUSES)


def subsets(causes: Sequence[Cause]) -> Iterator[Combination]:
    """All of some causes' combinations, the smallest first."""
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
        """Reduced costs (columns), recomputed from the duals of the rows."""
        problem = self.least.problem
        return problem.cost - problem.matrix.T @ self.least.answer.row_dual

    @cached_property
    def smallest(self) -> float:
        """A dual up to this is none."""
        return NO_DUAL * float(np.abs(self.least.problem.cost).max(initial=0.0))

    def has_no_dual(self, cause: Cause) -> bool:
        """Whether the limits of a cause bear nothing, so that lifting them changes nothing."""
        own = self.programme.cause == CAUSES.index(cause)
        reduced = self.reduced[own]
        if (reduced < -self.smallest).any():
            return False
        if (np.abs(reduced[np.isinf(self.programme.lifted_lower[own])]) > self.smallest).any():
            return False
        rows = self._rewritten if cause is Cause.MENU else np.zeros(0, dtype=int)
        return not (np.abs(self.least.answer.row_dual[rows]) > self.smallest).any()

    def keeps(self, cause: Cause) -> bool:
        """Whether the optimum keeps the limits of a cause although they are lifted."""
        strict, x = self.programme.strict, self.least.answer.x
        own = self.programme.cause == CAUSES.index(cause)
        if _passes(x[own], strict.lower[own], strict.upper[own]).any():
            return False
        rows = self._rewritten if cause is Cause.MENU else np.zeros(0, dtype=int)
        activity = strict.matrix[rows] @ x
        return not _passes(activity, strict.row_lower[rows], strict.row_upper[rows]).any()

    @cached_property
    def _rewritten(self) -> Array:
        """The rows that are others where menus are lifted."""
        if self.programme.with_menu is None:
            return np.zeros(0, dtype=int)
        changed: Array = np.unique((self.programme.with_menu - self.programme.strict.matrix).tocoo().coords[0])
        return changed


def _passes(values: Array, lower: Array, upper: Array) -> Array:
    """Which values are past their bounds."""
    room = KEPT * np.maximum(1.0, np.abs(values))
    return (values < lower - room) | (values > upper + room)
