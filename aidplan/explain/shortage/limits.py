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

from aidplan.explain.shortage.causes import NOTHING, Cause, Combination
from aidplan.explain.shortage.combinations import Least, Values
from aidplan.explain.shortage.lifts import CAUSES
from aidplan.explain.shortage.programme import LiftedProgramme
from aidplan.solve.assemble.linear_program import Array

MATTERS = 1e-6
"""Of a cause: what a single limit holds back, below this is not shown."""

LOOKED_INTO = 0.005
"""Of a shortage: the single limits of a cause whose part is smaller are not looked for."""

FULL = 1e-6
"""Of a row's activity: how near its bound it is reached."""

A_CAUSE = 4
"""Single limits that are tried a cause, those with the largest duals first."""


@dataclass(frozen=True)
class BindingLimit:
    """One limit of one thing: its ``key`` by index column, the ``periods`` in which it binds (labels), and the
    ``amount`` [capability units]: its share of the cause's part, in proportion to what lifting it alone brings.
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
        if cause not in (Cause.OTHERS, Cause.LEAD_TIME) and parts[cause] > LOOKED_INTO * total:
            found += _within(values, data, cause, parts[cause])
    return found


def _within(values: Values, data: PlanData, cause: Cause, part: float) -> list[BindingLimit]:
    """The single limits of one cause: the part goes to them as each, lifted alone, brings."""
    least = _where_it_holds_most(values, cause)
    solver = values.of(least.lifted).solver
    first = values.of(NOTHING).solver
    full = _full(first.programme, first.least(NOTHING))
    groups = _groups(solver.programme, least, cause, data, full)
    tried = sorted(groups, key=lambda group: -group.weight)[:A_CAUSE]
    if len(groups) == 1:  # lifting all else of the cause changes nothing, so it is all of it
        brings = [(tried[0], part)]
    else:
        brings = [(group, least.value - solver.with_gifts(least.lifted, group.gifts).value) for group in tried]
    whole = sum(amount for _, amount in brings)
    limits = [
        BindingLimit(cause, group.limit, group.key, group.periods, part * amount / whole)
        for group, amount in brings
        if amount > MATTERS * whole
    ]
    return sorted(limits, key=lambda limit: -limit.amount)


def _where_it_holds_most(values: Values, cause: Cause) -> Least:
    """The combination in which lifting a cause brings most; of equals one that was solved, with most lifted beside it."""
    known = values.known
    solved = {lifted for lattice in values.lattices.values() for lifted in lattice.solver.solved}
    without = [lifted for lifted in known if cause not in lifted]
    size = max(1e-9, *known.values())

    def brings(lifted: Combination) -> tuple[float, bool, int]:
        return round((known[lifted] - known[lifted | {cause}]) / size, 6), lifted in solved, len(lifted)

    best = max(without, key=brings)
    return values.of(best).solver.least(best)


@dataclass(frozen=True)
class _Group:
    """The limits of one thing: their gifts (columns, booleans), and how much they bear (the sum of their duals)."""

    limit: str
    key: Mapping[str, str]
    periods: Sequence[str]
    gifts: Array
    weight: float


def _full(programme: LiftedProgramme, least: Least) -> set[int]:
    """The rows of the whole programme that stand at a bound where nothing is lifted; balances, which always do, apart."""
    strict = programme.strict
    activity = strict.matrix @ least.answer.x
    room = FULL * np.maximum(1.0, np.abs(activity))
    at = (activity >= strict.row_upper - room) | (activity <= strict.row_lower + room)
    at &= strict.row_lower < strict.row_upper
    return set(programme.rows[at[: len(programme.rows)]].tolist())  # nodes of merged money follow them


def _groups(programme: LiftedProgramme, least: Least, cause: Cause, data: PlanData, full: set[int]) -> list[_Group]:
    """The limits of a cause that bear a dual at an optimum, those of one thing together over all periods."""
    problem = least.problem
    reduced = np.abs(problem.cost - problem.matrix.T @ least.answer.row_dual)
    bears = reduced > 1e-9 * np.abs(problem.cost).max(initial=0.0)
    first = programme.gifts.start
    by_thing: dict[tuple[str, tuple[tuple[str, str], ...]], list[tuple[int, str, bool]]] = {}
    for gift, kept_row in enumerate(programme.gift_row.tolist()):
        if programme.cause[first + gift] != CAUSES.index(cause):
            continue
        row = int(programme.rows[kept_row])
        block, n = programme.programme.block_of_row(row)
        limit = LIMIT_OF_CONSTRAINT[block.name]
        key = dict(limit_key(limit, block.index(n), programme.model.menu_rows, data.period_labels))
        period = key.pop(PERIOD, "")
        by_thing.setdefault((limit, tuple(key.items())), []).append((first + gift, period, row in full))
    groups = []
    for (limit, thing), members in by_thing.items():
        numbers = np.array([column for column, _, _ in members])
        if bears[numbers].any():
            gifts = np.zeros(len(reduced), dtype=bool)
            gifts[numbers] = True
            reached = [period for _, period, is_full in members if period and is_full]
            periods = reached or [period for column, period, _ in members if period and bears[column]]
            groups.append(_Group(limit, dict(thing), periods, gifts, float(reduced[numbers].sum())))
    return groups
