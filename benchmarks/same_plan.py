"""Is it the same plan? The real workbook in other units and by another method, value by value.

    python -m benchmarks.same_plan [WORKBOOK]

Solves the base four times: as it is; with money in plain currency; with its munitions counted in thousands;
and with both. Prints the goals of each, and the largest difference of any quantity, in the first one's units,
as a share of the larger of the two values.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from aidplan_models.data import PlanData

from aidplan.solve.solving import Planned, solve_plan
from aidplan.workbook import open_workbook, plan_data
from benchmarks.rescaled import items_in, money_in

REAL = Path("inputs/coalition-2024.xlsx")
THOUSAND = 1000.0
SMALLEST = 1e-3
"""Values are compared as shares of the larger of the two, or of this where both are smaller."""

Values = dict[tuple[object, ...], float]
ITEM_AT = {
    "ordered": 2, "made": 1, "backlog": 1, "backed": 1, "released": 2, "reserve": 1, "shipped": 1, "stock": 1,
    "pool": 0, "issued": 1, "fleet": 1, "served": 1, "fired": 1,
}  # fmt: skip


def in_first_units(planned: Planned, size: dict[str, float], money: float) -> Values:
    """(quantity, index) -> value, told in the units of the first plan."""
    values = {}
    for name, block in planned.programme.columns.items():
        for n in np.nonzero(planned.x[block.members])[0].tolist():
            index = block.index(n)
            by = size.get(str(index[ITEM_AT[name]]), 1.0) if name in ITEM_AT else 1.0
            if name in ("balance", "spent"):
                by = money
            values[name, *index] = float(planned.x[block.start + n]) * by
    return values


def largest_difference(first: Values, second: Values) -> tuple[float, tuple[object, ...]]:
    """The largest difference of a value between two plans, relative, and where; what one has not is 0 there."""
    return max(
        (
            abs(second.get(key, 0.0) - first.get(key, 0.0))
            / max(abs(second.get(key, 0.0)), abs(first.get(key, 0.0)), SMALLEST),
            key,
        )
        for key in {*first, *second}
    )


def main(workbook: Path) -> None:
    """Solve, compare, print."""
    data: PlanData = plan_data(open_workbook(workbook).tables)
    munitions = {i: THOUSAND for i, item in data.items.items() if item.kind == "munition"}
    variants = {
        "as it is": (data, {}, 1.0),
        "money in plain currency": (money_in(data, 1.0), {}, 1.0 / data.money_unit),
        "munitions in thousands": (items_in(data, munitions), munitions, 1.0),
        "both": (items_in(money_in(data, 1.0), munitions), munitions, 1.0 / data.money_unit),
    }
    first: Values = {}
    for name, (numbers, size, money) in variants.items():
        planned = solve_plan(numbers)
        values = in_first_units(planned, size, money)
        goals = {
            goal: value * (money if goal in ("cost", "liability") else 1.0) for goal, value in planned.goals.items()
        }
        print(name, planned.solved.status, {goal: float(f"{value:.12g}") for goal, value in goals.items()}, flush=True)
        if not first:
            first = values
            continue
        worst = largest_difference(first, values)
        print(f"  largest difference {worst[0]:.2e} at {worst[1]}", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else REAL))
