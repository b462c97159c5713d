"""What is known of the new start by now: a small workbook whose filled cells take the place of carried ones.

It has any of the sheets of `SHEETS_READ`, in the form of the planning workbook: rows by key, other
columns may be absent.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from aidplan.roll.target import Target
from aidplan.workbook.file.files import read_file
from aidplan.workbook.file.grid import Grid, read_spreadsheet
from aidplan.workbook.file.guard import UnreadableFileError
from aidplan.workbook.findings import ERROR, Finding, nearest
from aidplan.workbook.periods import Calendar
from aidplan.workbook.reading import read_table
from aidplan.workbook.schema import NOTES, SHEETS, Scalar, Sheet
from aidplan.workbook.tables import Row

SHEETS_READ = ("funds", "orderbook", "stocks", "supply", "fleets", "arrivals", "redirects")
_ONLY = {"funds": ("opening",)}
_DEFINED_HERE = ("funds", "redirects")
"""Sheets to which actuals add no rows: a fund or a redirect has terms that only the planner's workbook gives."""


class ActualsError(ValueError):
    """The actuals cannot be taken; ``findings`` say why, each at its cell."""

    def __init__(self, file: str, findings: Sequence[Finding]) -> None:
        self.findings = [replace(finding, sheet=f"{file} {finding.sheet}".strip()) for finding in findings]
        super().__init__("; ".join(map(str, self.findings)))


@dataclass(frozen=True, slots=True)
class Actual:
    """One filled cell of the actuals, its period dated as in the plan that is rolled."""

    sheet: str
    key: tuple[str, ...]
    column: str | int
    value: Scalar
    source: str


def read_actuals(path: Path, calendar: Calendar, first: int, target: Target) -> tuple[list[Actual], list[str]]:
    """Every filled cell from period ``first`` on, and what of the file was not read, in words.

    Raises `ActualsError` where a cell or a sheet cannot be read, or where a row is of a fund or redirect that the
    rolled workbook does not have.
    """
    try:
        grids = read_spreadsheet(read_file(path)).grids
    except UnreadableFileError as problem:
        raise ActualsError(path.name, [Finding(problem.code, ERROR, "", "", problem.message, problem.remedy)]) from None
    found: list[Finding] = []
    actuals: list[Actual] = []
    unread: list[str] = []
    for grid in grids:
        name = grid.title.strip().casefold()
        if name in SHEETS_READ:
            for row in read_table(grid, _loose(SHEETS[name]), calendar, found.append):
                found += _strangers(name, row, target)
                actuals += _filled(name, row, first, path.name)
        elif name in SHEETS:
            unread.append(f"{path.name}: the sheet {grid.title} is not read; actuals are {', '.join(SHEETS_READ)}")
        elif not name.startswith("#"):
            found.append(_unknown(grid))
    errors = [finding for finding in found if finding.severity == ERROR]
    if errors:
        raise ActualsError(path.name, errors)
    return actuals, unread


def _unknown(grid: Grid) -> Finding:
    near = nearest(grid.title, SHEETS_READ)
    remedy = f"did you mean `{near}`?" if near else f"name one of {', '.join(SHEETS_READ)}"
    return Finding("unknown-sheet", ERROR, grid.title, "", "no sheet of actuals has this name", remedy)


def _loose(sheet: Sheet) -> Sheet:
    """The sheet with nothing required but its keys, and no period either."""
    columns = tuple(
        column if column.key else replace(column, required=False, required_for="") for column in sheet.columns
    )
    periods = replace(sheet.periods, stands_for=sheet.keys[0].name) if sheet.periods else None
    return replace(sheet, columns=columns, periods=periods)


def _filled(sheet: str, row: Row, first: int, file: str) -> Iterator[Actual]:
    keys = {column.name for column in row.sheet.keys} | {column.name for column in NOTES}
    source = str(row.values.get("source", "")) or f"actual, from {file}"
    for name, value in row.values.items():
        if name not in keys and name in _ONLY.get(sheet, (name,)):
            yield Actual(sheet, row.key, name, value, source)
    for t, number in sorted(row.periods.items()):
        if t >= first:
            yield Actual(sheet, row.key, t, number, source)


def _strangers(sheet: str, row: Row, target: Target) -> Iterator[Finding]:
    if sheet in _DEFINED_HERE and target.row(sheet, row.key) is None:
        name = row.sheet.keys[0].name
        known = [other.key[0] for other in target.rows(sheet)]
        near = nearest(row.key[0], known)
        said = f"the rolled workbook has no {', '.join(row.key)} in {sheet}"
        remedy = f"did you mean `{near}`?" if near and near != row.key[0] else f"name one of its rows in {sheet}"
        yield Finding("unknown-code", ERROR, sheet, row.cell(name), said, remedy)
