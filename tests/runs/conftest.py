from __future__ import annotations

import hashlib
import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

WORKBOOK = b"the planner's bytes"
TOUCHES = frozenset(["open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.scandir"])


def write_report(path: Path) -> None:
    path.write_text("<p>what the planner opens</p>")


@pytest.fixture
def pieces() -> dict[str, Any]:
    """What a small solve hands to `write_run`."""
    shipped = pd.DataFrame(
        [
            ["seattle", "chicago", "any", "g", "2024-07", 300.0],
            ["san-diego", "topeka", "any", "g", "2024-07", 0.1 + 0.2],
        ],
        columns=["origin", "destination", "mode", "item", "period", "value"],
    )
    manifest = {
        "run": "",
        "scenario": "base",
        "status": "optimal",
        "verified": True,
        "goals": {"coverage": 0.0, "equity": 0.0, "parity": 0.0, "cost": 153.675, "liability": 0.0},
        "ranks": [],
        "seconds": {"solve": 1.5, "total": 2.0},
        "workbook": {"file": "transport.xlsx", "sha256": hashlib.sha256(WORKBOOK).hexdigest()},
        "started": "2024-07-01T10:11:12Z",
    }
    return {
        "manifest": manifest,
        "workbook": WORKBOOK,
        "findings": [{"code": "unused", "message": "Ґ"}],
        "tables": {"shipped": shipped, "made": shipped.iloc[:0]},
        "reports": [("report.html", write_report)],
    }


def is_whole(run: Path) -> bool:
    """Whether the folder holds its manifest and exactly the files that it names, each as it was written."""
    files = json.loads((run / "run.json").read_bytes())["files"]
    found = {p.relative_to(run).as_posix(): p for p in run.rglob("*") if p.is_file() and p.name != "run.json"}
    return files == {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in found.items()}


def listed(folder: Path) -> list[str]:
    """Everything in the folder, hidden or not."""
    return sorted(entry.name for entry in folder.iterdir())


def in_child(work: Callable[[], None]) -> int:
    """Runs ``work`` in a forked process; gives its exit code, or minus the signal that ended it."""
    child = os.fork()
    if child == 0:
        try:
            work()
        except BaseException as error:
            print(type(error).__name__, error, file=sys.stderr)
            os._exit(70)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def at_touch(number: int, folder: Path, act: Callable[[], None]) -> None:
    """Has ``act`` called, in this process, just before touch ``number`` of the disk below ``folder``."""
    seen = 0

    def touch() -> None:
        nonlocal seen
        seen += 1
        if seen == number:
            act()

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event in TOUCHES and arguments and str(arguments[0]).startswith(str(folder)):
            touch()

    sync = os.fsync

    def counted_sync(descriptor: int) -> None:
        touch()
        sync(descriptor)

    os.fsync = counted_sync
    sys.addaudithook(hook)


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)
