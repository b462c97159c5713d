"""Scenarios: rows that change cells of the workbook, in the order in which they stand.

A row is read (`read_change`), applied to tables (`apply_change`), and the changed cells are validated at the
end (`settle`), for a later row may fix what an earlier one did. Whatever is wrong is a finding at the
scenario's own cell.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from aidplan.workbook.cells import CellError, in_range
from aidplan.workbook.edit.changes import Change, at_cell, named_periods, new_value, target_column
from aidplan.workbook.edit.where import Condition, idle_words, selector
from aidplan.workbook.findings import WARNING, Finding, nearest
from aidplan.workbook.periods import Calendar
from aidplan.workbook.schema import SETTING, SHEETS, Column, Scalar
from aidplan.workbook.tables import Layout, Row, Table, Tables

BASE = "base"
Report = Callable[[Finding], None]


@dataclass
class Changed:
    """Tables under change: what was touched by which row, and what each row did."""

    tables: Tables
    cells: dict[tuple[str, int, str | int], Change] = field(default_factory=dict)
    """(sheet, index of the row in its table, column or period) -> the last row that changed it."""
    words: list[str] = field(default_factory=list)


def apply_change(change: Change, changed: Changed, report: Report) -> None:
    """Applies one row to the tables in `changed`; reports one that selects nothing."""
    tables = changed.tables
    table = tables[change.sheet.name]
    rows = list(table.rows)
    if change.sheet.name == "settings":
        _add_missing_settings(change, rows, table.layout)
    holds = selector(change.conditions)
    chosen = [index for index, row in enumerate(rows) if holds(row)]
    if not chosen:
        unread = any(not row.reads(*(condition.name for condition in change.conditions)) for row in rows)
        if unread or (change.sheet.needed and not table.present):
            return  # what it would select cannot be read, which is reported where it stands
        report(at_cell(change.row, "where" if change.conditions else "sheet", _nothing(change, table.rows)))
        return
    count = 0
    targets = _reached(change, table, tables.calendar)
    for index in chosen:
        new: dict[str | int, Scalar | None] = {}
        for target in targets:
            row = rows[index]
            column = SETTING.get(row.key[0]) if change.sheet.name == "settings" else target_column(change.sheet, target)
            if column is None or not row.reads(target):
                continue
            old = _effective(row, target, column, table, tables.calendar)
            value = new_value(change, column, old, tables.calendar)
            if change.operation != "set" and old is None:
                continue
            new[target] = value
            changed.cells[change.sheet.name, index, target] = change
            count += 1
        rows[index] = rows[index].with_cells(new)
    changed.tables = tables.replaced({change.sheet.name: table.with_rows(rows)})
    changed.words.append(change.words(count))
    _warn_idle(change, table.rows, count, report)


def _reached(change: Change, table: Table, calendar: Calendar) -> list[str | int]:
    """The columns and periods that a row changes: ranges and ``*`` reach into the tail where the sheet speaks of it."""
    beyond = [target for target in change.targets if isinstance(target, int) and target > calendar.count]
    if not beyond:
        return list(change.targets)
    named = named_periods(change.named, calendar)
    silent = {t for t in beyond if t not in named and not table.speaks_of(t)}
    return [target for target in change.targets if target not in silent]


def _effective(row: Row, target: str | int, column: Column, table: Table, calendar: Calendar) -> Scalar | None:
    """What an empty cell counts as under scale and add."""
    if isinstance(target, int):
        if target > calendar.count and target not in row.periods:
            return table.series(row, calendar.count, calendar.planned)[target - 1]
        return row.number_at(target)
    if row.sheet.name == "settings":
        value = row.values.get("value")
        return column.default if value is None else value
    return row[target]


def _add_missing_settings(change: Change, rows: list[Row], layout: Layout) -> None:
    """A setting that the sheet leaves out counts as there."""
    present = {row.key[0] for row in rows}
    for condition in change.conditions:
        for word in condition.words if condition.name == "key" else ():
            if word in SETTING and word not in present:
                rows.append(Row(SHEETS["settings"], layout, 1, {"key": word}, {}))


def _nothing(change: Change, rows: tuple[Row, ...]) -> CellError:
    if not rows:
        return CellError(
            "selects-nothing", f"{change.sheet.name} has no rows to change", "fill in the sheet or take the row away"
        )
    for condition, word in idle_words(change.conditions, rows):
        near = _near(condition, word, rows)
        return CellError(
            "selects-nothing",
            f"where selects no row: no {condition.column.name} in {change.sheet.name} is `{word}`",
            f"did you mean `{near}`?" if near else "name one that is there",
        )
    return CellError(
        "selects-nothing", f"where selects no row of {change.sheet.name}", "correct the conditions, or delete the row"
    )


def _near(condition: Condition, word: str, rows: tuple[Row, ...]) -> str | None:
    return nearest(word, {str(value) for row in rows for value in condition.values(row)})


def _warn_idle(change: Change, rows: tuple[Row, ...], count: int, report: Report) -> None:
    if count == 0:
        report(
            at_cell(
                change.row,
                "column",
                CellError(
                    "changes-nothing",
                    f"every cell that the row selects is empty, so {change.operation} changes nothing",
                    "use set, if a limit is meant",
                ),
                WARNING,
            )
        )
    for condition, word in idle_words(change.conditions, rows) if change.sheet.name != "settings" else ():
        near = _near(condition, word, rows)
        report(
            at_cell(
                change.row,
                "where",
                CellError(
                    "idle-word",
                    f"no {condition.column.name} in {change.sheet.name} is `{word}`",
                    f"did you mean `{near}`?" if near else "take it away",
                ),
                WARNING,
            )
        )


def settle(changed: Changed, report: Report) -> Tables:
    """The changed cells held to their columns' ranges, whole numbers typed as such; each breach is reported at the
    scenario's value.
    """
    tables = changed.tables
    by_sheet: dict[str, dict[int, dict[str | int, Change]]] = {}
    for (sheet, index, target), change in changed.cells.items():
        by_sheet.setdefault(sheet, {}).setdefault(index, {})[target] = change
    settled = {}
    for sheet, by_row in by_sheet.items():
        rows = list(tables[sheet].rows)
        for index, by_target in by_row.items():
            rows[index] = _settled(rows[index], by_target, tables.calendar, report)
        settled[sheet] = tables[sheet].with_rows(rows)
    return tables.replaced(settled)


def _settled(row: Row, by_target: dict[str | int, Change], calendar: Calendar, report: Report) -> Row:
    new: dict[str | int, Scalar | None] = {}
    for target, change in by_target.items():
        column = SETTING[row.key[0]] if row.sheet.name == "settings" else target_column(row.sheet, target)
        value = row.periods.get(target) if isinstance(target, int) else row.values.get(target)
        name = calendar.label(target) if isinstance(target, int) else column.name
        at = f"{row.sheet.name}!{row.cell(target)}"
        try:
            if value is None and column.required:
                raise CellError("empty-required", f"{name} is empty", f"give {column.meaning}")
            if column.is_number and isinstance(value, int | float):
                new[target] = in_range(replace(column, name=name), float(value))
        except CellError as problem:
            report(at_cell(change.row, "value", CellError(problem.code, f"{at}: {problem.message}", problem.remedy)))
    return row.with_cells(new) if new else row
