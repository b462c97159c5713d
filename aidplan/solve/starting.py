"""Where the first level begins: at another plan's basis, at that of a smaller programme, or from nothing.

Each way ends in the whole programme and with a proof there, or gives None: nothing is concluded from a way that failed, that
there is no plan least of all. What a way may cost before it is given up is bounded by a number of pivots.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from aidplan_models.data import PlanData

from aidplan.solve import warm
from aidplan.solve.assemble.linear_program import Array, Programme
from aidplan.solve.certify import prove
from aidplan.solve.highs import Method, Problem
from aidplan.solve.least_prices import DUAL
from aidplan.solve.presolve import smaller
from aidplan.solve.presolve.core import Core, core_of, solved_by_core
from aidplan.solve.verified import Found, VerifiedSolver
from aidplan.solve.warm import Start

NEAR = Method("simplex", presolve=False, primal=True)
"""From the basis of the rank before, which a later rank is often a few pivots from: on plans of 150k columns 0.03 to
0.9 s where `ipx` from nothing takes 1.5 to 2.3.
"""

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
    infeasible = [_look(solver, each) for each in starts]
    nearest = int(np.argmin(infeasible))
    found = _from_start(solver, problem, starts[nearest], infeasible[nearest])
    return (found, starts[nearest]) if found else None


def from_stage(solver: VerifiedSolver, problem: Problem, start: Start | None) -> Found | None:
    """The verified best of the loaded problem from where another solve stood at the same stage; None where it is far."""
    bridge = solver.bridge
    if start is None or bridge is None or not start.fits(problem.matrix.shape):
        return None
    here = bridge.basis()
    found = _from_start(solver, problem, start, _look(solver, start))
    if found is None and here.valid:
        bridge.stand_at(here)
    return found


def _look(solver: VerifiedSolver, start: Start) -> int:
    """How many rows and columns of the loaded problem do not stand where they may at a start."""
    assert solver.bridge is not None
    solver.bridge.stand_at(start.basis())
    solver.run(DUAL, warm=True, most=0)
    return solver.bridge.infeasible()


def _from_start(solver: VerifiedSolver, problem: Problem, start: Start, infeasible: int) -> Found | None:
    """The verified best of the loaded problem from a start with so many ``infeasible``; None where it is far from there."""
    columns = len(problem.cost)
    if solver.bridge is None or not warm.near(infeasible, columns):
        return None
    solver.bridge.stand_at(start.basis())
    most = warm.pivots(columns)
    quickly = solver.within(problem, replace(DUAL, devex=True), min(warm.DEVEX_PIVOTS, most), warm=True)
    return _told(quickly or solver.within(problem, DUAL, most, warm=True), "from another plan's basis", DUAL)


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
