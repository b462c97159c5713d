"""`aidplan stress`: how plans meet futures that they did not know."""

from __future__ import annotations

from pathlib import Path

import click

from aidplan.commands.exit_codes import ExitCode
from aidplan.commands.options import FILE, BatchOptions, batch_options, console_options, out_option, threads_option
from aidplan.commands.studies import run_study
from aidplan.console import Console


@click.command("stress")
@click.argument("workbook", type=FILE)
@click.option(
    "--until", required=True, metavar="PERIOD", help="The period in which futures part; plans before it are kept."
)
@click.option("--only", multiple=True, metavar="NAME", help="A preset or a scenario; may be repeated.")
@out_option("Folder for the answer and the base's run; by default outputs/WORKBOOK-stress.", None)
@threads_option
@batch_options
@console_options
def command(
    workbook: Path,
    until: str,
    only: tuple[str, ...],
    out: Path | None,
    threads: int,
    batch: BatchOptions,
    as_json: bool,
    quiet: bool,
) -> ExitCode:
    """Keep plans until a period, let futures surprise them, and say what knowing or hedging could bring."""
    from aidplan.pipeline import Options
    from aidplan.study.copies import CopyError
    from aidplan.study.stress import StressError, stress_study

    options = Options(threads=threads)
    return run_study(
        workbook, "stress", out, batch, Console(as_json, quiet),
        lambda book, data, folder: stress_study(book, data, folder, options, until, only),
        (StressError, CopyError),
    )  # fmt: skip
