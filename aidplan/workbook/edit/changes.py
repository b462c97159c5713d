"""One row of the scenarios sheet, understood: which cells, and what becomes of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from aidplan.workbook.cells import CellError, is_blank, read_cell, read_free_number, shown
from aidplan.workbook.edit.where import Condition, read_where
from aidplan.workbook.findings import ERROR, Finding, nearest, shortened
from aidplan.workbook.periods import Calendar, PeriodError, looks_like_period
from aidplan.workbook.schema import NUMBER, SETTING, SHEETS, TEXT, Column, Scalar, Sheet
from aidplan.workbook.tables import Row

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


def at_cell(change_row: Row, column: str, problem: CellError, severity: str = ERROR) -> Finding:
    """A problem as a finding at a cell of the scenario's own row."""
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
        report(
            at_cell(
                row,
                "sheet",
                CellError(
                    "unknown-sheet",
                    f"`{row['sheet']}` is no sheet that a scenario can change",
                    f"did you mean `{near}`?" if near else f"it must be one of {', '.join(SHEETS)}",
                ),
            )
        )
        return None
    conditions: tuple[Condition, ...] | None = None
    targets: tuple[str | int, ...] | None = None
    raw = row.values.get("value")
    try:
        conditions = read_where(row.values.get("where"), sheet, calendar)
        _refuse_fixed(sheet, conditions)
    except CellError as problem:
        report(at_cell(row, "where", problem))
        conditions = None
    try:
        targets = read_targets(str(row["column"]), sheet, calendar)
    except CellError as problem:
        report(at_cell(row, "column", problem))
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


def named_periods(text: str, calendar: Calendar) -> frozenset[int]:
    """The periods that a ``column`` cell names one by one, not by a range or ``*``."""
    parts = (part.strip() for part in text.split(","))
    return frozenset(calendar.number(part) for part in parts if ".." not in part and looks_like_period(part))


def _read_target(part: str, sheet: Sheet, calendar: Calendar) -> list[str | int]:
    column = sheet.column(part.casefold())
    if column is not None and column.key:
        raise CellError(
            "key-column",
            f"{column.name} is a key of {sheet.name}; scenarios do not change keys",
            "select the rows with where, and name another column",
        )
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
    columns = ", ".join(column.name for column in sheet if not column.key) or "a period"
    return f"name {columns}{', a period, a range or *' if sheet.periods else ''}"


def _read_periods(part: str, sheet: Sheet, calendar: Calendar) -> range:
    if part == "*":
        return range(1, calendar.planned + 1)
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
        high = calendar.number(last) if last else calendar.planned
    except PeriodError as problem:
        raise CellError(
            "no-period", f"column: {problem}", f"write a period such as {calendar.label(1)}, or a range of two"
        ) from None
    if (first and low > calendar.planned) or (last and high < 1):
        raise CellError("selects-nothing", f"the range {part} lies outside the horizon", _horizon(calendar))
    if low > high:
        raise CellError("selects-nothing", f"the range {part} holds no period", "write the earlier period first")
    return range(max(low, 1), min(high, calendar.planned) + 1)


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
        report(at_cell(change.row, at, problem))
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
    return [target_column(change.sheet, target) for target in change.targets]


def target_column(sheet: Sheet, target: str | int) -> Column:
    """The column of a target; a period's number is at least 0."""
    column = sheet.column(target) if isinstance(target, str) else None
    return column or Column("the value", NUMBER, "", low=0.0)


def new_value(change: Change, column: Column, old: Scalar | None, calendar: Calendar) -> Scalar | None:
    """What a cell becomes; numbers are not yet held to their range. Raises `CellError` for a value that is
    none there.
    """
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
