"""The workbook of a past month, and a rolled workbook that learns what became known since."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from inputs import build, knowledge
from inputs.assembly import months
from inputs.assembly.figures import Published
from inputs.assembly.rows import tidy
from inputs.assembly.sheets import arrange, write

TIMED = ("funding", "capacity", "demand", "adversary", "arrivals")
"""Sheets whose months are moved by what became known."""


def before(month: str) -> str:
    """The month before."""
    return months.label(months.ordinal(month) - 1)


def write_known(published: Published, known: str, target: Path) -> None:
    """The workbook as it would have stood at the end of a month."""
    made = knowledge.known_tables(published, known)
    target.parent.mkdir(parents=True, exist_ok=True)
    write([arrange(name, made[name]) for name in build.ORDER], target)


def update(rolled: Path, target: Path, old: knowledge.Tables, new: knowledge.Tables, start: str, last: str) -> None:
    """A rolled workbook with what became known: `old` was known when the rolled plan was made, `new` is known now.

    Months from `start` on move by the difference; what a fund got more or less than expected from the last quarter's
    first month, `last`, up to `start` moves what it has in hand.
    """
    import openpyxl

    book = openpyxl.load_workbook(rolled)
    for name in TIMED:
        _move_months(book[name], _keyed(name, old[name]), _keyed(name, new[name]), start)
    _move_limits(book["expansions"], _keyed("expansions", old["expansions"]), _keyed("expansions", new["expansions"]))
    _set_months(book["stocks"], _keyed("stocks", new["stocks"]), start)
    _move_openings(book, _keyed("funding", old["funding"]), _keyed("funding", new["funding"]), last, start)
    book.save(target)


def _keys(name: str) -> list[str]:
    from aidplan.workbook.schema import SHEETS

    return [column.name for column in SHEETS[name].keys]


def _keyed(name: str, rows: Sequence[Mapping[str, Any]]) -> dict[tuple[str, ...], Mapping[str, Any]]:
    return {tuple(str(row.get(key) or "") for key in _keys(name)): row for row in rows}


def _rows(sheet: Any, keys: Sequence[str]) -> Iterable[tuple[tuple[str, ...], int]]:
    header = {str(cell.value): number for number, cell in enumerate(sheet[1], start=1)}
    for number in range(2, sheet.max_row + 1):
        yield tuple(str(sheet.cell(number, header[key]).value or "") for key in keys), number


def _columns(sheet: Any, start: str) -> dict[str, int]:
    """The columns of months from ``start`` on."""
    found = {}
    for number, cell in enumerate(sheet[1], start=1):
        name = str(cell.value or "")[:7]
        if name[:4].isdigit() and name >= start:
            found[name] = number
    return found


def _move_months(sheet: Any, old: Mapping, new: Mapping, start: str) -> None:
    columns = _columns(sheet, start)
    for key, number in _rows(sheet, _keys(sheet.title)):
        if key not in new:
            continue
        for month, column in columns.items():
            change = _number(new[key].get(month)) - _number(old[key].get(month))
            if change:
                cell = sheet.cell(number, column)
                cell.value = tidy(max(0.0, _number(cell.value) + change))


def _move_limits(sheet: Any, old: Mapping, new: Mapping) -> None:
    """What is offered now may be built."""
    column = next(number for number, cell in enumerate(sheet[1], start=1) if cell.value == "limit")
    for key, number in _rows(sheet, _keys("expansions")):
        change = _number(new[key].get("limit")) - _number(old[key].get("limit")) if key in new else 0.0
        if change:
            sheet.cell(number, column).value = tidy(_number(sheet.cell(number, column).value) + change)


def _set_months(sheet: Any, new: Mapping, start: str) -> None:
    """The single months of a sheet whose months are optional, as they stand now."""
    columns = _columns(sheet, start)
    for key, number in _rows(sheet, _keys(sheet.title)):
        for month, column in columns.items():
            if key in new:
                value = new[key].get(month, "")
                sheet.cell(number, column).value = None if value == "" else value


def _move_openings(book: Any, old: Mapping, new: Mapping, last: str, start: str) -> None:
    """What a fund got more or less than expected: more is in hand, less is taken from there, then from what comes."""
    sheet, money = book["funds"], book["funding"]
    header = {str(cell.value): number for number, cell in enumerate(sheet[1], start=1)}
    lines = dict(_rows(money, _keys("funding")))
    for key, number in _rows(sheet, _keys("funds")):
        if key not in new:
            continue
        passed = months.between(last, before(start))
        change = sum(_number(new[key].get(month)) - _number(old[key].get(month)) for month in passed)
        opening = sheet.cell(number, header["opening"])
        have = _number(opening.value) + change
        opening.value = tidy(max(0.0, have))
        for column in _columns(money, start).values():
            if have >= 0:
                break
            cell = money.cell(lines[key], column)
            there = _number(cell.value)
            cell.value, have = tidy(max(0.0, there + have)), min(0.0, there + have)


def _number(cell: Any) -> float:
    return float(cell) if isinstance(cell, int | float) else 0.0
