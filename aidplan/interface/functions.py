"""What the commands do, as functions of Python."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aidplan.interface.books import BASE, Workbook, open_workbook
from aidplan.interface.errors import Error, NoPlanExists, NotVerified, RunNotFound, Stopped, WorkbookRefused
from aidplan.interface.solved import Run

if TYPE_CHECKING:
    from aidplan.compare.comparing import Comparison
    from aidplan.pipeline import Solution
    from aidplan.workbook import Finding


def solve(workbook: Workbook | str | Path, scenario: str = BASE, **options: Any) -> Run:
    """Check, solve and verify one scenario; the run stays in memory until `Run.save`.

    Options are those of the command: ``time_limit`` [seconds], ``memory_limit`` [MiB], ``threads``, ``ties``, ``why``,
    ``keep`` (a run or its folder) with ``until`` (a period), ``against`` (a run or its folder).

    Raises `WorkbookRefused` (also where it changes what stands of the run that it keeps), `UnknownScenario`,
    `NoPlanExists`, `Stopped`, `NotVerified`, `Error` for a run or period that cannot be kept; TypeError for an unknown
    option.
    """
    from aidplan.pipeline import Ending, Options, Request, solve_in_memory
    from aidplan.runs import RunError
    from aidplan.runs.keeping import KeepRefusedError

    book = workbook if isinstance(workbook, Workbook) else open_workbook(workbook)
    changed = book._in(scenario)
    findings = book.check(scenario)
    if book.refused or changed.refused:
        errors = [finding for finding in findings if finding.severity == "error"]
        raise WorkbookRefused("\n".join([f"{book.path.name} is refused:", *map(str, errors)]), findings)
    with tempfile.TemporaryDirectory() as beside:
        for name in ("keep", "against"):
            if isinstance(options.get(name), Run):
                options[name] = _on_disk(options[name], Path(beside) / name)
            elif options.get(name) is not None:
                options[name] = Path(options[name])
        try:
            solution = solve_in_memory(Request(book._book, changed, Options(**options)))
        except KeepRefusedError as problem:
            raise WorkbookRefused("\n".join([f"{problem}:", *map(str, problem.findings)]), problem.findings) from None
        except RunError as problem:
            raise Error(str(problem)) from None
    if solution.ending is not Ending.PLANNED:
        _raise(solution, findings)
    stamp = datetime.now(UTC)
    return Run(solution.run(f"{book.path.stem}-{scenario}-{stamp:%Y%m%d-%H%M%S}"), book.data, solution=solution)


def _on_disk(run: Run, place: Path) -> Path:
    """The run's folder; one that is in memory is written to ``place``, and stays in memory."""
    return run.folder if run.folder is not None else run.copy().save(place)


def _raise(solution: Solution, findings: Sequence[Finding]) -> None:
    from aidplan.pipeline import Ending

    message = solution.message()
    if solution.ending is Ending.NO_PLAN:
        raise NoPlanExists(message, findings, solution.manifest.get("explanation"))
    kind = {Ending.STOPPED: Stopped, Ending.NOT_VERIFIED: NotVerified, Ending.REFUSED: WorkbookRefused}
    raise kind.get(solution.ending, Error)(message, findings)


def open_run(folder: str | Path) -> Run:
    """A finished run from its folder. Raises `RunNotFound` where there is none, or its files were changed."""
    from aidplan.runs import RunError
    from aidplan.runs import open_run as opened

    folder = Path(folder)
    try:
        run = opened(folder)
    except RunError as problem:
        raise RunNotFound(str(problem)) from None
    return Run(run, (folder / "workbook.xlsx").read_bytes(), folder)


def compare(
    run: Run | str | Path, *others: Run | str | Path, why: bool = True, solves: int | None = None
) -> Comparison:
    """What differs between runs (or their folders), against the first of them, and why."""
    first, *rest = (each if isinstance(each, Run) else open_run(each) for each in (run, *others))
    return first.compare(*rest, why=why, solves=solves)


def roll(run: Run | str | Path, to: str, file: str | Path, actuals: str | Path | None = None) -> Path:
    """Write the run's workbook as it stands at period ``to`` as ``file``; ``actuals`` is a workbook of what happened.

    Raises `Error` where the period does not fit, the file is there already, or the workbook cannot be changed safely.
    """
    from aidplan.roll import ActualsError, RollError, period_of
    from aidplan.roll import roll as rolled

    opened = run if isinstance(run, Run) else open_run(run)
    target = Path(file)
    if target.exists():
        raise Error(f"{target} is there already; give another name")
    with tempfile.TemporaryDirectory() as beside:
        folder = _on_disk(opened, Path(beside) / "run")
        try:
            made = rolled(
                opened._run, folder, period_of(opened._run, to), Path(actuals) if actuals is not None else None
            )
        except (RollError, ActualsError) as problem:
            raise Error(str(problem)) from None
    target.write_bytes(made.data)
    return target


def levers(
    workbook: Workbook | str | Path, only: Sequence[str] = (), out: str | Path | None = None, jobs: int = 1
) -> dict[str, Any]:
    """What each lever of policy is worth: the entries of ``answer.json``.

    ``only`` names levers or settings; ``jobs`` are solved at a time (0: one per core). With ``out``, a folder that is
    not there yet, every setting's run and the answer's three files stay in it. Raises `Error`, `WorkbookRefused`.
    """
    from aidplan.study.levers import lever_study

    return _studied(
        workbook, out, jobs, lambda book, data, folder, options: lever_study(book, data, folder, options, only)
    )


def stress(
    workbook: Workbook | str | Path,
    until: str,
    only: Sequence[str] = (),
    out: str | Path | None = None,
    jobs: int = 1,
) -> dict[str, Any]:
    """How plans meet futures that they did not know before the period ``until``: the entries of ``answer.json``.

    ``only`` names presets or scenarios; ``out`` and ``jobs`` as of `levers`. Raises `Error`, `WorkbookRefused`.
    """
    from aidplan.study.stress import stress_study

    return _studied(
        workbook, out, jobs, lambda book, data, folder, options: stress_study(book, data, folder, options, until, only)
    )


def _studied(workbook: Workbook | str | Path, out: str | Path | None, jobs: int, plan: Any) -> dict[str, Any]:
    """Do what ``plan`` (workbook, bytes, folder, options) makes of a workbook, and give the answer."""
    from aidplan.batch import run_jobs
    from aidplan.pipeline import Options
    from aidplan.study.answer import TakenError, claim_folder

    book = workbook if isinstance(workbook, Workbook) else open_workbook(workbook)
    if book.refused:
        errors = [finding for finding in book.check() if finding.severity == "error"]
        raise WorkbookRefused("\n".join([f"{book.path.name} is refused:", *map(str, errors)]), book.check())
    clock = time.perf_counter()
    with tempfile.TemporaryDirectory() as beside:
        folder = Path(out) if out is not None else Path(beside) / "study"
        try:
            study = plan(book._book, book.data, folder, Options())
            claim_folder(folder, False)
            outcomes = run_jobs(study.jobs, at_once=jobs)
            while more := study.more(outcomes):
                outcomes += run_jobs(more, at_once=jobs)
        except (ValueError, TakenError) as problem:  # what a study cannot be asked for, in a sentence
            raise Error(str(problem)) from None
        answer = study.answer(outcomes, time.perf_counter() - clock)
        if out is not None:
            answer.write(folder)
        return dict(answer.as_dict())
