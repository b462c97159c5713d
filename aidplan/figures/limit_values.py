"""What more of a limit is worth, in units that a planner uses: from a run's prices, without solving.

Prices are derivatives: what they say holds for a little more; ``aidplan explain`` says how far.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from aidplan_models import derived
from aidplan_models.data import Lane

from aidplan.figures.industry import capacity_unit
from aidplan.figures.money import arrivals
from aidplan.figures.quantities import Array, Key, Plan

KEYS = {
    "balance": ("fund",), "capacity": ("plant",), "components": ("component",), "lane": ("origin", "destination", "mode"),
    "throughput": ("place",), "release_limit": ("place", "item"), "step_limit": ("expansion",),
}  # fmt: skip
"""Limit that a planner can move in every period -> the columns of its key."""


@dataclass(frozen=True)
class LimitValue:
    """One limit: ``one_more`` is what one ``unit`` more in every period lessens the goal coverage by, ``tenth`` what ten
    percent more does (nan where it is nowhere limited); ``best`` is the period in which one more is worth most.

    ``things`` is what ``one_more`` comes to in units of ``capability``, where that is known ("" and nan otherwise).
    """

    limit: str
    key: Key
    unit: str
    one_more: float
    tenth: float
    best: int
    capability: str
    things: float


def limit_values(plan: Plan, goal: str = "coverage") -> list[LimitValue]:
    """Every limit of `KEYS` with a price for a goal, those first of which ten percent more are worth most."""
    frame = plan.run.tables.get("prices")
    if frame is None or frame.empty:
        return []
    frame = frame[frame["goal"].str.split("+").map(lambda names: goal in names) & frame["period"].isin(plan.labels)]
    weights = _weights(plan)
    found = []
    for limit, columns in KEYS.items():
        rows = frame[frame["limit"] == limit]
        if rows.empty:
            continue
        prices: dict[Key, Array] = {}
        keys = zip(*(rows[name].tolist() for name in columns), strict=True)
        for key, label, price in zip(keys, rows["period"].tolist(), rows["price"].tolist(), strict=True):
            prices.setdefault(key, np.zeros(plan.horizon))[plan.number[label] - 1] = price
        found += [_value(plan, limit, key, series, weights) for key, series in prices.items() if series.sum() > 0]
    return sorted(found, key=lambda one: (-np.nan_to_num(one.tenth), -one.one_more, one.limit, one.key))


def _value(plan: Plan, limit: str, key: Key, prices: Array, weights: dict[str, float]) -> LimitValue:
    now, factor, unit = _limit_now(plan, limit, key)
    tenth = 0.1 * float(prices[np.isfinite(now)] @ now[np.isfinite(now)]) if np.isfinite(now).any() else float("nan")
    one_more = float(prices.sum()) / factor
    capability = _served(plan, limit, key, weights)
    things = one_more / weights[capability] if capability else float("nan")
    return LimitValue(limit, key, unit, one_more, tenth, int(np.argmax(prices)) + 1, capability, things)


def _limit_now(plan: Plan, limit: str, key: Key) -> tuple[Array, float, str]:
    """What a limit is in each period, how many of ``unit`` one of its own units is, and that unit."""
    data, a = plan.data, f"a {plan.period_word}"
    if limit == "balance":
        return arrivals(data.funds[key[0]], plan.horizon), 1.0, f"{plan.money} {a}"
    if limit == "capacity":
        return np.array(data.capacity[key[0]]), *capacity_unit(plan, key[0])
    if limit == "step_limit":
        expansion = data.expansions[key[0]]
        return np.array(expansion.step_limit), *capacity_unit(plan, expansion.plant)
    if limit == "components":
        return np.array(data.supply[key[0]].arriving), 1.0, f"{plan.names.item_unit(key[0]) or 'unit'} {a}"
    if limit == "release_limit":
        return (
            np.array(data.reserves[key[0], key[1]].release_limit),
            1.0,
            f"{plan.names.item_unit(key[1]) or 'item'} {a}",
        )
    if limit == "lane":
        return np.array(data.lanes[Lane(*key)].capacity_t), 1.0, f"tonne {a}"
    return np.array(data.places[key[0]].throughput_t), 1.0, f"tonne {a}"


def _weights(plan: Plan) -> dict[str, float]:
    """Capability -> what a unit of what is short of it counts in the goal coverage, on average over where it is short."""
    weights = derived.coverage_weights(plan.run.data)
    totals: dict[str, tuple[float, float]] = {}
    for (place, capability), values in plan.demand("unmet").items():
        for t, short in enumerate(values.tolist(), start=1):
            if short > 0 and weights.get((place, capability, t), 0.0) > 0:
                counted, units = totals.get(capability, (0.0, 0.0))
                totals[capability] = counted + short * weights[place, capability, t], units + short
    return {capability: counted / units for capability, (counted, units) in totals.items()}


def _served(plan: Plan, limit: str, key: Key, weights: dict[str, float]) -> str:
    """The short capability that more of the limit would serve: of what the plant makes, of the item; "" where unclear."""
    data = plan.data
    if limit == "capacity":
        items = {i for p, i in data.products if p == key[0]}
    elif limit == "step_limit":
        items = {i for p, i in data.products if p == data.expansions[key[0]].plant}
    elif limit == "components":
        items = {key[0]}
    elif limit == "release_limit":
        items = {key[1]}
    else:
        return ""
    grew = True
    while grew:
        more = {i for (_, i, k), quantity in data.bills.items() if k in items and quantity > 0} - items
        items |= more
        grew = bool(more)
    items |= {munition for munition, platform in data.platforms if platform in items}
    served = {c for i, c in data.effects if i in items and c in weights}
    return min(served, key=lambda c: (-weights[c], c), default="")
