"""A limit's constraints: how a rule is declared under the name that planners know.

Pyomo's component names say what a constraint guarantees (``fund_balance``); planners and ``prices.csv`` know it by its
short name (``balance``). What a limit is (its sense, index, unit and cells) stands in the registry alone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pyomo.environ import Constraint

from aidplan_models.registry import LIMITS


def limit(m: Any, name: str, *sets: Any, doc: str) -> Callable[[Callable[..., Any]], Any]:
    """Declare a rule over ``sets`` as a constraint of the limit ``name``; the rule must write the registry's relation.

    Raises
    ------
    KeyError
        If the registry has no such limit, or its record does not name the rule.
    """

    def declare(rule: Callable[..., Any]) -> Any:
        record = LIMITS[name]
        if rule.__name__ not in record.constraints:
            raise KeyError(f"the limit {name} has no constraint {rule.__name__}; name it in the registry")
        m.limits[rule.__name__] = record
        if all(len(over) for over in sets):
            return m.Constraint(*sets, doc=doc)(rule)
        setattr(m, rule.__name__, Constraint(*sets, doc=doc))  # nothing to hold, and a template needs an index
        return getattr(m, rule.__name__)

    return declare
