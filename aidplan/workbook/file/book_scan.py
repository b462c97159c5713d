"""The parts of a workbook that say what its sheets are: the list of sheets, relations, shared texts, number formats."""

from __future__ import annotations

import re
from dataclasses import dataclass

from aidplan.workbook.file.xml_part import BETWEEN, Budget, Listener, local

TRUE = ("1", "true", "on")
_FALSE = ("0", "false", "off")


@dataclass(frozen=True, slots=True)
class Listed:
    """A sheet as the workbook lists it: its name as written, the relation to its part, visible, hidden or
    veryHidden.
    """

    title: str
    relation: str
    state: str


class BookScan(Listener):
    """``workbook.xml``: its sheets, how it counts days, and whether its formulas' values can be trusted.

    ``recalculated``: every formula is to be calculated anew when the file is opened, so what is stored may never have
    been calculated. ``pending``: it was saved by hand-driven calculation before it had calculated everything.
    """

    def __init__(self) -> None:
        self.sheets: list[Listed] = []
        self.from_1904 = self.recalculated = self.pending = False

    def start(self, name: str, attributes: dict[str, str]) -> None:  # noqa: D102
        element = local(name)
        if element == "sheet":
            relation = next((value for key, value in attributes.items() if BETWEEN in key and local(key) == "id"), "")
            self.sheets.append(Listed(attributes.get("name", ""), relation, attributes.get("state", "visible")))
        elif element == "workbookPr":
            self.from_1904 = attributes.get("date1904") in TRUE
        elif element == "calcPr":
            self.recalculated = attributes.get("fullCalcOnLoad") in TRUE
            unfinished = attributes.get("calcCompleted") in _FALSE or attributes.get("calcOnSave") in _FALSE
            self.pending = attributes.get("calcMode") == "manual" and unfinished


class Relations(Listener):
    """Relation id -> (last word of its type, target), for targets inside the file."""

    def __init__(self) -> None:
        self.targets: dict[str, tuple[str, str]] = {}

    def start(self, name: str, attributes: dict[str, str]) -> None:  # noqa: D102
        if local(name) == "Relationship" and attributes.get("TargetMode") != "External":
            kind = attributes.get("Type", "").rpartition("/")[2]
            self.targets[attributes.get("Id", "")] = (kind, attributes.get("Target", ""))

    def of_kind(self, kind: str) -> str | None:
        """The first target of that type."""
        return next((target for known, target in self.targets.values() if known == kind), None)


class SharedTexts(Listener):
    """The texts that cells share, in order; how they are to be pronounced is left out."""

    def __init__(self, budget: Budget) -> None:
        self._budget, self._left = budget, budget.cells
        self.texts: list[str] = []
        self._parts: list[str] = []
        self._reading = self._aside = False

    def start(self, name: str, attributes: dict[str, str]) -> None:  # noqa: D102
        self._budget.elements -= 1
        element = local(name)
        if element == "si":
            self._left -= 1
            self._parts = []
        elif element == "t":
            self._reading = not self._aside
        elif element == "rPh":
            self._aside = True
        if self._left < 0 or self._budget.elements < 0:
            raise self._budget.refuse("texts")

    def end(self, name: str) -> None:  # noqa: D102
        element = local(name)
        if element == "si":
            self.texts.append("".join(self._parts))
        elif element == "t":
            self._reading = False
        elif element == "rPh":
            self._aside = False

    def text(self, text: str) -> None:  # noqa: D102
        if self._reading:
            self._parts.append(text)


class NumberFormats(Listener):
    """``styles.xml``: how each cell style shows a number. ``by_style``: style -> format code of the file's own."""

    def __init__(self) -> None:
        self.by_style: dict[int, str] = {}
        self._codes: dict[str, str] = {}
        self._in_cells, self._style = False, -1

    def start(self, name: str, attributes: dict[str, str]) -> None:  # noqa: D102
        element = local(name)
        if element == "numFmt":
            self._codes.setdefault(attributes.get("numFmtId", ""), attributes.get("formatCode", ""))
        elif element == "cellXfs":
            self._in_cells = True
        elif element == "xf" and self._in_cells:
            self._style += 1
            if code := self._codes.get(attributes.get("numFmtId", "")):
                self.by_style[self._style] = code

    def end(self, name: str) -> None:  # noqa: D102
        if local(name) == "cellXfs":
            self._in_cells = False


_TOKEN = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]|.')
_NO_DIGITS = set("@,.%/EeyYmMdDhHsSgG?")


def shown_by(code: str, number: float) -> str | None:
    """A whole number as a format of zeros and words shows it (`0012`, `A-12`); None where a format shows
    it otherwise.
    """
    if number != int(number) or number < 0:
        return None
    tokens = _TOKEN.findall(code.split(";", maxsplit=1)[0])
    if any(token in _NO_DIGITS for token in tokens):
        return None
    places = sum(token in ("0", "#") for token in tokens)
    if not places:
        return None
    digits = str(int(number))
    zeros = sum(mark == "0" for mark in tokens)
    padded = digits.zfill(zeros).rjust(places)
    lead, rest = padded[: len(padded) - places], list(padded[len(padded) - places :])
    shown = ""
    for token in tokens:
        if token in ("0", "#"):
            shown += (lead + rest.pop(0)).strip()
            lead = ""
        elif token[0] == '"':
            shown += token[1:-1]
        elif token[0] == "\\":
            shown += token[1]
        elif token[0] not in "_*[":
            shown += token
    return shown
