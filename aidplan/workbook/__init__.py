"""The planning workbook: read, validated, changed by scenarios, and given to the mathematics.

`open_workbook` never raises for what a file holds; `plan_data` turns tables without errors into the
numbers that the mathematics reads.
"""

from aidplan.workbook.findings import Finding
from aidplan.workbook.numbers import UncheckedTablesError, plan_data
from aidplan.workbook.planning_workbook import Scenario, Workbook, open_workbook
from aidplan.workbook.tables import Row, Table, Tables

__all__ = [
    "Finding",
    "Row",
    "Scenario",
    "Table",
    "Tables",
    "UncheckedTablesError",
    "Workbook",
    "open_workbook",
    "plan_data",
]
