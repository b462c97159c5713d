"""`aidplan solve`: checks, solves, verifies, and writes a run for each scenario asked for."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from aidplan.commands.batches import EXIT_CODES, outcome_table, run_batch
from aidplan.commands.exit_codes import ExitCode, worst
from aidplan.commands.formatted import counted, goals_in_words
from aidplan.commands.options import FILE, BatchOptions, batch_options, console_options, out_option, threads_option
from aidplan.console import Console

if TYPE_CHECKING:
    from aidplan.pipeline import Options, Outcome
    from aidplan.workbook import Workbook

_ABOVE_0 = click.FloatRange(min=0.0, min_open=True)


@click.command("solve")
@click.argument("workbook", type=FILE)
@click.option("--scenario", "scenarios", multiple=True, metavar="NAME", help="A scenario to solve; may be repeated.")
@click.option("--all-scenarios", "every", is_flag=True, help="Solve the base and every scenario.")
@out_option()
@click.option("--name", metavar="RUN", help="Name of the run (with several scenarios, its beginning).")
@click.option("--time-limit", type=_ABOVE_0, metavar="SECONDS", help="Most time a scenario.")
@click.option("--memory-limit", type=_ABOVE_0, metavar="MB", help="Most memory that the solve may hold.")
@click.option("--keep", type=FILE, metavar="RUN", help="A run whose decisions before --until stand.")
@click.option("--until", metavar="PERIOD", help="The first period that is decided anew; with --keep.")
@click.option("--against", type=FILE, metavar="RUN", help="The run that the goal stability stays near.")
@click.option("--ties", is_flag=True, help="Find the true ranges of the twenty largest ties.")
@click.option("--no-why", is_flag=True, help="Leave out of the reports why demand is unmet.")
@threads_option
@batch_options
@console_options
def command(
    workbook: Path,
    scenarios: tuple[str, ...],
    every: bool,
    out: Path,
    name: str | None,
    time_limit: float | None,
    memory_limit: float | None,
    ties: bool,
    keep: Path | None,
    until: str | None,
    against: Path | None,
    no_why: bool,
    threads: int,
    batch: BatchOptions,
    as_json: bool,
    quiet: bool,
) -> ExitCode:
    """Check, solve and verify a workbook, and write a run with its reports."""
    from aidplan.pipeline import Options

    options = Options(
        time_limit=time_limit,
        threads=threads,
        memory_limit=memory_limit,
        ties=ties,
        keep=keep,
        until=until,
        against=against,
        why=not no_why,
    )
    return solve_workbook(workbook, scenarios, every, out, name, options, batch, Console(as_json, quiet))


def solve_workbook(
    path: Path,
    scenarios: Sequence[str],
    every: bool,
    out: Path,
    name: str | None,
    options: Options,
    batch: BatchOptions,
    console: Console,
) -> ExitCode:
    """Solve the scenarios asked for, print what came of each, and give the exit code."""
    from aidplan.batch import ClusterError, solve_jobs

    clock = time.perf_counter()
    console.progress(f"reading {path.name}")
    book, data = read(path)
    seconds = time.perf_counter() - clock
    if book.refused:
        return refused(book, console, {"runs": []})
    names = chosen(book, scenarios, every)
    if unknown := [each for each in names if each != "base" and each not in book.scenarios]:
        console.warn(_unknown(unknown, book))
        return ExitCode.USAGE
    options, problem = _earlier_runs(options, book)
    if problem:
        console.warn(problem)
        return ExitCode.USAGE
    if book.findings:
        those = "it" if len(book.findings) == 1 else "them"
        console.warn(f"{counted(len(book.findings), 'warning')}; to read {those}: aidplan check {path}")
    work = solve_jobs(book, data, names, out, name, options, seconds)
    try:
        outcomes = run_batch(work, batch, console)
    except ClusterError as problem:
        console.warn(str(problem))
        return ExitCode.USAGE
    for each in book.scenarios:
        if each not in names and book.refuses(each):
            console.warn(f"scenario {each} is refused; aidplan check says why")
    return _print_outcomes(outcomes, console)


def _print_outcomes(outcomes: Sequence[Outcome], console: Console) -> ExitCode:
    """What came of each scenario, and the worst exit code of all."""
    code = worst(EXIT_CODES[outcome.ending] for outcome in outcomes)
    lines = [_lines(outcome) for outcome in outcomes]
    if len(outcomes) > 1:
        lines += ["", outcome_table(outcomes)]
    console.result("\n".join(lines), _machine(outcomes, code))
    return code


def chosen(book: Workbook, scenarios: Sequence[str], every: bool) -> list[str]:
    """The scenarios to solve, each once: those named, or base and all, or base alone."""
    names = ["base", *book.scenarios] if every else list(scenarios) or ["base"]
    return list(dict.fromkeys(names))


def read(path: Path) -> tuple[Workbook, bytes]:
    """The workbook and its bytes, read once: what is solved is what was hashed."""
    from aidplan.workbook.file.files import read_file
    from aidplan.workbook.file.guard import UnreadableFileError
    from aidplan.workbook.planning_workbook import read_workbook, unreadable

    try:
        data = read_file(path)
    except UnreadableFileError as problem:
        return unreadable(path.name, "", problem), b""
    return read_workbook(path.name, data), data


def refused(book: Workbook, console: Console, machine: Mapping[str, Any]) -> ExitCode:
    """Print why the workbook is refused."""
    findings = [finding.as_dict() for finding in book.findings]
    lines = [f"{book.file}: refused, so nothing was solved"]
    lines += [f"{finding.severity}: {finding}" for finding in book.findings]
    console.result("\n".join(lines), {"exit_code": ExitCode.REFUSED, "findings": findings, **machine})
    return ExitCode.REFUSED


def _earlier_runs(options: Options, book: Workbook) -> tuple[Options, str]:
    """The options with the period ``until`` as reports write it; and what is wrong with the earlier runs,
    or nothing.
    """
    from aidplan.runs import RunError
    from aidplan.runs.keeping import check_earlier, first_decided

    if (options.keep is None) != (options.until is None):
        return options, "--keep and --until go together: give a run, and the first period that is decided anew"
    try:
        for path in (options.keep, options.against):
            if path is not None:
                check_earlier(path)
        if options.until is None:
            return options, ""
        calendar = book.tables.calendar
        return replace(options, until=calendar.label(first_decided(calendar, options.until))), ""
    except RunError as problem:
        return options, str(problem)


def _unknown(unknown: Sequence[str], book: Workbook) -> str:
    from aidplan.workbook.findings import nearest

    said = []
    for each in unknown:
        near = nearest(each, book.scenarios)
        meant = f"; did you mean `{near}`?" if near else ""
        said.append(f"scenario `{each}` is not in {book.file}{meant}")
    known = ", ".join(("base", *book.scenarios))
    return "\n".join([*said, f"it has: {known}"])


def _lines(outcome: Outcome) -> str:
    lines = [outcome.message]
    goals = outcome.manifest.get("goals") or {}
    if goals:
        lines.append("  " + goals_in_words(goals, outcome.manifest.get("met") or {}))
    if outcome.path is not None:
        lines.append(f"  {outcome.path}")
        if goals:
            lines.append(f"  open {outcome.path / 'plan.xlsx'} or {outcome.path / 'report.html'}")
    if outcome.previous is not None:
        lines += [f"  {line}" for line in outcome.previous.lines]
    return "\n".join(lines)


def _machine(outcomes: Sequence[Outcome], code: ExitCode) -> dict[str, Any]:
    told = ("status", "verified", "goals", "met", "ranks", "seconds", "model")
    return {
        "exit_code": code,
        "runs": [
            {
                "scenario": outcome.scenario,
                "exit_code": EXIT_CODES[outcome.ending],
                "said": outcome.message,
                "path": None if outcome.path is None else str(outcome.path),
                "previous": None if outcome.previous is None else outcome.previous.as_dict(),
                **{key: outcome.manifest.get(key) for key in told},
                **{key: outcome.manifest[key] for key in ("explanation",) if key in outcome.manifest},
            }
            for outcome in outcomes
        ],
    }
