"""The elastic programme: the plan's own, with a column for every lever that may give way.

Each lever is measured by its size, so that a tonne, a dollar and a share of demand can be added up, and
the sum of what gives way is what is made least.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from scipy.sparse import coo_array, csr_array, hstack

from aidplan.solving.clash.levers import Lever
from aidplan.solving.limits import Limits
from aidplan.solving.programme import Array, Programme
from aidplan.solving.ranks import Chain, NoPlan, Rank, RankResult
from aidplan.solving.scaling import scale

GIVES = 1e-8
"""Sizes that must give way: with less, the rows can all be kept."""

BARRED = Rank(1, ("barred",), (1.0,), 0.0)
GIVING_WAY = Rank(2, ("giving_way",), (1.0,), 0.0)


@dataclass(frozen=True)
class Rows:
    """A programme, the ``worth`` of its columns [currency a unit], and where each of its limits stands."""

    programme: Programme
    worth: Array

    @cached_property
    def numbers(self) -> dict[tuple[str, tuple[Any, ...]], int]:
        """(constraint, index) -> row."""
        return {
            (name, family.index(n)): family.start + n
            for name, family in self.programme.rows.items()
            for n in range(len(family))
        }

    def effects(self, lever: Lever) -> list[tuple[int, float]]:
        """(row, move of its right-hand side a unit) of the limits that are in the programme."""
        found = ((self.numbers.get((name, index)), amount) for name, index, amount in lever.effects)
        return [(row, amount) for row, amount in found if row is not None]


@dataclass(frozen=True)
class Relaxed:
    """The least that must give way: ``value`` in sizes, ``moves`` (levers, in their units), the plan ``x``
    (columns of the plan's own programme) and each row's ``price`` (sizes a unit of its right-hand side).
    """

    value: float
    moves: Array
    x: Array
    price: Array


def relax(
    rows: Rows,
    chosen: Sequence[Lever],
    *,
    others: Sequence[Lever] = (),
    limits: Limits,
    threads: int,
    progress: Callable[[str], None] = lambda _: None,
) -> Relaxed | None:
    """Let the chosen levers give way as little as a plan needs; None where that does not help.

    With ``others`` that together let any plan exist, what these must still give is made least first: a solver
    finds that quickly, and that a programme is infeasible slowly. Only where it is nothing do the chosen suffice.
    Raises SolverStopped at a limit, NotVerified where no answer could be verified.
    """
    sizes = np.array([lever.size for lever in chosen])
    every = [*chosen, *others]
    most = np.array([lever.most / lever.size for lever in every])
    met = give_way(
        rows.programme,
        rows.worth,
        lever_columns(rows, every),
        most,
        last=len(others),
        limits=limits,
        threads=threads,
        progress=progress,
    )
    if met is None:
        return None
    width = rows.programme.shape[1]
    moves = np.maximum(met.x[width : width + len(chosen)], 0.0) * sizes
    return Relaxed(met.value, moves, met.x[:width], met.price)


def lever_columns(rows: Rows, chosen: Sequence[Lever]) -> csr_array:
    """What a size of each lever takes off the programme's rows (rows x levers)."""
    row, column, amount = [], [], []
    for n, lever in enumerate(chosen):
        for at, effect in rows.effects(lever):
            row.append(at)
            column.append(n)
            amount.append(-effect * lever.size)
    return csr_array(coo_array((amount, (row, column)), shape=(rows.programme.shape[0], len(chosen))))


def give_way(
    programme: Programme,
    worth: Array,
    added: csr_array,
    most: Array,
    *,
    last: int = 0,
    limits: Limits,
    threads: int = 0,
    progress: Callable[[str], None] = lambda _: None,
) -> RankResult | None:
    """The least sum of added columns (each up to ``most``) with which every row can be kept; None where none can.

    The ``last`` of them may not give way at all. The answer is verified; its first columns are the programme's.
    """
    width, count = programme.shape[1], added.shape[1]
    barred = np.concatenate([np.zeros(width + count - last), np.ones(last)])
    elastic = replace(
        programme,
        matrix=csr_array(hstack([programme.matrix, added], format="csr")),
        lower=np.concatenate([programme.lower, np.zeros(count)]),
        upper=np.concatenate([programme.upper, most]),
        goals={"barred": barred, "giving_way": np.concatenate([np.zeros(width), np.ones(count)]) - barred},
    )
    scaled = scale(elastic, np.concatenate([worth, np.ones(count)]))
    chain = Chain(elastic, scaled, limits=limits, threads=threads, progress=progress)
    try:
        if last and chain.meet(BARRED).value > GIVES:
            return None
        return chain.meet(GIVING_WAY)
    except NoPlan:
        return None
