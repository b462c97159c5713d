"""What there could be of a capability at best: generous sums, by where it comes from."""

from __future__ import annotations

import heapq
import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from aidplan_models.data import COMMON, PlanData
from aidplan_models.derived import first_made, lanes_of_goods, rights

from aidplan.explain.infeasible.changes import number
from aidplan.workbook.tables import Tables

OVER = 1 + 1e-9


@dataclass(frozen=True)
class Need:
    """What the floors ask for of one capability: ``amount`` by (or, of a level, in) period ``t``."""

    capability: str
    places: tuple[str, ...]
    t: int
    amount: float


@dataclass
class Sources:
    """What could be had, by where it comes from, in capability units; the total is generous."""

    parts: dict[str, float] = field(default_factory=dict)

    def add(self, name: str, amount: float) -> None:
        """Add to a source."""
        if amount > 0:
            self.parts[name] = self.parts.get(name, 0.0) + amount

    @property
    def total(self) -> float:
        """All of it."""
        return sum(self.parts.values())

    def __str__(self) -> str:
        """``28,000 in stock, 10,000 from outside the plan``."""
        return ", ".join(f"{number(amount)} {name}" for name, amount in self.parts.items()) or "nothing at all"


class Sums:
    """The sums of one workbook; periods from 1, amounts in capability units."""

    def __init__(self, tables: Tables, data: PlanData) -> None:
        self.tables, self.data = tables, data
        self.offers, self.releases, _ = rights(data)
        self.made = first_made(data, self.offers)
        self.lanes = lanes_of_goods(data)
        self.labels = data.period_labels

    def serving(self, c: str) -> dict[str, float]:
        """Item -> effect, of the items that serve a capability."""
        return {i: effect for (i, capability), effect in self.data.effects.items() if capability == c}

    def in_service(self, had: Sources, x: str, need: Need) -> None:
        """What is left of a place's fleets in the need's period."""
        for i, effect in self.serving(need.capability).items():
            fleet = self.data.fleets.get((x, i))
            if fleet is not None:
                had.add("in service from the start", effect * fleet.initial * (1 - fleet.attrition) ** need.t)

    def held(self, had: Sources, i: str, effect: float, reach: dict[str, int], t: int) -> None:
        """Stocks, arrivals and reserves that can be on the spot by t."""
        data = self.data
        for (y, j), quantity in data.opening_stock.items():
            if j == i and 1 + reach.get(y, t) <= max(t, 1):
                had.add("in stock at the start", effect * quantity)
        for (y, j), series in data.arrivals.items():
            if j == i and y in reach:
                had.add("from outside the plan", effect * sum(series[: max(0, t - reach[y])]))
        drawn = {(y, j) for _, y, j in self.releases}
        for (y, j), reserve in data.reserves.items():
            if j == i and (y, j) in drawn and y in reach:
                paced = sum(reserve.release_limit[: max(0, t - reach[y])])
                had.add("from reserves above their floors", effect * min(reserve.initial - reserve.floor, paced))

    def production(self, had: Sources, need: Need, reach: dict[str, dict[str, int]]) -> None:
        """What plants could make in time, each plant all of its capacity for what serves most of it."""
        data, best = self.data, dict[str, float]()
        serving = self.serving(need.capability)
        for (p, i, owner), first in self.made.items():
            if i not in serving or (owner != COMMON and owner not in need.places):
                continue
            away = 0 if owner != COMMON else reach[i].get(data.plants[p], data.planned + 1)
            use = data.products[p, i].capacity_use
            made = sum(self.capacity(p, s) for s in range(first, need.t - away + 1)) / use
            best[p] = max(best.get(p, 0.0), made * serving[i])
        had.add("that plants could make", sum(best.values()))

    def capacity(self, p: str, t: int) -> float:
        """A plant's capacity in a period with all that its expansions could add by then [capacity units]."""
        grown = 0.0
        for expansion in self.data.expansions.values():
            if expansion.plant == p and t > expansion.build_time:
                grown += min(expansion.limit, sum(expansion.step_limit[: t - expansion.build_time]))
        return self.data.capacity[p][t - 1] + grown

    def distances(self, places: Sequence[str], i: str) -> dict[str, int]:
        """Place -> periods from there to the nearest of ``places``, by lanes that are ever open to the item."""
        weighs = self.data.items[i].weight_t > 0
        into: dict[str, list[tuple[str, int]]] = {}
        for lane, goods in self.lanes.items():
            terms = self.data.lanes[lane]
            through = self.data.places[lane.origin].throughput_t
            open_ = any(min(a, b) > 0 for a, b in zip(terms.capacity_t, through, strict=True))
            if i in goods and terms.loss < 1 and (open_ or not weighs):
                into.setdefault(lane.destination, []).append((lane.origin, terms.transit))
        found: dict[str, int] = {}
        queue = [(0, x) for x in places]
        while queue:
            away, x = heapq.heappop(queue)
            if x in found:
                continue
            found[x] = away
            for origin, transit in into.get(x, ()):
                heapq.heappush(queue, (away + transit, origin))
        return found

    def tonnes_into(self, places: Sequence[str], t: int) -> tuple[float, list[str]]:
        """Tonnes that can come into places, taken together, from elsewhere by t, and the cells that say so."""
        by_origin: dict[str, list[float]] = {}
        cells: list[str] = []
        for lane, terms in self.data.lanes.items():
            if lane.destination not in places or lane.origin in places:
                continue
            series = by_origin.setdefault(lane.origin, [0.0] * self.data.planned)
            for s in range(1, t - terms.transit + 1):
                series[s - 1] += terms.capacity_t[s - 1]
            if not any(map(math.isinf, terms.capacity_t)):
                cells.append(self.tables.address("lanes", tuple(lane), "capacity_t"))
        total = 0.0
        for origin, series in by_origin.items():
            through = self.data.places[origin].throughput_t
            total += sum(min(a, b) for a, b in zip(series, through, strict=True))
            if not any(map(math.isinf, through)):
                cells.insert(0, self.tables.address("places", (origin,), "throughput_t"))
        return total, cells
