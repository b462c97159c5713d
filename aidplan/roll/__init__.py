"""Next month's workbook: the planner's own, opened where a plan's first periods leave it.

`roll` writes an edited copy of the run's workbook: the state at the end of the last period carried out becomes the
opening of a workbook that starts in the next and ends where the run's ends. Solving it is solving the rest.
"""

from aidplan.roll.actuals import ActualsError
from aidplan.roll.drift import Drift
from aidplan.roll.rolling import Rolled, RollError, period_of, roll

__all__ = ["ActualsError", "Drift", "RollError", "Rolled", "period_of", "roll"]
