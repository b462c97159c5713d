"""From a checked cell to a number, and from a sheet to a mapping in the order of its keys."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from aidplan_models.data import Series

from aidplan.workbook.schema import ALL
from aidplan.workbook.tables import Row, Tables

K = TypeVar("K")
V = TypeVar("V")


class UncheckedTablesError(ValueError):
    """Tables with errors were given to `plan_data`; check the workbook first."""

    def __init__(self, problem: str) -> None:
        super().__init__(f"{problem}; the workbook has errors: check it first, and give only what is not refused")


def number(value: object) -> float:
    """A checked cell as a number; raises `UncheckedTablesError` where it is none."""
    if not isinstance(value, int | float):
        raise UncheckedTablesError(f"{value!r} stands where a number is needed")
    return float(value)


def whole(value: object) -> int:
    """As `number`, for whole numbers."""
    if not isinstance(value, int):
        raise UncheckedTablesError(f"{value!r} stands where a whole number is needed")
    return value


def limit(value: object) -> float:
    """A limit; none is infinite."""
    return math.inf if value is None else number(value)


def codes(value: object) -> frozenset[str] | None:
    """The codes of a list; None for all."""
    if not isinstance(value, tuple):
        raise UncheckedTablesError(f"{value!r} stands where a list of codes is needed")
    return None if value == (ALL,) else frozenset(value)


@dataclass(frozen=True)
class PeriodReader:
    """Reads the numbers of a row's periods, the tail's too."""

    tables: Tables

    def series(self, row: Row) -> Series:
        """The numbers in force in every period that is planned; none is infinite."""
        calendar = self.tables.calendar
        return tuple(map(limit, self.tables[row.sheet.name].series(row, calendar.count, calendar.planned)))


def in_order(pairs: Iterable[tuple[K, V]]) -> dict[K, V]:
    """The pairs in the order of their keys."""
    return dict(sorted(pairs, key=lambda pair: pair[0]))  # type: ignore[arg-type,return-value]


def by_code(tables: Tables, sheet: str, made: Callable[[Row], V]) -> dict[str, V]:
    """What is ``made`` of each row of the sheet, by its only code."""
    return in_order((row.key[0], made(row)) for row in tables[sheet])


def by_codes(tables: Tables, sheet: str, made: Callable[[Row], V]) -> dict[Any, V]:
    """As `by_code`, for keys of two or three codes."""
    return in_order((row.key, made(row)) for row in tables[sheet])


def above_zero(values: dict[K, float]) -> dict[K, float]:
    """Without the zeros, which say the same as no row."""
    return {key: value for key, value in values.items() if value > 0}


def given(cells: dict[Any, object]) -> dict[Any, float]:
    """The cells that are filled."""
    return {key: number(cell) for key, cell in cells.items() if cell is not None}
