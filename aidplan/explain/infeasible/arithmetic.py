"""The plain arithmetic of an infeasibility: sums that a planner can check by hand, where such sums show it.

Each bound is generous (everything that could ever be there, all for this need alone), so a need above it
proves by itself that no plan exists. What no such sum shows is left to the repairs and the clashing rows.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from aidplan_models.data import PlanData
from aidplan_models.derived import available

from aidplan.explain.infeasible.changes import number
from aidplan.explain.infeasible.shares import money_words
from aidplan.explain.infeasible.sources import OVER, Need, Sources, Sums
from aidplan.workbook.tables import Tables

SHOWN = 6
"""Cells told of one sum."""


def shown_by_arithmetic(tables: Tables, data: PlanData) -> list[str]:
    """Sentences, each a proof by itself with its cell first; empty where no plain sum shows the infeasibility."""
    sums = _Sentences(tables, data)
    return [*sums.floors(), *sums.stores()]


class _Sentences(Sums):
    """Sums as sentences."""

    def floors(self) -> Iterator[str]:
        """Floors above what could ever be there, each place alone, then all places together."""
        asked: dict[str, list[str]] = {}
        for (x, c), row in self.data.demands.items():
            if row.floor > 0:
                asked.setdefault(c, []).append(x)
        shown: set[str] = set()
        for c, places in asked.items():
            for x in places:
                said = self._first(c, (x,))
                if said:
                    shown.add(c)
                    yield said
        for c, places in asked.items():
            if c not in shown and len(places) > 1:
                said = self._first(c, tuple(places))
                if said:
                    yield said

    def _first(self, c: str, places: tuple[str, ...]) -> str:
        """The first period in which a floor asks for more than a bound allows."""
        for t in range(1, self.data.horizon + 1):
            need = Need(c, places, t, sum(self._needed(x, c, t) for x in places))
            if need.amount > 0:
                said = self._existing(need) or self._tonnage(need) or self._money(need)
                if said:
                    return said
        return ""

    def _needed(self, x: str, c: str, t: int) -> float:
        row = self.data.demands[x, c]
        level = self.data.capabilities[c].kind == "level"
        periods = [t] if level else range(1, t + 1)
        return sum(row.floor * row.demand[s - 1] for s in periods if s >= row.floor_from)

    def _asks(self, need: Need) -> str:
        floors = [(self.tables.row("demand", (x, need.capability)), x) for x in need.places]
        in_order = [x for row, x in sorted(floors, key=lambda each: each[0].number if each[0] else 0)]
        cells = ", ".join(self.tables.address("demand", (x, need.capability), "floor") for x in in_order)
        rows = [self.data.demands[x, need.capability] for x in need.places]
        share = " and ".join(dict.fromkeys(number(row.floor) for row in rows))
        level = self.data.capabilities[need.capability].kind == "level"
        first = min(row.floor_from for row in rows)
        when = f"in {self.labels[need.t - 1]}" if level or first >= need.t else f"by {self.labels[need.t - 1]}"
        places = " and ".join(need.places) if len(need.places) <= 4 else f"{len(need.places)} places"
        together = " together" if len(need.places) > 1 else ""
        return f"{cells}: the floor {share} of {need.capability} at {places} asks for {number(need.amount)}{together} {when}"

    def _existing(self, need: Need) -> str:
        """Everything that could be there in time, all of it for this need."""
        had = Sources()
        for x in need.places:
            self.in_service(had, x, need)
        reach = {i: self.distances(need.places, i) for i in self.serving(need.capability)}
        for i, effect in self.serving(need.capability).items():
            self.held(had, i, effect, reach[i], need.t)
        self.production(had, need, reach)
        if need.amount <= had.total * OVER:
            return ""
        return f"{self._asks(need)}, and at most {number(had.total)} can be there by then: {had}{self._why_nothing(need, had)}"

    def _why_nothing(self, need: Need, had: Sources) -> str:
        """Closed lanes and places on the way, where they are why so little can be there."""
        shut = [
            self.tables.address("places", (place,), "throughput_t")
            for place, terms in self.data.places.items()
            if not any(terms.throughput_t) and any(lane.origin == place for lane in self.data.lanes)
        ]
        shut += [
            self.tables.address("lanes", tuple(lane), "capacity_t")
            for lane, terms in self.data.lanes.items()
            if not any(terms.capacity_t)
        ]
        return f"; nothing passes {', '.join(shut[:6])}, which {'is' if len(shut) == 1 else 'are'} 0" if shut else ""

    def _tonnage(self, need: Need) -> str:
        """What the lanes into the places can bring, all of it for this need, and what is there without them."""
        data, serving = self.data, self.serving(need.capability)
        if any(data.items[i].weight_t == 0 for i in serving):
            return ""
        had = Sources()
        for x in need.places:
            self.in_service(had, x, need)
        for i, effect in serving.items():
            self.held(had, i, effect, dict.fromkeys(need.places, 0), need.t)
        own = [(p, i, owner) for p, i, owner in self.made if owner in need.places and i in serving]
        if own:
            return ""
        tonnes, cells = self.tonnes_into(need.places, need.t)
        per_tonne = max((effect / data.items[i].weight_t for i, effect in serving.items()), default=0.0)
        had.add(f"by lanes that bring at most {number(tonnes)} t", tonnes * per_tonne)
        if math.isinf(tonnes) or need.amount <= had.total * OVER:
            return ""
        return f"{self._asks(need)}, and at most {number(had.total)} can get there by then: {had} ({', '.join(cells[:SHOWN])}{' and on' if len(cells) > SHOWN else ''})"

    def _money(self, need: Need) -> str:
        """What needs no money, and what all the money of funds that may buy could buy at the lowest price."""
        data, serving = self.data, self.serving(need.capability)
        had = Sources()
        for x in need.places:
            self.in_service(had, x, need)
        for i, effect in serving.items():
            for (_, j), quantity in data.opening_stock.items():
                had.add("in stock at the start", effect * quantity if j == i else 0.0)
            for (_, j), series in data.arrivals.items():
                had.add("from outside the plan", effect * sum(series[: need.t]) if j == i else 0.0)
            for (_, j, _), quantity in data.orderbook.items():
                had.add("on order from before the start", effect * quantity if j == i else 0.0)
        buys = [
            (f, serving[i] / cost if (cost := data.products[p, i].unit_cost) > 0 else math.inf)
            for f, p, i in self.offers
            if i in serving
        ]
        buys += [
            (f, serving[i] / cost if (cost := data.reserves[x, i].release_cost) > 0 else math.inf)
            for f, x, i in self.releases
            if i in serving
        ]
        best: dict[str, float] = {}
        for f, per_currency in buys:
            best[f] = max(best.get(f, 0.0), per_currency)
        if any(map(math.isinf, best.values())):
            return ""
        money = {f: sum(available(data.funds[f], s) for s in range(1, need.t + 1)) for f in best}
        bought = sum(money[f] * data.money_unit * best[f] for f in best)
        total = sum(money.values())
        had.add(
            f"for all {number(total)} {money_words(self.data)} of the funds that may buy them ({', '.join(sorted(money)[:6])})",
            bought,
        )
        if need.amount <= had.total * OVER:
            return ""
        cells = ", ".join(self.tables.address("funding", (f,), 1) for f in sorted(money)[:6])
        return f"{self._asks(need)}, and at most {number(had.total)} can be had by then: {had}{f' ({cells} and on)' if cells else ''}"

    def stores(self) -> Iterator[str]:
        """Places into which more comes from outside than they can hold and pass on."""
        data = self.data
        for x, place in data.places.items():
            if place.kind in ("front", "home") or math.isinf(place.storage_t):
                continue
            for t in range(1, data.planned + 1):
                said = self._store(x, place.storage_t, place.throughput_t, t)
                if said:
                    yield said
                    break

    def _store(self, x: str, storage: float, throughput: Sequence[float], t: int) -> str:
        data = self.data
        opening = sum(q * data.items[i].weight_t for (y, i), q in data.opening_stock.items() if y == x)
        come = sum(sum(series[:t]) * data.items[i].weight_t for (y, i), series in data.arrivals.items() if y == x)
        leave = sum(
            min(throughput[s], sum(terms.capacity_t[s] for lane, terms in data.lanes.items() if lane.origin == x))
            for s in range(t)
        )
        if opening + come <= (storage + leave) * OVER:
            return ""
        cells = [self.tables.address("arrivals", key, t) for key in data.arrivals if key[0] == x]
        storage_cell = self.tables.address("places", (x,), "storage_t")
        through_cell = self.tables.address("places", (x,), "throughput_t")
        return (
            f"{storage_cell}: {x} holds at most {number(storage)} t, and by {self.labels[t - 1]} {number(opening + come)} t are there or have come from "
            f"outside the plan ({', '.join(cells)}), of which at most {number(leave)} t can have left ({through_cell}): "
            f"{number(opening + come - storage - leave)} t too many"
        )
