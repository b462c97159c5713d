"""The first sheet: the brief, on one printed page."""

from __future__ import annotations

from textwrap import wrap
from typing import Any

from aidplan.figures.figures import Figures
from aidplan.figures.format import cut
from aidplan.figures.table import Column, Row, Table, number
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
_LAST, ABOUT = 7, 3
LINE = 13.5
"""Height of a line, in points."""

PLAIN, BOLD, SMALL = 1.18, 1.0, 1.35
"""Characters of a text, of a bold one and of a small one in one unit of a column's width, in wide letters."""


def lines(text: str, first: int, last: int, letters: float = PLAIN) -> int:
    """How many lines a text takes over the columns ``first`` to ``last``."""
    return max(len(wrap(text, max(int(sum(WIDTHS[first : last + 1]) * letters), 1))), 1)


def placed(block: Table) -> list[tuple[int, tuple[int, int], Column]]:
    """The columns of a block that the sheet shows: position in the block, first and last column on the sheet, column.

    A text runs over the columns after it that the block leaves empty.
    """
    taken = sorted(GRID[one.id] for one in block.columns if one.id in GRID)
    found = []
    for at, one in enumerate(block.columns):
        if one.id in GRID:
            column = GRID[one.id]
            after = next((other for other in taken if other > column), _LAST + 1)
            found.append((at, (column, after - 1 if one.kind == "text" and column else column), one))
    return found


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
            fill = {"bg_color": SOFT, "text_wrap": True}
            sheets.text(sheet, row, 0, name, sheets.style(bold=True, font_color=HEAD, **fill))
            self._across(row, 1, 5, value, sheets.style(bold=True, font_size=11, **fill))
            self._across(row, 6, _LAST, more, sheets.style(**fill))
            sheet.set_row(row, LINE * max(lines(value, 1, 5, BOLD), lines(more, 6, _LAST)))
            row += 1
        return row

    def _block(self, row: int, block: Table) -> int:
        """A block's title, headings and rows; the row after it."""
        self._headings(row, block)
        first = row = row + 2
        for cells in block.rows:
            self._row(row, block, cells)
            row += 1
        if not block.rows:
            self._sheets.text(self._sheet, row, 0, block.empty, self._sheets.style(italic=True))
            row += 1
        elif block.name == "Short":
            shades = {
                "type": "3_color_scale", "min_type": "num", "mid_type": "num", "max_type": "num", "min_value": 0, "mid_value": 0.8,
                "max_value": 1, "min_color": LOW, "mid_color": MIDDLE, "max_color": MIDDLE,
            }  # fmt: skip
            self._sheet.conditional_format(first, GRID["met"], row - 1, GRID["met"], shades)
        return row

    def _headings(self, row: int, block: Table) -> None:
        """The title with what the block says of itself, and the headings of its columns in the row after."""
        sheets, sheet = self._sheets, self._sheet
        sheets.text(sheet, row, 0, block.title, sheets.style(bold=True, font_size=12, font_color=HEAD))
        about = sheets.style(italic=True, font_size=8, font_color="#555555", text_wrap=True)
        self._across(row, ABOUT, _LAST, block.about, about)
        sheet.set_row(row, max(16, 11 * lines(block.about, ABOUT, _LAST, SMALL)))
        for column in range(_LAST + 1):
            sheet.write_blank(row + 1, column, None, sheets.heading_style())
        tall = 1
        for _, (column, last), one in placed(block):
            align: dict[str, Any] = (
                {"align": "left", "indent": int(column > 0)} if one.kind == "text" else {"align": "right"}
            )
            self._across(row + 1, column, last, one.heading, sheets.heading_style(**align))
            tall = max(tall, lines(one.heading, column, last, BOLD))
        sheet.set_row(row + 1, LINE * tall)

    def _row(self, row: int, block: Table, cells: Row) -> None:
        """One row, as high as its longest text needs."""
        tall, bold = 1, {"bold": True} if str(cells.cells[0]) == "All donors" else {}
        for at, (column, last), one in placed(block):
            cell = cells.cells[at]
            if one.kind == "text":
                text = str(cell or "")
                style = self._sheets.style(num_format="@", align="left", indent=int(column > 0), text_wrap=True, **bold)
                self._across(row, column, last, text, style)
                tall = max(tall, lines(text, column, last, BOLD if bold else PLAIN))
            else:
                self._sheets.cell(self._sheet, row, column, cell, self._sheets.number_style(one.kind, number(cell)))
        self._sheet.set_row(row, LINE * tall)

    def _across(self, row: int, first: int, last: int, text: str, style: Any) -> None:
        """A text over some columns."""
        if last > first:
            self._sheet.merge_range(row, first, row, last, "", style)
        self._sheets.text(self._sheet, row, first, text, style)

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
