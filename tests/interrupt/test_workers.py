"""Several scenarios at a time: the same runs as one after the other, and no worker outlives its command."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

from aidplan.batch.jobs import Context, guarded
from aidplan.batch.solve_job import SolveJob

SMALL = Path(__file__).parents[2] / "inputs" / "small.xlsx"
NAMED = ["hub_closed", "base", "surge"]

needs_proc = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks for processes in /proc")


def command(out: Path, *options: str) -> list[str]:
    named = [word for name in NAMED for word in ("--scenario", name)]
    return [
        sys.executable,
        "-m",
        "aidplan.cli",
        "solve",
        str(SMALL),
        *named,
        "--out",
        str(out),
        "--name",
        "n",
        *options,
    ]


def children(parent: int) -> list[int]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            after_name = stat.read_text().rpartition(")")[2].split()
            line = stat.with_name("cmdline").read_text()
        except OSError:
            continue
        if int(after_name[1]) == parent and "spawn_main" in line and after_name[0] != "Z":
            found.append(int(stat.parent.name))
    return found


def started(out: Path, word: str) -> tuple[subprocess.Popen[str], list[int]]:
    """The command, at work until it says the word, and its two workers."""
    process = subprocess.Popen(
        command(out, "--jobs", "2"), stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    assert process.stderr is not None
    for line in process.stderr:
        if word in line:
            break
    workers = children(process.pid)
    assert len(workers) == 2
    return process, workers


def gone(pids: list[int]) -> bool:
    for _ in range(100):
        if not any(Path(f"/proc/{pid}").exists() and "Z" not in state(pid) for pid in pids):
            return True
        time.sleep(0.1)
    return False


def state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return "Z"


def test_scenarios_beside_each_other_give_the_runs_that_they_give_alone(tmp_path: Path) -> None:
    ended = {
        jobs: subprocess.run(
            command(tmp_path / jobs, "--jobs", jobs, "--json"), capture_output=True, text=True, check=True, timeout=120
        )
        for jobs in ("1", "2")
    }
    said = json.loads(ended["2"].stdout)
    assert [run["scenario"] for run in said["runs"]] == NAMED
    assert "2 at a time" in ended["2"].stderr
    assert "hub_closed: rank 1" in ended["2"].stderr
    for name in NAMED:
        same_run(tmp_path / "1" / f"n-{name}", tmp_path / "2" / f"n-{name}")


def test_a_scenario_gives_the_run_that_it_gives_where_it_is_the_only_one(tmp_path: Path) -> None:
    subprocess.run(command(tmp_path, "--jobs", "1"), capture_output=True, check=True, timeout=120)
    elsewhere = tmp_path / "elsewhere"  # where no earlier run stands to begin from
    other = [sys.executable, "-m", "aidplan.cli", "solve", str(SMALL), "--scenario", "surge", "--out", str(elsewhere)]
    subprocess.run([*other, "--name", "alone"], capture_output=True, check=True, timeout=120)
    runs = (tmp_path / "n-surge", elsewhere / "alone")
    methods = [json.loads((run / "run.json").read_text())["ranks"][0] for run in runs]
    assert ["from another plan's basis" in rank["method"] for rank in methods] == [True, False]
    same_run(*runs)


def same_run(one: Path, other: Path) -> None:
    """The same tables to the byte, but for prices, which are the same to nine digits."""
    tables = sorted(path.name for path in (one / "tables").iterdir())
    assert len(tables) > 20
    for table in tables:
        if table != "prices.csv":
            assert (one / "tables" / table).read_bytes() == (other / "tables" / table).read_bytes()
    by_one, by_other = (pd.read_csv(run / "tables" / "prices.csv", keep_default_na=False) for run in (one, other))
    assert by_one.drop(columns="price").equals(by_other.drop(columns="price"))
    assert by_one.price.tolist() == pytest.approx(by_other.price.tolist(), rel=1e-9)


def test_a_fault_of_our_own_costs_its_own_scenario_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise ZeroDivisionError("a column without a name")

    monkeypatch.delenv("AIDPLAN_DEBUG", raising=False)
    monkeypatch.setattr(SolveJob, "run", fails)
    outcome = guarded(SolveJob("plan.xlsx", b"", "surge", Path("runs")), Context(print))
    assert outcome.ending == "failed"
    assert outcome.message.startswith("surge: aidplan stopped at a fault of its own (ZeroDivisionError: a column")


@needs_proc
def test_an_interrupt_ends_every_worker_and_leaves_nothing(tmp_path: Path) -> None:
    process, workers = started(tmp_path / "runs", "building the model")
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "interrupted" in err
    assert "Traceback" not in err + out
    assert "leaked" not in err
    assert gone(workers)
    assert list((tmp_path / "runs").iterdir()) == []


@needs_proc
def test_workers_end_with_a_command_that_is_killed(tmp_path: Path) -> None:
    process, workers = started(tmp_path / "runs", "building the model")
    process.kill()
    process.communicate(timeout=60)
    assert gone(workers)


@needs_proc
def test_a_worker_that_is_killed_costs_its_own_scenario_alone(tmp_path: Path) -> None:
    process, workers = started(tmp_path / "runs", "building the model")
    os.kill(workers[0], signal.SIGKILL)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 1
    assert "Traceback" not in err + out
    lost = [name for name in NAMED if not (tmp_path / "runs" / f"n-{name}").exists()]
    assert len(lost) == 1
    assert f"{lost[0]}: the process that was to solve it was ended from outside" in out
    assert all((tmp_path / "runs" / f"n-{name}" / "run.json").exists() for name in NAMED if name != lost[0])
