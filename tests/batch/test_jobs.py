"""Jobs begin in an order in which near ones learn from each other; runs that are whole are not made again."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from aidplan.batch import Context, Listener, run_jobs
from aidplan.batch.jobs import Order
from aidplan.batch.memory import one_more_fits

SMALL = Path(__file__).parents[2] / "inputs" / "small.xlsx"


@dataclass(frozen=True)
class Sum:
    """A job that adds numbers up, and fails at a negative one."""

    name: str
    numbers: tuple[int, ...] = ()
    cells: frozenset[Any] = frozenset()
    memory_mb: float = 1.0

    def run(self, context: Context) -> int | str:
        context.progress(f"{len(self.numbers)} numbers")
        if min(self.numbers) < 0:
            raise ValueError("a negative number")
        return sum(self.numbers)

    def failed(self, message: str) -> str:
        return f"{self.name}: {message}"


@pytest.mark.parametrize("at_once", [1, 3])
def test_one_that_fails_does_not_stop_the_rest_and_results_keep_their_order(
    at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AIDPLAN_DEBUG", raising=False)
    heard: list[tuple[str, str]] = []
    done: list[str] = []
    jobs = [Sum("a", (1, 2)), Sum("b", (3, -4)), Sum("c", (5, 6)), Sum("d", (7, 8))]
    listener = Listener(lambda name, text: heard.append((name, text)), lambda name, _: done.append(name))
    first, second, third, fourth = run_jobs(jobs, at_once=at_once, listener=listener)
    assert (first, third, fourth) == (3, 11, 15)
    assert second.startswith("b: aidplan stopped at a fault of its own (ValueError: a negative number)")
    assert sorted(done) == ["a", "b", "c", "d"]
    assert ("c", "2 numbers") in heard


def test_a_job_waits_for_a_near_one_that_is_at_work_while_others_can_begin() -> None:
    jobs = [
        Sum("base"),
        Sum("us", cells=frozenset("abcdef")),
        Sum("us later", cells=frozenset("abcdeg")),
        Sum("hub", cells=frozenset("x")),
    ]
    order = Order(list(jobs))  # type: ignore[arg-type]
    assert order.take().name == "base"
    order.end("base")
    assert order.take().name == "hub"  # one cell from the base
    assert order.take().name == "us"
    order.end("us")
    assert order.take().name == "us later"
    order = Order([jobs[2], jobs[3]], {"us": jobs[1]}, [jobs[0]])  # type: ignore[list-item, dict-item]
    assert order.take().name == "hub"


def test_no_process_is_started_past_what_the_memory_holds() -> None:
    assert one_more_fits(600.0, [], 100.0)  # the first always
    assert one_more_fits(600.0, [580.0], 650.0)
    assert not one_more_fits(600.0, [580.0], 610.0)  # the one at work may take 20 more
    assert not one_more_fits(600.0, [40.0, 50.0], 1690.0)
    assert one_more_fits(600.0, [40.0, 50.0], 1710.0)


def solve(out: Path, *options: str) -> dict[str, Any]:
    command = [
        sys.executable,
        "-m",
        "aidplan.cli",
        "solve",
        str(SMALL),
        "--all-scenarios",
        "--out",
        str(out),
        "--json",
        *options,
    ]
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout)


def test_resume_makes_only_what_is_missing_or_no_longer_whole(tmp_path: Path) -> None:
    before = {run["scenario"]: run["path"] for run in solve(tmp_path)["runs"]}
    (Path(before["surge"]) / "tables" / "made.csv").write_text("changed")
    for path in sorted(Path(before["hub_closed"]).rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    Path(before["hub_closed"]).rmdir()
    after = {run["scenario"]: run["path"] for run in solve(tmp_path, "--resume")["runs"]}
    assert [name for name in before if before[name] != after[name]] == ["surge", "hub_closed"]
    other = {run["scenario"]: run["path"] for run in solve(tmp_path, "--resume", "--ties")["runs"]}
    assert not set(other.values()) & set(after.values())  # other options are another run
