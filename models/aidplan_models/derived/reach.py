"""Reach in space and time: which lanes carry what, when goods can be where, and where they may be issued."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable, Mapping

from aidplan_models.data import COMMON, Lane, PlanData

Pair = tuple[str, str]
Triple = tuple[str, str, str]


def lanes_of_goods(data: PlanData) -> dict[Lane, list[str]]:
    """Lane -> goods that its class lets travel."""
    goods = [i for i, item in data.items.items() if item.is_goods]
    return {lane: [i for i in goods if terms.carries(data.items[i])] for lane, terms in data.lanes.items()}


def first_at(data: PlanData, made: Mapping[Triple, int], releases: Iterable[Triple]) -> dict[Pair, int]:
    """(place, item) -> earliest period in which some of the item can be there; the one before the first: from the
    start.

    A shortest path over the lanes from every place where goods enter the plan.
    """
    first = _where_goods_enter(data, made, releases)
    onward: dict[Pair, list[tuple[str, int]]] = defaultdict(list)
    for lane, goods in lanes_of_goods(data).items():
        for i in goods:
            if data.lanes[lane].loss < 1:
                onward[lane.origin, i].append((lane.destination, data.lanes[lane].transit))
    queue = [(t, x, i) for (x, i), t in first.items()]
    heapq.heapify(queue)
    while queue:
        t, x, i = heapq.heappop(queue)
        if t > first[x, i]:
            continue
        for destination, transit in onward[x, i]:
            arrives = max(t, data.first) + transit
            if arrives <= data.planned and arrives < first.get((destination, i), data.planned + 1):
                first[destination, i] = arrives
                heapq.heappush(queue, (arrives, destination, i))
    return dict(sorted(first.items()))


def _where_goods_enter(data: PlanData, made: Mapping[Triple, int], releases: Iterable[Triple]) -> dict[Pair, int]:
    """(place, item) -> earliest period in which some of the item is there without a lane."""
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
    return first


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
