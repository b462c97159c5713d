"""What could come where, and when: bounds from above that leave aside money and who else wants it.

A source is goods that appear at a place: made, released, held at the start, or arriving from outside.
"""

from __future__ import annotations

import heapq
import math
from dataclasses import dataclass
from functools import cache, cached_property

from aidplan_models.data import COMMON, Lane, LaneTerms, PlanData, Series

from aidplan.workbook.plausibility.offers import Offers

NEVER = math.inf


@dataclass(frozen=True, slots=True)
class Source:
    """Goods that could appear at ``place``: at most ``amounts[t - 1]`` in period t."""

    place: str
    amounts: Series

    @property
    def first(self) -> float:
        """The first period in which anything could appear; `NEVER` if in none."""
        return next((t for t, amount in enumerate(self.amounts, 1) if amount > 0), NEVER)


class Reach:
    """Bounds on what can come, by item."""

    def __init__(self, data: PlanData, offers: Offers) -> None:
        self.data, self.offers, self.horizon = data, offers, data.planned
        self.periods = range(1, data.planned + 1)
        self.sources: dict[str, list[Source]] = {code: [] for code, item in data.items.items() if item.is_goods}
        for (place, item), held in data.opening_stock.items():
            self.sources[item].append(Source(place, (held,) + (0.0,) * (data.planned - 1)))
        for (place, item), series in data.arrivals.items():
            self.sources[item].append(Source(place, series))
        for place, item in data.reserves:
            self.sources[item].append(Source(place, self._released(place, item)))
        for plant, item in data.products:
            if item in self.sources and item in offers.makeable:
                for owner in offers.owners:
                    self.sources[item].append(
                        Source(data.plants[plant] if owner == COMMON else owner, self._made(plant, item, owner))
                    )
        self.sources = {item: _by_place(sources) for item, sources in self.sources.items()}
        self.earliest = cache(self._earliest)
        self.inward = cache(self._inward)
        self.transit_to = cache(self._transit_to)

    def _released(self, place: str, item: str) -> Series:
        reserve = self.data.reserves[place, item]
        start = self.offers.released_from(place, item)
        left = reserve.initial - reserve.floor
        amounts = []
        for t in self.periods:
            drawn = min(left, reserve.release_limit[t - 1]) if start is not None and t >= start else 0.0
            left -= drawn
            amounts.append(drawn)
        return tuple(amounts)

    @cached_property
    def capacity(self) -> dict[str, Series]:
        """Plant -> the most capacity that it could have in each period, with every expansion that somebody can pay or
        back.
        """
        data, offers = self.data, self.offers
        total = {plant: list(series) for plant, series in data.capacity.items()}
        for code, expansion in data.expansions.items():
            backed = any((expansion.plant, item) in offers.backing for item in offers.made_at.get(expansion.plant, ()))
            if not (backed if expansion.financing == "private" else any(built == code for _, built in offers.builds)):
                continue
            for t in self.periods:
                begun = sum(expansion.step_limit[: max(0, t - expansion.build_time)])
                total[expansion.plant][t - 1] += min(expansion.limit, begun)
        return {plant: tuple(series) for plant, series in total.items()}

    def _made(self, plant: str, item: str, owner: str) -> Series:
        """Before the first order can be made the order book alone is."""
        product = self.data.products[plant, item]
        start = self.offers.ordered_from(plant, item, owner)
        owed = self.data.orderbook.get((plant, item, owner), 0.0)
        if start is None and not owed:
            return (0.0,) * self.horizon
        amounts = []
        for t, capacity in enumerate(self.capacity[plant], 1):
            most = capacity / product.capacity_use
            if start is None or t < start + product.lead_time:
                most = min(most, owed)
                owed -= most
            amounts.append(most)
        return tuple(amounts)

    def _earliest(self, item: str) -> dict[str, float]:
        """Place -> the first period in which the item could be there, along lanes that are open when it leaves."""
        best: dict[str, float] = {}
        front = [(source.first, source.place) for source in self.sources[item]]
        heapq.heapify(front)
        while front:
            t, place = heapq.heappop(front)
            if place in best or t > self.horizon:
                continue
            best[place] = t
            for lane, terms in self.lanes_from.get(place, ()):
                if lane.destination not in best and terms.carries(self.data.items[item]):
                    leaves = next((s for s in range(int(t), self.horizon + 1) if self._open(lane, terms, s)), None)
                    if leaves is not None:
                        heapq.heappush(front, (leaves + terms.transit, lane.destination))
        return best

    def _open(self, lane: Lane, terms: LaneTerms, t: int) -> bool:
        return terms.capacity_t[t - 1] > 0 and self.data.places[lane.origin].throughput_t[t - 1] > 0 and terms.loss < 1

    @cached_property
    def lanes_from(self) -> dict[str, list[tuple[Lane, LaneTerms]]]:
        """Place -> the lanes that begin there."""
        lanes: dict[str, list[tuple[Lane, LaneTerms]]] = {}
        for lane, terms in self.data.lanes.items():
            lanes.setdefault(lane.origin, []).append((lane, terms))
        return lanes

    def _inward(self, class_: str) -> dict[str, list[tuple[str, int]]]:
        """Place -> (origin, transit) of the lanes into it that carry the class and are ever open."""
        inward: dict[str, list[tuple[str, int]]] = {}
        for lane, terms in self.data.lanes.items():
            if (terms.classes is None or class_ in terms.classes) and any(
                self._open(lane, terms, t) for t in self.periods
            ):
                inward.setdefault(lane.destination, []).append((lane.origin, terms.transit))
        return inward

    def _transit_to(self, item: str, places: frozenset[str]) -> dict[str, int]:
        """Place -> the least time from there to any of `places`."""
        inward = self.inward(self.data.items[item].class_)
        best: dict[str, int] = {}
        front = [(0, place) for place in sorted(places)]
        while front:
            far, place = heapq.heappop(front)
            if place not in best:
                best[place] = far
                for origin, transit in inward.get(place, ()):
                    heapq.heappush(front, (far + transit, origin))
        return best

    def arriving(self, item: str, places: frozenset[str]) -> list[float]:
        """The most of an item that could have come to `places`, all taken together, by the end of each period."""
        transit = self.transit_to(item, places)
        here, away = [0.0] * self.horizon, [0.0] * self.horizon
        for source in self.sources[item]:
            if source.place in transit:
                series = here if source.place in places else away
                for t, amount in enumerate(source.amounts, 1):
                    if t + transit[source.place] <= self.horizon:
                        series[t + transit[source.place] - 1] += amount
        lanes = self._carried(item, places)
        came_here = came_away = could = 0.0
        total = []
        for t in self.periods:
            came_here, came_away, could = came_here + here[t - 1], came_away + away[t - 1], could + lanes[t - 1]
            total.append(came_here + (came_away if came_away < could else could))
        return total

    def _carried(self, item: str, places: frozenset[str]) -> list[float]:
        """The most of an item that the lanes into `places` could bring in each period, if they brought nothing else."""
        goods = self.data.items[item]
        carried = [0.0] * self.horizon
        for place in sorted(places):
            for origin, terms, tonnes in self.lanes_into.get(place, ()):
                if origin not in places and terms.carries(goods):
                    carried = [so_far + more for so_far, more in zip(carried, tonnes, strict=True)]
        weight = goods.weight_t
        return [tonnes / weight if weight else math.inf if tonnes else 0.0 for tonnes in carried]

    @cached_property
    def lanes_into(self) -> dict[str, list[tuple[str, LaneTerms, list[float]]]]:
        """Place -> the lanes that end there: origin, terms, and the tonnes that could arrive in each period."""
        lanes: dict[str, list[tuple[str, LaneTerms, list[float]]]] = {}
        for lane, terms in self.data.lanes.items():
            tonnes = [0.0] * self.horizon
            for t in range(1, self.horizon + 1 - terms.transit):
                if self._open(lane, terms, t):
                    most = min(terms.capacity_t[t - 1], self.data.places[lane.origin].throughput_t[t - 1])
                    tonnes[t + terms.transit - 1] = most * (1 - terms.loss)
            lanes.setdefault(lane.destination, []).append((lane.origin, terms, tonnes))
        return lanes


def _by_place(sources: list[Source]) -> list[Source]:
    """One source a place, without those that never have anything."""
    total: dict[str, list[float]] = {}
    for source in sources:
        if source.first < NEVER:
            numbers = total.setdefault(source.place, [0.0] * len(source.amounts))
            for t, number in enumerate(source.amounts):
                numbers[t] += number
    return [Source(place, tuple(numbers)) for place, numbers in sorted(total.items())]
