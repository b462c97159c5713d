"""A planning workbook: its tables, what is wrong with it, and its scenarios."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain
from pathlib import Path

from aidplan.workbook.edit.changes import Change, read_change
from aidplan.workbook.edit.scenarios import BASE, Changed, apply_change, settle
from aidplan.workbook.file.files import read_file
from aidplan.workbook.file.grid import Spreadsheet, read_spreadsheet
from aidplan.workbook.file.guard import UnreadableFileError
from aidplan.workbook.findings import ERROR, UNUSED, WARNING, Collector, Finding, in_order
from aidplan.workbook.periods import Calendar
from aidplan.workbook.plausibility import cell_warnings, plan_warnings
from aidplan.workbook.reading import read_tables
from aidplan.workbook.tables import Tables
from aidplan.workbook.unused import money_before_start, unused_cells
from aidplan.workbook.validate import validate_tables

_NOTHING = Tables({}, Calendar(0, 1, 1, known=False))


@dataclass(frozen=True)
class Scenario:
    """The workbook as one scenario changes it. ``changes`` says in words what each of its rows does; ``findings``
    are those that the base does not have.
    """

    name: str
    tables: Tables
    findings: tuple[Finding, ...]
    changes: tuple[str, ...]

    @property
    def refused(self) -> bool:
        """Whether it has an error, so that it is never solved."""
        return _has_error(self.findings)


class Workbook:
    """A workbook as read: never raises for what the file holds; whatever is wrong is in ``findings``.

    ``file`` is the file's name, ``sha256`` the hash of the bytes that were read; ``unused`` lists what was not
    used, and why.
    """

    def __init__(self, file: str, sha256: str, tables: Tables, report: Collector) -> None:
        self.file, self.sha256, self.tables = file, sha256, tables
        self._cut, findings = report.is_cut, report.findings
        self.findings = tuple(finding for finding in findings if not finding.scenario and finding.severity != UNUSED)
        self.unused = in_order(
            _as_unused(finding)
            for finding in findings
            if finding.severity == UNUSED or finding.code == "outside-horizon"
        )
        self._scenario_findings = tuple(finding for finding in findings if finding.scenario)
        self._made: dict[str, Scenario] = {}

    @property
    def refused(self) -> bool:
        """Whether the workbook itself has an error, so that nothing of it is solved."""
        return _has_error(self.findings)

    @cached_property
    def scenarios(self) -> tuple[str, ...]:
        """The scenarios' names in the order in which they first stand, without ``base``."""
        names = dict.fromkeys(str(row["scenario"]) for row in self.tables["scenarios"] if row.reads("scenario"))
        return tuple(name for name in names if name.casefold() != BASE)

    def scenario(self, name: str) -> Scenario:
        """The workbook in that scenario; ``base`` is the workbook as it is. Raises `KeyError` for an unknown name."""
        if name == BASE:
            return Scenario(BASE, self.tables, self.findings, ())
        if name not in self.scenarios:
            raise KeyError(name)
        if name not in self._made:
            tables, findings, changed = self._changed(name)
            if changed.cells and not self._cut and not self.refused and not _has_error(findings):
                findings += self._findings_of(plan_warnings(tables), changed, name)
            self._made[name] = Scenario(name, tables, in_order(findings), tuple(changed.words))
        return self._made[name]

    def refuses(self, name: str) -> bool:
        """Whether a scenario has an error, without looking for its warnings. Raises `KeyError` for an unknown name."""
        if name == BASE or name in self._made or name not in self.scenarios:
            return self.scenario(name).refused
        return _has_error(self._changed(name)[1])

    def _changed(self, name: str) -> tuple[Tables, list[Finding], Changed]:
        """The tables with a scenario's changes, what is wrong with these or breaks a rule, and the changed cells."""
        findings = [finding for finding in self._scenario_findings if finding.scenario == name]
        changed = Changed(self.tables)
        for row in self.tables["scenarios"]:
            if row["scenario"] == name:
                change = read_change(row, self.tables.calendar, findings.append)
                if change is not None:
                    apply_change(change, changed, findings.append)
        tables = settle(changed, findings.append)
        if changed.cells and not self._cut:
            findings += self._findings_of(validate_tables(tables), changed, name)
        return tables, findings, changed

    def _findings_of(self, judged: Iterable[Finding], changed: Changed, name: str) -> list[Finding]:
        """What is said of a scenario that is not said of the base already, at the scenario's own cells."""
        known = {(finding.code, finding.place) for finding in self.findings}
        return _attributed([each for each in judged if (each.code, each.place) not in known], changed, name)


def _has_error(findings: Iterable[Finding]) -> bool:
    return any(finding.severity == ERROR for finding in findings)


def _as_unused(finding: Finding) -> Finding:
    return (
        replace(finding, severity=UNUSED, remedy="the plan does not reach there")
        if finding.severity != UNUSED
        else finding
    )


def _attributed(findings: list[Finding], changed: Changed, scenario: str) -> list[Finding]:
    """What the changed workbook breaks, at the scenario's own cell: that of the row that last changed the cell in
    question, else a cell of its row, else its sheet. Equal findings of one row are reported once, with their number.
    """
    by_cell: dict[tuple[str, str], Change] = {}
    by_row: dict[tuple[str, str], Change] = {}
    by_sheet: dict[str, Change] = {}
    for (sheet, index, target), change in changed.cells.items():
        row = changed.tables[sheet].rows[index]
        by_cell[sheet, row.cell(target)] = change
        by_row[sheet, str(row.number)] = change
        by_sheet[sheet] = change
    last = list(changed.cells.values())[-1]
    grouped: dict[tuple[str, int], list[Finding]] = {}
    blamed: dict[int, Change] = {}
    for finding in findings:
        change = (
            by_cell.get((finding.sheet, finding.cell))
            or by_row.get((finding.sheet, str(finding.row)))
            or by_sheet.get(finding.sheet)
            or last
        )
        grouped.setdefault((finding.code, change.row.number), []).append(finding)
        blamed[change.row.number] = change
    told = []
    for (code, line), alike in grouped.items():
        first = alike[0]
        more = f" (and {len(alike) - 1} more such cell{'s' if len(alike) > 2 else ''})" if len(alike) > 1 else ""
        told.append(
            Finding(
                code,
                first.severity,
                "scenarios",
                blamed[line].row.cell("value"),
                f"{first.place}: {first.message}{more}",
                first.remedy,
                scenario,
            )
        )
    return told


def open_workbook(path: str | Path) -> Workbook:
    """Reads and validates a planning workbook. A file that cannot be read gives a workbook with one finding."""
    path = Path(path)
    try:
        return read_workbook(path.name, read_file(path))
    except UnreadableFileError as problem:
        return unreadable(path.name, "", problem)


def unreadable(name: str, digest: str, problem: UnreadableFileError) -> Workbook:
    """A workbook of which nothing could be read, with the one finding that says why."""
    report = Collector()
    report(Finding(problem.code, ERROR, "", "", problem.message, problem.remedy))
    return Workbook(name, digest, _NOTHING, report)


def read_workbook(name: str, data: bytes) -> Workbook:
    """As `open_workbook`, from the file's bytes."""
    digest = hashlib.sha256(data).hexdigest()
    report = Collector()
    try:
        spreadsheet = read_spreadsheet(data)
    except UnreadableFileError as problem:
        return unreadable(name, digest, problem)
    tables = read_tables(spreadsheet.grids, report)
    for finding in chain(_about_file(spreadsheet), validate_tables(tables), cell_warnings(tables)):
        report(finding)
    if not report.has_errors:
        for finding in chain(plan_warnings(tables), money_before_start(tables), unused_cells(tables)):
            report(finding)
    return Workbook(name, digest, tables, report)


def _about_file(spreadsheet: Spreadsheet) -> list[Finding]:
    """Warnings about the file as a whole."""
    found = []
    if spreadsheet.macros:
        found.append(
            Finding(
                "macros",
                WARNING,
                "",
                "",
                "the workbook has macros, which are not run",
                "save it as .xlsx, if nothing needs them",
            )
        )
    if spreadsheet.links:
        found.append(
            Finding(
                "external-links",
                WARNING,
                "",
                "",
                "the workbook links to other workbooks; the values last saved are read",
                "open it in Excel, update the links, and save it",
            )
        )
    if spreadsheet.pending and any(grid.formulas for grid in spreadsheet.grids):
        found.append(
            Finding(
                "pending-calculation",
                WARNING,
                "",
                "",
                (
                    "the workbook is calculated by hand (F9) and was saved before all formulas were "
                    "calculated; the values last stored are read"
                ),
                "open it, press F9, and save it",
            )
        )
    return found
