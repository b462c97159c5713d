"""One cell edited, twenty times: the time inside HiGHS from where the base stood, beside that of the same solve from nothing.

    python -m benchmarks.edits [WORKBOOK] [--from M] [--to N]

Each edit multiplies one cell of the workbook (always the same ones): money, demand, capacity, lanes, prices, stocks, fleets and
more. It is solved from the base's ``warm.npz``, with all levels, prices, the one plan and its alternatives, and from nothing, on
one thread. CPU seconds inside HiGHS; prints both, their ratio, how the first level was met, and the largest difference of a
quantity and of a price.
"""

from __future__ import annotations

import random
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import highspy
from aidplan_models.data import PlanData

from aidplan.solve.solving import Planned, solve_plan
from aidplan.solve.warm import Starts, packed, unpacked
from aidplan.workbook import open_workbook, plan_data
from aidplan.workbook.planning_workbook import read_workbook
from benchmarks.starts import PERIODS, edited, largest_differences

BASELINE = Path(__file__).parent / "baseline" / "coalition-0.1.0.xlsx"
EDITS = (
    ("funding", PERIODS, 1.1), ("funding", PERIODS, 0.8), ("funding", PERIODS, 1.5), ("funding", PERIODS, 1.02),
    ("demand", PERIODS, 1.2), ("demand", PERIODS, 0.9), ("demand", PERIODS, 1.05), ("demand", PERIODS, 1.5),
    ("capacity", PERIODS, 1.2), ("capacity", PERIODS, 0.7), ("capacity", PERIODS, 1.05), ("lanes", "capacity_t", 0.8),
    ("lanes", "capacity_t", 1.5), ("lanes", "cost_per_t", 1.2), ("products", "unit_cost", 1.1),
    ("products", "unit_cost", 0.95), ("stocks", "initial", 1.2), ("fleets", "initial", 1.1), ("supply", PERIODS, 1.2),
    ("effects", "effect", 1.05),
)  # fmt: skip
"""Sheet, column or the beginning of its name, and the factor of one cell."""

_SPENT = [0.0]
_LOCK = threading.Lock()


@contextmanager
def inside_highs() -> Iterator[list[float]]:
    """Count the CPU seconds of every run of HiGHS, of the thread that runs it."""
    run = highspy.Highs.run

    def timed(self: highspy.Highs) -> object:
        clock = time.thread_time()
        try:
            return run(self)
        finally:
            with _LOCK:
                _SPENT[0] += time.thread_time() - clock

    highspy.Highs.run = timed
    _SPENT[0] = 0.0
    try:
        yield _SPENT
    finally:
        highspy.Highs.run = run


def variants(workbook: Path) -> Iterator[tuple[str, PlanData]]:
    """What is solved: its name and its data."""
    source, chance = workbook.read_bytes(), random.Random(7)
    for sheet, column, factor in EDITS:
        changed = read_workbook(workbook.name, edited(source, sheet, column, "cell", factor, chance))
        name = f"{sheet} {'of a period' if column == PERIODS else column} x {factor}"
        if changed.refused:
            print(f"{name}: refused", flush=True)
            continue
        yield name, plan_data(changed.tables)


def solved(data: PlanData, starts: Starts | None) -> tuple[Planned, float]:
    """The plan, and CPU seconds inside HiGHS."""
    with inside_highs() as spent:
        planned = solve_plan(data, threads=1, starts=starts)
    return planned, spent[0]


def main() -> None:
    """Solve, compare, print."""
    workbook = Path(sys.argv[1]) if len(sys.argv) > 1 and not sys.argv[1].startswith("-") else BASELINE
    first, last = (
        int(sys.argv[sys.argv.index(name) + 1]) if name in sys.argv else usual
        for name, usual in (("--from", 0), ("--to", len(EDITS)))
    )
    starts = Starts()
    base, seconds = solved(plan_data(open_workbook(workbook).tables), starts)
    assert starts.latest is not None
    file = packed("base", *starts.latest)
    print(f"base: {seconds:.1f} s inside HiGHS, {base.solved.status}; warm.npz {len(file) / 1024:.0f} kB", flush=True)
    ratios = []
    for name, data in list(variants(workbook))[first:last]:
        _, names, start = unpacked(file)
        warm, now = solved(data, Starts({names: [start]}))
        cold, alone = solved(data, None)
        of_plan, of_prices = largest_differences(warm, cold)
        ratios.append(now / alone)
        print(
            f"{now / alone:5.2f}  {now:6.2f} s of {alone:6.2f}  {name}: {warm.solved.ranks[0].method}; "
            f"largest difference {of_plan:.1e} of a quantity, {of_prices:.1e} of a price",
            flush=True,
        )
    print(
        f"{sum(ratio <= 0.3 for ratio in ratios)} of {len(ratios)} edits at 0.3 or less, the median {median(ratios):.2f}, "
        f"the largest {max(ratios):.2f}"
    )


if __name__ == "__main__":
    main()
