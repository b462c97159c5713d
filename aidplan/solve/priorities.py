"""Ranks: goals are met in order, each over the optimal face of those before it; then one plan is chosen.

A last stage picks, among plans that no goal tells apart, the one that a fixed measure makes least: the same
plan from the same data.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import takewhile
from typing import Any

import numpy as np

from aidplan.solve.assemble.linear_program import Array, Programme
from aidplan.solve.highs import Answer, Method, Problem
from aidplan.solve.least_prices import DualWeights
from aidplan.solve.levels import Rank, RankResult
from aidplan.solve.lexicographic import DUAL_TOLERANCE, SMALL, Lexicographic
from aidplan.solve.resource_limits import UNLIMITED, Limits, SolverStopped
from aidplan.solve.scale import Scaled
from aidplan.solve.starting import NOTHING_FIRST, Presolve, from_stage
from aidplan.solve.verified import METHODS, Found, NoPlan, NotVerified, Progress, VerifiedSolver
from aidplan.solve.warm import Start, Starts, few_pivots
from aidplan.solve.worth import canonical_weights

ONE_PLAN = "one plan"
"""The name of the last stage."""

FAR, FAR_PIVOTS = Method("simplex"), 30_000
"""From nothing on the last face, and after how many pivots `ipx` is asked instead. On the coalition workbook 10,000 pivots after
presolve are 1.0 s, where `ipx` takes 1.7; the same from the last rank's basis, which presolve cannot help, 5.9."""


@dataclass(frozen=True)
class Solved:
    """What came of it: ``status`` is optimal, infeasible, time_limit, memory_limit, stopped, refused or unverified.

    ``x`` (columns, in the workbook's units) is the canonical plan, empty where there is none; ``face`` is
    the problem whose every feasible point is as good for every rank, ``basis`` where the canonical plan stands on it
    (None for a programme that is not small), ``begun`` the start from which the first rank began. ``limit`` is the one that ended it early.
    ``seconds`` are HiGHS's own, ``load_seconds`` those of passing arrays to it.
    """

    status: str
    verified: bool
    ranks: tuple[RankResult, ...]
    x: Array
    seconds: float
    face: Problem | None = None
    basis: Any = None
    begun: Start | None = None
    canonical_seconds: float = 0.0
    note: str = ""
    limit: str = ""
    load_seconds: float = 0.0


def solve_ranks(
    programme: Programme,
    scaled: Scaled,
    ranks: Sequence[Rank],
    *,
    methods: tuple[Method, ...] = METHODS,
    limits: Limits = UNLIMITED,
    threads: int = 0,
    progress: Progress = lambda _: None,
    dual_tolerance: float = DUAL_TOLERANCE[0],
    exactly: bool = False,
    starts: Starts | None = None,
    presolve: Presolve = NOTHING_FIRST,
) -> Solved:
    """Meet every rank in order, then choose the canonical plan. ``exactly`` holds a rank whose best is 0 without its
    tolerance; ``scaled`` is the programme as it is solved; ``starts`` tells where the first rank may begin, and learns
    where it stood. A limit that is reached after a rank gives the plan of that rank, its status the limit's name;
    before, raises SolverStopped.
    """
    if programme.void:
        return Solved("infeasible", True, (), np.zeros(0), 0.0, note="a row without any decision cannot hold")
    solver = VerifiedSolver(methods, limits, threads, progress)
    begun = partial(Lexicographic, presolve=presolve, starts=starts, dual_tolerance=dual_tolerance, exactly=exactly)
    levels = begun(programme, scaled, solver, weights=DualWeights.of(programme, scaled))
    done: list[RankResult] = []
    try:
        _meet(levels, those_with_a_choice_first(ranks, programme), done)
        progress("choosing one plan among equals")
        before = solver.seconds
        answer = _canonical(levels)
    except SolverStopped as stop:
        if not done:
            raise
        return _ended(solver, done, stop.limit, clean(done[-1].x, scaled), note=stop.note, limit=stop.limit)
    except NoPlan:
        late = _ended(solver, done, "unverified", note="a later rank had no plan")
        return late if done else _ended(solver, done, "infeasible")
    except NotVerified:
        return _ended(solver, done, "unverified")
    return _one_plan(levels, answer, done, solver.seconds - before)


def _canonical(levels: Lexicographic) -> Answer:
    """The canonical plan among those that are equally good."""
    levels.presolve = NOTHING_FIRST  # it is made for goals
    cost, _ = levels.scaled.goal(canonical_weights(levels.programme, levels.scaled.worth))
    return (_far(levels, cost) or levels.best(cost))[0]


def _one_plan(levels: Lexicographic, answer: Answer, done: Sequence[RankResult], seconds: float) -> Solved:
    """The chosen plan in the workbook's units; choosing it took ``seconds``."""
    solver, scaled = levels.solver, levels.scaled
    x = clean(np.clip(answer.x, scaled.lower, scaled.upper) * scaled.column, scaled)
    assert solver.interface is not None
    basis = solver.interface.basis() if levels.programme.shape[1] <= SMALL else None
    solver.interface.close()
    more = {"face": levels.face, "basis": basis, "begun": levels.begun, "canonical_seconds": seconds}
    return _ended(solver, done, "optimal", x, **more)


def _meet(levels: Lexicographic, ranks: Sequence[Rank], done: list[RankResult]) -> None:
    """Meet the ranks in this order; ``done`` are then in the order of their numbers."""
    progress = levels.solver.progress
    for rank in ranks:
        progress(f"rank {rank.rank}: {rank.name}")
        done.append(levels.optimise(rank))
        progress(f"rank {rank.rank}: {rank.name} = {done[-1].value:.6g} ({done[-1].seconds:.1f} s, {done[-1].method})")
    done.sort(key=lambda result: result.rank.rank)


def _ended(
    solver: VerifiedSolver, done: Sequence[RankResult], status: str, x: Array | None = None, **more: Any
) -> Solved:
    """How it ended, with the ranks that were met by then."""
    x = np.zeros(0) if x is None else x
    load_seconds = solver.load_seconds
    return Solved(status, status != "unverified", tuple(done), x, solver.seconds, load_seconds=load_seconds, **more)


def _far(levels: Lexicographic, cost: Array) -> Found | None:
    """The verified best of a large face that is far from the ranks' bases: from another solve's, or from nothing.

    None where the programme is not large.
    """
    solver, problem = levels.solver, replace(levels.face, cost=cost)
    if len(cost) <= SMALL:
        return None
    solver.load(problem)
    found = from_stage(solver, problem, levels.stage(ONE_PLAN), few_pivots) or solver.within(
        problem, FAR, FAR_PIVOTS, warm=False
    )
    if found and levels.starts is not None and solver.interface is not None:
        levels.starts.keep_later(ONE_PLAN, solver.interface.basis())
    return found


def those_with_a_choice_first(ranks: Sequence[Rank], programme: Programme) -> list[Rank]:
    """The ranks, those of no column that would come first after the first of some: any answer meets them."""
    empty = list(takewhile(lambda rank: not rank.coefficients(programme).any(), ranks))
    others = ranks[len(empty) :]
    return [*others[:1], *empty, *others[1:]]


def clean(x: Array, scaled: Scaled) -> Array:
    """The plan without rounding dust: what is below 1e-9, scaled, is 0."""
    return np.where(np.abs(x / scaled.column) < 1e-9, 0.0, x)
