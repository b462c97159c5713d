"""What the scan sees and what the reader gives must agree, cell by cell: whether it is filled, and its value.

An empty cell means 0 or *no limit*, so a cell that was not read, or read as something else, would make a better
plan than the true one. Two programs read the file apart from each other; where they differ, the cell is an error.
"""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Sequence

from aidplan.workbook.cells import Broken
from aidplan.workbook.file.sheet_scan import SAVE_ANEW, ScannedCell, SheetScan

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_SINCE_1900, _SINCE_1904 = datetime.datetime(1899, 12, 30), datetime.datetime(1904, 1, 1)
_FIRST_SAFE_DAY = 61
"""Before March 1900 spreadsheets count a day that never was, and programs differ."""
_MOMENT = 1e-5
"""Days: a second is 1.2e-5."""
Rows = Sequence[Sequence[object]]


def misread(rows: Rows, scan: SheetScan, shared: Sequence[str], from_1904: bool) -> dict[tuple[int, int], Broken]:
    """The cells (row, column from 0) where the reader's `rows` differ from the scan; broken ones are left out."""
    found: dict[tuple[int, int], Broken] = {}
    seen = 0
    cells = scan.cells
    for r, row in enumerate(rows):
        for c, raw in enumerate(row):
            if raw == "" or raw is None:
                continue
            cell = cells.get((r, c))
            if cell is None:
                found[r, c] = _differs("nothing", raw)
                continue
            seen += 1
            if (r, c) not in scan.broken and not _agrees(cell, raw, shared, from_1904):
                found[r, c] = _differs(_text(cell, shared), raw)
    if seen < len(cells):
        for at, cell in cells.items():
            if at not in scan.broken and _is_lost(rows, at) and _text(cell, shared).strip():
                found[at] = _differs(_text(cell, shared), "nothing")
    return found


def _is_lost(rows: Rows, at: tuple[int, int]) -> bool:
    row, column = at
    return row >= len(rows) or column >= len(rows[row]) or rows[row][column] in ("", None)


def _differs(scanned: str, read: object) -> Broken:
    return Broken(
        "misread",
        f"is written in a way that programs read differently (`{scanned[:40]}` and `{str(read)[:40]}`)",
        SAVE_ANEW,
    )


def _text(cell: ScannedCell, shared: Sequence[str]) -> str:
    """What a cell's text is; of a shared one, the text that it points to."""
    if cell.kind != "s":
        return cell.text
    index = cell.text.strip()
    return shared[int(index)] if index.isdecimal() and int(index) < len(shared) else "?"


def _agrees(cell: ScannedCell, raw: object, shared: Sequence[str], from_1904: bool) -> bool:
    """Whether the reader's value is what the file's text means."""
    if cell.kind == "n":
        return _is_number(cell.text, raw, from_1904)
    if cell.kind == "b":
        return raw is (cell.text.strip() in ("1", "true"))
    if cell.kind == "d":
        return _is_date(cell.text, raw)
    return isinstance(raw, str) and (raw == (text := _text(cell, shared)) or _plain(raw) == _plain(text))


def _is_number(text: str, raw: object, from_1904: bool) -> bool:
    try:
        number = float(text)
    except ValueError:
        return False
    if "_" in text or isinstance(raw, bool):
        return False
    if isinstance(raw, int | float):
        return raw == number or (math.isnan(number) and math.isnan(raw))
    days = _days(raw, from_1904)
    return days is not None and (number < _FIRST_SAFE_DAY or abs(days - number) < _MOMENT)


def _days(raw: object, from_1904: bool) -> float | None:
    """A date or time as the number that a spreadsheet keeps for it."""
    day = datetime.timedelta(days=1)
    if isinstance(raw, datetime.datetime):
        return (raw - (_SINCE_1904 if from_1904 else _SINCE_1900)) / day
    if isinstance(raw, datetime.date):
        return _days(datetime.datetime(raw.year, raw.month, raw.day), from_1904)
    if isinstance(raw, datetime.time):
        return datetime.timedelta(hours=raw.hour, minutes=raw.minute, seconds=raw.second + raw.microsecond / 1e6) / day
    return raw / day if isinstance(raw, datetime.timedelta) else None


def _is_date(text: str, raw: object) -> bool:
    if isinstance(raw, str):
        return raw.strip() == text.strip()
    if not isinstance(raw, datetime.date):
        return False
    read = raw if isinstance(raw, datetime.datetime) else datetime.datetime(raw.year, raw.month, raw.day)
    try:
        return datetime.datetime.fromisoformat(text.strip()).replace(tzinfo=None) == read
    except ValueError:
        return False


def _plain(text: str) -> str:
    """A text as a spreadsheet shows it: its escapes resolved, line ends alike, no blanks around."""
    shown = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    return shown.replace("\r\n", "\n").replace("\r", "\n").strip()
