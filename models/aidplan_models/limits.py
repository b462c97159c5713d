"""A limit's name, sense and index: how a constraint is known outside the programme.

Pyomo's component names say what a constraint guarantees (``fund_balance``); planners and ``prices.csv``
know it by its short name (``balance``). `limit` declares both at once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pyomo.environ import Constraint


@dataclass(frozen=True)
class Limit:
    """``name`` as in prices; ``sense`` of the row with all quantities on the left; ``index`` columns."""

    name: str
    sense: str
    index: tuple[str, ...]


def limit(m: Any, name: str, sense: str, index: str, *sets: Any, doc: str) -> Callable[[Callable[..., Any]], Any]:
    """Declare a rule as a constraint over ``sets`` and register its `Limit`.

    ``sense`` is ``==``, ``<=`` or ``>=``, and must be the relation that the rule writes; ``index`` names
    the index columns, separated by blanks (``lane`` stands for its three codes, ``row`` for a menu row's keys).
    """

    def declare(rule: Callable[..., Any]) -> Any:
        m.limits[rule.__name__] = Limit(name, sense, tuple(index.split()))
        if all(len(over) for over in sets):
            return m.Constraint(*sets, doc=doc)(rule)
        setattr(m, rule.__name__, Constraint(*sets, doc=doc))  # nothing to hold, and a template needs an index
        return getattr(m, rule.__name__)

    return declare
