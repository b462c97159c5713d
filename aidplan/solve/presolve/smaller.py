"""A level's best looked for in a smaller programme: funds of equal rights merged, of that the core first.

What comes back is a place to begin: the whole programme goes on from it by simplex, and its answer is verified there. So
nothing is concluded from a smaller programme, that there is no plan least of all; where it does not help, the whole
programme is solved as if it had not been tried.
"""

from __future__ import annotations

import time

from aidplan.solve.assemble.linear_program import Array, Programme
from aidplan.solve.highs import SolverError
from aidplan.solve.presolve.core import Core, solved_by_core
from aidplan.solve.presolve.merging import Merged, merge
from aidplan.solve.scale import scale
from aidplan.solve.verified import VerifiedSolver
from aidplan.solve.warm import Start

MERGED, CORE = "funds of equal rights merged", "core first"

PIVOTS, A_PIVOT = 3_000, 30
"""Pivots in the whole programme after which the place to begin was no good: so many, or one for so many columns. On the
coalition workbook it took 127."""


def pivots(columns: int) -> int:
    """How many pivots the whole programme is given from there."""
    return max(PIVOTS, columns // A_PIVOT)


def from_smaller(
    solver: VerifiedSolver, programme: Programme, goal: Array, worth: Array, core: Core | None
) -> tuple[Start | None, str]:
    """The basis of the whole programme that a smaller one leads to, for a goal (columns) to minimise, and how it was found.

    ``worth`` (columns) [currency a unit]. No start where nothing could be merged or the smaller one has no answer. The
    time counts as the ``solver``'s. Raises SolverStopped at a limit.
    """
    clock = time.perf_counter()
    try:
        merged = merge(programme, goal, worth)
        return _solved(merged, core, solver) if merged is not None else (None, "")
    except SolverError:
        return None, ""
    finally:
        solver.seconds += time.perf_counter() - clock


def _solved(merged: Merged, core: Core | None, solver: VerifiedSolver) -> tuple[Start | None, str]:
    """The basis of the whole from the best of the merged programme, and how that was found."""
    scaled = scale(merged.reduced, merged.worth)
    cost, _ = scaled.goal(merged.goal)
    problem = scaled.problem(cost)
    own = VerifiedSolver(solver.methods, solver.limits, solver.threads)
    how = f"{MERGED}, {CORE}"
    answer = solved_by_core(own, problem, merged.core(core)) if core is not None else None
    if answer is None:
        interface, how = own.load(problem), MERGED
        answer = own.run(solver.methods[0])
        if answer.status != "optimal":
            interface.close()
            return None, ""
    interface = own.load(problem)
    start = merged.start(Start.of(interface.basis()), answer.x * scaled.column)
    interface.close()
    return start, how
