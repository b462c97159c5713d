"""An empty cell and a cell that was not read are told apart: merged cells, formulas, errors, XML of other forms."""

from __future__ import annotations

import pytest

from tests.workbook.faults.small_file import (
    SMALL,
    found,
    in_sheet,
    packed,
    part_of,
    parts,
    read_as,
    usual,
    with_cell,
    with_openpyxl,
    with_part,
)

CALCULATED = with_part("xl/workbook.xml", lambda part: part.replace(b' fullCalcOnLoad="1"', b""))


def merged(sheet: str, *ranges: str):
    return with_openpyxl(lambda book: [book[sheet].merge_cells(cells) for cells in ranges])


def is_merged(sheet: str, cells: str) -> str:
    first = cells.partition(":")[0]
    return (
        f"merged-cells error {sheet}!{cells}: the cells are merged, so that {first} alone has a value and the others "
        "would be empty; unmerge them and fill in every cell"
    )


MERGED = {
    "a row of demand": (merged("demand", "F2:K2"), [is_merged("demand", "F2:K2")]),
    "two floors": (merged("demand", "D2:D3"), [is_merged("demand", "D2:D3")]),
    "a key over four rows": (merged("demand", "A2:A5"), [is_merged("demand", "A2:A5")]),
    "a block of a time table": (merged("capacity", "C2:D3"), [is_merged("capacity", "C2:D3")]),
    "two ranges, one in notes": (merged("lanes", "E2:E3", "J2:J4"), [is_merged("lanes", "E2:E3")]),
    "settings": (merged("settings", "A3:B3"), [is_merged("settings", "A3:B3"), "missing"]),
    "scenarios": (merged("scenarios", "D2:E2"), [is_merged("scenarios", "D2:E2")]),
    "column names": (merged("demand", "F1:G1"), [is_merged("demand", "F1:G1")]),
}


@pytest.mark.parametrize("kind", MERGED)
def test_merged_cells_over_cells_that_are_read_are_one_error(kind):
    data, expected = MERGED[kind]
    if kind == "settings":  # the horizon cannot be read, so what needs it is not looked at
        assert found(data)[:1] == expected[:1]
        assert not any("periods is empty" in each for each in found(data))
    elif kind == "scenarios":
        assert [each for each in found(data) if each.startswith("merged")] == [
            expected[0].replace("error ", "error surge: ")
        ]
    else:
        assert found(data) == expected


@pytest.mark.parametrize(("sheet", "cells"), [
    ("demand", "M2:N4"), ("demand", "P1:R1"), ("demand", "A30:K31"), ("#dictionary", "A1:C1"), ("lanes", "I2:K2"), ("goals", "F9:H12"),
])  # fmt: skip
def test_merged_cells_beside_the_table_in_notes_and_below_it_are_nobodys_business(sheet, cells):
    assert found(merged(sheet, cells)) == list(usual())


NEVER = (
    "is a formula that was never calculated; open the workbook in Excel or LibreOffice, let it calculate, and save it"
)
FORMULA = '<c r="F2"><f>F3*1.5</f><v>{}</v></c>'
FORMULAS = {
    "stored as 0, to be calculated on opening": (with_cell("demand!F2", '<c r="F2"><f>F3*1.5</f><v>0</v></c>'), True),
    "stored, to be calculated on opening": (with_cell("demand!F2", FORMULA), True),
    "a text, to be calculated on opening": (with_cell("demand!F2", '<c r="F2" t="str"><f>TEXT(1,"0")</f><v>1</v></c>'), True),
    "without a value": (with_cell("demand!F2", '<c r="F2"><f>F3*1.5</f></c>', CALCULATED), True),
    "with an empty value": (with_cell("demand!F2", '<c r="F2"><f>F3*1.5</f><v/></c>', CALCULATED), True),
    "a text without a value": (with_cell("demand!F2", '<c r="F2" t="str"><f>TEXT(1,"0")</f></c>', CALCULATED), True),
    "shared": (with_cell("demand!F2", '<c r="F2"><f t="shared" si="0"/></c>', CALCULATED), True),
    "calculated": (with_cell("demand!F2", FORMULA, CALCULATED), False),
    "calculated, shared": (with_cell("demand!F2", '<c r="F2"><f t="shared" si="0"/><v>{}</v></c>', CALCULATED), False),
}  # fmt: skip


@pytest.mark.parametrize("kind", FORMULAS)
def test_the_value_of_a_formula_counts_where_one_is_stored_and_nothing_waits_for_a_calculation(kind):
    data, never = FORMULAS[kind]
    assert found(data) == ([f"never-calculated error demand!F2: 2025-01 {NEVER}"] if never else list(usual()))


def test_every_formula_that_openpyxl_wrote_is_told():
    def change(book):
        for column in "FGHIJK":
            book["demand"][f"{column}2"] = f"={column}3*1.5"

    assert found(with_openpyxl(change)) == [
        f"never-calculated error demand!{column}2: 2025-0{month} {NEVER}" for month, column in enumerate("FGHIJK", 1)
    ]


def test_the_other_cells_of_an_array_formula_count_with_it():
    array = '<c r="F2"><f t="array" ref="F2:G2">F3:G3*1.5</f><v>14000</v></c>'
    assert found(with_cell("demand!F2", array)) == [
        f"never-calculated error demand!F2: 2025-01 {NEVER}",
        f"never-calculated error demand!G2: 2025-02 {NEVER}",
    ]
    assert found(with_cell("demand!F2", array, CALCULATED)) == list(usual())
    lost = with_cell("demand!G2", "", with_cell("demand!F2", array, CALCULATED))
    assert found(lost) == [f"never-calculated error demand!G2: 2025-02 {NEVER}"]


@pytest.mark.parametrize(("calculation", "warned"), [
    ('calcMode="manual" calcCompleted="0"', True),
    ('calcMode="manual" calcOnSave="0"', True),
    ('calcMode="manual"', False),
    ('calcCompleted="0"', False),
])  # fmt: skip
def test_a_workbook_saved_before_it_was_calculated_by_hand_is_warned_of(calculation, warned):
    data = with_part(
        "xl/workbook.xml", lambda part: part.replace(b'fullCalcOnLoad="1"', calculation.encode()), with_cell("demand!F2", FORMULA)
    )  # fmt: skip
    warning = (
        "pending-calculation warning workbook: the workbook is calculated by hand (F9) and was saved before all formulas "
        "were calculated; the values last stored are read; open it, press F9, and save it"
    )
    assert found(data) == ([warning] if warned else []) + list(usual())
    without = with_part("xl/workbook.xml", lambda part: part.replace(b'fullCalcOnLoad="1"', calculation.encode()))
    assert found(without) == list(usual())


@pytest.mark.parametrize("error", ["#CALC!", "#SPILL!", "#FIELD!", "#GETTING_DATA", "#BLOCKED!", "#N/A", "#ПОСИЛ!"])
def test_error_values_are_told_however_new_they_are(error):
    data = with_cell("demand!F2", f'<c r="F2" t="e"><f>X</f><v>{error}</v></c>')
    assert found(data) == [
        f"error-value error demand!F2: 2025-01 is the error value {error}; correct the formula, or type the value"
    ]
    twice = with_cell("lanes!E2", f"<c t='e' r=\"E2\"><v><![CDATA[{error}]]></v></c>", data)
    assert found(twice) == [
        f"error-value error lanes!E2: cost_per_t is the error value {error}; correct the formula, or type the value",
        f"error-value error demand!F2: 2025-01 is the error value {error}; correct the formula, or type the value",
    ]


READ = {
    "CDATA": '<c r="F2"><v><![CDATA[{}]]></v></c>',
    "half CDATA": '<c r="F2"><v>1<![CDATA[4000]]></v></c>',
    "character references": '<c r="F2"><v>&#49;&#x34;000</v></c>',
    "a comment": '<c r="F2"><v>14<!-- thousand -->000</v></c>',
    "a processing instruction": '<c r="F2"><v>14<?x y?>000</v></c>',
    "a prefix": '<x:c xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main" r="F2"><x:v>14000</x:v></x:c>',
    "another way to write it": '<c r="F2"><v>1.4E4</v></c>',
}


@pytest.mark.parametrize("form", READ)
def test_xml_of_other_forms_is_read_as_what_it_means(form):
    assert read_as(with_cell("demand!F2", READ[form]))


def test_texts_of_other_forms_are_read_as_what_they_mean():
    assert read_as(with_cell("demand!A2", '<c r="A2" t="inlineStr"><is><t><![CDATA[ea]]>&#115;t</t></is></c>'))
    assert read_as(with_cell("demand!A2", '<c r="A2" t="inlineStr"><is><r><t>ea</t></r><r><t>st</t></r><rPh sb="0" eb="1"><t>x</t></rPh></is></c>'))  # fmt: skip
    assert read_as(with_cell("demand!A2", '<c r="A2" t="str"><v>e<!-- -->ast</v></c>'))
    assert read_as(with_part("xl/sharedStrings.xml", lambda part: part.replace(b"<t>east</t>", b"<t>e<![CDATA[as]]>&#116;</t>")))  # fmt: skip


def told_apart(text: str, read: str) -> list[str]:
    return [
        f"misread error demand!F2: 2025-01 is written in a way that programs read differently (`{text}` and `{read}`); "
        "open the workbook in Excel or LibreOffice and save it again"
    ]


@pytest.mark.parametrize(("xml", "expected"), [
    ('<c r="F2"><v> 14000 </v></c>', told_apart(" 14000 ", " 14000 ")),
    ('<c r="F2"><v>14_000</v></c>', told_apart("14_000", "14_000")),
    ('<c r="F2"><v>14,000</v></c>', told_apart("14,000", "14,000")),
    ('<c r="F2"><v>1</v></c><c r="F2"><v>2</v></c>', [
        "misread error demand!F2: 2025-01 stands twice in the file; open the workbook in Excel or LibreOffice and save it again",
    ]),
])  # fmt: skip
def test_a_cell_that_two_programs_read_differently_is_an_error(xml, expected):
    assert found(with_cell("demand!F2", xml)) == expected


ENCODINGS = ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig", "utf-32", "iso-8859-1", "windows-1251", "koi8-u"]


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("sheet", ["fleets", "demand"])
def test_sheets_in_other_encodings_are_read(sheet, encoding):
    name = {"utf-16-le": "UTF-16", "utf-16-be": "UTF-16", "utf-8-sig": "UTF-8"}.get(encoding, encoding)

    def changed(part: bytes) -> bytes:
        text = part.decode("utf-8")
        body = text.partition("?>")[2]
        return f'<?xml version="1.0" encoding="{name}"?>{body}'.encode(encoding)

    assert read_as(with_part(part_of(sheet), changed))


def test_an_encoding_that_nobody_knows_is_refused_by_name():
    data = with_part(part_of("fleets"), lambda part: part.replace(b'encoding="UTF-8"', b'encoding="x-front-line"'))
    assert found(data) == [
        f"encoding error workbook: the part {part_of('fleets')} is written in x-front-line, which cannot be read; "
        "open the workbook in Excel or LibreOffice and save it again"
    ]


def test_the_file_that_all_of_these_are_made_from_has_its_usual_findings():
    assert found(packed(parts(SMALL))) == list(usual())
    assert read_as(SMALL)
    assert in_sheet("demand", "<v>14000</v>", "<v>14001</v>") != SMALL
