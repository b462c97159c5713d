"""`aidplan audit`: whether a finished run holds, recomputed from its own files."""

from __future__ import annotations

import zipfile
from pathlib import Path

import click

from aidplan.commands.exit_codes import ExitCode
from aidplan.commands.options import FILE, console_options
from aidplan.console import Console


@click.command("audit")
@click.argument("run", type=FILE)
@console_options
def command(run: Path, as_json: bool, quiet: bool) -> ExitCode:
    """Recompute a finished run from its own files, and say whether it passed."""
    console = Console(as_json, quiet)
    if wrong := no_folder(run):
        console.warn(wrong)
        return ExitCode.USAGE
    from aidplan.audit import audit_run

    report = audit_run(run)
    console.result(report.as_text(), report.as_dict())
    return ExitCode.DONE if report.passed else ExitCode.NOT_VERIFIED


def no_folder(run: Path) -> str:
    """Why ``run`` cannot be the folder of a run, in one sentence; empty where it is a folder."""
    if run.is_dir():
        return ""
    if not run.exists():
        return f"audit: there is no folder {run}; `aidplan runs` lists the runs"
    if zipfile.is_zipfile(run) and run.suffix.lower() not in (".xlsx", ".xlsm"):
        return f"audit: {run} is a zip file; unpack it, and give the folder of the run that was in it"
    if (run.parent / "run.json").is_file():
        return f"audit: {run} is one file of a run; give the run's folder, {run.parent}"
    return f"audit: {run} is a file; give the folder of a run, which `aidplan runs` lists"
