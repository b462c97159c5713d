"""What surprises cost: the base plan kept until a month and then met by another future, against the plan that knew it.

python -m benchmarks.surprises FOLDER      solves what is missing in FOLDER, and writes docs/kept.md from the runs there

FOLDER holds the runs ``base``, and ``kept-NAME`` and ``knew-NAME`` of every scenario asked for.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from aidplan.workbook import open_workbook
from aidplan.workbook.keeping import differences
from aidplan.workbook.planning_workbook import Workbook

ROOT = Path(__file__).resolve().parents[1]
WORKBOOK, PAGE = ROOT / "inputs" / "coalition-2024.xlsx", ROOT / "docs" / "kept.md"
SCENARIOS, UNTIL = ("us_leaves", "germany_leaves", "hub_closed", "surge"), "2025-02"
RELIEFS = ("overflow", "floors", "shares", "promises")

INTRODUCTION = """# Kept plans: what a surprise costs

A plan is made knowing the whole future. `aidplan solve WORKBOOK --scenario NAME --keep RUN --until MONTH` shows a plan that did
not know: what RUN decided before the month stands, and only the rest is planned again ([the model](model.md#kept-plans)). Beside
the plan of the same scenario that knew all along, it says what the surprise costs.

This page is written from runs of the coalition workbook by `python -m benchmarks.surprises FOLDER`.
"""


def solve(folder: Path, name: str, *options: str) -> None:
    """Solve into ``folder`` under ``name``, unless it is there."""
    if not (folder / name / "run.json").is_file():
        command = [sys.executable, "-m", "aidplan.cli", "solve", str(WORKBOOK), "--out", str(folder), "--name", name]
        subprocess.run([*command, "--quiet", *options], check=True)


def manifest(folder: Path, name: str) -> dict[str, Any]:
    """``run.json`` of a run."""
    found: dict[str, Any] = json.loads((folder / name / "run.json").read_bytes())
    return found


def table(folder: Path) -> list[str]:
    """The surprises, a row each: met by who knew and by who did not, and what gave way."""
    base = manifest(folder, "base")["goals"]
    lines = [
        f"The base is kept until {UNTIL}. Demand met is that of the goal `coverage`; in the base it is {met(base)}.",
        "",
        "| scenario | knew all along | kept, then surprised | the surprise costs | cost, knew | cost, surprised | what gave way |",
        "|---|---|---|---|---|---|---|",
    ]
    for name in SCENARIOS:
        kept, knew = manifest(folder, f"kept-{name}")["goals"], manifest(folder, f"knew-{name}")["goals"]
        points = 100 * (kept["coverage"] - knew["coverage"])
        gave = [f"{relief} {kept[relief]:,.4g}" for relief in RELIEFS if kept[relief] > 0]
        lines.append(
            f"| `{name}` | {met(knew)} | {met(kept)} | {points:.2f} points | {knew['cost']:,.0f} | {kept['cost']:,.0f} "
            f"| {', '.join(gave) or 'nothing'} |"
        )
    return [*lines, "", "Cost in million USD, over the whole horizon and its tail."]


def met(goals: Mapping[str, float]) -> str:
    """Demand met, in percent."""
    return f"{100 * (1 - goals['coverage']):.2f} %"


def unfit(book: Workbook, until: int) -> list[str]:
    """Scenarios that change what stands, each with its first cell: these cannot come as a surprise."""
    lines = []
    for name in book.scenarios:
        found = differences(book.tables, book.scenario(name).tables, until, "the base")
        if found:
            more = f", and {len(found) - 1} more" if len(found) > 1 else ""
            lines.append(f"- `{name}`: {found[0].place} ({found[0].message}{more})")
    return lines


def write(folder: Path) -> None:
    """The page, from the runs in ``folder``."""
    book = open_workbook(WORKBOOK)
    refused = unfit(book, book.tables.calendar.number(UNTIL))
    lines = [INTRODUCTION, *table(folder), "", "## Scenarios that cannot surprise", ""]
    lines += [f"They change a number of a month before {UNTIL}, so `--keep` refuses them at that cell:", "", *refused]
    PAGE.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> None:
    """Solve what is missing, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args(arguments).folder
    solve(folder, "base")
    for name in SCENARIOS:
        solve(folder, f"kept-{name}", "--scenario", name, "--keep", str(folder / "base"), "--until", UNTIL)
        solve(folder, f"knew-{name}", "--scenario", name)
    write(folder)


if __name__ == "__main__":
    main()
