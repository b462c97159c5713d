"""Which rows of the coalition workbook changed against version 0.1.0, from what to what, why, and what the plan does.

python -m inputs.changes                               writes docs/workbook-changes.md from both records
python -m inputs.changes --record-now RUN              records what the present plan does, from a run of the base
python -m inputs.changes --record-before BOOK RUN      records version 0.1.0's values and plan, from its own files

`changes.csv` names the rows that a check against published figures found wrong, and the reasons; values come from the
workbooks, effects from runs. `changed_rows.py` tells every other row that differs.
"""

from __future__ import annotations

import argparse
import csv
import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from python_calamine import CalamineWorkbook

from inputs import build, changed_rows
from inputs.assembly import months
from inputs.assembly.figures import read_rows

PAGE = build.HERE.parent / "docs" / "workbook-changes.md"
NAMED = build.HERE / "changes.csv"
EVERY = "*"
BEFORE, NOW = build.HERE / "changes-before.json", build.HERE / "changes-now.json"

Row = Mapping[str, Any]


def named() -> list[dict[str, str]]:
    """The rows of `changes.csv`."""
    return read_rows(NAMED)


def value(rows: Sequence[Row], where: str, column: str) -> str:
    """What the selected rows say in a column, in words; empty where there is no such row.

    ``ends`` tells the first and the last month, ``sum`` the horizon's total, ``until MONTH`` the total up to it, ``all
    COLUMN`` a column's total over the selected rows. ``*`` selects every row.
    """
    wanted = dict(part.split("=") for part in where.split("; ")) if where != EVERY else {}
    chosen = [row for row in rows if all(str(row.get(key, "")) == text for key, text in wanted.items())]
    if not chosen:
        return ""
    if column.startswith("all "):
        return _shown(sum(_number(row.get(column.removeprefix("all "))) for row in chosen))
    if column == "ends":
        first, last = (
            sum(_number(row.get(month)) for row in chosen) for month in (months.HORIZON[0], months.HORIZON[-1])
        )
        return _shown(first) if first == last else f"{_shown(first)} to {_shown(last)}"
    if column == "sum" or column.startswith("until "):
        last_month = column.removeprefix("until ") if column != "sum" else months.HORIZON[-1]
        counted = months.between(months.HORIZON[0], last_month)
        return _shown(sum(_number(row.get(month)) for row in chosen for month in counted))
    cell = chosen[0].get(column, "")
    return _shown(_number(cell)) if _is_number(cell) else str(cell) or "none"


def _is_number(cell: object) -> bool:
    return isinstance(cell, int | float)


def _number(cell: object) -> float:
    return float(cell) if isinstance(cell, int | float) else 0.0


def _shown(figure: float) -> str:
    return f"{figure:,.0f}" if abs(figure) >= 100 or figure == round(figure) else f"{figure:.3g}"


def effect(tables: Path, asked: str) -> str:
    """What a plan does of a thing: `made plant=rhm_de` sums a quantity's rows, `met capability=armour` gives a share."""
    if not asked:
        return ""
    quantity, _, where = asked.partition(" ")
    wanted = dict(part.split("=") for part in where.split("; "))
    found = _table(tables / f"{'coverage' if quantity == 'met' else quantity}.csv")
    if found is None:
        return "none"
    rows = [row for row in found if all(row[key] == code for key, code in wanted.items())]
    if quantity == "met":
        need = sum(float(row["demand"]) for row in rows)
        return f"{100 * sum(float(row['met']) for row in rows) / need:.1f}% met" if need else "not asked for"
    total = sum(float(row["value"]) for row in rows)
    words = quantity.replace("_", " ")
    return f"{total:,.0f} {words}" if rows else f"none {words}"


@cache
def _table(path: Path) -> list[dict[str, str]] | None:
    """The rows of a plan's table within the horizon; None where the plan has no such table."""
    if not path.is_file():
        return None
    with path.open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["period"] in months.HORIZON]


def workbook_rows(path: Path) -> dict[str, list[dict[str, Any]]]:
    """Every planning sheet of a workbook as rows by column name."""
    book = CalamineWorkbook.from_path(str(path))
    found = {}
    for name in book.sheet_names:
        if not name.startswith("#"):
            header, *rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            found[name] = [dict(zip([str(each) for each in header], row, strict=True)) for row in rows]
    return found


def record(rows: Mapping[str, Sequence[Row]], tables: Path) -> dict[str, Any]:
    """Value and effect of every named row (`named`), and what the plan does of every row (`effects`)."""
    told = [
        {
            "value": value(rows.get(each["sheet"], ()), each["where"], each["column"]),
            "effect": effect(tables, each["effect"]),
        }
        for each in named()
    ]
    said = changed_rows.said(rows)
    return {"named": told, "effects": changed_rows.effects(said, lambda asked: effect(tables, asked))}


def page(before: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    """The page of the docs. Raises KeyError where ``now`` is the record of another workbook."""
    lines = [
        "# What changed in the coalition workbook since 0.1.0",
        "",
        "Written by `python -m inputs.changes` from both workbooks and a run of each base. Codes are rows of the published",
        "figures (`inputs/published/`, sheet `#figures`). What the plan does is over the 24 months; it changes with all rows",
        "together, not with the one row beside it.",
        "",
        "| sheet | row | column | 0.1.0 | now | why | plan of 0.1.0 | plan now |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for each, old, new in zip(named(), before["named"], now["named"], strict=True):
        cells = [
            f"`{each['sheet']}`",
            each["where"],
            each["column"],
            old["value"] or "no row",
            new["value"] or "no row",
        ]
        cells += [each["why"], old["effect"], new["effect"]]
        lines.append(f"| {' | '.join(cells)} |")
    made = build.tables(build.load_published())
    every = changed_rows.table(before["said"], before["effects"], now["effects"], made)
    lines += [
        "",
        "## Every row that differs",
        "",
        f"{len(every) - 2} rows, those above among them: what each said, what it says, and what it rests on now. Of months the",
        "first, the last and the total over the horizon are told; needs are told by capability, all places together.",
        "",
        *every,
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Record what is asked, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--record-before", nargs=2, type=Path, metavar=("BOOK", "RUN"))
    parser.add_argument("--record-now", type=Path, metavar="RUN")
    chosen = parser.parse_args()
    if chosen.record_before:
        book, run = chosen.record_before
        rows = workbook_rows(book)
        _save(BEFORE, {**record(rows, run / "tables"), "said": changed_rows.said(rows)})
    if chosen.record_now:
        _save(NOW, record(workbook_rows(build.WORKBOOK), chosen.record_now / "tables"))
    before, now = (json.loads(path.read_text(encoding="utf-8")) for path in (BEFORE, NOW))
    PAGE.write_text(page(before, now), encoding="utf-8")
    print(PAGE)


def _save(path: Path, recorded: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(recorded, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
