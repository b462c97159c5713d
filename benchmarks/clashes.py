"""How long does it take to be told why no plan exists? Infeasibility planted in copies of the real workbook.

    python -m benchmarks.clashes [WORKBOOK] [NAME...]

Each copy is solved by the command itself, alone. Prints for each clash the command's exit code, the seconds from
its start to its exit and those that its threads worked (which other work on the machine moves less), how many ways
out were proved, of which kinds, whether the clashing rows were shown to be irreducible, and how many sentences of
arithmetic there are. With ``--told`` the explanations too.

On two cores with other work beside, the coalition workbook of 165k columns: 13 to 65 seconds of work, 2 to 4 ways
out, every clash irreducible. Before the search beside the goals and the warm starts, the first clash was not found
in six minutes.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from benchmarks.same_plan import REAL


@dataclass(frozen=True)
class Spoiled:
    """Cells to overwrite: ``column`` (a year: all its periods) in every row of ``sheet`` that ``where`` selects.

    ``=initial`` is the row's own cell of that column; column ``+`` adds a row with these cells.
    """

    sheet: str
    where: Mapping[str, str]
    column: str
    value: object


ARTILLERY = {"capability": "artillery"}
CLASHES: dict[str, tuple[Spoiled, ...]] = {
    "floor too high at one front": (
        Spoiled("demand", {"place": "rear_ad", "capability": "ad_ballistic"}, "floor", 0.95),
    ),
    "floors too high everywhere": (Spoiled("demand", {"capability": "barrels"}, "floor", 0.9),),
    "depot passes too little": (Spoiled("places", {"place": "ua_rear"}, "throughput_t", 1200),),
    "hub too small for arrivals": (
        Spoiled("places", {"place": "rzeszow"}, "storage_t", 1200),
        Spoiled("places", {"place": "rzeszow"}, "throughput_t", 600),
    ),
    "reserves kept whole": (
        Spoiled("demand", {"place": "rear_ad", "capability": "ad_ballistic"}, "floor", 0.6),
        *(Spoiled("stocks", {"place": place, "item": "gemt"}, "floor", "=initial") for place in ("US", "DE")),
    ),
    "guarantees past the horizon barred": (
        Spoiled("settings", {"key": "outyear_limit"}, "value", 0),
        Spoiled("demand", {"capability": "re_ad"}, "floor", 1.0),
        Spoiled("demand", {"capability": "re_ad"}, "floor_from", "2025-07"),
        Spoiled("demand", {"capability": "ad_ballistic"}, "floor", 0.6),
    ),
    "share of what cannot be bought": (
        Spoiled("demand", {"place": "home_fr", "capability": "re_shell"}, "floor", 0.4),
        Spoiled("demand", {"place": "home_fr", "capability": "re_shell"}, "floor_from", "2025-09"),
        Spoiled("menu", {}, "+", {"fund": "FR_REARM", "class": "ew", "country": "FR", "channel": "order",
                                  "allow": "yes", "share_min": 0.3}),
    ),
    "no money": (
        Spoiled("funding", {}, "2024", 0),
        Spoiled("funding", {}, "2025", 0),
        Spoiled("demand", {"capability": "re_shell"}, "floor", 0.4),
        Spoiled("demand", {"capability": "re_shell"}, "floor_from", "2025-09"),
    ),
}  # fmt: skip


def plant(source: Path, spoiled: tuple[Spoiled, ...], path: Path) -> Path:
    """A copy of a workbook with some cells overwritten; ``=initial`` is the row's own cell of that column."""
    book = openpyxl.load_workbook(source)
    for each in spoiled:
        sheet: Worksheet = book[each.sheet]
        place = {str(cell.value): n for n, cell in enumerate(sheet[1]) if cell.value is not None}
        if isinstance(each.value, dict):
            sheet.append([each.value.get(name) for name in place])
            continue
        columns = [n for name, n in place.items() if name == each.column or name.startswith(f"{each.column}-")]
        rows = [
            row
            for row in sheet.iter_rows(min_row=2)
            if all(str(row[place[name]].value) == value for name, value in each.where.items())
        ]
        if not (rows and columns):
            raise SystemExit(f"{source}: nothing to spoil for {each}")
        for row in rows:
            for n in columns:
                own = str(each.value).startswith("=")
                row[n].value = row[place[str(each.value)[1:]]].value if own else each.value
    book.save(path)
    return path


def main(arguments: list[str]) -> None:
    """Plant, solve, print."""
    text = "--told" in arguments
    words = [word for word in arguments if word != "--told"]
    workbook = Path(words.pop(0)) if words and words[0].endswith(".xlsx") else REAL
    print(f"{'clash':42} {'exit':>4} {'seconds':>8} {'of work':>8} {'ways':>4} irreducible  sums  kinds", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        for n, name in enumerate(words or CLASHES):
            path = plant(workbook, CLASHES[name], Path(folder) / f"clash{n}.xlsx")
            began, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
            ended = subprocess.run(
                [sys.executable, "-m", "aidplan.cli", "solve", str(path), "--out", folder, "--json"],
                capture_output=True, text=True, check=False,
            )  # fmt: skip
            seconds = time.monotonic() - began
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            worked = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
            why = json.loads(ended.stdout)["runs"][0].get("explanation", {}) if ended.stdout else {}
            kinds = ", ".join(repair["kind"] for repair in why.get("ways_out", ()))
            shown = "yes" if why.get("clash", {}).get("irreducible") else "no"
            print(
                f"{name:42} {ended.returncode:4} {seconds:8.1f} {worked:8.1f} {len(why.get('ways_out', ())):4} {shown:>11} "
                f"{len(why.get('arithmetic', ())):5}  {kinds}",
                flush=True,
            )
            if text:
                print("\n".join([*ended.stderr.splitlines(), *why.get("lines", ())]), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
