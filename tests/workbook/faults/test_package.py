"""The package: parts under other names, in another case, hidden and very hidden sheets, columns and rows out of sight."""

from __future__ import annotations

import os
import re

import openpyxl
import pytest

from aidplan.commands.check import check_workbook
from aidplan.workbook import open_workbook
from aidplan.workbook.write.annotation import FINDINGS_SHEET
from tests.workbook.faults.small_file import (
    SMALL,
    found,
    in_sheet,
    packed,
    part_of,
    parts,
    read_as,
    usual,
    with_openpyxl,
    with_part,
)


def renamed(names: dict[str, str], called: bool = True) -> bytes:
    """The workbook with parts under other names; the other parts call them so, or as before."""
    held = {}
    for name, part in parts().items():
        if called and (name.endswith(".rels") or name == "[Content_Types].xml"):
            for old, new in names.items():
                part = part.replace(old.encode(), new.encode()).replace(
                    old.removeprefix("xl/").encode(), new.removeprefix("xl/").encode()
                )
        held[names.get(name, name)] = part
    return packed(held)


DEMAND = part_of("demand")
NAMES = {
    "the list of sheets": renamed({"xl/workbook.xml": "xl/workbook2.xml", "xl/_rels/workbook.xml.rels": "xl/_rels/workbook2.xml.rels"}),
    "the folder": packed({
        name.replace("xl/", "plan/"): part.replace(b'"xl/', b'"plan/').replace(b'"/xl/', b'"/plan/') for name, part in parts().items()
    }),
    "a sheet": renamed({DEMAND: "xl/worksheets/Bedarf 2025.xml"}),
    "the texts, in the zip alone": renamed({"xl/sharedStrings.xml": "xl/SharedStrings.xml"}, called=False),
    "the texts, to the others alone": renamed({"xl/sharedStrings.xml": "xl/sharedStrings.xml", "sharedStrings.xml": "SHAREDSTRINGS.XML"}),
    "a sheet, in the zip alone": renamed({DEMAND: DEMAND.upper()}, called=False),
    "the styles, in the zip alone": renamed({"xl/styles.xml": "XL/Styles.XML"}, called=False),
    "content types, in the zip alone": renamed({"[Content_Types].xml": "[content_types].xml"}, called=False),
    "absolute targets": with_part("xl/_rels/workbook.xml.rels", lambda part: part.replace(b'Target="', b'Target="/xl/')),
    "targets with percent signs": with_part(
        "xl/_rels/workbook.xml.rels", lambda part: part.replace(b"worksheets/", b"work%73heets/")
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", NAMES)
def test_parts_are_found_by_what_the_package_says_in_any_letter_case(kind):
    assert read_as(NAMES[kind])


@pytest.mark.parametrize(
    "kind", [kind for kind in NAMES if kind not in ("targets with percent signs", "a sheet", "the folder")]
)
def test_what_check_reads_can_be_annotated(kind, tmp_path):
    (tmp_path / "plan.xlsx").write_bytes(NAMES[kind])
    result = check_workbook(tmp_path / "plan.xlsx", tmp_path / "annotated.xlsx")
    assert result.problem == ""
    book = openpyxl.load_workbook(tmp_path / "annotated.xlsx")
    assert book.sheetnames[0] == FINDINGS_SHEET
    assert book["demand"]["F2"].value == 14000


def state(sheet: str, hidden: str, data: bytes = SMALL) -> bytes:
    return with_part("xl/workbook.xml", lambda part: re.sub(rf'(<sheet name="{sheet}")'.encode(), rf'\1 state="{hidden}"'.encode(), part), data)  # fmt: skip


def added(title: str, hidden: str = "visible") -> bytes:
    def change(book):
        sheet = book.create_sheet(title)
        sheet["A1"], sheet.sheet_state = "8f2c", hidden

    return with_openpyxl(change)


VERY = "the sheet is hidden so that Excel does not list it, as add-ins do, and is not read; nothing needs to be done, unless it holds a part of the plan"
HIDDEN = {
    "an add-in's": (added("_56F9DC9755BA473782653E2940F9", "veryHidden"), [f"hidden-sheet warning _56F9DC9755BA473782653E2940F9: {VERY}"], True),
    "a solver's": (added("_solver", "veryHidden"), [f"hidden-sheet warning _solver: {VERY}"], True),
    "a mistyped one, very hidden": (added("demnd", "veryHidden"), [f"hidden-sheet warning demnd: {VERY}"], True),
    "one that is read, very hidden": (state("lanes", "veryHidden"), ["hidden-sheet warning lanes: the sheet is hidden, and is read; show it, so that all can see what counts"], True),
    "one that is read, hidden": (state("goals", "hidden"), ["hidden-sheet warning goals: the sheet is hidden, and is read; show it, so that all can see what counts"], True),
    "an unknown one, hidden": (added("lists", "hidden"), ["unknown-sheet error lists: no sheet of the format has this name; it is hidden; begin its name with # to keep it as a note"], False),
    "a note, very hidden": (added("#lists", "veryHidden"), [], True),
}  # fmt: skip


@pytest.mark.parametrize("kind", HIDDEN)
def test_hidden_sheets_are_told(kind):
    data, expected, solved = HIDDEN[kind]
    assert found(data) == [*expected, *(usual() if solved else ())]


def cols(sheet: str, xml: str) -> bytes:
    """The workbook with other widths of a sheet's columns."""
    return with_part(
        part_of(sheet), lambda part: re.sub(rb"<cols>.*?</cols>", f"<cols>{xml}</cols>".encode(), part, flags=re.S)
    )


def hidden_columns(place: str, names: str) -> str:
    count = names.count(",") + 1
    return f"hidden-columns warning {place}: {count} hidden column{'s are' if count > 1 else ' is'} read: {names}; show them, so that all can see what counts"


COLUMNS = {
    "hidden": (cols("demand", '<col min="4" max="4" width="9" hidden="1"/>'), [hidden_columns("demand!D1", "floor")]),
    "of no width": (cols("demand", '<col min="6" max="7" width="0" customWidth="1"/>'), [hidden_columns("demand!F1", "2025-01, 2025-02")]),
    "next to no width": (cols("lanes", '<col min="5" max="5" width="0.08" customWidth="1"/>'), [hidden_columns("lanes!E1", "cost_per_t")]),
    "in a group that is shut": (
        cols("lanes", '<col min="5" max="7" width="9" hidden="true" outlineLevel="1"/><col min="8" max="8" width="9" collapsed="1"/>'),
        [hidden_columns("lanes!E1", "cost_per_t, transit, capacity_t")],
    ),
    "in a group that is open": (cols("lanes", '<col min="5" max="7" width="9" outlineLevel="1"/>'), []),
    "that are empty": (cols("funds", '<col min="8" max="8" hidden="1"/>'), []),
    "of notes": (cols("demand", '<col min="12" max="14" hidden="1"/>'), []),
    "beside the table": (cols("demand", '<col min="15" max="16384" hidden="1"/>'), []),
}  # fmt: skip


@pytest.mark.parametrize("kind", COLUMNS)
def test_columns_out_of_sight_that_are_read_are_warned_of(kind):
    data, expected = COLUMNS[kind]
    assert found(data) == [*expected, *usual()]


@pytest.mark.parametrize(("attributes", "told"), [('hidden="1"', True), ('ht="0" customHeight="1"', True), ('ht="0.25" customHeight="true"', True), ('ht="15"', False)])  # fmt: skip
def test_rows_out_of_sight_that_are_read_are_warned_of(attributes, told):
    part = parts()[part_of("demand")].decode()
    row = re.search(r'<row r="3"[^>]*>', part)
    assert row
    data = in_sheet("demand", row[0], f'<row r="3" {attributes}>')
    warning = "hidden-rows warning demand!A3: 1 hidden row is read: 3; show them, so that all can see what counts"
    assert found(data) == ([warning] if told else []) + list(usual())


def test_a_workbook_that_counts_its_days_from_1904_has_the_same_dates():
    def change(book):
        for column, value in zip("FGHIJK", (45658, 45689, 45717, 45748, 45778, 45809), strict=True):
            cell = book["demand"][f"{column}1"]
            cell.value, cell.number_format = value, "mmm yy"

    since_1900 = with_openpyxl(change)
    assert found(since_1900) == list(usual())
    held = parts(since_1900)
    part = next(name for name in held if b">45658<" in held[name])
    held[part] = re.sub(rb">(45[678]\d\d)<", lambda day: b">%d<" % (int(day[1]) - 1462), held[part])
    held["xl/workbook.xml"] = held["xl/workbook.xml"].replace(b"<workbookPr", b'<workbookPr date1904="1"', 1)
    assert b"date1904" in held["xl/workbook.xml"]
    assert found(packed(held)) == list(usual())


def test_a_file_through_a_pipe_is_refused_in_words(tmp_path):
    pipe = tmp_path / "plan.xlsx"
    os.mkfifo(pipe)
    assert [str(finding) for finding in open_workbook(pipe).findings] == [
        f"workbook: {pipe} is a pipe or a device, and a workbook is read from a file; save the workbook as a file and name that"
    ]
