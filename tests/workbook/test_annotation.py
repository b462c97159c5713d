"""check --annotate: a copy with every finding on its cell; the planner's own file stays as it is."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess

import openpyxl
import pytest

from aidplan.commands.check import check_workbook
from aidplan.workbook.write.annotation import COLOURS, FINDINGS_SHEET
from tests.workbook.books import put, small, written


@pytest.fixture
def broken(tmp_path):
    """A workbook with two errors on one cell's row, a scenario's error, a warning and a title as planners type it."""
    sheets = small()
    sheets[" Demand"] = sheets.pop("demand")
    for place, value in {
        "lanes!H2": 1.2,
        "lanes!F2": 0.5,
        "scenarios!F3": "=1+1",
        " Demand!D2": "1,5",
        "capacity!E1": "2024-12",
    }.items():
        put(sheets, place, value)
    path = tmp_path / "план б.xlsx"
    path.write_bytes(written(sheets))
    return path


def test_every_finding_is_a_comment_on_its_cell_and_a_linked_line(broken, tmp_path):
    before = hashlib.sha256(broken.read_bytes()).hexdigest()
    result = check_workbook(broken, tmp_path / "annotated.xlsx")
    assert hashlib.sha256(broken.read_bytes()).hexdigest() == before == result.workbook.sha256
    book = openpyxl.load_workbook(result.annotated)
    assert book["lanes"]["H2"].comment.text == "ERROR: loss is 1.2; it must lie in 0..1"
    assert book["lanes"]["H2"].fill.fgColor.rgb[-6:] == COLOURS["error"]
    assert book["capacity"]["E1"].fill.fgColor.rgb[-6:] == COLOURS["warning"]
    assert book["scenarios"]["F3"].comment.text == "ERROR in scenario late: value is `=1+1`; it must be a number"
    assert book[" Demand"]["D2"].comment.text == "ERROR: floor is the text `1,5`, not a number; type it as a number"
    lines = list(book[FINDINGS_SHEET].iter_rows(min_row=2))
    assert [tuple(cell.value or "" for cell in line) for line in lines] == [
        (finding.severity, finding.place, finding.scenario, finding.message, finding.remedy, finding.code)
        for finding in result.findings
    ]
    links = {line[1].value: line[1].hyperlink.location or line[1].hyperlink.target for line in lines}
    assert links["demand!D2"].lstrip("#") == "' Demand'!D2"
    assert book["scenarios"]["F3"].value == "=1+1"
    assert book["scenarios"]["F3"].data_type == "s"


def test_the_annotated_copy_is_a_workbook_with_the_same_findings(broken, tmp_path):
    first = check_workbook(broken, tmp_path / "annotated.xlsx")
    again = check_workbook(tmp_path / "annotated.xlsx", tmp_path / "again.xlsx")
    assert [str(finding) for finding in again.findings] == [str(finding) for finding in first.findings]
    assert openpyxl.load_workbook(tmp_path / "again.xlsx").sheetnames.count(FINDINGS_SHEET) == 1


def test_a_file_without_findings_says_so(tmp_path):
    path = tmp_path / "good.xlsx"
    path.write_bytes(written(small()))
    result = check_workbook(path, tmp_path / "annotated.xlsx")
    assert result.as_text().splitlines()[0] == "good.xlsx: 0 findings"
    assert openpyxl.load_workbook(tmp_path / "annotated.xlsx")[FINDINGS_SHEET]["A2"].value == "0 findings"


def test_the_workbook_itself_is_never_written_to(broken, tmp_path):
    data = broken.read_bytes()
    assert (
        check_workbook(broken, broken).problem
        == f"{broken} is the workbook itself, which is never written to; name another file"
    )
    assert check_workbook(broken, tmp_path / "annotated.pdf").problem == f"{tmp_path}/annotated.pdf must end in .xlsx"
    assert (
        "cannot be written (No such file or directory)"
        in check_workbook(broken, tmp_path / "nowhere" / "annotated.xlsx").problem
    )
    (tmp_path / "half.xlsx").write_bytes(data[:2000])
    assert "cut off or damaged" in check_workbook(tmp_path / "half.xlsx", tmp_path / "annotated.xlsx").problem
    assert broken.read_bytes() == data
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["half.xlsx", broken.name])


def test_a_copy_that_cannot_be_written_does_not_hide_the_judgement(tmp_path):
    path = tmp_path / "good.xlsx"
    path.write_bytes(written(small()))
    result = check_workbook(path, path)
    assert result.exit_code == 2
    assert result.as_text().splitlines()[0] == "good.xlsx: 0 findings"
    assert result.as_text().splitlines()[-1] == result.problem


def test_the_judgement_as_text_and_json(broken):
    result = check_workbook(broken)
    assert result.exit_code == 3
    assert result.refused == ("base", "late")
    assert result.as_text().splitlines() == [
        "план б.xlsx: 4 errors, 1 warning",
        "error: lanes!F2: transit is 0.5; it must be whole periods",
        "error: lanes!H2: loss is 1.2; it must lie in 0..1",
        "error: demand!D2: floor is the text `1,5`, not a number; type it as a number",
        "warning: capacity!E1: the columns 2024-12 lie outside the horizon and are ignored; the plan runs from 2024-07 to 2024-09",
        "",
        "2 scenarios:",
        "surge: 3 cells of demand (capability=fires), ×1.3",
        "late (refused)",
        "  error: scenarios!F3: value is `=1+1`; it must be a number",
        "",
        "not used:",
        "capacity!E1: the columns 2024-12 lie outside the horizon and are ignored; the plan does not reach there",
        "",
        "The workbook is refused: fix the errors and check again. What is valid but unusual is shown once the errors are fixed.",
    ]
    said = json.loads(result.as_json())
    assert (said["exit_code"], said["refused"], said["workbook"]["file"]) == (3, ["base", "late"], "план б.xlsx")
    assert said["findings"][1] == {
        "place": "lanes!H2", "code": "out-of-range", "severity": "error", "sheet": "lanes", "cell": "H2",
        "message": "loss is 1.2", "remedy": "it must lie in 0..1", "scenario": "",
    }  # fmt: skip
    assert [scenario["refused"] for scenario in said["scenarios"]] == [False, True]


def test_a_scenario_alone_may_be_refused(tmp_path):
    sheets = small()
    put(sheets, "scenarios!F3", -1)
    path = tmp_path / "plan.xlsx"
    path.write_bytes(written(sheets))
    result = check_workbook(path)
    assert (result.exit_code, result.workbook.refused, result.refused) == (3, False, ("late",))
    assert result.as_text().splitlines()[-1] == "The base can be solved. Refused: late."


@pytest.mark.looks
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_opens_the_annotated_copy_and_keeps_its_comments(broken, tmp_path):
    result = check_workbook(broken, tmp_path / "annotated.xlsx")
    out = tmp_path / "out"
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(out), str(result.annotated)],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    assert "loss is 1.2" in openpyxl.load_workbook(out / "annotated.xlsx")["lanes"]["H2"].comment.text
