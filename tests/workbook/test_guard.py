"""Hostile and broken files end in one clear sentence; what a reader would take for blank is found."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from aidplan.workbook import open_workbook
from aidplan.workbook.planning_workbook import read_workbook
from tests.workbook.books import small, written

DEMAND = f"xl/worksheets/sheet{list(small()).index('demand') + 1}.xml"
GOOD = written(small())


def edited(part: str, change: Callable[[bytes], bytes], data: bytes = GOOD) -> bytes:
    """The workbook with one part changed."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            before = old.read(info)
            after = change(before) if info.filename == part else before
            assert info.filename != part or after != before
            new.writestr(info.filename, after)
    return made.getvalue()


def replaced(old: bytes, new: bytes) -> bytes:
    return edited(DEMAND, lambda part: part.replace(old, new))


def forged() -> bytes:
    """A zip whose directory claims that the sheet is small."""
    data = bytearray(edited(DEMAND, lambda part: part.replace(b"</sheetData>", b" " * 2**22 + b"</sheetData>")))
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as archive:
        size = archive.getinfo(DEMAND).file_size.to_bytes(4, "little")
    at = data.rfind(DEMAND.encode())
    assert data[at - 46 + 24 : at - 46 + 28] == size
    data[at - 46 + 24 : at - 46 + 28] = (1000).to_bytes(4, "little")
    return bytes(data)


FILES = {
    "nothing": (b"", "the file is empty; copy it again; a synchronised folder may not have fetched it yet"),
    "text": (b"place,kind\n" * 90, "the file is not a workbook, whatever its name says; open it in Excel and save it as an .xlsx workbook"),
    "a web page": (b"<html>" + b" " * 600, "the file is a web page, whatever its name says; open it in Excel and save it as an .xlsx workbook"),
    "an .xls": (bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600, "the file is an old Excel workbook (.xls); open it in Excel and save it as an .xlsx workbook"),
    "a password": (
        bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"),
        "the workbook is protected by a password; save a copy without the password",
    ),
    "half a copy": (GOOD[: len(GOOD) // 2], "the file is cut off or damaged, as after a copy that did not finish; copy it again, or open it in Excel and save it anew"),
    "a forged size": (forged(), "the file is cut off or damaged, as after a copy that did not finish; copy it again, or open it in Excel and save it anew"),
    "entities": (
        replaced(b"<worksheet ", b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><worksheet '),
        "the workbook declares XML entities, which Excel never does; do not use this file; ask for it again from its author",
    ),
    "a cell in the last corner": (
        replaced(b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'),
        "the sheet `demand` reaches to XFD1048576, far beyond any table; delete the stray cells in its last rows and columns (Ctrl+End leads to XFD1048576) and save it",
    ),
    "broken XML": (replaced(b"</sheetData>", b"</sheetdata>"), "the workbook's contents are damaged; open it in Excel and save it again"),
    "a cell that no sheet has": (
        replaced(b'r="F2"', b'r="ZZZ2"'),
        "the sheet `demand` has a cell `ZZZ2`, which no sheet has; open the file in Excel and save it again",
    ),
    "a zip of something else": (b"PK\x05\x06" + b"\0" * 18, "the file is a zip file without a workbook in it; open it in Excel and save it as an .xlsx workbook"),
}  # fmt: skip


@pytest.mark.parametrize("kind", FILES)
def test_a_file_that_cannot_be_read_gives_one_sentence(kind):
    data, sentence = FILES[kind]
    book = read_workbook("plan.xlsx", data)
    assert [str(finding) for finding in book.findings] == [f"workbook: {sentence}"]
    assert book.refused
    assert book.scenarios == ()


def test_a_bomb_is_refused_within_a_gibibyte():
    """A sheet that inflates to a gibibyte, read by a process that may have no more."""
    program = f"""
import io, resource, zipfile, zlib
resource.setrlimit(resource.RLIMIT_AS, (2**30, 2**30))
from tests.workbook.books import small, written
from aidplan.workbook.planning_workbook import read_workbook
made = io.BytesIO()
with zipfile.ZipFile(io.BytesIO(written(small()))) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
    for info in old.infolist():
        if info.filename != {DEMAND!r}:
            new.writestr(info.filename, old.read(info))
    with new.open({DEMAND!r}, "w", force_zip64=False) as sheet:
        for _ in range(1024):
            sheet.write(b" " * 2**20)
print([finding.code for finding in read_workbook("plan.xlsx", made.getvalue()).findings])
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=Path(__file__).parents[2], check=False
    )
    assert done.stdout == "['zip-bomb']\n", done.stderr


@pytest.mark.parametrize(("cell", "finding"), [
    (b'<c r="F2" t="e"><v>#REF!</v></c>', "error-value demand!F2: 2024-07 is the error value #REF!; correct the formula, or type the value"),
    (b'<c r="F2" t="e"><f>1/0</f><v>#DIV/0!</v></c>', "error-value demand!F2: 2024-07 is the error value #DIV/0!; correct the formula, or type the value"),
    (b'<c r="F2"><f>G2-100</f></c>', "never-calculated demand!F2: 2024-07 is a formula that was never calculated; open the workbook in Excel or LibreOffice, let it calculate, and save it"),
    (b'<c r="F2"><f>G2-100</f><v></v></c>', "never-calculated demand!F2: 2024-07 is a formula that was never calculated; open the workbook in Excel or LibreOffice, let it calculate, and save it"),
    (b'<c r="F2"><v>NaN</v></c>', "not-finite demand!F2: 2024-07 is not a finite number; type the number that is meant"),
    (b'<c r="F2"><v>1e999</v></c>', "not-finite demand!F2: 2024-07 is not a finite number; type the number that is meant"),
])  # fmt: skip
def test_what_a_reader_would_take_for_blank_is_found(cell, finding):
    book = read_workbook("plan.xlsx", replaced(b'<c r="F2"><v>900</v></c>', cell))
    assert [f"{found.code} {found}" for found in book.findings] == [finding]


def test_a_formula_that_was_calculated_is_its_value():
    data = replaced(b'<c r="F2"><v>900</v></c>', b'<c r="F2"><f>G2-100</f><v>900</v></c>')
    book = read_workbook(
        "plan.xlsx", edited("xl/workbook.xml", lambda part: part.replace(b' fullCalcOnLoad="1"', b""), data)
    )
    assert book.findings == ()
    assert book.tables["demand"].rows[0].periods[1] == 900


def test_broken_cells_below_and_beside_the_table_are_found():
    book = read_workbook(
        "plan.xlsx", replaced(b"</sheetData>", b'<row r="9"><c r="K9" t="e"><v>#N/A</v></c></row></sheetData>')
    )
    assert [str(found) for found in book.findings] == [
        "demand!K9: a value stands in a column without a name; name the column in row 1 (with # it is a note) or clear the cell"
    ]


def test_styled_empty_cells_far_away_do_no_harm():
    book = read_workbook(
        "plan.xlsx", replaced(b"</sheetData>", b'<row r="1048576"><c r="XFD1048576" s="0"/></row></sheetData>')
    )
    assert book.findings == ()


def test_hidden_rows_sheets_macros_and_links_are_warnings():
    data = replaced(b'<row r="3"', b'<row r="3" hidden="1"')
    data = edited(
        "xl/workbook.xml",
        lambda part: part.replace(b'<sheet name="goals"', b'<sheet name="goals" state="hidden"'),
        data,
    )
    with zipfile.ZipFile(made := io.BytesIO(data), "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"x")
        archive.writestr("xl/externalLinks/externalLink1.xml", b"<x/>")
    book = read_workbook("plan.xlsx", made.getvalue())
    assert not book.refused
    assert [str(finding) for finding in book.findings] == [
        "workbook: the workbook has macros, which are not run; save it as .xlsx, if nothing needs them",
        "workbook: the workbook links to other workbooks; the values last saved are read; open it in Excel, update the links, and save it",
        "demand!A3: 1 hidden row is read: 3; show them, so that all can see what counts",
        "goals: the sheet is hidden, and is read; show it, so that all can see what counts",
    ]


def test_paths_are_told_in_words(tmp_path):
    def said(name: str) -> str:
        return str(open_workbook(tmp_path / name).findings[0]).replace(str(tmp_path), "DIR")

    (tmp_path / "план 2026.xlsx").write_bytes(GOOD)
    assert open_workbook(tmp_path / "план 2026.xlsx").findings == ()
    assert said("план 2025.xlsx") == "workbook: there is no file DIR/план 2025.xlsx; did you mean DIR/план 2026.xlsx?"
    assert said("") == "workbook: DIR is a folder; name the workbook in it"
    assert (
        said("~$plan.xlsx")
        == "workbook: ~$plan.xlsx is the lock that is left beside an open workbook; name the workbook itself, plan.xlsx"
    )
    assert said("no/plan.xlsx") == "workbook: there is no file DIR/no/plan.xlsx; the folder DIR/no is not there either"
    assert said("a\0b.xlsx") == "workbook: the path holds a character that no path may hold; type it again"
