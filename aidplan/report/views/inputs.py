"""Prices of limits, sources and notes of the inputs, warnings of the check."""

from __future__ import annotations

import math
from collections import Counter

from aidplan.report.figures import Figures
from aidplan.report.table import Cell, Column, Row, Table

_PRICE_NUMBERS = ("price", "price_up", "price_down", "range_up", "range_down")


def prices(figures: Figures) -> Table:
    """What a little more of each limit is worth, as the run has it."""
    frame = figures.run.tables.get("prices")
    if frame is None:
        return Table(
            "Prices",
            "Prices of limits",
            "What one more of each limit would be worth to a goal.",
            (Column("limit", "Limit"),),
            empty="This run was solved without prices.",
        )
    texts = [name for name in frame.columns if name not in _PRICE_NUMBERS and (frame[name].astype(str) != "").any()]
    numbers = [name for name in _PRICE_NUMBERS if name in frame.columns]
    columns = (
        *(Column(name, name.capitalize(), width=14) for name in texts),
        *(Column(name, name.replace("_", " ").capitalize(), "plain", width=16) for name in numbers),
    )
    cells = zip(*(frame[name].tolist() for name in (*texts, *numbers)), strict=True)
    rows = [Row(tuple("" if _missing(cell) else cell for cell in one)) for one in cells]
    at = len(texts)
    rows.sort(key=lambda row: (str(row.cells[0]), -_size(row.cells[at])))
    return Table(
        "Prices", "Prices of limits", "By how much a goal gets better with one more of a limit, in the limit's own unit; within a goal the largest first. A limit that is not listed has no price.",
        columns, rows, frozen=2,
    )  # fmt: skip


def _size(cell: Cell) -> float:
    return abs(cell) if isinstance(cell, int | float) else 0.0


def _missing(cell: object) -> bool:
    return cell is None or (isinstance(cell, float) and math.isnan(cell))


def sources(figures: Figures) -> Table:
    """Where every input comes from."""
    rows = []
    for sheet in figures.run.book:
        for row in figures.run.book[sheet]:
            key = " | ".join(row.key) if row.key else f"row {row.number}"
            cells: tuple[Cell, ...] = (
                sheet,
                row.number,
                key,
                _text(row["confidence"]),
                _text(row["source"]),
                _text(row["note"]),
            )
            rows.append(Row(cells))
    counts = Counter(str(row.cells[3]) or "without a confidence" for row in rows)
    told = ", ".join(f"{count} {word}" for word, count in sorted(counts.items(), key=lambda pair: -pair[1]))
    return Table(
        "Sources", "Sources and notes of the inputs", f"Every row of the workbook, as this scenario reads it: {told}.",
        (
            Column("sheet", "Sheet", width=13), Column("row", "Row", "count", width=6), Column("key", "Key", width=36),
            Column("confidence", "Confidence", width=11), Column("source", "Source", width=80), Column("note", "Note", width=70),
        ),
        rows, frozen=3,
    )  # fmt: skip


def _text(value: object) -> str:
    return "" if value is None else str(value)


def warnings(figures: Figures) -> Table:
    """What the check warned of."""
    rows = [
        Row(tuple(_text(one.get(name)) for name in ("place", "message", "remedy", "scenario")))
        for one in figures.run.findings
    ]
    return Table(
        "Warnings", "What the check warned of", "Lawful but suspicious cells of the workbook, and what was not used.",
        (
            Column("place", "Where", width=22), Column("message", "What", width=90), Column("remedy", "What would be right", width=70),
            Column("scenario", "Scenario", width=14),
        ),
        rows, frozen=1, empty="The check had nothing to warn of.",
    )  # fmt: skip
