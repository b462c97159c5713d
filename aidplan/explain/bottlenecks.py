"""Bottlenecks: what coverage would be if one plant, fund, lane, hub, component or reserve had no limit at all."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from aidplan.explain.first_level import WIDER, FirstLevel, Thing, key_of
from aidplan.solve.assemble.linear_program import Array
from aidplan.solve.resource_limits import SolverStopped

LIFTED = ("capacity", "balance", "lane", "throughput", "storage", "components", "reserve_floor", "release_limit")
"""Limits that one thing has; of money and components more may come, never less."""

TRIED = 12
"""Things that are lifted, those whose limits bear most first."""

HELPS = 1e-9
"""Points of coverage: a smaller gain is rounding."""


@dataclass(frozen=True)
class Bottleneck:
    """One thing without its limit: its ``limit`` and key, and ``coverage``, the share of demand then not met."""

    limit: str
    key: dict[str, str]
    coverage: float

    def as_dict(self) -> dict[str, Any]:
        """For programs."""
        return {"limit": self.limit, **self.key, "coverage": self.coverage}


def bottlenecks(level: FirstLevel) -> tuple[list[Bottleneck], int]:
    """Those that bear a price, best first; and how many time did not suffice for."""
    things = _things(level)
    chosen = sorted(things, key=lambda thing: -_weight(level, things[thing]))[:TRIED]
    now = level.coverage(level.result.x)
    found: list[Bottleneck] = []
    for n, thing in enumerate(chosen):
        try:
            level.limits.check()
            x = level.best(_lifted(level, thing, things[thing]), WIDER)
        except SolverStopped:
            return _ranked(found), len(chosen) - n
        if x is not None and level.coverage(x) < now - HELPS:
            found.append(Bottleneck(thing[0], dict(key_of(thing)), level.coverage(x)))
    return _ranked(found), 0


def _ranked(found: list[Bottleneck]) -> list[Bottleneck]:
    return sorted(found, key=lambda one: one.coverage)


def _things(level: FirstLevel) -> dict[Thing, list[int]]:
    """The rows of each thing whose limits bear a price; a reserve's two limits are one thing."""
    every: dict[Thing, list[int]] = {}
    bears: set[Thing] = set()
    price = level.result.price
    for row in _rows(level):
        thing, _ = level.thing(row)
        one = ("reserve", thing[1]) if thing[0] in ("reserve_floor", "release_limit") else thing
        every.setdefault(one, []).append(row)
        if price[row]:
            bears.add(one)
    return {thing: rows for thing, rows in every.items() if thing in bears}


def _rows(level: FirstLevel) -> list[int]:
    from aidplan_models.registry import LIMIT_OF_CONSTRAINT

    found: list[int] = []
    for name, block in level.programme.rows.items():
        if LIMIT_OF_CONSTRAINT[name] in LIFTED:
            found += range(block.start, block.start + len(block))
    return found


def _weight(level: FirstLevel, rows: list[int]) -> float:
    """How much the limits bear: prices times where they stand."""
    programme, numbers = level.programme, np.array(rows)
    bound = np.where(
        np.isfinite(programme.row_upper[numbers]), programme.row_upper[numbers], programme.row_lower[numbers]
    )
    return float(np.abs(level.result.price[numbers] * np.maximum(np.abs(bound), 1e-9)).sum())


def _lifted(level: FirstLevel, thing: Thing, rows: list[int]) -> Any:
    problem, numbers = level.problem(), np.array(rows)
    upper: Array = problem.row_upper.copy()
    lower: Array = problem.row_lower.copy()
    upper[numbers] = np.inf
    if thing[0] not in ("balance", "components"):
        lower[numbers] = -np.inf
    return replace(problem, row_lower=lower, row_upper=upper)
