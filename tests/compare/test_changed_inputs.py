from __future__ import annotations

import openpyxl

from aidplan.compare.blocks import WORDING
from aidplan.compare.inputs import changed_inputs
from aidplan.workbook import open_workbook
from aidplan.workbook.schema import SHEETS
from tests.compare.conftest import SMALL, column, edited, put


def changes(path, earlier=SMALL):
    return changed_inputs(open_workbook(earlier).tables, open_workbook(path).tables)


def reversed_rows(book: openpyxl.Workbook) -> None:
    """Every sheet's rows from the last to the first; the scenarios' order has a meaning and stays."""
    for sheet in book:
        if sheet.title not in SHEETS or sheet.title == "scenarios":
            continue
        rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
        for number, values in enumerate(reversed(rows), start=2):
            for at, value in enumerate(values, start=1):
                sheet.cell(number, at).value = value


def test_cells_are_found_by_key_with_rows_in_any_order(tmp_path):
    path = edited(
        tmp_path,
        lambda book: put(book, "funding", ("US_AID",), "2025-02", 50),
        lambda book: put(book, "demand", ("south", "armour"), "priority", 1.5),
        reversed_rows,
    )
    found = {(one.sheet, one.key, one.column): one for one in changes(path)}
    assert set(found) == {("funding", ("US_AID",), "2025-02"), ("demand", ("south", "armour"), "priority")}
    one = found["funding", ("US_AID",), "2025-02"]
    assert (one.before, one.after) == (48, 50)
    assert one.text == "funding US_AID 2025-02: 48 → 50"
    cell = openpyxl.load_workbook(path)["funding"][one.address.split("!")[1]]
    assert cell.value == 50


def test_the_same_workbook_in_another_order_has_no_change(tmp_path):
    assert changes(edited(tmp_path, reversed_rows)) == []


def test_rows_added_and_removed_are_told_with_what_they_hold(tmp_path):
    def edit(book):
        book["menu"].delete_rows(6)
        book["menu"].append(["NL_AID", "*", "armour", "*", "order", "yes"])

    found = changes(edited(tmp_path, edit))
    assert [(one.what, one.key[0], one.key[2]) for one in found] == [
        ("added", "NL_AID", "armour"),
        ("removed", "NL_AID", "*"),
    ]
    assert "allow yes" in str(found[0].after)


def test_a_default_typed_out_is_no_change_and_words_are_told_as_such(tmp_path):
    path = edited(
        tmp_path,
        lambda book: put(book, "demand", ("east", "armour"), "floor", 0),
        lambda book: put(book, "places", ("east",), "name", "The east"),
    )
    (one,) = changes(path)
    assert (one.column, one.block) == ("name", WORDING)


def test_workbooks_with_other_periods_compare_on_the_periods_they_share(tmp_path):
    def later(book):
        put(book, "settings", ("start",), "value", "2025-02")
        put(book, "settings", ("periods",), "value", 5)
        put(book, "demand", ("east", "fires"), "2025-05", 17000)
        for sheet in book:
            headings = [cell.value for cell in sheet[1]]
            if "2025-01" in headings and sheet.title != "funding":
                sheet.delete_cols(column(sheet, "2025-01"))

    found = changes(edited(tmp_path, later))
    assert {(one.sheet, one.column) for one in found if one.sheet == "settings"} == {("settings", "")}
    assert [one.text for one in found if one.sheet != "settings"] == ["demand east / fires 2025-05: 16,000 → 17,000"]


def test_the_source_of_a_setting_is_words_and_its_value_is_not(tmp_path):
    def edit(book):
        put(book, "settings", ("urgency_rate",), "source", "the staff")
        put(book, "settings", ("urgency_rate",), "value", 0.5)

    assert {one.column: one.block for one in changes(edited(tmp_path, edit))} == {"source": WORDING, "": "demand"}
