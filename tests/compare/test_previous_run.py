from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from aidplan.cli import main_group
from tests.compare.conftest import SMALL, edited, put


def run(*arguments: object) -> tuple[int, str, str]:
    """A command's exit code, standard output and standard error."""
    result = CliRunner().invoke(main_group, [str(one) for one in arguments], standalone_mode=False)
    if result.exception is not None:
        raise result.exception
    return result.return_value, result.stdout, result.stderr


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """A folder with a run of the small workbook, one of it updated, and what the second solve said."""
    out = tmp_path_factory.mktemp("out")
    updated = edited(out / "new", lambda book: put(book, "funding", ("US_AID",), "2025-03", 96))
    said = [
        run("solve", path, "--out", out / "runs", "--name", name, *more)
        for path, name, more in ((SMALL, "first", ["--quiet"]), (updated, "second", ["--quiet", "--json"]))
    ]
    return out, said


def test_a_solve_tells_in_five_lines_what_changed_against_the_previous_run(desk):
    out, (first, second) = desk
    assert "since" not in first[1]
    previous = json.loads(second[1])["runs"][0]["previous"]
    assert previous["run"] == str(out / "runs" / "first")
    lines = previous["lines"]
    assert len(lines) == 5
    assert lines[0].startswith("since first (")
    assert "1 cell changed, 0 rows added, 0 rows removed: funding US_AID 2025-03: 48 → 96" in lines[0]
    assert lines[1].startswith("goals: coverage 4.10 % → 1.64 %")
    assert "first" in lines[4]
    assert "second" in lines[4]


def test_another_scenario_has_no_previous_run(desk):
    out, _ = desk
    code, said, _ = run("solve", SMALL, "--scenario", "surge", "--out", out / "runs", "--name", "other", "--quiet")
    assert code == 0
    assert "since" not in said


def test_compare_writes_both_reports_and_says_what_differs(desk):
    out, _ = desk
    code, said, progress = run("compare", out / "runs" / "first", out / "runs" / "second", "--out", out / "seen")
    assert code == 0
    assert "funding US_AID 2025-03: 48 → 96" in said
    assert "funding: coverage -2.46 pt" in said
    assert {path.name for path in (out / "seen").iterdir()} == {
        "compare-first-second.xlsx",
        "compare-first-second.html",
    }
    assert "opening first" in progress


def test_compare_refuses_what_is_no_run_and_a_single_run(desk):
    out, _ = desk
    code, said, problem = run("compare", out / "runs" / "first", out / "nowhere", "--quiet")
    assert (code, said) == (2, "")
    assert "there is no such folder" in problem
    assert run("compare", out / "runs" / "first", "--quiet")[0] == 2


def test_compare_for_programs_is_one_object(desk):
    out, _ = desk
    code, said, _ = run(
        "compare",
        out / "runs" / "first",
        out / "runs" / "second",
        "--out",
        out / "seen",
        "--no-why",
        "--json",
        "--quiet",
    )
    found = json.loads(said)
    assert (code, found["exit_code"]) == (0, 0)
    (change,) = found["pairs"][0]["inputs"]
    assert (change["key"], change["column"], change["before"], change["after"]) == (["US_AID"], "2025-03", 48, 96)
    assert found["pairs"][0]["why"] is None
