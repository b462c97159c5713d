"""The small workbook as a file, to be changed as planners, programs and add-ins change theirs: cells, XML, parts."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

import openpyxl

from aidplan.workbook.planning_workbook import read_workbook

SMALL = (Path(__file__).parents[3] / "inputs" / "small.xlsx").read_bytes()
CODED = re.compile(rb"<c [^>]*?/>|<c .*?</c>", re.S)


def parts(data: bytes = SMALL) -> dict[str, bytes]:
    """Name of a part -> its bytes."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist()}


def packed(held: Mapping[str, bytes]) -> bytes:
    """A workbook of these parts."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in held.items():
            archive.writestr(name, part)
    return made.getvalue()


@cache
def part_of(sheet: str) -> str:
    """The part that holds a sheet."""
    names = openpyxl.load_workbook(io.BytesIO(SMALL), read_only=True).sheetnames
    return f"xl/worksheets/sheet{names.index(sheet) + 1}.xml"


def with_part(name: str, change: Callable[[bytes], bytes], data: bytes = SMALL) -> bytes:
    """The workbook with one part changed; it must change."""
    held = parts(data)
    before, held[name] = held[name], change(held[name])
    assert held[name] != before
    return packed(held)


def with_cell(place: str, xml: str, data: bytes = SMALL) -> bytes:
    """The workbook with the XML of one cell (``demand!F2``) in place of its own; ``{}`` is its value as it stands."""
    sheet, cell = place.split("!")

    def changed(part: bytes) -> bytes:
        for found in CODED.finditer(part):
            if f'r="{cell}"'.encode() in found[0]:
                value = re.search(rb"<v>(.*?)</v>", found[0])
                new = xml.format(value[1].decode() if value else "").encode()
                return part[: found.start()] + new + part[found.end() :]
        raise AssertionError(f"{place} is not in the file")

    return with_part(part_of(sheet), changed, data)


def in_sheet(sheet: str, old: str, new: str, data: bytes = SMALL) -> bytes:
    """The workbook with a piece of a sheet's XML replaced, once."""
    return with_part(part_of(sheet), lambda part: part.replace(old.encode(), new.encode(), 1), data)


def with_openpyxl(change: Callable[[openpyxl.Workbook], object]) -> bytes:
    """The workbook changed and saved by openpyxl."""
    book = openpyxl.load_workbook(io.BytesIO(SMALL))
    change(book)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def found(data: bytes) -> list[str]:
    """Every finding of the workbook and of its scenarios, errors first, as code, scenario and text."""
    book = read_workbook("small.xlsx", data)
    scenarios = [finding for name in book.scenarios for finding in book.scenario(name).findings]
    return [
        f"{finding.code} {finding.severity} {finding.scenario + ': ' if finding.scenario else ''}{finding}"
        for finding in (*book.findings, *scenarios)
    ]


@cache
def usual() -> tuple[str, ...]:
    """What is found in the workbook as it is: warnings of two of its scenarios."""
    warnings = tuple(found(SMALL))
    assert [warning.split(":")[0] for warning in warnings] == [
        "demand-above-reach warning surge",
        "demand-above-reach warning hub_closed",
    ]
    return warnings


def read_as(data: bytes) -> bool:
    """Whether a workbook says what the small one says, to the last cell."""
    one, other = read_workbook("small.xlsx", data), read_workbook("small.xlsx", SMALL)
    return not one.refused and all(
        [(row.number, row.values, row.periods) for row in one.tables[sheet]]
        == [(row.number, row.values, row.periods) for row in other.tables[sheet]]
        for sheet in other.tables
    )
