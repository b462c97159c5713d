"""`aidplan audit`: whether a finished run holds, recomputed from its own files."""

from __future__ import annotations

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
    from aidplan.audit import audit_run

    report = audit_run(run)
    Console(as_json, quiet).result(report.as_text(), report.as_dict())
    return ExitCode.DONE if report.passed else ExitCode.NOT_VERIFIED
