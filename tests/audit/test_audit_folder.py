"""What is wrong with a run's files, its manifest or its spreadsheet is told, and nothing of it raises."""

import json
import shutil
import subprocess
import sys
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aidplan.audit import audit_run
from aidplan.runs import write_run
from tests.audit.hand_made import (
    AUG,
    GOALS,
    PLAN,
    RANKS,
    SHEETS,
    change_manifest,
    change_value,
    forge,
    frames,
    rows_of,
    write_plan_sheet,
    write_rows,
    write_workbook,
)


def places(report):
    return {(finding.check, finding.place) for finding in report.findings}


def told(report, check):
    return [str(finding) for finding in report.findings if finding.check == check]


def edit(run, name, change):
    path = run / name
    path.write_bytes(change(path.read_bytes()))


FILES = ("workbook.xlsx", "findings.json", "plan.xlsx", "tables/made.csv", "tables/coverage.csv", "tables/backed.csv")


@pytest.mark.parametrize("name", FILES)
def test_a_changed_byte_of_any_file_is_told_by_its_hash(run, name):
    edit(run, name, lambda data: data + b" ")
    assert ("files", name) in places(audit_run(run))


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_told(run, name):
    (run / name).unlink()
    assert ("files", name) in places(audit_run(run))


def test_a_table_that_is_missing_from_the_manifest_too_is_told(run):
    (run / "tables" / "stock.csv").unlink()
    forge(run)
    assert ("table", "tables/stock.csv") in places(audit_run(run))


def test_a_table_added_to_the_run_is_told(run):
    (run / "tables" / "extra.csv").write_text("")
    assert ("files", "tables/extra.csv") in places(audit_run(run))


@pytest.mark.parametrize("name", ["../hand-made.xlsx", "/etc/hostname", "tables/../../hand-made.xlsx"])
def test_a_manifest_that_names_files_outside_the_run_reaches_none_of_them(run, name):
    files = json.loads((run / "run.json").read_text())["files"]
    change_manifest(run, files={**files, name: "0"})
    assert told(audit_run(run), "files") == [
        f"{name}: is missing from the run; bring back the file as it was written, or solve again"
    ]


@pytest.mark.parametrize("goal", GOALS)
def test_a_goal_told_otherwise_in_the_manifest_is_found(run, goal):
    change_manifest(run, goals={**GOALS, goal: GOALS[goal] * 1.00001})
    report = audit_run(run)
    assert told(report, "goals")[0].startswith(f"run.json: says {goal} ")
    assert {finding.check for finding in report.findings} == {"goals", "plan.xlsx"}


def test_a_goal_that_the_manifest_does_not_tell_is_found(run):
    change_manifest(run, goals={name: value for name, value in GOALS.items() if name != "equity"})
    assert told(audit_run(run), "goals")[0].startswith("run.json: gives no value of the goal equity")


@pytest.mark.parametrize(
    ("ranks", "says"),
    [
        ([{**RANKS[0], "value": RANKS[0]["value"] * 1.00001}, *RANKS[1:]], "says rank 1 is"),
        ([{**RANKS[0], "value": RANKS[0]["value"] * 0.99999}, *RANKS[1:]], "says rank 1 is"),
        ([RANKS[0], {**RANKS[1], "value": 0.44}, RANKS[2]], "says rank 2 is 0.44 at best (and at most 0.462)"),
        ([RANKS[0], RANKS[2]], "ranks 1 coverage+equity, 4 cost where the workbook ranks 1 coverage+equity, 2 parity"),
        ([], "ranks nothing where the workbook ranks"),
        ([RANKS[0], {**RANKS[1], "goals": ["cost"]}, RANKS[2]], "ranks 1 coverage+equity, 2 cost, 4 cost where"),
        ([RANKS[0], {**RANKS[1], "value": None}, RANKS[2]], "gives no best total of rank 2"),
    ],
)
def test_ranks_told_otherwise_in_the_manifest_are_found(run, ranks, says):
    change_manifest(run, ranks=ranks)
    assert says in told(audit_run(run), "ranks")[0]


@pytest.mark.parametrize("status", ["time_limit", "memory_limit"])
def test_after_a_limit_the_ranks_that_were_reached_are_enough(run, status):
    change_manifest(run, status=status, ranks=RANKS[:1])
    assert audit_run(run).passed


def test_a_workbook_exchanged_for_another_is_found_in_every_way(run):
    sheets = {**SHEETS, "funding": [*SHEETS["funding"][:-1], ["DEF", None, 1, 2, 1]]}
    write_workbook(run / "workbook.xlsx", sheets)
    report = audit_run(run)
    assert ("files", "workbook.xlsx") in places(report)
    assert ("balance", "tables/balance.csv row 3 (DEF, 2024-08)") in places(report)


@pytest.mark.parametrize("scenario", ["surge", "unheard of"])
def test_a_run_of_another_scenario_than_it_says_is_found(run, scenario):
    change_manifest(run, scenario=scenario)
    report = audit_run(run)
    assert ("workbook" if scenario != "surge" else "coverage") in {finding.check for finding in report.findings}


def test_a_workbook_that_breaks_a_rule_is_told_with_its_cell(run):
    sheets = {**SHEETS, "lanes": [*SHEETS["lanes"], ["US", "nowhere", *[None] * 6]]}
    write_workbook(run / "workbook.xlsx", sheets)
    forge(run)
    assert "workbook.xlsx: is refused: lanes!B6: " in told(audit_run(run), "workbook")[0]


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        (["USAI", "@us", "grenade", AUG, "1"], "the workbook knows no item `grenade`"),
        (["USAI", "nowhere", "shell", "2030-01", "1"], "the workbook knows no plant `nowhere` and no period `2030-01`"),
        (["USAI", "de", "gun", AUG, "-1"], "value is -1; a row holds what is above 0"),
        (["USAI", "de", "gun", AUG, "0.0"], "value is 0.0; a row holds what is above 0"),
        (["USAI", "de", "gun", AUG, "inf"], "value is `inf`, which is no number"),
        (["USAI", "de", "gun", AUG, "many"], "value is `many`, which is no number"),
        (["EUF", "de", "shell", AUG, "5"], "is the same as row 3; a table has one row a key"),
        (["USAI", "de", "gun", AUG], "has not the header's cells"),
        (["USAI", "de", "gun", AUG, "1", "2"], "has not the header's cells"),
    ],
)
def test_a_row_that_cannot_be_one_of_the_plans_is_told(run, cells, says):
    write_rows(run, "ordered", [*rows_of(run, "ordered"), cells])
    forge(run)
    assert f"tables/ordered.csv row 10: {says}" in told(audit_run(run), "table")[0]


def test_a_table_without_its_columns_is_told(run):
    header, *rows = rows_of(run, "stock")
    write_rows(run, "stock", [["place", "item", "month", "value"], *rows])
    forge(run)
    assert told(audit_run(run), "table")[0].startswith("tables/stock.csv row 2: there is no period")
    assert header[2] == "period"


def test_a_number_changed_in_the_spreadsheet_alone_is_found(run):
    tables = frames(PLAN)
    tables["stock"].loc[0, "value"] += 1e-9
    write_plan_sheet(run / "plan.xlsx", tables, GOALS)
    forge(run)
    assert told(audit_run(run), "plan.xlsx")[0].startswith(
        "plan.xlsx data!O61: says 1.000000001, tables/stock.csv row 2 (DE, shell"
    )


def test_a_goal_changed_in_the_spreadsheet_alone_is_found(run):
    write_plan_sheet(run / "plan.xlsx", frames(PLAN), {**GOALS, "cost": 4.6})
    forge(run)
    assert told(audit_run(run), "plan.xlsx")[0].startswith(
        "plan.xlsx Summary of the plan!C4: says cost 4.6, run.json says 4.594"
    )


@pytest.mark.parametrize("lacks", ["a row", "has a row more", "a goal", "the sheet"])
def test_a_spreadsheet_that_tells_less_or_more_than_the_tables_is_found(run, lacks):
    tables, goals = frames(PLAN), dict(GOALS)
    if lacks == "a row":
        tables["stock"] = tables["stock"].iloc[1:]
    elif lacks == "has a row more":
        change_value(run, "backed", ("de", "powder", "2024-09"), None)
    elif lacks == "a goal":
        del goals["parity"]
    write_plan_sheet(run / "plan.xlsx", tables, goals)
    if lacks == "the sheet":
        write_workbook(run / "plan.xlsx", {"Summary of the plan": [["goals"]]})
    forge(run)
    says = {
        "a row": "plan.xlsx data: lacks tables/stock.csv row 2 (DE, shell, 2024-07)",
        "has a row more": "gives backed of de, powder, 2024-09, which the table does not have",
        "a goal": "plan.xlsx: has no cell named goal_parity",
        "the sheet": "plan.xlsx: has no sheet `data`",
    }
    assert any(says[lacks] in finding for finding in told(audit_run(run), "plan.xlsx"))


def test_a_cell_far_out_in_the_spreadsheet_is_told_and_does_no_harm(run):
    write_workbook(run / "plan.xlsx", {"data": [["quantity"]]})
    with zipfile.ZipFile(run / "plan.xlsx") as package:
        parts = {name: package.read(name) for name in package.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    parts[sheet] = parts[sheet].replace(b"</row>", b'</row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')
    with zipfile.ZipFile(run / "plan.xlsx", "w") as package:
        for name, part in parts.items():
            package.writestr(name, part)
    forge(run)
    assert told(audit_run(run), "plan.xlsx") == [
        f"plan.xlsx: cannot be read as a workbook ({sheet} has a cell far outside of what a report holds); "
        "bring back the file as it was written, or solve again"
    ]


@pytest.fixture
def run_without_plan(tmp_path):
    write_workbook(tmp_path / "plan.xlsx", SHEETS)
    manifest = {"run": "", "scenario": "base", "status": "infeasible", "verified": True, "goals": None, "ranks": [],
                "workbook": {"file": "plan.xlsx"}}  # fmt: skip
    return write_run(tmp_path / "runs", "none", manifest=manifest, workbook=tmp_path / "plan.xlsx", findings=[])


def test_a_run_that_has_no_plan_is_audited_as_far_as_it_goes(run_without_plan):
    sha256 = json.loads((run_without_plan / "run.json").read_text())["files"]["workbook.xlsx"]
    change_manifest(run_without_plan, workbook={"file": "plan.xlsx", "sha256": sha256})
    assert audit_run(run_without_plan).passed
    edit(run_without_plan, "findings.json", lambda data: data + b" ")
    assert not audit_run(run_without_plan).passed


def test_a_run_that_says_it_has_no_plan_holds_no_tables(run):
    change_manifest(run, status="infeasible")
    assert ("files", "tables") in places(audit_run(run))


def test_a_run_that_says_it_has_a_plan_holds_its_tables(run_without_plan):
    change_manifest(run_without_plan, status="optimal")
    forge(run_without_plan)
    assert ("table", "tables/made.csv") in places(audit_run(run_without_plan))


def test_prices_and_ties_must_speak_of_this_plan(run):
    (run / "tables" / "prices.csv").write_text(
        '"goal","limit","fund","plant","item","class","country","channel","period","price"\n'
        '"parity","capacity","","de","","","","","2024-08",0.5\n'
        '"coverage+equity","share_max","USAI","","shell, gun","*","DE","order","",-1e-3\n'
        '"coverage","capacity","","de","","","","","2024-08",0.5\n'
        '"parity","luck","","de","","","","","2024-08",0.5\n'
        '"parity","capacity","","us","","","","","2024-08",0\n'
    )
    (run / "tables" / "ties.csv").write_text(
        '"quantity","place","item","period","least","most","exact"\n'
        '"stock","hub","shell","2024-08",4.5,5.0,"yes"\n"stock","hub","shell","2024-08",0.0,4.4,""\n'
        '"luck","hub","","",0.0,1.0,""\n"stock","hub","shell","2024-08",0.0,inf,"yes"\n'
        '"stock","hub","shell","2024-08",0.0,5.0,"no"\n'
    )
    forge(run)
    report = audit_run(run)
    assert [finding.split(";")[0] for finding in told(report, "prices")] == [
        "tables/prices.csv row 4: no rank optimised `coverage`",
        "tables/prices.csv row 5: the plan has no limit `luck`",
        "tables/prices.csv row 6: the workbook knows no plant `us`",
        "tables/prices.csv row 6: price is `0`",
    ]
    assert [finding.split(";")[0] for finding in told(report, "ties")] == [
        "tables/ties.csv row 3: at most 4.4, but tables/stock.csv row 9 (hub, shell, 2024-08) says 4.5",
        "tables/ties.csv row 4: the plan has no quantity `luck`",
        "tables/ties.csv row 6: exact is `no`",
    ]


@pytest.mark.parametrize(
    "manifest",
    [
        "",
        "[]",
        "{}",
        "null",
        '{"files": 1}',
        "\x00",
        '{"scenario": "base", "status": "optimal", "workbook": {}, "files": []}',
    ],
)
def test_a_manifest_that_is_none_is_told(run, manifest):
    (run / "run.json").write_text(manifest)
    report = audit_run(run)
    assert {finding.place for finding in report.findings} == {"run.json"}
    assert "hand-made: failed" in report.as_text()


def test_a_folder_without_a_manifest_is_no_run(run):
    (run / "run.json").unlink()
    assert told(audit_run(run), "manifest") == [
        "run.json: is missing, so this folder is not a run; give the folder of a run"
    ]
    assert not audit_run(run / "nowhere").passed


@pytest.mark.parametrize("key", ["goals", "ranks", "workbook", "files", "scenario", "status", "verified"])
@pytest.mark.parametrize("value", [None, 1, "x", [], {}, [1], {"a": [None]}, [{"rank": [], "goals": {}}]])
def test_whatever_a_manifest_says_an_audit_gives_a_report(run, key, value):
    change_manifest(run, **{key: value})
    assert audit_run(run).passed is (key == "verified")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_bytes_in_any_file_give_a_report(kept_run, tmp_path_factory, data):
    name = data.draw(st.sampled_from(["run.json", *FILES]))
    original = (kept_run / name).read_bytes()
    at = data.draw(st.integers(0, max(0, len(original) - 1)))
    new = original[:at] + data.draw(st.binary(max_size=4)) + original[at + data.draw(st.integers(0, 4)) :]
    run = tmp_path_factory.mktemp("bytes") / "run"
    shutil.copytree(kept_run, run)
    (run / name).write_bytes(new)
    report = audit_run(run)
    assert report.as_text()
    if name != "run.json" and new != original:
        assert ("files", name) in places(report)


def test_an_audit_brings_in_neither_model_nor_solver(run):
    code = (
        "import sys\nfrom aidplan.audit import audit_run\n"
        f"print(audit_run({str(run)!r}).passed)\n"
        "print(sorted({'pyomo', 'highspy', 'scipy', 'pandas', 'numpy', 'aidplan.solve'} & set(sys.modules)))"
    )
    assert subprocess.check_output([sys.executable, "-c", code], text=True) == "True\n[]\n"


def test_nothing_that_a_forged_run_says_steers_the_terminal(run):
    change_manifest(run, scenario="\x1b[2J\u202egood\n")
    text = audit_run(run).as_text()
    assert r"has no scenario `\x1b[2J\u202egood\n`" in text
    assert all(line.isprintable() for line in text.splitlines())
