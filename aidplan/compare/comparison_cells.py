"""Cells and tables of the comparison's workbook."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from aidplan.figures.format import cut
from aidplan.report.xlsx.sheets import HEAD, Sheets, fits

Cell = tuple[str | float | int | None, str]
"""A value and how it is shown: ``text``, ``plain``, or a kind of figure; ``+kind`` for a difference."""

HEADER, LONGEST_NAME = 3, 40
MOST_ROWS = 1_048_000
FORMATS = {
    "share": "0.00%", "money": "#,##0.00;-#,##0.00;0", "quantity": "#,##0.0;-#,##0.0;0", "plain": "General",
    "+share": '+0.00" pt";-0.00" pt";"="', "+money": '+#,##0.00;-#,##0.00;"="', "+quantity": '+#,##0.0;-#,##0.0;"="',
    "goal": "+0.00000000;-0.00000000;0", "+goal": "0.00000000",
}  # fmt: skip


class Cells:
    """Writes what a comparison shows into sheets: a whole table, or a cell with its kind of figure."""

    def __init__(self, sheets: Sheets) -> None:
        self.sheets = sheets

    def table(self, name: str, title: str, about: str, headings: Sequence[str], rows: Sequence[Sequence[Cell]]) -> Any:
        """One table as a sheet: title, what it is, frozen headings with filters, rows."""
        sheets = self.sheets
        sheet = sheets.sheet(name, wide=len(headings) > 8)
        sheets.text(sheet, 0, 0, title, sheets.style(bold=True, font_size=14, font_color=HEAD))
        cut_off = f" Cut: {len(rows) - MOST_ROWS:,} rows more than a sheet holds." if len(rows) > MOST_ROWS else ""
        sheets.text(sheet, 1, 0, about + cut_off, sheets.style())
        for at, heading in enumerate(headings):
            sheets.text(sheet, HEADER, at, heading, sheets.heading_style())
            words = [str(row[at][0] or "") for row in rows[:200] if row[at][1] == "text"]
            sheet.set_column(at, at, fits([cut(heading, 18), *words], least=11, most=70))
        sheet.set_row(HEADER, 32 if any(len(heading) > 12 for heading in headings) else 18)
        sheet.freeze_panes(HEADER + 1, 1)
        sheet.repeat_rows(HEADER)
        if not rows:
            sheets.text(sheet, HEADER + 1, 0, "Nothing differs.", sheets.style(italic=True))
            return sheet
        sheet.autofilter(HEADER, 0, HEADER + min(len(rows), MOST_ROWS), len(headings) - 1)
        for at, row in enumerate(rows[:MOST_ROWS], start=HEADER + 1):
            for column, (value, kind) in enumerate(row):
                self.cell(sheet, at, column, value, kind)
        return sheet

    def cell(self, sheet: Any, row: int, column: int, value: str | float | int | None, kind: str, **more: Any) -> None:
        """One cell: a text as text, a figure by its kind, a difference with its sign."""
        sheets = self.sheets
        if isinstance(value, str) or value is None:
            space = {"indent": 1} if column else {}  # or a text touches the number before it
            sheets.cell(sheet, row, column, value, sheets.style(num_format="@", **space, **more))
            return
        if isinstance(value, float) and math.isinf(value):
            sheets.text(sheet, row, column, "not known" if kind.startswith("+") else "no limit", sheets.style(**more))
            return
        if kind[0] == "+" and abs(value) < 1e-11:
            value = 0.0
        if kind == "+share":  # a difference of shares is shown in percentage points
            value = 100 * value
        sheets.cell(sheet, row, column, value, sheets.style(num_format=FORMATS[kind], align="right", **more))
