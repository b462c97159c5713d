"""Prices of limits, both sides: what one more is worth, and what the loss of one costs.

Each side has its own segments: how fast the objective changes, how far that goes on, and what comes after it
(`aidplan.explain.one_sided`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from aidplan_models.registry import KEY_COLUMNS, LIMITS, PERIOD, PRICE_COLUMN, LimitKind

from aidplan.explain.first_level import FirstLevel
from aidplan.explain.one_sided import Way, along, rates
from aidplan.solve.resource_limits import SolverStopped
from aidplan.solve.starting import NOTHING_FIRST

MOST = 10
"""Limits whose prices are looked at where none is asked for."""

SEGMENTS = 3
"""Segments that are told of a limit, each way."""

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

    Without a limit that is asked for, the ten that bear most in the first objective, of a large plan for that alone. Raises LimitError for one that no row
    of the plan has.
    """
    rows = _asked(level, asked) if asked else _bearing_most(level)
    first_alone = not asked and level.presolve is not NOTHING_FIRST
    found: list[dict[str, Any]] = []
    for n, row in enumerate(rows):
        try:
            level.limits.check()
            found += _of_row(level, row, first_alone=first_alone)
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


def _of_row(level: FirstLevel, row: int, *, first_alone: bool) -> Iterator[dict[str, Any]]:
    """One limit's prices for each objective in turn, up to the first that gives up some of its best; or for the first alone."""
    (limit, key), period = level.thing(row)
    codes = {PRICE_COLUMN.get(column, column): code for column, code in (*key, (PERIOD, period))}
    results = level.planned.solved.ranks
    tolerant = (n for n, result in enumerate(results, 1) if result.rank.tolerance > 0)
    ranks = [result.rank for result in results[: 1 if first_alone else next(tolerant, len(results))]]
    up, down = ((1.0,), (1.0,)) if first_alone else (rates(level, row, by, ranks) for by in (1.0, -1.0))
    most = SEGMENTS
    for n, rank in enumerate(ranks, 1):
        price = float(results[n - 1].price[row])
        if price or any(side and side[n - 1] for side in (up, down)):
            more, less = (along(level, row, by, ranks[:n], most) for by in (1.0, -1.0))
            yield {
                "goal": rank.name, "limit": limit, **codes, "price": price,
                "price_up": _first(more, -1.0), "price_down": _first(less, 1.0),
                "range_up": _reach(more), "range_down": _reach(less), "more": more, "less": less,
            }  # fmt: skip
            most = 1  # of later objectives the first segment alone


def _first(way: Way | None, sign: float) -> float | None:
    return sign * way.segments[0].rate if way is not None and way.segments else None


def _reach(way: Way | None) -> float | None:
    """How far the first rate goes; 0 where no plan follows at all."""
    if way is None:
        return None
    return way.segments[0].amount if way.segments else 0.0


def told(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """``prices`` of the answer: of each limit what the next ones are worth to the first objective that it moves
    (``segments``), and what the loss of so many costs (``less``), nearest first; an ``amount`` of None goes on without end.
    """
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in rows:
        keys = {column: row[column] for column in KEY_COLUMNS if row.get(column)}
        sides = {"segments": _segments(row["more"], -1.0), "less": _segments(row["less"], 1.0)}
        found.setdefault((row["limit"], *keys.items()), {"goal": row["goal"], "limit": row["limit"], **keys, **sides})
    return list(found.values())


def _segments(way: Way | None, sign: float) -> list[dict[str, float | None]]:
    if way is None:
        return []
    return [
        {"amount": one.amount if one.amount < float("inf") else None, "worth": sign * one.rate or 0.0}
        for one in way.segments
    ]
