"""The first objective of a plan, solved again and again with one thing changed, each time from the plan's own basis."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from aidplan_models.data import PlanData
from aidplan_models.registry import LIMIT_OF_CONSTRAINT, PERIOD, limit_key

from aidplan.explain.again import Values, solved_again
from aidplan.solve import starting
from aidplan.solve.assemble.linear_program import Array, Programme
from aidplan.solve.certify import prove
from aidplan.solve.highs import MOST_PIVOTS, Answer, Method, Problem
from aidplan.solve.levels import RankResult
from aidplan.solve.resource_limits import Limits
from aidplan.solve.solving import Planned, solve_plan
from aidplan.solve.starting import NOTHING_FIRST, Presolve
from aidplan.solve.verified import Found, VerifiedSolver
from aidplan.solve.warm import Starts

WIDER, NARROWER = Method("simplex", presolve=False, primal=True), Method("simplex", presolve=False, devex=True)
"""From a basis: with limits lifted the plan is still one; with more forbidden its prices are still right."""

NEAR_PIVOTS = 1000
"""Pivots that a large programme is given from the plan's own basis; then a smaller one is sooner."""

COLD = (Method("ipx"), Method("simplex"))

Solved = tuple[Starts, Planned | None]
"""Where the plan's first objective stood (`Starts.latest`), and the plan as it was solved if it still is at hand."""

Thing = tuple[str, tuple[tuple[str, str], ...]]
"""A limit and its key without the period."""


@dataclass
class FirstLevel:
    """A plan solved, and the HiGHS model of its first objective; ``solves`` counts what was solved again."""

    data: PlanData
    planned: Planned
    limits: Limits
    starts: Starts
    """Where its first objective stood."""
    solves: int = 0
    _solver: VerifiedSolver = field(default_factory=lambda: VerifiedSolver(threads=1))
    _of_row: dict[int, tuple[Thing, str]] = field(default_factory=dict)

    @classmethod
    def of(
        cls, data: PlanData, limits: Limits, solved: Solved | None = None, plan: Values | None = None
    ) -> FirstLevel | None:
        """The plan of the data, which may be ``solved`` already, or known by its values (``plan``); None where there was no time
        for it, or another objective than a workbook's comes first.
        """
        starts, planned = solved if solved is not None else (Starts(), None)
        again = planned is None
        if planned is None and plan is not None:
            planned = solved_again(data, plan, starts, limits)
        elif planned is None:
            left = limits.seconds_left()
            planned = solve_plan(data, time_limit=left if left < np.inf else None, ties=False, starts=starts)
        if planned is None or planned.solved.status != "optimal":
            return None
        ranks = planned.solved.ranks
        if not ranks or ranks[0].rank.rank < 1:
            return None
        return cls(data, planned, limits, starts, solves=int(again))

    @property
    def programme(self) -> Programme:
        """The plan's programme."""
        return self.planned.programme

    @property
    def result(self) -> RankResult:
        """The first objective as the plan meets it."""
        return self.planned.solved.ranks[0]

    def problem(self) -> Problem:
        """The first objective over every plan, scaled."""
        s = self.planned.scaled
        cost, _ = s.goal(self.result.rank.coefficients(self.programme))
        return Problem(s.matrix, s.row_lower, s.row_upper, s.lower, s.upper, cost)

    def best(self, problem: Problem, method: Method, *, on: bool = False) -> Array | None:
        """The best plan (columns, in the workbook's units) of a changed problem, proved; None where none was. It begins from
        the plan's own basis, or goes ``on`` from the one found last. Raises SolverStopped at a limit.
        """
        self.solves += 1
        solver = self._solver
        solver.limits = self.limits
        interface = solver.load(problem)
        large = self.presolve is not NOTHING_FIRST
        if self.starts.latest is not None or on:
            if self.starts.latest is not None and not on:
                interface.stand_at(self.starts.latest[1].basis())
            answer = solver.run(method, warm=True, most=NEAR_PIVOTS if large else MOST_PIVOTS)
            if (x := self._proved(problem, answer)) is not None or answer.status == "infeasible":
                return x
        found = self._by_a_smaller_one(problem) if large else None
        if found is not None:
            return self._proved(problem, found[0])
        for way in COLD:
            solver.load(problem)
            answer = solver.run(way)
            if (x := self._proved(problem, answer)) is not None or answer.status == "infeasible":
                return x
        return None

    def _proved(self, problem: Problem, answer: Answer) -> Array | None:
        if answer.status != "optimal" or not prove(problem, answer).holds:
            return None
        return np.clip(answer.x, problem.lower, problem.upper) * self.planned.scaled.column

    def _by_a_smaller_one(self, problem: Problem) -> Found | None:
        """The best of a changed problem by way of a smaller programme, as the plan itself is met."""
        s, programme = self.planned.scaled, self.programme
        changed = replace(
            programme,
            row_lower=problem.row_lower / s.row,
            row_upper=problem.row_upper / s.row,
            lower=problem.lower * s.column,
            upper=problem.upper * s.column,
        )
        goal, core = self.result.rank.coefficients(programme), self.presolve.core
        found = starting.from_merged(self._solver, problem, changed, goal, s.worth, core)
        return found or (starting.from_core(self._solver, problem, core) if core is not None else None)

    @cached_property
    def presolve(self) -> Presolve:
        """What is tried first for a large programme."""
        return Presolve.of(self.programme, self.data)

    def value(self, x: Array) -> float:
        """The first objective's value."""
        rank = self.result.rank
        return float(rank.coefficients(self.programme) @ x) + rank.constant(self.programme)

    def coverage(self, x: Array) -> float:
        """The share of demand that is not met."""
        return float(self.programme.goals["coverage"] @ x) + self.programme.constants.get("coverage", 0.0)

    def forbidden(self, columns: Array, upper: Array) -> Problem:
        """With these columns (numbers) at most ``upper``, in the workbook's units."""
        problem, most = self.problem(), self.problem().upper.copy()
        most[columns] = np.minimum(most[columns], upper / self.planned.scaled.column[columns])
        return replace(problem, upper=most)

    def thing(self, row: int) -> tuple[Thing, str]:
        """The limit that a row belongs to, and its period's label ("" without one)."""
        if row not in self._of_row:
            block, n = self.programme.block_of_row(row)
            limit = LIMIT_OF_CONSTRAINT[block.name]
            key = dict(limit_key(limit, block.index(n), self.planned.model.menu_rows, self.data.period_labels))
            period = key.pop(PERIOD, "")
            self._of_row[row] = (limit, tuple(key.items())), period
        return self._of_row[row]

    def own_starts(self) -> Starts:
        """Where the first objective stood, for other searches that begin there."""
        starts = Starts()
        if self.starts.latest is not None:
            starts.add(*self.starts.latest)
        return starts

    def close(self) -> None:
        """Give the memory back."""
        if self._solver.interface is not None:
            self._solver.interface.close()
            self._solver.interface = None


def key_of(thing: Thing) -> Mapping[str, str]:
    """The codes of a thing's key."""
    return dict(thing[1])
