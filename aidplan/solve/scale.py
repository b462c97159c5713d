"""Scaling: rows and columns brought near 1 by powers of two, goals to a fixed size.

A workbook may count shells or thousands of shells, dollars or millions; HiGHS compares with absolute
tolerances. Rows and columns are equilibrated by the geometric mean of their largest and smallest
coefficient; a power of two changes no digit of any number, and maxima and minima do not depend on the
order of anything. The passes start from columns measured in what they are worth, in plain currency: from
there on nothing depends on the units of the workbook, so that small duals mean the same in all of them. A goal's largest coefficient becomes 1e3: left at 1e-7..1e-5, as a share of all demand
is, it lies under the solver's tolerance and "optimal" was seen up to 53 % off.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from aidplan.solve.assemble.linear_program import Array, Programme
from aidplan.solve.highs import Problem

PASSES = 12
"""Equilibration passes; 4 left a plan in dollars 6e-7 away from the same plan in millions."""

TYPICAL_BOUND = 32.0
"""Where the middle one of the scaled right-hand sides is brought, so that tolerances mean the same in all plans."""

GOAL_SIZE = 1e3


@dataclass(frozen=True)
class Scaled:
    """A programme in scaled rows and columns: x = ``column``·scaled x, scaled row = ``row``·row.

    ``worth`` (columns) [currency a unit] is the measure that the scaling began from.
    """

    matrix: csr_array
    row_lower: Array
    row_upper: Array
    lower: Array
    upper: Array
    row: Array
    column: Array
    worth: Array

    def problem(self, cost: Array) -> Problem:
        """The problem with a scaled ``cost`` (columns)."""
        return Problem(self.matrix, self.row_lower, self.row_upper, self.lower, self.upper, cost)

    def goal(self, coefficients: Array) -> tuple[Array, float]:
        """Scaled coefficients of a goal, and the factor by which the goal's value was multiplied."""
        scaled = coefficients * self.column
        largest = np.abs(scaled).max(initial=0.0)
        factor = 2.0 ** np.round(np.log2(GOAL_SIZE / largest)) if largest > 0 else 1.0
        return scaled * factor, float(factor)


def _power_of_two(values: Array) -> Array:
    return np.exp2(np.round(np.log2(values)))


def _extremes(data: Array, start: Array) -> tuple[Array, Array]:
    return np.maximum.reduceat(data, start), np.minimum.reduceat(data, start)


def _middle_bound(programme: Programme, row: Array) -> float:
    """The median of the scaled right-hand sides that are not 0."""
    bounds = np.abs(np.concatenate([programme.row_lower * row, programme.row_upper * row]))
    bounds = bounds[np.isfinite(bounds) & (bounds > 0)]
    return float(np.median(bounds)) if bounds.size else TYPICAL_BOUND


def scale(programme: Programme, worth: Array) -> Scaled:
    """Equilibrate a programme's rows and columns by powers of two; ``worth`` (columns) in currency a unit."""
    matrix = programme.matrix
    rows = matrix.shape[0]
    row, column = np.ones(rows), 1.0 / worth
    by_column = matrix.tocsc()
    size, size_by_column = np.abs(matrix.data), np.abs(by_column.data)
    filled = np.nonzero(np.diff(by_column.indptr))[0]
    starts = by_column.indptr[filled]
    for _ in range(PASSES):
        largest, smallest = _extremes(size * column[matrix.indices], matrix.indptr[:-1]) if rows else (row, row)
        row = 1.0 / np.sqrt(largest * smallest)
        if len(filled):
            largest, smallest = _extremes(size_by_column * row[by_column.indices], starts)
            column[filled] = 1.0 / np.sqrt(largest * smallest)
    size_of_plan = _middle_bound(programme, row) / TYPICAL_BOUND
    row, column = _power_of_two(row / size_of_plan), _power_of_two(column * size_of_plan)
    data = matrix.data * column[matrix.indices] * np.repeat(row, np.diff(matrix.indptr))
    return Scaled(
        matrix=csr_array((data, matrix.indices, matrix.indptr), shape=matrix.shape),
        row_lower=programme.row_lower * row,
        row_upper=programme.row_upper * row,
        lower=programme.lower / column,
        upper=programme.upper / column,
        row=row,
        column=column,
        worth=worth,
    )
