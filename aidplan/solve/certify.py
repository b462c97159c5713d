"""Verification apart from the solver: an answer is judged by the matrix as it was sent.

Nothing that HiGHS says of its own answer is used, only the numbers it gave: the rows are recomputed, the
reduced costs are recomputed from the duals of the rows, and the bound that these prove is compared with
the value that the plan has. Source: weak duality of linear programming.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from aidplan.solve.assemble.linear_program import Array
from aidplan.solve.highs import Answer, Problem

TOLERANCE = 1e-6
"""Of the largest term: violations of rows, bounds and dual signs, and the gap, all on scaled numbers."""


@dataclass(frozen=True)
class Proof:
    """How far an answer is from proved, each relative; ``primal``, ``dual`` violation and ``gap``."""

    primal: float
    dual: float
    gap: float

    @property
    def holds(self) -> bool:
        """Whether the answer is feasible, and proved best."""
        return self.feasible and self.dual <= TOLERANCE and self.gap <= TOLERANCE

    @property
    def feasible(self) -> bool:
        """Whether the answer keeps every row and bound."""
        return self.primal <= TOLERANCE


def _excess(values: Array, lower: Array, upper: Array) -> Array:
    return np.maximum(np.maximum(lower - values, values - upper), 0.0)


def _largest_terms(problem: Problem, x: Array) -> Array:
    """The largest absolute term of each row."""
    matrix = problem.matrix
    largest = np.zeros(matrix.shape[0])
    filled = np.nonzero(np.diff(matrix.indptr))[0]
    if len(filled):
        largest[filled] = np.maximum.reduceat(np.abs(matrix.data * x[matrix.indices]), matrix.indptr[filled])
    return largest


def primal_violation(problem: Problem, x: Array) -> float:
    """The worst violation of a row or bound, of its largest term or 1."""
    if not np.isfinite(x).all():
        return np.inf
    activity = problem.matrix @ x
    of_rows = _excess(activity, problem.row_lower, problem.row_upper) / np.maximum(1.0, _largest_terms(problem, x))
    of_bounds = _excess(x, problem.lower, problem.upper) / np.maximum(1.0, np.abs(x))
    return float(max(of_rows.max(initial=0.0), of_bounds.max(initial=0.0)))


def prove(problem: Problem, answer: Answer) -> Proof:
    """Judge an answer that claims to be best."""
    rows, columns = problem.matrix.shape
    if answer.x.shape != (columns,) or answer.row_dual.shape != (rows,):
        return Proof(np.inf, np.inf, np.inf)
    if not (np.isfinite(answer.row_dual).all() and np.isfinite(answer.x).all()):
        return Proof(primal_violation(problem, answer.x), np.inf, np.inf)
    reduced = problem.cost - problem.matrix.T @ answer.row_dual
    weight = np.maximum(1.0, np.abs(problem.cost))
    proved, wrong = _bound(answer.row_dual, problem.row_lower, problem.row_upper)
    proved_by_columns, wrong_of_columns = _bound(reduced, problem.lower, problem.upper)
    size = max(1.0, np.abs(problem.cost).max(initial=0.0))
    dual = max((np.abs(wrong) / size).max(initial=0.0), (np.abs(wrong_of_columns) / weight).max(initial=0.0))
    value = float(problem.cost @ answer.x)
    gap = abs(value - (proved + proved_by_columns)) / max(1.0, abs(value))
    return Proof(primal_violation(problem, answer.x), float(dual), float(gap))


def _bound(dual: Array, lower: Array, upper: Array) -> tuple[float, Array]:
    """What multipliers prove with their bounds; and where they lean on a bound that is not there (else 0)."""
    bound = np.where(dual > 0, lower, upper)
    there = np.isfinite(bound)
    return float(dual @ np.where(there, bound, 0.0)), np.where(there, 0.0, dual)


def proves_infeasible(problem: Problem, ray: Array | None) -> bool:
    """Whether multipliers of the rows show that no x keeps every row and bound (Farkas)."""
    if ray is None or ray.shape != (problem.matrix.shape[0],) or not np.isfinite(ray).all():
        return False
    for sign in (1.0, -1.0):
        multipliers = sign * ray / max(np.abs(ray).max(initial=0.0), 1e-300)
        wanted, wrong = _bound(multipliers, problem.row_lower, problem.row_upper)
        reachable = problem.matrix.T @ multipliers
        most = np.where(reachable > 0, problem.upper, problem.lower)
        small = np.abs(reachable) <= 1e-9
        with np.errstate(invalid="ignore"):
            best = np.where(small, 0.0, reachable * most).sum()
        if (
            np.abs(wrong).max(initial=0.0) <= 1e-9
            and np.isfinite(best)
            and wanted > best + 1e-9 * max(1.0, abs(wanted))
        ):
            return True
    return False


def proves_unbounded(problem: Problem, direction: Array | None) -> bool:
    """Whether a direction keeps every row and bound however far it is followed, and the cost falls along it.

    Together with one feasible plan it proves that the cost has no least value.
    """
    if direction is None or direction.shape != (problem.matrix.shape[1],) or not np.isfinite(direction).all():
        return False
    step = direction / max(np.abs(direction).max(initial=0.0), 1e-300)
    activity, size = problem.matrix @ step, np.maximum(1.0, _largest_terms(problem, step))
    of_rows = np.maximum(
        np.where(np.isfinite(problem.row_upper), activity, 0.0),
        np.where(np.isfinite(problem.row_lower), -activity, 0.0),
    )
    of_bounds = np.maximum(
        np.where(np.isfinite(problem.upper), step, 0.0), np.where(np.isfinite(problem.lower), -step, 0.0)
    )
    kept = (of_rows <= 1e-9 * size).all() and (of_bounds <= 1e-9).all()
    return bool(kept and problem.cost @ step < -1e-6 * np.abs(problem.cost).max(initial=0.0))
