"""The spreadsheet as it stands: every sheet's cells, read by calamine."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass


class UnreadableFileError(ValueError):
    """The file is no workbook that can be read; the text is one clear sentence."""

    def __init__(self, code: str, message: str, remedy: str) -> None:
        super().__init__(message)
        self.code, self.message, self.remedy = code, message, remedy


@dataclass(frozen=True, slots=True)
class Grid:
    """A sheet's name as written, and its cells from A1 on: text, numbers, dates, truth values, `Broken`."""

    title: str
    rows: Sequence[Sequence[object]]
    hidden: bool = False


def read_grids(data: bytes) -> list[Grid]:
    """The sheets of a workbook in order; those that begin with ``#`` come without cells. Raises `UnreadableFileError`."""
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        grids = []
        for about in book.sheets_metadata:
            if about.typ != SheetTypeEnum.WorkSheet:
                continue
            note = about.name.strip().startswith("#")
            rows = [] if note else book.get_sheet_by_name(about.name).to_python(skip_empty_area=False)
            grids.append(Grid(about.name, rows, about.visible != SheetVisibleEnum.Visible))
        return grids
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as problem:  # calamine panics with an exception that is no Exception
        raise UnreadableFileError("unreadable", f"the file cannot be read as an Excel workbook ({problem})",
                             "open it in Excel and save it again as .xlsx") from None  # fmt: skip
