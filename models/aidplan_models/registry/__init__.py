"""One record for every quantity, limit and goal of the model.

Whatever says what a limit is, which cell feeds it, how a quantity is indexed or which goals there are reads it here:
the model, the tables of a run, prices, explanations, reports, the audit and the documentation. A test ties the registry
and the model to each other in both directions.
"""

from aidplan_models.registry.goals import DEFAULT_GOALS, GOALS, RANKED_GOALS, RELIEF_GOALS, REPORTED_GOALS
from aidplan_models.registry.limits import KEY_COLUMNS, LIMIT_OF_CONSTRAINT, LIMITS, PRICE_COLUMN, limit_key
from aidplan_models.registry.quantities import QUANTITIES
from aidplan_models.registry.records import PERIOD, RELIEF, GoalRecord, LimitKind, LimitRecord, Quantity, Source

__all__ = [
    "DEFAULT_GOALS",
    "GOALS",
    "KEY_COLUMNS",
    "LIMITS",
    "LIMIT_OF_CONSTRAINT",
    "PERIOD",
    "PRICE_COLUMN",
    "QUANTITIES",
    "RANKED_GOALS",
    "RELIEF",
    "RELIEF_GOALS",
    "REPORTED_GOALS",
    "GoalRecord",
    "LimitKind",
    "LimitRecord",
    "Quantity",
    "Source",
    "limit_key",
]
