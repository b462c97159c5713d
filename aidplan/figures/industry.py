"""Plants: capacity with what was added, its use, and what could still be made."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
from aidplan_models import derived

from aidplan.figures.format import plural
from aidplan.figures.quantities import Array, Plan, shifted

_ROUNDING = 1e-6


def whole_capacity(plan: Plan) -> dict[str, Array]:
    """Plant -> its capacity with what was built or pledged and is ready, by period."""
    data = plan.data
    whole = {plant: np.array(series, dtype=float) for plant, series in data.capacity.items()}
    grown = [((e,), values) for (_, e), values in plan["built"].items()] + list(plan["pledged"].items())
    for (expansion,), values in grown:
        terms = data.expansions[expansion]
        whole[terms.plant] = whole[terms.plant] + np.cumsum(shifted(values, terms.build_time))
    return whole


def used_capacity(plan: Plan) -> dict[str, Array]:
    """Plant -> capacity that what it makes takes, by period."""
    used = {plant: np.zeros(plan.horizon) for plant in plan.data.capacity}
    for (plant, item, _), made in plan["made"].items():
        used[plant] = used[plant] + made * plan.data.products[plant, item].capacity_use
    return used


def capacity_unit(plan: Plan, plant: str) -> tuple[float, str]:
    """Items a unit of the plant's capacity makes, and what they are: (1.0, ``missiles a month``).

    Of a plant that makes several items, the one that the plan makes most of there (else the first).
    """
    data, names = plan.data, plan.names
    made = {item: 0.0 for p, item in data.products if p == plant}
    for (p, item, _), values in plan["made"].items():
        if p == plant:
            made[item] += float(values.sum()) * data.products[p, item].capacity_use
    if not made:
        return 1.0, f"units a {plan.period_word}"
    item = min(made, key=lambda i: (-made[i], i))
    use = data.products[plant, item].capacity_use
    unit = plural(names.item_unit(item) or "item")
    return (1.0 / use if use > 0 else 1.0), f"{unit} a {plan.period_word}"


def capacity_label(plan: Plan, plant: str) -> str:
    """What the plant's capacity counts: ``missiles a month``; where making one takes another amount, ``units of 0.5 missiles a month``."""
    factor, unit = capacity_unit(plan, plant)
    return unit if factor == 1.0 else f"units of {factor:.3g} {unit}"


def spare_capacity(plan: Plan) -> dict[str, list[bool]]:
    """Plant -> in which periods it could make more."""
    whole, used = whole_capacity(plan), used_capacity(plan)
    return {p: list(whole[p] - used[p] > _ROUNDING * np.maximum(whole[p], 1e-3)) for p in whole}


def spare_parts(plan: Plan, spare: dict[str, list[bool]]) -> dict[str, list[bool]]:
    """Component -> in which periods more of it could go into something: left in the pool from then on,
    or a maker with capacity to spare by then (whose own components are taken for granted).
    """
    made_at: dict[str, list[str]] = defaultdict(list)
    for plant, item in plan.data.products:
        if not plan.data.items[item].is_goods:
            made_at[item].append(plant)
    found = {}
    for component in plan.data.supply:
        pool = plan.at("pool", (component,))
        left = np.minimum.accumulate(pool[::-1])[::-1] > _ROUNDING * max(float(pool.max()), 1e-3)
        makers = [any(any(spare[p][: t + 1]) for p in made_at[component]) for t in range(plan.horizon)]
        found[component] = [bool(a or b) for a, b in zip(left, makers, strict=True)]
    return found


@dataclass(frozen=True)
class Growth:
    """One expansion that is started: ``funds`` [capacity units by period, by the fund that pays; ``""`` is
    industry against a guarantee], ``capex`` [money], ``liability`` [money]: what its guarantees leave to
    pay after the horizon, ``backing`` [money a period]: orders that the guarantee asks for once it is ready.
    """

    expansion: str
    fund: str
    grown: Array
    capex: float
    liability: float
    backing: float


def growths(plan: Plan) -> list[Growth]:
    """Every expansion started, by expansion and fund; the liabilities add up to the goal of that name."""
    data = plan.data
    prices = derived.price_of_backing(data, derived.rights(data)[0])
    found = []
    for (fund, expansion), built in plan["built"].items():
        capex = float(built.sum()) * data.expansions[expansion].capex / data.money_unit
        found.append(Growth(expansion, fund, built, capex, 0.0, 0.0))
    for (expansion,), pledged in plan["pledged"].items():
        terms = data.expansions[expansion]
        price = prices.get(expansion, 0.0) * terms.guarantee_share / data.money_unit
        outside = np.array(
            [
                periods_after(plan.horizon, t, terms.build_time, terms.guarantee_periods)
                for t in range(1, plan.horizon + 1)
            ]
        )
        found.append(
            Growth(expansion, "", pledged, 0.0, float(pledged @ outside) * price, float(pledged.sum()) * price)
        )
    return sorted(found, key=lambda one: (one.expansion, one.fund))


def periods_after(horizon: int, pledged: int, build_time: int, guarantee_periods: int) -> int:
    """How many periods of a guarantee fall after the horizon: it runs from ``pledged + build_time``."""
    ends = pledged + build_time + guarantee_periods - 1
    return min(max(ends - horizon, 0), guarantee_periods)
