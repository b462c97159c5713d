"""One scenario to one run on the disk, with its reports."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from aidplan.extract import PlanRun
from aidplan.pipeline.in_memory import solve_in_memory
from aidplan.pipeline.request import Ending, Outcome, Request, Solution

if TYPE_CHECKING:
    from aidplan.runs import RunPlace


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


def _reports(run: PlanRun) -> list[tuple[str, Callable[[Path], object]]]:
    """The reports of a run: a file's name, and what writes it."""
    from aidplan.report.html.plan_page import write_page
    from aidplan.report.xlsx.plan_workbook import write_plan_workbook

    return [
        ("plan.xlsx", lambda path: write_plan_workbook(run, path)),
        ("report.html", lambda path: write_page(run, path)),
    ]
