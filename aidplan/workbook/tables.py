"""A workbook as tables: typed rows that know their cells.

A `Row` gives typed values with the defaults of the schema applied; what is none is None. Periods are
period numbers 1..T (0 and less before the start, in ``funding`` alone). A list of codes is a sorted tuple, ``("*",)``
for all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from aidplan.workbook.periods import Calendar
from aidplan.workbook.schema import CODES, REPEAT, SETTING, SHEETS, Scalar, Sheet


def column_letters(index: int) -> str:
    """``A`` for column 0, ``AA`` for column 26."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


@dataclass(frozen=True, slots=True)
class Layout:
    """Where a sheet's columns stand: column name or period number -> column index; ``value`` in a long table."""

    columns: Mapping[str, int] = field(default_factory=dict)
    periods: Mapping[int, int] = field(default_factory=dict)
    long: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One record. ``values`` and ``periods`` hold the filled cells alone, typed; ``number`` is its Excel row,
    in a long table that of its first period. ``bad`` names the cells that could not be read.
    """

    sheet: Sheet
    layout: Layout
    number: int
    values: Mapping[str, Scalar]
    periods: Mapping[int, float]
    bad: frozenset[str | int] = frozenset()
    lines: Mapping[int, int] = field(default_factory=dict)
    """In a long table: period number -> Excel row."""

    def __getitem__(self, name: str) -> Scalar | None:
        value = self.values.get(name)
        if value is None:
            column = self.sheet.column(name)
            if column is None:
                raise KeyError(f"{self.sheet.name} has no column {name}")
            return column.default
        return value

    @property
    def key(self) -> tuple[str, ...]:
        """The values of the key columns as text, a list's codes joined by ``", "``; "" for one not readable."""
        return tuple(_as_key(self[column.name]) for column in self.sheet.keys)

    def cell(self, name: str | int) -> str:
        """``F12`` for a column or a period number; the row's first cell where the sheet lacks that column."""
        if isinstance(name, str):
            return f"{column_letters(self.layout.columns.get(name, 0))}{self.number}"
        if self.layout.long:
            return f"{column_letters(self.layout.columns['value'])}{self.lines.get(name, self.number)}"
        return f"{column_letters(self.layout.periods.get(name, 0))}{self.number}"

    def reads(self, *names: str | int) -> bool:
        """Whether none of these cells is unreadable."""
        return not self.bad or self.bad.isdisjoint(names)

    def number_at(self, t: int) -> float | None:
        """The number in force in period t: the period's cell, else 0 or the column it stands in for."""
        value = self.periods.get(t)
        if value is None:
            kind = self.sheet.periods
            if kind is None:
                raise KeyError(f"{self.sheet.name} has no periods")
            if not kind.stands_for:
                return 0.0
            base = self[kind.stands_for]
            return base if isinstance(base, int | float) else None
        return value

    def with_cells(self, changed: Mapping[str | int, Scalar | None]) -> Row:
        """The row with some cells changed; None empties one."""
        values, periods = dict(self.values), dict(self.periods)
        for name, value in changed.items():
            if isinstance(name, str):
                _put(values, name, value)
            else:
                _put(periods, name, value)
        return replace(self, values=values, periods=periods)


def _put(cells: dict[Any, Any], name: str | int, value: Scalar | None) -> None:
    if value is None:
        cells.pop(name, None)
    else:
        cells[name] = value


def _as_key(value: Scalar | None) -> str:
    return "" if value is None else ", ".join(value) if isinstance(value, tuple) else str(value)


@dataclass(frozen=True)
class Table:
    """One sheet's rows, in the order in which they stand. ``present`` is False where the workbook lacks it;
    ``title`` is the sheet's name as written there.
    """

    sheet: Sheet
    rows: tuple[Row, ...] = ()
    layout: Layout = Layout()
    present: bool = False
    title: str = ""

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that the sheet has, periods not counted, in the order in which they stand."""
        return tuple(sorted(self.layout.columns, key=self.layout.columns.__getitem__))

    def by_key(self) -> dict[tuple[str, ...], Row]:
        """Rows by key; of a duplicate the first."""
        found: dict[tuple[str, ...], Row] = {}
        for row in self.rows:
            found.setdefault(row.key, row)
        return found

    def speaks_of(self, t: int) -> bool:
        """Whether a column, or in a long table a row of any key, stands for period number t."""
        return t in self.layout.periods or (self.layout.long and any(t in row.lines for row in self.rows))

    def series(self, row: Row, horizon: int, planned: int) -> tuple[float | None, ...]:
        """The numbers in force in periods 1..``planned`` of a row; None where there is no limit.

        A period of the tail that the sheet does not speak of repeats the last period of the horizon, or has nothing,
        as the sheet's period columns say.
        """
        cells = self.sheet.periods
        assert cells is not None, f"{self.sheet.name} has no periods"
        within = [row.number_at(t) for t in range(1, horizon + 1)]
        silent: float | None = within[-1] if cells.in_tail == REPEAT else 0.0
        for t in range(horizon + 1, planned + 1):
            within.append(row.number_at(t) if t in row.periods or self.speaks_of(t) else silent)
        return tuple(within)

    def with_rows(self, rows: Iterable[Row]) -> Table:
        """The same sheet with other rows."""
        return replace(self, rows=tuple(rows))


class Tables:
    """Every sheet of the format by name; one that the workbook lacks is an empty `Table`."""

    def __init__(self, tables: Mapping[str, Table], calendar: Calendar) -> None:
        self._tables = {name: tables.get(name, Table(sheet)) for name, sheet in SHEETS.items()}
        self._by_key: dict[str, dict[tuple[str, ...], Row]] = {}
        self.calendar = calendar

    def __getitem__(self, sheet: str) -> Table:
        return self._tables[sheet]

    def __iter__(self) -> Iterator[str]:
        return iter(self._tables)

    def row(self, sheet: str, key: tuple[str, ...] | str) -> Row | None:
        """The row of that key; None where there is none."""
        if sheet not in self._by_key:
            self._by_key[sheet] = self._tables[sheet].by_key()
        return self._by_key[sheet].get((key,) if isinstance(key, str) else tuple(key))

    def address(self, sheet: str, key: tuple[str, ...] | str, column: str | int) -> str:
        """``funding!F12`` for a column or period number of the row of that key; the sheet alone without one."""
        row = self.row(sheet, key)
        return f"{sheet}!{row.cell(column)}" if row else sheet

    def setting(self, name: str) -> Scalar | None:
        """A setting's value, its default where the sheet leaves it out."""
        row = self.row("settings", name)
        value = row.values.get("value") if row else None
        return SETTING[name].default if value is None else value

    def replaced(self, tables: Mapping[str, Table]) -> Tables:
        """The workbook with some sheets replaced."""
        return Tables({**self._tables, **tables}, self.calendar)


def codes_of(row: Row, name: str) -> tuple[str, ...]:
    """The codes of a cell: those of a list, the one of a code, none of an empty one."""
    value = row[name]
    column = row.sheet.column(name)
    if value is None:
        return ()
    if column is not None and column.kind == CODES and isinstance(value, tuple):
        return value
    return (str(value),)
