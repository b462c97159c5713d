"""The planner's own workbook with the rolled tables in it: cells change, nothing moves.

A column of a period that is past keeps its place and its cells under a name that begins with ``#`` and is hidden: it is
a note and is not read. So formulas, charts and names elsewhere keep their meaning. A row that goes is emptied.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from aidplan.roll.package import Package
from aidplan.roll.sheet_xml import SheetXml, Value
from aidplan.workbook.periods import Calendar
from aidplan.workbook.schema import PERIOD, SHEETS, Column, Scalar, Sheet
from aidplan.workbook.tables import Row, Table, Tables

HEADER = 1
"""The Excel row of a sheet's header."""


@dataclass
class Writer:
    """Writes rolled rows over the sheets of a package. ``first`` is the new first period, dated as in ``before``."""

    package: Package
    before: Tables
    first: int
    columns_past: dict[str, list[str]] = field(default_factory=dict)
    """Sheet -> labels of the period columns that became notes."""
    lines_past: Counter[str] = field(default_factory=Counter)
    """Sheet -> how many rows of a long table were of the past."""
    formulas: Counter[str] = field(default_factory=Counter)
    """Sheet -> how many formulas gave way to their values."""

    def write(self, sheet: str, rows: Iterable[Row]) -> None:
        """Writes one sheet's rows; makes the sheet where the workbook has none and there are rows."""
        rows, table = list(rows), self.before[sheet]
        if not table.present:
            if rows:
                self._make(SHEETS[sheet], rows)
            return
        xml = self.package.sheet(table.title)
        waited = {t for row in rows for t in row.periods if t < self.first} if sheet == "funding" else set()
        page = _Page(xml, table, self.before.calendar, self.first, waited)
        self.formulas[sheet] += _as_values(xml, page)
        old = {row.number: row for row in table.rows}
        page.make_columns(rows, old)
        for row in rows:
            if row.number in old:
                page.change(old[row.number], row)
            else:
                page.append(row)
        self._past(page)
        self.lines_past[sheet] += page.gone

    def leave_out(self, row: Row, column: str = "") -> None:
        """Empties a row of the scenarios, or writes what is left of its ``column``."""
        table = self.before["scenarios"]
        xml = self.package.sheet(table.title)
        if column:
            xml.put(row.number, table.layout.columns["column"], column)
        else:
            for index in table.layout.columns.values():
                xml.put(row.number, index, None)

    def _past(self, page: _Page) -> None:
        """Columns of the past become notes, but for those that tranches still wait for."""
        table = page.table
        for t, index in table.layout.periods.items():
            if not page.reads(t):
                label = self.before.calendar.label(t)
                self.package.rename_column(table.title, index, f"#{label}")
                page.xml.put(HEADER, index, f"#{label}")
                page.xml.hide([index])
                self.columns_past.setdefault(table.sheet.name, []).append(label)

    def _make(self, sheet: Sheet, rows: list[Row]) -> None:
        """A sheet that the workbook did not have, with the columns that its rows fill."""
        names = [c.name for c in sheet if c.required or c.key or any(c.name in row.values for row in rows)]
        periods = sorted({t for row in rows for t in row.periods})
        if sheet.periods is not None and sheet.periods.is_time_table:
            periods = list(range(self.first, max([self.before.calendar.count, *periods]) + 1))
        labels = [self.before.calendar.label(t) for t in periods]
        xml = self.package.new_sheet(sheet.name)
        for index, name in enumerate([*names, *labels, "source"]):
            xml.put(HEADER, index, name)
        for number, row in enumerate(rows, HEADER + 1):
            cells = [_shown(sheet, name, row.values.get(name), self.before.calendar) for name in names]
            cells += [row.periods.get(t) for t in periods] + [str(row.values.get("source", ""))]
            for index, value in enumerate(cells):
                if value is not None:
                    xml.put(number, index, value)


class _Page:
    """One sheet on which rows are written: where its columns stand, and which may still be added."""

    def __init__(self, xml: SheetXml, table: Table, calendar: Calendar, first: int, waited: set[int]) -> None:
        self.xml, self.table, self.calendar, self.first, self._waited = xml, table, calendar, first, waited
        self.columns = dict(table.layout.columns)
        self.periods = dict(table.layout.periods)
        self.long = table.layout.long
        self.gone = 0
        self.last = max([HEADER, *(n for row in table.rows for n in (row.number, *row.lines.values()))])
        self.pattern = self.last if self.last > HEADER else 0
        width = max([xml.width(), *(index + 1 for index in (*self.columns.values(), *self.periods.values()))])
        self._next = width

    def reads(self, t: int) -> bool:
        """Whether the rolled workbook reads cells of that period."""
        return t >= self.first or t in self._waited

    def make_columns(self, rows: list[Row], old: Mapping[int, Row]) -> None:
        """Columns for what some row has and the sheet has no column for."""
        for row in rows:
            before = old.get(row.number)
            for name, value in row.values.items():
                if name not in self.columns and (before is None or before.values.get(name) != value):
                    self.columns[name] = self._add(name, next(iter(self.columns.values()), 0))
        if not self.long:
            for t in sorted({t for row in rows for t in row.periods if self.reads(t)} - self.periods.keys()):
                beside = self.periods[max(self.periods)] if self.periods else next(iter(self.columns.values()), 0)
                self.periods[t] = self._add(self.calendar.label(t), beside)

    def _add(self, header: str, like: int) -> int:
        self.xml.put(HEADER, self._next, header, self.xml.style(HEADER, like))
        self._next += 1
        return self._next - 1

    def change(self, old: Row, new: Row) -> None:
        """Changes the cells in which a row differs from the workbook's; lines of the past go from a long table."""
        for t, number in old.lines.items():
            if not self.reads(t):
                self.xml.remove(number)
                self.gone += 1
        numbers = [n for t, n in old.lines.items() if self.reads(t)] if self.long else [old.number]
        if self.long and old.number not in old.lines.values():
            numbers.append(old.number)
        said = set()
        if not numbers:  # every line of the key is past: its first one says of it what is no period's
            numbers = [old.number]
            said = self._first_line(old.number, new)
            for name in old.values:
                self._value(old.number, new, name)
        for name in {*old.values, *new.values}:
            if old.values.get(name) != new.values.get(name):
                for number in numbers:
                    self._value(number, new, name)
        for t in sorted({*old.periods, *new.periods} - said):
            if old.periods.get(t) != new.periods.get(t) and self.reads(t):
                self._period(old, new, t)

    def _first_line(self, number: int, row: Row) -> set[int]:
        """A line of a key that has no other: a time table names a period in every line. The period that it names."""
        if row.sheet.periods is None or not row.sheet.periods.is_time_table:
            self._line(number, None, None)
            return set()
        self._line(number, self.first, row.periods.get(self.first, 0.0))
        return {self.first}

    def _period(self, old: Row, new: Row, t: int) -> None:
        value = new.periods.get(t)
        if not self.long:
            self._put(old.number, self.periods[t], value, self._style(self.periods[t]))
        elif t in old.lines:
            self._put(old.lines[t], self.columns["value"], value)
        elif value is not None:
            self._new_line(new, t)

    def append(self, row: Row) -> None:
        """Writes a new row below the others."""
        if self.long and row.periods:
            for t in sorted(filter(self.reads, row.periods)):
                self._new_line(row, t)
            return
        number = self._next_row()
        for name in row.values:
            self._value(number, row, name)
        if self.long:
            self._first_line(number, row)
        for t, value in row.periods.items():
            self._put(number, self.periods[t], value, self._style(self.periods[t]))

    def _new_line(self, row: Row, t: int) -> None:
        number = self._next_row()
        for name in row.values:
            self._value(number, row, name)
        self._line(number, t, row.periods[t])

    def _line(self, number: int, t: int | None, value: float | None) -> None:
        label = None if t is None else self.calendar.label(t)
        self._put(number, self.columns["period"], label, self._style(self.columns["period"]))
        self._put(number, self.columns["value"], value, self._style(self.columns["value"]))

    def _value(self, number: int, row: Row, name: str) -> None:
        value = _shown(row.sheet, name, row.values.get(name), self.calendar)
        self._put(number, self.columns[name], value, self._style(self.columns[name]))

    def _put(self, number: int, column: int, value: Value, style: str = "") -> None:
        self.xml.put(number, column, value, style)

    def _style(self, column: int) -> str:
        return self.xml.style(self.pattern, column) if self.pattern else ""

    def _next_row(self) -> int:
        self.last += 1
        return self.last


def _shown(sheet: Sheet, name: str, value: Scalar | None, calendar: Calendar) -> Value:
    """A typed cell as a planner writes it."""
    if isinstance(value, tuple):
        return ", ".join(value)
    column: Column | None = sheet.column(name)
    if column is not None and column.kind == PERIOD and isinstance(value, int):
        return calendar.label(value)
    return value


def _as_values(xml: SheetXml, page: _Page) -> int:
    """Puts values in the place of formulas in every cell that is read; how many there were."""
    formulas = xml.formulas()
    if not formulas:
        return 0
    read = {*page.columns.values(), *page.periods.values()}
    gone = {at: text for at, text in formulas.items() if at[1] in read}
    unshare(xml, gone, {at: text for at, text in formulas.items() if at not in gone})
    return sum(xml.plain(*at) for at in gone)


def unshare(xml: SheetXml, gone: Mapping[tuple[int, int], str], kept: Mapping[tuple[int, int], str]) -> None:
    """Formulas that stay and were written at one that goes get a text of their own."""
    from openpyxl.formula.translate import Translator

    from aidplan.roll.sheet_xml import cleaned
    from aidplan.workbook.tables import column_letters

    def address(at: tuple[int, int]) -> str:
        return f"{column_letters(at[1])}{at[0]}"

    shared = re.compile(r'\bsi="(\d+)"')
    masters = {}
    for at, text in gone.items():
        body = re.search(r">(.*)</", text, re.DOTALL)
        if (found := shared.search(text)) and body and body[1].strip():
            masters[found[1]] = (at, body[1])
    for at, text in kept.items():
        found = shared.search(text)
        if found and found[1] in masters and not re.search(r">(.+)</", text, re.DOTALL):
            origin, formula = masters[found[1]]
            plain = formula.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').replace("&amp;", "&")
            own = Translator(f"={plain}", origin=address(origin)).translate_formula(address(at))[1:]
            cell = xml.cells(at[0])[at[1]]
            cell.inner = cell.inner.replace(text, f"<{xml.prefix}f>{cleaned(own)}</{xml.prefix}f>")
