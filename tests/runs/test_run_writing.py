import hashlib
import json
import os
import subprocess
import sys

import pytest

from aidplan.runs import RunError, RunNameError, claim_run, place, write_run
from tests.runs.conftest import WORKBOOK, in_child, is_whole, listed

FILES = {"findings.json", "report.html", "run.json", "tables/made.csv", "tables/shipped.csv", "workbook.xlsx"}


def names(folder):
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}


def test_a_run_holds_its_files_and_a_manifest_with_the_hash_of_each(tmp_path, pieces):
    run = write_run(tmp_path / "out", "plan", **pieces)
    manifest = json.loads((run / "run.json").read_text())
    assert run == tmp_path / "out" / "plan"
    assert names(run) == FILES
    assert set(manifest["files"]) == FILES - {"run.json"}
    assert manifest["files"]["workbook.xlsx"] == hashlib.sha256(WORKBOOK).hexdigest()
    assert (run / "workbook.xlsx").read_bytes() == WORKBOOK
    assert json.loads((run / "findings.json").read_text()) == [{"code": "unused", "message": "Ґ"}]
    assert manifest["run"] == "plan"
    assert manifest["goals"]["cost"] == 153.675
    assert is_whole(run)
    assert listed(tmp_path / "out") == ["plan"]


def test_the_seconds_of_writing_are_told_and_added_to_the_total(tmp_path, pieces):
    seconds = json.loads((write_run(tmp_path, "plan", **pieces) / "run.json").read_text())["seconds"]
    assert seconds["total"] == pytest.approx(2.0 + seconds["write"])
    assert seconds["solve"] == 1.5


def test_a_run_without_a_plan_has_no_tables(tmp_path, pieces):
    pieces["manifest"]["status"] = "infeasible"
    run = write_run(tmp_path, "plan", **{**pieces, "tables": None, "reports": ()})
    assert names(run) == {"findings.json", "run.json", "workbook.xlsx"}
    assert not (run / "tables").exists()


def test_a_taken_name_is_an_error_and_the_older_run_stays(tmp_path, pieces):
    older = write_run(tmp_path, "plan", **pieces)
    before = (older / "run.json").read_bytes()
    with pytest.raises(RunNameError, match="there is a run of this name already"):
        write_run(tmp_path, "plan", **pieces)
    assert (older / "run.json").read_bytes() == before
    assert listed(tmp_path) == ["plan"]


@pytest.mark.parametrize("kind", ["file", "folder", "dangling link"])
def test_a_name_taken_by_what_is_no_run_is_an_error_too(tmp_path, pieces, kind):
    if kind == "file":
        (tmp_path / "plan").write_text("notes")
    elif kind == "folder":
        (tmp_path / "plan").mkdir()
    else:
        (tmp_path / "plan").symlink_to("nowhere")
    with pytest.raises(RunNameError, match="taken by what is not a run"):
        write_run(tmp_path, "plan", **pieces)
    assert listed(tmp_path) == ["plan"]


def test_a_name_taken_while_the_plan_was_solved_is_an_error_and_nothing_is_overwritten(tmp_path, pieces):
    with claim_run(tmp_path, "plan") as claimed:
        (tmp_path / "plan").mkdir()
        (tmp_path / "plan" / "notes").write_text("mine")
        with pytest.raises(RunNameError):
            claimed.write(**pieces)
    assert names(tmp_path) == {"plan/notes"}


def test_an_automatic_name_that_is_taken_gets_a_number(tmp_path, pieces):
    paths = [write_run(tmp_path, "plan", unique=True, **pieces) for _ in range(3)]
    assert [path.name for path in paths] == ["plan", "plan-2", "plan-3"]
    assert json.loads((paths[2] / "run.json").read_text())["run"] == "plan-3"


def test_a_name_claimed_by_a_solve_at_work_is_taken(tmp_path, monkeypatch):
    monkeypatch.setattr(place, "_PATIENCE", 0.1)
    with (
        claim_run(tmp_path, "plan"),
        pytest.raises(RunNameError, match="a run of this name is at work"),
        claim_run(tmp_path, "plan"),
    ):
        pytest.fail("two claims of one name")


def test_of_several_writers_of_one_name_one_wins_and_the_rest_are_told(tmp_path, pieces):
    ready, go = os.pipe()
    children = []
    for _ in range(5):
        child = os.fork()
        if child == 0:
            code = 9
            try:
                os.close(go)
                os.read(ready, 1)
                write_run(tmp_path, "plan", **pieces)
                code = 0
            except RunNameError:
                code = 2
            finally:
                os._exit(code)
        children.append(child)
    os.close(go)
    codes = sorted(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children)
    os.close(ready)
    assert codes == [0, 2, 2, 2, 2]
    assert listed(tmp_path) == ["plan"]
    assert is_whole(tmp_path / "plan")


def test_a_file_in_place_of_the_folder_is_told_in_a_sentence(tmp_path, pieces):
    (tmp_path / "out").write_text("")
    with pytest.raises(RunError, match=r"out is not a folder, so no run was written .*--out"):
        write_run(tmp_path / "out", "plan", **pieces)
    with pytest.raises(RunError, match=r"is not a folder, so no run was written .*--out"):
        write_run(tmp_path / "out" / "deeper", "plan", **pieces)


def test_a_read_only_folder_is_told_before_the_work(tmp_path, pieces, capfd):
    (tmp_path / "out").mkdir(mode=0o755)
    write_run(tmp_path / "out", "older", **pieces)
    (tmp_path / "out").chmod(0o555)

    def claim():
        os.chdir(tmp_path)
        if os.getuid() == 0:
            os.setuid(65534)  # permissions do not bind root
        with claim_run("out", "plan"):
            pass

    assert in_child(claim) == 70
    assert (
        "the folder out may not be written to, so no run was written and earlier runs are as they were"
        in capfd.readouterr().err
    )
    (tmp_path / "out").chmod(0o755)
    assert is_whole(tmp_path / "out" / "older")


def test_a_workbook_saved_anew_during_the_solve_is_not_passed_off_as_the_one_solved(tmp_path, pieces):
    (tmp_path / "plan.xlsx").write_bytes(b"a newer plan")
    with pytest.raises(RunError, match=r"transport.xlsx was changed while it was being solved"):
        write_run(tmp_path / "out", "plan", **{**pieces, "workbook": tmp_path / "plan.xlsx"})
    assert listed(tmp_path / "out") == []


def test_a_report_that_fails_leaves_no_run_and_its_own_error(tmp_path, pieces):
    def broken(path):
        path.write_text("half")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_run(tmp_path, "plan", **{**pieces, "reports": [("plan.xlsx", broken)]})
    assert listed(tmp_path) == []


def test_a_disk_that_refuses_a_report_is_told_as_the_disk(tmp_path, pieces):
    def wrapped(path):
        try:
            raise OSError(28, "No space left on device")
        except OSError as error:
            raise RuntimeError("could not close the file") from error

    with pytest.raises(RunError, match="the disk is full"):
        write_run(tmp_path, "plan", **{**pieces, "reports": [("plan.xlsx", wrapped)]})
    assert listed(tmp_path) == []


def test_a_number_that_json_has_no_place_for_is_never_written(tmp_path, pieces):
    pieces["manifest"]["goals"]["cost"] = float("nan")
    with pytest.raises(ValueError, match="not JSON compliant"):
        write_run(tmp_path, "plan", **pieces)
    assert listed(tmp_path) == []


def test_a_file_name_that_is_no_text_is_still_told(tmp_path, pieces):
    pieces["manifest"]["workbook"]["file"] = "plan\udcff.xlsx"
    run = write_run(tmp_path, "plan", **pieces)
    assert json.loads((run / "run.json").read_text())["workbook"]["file"] == "plan\udcff.xlsx"


def test_naming_a_run_brings_in_no_pandas():
    code = "import sys, aidplan.runs; sys.exit(int(bool({'pandas', 'pyomo', 'numpy'} & set(sys.modules))))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
