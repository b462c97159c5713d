"""Limits of a solve: the time that it may take, and the memory that the process may hold.

Both are looked at before each solve, while HiGHS runs, and between the stages; what is done by then is kept.
They are limits of the solve: writing the run comes after it, takes seconds, and some memory of its own.
"""

from __future__ import annotations

import ctypes
import math
import sys
import time
from contextlib import suppress
from dataclasses import dataclass

_MIB = 1024.0**2


class SolverStopped(Exception):
    """A limit was reached before there was an answer: ``limit`` is time_limit or memory_limit, ``note`` its figures."""

    def __init__(self, limit: str = "time_limit", note: str = "") -> None:
        super().__init__(limit)
        self.limit, self.note = limit, note

    @property
    def name(self) -> str:
        """``time limit``."""
        return self.limit.replace("_", " ")


def resident_mb() -> float:
    """MiB of memory that the process holds now."""
    import psutil

    return float(psutil.Process().memory_info().rss) / _MIB


def peak_mb() -> float:
    """MiB of memory that the process held at most."""
    if sys.platform == "win32":
        import psutil

        return float(psutil.Process().memory_info().peak_wset) / _MIB
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # in KiB, on macOS in bytes
    return peak / 1024 if sys.platform != "darwin" else peak / _MIB


def give_back_memory() -> None:
    """Have the C library give the system what was freed, where it can be asked (glibc): it keeps most of it else."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


@dataclass(frozen=True)
class Limits:
    """``deadline`` is a time of `time.monotonic`, ``memory_mb`` MiB that the process may hold; None: no limit."""

    deadline: float | None = None
    memory_mb: float | None = None

    @classmethod
    def from_now(cls, seconds: float | None, memory_mb: float | None = None) -> Limits:
        """Limits of which the time begins to run now."""
        return cls(None if seconds is None else time.monotonic() + seconds, memory_mb)

    def seconds_left(self) -> float:
        """Until the deadline, below 0 once it has passed; infinite without one."""
        return math.inf if self.deadline is None else self.deadline - time.monotonic()

    def check(self) -> None:
        """Raise SolverStopped where one of them is reached."""
        if self.seconds_left() <= 0:
            raise SolverStopped("time_limit")
        self.check_memory()

    def check_memory(self) -> None:
        """Raise SolverStopped where the process holds more than it may."""
        if self.memory_mb is not None and (held := resident_mb()) > self.memory_mb:
            raise SolverStopped("memory_limit", f"the process held {held:,.0f} MB of {self.memory_mb:,.0f}")


UNLIMITED = Limits()
