"""The bridge from what donors spend to the goal ``cost``: transport, measures against the adversary, and the tail."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from aidplan_models.data import Lane

from aidplan.figures.movement import Shipment
from aidplan.figures.quantities import Plan

_ROUNDING = 1e-9


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
    """The parts of a plan's cost: spending and transport up to the end of the horizon, and what comes after it."""
    data = plan.data
    spent = sum(float(values.sum()) for values in plan["spent"].values())
    transport = sum(one.cost for one in found)
    after = spending_after(plan)
    whole = float(plan.run.manifest["goals"].get("cost") or 0.0)
    measures = whole - spent - transport - after
    return CostBridge(
        spent, transport, measures if measures > _ROUNDING * max(whole, data.money_unit**-1) else 0.0, after
    )


def spending_after(plan: Plan) -> float:
    """What is spent and shipped in the periods after the horizon that are planned too [money]; 0 without a tail."""
    data, tables = plan.run.data, plan.run.tables
    late = set(data.period_labels[plan.horizon :])
    if not late:
        return 0.0
    frame = tables["spent"]
    total = float(frame.loc[frame["period"].isin(late), "value"].sum())
    frame = tables["shipped"]
    frame = frame[frame["period"].isin(late)]
    ways = zip(*(frame[name].tolist() for name in ("origin", "destination", "mode", "item", "value")), strict=True)
    return total + sum(
        value * data.items[item].weight_t * data.lanes[Lane(origin, destination, mode)].cost_per_t / data.money_unit
        for origin, destination, mode, item, value in ways
    )


def transport_by_lane(found: list[Shipment]) -> list[tuple[Lane, float, float]]:
    """(lane, tonnes, cost [money]) over the horizon, the dearest first."""
    tonnes: dict[Lane, float] = defaultdict(float)
    cost: dict[Lane, float] = defaultdict(float)
    for one in found:
        tonnes[one.lane] += float(one.tonnes.sum())
        cost[one.lane] += one.cost
    return sorted(((lane, tonnes[lane], cost[lane]) for lane in tonnes), key=lambda one: (-one[2], one[0]))
