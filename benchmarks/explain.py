"""How long explanations of a plan take, and how many of the 512 combinations of causes need a solve.

    python -m benchmarks.explain RUN [--shortages N] [--decisions SECONDS] [--prices SECONDS]

RUN is a run's folder. Prints CPU and elapsed seconds of each of the N worst shortages (5), one a capability, and of each part that
stands around them. Two searches run beside each other where there are two cores.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

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

COMBINATIONS = 512


def timed(what: str, done: Callable[[], str]) -> None:
    """Print what was done, with the CPU and elapsed seconds that it took."""
    cpu, clock = time.process_time(), time.perf_counter()
    told = done()
    print(
        f"{what}: {time.process_time() - cpu:.1f} s CPU, {time.perf_counter() - clock:.1f} s elapsed; {told}",
        flush=True,
    )


def shortages(run: PlanRun, count: int) -> None:
    """The worst shortages, one a capability."""
    plan = values_of(run)

    def one(question: object) -> str:
        found = explain_shortage(run.data, plan, question)  # type: ignore[arg-type]
        limits = len(found.limits)
        return (
            f"{found.combinations} of {COMBINATIONS} combinations needed a solve, {limits} single limits took "
            f"{found.solves - found.combinations}; exact: {found.exact}"
        )

    for question in questions(run.data, plan)[:count]:
        timed(question.capability, lambda question=question: one(question))  # type: ignore[misc]


def around(run: PlanRun, path: Path, seconds: dict[str, float]) -> None:
    """Bottlenecks, the frontier, decisions, means and prices, each with its own time."""
    levels: list[FirstLevel] = []

    def solve() -> str:
        level = FirstLevel.of(run.data, Limits(), stood(path))
        assert level is not None
        levels.append(level)
        return "the plan solved again from where it stood"

    timed("the plan", solve)
    level = levels[0]

    def part(name: str, done: Callable[[], str]) -> None:
        if seconds.get(name, 0.0) > 0:
            level.limits = Limits.from_now(seconds[name])
            before = level.solves
            timed(name, lambda: f"{done()}; {level.solves - before} solves")

    def counted(found: tuple[list[object], int], what: str) -> str:
        return f"{len(found[0])} {what}, {found[1]} not done"

    part("means", lambda: f"{len(means(run.data, planned=level.planned)[0])} owners")
    part("bottlenecks", lambda: counted(bottlenecks(level), "that help"))  # type: ignore[arg-type]
    part("frontier", lambda: "{} points, {} not done".format(*map(len, frontier(level, level.limits))))
    part("decisions", lambda: counted(decisions(level), "weighed"))  # type: ignore[arg-type]
    part("prices", lambda: counted(prices(level, ()), "rows"))  # type: ignore[arg-type]
    level.close()


def option(name: str, default: float) -> float:
    """The number after a flag."""
    return float(sys.argv[sys.argv.index(name) + 1]) if name in sys.argv else default


def main() -> None:
    """Print the figures of one run."""
    path = Path(sys.argv[1])
    run = open_run(path)
    shortages(run, int(option("--shortages", 5)))
    parts = ("means", "bottlenecks", "frontier", "decisions", "prices")
    around(run, path, {part: option(f"--{part}", 180.0) for part in parts})


if __name__ == "__main__":
    main()
