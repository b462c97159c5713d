"""What a workbook may say otherwise than that of the plan it keeps: numbers of periods that are still decided, and
numbers that have no period. Whatever belongs to a period that stands, or to the start, must be as it was.
"""

from __future__ import annotations

from collections.abc import Iterator

from aidplan.workbook.findings import ERROR, Finding, in_order
from aidplan.workbook.tables import Row, Tables

OPENING: dict[str, tuple[str, ...]] = {
    "funds": ("opening", "available_before", "spent_before"),
    "menu": ("spent_before", "spent_in_time_before"),
    "orderbook": ("quantity",),
    "redirects": ("owed_before",),
    "supply": ("initial",),
    "stocks": ("initial",),
    "fleets": ("initial",),
}
"""Sheet -> columns that speak of the start."""

FIXED_SETTINGS = ("start", "periods", "period_months", "currency", "money_unit", "tail", "liability_before")
"""Settings of the start, of the calendar and of the units."""

DEFINING = ("places", "items", "capabilities", "plants", "products", "funds", "expansions", "redirects")
"""Sheets whose rows a plan speaks of: none may be gone."""


def differences(then: Tables, now: Tables, until: int, run: str) -> tuple[Finding, ...]:
    """What ``now`` must not say otherwise than ``then``, the workbook of ``run``, each at its cell of ``now``.

    ``until`` is the number of the first period that is decided anew.
    """
    found = [*_settings(then, now, run)]
    for sheet in now:
        if sheet not in ("settings", "scenarios", "goals"):
            found += _sheet(sheet, then, now, until, run)
    return in_order(found)


def _settings(then: Tables, now: Tables, run: str) -> Iterator[Finding]:
    for name in FIXED_SETTINGS:
        try:
            before, after = then.setting(name), now.setting(name)
        except KeyError:  # this version of the format does not know it
            continue
        if before != after:
            row = now.row("settings", name)
            yield _refused(
                "settings",
                row.cell("value") if row else "",
                f"{name} is {_shown(after)}, and was {_shown(before)} in {run}",
                "a kept plan has the start, the periods and the units of the plan that it keeps",
            )


def _sheet(sheet: str, then: Tables, now: Tables, until: int, run: str) -> Iterator[Finding]:
    before, after = then[sheet].by_key(), now[sheet].by_key()
    for key in before.keys() - after.keys() if sheet in DEFINING else ():
        yield _refused(
            sheet, "A1", f"{', '.join(key)} is gone, and {run} has it", f"put its row back as it is in {run}"
        )
    for key in dict.fromkeys((*before, *after)):
        yield from _row(sheet, before.get(key), after.get(key), until, run, now)


def _row(sheet: str, before: Row | None, after: Row | None, until: int, run: str, now: Tables) -> Iterator[Finding]:
    row = after or before
    assert row is not None
    name = ", ".join(part for part in row.key if part)
    for column in OPENING.get(sheet, ()):
        if row.sheet.column(column) is None:
            continue
        old, new = (_number(each, column) for each in (before, after))
        if old != new:
            yield _refused(
                sheet,
                after.cell(column) if after else "A1",
                f"{column} of {name} is {_shown(new)}, and was {_shown(old)} in {run}",
                f"what was there at the start stands; write {_shown(old)}, or solve without --keep",
            )
    if row.sheet.periods is None:
        return
    past = {t for each in (before, after) if each is not None for t in each.periods if t < until}
    for t in sorted(past):
        old, new = _in_period(before, row, t), _in_period(after, row, t)
        if old != new and _in_force(before, t) != _in_force(after, t):
            yield _refused(
                sheet,
                after.cell(t) if after else "A1",
                f"{now.calendar.label(t)} of {name} is {_shown(new)}, and was {_shown(old)} in {run}",
                (
                    f"what came before {now.calendar.label(until)} stands; write {_shown(old)}, or keep the "
                    "plan until an earlier period"
                ),
            )


def _number(row: Row | None, column: str) -> object:
    """An opening number; 0 where there is none."""
    return (row[column] if row is not None else None) or 0.0


def _in_period(row: Row | None, like: Row, t: int) -> float | None:
    """What the cell of a period says: in a time table 0 where it is empty, else None."""
    value = row.periods.get(t) if row is not None else None
    assert like.sheet.periods is not None
    return 0.0 if value is None and not like.sheet.periods.stands_for else value


def _in_force(row: Row | None, t: int) -> float | None:
    """The number that counts in a period; 0 of a row that is not there."""
    return row.number_at(t) if row is not None else 0.0


def _shown(value: object) -> str:
    if value is None:
        return "none"
    return f"{value:,.15g}" if isinstance(value, float) else str(value)


def _refused(sheet: str, cell: str, message: str, remedy: str) -> Finding:
    return Finding("kept-past", ERROR, sheet, cell, message, remedy)
