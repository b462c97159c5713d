"""A Dask scheduler and two workers on this machine: what they solve arrives whole, once, whatever happens to a worker."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from aidplan.audit import audit_run
from aidplan.runs import list_runs

pytest.importorskip("distributed", reason="the extra `cluster` is not installed")

ROOT = Path(__file__).parents[2]
SMALL = ROOT / "inputs" / "small.xlsx"
SCENARIOS = ["base", "surge", "us_stops", "late_tranches", "hub_closed"]


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def started(*command: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "distributed.cli." + command[0], *command[1:]],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=ROOT,
    )  # fmt: skip


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    port = free_port()
    address = f"tcp://127.0.0.1:{port}"
    scheduler = started("dask_scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard")
    workers = [
        started("dask_worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard", "--local-directory", str(tmp_path / f"w{n}"))
        for n in range(2)
    ]  # fmt: skip
    try:
        wait_for_workers(address, 2)
        yield address, workers
    finally:
        for process in [*workers, scheduler]:
            process.kill()
            process.wait()


def wait_for_workers(address: str, count: int) -> None:
    from distributed import Client

    with Client(address, timeout=60) as client:
        client.wait_for_workers(count, timeout=60)


def command(out: Path, *options: str) -> list[str]:
    return [sys.executable, "-m", "aidplan.cli", "solve", str(SMALL), "--all-scenarios", "--out", str(out), *options]


def tables(run: Path) -> dict[str, bytes]:
    found = {path.name: path.read_bytes() for path in sorted((run / "tables").iterdir())}
    del found["prices.csv"]  # the same to nine digits, which depend on where a solve began
    return found


def test_a_worker_killed_in_mid_run_loses_nothing_and_gives_nothing_twice(
    cluster: tuple[str, list[subprocess.Popen[bytes]]], tmp_path: Path
) -> None:
    address, workers = cluster
    away = subprocess.Popen(
        command(tmp_path / "away", "--cluster", address, "--json"),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert away.stderr is not None
    for line in away.stderr:
        if "sent to the cluster" in line:
            break
    time.sleep(0.3)  # it is at work: reading, building or solving
    os.kill(workers[0].pid, signal.SIGKILL)
    out, err = away.communicate(timeout=180)
    assert away.returncode == 0, err
    said = json.loads(out)
    assert [run["scenario"] for run in said["runs"]] == SCENARIOS
    found = list_runs(tmp_path / "away")
    assert sorted(run.scenario for run in found) == sorted(SCENARIOS)
    assert all(audit_run(run.path).passed for run in found)
    assert [path.name for path in (tmp_path / "away").iterdir() if path.name.startswith(".")] == []
    subprocess.run(command(tmp_path / "here", "--jobs", "1"), capture_output=True, check=True, timeout=120)
    here = {run.scenario: run.path for run in list_runs(tmp_path / "here")}
    for run in found:
        assert tables(run.path) == tables(here[run.scenario])


def test_an_address_where_nobody_answers_is_wrong_usage_with_what_to_do(tmp_path: Path) -> None:
    from aidplan.batch import cluster as at_cluster

    address = f"tcp://127.0.0.1:{free_port()}"
    code = f"import aidplan.batch.cluster as c; c.PATIENCE = 1.0; import sys; sys.argv = {['aidplan', *command(tmp_path, '--cluster', address)[3:]]!r}; from aidplan.cli import main; main()"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60)
    assert at_cluster.PATIENCE > 1.0
    assert told.returncode == 2
    assert f"no Dask scheduler answers at {address}" in told.stderr
    assert "Traceback" not in told.stderr
