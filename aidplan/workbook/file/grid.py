"""The spreadsheet as it stands: every sheet's cells, read by calamine behind the guard."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

from aidplan.workbook.file.guard import Guarded, UnreadableFileError, guarded
from aidplan.workbook.file.sheet_scan import SheetScan


@dataclass(frozen=True, slots=True)
class Grid:
    """A sheet's name as written, and its cells from A1 on: text, numbers, dates, truth values, `Broken`."""

    title: str
    rows: Sequence[Sequence[object]]
    hidden: bool = False
    hidden_rows: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Spreadsheet:
    """The sheets in order, and whether the file bears macros or links to other workbooks."""

    grids: tuple[Grid, ...]
    macros: bool
    links: bool


def read_spreadsheet(data: bytes) -> Spreadsheet:
    """The sheets of a workbook; those whose name begins with ``#`` come without cells. Raises `UnreadableFileError`."""
    safe = guarded(data)
    try:
        return Spreadsheet(tuple(_grids(safe)), safe.macros, safe.links)
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException as problem:  # calamine panics with an exception that is no Exception
        said = str(problem).strip().splitlines()[0][:200] if str(problem).strip() else type(problem).__name__
        raise UnreadableFileError("unreadable", f"the file cannot be read as an Excel workbook ({said})",
                                  "open it in Excel and save it again as .xlsx") from None  # fmt: skip


def _grids(safe: Guarded) -> list[Grid]:
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    book = CalamineWorkbook.from_filelike(io.BytesIO(safe.data))
    grids = []
    for about in book.sheets_metadata:
        if about.typ != SheetTypeEnum.WorkSheet:
            continue
        hidden = about.visible != SheetVisibleEnum.Visible
        scan = safe.scans.get(about.name)
        if about.name.strip().startswith("#") or scan is None:
            grids.append(Grid(about.name, (), hidden))
            continue
        rows = book.get_sheet_by_name(about.name).to_python(skip_empty_area=False)
        grids.append(Grid(about.name, _with_broken(rows, scan), hidden, tuple(scan.hidden_rows)))
    return grids


def _with_broken(rows: list, scan: SheetScan) -> Sequence[Sequence[object]]:
    """The cells, with what the scan found in place of the blanks that calamine gives for it."""
    if not scan.broken:
        return rows
    cells: list[list[object]] = [list(row) for row in rows]
    for (row, column), broken in scan.broken.items():
        while len(cells) <= row:
            cells.append([])
        cells[row].extend([""] * (column + 1 - len(cells[row])))
        cells[row][column] = broken
    return cells
