"""The rows of one sheet: each cell typed by its column, the lines of a long table joined."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property

from aidplan.workbook.cells import Broken, CellError, is_blank, read_cell, shown
from aidplan.workbook.findings import ERROR, WARNING, Finding, shortened
from aidplan.workbook.headers import Header
from aidplan.workbook.periods import Calendar
from aidplan.workbook.schema import NOTES, NUMBER, PERIOD, TEXT, Column, Scalar, Sheet
from aidplan.workbook.tables import Layout, Row, column_letters

Report = Callable[[Finding], None]


class RowReader:
    """Reads the rows of one sheet under its header."""

    def __init__(
        self,
        sheet: Sheet,
        header: Header,
        calendar: Calendar,
        report: Report,
        raw: bool,
        grid: Sequence[Sequence[object]],
    ) -> None:
        self.sheet, self.header, self.calendar, self.report = sheet, header, calendar, report
        self.raw_values, self.grid = raw, grid
        layout = header.layout
        self.columns = [(column, layout.columns[column.name]) for column in header.columns]
        if raw:  # a setting's value and a scenario's are typed by what they are for
            self.columns = [(column, index) for column, index in self.columns if column.kind != TEXT or column.required]
            self.raw = [
                (name, index) for name, index in layout.columns.items() if name not in {c.name for c, _ in self.columns}
            ]
        self.periods = sorted(layout.periods.items())
        self.period_column = {t: Column(calendar.label(t), NUMBER, "", low=0.0) for t, _ in self.periods}
        self.width = (
            max([0, *(index for _, index in self.columns), *layout.periods.values(), *layout.columns.values()]) + 1
        )
        unit = sheet.periods
        self.long = (
            (
                Column("period", PERIOD, "", required=bool(unit and unit.is_time_table)),
                Column("value", NUMBER, "", low=0.0),
            )
            if layout.long
            else None
        )

    def read(self, number: int, cells: Sequence[object]) -> Row | None:
        """The row, None for a blank one. ``number`` is its Excel row."""
        if len(cells) < self.width:
            cells = [*cells, *([""] * (self.width - len(cells)))]
        if all(is_blank(cells[index]) for index in self.header.read):
            self._stray(number, cells)
            return None
        self._stray(number, cells)
        if self._is_remark(number, cells):
            return None
        values: dict[str, Scalar] = {}
        bad: set[str | int] = set(self.header.missing)
        for column, index in self.columns:
            self._read_one(column, index, number, cells[index], values, bad)
        if self.raw_values:
            for name, index in self.raw:
                self._read_raw(name, index, number, cells[index], values, bad)
        if self.long:
            return self._read_line(number, cells, values, bad)
        periods = self._read_periods(number, cells, bad)
        return Row(self.sheet, self.header.layout, number, values, periods, frozenset(bad))

    @cached_property
    def naming(self) -> list[tuple[Column, int]]:
        """The required columns that name a row."""
        return [pair for pair in self.columns if pair[0].required and (pair[0].key or self.sheet.name == "scenarios")]

    @cached_property
    def last_named(self) -> int:
        """The Excel row of the last row that names anything."""
        for number in range(len(self.grid), 0, -1):
            cells = self.grid[number - 1]
            if any(index < len(cells) and not is_blank(cells[index]) for _, index in self.naming):
                return number
        return 0

    def _is_remark(self, number: int, cells: Sequence[object]) -> bool:
        """Whether the row is none: below the table, with numbers under the periods or notes alone, as totals are."""
        own = [index for column, index in self.columns if column not in NOTES]
        if number <= self.last_named or any(not is_blank(cells[index]) for index in own):
            return False
        filled = next(index for index in sorted(self.header.read) if not is_blank(cells[index]))
        names = " and ".join(column.name for column, _ in self.naming[:2])
        self._say(
            "stray-value",
            filled,
            number,
            f"`{shown(cells[filled])}` stands below the table, in a row without {names}",
            f"name the {names}, or move totals and remarks to a column or sheet whose name begins with #",
        )
        return True

    def _stray(self, number: int, cells: Sequence[object]) -> None:
        for index in self.header.nameless(len(cells)):
            if not is_blank(cells[index]):
                raw = cells[index]
                what = f"`{shown(raw)}`" if not isinstance(raw, Broken) else "a value"
                self._say(
                    "stray-value",
                    index,
                    number,
                    f"{what} stands in a column without a name",
                    "name the column in row 1 (with # it is a note) or clear the cell",
                )

    def _read_one(
        self, column: Column, index: int, number: int, raw: object, values: dict[str, Scalar], bad: set[str | int]
    ) -> None:
        try:
            value = read_cell(column, raw, self.calendar)
        except CellError as problem:
            self._problem(problem, index, number)
            bad.add(column.name)
            return
        if value is not None:
            values[column.name] = value
        elif column.required:
            self._say("empty-required", index, number, f"{column.name} is empty", f"give {column.meaning}")
            bad.add(column.name)

    def _read_raw(
        self, name: str, index: int, number: int, raw: object, values: dict[str, Scalar], bad: set[str | int]
    ) -> None:
        if isinstance(raw, Broken):
            self._problem(CellError(raw.code, f"{name} {raw.what}", raw.remedy), index, number)
            bad.add(name)
        elif not is_blank(raw):
            values[name] = raw  # type: ignore[assignment]

    def _read_periods(self, number: int, cells: Sequence[object], bad: set[str | int]) -> dict[int, float]:
        periods: dict[int, float] = {}
        for t, index in self.periods:
            raw = cells[index]
            if type(raw) is float and 0.0 <= raw < 1e300:  # the common case, quickly
                periods[t] = raw + 0.0
                continue
            try:
                value = read_cell(self.period_column[t], raw, self.calendar)
            except CellError as problem:
                self._problem(problem, index, number)
                bad.add(t)
                continue
            if value is not None:
                periods[t] = float(value)  # type: ignore[arg-type]
        return periods

    def _read_line(self, number: int, cells: Sequence[object], values: dict[str, Scalar], bad: set[str | int]) -> Row:
        """A row of a long table: one period and its value."""
        assert self.long is not None
        line: dict[str, Scalar] = {}
        for column in self.long:
            index = self.header.layout.columns[column.name]
            required = column.required or (
                column.name == "period" and not is_blank(cells[self.header.layout.columns["value"]])
            )
            self._read_one(
                replace(column, required=required, meaning="the period of the value"),
                index,
                number,
                cells[index],
                line,
                bad,
            )
        t, value = line.get("period"), line.get("value")
        periods: dict[int, float] = {}
        lines: dict[int, int] = {}
        if isinstance(t, int):
            lines[t] = number
            if "value" in bad:
                bad = (bad - {"value"}) | {t}
            if value is not None:
                periods[t] = float(value)  # type: ignore[arg-type]
        return Row(self.sheet, self.header.layout, number, values, periods, frozenset(bad), lines)

    def _problem(self, problem: CellError, index: int, number: int) -> None:
        if not problem.code:  # it is reported at the range that covers the cell
            return
        self._say(problem.code, index, number, problem.message, problem.remedy)

    def _say(self, code: str, index: int, number: int, message: str, remedy: str) -> None:
        self.report(Finding(code, ERROR, self.sheet.name, f"{column_letters(index)}{number}", message, remedy))


def join_lines(sheet: Sheet, layout: Layout, lines: list[Row], calendar: Calendar, report: Report) -> list[Row]:
    """The lines of a long table as one row a key. Lines before or after the horizon are ignored with a warning."""
    joined: dict[tuple[str, ...], Row] = {}
    outside: dict[int, Row] = {}
    rows: list[Row] = []
    for line in lines:
        t = next(iter(line.lines), None)
        if t is not None and calendar.known and not calendar.holds(t) and not (sheet.name == "funding" and t < 1):
            outside.setdefault(t, line)
            line = replace(line, periods={}, lines={}, bad=line.bad - {t})
            t = None
        if not line.reads(*(column.name for column in sheet.keys)):
            rows.append(line)
            continue
        first = joined.get(line.key)
        if first is None:
            joined[line.key] = line
            continue
        _disagreements(sheet, first, line, report)
        if t is not None and t in first.lines:
            cell = f"{column_letters(layout.columns['period'])}{line.number}"
            twice = f"{calendar.label(t)} of {', '.join(line.key)} stands in row {first.lines[t]} too"
            report(Finding("double-period", ERROR, sheet.name, cell, twice, "keep one of the two rows"))
            continue
        joined[line.key] = _joined(first, line)
    if outside:
        _warn_outside(sheet, layout, outside, calendar, report)
    return [*joined.values(), *rows]


def _joined(first: Row, line: Row) -> Row:
    """A row with what another line of its key adds."""
    notes = {name: _both(first.values.get(name), line.values.get(name)) for name in ("source", "confidence", "note")}
    values = {**first.values, **{name: text for name, text in notes.items() if text}}
    periods, lines = {**first.periods, **line.periods}, {**first.lines, **line.lines}
    return replace(first, values=values, periods=periods, lines=lines, bad=first.bad | line.bad)


def _both(first: Scalar | None, second: Scalar | None) -> str:
    parts = [part for text in (first, second) if text for part in str(text).split("; ")]
    return "; ".join(dict.fromkeys(parts))


def _disagreements(sheet: Sheet, first: Row, line: Row, report: Report) -> None:
    """In a long table everything but period, value and notes must agree between the rows of one key."""
    for column in sheet:
        if (
            not column.key
            and first.reads(column.name)
            and line.reads(column.name)
            and first[column.name] != line[column.name]
        ):
            report(
                Finding(
                    "disagreement",
                    ERROR,
                    sheet.name,
                    line.cell(column.name),
                    (
                        f"{column.name} of {', '.join(line.key)} is {shown(line[column.name])} here and "
                        f"{shown(first[column.name])} in row {first.number}"
                    ),
                    "write the same in every row of one key",
                )
            )


def _warn_outside(sheet: Sheet, layout: Layout, outside: dict[int, Row], calendar: Calendar, report: Report) -> None:
    first = outside[min(outside)]
    cell = f"{column_letters(layout.columns['period'])}{first.number}"
    report(
        Finding(
            "outside-horizon",
            WARNING,
            sheet.name,
            cell,
            (
                f"rows for {shortened([calendar.label(t) for t in sorted(outside)])} lie outside the horizon "
                "and are ignored"
            ),
            f"the plan runs from {calendar.label(1)} to {calendar.label(calendar.count)}",
        )
    )
