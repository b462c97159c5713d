"""The plain arithmetic of a clash: sums that a planner can check by hand, where such sums show it.

Each bound is generous (everything that could ever be there, all for this need alone), so a need above it
proves by itself that no plan exists. What no such sum shows is left to the ways out and the clashing rows.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from aidplan_models.data import COMMON, PlanData
from aidplan_models.funds import available
from aidplan_models.reach import first_made, lanes_of_goods, rights

from aidplan.solving.clash.changes import number
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


def shown_by_arithmetic(tables: Tables, data: PlanData) -> list[str]:
    """Sentences, each a proof by itself with its cell first; empty where no plain sum shows the clash."""
    sums = _Sums(tables, data)
    return [*sums.floors(), *sums.stores()]


class _Sums:
    def __init__(self, tables: Tables, data: PlanData) -> None:
        self.tables, self.data = tables, data
        self.offers, self.releases, _ = rights(data)
        self.made = first_made(data, self.offers)
        self.lanes = lanes_of_goods(data)
        self.labels = data.period_labels

    # --- floors ---

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
        cells = ", ".join(self.tables.address("demand", (x, need.capability), "floor") for x in need.places)
        rows = [self.data.demands[x, need.capability] for x in need.places]
        share = " and ".join(dict.fromkeys(number(row.floor) for row in rows))
        level = self.data.capabilities[need.capability].kind == "level"
        first = min(row.floor_from for row in rows)
        when = f"in {self.labels[need.t - 1]}" if level or first >= need.t else f"by {self.labels[need.t - 1]}"
        places = " and ".join(need.places) if len(need.places) <= 4 else f"{len(need.places)} places"
        together = " together" if len(need.places) > 1 else ""
        return f"{cells}: the floor {share} of {need.capability} at {places} asks for {number(need.amount)}{together} {when}"

    def _serving(self, c: str) -> dict[str, float]:
        return {i: effect for (i, capability), effect in self.data.effects.items() if capability == c}

    def _existing(self, need: Need) -> str:
        """Everything that could be there in time, all of it for this need."""
        had = Sources()
        for x in need.places:
            self._in_service(had, x, need)
        reach = {i: self._distances(need.places, i) for i in self._serving(need.capability)}
        for i, effect in self._serving(need.capability).items():
            self._held(had, i, effect, reach[i], need.t)
        self._production(had, need, reach)
        if need.amount <= had.total * OVER:
            return ""
        return f"{self._asks(need)}, and at most {number(had.total)} can be there by then: {had}{self._why_nothing(need, had)}"

    def _in_service(self, had: Sources, x: str, need: Need) -> None:
        for i, effect in self._serving(need.capability).items():
            fleet = self.data.fleets.get((x, i))
            if fleet is not None:
                had.add("in service from the start", effect * fleet.initial * (1 - fleet.attrition) ** need.t)

    def _held(self, had: Sources, i: str, effect: float, reach: dict[str, int], t: int) -> None:
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

    def _production(self, had: Sources, need: Need, reach: dict[str, dict[str, int]]) -> None:
        """What plants could make in time, each plant all of its capacity for what serves most of it."""
        data, best = self.data, dict[str, float]()
        serving = self._serving(need.capability)
        for (p, i, owner), first in self.made.items():
            if i not in serving or (owner != COMMON and owner not in need.places):
                continue
            away = 0 if owner != COMMON else reach[i].get(data.plants[p], data.horizon + 1)
            use = data.products[p, i].capacity_use
            made = sum(self._capacity(p, s) for s in range(first, need.t - away + 1)) / use
            best[p] = max(best.get(p, 0.0), made * serving[i])
        had.add("that plants could make", sum(best.values()))

    def _capacity(self, p: str, t: int) -> float:
        grown = 0.0
        for expansion in self.data.expansions.values():
            if expansion.plant == p and t > expansion.build_time:
                grown += min(expansion.limit, sum(expansion.step_limit[: t - expansion.build_time]))
        return self.data.capacity[p][t - 1] + grown

    def _distances(self, places: Sequence[str], i: str) -> dict[str, int]:
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
        """What the lanes into a place can bring, all of it for this need, and what is there without them."""
        data, serving = self.data, self._serving(need.capability)
        if len(need.places) > 1 or any(data.items[i].weight_t == 0 for i in serving):
            return ""
        (x,) = need.places
        had = Sources()
        self._in_service(had, x, need)
        for i, effect in serving.items():
            self._held(had, i, effect, {x: 0}, need.t)
        own = [(p, i, owner) for p, i, owner in self.made if owner == x and i in serving]
        if own:
            return ""
        tonnes, cells = self._tonnes_into(x, need.t)
        per_tonne = max((effect / data.items[i].weight_t for i, effect in serving.items()), default=0.0)
        had.add(f"by lanes that bring at most {number(tonnes)} t", tonnes * per_tonne)
        if math.isinf(tonnes) or need.amount <= had.total * OVER:
            return ""
        return f"{self._asks(need)}, and at most {number(had.total)} can get there by then: {had} ({', '.join(cells)})"

    def _tonnes_into(self, x: str, t: int) -> tuple[float, list[str]]:
        by_origin: dict[str, list[float]] = {}
        cells: list[str] = []
        for lane, terms in self.data.lanes.items():
            if lane.destination != x:
                continue
            series = by_origin.setdefault(lane.origin, [0.0] * self.data.horizon)
            for s in range(1, t - terms.transit + 1):
                series[s - 1] += terms.capacity_t[s - 1]
            if not any(map(math.isinf, terms.capacity_t)):
                cells.append(self.tables.address("lanes", tuple(lane), "capacity_t"))
        total = 0.0
        for origin, series in by_origin.items():
            through = self.data.places[origin].throughput_t
            total += sum(min(a, b) for a, b in zip(series, through, strict=True))
            if not any(map(math.isinf, through)):
                cells.append(self.tables.address("places", (origin,), "throughput_t"))
        return total, cells

    def _money(self, need: Need) -> str:
        """What needs no money, and what all the money of funds that may buy could buy at the lowest price."""
        data, serving = self.data, self._serving(need.capability)
        had = Sources()
        for x in need.places:
            self._in_service(had, x, need)
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
            f"for all {number(total)} {self._unit()} of the funds that may buy them ({', '.join(sorted(money)[:6])})",
            bought,
        )
        if need.amount <= had.total * OVER:
            return ""
        cells = ", ".join(self.tables.address("funding", (f,), 1) for f in sorted(money)[:6])
        return f"{self._asks(need)}, and at most {number(had.total)} can be had by then: {had}{f' ({cells} and on)' if cells else ''}"

    def _unit(self) -> str:
        return money_words(self.data)

    # --- stores ---

    def stores(self) -> Iterator[str]:
        """Places into which more comes from outside than they can hold and pass on."""
        data = self.data
        for x, place in data.places.items():
            if place.kind in ("front", "home") or math.isinf(place.storage_t):
                continue
            for t in range(1, data.horizon + 1):
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


def money_words(data: PlanData) -> str:
    """The unit of budgets in words: ``million USD``."""
    named = {1.0: "", 1e3: "thousand ", 1e6: "million ", 1e9: "billion "}
    return f"{named.get(data.money_unit, f'× {number(data.money_unit)} ')}{data.currency}"


def share_out_of_reach(tables: Tables, data: PlanData, keys: Sequence[tuple[str, ...]]) -> list[str]:
    """Menu rows whose ``share_min`` keeps a fund from its money: what they ask for cannot be bought in time."""
    sums = _Sums(tables, data)
    return [said for row in data.menu if row.key in keys and row.share_min > 0 for said in sums_of_share(sums, row)]


def sums_of_share(sums: _Sums, row: object) -> Iterator[str]:
    """One menu row's sum."""
    from aidplan_models.data import MenuRow
    from aidplan_models.reach import matched_expansions, matched_orders, matched_releases

    assert isinstance(row, MenuRow)
    data = sums.data
    if matched_expansions(row, data):
        return
    most: dict[str, float] = {}
    for p, i in matched_orders(row, data):
        product = data.products[p, i]
        first = 1 + product.lead_time
        if (row.fund, p, i) in sums.offers and first <= data.horizon:
            made = sum(sums._capacity(p, s) for s in range(first, data.horizon + 1)) / product.capacity_use
            most[p] = max(most.get(p, 0.0), made * product.unit_cost / data.money_unit)
    drawn = [key for key in matched_releases(row, data) if (row.fund, *key) in sums.releases]
    released = sum(
        (data.reserves[key].initial - data.reserves[key].floor) * data.reserves[key].release_cost for key in drawn
    )
    top = sum(most.values()) + released / data.money_unit
    arriving = sum(available(data.funds[row.fund], t) for t in range(1, data.horizon + 1))
    if top >= row.share_min * arriving:
        return
    cell = sums.tables.address("menu", row.key, "share_min")
    unit = money_words(data)
    yield (
        f"{cell}: {row.fund} must spend at least {number(row.share_min)} of what it spends on this row, on which at most "
        f"{number(top)} {unit} can be spent in time; so it can spend at most {number(top / row.share_min)} of its {number(arriving)} {unit}"
    )
