"""Every row of the coalition workbook that says something else than in version 0.1.0, with what the plan does of it.

A row is compared cell by cell, but for its months: their first, last and total over the horizon stand for them. The needs
of the fronts are told by capability, all places together.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from aidplan.workbook.schema import SHEETS
from inputs import build
from inputs.assembly import months
from inputs.assembly.figures import read_rows
from inputs.fingerprint import TOLD_APART

Row = Mapping[str, Any]
Said = dict[str, dict[str, dict[str, str]]]
"""By sheet and row, what its columns say; `months` for all months."""

MONTHS = "months"
TOGETHER = {"demand": ("capability",)}
"""Sheets whose rows are told together, and by what."""
APART = ("scenarios",)
"""Sheets that the plan of the base does not read."""
EFFECTS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "places": ("shipped", ("place=origin",)),
    "items": ("ordered", ("item",)),
    "effects": ("met", ("capability",)),
    "capabilities": ("met", ("capability",)),
    "products": ("ordered", ("plant", "item")),
    "capacity": ("made", ("plant",)),
    "orderbook": ("made", ("plant", "item", "owner")),
    "redirects": ("redirected", ("plant", "item")),
    "expansions": ("pledged", ("expansion",)),
    "funds": ("spent", ("fund",)),
    "funding": ("spent", ("fund",)),
    "menu": ("spent", ("fund",)),
    "stocks": ("released", ("place", "item")),
    "arrivals": ("issued", ("item",)),
    "lanes": ("shipped", ("origin", "destination", "mode")),
    "demand": ("met", ("capability",)),
    "adversary": ("parity_gap", ("capability",)),
}
"""What of a plan shows a sheet's rows: a quantity, and the key columns that select its rows (`sheet's=quantity's`)."""


def said(rows: Mapping[str, Sequence[Row]]) -> Said:
    """What every row of a workbook says, in words; cells without a value are left out."""
    return {
        sheet: {key: _said(group) for key, group in _grouped(sheet, rows.get(sheet, ())).items()}
        for sheet in SHEETS
        if sheet not in APART
    }


def keys(sheet: str) -> tuple[str, ...]:
    """The columns that name a row of a sheet, as it is told here."""
    return TOGETHER.get(sheet) or tuple(column.name for column in SHEETS[sheet].keys)


def _grouped(sheet: str, rows: Sequence[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(_name(sheet, row), []).append(row)
    return found


def _name(sheet: str, row: Row) -> str:
    return "; ".join(f"{key}={row[key]}" for key in keys(sheet) if row.get(key) not in ("", None))


def _said(group: Sequence[Row]) -> dict[str, str]:
    told = {}
    columns = dict.fromkeys(column for row in group for column in row)
    for column in columns:
        if column in TOLD_APART or column.startswith("#") or column[:4].isdigit():
            continue
        cells = list(dict.fromkeys(_shown(row[column]) for row in group if row.get(column) not in ("", None)))
        if cells and not (len(group) > 1 and column == "place"):
            told[column] = ", ".join(cells)
    cells_of = [_number(row.get(month)) for row in group for month in months.HORIZON]
    if any(row.get(month) not in ("", None) for row in group for month in months.HORIZON):
        first, last = (sum(_number(row.get(at)) for row in group) for at in (months.HORIZON[0], months.HORIZON[-1]))
        told[MONTHS] = f"{_shown(first)} to {_shown(last)}, {_shown(sum(cells_of))} in all"
    return told


def _number(cell: object) -> float:
    return float(cell) if isinstance(cell, int | float) else 0.0


def _shown(cell: object) -> str:
    if not isinstance(cell, int | float):
        return str(cell)
    return f"{cell:,.0f}" if abs(cell) >= 1000 or cell == round(cell) else f"{cell:.4g}"


def differing(before: Said, now: Said) -> Iterator[tuple[str, str, list[str]]]:
    """Sheet, row and columns of every row that says something else; all columns of a row that is new or gone."""
    for sheet in now:
        old, new = before.get(sheet, {}), now[sheet]
        for key in dict.fromkeys([*new, *old]):
            one, other = old.get(key, {}), new.get(key, {})
            columns = [column for column in dict.fromkeys([*other, *one]) if one.get(column) != other.get(column)]
            columns = [column for column in columns if column not in keys(sheet)]
            if columns or (key in old) != (key in new):
                yield sheet, key, columns


def effects(sheets: Said, effect: Callable[[str], str]) -> dict[str, dict[str, str]]:
    """For every row of the sheets what a plan does of it; ``effect`` reads it from the plan's tables."""
    return {
        sheet: {key: effect(asked) for key in rows if (asked := question(sheet, key))} for sheet, rows in sheets.items()
    }


def question(sheet: str, key: str) -> str:
    """What is asked of a plan for a row: `made plant=rhm_de`; empty where no quantity shows it."""
    if sheet not in EFFECTS:
        return ""
    quantity, wanted = EFFECTS[sheet]
    cells = dict(part.split("=", 1) for part in key.split("; "))
    if sheet == "stocks" and cells["place"] not in RESERVES:
        quantity, wanted = "issued", ("place", "item")
    parts = [(each.partition("=")[2] or each, cells.get(each.partition("=")[0], "")) for each in wanted]
    return f"{quantity} {'; '.join(f'{name}={cell}' for name, cell in parts if cell)}"


RESERVES = frozenset(
    str(row["place"]) for row in read_rows(build.SHEETS_FOLDER / "places.csv") if row["kind"] == "country"
)


def origin(rows: Sequence[Row]) -> str:
    """Where a row's figures come from: codes of `#figures`, or the words of its source; and its confidence."""
    if not rows:
        return "no row any more"
    sources = list(dict.fromkeys(str(row["source"]) for row in rows))
    codes = dict.fromkeys(code for text in sources for code in _codes(text))
    words = " ".join(codes) or " ; ".join(sources)
    return f"{words} ({', '.join(dict.fromkeys(str(row['confidence']) for row in rows))})"


def _codes(text: str) -> list[str]:
    found = re.search(r"rows ([A-Z0-9 ]+) of #figures", text)
    return found.group(1).split() if found else []


def table(
    before: Said, effects_before: Mapping[str, Any], effects_now: Mapping[str, Any], made: Mapping[str, Any]
) -> list[str]:
    """The lines of the page's table.

    Raises KeyError where a row that differs has no recorded effect: the record is of another workbook.
    """
    now = said(made)
    lines = [
        "| sheet | row | 0.1.0 | now | source of what stands now | plan of 0.1.0 | plan now |",
        "|---|---|---|---|---|---|---|",
    ]
    for sheet, key, columns in differing(before, now):
        old, new = before.get(sheet, {}).get(key), now[sheet].get(key)
        effects = ("", "")
        if question(sheet, key):
            effects = tuple(
                record[sheet][key] if row is not None else ""
                for record, row in ((effects_before, old), (effects_now, new))
            )
        sources = origin(_grouped(sheet, made.get(sheet, ())).get(key, []))
        cells = [f"`{sheet}`", key.replace("|", "/"), _words(old, columns), _words(new, columns), sources, *effects]
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def _words(row: Mapping[str, str] | None, columns: Sequence[str]) -> str:
    if row is None:
        return "no row"
    told = [f"{column}: {row.get(column, 'none')}" for column in columns if column != "name"]
    return "; ".join(told) or "as named"
