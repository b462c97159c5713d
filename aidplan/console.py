"""The console: progress and warnings on stderr, results on stdout."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID


class Console:
    """Progress and warnings on stderr, results on stdout; ``as_json`` gives one object, ``quiet`` no progress.

    On a terminal progress is a bar with the last lines above it, elsewhere plain lines.
    """

    def __init__(self, as_json: bool = False, quiet: bool = False) -> None:
        self.as_json, self.quiet = as_json, quiet
        self._started = time.monotonic()
        self._bar: Progress | None = None
        self._task: TaskID | None = None

    def progress(self, text: str, of: str = "") -> None:
        """A line on how far the work is; ``of`` names the job that it is about, where there are several."""
        if self.quiet:
            return
        about = f"{of}: " if of else ""
        self._write(f"  {time.monotonic() - self._started:6.1f} s  {about}{text}")
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, description=f"{about}{text}")

    def warn(self, text: str) -> None:
        """What a planner must know though the work goes on."""
        self._write(text)

    def result(self, text: str, machine: Any) -> None:
        """The result: for people, or for programs."""
        print(json.dumps(machine, ensure_ascii=False, indent=2) if self.as_json else text, flush=True)

    @contextmanager
    def bar(self, total: int | None = None) -> Iterator[None]:
        """While the block runs, a terminal shows a bar; ``total`` is how many jobs there are, None where there
        is one.
        """
        if self.quiet or not sys.stderr.isatty():
            yield
            return
        self._bar = _bar()
        self._task = self._bar.add_task("", total=total)
        try:
            with self._bar:
                yield
        finally:
            self._bar = self._task = None

    def advance(self) -> None:
        """One job more is done."""
        if self._bar is not None and self._task is not None:
            self._bar.advance(self._task)

    def _write(self, text: str) -> None:
        """A line on stderr, in one piece: others may write there at the same time."""
        if self._bar is not None:
            self._bar.console.print(text, markup=False, highlight=False, emoji=False, soft_wrap=True)
        else:
            print(f"{text}\n", end="", file=sys.stderr, flush=True)


Speaker = Console


def _bar() -> Progress:
    """A bar on stderr in which no text of a planner is taken for markup."""
    from rich.console import Console as Terminal
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
    from rich.table import Column

    columns = (
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.description}", markup=False, table_column=Column(ratio=1, no_wrap=True, overflow="ellipsis")),
    )
    return Progress(*columns, console=Terminal(stderr=True), transient=True)


def own_fault(problem: Exception) -> str:
    """What a planner is told where aidplan itself is at fault."""
    said = f"{type(problem).__name__}: {problem}".rstrip(": ")
    return f"aidplan stopped at a fault of its own ({said}); set AIDPLAN_DEBUG=1 to see where, and report it"
