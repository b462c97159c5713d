"""Which bounds of a programme belong to which cause, and where they stand until it is lifted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from aidplan_models.data import PlanData
from aidplan_models.derived import price_of_backing, rights
from aidplan_models.registry import LIMIT_OF_CONSTRAINT
from aidplan_models.sets import lane_of

from aidplan.explain.shortage.causes import CAUSE_OF_LIMIT, Cause
from aidplan.explain.shortage.goods import Question
from aidplan.solve.assemble.linear_program import Array, Block, Programme

CAUSES: tuple[Cause, ...] = tuple(Cause)
NO_CAUSE = -1

ROUNDING = 1e-9
"""Of a demand: what the guard of other demands leaves to the rounding of the plan."""

Values = Mapping[str, Mapping[tuple[Any, ...], float]]
"""Quantity -> whole index, a lane as one label and the period as its number -> value; what is not there is 0."""


@dataclass
class Lifts:
    """For every column and row of the whole programme: the cause that lifts its bound, and the bounds in force.

    ``column_cause`` and ``row_cause`` number `CAUSES`, -1 for none; ``asked`` are the columns that are asked about.
    """

    upper: Array
    lifted_upper: Array
    column_cause: Array
    row_upper: Array
    row_cause: Array
    loses_lower: Array
    loses_upper: Array
    asked: Array

    @classmethod
    def of(cls, programme: Programme, data: PlanData, plan: Values, question: Question) -> Lifts:
        """Those of a programme that was built with everything opened."""
        rows, columns = programme.shape
        lifts = cls(
            programme.upper.copy(),
            programme.upper.copy(),
            np.full(columns, NO_CAUSE),
            programme.row_upper.copy(),
            np.full(rows, NO_CAUSE),
            np.zeros(rows, dtype=bool),
            np.zeros(rows, dtype=bool),
            np.zeros(columns, dtype=bool),
        )
        lifts._limits(programme)
        lifts._closed(programme, data)
        lifts._menu(programme, data)
        lifts._demand(programme, plan, question)
        return lifts

    def _limits(self, programme: Programme) -> None:
        for name, block in programme.rows.items():
            cause = CAUSE_OF_LIMIT.get(LIMIT_OF_CONSTRAINT[name])
            if cause is None:
                continue
            self.row_cause[block.members] = CAUSES.index(cause)
            # More money or components leave an equation with one side: what comes is at least what the workbook says.
            one_sided = cause in (Cause.MONEY, Cause.COMPONENTS)
            self.loses_upper[block.members] = np.isfinite(programme.row_upper[block.members])
            self.loses_lower[block.members] = np.isfinite(programme.row_lower[block.members]) & (not one_sided)

    def _closed(self, programme: Programme, data: PlanData) -> None:
        """Lanes and places that are closed pass nothing until lanes are lifted."""
        for name in ("lane_capacity", "place_throughput"):
            block = programme.rows.get(name)
            for n in range(len(block) if block is not None else 0):
                key, t = block.index(n)  # type: ignore[union-attr]
                of_lane = name == "lane_capacity"
                series = data.lanes[lane_of(key)].capacity_t if of_lane else data.places[key].throughput_t
                if series[t - 1] == 0:
                    self.row_upper[block.start + n] = 0.0  # type: ignore[union-attr]
        shipped = programme.columns.get("shipped")
        if shipped is None or not len(shipped):
            return
        closed = np.array([_closed_periods(data, key[0]) for key in shipped.keys])
        self._forbid(shipped, closed[shipped.key, shipped.period - 1], Cause.LANES)

    def _menu(self, programme: Programme, data: PlanData) -> None:
        """What the workbook's menus do not allow is nothing until menus are lifted."""
        offers, releases, builds = rights(data)
        allowed: dict[str, set[tuple[str, ...]]] = {
            "ordered": set(offers),
            "released": set(releases),
            "built": set(builds),
            "pledged": {(e,) for e in price_of_backing(data, offers)},
        }
        for name, keys in allowed.items():
            block = programme.columns.get(name)
            if block is not None and len(block):
                barred = np.array([tuple(key) not in keys for key in block.keys])
                self._forbid(block, barred[block.key], Cause.MENU)

    def _demand(self, programme: Programme, plan: Values, question: Question) -> None:
        """Nobody else is worse off until others are lifted; what is asked about is counted."""
        block, of_plan = programme.columns["unmet"], plan.get("unmet", {})
        for n in range(len(block)):
            index, column = block.index(n), block.start + n
            if question.covers(*index):
                self.asked[column] = True
            else:
                self.column_cause[column] = CAUSES.index(Cause.OTHERS)
                guard = of_plan.get(index, 0.0) + ROUNDING * programme.upper[column]
                self.upper[column] = min(guard, programme.upper[column])

    def _forbid(self, block: Block, which: Array, cause: Cause) -> None:
        columns = block.start + np.nonzero(which)[0]
        self.upper[columns] = 0.0
        self.column_cause[columns] = CAUSES.index(cause)


def _closed_periods(data: PlanData, lane: str) -> list[bool]:
    """Of each period, whether a lane or its origin is closed."""
    key = lane_of(lane)
    through = data.places[key.origin].throughput_t
    return [tonnes == 0 or passed == 0 for tonnes, passed in zip(data.lanes[key].capacity_t, through, strict=True)]
