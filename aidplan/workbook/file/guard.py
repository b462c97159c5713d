"""The guard: looks at a file before anything parses it, and hands on only what it has looked at.

A workbook is a zip of XML. A hostile or broken one may claim small sizes and inflate to gigabytes, declare
entities that expand without end, put a cell in the last row and column so that a dense reader asks for
gigabytes, or simply be no workbook. The guard inflates the parts that are needed itself, counting, scans
every sheet once, and gives the reader a plain copy with nothing else in it. What it finds on the way is
what the reader would have read as blank: error values and formulas that were never calculated.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from dataclasses import dataclass, field

from aidplan.workbook.file.sheet_scan import Budget, Relations, SharedTexts, SheetList, SheetScan, UnsafeXmlError, parse

LARGEST_FILE = 64 * 2**20
LARGEST_INFLATED = 96 * 2**20
MOST_PARTS = 5_000
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_TEXTS = "xl/sharedstrings.xml"
_FIXED = ("[content_types].xml", "_rels/.rels", "xl/styles.xml", _TEXTS)
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
_SAVE_AGAIN = "open it in Excel and save it as an .xlsx workbook"


class UnreadableFileError(ValueError):
    """The file is no workbook that can be read; the text is one clear sentence."""

    def __init__(self, code: str, message: str, remedy: str) -> None:
        super().__init__(f"{message}; {remedy}")
        self.code, self.message, self.remedy = code, message, remedy


@dataclass
class Guarded:
    """``data``: a zip of the parts that were looked at. ``scans``: sheet name as written -> what its scan found.
    ``macros`` and ``links``: whether the file bears macros or links to other workbooks.
    """

    data: bytes
    scans: dict[str, SheetScan] = field(default_factory=dict)
    macros: bool = False
    links: bool = False


def guarded(data: bytes) -> Guarded:
    """The workbook's bytes as the reader may have them. Raises `UnreadableFileError`."""
    _refuse_others(data)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            package = _Package(archive.infolist(), data)
            scans = _scanned(package)
    except UnreadableFileError:
        raise
    except UnsafeXmlError as problem:
        raise UnreadableFileError(problem.code, problem.message, problem.remedy) from None
    except _DAMAGED:
        raise UnreadableFileError("broken-zip", "the file is cut off or damaged, as after a copy that did not finish",
                                  "copy it again, or open it in Excel and save it anew") from None  # fmt: skip
    names = package.names
    return Guarded(
        package.plain(),
        scans,
        any("vbaproject" in name for name in names),
        any("externallink" in name for name in names),
    )


def refuse_unsafe(data: bytes) -> None:
    """Every XML part of a workbook, also those that hold no plan, inflates to a reasonable size and declares nothing.
    Raises `UnreadableFileError`.
    """
    guarded(data)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        package = _Package(archive.infolist(), data)
    for name in package.names:
        try:
            part = package.take(name) if not name.endswith("/") else None
            if part is not None and name.endswith((".xml", ".rels")):
                parse(None, part)
        except UnsafeXmlError as problem:
            raise UnreadableFileError(problem.code, f"{name}: {problem.message}", problem.remedy) from None
        except _DAMAGED as problem:
            if isinstance(problem, UnreadableFileError):
                raise
            raise UnreadableFileError("broken-zip", f"the part {name} is damaged", _SAVE_AGAIN) from None


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
            f"a planning workbook has at most {LARGEST_FILE // 2**20}; {_SAVE_AGAIN}",
        )
    if data.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise UnreadableFileError(
                "encrypted", "the workbook is protected by a password", "save a copy without the password"
            )
        raise UnreadableFileError("old-format", "the file is an old Excel workbook (.xls)", _SAVE_AGAIN)
    if not data.startswith(b"PK"):
        looks = (
            "a web page" if data[:512].lstrip().lower().startswith((b"<html", b"<!doctype html")) else "not a workbook"
        )
        raise UnreadableFileError("not-a-zip", f"the file is {looks}, whatever its name says", _SAVE_AGAIN)


class _Package:
    """The parts of a workbook, inflated one at a time as they are asked for; names are told apart without letter case."""

    def __init__(self, infos: list[zipfile.ZipInfo], data: bytes) -> None:
        if len(infos) > MOST_PARTS:
            raise UnreadableFileError("zip-bomb", f"the file holds {len(infos):,} parts", _SAVE_AGAIN)
        self.data, self.room = data, LARGEST_INFLATED
        self.taken: dict[str, bytes] = {}
        self._infos: dict[str, zipfile.ZipInfo] = {}
        for info in infos:
            name = info.filename.lower().lstrip("/").replace("\\", "/")
            if self._infos.setdefault(name, info) is not info:
                raise UnreadableFileError("zip-bomb", f"the file holds the part {name[:60]} twice", _SAVE_AGAIN)
        self.names = tuple(self._infos)
        if "xl/workbook.bin" in self._infos:
            raise UnreadableFileError("old-format", "the file is a binary workbook (.xlsb)", _SAVE_AGAIN)
        if "xl/workbook.xml" not in self._infos:
            kind = (
                "an OpenDocument sheet (.ods)"
                if "content.xml" in self._infos
                else "a zip file without a workbook in it"
            )
            raise UnreadableFileError("not-a-workbook", f"the file is {kind}", _SAVE_AGAIN)

    def take(self, name: str) -> bytes | None:
        """A part's bytes, to be handed on to the reader; None where there is none."""
        name = name.lower()
        if name not in self._infos:
            return None
        if name not in self.taken:
            self.taken[name] = _inflate(self._infos[name], self.data, self.room)
            self.room -= len(self.taken[name])
        return self.taken[name]

    def plain(self) -> bytes:
        """The parts taken so far as a zip without compression."""
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
            for name, part in self.taken.items():
                archive.writestr(zipfile.ZipInfo(self._infos[name].filename.lstrip("/").replace("\\", "/")), part)
        self.taken.clear()
        return buffer.getvalue()


def _inflate(info: zipfile.ZipInfo, data: bytes, room: int) -> bytes:
    """One part. The sizes that the zip claims are not believed: what comes out is counted as it comes."""
    if info.flag_bits & 0x1:
        raise UnreadableFileError(
            "encrypted", "the workbook is protected by a password", "save a copy without the password"
        )
    if data[info.header_offset : info.header_offset + 4] != b"PK\x03\x04":
        raise zipfile.BadZipFile
    head = info.header_offset + 26
    name_length, extra_length = (
        int.from_bytes(data[head : head + 2], "little"),
        int.from_bytes(data[head + 2 : head + 4], "little"),
    )
    start = head + 4 + name_length + extra_length
    packed = memoryview(data)[start : start + info.compress_size]
    if len(packed) < info.compress_size:
        raise zipfile.BadZipFile
    if info.compress_type == zipfile.ZIP_STORED:
        _refuse_bomb(len(packed), room)
        part = bytes(packed)
    elif info.compress_type == zipfile.ZIP_DEFLATED:
        part = _deflated(packed, room)
    else:
        raise zipfile.BadZipFile
    if len(part) != info.file_size or zlib.crc32(part) != info.CRC:
        raise zipfile.BadZipFile
    return part


def _deflated(packed: memoryview, room: int) -> bytes:
    inflater = zlib.decompressobj(-15)
    chunks: list[bytes] = []
    size = 0
    for at in range(0, len(packed), 2**16):
        rest: bytes | memoryview = packed[at : at + 2**16]
        while rest:
            chunks.append(inflater.decompress(rest, 2**20))
            size += len(chunks[-1])
            _refuse_bomb(size, room)
            rest = inflater.unconsumed_tail
    chunks.append(inflater.flush())
    if not inflater.eof:
        raise zipfile.BadZipFile
    _refuse_bomb(size + len(chunks[-1]), room)
    return b"".join(chunks)


def _refuse_bomb(size: int, room: int) -> None:
    if size > room:
        raise UnreadableFileError(
            "zip-bomb",
            f"the file inflates to more than {LARGEST_INFLATED // 2**20} MiB, far more than a plan holds",
            _SAVE_AGAIN,
        )


def _scanned(package: _Package) -> dict[str, SheetScan]:
    """Every part that the reader gets is well formed and declares nothing; every sheet that will be read is scanned."""
    sheets, relations = SheetList(), Relations()
    parse(sheets, package.take("xl/workbook.xml") or b"")
    parse(relations, package.take("xl/_rels/workbook.xml.rels") or b"<none/>")
    budget = Budget()
    for name in _FIXED:
        if (part := package.take(name)) is not None:
            parse(SharedTexts(budget) if name == _TEXTS else None, part)
    scans = {}
    seen = set()
    for title, relation in sheets.sheets:
        target = relations.targets.get(relation, "")
        part = package.take(
            target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join("xl", target))
        )
        if part is None or target.lower() in seen:
            raise UnreadableFileError(
                "missing-part",
                f"the file lacks contents of their own for the sheet `{title}`",
                "copy it again, or save it anew in Excel",
            )
        seen.add(target.lower())
        if title.strip().startswith("#"):
            parse(None, part)
            continue
        scan = SheetScan(title, budget)
        parse(scan, part)
        scans[title] = scan.finished()
    return scans
