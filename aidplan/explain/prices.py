"""Prices of limits, both sides: what one more is worth, and what the loss of one costs.

Each is a derivative, found by a linear programme of its own over the directions in which the plan can go: what stands at a
bound may only leave it, all else may move, and the limit moves by one. Objectives of better priority come first there too.
So both sides are right where the limit is degenerate, and the solver's one dual is not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from aidplan_models.registry import KEY_COLUMNS, LIMITS, PERIOD, PRICE_COLUMN, LimitKind

from aidplan.explain.first_level import FirstLevel
from aidplan.solve.assemble.linear_program import Array, Programme
from aidplan.solve.highs import BridgeError
from aidplan.solve.levels import Rank
from aidplan.solve.lexicographic import Chain
from aidplan.solve.resource_limits import SolverStopped
from aidplan.solve.scale import scale
from aidplan.solve.verified import NoPlan, NotVerified, VerifiedSolver

AT_A_BOUND = 1e-7
"""Of a bound, or of 1: how near it a value stands at it."""

MOST = 10
"""Limits whose prices are looked at where none is asked for."""

COLUMNS = ("goal", "limit", *KEY_COLUMNS, "price", "price_up", "price_down", "range_up", "range_down")
"""The columns of ``prices.csv``."""


class LimitError(ValueError):
    """What is asked is no limit of the run; one sentence says what to type."""


@dataclass(frozen=True)
class AskedLimit:
    """A limit as typed: ``kind``, codes by key, and the periods ``first`` .. ``last`` ("" for no end)."""

    kind: str
    key: Mapping[str, str]
    first: str = ""
    last: str = ""

    @classmethod
    def typed(cls, text: str) -> AskedLimit:
        """From ``capacity plant=camden period=2025-01..``. Raises LimitError."""
        kind, *pairs = text.split()
        if kind not in LIMITS or LIMITS[kind].kind is LimitKind.DEFINING:
            known = ", ".join(name for name, limit in LIMITS.items() if limit.kind is not LimitKind.DEFINING)
            raise LimitError(f"--limit {text}: there is no limit `{kind}`; one of {known}")
        key = {}
        for pair in pairs:
            name, equals, code = pair.partition("=")
            if not equals or name not in LIMITS[kind].index:
                raise LimitError(f"--limit {text}: {kind} has no key `{name}`; it has {', '.join(LIMITS[kind].index)}")
            key[name] = code
        first, dots, last = key.pop(PERIOD, "..").partition("..")
        return cls(kind, key, first, last if dots else first)

    def covers(self, limit: str, key: Mapping[str, str], period: str) -> bool:
        """Whether a row is one that is asked about."""
        inside = (not self.first or period >= self.first) and (not self.last or period <= self.last)
        return limit == self.kind and inside and all(key.get(name) == code for name, code in self.key.items())


def prices(level: FirstLevel, asked: Sequence[AskedLimit]) -> tuple[list[dict[str, Any]], int]:
    """A row of ``prices.csv`` for each objective and limit; and how many limits time did not suffice for.

    Without a limit that is asked for, the ten that bear most in the first objective. Raises LimitError for one that no row
    of the plan has.
    """
    rows = _asked(level, asked) if asked else _bearing_most(level)
    found: list[dict[str, Any]] = []
    for n, row in enumerate(rows):
        try:
            level.limits.check()
            found += _of_row(level, row)
        except SolverStopped:
            return found, len(rows) - n
    return found, 0


def _asked(level: FirstLevel, asked: Sequence[AskedLimit]) -> list[int]:
    found: list[int] = []
    for one in asked:
        rows = []
        for row in range(level.programme.shape[0]):
            (limit, key), period = level.thing(row)
            if one.covers(limit, dict(key), period):
                rows.append(row)
        if not rows:
            raise LimitError(
                f"--limit {one.kind}: no limit of the plan has these keys and periods; see tables/prices.csv"
            )
        found += rows
    return list(dict.fromkeys(found))


def _bearing_most(level: FirstLevel) -> list[int]:
    programme, price = level.programme, level.result.price
    bound = np.where(np.isfinite(programme.row_upper), programme.row_upper, programme.row_lower)
    weight = np.abs(price * bound)
    movable = [
        row
        for row in np.argsort(-weight, kind="stable").tolist()[: 40 * MOST]
        if weight[row] > 0 and LIMITS[level.thing(row)[0][0]].kind is LimitKind.MOVABLE
    ]
    return movable[:MOST]


def _of_row(level: FirstLevel, row: int) -> Iterator[dict[str, Any]]:
    """One limit's prices for each objective in turn, up to the first that gives up some of its best."""
    (limit, key), period = level.thing(row)
    codes = {PRICE_COLUMN.get(column, column): code for column, code in (*key, (PERIOD, period))}
    results = level.planned.solved.ranks
    ranks = []
    for result in results:
        ranks.append(replace(result.rank, tolerance=0.0))
        if result.rank.tolerance > 0:
            break
    up, down = derivative(level, row, 1.0, ranks), derivative(level, row, -1.0, ranks)
    for n, rank in enumerate(ranks):
        more = None if up is None or n >= len(up) else -up[n]
        less = None if down is None or n >= len(down) else down[n]
        price = float(results[n].price[row])
        if price or more or less:
            yield {
                "goal": rank.name, "limit": limit, **codes, "price": price, "price_up": more, "price_down": less,
                "range_up": None, "range_down": None,
            }  # fmt: skip


def derivative(level: FirstLevel, row: int, by: float, ranks: Sequence[Rank]) -> list[float] | None:
    """How fast each objective changes as a row's right-hand side moves by ``by``; None where no plan follows it."""
    programme = _directions(level.programme, level.planned.solved.ranks[len(ranks) - 1].x, row, by)
    scaled = scale(programme, level.planned.scaled.worth)
    chain = Chain(programme, scaled, VerifiedSolver(limits=level.limits, threads=1))
    found = []
    level.solves += 1
    try:
        for rank in ranks:
            found.append(float(rank.coefficients(programme) @ chain.meet(rank).x))
    except (NoPlan, NotVerified, BridgeError):
        return found or None
    return found


def _directions(programme: Programme, x: Array, row: int, by: float) -> Programme:
    """The directions in which a plan can go while one right-hand side moves."""
    lower, upper = _opened(x, programme.lower, programme.upper)
    row_lower, row_upper = _opened(programme.matrix @ x, programme.row_lower, programme.row_upper)
    moves_lower, moves_upper = row_lower[row] == 0, row_upper[row] == 0
    row_lower[row] = by if moves_lower else -np.inf
    row_upper[row] = by if moves_upper else np.inf
    return replace(programme, lower=lower, upper=upper, row_lower=row_lower, row_upper=row_upper)


def _opened(values: Array, lower: Array, upper: Array) -> tuple[Array, Array]:
    """What stands at a bound may only leave it; all else may move."""
    low, high = np.where(np.isfinite(lower), lower, 0.0), np.where(np.isfinite(upper), upper, 0.0)
    at_lower = np.isfinite(lower) & (values <= low + AT_A_BOUND * np.maximum(1.0, np.abs(low)))
    at_upper = np.isfinite(upper) & (values >= high - AT_A_BOUND * np.maximum(1.0, np.abs(high)))
    return np.where(at_lower, 0.0, -np.inf), np.where(at_upper, 0.0, np.inf)


def told(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """``prices`` of the answer: of each limit what the next ones are worth to the first objective that it moves.

    One segment, without its end: how far a price reaches is not looked for.
    """
    found = []
    for row in rows:
        keys = {column: row[column] for column in KEY_COLUMNS if row.get(column)}
        segments = [{"amount": None, "worth": row["price_up"]}]
        found.append({"goal": row["goal"], "limit": row["limit"], **keys, "segments": segments})
    return found
