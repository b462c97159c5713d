"""The command line: parsing, calling and saying. Nothing heavy is imported before a command needs it."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Any

import click

from aidplan import __version__
from aidplan.console import Speaker, own_fault

CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


def speaking(command: Any) -> Any:
    """The options ``--json`` and ``--quiet`` that every command has."""
    command = click.option("--quiet", is_flag=True, help="Say nothing of progress.")(command)
    return click.option("--json", "as_json", is_flag=True, help="Give one JSON object on standard output.")(command)


@click.group(context_settings=CONTEXT)
@click.version_option(__version__, prog_name="aidplan")
def main_group() -> None:
    """Plan lend-lease aid: who pays for what, which plant makes it, when, and how it reaches the front."""


@main_group.command()
@click.argument("workbook", type=click.Path(path_type=Path))
@click.option("--scenario", "scenarios", multiple=True, metavar="NAME", help="A scenario to solve; may be repeated.")
@click.option("--all-scenarios", "every", is_flag=True, help="Solve the base and every scenario.")
@click.option(
    "--out", type=click.Path(path_type=Path), default=Path("outputs"), show_default=True, help="Folder for runs."
)
@click.option("--name", metavar="RUN", help="Name of the run (with several scenarios, its beginning).")
@click.option(
    "--time-limit", type=click.FloatRange(min=0.0, min_open=True), metavar="SECONDS", help="Most time a scenario."
)
@click.option(
    "--memory-limit",
    type=click.FloatRange(min=0.0, min_open=True),
    metavar="MB",
    help="Most memory that the solve may hold.",
)
@click.option("--ties", is_flag=True, help="Find the true ranges of the twenty largest ties.")
@click.option(
    "--threads", type=click.IntRange(min=0), default=0, show_default=True, help="Threads for the solver; 0: its choice."
)
@click.option(
    "--jobs", type=click.IntRange(min=0), default=0, show_default=True, help="Scenarios at a time; 0: one a core."
)
@speaking
def solve(
    workbook: Path,
    scenarios: tuple[str, ...],
    every: bool,
    out: Path,
    name: str | None,
    time_limit: float | None,
    memory_limit: float | None,
    ties: bool,
    threads: int,
    jobs: int,
    as_json: bool,
    quiet: bool,
) -> int:
    """Check, solve and verify a workbook, and write a run with its reports."""
    from aidplan.commands.solve import solve_workbook
    from aidplan.pipeline import Options

    options = Options(time_limit, threads, memory_limit, ties)
    return solve_workbook(workbook, scenarios, every, out, name, options, Speaker(as_json, quiet), jobs)


@main_group.command()
@click.argument("workbook", type=click.Path(path_type=Path))
@click.option(
    "--annotate", type=click.Path(path_type=Path), metavar="FILE", help="Write a copy with each finding at its cell."
)
@speaking
def check(workbook: Path, annotate: Path | None, as_json: bool, quiet: bool) -> int:
    """Judge a workbook and all its scenarios: every finding at its cell, all at once."""
    from aidplan.commands.check import check_workbook

    try:
        result = check_workbook(workbook, annotate)
    except ValueError as problem:  # AnnotationError: its module is heavy and not needed for a plain check
        print(str(problem), file=sys.stderr)
        return 2
    print(result.as_json() if as_json else result.as_text(), flush=True)
    return result.exit_code


@main_group.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--example", is_flag=True, help="Fill it with a small plan.")
@speaking
def template(file: Path, example: bool, as_json: bool, quiet: bool) -> int:
    """Write an empty planning workbook, or a small filled one."""
    from aidplan.commands.check import TemplateError, make_template

    try:
        written = make_template(file, example)
    except TemplateError as problem:
        print(str(problem), file=sys.stderr)
        return 2
    Speaker(as_json, quiet).result(
        f"{written} written; fill it in, then: aidplan check {written}", {"file": str(written)}
    )
    return 0


@main_group.command()
@click.argument("run", type=click.Path(path_type=Path))
@speaking
def audit(run: Path, as_json: bool, quiet: bool) -> int:
    """Recompute a finished run from its own files, and say whether it passed."""
    from aidplan.audit import audit_run

    report = audit_run(run)
    Speaker(as_json, quiet).result(report.as_text(), report.as_dict())
    return 0 if report.passed else 6


@main_group.command()
@click.argument("runs", nargs=-1, required=True, metavar="RUN RUN [RUN]...", type=click.Path(path_type=Path))
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("outputs"),
    show_default=True,
    help="Folder for compare.xlsx and compare.html.",
)
@click.option(
    "--solves",
    type=click.IntRange(min=0),
    metavar="N",
    help="Most solves to tell why; by default some five minutes of them.",
)
@click.option("--no-why", is_flag=True, help="Leave out why the goals changed, which takes solves.")
@speaking
def compare(runs: tuple[Path, ...], out: Path, solves: int | None, no_why: bool, as_json: bool, quiet: bool) -> int:
    """Compare runs with the first of them: what differs in inputs and in plan, and why."""
    from aidplan.commands.compare import compare_command

    return compare_command(runs, out, solves, not no_why, Speaker(as_json, quiet))


@main_group.command()
@click.argument("folder", type=click.Path(path_type=Path), default=Path("outputs"))
@speaking
def runs(folder: Path, as_json: bool, quiet: bool) -> int:
    """List the runs in a folder: when, workbook, scenario, status, goals."""
    from aidplan.commands.solve import run_lines, run_object
    from aidplan.runs import RunError, list_runs

    try:
        found = list_runs(folder)
    except RunError as problem:
        print(str(problem), file=sys.stderr)
        return 2
    Speaker(as_json, quiet).result(run_lines(found), {"runs": [run_object(run) for run in found]})
    return 0


@main_group.command()
@click.option(
    "--out", type=click.Path(path_type=Path), default=Path("outputs"), show_default=True, help="Folder for runs."
)
@speaking
def doctor(out: Path, as_json: bool, quiet: bool) -> int:
    """Check the installation by solving problems with known answers."""
    from aidplan.commands.doctor import diagnose

    diagnosis = diagnose(out)
    Speaker(as_json, quiet).result(diagnosis.as_text(), diagnosis.as_dict())
    return 0 if diagnosis.well else 1


def main() -> None:
    """Run a command and end with its exit code; no traceback reaches a planner."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        code = main_group.main(standalone_mode=False)
    except click.ClickException as problem:
        problem.show()
        code = problem.exit_code
    except (KeyboardInterrupt, click.Abort):
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second one, while leaving, says nothing new
        print("interrupted; nothing half-written was left", file=sys.stderr, flush=True)
        code = 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        code = 1
    except Exception as problem:
        if os.environ.get("AIDPLAN_DEBUG"):
            raise
        print(own_fault(problem), file=sys.stderr)
        code = 1
    _leave(code if isinstance(code, int) else 0)


def _leave(code: int) -> None:
    """End at once: a solver's thread may still be at work after an interrupt."""
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except (BrokenPipeError, ValueError):
        code = code or 1
    os._exit(code)


if __name__ == "__main__":
    main()
