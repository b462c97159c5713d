"""A command as a process of its own: how long it took by the clock, and its peak memory as the system counted it."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Ran:
    """``seconds`` by the clock, ``peak_mb`` (the largest resident size), the exit ``code``, what it printed."""

    seconds: float
    peak_mb: float
    code: int
    printed: str

    def json(self) -> dict[str, Any]:
        """The last line that it printed, as JSON."""
        return dict(json.loads(self.printed.strip().splitlines()[-1]))


def run(command: Sequence[str]) -> Ran:
    """Run a command to its end."""
    clock = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert process.stdout is not None
    printed = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return Ran(time.perf_counter() - clock, usage.ru_maxrss / 1024, process.returncode, printed)


def python(module: str, *arguments: object) -> Ran:
    """Run a module of Python; raises where it fails."""
    ran = run([sys.executable, "-m", module, *map(str, arguments)])
    if ran.code != 0:
        raise RuntimeError(f"{module} {' '.join(map(str, arguments))} ended with code {ran.code}: {ran.printed}")
    return ran


def machine() -> str:
    """The processor, its cores, the memory and the versions, in one line."""
    model = platform.processor() or platform.machine()
    for line in Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else ():
        if line.startswith("model name"):
            model = line.split(":", 1)[1].strip()
            break
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    versions = ", ".join(f"{name} {version(name)}" for name in ("highspy", "pyomo", "linopy", "numpy", "scipy"))
    return f"{model}, {os.cpu_count()} cores, {memory:.0f} GiB, Python {platform.python_version()}, {versions}"
