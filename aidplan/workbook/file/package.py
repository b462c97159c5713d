"""The package that a workbook is: a zip of parts, each inflated as it is asked for, counting what comes out."""

from __future__ import annotations

import posixpath
import urllib.parse
import zipfile
import zlib

LARGEST_FILE = 64 * 2**20
LARGEST_INFLATED = 96 * 2**20
MOST_PARTS = 5_000
SAVE_AGAIN = "open it in Excel and save it as an .xlsx workbook"


class UnreadableFileError(ValueError):
    """The file is no workbook that can be read; the text is one clear sentence."""

    def __init__(self, code: str, message: str, remedy: str) -> None:
        super().__init__(f"{message}; {remedy}")
        self.code, self.message, self.remedy = code, message, remedy


class Package:
    """The parts of a workbook, inflated one at a time as they are asked for; names are compared without letter case."""

    def __init__(self, infos: list[zipfile.ZipInfo], data: bytes) -> None:
        if len(infos) > MOST_PARTS:
            raise UnreadableFileError("zip-bomb", f"the file holds {len(infos):,} parts", SAVE_AGAIN)
        self.data, self.room = data, LARGEST_INFLATED
        self.taken: dict[str, bytes] = {}
        self._infos: dict[str, zipfile.ZipInfo] = {}
        for info in infos:
            name = part_name(info.filename)
            if self._infos.setdefault(name, info) is not info:
                raise UnreadableFileError("zip-bomb", f"the file holds the part {name[:60]} twice", SAVE_AGAIN)
        self.names = tuple(self._infos)

    def take(self, name: str) -> bytes | None:
        """A part's bytes; None where there is none."""
        name = part_name(name)
        if name not in self._infos:
            return None
        if name not in self.taken:
            self.taken[name] = _inflate(self._infos[name], self.data, self.room)
            self.room -= len(self.taken[name])
        return self.taken[name]


def part_name(written: str) -> str:
    """A part's name as it is compared: without a leading slash, letter case or percent signs."""
    return urllib.parse.unquote(written).lower().lstrip("/").replace("\\", "/")


def resolved(target: str, beside: str) -> str:
    """The part that a relation of the part `beside` points to."""
    if target.startswith("/"):
        return target.lstrip("/")
    return posixpath.normpath(posixpath.join(posixpath.dirname(beside), target))


def relations_of(name: str) -> str:
    """The part that holds the relations of the part `name`; of the package itself for an empty name."""
    folder, _, file = name.rpartition("/")
    return posixpath.join(folder, "_rels", f"{file}.rels")


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
            SAVE_AGAIN,
        )
