"""`aidplan compare`: opens the runs, compares them, writes both reports and says what differs."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from aidplan.commands.exit_codes import ExitCode
from aidplan.commands.options import FILE, console_options, out_option
from aidplan.console import Console

if TYPE_CHECKING:
    from aidplan.compare.comparing import Comparison

SUFFIXES = (".xlsx", ".html")


@click.command("compare")
@click.argument("runs", nargs=-1, required=True, metavar="RUN RUN [RUN]...", type=FILE)
@out_option("Folder for the comparison, compare-A-B.xlsx and .html.")
@click.option(
    "--solves",
    type=click.IntRange(min=0),
    metavar="N",
    help="Most solves to tell why; by default some five minutes of them.",
)
@click.option("--no-why", is_flag=True, help="Leave out why the goals changed, which takes solves.")
@console_options
def command(
    runs: tuple[Path, ...], out: Path, solves: int | None, no_why: bool, as_json: bool, quiet: bool
) -> ExitCode:
    """Compare runs with the first of them: what differs in inputs and in plan, and why."""
    return compare_command(runs, out, solves, not no_why, Console(as_json, quiet))


def compare_command(paths: Sequence[Path], out: Path, solves: int | None, with_why: bool, console: Console) -> ExitCode:
    """Compare the runs at ``paths``, write both reports to ``out``; the exit code."""
    from aidplan.compare.comparing import compare_runs
    from aidplan.compare.format import machine, terminal
    from aidplan.runs import RunError, open_run
    from aidplan.runs.errors import shown

    if len(paths) < 2:
        console.warn("compare: needs two runs or more; `aidplan runs` lists them")
        return ExitCode.USAGE
    runs = []
    for path in paths:
        console.progress(f"opening {shown(path.name)}")
        try:
            runs.append(open_run(path))
        except RunError as problem:
            console.warn(str(problem))
            return ExitCode.USAGE
    comparison = compare_runs(
        runs, solves=solves, with_why=with_why, progress=lambda text: console.progress(shown(text))
    )
    try:
        written = write_reports(comparison, out)
    except OSError as problem:
        console.warn(f"{shown(out)}: {problem.strerror or problem}; give a folder of your own with --out")
        return ExitCode.FAILED
    text = "\n".join([terminal(comparison), *(f"open {shown(path)}" for path in written)])
    console.result(text, {"exit_code": 0, **machine(comparison), "files": [str(path) for path in written]})
    return ExitCode.DONE


def write_reports(comparison: Comparison, out: Path) -> list[Path]:
    """Both reports in ``out``, each whole or not at all, never over an earlier one. Raises OSError."""
    from aidplan.compare.comparison_page import write_page
    from aidplan.compare.comparison_workbook import write_workbook

    out.mkdir(parents=True, exist_ok=True)
    stem = free_stem(out, comparison.file_stem)
    writers = zip(SUFFIXES, (write_workbook, write_page), strict=True)
    return [
        _written(out / f"{stem}{suffix}", lambda path, write=write: write(comparison, path))  # type: ignore[misc]
        for suffix, write in writers
    ]


def free_stem(out: Path, stem: str) -> str:
    """The stem, with ``-2`` and on where a report of that name stands in ``out`` already."""
    tried, at = stem, 1
    while any((out / f"{tried}{suffix}").exists() for suffix in SUFFIXES):
        at += 1
        tried = f"{stem}-{at}"
    return tried


def _written(path: Path, write: Callable[[Path], None]) -> Path:
    from aidplan.runs.writing import write_report

    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        write_report(beside, write)
        beside.replace(path)
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
    return path
