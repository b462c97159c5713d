"""The rules that a workbook must keep, beyond what a single cell can tell."""

from __future__ import annotations

from aidplan.workbook.findings import Finding
from aidplan.workbook.tables import Tables


def judge_tables(tables: Tables) -> list[Finding]:
    """Every breach of the rules between cells."""
    return []
