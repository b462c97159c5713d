"""The rules that a workbook must keep, beyond what a single cell can tell.

`judge_tables` finds every breach in one pass. A cell that could not be read is never judged again, and
a code that is wrong where it is used is told there once: one defect neither hides others nor is told twice.
"""

from __future__ import annotations

from collections.abc import Iterator

from aidplan.workbook.findings import Finding
from aidplan.workbook.tables import Tables
from aidplan.workbook.validate.between import judge_between
from aidplan.workbook.validate.codes import Codes, judge_codes

__all__ = ["judge_tables"]


def judge_tables(tables: Tables) -> Iterator[Finding]:
    """Every breach of the rules between cells, in the order of the sheets."""
    codes = Codes(tables)
    yield from judge_codes(tables, codes)
    yield from judge_between(tables, codes)
