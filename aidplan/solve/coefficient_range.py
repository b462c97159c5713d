"""How far apart a programme's coefficients are once they are scaled.

Scaling takes the units of a workbook out of its matrix; what is still far apart is far apart in any units. Past
six orders of magnitude a solver's tolerances begin to matter, which planners are warned of; past nine wrong
optima were seen, and the workbook is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import csr_array

from aidplan.solve.assemble.linear_program import Programme
from aidplan.solve.highs import SolverError

WARNED = 1e6
REFUSED = 1e9

TOLD = 3
"""Cells that are named at each end."""


@dataclass(frozen=True)
class Coefficient:
    """One coefficient: the constraint and quantity with their indices, in the ``workbook``'s units and ``scaled``."""

    constraint: str
    row: tuple[Any, ...]
    quantity: str
    column: tuple[Any, ...]
    workbook: float
    scaled: float


def spread(scaled: csr_array) -> float:
    """The largest coefficient over the smallest; 1 where there is none. Exact zeros do not count."""
    sizes = np.abs(scaled.data)
    sizes = sizes[sizes > 0]
    return float(sizes.max() / sizes.min()) if sizes.size else 1.0


def refuse_what_is_too_far_apart(scaled: csr_array) -> None:
    """Raise SolverError where coefficients are past what was seen to be solved rightly."""
    wide = spread(scaled)
    if wide > REFUSED:
        raise SolverError(f"its scaled coefficients are {wide:.1e} apart, past {REFUSED:.0e}")


def extremes(programme: Programme, scaled: csr_array) -> tuple[list[Coefficient], list[Coefficient]]:
    """The largest and the smallest coefficients, each of another kind of row and column."""
    sizes = np.abs(scaled.data)
    order = np.argsort(sizes, kind="stable")
    order = order[sizes[order] > 0]
    return _distinct(programme, scaled, order[::-1]), _distinct(programme, scaled, order)


def _distinct(programme: Programme, scaled: csr_array, order: np.ndarray) -> list[Coefficient]:
    found: dict[tuple[Any, ...], Coefficient] = {}
    for entry in order[:1000].tolist():
        at = int(np.searchsorted(scaled.indptr, entry, side="right")) - 1
        row, n = programme.block_of_row(at)
        column, k = programme.block_of_column(int(scaled.indices[entry]))
        kind = (row.name, row.keys[row.key[n]], column.name, column.keys[column.key[k]])
        if kind not in found:
            found[kind] = Coefficient(
                row.name, row.index(n), column.name, column.index(k),
                float(programme.matrix.data[entry]), float(scaled.data[entry]),
            )  # fmt: skip
        if len(found) == TOLD:
            break
    return list(found.values())
