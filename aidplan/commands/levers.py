"""`aidplan levers`: what each lever of policy is worth."""

from __future__ import annotations

from pathlib import Path

import click

from aidplan.commands.exit_codes import ExitCode
from aidplan.commands.options import FILE, BatchOptions, batch_options, console_options, out_option, threads_option
from aidplan.commands.studies import run_study
from aidplan.console import Console


@click.command("levers")
@click.argument("workbook", type=FILE)
@click.option("--only", multiple=True, metavar="NAME", help="A lever or a setting; may be repeated.")
@click.option(
    "--show",
    type=FILE,
    metavar="FILE",
    help="Write a copy of the workbook with the levers as scenarios, and solve nothing.",
)
@out_option("Folder for the answer and its runs; by default outputs/WORKBOOK-levers.", None)
@threads_option
@batch_options
@console_options
def command(
    workbook: Path,
    only: tuple[str, ...],
    show: Path | None,
    out: Path | None,
    threads: int,
    batch: BatchOptions,
    as_json: bool,
    quiet: bool,
) -> ExitCode:
    """Solve the workbook under every lever of policy, and say what each is worth."""
    from aidplan.pipeline import Options
    from aidplan.study.copies import CopyError
    from aidplan.study.levers import UnknownNameError, lever_study

    console = Console(as_json, quiet)
    if show is not None:
        return _show(workbook, show, console)
    options = Options(threads=threads, why=False)
    return run_study(
        workbook, "levers", out, batch, console,
        lambda book, data, folder: lever_study(book, data, folder, options, only),
        (UnknownNameError, CopyError),
    )  # fmt: skip


def _show(path: Path, file: Path, console: Console) -> ExitCode:
    """Write the copy with the levers as scenarios; never over a file."""
    from aidplan.commands.solve import read, refused
    from aidplan.study.copies import CopyError
    from aidplan.study.levers import copy_with_levers

    if file.suffix.lower() != ".xlsx":
        console.warn(f"{file} must end in .xlsx")
        return ExitCode.USAGE
    book, data = read(path)
    if book.refused:
        return refused(book, console, {})
    try:
        with file.open("xb") as made:
            made.write(copy_with_levers(book, data))
    except FileExistsError:
        console.warn(f"{file} is there already and is not overwritten; name another file")
        return ExitCode.USAGE
    except CopyError as problem:
        file.unlink(missing_ok=True)
        console.warn(str(problem))
        return ExitCode.USAGE
    except OSError as problem:
        console.warn(f"{file} cannot be written ({problem.strerror or problem}); name another place")
        return ExitCode.FAILED
    console.result(
        f"{file} written; look at its sheet scenarios, then: aidplan solve {file} --scenario …", {"file": str(file)}
    )
    return ExitCode.DONE
