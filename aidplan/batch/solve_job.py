"""The job of solving one scenario and writing its run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aidplan.batch.jobs import Context
from aidplan.pipeline import Ending, Options, Outcome, Request, solve_scenario, title_of, warm_starts

if TYPE_CHECKING:
    from aidplan.batch.resume import Earlier
    from aidplan.workbook import Workbook

BASE_MB, MB_A_KB = 250.0, 3.3
"""MiB of a process that solves, and MiB more for a kB of the workbook; measured on the coalition workbook (287 kB): 590 to 790 for the
first solve, 1,200 after several, which is what a worker comes to."""


@dataclass(frozen=True)
class SolveJob:
    """Solve ``scenario`` of the workbook ``file``, of which ``data`` are the bytes, and write its run to ``out``.

    ``folder`` is the run's name; empty: the default, made unique. ``cells`` are those that the scenario changes.
    """

    file: str
    data: bytes
    scenario: str
    out: Path
    folder: str = ""
    options: Options = field(default_factory=Options)
    read_seconds: float = 0.0
    cells: frozenset[Any] = frozenset()
    label: str = ""

    @property
    def name(self) -> str:
        """The scenario's, unless it has a label of its own."""
        return self.label or self.scenario

    @property
    def memory_mb(self) -> float:
        """From the size of the workbook."""
        return BASE_MB + MB_A_KB * len(self.data) / 1000

    def named(self) -> SolveJob:
        """The same with the run's name settled: the default one carries the time of now."""
        from aidplan.runs import default_name

        return self if self.folder else replace(self, folder=default_name(self.file, self.scenario, datetime.now(UTC)))

    def run(self, context: Context) -> Outcome:
        """Solve and write; what goes wrong with the run's folder is in the outcome."""
        from aidplan.runs import RunError, RunNameError
        from aidplan.solve.warm import Starts

        book = read_job(self.file, self.data)
        scenario = book.scenario(self.scenario)
        if scenario.refused:
            errors = "\n".join(f"  {finding.severity}: {finding}" for finding in scenario.findings)
            return Outcome(self.scenario, Ending.REFUSED, f"{self.scenario}: refused; see the findings\n{errors}")
        context.progress(f"scenario {self.scenario}")
        starts = Starts() if context.starts is None else context.starts
        warm_starts(self.out, title_of(scenario.tables), starts)
        request = Request(book, scenario, self.options, self.read_seconds, context.progress, starts)
        try:
            return solve_scenario(request, self.data, self.out, self.named().folder, unique=not self.folder)
        except RunNameError as problem:
            return Outcome(self.scenario, Ending.NAME_TAKEN, f"{self.scenario}: {problem}")
        except RunError as problem:
            return Outcome(self.scenario, Ending.FAILED, f"{self.scenario}: {problem}")

    def away(self) -> SolveJob:
        """For a worker without our disk."""
        return self.named()

    def run_in(self, folder: Path, context: Context) -> Outcome:
        """As `run`, with the run in another folder."""
        return replace(self, out=folder).run(context)

    def bring_home(self, result: Outcome, folder: Path) -> Outcome:
        """Move every run to its place, and compare it with the run before it there."""
        from aidplan.compare.previous import against_previous
        from aidplan.runs import RunError, RunNameError, receive_run

        if result.path is None:
            return result
        path = self.out / result.path.name
        try:
            for run in sorted(each.parent for each in folder.glob("*/run.json")):
                receive_run(run, self.out)
        except RunNameError as problem:
            return Outcome(self.scenario, Ending.NAME_TAKEN, f"{self.scenario}: {problem}")
        except RunError as problem:
            return Outcome(self.scenario, Ending.FAILED, f"{self.scenario}: {problem}")
        return replace(result, path=path, previous=against_previous(path))

    def solved_before(self, earlier: Earlier) -> Outcome | None:
        """The outcome of an earlier run that is the same; None without one."""
        return earlier.outcome(self)

    def failed(self, message: str) -> Outcome:
        """Where it could not be done."""
        return Outcome(self.scenario, Ending.FAILED, f"{self.scenario}: {message}")


@lru_cache(maxsize=2)
def read_job(file: str, data: bytes) -> Workbook:
    """The workbook, read once by each process."""
    from aidplan.workbook.planning_workbook import read_workbook

    return read_workbook(file, data)


def solve_jobs(
    book: Workbook, data: bytes, names: Sequence[str], out: Path, run: str | None, options: Options, seconds: float
) -> list[SolveJob]:
    """A job for each scenario named, of a workbook that took ``seconds`` to read; ``run`` is what ``--name`` gives."""
    from aidplan.runs import scenario_name

    folders = ["" if run is None else scenario_name(run, name) if len(names) > 1 else run for name in names]
    return [
        SolveJob(book.file, data, name, out, folder, options, seconds, changed_cells(book, name))
        for name, folder in zip(names, folders, strict=True)
    ]


def changed_cells(book: Workbook, scenario: str) -> frozenset[Any]:
    """What a scenario changes, as its rows say it: (sheet, where, column, change, value)."""
    columns = ("sheet", "where", "column", "change", "value")
    rows = (row for row in book.tables["scenarios"] if row["scenario"] == scenario)
    return frozenset(tuple(row.values.get(name) for name in columns) for row in rows)
