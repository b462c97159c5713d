"""What each donor's means are worth in a plan: the prices of the first level times what they are the prices of.

By duality they add up to the level's value: each limit counts its price times its right-hand side for whoever owns it, a
column at its upper bound its reduced cost times that bound. Not a fair share: it says what this plan owes to whose means, and
where someone's own limits cost the plan something it is negative. Source: Owen, On the core of linear production games (1975).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace

import numpy as np
from aidplan_models.data import PlanData
from aidplan_models.registry import LIMIT_OF_CONSTRAINT, LIMITS, limit_key

from aidplan.solve.assemble.linear_program import Array
from aidplan.solve.solving import Planned, solve_plan

DEMAND, COMMON, BETTER, GIVEN = "demand", "common limits", "levels that come first", "what counts whatever is decided"
"""Owners that are no donors."""

NOTHING = 1e-12
"""Of the level's value: an owner's amount below it is rounding."""


@dataclass(frozen=True)
class Means:
    """An ``owner`` and what its means are worth: ``amount`` of the first level, of which less is better."""

    owner: str
    amount: float


def means(data: PlanData, time_limit: float | None = None, planned: Planned | None = None) -> tuple[list[Means], float]:
    """Each owner's amount, the largest effect first, and the level's value, which they add up to.

    ``planned`` is the plan of the data where it is solved already.
    """
    planned = planned or _first_level(data, time_limit)
    levels = [level for level in planned.solved.ranks if level.rank.rank >= 1]
    if not levels:
        return [], 0.0
    level = levels[0]
    amounts = _amounts(planned, data, -level.price, level.rank.coefficients(planned.programme))
    amounts[GIVEN] += level.rank.constant(planned.programme)
    if any(one.rank.rank < level.rank.rank for one in planned.solved.ranks):
        amounts[BETTER] += level.value - sum(amounts.values())
    told = [Means(owner, amount) for owner, amount in amounts.items() if abs(amount) > NOTHING * abs(level.value)]
    return sorted(told, key=lambda one: (-abs(one.amount), one.owner)), level.value


def _first_level(data: PlanData, time_limit: float | None) -> Planned:
    """The plan for the first level alone, and what comes before it."""
    first = min((goal.rank for goal in data.goals if goal.goal != "stability"), default=0)
    goals = tuple(
        replace(goal, tolerance=0.0) for goal in data.goals if goal.rank == first and goal.goal != "stability"
    )
    return solve_plan(replace(data, goals=goals), time_limit=time_limit, ties=False)


def _amounts(planned: Planned, data: PlanData, dual: Array, cost: Array) -> defaultdict[str, float]:
    """Owner -> Σ dual·right-hand side of its rows, and reduced cost times upper bound of its columns."""
    programme, amounts = planned.programme, defaultdict[str, float](float)
    bound = np.where(dual > 0, programme.row_lower, programme.row_upper)
    worth = np.multiply(dual, bound, out=np.zeros_like(dual), where=dual != 0)
    for name, block in programme.rows.items():
        values = worth[block.members]
        for n in np.nonzero(values)[0].tolist():
            amounts[_owner(planned, data, name, block.index(n))] += float(values[n])
    reduced = cost - programme.matrix.T @ dual
    at_upper = np.isfinite(programme.upper) & (reduced < 0)
    for name, block in programme.columns.items():
        members = np.nonzero(at_upper[block.members])[0]
        for n in members.tolist():
            column = block.start + n
            owner = DEMAND if name in ("unmet", "parity_gap") else COMMON
            amounts[owner] += float(reduced[column] * programme.upper[column])
    return amounts


def _owner(planned: Planned, data: PlanData, constraint: str, index: tuple[object, ...]) -> str:
    """Whose a limit is: the donor's of a fund, the country's of a reserve or plant, demand's own, or common."""
    limit = LIMIT_OF_CONSTRAINT[constraint]
    if limit in ("demand", "floor", "worst", "parity"):
        return DEMAND
    key = dict(limit_key(limit, index, planned.model.menu_rows, data.period_labels))
    if "fund" in key:
        return data.funds[key["fund"]].donor or key["fund"]
    if LIMITS[limit].idea == "reserves":
        return key["place"]
    plant = key.get("plant") or (data.expansions[key["expansion"]].plant if "expansion" in key else "")
    return data.plants.get(plant, COMMON)
