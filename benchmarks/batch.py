"""Twelve scenarios of a made-up coalition: two at a time, against one after the other.

    python -m benchmarks.batch [--rounds N] [--note TEXT]

Each round runs `aidplan solve --all-scenarios --threads 1` with `--jobs 2` and with `--jobs 1`, in changing order; the ratio is
that of the seconds by the clock within a round. Tables must be the same. Writes benchmarks/batch.json and RESULTS.md.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import results
from benchmarks.coalition import Coalition, Row, Size, write_rows
from benchmarks.processes import machine, python

RECORD = Path("benchmarks/batch.json")
AIM = 1.6
SIZE = Size(18, 11, 2, 3, 4, 14, 13, 4, 38, 16)
CHANGES = (
    ("money_70", "funding", "*", 0.7), ("money_80", "funding", "*", 0.8), ("money_90", "funding", "*", 0.9),
    ("money_110", "funding", "*", 1.1), ("surge_110", "demand", "*", 1.1), ("surge_120", "demand", "*", 1.2),
    ("surge_130", "demand", "*", 1.3), ("capacity_80", "capacity", "*", 0.8), ("capacity_90", "capacity", "*", 0.9),
    ("capacity_110", "capacity", "*", 1.1), ("dear", "products", "unit_cost", 1.1),
)  # fmt: skip
"""Scenario, sheet, column and factor: with the base there are twelve."""


def workbook(target: Path) -> None:
    """Write the workbook with its scenarios."""
    rows = Coalition(SIZE).sheets()
    rows["scenarios"] = [scenario(*change) for change in CHANGES]
    write_rows(rows, target)


def scenario(name: str, sheet: str, column: str, factor: float) -> Row:
    """A scenario of one row that scales a sheet."""
    return {"scenario": name, "sheet": sheet, "column": column, "change": "scale", "value": factor}


def measured(book: Path, out: Path, jobs: int) -> dict[str, Any]:
    """One batch: seconds by the clock, MB of its largest process, processor seconds of its solves."""
    ran = python(
        "aidplan.cli", "solve", book, "--all-scenarios", "--threads", 1, "--jobs", jobs, "--out", out, "--quiet", "--no-why"
    )  # fmt: skip
    runs = [json.loads(path.read_bytes()) for path in sorted(out.glob("*/run.json"))]
    assert [run["verified"] for run in runs] == [True] * (len(CHANGES) + 1)
    return {
        "seconds": round(ran.seconds, 2),
        "solving": round(sum(run["seconds"]["solve"] for run in runs), 2),
        "columns": max(run["model"]["columns"] for run in runs),
    }


def tables(out: Path) -> dict[tuple[str, str], bytes]:
    """(scenario, file) -> what it holds; prices, which are the same to nine digits, left out."""
    scenario_of = {path.parent: json.loads(path.read_bytes())["scenario"] for path in out.glob("*/run.json")}
    return {
        (name, file.name): file.read_bytes()
        for run, name in scenario_of.items()
        for file in (run / "tables").glob("*.csv")
        if file.name != "prices.csv"
    }


def round_of(book: Path, place: Path, number: int) -> dict[str, Any]:
    """One round: both batches, the order of which changes from round to round."""
    found = {}
    for jobs in (2, 1) if number % 2 == 0 else (1, 2):
        found[str(jobs)] = measured(book, place / f"{number}-{jobs}", jobs)
    same = tables(place / f"{number}-1") == tables(place / f"{number}-2")
    return {**found, "same": same, "ratio": round(found["1"]["seconds"] / found["2"]["seconds"], 3)}


def section(found: Mapping[str, Any]) -> str:
    """The part of RESULTS.md."""
    rounds: Sequence[Mapping[str, Any]] = found["rounds"]
    ratio = median(each["ratio"] for each in rounds)
    rows = [
        [str(n), *(f"{each[jobs]['seconds']:.1f}" for jobs in ("1", "2")), f"{each['ratio']:.2f}", "yes" if each["same"] else "NO"]
        for n, each in enumerate(rounds, start=1)
    ]  # fmt: skip
    return "\n\n".join([
        "## Batches",
        f"Twelve scenarios of a made-up coalition of {rounds[0]['1']['columns']:,} columns, `python -m benchmarks.batch`, "
        f"{found['measured']}. {found['machine']}. {found['note']}".strip(),
        results.table(["round", "`--jobs 1`, s", "`--jobs 2`, s", "ratio", "same tables"], rows),
        f"Median ratio {ratio:.2f}; asked {AIM} on two cores.",
    ])  # fmt: skip


def main() -> None:
    """Measure, keep the figures, and write RESULTS.md again."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--note", default="", help="what to know of the machine while this was measured")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        workbook(place / "batch.xlsx")
        rounds = []
        for number in range(chosen.rounds):
            rounds.append(round_of(place / "batch.xlsx", place, number))
            print(rounds[-1], flush=True)
    found = {"measured": f"{datetime.now(UTC):%Y-%m-%d}", "machine": machine(), "note": chosen.note, "rounds": rounds}
    RECORD.write_text(json.dumps(found, indent=1) + "\n")
    results.write_results(json.loads(results.RESULTS.read_text()))


if __name__ == "__main__":
    main()
