"""One scenario built, solved and verified, without touching a disk."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from aidplan.manifest import manifest_of, seconds_of
from aidplan.pipeline.earlier import warm_file
from aidplan.pipeline.request import ENDINGS, Ending, Request, Solution
from aidplan.workbook import Finding, Scenario, plan_data

if TYPE_CHECKING:
    import pandas as pd
    from aidplan_models.data import PlanData

    from aidplan.explain.infeasible import Infeasibility
    from aidplan.runs.keeping import Prepared
    from aidplan.solve.solving import Planned
    from aidplan.solve.warm import Starts

EXPLAINED, A_MOMENT = 60.0, 2.0
"""Seconds that explanations in reports may take at most, and always."""


def solve_in_memory(request: Request) -> Solution:
    """Build, solve and verify one scenario that is not refused.

    Raises `aidplan.runs.keeping.KeepRefusedError` where it changes what stands of the run that it keeps.
    """
    from aidplan.explain.infeasible import Infeasibility
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
    infeasibility = Infeasibility(numbers, scenario.tables, threads=options.threads)
    planned = _planned(request, numbers, infeasibility, starts)
    manifest = manifest_of(request.book, scenario.name, started, options.as_dict(), planned)
    manifest |= prepared.entries
    if request.stage is not None:
        manifest["stage"] = dict(request.stage)
    manifest["seconds"] = seconds_of(request.read_seconds, check_seconds, planned.seconds)
    wide = _coefficient_range(scenario, planned)
    if wide is not None:
        request.progress(str(wide))
    findings = _findings(request, numbers, wide)
    if planned.has_plan:
        solution = _with_plan(request, numbers, planned, manifest, findings)
        return replace(
            solution,
            warm=warm_file(scenario, starts),
            kept=prepared.files,
            why=_explained(request, solution, (starts, planned)),
        )
    return _without_plan(request, numbers, planned, manifest, findings, infeasibility, wide)


def _planned(request: Request, numbers: PlanData, infeasibility: Infeasibility, starts: Starts) -> Planned:
    """The numbers solved and verified, within the limits of the request."""
    from aidplan.solve.solving import solve_plan

    options = request.options
    return solve_plan(
        numbers,
        time_limit=options.time_limit,
        memory_limit=options.memory_limit,
        threads=options.threads,
        ranges=options.ties,
        proves_infeasible=infeasibility.proved
        if numbers.kept is None
        else lambda *_: False,  # what gives way leaves no infeasibility
        starts=starts,
        restrict=request.restrict,
        progress=request.progress,
    )


def _prepared(request: Request) -> Prepared:
    """The scenario's numbers, with the plan that it keeps and the one that it stays near."""
    from aidplan.runs.keeping import earlier_run, prepare

    options = request.options
    kept = request.earlier or (earlier_run(options.keep) if options.keep is not None else None)
    against = earlier_run(options.against) if options.against is not None else None
    return prepare(plan_data(request.scenario.tables), request.scenario, kept, options.until, against)


def _with_plan(
    request: Request, numbers: PlanData, planned: Planned, manifest: dict[str, Any], findings: list[Mapping[str, Any]]
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
    planned: Planned,
    manifest: dict[str, Any],
    findings: list[Mapping[str, Any]],
    infeasibility: Infeasibility,
    wide: Finding | None,
) -> Solution:
    """The solution of a scenario that has no plan, with the explanation of why none exists."""
    lines: list[str] = [] if wide is None else [str(wide)]
    if planned.solved.status == "infeasible":
        why = infeasibility.explain(
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


def _explained(request: Request, solution: Solution, solved: Any) -> Mapping[str, Any]:
    """What reports say of why demand is unmet, within a share of the time that the solve took.

    No longer than the first rank took, at most `EXPLAINED` seconds; a small plan is given a moment.
    """
    step = request.first_rank_alone or request.restrict is not None
    ranks = solution.manifest["ranks"]
    if step or not request.options.why or not solution.manifest["verified"] or not ranks:
        return {}
    from aidplan.explain.answer import explain_run
    from aidplan.explain.wanted import Wanted

    seconds = min(max(float(ranks[0]["seconds"]), A_MOMENT), EXPLAINED)
    if request.options.time_limit is not None:
        seconds = min(seconds, request.options.time_limit)
    try:
        wanted = Wanted(more=True, prices=False)
        return explain_run(solution.run(""), seconds, wanted, solved=solved, progress=request.progress)
    except (ArithmeticError, LookupError, TypeError, ValueError) as fault:  # a plan is not lost for want of its reasons
        return {"shortages": [], "not_done": [f"explanations: a fault of aidplan's own ({type(fault).__name__})"]}


def _findings(request: Request, numbers: PlanData, wide: Finding | None) -> list[Mapping[str, Any]]:
    """What ``findings.json`` holds: warnings of the check, and what was not used."""
    book, scenario = request.book, request.scenario
    findings: list[Mapping[str, Any]] = [finding.as_dict() for finding in (*book.findings, *book.unused)]
    if scenario.name != "base":
        findings += [finding.as_dict() for finding in scenario.findings]
    unranked = numbers.against is None and any(goal.goal == "stability" for goal in numbers.goals)
    findings += [_left_out_stability()] if unranked else []
    return findings if wide is None else [*findings, wide.as_dict()]


def _coefficient_range(scenario: Scenario, planned: Planned) -> Finding | None:
    """What is to be said where numbers that meet in one limit are very far apart, with their cells."""
    from aidplan.explain.coefficient_range import coefficient_range_finding

    return coefficient_range_finding(planned.model, planned.programme, planned.scaled.matrix, scenario.tables)


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
