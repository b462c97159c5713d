"""Limits of time and memory: a solve that reaches one ends with what is whole and proved by then, or says that nothing is."""

import json
import subprocess
import sys
import threading
import time
from pathlib import Path

import highspy
import numpy as np
import pytest
from click.testing import CliRunner
from scipy.sparse import csr_array

from aidplan.audit import audit_run
from aidplan.cli import main_group
from aidplan.runs import list_runs, open_run
from aidplan.solve import interrupt
from aidplan.solve import resource_limits as limits
from aidplan.solve.highs import Method, Problem, SolverInterface
from aidplan.solve.interrupt import interrupt_callback, run_interruptibly
from aidplan.solve.resource_limits import UNLIMITED, Limits, SolverStopped, peak_mb, resident_mb
from aidplan.solve.solving import solve_plan
from tests.models.tiny import rich

SMALL = Path(__file__).parents[2] / "inputs" / "small.xlsx"
AMPLE = 1e6


def solve_small(out, *options):
    arguments = ["solve", str(SMALL), "--out", str(out), "--name", "run", *options]
    return CliRunner().invoke(main_group, arguments, standalone_mode=False)


@pytest.fixture
def full_after_the_first_rank(monkeypatch):
    """The process holds 10 MB until HiGHS has answered once, and 2,000 MB from then on."""
    truthful, answered = SolverInterface.solve, []

    def solve(self, *args, **kwargs):
        answer = truthful(self, *args, **kwargs)
        answered.append(answer.status)
        return answer

    monkeypatch.setattr(SolverInterface, "solve", solve)
    monkeypatch.setattr(limits, "resident_mb", lambda: 2000.0 if answered else 10.0)


def test_what_the_process_holds_grows_by_what_is_taken_and_is_no_more_than_its_peak():
    before = resident_mb()
    taken = np.ones(8_000_000)  # 61 MiB
    assert resident_mb() - before == pytest.approx(taken.nbytes / 2**20, abs=20)
    assert resident_mb() <= peak_mb() + 1


def test_a_limit_of_memory_ends_with_5_names_the_remedy_and_writes_no_table(tmp_path):
    text = subprocess.run(
        [sys.executable, "-m", "aidplan.cli", "solve", str(SMALL), "--out", str(tmp_path), "--name", "run",
         "--memory-limit", "20"],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert text.returncode == 5
    assert "stopped at the memory limit before there was a plan; give it more with --memory-limit" in text.stdout
    assert "MB of 20" in text.stdout
    assert "--time-limit" not in text.stdout
    assert not (tmp_path / "run" / "tables").exists()
    manifest = json.loads((tmp_path / "run" / "run.json").read_bytes())
    assert (manifest["status"], manifest["verified"], manifest["options"]["memory_limit"]) == ("stopped", False, 20)


def test_memory_that_suffices_changes_nothing():
    free, limited = solve_plan(rich()), solve_plan(rich(), memory_limit=AMPLE)
    assert limited.solved.status == "optimal"
    assert (limited.x == free.x).all()


@pytest.mark.usefixtures("full_after_the_first_rank")
def test_memory_that_ends_after_a_rank_gives_the_verified_plan_of_that_rank():
    planned = solve_plan(rich(), memory_limit=1000)
    assert (planned.solved.status, planned.solved.verified, planned.exit_code) == ("memory_limit", True, 0)
    assert [met.rank.name for met in planned.solved.ranks] == ["coverage"]
    assert planned.goals["coverage"] == pytest.approx(planned.solved.ranks[0].value, rel=1e-6)
    assert "stopped at the memory limit: the plan meets the goals that were done by then, verified" in planned.sentence
    assert "2,000 MB of 1,000" in planned.sentence


@pytest.mark.usefixtures("full_after_the_first_rank")
def test_a_run_that_memory_ended_is_whole_audited_listed_and_reported(tmp_path):
    text = solve_small(tmp_path, "--memory-limit", "1000", "--quiet")
    assert text.return_value == 0
    run = tmp_path / "run"
    assert {path.name for path in run.iterdir()} >= {"plan.xlsx", "report.html", "tables"}
    report = audit_run(run)
    assert report.passed, report.as_text()
    (listed,) = list_runs(tmp_path)
    assert (listed.status, listed.verified) == ("memory_limit", True)
    assert [rank["goals"] for rank in open_run(run).manifest["ranks"]] == [["coverage"]]
    assert "the solve ended early (memory limit)" in (run / "report.html").read_text(encoding="utf-8")


def test_memory_that_ends_while_the_solver_runs_stops_it(monkeypatch):
    rng = np.random.default_rng(7)
    size = 900
    matrix = csr_array(rng.uniform(0.5, 1.5, (size, size)))
    none, whole = np.zeros(size), np.full(size, np.inf)
    long = SolverInterface(
        Problem(matrix, np.full(size, -np.inf), np.full(size, 10.0), none, whole, -rng.uniform(1, 2, size))
    )
    held = iter([10.0])
    monkeypatch.setattr(interrupt, "POLL", 0.001)
    monkeypatch.setattr(limits, "resident_mb", lambda: next(held, 2000.0))
    with pytest.raises(SolverStopped) as stopped:
        long.solve(Method("simplex", presolve=False), limits=Limits(memory_mb=1000))
    assert (stopped.value.limit, stopped.value.name) == ("memory_limit", "memory limit")


def test_the_search_for_ways_out_says_which_limit_cut_it(monkeypatch):
    from aidplan.explain.infeasible import Infeasibility
    from aidplan.workbook import open_workbook, plan_data

    tables = open_workbook(SMALL).tables
    data = plan_data(tables)
    planned = solve_plan(data)
    monkeypatch.setattr(limits, "resident_mb", lambda: 2000.0)
    cut = Infeasibility(data, tables).explain(planned.model, planned.programme, memory_limit=1000)
    assert cut.lines()[-1] == "the search for ways out was cut at its memory limit; there may be others"


def test_a_search_that_is_no_longer_wanted_goes_on_only_when_highs_has_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    """HiGHS may be long in stopping on a busy machine; who swallows SolverStopped must not change a problem under it."""
    ended, text = threading.Event(), threading.Event()

    class Slow:
        HandleUserInterrupt = False

        def cancelSolve(self) -> None:  # noqa: N802 (HiGHS's name)
            text.set()

    def run(_: object) -> str:
        assert text.wait(10)
        time.sleep(1.5)
        ended.set()
        return "stopped"

    def unwanted() -> None:
        raise SolverStopped

    monkeypatch.setattr(highspy.Highs, "run", run)
    with interrupt_callback(unwanted), pytest.raises(SolverStopped):
        run_interruptibly(Slow(), UNLIMITED)
    assert ended.is_set()
