"""Where earlier runs stood: what a run keeps for the next command, and what a command finds in its output folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from aidplan.workbook import Scenario, Tables

if TYPE_CHECKING:
    from aidplan.solve.warm import Starts


def title_of(tables: Tables) -> str:
    """The title of a workbook; "" where it has none."""
    return str(tables.setting("title") or "")


def warm_starts(out: Path, title: str, starts: Starts) -> None:
    """Add where the newest runs in ``out`` stood whose workbooks have this title: the next solve may begin there."""
    from aidplan.solve.warm import MOST, unpacked

    try:
        files = [(path.stat().st_mtime, str(path), path) for path in out.glob("*/warm.npz")]
    except OSError:
        return
    found = 0
    for _, _, path in sorted(files, reverse=True):
        try:
            of, names, start = unpacked(path.read_bytes())
        except (OSError, ValueError):
            continue  # it is no run of ours, or it is just going away: a solve from nothing gives the same plan
        if of == title:
            starts.add(names, start)
            found += 1
        if found == MOST:
            return


def warm_file(scenario: Scenario, starts: Starts) -> bytes:
    """Where the first rank stood, for the next command that solves a workbook of this title."""
    from aidplan.solve.warm import packed

    return packed(title_of(scenario.tables), *starts.latest) if starts.latest is not None else b""
