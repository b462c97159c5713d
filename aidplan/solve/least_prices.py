"""Of all duals that prove a rank best, the ones whose prices are least in sum: the same from wherever a solve began.

Where a limit is degenerate many duals prove the same best, and a solver takes the first that it comes by: from another
basis one price in ten of the coalition workbook was another. Here one is chosen by a measure,

    min sum_i most[i]·|y[i]|     over all duals y that are optimal,

with most[i] what one unit of currency moves in row i, times a hashed number in [1, 2) that leaves no tie. It is found
by a programme in directions d from the plan in hand, of which it is the dual: every limit gives way by at most
most[i], what stands on a bound leaves it inwards alone, and the gain is to be largest:

    min c·d    -most[i] <= (A d)[i] where row i stands at its lower bound,  (A d)[i] <= most[i] at its upper bound
               0 <= d[j] where column j stands at its lower bound,  d[j] <= 0 at its upper bound

A better rank decides for the later ones: what it made give way keeps doing so, and they choose among the rest. The
basis of the answer in hand is dual feasible here, so the dual simplex method goes on from it, and the basis in which it
ends is optimal for the rank too.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from aidplan.solve.assemble.linear_program import Array, Programme
from aidplan.solve.highs import Method, Problem
from aidplan.solve.scale import Scaled
from aidplan.solve.worth import hashed_weights

DUAL = Method("simplex", presolve=False)
"""HiGHS's own choice, which is the dual method where the basis is dual feasible."""

DIRECTIONS = DUAL
"""For the programme in directions. Devex weights from the basis took 0.6 s where this takes 2.6 on the coalition workbook of
0.1.0, but on that of 0.2.0 they had not ended after 15 s and 5,300 pivots; this took 3.0 s for 11,900.
"""

FEWEST, A_PIVOT = 10_000, 3
"""Pivots after which the search is given up: so many, or one for so many columns. Seen was one for 6 to 14 columns."""

AT_BOUND = 1e-6
"""Of a bound, or of 1: what is nearer to it than that stands there."""

FURTHEST = 1e6
"""Of what the row in the middle gives way: no row gives way further, nor by a smaller part; seen were 1e-2 to 1e4."""


@dataclass(frozen=True)
class DualWeights:
    """How limits give way: each scaled row by at ``most`` so much, by ``decided`` where a better rank chose (else nan)."""

    most: Array
    decided: Array

    @classmethod
    def of(cls, programme: Programme, scaled: Scaled) -> Self:
        """What one unit of currency moves in each row at most, hashed; a row in the middle gives way by 1 to 2."""
        matrix, worth = scaled.matrix, scaled.worth * scaled.column
        most = np.ones(matrix.shape[0])
        filled = np.nonzero(np.diff(matrix.indptr))[0]
        if len(filled):
            moved = np.abs(matrix.data) / worth[matrix.indices]
            most[filled] = np.maximum.reduceat(moved, matrix.indptr[filled])
            most = np.clip(most / np.median(most[filled]), 1 / FURTHEST, FURTHEST)
        return cls(most * hashed_weights(programme.rows, len(most), "prices"), np.full(len(most), np.nan))

    def directions(self, problem: Problem, x: Array) -> Problem:
        """The programme in directions from ``x`` (columns), one of the best of ``problem``."""
        activity = problem.matrix @ x
        free = np.isnan(self.decided)
        lower = np.where(stands_at(problem.row_lower, activity), -self.most, -np.inf)
        upper = np.where(stands_at(problem.row_upper, activity), self.most, np.inf)
        return replace(
            problem,
            row_lower=np.where(free, lower, self.decided),
            row_upper=np.where(free, upper, self.decided),
            lower=np.where(stands_at(problem.lower, x), 0.0, -np.inf),
            upper=np.where(stands_at(problem.upper, x), 0.0, np.inf),
        )

    def after(self, row_dual: Array, dual_tolerance: float) -> Self:
        """What the rank with these duals leaves to the next: the rows on which it leans are decided."""
        weights = np.where(row_dual > 0, -self.most, self.most)
        return replace(
            self, decided=np.where((np.abs(row_dual) > dual_tolerance) & np.isnan(self.decided), weights, self.decided)
        )

    def with_a_row_more(self) -> Self:
        """For a programme with one row more, that of a goal which is held."""
        return replace(self, most=np.append(self.most, 1.0), decided=np.append(self.decided, np.nan))


def pivots(columns: int) -> int:
    """After how many pivots the search is given up."""
    return max(FEWEST, columns // A_PIVOT)


def stands_at(bound: Array, values: Array) -> Array:
    """Which values, scaled, stand at a bound that is there."""
    with np.errstate(invalid="ignore"):
        return np.isfinite(bound) & (np.abs(values - bound) <= AT_BOUND * np.maximum(1.0, np.abs(bound)))
