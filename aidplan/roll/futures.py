"""Which rows of the sheet ``scenarios`` the rolled workbook keeps.

The scenario that was planned is applied, so its rows go. Of the others go those that speak of what is past: opening
numbers, which are the plan's now, and periods before the new start.
"""

from __future__ import annotations

from dataclasses import dataclass

from aidplan.workbook.cells import shown
from aidplan.workbook.edit.changes import read_change, read_targets
from aidplan.workbook.periods import Calendar
from aidplan.workbook.schema import Sheet
from aidplan.workbook.tables import Row, Tables

OPENING = {
    "settings": {"liability_before"},
    "funds": {"opening", "available_before", "spent_before"},
    "menu": {"spent_before", "spent_in_time_before"},
    "orderbook": {"quantity"},
    "redirects": {"owed_before"},
    "supply": {"initial"},
    "stocks": {"initial"},
    "fleets": {"initial"},
}
"""Sheet -> its columns (of settings: the keys) that say how a plan opens."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A row of ``scenarios`` that is left out, or whose ``column`` loses a part; ``words`` say what it does."""

    row: Row
    why: str
    words: str
    column: str = ""
    """What is left of the row's column; "" where the whole row goes."""

    def said(self) -> str:
        """What is left out and why, in words."""
        what = (
            f"of scenarios row {self.row.number} only {self.column} stays"
            if self.column
            else f"left out: scenarios row {self.row.number}"
        )
        return f"{what} ({self.words}): {self.why}"


def left_out(tables: Tables, applied: str, first: int) -> list[LeftOut]:
    """What goes of the rows of scenarios: period ``first`` is the new start, and scenario ``applied`` was planned."""
    found = []
    for row in tables["scenarios"]:
        if row["scenario"] == applied:
            found.append(LeftOut(row, "applied: the plan was made for it", words(row)))
        elif (gone := _past(row, tables.calendar, first)) is not None:
            found.append(gone)
    return found


def words(row: Row) -> str:
    """A row of scenarios as a planner wrote it."""
    values = (row.values.get(name) for name in ("sheet", "where", "column", "change", "value"))
    return f"{row['scenario']}: {' | '.join(shown(value) for value in values if value is not None)}"


def _past(row: Row, calendar: Calendar, first: int) -> LeftOut | None:
    """What of the row speaks of the past; None where nothing does."""
    change = read_change(row, calendar, lambda _: None)
    if change is None:
        return LeftOut(row, "it was refused before", words(row))
    opening = OPENING.get(change.sheet.name, set())
    names = {word for condition in change.conditions if condition.name == "key" for word in condition.words}
    if change.sheet.name == "settings" and names & opening:
        return LeftOut(row, "it speaks of an opening number, which is the plan's now", words(row))
    for condition in change.conditions:
        if condition.name in opening or (isinstance(condition.name, int) and condition.name < first):
            return LeftOut(row, f"its where speaks of {condition.column.name}, which is past", words(row))
    parts = [part.strip() for part in str(row["column"]).split(",")]
    kept = [part for part in parts if not _is_past(part, change.sheet, calendar, first, opening)]
    if len(kept) == len(parts):
        return None
    gone = ", ".join(part for part in parts if part not in kept)
    why = f"{gone} {'is' if len(parts) - len(kept) == 1 else 'are'} past"
    return LeftOut(row, why, words(row), ", ".join(kept))


def _is_past(part: str, sheet: Sheet, calendar: Calendar, first: int, opening: set[str]) -> bool:
    targets = read_targets(part, sheet, calendar)
    return all(target < first if isinstance(target, int) else target in opening for target in targets)
