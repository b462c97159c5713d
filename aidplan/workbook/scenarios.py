"""Scenarios: rows that change cells of the workbook, in the order in which they stand.

A row is read (`read_change`), applied to tables (`apply_change`), and the changed cells are judged at the
end, for a later row may mend what an earlier one did. Whatever is wrong is a finding at the scenario's
own cell.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from aidplan.workbook.cells import CellError, in_range, is_blank, read_cell, read_free_number, shown
from aidplan.workbook.findings import ERROR, WARNING, Finding, nearest, shortened
from aidplan.workbook.periods import Calendar, PeriodError, looks_like_period
from aidplan.workbook.schema import NUMBER, SETTING, SHEETS, TEXT, Column, Scalar, Sheet
from aidplan.workbook.tables import Row, Tables
from aidplan.workbook.where import Condition, idle_words, read_where, selector

BASE = "base"
Report = Callable[[Finding], None]


@dataclass(frozen=True, slots=True)
class Change:
    """One row of the scenarios sheet, understood: cells ``targets`` (columns, period numbers) of the rows that
    ``conditions`` select are set to, multiplied by or increased by ``raw``.
    """

    row: Row
    sheet: Sheet
    conditions: tuple[Condition, ...]
    targets: tuple[str | int, ...]
    operation: str
    raw: object
    named: str

    @property
    def scenario(self) -> str:
        """The scenario's name."""
        return str(self.row["scenario"])

    def words(self, cells: int) -> str:
        """What the row does, in words: ``30 cells of demand, ×1.3``."""
        value = shown(self.raw)
        sign = "" if value.startswith(("-", "+")) else "+"
        done = (
            "emptied"
            if is_blank(self.raw)
            else {"scale": f"×{value}", "add": f"{sign}{value}", "set": f"= {value}"}[self.operation]
        )
        if self.sheet.name == "settings":
            names = [word for condition in self.conditions if condition.name == "key" for word in condition.words]
            return f"the setting {', '.join(names)}, {done}"
        chosen = "; ".join(f"{condition.column.name}={shortened(condition.words, 4)}" for condition in self.conditions)
        which = f" ({chosen})" if chosen else ""
        named = "" if self.named == "*" else f"{self.named} "
        return f"{cells} cell{'' if cells == 1 else 's'} of {self.sheet.name}{which}, {named}{done}"


@dataclass
class Changed:
    """Tables under change: what was touched by which row, and what each row did."""

    tables: Tables
    cells: dict[tuple[str, int, str | int], Change] = field(default_factory=dict)
    """(sheet, index of the row in its table, column or period) -> the last row that changed it."""
    words: list[str] = field(default_factory=list)


def _finding(change_row: Row, column: str, problem: CellError, severity: str = ERROR) -> Finding:
    return Finding(
        problem.code,
        severity,
        "scenarios",
        change_row.cell(column),
        problem.message,
        problem.remedy,
        str(change_row["scenario"] or ""),
    )


def read_change(row: Row, calendar: Calendar, report: Report) -> Change | None:
    """The row as a change; None, with every reason as a finding, where it is not understood."""
    if not row.reads("scenario", "sheet", "where", "column", "change", "value"):
        return None
    sheet = SHEETS.get(str(row["sheet"]).casefold())
    if sheet is None or sheet.name == "scenarios":
        near = nearest(str(row["sheet"]), [name for name in SHEETS if name != "scenarios"])
        report(_finding(row, "sheet", CellError("unknown-sheet", f"`{row['sheet']}` is no sheet that a scenario can change",
                                                f"did you mean `{near}`?" if near else f"it must be one of {', '.join(SHEETS)}")))  # fmt: skip
        return None
    conditions: tuple[Condition, ...] | None = None
    targets: tuple[str | int, ...] | None = None
    raw = row.values.get("value")
    try:
        conditions = read_where(row.values.get("where"), sheet, calendar)
        _refuse_fixed(sheet, conditions)
    except CellError as problem:
        report(_finding(row, "where", problem))
        conditions = None
    try:
        targets = read_targets(str(row["column"]), sheet, calendar)
    except CellError as problem:
        report(_finding(row, "column", problem))
    if conditions is None or targets is None:
        return None
    change = Change(row, sheet, conditions, targets, str(row["change"]), raw, str(row["column"]))
    return change if _check_operation(change, calendar, report) else None


def _refuse_fixed(sheet: Sheet, conditions: tuple[Condition, ...]) -> None:
    if sheet.name != "settings":
        return
    names = {word for condition in conditions if condition.name == "key" for word in condition.words}
    if not names:
        raise CellError("bad-where", "where names no setting", "write key= and the setting's name")
    for name in sorted(names):
        if SETTING[name].fixed:
            raise CellError("fixed-setting", f"no scenario may change {name}", "change it in a copy of the workbook")


def read_targets(text: str, sheet: Sheet, calendar: Calendar) -> tuple[str | int, ...]:
    """The columns and periods that a ``column`` cell names, each once. Raises `CellError`."""
    targets: dict[str | int, None] = {}
    for part in (part.strip() for part in text.split(",")):
        for target in _read_target(part, sheet, calendar):
            targets[target] = None
    return tuple(targets)


def _read_target(part: str, sheet: Sheet, calendar: Calendar) -> list[str | int]:
    column = sheet.column(part.casefold())
    if column is not None and column.key:
        raise CellError("key-column", f"{column.name} is a key of {sheet.name}; scenarios do not change keys",
                        "select the rows with where, and name another column")  # fmt: skip
    if column is not None:
        return [column.name]
    if part == "*" or ".." in part or looks_like_period(part):
        if sheet.periods is None:
            raise CellError(
                "unknown-column", f"{sheet.name} has no periods, so `{part}` names no cells", _columns_of(sheet)
            )
        return list(_read_periods(part, sheet, calendar))
    near = nearest(part, [known.name for known in sheet if not known.key])
    raise CellError(
        "unknown-column",
        f"`{part}` is no column of {sheet.name}",
        f"did you mean `{near}`?" if near else _columns_of(sheet),
    )


def _columns_of(sheet: Sheet) -> str:
    return f"name {', '.join(column.name for column in sheet if not column.key) or 'a period'}{', a period, a range or *' if sheet.periods else ''}"


def _read_periods(part: str, sheet: Sheet, calendar: Calendar) -> range:
    if part == "*":
        return range(1, calendar.count + 1)
    try:
        if ".." not in part:
            t = calendar.number(part)
            if not calendar.holds(t) and not (sheet.name == "funding" and t < 1):
                raise CellError("outside-horizon", f"{part} lies outside the horizon", _horizon(calendar))
            return range(t, t + 1)
        first, last = (end.strip() for end in part.split("..", 1))
        if not first and not last:
            raise CellError("no-period", f"the range `{part}` names no period", "write * for every period")
        low = calendar.number(first) if first else 1
        high = calendar.number(last) if last else calendar.count
    except PeriodError as problem:
        raise CellError(
            "no-period", f"column: {problem}", f"write a period such as {calendar.label(1)}, or a range of two"
        ) from None
    if (first and low > calendar.count) or (last and high < 1):
        raise CellError("selects-nothing", f"the range {part} lies outside the horizon", _horizon(calendar))
    if low > high:
        raise CellError("selects-nothing", f"the range {part} holds no period", "write the earlier period first")
    return range(max(low, 1), min(high, calendar.count) + 1)


def _horizon(calendar: Calendar) -> str:
    return f"the plan runs from {calendar.label(1)} to {calendar.label(calendar.count)}"


def _check_operation(change: Change, calendar: Calendar, report: Report) -> bool:
    """Whether the operation and its value suit every target; reports where they do not."""
    try:
        for column in _target_columns(change):
            if change.operation != "set":
                if not column.is_number:
                    raise CellError(
                        "not-a-number",
                        f"{change.operation} does not work on {column.name}, which is no number",
                        "use set",
                    )
                if is_blank(change.raw):
                    raise CellError(
                        "empty-required", f"value is empty, and {change.operation} needs one", "give the number"
                    )
            new_value(change, column, None, calendar)
    except CellError as problem:
        at = "change" if problem.message.startswith(f"{change.operation} does not") else "value"
        report(_finding(change.row, at, problem))
        return False
    return True


def _target_columns(change: Change) -> list[Column]:
    if change.sheet.name == "settings":
        return [
            SETTING[word]
            for condition in change.conditions
            if condition.name == "key"
            for word in condition.words
            if word in SETTING
        ]
    return [_column(change.sheet, target) for target in change.targets]


def _column(sheet: Sheet, target: str | int) -> Column:
    column = sheet.column(target) if isinstance(target, str) else None
    return column or Column("the value", NUMBER, "", low=0.0)


def new_value(change: Change, column: Column, old: Scalar | None, calendar: Calendar) -> Scalar | None:
    """What a cell becomes; numbers are not yet held to their range. Raises `CellError` for a value that is none there."""
    if is_blank(change.raw):
        return None
    if not column.is_number:
        if column.kind == TEXT:
            return shown(change.raw)
        return read_cell(column, change.raw, calendar)
    number = read_free_number("value", change.raw)
    if change.operation == "set":
        return number
    if old is None:
        return None
    return (float(old) * number if change.operation == "scale" else float(old) + number) + 0.0  # type: ignore[arg-type]


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
            return  # what it would select cannot be read, which is told where it stands
        report(_finding(change.row, "where" if change.conditions else "sheet", _nothing(change, table.rows)))
        return
    count = 0
    for index in chosen:
        new: dict[str | int, Scalar | None] = {}
        for target in change.targets:
            row = rows[index]
            column = SETTING.get(row.key[0]) if change.sheet.name == "settings" else _column(change.sheet, target)
            if column is None or not row.reads(target):
                continue
            old = _effective(row, target, column)
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


def _effective(row: Row, target: str | int, column: Column) -> Scalar | None:
    """What an empty cell counts as under scale and add."""
    if isinstance(target, int):
        return row.number_at(target)
    if row.sheet.name == "settings":
        value = row.values.get("value")
        return column.default if value is None else value
    return row[target]


def _add_missing_settings(change: Change, rows: list[Row], layout: object) -> None:
    """A setting that the sheet leaves out counts as there."""
    present = {row.key[0] for row in rows}
    for condition in change.conditions:
        for word in condition.words if condition.name == "key" else ():
            if word in SETTING and word not in present:
                rows.append(Row(SHEETS["settings"], layout, 1, {"key": word}, {}))  # type: ignore[arg-type]


def _nothing(change: Change, rows: tuple[Row, ...]) -> CellError:
    if not rows:
        return CellError(
            "selects-nothing", f"{change.sheet.name} has no rows to change", "fill in the sheet or take the row away"
        )
    for condition, word in idle_words(change.conditions, rows):
        near = _near(condition, word, rows)
        return CellError("selects-nothing", f"where selects no row: no {condition.column.name} in {change.sheet.name} is `{word}`",
                         f"did you mean `{near}`?" if near else "name one that is there")  # fmt: skip
    return CellError(
        "selects-nothing", f"where selects no row of {change.sheet.name}", "mend the conditions, or take the row away"
    )


def _near(condition: Condition, word: str, rows: tuple[Row, ...]) -> str | None:
    return nearest(word, {str(value) for row in rows for value in condition.values(row)})


def _warn_idle(change: Change, rows: tuple[Row, ...], count: int, report: Report) -> None:
    if count == 0:
        report(_finding(change.row, "column", CellError("changes-nothing", f"every cell that the row selects is empty, so {change.operation} changes nothing",
                                                        "use set, if a limit is meant"), WARNING))  # fmt: skip
    for condition, word in idle_words(change.conditions, rows) if change.sheet.name != "settings" else ():
        near = _near(condition, word, rows)
        report(_finding(change.row, "where", CellError("idle-word", f"no {condition.column.name} in {change.sheet.name} is `{word}`",
                                                       f"did you mean `{near}`?" if near else "take it away"), WARNING))  # fmt: skip


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
        column = SETTING[row.key[0]] if row.sheet.name == "settings" else _column(row.sheet, target)
        value = row.periods.get(target) if isinstance(target, int) else row.values.get(target)
        name = calendar.label(target) if isinstance(target, int) else column.name
        at = f"{row.sheet.name}!{row.cell(target)}"
        try:
            if value is None and column.required:
                raise CellError("empty-required", f"{name} is empty", f"give {column.meaning}")
            if column.is_number and isinstance(value, int | float):
                new[target] = in_range(replace(column, name=name), float(value))
        except CellError as problem:
            report(_finding(change.row, "value", CellError(problem.code, f"{at}: {problem.message}", problem.remedy)))
    return row.with_cells(new) if new else row
