"""One limit moved one way: how fast each objective changes, how far that goes on, and what comes after it.

The rate is found by a programme over the directions in which a plan can go: what stands at a bound may only leave it, all else
may move, and the limit moves. Objectives of better priority come first there too. So the rate is right where the limit is
degenerate, and the solver's one dual is not.

How far it goes on is found by a second programme. What the duals of the directions lean on is held, the limit is moved as far as
can be, and everything that is reached on the way is best by the same duals. Where no more is left, a next piece begins. Pieces
with one rate are one: for a first objective there is one piece a rate, a later one may go on at its rate where a better one does
not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from highspy import HighsBasisStatus
from scipy.sparse import coo_array, csr_array, hstack

from aidplan.explain.first_level import FirstLevel
from aidplan.solve.assemble.linear_program import Array
from aidplan.solve.certify import prove, proves_unbounded
from aidplan.solve.highs import Method, Problem, SolverError, SolverInterface
from aidplan.solve.least_prices import stands_at
from aidplan.solve.levels import Rank
from aidplan.solve.lexicographic import Lexicographic
from aidplan.solve.scale import TYPICAL_BOUND, Scaled
from aidplan.solve.verified import NoPlan, NotVerified, VerifiedSolver
from aidplan.solve.warm import Starts

SAME = 1e-7
"""Of a rate: rates this close are one."""

NOWHERE = 1e-9
"""Of a limit, scaled: what is nearer is not moved at all."""

PIECES = 24
"""Pieces that are looked at one way; what is not reached by then is not told."""

FURTHEST = (Method("simplex", presolve=False, primal=True), Method("ipx"), Method("simplex"))


@dataclass(frozen=True)
class Segment:
    """The next ``amount`` of a limit [its units, infinite: without end], each of which changes the objective by ``rate``
    [goal units a unit of the limit].
    """

    amount: float
    rate: float


@dataclass(frozen=True)
class Way:
    """The segments one way, nearest first. ``known`` is False where more follows than was looked at; where it is True the
    last one goes on without end, or no plan follows past it.
    """

    segments: Sequence[Segment]
    known: bool


@dataclass(frozen=True)
class Piece:
    """So far the objectives change at these ``rates``, those of better priority first; ``amount`` as in `Segment`."""

    rates: Sequence[float]
    amount: float


def along(level: FirstLevel, row: int, by: float, ranks: Sequence[Rank], most: int = 1) -> Way | None:
    """The last of the ``ranks`` as a limit (row) moves one way, ``by`` 1 or -1: its first ``most`` segments.

    Objectives of better priority are at their best all along. An empty way where no plan follows at all; None where a rate
    could not be proved. Raises SolverStopped at a limit of time.
    """
    found: list[Segment] = []
    try:
        for n, piece in enumerate(pieces(level, row, by, ranks)):
            rate = piece.rates[-1]
            if found and abs(found[-1].rate - rate) <= SAME * max(abs(found[-1].rate), abs(rate)):
                found[-1] = Segment(found[-1].amount + piece.amount, found[-1].rate)
            elif len(found) == most or n == PIECES:
                return Way(found, len(found) == most)
            else:
                found.append(Segment(piece.amount, rate))
    except (NotVerified, SolverError):
        return Way(found[:-1], False) if found else None
    return Way(found, True)


def rates(level: FirstLevel, row: int, by: float, ranks: Sequence[Rank]) -> Sequence[float] | None:
    """How fast each objective changes as a limit moves; empty where no plan follows, None where that is not proved."""
    try:
        return _directions(
            level, row, by, ranks, level.planned.solved.ranks[len(ranks) - 1].x, 0.0, level.own_starts()
        )[0]
    except NoPlan:
        return ()
    except (NotVerified, SolverError):
        return None


def pieces(level: FirstLevel, row: int, by: float, ranks: Sequence[Rank]) -> Iterator[Piece]:
    """One piece after another, until nothing changes any more or no plan follows. Raises NotVerified, SolverError,
    SolverStopped.
    """
    x, moved, starts = level.planned.solved.ranks[len(ranks) - 1].x, 0.0, level.own_starts()
    while True:
        try:
            found, face, basis = _directions(level, row, by, ranks, x, moved, starts)
        except NoPlan:
            return
        x, amount = _furthest(level, row, by, face, x, moved, basis)
        yield Piece(found, amount)
        if not np.isfinite(amount):
            return
        if amount <= NOWHERE / level.planned.scaled.row[row]:
            raise NotVerified
        moved += amount


def _directions(
    level: FirstLevel, row: int, by: float, ranks: Sequence[Rank], x: Array, moved: float, starts: Starts
) -> tuple[list[float], Problem, object]:
    """The rates at ``x`` (columns), where the limit stands ``moved`` away; the face that they lean on, and its basis."""
    step = by * TYPICAL_BOUND
    scaled = _opened(level.planned.scaled, row, x, by * moved, step)
    programme = level.programme
    solver = VerifiedSolver(limits=level.limits, threads=1)
    levels = Lexicographic(programme, scaled, solver, starts=starts)
    level.solves += 1
    found = []
    try:
        for rank in ranks:
            change = float(rank.coefficients(programme) @ levels.optimise(replace(rank, tolerance=0.0)).x)
            found.append(change / TYPICAL_BOUND * float(scaled.row[row]))
        assert solver.interface is not None
        return found, levels.face, solver.interface.basis()
    finally:
        if solver.interface is not None:
            solver.interface.close()


def _opened(plan: Scaled, row: int, x: Array, moved: float, step: float) -> Scaled:
    """The directions from a plan: what stands at a bound may only leave it, and a row's right-hand side moves by ``step``,
    scaled.
    """
    at = x / plan.column
    row_lower, row_upper, moves_lower, moves_upper = _moved(plan, row, moved)
    lower, upper = _leaving(at, plan.lower, plan.upper)
    activity = plan.matrix @ at
    own_lower, own_upper = _leaving(activity, row_lower, row_upper)
    own_lower[row] = own_lower[row] + step if moves_lower else -np.inf
    own_upper[row] = own_upper[row] + step if moves_upper else np.inf
    return replace(plan, lower=lower, upper=upper, row_lower=own_lower, row_upper=own_upper)


def _leaving(values: Array, lower: Array, upper: Array) -> tuple[Array, Array]:
    return np.where(stands_at(lower, values), 0.0, -np.inf), np.where(stands_at(upper, values), 0.0, np.inf)


def _moved(plan: Scaled, row: int, moved: float) -> tuple[Array, Array, bool, bool]:
    """Bounds of the rows with a limit ``moved`` [its units]; and whether its lower and its upper bound are the limit."""
    lower, upper = plan.row_lower.copy(), plan.row_upper.copy()
    moves_upper = bool(np.isfinite(upper[row]))
    moves_lower = bool(np.isfinite(lower[row])) and (not moves_upper or lower[row] == upper[row])
    lower[row] += moved * plan.row[row] if moves_lower else 0.0
    upper[row] += moved * plan.row[row] if moves_upper else 0.0
    return lower, upper, moves_lower, moves_upper


def _furthest(
    level: FirstLevel, row: int, by: float, face: Problem, x: Array, moved: float, basis: object
) -> tuple[Array, float]:
    """How far the limit moves [its units] while what the duals lean on is held; and a plan at that end.

    Raises NotVerified, SolverStopped.
    """
    plan = level.planned.scaled
    problem = _held(plan, row, by, face, x, by * moved)
    level.solves += 1
    with SolverInterface(problem, threads=1) as interface:
        for way in FURTHEST:
            warm = way is FURTHEST[0]
            if warm:
                interface.stand_at(_with_a_column_more(basis))
            answer = interface.solve(way, limits=level.limits, warm=warm)
            if answer.status == "unbounded" and proves_unbounded(problem, answer.direction):
                return x, np.inf
            if answer.status == "optimal" and prove(problem, answer).holds:
                end = np.clip(answer.x, problem.lower, problem.upper)
                return end[:-1] * plan.column, float(end[-1] / plan.row[row])
    raise NotVerified


def _held(plan: Scaled, row: int, by: float, face: Problem, x: Array, moved: float) -> Problem:
    """All plans on a face of directions, with one more column: by how much the limit is moved, to be largest."""
    at = x / plan.column
    row_lower, row_upper, moves_lower, moves_upper = _moved(plan, row, moved)
    activity = plan.matrix @ at
    stands_lower, stands_upper = stands_at(row_lower, activity), stands_at(row_upper, activity)
    own_lower, own_upper = _on(face.row_lower, face.row_upper, row_lower, row_upper, stands_lower, stands_upper)
    if face.row_lower[row] == face.row_upper[row]:
        own_lower[row] = own_upper[row] = row_upper[row] if moves_upper else row_lower[row]
    elif not (moves_lower and moves_upper):
        own_lower[row], own_upper[row] = (-np.inf, row_upper[row]) if moves_upper else (row_lower[row], np.inf)
    lower, upper = _on(
        face.lower, face.upper, plan.lower, plan.upper, stands_at(plan.lower, at), stands_at(plan.upper, at)
    )
    column = coo_array(([-by], ([row], [0])), shape=(plan.matrix.shape[0], 1))
    return Problem(
        csr_array(hstack([plan.matrix, column], format="csr")),
        own_lower,
        own_upper,
        np.append(lower, 0.0),
        np.append(upper, np.inf),
        np.append(np.zeros(len(lower)), -1.0),
    )


def _on(
    face_lower: Array, face_upper: Array, lower: Array, upper: Array, at_lower: Array, at_upper: Array
) -> tuple[Array, Array]:
    """Bounds, where the face of directions holds something held at the bound at which it stands."""
    held = (face_lower == face_upper) & (at_lower | at_upper)
    bound = np.where(at_lower, lower, upper)
    return np.where(held, bound, lower), np.where(held, bound, upper)


def _with_a_column_more(basis: object) -> object:
    """A basis of the directions, for the programme with the limit's own column at 0."""
    states = [*basis.col_status, HighsBasisStatus.kLower]  # type: ignore[attr-defined]
    free, lower = HighsBasisStatus.kZero, HighsBasisStatus.kLower
    basis.col_status = [lower if state == free else state for state in states]  # type: ignore[attr-defined]
    return basis
