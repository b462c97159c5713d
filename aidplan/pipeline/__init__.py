"""The pipeline: one scenario of a workbook to one run.

`solve_in_memory` builds, solves and verifies, and gives the plan without touching a disk; `solve_scenario` takes the
run's name first, solves, and writes the run with its reports. Both can be called without a console.
"""

from aidplan.pipeline.earlier import title_of, warm_starts
from aidplan.pipeline.in_memory import solve_in_memory
from aidplan.pipeline.request import ENDINGS, Ending, Options, Outcome, Progress, Request, Solution
from aidplan.pipeline.written import solve_scenario, write_solution

__all__ = [
    "ENDINGS",
    "Ending",
    "Options",
    "Outcome",
    "Progress",
    "Request",
    "Solution",
    "solve_in_memory",
    "solve_scenario",
    "title_of",
    "warm_starts",
    "write_solution",
]
