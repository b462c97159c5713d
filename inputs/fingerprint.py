"""Which numbers a record of runs is of, so that a figure is never told of another workbook."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from inputs import build

TOLD_APART = ("source", "confidence", "note")


def fingerprint() -> str:
    """A hash of everything that is planned with: every sheet's cells but sources, notes and the planners' own columns."""
    made = build.tables(build.load_published())
    cells = [
        [name, sorted((column, cell) for column, cell in row.items() if cell != "" and _is_planned(column))]
        for name in build.ORDER
        for row in made[name]
    ]
    return hashlib.sha256(json.dumps(cells).encode()).hexdigest()


def _is_planned(column: str) -> bool:
    return column not in TOLD_APART and not column.startswith("#")


def refuse_if_stale(told: Mapping[str, Any], path: Path, command: str) -> None:
    """Raise SystemExit, with what to do, where a record is of another workbook than the one that is built now."""
    now = fingerprint()
    if told["workbook"] != now:
        raise SystemExit(
            f"{path.name} is of another workbook ({told['workbook'][:8]}) than inputs/coalition-2024.xlsx as it is built now "
            f"({now[:8]}): its figures are not this workbook's. Solve again: {command}"
        )
