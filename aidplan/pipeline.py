"""The pipeline: one scenario of a workbook to one run.

`solve_in_memory` builds, solves and verifies, and gives the plan without touching a disk; `solve_scenario` takes the
run's name first, solves, and writes the run with its reports. Both can be called without a console.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aidplan.extract import PlanRun
from aidplan.manifest import manifest_of, seconds_of
from aidplan.workbook import Finding, Scenario, Tables, Workbook, plan_data

if TYPE_CHECKING:
    import pandas as pd
    from aidplan_models.data import PlanData

    from aidplan.compare.previous import Previous
    from aidplan.runs import RunPlace
    from aidplan.runs.keeping import EarlierRun, Prepared
    from aidplan.solve.assemble.linear_program import Programme
    from aidplan.solve.warm import Starts

Progress = Callable[[str], None]


class Ending(StrEnum):
    """How a scenario ended; commands give each an exit code."""

    PLANNED = "planned"
    NO_PLAN = "no plan"
    STOPPED = "stopped"
    NOT_VERIFIED = "not verified"
    REFUSED = "refused"
    NAME_TAKEN = "name taken"
    FAILED = "failed"


EXPLAINED, A_MOMENT = 60.0, 2.0
"""Seconds that explanations in reports may take at most, and always."""

ENDINGS: Mapping[str, Ending] = {
    "optimal": Ending.PLANNED,
    "time_limit": Ending.PLANNED,
    "memory_limit": Ending.PLANNED,
    "infeasible": Ending.NO_PLAN,
    "stopped": Ending.STOPPED,
    "unverified": Ending.NOT_VERIFIED,
    "refused": Ending.NOT_VERIFIED,
}
"""A solve's status -> how its scenario ended."""


@dataclass(frozen=True)
class Options:
    """What a planner may choose of a solve: ``time_limit`` [seconds a scenario], HiGHS's ``threads``,
    ``memory_limit`` [MiB that the process may hold], whether the variability ranges of the largest ``ties`` are found,
    the run whose decisions before the period ``until`` are to ``keep``, the run that the goal ``stability`` is
    ``against``, and whether reports explain ``why``.
    """

    time_limit: float | None = None
    threads: int = 0
    memory_limit: float | None = None
    ties: bool = False
    keep: Path | None = None
    until: str | None = None
    against: Path | None = None
    why: bool = True

    def as_dict(self) -> dict[str, Any]:
        """For ``run.json``: paths as text."""
        return {name: str(value) if isinstance(value, Path) else value for name, value in vars(self).items()}


def _quiet(_: str) -> None:
    """No progress."""


@dataclass(frozen=True)
class Request:
    """One scenario to solve: of ``book``, which took ``read_seconds`` to read; ``starts`` are the warm starts of those
    solved before it, and learn from it. ``restrict`` may fix columns of the programme before it is solved, and with
    ``first_rank_alone`` no later rank is optimised: both for plans that are steps of a study.
    ``earlier`` is the run of the option ``keep`` where it is open already.
    """

    book: Workbook
    scenario: Scenario
    options: Options = field(default_factory=Options)
    read_seconds: float = 0.0
    progress: Progress = _quiet
    starts: Starts | None = None
    restrict: Callable[[Programme], Programme] | None = None
    first_rank_alone: bool = False
    earlier: EarlierRun | None = None


@dataclass(frozen=True)
class Solution:
    """One scenario solved, in memory.

    ``manifest`` is ``run.json`` but for its ``run`` and ``files``; ``tables`` as in `PlanRun`, None without a plan;
    ``sentence`` says how it ended and ``lines`` what more a planner must read; ``warm`` is what ``warm.npz`` holds; ``kept``
    are the workbooks of the runs that it keeps, by file name.
    """

    ending: Ending
    sentence: str
    manifest: Mapping[str, Any]
    tables: Mapping[str, pd.DataFrame] | None
    data: PlanData
    scenario: Scenario
    findings: Sequence[Mapping[str, Any]]
    lines: Sequence[str] = ()
    why: Mapping[str, Any] = field(default_factory=dict)
    warm: bytes = b""
    kept: Mapping[str, bytes] = field(default_factory=dict)

    def run(self, name: str) -> PlanRun:
        """The run of that name, as `aidplan.runs.open_run` gives it once it is written."""
        manifest = {**self.manifest, "run": name}
        return PlanRun(manifest, self.tables or {}, self.data, self.scenario.tables, self.findings, self.why)

    def message(self) -> str:
        """For a planner: how it ended, and what more there is to read."""
        return "\n".join([f"{self.scenario.name}: {self.sentence}", *(f"  {line}" for line in self.lines)])


@dataclass(frozen=True)
class Outcome:
    """One scenario's end: ``path`` of its run (None where nothing was written), its manifest, the ``message`` for a
    planner, what changed against the ``previous`` run of its workbook and scenario, and whether an earlier run was
    ``reused``.
    """

    scenario: str
    ending: Ending
    message: str
    path: Path | None = None
    manifest: Mapping[str, Any] = field(default_factory=dict)
    previous: Previous | None = None
    reused: bool = False


def solve_scenario(request: Request, data: bytes, out: Path, name: str, *, unique: bool) -> Outcome:
    """Solve one scenario and write its run as ``name`` in ``out``; ``data`` are the workbook's bytes.

    With ``unique`` a taken name becomes ``name-2`` and on. Raises `RunError` where the run cannot be written.
    """
    from aidplan.compare.previous import against_previous
    from aidplan.runs import claim_run
    from aidplan.runs.keeping import KeepRefusedError

    scenario = request.scenario
    if scenario.refused:
        return Outcome(scenario.name, Ending.REFUSED, f"{scenario.name}: refused; see the findings")
    with claim_run(out, name, unique=unique) as place:
        try:
            solution = solve_in_memory(request)
        except KeepRefusedError as problem:
            lines = [f"{scenario.name}: {problem}", *(f"  {finding}" for finding in problem.findings)]
            return Outcome(scenario.name, Ending.REFUSED, "\n".join(lines))
        if solution.tables is not None:
            request.progress("writing the run")
        path = write_solution(place, solution, data)
        run = solution.run(place.name) if solution.tables is not None else None
        previous = against_previous(path, run)
    return Outcome(scenario.name, solution.ending, solution.message(), path, solution.manifest, previous)


def write_solution(place: RunPlace, solution: Solution, data: bytes, *, with_reports: bool = True) -> Path:
    """Write a solved scenario as the run of ``place``; ``data`` are the workbook's bytes. Raises `RunError`."""
    reports = _reports(solution.run(place.name)) if with_reports and solution.tables is not None else []
    return place.write(
        manifest=solution.manifest,
        workbook=data,
        findings=solution.findings,
        tables=solution.tables,
        reports=reports,
        why=solution.why,
        warm=solution.warm,
        kept=solution.kept,
    )


def solve_in_memory(request: Request) -> Solution:
    """Build, solve and verify one scenario that is not refused.

    Raises `aidplan.runs.keeping.KeepRefusedError` where it changes what stands of the run that it keeps.
    """
    from aidplan.explain.infeasible import Clashes
    from aidplan.solve.solving import solve_plan
    from aidplan.solve.warm import Starts

    starts = Starts() if request.starts is None else request.starts
    starts.latest = None
    started, options, scenario = datetime.now(UTC), request.options, request.scenario
    clock = time.perf_counter()
    prepared = _prepared(request)
    numbers = prepared.data
    if request.first_rank_alone:
        numbers = replace(numbers, goals=tuple(goal for goal in numbers.goals if goal.rank == numbers.goals[0].rank))
    check_seconds = time.perf_counter() - clock
    clashes = Clashes(numbers, scenario.tables, threads=options.threads)
    planned = solve_plan(
        numbers,
        time_limit=options.time_limit,
        memory_limit=options.memory_limit,
        threads=options.threads,
        ranges=options.ties,
        clashes=clashes.proved if numbers.kept is None else lambda *_: False,  # what gives way leaves no infeasibility
        starts=starts,
        restrict=request.restrict,
        progress=request.progress,
    )
    manifest = manifest_of(request.book, scenario.name, started, options.as_dict(), planned)
    manifest |= prepared.entries
    manifest["seconds"] = seconds_of(request.read_seconds, check_seconds, planned.seconds)
    wide = _wide_range(scenario, planned)
    if wide is not None:
        request.progress(str(wide))
    findings = _findings(request, numbers, wide)
    if planned.has_plan:
        solution = _with_plan(request, numbers, planned, manifest, findings)
        return replace(solution, warm=_warm(scenario, starts), kept=prepared.files, why=_explained(request, solution))
    return _without_plan(request, numbers, planned, manifest, findings, clashes, wide)


def _explained(request: Request, solution: Solution) -> Mapping[str, Any]:
    """What reports say of why demand is unmet, within a share of the time that the solve took.

    No longer than the first rank took, at most `EXPLAINED` seconds; a small plan is given a moment.
    """
    step = request.first_rank_alone or request.restrict is not None
    ranks = solution.manifest["ranks"]
    if step or not request.options.why or not solution.manifest["verified"] or not ranks:
        return {}
    from aidplan.explain.answer import explain_run

    seconds = min(max(float(ranks[0]["seconds"]), A_MOMENT), EXPLAINED)
    if request.options.time_limit is not None:
        seconds = min(seconds, request.options.time_limit)
    try:
        return explain_run(solution.run(""), seconds, progress=request.progress)
    except (ArithmeticError, LookupError, TypeError, ValueError) as fault:  # a plan is not lost for want of its reasons
        return {"shortages": [], "not_done": [f"explanations: a fault of aidplan's own ({type(fault).__name__})"]}


def _warm(scenario: Scenario, starts: Starts) -> bytes:
    """Where the first rank stood, for the next command that solves a workbook of this title."""
    from aidplan.solve.warm import packed

    return packed(title_of(scenario.tables), *starts.latest) if starts.latest is not None else b""


def title_of(tables: Tables) -> str:
    """The title of a workbook; "" where it has none."""
    return str(tables.setting("title") or "")


def warm_starts(out: Path, title: str, starts: Starts) -> None:
    """Add where the newest runs in ``out`` stood whose workbooks have this title: the next solve may begin there."""
    from aidplan.solve.warm import MOST, unpacked

    try:
        files = [(path.stat().st_mtime, str(path), path) for path in out.glob("*/warm.npz")]
    except OSError:
        return
    found = 0
    for _, _, path in sorted(files, reverse=True):
        try:
            of, names, start = unpacked(path.read_bytes())
        except (OSError, ValueError):
            continue  # it is no run of ours, or it is just going away: a solve from nothing gives the same plan
        if of == title:
            starts.add(names, start)
            found += 1
        if found == MOST:
            return


def _prepared(request: Request) -> Prepared:
    """The scenario's numbers, with the plan that it keeps and the one that it stays near."""
    from aidplan.runs.keeping import earlier_run, prepare

    options = request.options
    kept = request.earlier or (earlier_run(options.keep) if options.keep is not None else None)
    against = earlier_run(options.against) if options.against is not None else None
    return prepare(plan_data(request.scenario.tables), request.scenario, kept, options.until, against)


def _with_plan(
    request: Request, numbers: PlanData, planned: Any, manifest: dict[str, Any], findings: list[Mapping[str, Any]]
) -> Solution:
    """The solution of a scenario that has a plan."""
    from aidplan.extract import plan_tables, price_table, ties_table
    from aidplan.figures.coverage import shares_met

    tables = plan_tables(planned.programme, numbers, planned.x)
    tables["prices"] = price_table(planned.model, planned.programme, planned.solved.ranks, numbers)
    tables["ties"] = ties_table(planned.programme, numbers, planned.ties)
    lines = []
    if numbers.against is not None:
        lines.append(_against(request, manifest, tables, numbers))
    if request.options.ties:
        manifest["ties"] = planned.ties.as_dict()
        lines.append(planned.ties.sentence())
    ending = ENDINGS[planned.solved.status]
    solution = Solution(ending, planned.sentence, manifest, tables, numbers, request.scenario, findings, lines)
    manifest["met"] = shares_met(solution.run(""))
    return solution


def _against(request: Request, manifest: dict[str, Any], tables: Mapping[str, pd.DataFrame], numbers: PlanData) -> str:
    """Which orders of the next months differ from the earlier run's: into the manifest, and as a sentence."""
    from aidplan.compare.blocks import differing
    from aidplan.extract import values_of
    from aidplan.figures.stability import changed_orders, in_words

    assert numbers.against is not None
    blocks = differing(numbers.against.data, plan_data(request.scenario.tables))
    found = changed_orders(numbers, values_of({"ordered": tables["ordered"]}, numbers.period_labels), blocks)
    manifest["against"] = {**manifest["against"], "orders": found.as_dict()}
    return in_words(manifest["against"], numbers)


def _without_plan(
    request: Request,
    numbers: PlanData,
    planned: Any,
    manifest: dict[str, Any],
    findings: list[Mapping[str, Any]],
    clashes: Any,
    wide: Finding | None,
) -> Solution:
    """The solution of a scenario that has no plan, with the explanation of why none exists."""
    lines: list[str] = [] if wide is None else [str(wide)]
    if planned.solved.status == "infeasible":
        why = clashes.explain(
            planned.model,
            planned.programme,
            time_limit=request.options.time_limit,
            memory_limit=request.options.memory_limit,
            progress=request.progress,
        )
        manifest["explanation"] = why.as_dict()
        lines += why.lines()
    ending = Ending.REFUSED if wide is not None and wide.severity == "error" else ENDINGS[planned.solved.status]
    return Solution(ending, planned.sentence, manifest, None, numbers, request.scenario, findings, lines)


def _findings(request: Request, numbers: PlanData, wide: Finding | None) -> list[Mapping[str, Any]]:
    """What ``findings.json`` holds: warnings of the check, and what was not used."""
    book, scenario = request.book, request.scenario
    findings: list[Mapping[str, Any]] = [finding.as_dict() for finding in (*book.findings, *book.unused)]
    if scenario.name != "base":
        findings += [finding.as_dict() for finding in scenario.findings]
    unranked = numbers.against is None and any(goal.goal == "stability" for goal in numbers.goals)
    findings += [_left_out_stability()] if unranked else []
    return findings if wide is None else [*findings, wide.as_dict()]


def _wide_range(scenario: Scenario, planned: Any) -> Finding | None:
    """What is to be said where numbers that meet in one limit are very far apart, with their cells."""
    from aidplan.explain.coefficient_range import judge_spread

    return judge_spread(planned.model, planned.programme, planned.scaled.matrix, scenario.tables)


def _reports(run: PlanRun) -> list[tuple[str, Callable[[Path], object]]]:
    """The reports of a run: a file's name, and what writes it."""
    from aidplan.report.html.plan_page import write_page
    from aidplan.report.xlsx.plan_workbook import write_plan_workbook

    return [
        ("plan.xlsx", lambda path: write_plan_workbook(run, path)),
        ("report.html", lambda path: write_page(run, path)),
    ]


def _left_out_stability() -> dict[str, str]:
    return {
        "code": "stability-left-out",
        "severity": "warning",
        "sheet": "goals",
        "cell": "",
        "message": "the goal stability is left out: it compares with an earlier run, and none was given",
        "remedy": "give an earlier run with --against, or remove its row",
        "scenario": "",
    }
