"""The dictionary sheet of a planning workbook: every sheet and column in words."""

from __future__ import annotations

import itertools
from typing import Any

from aidplan.workbook import describing
from aidplan.workbook.schema import SETTINGS, SHEETS
from aidplan.workbook.write.styles import NOTE_FILL, Styles, print_setup

DICTIONARY = "#dictionary"
_DICTIONARY = {
    "sheet": 14,
    "column": 18,
    "key": 6,
    "holds": 15,
    "unit": 24,
    "meaning": 62,
    "allowed": 46,
    "empty means": 20,
}
"""The dictionary's columns and their widths."""


def write_dictionary(book: Any, styles: Styles) -> None:
    """Every sheet and column in words, and how periods, lists and scenarios are written."""
    page = book.add_worksheet(DICTIONARY)
    last = len(_DICTIONARY) - 1
    for index, (heading, width) in enumerate(_DICTIONARY.items()):
        page.write_string(0, index, heading, styles.key)
        page.set_column(index, index, width)
    rows = itertools.count(1)
    for sheet in SHEETS.values():
        row = next(rows)
        page.write_string(row, 0, sheet.name, styles.bold)
        page.merge_range(row, 1, row, last, sheet.meaning + (" Needed." if sheet.needed else ""), styles.bold)
        for line in map(describing.line, SETTINGS) if sheet.name == "settings" else describing.lines(sheet):
            _write_line(page, styles, next(rows), sheet.name, line)
    next(rows)
    for paragraph in (*describing.WRITING, *describing.SCENARIOS):
        row = next(rows)
        page.merge_range(row, 0, row, last, paragraph, styles.plain)
        page.set_row(row, 15 * (len(paragraph) // 190 + 1))
    print_setup(page)
    page.freeze_panes(1, 2)
    page.set_tab_color(NOTE_FILL)


def _write_line(page: Any, styles: Styles, row: int, sheet: str, line: describing.Line) -> None:
    """One column's line, high enough for its longest text."""
    key = "key" if line.is_key else ""
    cells = (sheet, line.column, key, line.kind, line.unit, line.meaning, line.allowed, line.when_empty)
    for index, text in enumerate(cells):
        page.write_string(row, index, text, styles.plain)
    page.set_row(
        row,
        15 * max(int(len(text) / width / 1.15) + 1 for text, width in zip(cells, _DICTIONARY.values(), strict=True)),
    )
