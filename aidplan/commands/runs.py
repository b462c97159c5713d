"""`aidplan runs`: the runs of a folder, a line each."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from aidplan.commands.exit_codes import ExitCode
from aidplan.commands.formatted import goals_in_words
from aidplan.commands.options import FILE, console_options
from aidplan.console import Console

if TYPE_CHECKING:
    from aidplan.runs import RunSummary


@click.command("runs")
@click.argument("folder", type=FILE, default=Path("outputs"))
@console_options
def command(folder: Path, as_json: bool, quiet: bool) -> ExitCode:
    """List the runs in a folder: when, workbook, scenario, status, goals."""
    from aidplan.runs import RunError, list_runs

    console = Console(as_json, quiet)
    try:
        found = list_runs(folder)
    except RunError as problem:
        console.warn(str(problem))
        return ExitCode.USAGE
    console.result(run_lines(found), {"runs": [run_object(run) for run in found]})
    return ExitCode.DONE


def run_lines(found: Sequence[RunSummary]) -> str:
    """A line a run."""
    if not found:
        return "no runs here"
    return "\n".join(
        f"{run.started}  {run.run}  {run.workbook}  {run.scenario}  {run.status}"
        f"{' verified' if run.verified else ''}  {goals_in_words(run.goals, run.met)}{run.problem}"
        f"{f'  ({run.basis})' if run.basis else ''}"
        for run in found
    )


def run_object(run: RunSummary) -> dict[str, Any]:
    """A run for programs."""
    return {
        "run": run.run,
        "path": str(run.path),
        "started": run.started,
        "workbook": run.workbook,
        "scenario": run.scenario,
        "status": run.status,
        "verified": run.verified,
        "goals": dict(run.goals),
        "met": dict(run.met),
        "kept": None if run.kept is None else dict(run.kept),
        "against": None if run.against is None else dict(run.against),
        "rolled": None if run.rolled is None else dict(run.rolled),
        "problem": run.problem,
    }
