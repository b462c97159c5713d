"""`aidplan roll`: a run's workbook as it stands in a later period."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from aidplan.commands.exit_codes import ExitCode
from aidplan.commands.options import FILE, console_options
from aidplan.console import Console

if TYPE_CHECKING:
    from aidplan.roll import Rolled


@click.command("roll")
@click.argument("run", type=FILE)
@click.option("--to", required=True, metavar="PERIOD", help="The period that the new workbook starts in.")
@click.option("--actuals", type=FILE, metavar="FILE", help="A workbook of what really happened, where it differs.")
@click.argument("file", type=FILE)
@console_options
def command(run: Path, to: str, actuals: Path | None, file: Path, as_json: bool, quiet: bool) -> ExitCode:
    """Write a run's workbook as it stands in a later period."""
    return roll_command(run, to, file, actuals, Console(as_json, quiet))


def roll_command(folder: Path, to: str, file: Path, actuals: Path | None, console: Console) -> ExitCode:
    """Write the workbook of the run in ``folder`` as it stands in period ``to`` to ``file``; the exit code."""
    from aidplan.roll import ActualsError, RollError, period_of, roll
    from aidplan.runs import RunError, open_run
    from aidplan.runs.errors import shown

    if problem := _unfit(file):
        console.warn(problem)
        return ExitCode.USAGE
    try:
        console.progress(f"opening {shown(folder.name)}")
        run = open_run(folder)
        if not run.has_plan:
            console.warn(
                f"{shown(folder)}: the run has no plan (status {run.manifest['status']}), so there is nothing to roll; "
                "name a run with a plan"
            )
            return ExitCode.USAGE
        if run.manifest.get("verified") is not True:
            console.warn(f"{shown(folder)}: the run is not verified, so it is not rolled; solve again for a new run")
            return ExitCode.NOT_VERIFIED
        rolled = roll(run, folder, period_of(run, to), actuals)
    except (RunError, RollError) as problem:
        console.warn(str(problem))
        return ExitCode.USAGE
    except ActualsError as problem:
        console.warn("\n".join(str(finding) for finding in problem.findings))
        return ExitCode.REFUSED
    try:
        _write(file, rolled.data)
    except OSError as problem:
        console.warn(f"{shown(file)}: cannot be written ({problem.strerror or problem}); name another place")
        return ExitCode.FAILED
    console.result(_text(rolled, file), {"exit_code": ExitCode.DONE, "file": str(file), **_machine(rolled)})
    return ExitCode.DONE


def _unfit(file: Path) -> str:
    """Why nothing is written to ``file``; "" where it can be."""
    if file.suffix.lower() != ".xlsx":
        return f"{file} must end in .xlsx"
    if file.exists():
        return f"{file} is there already and is not overwritten; name another file"
    return ""


def _write(file: Path, data: bytes) -> None:
    """Written beside its place and moved in, so that nothing half-written is left."""
    beside = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        beside.write_bytes(data)
        beside.replace(file)
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)


def _text(rolled: Rolled, file: Path) -> str:
    lines = [
        f"{rolled.run} rolled to {rolled.to}: {len(rolled.carried):,} cells carried, each with its source",
        *rolled.lines(),
    ]
    if rolled.drift:
        lines.append(f"drift: {len(rolled.drift)} cells are not as planned; see the sheet #drift")
    return "\n".join([*lines, f"{file} written; look at it, then: aidplan solve {file}"])


def _machine(rolled: Rolled) -> dict[str, Any]:
    return {
        "run": rolled.run,
        "to": rolled.to,
        "carried": len(rolled.carried),
        "said": rolled.lines(),
        "drift": [entry.as_dict() for entry in rolled.drift],
    }
