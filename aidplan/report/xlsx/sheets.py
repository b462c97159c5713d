"""Building blocks of a report workbook: any `Table` as a sheet that reads, filters and prints well.

Text is always written as text: what looks like a formula or an address stays what the planner typed.
Nothing is dropped: a text longer than a cell holds is cut and says so, a number that is none stays empty.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_cell_to_rowcol, xl_col_to_name, xl_rowcol_to_cell

from aidplan.figures.format import EXCEL_FORMATS
from aidplan.figures.table import Cell, Formula, Row, Table, number

INK, PAPER, HEAD, RULE, HATCH = "#1B2A3A", "#FFFFFF", "#1F3A5F", "#C9D1DA", "#A9A9A9"
GOOD, BAD, SOFT = "#D6E8F5", "#F9D9C4", "#EEF2F6"
LOW, MIDDLE, HIGH = "#E9A27A", "#F7F7F7", "#7FB2DB"
SERIES = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#8C6D31")
"""Colours that colour-blind readers can tell apart (Okabe and Ito)."""

HEADER_ROW = 3
PRINTED = 50
"""Rows that print of a sheet that is for the screen: all of it would be many pages that nobody reads on paper."""
LONGEST_TEXT = 32_000
WIDEST_A4 = 170
LATE_SHARE = '0.0%"†"'
"""A share past the end of the horizon, where a heat map's colours cover the hatching."""
HATCHED = {"pattern": 14, "fg_color": HATCH, "italic": True, "border": 4, "border_color": HATCH}
"""Diagonal hatching, figures in italics and a dotted frame: seen in print, in grey, and under a heat map's colours."""


@dataclass(frozen=True)
class Placed:
    """Where a table stands in the workbook (rows and columns from 0); ``last < first`` where it has no rows."""

    sheet: str
    first: int
    last: int
    columns: Mapping[str, int]
    periods: int
    period_count: int

    @property
    def is_empty(self) -> bool:
        """Whether the table has no rows."""
        return self.last < self.first

    def range(self, column: str) -> str:
        """``'Orders'!$L$5:$L$90``: all of a column."""
        letter = xl_col_to_name(self.columns[column], col_abs=True)
        return f"{quoted(self.sheet)}!{letter}${self.first + 1}:{letter}${self.last + 1}"

    def series(self, row: int) -> list[str | int]:
        """The periods of the row ``row`` (from 0 in the table), as a chart takes them."""
        at = self.first + row
        return [self.sheet, at, self.periods, at, self.periods + self.period_count - 1]

    def column(self, column: str, rows: tuple[int, int]) -> list[str | int]:
        """Some rows of a column (first, last), as a chart takes them."""
        at = self.columns[column]
        return [self.sheet, self.first + rows[0], at, self.first + rows[1], at]

    @property
    def headings(self) -> list[str | int]:
        """The period headings, as a chart takes them."""
        return [self.sheet, HEADER_ROW, self.periods, HEADER_ROW, self.periods + self.period_count - 1]


def quoted(sheet: str) -> str:
    """A sheet's name in a formula."""
    return "'" + sheet.replace("'", "''") + "'"


class Sheets:
    """An open report workbook. A context manager: leaving it writes the file."""

    def __init__(self, path: Path, footer: str) -> None:
        self.book = xlsxwriter.Workbook(
            str(path), {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
        )
        self.book.set_calc_mode("auto")
        self._footer = footer.replace("&", "&&")[:120]
        self._formats: dict[tuple[tuple[str, Any], ...], Any] = {}

    def __enter__(self) -> Sheets:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.book.close()

    def style(self, **properties: Any) -> Any:
        """A cell format, made once for equal properties."""
        if "indent" in properties:
            properties.setdefault("align", "left")
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            self._formats[key] = self.book.add_format(
                {"font_color": INK, "font_size": 10, "valign": "top", **properties}
            )
        return self._formats[key]

    def number_style(self, kind: str, value: Cell = None, **properties: Any) -> Any:
        """The format of a kind of number; ``value`` matters for what is small."""
        if kind in ("quantity", "money") and isinstance(value, int | float) and 0 < abs(value) < 1:
            kind = "fine"
        align = {"align": "left", "indent": 1} if kind == "text" else {}
        return self.style(**{"num_format": EXCEL_FORMATS[kind], **align, **properties})

    @staticmethod
    def late(kind: str) -> dict[str, Any]:
        """What marks a figure past the end of the horizon."""
        return {**HATCHED, "num_format": LATE_SHARE} if kind == "share" else HATCHED

    def sheet(self, name: str, wide: bool = False, colour: str = HEAD) -> Any:
        """A new sheet, set up to print on A4 across, or on A3 where it is wide, one page wide."""
        sheet = self.book.add_worksheet(name)
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(8 if wide else 9)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        self.foot(sheet)
        sheet.set_tab_color(colour)
        return sheet

    def foot(self, sheet: Any, remark: str = "") -> None:
        """The foot of each printed page: the run, the sheet's name with a remark, the page of the pages."""
        sheet.set_footer(f"&L&8{self._footer}&C&8&A{remark}&R&8&P / &N")

    def prints_first(self, sheet: Any, header: int, last: int, width: int) -> None:
        """Print the first rows after the row of headings alone, and say so in the foot; ``width`` is the last column."""
        rows = last - header
        sheet.print_area(0, 0, header + max(min(rows, PRINTED), 1), width)
        if rows > PRINTED:
            self.foot(sheet, f": the first {PRINTED} of {rows:,} rows; clear the print area to print all")

    def add(self, table: Table) -> Placed:
        """The table as a sheet of its own: title, what it is, marks, frozen headings with filters, rows."""
        own = [column_width(table, at) for at in range(len(table.columns))]
        sheet = self.sheet(table.name, wide=sum(own) + 9 * len(table.periods) > WIDEST_A4)
        self.head(sheet, table)
        placed = self._place(table)
        headings = [column.heading for column in table.columns] + table.period_headings
        for at, heading in enumerate(headings):
            end = at - len(table.columns) + 1 >= table.late_from
            text = at < len(table.columns) and table.columns[at].kind == "text"
            self.text(sheet, HEADER_ROW, at, heading, self.heading_style(end, align="left" if text else "right"))
        widths = own + [9.5] * len(table.periods)
        lines = max(-(-len(one) * 1.25 // width) for one, width in zip(headings, widths, strict=True))
        sheet.set_row(HEADER_ROW, 6 + 13 * max(lines, 1))
        for at, width in enumerate(own):
            sheet.set_column(at, at, width)
        if table.periods:
            sheet.set_column(placed.periods, placed.periods + len(table.periods) - 1, 9.5)
        sheet.freeze_panes(HEADER_ROW + 1, table.frozen)
        if table.on_screen:
            self.prints_first(sheet, HEADER_ROW, placed.last, len(headings) - 1)
        else:
            sheet.print_area(0, 0, max(placed.last, HEADER_ROW + 1), len(headings) - 1)
        sheet.repeat_rows(HEADER_ROW)
        if table.rows:
            sheet.autofilter(HEADER_ROW, 0, placed.last, len(headings) - 1)
            self._rows(sheet, table, placed)
        else:
            self.text(sheet, HEADER_ROW + 1, 0, table.empty, self.style(italic=True))
        return placed

    def head(self, sheet: Any, table: Table) -> None:
        """Title, what the rows are, and what the marks mean."""
        self.text(sheet, 0, 0, table.title, self.style(bold=True, font_size=14, font_color=HEAD))
        self.text(sheet, 1, 0, table.about, self.style())
        notes = [f"By period: {table.unit}"] if table.unit and table.periods else []
        notes += [table.late_note] if table.late_note else []
        if notes:
            self.text(sheet, 2, 0, "; ".join(notes), self.style(italic=True))

    def heading_style(self, end: bool = False, **more: Any) -> Any:
        """Column headings; those past the end of the horizon are light and in italics."""
        frame = {"bold": True, "text_wrap": True, "border": 1, "border_color": RULE, **more}
        if end:
            return self.style(italic=True, bg_color=SOFT, font_color=INK, **frame)
        return self.style(bg_color=HEAD, font_color=PAPER, **frame)

    def text(self, sheet: Any, row: int, column: int, text: str, style: Any = None) -> None:
        """A text as text; one longer than a cell holds is cut and says by how much."""
        if len(text) > LONGEST_TEXT:
            text = f"{text[:LONGEST_TEXT]} … (cut: {len(text) - LONGEST_TEXT} more characters)"
        if sheet.write_string(row, column, text, style) != 0:
            raise ValueError(f"{sheet.get_name()}!{xl_rowcol_to_cell(row, column)}: the cell lies outside a sheet")

    def cell(self, sheet: Any, row: int, column: int, value: Cell, style: Any, formula: str = "") -> None:
        """A text, a number or a formula with its value."""
        if value is None or (isinstance(value, float) and math.isnan(value)):
            sheet.write_blank(row, column, None, style)
        elif isinstance(value, Formula):
            sheet.write_formula(row, column, formula or f"={value.expression}", style, value.value)
        elif isinstance(value, str):
            self.text(sheet, row, column, value, style)
        elif math.isinf(value):
            self.text(sheet, row, column, "no limit", style)
        else:
            sheet.write_number(row, column, value, style)

    def _place(self, table: Table) -> Placed:
        first = HEADER_ROW + 1
        return Placed(
            table.name, first, first + len(table.rows) - 1, {column.id: at for at, column in enumerate(table.columns)},
            len(table.columns), len(table.periods),
        )  # fmt: skip

    def _rows(self, sheet: Any, table: Table, placed: Placed) -> None:
        for at, row in enumerate(table.rows, start=placed.first):
            for column, value in enumerate(row.cells):
                formula = _resolved(value, placed, at) if isinstance(value, Formula) else ""
                kind = row.kind if row.kind and table.columns[column].id == "total" else table.columns[column].kind
                self.cell(sheet, at, column, value, self.number_style(kind, number(value)), formula)
            if row.series is not None:
                self._series(sheet, at, table, row, placed)
        if table.heat:
            heat = {
                "type": "3_color_scale", "min_type": "num", "mid_type": "num", "max_type": "num", "min_value": 0,
                "mid_value": 0.7, "max_value": 1, "min_color": LOW, "mid_color": MIDDLE, "max_color": HIGH,
            }  # fmt: skip
            sheet.conditional_format(
                placed.first, placed.periods, placed.last, placed.periods + placed.period_count - 1, heat
            )
            at = placed.columns["share"]
            sheet.conditional_format(placed.first, at, placed.last, at, heat)

    def _series(self, sheet: Any, at: int, table: Table, row: Row, placed: Placed) -> None:
        kind = row.kind or table.kind
        assert row.series is not None
        for t, value in enumerate(row.series.tolist(), start=1):
            chosen = self.number_style(kind, value, **(self.late(kind) if t >= row.late_from else {}))
            if math.isnan(value):
                sheet.write_blank(at, placed.periods + t - 1, None, chosen)
            else:
                sheet.write_number(at, placed.periods + t - 1, value, chosen)


def _resolved(formula: Formula, placed: Placed, row: int) -> str:
    """The formula with its row's cells in it."""
    cells = {name: f"${xl_col_to_name(at)}{row + 1}" for name, at in placed.columns.items()}
    first = xl_rowcol_to_cell(row, placed.periods, col_abs=True)
    last = xl_rowcol_to_cell(row, placed.periods + placed.period_count - 1, col_abs=True)
    return "=" + formula.expression.format_map({**cells, "periods": f"{first}:{last}"})


def cell_name(row: int, column: int) -> str:
    """``B4`` for (3, 1)."""
    return str(xl_rowcol_to_cell(row, column))


def cell_position(name: str) -> tuple[int, int]:
    """(3, 1) for ``B4``."""
    row, column = xl_cell_to_rowcol(name)
    return int(row), int(column)


def absolute(sheet: str, row: int, column: int) -> str:
    """``'Summary'!$B$4``."""
    return f"{quoted(sheet)}!{xl_rowcol_to_cell(row, column, row_abs=True, col_abs=True)}"


MOST_STRETCH, LONG = 1.6, 50
"""How far a column of names is widened for its longest; columns from this width on hold sentences and are not."""


def column_width(table: Table, at: int) -> float:
    """The width of a column: its own, or what its longest name takes, within reason."""
    column = table.columns[at]
    if column.kind != "text" or column.width >= LONG:
        return column.width
    longest = max((len(str(row.cells[at] or "")) for row in table.rows), default=0)
    return max(column.width, min(longest + 2.0, MOST_STRETCH * column.width))


def fits(texts: Sequence[str], least: float = 8, most: float = 60) -> float:
    """A column width for these texts."""
    return min(max([least, *(len(text) + 1.0 for text in texts)]), most)
