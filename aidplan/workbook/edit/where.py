"""The ``where`` of a scenario row: which rows it selects.

``fund=USAI; country=US, DE``: every named column must equal one of its list, numbers as numbers, periods
as periods, words of a choice in any case, an empty cell as its default or as ``none``, a list by each of
its codes. An empty ``where`` selects every row.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from aidplan.workbook.cells import CellError, is_blank, read_period, shown
from aidplan.workbook.findings import nearest
from aidplan.workbook.periods import Calendar, PeriodError, looks_like_period
from aidplan.workbook.schema import CHOICE, CODE, CODES, NUMBER, PERIOD, SETTING, Column, Scalar, Sheet
from aidplan.workbook.tables import Row

NONE = "none"


@dataclass(frozen=True, slots=True)
class Condition:
    """One named column (or period) and what its cell may equal; ``words`` are these as written."""

    name: str | int
    column: Column
    wanted: frozenset[Scalar]
    words: tuple[str, ...]

    def holds(self, row: Row) -> bool:
        """Whether the row's cell equals one of the list."""
        return row.reads(self.name) and not self.wanted.isdisjoint(self.values(row))

    def values(self, row: Row) -> set[Scalar]:
        """All that the row's cell equals."""
        if isinstance(self.name, int):
            number = row.number_at(self.name)
            equal: set[Scalar] = {NONE} if self.name not in row.periods else set()
            return equal if number is None else equal | {float(number)}
        value = row[self.name]
        equal = {NONE} if self.name not in row.values else set()
        if value is None:
            return equal
        if self.column.is_number:
            return equal | {float(value)}  # type: ignore[arg-type]
        if self.column.kind in (CODES, PERIOD):
            return equal | (set(value) if isinstance(value, tuple) else {value})
        return equal | {shown(value)}


def read_where(raw: object, sheet: Sheet, calendar: Calendar) -> tuple[Condition, ...]:
    """The conditions of a ``where`` cell. Raises `CellError` for an unknown column or a value that is none there."""
    if is_blank(raw):
        return ()
    return tuple(_read_condition(part, sheet, calendar) for part in shown(raw).split(";") if part.strip())


def _read_condition(part: str, sheet: Sheet, calendar: Calendar) -> Condition:
    name, equals, listed = part.partition("=")
    name = name.strip()
    words = tuple(word.strip() for word in listed.split(","))
    if not equals or not name or "=" in listed or "" in words:
        raise CellError(
            "bad-where", f"where `{part.strip()}` is not understood", "write column=value, value; column=value"
        )
    cell, column = _named(name, sheet, calendar)
    if sheet.name == "settings" and cell == "key":
        words = tuple(word.casefold() for word in words)
        for word in words:
            if word not in SETTING:
                near = nearest(word, SETTING)
                raise CellError(
                    "bad-where",
                    f"where names the setting `{word}`, which does not exist",
                    f"did you mean `{near}`?" if near else "",
                )
    return Condition(cell, column, frozenset(_wanted(word, column, calendar) for word in words), words)


def _named(name: str, sheet: Sheet, calendar: Calendar) -> tuple[str | int, Column]:
    column = sheet.column(name.casefold())
    if column is not None:
        return column.name, column
    if sheet.periods is not None and looks_like_period(name):
        try:
            t = calendar.number(name)
        except PeriodError as problem:
            raise CellError("no-period", f"where: {problem}", f"write a period such as {calendar.label(1)}") from None
        return t, Column(name, NUMBER, "")
    near = nearest(name, [known.name for known in sheet])
    raise CellError(
        "unknown-column",
        f"where names `{name}`, which is no column of {sheet.name}",
        f"did you mean `{near}`?" if near else f"it has {', '.join(known.name for known in sheet)}",
    )


def _wanted(word: str, column: Column, calendar: Calendar) -> Scalar:
    if word.casefold() == NONE:
        return NONE
    if column.is_number:
        return _number(word, column)
    if column.kind == PERIOD:
        return read_period(column, word, calendar)
    if column.kind == CHOICE or (column.kind in (CODE, CODES) and word.casefold() in (*column.choices, *column.words)):
        return word.casefold()
    return word


def _number(word: str, column: Column) -> float:
    """A number as the scenario language writes it, with a decimal point."""
    try:
        number = float(word)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise CellError("not-a-number", f"where {column.name} is `{word}`", "it must be a number")
    return number


def idle_words(conditions: tuple[Condition, ...], rows: tuple[Row, ...]) -> list[tuple[Condition, str]]:
    """Words of a ``where`` that no row of the sheet has: most likely mistyped."""
    idle = []
    for condition in conditions:
        borne: set[Scalar] = set().union(*(condition.values(row) for row in rows)) if rows else set()
        for word in condition.words:
            if (
                word.casefold() != NONE
                and {word, word.casefold()}.isdisjoint(borne)
                and not condition.column.is_number
                and condition.column.kind != PERIOD
            ):
                idle.append((condition, word))
    return idle


Selector = Callable[[Row], bool]


def selector(conditions: tuple[Condition, ...]) -> Selector:
    """Whether all conditions hold."""
    return lambda row: all(condition.holds(row) for condition in conditions)
