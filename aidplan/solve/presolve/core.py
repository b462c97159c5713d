"""A smaller programme first: a core whose optimum is often that of the whole, and the way back from it.

The core keeps every column and row in its place, but lets go of what rarely matters for the first level: goods are not held
at fronts and hubs where none open or arrive, lanes to fronts that another lane beats are not used, and storage has no limit.
From its optimum the rows come back first (dual simplex), then the columns (primal simplex): some hundred pivots on plans of
165,000 columns. What is told is the optimum of the whole programme, certified there; a core never says that there is no plan.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from aidplan_models.data import Lane, PlanData

from aidplan.solve.assemble.linear_program import Array, Programme
from aidplan.solve.highs import Answer, Method, Problem
from aidplan.solve.verified import VerifiedSolver

PASSED_THROUGH = ("front", "hub")
"""Kinds of places where a core holds nothing."""

FEWEST, A_PIVOT = 1_000, 50
"""Pivots after which the way back is given up: so many, or one for so many columns."""

ROWS_BACK, COLUMNS_BACK = Method("simplex", presolve=False), Method("simplex", presolve=False, primal=True)
"""With rows back the basis is dual feasible, and HiGHS chooses the dual method; with columns back it is primal feasible."""


@dataclass(frozen=True)
class Core:
    """``columns`` that a core fixes at 0, and ``rows`` whose upper limit it lets go (both as masks)."""

    columns: Array
    rows: Array

    def of(self, problem: Problem) -> Problem:
        """The core of a problem on these columns and rows; what has a lower bound above 0 stays."""
        out = self.columns & (problem.lower <= 0)
        count = len(problem.row_upper) - len(self.rows)  # goals held by rows stand below
        free = np.append(self.rows, np.zeros(count, bool))
        return replace(
            problem, upper=np.where(out, 0.0, problem.upper), row_upper=np.where(free, np.inf, problem.row_upper)
        )

    def with_rows(self, problem: Problem) -> Problem:
        """The same with every row as it is in the whole problem."""
        return replace(self.of(problem), row_upper=problem.row_upper)


def pivots(columns: int) -> int:
    """How many pivots each step back from a core is given."""
    return max(FEWEST, columns // A_PIVOT)


def solved_by_core(solver: VerifiedSolver, problem: Problem, core: Core) -> Answer | None:
    """The best of the whole problem by way of its core, not verified; None where that has none, or the way back is long."""
    solver.load(core.of(problem))
    answer = solver.run(solver.methods[0])
    for step, method in ((core.with_rows(problem), ROWS_BACK), (problem, COLUMNS_BACK)):
        if answer.status != "optimal":
            return None
        solver.load(step)
        answer = solver.run(method, warm=True, most=pivots(len(problem.cost)))
    return answer if answer.status == "optimal" else None


def core_of(programme: Programme, data: PlanData) -> Core | None:
    """The core of a plan's programme; None where nothing can be left out."""
    rows, columns = programme.shape
    out, free = np.zeros(columns, bool), np.zeros(rows, bool)
    stock = programme.columns.get("stock")
    if stock is not None and len(stock):
        comes = {key for key, quantity in data.opening_stock.items() if quantity > 0}
        comes |= {key for key, series in data.arrivals.items() if any(series)}
        passes = [key not in comes and data.places[key[0]].kind in PASSED_THROUGH for key in stock.keys]
        out[stock.members] = np.array(passes)[stock.key]
    shipped = programme.columns.get("shipped")
    if shipped is not None and len(shipped):
        beaten = {",".join(lane) for lane in _beaten(data)}
        out[shipped.members] = np.array([key[0] in beaten for key in shipped.keys])[shipped.key]
    storage = programme.rows.get("place_storage")
    if storage is not None:
        free[storage.members] = True
    return Core(out, free) if out.any() or free.any() else None


def _beaten(data: PlanData) -> set[Lane]:
    """Lanes to fronts beside which another of the same ends and time loses less, for all that they carry."""
    beaten = set()
    for lane, terms in data.lanes.items():
        if data.places[lane.destination].kind != "front":
            continue
        for other, better in data.lanes.items():
            same = other[:2] == lane[:2] and better.transit == terms.transit and better.loss < terms.loss
            if same and (better.classes is None or better.classes == terms.classes):
                beaten.add(lane)
    return beaten
