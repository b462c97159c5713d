"""`aidplan pressure`: what measures on the adversary's output are worth."""

from __future__ import annotations

from pathlib import Path

import click

from aidplan.commands.exit_codes import ExitCode
from aidplan.commands.options import FILE, BatchOptions, batch_options, console_options, out_option, threads_option
from aidplan.commands.studies import run_study
from aidplan.console import Console


@click.command("pressure")
@click.argument("workbook", type=FILE)
@click.option("--only", multiple=True, metavar="NAME", help="A case or a donor, beside none; may be repeated.")
@out_option("Folder for the answer and its runs; by default outputs/WORKBOOK-pressure.", None)
@threads_option
@batch_options
@console_options
def command(
    workbook: Path,
    only: tuple[str, ...],
    out: Path | None,
    threads: int,
    batch: BatchOptions,
    as_json: bool,
    quiet: bool,
) -> ExitCode:
    """Say what measures on the adversary's output are worth, alone, as written and together."""
    from aidplan.pipeline import Options
    from aidplan.study.copies import CopyError
    from aidplan.study.pressure import NoMeasuresError, UnknownCaseError, pressure_study

    options = Options(threads=threads, why=False)
    return run_study(
        workbook, "pressure", out, batch, Console(as_json, quiet),
        lambda book, data, folder: pressure_study(book, data, folder, options, only),
        (NoMeasuresError, UnknownCaseError, CopyError),
    )  # fmt: skip
