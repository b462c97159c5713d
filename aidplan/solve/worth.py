"""What one unit of each quantity is worth, in plain currency: a measure that no choice of units changes.

The canonical plan minimises a sum of hashed weights times these worths, so that a workbook in shells and
one in thousands of shells, in dollars or in millions, lead to the same plan. An item is worth its least
price; what has no price is worth what it goes into, or else is measured by how much of it there is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
from aidplan_models.data import PlanData

from aidplan.solve.assemble.linear_program import Array, Block, Programme

SPARING = 4.0
"""How much more a period's use weighs than being held all the horizon; past 2, as hashed weights are in [1, 2)."""

_PLENTY = 1e6
"""Currency that all of an unpriced item in the workbook is worth together."""


def _amount_of_items(data: PlanData) -> dict[str, float]:
    amount: dict[str, float] = {}
    entries: list[tuple[str, float]] = [(i, q) for (_, i), q in data.opening_stock.items()]
    entries += [(i, sum(series)) for (_, i), series in data.arrivals.items()]
    entries += [(i, reserve.initial) for (_, i), reserve in data.reserves.items()]
    entries += [(i, q) for (_, i, _), q in data.orderbook.items()]
    entries += [(i, sum(series)) for (_, i, _), series in data.due.items()]
    entries += [(i, fleet.initial) for (_, i), fleet in data.fleets.items()]
    entries += [(k, supply.initial + sum(supply.arriving)) for k, supply in data.supply.items()]
    for i, quantity in entries:
        amount[i] = amount.get(i, 0.0) + quantity
    return amount


def worth_of_items(data: PlanData) -> dict[str, float]:
    """Item -> currency an item."""
    priced: dict[str, list[float]] = {i: [] for i in data.items}
    for (_, i), product in data.products.items():
        if product.unit_cost > 0 and data.items[i].is_goods:
            priced[i].append(product.unit_cost)
    for (_, i), reserve in data.reserves.items():
        if reserve.release_cost > 0:
            priced[i].append(reserve.release_cost)
    worth = {i: min(prices) for i, prices in priced.items() if prices}
    used_in: dict[str, list[tuple[str, float]]] = {}
    for (_, i, k), quantity in data.bills.items():
        if quantity > 0:
            used_in.setdefault(k, []).append((i, quantity))
    grew = True
    while grew:
        found = {
            k: min(worth[i] / quantity for i, quantity in uses if i in worth)
            for k, uses in used_in.items()
            if k not in worth and any(i in worth for i, _ in uses)
        }
        worth.update(found)
        grew = bool(found)
    amount = _amount_of_items(data)
    for i in data.items:
        if i not in worth:
            worth[i] = _PLENTY / amount[i] if amount.get(i, 0.0) > 0 else 1.0
    return worth


def _least(ways: Iterable[float]) -> float:
    return min(ways, default=1.0)


def worth_of_quantities(data: PlanData) -> Mapping[str, Callable[[tuple[Any, ...]], float]]:
    """Quantity -> a function from its key (index without period) to currency a unit."""
    item = worth_of_items(data)
    served: dict[str, list[float]] = {}
    for (i, c), effect in data.effects.items():
        served.setdefault(c, []).append(item[i] / effect)
    capability = {c: _least(served.get(c, ())) for c in data.capabilities}
    made: dict[str, list[float]] = {}
    for (p, i), product in data.products.items():
        made.setdefault(p, []).append(item[i] / product.capacity_use)
    capacity = {e: _least(made.get(expansion.plant, ())) for e, expansion in data.expansions.items()}
    money = data.money_unit
    tonne = _least(item[i] / terms.weight_t for i, terms in data.items.items() if terms.weight_t > 0)
    return {
        "ordered": lambda key: item[key[2]],
        "released": lambda key: item[key[2]],
        "built": lambda key: capacity[key[1]],
        "spent": lambda key: money,
        "balance": lambda key: money,
        "made": lambda key: item[key[1]],
        "backlog": lambda key: item[key[1]],
        "pledged": lambda key: capacity[key[0]],
        "standing": lambda key: capacity[key[0]],
        "backed": lambda key: item[key[1]],
        "pool": lambda key: item[key[0]],
        "reserve": lambda key: item[key[1]],
        "stock": lambda key: item[key[1]],
        "shipped": lambda key: item[key[1]],
        "issued": lambda key: item[key[1]],
        "fleet": lambda key: item[key[1]],
        "served": lambda key: item[key[1]],
        "fired": lambda key: item[key[1]],
        "unmet": lambda key: capability[key[1]],
        "parity_gap": lambda key: capability[key[0]],
        "worst": lambda key: _PLENTY,
        "redirected": lambda key: item[key[1]],
        "repaid": lambda key: item[key[1]],
        "owed": lambda key: item[key[1]],
        "uncovered": lambda key: _least(made.get(key[0], ())),
        "overflow": lambda key: tonne,
        "below_floor": lambda key: capability[key[1]],
        "off_share": lambda key: money,
        "unrepaid": lambda key: item[key[1]],
        "unmade": lambda key: item[key[1]],
        "ordered_less": lambda key: item[key[2]],
        "released_less": lambda key: item[key[2]],
        "built_less": lambda key: capacity[key[1]],
    }


def hashed(name: str, index: tuple[Any, ...], salt: str = "") -> int:
    """64 bits that depend on a quantity's name and index alone."""
    text = "\x1f".join((salt, name, *map(str, index)))
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest())


def mixed(bits: Array) -> Array:
    """Numbers in [1, 2) from 64-bit whole numbers, every bit of which counts. Source: splitmix64 (Steele et al. 2014)."""
    with np.errstate(over="ignore"):
        z = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = z ^ (z >> np.uint64(31))
    return 1.0 + (z >> np.uint64(11)).astype(float) / 2.0**53


def worth_of_columns(programme: Programme, data: PlanData) -> Array:
    """Currency a unit, of each column."""
    worths = worth_of_quantities(data)
    worth = np.ones(programme.shape[1])
    for name, block in programme.columns.items():
        if len(block):
            worth[block.members] = np.array([worths[name](key) for key in block.keys])[block.key]
    return worth


def canonical_weights(programme: Programme, worth: Array, salt: str = "") -> Array:
    """What the canonical stage minimises: ``worth`` times a hashed weight in [1, 2), a column.

    What serves counts for more than being held to the end of the horizon: a plan does not fire, only to be
    rid of them, goods that no demand asks for.
    """
    weights = worth.copy()
    served = programme.columns.get("served")
    if served is not None and len(served):
        weights[served.members] *= SPARING * served.period.max()
    return weights * hashed_weights(programme.columns, len(weights), salt)


def hashed_weights(blocks: Mapping[str, Block], count: int, salt: str = "") -> Array:
    """A number in [1, 2) for each of ``count`` columns or rows, that depends on its name and index alone."""
    weights = np.ones(count)
    for name, block in blocks.items():
        # The hash of the whole index, from those of its key and of its period. They are mixed, not added: in a
        # sum the weights of a swap between two places and two periods would cancel, and leave a tie.
        of_key = np.array([hashed(name, key, salt) for key in block.keys], dtype=np.uint64)
        of_period = np.array(
            [hashed(name, (t,), salt) for t in range(int(block.period.max(initial=0)) + 1)], dtype=np.uint64
        )
        if len(block):
            with np.errstate(over="ignore"):
                bits = of_key[block.key] + of_period[block.period] * np.uint64(0x9E3779B97F4A7C15)
            weights[block.members] = mixed(bits)
    return weights
