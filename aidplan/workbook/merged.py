"""Merged cells over cells that are read: only the first one has a value, and the others would be read as empty.

An empty cell means 0 or no limit, so every merged range over cells that are read is an error, reported once, and
its other cells count as unreadable. Merged cells beside the table or in notes are nobody's business.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from aidplan.workbook.cells import Broken, is_blank, shown
from aidplan.workbook.file.grid import Grid
from aidplan.workbook.file.sheet_scan import Range
from aidplan.workbook.findings import ERROR, Finding
from aidplan.workbook.headers import Header
from aidplan.workbook.schema import NOTES

COVERED = Broken("", "is covered by a merged cell", "")
"""A cell under a merged one; that is reported at the range, so its own code is empty."""
_NOTES = {column.name for column in NOTES}
Report = Callable[[Finding], None]
Rows = Sequence[Sequence[object]]


def without_merged_names(grid: Grid, sheet: str, at: int, report: Report) -> Grid:
    """The grid with the header (its row `at`, from 0) free of merged cells; each range over it is reported."""
    found = []
    for merged in grid.merged:
        name = _at(grid.rows, merged.top, merged.left)
        named = not is_blank(name) and not (isinstance(name, str) and shown(name).startswith("#"))
        if merged.top <= at <= merged.bottom and named:
            found.append((merged, [(at, column) for column in range(merged.left, _last(merged, grid.rows) + 1)]))
    return _covered(grid, sheet, found, report)


def without_merged_cells(grid: Grid, sheet: str, header: Header, report: Report) -> Grid:
    """The grid with the cells below the header free of merged ones; each range over cells that are read is reported."""
    columns = {index for name, index in header.layout.columns.items() if name not in _NOTES}
    columns |= set(header.layout.periods.values())
    found = []
    for merged in grid.merged:
        if merged.bottom < header.row:
            continue
        inside = [
            (row, column)
            for row in range(max(merged.top, header.row), min(merged.bottom, len(grid.rows) - 1) + 1)
            for column in sorted(columns)
            if merged.left <= column <= merged.right and (row, column) != (merged.top, merged.left)
        ]
        rows = {row for row, _ in inside if any(not is_blank(_at(grid.rows, row, column)) for column in columns)}
        if covered := [at for at in inside if at[0] in rows]:
            found.append((merged, covered))
    return _covered(grid, sheet, found, report)


def _covered(grid: Grid, sheet: str, found: Iterable[tuple[Range, list[tuple[int, int]]]], report: Report) -> Grid:
    rows = grid.rows
    for merged, cells in found:
        first = merged.address.partition(":")[0]
        report(
            Finding(
                "merged-cells",
                ERROR,
                sheet,
                merged.address,
                f"the cells are merged, so that {first} alone has a value and the others would be empty",
                "unmerge them and fill in every cell",
            )
        )
        changed = [list(row) if any(row_at == at for row_at, _ in cells) else row for at, row in enumerate(rows)]
        for row, column in cells:
            if (row, column) != (merged.top, merged.left):
                line = list(changed[row])
                line.extend([""] * (column + 1 - len(line)))
                line[column] = COVERED
                changed[row] = line
        rows = changed
    return grid if rows is grid.rows else replace(grid, rows=rows)


def _at(rows: Rows, row: int, column: int) -> object:
    return rows[row][column] if row < len(rows) and column < len(rows[row]) else ""


def _last(merged: Range, rows: Rows) -> int:
    """The last column of a range that lies within the sheet's cells."""
    return min(merged.right, max((len(row) for row in rows), default=0) - 1)
