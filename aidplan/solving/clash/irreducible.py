"""An irreducible clash: rows that cannot all be kept, though any one of them taken away lets the rest be kept.

It begins from the rows whose multipliers prove that no plan exists, usually few, and takes rows away one by
one: where the rest still clashes, the multipliers that prove that name fewer rows yet. What is left when every
row was tried is irreducible; bounds of single quantities (nothing is below 0) are kept throughout.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from aidplan.solving.bridge import BridgeError
from aidplan.solving.clash.elastic import GIVES, Rows, give_way, lever_columns
from aidplan.solving.clash.levers import ASKING, Lever
from aidplan.solving.limits import Limits, SolverStopped
from aidplan.solving.programme import Array, Programme
from aidplan.solving.ranks import NotVerified

BEARS = 1e-9
"""Of the largest multiplier: a smaller one is rounding."""


@dataclass(frozen=True)
class Clash:
    """``rows`` clash; ``irreducible`` says that each of them was seen to be needed for it."""

    rows: tuple[int, ...]
    irreducible: bool


@dataclass
class _Reduction:
    rows: Rows
    added: csr_array
    most: Array
    limits: Limits

    def price(self, kept: Sequence[int]) -> Array | None:
        """The multipliers (kept rows) that prove a clash of these rows; None where they can all be kept."""
        chosen = np.array(kept, dtype=np.int64)
        part = csr_array(self.rows.programme.matrix[chosen, :])
        added = csr_array(self.added[chosen, :])
        columns, levers = np.unique(part.indices), np.unique(added.indices)
        programme = self.rows.programme
        sub = Programme(
            matrix=csr_array(part[:, columns]),
            row_lower=programme.row_lower[chosen],
            row_upper=programme.row_upper[chosen],
            lower=programme.lower[columns],
            upper=programme.upper[columns],
            goals={},
            columns={},
            rows={},
            void=(),
        )
        met = give_way(
            sub,
            self.rows.worth[columns],
            csr_array(added[:, levers]),
            self.most[levers],
            limits=self.limits,
            threads=1,
        )
        if met is None:
            raise NotVerified
        return met.price if met.value > GIVES else None

    def needed(self, kept: list[int]) -> list[int]:
        """The rows without those that the multipliers leave out."""
        price = self.price(kept)
        if price is None:
            return []
        large = np.abs(price) > BEARS * np.abs(price).max(initial=0.0)
        return [row for row, bears in zip(kept, large.tolist(), strict=True) if bears]


def irreducible(rows: Rows, levers: Sequence[Lever], price: Array, limits: Limits) -> Clash | None:
    """The clash within the rows that ``price`` (rows, from the programme with everything asked given up) names.

    None where these rows do not clash by themselves, which rounding may do. Ends at a limit
    with what it has, which is then not shown to be irreducible.
    """
    asking = [lever for lever in levers if lever.kind in ASKING]
    most = np.array([lever.most / lever.size for lever in asking])
    reduction = _Reduction(rows, lever_columns(rows, asking), most, limits)
    kept = np.nonzero(np.abs(price) > BEARS * np.abs(price).max(initial=0.0))[0].tolist()
    settled: list[int] = []
    try:
        kept = reduction.needed(kept)
        if not kept:
            return None
        while len(settled) < len(kept):
            limits.check()
            candidate = next(row for row in kept if row not in settled)
            rest = [row for row in kept if row != candidate]
            smaller = reduction.needed(rest) if rest else []
            if smaller and set(settled) <= set(smaller):
                kept = smaller
            elif smaller:  # multipliers without a row that another clash needs: this clash alone is followed
                kept, settled = smaller, [row for row in settled if row in smaller]
            else:
                settled.append(candidate)
    except (SolverStopped, NotVerified, BridgeError):
        return Clash(tuple(kept), False) if kept else None
    return Clash(tuple(kept), True)
