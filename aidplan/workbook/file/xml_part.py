"""One XML part of a workbook: parsed safely, and written plainly for a reader that knows only the usual forms.

Refuses document type declarations, with which entities are made to explode. XML may be written in many encodings,
with character references, comments and CDATA inside a value; what is unusual is resolved here.
"""

from __future__ import annotations

import codecs
import io
import re
from dataclasses import dataclass
from xml.etree import ElementTree
from xml.parsers import expat

MOST_CELLS = 1_000_000
"""Most filled cells in a workbook, and most texts that its cells share."""
MOST_AREA = 4_000_000
"""Most cells in the rectangles around the filled ones, which a reader holds in memory."""
MOST_ELEMENTS = 6_000_000
"""Most elements that are looked at one by one, in all parts together."""

BETWEEN = "\x1f"
"""Separates the namespace from the name: prefixes are the file's own choice."""
_DECLARATION = re.compile(rb"""^<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._:-]+)["'][^>]*\?>""")
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"<\0\0\0", "utf-32-le"),
    (b"\0\0\0<", "utf-32-be"),
    (b"<\0?\0", "utf-16-le"),
    (b"\0<\0?", "utf-16-be"),
)
_USUAL = {"utf-8", "ascii"}
_INSTRUCTION = re.compile(r"<\?.*?\?>", re.S)


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


class Listener:
    """What listens while a part is parsed."""

    parser: expat.XMLParserType

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""

    def end(self, name: str) -> None:
        """An element ends."""

    def text(self, text: str) -> None:
        """Character data, references and CDATA resolved."""


def parse(part: Listener | None, data: bytes) -> None:
    """Parses a part in UTF-8; raises `UnsafeXmlError` where it is not well formed or declares a document type."""
    parser = expat.ParserCreate(encoding="utf-8", namespace_separator=BETWEEN)
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_declaration
    if part is not None:
        part.parser = parser
        parser.StartElementHandler = part.start
        parser.EndElementHandler = part.end
        if type(part).text is not Listener.text:
            parser.CharacterDataHandler = part.text
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


def local(name: str) -> str:
    """An element's or attribute's name without its namespace."""
    return name[name.rfind(BETWEEN) + 1 :]


def in_utf8(name: str, data: bytes) -> bytes:
    """The part `name` in UTF-8, whatever encoding it declares. Raises `UnsafeXmlError` where it cannot be decoded."""
    encoding = _encoding(data)
    try:
        if codecs.lookup(encoding).name in _USUAL:
            return data
        text = data.decode(encoding)
    except (LookupError, ValueError):
        raise UnsafeXmlError(
            "encoding",
            f"the part {name} is written in {encoding}, which cannot be read",
            "open the workbook in Excel or LibreOffice and save it again",
        ) from None
    return re.sub(r"^\ufeff?\s*<\?xml[^>]*\?>", "", text, count=1).encode("utf-8", "surrogatepass")


def _encoding(data: bytes) -> str:
    """The encoding that a part's first bytes or its declaration name."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return encoding
    declared = _DECLARATION.match(data.removeprefix(codecs.BOM_UTF8)[:200].lstrip())
    return declared[1].decode("ascii") if declared and not data.startswith(codecs.BOM_UTF8) else "utf-8"


def plainly(data: bytes) -> bytes:
    """A well-formed part in UTF-8 without comments, instructions, CDATA or character references where others write
    plain text.

    Only for parts that `parse` has accepted: entities are expanded here.
    """
    if b"<!" not in data and b"&#" not in data and data.find(b"<?", 1) < 0:
        return data
    written = io.StringIO()
    ElementTree.canonicalize(data.decode("utf-8-sig"), out=written)
    return _INSTRUCTION.sub("", written.getvalue()).encode()
