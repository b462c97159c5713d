"""The doctor finds what is not well, and says what to do."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from aidplan.cli import main_group
from aidplan.commands import doctor

GOOD = {"python": "3.11.4", "pyomo": "6.10.1", "highspy": "1.15.1"}


def test_every_known_problem_comes_out_as_known_here() -> None:
    told = CliRunner().invoke(main_group, ["doctor", "--json"], standalone_mode=False)
    assert told.return_value == 0, told.stdout
    checks = json.loads(told.stdout)["checks"]
    assert [check["name"] for check in checks][:3] == list(doctor.NEEDED)
    assert {check["name"] for check in checks} >= set(doctor.PROBLEMS)
    assert next(check["found"] for check in checks if check["name"] == "a transport problem") == "cost 153.675"


@pytest.mark.parametrize(
    ("name", "version"),
    [("highspy", "1.14.0"), ("highspy", "1.15.0"), ("pyomo", "6.9.4"), ("python", "3.10.14"), ("highspy", "")],
)
def test_an_older_version_is_refused_with_what_to_do(name: str, version: str) -> None:
    ill = [result for result in doctor.check_versions({**GOOD, name: version}) if not result.well]
    assert [result.name for result in ill] == [name]
    assert doctor.NEEDED[name] in ill[0].remedy or name == "python"
    assert ill[0].remedy


@pytest.mark.parametrize("version", ["1.15.1", "1.16.0", "2.0", "1.15.1.post0"])
def test_a_later_version_is_well(version: str) -> None:
    assert all(result.well for result in doctor.check_versions({**GOOD, "highspy": version}))


def test_with_an_old_solver_nothing_is_solved_and_the_code_is_1(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "installed", lambda: {**GOOD, "highspy": "1.14.0"})
    told = CliRunner().invoke(main_group, ["doctor"], standalone_mode=False)
    assert told.return_value == 1
    assert "FAILED  highspy: 1.14.0 is refused" in told.stdout
    assert 'pip install --upgrade "highspy>=1.15.1"' in told.stdout
    assert "a transport problem" not in told.stdout


def test_a_wrong_answer_is_not_well() -> None:
    result = doctor.check_problem("a problem", lambda: {"cost": (153.6751, 153.675)})
    assert not result.well
    assert "cost is 153.6751, known to be 153.675" in result.found


def test_a_problem_that_breaks_is_told_not_raised() -> None:
    def broken() -> dict:
        raise ValueError("no solver")

    assert "ValueError: no solver" in doctor.check_problem("a problem", broken).found


def test_writing_is_tried_and_leaves_nothing(tmp_path: Path) -> None:
    assert doctor.check_writing(tmp_path / "not" / "yet").well
    assert list(tmp_path.iterdir()) == []


def test_a_file_in_place_of_the_folder_is_not_well(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("")
    assert "is a file" in doctor.check_writing(tmp_path / "out").found


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the superuser may write everywhere")
def test_a_folder_without_the_right_to_write_is_not_well(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    assert not doctor.check_writing(tmp_path).well


def test_a_disk_that_refuses_is_not_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(doctor.tempfile, "TemporaryDirectory", refuse)
    result = doctor.check_writing(tmp_path)
    assert not result.well
    assert "Read-only file system" in result.found
