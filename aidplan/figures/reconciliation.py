"""Reconciliation of a plan: money by fund, goods by item, and the cost goal. Each must add up."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from aidplan.figures.movement import Shipment
from aidplan.figures.quantities import Plan


@dataclass(frozen=True)
class GoodsBalance:
    """One item over the horizon [items]: ``made + released + arrived + opening`` =
    ``issued + in_stock + under_way + lost``.
    """

    item: str
    made: float
    released: float
    arrived: float
    opening: float
    issued: float
    in_stock: float
    under_way: float
    lost: float

    @property
    def difference(self) -> float:
        """What came in less what went out; 0 where the two sides reconcile."""
        came = self.made + self.released + self.arrived + self.opening
        return came - (self.issued + self.in_stock + self.under_way + self.lost)


def goods_balances(plan: Plan, found: list[Shipment]) -> list[GoodsBalance]:
    """Every item that is goods, in order of its code."""
    data = plan.data

    def total(name: str, at: int) -> dict[str, float]:
        by_item: dict[str, float] = {}
        for key, values in plan[name].items():
            by_item[key[at]] = by_item.get(key[at], 0.0) + float(values.sum())
        return by_item

    made, released, issued = total("made", 1), total("released", 2), total("issued", 1)
    arrived: dict[str, float] = {}
    for (_, item), series in data.arrivals.items():
        arrived[item] = arrived.get(item, 0.0) + sum(series)
    opening: dict[str, float] = {}
    for (_, item), quantity in data.opening_stock.items():
        opening[item] = opening.get(item, 0.0) + quantity
    in_stock: dict[str, float] = {}
    for (_, item), held in plan["stock"].items():
        in_stock[item] = in_stock.get(item, 0.0) + float(held[-1])
    under_way: dict[str, float] = {}
    lost: dict[str, float] = {}
    for one in found:
        under_way[one.item] = under_way.get(one.item, 0.0) + one.under_way
        lost[one.item] = lost.get(one.item, 0.0) + one.lost
    columns = (made, released, arrived, opening, issued, in_stock, under_way, lost)
    goods = [code for code, item in data.items.items() if item.is_goods]
    return [GoodsBalance(code, *(column.get(code, 0.0) for column in columns)) for code in goods]


def reconciles(*sides: float) -> bool:
    """Whether ``sides[0]`` is the sum of the others, to a millionth."""
    return bool(np.abs(sides[0] - sum(sides[1:])) <= 1e-6 * max(abs(sides[0]), 1.0))
