"""The guard: looks at a file before anything parses it, and hands on only what it has looked at.

A workbook is a zip of XML. A hostile or broken one may claim small sizes and inflate to gigabytes, declare
entities that expand without end, put a cell in the last row and column so that a dense reader asks for
gigabytes, or simply be no workbook. The guard inflates the parts that are needed itself, counting, scans
every sheet once, and gives the reader a plain copy with nothing else in it: every part in UTF-8, under the usual
names. What it finds on the way is what the reader would have read as blank, and every filled cell, so that what
the reader gives can be held against it.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from dataclasses import dataclass

from aidplan.workbook.file.book_scan import BookScan, Listed, NumberFormats, Relations, SharedTexts
from aidplan.workbook.file.package import (
    LARGEST_FILE,
    SAVE_AGAIN,
    Package,
    UnreadableFileError,
    relations_of,
    resolved,
)
from aidplan.workbook.file.plain_copy import plain_copy
from aidplan.workbook.file.sheet_scan import SheetScan
from aidplan.workbook.file.xml_part import Budget, Listener, UnsafeXmlError, in_utf8, parse

__all__ = ["LARGEST_FILE", "Guarded", "UnreadableFileError", "guarded", "refuse_unsafe"]

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SHEETS = ("worksheet", "")
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    ValueError,
    NotImplementedError,
    KeyError,
    RuntimeError,
    OSError,
    OverflowError,
)


@dataclass(frozen=True)
class Guarded:
    """``data``: a plain copy of what was looked at. ``sheets``: every worksheet as listed, with its scan, None for a
    note; the n-th is called ``n`` in the copy. ``macros`` and ``links``: whether the file has macros or links to other
    workbooks. ``shared`` are the texts that cells share, ``formats`` style -> number format.
    """

    data: bytes
    book: BookScan
    sheets: tuple[tuple[Listed, SheetScan | None], ...]
    shared: list[str]
    formats: dict[int, str]
    macros: bool
    links: bool


def guarded(data: bytes) -> Guarded:
    """The workbook's bytes as the reader may have them. Raises `UnreadableFileError`."""
    _refuse_others(data)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _Guard(Package(archive.infolist(), data)).guarded()
    except UnreadableFileError:
        raise
    except UnsafeXmlError as problem:
        raise UnreadableFileError(problem.code, problem.message, problem.remedy) from None
    except _DAMAGED:
        raise UnreadableFileError("broken-zip", "the file is cut off or damaged, as after a copy that did not finish",
                                  "copy it again, or open it in Excel and save it anew") from None  # fmt: skip


def refuse_unsafe(data: bytes) -> None:
    """Every XML part of a workbook, also those that hold no plan, inflates to a reasonable size and declares nothing.
    Raises `UnreadableFileError`.
    """
    guarded(data)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        package = Package(archive.infolist(), data)
    for name in package.names:
        try:
            part = package.take(name) if not name.endswith("/") else None
            if part is not None and name.endswith((".xml", ".rels")):
                parse(None, in_utf8(name, part))
        except UnsafeXmlError as problem:
            raise UnreadableFileError(problem.code, f"{name}: {problem.message}", problem.remedy) from None
        except _DAMAGED as problem:
            if isinstance(problem, UnreadableFileError):
                raise
            raise UnreadableFileError("broken-zip", f"the part {name} is damaged", SAVE_AGAIN) from None


def _refuse_others(data: bytes) -> None:
    """Refuses what is no zip, saying what it looks like."""
    if not data:
        raise UnreadableFileError(
            "empty-file", "the file is empty", "copy it again; a synchronised folder may not have fetched it yet"
        )
    if len(data) > LARGEST_FILE:
        raise UnreadableFileError(
            "too-large",
            f"the file has {len(data) / 2**20:,.0f} MiB",
            f"a planning workbook has at most {LARGEST_FILE // 2**20}; {SAVE_AGAIN}",
        )
    if data.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise UnreadableFileError(
                "encrypted", "the workbook is protected by a password", "save a copy without the password"
            )
        raise UnreadableFileError("old-format", "the file is an old Excel workbook (.xls)", SAVE_AGAIN)
    if not data.startswith(b"PK"):
        looks = (
            "a web page" if data[:512].lstrip().lower().startswith((b"<html", b"<!doctype html")) else "not a workbook"
        )
        raise UnreadableFileError("not-a-zip", f"the file is {looks}, whatever its name says", SAVE_AGAIN)


class _Guard:
    """Looks at the parts of one package that a plan is in."""

    def __init__(self, package: Package) -> None:
        self.package, self.budget = package, Budget()
        self.parts: dict[str, bytes] = {}
        self.main = self._main_part()
        self.relations = Relations()
        parse(self.relations, self._part(relations_of(self.main)) or b"<none/>")

    def guarded(self) -> Guarded:
        """Everything looked at. Raises `UnreadableFileError`, `UnsafeXmlError`."""
        book, shared, formats = BookScan(), SharedTexts(self.budget), NumberFormats()
        parse(book, self._part(self.main) or b"")
        texts = self._beside("sharedStrings", shared)
        styles = self._beside("styles", formats)
        sheets, parts = self._sheets(book)
        names = self.package.names
        return Guarded(
            plain_copy(book, parts, [scan for _, scan in sheets], texts, styles),
            book,
            tuple(sheets),
            shared.texts,
            formats.by_style,
            any("vbaproject" in name for name in names),
            any("externallink" in name for name in names),
        )

    def _main_part(self) -> str:
        """The part that lists the sheets: whatever name the package gives it."""
        roots = Relations()
        parse(roots, self._part(relations_of("")) or b"<none/>")
        main = resolved(roots.of_kind("officeDocument") or "xl/workbook.xml", "")
        names = self.package.names
        if main.lower().endswith(".bin") or "xl/workbook.bin" in names:
            raise UnreadableFileError("old-format", "the file is a binary workbook (.xlsb)", SAVE_AGAIN)
        if self.package.take(main) is None or (main.lower().endswith("document.xml") and "word/" in main.lower()):
            kind = "an OpenDocument sheet (.ods)" if "content.xml" in names else "a zip file without a workbook in it"
            raise UnreadableFileError("not-a-workbook", f"the file is {kind}", SAVE_AGAIN)
        return main

    def _part(self, name: str) -> bytes | None:
        part = self.package.take(name)
        return None if part is None else in_utf8(name, part)

    def _beside(self, kind: str, listener: Listener) -> bytes | None:
        """The part of that type beside the list of sheets, parsed; None where there is none."""
        target = self.relations.of_kind(kind)
        part = self._part(resolved(target, self.main)) if target else None
        if part is not None:
            parse(listener, part)
        return part

    def _sheets(self, book: BookScan) -> tuple[list[tuple[Listed, SheetScan | None]], list[bytes]]:
        """Every worksheet that is listed, scanned unless it is a note, and its part."""
        sheets: list[tuple[Listed, SheetScan | None]] = []
        parts: list[bytes] = []
        seen = set()
        for listed in book.sheets:
            kind, target = self.relations.targets.get(listed.relation, ("", ""))
            name = resolved(target, self.main) if target else ""
            part = self._part(name) if name else None
            if part is None or name.lower() in seen:
                raise UnreadableFileError(
                    "missing-part",
                    f"the file lacks contents of their own for the sheet `{listed.title}`",
                    "copy it again, or save it anew in Excel",
                )
            seen.add(name.lower())
            is_note = listed.title.strip().startswith("#")
            scan = None if is_note else SheetScan(listed.title, self.budget)
            parse(scan, part)
            if kind != "worksheet":
                continue
            sheets.append((listed, scan.finished(book.recalculated) if scan else None))
            parts.append(part)
        return sheets, parts
