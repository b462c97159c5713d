"""A finished plan solved again: what its objectives lean on, which a run does not keep.

The plan is the run's own. Only the first objective has the prices that the run chose (those of least sum): finding them again for
later ones took longer than all else, and their faces do not depend on which prices are taken.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from aidplan_models.data import PlanData

from aidplan.solve.alternatives.sampled import Ties
from aidplan.solve.assemble.linear_program import Array, Programme
from aidplan.solve.highs import SolverError
from aidplan.solve.least_prices import DualWeights
from aidplan.solve.levels import RankResult, ranks_of_plan
from aidplan.solve.lexicographic import Lexicographic
from aidplan.solve.priorities import Solved, those_with_a_choice_first
from aidplan.solve.resource_limits import Limits, SolverStopped
from aidplan.solve.scale import scale
from aidplan.solve.solving import Planned, build_programme
from aidplan.solve.starting import Presolve
from aidplan.solve.verified import NoPlan, NotVerified, VerifiedSolver
from aidplan.solve.warm import Starts
from aidplan.solve.worth import worth_of_columns

Values = Mapping[str, Mapping[tuple[Any, ...], float]]
"""Quantity -> whole index -> value."""


def solved_again(data: PlanData, plan: Values, starts: Starts, limits: Limits) -> Planned | None:
    """The objectives of the data, each met again, and the ``plan`` as it is; None where there was no time for the first.

    Where there was none for a later one, it and the face of equally good plans are left out. ``starts`` may hold where the first
    one stood, and learns it.
    """
    model, programme, _, _ = build_programme(data)
    if programme.void:
        return None
    scaled = scale(programme, worth_of_columns(programme, data))
    solver = VerifiedSolver(limits=limits, threads=1)
    weights, presolve = DualWeights.of(programme, scaled), Presolve.of(programme, data)
    levels = Lexicographic(programme, scaled, solver, weights=weights, presolve=presolve, starts=starts)
    done: list[RankResult] = []
    ranks = those_with_a_choice_first(ranks_of_plan(data), programme)
    try:
        for rank in ranks:
            done.append(levels.optimise(rank))
            levels.weights = None
    except (SolverStopped, NotVerified, NoPlan, SolverError):
        if not done:
            return None
    done.sort(key=lambda result: result.rank.rank)
    x = _columns(programme, plan)
    face = levels.face if len(done) == len(ranks) else None
    if solver.interface is not None:
        solver.interface.close()
    solved = Solved("optimal", True, tuple(done), x, solver.seconds, face=face)
    return Planned(model, programme, solved, x, {}, Ties(), scaled, {}, {})


def _columns(programme: Programme, plan: Values) -> Array:
    """The plan's value of every column; what it does not tell is 0."""
    x = np.zeros(programme.shape[1])
    for name, block in programme.columns.items():
        of_plan = plan.get(name, {})
        if of_plan and len(block):
            x[block.members] = [of_plan.get(block.index(n), 0.0) for n in range(len(block))]
    return x
