"""What the decisions of the next three months are worth: what the plan loses without each, or by a period's delay.

A decision is *firm* in so far as every equally good plan has it: the least amount over the optimal face. Only that is
proved for all plans; the rest is interchangeable.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from aidplan_models.registry import QUANTITIES

from aidplan.explain.first_level import NARROWER, FirstLevel
from aidplan.solve.assemble.linear_program import Array
from aidplan.solve.highs import SolverError
from aidplan.solve.resource_limits import SolverStopped
from aidplan.solve.starting import NEAR
from aidplan.solve.verified import NoPlan, NotVerified, VerifiedSolver

MONTHS = 3
LARGEST = 20
"""Decisions that are weighed, those of most money first."""

SMALL = 1e-6

PIVOTS = 5000
"""Pivots from one decision's least amount to the next one's; what takes more is solved from nothing."""

KINDS = {"ordered": "order", "released": "release", "built": "expansion", "pledged": "guarantee"}
"""Quantity -> the kind of decision that it is."""


@dataclass(frozen=True)
class Decision:
    """A decision over all funds: its ``key``, the ``amount`` of the first three months [items or capacity units], its
    ``money`` [money], the columns and the plan's value of each.
    """

    kind: str
    key: tuple[tuple[str, str], ...]
    unit: str
    amount: float
    money: float
    columns: Array
    periods: Array
    values: Array


def decisions(level: FirstLevel) -> tuple[list[dict[str, Any]], int]:
    """The largest decisions, weighed; and how many time did not suffice for."""
    largest = sorted(_all(level), key=lambda one: -one.money)[:LARGEST]
    now = level.value(level.result.x)
    found: list[dict[str, Any]] = []
    face = level.planned.solved.face
    solver = None if face is None else VerifiedSolver(threads=1)
    for n, one in enumerate(largest):
        try:
            level.limits.check()
            entry = _weighed(level, one, now, solver)
        except SolverStopped:
            return found, len(largest) - n
        found.append(entry)
    if solver is not None and solver.interface is not None:
        solver.interface.close()
    return found, 0


def _weighed(level: FirstLevel, one: Decision, now: float, solver: VerifiedSolver | None) -> dict[str, Any]:
    later = level.best(level.forbidden(one.columns, _put_off(one)), NARROWER)
    none = level.forbidden(one.columns, np.zeros(len(one.columns)))
    without = level.best(none, NARROWER, on=later is not None)  # less again than what is put off
    return {
        "kind": one.kind,
        **dict(one.key),
        "amount": one.amount,
        "firm": None if solver is None else _firm(level, one, solver),
        "unit": one.unit,
        "money": one.money,
        "worth": None if without is None else max(level.value(without) - now, 0.0),
        "delay": None if later is None else max(level.value(later) - now, 0.0),
        "latest": None,
    }


def _put_off(one: Decision) -> Array:
    """In each of the first periods no more than the plan has in the period before, fund by fund."""
    plan = {(column - t, t): value for column, t, value in _with_periods(one)}
    return np.array([plan.get((column - t, t - 1), 0.0) for column, t, _ in _with_periods(one)])


def _with_periods(one: Decision) -> list[tuple[int, int, float]]:
    return list(zip(one.columns.tolist(), one.periods.tolist(), one.values.tolist(), strict=True))


def _firm(level: FirstLevel, one: Decision, solver: VerifiedSolver) -> float | None:
    """The least amount over all equally good plans, proved; None where no method gave a proof. Raises SolverStopped."""
    face, column = level.planned.solved.face, level.planned.scaled.column
    assert face is not None
    cost = np.zeros(len(face.lower))
    cost[one.columns] = column[one.columns]
    problem = replace(face, cost=cost)
    level.solves += 1
    solver.limits = level.limits
    stands = solver.stands(problem)  # at the best for the decision before, one of the same plans
    solver.load(problem)
    try:
        found = solver.within(problem, NEAR, PIVOTS, warm=True) if stands else None
        answer = (found or solver.from_nothing(problem))[0]
    except (NotVerified, NoPlan, SolverError):
        return None
    least = float((np.clip(answer.x, face.lower, face.upper) * cost).sum())
    return least if least > SMALL * one.amount else 0.0


def _all(level: FirstLevel) -> Iterator[Decision]:
    """Every decision of the first three months, over all funds."""
    data, x = level.data, level.planned.x
    soon = max(MONTHS // data.period_months, 1)
    for name, kind in KINDS.items():
        block = level.programme.columns.get(name)
        if block is None or not len(block):
            continue
        groups: dict[tuple[str, ...], list[int]] = {}
        for n in np.nonzero(block.period <= soon)[0].tolist():
            key = block.keys[block.key[n]]
            groups.setdefault(tuple(key[-1:] if name in ("built", "pledged") else key[1:]), []).append(n)
        for group, members in groups.items():
            columns = block.start + np.array(members)
            amount = float(x[columns].sum())
            if amount > SMALL:
                yield _decision(level, name, kind, group, columns, block.period[members], amount)


def _decision(
    level: FirstLevel, name: str, kind: str, group: tuple[str, ...], columns: Array, periods: Array, amount: float
) -> Decision:
    data = level.data
    if name == "ordered":
        price, key = data.products[group[0], group[1]].unit_cost, (("plant", group[0]), ("item", group[1]))
    elif name == "released":
        price, key = data.reserves[group[0], group[1]].release_cost, (("place", group[0]), ("item", group[1]))
    else:
        expansion = data.expansions[group[0]]
        price, key = expansion.capex, (("expansion", group[0]), ("plant", expansion.plant))
    return Decision(
        kind,
        key,
        QUANTITIES[name].unit,
        amount,
        amount * price / data.money_unit,
        columns,
        periods,
        level.planned.x[columns],
    )
