"""How far HiGHS is, read from its log, so that a long solve is seen to move."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

SILENCE = 10.0
"""Seconds after which a solve that has said nothing tells how far it is."""

_INTERIOR = re.compile(r"^\s*(\d+)\*?\s+\S+\s+\S+\s+\S+\s+\S+\s+(\d\.\d+e[+-]\d+)\s+[\d.]+\s*$")
"""IPX: iteration, primal and dual objective, primal and dual infeasibility, relative gap, time."""
_SIMPLEX = re.compile(r"^\s*(\d+)\s+-?[\d.]+(?:e[+-]?\d+)?\s+(?:Ph1|Pr|Du):\s*(\d+)")
"""Simplex: iteration, objective, infeasibilities."""
_PHASES = {
    "presolv": "presolving",
    "crossover": "crossing over to a basis",
    "starting basis": "building a starting basis",
}

_TELLS: ContextVar[Callable[[str], None] | None] = ContextVar("_TELLS", default=None)


@contextmanager
def reporting_iterations(progress: Callable[[str], None]) -> Iterator[None]:
    """While the block runs in this thread, long solves tell ``progress`` how far they are."""
    token = _TELLS.set(progress)
    try:
        yield
    finally:
        _TELLS.reset(token)


def in_words(line: str) -> str:
    """A line of HiGHS's log in words; "" for one that says nothing of how far it is."""
    if found := _INTERIOR.match(line):
        return f"interior point, iteration {int(found[1])}, relative gap {float(found[2]):.0e}"
    if found := _SIMPLEX.match(line):
        return f"simplex, iteration {int(found[1]):,}, {int(found[2]):,} rows and columns still infeasible"
    return next((words for sign, words in _PHASES.items() if sign in line.lower()), "")


class Iterations:
    """Hears HiGHS's log, from HiGHS's own thread, and tells what was last heard when asked often enough."""

    def __init__(self) -> None:
        self.last = "the solver is at work"
        self._tells = _TELLS.get()
        self._next = time.monotonic() + SILENCE

    def listen(self, highs: Any) -> None:
        """Begin to hear HiGHS's log, where somebody wants to be told."""
        if self._tells is not None:
            highs.setOptionValue("output_flag", True)
            highs.cbLogging.subscribe(self.hear)

    def leave(self, highs: Any) -> None:
        """Hear no more; only when HiGHS has ended."""
        if self._tells is not None:
            highs.cbLogging.unsubscribe(self.hear)
            highs.setOptionValue("output_flag", False)

    def hear(self, event: Any) -> None:
        """One message of HiGHS's log, which may hold several lines."""
        for line in str(event.message).splitlines():
            self.last = in_words(line) or self.last

    def tell(self) -> None:
        """Say how far the solve is, if nothing was said for a while."""
        now = time.monotonic()
        if self._tells is not None and now >= self._next:
            self._next = now + SILENCE
            self._tells(self.last)
