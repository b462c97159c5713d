"""One pass over the XML of a sheet, before a reader sees it: every filled cell, and what a reader would not tell.

That is error values, formulas never calculated, merged cells, hidden rows and columns, and how far the sheet reaches.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from aidplan.workbook.cells import Broken
from aidplan.workbook.file.book_scan import TRUE
from aidplan.workbook.file.xml_part import BETWEEN, Budget, Listener, UnsafeXmlError
from aidplan.workbook.tables import column_letters

LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
MOST_SPILLED = 100_000
"""So many cells of one array formula are looked at one by one."""
NARROW, LOW = 0.5, 1.0
"""A column of less width (characters), and a row of less height (points), cannot be seen."""

_ADDRESS = re.compile(r"\$?([A-Za-z]{1,3})\$?(\d{1,7})")
SAVE_ANEW = "open the workbook in Excel or LibreOffice and save it again"
NEVER_CALCULATED = Broken(
    "never-calculated",
    "is a formula that was never calculated",
    "open the workbook in Excel or LibreOffice, let it calculate, and save it",
)


class ScannedCell(NamedTuple):
    """A filled cell as the file has it: ``kind`` (n, s, str, inlineStr, b, d, e), its text, its style, whether it is
    calculated.
    """

    kind: str
    text: str
    style: str
    formula: bool


class Range(NamedTuple):
    """A rectangle of cells, rows and columns from 0, both ends included."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def address(self) -> str:
        """``F2:K2``."""
        return f"{column_letters(self.left)}{self.top + 1}:{column_letters(self.right)}{self.bottom + 1}"


def position(address: str) -> tuple[int, int] | None:
    """(row, column) from 0 of ``F12``; None where no sheet has such a cell."""
    match = _ADDRESS.fullmatch(address)
    if match is None:
        return None
    column = 0
    for letter in match[1].upper():
        column = column * 26 + ord(letter) - 64
    row = int(match[2])
    return (row - 1, column - 1) if column <= LAST_COLUMN and 1 <= row <= LAST_ROW else None


def range_of(reference: str) -> Range | None:
    """The rectangle of ``F2:K2`` or ``F2``; None where it is none."""
    first, _, last = reference.partition(":")
    start, end = position(first), position(last or first)
    return None if start is None or end is None else Range(*start, *end)


class SheetScan(Listener):
    """What stands in a sheet. ``cells``: (row, column) from 0 -> the filled cell. ``broken``: what is wrong there.
    ``hidden_rows`` (Excel's numbers) and ``hidden_columns`` (from 0) cannot be seen; ``merged`` are the merged ranges.
    ``root`` is the kind of sheet; ``formulas`` the number of cells that are calculated.
    """

    def __init__(self, title: str, budget: Budget) -> None:
        self.title, self._budget = title, budget
        self.root = ""
        self.cells: dict[tuple[int, int], ScannedCell] = {}
        self.broken: dict[tuple[int, int], Broken] = {}
        self.hidden_rows: list[int] = []
        self.hidden_columns: list[tuple[int, int]] = []
        self.merged: list[Range] = []
        self.formulas = 0
        self.last_row = self.last_column = -1
        self._spilled: list[Range] = []
        self._row = self._column = -1
        self._low = False
        self._kind, self._style = "n", ""
        self._formula = self._value = self._reading = self._aside = False
        self._between = self._stray = False
        self._text: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:  # noqa: D102
        self._budget.elements -= 1
        element = name[name.rfind(BETWEEN) + 1 :]
        self._between = element == "c"
        if element == "c":
            self._start_cell(attributes)
        elif element == "v":
            self._value = self._reading = True
        elif element == "t":
            self._reading = not self._aside
        elif element == "is":
            self._value = True
        elif element == "f":
            self._start_formula(attributes)
        elif element == "rPh":
            self._aside = True
        elif element == "row":
            self._start_row(attributes)
        else:
            self._start_other(element, attributes)

    def end(self, name: str) -> None:  # noqa: D102
        if self._budget.elements < 0:
            raise self._budget.refuse("elements")
        element = name[name.rfind(BETWEEN) + 1 :]
        if element in ("v", "t", "f", "is"):
            self._reading, self._between = False, element != "t"
        elif element == "c":
            self._between = False
            self._end_cell()
        elif element == "rPh":
            self._aside = False

    def text(self, text: str) -> None:  # noqa: D102
        if self._reading:
            self._text.append(text)
        elif self._between and text.strip():
            self._stray = True

    def _start_row(self, attributes: dict[str, str]) -> None:
        self._row = int(attributes["r"]) - 1 if attributes.get("r", "").isdecimal() else self._row + 1
        self._column = -1
        height = _measure(attributes.get("ht", "")) if "ht" in attributes else self._usual_height
        if attributes.get("hidden") in TRUE or height < LOW:
            self.hidden_rows.append(self._row + 1)

    _usual_height = LOW

    def _start_other(self, element: str, attributes: dict[str, str]) -> None:
        if not self.root:
            self.root = element
        elif element == "col":
            if attributes.get("hidden") in TRUE or _measure(attributes.get("width", "")) < NARROW:
                first, last = attributes.get("min", ""), attributes.get("max", "")
                if first.isdecimal() and last.isdecimal():
                    self.hidden_columns.append((int(first) - 1, int(last) - 1))
        elif element == "mergeCell":
            merged = range_of(attributes.get("ref", ""))
            if merged is not None:
                self.merged.append(merged)
        elif element == "sheetFormatPr":
            self._usual_height = _measure(attributes.get("defaultRowHeight", ""))

    def _start_cell(self, attributes: dict[str, str]) -> None:
        self._kind, self._style = attributes.get("t", "n"), attributes.get("s", "")
        self._formula = self._value = self._stray = False
        self._text.clear()
        address = attributes.get("r")
        if address is None:
            self._column += 1
            return
        at = position(address)
        if at is None:
            raise UnsafeXmlError(
                "broken-xml",
                f"the sheet `{self.title}` has a cell `{address[:20]}`, which no sheet has",
                "open the file in Excel and save it again",
            )
        self._row, self._column = at

    def _start_formula(self, attributes: dict[str, str]) -> None:
        self._formula = True
        if attributes.get("t") in ("array", "dataTable"):
            spilled = range_of(attributes.get("ref", ""))
            if spilled is not None:
                self._spilled.append(spilled)

    def _end_cell(self) -> None:
        if not (self._value or self._formula or self._stray):
            return
        at = self._row, self._column
        text = "".join(self._text) if self._value else ""
        self._count(at)
        if self._kind == "e":
            self.broken[at] = _error(text)
        elif self._formula and not text and not (self._kind == "str" and self._value):
            self.broken[at] = NEVER_CALCULATED
        if self._stray:
            self.broken[at] = Broken("misread", "has text outside its value", SAVE_ANEW)
        self.formulas += self._formula
        self.cells[at] = ScannedCell(self._kind, text, self._style, self._formula)

    def _count(self, at: tuple[int, int]) -> None:
        """Counts a cell that holds something, and how far the sheet reaches."""
        self._budget.cells -= 1
        if self._budget.cells < 0:
            raise self._budget.refuse("filled cells")
        self.last_row = max(self.last_row, at[0])
        self.last_column = max(self.last_column, at[1])
        if at in self.cells:
            self.broken[at] = Broken("misread", "stands twice in the file", SAVE_ANEW)

    def finished(self, recalculated: bool) -> SheetScan:
        """The scan, once its rectangle is known to be reasonable; where all is to be ``recalculated`` on opening, no
        formula's value counts. Raises `UnsafeXmlError`.
        """
        self._budget.area -= (self.last_row + 1) * (self.last_column + 1)
        if self._budget.area < 0:
            cell = f"{column_letters(self.last_column)}{self.last_row + 1}"
            raise UnsafeXmlError(
                "far-cell",
                f"the sheet `{self.title}` reaches to {cell}, far beyond any table",
                f"delete the stray cells in its last rows and columns (Ctrl+End leads to {cell}) and save it",
            )
        if recalculated:
            for at, cell_of in self.cells.items():
                if cell_of.formula:
                    self.broken.setdefault(at, NEVER_CALCULATED)
        for spilled in self._spilled:
            self._mark_spilled(spilled, recalculated)
        return self

    def _mark_spilled(self, spilled: Range, recalculated: bool) -> None:
        """The other cells of an array formula: never calculated where they are empty, or where nothing is trusted."""
        if (spilled.bottom - spilled.top + 1) * (spilled.right - spilled.left + 1) > MOST_SPILLED:
            return
        for row in range(spilled.top, spilled.bottom + 1):
            for column in range(spilled.left, spilled.right + 1):
                if recalculated or (row, column) not in self.cells:
                    self.broken.setdefault((row, column), NEVER_CALCULATED)


def _measure(text: str) -> float:
    """A width or height; what is not given is wide and high enough."""
    try:
        return float(text)
    except ValueError:
        return 10.0


def _error(text: str) -> Broken:
    return Broken(
        "error-value", f"is the error value {text.strip() or '#ERROR'}", "correct the formula, or type the value"
    )
