"""The frontier of cost against coverage: what the last points of demand met cost, in money and in guarantees."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from scipy.sparse import csr_array, vstack

from aidplan.explain.first_level import FirstLevel
from aidplan.solve.assemble.linear_program import Array, Programme
from aidplan.solve.highs import SolverError
from aidplan.solve.levels import Rank
from aidplan.solve.lexicographic import Lexicographic
from aidplan.solve.quantities import goal_values, post_processed
from aidplan.solve.resource_limits import Limits, SolverStopped
from aidplan.solve.scale import Scaled
from aidplan.solve.verified import NoPlan, NotVerified, VerifiedSolver
from aidplan.solve.warm import Starts

LEAST_RELAXATION = (0.0, 0.001, 0.003, 0.01, 0.03, 0.1)
"""How much of its best the goal coverage gives up at each point, relative."""

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
    level: FirstLevel, limits: Limits, progress: Callable[[str], None] = lambda _: None
) -> tuple[list[Point], list[float]]:
    """The points of the frontier, least given up first, each told once; and the gives that time did not suffice for.

    As if ranks were coverage with tolerance ``give``, cost, liability. Each point begins where the one before stood.
    """
    found: dict[float, Point] = {}
    search = _Search(level, limits)
    for give in LEAST_RELAXATION:
        progress(f"the least cost with {give:.1%} of coverage given up")
        try:
            limits.check()
            found[give] = search.point(give)
        except (SolverStopped, NotVerified, NoPlan, SolverError):
            continue
    return told_once([found[give] for give in LEAST_RELAXATION if give in found]), [
        give for give in LEAST_RELAXATION if give not in found
    ]


COVERAGE = Rank(1, ("coverage",), (1.0,), 0.0)
THEN = (Rank(2, ("cost",), (1.0,), 0.0), Rank(3, ("liability",), (1.0,), 0.0))


@dataclass
class _Search:
    """Points one after another, of the programme with one row more, which keeps what is given up."""

    level: FirstLevel
    limits: Limits
    starts: Starts = field(default_factory=Starts)
    best: float = np.nan
    """Of coverage."""

    def point(self, give: float) -> Point:
        """Raises SolverStopped, NotVerified, NoPlan, SolverError."""
        self.level.solves += 1
        solver = VerifiedSolver(limits=self.limits, threads=1)
        try:
            return self._held(give, solver) if give else self._at_its_best(solver)
        finally:
            if solver.interface is not None:
                solver.interface.close()

    def _at_its_best(self, solver: VerifiedSolver) -> Point:
        """With nothing given up: on the face of the plans of best coverage."""
        level = self.level
        levels = Lexicographic(level.programme, level.planned.scaled, solver, starts=level.own_starts())
        self.best = levels.optimise(COVERAGE).value
        return self._told(0.0, [levels.optimise(rank).x for rank in THEN][-1])

    def _held(self, give: float, solver: VerifiedSolver) -> Point:
        level = self.level
        if np.isnan(self.best):
            levels = Lexicographic(
                level.programme,
                level.planned.scaled,
                VerifiedSolver(limits=self.limits, threads=1),
                starts=level.own_starts(),
            )
            self.best = levels.optimise(COVERAGE).value
        programme, scaled = self._with_a_row_more
        factor = scaled.row[-1]
        most = self.best + give * max(abs(self.best), 1e-6) - COVERAGE.constant(level.programme)
        upper = np.append(scaled.row_upper[:-1], most * factor)
        levels = Lexicographic(programme, replace(scaled, row_upper=upper), solver, starts=self.starts)
        x = [levels.optimise(rank).x for rank in THEN][-1]
        return self._told(give, x)

    @cached_property
    def _with_a_row_more(self) -> tuple[Programme, Scaled]:
        """The programme with a last row that is the goal coverage."""
        programme, scaled = self.level.programme, self.level.planned.scaled
        coefficients = COVERAGE.coefficients(programme)
        cost, factor = scaled.goal(coefficients)
        added = replace(
            programme,
            matrix=csr_array(vstack([programme.matrix, csr_array(coefficients.reshape(1, -1))], format="csr")),
            row_lower=np.append(programme.row_lower, -np.inf),
            row_upper=np.append(programme.row_upper, np.inf),
        )
        return added, replace(
            scaled,
            matrix=csr_array(vstack([scaled.matrix, csr_array(cost.reshape(1, -1))], format="csr")),
            row_lower=np.append(scaled.row_lower, -np.inf),
            row_upper=np.append(scaled.row_upper, np.inf),
            row=np.append(scaled.row, factor),
        )

    def _told(self, give: float, x: Array) -> Point:
        level = self.level
        values = goal_values(level.programme, post_processed(level.programme, level.data, x), level.data)
        return Point(give, values["coverage"], values["cost"], values["liability"])


def told_once(points: Sequence[Point]) -> list[Point]:
    """The points without those at which nothing changes against the one before."""
    told: list[Point] = []
    for point in points:
        if not told or not point.same_as(told[-1]):
            told.append(point)
    return told
