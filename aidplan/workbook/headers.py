"""Row 1 of a sheet: which column is which, and which are periods."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from aidplan.workbook.cells import Broken, is_blank, shown
from aidplan.workbook.file.grid import Grid
from aidplan.workbook.findings import ERROR, UNUSED, WARNING, Finding, nearest, shortened
from aidplan.workbook.periods import Calendar, PeriodError, looks_like_period
from aidplan.workbook.schema import NOTES, Column, Sheet
from aidplan.workbook.tables import Layout, column_letters

Report = Callable[[Finding], None]
LONG = ("period", "value")
_IS_NOTE = "its name begins with #, so it is a note"
HIGHEST_TITLE, FEWEST_NAMES = 8, 2
"""So many rows of title may stand above the names, which are at least so many."""


@dataclass(frozen=True, slots=True)
class Header:
    """``row`` is the header's Excel row, ``columns`` the columns present, ``missing`` the required ones that are
    not; ``read`` are the indices that make a row a record, ``named`` every index with a header.
    """

    row: int
    layout: Layout
    columns: tuple[Column, ...]
    missing: frozenset[str]
    read: tuple[int, ...]
    named: frozenset[int]

    def nameless(self, width: int) -> list[int]:
        """Indices of columns without a header."""
        return [index for index in range(width) if index not in self.named]


def read_header(grid: Grid, sheet: Sheet, calendar: Calendar, report: Report) -> Header | None:
    """The header of a sheet; None, with a finding, where it names no columns at all."""
    first = next((index for index, cells in enumerate(grid.rows) if not all(is_blank(raw) for raw in cells)), None)
    if first is None:
        if sheet.needed:
            report(
                Finding(
                    "no-header",
                    ERROR,
                    sheet.name,
                    "A1",
                    "the sheet is empty",
                    f"row 1 must name its columns: {', '.join(column.name for column in sheet)}",
                )
            )
        return None
    at = names_row(grid.rows, sheet, first)
    if at > first:
        report(
            Finding(
                "no-header",
                ERROR,
                sheet.name,
                f"A{first + 1}",
                f"a title stands above the table; the column names stand in row {at + 1}",
                "delete the rows above them, so that they stand in row 1",
            )
        )
    elif at > 0:
        report(
            Finding(
                "no-header",
                ERROR,
                sheet.name,
                "A1",
                f"row 1 is empty; the first values stand in row {at + 1}",
                "move the column names to row 1",
            )
        )
    return _HeaderReader(sheet, calendar, report, at, len(grid.rows) > at + 1).read(grid.rows[at])


def names_row(rows: Sequence[Sequence[object]], sheet: Sheet, first: int = 0) -> int:
    """The index of the row that names the columns: `first`, unless that is a title above the names."""
    here = _names_in(rows[first], sheet) if first < len(rows) else 0
    for index in range(first + 1, min(first + 1 + HIGHEST_TITLE, len(rows))):
        if here <= 1 and _names_in(rows[index], sheet) >= max(FEWEST_NAMES, 2 * here + 1):
            return index
    return first


def _names_in(cells: Sequence[object], sheet: Sheet) -> int:
    """How many different columns of the sheet a row names, all periods counted as one."""
    known = {column.name for column in (*sheet.columns, *NOTES)} | set(LONG if sheet.periods else ())
    names = {name for raw in cells if isinstance(raw, str) and (name := raw.strip().casefold()) in known}
    return len(names) + (
        sheet.periods is not None and any(looks_like_period(raw) for raw in cells if not is_blank(raw))
    )


class _HeaderReader:
    def __init__(self, sheet: Sheet, calendar: Calendar, report: Report, at: int, has_rows: bool) -> None:
        self.sheet, self.calendar, self.report, self.at, self.has_rows = sheet, calendar, report, at, has_rows
        self.known = {column.name: column for column in (*sheet.columns, *NOTES)}
        self.columns: dict[str, int] = {}
        self.periods: dict[int, int] = {}
        self.outside: dict[int, int] = {}
        self.named: set[int] = set()
        self.unknown: list[tuple[int, str]] = []
        self.past: list[int] = []
        self.unread = 0

    def read(self, cells: Sequence[object]) -> Header:
        names = {shown(raw).casefold() for raw in cells if isinstance(raw, str)}
        self.long = self.sheet.periods is not None and names >= set(LONG)
        for index, raw in enumerate(cells):
            if not is_blank(raw):
                self.named.add(index)
                self._read_one(index, raw)
        self._say_past(cells)
        self._settle_unknown()
        missing = self._missing()
        self._check_periods()
        read = (*self.columns.values(), *self.periods.values(), *self.outside.values())
        layout = Layout(dict(self.columns), dict(sorted(self.periods.items())), self.long)
        columns = tuple(self.known[name] for name in self.columns if name in self.known)
        return Header(self.at + 1, layout, columns, frozenset(missing), tuple(read), frozenset(self.named))

    def _read_one(self, index: int, raw: object) -> None:
        if isinstance(raw, Broken) and not raw.code:  # it is reported already
            self.unread += 1
            return
        if isinstance(raw, Broken):
            self._say(raw.code, index, f"the column's name {raw.what}", raw.remedy)
            self.unread += 1
            return
        name = shown(raw).casefold()
        if name.startswith("#"):
            self._note(index, raw)
            return
        if name in self.known or (self.long and name in LONG):
            if name in self.columns:
                first = column_letters(self.columns[name])
                self._say(
                    "double-header",
                    index,
                    f"the column {name} stands in {first} too",
                    "keep one, or begin the other's name with #",
                )
            else:
                self.columns[name] = index
        elif self.sheet.periods is not None and looks_like_period(raw):
            self._read_period(index, raw)
        else:
            self.unknown.append((index, shown(raw)))

    def _note(self, index: int, raw: object) -> None:
        """A column that is a note; those of past periods, which a rolled workbook has, are reported together."""
        if looks_like_period(shown(raw)[1:]):
            self.past.append(index)
        else:
            self._say("note-column", index, f"the column `{shown(raw)}`", _IS_NOTE, UNUSED)

    def _say_past(self, cells: Sequence[object]) -> None:
        if self.past:
            names = [f"`{shown(cells[index])}`" for index in (self.past[0], self.past[-1])]
            said = f"the columns {names[0]} to {names[1]}" if len(self.past) > 1 else f"the column {names[0]}"
            self._say("note-column", self.past[0], said, _IS_NOTE, UNUSED)

    def _read_period(self, index: int, raw: object) -> None:
        try:
            t = self.calendar.number(raw)
        except PeriodError as problem:
            remedy = problem.remedy or f"write a period such as {self.calendar.label(1)}"
            self._say("no-period", index, str(problem), remedy)
            self.unread += 1
            self._read_meant(index, problem.meant)
            return
        taken = {**self.periods, **self.outside}.get(t)
        if taken is not None:
            self._say(
                "double-period",
                index,
                f"{shown(raw)} means {self.calendar.label(t)}, which stands in column {column_letters(taken)} too",
                "keep one, or begin the other's name with #",
            )
        elif self.calendar.holds(t) or (self.sheet.name == "funding" and t < 1):
            self.periods[t] = index
        else:
            self.outside[t] = index

    def _read_meant(self, index: int, meant: tuple[int, ...]) -> None:
        """A date in another form, where only one can be meant, is read as that period, so that its cells are
        checked.
        """
        periods = {month // self.calendar.months - self.calendar.first + 1 for month in meant}
        if len(periods) == 1 and (t := periods.pop()) not in self.periods and self.calendar.holds(t):
            self.periods[t] = index

    def _settle_unknown(self) -> None:
        """Reports names that are no columns. One whose like is missing is read as that one, so that its cells are
        checked.
        """
        for index, name in self.unknown:
            free = [known for known in self.known if known not in self.columns]
            near = nearest(name, free) or nearest(name, self.known)
            remedy = "begin its name with # to keep it as a note"
            allowed = (
                "; the format has no period columns here"
                if self.sheet.periods is None and looks_like_period(name)
                else ""
            )
            self._say(
                "unknown-column",
                index,
                f"`{name}` is no column of {self.sheet.name}{allowed}",
                f"did you mean `{near}`? or {remedy}" if near else remedy,
            )
            if near in free:
                self.columns[str(near)] = index

    def _missing(self) -> list[str]:
        missing = [column for column in self.sheet if column.required and column.name not in self.columns]
        for column in missing:
            self.report(
                Finding(
                    "missing-column",
                    ERROR,
                    self.sheet.name,
                    "",
                    f"the column {column.name} is missing",
                    f"add it to row {self.at + 1}: {column.meaning}",
                )
            )
        return [column.name for column in missing]

    def _check_periods(self) -> None:
        if self.sheet.periods is None:
            return
        calendar = self.calendar
        if self.long and (self.periods or self.outside):
            index = min([*self.periods.values(), *self.outside.values()])
            self._say(
                "mixed-table",
                index,
                "the sheet has period columns, and the columns period and value too",
                "keep one form: a column for each period, or period and value",
            )
            self.periods, self.outside = {}, {}
            return
        if not calendar.known:
            self.periods.update(self.outside)
            self.outside = {}
            return
        if self.outside:
            first = min(self.outside)
            labels = shortened([calendar.label(t) for t in sorted(self.outside)])
            self._say(
                "outside-horizon",
                self.outside[first],
                f"the columns {labels} lie outside the horizon and are ignored",
                f"the plan runs from {calendar.label(1)} to {calendar.label(calendar.count)}",
                WARNING,
            )
        lacking = [t for t in range(1, calendar.count + 1) if t not in self.periods]
        if len(lacking) <= self.unread:  # they are the headers that could not be read, and reported already
            return
        if self.sheet.periods.is_time_table and not self.long and lacking and (self.has_rows or self.periods):
            self._say_lacking(lacking)

    def _say_lacking(self, lacking: list[int]) -> None:
        calendar = self.calendar
        after = [index for t, index in sorted(self.periods.items()) if t > lacking[0]]
        index = after[0] if after else max(self.named, default=0)
        labels = shortened([calendar.label(t) for t in lacking])
        self._say(
            "missing-period",
            index,
            f"the column{'s' if len(lacking) > 1 else ''} {labels} {'are' if len(lacking) > 1 else 'is'} missing",
            f"a time table has a column for each period from {calendar.label(1)} to {calendar.label(calendar.count)}",
        )

    def _say(self, code: str, index: int, message: str, remedy: str, severity: str = ERROR) -> None:
        self.report(Finding(code, severity, self.sheet.name, f"{column_letters(index)}{self.at + 1}", message, remedy))
