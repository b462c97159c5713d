"""How plausibility warnings are written: a warning at a row's cell, numbers as planners write them."""

from __future__ import annotations

from aidplan.workbook.findings import WARNING, Finding
from aidplan.workbook.tables import Tables


def warning(
    code: str, tables: Tables, sheet: str, key: tuple[str, ...] | str, column: str | int, message: str, remedy: str
) -> Finding:
    """A warning at the cell of that column (or period) in the row of that key."""
    row = tables.row(sheet, key)
    return Finding(code, WARNING, sheet, row.cell(column) if row else "", message, remedy)


def amount(number: float) -> str:
    """A quantity with thousands parted, whole from 100 on."""
    return f"{number:,.0f}" if abs(number) >= 100 else f"{number:,.4g}"


def share(part: float) -> str:
    """A share in percent; one that rounds to nothing says so."""
    return "less than 1%" if 0 < part < 0.01 else f"{part:.0%}"
