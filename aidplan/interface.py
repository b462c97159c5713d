"""aidplan for notebooks and scripts: what the commands give, as Python.

>>> import aidplan
>>> book = aidplan.open_workbook("inputs/small.xlsx")
>>> book
Workbook small.xlsx: 4 scenarios, no errors
>>> run = aidplan.solve(book)
>>> run
Run small base: optimal, verified, 95.90 % of demand met
>>> run.tables["ordered"].columns.tolist()
['fund', 'plant', 'item', 'period', 'value']

Nothing is written to a disk before `Run.save`. Errors are `Error` and its kinds; those that come from a workbook carry its
findings, each with its cell.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from aidplan.compare.comparing import Comparison
    from aidplan.extract import PlanRun
    from aidplan.pipeline import Solution
    from aidplan.workbook import Finding
    from aidplan.workbook import Workbook as ReadWorkbook

BASE = "base"


class Error(Exception):
    """Something that a planner can put right; ``findings`` are of the workbook, each with its cell."""

    def __init__(self, message: str, findings: Sequence[Finding] = ()) -> None:
        super().__init__(message)
        self.findings = tuple(findings)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (str(self), self.findings)


class WorkbookRefused(Error):
    """The workbook, or the scenario asked for, has errors and is not solved."""


class UnknownScenario(Error):
    """The workbook has no scenario of that name."""


class NoPlanExists(Error):
    """No plan keeps every hard rule; ``explanation`` says which rules and which changes of cells would let one exist."""

    def __init__(
        self, message: str, findings: Sequence[Finding] = (), explanation: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(message, findings)
        self.explanation = dict(explanation or {})

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (str(self), self.findings, self.explanation)


class Stopped(Error):
    """A limit of time or memory was reached before there was a plan."""


class NotVerified(Error):
    """No answer of the solver could be verified, so there is no plan."""


class RunNotFound(Error):
    """The folder is no whole run, or a name is taken."""


class Workbook:
    """A planning workbook: read once from ``path``; ``data`` are its bytes."""

    def __init__(self, path: Path, data: bytes, book: ReadWorkbook) -> None:
        self.path, self.data, self._book = path, data, book

    @property
    def scenarios(self) -> tuple[str, ...]:
        """The names of its scenarios, without ``base``."""
        return self._book.scenarios

    @property
    def refused(self) -> bool:
        """Whether it has an error, so that nothing of it is solved."""
        return self._book.refused

    def check(self, scenario: str = BASE) -> tuple[Finding, ...]:
        """Every finding of the workbook in a scenario: errors and warnings, each at its cell.

        Raises `UnknownScenario`.
        """
        return self._book.findings if scenario == BASE else (*self._book.findings, *self._in(scenario).findings)

    def with_changes(self, *rows: Mapping[str, Any], scenario: str = "changed") -> Workbook:
        """A copy with one more scenario, named ``scenario``, of these rows of the scenario language.

        A row has ``sheet``, ``column``, ``change`` (set, scale, add), ``value``, and ``where`` if it is not for all rows:
        ``{"sheet": "funding", "where": "fund=USAI", "column": "*", "change": "scale", "value": 0}``.

        Raises `Error` where a row has other names, the scenario exists, or the file cannot be copied with changes.
        """
        from aidplan.study.copies import CopyError, with_scenarios
        from aidplan.study.settings import ScenarioRow

        if scenario == BASE or scenario in self.scenarios:
            raise Error(f"the workbook has a scenario `{scenario}` already; give another name with scenario=")
        known = {"sheet", "where", "column", "change", "value"}
        for row in rows:
            if wrong := sorted(set(row) - known):
                raise Error(f"a row of changes has no `{wrong[0]}`; it has {', '.join(sorted(known))}")
        made = [
            ScenarioRow(
                str(row.get("sheet", "")), str(row.get("where", "")), str(row.get("column", "")), str(row.get("change", "")),
                row.get("value"),
            )
            for row in rows
        ]  # fmt: skip
        try:
            data = with_scenarios(self._book, self.data, {scenario: made})
        except CopyError as problem:
            raise Error(str(problem)) from None
        return _workbook(self.path, data)

    def _in(self, scenario: str) -> Any:
        if scenario != BASE and scenario not in self.scenarios:
            from aidplan.workbook.findings import nearest

            near = nearest(scenario, self.scenarios)
            meant = f"; did you mean `{near}`?" if near else ""
            raise UnknownScenario(f"{self.path.name} has no scenario `{scenario}`{meant}")
        return self._book.scenario(scenario)

    def __repr__(self) -> str:
        errors = sum(finding.severity == "error" for finding in self._book.findings)
        state = f"{errors} errors" if errors else "no errors"
        return f"Workbook {self.path.name}: {len(self.scenarios)} scenarios, {state}"


class Run:
    """A solved plan: in memory as `solve` gives it, or opened from its ``folder`` by `open_run`.

    It can be pickled. `repr` is one line; a notebook shows its first screen.
    """

    def __init__(self, run: PlanRun, data: bytes, folder: Path | None = None, solution: Solution | None = None) -> None:
        self._run, self._data, self.folder, self._solution = run, data, folder, solution

    @property
    def name(self) -> str:
        """The run's name: that of its folder, once it is saved."""
        return str(self._run.manifest.get("run", ""))

    @property
    def scenario(self) -> str:
        """The scenario that was solved."""
        return self._run.scenario

    @property
    def status(self) -> str:
        """How the solve ended: ``optimal``, ``time_limit``, ``memory_limit``, ``infeasible``, …"""
        return str(self._run.manifest["status"])

    @property
    def verified(self) -> bool:
        """Whether the plan was verified apart from the solver."""
        return bool(self._run.manifest["verified"])

    @property
    def goals(self) -> dict[str, float]:
        """Goal -> its value in the plan; shares in [0, 1], money in money units, smaller is better."""
        return dict(self._run.manifest.get("goals") or {})

    @property
    def manifest(self) -> dict[str, Any]:
        """What ``run.json`` says."""
        return dict(self._run.manifest)

    @property
    def tables(self) -> Tables:
        """Quantity -> its table: index columns (periods as labels), then ``value``; non-zero rows alone."""
        return Tables(self._run.tables)

    @property
    def prices(self) -> pd.DataFrame:
        """``prices.csv``: what one more of each limit is worth to each rank."""
        return self._run.tables["prices"]

    @property
    def why(self) -> dict[str, Any]:
        """What the reports explain (``why.json``); empty where nothing was explained."""
        return dict(self._run.why)

    @property
    def findings(self) -> tuple[Mapping[str, Any], ...]:
        """Warnings of the check, and what of the workbook was not used."""
        return tuple(self._run.findings)

    @cached_property
    def hash(self) -> str:
        """The sha256 of its tables: the same for the same plan, wherever it was solved."""
        digest = hashlib.sha256()
        for name in sorted(self._run.tables):
            digest.update(name.encode())
            digest.update(self._run.tables[name].to_csv(index=False, float_format="%.12g").encode())
        return digest.hexdigest()

    def save(self, folder: str | Path) -> Path:
        """Write the run as ``folder``, with its reports; the folder's path. A run of a folder is copied.

        Raises `RunNotFound` where the name is taken or the disk refuses.
        """
        from aidplan.pipeline import write_solution
        from aidplan.runs import RunError, claim_run

        target = Path(folder)
        try:
            if self._solution is None:
                return self._copied(target)
            with claim_run(target.parent, target.name) as place:
                self.folder = write_solution(place, self._solution, self._data)
        except RunError as problem:
            raise RunNotFound(str(problem)) from None
        self._run = self._solution.run(target.name)
        return self.folder

    def _copied(self, target: Path) -> Path:
        import shutil

        assert self.folder is not None
        if target.exists():
            raise RunNotFound(f"{target} is there already; give another name")
        shutil.copytree(self.folder, target)
        return target

    def compare(self, *others: Run, why: bool = True, solves: int | None = None) -> Comparison:
        """What differs between this run and others, in inputs and in plan, and why (which takes solves)."""
        from aidplan.compare.comparing import compare_runs

        return compare_runs([self._run, *(other._run for other in others)], solves=solves, with_why=why)

    def __repr__(self) -> str:
        book = Path(str(self._run.manifest["workbook"]["file"])).stem
        state = "verified" if self.verified else "not verified"
        met = self.goals.get("coverage")
        told = "" if met is None else f", {100 * (1 - met):.2f} % of demand met"
        return f"Run {book} {self.scenario}: {self.status}, {state}{told}"

    def _repr_html_(self) -> str:
        """The first screen for a notebook: how it ended, the goals, and the worst shortages."""
        rows = "".join(
            f"<tr><td>{escape(goal)}</td><td style='text-align:right'>{value:,.6g}</td></tr>"
            for goal, value in self.goals.items()
            if value is not None
        )
        short = ""
        if "coverage" in self._run.tables:
            table = self._run.tables["coverage"].groupby(["place", "capability"], sort=False)[["demand", "unmet"]].sum()
            worst = table[table["unmet"] > 0].sort_values("unmet", ascending=False).head(8)
            short = "".join(
                f"<tr><td>{escape(place)}</td><td>{escape(capability)}</td><td style='text-align:right'>{unmet:,.6g} of "
                f"{demand:,.6g}</td></tr>"
                for (place, capability), (demand, unmet) in zip(worst.index, worst.to_numpy(), strict=True)
            )
            short = f"<p>Still short, most first</p><table>{short}</table>" if short else "<p>All demand is met.</p>"
        return f"<p><b>{escape(repr(self))}</b></p><table>{rows}</table>{short}"


class Tables(Mapping[str, Any]):
    """Tables by name. Its `repr` names them and how long they are, never their numbers."""

    def __init__(self, tables: Mapping[str, pd.DataFrame]) -> None:
        self._tables = tables

    def __getitem__(self, name: str) -> pd.DataFrame:
        try:
            return self._tables[name]
        except KeyError:
            raise KeyError(f"there is no table `{name}`; there are {', '.join(sorted(self._tables))}") from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._tables)

    def __len__(self) -> int:
        return len(self._tables)

    def __repr__(self) -> str:
        return f"Tables: {', '.join(f'{name} ({len(table)})' for name, table in sorted(self._tables.items()))}"


def _workbook(path: Path, data: bytes) -> Workbook:
    from aidplan.workbook.planning_workbook import read_workbook

    return Workbook(path, data, read_workbook(path.name, data))


def open_workbook(path: str | Path) -> Workbook:
    """Read a planning workbook; what is wrong in it is told by `Workbook.check`, and nothing of it is raised.

    Raises `WorkbookRefused` where there is no such file, or it is no workbook.
    """
    from aidplan.workbook.file.files import read_file
    from aidplan.workbook.file.guard import UnreadableFileError
    from aidplan.workbook.planning_workbook import unreadable

    path = Path(path)
    try:
        data = read_file(path)
    except UnreadableFileError as problem:
        findings = unreadable(path.name, "", problem).findings
        raise WorkbookRefused("\n".join(map(str, findings)), findings) from None
    return _workbook(path, data)


def solve(workbook: Workbook | str | Path, scenario: str = BASE, **options: Any) -> Run:
    """Check, solve and verify one scenario; the run stays in memory until `Run.save`.

    Options are those of the command: ``time_limit`` [seconds], ``memory_limit`` [MiB], ``threads``, ``ties``, ``why``,
    ``keep`` (a run or its folder) with ``until`` (a period), ``against`` (a run or its folder).

    Raises `WorkbookRefused` (also where it changes what stands of the run that it keeps), `UnknownScenario`,
    `NoPlanExists`, `Stopped`, `NotVerified`, `Error` for a run or period that cannot be kept; TypeError for an unknown option.
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
    return run.folder if run.folder is not None else run.save(place)


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
