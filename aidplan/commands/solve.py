"""`aidplan solve` and `aidplan runs`: what they do in order and what they say."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aidplan.batch import Work, solve_each
from aidplan.pipeline import REFUSED, USAGE, Options, Outcome, chosen, worst

if TYPE_CHECKING:
    from aidplan.console import Speaker
    from aidplan.runs import RunSummary
    from aidplan.workbook import Workbook


def solve_workbook(
    path: Path,
    scenarios: Sequence[str],
    every: bool,
    out: Path,
    name: str | None,
    options: Options,
    speaker: Speaker,
    jobs: int = 0,
) -> int:
    """Solve the scenarios asked for, ``jobs`` at a time, say what came of each, and give the exit code."""
    clock = time.perf_counter()
    speaker.progress(f"reading {path.name}")
    book, data = _read(path)
    seconds = time.perf_counter() - clock
    if book.refused:
        findings = [finding.as_dict() for finding in book.findings]
        lines = [f"{book.file}: refused, so nothing was solved"]
        lines += [f"{finding.severity}: {finding}" for finding in book.findings]
        speaker.result("\n".join(lines), {"exit_code": REFUSED, "findings": findings, "runs": []})
        return REFUSED
    names = chosen(book, scenarios, every)
    unknown = [each for each in names if each != "base" and each not in book.scenarios]
    if unknown:
        speaker.warn(_unknown(unknown, book))
        return USAGE
    for finding in book.findings:
        speaker.warn(f"{finding.severity}: {finding}")
    work = Work(path.name, data, out, name, len(names) > 1, options, seconds)
    outcomes = solve_each(book, work, names, jobs, speaker)
    others = [each for each in book.scenarios if each not in names and book.refuses(each)]
    for each in others:
        speaker.warn(f"scenario {each} is refused; aidplan check says why")
    code = worst([outcome.code for outcome in outcomes])
    said = "\n".join(_lines(outcome) for outcome in outcomes)
    speaker.result(said, _machine(outcomes, code))
    return code


def _read(path: Path) -> tuple[Workbook, bytes]:
    """The workbook and its bytes, read once: what is solved is what was hashed."""
    from aidplan.workbook.file.files import read_file
    from aidplan.workbook.file.guard import UnreadableFileError
    from aidplan.workbook.planning_workbook import read_workbook, unreadable

    try:
        data = read_file(path)
    except UnreadableFileError as problem:
        return unreadable(path.name, "", problem), b""
    return read_workbook(path.name, data), data


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
    lines = [outcome.said]
    goals = outcome.manifest.get("goals") or {}
    if goals:
        lines.append("  " + goals_in_words(goals))
    if outcome.path is not None:
        lines.append(f"  {outcome.path}")
        if goals:
            lines.append(f"  open {outcome.path / 'plan.xlsx'} or {outcome.path / 'report.html'}")
    if outcome.previous is not None:
        lines += [f"  {line}" for line in outcome.previous.lines]
    return "\n".join(lines)


def goals_in_words(goals: Mapping[str, float | None]) -> str:
    """The goals as a planner says them: demand met first."""
    parts = []
    for goal, value in goals.items():
        if value is None:
            continue
        if goal == "coverage":
            parts.append(f"demand met {100 * (1 - value):.2f} % (coverage {value:.6g})")
        elif goal in ("equity", "parity"):
            parts.append(f"{goal} {100 * value:.2f} % short")
        else:
            parts.append(f"{goal} {value:,.1f}")
    return ", ".join(parts)


def _machine(outcomes: Sequence[Outcome], code: int) -> dict[str, Any]:
    return {
        "exit_code": code,
        "runs": [
            {
                "scenario": outcome.scenario,
                "exit_code": outcome.code,
                "said": outcome.said,
                "path": None if outcome.path is None else str(outcome.path),
                "previous": None if outcome.previous is None else outcome.previous.as_dict(),
                **{
                    key: outcome.manifest.get(key)
                    for key in ("status", "verified", "goals", "ranks", "seconds", "model")
                },
                **{key: outcome.manifest[key] for key in ("explanation",) if key in outcome.manifest},
            }
            for outcome in outcomes
        ],
    }


def run_lines(found: Sequence[RunSummary]) -> str:
    """A line a run."""
    if not found:
        return "no runs here"
    return "\n".join(
        f"{run.started}  {run.run}  {run.workbook}  {run.scenario}  {run.status}"
        f"{' verified' if run.verified else ''}  {goals_in_words(run.goals)}{run.problem}"
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
        "problem": run.problem,
    }
