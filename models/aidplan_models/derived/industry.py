"""Industry: when what can be made, and what backs a guarantee at which price."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from aidplan_models.data import COMMON, PlanData

Pair = tuple[str, str]
Triple = tuple[str, str, str]


def first_made(data: PlanData, offers: Iterable[Triple]) -> dict[Triple, int]:
    """(plant, item, owner) -> earliest period in which it can be made; components are ``common``."""
    first: dict[Triple, int] = {line: data.first for line, quantity in data.orderbook.items() if quantity > 0}
    for line, series in data.due.items():
        first[line] = min(first.get(line, data.planned + 1), next(t for t, n in enumerate(series, 1) if n > 0))
    for f, p, i in offers:
        line = (p, i, data.funds[f].owner)
        first[line] = min(first.get(line, data.planned + 1), data.first + data.products[p, i].lead_time)
    lending: dict[Pair, list[Triple]] = defaultdict(list)
    for p, i, owner in redirect_lines(data):
        lending[p, i].append((p, i, owner))
    for (p, i), lines in lending.items():
        # A place in the queue goes from an owner to the common stock, and comes back: what one has, all can have.
        lines.append((p, i, COMMON))
        first |= dict.fromkeys(lines, min(first.get(line, data.planned + 1) for line in lines))
    for p, i in data.products:
        if not data.items[i].is_goods:
            first[p, i, COMMON] = data.first
    return {line: t for line, t in sorted(first.items()) if t <= data.planned}


def redirect_lines(data: PlanData) -> dict[Triple, Triple]:
    """(plant, item, owner) that a row of ``redirects`` speaks of -> the row's (owner, item, plant or ``*``)."""
    return {
        (p, i, owner): (owner, item, plant)
        for owner, item, plant in data.redirects
        for p, i in data.products
        if i == item and plant in (p, "*")
    }


def price_of_backing(data: PlanData, offers: Iterable[Triple]) -> dict[str, float]:
    """Private expansion -> what lend-lease orders that back one unit of its capacity for a period cost.

    ``price[e]`` of the outyear liability [currency a capacity unit a period]. An expansion that nothing
    can back is left out.
    """
    at_plant = price_at_plant(data, offers)
    return {
        e: at_plant[expansion.plant]
        for e, expansion in data.expansions.items()
        if expansion.financing == "private" and expansion.plant in at_plant
    }


def price_of_promises(data: PlanData, offers: Iterable[Triple], plants: Iterable[str]) -> dict[str, float]:
    """Plant with a standing guarantee, each of ``plants`` -> what a unit of it that no order backs counts [currency a
    capacity unit].

    As for backing; where nothing can back it, the least price of goods made there, 0 where there are none.
    """
    at_plant = price_at_plant(data, offers)
    goods: dict[str, list[float]] = defaultdict(list)
    for (p, i), product in data.products.items():
        if data.items[i].is_goods:
            goods[p].append(product.unit_cost / product.capacity_use)
    return {p: at_plant.get(p, min(goods[p], default=0.0)) for p in plants}


def price_at_plant(data: PlanData, offers: Iterable[Triple]) -> dict[str, float]:
    """Plant -> what lend-lease orders that back one unit of its capacity for a period cost, at least [currency].

    A plant that nothing can back is left out.
    """
    lend_lease = sorted({(p, i) for f, p, i in offers if data.funds[f].mode == "lend_lease"})
    users: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for (p, i, k), quantity in data.bills.items():
        if quantity > 0:
            users[k].append((p, i))
    need: dict[str, float | None] = {}
    offered = set(lend_lease)

    def needed(k: str) -> float | None:
        if k not in need:
            ways = []
            for p, i in users[k]:
                if data.items[i].is_goods:
                    cost = data.products[p, i].unit_cost if (p, i) in offered else None
                else:
                    cost = needed(i)
                if cost is not None:
                    ways.append(cost / data.bills[p, i, k])
            need[k] = min(ways, default=None)
        return need[k]

    ways_at: dict[str, list[float]] = defaultdict(list)
    for p, i in lend_lease:
        ways_at[p].append(data.products[p, i].unit_cost / data.products[p, i].capacity_use)
    for (p, k), product in data.products.items():
        if not data.items[k].is_goods:
            cost = needed(k)
            if cost is not None:
                ways_at[p].append(cost / product.capacity_use)
    return {p: min(ways) for p, ways in ways_at.items() if ways}


def periods_past_horizon(build_time: int, guarantee_periods: int, t: int, horizon: int) -> int:
    """How many periods of a guarantee pledged in ``t`` fall after the horizon."""
    return max(0, min(guarantee_periods, t + build_time + guarantee_periods - 1 - horizon))


def backing_lines(data: PlanData, guaranteed: Iterable[str]) -> list[Pair]:
    """(plant, component) whose `backed` can help a guarantee: made at a guaranteed plant, or taking a
    component that is, at any depth.
    """
    guaranteed = set(guaranteed)
    taken: dict[Pair, list[str]] = defaultdict(list)
    for (p, i, k), quantity in data.bills.items():
        if quantity > 0 and not data.items[i].is_goods:
            taken[p, i].append(k)
    lines = [(p, k) for p, k in data.products if not data.items[k].is_goods]
    useful = {line for line in lines if line[0] in guaranteed}
    grew = True
    while grew:
        wanted = {k for _, k in useful}
        more = {line for line in lines if line not in useful and wanted.intersection(taken[line])}
        useful |= more
        grew = bool(more)
    return sorted(useful)
