"""aidplan watch: a workbook saved in a folder is checked at once, its findings beside it, solved when clean."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import openpyxl
import pytest

from aidplan.commands.watch import Watched, findings_beside, is_workbook
from tests.workbook.books import put, small, written

ROOT = Path(__file__).parents[2]


def saved(path: Path, **cells: object) -> Path:
    """A workbook as a planner saves it, with some cells changed (``demand_F2=…``)."""
    sheets = small()
    for place, value in cells.items():
        put(sheets, place.replace("_", "!"), value)
    path.write_bytes(written(sheets))
    return path


def test_a_workbook_is_given_once_it_no_longer_changes_and_again_when_it_is_saved_anew(tmp_path):
    first = tmp_path / "plan.xlsx"
    looks = iter([
        lambda: first.write_bytes(b"half"),
        lambda: first.write_bytes(b"half and the rest"),
        lambda: None,
        lambda: None,
        lambda: first.write_bytes(b"saved anew"),
        lambda: None,
        lambda: (first.unlink(), tmp_path.rmdir()),
    ])  # fmt: skip
    done = []

    def pause() -> None:
        done.append(len(given))
        next(looks)()

    given: list[bytes] = []
    for path in Watched(tmp_path, pause).saved():
        given.append(path.read_bytes())
    assert given == [b"half and the rest", b"saved anew"]
    assert done == [0, 0, 0, 1, 1, 1, 2]


def test_findings_that_are_newer_than_a_workbook_are_not_made_again_at_the_start(tmp_path):
    old, new = tmp_path / "old.xlsx", tmp_path / "new.xlsx"
    for path in (old, new):
        path.write_bytes(b"workbook")
        os.utime(path, (1_000, 1_000))
    findings_beside(old).write_bytes(b"findings")
    looks = 0

    def pause() -> None:
        nonlocal looks
        looks += 1
        if looks == 3:
            for path in tmp_path.iterdir():
                path.unlink()
            tmp_path.rmdir()

    assert [path.name for path in Watched(tmp_path, pause).saved()] == ["new.xlsx"]


@pytest.mark.parametrize(
    "name", ["~$plan.xlsx", ".~lock.plan.xlsx#", "plan-findings.xlsx", "Plan-Findings.XLSX", ".plan.xlsx", "plan.csv"]
)
def test_locks_hidden_files_and_findings_are_no_workbooks(name):
    assert not is_workbook(Path(name))
    assert is_workbook(Path("план 2.xlsx"))


def heeds_interrupts() -> None:
    """A shell has what it runs in the background ignore Ctrl-C, and what that starts too."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.fixture
def watching(tmp_path):
    """A folder under watch, with ``--solve``, as a process of its own; ended with Ctrl-C."""
    folder = tmp_path / "desk"
    folder.mkdir()
    with (tmp_path / "said").open("w") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "aidplan.cli", "watch", str(folder), "--solve", "--out", str(tmp_path / "out"), "--json", "--quiet"],
            cwd=ROOT, stdout=said, stderr=subprocess.STDOUT, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
            preexec_fn=heeds_interrupts,  # noqa: PLW1509 (it sets a signal and takes no lock)
        )  # fmt: skip
        try:
            yield folder, process
        finally:
            process.kill()
            process.wait()


def eventually(there, seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not there():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.1)


def test_saved_workbooks_are_checked_and_clean_ones_solved_until_ctrl_c(watching, tmp_path):
    folder, process = watching
    (folder / "~$bad.xlsx").write_bytes(b"lock")
    saved(folder / "bad.xlsx", demand_F2=-5)
    eventually((folder / "bad-findings.xlsx").exists)
    book = openpyxl.load_workbook(folder / "bad-findings.xlsx")
    assert book["demand"]["F2"].comment.text == "ERROR: 2024-07 is -5; it must be at least 0"
    saved(folder / "bad.xlsx")
    eventually(lambda: list((tmp_path / "out").glob("bad-base-*/run.json")))
    eventually(lambda: openpyxl.load_workbook(folder / "bad-findings.xlsx")["demand"]["F2"].comment is None)
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=30) == 130
    assert sorted(path.name for path in folder.iterdir()) == ["bad-findings.xlsx", "bad.xlsx", "~$bad.xlsx"]
    checks = [
        json.loads(line) for line in (tmp_path / "said").read_text().splitlines() if line.startswith('{"workbook"')
    ]
    assert [(check["workbook"]["file"], check["exit_code"]) for check in checks] == [("bad.xlsx", 3), ("bad.xlsx", 0)]


def test_a_file_of_the_planners_own_is_not_overwritten(watching):
    folder, _ = watching
    own = saved(folder / "plan-findings.xlsx")
    before = own.read_bytes()
    saved(folder / "plan.xlsx", demand_F2=-5)
    saved(folder / "other.xlsx")
    eventually((folder / "other-findings.xlsx").exists)
    time.sleep(2)
    assert own.read_bytes() == before
