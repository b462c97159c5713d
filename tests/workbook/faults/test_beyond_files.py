"""Beyond the file: full disks, files that are there already, what a template lacks, what audit is given by mistake."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from aidplan.workbook import UncheckedTablesError, open_workbook, plan_data
from tests.workbook.books import put, small, written
from tests.workbook.faults.small_file import with_openpyxl

ROOT = Path(__file__).parents[3]
SMALL = ROOT / "inputs" / "small.xlsx"
KIB = 2**10


def aidplan(*words: object, room: int | None = None) -> subprocess.CompletedProcess:
    """The command as planners type it, with every warning of Python shown; ``room``: bytes that a file may have."""

    def limited() -> None:
        if room is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))

    return subprocess.run(
        [sys.executable, "-X", "dev", "-W", "default", "-m", "aidplan.cli", *map(str, words)],
        capture_output=True, text=True, cwd=ROOT, check=False, preexec_fn=limited,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip


@pytest.fixture(scope="module")
def runs(tmp_path_factory) -> Path:
    """A folder with the run of a template in which only the start and the number of periods are filled in."""
    folder = tmp_path_factory.mktemp("runs")
    book = {name: rows[:1] for name, rows in small().items()}
    book["settings"] = [["key", "value"], ["start", "2025-01"], ["periods", 6]]
    for name, keys in {"capacity": 1, "funding": 1, "demand": 5}.items():
        book[name] = [[*book[name][0][:keys], *(f"2025-0{month}" for month in range(1, 7))]]
    for name, keys in {"supply": 2, "arrivals": 2, "adversary": 2}.items():
        book[name] = [book[name][0][:keys]]
    (folder / "start.xlsx").write_bytes(written(book))
    checked = aidplan("check", folder / "start.xlsx")
    assert checked.returncode == 0
    assert "warning: demand: the sheet has no rows" in checked.stdout
    solved = aidplan("solve", folder / "start.xlsx", "--out", folder, "--name", "empty", "--quiet")
    assert solved.returncode == 0, solved.stderr
    return folder


def test_a_plan_with_nothing_to_decide_is_reported_and_passes_its_audit(runs):
    assert {path.name for path in (runs / "empty").iterdir()} >= {"run.json", "plan.xlsx", "report.html"}
    audited = aidplan("audit", runs / "empty")
    assert (audited.returncode, audited.stdout.startswith("empty: passed")) == (0, True)


def test_files_of_file_managers_in_a_run_are_a_note(runs, tmp_path):
    run = tmp_path / "seen"
    shutil.copytree(runs / "empty", run)
    for name in (".DS_Store", "Thumbs.db", "desktop.ini", "tables/.DS_Store", "tables/Thumbs.db"):
        (run / name).write_bytes(b"x")
    audited = aidplan("audit", run)
    assert audited.returncode == 0
    assert audited.stdout.count("was left by a file manager; it is no part of the run") == 5
    (run / "tables" / "ordered2.csv").write_bytes(b"x")
    assert aidplan("audit", run).returncode == 6


def test_what_is_no_folder_of_a_run_is_wrong_usage_with_the_right_word(runs, tmp_path):
    with zipfile.ZipFile(tmp_path / "run.zip", "w") as packed:
        packed.write(runs / "empty" / "run.json", "empty/run.json")
    for given, said in {
        tmp_path / "run.zip": "is a zip file; unpack it, and give the folder of the run that was in it",
        runs / "empty" / "plan.xlsx": f"is one file of a run; give the run's folder, {runs / 'empty'}",
        runs / "start.xlsx": "is a file; give the folder of a run, which `aidplan runs` lists",
        tmp_path / "no": f"there is no folder {tmp_path / 'no'}",
    }.items():
        audited = aidplan("audit", given)
        assert audited.returncode == 2
        assert said in audited.stderr


@pytest.mark.parametrize("words", [("template", "{}/t.xlsx"), ("template", "--example", "{}/t.xlsx"), ("check", SMALL, "--annotate", "{}/a.xlsx")])  # fmt: skip
def test_a_full_disk_is_one_sentence_and_leaves_nothing(words, tmp_path):
    done = aidplan(*(str(word).format(tmp_path) for word in words), room=8 * KIB)
    assert done.returncode == 1
    lines = [line for line in (done.stdout + done.stderr).splitlines() if "cannot be written (File too large)" in line]
    assert len(lines) == 1
    assert list(tmp_path.iterdir()) == []
    assert not any(word in done.stderr for word in ("Traceback", "ResourceWarning", "Exception ignored"))


def test_a_comparison_on_a_full_disk_is_one_sentence_and_leaves_nothing(runs, tmp_path):
    shutil.copytree(runs / "empty", runs / "twin", dirs_exist_ok=True)
    done = aidplan("compare", runs / "empty", runs / "twin", "--no-why", "--quiet", "--out", tmp_path, room=2 * KIB)
    assert done.returncode == 1
    assert "File too large" in done.stderr
    assert list(tmp_path.iterdir()) == []
    assert not any(
        word in done.stderr for word in ("Traceback", "ResourceWarning", "Exception ignored", "fault of its own")
    )


def test_an_annotated_copy_is_never_written_over_a_file(tmp_path):
    (tmp_path / "mine.xlsx").write_bytes(b"mine")
    done = aidplan("check", SMALL, "--annotate", tmp_path / "mine.xlsx")
    assert done.returncode == 2
    assert f"{tmp_path / 'mine.xlsx'} is there already and is not overwritten; name another file" in done.stdout
    assert (tmp_path / "mine.xlsx").read_bytes() == b"mine"


@pytest.mark.parametrize("unit", [1e-6, 1e-3, 1e12])
def test_what_is_verified_in_an_odd_unit_of_money_passes_its_audit(unit, tmp_path):
    def change(book):
        book["settings"]["B7"] = unit

    (tmp_path / "plan.xlsx").write_bytes(with_openpyxl(change))
    solved = aidplan("solve", tmp_path / "plan.xlsx", "--out", tmp_path, "--name", "run", "--quiet")
    assert "solved and verified" in solved.stdout
    audited = aidplan("audit", tmp_path / "run")
    assert audited.returncode == 0, audited.stdout


def test_tables_with_errors_are_not_taken_for_a_plan(tmp_path):
    sheets = small()
    put(sheets, "products!C2", "dear")
    put(sheets, "funds!E3", "soon")
    (tmp_path / "plan.xlsx").write_bytes(written(sheets))
    book = open_workbook(tmp_path / "plan.xlsx")
    assert book.refused
    put(sheets, "platforms!C2", "many")
    (tmp_path / "plan.xlsx").write_bytes(written(sheets))
    with pytest.raises(UncheckedTablesError, match="check it first"):
        plan_data(open_workbook(tmp_path / "plan.xlsx").tables)
