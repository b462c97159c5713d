"""Which columns are the same purchase paid by different payers: found in the matrix, by what merges most."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array

from aidplan.solve.assemble.linear_program import Array, Programme
from aidplan.solve.presolve.hashing import column_sums, mixed_bits, of_floats

FEWEST = 0.05
"""Of the columns: where fewer would go, nothing is merged."""


@dataclass(frozen=True)
class Purchases:
    """Columns that may be merged: ``column``, its ``payer``, ``purchase`` and class ``of_class``, numbered from 0.

    ``amount`` is the money a unit of the column, ``money`` (rows) tells the rows in which payers differ. Every class holds
    each of its payers with each of its purchases once.
    """

    column: Array
    payer: Array
    purchase: Array
    of_class: Array
    amount: Array
    money: Array


@dataclass(frozen=True)
class _Entries:
    """The matrix by entries, with 64 bits for each that depend on its row and value."""

    row: Array
    column: Array
    value: Array
    bits: Array
    own: Array  # (columns) bits of the column's goal
    total: Array  # (columns) bits of all its entries
    of_block: list[Array]  # (blocks) which entries are in its rows

    @classmethod
    def of(cls, programme: Programme, goal: Array, block: Array) -> _Entries:
        matrix = coo_array(programme.matrix)
        row, column = (each.astype(np.int64) for each in matrix.coords)
        with np.errstate(over="ignore"):
            bits = mixed_bits(of_floats(matrix.data) + mixed_bits(row))
        order = np.argsort(block[row], kind="stable")
        ends = np.searchsorted(block[row][order], np.arange(len(programme.rows) + 1))
        of_block = [order[ends[n] : ends[n + 1]] for n in range(len(programme.rows))]
        total = column_sums(bits, column, programme.shape[1])
        return cls(row, column, matrix.data, bits, of_floats(goal), total, of_block)


def find_purchases(programme: Programme, goal: Array) -> Purchases | None:
    """The columns to merge for a goal (columns); None where little would be gained."""
    columns = programme.shape[1]
    unbounded = (programme.lower == 0) & np.isposinf(programme.upper)
    block = np.zeros(programme.shape[0], dtype=np.int64)
    for n, part in enumerate(programme.rows.values()):
        block[part.members] = n
    entries = _Entries.of(programme, goal, block)
    best: tuple[int, Purchases] | None = None
    blocks: tuple[int, ...] = ()
    for main in range(len(programme.rows)):
        found = _merged_by(entries, block, (main,), unbounded)
        if found is not None and (best is None or found[0] > best[0]):
            best, blocks = found, (main,)
    if best is None or best[0] < FEWEST * columns:
        return None
    mergeable = np.zeros(columns, dtype=bool)
    mergeable[entries.column[entries.of_block[blocks[0]]]] = True
    for more in range(len(programme.rows)):
        touched = entries.column[entries.of_block[more]]
        if more in blocks or not mergeable[touched].any():
            continue
        found = _merged_by(entries, block, (*blocks, more), unbounded)
        if found is not None and found[0] > best[0]:
            best, blocks = found, (*blocks, more)
    return best[1]


def _merged_by(
    entries: _Entries, block: Array, blocks: tuple[int, ...], unbounded: Array
) -> tuple[int, Purchases] | None:
    """How many columns go if the rows of these blocks are the money's, the first of them the spending; and which."""
    columns = len(unbounded)
    held = [entries.of_block[n] for n in blocks]
    first = held[0]
    count = np.bincount(entries.column[first], minlength=columns)
    amount = np.bincount(entries.column[first], np.abs(entries.value[first]), minlength=columns)
    member = unbounded & (count == 1) & (amount > 0)
    if np.count_nonzero(member) < max(1.0, FEWEST * columns):
        return None
    money = np.concatenate([each[member[entries.column[each]]] for each in held])
    share = entries.value[money] / amount[entries.column[money]]
    with np.errstate(over="ignore"):
        rest = entries.total - column_sums(entries.bits[money], entries.column[money], columns)
        purchase = mixed_bits(rest + mixed_bits(of_floats(amount)) + entries.own)
        payer = column_sums(
            mixed_bits(of_floats(share) + mixed_bits(entries.row[money])), entries.column[money], columns
        )
    column = np.nonzero(member)[0]
    _, purchase_of = np.unique(purchase[column], return_inverse=True)
    _, payer_of = np.unique(payer[column], return_inverse=True)
    class_of_purchase = column_sums(mixed_bits(payer_of), purchase_of, purchase_of.max() + 1)
    _, of_class = np.unique(class_of_purchase[purchase_of], return_inverse=True)
    # Only classes in which every payer buys everything, once, and which get smaller.
    payers = _different(of_class, payer_of)
    things = _different(of_class, purchase_of)
    size = np.bincount(of_class)
    gain = np.where(size == payers * things, size - payers - things, 0)
    chosen = gain[of_class] > 0
    if not chosen.any():
        return None
    _, renumbered = np.unique(of_class[chosen], return_inverse=True)
    rows = np.isin(block, blocks)
    found = Purchases(column[chosen], payer_of[chosen], purchase_of[chosen], renumbered, amount[column[chosen]], rows)
    return int(gain[gain > 0].sum()), found


def _different(of_class: Array, member: Array) -> Array:
    """How many different members each class holds."""
    pairs = np.unique(of_class.astype(np.int64) * (int(member.max()) + 1) + member)
    return np.bincount(pairs // (int(member.max()) + 1))
