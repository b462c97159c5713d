"""Demand met is told up to the end of the horizon, everywhere alike, and the goal coverage beside it counts the tail."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from aidplan.audit import audit_run
from aidplan.cli import main_group
from aidplan.commands.formatted import goals_in_words
from aidplan.interface import open_run
from tests.audit.hand_made import change_manifest
from tests.study.donors import two_donors
from tests.workbook.books import written


@pytest.fixture(scope="module")
def solved(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Need 100 in January, of which money for 80 meets 80, and 300 in the tail's February, when no lane is open: 320 of
    400 are unmet.
    """
    folder = tmp_path_factory.mktemp("met")
    sheets = two_donors()
    sheets["settings"] += [["tail", 1]]
    sheets["funding"] = [["fund", "2025-01"], ["aid_a", 60], ["aid_b", 20]]
    sheets["demand"] = [["place", "capability", "2025-01", "2025-02"], ["east", "fires", 100, 300]]
    sheets["lanes"] = [["origin", "destination", "2025-01", "2025-02"], ["A", "east", 900, 0], ["B", "east", 900, 0]]
    (folder / "plan.xlsx").write_bytes(written(sheets))
    arguments = ["solve", str(folder / "plan.xlsx"), "--out", str(folder), "--name", "run", "--quiet"]
    told = CliRunner().invoke(main_group, arguments, standalone_mode=False)
    assert told.return_value == 0, told.stderr
    return folder / "run", told.stdout


def test_solve_runs_and_the_interface_tell_january_alone(solved: tuple[Path, str]) -> None:
    run, said = solved
    expected = "demand met 80.00 % (coverage 0.8, the tail's demand counted too)"
    assert expected in said
    assert expected in CliRunner().invoke(main_group, ["runs", str(run.parent)], standalone_mode=False).stdout
    assert "80.00 % of demand met" in repr(open_run(run))


def test_the_audit_recomputes_it(solved: tuple[Path, str]) -> None:
    run, _ = solved
    assert audit_run(run).passed
    change_manifest(run, met={"all": 0.81, "front": 0.8})
    report = audit_run(run)
    assert not report.passed
    assert "demand met (all) 0.81, the tables give 0.8" in report.as_text()
    assert "(front)" not in report.as_text()


def test_a_run_without_a_tail_says_the_share_once() -> None:
    assert goals_in_words({"coverage": 0.1}, {}) == goals_in_words({"coverage": 0.1}, {"all": 0.9})
    assert "tail" not in goals_in_words({"coverage": 0.1}, {"all": 0.9})
