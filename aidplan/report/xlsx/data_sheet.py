"""The long sheet for pivoting: every quantity of the plan, one row a value."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from aidplan_models.registry import QUANTITIES

from aidplan.report.xlsx.sheets import HEAD, PAPER, Sheets

if TYPE_CHECKING:
    from aidplan.extract import PlanRun

INDEX = (
    "fund", "plant", "expansion", "item", "owner", "component", "place", "origin", "destination", "mode",
    "capability", "platform", "period",
)  # fmt: skip
OF_MENU = ("class", "country", "channel", "limit")
"""Index columns of what gives way of a menu row, in a plan that keeps another."""
MOST_ROWS = 1_048_576 - 1
"""Rows that one sheet holds under its heading."""


def write_data(sheets: Sheets, run: PlanRun) -> list[tuple[str, int]]:
    """Sheet ``data`` (and ``data 2`` … where one sheet cannot hold it); (sheet, rows) of each.

    The rows are those of the run's tables, in their order, quantity after quantity.
    """
    placed: list[tuple[str, int]] = []
    sheet: Any = None
    row = MOST_ROWS + 1
    menu = OF_MENU if len(run.tables.get("off_share", ())) else ()
    heads = ("quantity", *INDEX, *menu, "value")
    at = {name: column for column, name in enumerate(heads)}
    for name in (*QUANTITIES, "spent"):
        frame = run.tables.get(name)
        if frame is None or frame.empty:
            continue
        columns = [at[str(column)] for column in frame.columns[:-1]]
        texts = list(zip(*(frame[column].tolist() for column in frame.columns[:-1]), strict=True))
        for codes, value in zip(texts, frame["value"].tolist(), strict=True):
            if row > MOST_ROWS:
                sheet = _data_sheet(sheets, len(placed), heads)
                placed.append((sheet.get_name(), 0))
                row = 1
            sheet.write_string(row, 0, name)
            for column, code in zip(columns, codes, strict=True):
                sheet.write_string(row, column, code)
            sheet.write_number(row, at["value"], value)
            placed[-1] = (placed[-1][0], row)
            row += 1
    if not placed:
        sheet = _data_sheet(sheets, 0, heads)
        placed.append((sheet.get_name(), 0))
    for name, rows in placed:
        sheet = sheets.book.get_worksheet_by_name(name)
        sheet.autofilter(0, 0, max(rows, 1), len(heads) - 1)
        sheets.prints_first(sheet, 0, max(rows, 1), len(heads) - 1)
    return placed


def _data_sheet(sheets: Sheets, number: int, heads: Sequence[str]) -> Any:
    sheet = sheets.sheet("data" if number == 0 else f"data {number + 1}", colour="#7A7A7A")
    heading = sheets.style(bold=True, bg_color=HEAD, font_color=PAPER)
    for column, name in enumerate(heads):
        sheets.text(sheet, 0, column, name, heading)
    sheet.set_column(0, len(heads) - 1, 13)
    sheet.freeze_panes(1, 1)
    sheet.repeat_rows(0)
    return sheet
