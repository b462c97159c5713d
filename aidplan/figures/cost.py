"""The bridge from what donors spend to the goal ``cost``: transport, measures against the adversary, and the tail."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aidplan_models import pressure
from aidplan_models.data import Lane

from aidplan.figures.movement import Shipment
from aidplan.figures.quantities import Plan

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class CostBridge:
    """``spent`` by donors' funds + ``transport`` (no fund pays it) + ``measures`` + ``after`` the horizon = ``total`` [money]."""

    spent: float
    transport: float
    measures: float
    after: float

    @property
    def total(self) -> float:
        """The goal ``cost``."""
        return self.spent + self.transport + self.measures + self.after


def cost_bridge(plan: Plan, found: list[Shipment]) -> CostBridge:
    """The parts of a plan's cost: spending, transport and measures up to the end of the horizon, and what comes after it."""
    spent = sum(float(values.sum()) for values in plan["spent"].values())
    return CostBridge(spent, sum(one.cost for one in found), pressure.cost(plan.run.data), spending_after(plan))


def spending_after(plan: Plan) -> float:
    """What is spent and shipped in the periods after the horizon that are planned too [money]; 0 without a tail."""
    data = plan.run.data
    spent, shipped = after_horizon(plan, "spent"), after_horizon(plan, "shipped")
    ways = zip(*(shipped[name].tolist() for name in ("origin", "destination", "mode", "item", "value")), strict=True)
    return float(spent["value"].sum()) + sum(
        value * data.items[item].weight_t * data.lanes[Lane(origin, destination, mode)].cost_per_t / data.money_unit
        for origin, destination, mode, item, value in ways
    )


def after_horizon(plan: Plan, table: str) -> pd.DataFrame:
    """The rows of a run's table that lie in the tail."""
    frame = plan.run.tables[table]
    return frame[~frame["period"].isin(plan.labels)]


def transport_by_lane(found: list[Shipment]) -> list[tuple[Lane, float, float]]:
    """(lane, tonnes, cost [money]) over the horizon, the dearest first."""
    tonnes: dict[Lane, float] = defaultdict(float)
    cost: dict[Lane, float] = defaultdict(float)
    for one in found:
        tonnes[one.lane] += float(one.tonnes.sum())
        cost[one.lane] += one.cost
    return sorted(((lane, tonnes[lane], cost[lane]) for lane in tonnes), key=lambda one: (-one[2], one[0]))
