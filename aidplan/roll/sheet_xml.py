"""One worksheet's XML, changed cell by cell: whatever is not a changed cell stays byte for byte.

A spreadsheet library that loads a workbook and saves it again loses what it does not know (charts, extension
formatting). Here only ``<sheetData>`` is taken apart, its untouched rows are put back as they were, and nothing moves:
a cell keeps its address, so formulas, charts, comments and names elsewhere keep their meaning.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

from aidplan.workbook.tables import column_letters

Value = str | float | int | None
"""What a cell may become: a text, a number, or nothing."""

_ROW = r"<{0}row((?:\s[^>]*?)?)(?:/>|>(.*?)</{0}row>)"
_CELL = r"<{0}c((?:\s[^>]*?)?)(?:/>|>(.*?)</{0}c>)"
_NUMBER_OF = re.compile(r'\br="[A-Za-z]*(\d+)"')
_LETTERS_OF = re.compile(r'\br="([A-Za-z]+)\d+"')
_STYLE = re.compile(r'\ss="(\d+)"')
_SPANS = re.compile(r'\sspans="[^"]*"')
_TYPE = re.compile(r'\st="([^"]*)"')
_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
LONGEST_TEXT = 32_767
"""The most letters that a cell of a workbook may hold."""


class SheetXmlError(ValueError):
    """The sheet's XML is not as spreadsheets write it, so that no cell of it can be changed safely."""


def column_index(letters: str) -> int:
    """0 for ``A``, 26 for ``AA``."""
    index = 0
    for letter in letters.upper():
        index = index * 26 + ord(letter) - 64
    return index - 1


@dataclass
class _Cell:
    """``attributes`` as they stand but for ``r``; ``inner`` what the element holds."""

    attributes: str
    inner: str

    @property
    def style(self) -> str:
        found = _STYLE.search(self.attributes)
        return found[1] if found else ""

    @property
    def is_filled(self) -> bool:
        return bool(self.inner.strip())


@dataclass
class _Row:
    attributes: str
    inner: str
    cells: dict[int, _Cell] | None = None
    """Column index -> cell, once one of them was looked at."""


@dataclass
class SheetXml:
    """A worksheet whose rows are numbered from 1 and whose columns from 0. Raises `SheetXmlError` where the XML is not
    a worksheet's.
    """

    xml: bytes
    rows: dict[int, _Row] = field(init=False, default_factory=dict)
    hidden: set[int] = field(init=False, default_factory=set)

    def __post_init__(self) -> None:
        try:
            text = self.xml.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise SheetXmlError("its text is not UTF-8") from None
        found = re.search(r"<(\w+:)?sheetData\s*(?:/>|>(.*)</\1?sheetData\s*>)", text, re.DOTALL)
        if found is None:
            raise SheetXmlError("it has no sheetData")
        self.prefix = found[1] or ""
        self._before, self._after = text[: found.start()], text[found.end() :]
        self._row_of = re.compile(_ROW.format(self.prefix), re.DOTALL)
        self._cell_of = re.compile(_CELL.format(self.prefix), re.DOTALL)
        number = 0
        for row in self._row_of.finditer(found[2] or ""):
            named = _NUMBER_OF.search(row[1])
            number = int(named[1]) if named else number + 1
            self.rows[number] = _Row(_NUMBER_OF.sub("", row[1]).rstrip(), row[2] or "")

    def cells(self, number: int) -> dict[int, _Cell]:
        """The cells of a row, to look at or to change; a row that is not there is made."""
        row = self.rows.setdefault(number, _Row("", ""))
        if row.cells is None:
            row.cells, column = {}, -1
            for cell in self._cell_of.finditer(row.inner):
                named = _LETTERS_OF.search(cell[1])
                column = column_index(named[1]) if named else column + 1
                attributes = re.sub(r'\s*\br="[A-Za-z]+\d+"', "", cell[1])
                row.cells[column] = _Cell(attributes.rstrip(), cell[2] or "")
        return row.cells

    def width(self) -> int:
        """One more than the index of the last column that holds something."""
        return max(
            (column + 1 for n in self.rows for column, cell in self.cells(n).items() if cell.is_filled), default=0
        )

    def style(self, number: int, column: int) -> str:
        """The style of a cell, "" for none."""
        cell = self.cells(number).get(column) if number in self.rows else None
        return cell.style if cell else ""

    def put(self, number: int, column: int, value: Value, style: str = "") -> None:
        """Puts a value into a cell, which keeps its style; a new one gets ``style``. None empties it."""
        cells = self.cells(number)
        self.rows[number].attributes = _SPANS.sub("", self.rows[number].attributes)
        kept = cells[column].style if column in cells else style
        attributes = f' s="{kept}"' if kept else ""
        if value is None:
            cells[column] = _Cell(attributes, "")
        elif isinstance(value, str):
            inner = self._inline(cleaned(value))
            cells[column] = _Cell(f'{attributes} t="inlineStr"', inner)
        else:
            if not math.isfinite(value):
                raise SheetXmlError(f"{value} is no number that a cell can hold")
            cells[column] = _Cell(attributes, f"<{self.prefix}v>{value!r}</{self.prefix}v>")

    def _inline(self, text: str) -> str:
        """A text, cleaned, as the inside of a cell."""
        return f'<{self.prefix}is><{self.prefix}t xml:space="preserve">{text}</{self.prefix}t></{self.prefix}is>'

    def plain(self, number: int, column: int) -> bool:
        """Puts the value that a formula last gave in the formula's place; whether there was a formula."""
        cell = self.cells(number).get(column)
        formula = rf"<{self.prefix}f(?:\s[^>]*?)?(?:/>|>.*?</{self.prefix}f>)"
        if cell is None or not re.search(formula, cell.inner, re.DOTALL):
            return False
        cell.inner = re.sub(formula, "", cell.inner, flags=re.DOTALL)
        cell.attributes = re.sub(r'\s(?:cm|vm|ph)="[^"]*"', "", cell.attributes)
        kind = _TYPE.search(cell.attributes)
        if kind and kind[1] == "str":
            text = re.sub(r"<[^>]*>", "", cell.inner)
            cell.attributes = _TYPE.sub(' t="inlineStr"', cell.attributes)
            cell.inner = self._inline(text) if text else ""
        return True

    def formulas(self) -> dict[tuple[int, int], str]:
        """(row, column) -> the ``f`` element of every formula."""
        formula = re.compile(rf"<{self.prefix}f(?:\s[^>]*?)?(?:/>|>.*?</{self.prefix}f>)", re.DOTALL)
        rows = [n for n, row in self.rows.items() if f"<{self.prefix}f" in row.inner]
        found = ((n, column, formula.search(cell.inner)) for n in rows for column, cell in self.cells(n).items())
        return {(n, column): match[0] for n, column, match in found if match}

    def remove(self, number: int) -> None:
        """Empties a row; the rows below stay where they are."""
        self.rows.pop(number, None)

    def hide(self, columns: Iterable[int]) -> None:
        """Hides whole columns."""
        self.hidden |= set(columns)

    def finished(self) -> bytes:
        """The worksheet's XML as it is now."""
        rows = "".join(self._row_text(number) for number in sorted(self.rows))
        before = self._dimension(_with_hidden(self._before, self.hidden, self.prefix))
        data = f"<{self.prefix}sheetData>{rows}</{self.prefix}sheetData>"
        return f"{before}{data}{self._after}".encode()

    def _row_text(self, number: int) -> str:
        row = self.rows[number]
        inner = (
            row.inner
            if row.cells is None
            else "".join(
                f'<{self.prefix}c r="{column_letters(column)}{number}"{cell.attributes}'
                + (f">{cell.inner}</{self.prefix}c>" if cell.inner else "/>")
                for column, cell in sorted(row.cells.items())
            )
        )
        return f'<{self.prefix}row r="{number}"{row.attributes}>{inner}</{self.prefix}row>'

    def _dimension(self, before: str) -> str:
        last_row = max((n for n, row in self.rows.items() if row.inner or row.cells), default=1)
        reach = f"A1:{column_letters(max(0, self.width() - 1))}{last_row}"
        return re.sub(rf'(<{self.prefix}dimension\s+ref=")[^"]*', rf"\g<1>{reach}", before)


def cleaned(text: str) -> str:
    """The text as XML may hold it, no longer than a cell may be."""
    return escape(_ILLEGAL.sub("?", text)[:LONGEST_TEXT])


def attribute(text: str) -> str:
    """The text as the value of an XML attribute, in quotes."""
    return quoteattr(_ILLEGAL.sub("?", text))


_COL = re.compile(r"<(?:\w+:)?col\b([^>]*?)/>")


def _with_hidden(before: str, hidden: set[int], prefix: str) -> str:
    """The head of a worksheet with columns hidden: ``<cols>`` describes ranges of columns, split where needed."""
    if not hidden:
        return before
    found = re.search(rf"<{prefix}cols>(.*?)</{prefix}cols>", before, re.DOTALL)
    spans = []
    for match in _COL.finditer(found[1]) if found else ():
        attributes = dict(re.findall(r'(\w+)="([^"]*)"', match[1]))
        spans.append((int(attributes.pop("min")), int(attributes.pop("max")), attributes))
    wanted = {column + 1 for column in hidden}
    parts = []
    for first, last, attributes in spans:
        cuts = sorted({first, last + 1} | {n for c in wanted if first <= c <= last for n in (c, c + 1)})
        for low, high in itertools.pairwise(cuts):
            parts.append((low, high - 1, {**attributes, "hidden": "1"} if low in wanted else attributes))
            wanted.discard(low)
    parts += [(column, column, {"width": "9", "customWidth": "1", "hidden": "1"}) for column in wanted]
    cols = "".join(
        f'<{prefix}col min="{low}" max="{high}"' + "".join(f' {k}="{v}"' for k, v in more.items()) + "/>"
        for low, high, more in sorted(parts, key=lambda part: part[0])
    )
    whole = f"<{prefix}cols>{cols}</{prefix}cols>"
    return before[: found.start()] + whole + before[found.end() :] if found else before + whole
