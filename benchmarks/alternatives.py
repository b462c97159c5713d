"""Ways that were tried and not taken, measured again beside what is done: the evidence behind docs/decisions.

    python -m benchmarks.alternatives WORKBOOK [TOLERANCE]

The rank after one with a tolerance: its goal held by one row (as it is done), by a row for each part of the goal and a
short sum, and by sliding from the optimal face with the dual simplex. Simplex is cut off at three times `ipx`. Prints
seconds and ratios to the first rank.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import coo_array, csr_array, eye_array, hstack, vstack

from aidplan.solve.assemble.linear_program import Programme
from aidplan.solve.certify import prove
from aidplan.solve.highs import Answer, Method, Problem, SolverInterface
from aidplan.solve.least_prices import DUAL
from aidplan.solve.levels import Rank, ranks_of
from aidplan.solve.lexicographic import Lexicographic
from aidplan.solve.resource_limits import Limits, SolverStopped
from aidplan.solve.scale import Scaled, scale
from aidplan.solve.solving import build_programme
from aidplan.solve.worth import worth_of_columns
from aidplan.workbook import open_workbook, plan_data

CUT_OFF = 3.0
IPX = Method("ipx")


def programme_of(tables: Any) -> tuple[Programme, Scaled, list[Rank]]:
    """The programme of a scenario's tables, scaled, and its ranks."""
    data = plan_data(tables)
    _, programme, _, _ = build_programme(data)
    return programme, scale(programme, worth_of_columns(programme, data)), ranks_of(data.goals)


def first_rank(programme: Programme, s: Scaled, ranks: list[Rank]) -> Problem:
    """The first rank as it is solved."""
    cost, _ = s.goal(ranks[0].coefficients(programme))
    return s.problem(cost)


def timed(
    interface: SolverInterface, problem: Problem, method: Method, limit: float, *, warm: bool = False
) -> tuple[float, str]:
    """Seconds, and whether the answer was proved best."""
    try:
        answer = interface.solve(method, limits=Limits.from_now(limit), warm=warm)
    except SolverStopped:
        return limit, "cut off"
    return answer.seconds, "verified" if prove(problem, answer).holds else answer.status


def by_parts(problem: Problem, cost: Any, bound: float, size: int) -> Problem:
    """The goal's bound as a column and a row for every ``size`` of its terms, and a row for their sum."""
    terms = np.nonzero(cost)[0]
    part = np.arange(len(terms)) // size
    count, width = int(part.max()) + 1, problem.matrix.shape[1]
    largest = np.array([np.abs(cost[terms[part == n]]).max() for n in range(count)])
    own = coo_array((cost[terms] / largest[part], (part, terms)), shape=(count, width)).tocsr()
    rows = [
        hstack([problem.matrix, csr_array((problem.matrix.shape[0], count))]),
        hstack([own, -eye_array(count)]),
        hstack([csr_array((1, width)), csr_array((largest / largest.max()).reshape(1, -1))]),
    ]
    nothing, more = np.zeros(count), np.full(count, np.inf)
    return Problem(
        csr_array(vstack(rows, format="csr")),
        np.concatenate([problem.row_lower, nothing, [-np.inf]]),
        np.concatenate([problem.row_upper, nothing, [bound / largest.max()]]),
        np.concatenate([problem.lower, nothing]),
        np.concatenate([problem.upper, more]),
        np.concatenate([problem.cost, nothing]),
    )


def slide(levels: Lexicographic, answer: Answer, held: Problem, limit: float) -> tuple[float, str]:
    """From the next rank's best on the face to its best within the tolerance, by the dual simplex method.

    On the face the next goal's duals y2 and this one's y1 make y2 + λ·y1 dual feasible for every λ from some
    λ0 on. The column or row that sets λ0 enters the basis for the goal's row; what is left is a wider bound.
    """
    import highspy

    interface = levels.solver.interface
    assert interface is not None
    free = levels.face
    levels._fix_to_face(answer)
    face = replace(levels.face, cost=held.cost)
    interface.change(face)
    next_best = interface.solve(
        Method("simplex", presolve=False, primal=True), warm=True, limits=Limits.from_now(limit)
    )
    status = highspy.HighsBasisStatus
    basis = interface.basis()
    of_columns = np.array([int(each) for each in basis.col_status])
    of_rows = np.array([int(each) for each in basis.row_status])
    fixed = (of_columns != int(status.kBasic)) & (face.lower == face.upper) & (free.lower < free.upper)
    fixed_rows = (
        (of_rows != int(status.kBasic)) & (face.row_lower == face.row_upper) & (free.row_lower < free.row_upper)
    )
    of_columns[fixed] = np.where(answer.column_dual[fixed] > 0, int(status.kLower), int(status.kUpper))
    of_rows[fixed_rows] = np.where(answer.row_dual[fixed_rows] > 0, int(status.kLower), int(status.kUpper))
    reduced = face.cost - face.matrix.T @ next_best.row_dual
    with np.errstate(divide="ignore", invalid="ignore"):
        asks = np.where(fixed, -reduced / answer.column_dual, -np.inf)
        asks_of_rows = np.where(fixed_rows, -next_best.row_dual / answer.row_dual, -np.inf)
    if asks.max() >= asks_of_rows.max():
        of_columns[np.argmax(asks)] = int(status.kBasic)
    else:
        of_rows[np.argmax(asks_of_rows)] = int(status.kBasic)
    interface.change(held)
    start = highspy.HighsBasis()
    start.col_status = [status(int(each)) for each in of_columns]
    start.row_status = [status(int(each)) for each in np.append(of_rows, int(status.kUpper))]
    start.valid = True
    interface.highs.setBasis(start)
    interface._set("simplex_dual_edge_weight_strategy", 1)
    seconds, how = timed(interface, held, DUAL, limit, warm=True)
    return seconds + next_best.seconds, how


def tell(what: str, seconds: float, first: float, how: str) -> None:
    """One line."""
    print(f"{what:60} {seconds:8.2f} s   {seconds / first:5.2f} of the first rank   {how}", flush=True)


def tolerance(programme: Programme, s: Scaled, ranks: list[Rank], give: float, first: float) -> None:
    """The rank after one that may give up ``give`` of its best."""
    levels = Lexicographic(programme, s)
    cost, factor = s.goal(ranks[0].coefficients(programme))
    answer, _, _ = levels.best(cost)
    value = float(cost @ answer.x)
    whole = levels.face
    levels._bound_objective(
        replace(ranks[0], tolerance=give), cost, factor, value / factor, np.zeros(programme.shape[0])
    )
    following, _ = s.goal(ranks[1].coefficients(programme))
    held = replace(levels.face, cost=following)
    ways: dict[str, Callable[[], tuple[float, str]]] = {
        "next rank, the goal held by one row": lambda: timed(SolverInterface(held), held, IPX, 1e9),
    }
    for size in (24, 100):
        parts = by_parts(replace(whole, cost=following), cost, (1 + give) * value, size)
        ways[f"next rank, a row for every {size} terms of the goal"] = lambda p=parts: timed(
            SolverInterface(p), p, IPX, 1e9
        )  # type: ignore[misc]
    levels.face = whole
    ways["next rank, from the face by the dual simplex"] = lambda: slide(levels, answer, held, CUT_OFF * first)
    for what, way in ways.items():
        tell(what, *_with(way(), first))


def _with(found: tuple[float, str], first: float) -> tuple[float, float, str]:
    return found[0], first, found[1]


def main() -> None:
    """Measure one workbook."""
    book = open_workbook(Path(sys.argv[1]))
    programme, s, ranks = programme_of(book.tables)
    base = first_rank(programme, s, ranks)
    interface = SolverInterface(base)
    first, how = timed(interface, base, IPX, 1e9)
    tell(f"first rank, {base.matrix.shape[1]:,} columns", first, first, how)
    tolerance(programme, s, ranks, float(sys.argv[2]) if len(sys.argv) > 2 else 0.01, first)


if __name__ == "__main__":
    main()
