"""The spreadsheet as it stands: every sheet's cells, read by calamine behind the guard and held against its scan."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from aidplan.workbook.cells import Broken, ShownNumber
from aidplan.workbook.file.agreement import misread
from aidplan.workbook.file.book_scan import Listed, shown_by
from aidplan.workbook.file.guard import Guarded, UnreadableFileError, guarded
from aidplan.workbook.file.sheet_scan import Range, SheetScan


@dataclass(frozen=True, slots=True)
class Grid:
    """A sheet's name as written, and its cells from A1 on: text, numbers, dates, truth values, `Broken`.

    ``hidden_rows`` are Excel's numbers, ``hidden_columns`` ranges of columns from 0, both ends included; ``formulas``
    counts the cells that are calculated.
    """

    title: str
    rows: Sequence[Sequence[object]]
    hidden: bool = False
    very_hidden: bool = False
    hidden_rows: tuple[int, ...] = ()
    hidden_columns: tuple[tuple[int, int], ...] = ()
    merged: tuple[Range, ...] = ()
    formulas: int = 0


@dataclass(frozen=True, slots=True)
class Spreadsheet:
    """The sheets in order, whether the file has macros or links to other workbooks, and whether it was saved before
    its formulas were calculated (``pending``).
    """

    grids: tuple[Grid, ...]
    macros: bool
    links: bool
    pending: bool


def read_spreadsheet(data: bytes) -> Spreadsheet:
    """The sheets of a workbook; those whose name begins with ``#`` come without cells. Raises `UnreadableFileError`."""
    safe = guarded(data)
    try:
        return Spreadsheet(tuple(_grids(safe)), safe.macros, safe.links, safe.book.pending)
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException as problem:  # calamine panics with an exception that is no Exception
        said = str(problem).strip().splitlines()[0][:200] if str(problem).strip() else type(problem).__name__
        raise UnreadableFileError("unreadable", f"the file cannot be read as an Excel workbook ({said})",
                                  "open it in Excel and save it again as .xlsx") from None  # fmt: skip


def _grids(safe: Guarded) -> list[Grid]:
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_filelike(io.BytesIO(safe.data))
    grids = []
    for number, (listed, scan) in enumerate(safe.sheets, 1):
        if scan is None:
            grids.append(_grid(listed, ()))
            continue
        rows: Any = book.get_sheet_by_name(str(number)).to_python(skip_empty_area=False)
        wrong = misread(rows, scan, safe.shared, safe.book.from_1904)
        changed: dict[tuple[int, int], Broken | ShownNumber] = {
            **_shown_otherwise(rows, scan, safe.formats),
            **wrong,
            **scan.broken,
        }
        grids.append(_grid(listed, _with_changed(rows, changed), scan))
    return grids


def _grid(listed: Listed, rows: Sequence[Sequence[object]], scan: SheetScan | None = None) -> Grid:
    hidden, very = listed.state != "visible", listed.state == "veryHidden"
    if scan is None:
        return Grid(listed.title, rows, hidden, very)
    return Grid(
        listed.title,
        rows,
        hidden,
        very,
        tuple(scan.hidden_rows),
        tuple(scan.hidden_columns),
        tuple(scan.merged),
        scan.formulas,
    )


def _shown_otherwise(
    rows: Sequence[Sequence[object]], scan: SheetScan, formats: dict[int, str]
) -> dict[tuple[int, int], ShownNumber]:
    """(row, column) -> the whole numbers that their format shows as another text, such as 12 as 0012."""
    if not formats:
        return {}
    found = {}
    for (r, c), cell in scan.cells.items():
        code = formats.get(int(cell.style)) if cell.style.isdecimal() else None
        if code and cell.kind == "n" and r < len(rows) and c < len(rows[r]) and isinstance(raw := rows[r][c], float):
            shown = shown_by(code, raw)
            if shown is not None and shown != f"{raw:.15g}":
                found[r, c] = ShownNumber(raw, shown)
    return found


def _with_changed(
    rows: Sequence[Sequence[object]], changed: dict[tuple[int, int], Broken | ShownNumber]
) -> Sequence[Sequence[object]]:
    """The cells, with what the scan found in place of what the reader gives for it."""
    if not changed:
        return rows
    cells: list[list[object]] = [list(row) for row in rows]
    for (row, column), found in changed.items():
        while len(cells) <= row:
            cells.append([])
        cells[row].extend([""] * (column + 1 - len(cells[row])))
        cells[row][column] = found
    return cells
