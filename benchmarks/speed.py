"""How long a plan takes, stage by stage, beside what HiGHS alone, linopy and Pyomo's own interface need.

    python -m benchmarks.speed S M L real [--rounds 3]

For each size a made-up coalition (`benchmarks.coalition`; ``real`` is the real workbook) is solved by the command
itself, and, in turn with it, every peer runs on the same programme, each in a process of its own. Ratios are taken
within a round; what is told is their median. HiGHS's other methods run once, cut off at three times `ipx`. L runs
once, HiGHS alone and the command at the same time, a core each, since each takes a quarter of an hour. The figures go to ``benchmarks/results.json``, a size at a time, and from there to ``benchmarks/RESULTS.md``.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.coalition import SIZES, write_coalition
from benchmarks.processes import machine, python, run
from benchmarks.results import RESULTS, write_results

REAL = Path("inputs/coalition-2024.xlsx")
TOLERANT = {"real": "even_fronts"}
"""The scenario in which coverage bears a tolerance; ``tolerant`` in made-up coalitions."""

ONCE = ("L",)
CUT_OFF = 3.0


def solve(workbook: Path, scenario: str, folder: Path) -> dict[str, Any]:
    """The command, from its start to both reports; the run's manifest, with what the system counted."""
    out = Path(tempfile.mkdtemp(dir=folder))
    command = ["solve", workbook, "--scenario", scenario, "--out", out, "--name", "run", "--quiet"]
    ran = run([sys.executable, "-m", "aidplan.cli", *map(str, command)])
    manifest: dict[str, Any] = json.loads((out / "run" / "run.json").read_bytes())
    return {
        "wall": ran.seconds,
        "peak_mb": ran.peak_mb,
        "seconds": manifest["seconds"],
        "ranks": [[rank["goals"], rank["seconds"], rank["method"]] for rank in manifest["ranks"]],
        "model": manifest["model"],
        "verified": manifest["verified"],
        "status": manifest["status"],
    }


def one_round(workbook: Path, matrix: Path, folder: Path, *, at_once: bool) -> dict[str, Any]:
    """Ours and every peer once, one after the other; ours and HiGHS alone ``at_once`` where they take long."""
    with ThreadPoolExecutor(2 if at_once else 1) as pool:
        alone = pool.submit(python, "benchmarks.peers", "highs", matrix, "ipx")
        ours = pool.submit(solve, workbook, "base", folder)
    return {
        "highs ipx": alone.result().json(),
        "ours": ours.result(),
        "linopy": python("benchmarks.peers", "linopy", matrix).json(),
        "pyomo": python("benchmarks.peers", "pyomo", workbook).json(),
    }


def measure(size: str, rounds: int, folder: Path) -> dict[str, Any]:
    """All figures of one size."""
    workbook = REAL
    if size != "real":
        workbook = folder / f"coalition-{size}.xlsx"
        write_coalition(SIZES[size], workbook)
    matrix = folder / f"{size}.npz"
    programme = python("benchmarks.peers", "matrix", workbook, matrix).json()
    say(f"{size}: {programme}")
    done = []
    for n in range(1 if size in ONCE else rounds):
        done.append(one_round(workbook, matrix, folder, at_once=size in ONCE))
        ours, alone = done[-1]["ours"], done[-1]["highs ipx"]
        say(f"{size} round {n + 1}: HiGHS alone {alone['solve']:.1f} s, command {ours['wall']:.1f} s, {ours['status']}")
    found: dict[str, Any] = {
        "programme": programme,
        "rounds": done,
        "machine": machine(),
        "measured": f"{datetime.now(UTC):%Y-%m-%d}",
    }
    if size not in ONCE:
        found["tolerant"] = solve(workbook, TOLERANT.get(size, "tolerant"), folder)
        limit = CUT_OFF * max(one["highs ipx"]["solve"] for one in done)
        for method in ("simplex", "pdlp", "hipo"):
            found[f"highs {method}"] = python("benchmarks.peers", "highs", matrix, method, limit).json() | {
                "limit": limit
            }
            say(f"{size} HiGHS {method}: {found[f'highs {method}']}")
    return found


def say(text: str) -> None:
    """Tell how far it is."""
    print(text, file=sys.stderr, flush=True)


def main() -> None:
    """Measure the sizes asked for and write the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sizes", nargs="+", choices=[*SIZES, "real"])
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    results = json.loads(RESULTS.read_bytes()) if RESULTS.exists() else {}
    with tempfile.TemporaryDirectory() as folder:
        for size in asked.sizes:
            results[size] = measure(size, asked.rounds, Path(folder))
            write_results(results)
    print(RESULTS.with_name("RESULTS.md").read_text())


if __name__ == "__main__":
    main()
