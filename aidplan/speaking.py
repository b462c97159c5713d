"""How a command speaks: progress and warnings on stderr, results on stdout."""

from __future__ import annotations

import json
import sys
import time
from typing import Any


class Speaker:
    """Progress and warnings on stderr, results on stdout; ``json`` gives one object, ``quiet`` no progress."""

    def __init__(self, as_json: bool = False, quiet: bool = False) -> None:
        self.as_json, self.quiet = as_json, quiet
        self._started = time.monotonic()

    def progress(self, text: str) -> None:
        """A line on how far the work is."""
        if not self.quiet:
            print(f"  {time.monotonic() - self._started:6.1f} s  {text}", file=sys.stderr, flush=True)

    def warn(self, text: str) -> None:
        """What a planner must know though the work goes on."""
        print(text, file=sys.stderr, flush=True)

    def result(self, text: str, machine: Any) -> None:
        """The result: for people, or for programs."""
        print(json.dumps(machine, ensure_ascii=False, indent=2) if self.as_json else text, flush=True)
