"""Where the first level begins: at another plan's basis, at that of a smaller programme, or from nothing.

Each way ends in the whole programme and with a proof there, or gives None: nothing is concluded from a way that failed, that
there is no plan least of all. What a way may cost before it is given up is bounded by a number of pivots.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from aidplan_models.data import PlanData

from aidplan.solve import warm
from aidplan.solve.assemble.linear_program import Array, Programme
from aidplan.solve.certify import prove
from aidplan.solve.highs import FEASIBILITY, Answer, Method, Problem
from aidplan.solve.least_prices import DUAL, stands_at
from aidplan.solve.presolve import smaller
from aidplan.solve.presolve.core import Core, core_of, solved_by_core
from aidplan.solve.verified import Found, VerifiedSolver
from aidplan.solve.warm import Start

NEAR = Method("simplex", presolve=False, primal=True)
"""From the basis of the rank before, which a later rank is often a few pivots from: on plans of 150k columns 0.03 to
0.9 s where `ipx` from nothing takes 1.5 to 2.3.
"""

RESUME_DUAL = Method("simplex", presolve=False, devex=True, perturbed=False)
RESUME_PRIMAL = Method("simplex", presolve=False, primal=True, perturbed=False)
"""From a start. HiGHS's perturbation is for long ways: with it 1,000 pivots were not enough where 40 are without."""

FROM_ANOTHER = "from another plan's basis"

PRESOLVE_FROM = 20_000
"""Columns from which on smaller programmes are looked for: what is smaller itself is solved in a second from nothing."""


@dataclass(frozen=True)
class Presolve:
    """The smaller programmes in which a level is looked for first: a ``core``, and one with funds of equal rights ``merged``."""

    core: Core | None = None
    merged: bool = False

    @classmethod
    def of(cls, programme: Programme, data: PlanData, at_least: int = PRESOLVE_FROM) -> Presolve:
        """What is worth trying for a plan's programme; nothing where it has fewer columns than ``at_least``."""
        if programme.shape[1] < at_least:
            return cls()
        return cls(core_of(programme, data), merged=True)


NOTHING_FIRST = Presolve()
"""The whole programme at once."""


def from_another_plan(solver: VerifiedSolver, problem: Problem, starts: Sequence[Start]) -> tuple[Found, Start] | None:
    """The verified best from where the nearest of other programmes stood, and that one; None where it is far from there."""
    if not starts:
        return None
    solver.load(problem)
    looks = [_look(solver, each) for each in starts]
    nearest = int(np.argmin([look.primal + look.dual for look in looks]))
    found = _from_start(solver, problem, starts[nearest], looks[nearest], warm.pivots)
    return (found, starts[nearest]) if found else None


def from_stage(
    solver: VerifiedSolver, problem: Problem, start: Start | None, most: Callable[[int], int] = warm.pivots
) -> Found | None:
    """The verified best of the loaded problem from where another solve stood at the same stage; None where it is far.

    ``most`` gives the pivots after which it is far, by the number of columns.
    """
    interface = solver.interface
    if start is None or interface is None or not start.fits(problem.matrix.shape):
        return None
    here = interface.basis()
    found = _from_start(solver, problem, start, _look(solver, start), most)
    if found is None and here.valid:
        interface.stand_at(here)
    return found


@dataclass(frozen=True)
class _Look:
    """A problem at a start: how many rows and columns are out of bounds (``primal``) or priced wrongly (``dual``)."""

    primal: int
    dual: int
    answer: Answer


def _look(solver: VerifiedSolver, start: Start) -> _Look:
    assert solver.interface is not None
    solver.interface.stand_at(start.basis())
    answer = solver.run(DUAL, warm=True, most=0)
    return _Look(*solver.interface.infeasible(), answer)


def _from_start(
    solver: VerifiedSolver, problem: Problem, start: Start, look: _Look, most: Callable[[int], int]
) -> Found | None:
    """The verified best of the loaded problem from a start; None where it is far from there.

    Where both sides are infeasible, costs are first shifted so that nothing is priced wrongly: the dual method then ends
    within all bounds, and from there the primal one goes on with the costs as they are.
    """
    interface, columns = solver.interface, len(problem.cost)
    if interface is None or not warm.near(look.primal + look.dual, columns):
        return None
    interface.stand_at(start.basis())
    pivots = most(columns)
    if look.primal and look.dual:
        solver.load(replace(problem, cost=_shifted(problem, look.answer)))
        ended = solver.run(RESUME_DUAL, warm=True, most=pivots).status
        solver.load(problem)
        if ended != "optimal":
            return None
    method = RESUME_PRIMAL if look.dual else RESUME_DUAL
    return _told(solver.within(problem, method, pivots, warm=True), FROM_ANOTHER, DUAL)


def _shifted(problem: Problem, answer: Answer) -> Array:
    """Costs (columns) with which no row and column of the answer's basis has a dual of the wrong sign; the others are as before."""
    rows = _wrong(answer.row_dual, problem.matrix @ answer.x, problem.row_lower, problem.row_upper)
    columns = _wrong(answer.column_dual, answer.x, problem.lower, problem.upper)
    shift = problem.matrix.T @ np.where(rows, answer.row_dual, 0.0) + np.where(columns, answer.column_dual, 0.0)
    return problem.cost - shift


def _wrong(dual: Array, value: Array, lower: Array, upper: Array) -> Array:
    """Where a dual has not the sign of the bound at which the value stands."""
    down, up = stands_at(lower, value), stands_at(upper, value)
    return ((dual > FEASIBILITY) & ~down) | ((dual < -FEASIBILITY) & ~up)


def from_merged(
    solver: VerifiedSolver, problem: Problem, programme: Programme, goal: Array, worth: Array, core: Core | None
) -> Found | None:
    """The verified best from where the programme with merged funds stood; None where nothing merges or it does not help.

    ``goal`` (columns) is minimised, ``worth`` (columns) [currency a unit]; ``problem`` is the same scaled.
    """
    start, how = smaller.from_smaller(solver, programme, goal, worth, core)
    if start is None:
        return None
    solver.load(problem).stand_at(start.basis())
    return _told(solver.within(problem, DUAL, smaller.pivots(len(problem.cost)), warm=True), how, solver.methods[0])


def from_core(solver: VerifiedSolver, problem: Problem, core: Core) -> Found | None:
    """The verified best by way of a core; None where the core has no best, or the way back is long."""
    answer = solved_by_core(solver, problem, core)
    if answer is None or not (proof := prove(problem, answer)).holds:
        return None
    return answer, proof, replace(solver.methods[0], how=smaller.CORE)


def _told(found: Found | None, how: str, method: Method) -> Found | None:
    """The same with what is told of the way it was found."""
    return (found[0], found[1], replace(method, how=how)) if found else None
