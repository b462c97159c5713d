"""A plan's data in other units: money in another unit of the currency, items counted by other numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from aidplan_models.data import PlanData, Series


def money_in(data: PlanData, money_unit: float) -> PlanData:
    """The same data with budgets written in another unit of the currency; prices stay in plain currency."""
    by = data.money_unit / money_unit
    funds = {
        f: replace(fund, opening=fund.opening * by, funding={t: value * by for t, value in fund.funding.items()})
        for f, fund in data.funds.items()
    }
    return replace(data, money_unit=money_unit, outyear_limit=data.outyear_limit * by, funds=funds)


def items_in(data: PlanData, by: Mapping[str, float]) -> PlanData:
    """The same data with ``by[item]`` of an item counted as one."""

    def size(i: str) -> float:
        return by.get(i, 1.0)

    def series(values: Series, i: str) -> Series:
        return tuple(value / size(i) for value in values)

    return replace(
        data,
        items={i: replace(item, weight_t=item.weight_t * size(i)) for i, item in data.items.items()},
        effects={(i, c): effect * size(i) for (i, c), effect in data.effects.items()},
        products={
            (p, i): replace(product, unit_cost=product.unit_cost * size(i), capacity_use=product.capacity_use * size(i))
            for (p, i), product in data.products.items()
        },
        orderbook={(p, i, o): quantity / size(i) for (p, i, o), quantity in data.orderbook.items()},
        bills={(p, i, k): quantity * size(i) / size(k) for (p, i, k), quantity in data.bills.items()},
        supply={
            k: replace(supply, initial=supply.initial / size(k), arriving=series(supply.arriving, k))
            for k, supply in data.supply.items()
        },
        reserves={
            (x, i): replace(
                reserve,
                initial=reserve.initial / size(i),
                floor=reserve.floor / size(i),
                release_limit=series(reserve.release_limit, i),
                release_cost=reserve.release_cost * size(i),
            )
            for (x, i), reserve in data.reserves.items()
        },
        opening_stock={(x, i): quantity / size(i) for (x, i), quantity in data.opening_stock.items()},
        arrivals={(x, i): series(values, i) for (x, i), values in data.arrivals.items()},
        fleets={(x, i): replace(fleet, initial=fleet.initial / size(i)) for (x, i), fleet in data.fleets.items()},
        platforms={(m, j): rate * size(j) / size(m) for (m, j), rate in data.platforms.items()},
    )
