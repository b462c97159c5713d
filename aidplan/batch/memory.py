"""How many jobs the memory of this machine holds at the same time."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

_MIB = 1024.0**2


def available_mb() -> float:
    """MiB that processes may still take: of the machine, or of the control group that this one runs in."""
    import psutil

    free = float(psutil.virtual_memory().available) / _MIB
    with suppress(OSError, ValueError):
        group = Path("/sys/fs/cgroup")
        most = (group / "memory.max").read_text().strip()
        if most != "max":
            used = float((group / "memory.current").read_text())
            inactive = [line.split() for line in (group / "memory.stat").read_text().splitlines()]
            cache = next((float(size) for name, size in inactive if name == "inactive_file"), 0.0)
            free = min(free, (float(most) - used + cache) / _MIB)
    return free


def held_mb(process: int) -> float:
    """MiB that a process holds now; 0 where it is gone."""
    import psutil

    with suppress(psutil.Error):
        return float(psutil.Process(process).memory_info().rss) / _MIB
    return 0.0


def one_more_fits(needed: float, held: Iterable[float], available: float) -> bool:
    """Whether a process that may need ``needed`` MiB can begin beside those that hold ``held`` and may still grow to
    as much; the first can always.
    """
    held = list(held)
    growing = sum(max(needed - each, 0.0) for each in held)
    return not held or available - growing >= needed
