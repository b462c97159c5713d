import hashlib
import json
import subprocess
import sys

import pytest

from aidplan.runs import RunError, list_runs, open_run, write_run
from aidplan.runs.writing import sha256
from tests.audit.hand_made import GOALS, MONTHS, PLAN, SHEETS, frames, write_hand_made_run, write_workbook


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return write_hand_made_run(tmp_path_factory.mktemp("reading"))


@pytest.fixture
def own_run(tmp_path):
    """A run that a test may spoil."""
    return write_hand_made_run(tmp_path)


def test_an_opened_run_is_the_plan_that_was_written(run):
    plan = open_run(run)
    written = frames(PLAN)
    assert plan.has_plan
    assert set(plan.tables) == set(written)
    for name, table in written.items():
        assert plan.tables[name].to_dict("list") == table.to_dict("list"), name
        assert [str(kind) for kind in plan.tables[name].dtypes] == [
            "float64" if column in ("value", "demand", "met", "unmet") else "str" for column in table.columns
        ]
    assert plan.manifest["goals"] == GOALS
    assert "files" not in plan.manifest
    assert plan.data.period_labels == MONTHS
    assert plan.data.demands["east", "fires"].demand == (200.0, 200.0, 200.0)
    assert plan.book.address("demand", ("east", "fires"), "floor") == "demand!D2"
    assert list(plan.findings) == []


def test_a_run_of_a_scenario_is_opened_with_its_numbers(tmp_path, run):
    write_workbook(tmp_path / "plan.xlsx", SHEETS)
    manifest = {**json.loads((run / "run.json").read_text()), "scenario": "surge"}
    del manifest["files"], manifest["workbook"]["sha256"]
    surge = write_run(tmp_path, "surge", manifest=manifest, workbook=tmp_path / "plan.xlsx", findings=[{"code": "x"}])
    plan = open_run(surge)
    assert plan.scenario == "surge"
    assert plan.data.demands["east", "fires"].demand == (400.0, 400.0, 400.0)
    assert not plan.has_plan
    assert list(plan.findings) == [{"code": "x"}]


@pytest.mark.parametrize("name", ["workbook.xlsx", "findings.json", "tables/stock.csv"])
def test_a_run_whose_numbers_were_changed_is_not_opened(own_run, name):
    (own_run / name).write_bytes((own_run / name).read_bytes() + b"\n")
    with pytest.raises(RunError, match=r"was changed after the run was written; `aidplan audit .*` says what"):
        open_run(own_run)
    (own_run / name).unlink()
    with pytest.raises(RunError, match=r"is missing from the run; bring it back"):
        open_run(own_run)


def test_a_report_that_was_annotated_hinders_nothing(own_run):
    (own_run / "plan.xlsx").write_bytes(b"my notes")
    assert open_run(own_run).has_plan


@pytest.mark.parametrize(
    ("manifest", "says"),
    [
        (None, "holds no run.json, so it is not a run"),
        ("{", "cannot be read"),
        ("[]", "has no `run`"),
        ('{"run": "a", "scenario": "base", "status": "optimal", "workbook": {}}', "has no `files`"),
    ],
)
def test_what_is_no_run_is_told_in_a_sentence(own_run, manifest, says):
    if manifest is None:
        (own_run / "run.json").unlink()
    else:
        (own_run / "run.json").write_text(manifest)
    with pytest.raises(RunError, match=says):
        open_run(own_run)


def test_a_folder_that_is_not_there_is_told_in_a_sentence(tmp_path):
    with pytest.raises(RunError, match="there is no such folder; `aidplan runs` lists the runs"):
        open_run(tmp_path / "nowhere")
    with pytest.raises(RunError, match="nowhere: No such file or directory; give a folder that holds runs"):
        list_runs(tmp_path / "nowhere")


def test_a_manifest_that_names_a_file_outside_the_run_reads_none_of_it(own_run):
    outside = own_run.parent / "secret.csv"
    outside.write_text('"place","value"\n')
    manifest = json.loads((own_run / "run.json").read_text())
    manifest["files"]["tables/../../secret.csv"] = sha256(outside)
    (own_run / "run.json").write_text(json.dumps(manifest))
    with pytest.raises(RunError, match="is missing from the run"):
        open_run(own_run)


def test_a_scenario_that_the_workbook_does_not_have_is_told(own_run):
    manifest = json.loads((own_run / "run.json").read_text())
    (own_run / "run.json").write_text(json.dumps({**manifest, "scenario": "peace"}))
    with pytest.raises(RunError, match="has no scenario `peace`"):
        open_run(own_run)


def test_a_workbook_that_is_refused_today_is_told_with_its_cell(own_run):
    write_workbook(own_run / "workbook.xlsx", {**SHEETS, "lanes": [*SHEETS["lanes"], ["US", "nowhere", *[None] * 6]]})
    manifest = json.loads((own_run / "run.json").read_text())
    manifest["files"]["workbook.xlsx"] = hashlib.sha256((own_run / "workbook.xlsx").read_bytes()).hexdigest()
    (own_run / "run.json").write_text(json.dumps(manifest))
    with pytest.raises(RunError, match=r"this version of aidplan refuses it: lanes!B6: "):
        open_run(own_run)


def test_runs_are_listed_oldest_first_from_their_manifests_alone(tmp_path, pieces):
    for name, started in (("b", "2024-07-01T10:00:00Z"), ("a", "2024-08-01T10:00:00Z"), ("c", "2024-06-01T10:00:00Z")):
        pieces["manifest"]["started"] = started
        path = write_run(tmp_path, name, **pieces)
        for file in path.rglob("*"):
            if file.is_file() and file.name != "run.json":
                file.unlink()
    (tmp_path / "notes").mkdir()
    (tmp_path / "readme.txt").write_text("")
    (tmp_path / ".d.aidplan-writing").mkdir()
    (tmp_path / ".d.aidplan-writing" / "run.json").write_text("{}")
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "run.json").write_text("{")
    listed = list_runs(tmp_path)
    assert [run.run for run in listed] == ["broken", "c", "b", "a"]
    last = listed[-1]
    assert (last.workbook, last.scenario, last.status, last.verified) == ("transport.xlsx", "base", "optimal", True)
    assert last.goals["cost"] == 153.675
    assert listed[0].status == "unreadable"
    assert "cannot be read" in listed[0].problem


def test_listing_runs_brings_in_no_pandas(tmp_path, pieces):
    write_run(tmp_path, "plan", **pieces)
    code = (
        "import sys; from aidplan.runs import list_runs\n"
        f"print(len(list_runs({str(tmp_path)!r})), {{'pandas', 'pyomo', 'numpy'}} & set(sys.modules))"
    )
    assert subprocess.check_output([sys.executable, "-c", code], text=True) == "1 set()\n"
