"""aidplan for notebooks and scripts: what the commands give, as Python.

>>> import aidplan
>>> book = aidplan.open_workbook("inputs/small.xlsx")
>>> book
Workbook small.xlsx: 4 scenarios, no errors
>>> run = aidplan.solve(book)
>>> run
Run small base: optimal, verified, 95.90 % of demand met
>>> run.tables["ordered"].columns.tolist()
['fund', 'plant', 'item', 'period', 'value']

Nothing is written to a disk before `Run.save`. Errors are `Error` and its kinds; those that come from a workbook carry
its findings, each with its cell.
"""

from aidplan.interface.books import Workbook, open_workbook
from aidplan.interface.errors import (
    Error,
    NoPlanExists,
    NotVerified,
    RunNotFound,
    Stopped,
    UnknownScenario,
    WorkbookRefused,
)
from aidplan.interface.functions import compare, levers, open_run, roll, solve, stress
from aidplan.interface.solved import Run

__all__ = [
    "Error",
    "NoPlanExists",
    "NotVerified",
    "Run",
    "RunNotFound",
    "Stopped",
    "UnknownScenario",
    "Workbook",
    "WorkbookRefused",
    "compare",
    "levers",
    "open_run",
    "open_workbook",
    "roll",
    "solve",
    "stress",
]
