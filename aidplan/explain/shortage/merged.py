"""The programme of a shortage with fewer columns: what funds of equal rights buy goes through money nodes.

Lifting menus lets nearly every fund buy nearly everything, one column for each fund, purchase and period. Two merged
programmes hold the same plans: one of what the workbook's menus allow, and one of everything, whose columns are 0 until menus
are lifted. Where they are, no share holds either, so the second leaves shares out. (`aidplan.solve.presolve.merging` says how,
and why both have the same plans.)
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import coo_array, csr_array

from aidplan.explain.shortage.causes import Cause
from aidplan.explain.shortage.lifts import CAUSES, NO_CAUSE
from aidplan.solve.assemble.linear_program import Array, Block, Programme
from aidplan.solve.presolve.merging import Merged, merge

MENU = CAUSES.index(Cause.MENU)

SHARES = ("menu_share_ceiling", "menu_share_floor")
"""Rows that fall where menus are lifted."""


@dataclass(frozen=True)
class Smaller:
    """A programme with the same values; ``cause``, ``lifted_upper``, ``asked`` and ``worth`` are of its columns.

    Its rows are those it was made of, then nodes; ``own`` are its columns that were there before (numbers of both).
    """

    programme: Programme
    cause: Array
    lifted_upper: Array
    asked: Array
    worth: Array
    own: tuple[Array, Array]


def as_it_is(programme: Programme, cause: Array, lifted_upper: Array, asked: Array, worth: Array) -> Smaller:
    """Nothing merged."""
    every = np.arange(programme.shape[1])
    return Smaller(programme, cause, lifted_upper, asked, worth, (every, every))


def merged(programme: Programme, cause: Array, lifted_upper: Array, asked: Array, worth: Array) -> Smaller | None:
    """The programme with its purchases merged, whose rows must have their blocks; None where little would be gained.

    ``programme`` has the bounds that hold where nothing is lifted.
    """
    allowed = np.nonzero(cause != MENU)[0]
    inside = merge(_part(programme, allowed), asked[allowed].astype(float), worth[allowed])
    rows = _without_shares(programme)
    open_ = replace(programme, upper=np.where(cause == MENU, lifted_upper, programme.upper))
    outside = merge(_part(open_, np.arange(programme.shape[1]), rows), asked.astype(float), worth)
    if inside is None or outside is None:
        return None
    whole = programme.shape[0]
    kept = allowed[inside.kept]
    barred = outside.kept[cause[outside.kept] == MENU]  # what did not merge keeps its columns
    first, second = len(inside.kept), len(outside.kept)
    nodes = inside.reduced.shape[0] - whole
    count = [first, inside.reduced.shape[1] - first, len(barred), outside.reduced.shape[1] - second]
    old = np.concatenate([kept, barred])
    nothing, without_end = np.zeros(count[1]), np.full(count[1], np.inf)
    more = np.zeros(count[3])
    smaller = replace(
        programme,
        matrix=_matrix(programme, inside, outside, rows, barred),
        row_lower=np.append(programme.row_lower, np.zeros(nodes + _nodes(outside, len(rows)))),
        row_upper=np.append(programme.row_upper, np.zeros(nodes + _nodes(outside, len(rows)))),
        lower=np.concatenate([programme.lower[kept], nothing, programme.lower[barred], more]),
        upper=np.concatenate([programme.upper[kept], without_end, programme.upper[barred], more]),
        columns={},
        rows={},
    )
    places = np.concatenate([np.arange(first), first + count[1] + np.arange(len(barred))])
    return Smaller(
        smaller,
        np.concatenate([cause[kept], np.full(count[1], NO_CAUSE), cause[barred], np.full(count[3], MENU)]),
        np.concatenate([lifted_upper[kept], without_end, lifted_upper[barred], np.full(count[3], np.inf)]),
        np.concatenate([asked[kept], np.zeros(count[1], bool), asked[barred], np.zeros(count[3], bool)]),
        np.concatenate([inside.worth, worth[barred], outside.worth[second:]]),
        (old, places),
    )


def _matrix(programme: Programme, inside: Merged, outside: Merged, rows: Array, barred: Array) -> csr_array:
    """The rows of what is merged without the menu, then with it; ``barred`` are the columns of the menu that stay."""
    whole = programme.shape[0]
    nodes, second = inside.reduced.shape[0] - whole, len(outside.kept)
    to = np.concatenate([rows, np.arange(outside.reduced.shape[0] - len(rows)) + whole + nodes])
    parts = [
        (inside.reduced.matrix, np.arange(inside.reduced.shape[0])),
        (_columns(programme.matrix, barred), np.arange(whole)),
        (_columns(outside.reduced.matrix, np.arange(second, outside.reduced.shape[1])), to),
    ]
    return _beside(parts, int(to.max(initial=whole + nodes - 1)) + 1)


def _nodes(merged_: Merged, rows: int) -> int:
    return merged_.reduced.shape[0] - rows


def _without_shares(programme: Programme) -> Array:
    """The rows that hold where menus are lifted."""
    held = np.ones(programme.shape[0], dtype=bool)
    for name in SHARES:
        if name in programme.rows:
            held[programme.rows[name].members] = False
    return np.nonzero(held)[0]


def _part(programme: Programme, columns: Array, rows: Array | None = None) -> Programme:
    """Some columns of a programme, and some of its rows."""
    rows = np.arange(programme.shape[0]) if rows is None else rows
    return replace(
        programme,
        matrix=_columns(programme.matrix[rows], columns),
        row_lower=programme.row_lower[rows],
        row_upper=programme.row_upper[rows],
        lower=programme.lower[columns],
        upper=programme.upper[columns],
        columns={},
        rows=families_of(programme, rows),
    )


def families_of(programme: Programme, rows: Array) -> dict[str, Block]:
    """The blocks of some rows (numbers, in order)."""
    found, start = {}, 0
    for name, block in programme.rows.items():
        own = rows[(rows >= block.start) & (rows < block.start + len(block))] - block.start
        if len(own):
            found[name] = replace(block, start=start, key=block.key[own], period=block.period[own])
            start += len(own)
    return found


def _columns(matrix: csr_array, columns: Array) -> csr_array:
    return csr_array(matrix.tocsc()[:, columns])


def _beside(parts: list[tuple[csr_array, Array]], rows: int) -> csr_array:
    """Matrices beside each other, the rows of each where ``to`` says."""
    row, column, value, width = [], [], [], 0
    for matrix, to in parts:
        entries = coo_array(matrix)
        row.append(to[entries.coords[0]])
        column.append(entries.coords[1] + width)
        value.append(entries.data)
        width += matrix.shape[1]
    places = (np.concatenate(row), np.concatenate(column))
    return csr_array(coo_array((np.concatenate(value), places), shape=(rows, width)))
