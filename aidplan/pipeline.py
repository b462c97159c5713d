"""The desk: from a planner's workbook to finished runs, one for each scenario asked for.

Reads the workbook once (what is solved is what was hashed), judges it, builds, solves, verifies, and
writes a run. Where a scenario is refused, or has no plan, the others go on; the exit code tells the worst.
"""

from __future__ import annotations

import platform
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aidplan_models.data import PlanData

import aidplan
from aidplan.extract import PlanRun
from aidplan.workbook import Finding, Scenario, Workbook, plan_data

if TYPE_CHECKING:
    from aidplan.compare.previous import Previous
    from aidplan.solve.warm import Starts

DONE, USAGE, REFUSED, NO_PLAN, STOPPED, NOT_VERIFIED, FAILED, INTERRUPTED = 0, 2, 3, 4, 5, 6, 1, 130

WORST_LAST = (DONE, USAGE, REFUSED, STOPPED, NO_PLAN, NOT_VERIFIED, FAILED, INTERRUPTED)
"""Exit codes in the order in which a later one is worse."""


@dataclass(frozen=True)
class Options:
    """What a planner may choose of a solve: ``time_limit`` [seconds a scenario], HiGHS's ``threads``,
    ``memory_limit`` [MiB that the process may hold], and whether the true ranges of the largest ``ties`` are found.
    """

    time_limit: float | None = None
    threads: int = 0
    memory_limit: float | None = None
    ties: bool = False


@dataclass(frozen=True)
class Outcome:
    """One scenario's end: ``path`` of its run (None where nothing was written), its manifest, what to say, and what
    changed against the ``previous`` run of its workbook and scenario.
    """

    scenario: str
    code: int
    said: str
    path: Path | None = None
    manifest: Mapping[str, Any] = field(default_factory=dict)
    previous: Previous | None = None


def worst(codes: Sequence[int]) -> int:
    """The exit code of several scenarios: the worst of theirs."""
    return max(codes, key=WORST_LAST.index, default=DONE)


def chosen(book: Workbook, scenarios: Sequence[str], every: bool) -> list[str]:
    """The scenarios to solve, each once: those named, or base and all, or base alone."""
    names = ["base", *book.scenarios] if every else list(scenarios) or ["base"]
    return list(dict.fromkeys(names))


def solve_scenario(
    book: Workbook,
    data: bytes,
    scenario: Scenario,
    out: Path,
    name: str,
    *,
    unique: bool,
    options: Options,
    read_seconds: float,
    progress: Callable[[str], None],
    starts: Starts | None = None,
) -> Outcome:
    """Solve one scenario and write its run; ``starts`` are of those solved before it, and learn from it.

    Raises `RunError` where the run cannot be written.
    """
    from aidplan.runs import claim_run

    if scenario.refused:
        return Outcome(scenario.name, REFUSED, f"{scenario.name}: refused; see the findings")
    started = datetime.now(UTC)
    with claim_run(out, name, unique=unique) as place:
        return _solve(book, data, scenario, place, started, options, read_seconds, progress, starts)


def _solve(
    book: Workbook,
    data: bytes,
    scenario: Scenario,
    place: Any,
    started: datetime,
    options: Options,
    read_seconds: float,
    progress: Callable[[str], None],
    starts: Starts | None,
) -> Outcome:
    from aidplan.compare.previous import against_previous
    from aidplan.explain.infeasible import Clashes
    from aidplan.extract import plan_tables, price_table, ties_table
    from aidplan.solve.solving import solve_plan

    clock = time.perf_counter()
    numbers = plan_data(scenario.tables)
    check_seconds = time.perf_counter() - clock
    clashes = Clashes(numbers, scenario.tables, threads=options.threads)
    planned = solve_plan(
        numbers,
        time_limit=options.time_limit,
        memory_limit=options.memory_limit,
        threads=options.threads,
        ranges=options.ties,
        clashes=clashes.proved,
        starts=starts,
        progress=progress,
    )
    manifest = _manifest(book, scenario, started, options, planned)
    manifest["seconds"] = _seconds(read_seconds, check_seconds, planned.seconds)
    findings = [finding.as_dict() for finding in (*book.findings, *book.unused)]
    if scenario.name != "base":
        findings += [finding.as_dict() for finding in scenario.findings]
    findings += [_left_out_stability()] if _ranks_stability(numbers) else []
    wide = _wide_range(scenario, planned)
    if wide is not None:
        findings.append(wide.as_dict())
        progress(str(wide))
    if not planned.has_plan:
        lines: list[str] = [] if wide is None else [str(wide)]
        if planned.solved.status == "infeasible":
            why = clashes.explain(
                planned.model,
                planned.programme,
                time_limit=options.time_limit,
                memory_limit=options.memory_limit,
                progress=progress,
            )
            manifest["explanation"] = why.as_dict()
            lines += why.lines()
        path = place.write(manifest=manifest, workbook=data, findings=findings)
        said = "\n".join([f"{scenario.name}: {planned.sentence}", *(f"  {line}" for line in lines)])
        code = REFUSED if wide is not None and wide.severity == "error" else planned.exit_code
        return Outcome(scenario.name, code, said, path, manifest, against_previous(path))
    tables = plan_tables(planned.programme, numbers, planned.x)
    tables["prices"] = price_table(planned.model, planned.programme, planned.solved.ranks, numbers)
    tables["ties"] = ties_table(planned.programme, numbers, planned.ties)
    said = f"{scenario.name}: {planned.sentence}"
    if options.ties:
        manifest["ties"] = planned.ties.as_dict()
        said += f"\n  {planned.ties.sentence()}"
    manifest["run"] = place.name
    run = PlanRun(manifest, tables, numbers, scenario.tables, findings)
    progress("writing the run")
    path = place.write(manifest=manifest, workbook=data, findings=findings, tables=tables, reports=_reports(run))
    return Outcome(scenario.name, planned.exit_code, said, path, manifest, against_previous(path, run))


def _wide_range(scenario: Scenario, planned: Any) -> Finding | None:
    """What is to be said where numbers that meet in one limit are very far apart, with their cells."""
    from aidplan.solve.coefficient_range import judge_spread

    return judge_spread(planned.model, planned.programme, planned.scaled.matrix, scenario.tables)


def _reports(run: PlanRun) -> list[tuple[str, Callable[[Path], object]]]:
    from aidplan.report.html.plan_page import write_page
    from aidplan.report.xlsx.plan_workbook import write_plan_workbook

    return [
        ("plan.xlsx", lambda path: write_plan_workbook(run, path)),
        ("report.html", lambda path: write_page(run, path)),
    ]


def _manifest(book: Workbook, scenario: Scenario, started: datetime, options: Options, planned: Any) -> dict[str, Any]:
    import highspy
    import pyomo

    from aidplan.solve.resource_limits import peak_mb

    return {
        "scenario": scenario.name,
        "status": planned.solved.status,
        "verified": planned.solved.verified,
        "goals": planned.goals,
        "ranks": [
            {
                "rank": result.rank.rank,
                "goals": list(result.rank.goals),
                "value": result.value,
                "seconds": round(result.seconds, 3),
                "method": result.method,
            }
            for result in planned.solved.ranks
        ],
        "model": planned.size,
        "peak_memory_mb": round(peak_mb(), 1),
        "workbook": {"file": book.file, "sha256": book.sha256},
        "versions": {
            "aidplan": aidplan.__version__,
            "python": platform.python_version(),
            "pyomo": pyomo.__version__,
            "highspy": highspy.Highs().version(),
        },
        "options": asdict(options),
        "started": f"{started:%Y-%m-%dT%H:%M:%SZ}",
    }


def _seconds(read: float, check: float, spent: Mapping[str, float]) -> dict[str, float]:
    seconds = {"read": read, "check": check, **spent}
    seconds["total"] = sum(seconds.values())
    return {stage: round(value, 3) for stage, value in seconds.items()}


def _ranks_stability(data: PlanData) -> bool:
    return any(goal.goal == "stability" for goal in data.goals)


def _left_out_stability() -> dict[str, str]:
    return {
        "code": "stability-left-out",
        "severity": "warning",
        "sheet": "goals",
        "cell": "",
        "message": "the goal stability is left out: it compares with an earlier run, and none was given",
        "remedy": "rank it in a later version that takes an earlier run, or remove its row",
        "scenario": "",
    }
