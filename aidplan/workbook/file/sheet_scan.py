"""One pass over the XML of a workbook's parts, before a reader sees them.

Finds what a reader would not tell: error values, formulas never calculated, how far the filled cells
reach, hidden rows. Refuses document type declarations, with which entities are made to explode.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from xml.parsers import expat

from aidplan.workbook.cells import Broken
from aidplan.workbook.tables import column_letters

MOST_CELLS = 1_000_000
"""Most filled cells in a workbook, and most texts that its cells share."""
MOST_AREA = 4_000_000
"""Most cells in the rectangles around the filled ones, which a reader holds in memory."""
MOST_ELEMENTS = 6_000_000
"""Most elements that are looked at one by one, in all parts together."""
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384

_ADDRESS = re.compile(r"([A-Za-z]{1,3})(\d{1,7})")
_BETWEEN = "\x1f"
"""Parts the namespace from the name: prefixes are the file's own choice."""


class UnsafeXmlError(ValueError):
    """A part that must not be parsed further: code, what is wrong, what would be right."""

    def __init__(self, code: str, message: str, remedy: str) -> None:
        super().__init__(message)
        self.code, self.message, self.remedy = code, message, remedy


@dataclass
class Budget:
    """What is left of the cells, the area and the elements that a workbook may have."""

    cells: int = MOST_CELLS
    area: int = MOST_AREA
    elements: int = MOST_ELEMENTS

    def refuse(self, what: str) -> UnsafeXmlError:
        """The error that ends a reading of too much."""
        return UnsafeXmlError(
            "too-many-cells", f"the workbook has more {what} than any plan", "keep what the plan needs"
        )


class _Part:
    """What listens while a part is parsed."""

    parser: expat.XMLParserType

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""

    def end(self, name: str) -> None:
        """An element ends."""


def parse(part: _Part | None, data: bytes) -> None:
    """Parses a part; raises `UnsafeXmlError` where it is not well formed or declares a document type."""
    parser = expat.ParserCreate(namespace_separator=_BETWEEN)
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_declaration
    if part is not None:
        part.parser = parser
        parser.StartElementHandler = part.start
        parser.EndElementHandler = part.end
    try:
        for at in range(0, len(data), 2**20):
            parser.Parse(data[at : at + 2**20], False)
        parser.Parse(b"", True)
    except UnsafeXmlError:
        raise
    except (expat.ExpatError, LookupError, ValueError):
        raise UnsafeXmlError(
            "broken-xml", "the workbook's contents are damaged", "open it in Excel and save it again"
        ) from None


def _refuse_declaration(*_: object) -> None:
    raise UnsafeXmlError(
        "entity-expansion",
        "the workbook declares XML entities, which Excel never does",
        "do not use this file; ask for it again from its author",
    )


def _local(name: str) -> str:
    return name.rpartition(_BETWEEN)[2]


class SheetList(_Part):
    """The sheets of ``workbook.xml``: (name, relation id)."""

    def __init__(self) -> None:
        self.sheets: list[tuple[str, str]] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:  # noqa: D102
        if _local(name) == "sheet":
            relation = next((value for key, value in attributes.items() if _BETWEEN in key and _local(key) == "id"), "")
            self.sheets.append((attributes.get("name", ""), relation))


class Relations(_Part):
    """Relation id -> target."""

    def __init__(self) -> None:
        self.targets: dict[str, str] = {}

    def start(self, name: str, attributes: dict[str, str]) -> None:  # noqa: D102
        if _local(name) == "Relationship":
            self.targets[attributes.get("Id", "")] = attributes.get("Target", "")


class SharedTexts(_Part):
    """The texts that cells share: counted alone."""

    def __init__(self, budget: Budget) -> None:
        self._budget, self._left = budget, budget.cells

    def start(self, name: str, attributes: dict[str, str]) -> None:  # noqa: D102
        self._budget.elements -= 1
        if name.endswith("si"):
            self._left -= 1
        if self._left < 0 or self._budget.elements < 0:
            raise self._budget.refuse("texts")


class SheetScan(_Part):
    """What stands in a sheet that a reader would read as blank. ``broken``: (row, column) from 0 -> what is wrong
    there. ``hidden_rows``: Excel rows that are hidden and hold something.
    """

    def __init__(self, title: str, budget: Budget) -> None:
        self.title, self._budget = title, budget
        self.broken: dict[tuple[int, int], Broken] = {}
        self.hidden_rows: list[int] = []
        self.last_row = self.last_column = -1
        self._row = self._column = -1
        self._hidden = False
        self._type = ""
        self._formula = self._value = False
        self._text: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:  # noqa: D102
        self._budget.elements -= 1
        local = name[name.rfind(_BETWEEN) + 1 :]
        if local == "c":
            self._start_cell(attributes)
        elif local in ("v", "is"):
            self._fill()
            self._value = True
            if self._formula or self._type == "e":
                self._text.clear()
                self.parser.CharacterDataHandler = self._text.append
        elif local == "f":
            self._formula = True
        elif local == "row":
            self._row = int(attributes["r"]) - 1 if attributes.get("r", "").isdecimal() else self._row + 1
            self._column = -1
            self._hidden = attributes.get("hidden") in ("1", "true")

    def end(self, name: str) -> None:  # noqa: D102
        if self._budget.elements < 0:
            raise self._budget.refuse("elements")
        local = name[name.rfind(_BETWEEN) + 1 :]
        if local == "c" and (self._formula or self._type == "e"):
            self._end_cell()

    def _start_cell(self, attributes: dict[str, str]) -> None:
        self._type = attributes.get("t", "n")
        self._formula = self._value = False
        address = attributes.get("r")
        if address is None:
            self._column += 1
            return
        match = _ADDRESS.fullmatch(address)
        column = -1
        if match:
            for letter in match[1].upper():
                column = (column + 1) * 26 + ord(letter) - 65
        if match is None or column >= LAST_COLUMN or not 1 <= int(match[2]) <= LAST_ROW:
            raise UnsafeXmlError(
                "broken-xml",
                f"the sheet `{self.title}` has a cell `{address[:20]}`, which no sheet has",
                "open the file in Excel and save it again",
            )
        self._row, self._column = int(match[2]) - 1, column

    def _fill(self) -> None:
        """Counts a cell that holds something, and how far the sheet reaches."""
        self._budget.cells -= 1
        if self._row > self.last_row:
            self.last_row = self._row
            if self._hidden:
                self.hidden_rows.append(self._row + 1)
        self.last_column = max(self.last_column, self._column)
        if self._budget.cells < 0:
            raise self._budget.refuse("filled cells")

    def _end_cell(self) -> None:
        self.parser.CharacterDataHandler = None
        text = "".join(self._text) if self._value else ""
        if self._type == "e":
            self._mark(
                Broken("error-value", f"is the error value {text or '#ERROR'}", "mend the formula, or type the value")
            )
        elif not text and self._type != "str":
            if not self._value:
                self._fill()
            self._mark(
                Broken(
                    "never-calculated",
                    "is a formula that was never calculated",
                    "open the workbook in Excel, let it calculate, and save it",
                )
            )
        self._formula = False

    def _mark(self, broken: Broken) -> None:
        self.broken[self._row, self._column] = broken

    def finished(self) -> SheetScan:
        """The scan, once its rectangle is known to be reasonable. Raises `UnsafeXmlError`."""
        self._budget.area -= (self.last_row + 1) * (self.last_column + 1)
        if self._budget.area < 0:
            cell = f"{column_letters(self.last_column)}{self.last_row + 1}"
            raise UnsafeXmlError("far-cell", f"the sheet `{self.title}` reaches to {cell}, far beyond any table",
                                 f"delete the stray cells in its last rows and columns (Ctrl+End leads to {cell}) and save it")  # fmt: skip
        return self
