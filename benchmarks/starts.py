"""A plan in which little changed: from where another's first rank stood, beside from nothing.

    python -m benchmarks.starts [WORKBOOK] [SCENARIO ...]

Changes single cells, rows and whole columns of the workbook's sheets (always the same ones), and takes the scenarios
named; each is solved with the base's start and alone. Prints the seconds of HiGHS for the first rank and for all, and
whether the plan is the same: the largest difference of a quantity, and of a price.
"""

from __future__ import annotations

import io
import random
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
from aidplan_models.data import PlanData

from aidplan.solve.solving import Planned, solve_plan
from aidplan.solve.warm import Starts
from aidplan.workbook import open_workbook, plan_data
from aidplan.workbook.planning_workbook import read_workbook

REAL = Path("inputs/coalition-2024.xlsx")
PERIODS = "20"
EDITS = (
    ("funding", PERIODS, "cell", 1.1), ("funding", PERIODS, "row", 1.1), ("funding", PERIODS, "all", 1.05),
    ("demand", PERIODS, "row", 1.2), ("demand", PERIODS, "row", 0.9), ("demand", PERIODS, "all", 1.02),
    ("capacity", PERIODS, "row", 1.2), ("capacity", PERIODS, "row", 0.7), ("products", "unit_cost", "row", 1.1),
    ("products", "capacity_use", "row", 1.1), ("stocks", "initial", "row", 1.2), ("lanes", "capacity_t", "row", 0.8),
    ("fleets", "initial", "row", 1.1), ("fleets", "attrition", "row", 1.2), ("supply", PERIODS, "row", 1.2),
    ("effects", "effect", "row", 1.1), ("capabilities", "weight", "row", 1.5),
)  # fmt: skip
"""Sheet, column or the beginning of its name, how much of it, and the factor."""


def edited(workbook: bytes, sheet: str, column: str, what: str, factor: float, chance: random.Random) -> bytes:
    """The workbook with one cell, one row or all rows of some columns multiplied."""
    book = openpyxl.load_workbook(io.BytesIO(workbook))
    rows = list(book[sheet].iter_rows())
    wanted = [n for n, cell in enumerate(rows[0]) if str(cell.value).startswith(column)]

    def filled(row: Any) -> list[Any]:
        return [row[n] for n in wanted if isinstance(row[n].value, int | float) and row[n].value > 0]

    told = [cells for row in rows[1:] if (cells := filled(row))]
    for cells in told if what == "all" or not told else [chance.choice(told)]:
        for cell in [chance.choice(cells)] if what == "cell" else cells:
            cell.value *= factor
    changed = io.BytesIO()
    book.save(changed)
    return changed.getvalue()


def variants(workbook: Path, scenarios: list[str]) -> Iterator[tuple[str, PlanData]]:
    """What is solved: its name and its data."""
    source, chance = workbook.read_bytes(), random.Random(7)
    for sheet, column, what, factor in EDITS:
        changed = read_workbook(workbook.name, edited(source, sheet, column, what, factor, chance))
        name = f"{sheet} {'periods' if column == PERIODS else column}, {what} x {factor}"
        if changed.refused:
            print(f"{name}: refused", flush=True)
            continue
        yield name, plan_data(changed.tables)
    book = open_workbook(workbook)
    for name in scenarios:
        yield name, plan_data(book.scenario(name).tables)


def largest_differences(one: Planned, other: Planned) -> tuple[float, float]:
    """Of a quantity and of a price, as shares of the larger of two values."""
    size = np.maximum(np.maximum(np.abs(one.x), np.abs(other.x)), 1e-3 / one.scaled.worth)
    of_plan = float((np.abs(one.x - other.x) / size).max())
    of_prices = 0.0
    for by_one, by_other in zip(one.solved.ranks, other.solved.ranks, strict=True):
        size = np.maximum(np.abs(by_one.price), np.abs(by_other.price))
        told = size > 0
        differences = np.abs(by_one.price - by_other.price)[told] / size[told]
        of_prices = max(of_prices, float(differences.max(initial=0.0)))
    return of_plan, of_prices


def main(workbook: Path, scenarios: list[str]) -> None:
    """Solve, compare, print."""
    starts = Starts()
    base = solve_plan(plan_data(open_workbook(workbook).tables), starts=starts)
    print(f"base: first rank {base.solved.ranks[0].seconds:.1f} s, all {base.seconds['solve']:.1f} s", flush=True)
    for name, data in variants(workbook, scenarios):
        begun = solve_plan(data, starts=Starts({names: list(kept) for names, kept in starts.kept.items()}))
        alone = solve_plan(data)
        first, whole = begun.solved.ranks[0], alone.solved.ranks[0]
        of_plan, of_prices = largest_differences(begun, alone)
        way = "begun from the base" if "basis" in first.method else "from nothing"
        print(
            f"{name}: first rank {first.seconds:.1f} s of {whole.seconds:.1f}, "
            f"all {begun.seconds['solve']:.1f} of {alone.seconds['solve']:.1f}, {way}; "
            f"largest difference {of_plan:.1e} of a quantity, {of_prices:.1e} of a price",
            flush=True,
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else REAL, sys.argv[2:])
