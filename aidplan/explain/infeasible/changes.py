"""Changes of cells: from what must give way to numbers that a planner can type, and to tables that hold them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from aidplan.explain.infeasible.elastic import Relaxed, Rows
from aidplan.explain.infeasible.levers import NEGLIGIBLE, Lever
from aidplan.workbook.tables import Tables

DIGITS = 3
"""Digits to which a change is rounded, away from where it stands: what is suggested is enough, with a little to spare.
"""

SPARE = 1e-5
"""Share by which a change exceeds the least, before it is rounded: the solver's own tolerance must not undo it."""


@dataclass(frozen=True)
class Change:
    """One cell's new value. ``lever`` is the cell; ``delta`` the move, in the direction of the lever's sign."""

    lever: Lever
    cell: str
    new: float
    delta: float
    label: str = ""
    """The new value in words, where it is a period."""
    was: str = ""
    """What it holds now in words, where that is a period."""


def rounded_up(value: float, digits: int = DIGITS) -> float:
    """The least number of so many significant digits that is not below a positive value."""
    if value <= 0:
        return 0.0
    step = 10.0 ** (math.floor(math.log10(value)) - digits + 1)
    up = math.ceil(value / step - 1e-9) * step
    return float(f"{up:.{digits}g}")


def share_down(value: float) -> float:
    """A share rounded down to a thousandth, never below 0."""
    return max(0.0, math.floor(value * 1000 + 1e-9) / 1000)


def share_up(value: float) -> float:
    """A share rounded up to a thousandth, never above 1."""
    return min(1.0, math.ceil(value * 1000 - 1e-9) / 1000)


def changes(
    tables: Tables, rows: Rows, chosen: Sequence[Lever], relaxed: Relaxed, digits: int = DIGITS
) -> list[Change]:
    """What gives way, as cells with new values; cells that hardly move are left out."""
    found: list[Change] = []
    begins: dict[tuple[str, ...], int] = {}
    for lever, move in zip(chosen, relaxed.moves.tolist(), strict=True):
        if move <= NEGLIGIBLE * max(lever.size, 1.0 if lever.kind == "floor_from" else 0.0):
            continue
        if lever.kind == "floor_from":
            assert isinstance(lever.column, int)
            if move > 1e-6:
                begins[lever.key] = max(begins.get(lever.key, 0), lever.column)
            continue
        change = _change(tables, rows, lever, move, relaxed, digits)
        if change is not None:
            found += _along(tables, change) if lever.along else [change]
    for key, last in begins.items():
        lever = next(each for each in chosen if each.key == key)
        if last < tables.calendar.count:  # a floor that never begins is no floor: that repair is another one
            label, was = tables.calendar.label(last + 1), tables.calendar.label(int(lever.value))
            found.append(Change(lever, tables.address("demand", key, "floor_from"), last + 1, last, label, was))
    return found


def _along(tables: Tables, change: Change) -> Iterator[Change]:
    """The change in each of the periods that move together."""
    lever = change.lever
    for t, value in lever.along.items():
        own = replace(lever, column=t, value=value, along={})
        yield Change(
            own, tables.address(lever.sheet, lever.key, t), _sum(value, lever.sign * change.delta), change.delta
        )


def _change(tables: Tables, rows: Rows, lever: Lever, move: float, relaxed: Relaxed, digits: int) -> Change | None:
    cell = tables.address(lever.sheet, lever.key, lever.column)
    if lever.slack:
        new = share_down(_share_had(rows, lever, relaxed) * (1 - SPARE))
        return Change(lever, cell, new, lever.value - new) if new < lever.value else None
    if lever.kind == "floor":
        new = share_down(lever.value - move * (1 + SPARE))
        return Change(lever, cell, new, lever.value - new)
    if lever.kind == "share_max":
        new = share_up(lever.value + move * (1 + SPARE))
        return Change(lever, cell, new, new - lever.value)
    delta = min(rounded_up(move * (1 + SPARE), digits), lever.most)
    return Change(lever, cell, _sum(lever.value, lever.sign * delta), delta)


def _sum(value: float, delta: float) -> float:
    """A sum without the dust of binary fractions, never below 0."""
    return max(0.0, float(f"{value + delta:.12g}"))


def _share_had(rows: Rows, lever: Lever, relaxed: Relaxed) -> float:
    """The share that a menu row's matches have of what its fund spends, in the plan that came of it."""
    programme = rows.programme
    (row, _), *_ = rows.effects(lever)
    spent = programme.columns["spent"]
    of_fund = [n for n in range(len(spent)) if spent.index(n)[0] == lever.key[0]]
    total = float(relaxed.x[[spent.start + n for n in of_fund]].sum()) if of_fund else 0.0
    if total <= 0:
        return lever.value
    activity = float((programme.matrix[[row], :] @ relaxed.x)[0])
    return max(0.0, lever.value + activity / total)


def applied(tables: Tables, made: Sequence[Change]) -> Tables:
    """The workbook with the changes in its cells."""
    by_sheet: dict[str, dict[tuple[str, ...], dict[str | int, Any]]] = {}
    for change in made:
        lever = change.lever
        column: str | int = "floor_from" if lever.kind == "floor_from" else lever.column
        new: Any = int(change.new) if lever.kind == "floor_from" else change.new
        by_sheet.setdefault(lever.sheet, {}).setdefault(lever.key, {})[column] = new
    replaced = {}
    for sheet, cells in by_sheet.items():
        table = tables[sheet]
        replaced[sheet] = table.with_rows(row.with_cells(cells[row.key]) if row.key in cells else row for row in table)
    return tables.replaced(replaced)


def number(value: float) -> str:
    """A number as a planner reads it: no exponent, no dust."""
    text = f"{value:,.6g}" if abs(value) < 1e6 else f"{value:,.0f}"
    if "e" in text:
        text = f"{value:,.9f}".rstrip("0").rstrip(".")
    return text


def words(made: Sequence[Change], currency: Mapping[str, str], labels: Sequence[str]) -> str:
    """The changes in a line; cells side by side in one row are told together. ``labels`` are the periods'."""
    parts: list[str] = []
    for group in _runs(made):
        first, last = group[0], group[-1]
        place = first.cell if len(group) == 1 else f"{first.cell}:{last.cell.split('!')[1]}"
        parts.append(f"{place} {_move(group, currency, labels)}".replace("  ", " "))
    return "; ".join(parts)


def _runs(made: Sequence[Change]) -> list[list[Change]]:
    """Changes of one row in neighbouring periods, together."""
    groups: list[list[Change]] = []
    for change in sorted(made, key=_order):
        if groups and _adjoins(groups[-1][-1], change):
            groups[-1].append(change)
        else:
            groups.append([change])
    return groups


def _order(change: Change) -> tuple[str, tuple[str, ...], int, str]:
    column = change.lever.column
    return change.lever.sheet, change.lever.key, column if isinstance(column, int) else 0, str(column)


def _adjoins(before: Change, change: Change) -> bool:
    """Whether a change is of the period after another's, in the same row."""
    a, b = before.lever, change.lever
    if not (isinstance(a.column, int) and isinstance(b.column, int)) or b.kind == "floor_from":
        return False
    return (a.sheet, a.key, a.kind) == (b.sheet, b.key, b.kind) and b.column == a.column + 1


def _move(group: Sequence[Change], currency: Mapping[str, str], labels: Sequence[str]) -> str:
    lever, last = group[0].lever, group[-1].lever
    unit = currency.get(lever.unit, lever.unit)
    who = " ".join(part for part in lever.key if part != "*")
    if lever.kind == "floor_from":
        return f"({who}) floor_from {group[0].was} → {group[0].label}"
    if lever.sheet == "settings":
        name = ""
    elif isinstance(lever.column, int) and isinstance(last.column, int):
        when = labels[lever.column - 1]
        who, name = f"{who}, {when}" if last is lever else f"{who}, {when}..{labels[last.column - 1]}", ""
    else:
        name = f" {lever.column}"
    if lever.kind in ("floor", "share_min", "reserve_floor"):
        return f"({who}){name} {number(lever.value)} → at most {number(group[0].new)}{f' {unit}' if unit else ''}"
    if lever.kind == "share_max":
        return f"({who}){name} {number(lever.value)} → at least {number(group[0].new)}"
    sign = "+" if lever.sign > 0 else "−"
    deltas = [change.delta for change in group]
    if len(group) == 1:
        return f"({who}){name} {sign} {number(deltas[0])} {unit} ({number(lever.value)} → {number(group[0].new)})"
    if len(set(deltas)) == 1:
        return f"({who}){name} {sign} {number(deltas[0])} {unit} each"
    return f"({who}){name} {sign} {', '.join(number(delta) for delta in deltas)} {unit}"
