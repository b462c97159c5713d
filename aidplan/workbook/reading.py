"""From a spreadsheet's cells to typed tables, with every cell that could not be read as a finding."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from aidplan.workbook.cells import CellError, is_blank, read_cell, read_free_number, shown
from aidplan.workbook.file.grid import Grid
from aidplan.workbook.findings import ERROR, UNUSED, WARNING, Finding, nearest, shortened
from aidplan.workbook.headers import Header, names_row, read_header
from aidplan.workbook.merged import without_merged_cells, without_merged_names
from aidplan.workbook.periods import Calendar, PeriodError, month_of
from aidplan.workbook.rows import RowReader, join_lines
from aidplan.workbook.schema import NOTES, PERIOD, SETTING, SHEETS, Column, Scalar, Sheet
from aidplan.workbook.tables import Row, Table, Tables, column_letters

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
            report(
                Finding(
                    "double-sheet",
                    ERROR,
                    name,
                    "",
                    f"two sheets are called {name}: `{found[name].title}` and `{grid.title}`",
                    "keep one, or begin the other's name with #",
                )
            )
        else:
            found[name] = grid
            if grid.hidden:
                remedy = "show it, so that all can see what counts"
                report(Finding("hidden-sheet", WARNING, name, "", "the sheet is hidden, and is read", remedy))
    for grid in unknown:
        _report_unknown(grid, found, report)
    return found


def _report_unknown(grid: Grid, found: dict[str, Grid], report: Report) -> None:
    if grid.very_hidden:
        report(
            Finding(
                "hidden-sheet",
                WARNING,
                grid.title,
                "",
                "the sheet is hidden so that Excel does not list it, as add-ins do, and is not read",
                "nothing needs to be done, unless it holds a part of the plan",
            )
        )
        return
    near = nearest(grid.title, [name for name in SHEETS if name not in found]) or nearest(grid.title, SHEETS)
    remedy = "begin its name with # to keep it as a note"
    hidden = "; it is hidden" if grid.hidden else ""
    report(
        Finding(
            "unknown-sheet",
            ERROR,
            grid.title,
            "",
            f"no sheet of the format has this name{hidden}",
            f"did you mean `{near}`? or {remedy}" if near else remedy,
        )
    )
    if near and near not in found:
        found[near] = grid


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
    tail = typed["tail"]
    calendar = Calendar(
        start // months if isinstance(start, int) else 0,
        months,
        count if isinstance(count, int) else 0,
        known,
        tail if isinstance(tail, int) else 0,
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
                "no-period",
                ERROR,
                "settings",
                cell,
                f"{setting.name}: {problem}",
                problem.remedy or "write a period such as 2024-07",
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
        report(replace(finding, scenario=names.get(str(finding.row), "")))
    return table


def _guessed_calendar(grids: dict[str, Grid], settings: Calendar) -> Calendar:
    """A horizon from the sheets' own headers, for judging the rest of a workbook whose settings give none."""
    months = []
    for name, grid in grids.items():
        if SHEETS[name].periods is not None and grid.rows:
            for raw in grid.rows[names_row(grid.rows, SHEETS[name])]:
                try:
                    months.append(month_of(raw, settings.months == 3))
                except PeriodError:
                    continue
    first = settings.first or min(months, default=2000 * 12) // settings.months
    last = max(months, default=0) // settings.months
    return Calendar(first, settings.months, settings.count or max(1, min(600, last - first + 1)), known=False)


def read_table(grid: Grid, sheet: Sheet, calendar: Calendar, report: Report, raw_values: bool = False) -> Table:
    """One sheet's rows. With `raw_values` the text columns keep what the cell holds (settings, scenarios)."""
    at = next((index for index, cells in enumerate(grid.rows) if not all(is_blank(raw) for raw in cells)), 0)
    grid = without_merged_names(grid, sheet.name, names_row(grid.rows, sheet, at), report)
    header = read_header(grid, sheet, calendar, report)
    if header is None:
        return Table(sheet, present=True, title=grid.title)
    grid = without_merged_cells(grid, sheet.name, header, report)
    reader = RowReader(sheet, header, calendar, report, raw_values, grid.rows)
    rows = [
        row for index, cells in enumerate(grid.rows[header.row :], header.row + 1) if (row := reader.read(index, cells))
    ]
    if header.layout.long:
        rows = join_lines(sheet, header.layout, rows, calendar, report)
    _warn_hidden(grid, sheet, rows, report)
    _warn_hidden_columns(grid, sheet, header, report)
    if sheet.needed and not rows:
        report(Finding("no-rows", WARNING, sheet.name, "", "the sheet has no rows", "fill it in, if that is not meant"))
    return Table(sheet, tuple(rows), header.layout, True, grid.title)


def _warn_hidden(grid: Grid, sheet: Sheet, rows: list[Row], report: Report) -> None:
    """Rows that a filter or a planner hid count all the same."""
    numbers = {number for row in rows for number in (row.lines.values() or (row.number,))}
    hidden = [number for number in grid.hidden_rows if number in numbers]
    if hidden:
        report(
            Finding(
                "hidden-rows",
                WARNING,
                sheet.name,
                f"A{hidden[0]}",
                f"{len(hidden)} hidden row{'s are' if len(hidden) > 1 else ' is'} read: "
                f"{shortened([str(number) for number in hidden])}",
                "show them, so that all can see what counts",
            )
        )


def _warn_hidden_columns(grid: Grid, sheet: Sheet, header: Header, report: Report) -> None:
    """Columns out of sight (hidden, of no width, in a group that is shut) count all the same, notes excepted."""
    named = {name: index for name, index in header.layout.columns.items() if sheet.column(name) not in NOTES}
    shown_as = {index: name for name, index in named.items()}
    shown_as |= {index: shown(grid.rows[header.row - 1][index]) for index in header.layout.periods.values()}
    hidden = [
        index
        for index in sorted(shown_as)
        if any(first <= index <= last for first, last in grid.hidden_columns)
        and any(index < len(cells) and not is_blank(cells[index]) for cells in grid.rows[header.row :])
    ]
    if hidden:
        report(
            Finding(
                "hidden-columns",
                WARNING,
                sheet.name,
                f"{column_letters(hidden[0])}{header.row}",
                (
                    f"{len(hidden)} hidden column{'s are' if len(hidden) > 1 else ' is'} read: "
                    f"{shortened([shown_as[index] for index in hidden])}"
                ),
                "show them, so that all can see what counts",
            )
        )
