"""How long the first level and the whole solve take beside `ipx` on the whole programme, which is what 0.1.0 did.

    python -m benchmarks.first_level [WORKBOOK] [--rounds N]

Each round solves the first level by `ipx` on the whole programme, by its core, with merged funds, with both as it is done, and
then the whole solve with all levels, the least prices, the one plan and its alternatives, all in this process, one after the
other, on one thread. CPU seconds; prints each round's, by step, and the medians of the rounds' ratios.
"""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from aidplan.solve import starting
from aidplan.solve.levels import ranks_of_plan
from aidplan.solve.presolve.core import core_of
from aidplan.solve.scale import scale
from aidplan.solve.solving import build_programme, solve_plan
from aidplan.solve.verified import Found, VerifiedSolver
from aidplan.solve.worth import worth_of_columns
from aidplan.workbook import open_workbook, plan_data

BASELINE = Path(__file__).parent / "baseline" / "coalition-0.1.0.xlsx"
WHOLE = "ipx on the whole"


def first_levels(path: Path) -> dict[str, float]:
    """CPU seconds of the first level by each way; a way that found nothing is left out."""
    data = plan_data(open_workbook(path).tables)
    _, programme, _, _ = build_programme(data)
    worth = worth_of_columns(programme, data)
    scaled = scale(programme, worth)
    goal = ranks_of_plan(data)[0].coefficients(programme)
    cost, _ = scaled.goal(goal)
    problem, core = scaled.problem(cost), core_of(programme, data)

    def merged(solver: VerifiedSolver, core_too: bool) -> Found | None:
        return starting.from_merged(solver, problem, programme, goal, worth, core if core_too else None)

    ways: dict[str, Callable[[VerifiedSolver], Found | None]] = {
        WHOLE: lambda solver: solver.from_nothing(problem),
        "core first": lambda solver: core and starting.from_core(solver, problem, core),
        "funds merged": lambda solver: merged(solver, core_too=False),
        "funds merged, core first": lambda solver: merged(solver, core_too=True),
    }
    spent, best = {}, None
    for name, way in ways.items():
        solver, clock = VerifiedSolver(threads=1), time.process_time()
        found = way(solver)
        seconds = time.process_time() - clock
        if solver.interface is not None:
            solver.interface.close()
        if found is None:
            continue
        spent[name], value = seconds, float(cost @ found[0].x)
        best = value if best is None else best
        assert abs(value - best) <= 1e-9 * abs(best), "two optima of one level"
    return spent


def whole_solve(path: Path) -> dict[str, float]:
    """CPU seconds of a solve without building, by the step that was told."""
    clock, step, spent = time.process_time(), "building", {}

    def tell(message: str) -> None:
        nonlocal clock, step
        now = time.process_time()
        spent[step] = spent.get(step, 0.0) + now - clock
        clock = now
        if re.match(r"rank -?\d+: [^=]*$", message):
            step = message
        elif message.startswith("rank "):
            print(f"    {message}", flush=True)
            step = "between"
        elif "equals" in message:
            step = "the one plan and alternatives"
        else:
            step = "scaling" if "columns" in message and step == "building" else step

    data = plan_data(open_workbook(path).tables)
    clock = time.process_time()
    solve_plan(data, threads=1, progress=tell)
    tell("")
    return {name: seconds for name, seconds in spent.items() if name != "building"}


def one_round(path: Path) -> dict[str, float]:
    """Ratios to `ipx` on the whole programme."""
    first, whole = first_levels(path), whole_solve(path)
    for name, seconds in {**first, **whole}.items():
        print(f"  {seconds:7.2f} s  {name}", flush=True)
    found = {f"first level, {name}": seconds / first[WHOLE] for name, seconds in first.items() if name != WHOLE}
    return found | {"all levels, prices, one plan, alternatives": sum(whole.values()) / first[WHOLE]}


def main() -> None:
    """Run the rounds and print the medians."""
    rounds = int(sys.argv[sys.argv.index("--rounds") + 1]) if "--rounds" in sys.argv else 3
    path = Path(sys.argv[1]) if len(sys.argv) > 1 and not sys.argv[1].startswith("-") else BASELINE
    found = []
    for n in range(rounds):
        print(f"round {n + 1}", flush=True)
        found.append(one_round(path))
    for name in found[0]:
        print(f"{median(one[name] for one in found):.2f}  {name} / {WHOLE}")


if __name__ == "__main__":
    main()
