"""How long explanations of a plan take, and how many of the 512 combinations of causes need a solve.

    python -m benchmarks.explain RUN [--shortages N] [--seconds SECONDS] [--only PART …] [--note TEXT]

RUN is a run's folder. Measures the N worst shortages (5), one a capability, and each part that stands around them, with so many
seconds for each part (180); with ``--only`` some of them: shortages, plan, means, bottlenecks, frontier, decisions, prices. The figures
go to ``benchmarks/explain.json``, a part at a time, and from there to ``benchmarks/RESULTS.md``. Two searches of a shortage run
beside each other where there are two cores, so processor time is told beside what passed.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aidplan.commands.explain import stood
from aidplan.explain.bottlenecks import bottlenecks
from aidplan.explain.first_level import FirstLevel
from aidplan.explain.frontier import frontier
from aidplan.explain.means import means
from aidplan.explain.plan_values import values_of
from aidplan.explain.prices import prices
from aidplan.explain.questions import questions
from aidplan.explain.shortage.shortage import explain_shortage
from aidplan.explain.worth import decisions
from aidplan.extract import PlanRun
from aidplan.runs import open_run
from aidplan.solve.resource_limits import Limits
from benchmarks import results
from benchmarks.processes import machine

RECORD = Path("benchmarks/explain.json")
COMBINATIONS = 512
PARTS = ("shortages", "plan", "means", "bottlenecks", "frontier", "decisions", "prices")
Figures = dict[str, Any]


def timed(done: Callable[[], Figures]) -> Figures:
    """What was done, with the processor and elapsed seconds that it took."""
    cpu, clock = time.process_time(), time.perf_counter()
    told = done()
    return {
        "processor": round(time.process_time() - cpu, 1),
        "elapsed": round(time.perf_counter() - clock, 1),
        **told,
    }


def shortages(run: PlanRun, count: int) -> list[Figures]:
    """The worst shortages, one a capability."""
    plan, rows = values_of(run), []
    for question in questions(run.data, plan)[:count]:

        def one(question: Any = question) -> Figures:
            found = explain_shortage(run.data, plan, question)
            single = found.solves - found.combinations
            return {"combinations": found.combinations, "single_limits": single, "exact": found.exact}

        rows.append({"capability": question.capability, **timed(one)})
        print(rows[-1], flush=True)
    return rows


def around(run: PlanRun, path: Path, seconds: float, only: Sequence[str]) -> dict[str, Figures]:
    """Each part that stands around the shortages, within so many ``seconds``."""
    levels: list[FirstLevel] = []

    def solve() -> Figures:
        level = FirstLevel.of(run.data, Limits(), stood(path), values_of(run))
        assert level is not None
        levels.append(level)
        return {"found": 1, "not_done": 0, "solves": 1}

    found = {"plan": timed(solve)}
    print(found, flush=True)
    level = levels[0]
    parts: dict[str, Callable[[], tuple[Sequence[Any], Any]]] = {
        "means": lambda: (means(run.data, planned=level.planned)[0], 0),
        "bottlenecks": lambda: bottlenecks(level),
        "frontier": lambda: frontier(level, level.limits),
        "decisions": lambda: decisions(level),
        "prices": lambda: prices(level, ()),
    }
    for name, part in parts.items():
        if name not in only:
            continue

        def one(part: Callable[[], tuple[Sequence[Any], Any]] = part) -> Figures:
            before = level.solves
            level.limits = Limits.from_now(seconds)
            done, lacking = part()
            lacking = lacking if isinstance(lacking, int) else len(lacking)
            return {"found": len(done), "not_done": lacking, "solves": level.solves - before}

        found[name] = timed(one)
        print(name, found[name], flush=True)
    level.close()
    return found


def section(found: Mapping[str, Any]) -> str:
    """The part of RESULTS.md."""
    worst = found.get("shortages", ())
    rows = [
        [one["capability"], one["processor"], one["elapsed"], one["combinations"], one["single_limits"], "yes" if one["exact"] else "no"]
        for one in worst
    ]  # fmt: skip
    total = sum(one["processor"] for one in worst)
    solved = sum(one["combinations"] for one in worst)
    return "\n\n".join([
        "## Explanations",
        f"The coalition workbook, `python -m benchmarks.explain RUN`, {found['measured']}. {found['machine']}. "
        f"{found.get('note', '')}".strip(),
        results.table(
            ["shortage", "processor, s", "elapsed, s", f"solved of {COMBINATIONS}", "solves for single limits", "exact"],
            [[str(cell) for cell in row] for row in rows],
        ),
        f"Together {total:.0f} s of processor time, and {solved} of {COMBINATIONS * len(worst):,} combinations needed a solve.",
        *around_them(found),
    ])  # fmt: skip


def around_them(found: Mapping[str, Any]) -> list[str]:
    """The table of what stands around the shortages, where it was measured."""
    parts = [
        [name, one["processor"], one["elapsed"], one["found"], one["not_done"], one["solves"]]
        for name, one in found.items()
        if name in PARTS and name != "shortages"
    ]
    if not parts:
        return []
    return [
        results.table(
            ["around them", "processor, s", "elapsed, s", "found", "not done", "solves"],
            [[str(cell) for cell in row] for row in parts],
        )
    ]


def main() -> None:
    """Measure, keep the figures, and write RESULTS.md again."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path)
    parser.add_argument("--shortages", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=180.0)
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--note", default="", help="what to know of the machine while this was measured")
    chosen = parser.parse_args()
    run = open_run(chosen.run)
    found = json.loads(RECORD.read_text()) if RECORD.exists() else {}
    found |= {"measured": f"{datetime.now(UTC):%Y-%m-%d}", "machine": machine(), "note": chosen.note}
    if "shortages" in chosen.only:
        found["shortages"] = shortages(run, chosen.shortages)
    if set(chosen.only) - {"shortages"}:
        found |= around(run, chosen.run, chosen.seconds, chosen.only)
    RECORD.write_text(json.dumps(found, indent=1) + "\n")
    results.write_results(json.loads(results.RESULTS.read_text()))


if __name__ == "__main__":
    main()
