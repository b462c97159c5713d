"""From checked tables to the numbers that the mathematics reads: `plan_data` joins what each idea reads."""

from aidplan.workbook.numbers.cells import UncheckedTablesError
from aidplan.workbook.numbers.plan_data import plan_data

__all__ = ["UncheckedTablesError", "plan_data"]
