"""The template, its dictionary and the workbook page say what the schema says, and what is written passes check."""

from __future__ import annotations

import datetime
import re
import shutil
import subprocess
from pathlib import Path

import openpyxl
import pytest

import aidplan.workbook
from aidplan.commands.check import check_workbook
from aidplan.commands.template import TemplateError, make_template
from aidplan.workbook import describing, open_workbook, plan_data
from aidplan.workbook.codes import CODES
from aidplan.workbook.documentation import page
from aidplan.workbook.periods import Calendar
from aidplan.workbook.schema import NOTES, SETTINGS, SHEETS
from aidplan.workbook.write.dictionary import DICTIONARY
from aidplan.workbook.write.template import next_year, write_template

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    return write_template(tmp_path_factory.mktemp("template") / "empty.xlsx", Calendar(2025 * 4 + 2, 3, 5))


@pytest.fixture(scope="module")
def example(tmp_path_factory):
    return make_template(tmp_path_factory.mktemp("template") / "example.xlsx", example=True)


def test_the_documentation_is_what_the_schema_says():
    assert (ROOT / "docs" / "workbook.md").read_text(encoding="utf-8") == page()


def test_every_code_of_a_finding_is_documented_and_none_besides():
    source = "\n".join(
        path.read_text(encoding="utf-8")
        for path in Path(aidplan.workbook.__file__).parent.rglob("*.py")
        if path.parent.name != "workbook" or path.name != "codes.py"
    )
    known = [code for chapter in CODES.values() for code in chapter]
    assert len(known) == len(set(known))
    assert [code for code in known if f'"{code}"' not in source] == []
    named = re.findall(
        r'(?:Finding|CellError|UnreadableFileError|UnsafeXmlError|Broken|_error|_say|warning|warn)\(\s*(?:self\.report\()?\s*"([a-z-]+)"',
        source,
    )
    assert len(named) > 60
    assert sorted(set(named) - set(known)) == []


def test_the_template_has_every_column_and_a_column_for_each_period(empty):
    book = openpyxl.load_workbook(empty)
    assert book.sheetnames == [*SHEETS, DICTIONARY]
    for sheet in SHEETS.values():
        periods = (
            ["2025-Q3", "2025-Q4", "2026-Q1", "2026-Q2", "2026-Q3"]
            if sheet.periods and sheet.periods.is_time_table
            else []
        )
        heads = [cell.value for cell in book[sheet.name][1]]
        assert heads == [*(column.name for column in sheet), *periods, *(note.name for note in NOTES)]
        assert all(cell.comment and cell.comment.text for cell in book[sheet.name][1])
        assert book[sheet.name].freeze_panes == f"{chr(65 + (len(sheet.keys) or 2))}2"


def test_the_dictionary_explains_every_column_and_setting(empty):
    rows = [
        [cell or "" for cell in row] for row in openpyxl.load_workbook(empty)[DICTIONARY].iter_rows(values_only=True)
    ]
    for sheet in SHEETS.values():
        lines = (
            [describing.line(setting) for setting in SETTINGS] if sheet.name == "settings" else describing.lines(sheet)
        )
        for line in lines:
            assert [
                sheet.name,
                line.column,
                "key" if line.is_key else "",
                line.kind,
                line.unit,
                line.meaning,
                line.allowed,
                line.when_empty,
            ] in rows


def test_codes_words_and_ranges_have_drop_downs(example):
    book = openpyxl.load_workbook(example)
    rules = {
        (name, str(rule.sqref)): rule for name in book.sheetnames for rule in book[name].data_validations.dataValidation
    }
    assert rules["funds", "C2:C5001"].formula1 == '"lend_lease,tranche"'
    assert rules["lanes", "A2:A5001"].formula1.startswith("OFFSET(places!$A$2")
    assert (rules["fleets", "D2:D5001"].formula1, rules["fleets", "D2:D5001"].formula2) == ("0.0", "1.0")
    assert rules["products", "D2:D5001"].type == "whole"


def test_the_empty_template_passes_check_with_warnings_of_empty_sheets_alone(empty):
    result = check_workbook(empty)
    assert result.exit_code == 0
    assert {(finding.code, finding.severity) for finding in result.findings} == {("no-rows", "warning")}
    assert result.workbook.tables.calendar.labels == ("2025-Q3", "2025-Q4", "2026-Q1", "2026-Q2", "2026-Q3")


def test_the_example_has_no_finding_and_its_scenarios_say_what_they_change(example):
    result = check_workbook(example)
    assert result.exit_code == 0
    assert result.workbook.findings == ()
    assert {scenario.name: scenario.changes for scenario in result.scenarios} == {
        "surge": ("8 cells of demand (capability=fires), 2025-03.. ×1.3",),
        "us_stops": ("4 cells of funding (fund=US_AID), 2025-03.. = 0",),
        "late_tranches": ("1 cell of funds (mode=tranche), approval_delay +1",),
        "hub_closed": ("1 cell of places (place=rzeszow), 2025-03 = 0",),
    }
    assert all(row["source"] for sheet in SHEETS if sheet != "settings" for row in result.workbook.tables[sheet])


def test_the_small_workbook_is_the_example(example):
    small = open_workbook(ROOT / "inputs" / "small.xlsx")
    assert plan_data(small.tables) == plan_data(open_workbook(example).tables)


def test_no_file_is_written_over(tmp_path):
    taken = tmp_path / "mine.xlsx"
    taken.write_bytes(b"mine")
    with pytest.raises(TemplateError, match="is there already and is not overwritten"):
        make_template(taken)
    assert taken.read_bytes() == b"mine"
    with pytest.raises(TemplateError, match=r"must end in \.xlsx"):
        make_template(tmp_path / "plan.xls")


def test_an_empty_workbook_plans_for_the_coming_year():
    assert next_year(datetime.date(2026, 11, 23)).labels[::11] == ("2027-01", "2027-12")


@pytest.mark.looks
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_opens_the_example_and_keeps_its_meaning(example, tmp_path):
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(tmp_path), str(example)],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    saved = open_workbook(tmp_path / example.name)
    assert saved.findings == ()
    assert plan_data(saved.tables) == plan_data(open_workbook(example).tables)
