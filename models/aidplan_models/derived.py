"""What follows from the numbers before anything is decided: arrival of money, rights of the menu, the price of
backing, where goods can be and when, and the weights of the goals.

Plain functions of `PlanData`, without Pyomo, so that the mathematics, the checks of a workbook, explanations and
reports all read one arithmetic. What returns keys returns them in index order, sorted. A quantity is created only for
these keys, so what cannot be non-zero is never in the programme.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable, Mapping

from aidplan_models.data import COMMON, Fund, Lane, MenuRow, PlanData

Pair = tuple[str, str]
Triple = tuple[str, str, str]


# --- money ------------------------------------------------------------------------------------------


def available(fund: Fund, t: int) -> float:
    """Money that arrives in a fund in period ``t`` [money]; 0 after it expires."""
    if t <= len(fund.arrived):
        return fund.arrived[t - 1]
    if not fund.alive(t):
        return 0.0
    return fund.funding.get(t - fund.delay, 0.0) + (fund.opening if t == 1 else 0.0)


def is_kept(fund: Fund, t: int) -> bool:
    """Whether what a fund has at the end of ``t - 1`` is still there in ``t``; else it has lapsed."""
    if t <= len(fund.carried_over):
        return fund.carried_over[t - 1]
    return fund.carry_over and fund.alive(t)


# --- the menu ---------------------------------------------------------------------------------------


def matches(row: MenuRow, data: PlanData, items: Iterable[str], country: str, channel: str) -> bool:
    """Whether a menu row speaks of any of ``items`` from ``country`` through ``channel``."""
    if channel not in row.channels or not (row.countries is None or country in row.countries):
        return False
    if row.items is None and row.classes is None:
        return True
    return any(
        (row.items is None or item in row.items) and (row.classes is None or data.items[item].class_ in row.classes)
        for item in items
    )


def menu_rows(data: PlanData) -> dict[str, MenuRow]:
    """The menu's rows by the name that they have in the programme: their number, counted from 0, in order."""
    ordered = sorted(data.menu, key=lambda row: (row.key, row.share_max, row.share_min))
    return {f"{n}": row for n, row in enumerate(ordered)}


def _products_by_plant(data: PlanData) -> Mapping[str, list[str]]:
    made_at = defaultdict(list)
    for plant, item in data.products:
        made_at[plant].append(item)
    return made_at


def matched_orders(row: MenuRow, data: PlanData) -> list[Pair]:
    """(plant, item) of goods that a menu row speaks of through its channel ``order``."""
    return [
        (p, i) for p, i in data.products if data.items[i].is_goods and matches(row, data, (i,), data.plants[p], "order")
    ]


def matched_releases(row: MenuRow, data: PlanData) -> list[Pair]:
    """(place, item) of reserves that a menu row speaks of through its channel ``release``."""
    return [(x, i) for x, i in data.reserves if matches(row, data, (i,), x, "release")]


def matched_expansions(row: MenuRow, data: PlanData) -> list[str]:
    """Public expansions that a menu row speaks of, by any item that the plant produces."""
    made_at = _products_by_plant(data)
    return [
        e
        for e, expansion in data.expansions.items()
        if expansion.financing == "public"
        and matches(row, data, made_at.get(expansion.plant, ()), data.plants[expansion.plant], "expand")
    ]


def rights(data: PlanData) -> tuple[list[Triple], list[Triple], list[Pair]]:
    """Offers (fund, plant, item), releases (fund, place, item) and builds (fund, expansion).

    A fund that expires before the first period has none.
    """
    offers: set[Triple] = set()
    releases: set[Triple] = set()
    builds: set[Pair] = set()
    for row in data.menu:
        if row.allow and data.funds[row.fund].alive(1):
            offers.update((row.fund, p, i) for p, i in matched_orders(row, data))
            releases.update((row.fund, x, i) for x, i in matched_releases(row, data))
            builds.update((row.fund, e) for e in matched_expansions(row, data))
    return sorted(offers), sorted(releases), sorted(builds)


# --- industry ---------------------------------------------------------------------------------------


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
    """Plant with a standing guarantee, each of ``plants`` -> what a unit of it that no order backs counts [currency a capacity unit].

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


# --- stocks and movement ----------------------------------------------------------------------------


def lanes_of_goods(data: PlanData) -> dict[Lane, list[str]]:
    """Lane -> goods that its class lets travel."""
    goods = [i for i, item in data.items.items() if item.is_goods]
    return {lane: [i for i in goods if terms.carries(data.items[i])] for lane, terms in data.lanes.items()}


def first_at(data: PlanData, made: Mapping[Triple, int], releases: Iterable[Triple]) -> dict[Pair, int]:
    """(place, item) -> earliest period in which some of the item can be there; the one before the first: from the start.

    A shortest path over the lanes from every place where goods enter the plan.
    """
    first: dict[Pair, int] = {}

    def enters(place: str, item: str, t: int) -> None:
        first[place, item] = min(first.get((place, item), t), t)

    for (x, i), quantity in data.opening_stock.items():
        if quantity > 0:
            enters(x, i, data.first - 1)
    for (x, i), series in data.arrivals.items():
        for t, quantity in enumerate(series, start=1):
            if quantity > 0:
                enters(x, i, t)
                break
    for (p, i, owner), t in made.items():
        if data.items[i].is_goods:
            enters(data.plants[p] if owner == COMMON else owner, i, t)
    for _, x, i in releases:
        enters(x, i, data.first)

    ways: dict[Pair, list[tuple[str, int]]] = defaultdict(list)
    for lane, goods in lanes_of_goods(data).items():
        for i in goods:
            if data.lanes[lane].loss < 1:
                ways[lane.origin, i].append((lane.destination, data.lanes[lane].transit))
    queue = [(t, x, i) for (x, i), t in first.items()]
    heapq.heapify(queue)
    while queue:
        t, x, i = heapq.heappop(queue)
        if t > first[x, i]:
            continue
        for destination, transit in ways[x, i]:
            arrives = max(t, data.first) + transit
            if arrives <= data.planned and arrives < first.get((destination, i), data.planned + 1):
                first[destination, i] = arrives
                heapq.heappush(queue, (arrives, destination, i))
    return dict(sorted(first.items()))


# --- the front --------------------------------------------------------------------------------------


def may_be_issued(data: PlanData) -> set[Pair]:
    """(place, item) at fronts and homes that the rules of issue allow, wherever the item can arrive."""
    stations = {x for x, place in data.places.items() if place.kind in ("front", "home")}
    with_effect = {(x, i) for i, c in data.effects for x, demanded in data.demands if demanded == c}
    issue = {(x, i) for x, i in with_effect if x in stations and data.items[i].is_goods}
    issue |= {(x, i) for x, i in data.fleets if x in stations}
    platforms_of = defaultdict(set)
    for munition, platform in data.platforms:
        platforms_of[munition].add(platform)
    for x, m in sorted(issue):
        if data.places[x].kind == "front" and data.items[m].kind == "munition":
            issue |= {(x, j) for j in platforms_of[m]}
    return issue


# --- the goals --------------------------------------------------------------------------------------


def urgency(rate: float, t: int) -> float:
    """How much period ``t`` counts: (1 + rate)^(1 - t)."""
    return (1 + rate) ** (1 - t)


def normalised(weights: Mapping[str, float]) -> dict[str, float]:
    """Weights as shares of their sum; all 0 where that is 0."""
    total = sum(weights.values())
    return {c: weight / total if total > 0 else 0.0 for c, weight in weights.items()}


def coverage_weights(data: PlanData) -> dict[tuple[str, str, int], float]:
    """(place, capability, period) -> what one unit unmet adds to the goal ``coverage``."""
    urgent = [
        urgency(data.urgency_rate, t) * (data.tail_weight if t > data.horizon else 1.0)
        for t in range(1, data.planned + 1)
    ]
    totals: dict[str, float] = {}
    for (_, c), row in data.demands.items():
        totals[c] = totals.get(c, 0.0) + row.priority * sum(u * d for u, d in zip(urgent, row.demand, strict=True))
    share = normalised({c: data.capabilities[c].weight for c, total in sorted(totals.items()) if total > 0})
    return {
        (x, c, t): share[c] * row.priority * urgent[t - 1] / totals[c]
        for (x, c), row in data.demands.items()
        if c in share
        for t in range(1, data.planned + 1)
    }


def parity_weights(data: PlanData) -> dict[str, float]:
    """Capability -> what one unit of gap adds to the goal ``parity``."""
    totals = {c: sum(row.target(t) for t in range(1, data.horizon + 1)) for c, row in data.adversary.items()}
    share = normalised({c: data.capabilities[c].weight for c, total in totals.items() if total > 0})
    return {c: share[c] / totals[c] for c in share}
