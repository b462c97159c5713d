"""The rules that a workbook must keep, beyond what a single cell can tell.

`validate_tables` finds every breach in one pass. A cell that could not be read is never validated again, and
a code that is wrong where it is used is reported there once: one defect neither hides others nor is reported twice.
"""

from __future__ import annotations

from collections.abc import Iterator

from aidplan.workbook.findings import Finding
from aidplan.workbook.tables import Tables
from aidplan.workbook.validate.between import validate_between
from aidplan.workbook.validate.codes import Codes, validate_codes
from aidplan.workbook.validate.pressure import validate_pressure

__all__ = ["validate_tables"]


def validate_tables(tables: Tables) -> Iterator[Finding]:
    """Every breach of the rules between cells, in the order of the sheets."""
    codes = Codes(tables)
    yield from validate_codes(tables, codes)
    yield from validate_between(tables, codes)
    yield from validate_pressure(tables)
