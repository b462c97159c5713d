"""How a command speaks: progress and warnings on stderr, results on stdout."""

from __future__ import annotations

import json
import sys
import time
from copy import copy
from typing import Any


class Speaker:
    """Progress and warnings on stderr, results on stdout; ``json`` gives one object, ``quiet`` no progress."""

    def __init__(self, as_json: bool = False, quiet: bool = False, of: str = "") -> None:
        self.as_json, self.quiet, self._of = as_json, quiet, of
        self._started = time.monotonic()

    def about(self, scenario: str) -> Speaker:
        """The same, by the same clock, whose every line of progress names the scenario that it is about."""
        speaker = copy(self)
        speaker._of = f"{scenario}: "
        return speaker

    def progress(self, text: str) -> None:
        """A line on how far the work is."""
        if not self.quiet:
            _say(f"  {time.monotonic() - self._started:6.1f} s  {self._of}{text}")

    def warn(self, text: str) -> None:
        """What a planner must know though the work goes on."""
        _say(text)

    def result(self, text: str, machine: Any) -> None:
        """The result: for people, or for programs."""
        print(json.dumps(machine, ensure_ascii=False, indent=2) if self.as_json else text, flush=True)


def own_fault(problem: Exception) -> str:
    """What a planner is told where aidplan itself is at fault."""
    said = f"{type(problem).__name__}: {problem}".rstrip(": ")
    return f"aidplan stopped at a fault of its own ({said}); set AIDPLAN_DEBUG=1 to see where, and report it"


def _say(text: str) -> None:
    """A line on stderr, in one piece: others may speak there at the same time."""
    print(f"{text}\n", end="", file=sys.stderr, flush=True)
