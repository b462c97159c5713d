"""From a solved programme to named quantities and goal values, by the definitions of the model.

What stays unmet and what is short of parity are reported as the least that what is served and made
allows, and the goals are computed from these.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from aidplan_models.carried import past
from aidplan_models.data import PlanData
from aidplan_models.registry import RELIEF_GOALS, REPORTED_GOALS

from aidplan.solve.assemble.linear_program import Array, Programme

LEAST = {
    "unmet": "demand_met",
    "parity_gap": "parity_counted",
    "ordered_less": "orders_short_of_before",
    "released_less": "releases_short_of_before",
    "built_less": "builds_short_of_before",
}
"""Shortfall, also of what an earlier plan decided -> the rows that say how much of it there is at least."""

MONEY = {"spent": "fund_spending", "balance": "fund_balance"}
"""Money -> the rows that say how much of it there is."""

DUST = 1e-9
"""Of its demand or target: a smaller shortfall is rounding."""

LOST = 1e-6
"""Of the largest term of its row: what is missing past this was taken for rounding noise beside far larger money."""


def post_processed(programme: Programme, data: PlanData, x: Array) -> Array:
    """The plan with its shortfalls at the least that it allows, and the worst fronts that follow."""
    x = x.copy()
    for name, rows in LEAST.items():
        if name in programme.columns and rows in programme.rows:
            _post_process(programme, x, name, rows)
    _post_process_worst(programme, data, x)
    for name, rows in MONEY.items():
        _post_process_money(programme, x, name, rows)
    return x


def _post_process(programme: Programme, x: Array, name: str, rows: str) -> None:
    """Set a shortfall's columns from its rows: needed - what the rest of the row brings."""
    columns, block = programme.columns[name], programme.rows[rows]
    bare = x.copy()
    bare[columns.members] = 0.0
    needed = programme.row_lower[block.members]
    short = needed - (programme.matrix @ bare)[block.members]
    short = np.where(short > DUST * np.maximum(needed, 0.0), short, 0.0)
    place = {columns.index(n): columns.start + n for n in range(len(columns))}
    for n, value in enumerate(short.tolist()):
        column = place.get(block.index(n))
        if column is not None:
            x[column] = min(value, programme.upper[column])


def _post_process_money(programme: Programme, x: Array, name: str, rows: str) -> None:
    """Set money whose row does not hold, since the rest of it was rounded away beside far larger numbers.

    Each row gives ``name`` of its index as what the other terms leave; rows are gone through in order of their periods.
    """
    columns, block = programme.columns.get(name), programme.rows.get(rows)
    if columns is None or block is None or not len(block):
        return
    matrix = programme.matrix[block.members].tocsr()
    needed = programme.row_lower[block.members]
    sizes = np.maximum(abs(matrix).multiply(np.abs(x)[None, :]).max(axis=1).toarray().ravel(), np.abs(needed))
    if not (np.abs(needed - matrix @ x) > LOST * sizes).any():
        return
    place = {columns.index(n): columns.start + n for n in range(len(columns))}
    for n in sorted(range(len(block)), key=lambda n: block.index(n)[-1]):
        column, row = place.get(block.index(n)), matrix[[n]]
        terms = row.data * x[row.indices]
        missing = float(needed[n] - terms.sum())
        if column is not None and abs(missing) > LOST * max(abs(float(needed[n])), np.abs(terms).max(initial=0.0)):
            own = float(row.data[row.indices == column].sum()) or 1.0
            x[column] = max(0.0, x[column] + missing / own)


def _post_process_worst(programme: Programme, data: PlanData, x: Array) -> None:
    worst, unmet = programme.columns["worst"], programme.columns["unmet"]
    short: dict[tuple[str, str], float] = {}
    for (place, capability), _, value in past(data.kept.values, "unmet", data.first - 1) if data.kept else ():
        short[place, capability] = short.get((place, capability), 0.0) + value
    for n in range(len(unmet)):
        place, capability, period = unmet.index(n)
        if period <= data.horizon:
            short[place, capability] = short.get((place, capability), 0.0) + float(x[unmet.start + n])
    shares: dict[str, float] = {}
    for (place, capability), row in data.demands.items():
        total = sum(row.demand[: data.horizon])
        if data.places[place].kind == "front" and total > 0:
            share = short.get((place, capability), 0.0) / total
            shares[capability] = max(shares.get(capability, 0.0), share)
    for n in range(len(worst)):
        x[worst.start + n] = shares.get(worst.keys[worst.key[n]][0], 0.0)


def goal_values(programme: Programme, x: Array, data: PlanData) -> dict[str, float]:
    """The value of every goal in a settled plan; of promises only where some stand, and of what gives way only in a plan
    that keeps another.
    """
    told = {
        *REPORTED_GOALS,
        *(["promises"] if data.guarantees or data.kept else []),
        *(RELIEF_GOALS if data.kept else []),
        *(["stability"] if data.against else []),
    }
    return {
        goal: float(coefficients @ x) + programme.constants.get(goal, 0.0)
        for goal, coefficients in programme.goals.items()
        if goal in told
    }


def nonzero(programme: Programme, x: Array) -> Mapping[str, Iterator[tuple[tuple[Any, ...], float]]]:
    """Quantity -> (index, value) of every value that is not 0, in index order."""
    return {name: _nonzero(block, x[block.members]) for name, block in programme.columns.items()}


def _nonzero(block: Any, values: Array) -> Iterator[tuple[tuple[Any, ...], float]]:
    for n in np.nonzero(values)[0].tolist():
        yield block.index(n), float(values[n])
