"""How long the first level takes by way of its core, and the whole solve, as ratios to `ipx` on the whole programme.

    python -m benchmarks.first_level [WORKBOOK] [--rounds N]

Each round solves the first level by `ipx` on the whole programme (as 0.1.0 did), then by its core, then the whole solve with
all levels, the least prices, the one plan and its alternatives, all in this process, one after the other, on one thread.
CPU seconds; prints each round's ratios and their medians.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from statistics import median

from aidplan.solve.highs import Bridge, Method, Problem
from aidplan.solve.lexicographic import Chain, ranks_of
from aidplan.solve.presolve import core_of
from aidplan.solve.scale import scale
from aidplan.solve.solving import build_programme, solve_plan
from aidplan.solve.worth import worth_of_columns
from aidplan.workbook import open_workbook, plan_data

BASELINE = Path(__file__).parent / "baseline" / "coalition-0.1.0.xlsx"


def one_round(path: Path) -> tuple[float, float, float]:
    """CPU seconds of the first level by `ipx` on the whole, by way of its core, and of the whole solve inside the solver."""
    data = plan_data(open_workbook(path).tables)
    _, programme, _, _ = build_programme(data)
    scaled = scale(programme, worth_of_columns(programme, data))
    level = ranks_of(data.goals)[0]
    cost, _ = scaled.goal(level.coefficients(programme))
    problem = Problem(scaled.matrix, scaled.row_lower, scaled.row_upper, scaled.lower, scaled.upper, cost)
    clock = time.process_time()
    with Bridge(problem, threads=1) as bridge:
        whole_value = float(cost @ bridge.solve(Method("ipx")).x)
    whole = time.process_time() - clock
    clock = time.process_time()
    answer, _, method = Chain(programme, scaled, threads=1, core=core_of(programme, data)).best(cost)
    by_core = time.process_time() - clock
    assert abs(float(cost @ answer.x) - whole_value) <= 1e-9 * abs(whole_value), "two optima of one level"
    clock = time.process_time()
    planned = solve_plan(data, threads=1)
    everything = time.process_time() - clock - planned.seconds["build"]
    print(
        f"whole {whole:.1f} s; {method} {by_core:.1f} s; all levels, prices, one plan, ties {everything:.1f} s",
        flush=True,
    )
    return whole, by_core, everything


def main() -> None:
    """Run the rounds and print the medians."""
    rounds = int(sys.argv[sys.argv.index("--rounds") + 1]) if "--rounds" in sys.argv else 3
    path = Path(sys.argv[1]) if len(sys.argv) > 1 and not sys.argv[1].startswith("-") else BASELINE
    found = [one_round(path) for _ in range(rounds)]
    print(f"first level by its core / ipx on the whole: {median(core / whole for whole, core, _ in found):.2f}")
    print(f"whole solve / ipx on the whole: {median(all_ / whole for whole, _, all_ in found):.2f}")


if __name__ == "__main__":
    main()
