"""What differs between the inputs of two runs: every cell by the key of its row, wherever the row stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aidplan.compare.blocks import WORDING, block_of

if TYPE_CHECKING:
    from aidplan.workbook import Tables
    from aidplan.workbook.periods import Calendar
    from aidplan.workbook.tables import Row

Value = str | float | int | None

UNCOMPARED = ("scenarios",)
"""Sheets that no plan is solved from: scenarios are applied to the others before these are compared."""


@dataclass(frozen=True, slots=True)
class Change:
    """One changed cell, or one row added or removed (then ``column`` is "").

    ``what`` is changed, added or removed; ``column`` a column's name or a period's label; ``address`` the
    cell in the later workbook, for a removed row in the earlier one; ``block`` the block of inputs that
    the cell belongs to, `WORDING` for what no plan reads.
    """

    sheet: str
    key: tuple[str, ...]
    what: str
    column: str
    before: Value
    after: Value
    address: str
    block: str

    @property
    def name(self) -> str:
        """``funding USAI 2024-07``."""
        return " ".join(part for part in (self.sheet, " / ".join(self.key), self.column) if part)

    @property
    def text(self) -> str:
        """``funding USAI 2024-07: 12 → 20``."""
        if self.what == "changed":
            return f"{self.name}: {formatted_value(self.before)} → {formatted_value(self.after)}"
        side = self.after if self.what == "added" else self.before
        return f"{self.name}: row {self.what} ({formatted_value(side)})"

    @property
    def size(self) -> float:
        """How large the change is against what was there; a change of words counts as a whole."""
        before, after = self.before, self.after
        if self.what != "changed" or not isinstance(before, int | float) or not isinstance(after, int | float):
            return 1.0
        return abs(after - before) / max(abs(before), abs(after))


def formatted_value(value: Value) -> str:
    """A cell as a planner would type it; ``(empty)`` for none."""
    if value is None:
        return "(empty)"
    if isinstance(value, str):
        return value or "(empty)"
    return f"{value:,.10g}"


def changed_inputs(before: Tables, after: Tables) -> list[Change]:
    """Every changed cell and every row added or removed, in order of sheet, key and column.

    A cell that stands for its default equals the default typed out. Cells of periods that only one of the
    two workbooks has are left out.
    """
    found: list[Change] = []
    for sheet in before:
        if sheet in UNCOMPARED:
            continue
        old, new = before[sheet].by_key(), after[sheet].by_key()
        for key in sorted(old.keys() | new.keys()):
            if key not in new:
                found.append(_whole_row("removed", old[key], before.calendar))
            elif key not in old:
                found.append(_whole_row("added", new[key], after.calendar))
            else:
                found += _cells(old[key], new[key], before.calendar, after.calendar)
    return found


def _whole_row(what: str, row: Row, calendar: Calendar) -> Change:
    parts = [f"{name} {formatted_value(_cell(row, name, calendar))}" for name in row.values if name not in _keys(row)]
    if row.periods:
        parts.append(f"{len(row.periods)} periods that add up to {formatted_value(sum(row.periods.values()))}")
    text = ", ".join(parts)
    address = f"{row.sheet.name}!{row.cell(row.sheet.columns[0].name)}"
    block = block_of(row.sheet.name, "")
    return Change(row.sheet.name, row.key, what, "", text if what == "removed" else None,
                  text if what == "added" else None, address, block)  # fmt: skip


def _keys(row: Row) -> set[str]:
    return {column.name for column in row.sheet.keys}


def _cells(old: Row, new: Row, was: Calendar, now: Calendar) -> Iterator[Change]:
    sheet = old.sheet.name
    named = {*old.values, *new.values} - _keys(old)
    for name in sorted(named):
        before, after = _cell(old, name, was), _cell(new, name, now)
        if before != after:
            column = "" if sheet == "settings" and name == "value" else name
            block = block_of(sheet, old.key[0] if sheet == "settings" and name == "value" else name)
            yield Change(sheet, old.key, "changed", column, before, after, f"{sheet}!{new.cell(name)}", block)
    for label, (at_old, at_new) in sorted(_shared_periods(old, new, was, now).items()):
        before, after = _period(old, at_old), _period(new, at_new)
        if before != after:
            address = f"{sheet}!{new.cell(at_new)}"
            yield Change(sheet, old.key, "changed", label, before, after, address, block_of(sheet, label))


def _cell(row: Row, name: str, calendar: Calendar) -> Value:
    value = row[name]
    column = row.sheet.column(name)
    if isinstance(value, tuple):
        return ", ".join(value)
    if column is not None and column.kind == "period" and isinstance(value, int):
        return calendar.label(value)
    return value


def _period(row: Row, t: int) -> float | None:
    kind = row.sheet.periods
    return row.periods.get(t, 0.0 if kind is not None and kind.is_time_table else None)


def _shared_periods(old: Row, new: Row, was: Calendar, now: Calendar) -> dict[str, tuple[int, int]]:
    """Label -> its number in each calendar, for the filled cells that both workbooks could hold."""
    if was.months != now.months:
        return {}
    shift = now.first - was.first
    numbers = {*old.periods, *(t + shift for t in new.periods)}
    return {was.label(t): (t, t - shift) for t in numbers if _side(was, t) == _side(now, t - shift) != "after"}


def _side(calendar: Calendar, t: int) -> str:
    return "before" if t < 1 else "within" if calendar.holds(t) else "after"


def is_wording(change: Change) -> bool:
    """Whether no plan reads what changed: names, sources, notes."""
    return change.block == WORDING
