"""The first sheet: the brief, on one printed page."""

from __future__ import annotations

from typing import Any

from aidplan.figures.figures import Figures
from aidplan.figures.format import cut
from aidplan.figures.table import Table, number
from aidplan.report.views.brief import Brief, brief
from aidplan.report.xlsx import reconciliation_sheet
from aidplan.report.xlsx.sheets import BAD, GOOD, HEAD, LOW, MIDDLE, SOFT, Sheets, absolute

NAME = "Brief"
WIDTHS = (36, 11, 12, 12, 17, 14, 40, 52)
GRID = {
    "what": 0, "met": 1, "unmet": 2, "demand": 3, "unit": 4, "since": 5, "where": 6, "because": 7,
    "available": 1, "spent": 2, "guaranteed": 3, "unspent": 4, "late": 5, "why": 6,
    "quantity": 1, "money": 2, "firm": 3, "until": 5, "worth": 7, "share": 1, "name": 2, "means": 6,
}  # fmt: skip
"""Column of a block -> its column on the sheet; a block's column that is not here is left out."""
_WRAPPED, _LAST = (6, 7), 7


class BriefSheet:
    """Headline, then what is short, who pays, what to decide, the risks, and footnotes with the objectives' indices."""

    def __init__(self, sheets: Sheets, sheet: Any, figures: Figures) -> None:
        self._sheets, self._sheet, self._figures = sheets, sheet, figures
        self._brief: Brief = brief(figures)
        self._goals_at = 3 + len(self._brief.cards) + sum(3 + max(len(block.rows), 1) for block in self._brief.blocks)

    def write(self, totals_reconcile: bool) -> None:
        """The whole sheet."""
        sheet = self._sheet
        for at, width in enumerate(WIDTHS):
            sheet.set_column(at, at, width)
        self._title(totals_reconcile)
        row = self._cards(2)
        for block in self._brief.blocks:
            row = self._block(row + 1, block)
        row = self._footnotes(row + 1)
        sheet.print_area(0, 0, row, _LAST)
        sheet.fit_to_pages(1, 1)
        sheet.set_margins(left=0.3, right=0.3, top=0.35, bottom=0.45)
        sheet.set_zoom(85)
        sheet.set_first_sheet()
        sheet.activate()

    def goal_cells(self) -> dict[str, str]:
        """Goal -> the address of its index number."""
        return {goal.goal: absolute(NAME, self._goals_at, at) for at, goal in self._placed_goals()}

    def _placed_goals(self) -> list[tuple[int, Any]]:
        return list(enumerate(self._figures.goals, start=1))[:_LAST]

    def _title(self, totals_reconcile: bool) -> None:
        sheets, sheet, plan = self._sheets, self._sheet, self._figures.plan
        title = str(plan.run.book.setting("title") or plan.run.manifest["workbook"].get("file", ""))
        sheets.text(sheet, 0, 0, cut(title, 100), sheets.style(bold=True, font_size=16, font_color=HEAD))
        run = f"{plan.when(1, plan.horizon)}, scenario {plan.run.scenario}, run {plan.run.manifest['run']}, money in {plan.money}"
        sheets.text(sheet, 0, 6, cut(run, 160), sheets.style(font_color="#555555"))
        good, sentence = self._figures.verdict
        banner = sheets.style(bold=True, font_size=11, bg_color=GOOD if good else BAD, valign="vcenter")
        for column in range(_LAST + 1):
            sheet.write_blank(1, column, None, banner)
        sheets.text(sheet, 1, 0, sentence, banner)
        sheet.set_row(1, 20)
        master = absolute(reconciliation_sheet.NAME, *reconciliation_sheet.MASTER)
        value = reconciliation_sheet.RECONCILED if totals_reconcile else reconciliation_sheet.OPEN
        sheet.write_formula(1, _LAST, f"={master}", banner, value)

    def _cards(self, row: int) -> int:
        """The headline, one line each: name, value, what it means."""
        sheets, sheet = self._sheets, self._sheet
        for name, value, more in self._brief.cards:
            fill = {"bg_color": SOFT}
            for column in range(_LAST + 1):
                sheet.write_blank(row, column, None, sheets.style(**fill))
            sheets.text(sheet, row, 0, name, sheets.style(bold=True, font_color=HEAD, **fill))
            sheets.text(sheet, row, 1, value, sheets.style(bold=True, font_size=11, **fill))
            sheets.text(sheet, row, 6, more, sheets.style(**fill))
            row += 1
        return row

    def _block(self, row: int, block: Table) -> int:
        """A block's title, headings and rows; the row after it."""
        sheets, sheet = self._sheets, self._sheet
        sheets.text(sheet, row, 0, block.title, sheets.style(bold=True, font_size=12, font_color=HEAD))
        sheets.text(
            sheet,
            row,
            3 if len(block.title) < 60 else 5,
            block.about,
            sheets.style(italic=True, font_size=8, font_color="#555555"),
        )
        row += 1
        placed = [(at, GRID[column.id], column) for at, column in enumerate(block.columns) if column.id in GRID]
        for column in range(_LAST + 1):
            sheet.write_blank(row, column, None, sheets.heading_style())
        for _, column, one in placed:
            align: dict[str, Any] = {"align": "right"} if one.kind != "text" else {"align": "left"}
            sheets.text(sheet, row, column, one.heading, sheets.heading_style(**align))
        sheet.set_row(
            row, 26 if any(len(one.heading) > 14 for _, column, one in placed if column not in (0, 6, 7)) else 14
        )
        first = row + 1
        for cells in block.rows:
            row += 1
            longest = 1
            for at, column, one in placed:
                cell = cells.cells[at]
                if one.kind == "text":
                    wrap = (
                        {"text_wrap": True}
                        if column in _WRAPPED and self._is_tall(block, column, str(cell or ""))
                        else {}
                    )
                    longest = max(longest, 2 if wrap else 1)
                    bold = {"bold": True} if str(cells.cells[0]) == "All donors" else {}
                    sheets.text(
                        sheet,
                        row,
                        column,
                        cut(str(cell or ""), 190),
                        sheets.style(num_format="@", align="left", **wrap, **bold),
                    )
                else:
                    sheets.cell(sheet, row, column, cell, sheets.number_style(one.kind, number(cell)))
            sheet.set_row(row, 13.5 * longest)
        if not block.rows:
            row += 1
            sheets.text(sheet, row, 0, block.empty, sheets.style(italic=True))
        elif block.name == "Short":
            shades = {
                "type": "3_color_scale", "min_type": "num", "mid_type": "num", "max_type": "num", "min_value": 0, "mid_value": 0.8,
                "max_value": 1, "min_color": LOW, "mid_color": MIDDLE, "max_color": MIDDLE,
            }  # fmt: skip
            sheet.conditional_format(first, GRID["met"], row, GRID["met"], shades)
        return row + 1

    @staticmethod
    def _is_tall(block: Table, column: int, text: str) -> bool:
        """Whether a text needs two lines: the last text of a block may run over the columns after it."""
        last = max(GRID[one.id] for one in block.columns if one.id in GRID)
        room = WIDTHS[column] if column < last else sum(WIDTHS[column:])
        return len(text) > room * 1.05

    def _footnotes(self, row: int) -> int:
        """The indices in cells with names that a program can find, then the notes."""
        sheets, sheet = self._sheets, self._sheet
        assert row == self._goals_at, (row, self._goals_at)
        small = {"font_size": 8, "font_color": "#555555"}
        sheets.text(
            sheet, row, 0, "Index numbers of the objectives, in priority order", sheets.style(italic=True, **small)
        )
        for at, goal in self._placed_goals():
            sheet.write_number(row, at, goal.value, sheets.number_style(goal.kind, goal.value, **small))
            sheets.text(
                sheet,
                row + 1,
                at,
                goal.goal + ("" if goal.rank is None else f", {goal.rank}"),
                sheets.style(align="right", **small),
            )
            sheets.book.define_name(f"goal_{goal.goal}", f"={absolute(NAME, row, at)}")
        row += 1
        for note in self._brief.footnotes:
            if not note.startswith("Index numbers"):
                row += 1
                sheets.text(sheet, row, 0, note, sheets.style(**small))
        return row
