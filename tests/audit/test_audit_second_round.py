"""What is carried over, redirected, promised, eased and planned past the horizon: solved, then recomputed from files."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pytest

from aidplan.audit import audit_run
from aidplan.extract import plan_tables
from aidplan.runs import write_run
from aidplan.solve.solving import solve_plan
from aidplan.workbook import open_workbook, plan_data
from tests.audit.hand_made import change_value, forge, rows_of, write_plan_sheet
from tests.roll.made_at_random import Made

CASES = Path(__file__).parent.parent / "cases"


def written(workbook: Path, folder: Path, scenario: str = "base") -> Path:
    """The workbook solved, and its run written without reports but for the figures that the audit reads."""
    book = open_workbook(workbook).scenario(scenario)
    data = plan_data(book.tables)
    planned = solve_plan(data, ties=False)
    assert planned.has_plan, planned.sentence
    tables, goals = plan_tables(planned.programme, data, planned.x), dict(planned.goals)
    ranks = [{"rank": r.rank.rank, "goals": list(r.rank.goals), "value": r.value} for r in planned.solved.ranks]
    manifest = {
        "run": "",
        "scenario": scenario,
        "status": "optimal",
        "verified": True,
        "goals": goals,
        "ranks": ranks,
        "workbook": {"file": workbook.name, "sha256": hashlib.sha256(workbook.read_bytes()).hexdigest()},
        "started": "2024-07-01T00:00:00Z",
    }
    return write_run(
        folder / "runs",
        f"{workbook.stem}-{scenario}",
        manifest=manifest,
        workbook=workbook,
        findings=[],
        tables=tables,
        reports=[("plan.xlsx", lambda path: write_plan_sheet(path, tables, goals))],
    )


@pytest.mark.parametrize("scenario", ["base", "surge", "late"])
@pytest.mark.parametrize("name", ["R6", "R7", "R8", "R9"])
def test_a_plan_with_a_known_answer_passes(tmp_path, name, scenario):
    report = audit_run(written(CASES / f"{name}.xlsx", tmp_path, scenario))
    assert report.passed, report.as_text()
    assert {"owed", "redirect_limit", "guarantee", "uncovered"} & report.recomputed.keys()


@pytest.mark.parametrize("seed", range(100, 108))
def test_a_random_plan_passes(tmp_path, seed):
    report = audit_run(written(Made(seed).write(tmp_path / "made.xlsx"), tmp_path))
    assert report.passed, report.as_text()


@pytest.fixture(scope="module")
def solved(tmp_path_factory) -> Path:
    """A run with a tail, redirected goods and promises that nobody backs."""
    folder = tmp_path_factory.mktemp("second")
    return written(CASES / "R9.xlsx", folder)


SPOILT = [
    "owed",
    "redirected",
    "repaid",
    "uncovered",
    "backlog",
    "pool",
    "stock",
    "fleet",
    "unmet",
    "balance",
    "reserve",
]


@pytest.mark.parametrize("table", SPOILT)
def test_a_value_that_is_not_the_plans_is_found_though_its_hash_is_forged(solved, tmp_path, table):
    """The last value of a table, which lies in the tail where the quantity reaches there, is raised by a tenth."""
    run = Path(shutil.copytree(solved, tmp_path / "run"))
    rows = rows_of(run, table)
    if len(rows) < 2:
        pytest.skip(f"the plan has no {table}")
    *key, value = rows[-1]
    change_value(run, table, key, float(value) * 1.1 + 0.01)
    forge(run)
    assert not audit_run(run).passed


def test_the_rank_of_promises_is_wanted_where_guarantees_have_rows(solved, tmp_path):
    run = Path(shutil.copytree(solved, tmp_path / "run"))
    manifest = json.loads((run / "run.json").read_text())
    manifest["ranks"] = [rank for rank in manifest["ranks"] if rank["rank"] > 0]
    (run / "run.json").write_text(json.dumps(manifest))
    assert any(finding.check == "ranks" for finding in audit_run(run).findings)
