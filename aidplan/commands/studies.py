"""What the commands of studies have in common: read, solve the jobs, write the answer, print it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from aidplan.commands.batches import EXIT_CODES, run_batch
from aidplan.commands.exit_codes import ExitCode, worst
from aidplan.commands.options import BatchOptions
from aidplan.console import Console

if TYPE_CHECKING:
    from aidplan.pipeline import Outcome
    from aidplan.study.answer import Answer
    from aidplan.workbook import Workbook


class Study(Protocol):
    """Jobs, and the answer once they are done."""

    @property
    def jobs(self) -> Any:
        """The jobs."""

    def more(self, outcomes: Any) -> Any:
        """Further jobs, once those so far are done; none at the end."""

    def answer(self, outcomes: Any, seconds: float) -> Answer:
        """The answer."""


def run_study(
    path: Path,
    kind: str,
    out: Path | None,
    batch: BatchOptions,
    console: Console,
    plan: Callable[[Workbook, bytes, Path], Study],
    usage: tuple[type[Exception], ...],
) -> ExitCode:
    """Read the workbook, do what ``plan`` makes of it, and write the answer to ``out``; the exit code.
    ``plan`` gets the workbook, its bytes and the folder for runs; what it raises of ``usage`` is wrong usage.
    """
    from aidplan.batch import ClusterError
    from aidplan.commands.solve import read, refused
    from aidplan.runs.names import safe_part
    from aidplan.study.answer import TakenError, claim_folder

    wrong: tuple[type[Exception], ...] = (*usage, ClusterError, TakenError)
    clock = time.perf_counter()
    console.progress(f"reading {path.name}")
    book, data = read(path)
    if book.refused:
        return refused(book, console, {})
    folder = out if out is not None else Path("outputs") / f"{safe_part(path.stem)}-{kind}"
    try:
        study = plan(book, data, folder)
        claim_folder(folder, batch.resume)
        outcomes = run_batch(study.jobs, batch, console)
        while jobs := study.more(outcomes):
            outcomes += run_batch(jobs, batch, console)
        console.progress("writing the answer")
        answer = study.answer(outcomes, time.perf_counter() - clock)
        written = answer.write(folder)
    except wrong as problem:
        console.warn(str(problem))
        return ExitCode.USAGE
    except OSError as problem:
        console.warn(f"{folder}: {problem.strerror or problem}; give a folder of your own with --out")
        return ExitCode.FAILED
    return _print_answer(answer, outcomes, written, folder, console)


def _print_answer(
    answer: Answer, outcomes: Sequence[Outcome], written: Sequence[Path], folder: Path, console: Console
) -> ExitCode:
    """The answer and what failed on the way to it; the worst exit code of what failed."""
    failed = [outcome for outcome in outcomes if EXIT_CODES[outcome.ending] not in (ExitCode.DONE, ExitCode.NO_PLAN)]
    for outcome in failed:
        console.warn(outcome.message)
    if any(outcome.ending == "name taken" for outcome in failed):
        console.warn(f"runs of another solve are in {folder}, or were changed there; name another folder with --out")
    code = worst(EXIT_CODES[outcome.ending] for outcome in failed)
    console.result(
        _text(answer, written), {"exit_code": code, **answer.as_dict(), "files": [str(each) for each in written]}
    )
    return code


def _text(answer: Answer, written: Sequence[Path]) -> str:
    from aidplan.commands.formatted import table
    from aidplan.figures.format import formatted

    first = answer.tables[0]
    shown = [n for n, column in enumerate(first.columns) if column.id not in ("run", "status")]
    heads = [first.columns[n].title for n in shown]
    rows = [[formatted(row.cells[n], first.columns[n].kind) for n in shown] for row in first.rows]
    return "\n".join([table(heads, rows), "", *answer.sentences, "", *(f"open {path}" for path in written)])
