"""The elastic programme: the plan's own, with a column for every lever that may give way.

Each lever is measured by its size, so that a tonne, a dollar and a share of demand can be added up, and
the sum of what gives way is what is made least.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from scipy.sparse import coo_array, csr_array, hstack

from aidplan.explain.infeasible.levers import ASKING, Lever
from aidplan.solve.assemble.linear_program import Array, Programme
from aidplan.solve.certify import prove
from aidplan.solve.highs import Answer, Method, Problem, SolverInterface
from aidplan.solve.resource_limits import Limits, SolverStopped
from aidplan.solve.scale import Scaled, scale
from aidplan.solve.verified import NoPlan, VerifiedSolver

LEAST_RELAXATION = 1e-8
"""Sizes that must give way: with less, the rows can all be kept."""

SIMPLEX_SECONDS = 40.0
"""Seconds after which another method is tried. On plans of 165k columns simplex took 1 to 10."""


@dataclass(frozen=True)
class Rows:
    """A programme, the ``worth`` of its columns [currency a unit], and where each of its limits stands."""

    programme: Programme
    worth: Array

    @cached_property
    def numbers(self) -> dict[tuple[str, tuple[Any, ...]], int]:
        """(constraint, index) -> row."""
        return {
            (name, block.index(n)): block.start + n
            for name, block in self.programme.rows.items()
            for n in range(len(block))
        }

    def effects(self, lever: Lever) -> list[tuple[int, float]]:
        """(row, move of its right-hand side a unit) of the limits that are in the programme."""
        found = ((self.numbers.get((name, index)), amount) for name, index, amount in lever.effects)
        return [(row, amount) for row, amount in found if row is not None]


def lever_columns(rows: Rows, chosen: Sequence[Lever]) -> csr_array:
    """What a size of each lever takes off the programme's rows (rows x levers)."""
    row, column, amount = [], [], []
    for n, lever in enumerate(chosen):
        for at, effect in rows.effects(lever):
            row.append(at)
            column.append(n)
            amount.append(-effect * lever.size)
    return csr_array(coo_array((amount, (row, column)), shape=(rows.programme.shape[0], len(chosen))))


def with_elastic_columns(programme: Programme, added: csr_array, most: Array) -> Programme:
    """A programme with columns added, each from 0 to ``most``, that count in its only goal, ``giving_way``."""
    width, count = programme.shape[1], added.shape[1]
    return replace(
        programme,
        matrix=csr_array(hstack([programme.matrix, added], format="csr")),
        lower=np.concatenate([programme.lower, np.zeros(count)]),
        upper=np.concatenate([programme.upper, most]),
        goals={"giving_way": np.concatenate([np.zeros(width), np.ones(count)])},
    )


@dataclass(frozen=True)
class Relaxed:
    """The least that must give way: ``value`` in sizes, ``moves`` (the chosen levers, in their units), the plan ``x``
    (columns of the plan's own programme) and each row's ``price`` (sizes a unit of its right-hand side).
    """

    value: float
    moves: Array
    x: Array
    price: Array


Choice = Callable[[Lever], bool]


class Elastic:
    """A programme with all its levers, of which any choice may be let give way; solved from where it last stood.

    What is asked of a plan gives way first. From the basis of that, the primal simplex method is not far from the
    least that any other kind must give: seconds on plans where each of them took minutes by itself.
    """

    def __init__(self, rows: Rows, levers: Sequence[Lever], *, threads: int = 0) -> None:
        self.rows, self.levers, self.threads = rows, levers, threads
        self.sizes = np.array([lever.size for lever in levers])
        most = np.array([lever.most / lever.size for lever in levers])
        self.programme = with_elastic_columns(rows.programme, lever_columns(rows, levers), most)
        self.asking = self._chosen(lambda lever: lever.kind in ASKING)
        self.scaled = self._scale(most)
        self._basis: Any = None
        self._first: Relaxed | None = None

    def _scale(self, most: Array) -> Scaled:
        """Scaled as with the asking levers alone, the others' columns to suit: theirs in the scaling made the first
        solve two to three times as long.
        """
        rows, levers = self.rows, lever_columns(self.rows, self.levers).tocsc()
        width, count = rows.programme.shape[1], len(self.levers)
        asked = with_elastic_columns(rows.programme, csr_array(levers[:, self.asking]), most[self.asking])
        s = scale(asked, np.concatenate([rows.worth, np.ones(int(self.asking.sum()))]))
        by_lever = np.ones(count)
        sizes = np.abs(levers.data) * s.row[levers.indices]
        for n in range(count):
            own = sizes[levers.indptr[n] : levers.indptr[n + 1]]
            if own.size:
                by_lever[n] = 1.0 / np.sqrt(own.max() * own.min())
        by_lever = np.exp2(np.round(np.log2(by_lever)))
        by_lever[self.asking] = s.column[width:]
        column = np.concatenate([s.column[:width], by_lever])
        matrix = self.programme.matrix
        data = matrix.data * column[matrix.indices] * np.repeat(s.row, np.diff(matrix.indptr))
        return Scaled(
            csr_array((data, matrix.indices, matrix.indptr), shape=matrix.shape),
            s.row_lower,
            s.row_upper,
            self.programme.lower / column,
            self.programme.upper / column,
            s.row,
            column,
            np.concatenate([rows.worth, np.ones(count)]),
        )

    def _chosen(self, choice: Choice) -> Array:
        return np.array([choice(lever) for lever in self.levers], dtype=bool)

    def asked(self, limits: Limits) -> Relaxed | None:
        """The least of what is asked that must be given up; None where even all of it is not enough.

        Raises SolverStopped at a limit, NotVerified or SolverError without an answer.
        """
        if self._first is None:
            problem, factor = self._problem(self.asking, self.asking)
            with SolverInterface(problem, threads=self.threads) as interface:
                try:
                    answer = self._from_nothing(interface, problem, limits)
                except NoPlan:
                    return None
                self._basis = interface.basis()
            self._first = self._relaxed(answer, self.asking, factor)
        return self._first

    def interface(self) -> SolverInterface:
        """A solver interface of its own for a thread."""
        return SolverInterface(self._problem(self.asking, self.asking)[0], threads=self.threads)

    def relax(self, interface: SolverInterface, choice: Choice, limits: Limits) -> Relaxed | None:
        """Let the chosen levers alone give way, as little as a plan needs; None where that does not help.

        First what is asked gives way beside them, as little as can be: only where that is nothing do the chosen
        suffice. A solver finds that quickly, and that a programme is infeasible slowly. Raises as `asked` does.
        """
        chosen = self._chosen(choice)
        barred = self.asking & ~chosen
        try:
            if barred.any():
                problem, factor = self._problem(chosen | barred, barred)
                answer = self._on(interface, problem, limits, from_first=True)
                if float(self._levers(answer)[barred].sum()) > LEAST_RELAXATION:
                    return None
            problem, factor = self._problem(chosen, chosen)
            answer = self._on(interface, problem, limits, from_first=not barred.any())
        except NoPlan:
            return None
        return self._relaxed(answer, chosen, factor)

    def _problem(self, free: Array, costly: Array) -> tuple[Problem, float]:
        """The levers in ``free`` may move, those in ``costly`` count; and the factor of the goal."""
        s, count = self.scaled, len(self.levers)
        upper = s.upper.copy()
        upper[len(upper) - count :][~free] = 0.0
        goal = np.concatenate([np.zeros(len(upper) - count), costly.astype(float)])
        cost, factor = s.goal(goal)
        return Problem(s.matrix, s.row_lower, s.row_upper, s.lower, upper, cost), factor

    def _on(self, interface: SolverInterface, problem: Problem, limits: Limits, *, from_first: bool) -> Answer:
        """Solve from the first basis, or from where the solver interface stands; from nothing where that is not verified."""
        interface.change(problem)
        if self._basis is not None:
            if from_first:
                interface.stand_at(self._basis)
            answer = self._in_good_time(interface, Method("simplex", primal=True), limits, warm=True)
            if answer is not None and answer.status == "optimal" and prove(problem, answer).holds:
                return answer
        return self._from_nothing(interface, problem, limits)

    def _from_nothing(self, interface: SolverInterface, problem: Problem, limits: Limits) -> Answer:
        """The verified best by simplex, or, where that takes long, by the methods that goals are met with."""
        interface.change(problem)
        answer = self._in_good_time(interface, Method("simplex"), limits)
        if answer is not None and answer.status == "optimal" and prove(problem, answer).holds:
            return answer
        return VerifiedSolver(limits=limits, threads=self.threads, interface=interface).from_nothing(problem)[0]

    @staticmethod
    def _in_good_time(
        interface: SolverInterface, method: Method, limits: Limits, *, warm: bool = False
    ) -> Answer | None:
        """What a method gives within its patience; None where that was not enough. Raises at a limit itself."""
        if limits.seconds_left() <= SIMPLEX_SECONDS:
            return interface.solve(method, limits=limits, warm=warm)
        try:
            return interface.solve(method, limits=Limits.from_now(SIMPLEX_SECONDS, limits.memory_mb), warm=warm)
        except SolverStopped:
            limits.check()
            return None

    def _levers(self, answer: Answer) -> Array:
        """How many sizes each lever moves."""
        s, count = self.scaled, len(self.levers)
        x = np.clip(answer.x, s.lower, s.upper) * s.column
        return x[len(x) - count :]

    def _relaxed(self, answer: Answer, chosen: Array, factor: float) -> Relaxed:
        s, width = self.scaled, self.rows.programme.shape[1]
        moved = np.maximum(self._levers(answer), 0.0)
        x = np.clip(answer.x, s.lower, s.upper) * s.column
        price = -answer.row_dual * s.row / factor
        return Relaxed(float(moved[chosen].sum()), (moved * self.sizes)[chosen], x[:width], price)
