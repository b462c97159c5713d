"""`aidplan compare`: opens the runs, compares them, writes both reports and says what differs."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from aidplan.runs import RunError, open_run
from aidplan.runs.errors import shown

if TYPE_CHECKING:
    from aidplan.compare.comparing import Comparison
    from aidplan.console import Speaker

USAGE, FAILED = 2, 1
WORKBOOK, PAGE = "compare.xlsx", "compare.html"


def compare_command(paths: Sequence[Path], out: Path, solves: int | None, with_why: bool, speaker: Speaker) -> int:
    """Compare the runs at ``paths``, write ``compare.xlsx`` and ``compare.html`` to ``out``; the exit code."""
    from aidplan.compare.comparing import compare_runs
    from aidplan.compare.format import machine, terminal

    if len(paths) < 2:
        speaker.warn("compare: needs two runs or more; `aidplan runs` lists them")
        return USAGE
    runs = []
    for path in paths:
        speaker.progress(f"opening {shown(path.name)}")
        try:
            runs.append(open_run(path))
        except RunError as problem:
            speaker.warn(str(problem))
            return USAGE
    comparison = compare_runs(
        runs, solves=solves, with_why=with_why, progress=lambda text: speaker.progress(shown(text))
    )
    try:
        written = write_reports(comparison, out)
    except OSError as problem:
        speaker.warn(f"{shown(out)}: {problem.strerror or problem}; give a folder of your own with --out")
        return FAILED
    text = "\n".join([terminal(comparison), *(f"open {shown(path)}" for path in written)])
    speaker.result(text, {"exit_code": 0, **machine(comparison), "files": [str(path) for path in written]})
    return 0


def write_reports(comparison: Comparison, out: Path) -> list[Path]:
    """Both reports in ``out``, each whole or not at all. Raises OSError."""
    from aidplan.compare.comparison_page import write_page
    from aidplan.compare.comparison_workbook import write_workbook

    out.mkdir(parents=True, exist_ok=True)
    writers = ((WORKBOOK, write_workbook), (PAGE, write_page))
    return [_written(out / name, lambda path, write=write: write(comparison, path)) for name, write in writers]  # type: ignore[misc]


def _written(path: Path, write: Callable[[Path], None]) -> Path:
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        write(beside)
        beside.replace(path)
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
    return path
