"""One scenario solved from end to end: numbers to a verified plan, with the time that each step took."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from aidplan_models.data import PlanData

from aidplan.solve.alternatives.ranges import true_ranges
from aidplan.solve.alternatives.sampled import Ties, find_ties
from aidplan.solve.assemble.assembly import expand
from aidplan.solve.assemble.linear_program import Array, Programme
from aidplan.solve.coefficient_range import refuse_what_is_too_far_apart
from aidplan.solve.concurrent import InfeasibilityProved, concurrently
from aidplan.solve.highs import SolverError
from aidplan.solve.iterations import reporting_iterations
from aidplan.solve.levels import ranks_of_plan
from aidplan.solve.lexicographic import DUAL_TOLERANCE
from aidplan.solve.priorities import Solved, solve_ranks
from aidplan.solve.quantities import goal_values, post_processed
from aidplan.solve.resource_limits import Limits, SolverStopped
from aidplan.solve.scale import Scaled, scale
from aidplan.solve.starting import PRESOLVE_FROM, Presolve
from aidplan.solve.warm import Starts
from aidplan.solve.worth import worth_of_columns

KEPT = 1e-6
"""Of a rank's best: what rounding in later ranks may take of it."""

EXIT_CODES = {
    "optimal": 0,
    "time_limit": 0,
    "memory_limit": 0,
    "infeasible": 4,
    "stopped": 5,
    "unverified": 6,
    "refused": 6,
}

SENTENCES = {
    "optimal": "solved and verified",
    "time_limit": "stopped at the time limit: the plan meets the goals that were done by then, verified",
    "memory_limit": "stopped at the memory limit: the plan meets the goals that were done by then, verified",
    "infeasible": "no plan exists: the workbook's hard rules clash",
    "stopped": "stopped at the {name} before there was a plan; give it more with {option}",
    "unverified": "no answer could be verified, so there is no plan; nothing of it may be used",
    "refused": "the programme could not be handed to the solver whole, so there is no plan",
}


@dataclass(frozen=True)
class Planned:
    """What a solve gave: ``x`` (columns) is the settled plan in the workbook's units, empty without one."""

    model: Any
    programme: Programme
    solved: Solved
    x: Array
    goals: Mapping[str, float]
    ties: Ties
    scaled: Scaled
    seconds: Mapping[str, float]
    size: Mapping[str, Any]

    @property
    def has_plan(self) -> bool:
        """Whether there is a plan to report."""
        return self.x.size > 0 or (self.solved.status == "optimal" and self.programme.shape[1] == 0)

    @property
    def exit_code(self) -> int:
        """The command's exit code."""
        return EXIT_CODES[self.solved.status]

    @property
    def sentence(self) -> str:
        """How it ended, for a planner."""
        limit = self.solved.limit
        said = SENTENCES[self.solved.status].format(name=limit.replace("_", " "), option=f"--{limit.replace('_', '-')}")
        return f"{said} ({self.solved.note})" if self.solved.note else said


def build_programme(data: PlanData) -> tuple[Any, Programme, float, float]:
    """The model, its programme, and the seconds that building and expanding took."""
    from aidplan_models.plan import build

    clock = time.perf_counter()
    model = build(data)
    built = time.perf_counter()
    programme = expand(model)
    return model, programme, built - clock, time.perf_counter() - built


def solve_plan(
    data: PlanData,
    *,
    time_limit: float | None = None,
    memory_limit: float | None = None,
    threads: int = 0,
    ties: bool = True,
    ranges: bool = False,
    proves_infeasible: Callable[[Any, Programme, Limits], bool] = lambda *_: False,
    starts: Starts | None = None,
    restrict: Callable[[Programme], Programme] | None = None,
    presolve_from: int = PRESOLVE_FROM,
    progress: Callable[[str], None] = lambda _: None,
) -> Planned:
    """Build, expand, meet every rank, verify, and choose the canonical plan.

    ``time_limit`` [seconds] and ``memory_limit`` [MiB that the process holds] end it with what is done by then.
    Without ``ties`` none are looked for; with ``ranges`` the true ranges of the largest ties are found too.
    ``proves_infeasible`` (model, programme, limits) may prove that no plan exists; it is asked on a thread beside the goals,
    since a solver that looks for the best plan would be long in finding that out by itself.
    ``starts`` are those of scenarios solved before: the plan is the same, and found sooner where little changed.
    ``restrict`` may give back the programme with tighter bounds of columns. From ``presolve_from`` columns on smaller
    programmes are solved first; the plan is the same.
    """
    limits = Limits.from_now(time_limit, memory_limit)
    task = _Task.of(data, limits, threads, starts, restrict, presolve_from, progress)
    found = Ties()
    with reporting_iterations(progress):
        solved = _solved(task, proves_infeasible)
        if ties:
            found = find_ties(task.programme, task.scaled, solved, limits=limits, threads=threads, starts=starts)
        if ranges:
            found = true_ranges(
                task.programme, task.scaled, solved, found, limits=limits, threads=threads, progress=progress
            )
    return task.planned(solved, found)


@dataclass(frozen=True)
class _Task:
    """What is solved, within which limits. Seconds: ``build`` of building, ``handover`` of expanding and scaling; the
    ``clock`` is from before scaling, which took ``scaling``.
    """

    data: PlanData
    model: Any
    programme: Programme
    scaled: Scaled
    limits: Limits
    threads: int
    starts: Starts | None
    presolve: Presolve
    progress: Callable[[str], None]
    build: float
    handover: float
    clock: float
    scaling: float

    @classmethod
    def of(
        cls,
        data: PlanData,
        limits: Limits,
        threads: int,
        starts: Starts | None,
        restrict: Callable[[Programme], Programme] | None,
        presolve_from: int,
        progress: Callable[[str], None],
    ) -> _Task:
        """The numbers built, expanded and scaled."""
        progress("building the model")
        model, programme, build, expansion = build_programme(data)
        programme = restrict(programme) if restrict is not None else programme
        rows, columns = programme.shape
        progress(f"{columns:,} columns, {rows:,} rows, {programme.matrix.nnz:,} non-zeros")
        clock = time.perf_counter()
        scaled = scale(programme, worth_of_columns(programme, data))
        scaling = time.perf_counter() - clock
        presolve = Presolve.of(programme, data, presolve_from)
        done = (build, expansion + scaling, clock, scaling)
        return cls(data, model, programme, scaled, limits, threads, starts, presolve, progress, *done)

    def planned(self, solved: Solved, found: Ties) -> Planned:
        """The whole answer, with what each step took [seconds]."""
        programme, data = self.programme, self.data
        in_solver = solved.seconds + found.seconds
        x = post_processed(programme, data, solved.x) if solved.x.size else solved.x
        aside = time.perf_counter() - self.clock - in_solver - self.scaling - solved.load_seconds
        goals = (
            goal_values(programme, x, data) if x.size or solved.status == "optimal" else {}
        )  # nothing may be to decide
        seconds = {
            "build": self.build,
            "handover": self.handover + solved.load_seconds,
            "solve": in_solver,
            "verify": max(aside, 0.0),
        }
        size = _size(programme, self.scaled)
        return Planned(self.model, programme, solved, x, goals, found, self.scaled, seconds, size)


def _solved(task: _Task, proves_infeasible: Callable[[Any, Programme, Limits], bool]) -> Solved:
    """The ranks met, or how they ended without a plan."""
    clock = time.perf_counter()
    try:
        task.limits.check()
        refuse_what_is_too_far_apart(task.scaled.matrix)
        with concurrently(lambda: proves_infeasible(task.model, task.programme, task.limits)):
            return _met(task)
    except InfeasibilityProved:
        return Solved("infeasible", True, (), np.zeros(0), time.perf_counter() - clock)
    except SolverStopped as stop:
        spent = time.perf_counter() - clock
        return Solved("stopped", False, (), np.zeros(0), spent, note=stop.note, limit=stop.limit)
    except SolverError as problem:
        return Solved("refused", False, (), np.zeros(0), 0.0, note=str(problem))


def _met(task: _Task) -> Solved:
    """Every rank met, none lost to a later one. Where it takes smaller duals, or a best of 0 held without the tolerance
    that is below rounding, the ranks are met again with these.
    """
    spent, load_seconds, lost = 0.0, 0.0, ""
    attempts = [(DUAL_TOLERANCE[0], False, "", "")]
    while attempts:
        dual_tolerance, exactly, why, how = attempts.pop()
        if why:
            task.progress(f"{why}; meeting the ranks again {how}")
        solved = solve_ranks(
            task.programme,
            task.scaled,
            ranks_of_plan(task.data),
            limits=task.limits,
            threads=task.threads,
            progress=task.progress,
            dual_tolerance=dual_tolerance,
            exactly=exactly,
            starts=task.starts,
            presolve=task.presolve,
        )
        spent, load_seconds = spent + solved.seconds, load_seconds + solved.load_seconds
        lost = lost_by_later_ranks(task.programme, solved)
        if lost and dual_tolerance == DUAL_TOLERANCE[0]:
            attempts.append((DUAL_TOLERANCE[1], exactly, lost, "by smaller duals"))
        elif solved.status == "unverified" and not exactly:
            attempts.append((dual_tolerance, True, "a later rank could not be met", "with no tolerance of a best of 0"))
    solved = replace(solved, seconds=spent, load_seconds=load_seconds)
    if not lost:
        return solved
    return replace(solved, status="unverified", verified=False, x=np.zeros(0), face=None, note=lost)


def lost_by_later_ranks(programme: Programme, solved: Solved) -> str:
    """What the chosen plan gives up of a rank that was met before it, past its tolerance; "" where all is kept.

    Each answer is proved best on the face it was given; this shows that the faces were right.
    """
    if not solved.x.size:
        return ""
    for result in solved.ranks:
        now = float(result.rank.coefficients(programme) @ solved.x) + result.rank.constant(programme)
        allowed = result.rank.tolerance * max(abs(result.value), 1e-6) + KEPT * max(1.0, abs(result.value))
        if now > result.value + allowed:
            return (
                f"later ranks would give up some of {result.rank.name}: {result.value:.9g} was met, {now:.9g} is left"
            )
    return ""


def _size(programme: Programme, scaled: Scaled) -> dict[str, Any]:
    rows, columns = programme.shape
    sizes = np.abs(scaled.matrix.data)
    span = [float(sizes.min()), float(sizes.max())] if sizes.size else [0.0, 0.0]
    return {"columns": columns, "rows": rows, "nonzeros": int(programme.matrix.nnz), "matrix_range": span}
