"""A linear programme as arrays, with the names of its rows and columns.

`Programme` is what the solver interface hands to HiGHS and what verification is done against. It is made by
`aidplan.solve.assemble.assembly` and changed by nobody.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy.sparse import csr_array

Array = np.ndarray


@dataclass(frozen=True)
class Block:
    """The columns of one quantity, or the rows of one limit: ``start`` .. ``start + len`` in order.

    ``keys`` are the index without its period, ``key[n]`` and ``period[n]`` say which of them the n-th
    member has (period 0: the limit has none); ``name`` is the quantity's or the constraint's.
    """

    name: str
    start: int
    keys: Sequence[tuple[Any, ...]]
    key: Array
    period: Array

    def __len__(self) -> int:
        return len(self.key)

    @property
    def members(self) -> slice:
        """Where the members stand among all columns or rows."""
        return slice(self.start, self.start + len(self))

    def index(self, n: int) -> tuple[Any, ...]:
        """The whole index of the n-th member, period last where there is one."""
        period = int(self.period[n])
        return (*self.keys[self.key[n]], period) if period else tuple(self.keys[self.key[n]])


@dataclass(frozen=True)
class Programme:
    """minimise one of ``goals`` subject to row_lower <= matrix·x <= row_upper, lower <= x <= upper.

    ``matrix`` is rows x columns; ``goals`` maps a goal's name to its coefficients (columns), ``constants`` to what it
    counts whatever is decided.
    ``void`` tells rows without a column that cannot hold: (limit, index, sense, bound).
    """

    matrix: csr_array
    row_lower: Array
    row_upper: Array
    lower: Array
    upper: Array
    goals: Mapping[str, Array]
    columns: Mapping[str, Block]
    rows: Mapping[str, Block]
    void: Sequence[tuple[str, tuple[Any, ...], str, float]]
    constants: Mapping[str, float] = field(default_factory=dict)

    @property
    def shape(self) -> tuple[int, int]:
        """Rows, columns."""
        return self.matrix.shape

    def block_of_row(self, row: int) -> tuple[Block, int]:
        """The limit's block that a row belongs to, and which of it."""
        return _owner(self.rows, row)

    def block_of_column(self, column: int) -> tuple[Block, int]:
        """The quantity's block that a column belongs to, and which of it."""
        return _owner(self.columns, column)


def _owner(blocks: Mapping[str, Block], position: int) -> tuple[Block, int]:
    for block in blocks.values():
        if block.start <= position < block.start + len(block):
            return block, position - block.start
    raise IndexError(position)
