"""The single limits that bind within a cause: which plant in which months, which fund, lane or reserve.

For each cause the combination is taken in which lifting it brings most; where it is the only one, limits that bear a
dual there are lifted one by one, over all their periods, and the shortage is solved again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from aidplan_models.data import PlanData
from aidplan_models.registry import LIMIT_OF_CONSTRAINT, PERIOD, limit_key

from aidplan.explain.shortage.causes import EVERYTHING, Cause
from aidplan.explain.shortage.combinations import Least, Values
from aidplan.explain.shortage.programme import CAUSES, LiftedProgramme
from aidplan.solve.assemble.linear_program import Array

MATTERS = 1e-6
"""Of a shortage: a part, or what a single limit holds back, below this is not shown."""

A_CAUSE = 6
"""Single limits that are tried a cause, those with the largest duals first."""


@dataclass(frozen=True)
class BindingLimit:
    """One limit of one thing: its ``key`` by index column, the ``periods`` in which it binds (labels), and the
    ``amount`` [capability units] by which the shortage would fall if it alone had no limit.
    """

    cause: Cause
    limit: str
    key: Mapping[str, str]
    periods: Sequence[str]
    amount: float

    def as_dict(self) -> dict[str, Any]:
        """For programs."""
        return {
            "cause": str(self.cause),
            "limit": self.limit,
            **self.key,
            "periods": list(self.periods),
            "amount": self.amount,
        }


def binding_limits(values: Values, data: PlanData, parts: Mapping[str, float]) -> list[BindingLimit]:
    """The single limits within the causes that hold something back, largest first within each cause.

    Raises SolverStopped at a limit, NotVerified where a solve could not be proved.
    """
    total = sum(parts.values())
    found: list[BindingLimit] = []
    for cause in CAUSES:
        if cause in (Cause.OTHERS, Cause.LEAD_TIME) or parts[cause] <= MATTERS * total:
            continue
        least = _where_it_holds_most(values, cause)
        groups = _groups(values.solver(Cause.LEAD_TIME in least.lifted).programme, least, cause, data)
        ranked = sorted(groups, key=lambda group: -group.weight)[:A_CAUSE]
        of_cause = []
        for group in ranked:
            solver = values.solver(Cause.LEAD_TIME in least.lifted)
            lifted = solver.least(least.lifted, group.rows)
            amount = least.value - lifted.value
            if amount > MATTERS * total:
                of_cause.append(BindingLimit(cause, group.limit, group.key, group.periods, amount))
        found += sorted(of_cause, key=lambda limit: -limit.amount)
    return found


def _where_it_holds_most(values: Values, cause: Cause) -> Least:
    """The combination in which lifting a cause brings most; of equals the one with most lifted beside it."""
    without = [lifted for lifted in values.known if cause not in lifted]
    best = max(without, key=lambda lifted: (round(values.known[lifted] - values.known[lifted | {cause}], 6), len(lifted)))
    return values.solve(best if best != EVERYTHING - {cause} else EVERYTHING - {cause})


@dataclass(frozen=True)
class _Group:
    """The rows of one thing (kept rows, booleans), and how much they bear (duals times how far the row is)."""

    limit: str
    key: Mapping[str, str]
    periods: Sequence[str]
    rows: Array
    weight: float


def _groups(programme: LiftedProgramme, least: Least, cause: Cause, data: PlanData) -> list[_Group]:
    """The limits of a cause that bear a dual at an optimum, those of one thing together over all periods."""
    dual = np.abs(least.answer.row_dual)
    own = programme.row_cause == CAUSES.index(cause)
    by_thing: dict[tuple[str, tuple[tuple[str, str], ...]], list[tuple[int, str]]] = {}
    for row in np.nonzero(own)[0].tolist():
        family, n = programme.programme.family_of_row(int(programme.rows[row]))
        limit = LIMIT_OF_CONSTRAINT[family.name]
        key = dict(limit_key(limit, family.index(n), programme.model.menu_rows, data.period_labels))
        period = key.pop(PERIOD, "")
        by_thing.setdefault((limit, tuple(key.items())), []).append((row, period))
    bears = dual > 1e-9 * dual.max(initial=0.0)
    groups = []
    for (limit, thing), rows in by_thing.items():
        numbers = np.array([row for row, _ in rows])
        if bears[numbers].any():
            lifted = np.zeros(len(dual), dtype=bool)
            lifted[numbers] = True
            periods = [period for row, period in rows if period and bears[row]]
            groups.append(_Group(limit, dict(thing), periods, lifted, float(dual[numbers].sum())))
    return groups
