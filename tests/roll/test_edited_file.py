"""A workbook's file changed cell by cell: what is not changed stays byte for byte, and nothing moves."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from aidplan.roll.package import Package
from aidplan.roll.sheet_xml import SheetXml, SheetXmlError


@pytest.fixture
def rich(tmp_path: Path) -> bytes:
    """A workbook with what a load and a save would lose or change: a chart, a table, a sparkline, comments, formats."""
    path = tmp_path / "rich.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        money = book.add_format({"num_format": "#,##0.00", "bg_color": "#DDEBF7"})
        page, notes = book.add_worksheet("needs"), book.add_worksheet("#notes")
        page.add_table(0, 0, 3, 3, {"columns": [{"header": h} for h in ("place", "2024-07", "2024-08", "source")]})
        for row, (place, july, august) in enumerate((("east", 11, 12), ("south & west", 21, 22), ("Heer", 31, 32)), 1):
            page.write(row, 0, place)
            page.write(row, 1, july, money)
            page.write_formula(row, 2, f"=B{row + 1}+1", money, august)
        page.write_comment(1, 1, "from the staff")
        page.conditional_format(1, 1, 3, 2, {"type": "data_bar"})
        page.add_sparkline(1, 5, {"range": "needs!B2:C2"})
        notes.write_formula("A1", "=SUM(needs!B2:C4)", None, 129)
        notes.write("A2", '<kept> & "as it is"')
        chart = book.add_chart({"type": "line"})
        chart.add_series({"values": "=needs!$B$2:$C$2"})
        notes.insert_chart("C3", chart)
    return path.read_bytes()


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_changed_cell_changes_one_part_alone(rich):
    package = Package(rich)
    package.sheet("needs").put(2, 1, 13.5)
    before, after = parts(rich), parts(package.finished())
    changed = {name for name in before if before[name] != after.get(name)}
    assert changed == {"xl/worksheets/sheet1.xml"}
    assert after.keys() == before.keys()
    assert b'fullCalcOnLoad="1"' in after["xl/workbook.xml"]
    head, tail = (
        before["xl/worksheets/sheet1.xml"].split(b"<sheetData>")[0],
        before["xl/worksheets/sheet1.xml"].split(b"</sheetData>")[1],
    )
    assert after["xl/worksheets/sheet1.xml"].startswith(head)
    assert after["xl/worksheets/sheet1.xml"].endswith(tail)  # conditional formats, sparklines, the table


def test_values_texts_and_empty_cells_are_read_back_with_their_formats(rich):
    package = Package(rich)
    page = package.sheet("needs")
    page.put(2, 1, 13.5)
    page.put(3, 0, "north < 7 & \x07")
    page.put(4, 1, None)
    page.put(9, 6, "below")
    book = openpyxl.load_workbook(io.BytesIO(package.finished()))
    needs = book["needs"]
    assert needs["B2"].value == 13.5
    assert needs["B2"].number_format == "#,##0.00"
    assert needs["A3"].value == "north < 7 & ?"
    assert needs["B4"].value is None
    assert needs["B4"].number_format == "#,##0.00"
    assert needs["G9"].value == "below"
    assert needs["B2"].comment.text == "from the staff"
    assert book["#notes"]["A1"].value == "=SUM(needs!B2:C4)"
    assert book["#notes"]["A2"].value == '<kept> & "as it is"'


def test_a_formula_gives_way_to_the_value_that_it_had(rich):
    package = Package(rich)
    page = package.sheet("needs")
    assert sorted(page.formulas()) == [(2, 2), (3, 2), (4, 2)]
    assert page.plain(2, 2)
    assert not page.plain(2, 1)
    needs = openpyxl.load_workbook(io.BytesIO(package.finished()))["needs"]
    assert [needs.cell(row, 3).value for row in (2, 3, 4)] == [12, "=B3+1", "=B4+1"]


def test_the_column_of_a_table_is_named_as_its_header_cell(rich):
    package = Package(rich)
    package.sheet("needs").put(1, 1, "#2024-07")
    package.rename_column("needs", 1, "#2024-07")
    needs = openpyxl.load_workbook(io.BytesIO(package.finished()))["needs"]
    names = [column.name for column in next(iter(needs.tables.values())).tableColumns]
    assert (
        names == [needs.cell(1, column).value for column in (1, 2, 3, 4)] == ["place", "#2024-07", "2024-08", "source"]
    )


def test_hidden_columns_are_split_off_from_the_ranges_that_describe_them():
    cols = b'<cols><col min="1" max="5" width="12" customWidth="1"/><col min="9" max="9" width="3"/></cols>'
    head = b"<worksheet>" + cols + b"<sheetData/></worksheet>"
    page = SheetXml(head)
    page.hide([2, 6])
    cols = re.findall(
        r'<col min="(\d+)" max="(\d+)"(?: width="(\d+)")?[^>]*?( hidden="1")?/>', page.finished().decode()
    )
    hidden = ' hidden="1"'
    assert cols == [
        ("1", "2", "12", ""),
        ("3", "3", "12", hidden),
        ("4", "5", "12", ""),
        ("7", "7", "9", hidden),
        ("9", "9", "3", ""),
    ]


def test_a_new_sheet_is_listed_last_and_one_of_its_name_is_made_anew(rich):
    package = Package(rich)
    package.new_sheet("#rolled & more").put(1, 0, "first")
    once = package.finished()
    again = Package(once)
    again.new_sheet("#rolled & more", (20.0,)).put(1, 0, "second")
    book = openpyxl.load_workbook(io.BytesIO(again.finished()))
    assert book.sheetnames == ["needs", "#notes", "#rolled & more"]
    assert book["#rolled & more"]["A1"].value == "second"


def test_rows_and_cells_without_addresses_are_counted():
    page = SheetXml(
        b"<x:worksheet xmlns:x='m'><x:sheetData><x:row><x:c><x:v>1</x:v></x:c><x:c/></x:row><x:row r='4'/>"
        b"</x:sheetData></x:worksheet>"
    )
    page.put(1, 1, 2.5)
    assert page.width() == 2
    assert '<x:c r="A1"><x:v>1</x:v></x:c><x:c r="B1"><x:v>2.5</x:v></x:c>' in page.finished().decode()


def test_a_shared_formula_that_stays_gets_a_text_of_its_own():
    from aidplan.roll.writing import unshare

    page = SheetXml(
        b'<worksheet><sheetData><row r="2"><c r="B2"><f t="shared" ref="B2:C3" si="0">A2*2</f><v>4</v></c>'
        b'<c r="C2"><f t="shared" si="0"/><v>8</v></c></row></sheetData></worksheet>'
    )
    formulas = page.formulas()
    unshare(page, {(2, 1): formulas[2, 1]}, {(2, 2): formulas[2, 2]})
    page.plain(2, 1)
    assert '<c r="B2"><v>4</v></c><c r="C2"><f>B2*2</f><v>8</v></c>' in page.finished().decode()


def test_a_sheet_that_is_none_is_refused():
    with pytest.raises(SheetXmlError, match="no sheetData"):
        SheetXml(b"<chartsheet/>")


def test_macros_are_left_out_and_said(rich):
    with_macros = io.BytesIO()
    with zipfile.ZipFile(with_macros, "w") as archive:
        for name, part in parts(rich).items():
            archive.writestr(name, part)
        archive.writestr("xl/vbaProject.bin", b"code")
    package = Package(with_macros.getvalue())
    assert "xl/vbaProject.bin" not in parts(package.finished())
    assert package.lost == ["its macros"]
