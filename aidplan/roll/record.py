"""The sheet ``#rolled``: what a rolled workbook carries from which run, and what it left out."""

from __future__ import annotations

from collections.abc import Sequence

from aidplan.roll.package import Package
from aidplan.roll.sheet_xml import Value
from aidplan.roll.target import Carried
from aidplan.workbook.periods import Calendar

SHEET = "#rolled"
_HEADINGS = ("what", "sheet", "row", "column", "before", "now")
_WIDTHS = (44.0, 14.0, 40.0, 22.0, 16.0, 16.0)


def write_record(
    package: Package,
    run: str,
    to: str,
    sha256: str,
    lines: Sequence[str],
    carried: Sequence[Carried],
    calendar: Calendar,
) -> None:
    """Writes the sheet ``#rolled``: the run and what was left out first, then every carried cell."""
    rows: list[Sequence[Value]] = [
        _HEADINGS,
        (f"rolled from run {run} to {to}",),
        (f"its workbook has the sha256 {sha256}",),
    ]
    rows += [(line,) for line in lines]
    for cell in carried:
        column = cell.column if isinstance(cell.column, str) else calendar.label(cell.column)
        rows.append(("carried", cell.sheet, ", ".join(cell.key), column, _shown(cell.before), _shown(cell.after)))
    write_rows(package, SHEET, rows, _WIDTHS)


def write_rows(package: Package, title: str, rows: Sequence[Sequence[Value]], widths: tuple[float, ...]) -> None:
    """A sheet of rows, made anew."""
    xml = package.new_sheet(title, widths)
    for number, row in enumerate(rows, start=1):
        for index, value in enumerate(row):
            if value is not None:
                xml.put(number, index, value)


def _shown(value: object) -> Value:
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    return value if isinstance(value, str | int | float) else None
