"""From a spreadsheet's cells to typed tables, with every cell that could not be read as a finding."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from aidplan.workbook.cells import Broken, CellError, is_blank, read_cell, read_free_number, shown
from aidplan.workbook.findings import ERROR, UNUSED, WARNING, Finding, nearest, shortened
from aidplan.workbook.grid import Grid
from aidplan.workbook.headers import Header, read_header
from aidplan.workbook.periods import Calendar, PeriodError, month_of
from aidplan.workbook.schema import NUMBER, PERIOD, SETTING, SHEETS, TEXT, Column, Scalar, Sheet
from aidplan.workbook.tables import Layout, Row, Table, Tables, column_letters

Report = Callable[[Finding], None]
_UNKNOWN_CALENDAR = Calendar(first=2000 * 12, months=1, count=1, known=False)


def read_tables(grids: Iterable[Grid], report: Report) -> Tables:
    """Every sheet as a table; what cannot be read is reported and left out."""
    by_name = _match_sheets(grids, report)
    settings = by_name.pop("settings", None)
    calendar = _UNKNOWN_CALENDAR
    tables: dict[str, Table] = {}
    if settings is not None:
        tables["settings"], calendar = _read_settings(settings, report)
    if not calendar.known:
        calendar = _guessed_calendar(by_name, calendar)
    for name, grid in by_name.items():
        if name == "scenarios":
            tables[name] = _read_scenarios(grid, calendar, report)
        else:
            tables[name] = read_table(grid, SHEETS[name], calendar, report)
    for name, sheet in SHEETS.items():
        if sheet.needed and name not in tables:
            report(Finding("missing-sheet", ERROR, name, "", "the workbook has no such sheet", f"add a sheet `{name}`"))
    return Tables(tables, calendar)


def _match_sheets(grids: Iterable[Grid], report: Report) -> dict[str, Grid]:
    """Sheets by their known name. One that is mistyped and whose like is missing is read as that one."""
    found: dict[str, Grid] = {}
    unknown: list[Grid] = []
    for grid in grids:
        name = grid.title.strip().casefold()
        if name.startswith("#"):
            report(
                Finding(
                    "note-sheet",
                    UNUSED,
                    grid.title,
                    "",
                    f"the sheet `{grid.title}`",
                    "its name begins with #, so it is a note",
                )
            )
            continue
        if name not in SHEETS:
            unknown.append(grid)
        elif name in found:
            report(Finding("double-sheet", ERROR, name, "", f"two sheets are called {name}: `{found[name].title}` and `{grid.title}`",
                           "keep one, or begin the other's name with #"))  # fmt: skip
        else:
            found[name] = grid
            if grid.hidden:
                report(
                    Finding(
                        "hidden-sheet",
                        WARNING,
                        name,
                        "",
                        "the sheet is hidden, and is read",
                        "show it, so that all can see what counts",
                    )
                )
    for grid in unknown:
        near = nearest(grid.title, [name for name in SHEETS if name not in found]) or nearest(grid.title, SHEETS)
        remedy = "begin its name with # to keep it as a note"
        report(Finding("unknown-sheet", ERROR, grid.title, "", "no sheet of the format has this name",
                       f"did you mean `{near}`? or {remedy}" if near else remedy))  # fmt: skip
        if near and near not in found:
            found[near] = grid
    return found


def _read_settings(grid: Grid, report: Report) -> tuple[Table, Calendar]:
    """The settings, each typed by its own kind, and the horizon that they give."""

    def as_setting(finding: Finding) -> None:
        report(replace(finding, code="unknown-setting") if finding.code == "unknown-choice" else finding)

    table = read_table(grid, SHEETS["settings"], _UNKNOWN_CALENDAR, as_setting, raw_values=True)
    rows = {row.key[0]: row for row in reversed(table.rows) if row.reads("key")}
    length = _read_setting(rows.get("period_months"), SETTING["period_months"], False, report)
    months = 3 if length == 3 else 1
    typed: dict[str, Scalar | None] = {"period_months": length}
    for name, setting in SETTING.items():
        if name not in typed:
            typed[name] = _read_setting(rows.get(name), setting, months == 3, report)
        if setting.required and name not in rows and not table.layout.columns.keys() < {"key", "value"}:
            report(
                Finding(
                    "missing-setting",
                    ERROR,
                    "settings",
                    "",
                    f"the setting {name} is missing",
                    f"add a row `{name}`: {setting.meaning}",
                )
            )
    start, count = typed["start"], typed["periods"]
    known = isinstance(start, int) and isinstance(count, int) and length is not None
    calendar = Calendar(
        start // months if isinstance(start, int) else 0, months, count if isinstance(count, int) else 0, known
    )
    if isinstance(start, int):
        typed["start"] = calendar.label(1)
    return table.with_rows(_typed_setting(row, rows, typed) for row in table), calendar


def _typed_setting(row: Row, rows: dict[str, Row], typed: dict[str, Scalar | None]) -> Row:
    """The row with its value as its setting types it; bad where it could not be read."""
    name = row.key[0]
    if row is not rows.get(name) or "value" not in row.values:
        return row
    value = typed[name]
    if value is None:
        return replace(row, values={"key": name}, bad=row.bad | {"value"})
    return replace(row, values={**row.values, "value": value})


def _read_setting(row: Row | None, setting: Column, quarters: bool, report: Report) -> Scalar | None:
    """A setting's value, its default where there is none; numbers also where they were typed as text, the
    start as its month since year 0; None where it could not be read or has no default.
    """
    if row is None:
        return setting.default
    if not row.reads("value"):
        return None
    raw = row.values.get("value")
    cell = row.cell("value")
    if is_blank(raw):
        if setting.required:
            report(
                Finding(
                    "empty-required", ERROR, "settings", cell, f"{setting.name} is empty", f"give {setting.meaning}"
                )
            )
        return setting.default
    try:
        if setting.kind == PERIOD:
            return month_of(raw, quarters)
        return read_cell(setting, read_free_number(setting.name, raw) if setting.is_number else raw, _UNKNOWN_CALENDAR)
    except PeriodError as problem:
        report(
            Finding(
                "no-period", ERROR, "settings", cell, f"{setting.name}: {problem}", "write a period such as 2024-07"
            )
        )
    except CellError as problem:
        report(Finding(problem.code, ERROR, "settings", cell, problem.message, problem.remedy))
    return None


def _read_scenarios(grid: Grid, calendar: Calendar, report: Report) -> Table:
    """The scenarios' rows, values as they stand. What is wrong in a row refuses the scenario that it names."""
    found: list[Finding] = []
    table = read_table(grid, SHEETS["scenarios"], calendar, found.append, raw_values=True)
    names = {str(row.number): str(row["scenario"] or "") for row in table}
    for finding in found:
        report(replace(finding, scenario=names.get(finding.cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"), "")))
    return table


def _guessed_calendar(grids: dict[str, Grid], settings: Calendar) -> Calendar:
    """A horizon from the sheets' own headers, for judging the rest of a workbook whose settings give none."""
    months = []
    for name, grid in grids.items():
        if SHEETS[name].periods is not None and grid.rows:
            for raw in grid.rows[0]:
                try:
                    months.append(month_of(raw, settings.months == 3))
                except PeriodError:
                    continue
    first = settings.first or min(months, default=2000 * 12) // settings.months
    last = max(months, default=0) // settings.months
    return Calendar(first, settings.months, settings.count or max(1, min(600, last - first + 1)), known=False)


def read_table(grid: Grid, sheet: Sheet, calendar: Calendar, report: Report, raw_values: bool = False) -> Table:
    """One sheet's rows. With `raw_values` the text columns keep what the cell holds (settings, scenarios)."""
    header = read_header(grid, sheet, calendar, report)
    if header is None:
        return Table(sheet, present=True, title=grid.title)
    reader = _RowReader(sheet, header, calendar, report, raw_values)
    rows = [
        row for index, cells in enumerate(grid.rows[header.row :], header.row + 1) if (row := reader.read(index, cells))
    ]
    if header.layout.long:
        rows = _join_lines(sheet, header.layout, rows, calendar, report)
    _warn_hidden(grid, sheet, rows, report)
    if sheet.needed and not rows:
        report(Finding("no-rows", WARNING, sheet.name, "", "the sheet has no rows", "fill it in, if that is not meant"))
    return Table(sheet, tuple(rows), header.layout, True, grid.title)


def _warn_hidden(grid: Grid, sheet: Sheet, rows: list[Row], report: Report) -> None:
    """Rows that a filter or a planner hid count all the same."""
    numbers = {number for row in rows for number in (row.lines.values() or (row.number,))}
    hidden = [number for number in grid.hidden_rows if number in numbers]
    if hidden:
        report(Finding("hidden-rows", WARNING, sheet.name, f"A{hidden[0]}", f"{len(hidden)} hidden row{'s are' if len(hidden) > 1 else ' is'} read: "
                       f"{shortened([str(number) for number in hidden])}", "show them, so that all can see what counts"))  # fmt: skip


class _RowReader:
    """Reads the rows of one sheet under its header."""

    def __init__(self, sheet: Sheet, header: Header, calendar: Calendar, report: Report, raw_values: bool) -> None:
        self.sheet, self.header, self.calendar, self.report, self.raw_values = (
            sheet,
            header,
            calendar,
            report,
            raw_values,
        )
        layout = header.layout
        self.columns = [(column, layout.columns[column.name]) for column in header.columns]
        if raw_values:  # a setting's value and a scenario's are typed by what they are for
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
        if self._keyless(number, cells):
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

    def _keyless(self, number: int, cells: Sequence[object]) -> bool:
        """Whether the row has values and none of what names a row: a total, a remark below the table."""
        naming = [
            (column, index)
            for column, index in self.columns
            if column.required and (column.key or self.sheet.name == "scenarios")
        ]
        if not naming or any(not is_blank(cells[index]) for _, index in naming):
            return False
        filled = next(index for index in sorted(self.header.read) if not is_blank(cells[index]))
        names = " and ".join(column.name for column, _ in naming[:2])
        self._say("stray-value", filled, number, f"`{shown(cells[filled])}` stands in a row without {names}",
                  f"name the {names}, or move totals and remarks to a column or sheet whose name begins with #")  # fmt: skip
        return True

    def _stray(self, number: int, cells: Sequence[object]) -> None:
        for index in self.header.nameless(len(cells)):
            if not is_blank(cells[index]):
                raw = cells[index]
                what = f"`{shown(raw)}`" if not isinstance(raw, Broken) else "a value"
                self._say("stray-value", index, number, f"{what} stands in a column without a name",
                          "name the column in row 1 (with # it is a note) or clear the cell")  # fmt: skip

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
            self._say(raw.code, index, number, f"{name} {raw.what}", raw.remedy)
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
        self._say(problem.code, index, number, problem.message, problem.remedy)

    def _say(self, code: str, index: int, number: int, message: str, remedy: str) -> None:
        self.report(Finding(code, ERROR, self.sheet.name, f"{column_letters(index)}{number}", message, remedy))


def _join_lines(sheet: Sheet, layout: Layout, lines: list[Row], calendar: Calendar, report: Report) -> list[Row]:
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
            report(Finding("double-period", ERROR, sheet.name, cell,
                           f"{calendar.label(t)} of {', '.join(line.key)} stands in row {first.lines[t]} too", "keep one of the two rows"))  # fmt: skip
            continue
        notes = {
            name: _both(first.values.get(name), line.values.get(name)) for name in ("source", "confidence", "note")
        }
        values = {**first.values, **{name: text for name, text in notes.items() if text}}
        joined[line.key] = replace(first, values=values, periods={**first.periods, **line.periods}, lines={**first.lines, **line.lines},
                                   bad=first.bad | line.bad)  # fmt: skip
    if outside:
        _warn_outside(sheet, layout, outside, calendar, report)
    return [*joined.values(), *rows]


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
            report(Finding("disagreement", ERROR, sheet.name, line.cell(column.name),
                           f"{column.name} of {', '.join(line.key)} is {shown(line[column.name])} here and {shown(first[column.name])} in row {first.number}",
                           "write the same in every row of one key"))  # fmt: skip


def _warn_outside(sheet: Sheet, layout: Layout, outside: dict[int, Row], calendar: Calendar, report: Report) -> None:
    first = outside[min(outside)]
    cell = f"{column_letters(layout.columns['period'])}{first.number}"
    report(Finding("outside-horizon", WARNING, sheet.name, cell,
                   f"rows for {shortened([calendar.label(t) for t in sorted(outside)])} lie outside the horizon and are ignored",
                   f"the plan runs from {calendar.label(1)} to {calendar.label(calendar.count)}"))  # fmt: skip
