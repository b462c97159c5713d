"""The plain copy: what the reader gets in place of the planner's file.

Every part stands under the name that readers expect, in UTF-8, without comments, CDATA or references; the list of
sheets is written anew. Sheets are called ``1``, ``2`` … in their order.
"""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections.abc import Iterable, Sequence

from aidplan.workbook.file.book_scan import BookScan
from aidplan.workbook.file.package import part_name, relations_of, resolved
from aidplan.workbook.file.sheet_scan import SheetScan
from aidplan.workbook.file.xml_part import in_utf8, plainly

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_KNOWN_ERRORS = {"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"}


def plain_copy(
    book: BookScan,
    parts: Sequence[bytes],
    scans: Sequence[SheetScan | None],
    texts: bytes | None,
    styles: bytes | None,
) -> bytes:
    """A zip without compression of the sheets `parts`, their shared texts and styles; all have been parsed before."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("[Content_Types].xml", f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types"/>')
        archive.writestr("_rels/.rels", _relations([("r1", "officeDocument", "xl/workbook.xml")]))
        archive.writestr("xl/workbook.xml", _list_of_sheets(book, len(parts)))
        related = [(f"r{n}", "worksheet", f"worksheets/sheet{n}.xml") for n in range(1, len(parts) + 1)]
        related += [("t", "sharedStrings", "sharedStrings.xml"), ("s", "styles", "styles.xml")]
        archive.writestr("xl/_rels/workbook.xml.rels", _relations(related))
        archive.writestr("xl/sharedStrings.xml", plainly(texts) if texts else f'{_HEAD}<sst xmlns="{_MAIN}"/>')
        archive.writestr("xl/styles.xml", plainly(styles) if styles else f'{_HEAD}<styleSheet xmlns="{_MAIN}"/>')
        for number, (part, scan) in enumerate(zip(parts, scans, strict=True), 1):
            archive.writestr(f"xl/worksheets/sheet{number}.xml", _sheet(part, scan))
    return buffer.getvalue()


def _relations(related: Sequence[tuple[str, str, str]]) -> str:
    lines = "".join(f'<Relationship Id="{name}" Type="{_OFFICE}/{kind}" Target="{at}"/>' for name, kind, at in related)
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{lines}</Relationships>'


def _list_of_sheets(book: BookScan, count: int) -> str:
    since = ' date1904="1"' if book.from_1904 else ""
    sheets = "".join(f'<sheet name="{n}" sheetId="{n}" r:id="r{n}"/>' for n in range(1, count + 1))
    return (
        f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><workbookPr{since}/><sheets>{sheets}</sheets></workbook>'
    )


def _sheet(part: bytes, scan: SheetScan | None) -> bytes:
    """A sheet's part; error values that the reader does not know are written as one that it knows."""
    unknown = {
        text
        for at in (scan.broken if scan else ())
        if scan
        and at in scan.cells
        and scan.cells[at].kind == "e"
        and (text := scan.cells[at].text) not in _KNOWN_ERRORS
    }
    plain = plainly(part)
    for text in unknown:
        written = re.escape(text.encode()) or rb"\s*"
        plain = re.sub(rb"(<(?:[\w.-]+:)?v\s*>)" + written + rb"(</)", rb"\1#N/A\2", plain)
    return plain


def under_given_names(data: bytes) -> bytes:
    """The workbook with every part under the name, letter case included, by which its other parts call it.

    Names of parts are compared without letter case, and openpyxl does not know that; a part that is called by two
    names stands there twice. Without such a part these are the bytes as they are.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        held = {info.filename for info in archive.infolist()}
        called = _called(archive, held)
        by_name = {part_name(name): name for name in held}
        missing = {name: by_name[part_name(name)] for name in called - held if part_name(name) in by_name}
        if not missing:
            return data
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as renamed:
            for name in sorted(held - set(missing.values()) | (held & called)):
                renamed.writestr(name, archive.read(name))
            for name, written in sorted(missing.items()):
                renamed.writestr(name, archive.read(written))
    return made.getvalue()


_CALLS = re.compile(rb"""\b(PartName|Target)\s*=\s*["']([^"']+)["']""")


def _called(archive: zipfile.ZipFile, held: Iterable[str]) -> set[str]:
    """The names by which content types and relations call parts, and the two that every package has."""
    called = {"[Content_Types].xml", "_rels/.rels"}
    for name in held:
        if part_name(name) != "[content_types].xml" and not part_name(name).endswith(".rels"):
            continue
        folder, _, file = name.rpartition("/")
        owner = folder.removesuffix("_rels") + file.removesuffix(".rels")
        for _, target in _CALLS.findall(in_utf8(name, archive.read(name))):
            called.add(resolved(html.unescape(target.decode()), owner))
            called.add(relations_of(resolved(html.unescape(target.decode()), owner)))
    return called
