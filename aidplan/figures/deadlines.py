"""Until when a decision still helps: the latest periods from which goods reach a place that needs them.

Goods on hand at a place may wait there, leave by any lane that carries them and is open, and count from
the period in which they arrive. So the latest useful period is found backwards from the last period of need

    latest[x] = max(need[x], max over lanes out of x of the last open period <= latest[destination] - transit)

and an order must come ``lead_time`` earlier, an expansion ``build_time``, each no later than its fund's
last period. Period 0 says: never.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

import numpy as np
from aidplan_models import derived
from aidplan_models.data import COMMON, Lane, PlanData

from aidplan.figures.table import NEVER

Need = Mapping[tuple[str, str], int]
"""(place, capability) -> the last period in which it needs something."""


def open_lanes(data: PlanData) -> dict[Lane, list[bool]]:
    """Lane -> in which periods anything may leave by it."""
    return {
        lane: [
            room > 0 and gate > 0
            for room, gate in zip(terms.capacity_t, data.places[lane.origin].throughput_t, strict=True)
        ]
        for lane, terms in data.lanes.items()
        if terms.loss < 1
    }


class Deadlines:
    """Latest useful periods for one `Need`; ``open_by`` says in which periods a lane may be used."""

    def __init__(self, data: PlanData, need: Need, open_by: Mapping[Lane, list[bool]] | None = None) -> None:
        self.data = data
        self.need = need
        self._last_open = {lane: _last_true(flags) for lane, flags in (open_by or open_lanes(data)).items()}
        self._into: dict[str, list[Lane]] = defaultdict(list)
        for lane in self._last_open:
            self._into[lane.destination].append(lane)
        self._served = _served(data)
        self._users = _users(data)
        self._known: dict[str, dict[str, int]] = {}
        self._made: dict[tuple[str, str], int] = {}

    def needed(self, item: str) -> dict[str, int]:
        """Place -> the last period in which it needs what this item serves."""
        last: dict[str, int] = {}
        for (place, capability), t in self.need.items():
            front = self.data.places[place].kind == "front"
            if capability in self._served[item, "directly"] or (front and capability in self._served[item, "firing"]):
                last[place] = max(last.get(place, 0), t)
        return last

    def from_places(self, item: str, needed: Mapping[str, int]) -> dict[str, int]:
        """Place -> the latest period in which the item there still reaches a need in time."""
        latest = {place: t for place, t in needed.items() if t > 0}
        queue = list(latest)
        goods = self.data.items[item]
        while queue:
            place = queue.pop()
            for lane in self._into[place]:
                terms = self.data.lanes[lane]
                departs = latest[place] - terms.transit
                if departs < 1 or not terms.carries(goods):
                    continue
                departs = self._last_open[lane][departs]
                if departs > latest.get(lane.origin, 0):
                    latest[lane.origin] = departs
                    queue.append(lane.origin)
        return latest

    def held(self, place: str, item: str) -> int:
        """The latest period in which the item at that place still reaches a need."""
        if item not in self._known:
            self._known[item] = self.from_places(item, self.needed(item))
        return self._known[item].get(place, 0)

    def leaving(self, lane: Lane, item: str) -> int:
        """The latest period in which the item that leaves by the lane still reaches a need; lanes that are
        closed to it then are not looked at.
        """
        terms = self.data.lanes[lane]
        carried = terms.carries(self.data.items[item])
        return max(self.held(lane.destination, item) - terms.transit, 0) if carried else 0

    def anything_held(self, place: str) -> int:
        """The latest period in which any goods at the place still reach a need."""
        return max((self.held(place, i) for i, item in self.data.items.items() if item.is_goods), default=0)

    def anything_leaving(self, lane: Lane) -> int:
        """The latest period in which any goods that leave by the lane still reach a need."""
        return max((self.leaving(lane, i) for i, item in self.data.items.items() if item.is_goods), default=0)

    def anything_made(self, plant: str) -> int:
        """The latest period in which anything made at the plant, for whomever, still helps."""
        owners = sorted({one.owner for one in self.data.funds.values()} | {COMMON})
        return max((self.made(p, i, o) for p, i in self.data.products if p == plant for o in owners), default=0)

    def made(self, plant: str, item: str, owner: str) -> int:
        """The latest period in which making it still helps; a component: what is made with it."""
        if not self.data.items[item].is_goods:
            return self._component(item)
        return self.held(self.data.plants[plant] if owner == COMMON else owner, item)

    def ordered(self, fund: str, plant: str, item: str) -> int:
        """The latest period in which the fund's order still helps."""
        made = self.made(plant, item, self.data.funds[fund].owner)
        return self.in_time(fund, made, self.data.products[plant, item].lead_time)

    def released(self, fund: str, place: str, item: str) -> int:
        """The latest period in which the fund's draw on a reserve still helps."""
        return self.in_time(fund, self.held(place, item), 0)

    def grown(self, expansion: str, fund: str | None = None) -> int:
        """The latest period in which starting an expansion still helps; ``fund`` pays, or industry itself."""
        terms = self.data.expansions[expansion]
        made = self.anything_made(terms.plant)
        if fund is not None:
            return self.in_time(fund, made, terms.build_time)
        return max(made - terms.build_time, 0)

    def in_time(self, fund: str, period: int, before: int) -> int:
        """The latest period in which the fund may act to have it ``before`` periods later, by ``period``."""
        expires = self.data.funds[fund].expires
        if period <= 0:
            return 0
        return max(min(period - before, self.data.horizon if expires is None else expires), 0)

    def _component(self, component: str) -> int:
        if ("", component) not in self._made:
            self._made["", component] = max(
                (
                    self.made(p, i, owner)
                    for p, i in self._users[component]
                    for owner in sorted({one.owner for one in self.data.funds.values()} | {COMMON})
                ),
                default=0,
            )
        return self._made["", component]


class EndOfHorizon:
    """The first period in which nothing ordered can arrive any more within the horizon, by what it is for.

    T + 1 where even an order of the last period arrives in time.
    """

    def __init__(self, data: PlanData) -> None:
        self.data = data
        self._offers, self._releases, self._builds = derived.rights(data)
        self._need = {
            key: max((t for t, value in enumerate(row.demand, start=1) if value > 0), default=0)
            for key, row in data.demands.items()
        }
        self._deadlines = Deadlines(data, self._need)
        self._by_item: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
        for offer in self._offers:
            self._by_item[offer[2]].append(offer)

    @property
    def arriving(self) -> Deadlines:
        """Latest periods from which anything reaches any demand."""
        return self._deadlines

    def whole(self) -> int:
        """For the plan as a whole."""
        return 1 + max((self._deadlines.ordered(*offer) for offer in self._offers), default=0)

    def fund(self, fund: str) -> int:
        """For one fund: what it orders, draws or builds from then on comes too late."""
        latest = [self._deadlines.ordered(*offer) for offer in self._offers if offer[0] == fund]
        latest += [self._deadlines.released(*release) for release in self._releases if release[0] == fund]
        latest += [self._deadlines.grown(expansion, fund) for f, expansion in self._builds if f == fund]
        return 1 + max(latest, default=0)

    def demand(self, place: str, capability: str) -> int:
        """For one place's demand of a capability."""
        last = self._need.get((place, capability), 0)
        items = sorted({i for i, c in self.data.effects if c == capability})
        return 1 + max((self._ordered_for(place, item, last) for item in items), default=0)

    def goods(self, place: str, item: str) -> int:
        """For one item at one place; never where no fund may order the item, so that no order is too late."""
        return 1 + self._ordered_for(place, item, self.data.horizon) if self._by_item[item] else NEVER

    def _ordered_for(self, place: str, item: str, last: int) -> int:
        """The latest period in which some fund's order of the item still comes to the place by period ``last``."""
        there = self._deadlines.from_places(item, {place: last})
        latest = 0
        for fund, plant, _ in self._by_item[item]:
            owner = self.data.funds[fund].owner
            made = there.get(self.data.plants[plant] if owner == COMMON else owner, 0)
            latest = max(latest, self._deadlines.in_time(fund, made, self.data.products[plant, item].lead_time))
        return latest

    def capability(self, capability: str) -> int:
        """For a capability, at whichever place it is demanded."""
        return max((self.demand(x, c) for x, c in self.data.demands if c == capability), default=1)

    def output(self, capability: str) -> int:
        """For the output that counts against the adversary's: nothing ordered is made any more."""
        latest = 0
        for fund, plant, item in self._offers:
            if (item, capability) in self.data.effects:
                expires = self.data.funds[fund].expires
                made = self.data.horizon - self.data.products[plant, item].lead_time
                latest = max(latest, made if expires is None else min(made, expires))
        return 1 + latest


def _last_true(flags: list[bool]) -> list[int]:
    """Element t: the last period <= t whose flag is set, 0 where none is; element 0 is 0."""
    last = [0]
    for t, flag in enumerate(flags, start=1):
        last.append(t if flag else last[-1])
    return last


def _served(data: PlanData) -> dict[tuple[str, str], set[str]]:
    """(item, ``directly`` or ``firing``) -> capabilities it serves, itself or as a munition's platform."""
    served: dict[tuple[str, str], set[str]] = defaultdict(set)
    for item, capability in data.effects:
        served[item, "directly"].add(capability)
    for munition, platform in data.platforms:
        served[platform, "firing"] |= served[munition, "directly"]
    return served


def _users(data: PlanData) -> dict[str, list[tuple[str, str]]]:
    """Component -> (plant, item) made with it."""
    users: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for (plant, item, component), quantity in data.bills.items():
        if quantity > 0:
            users[component].append((plant, item))
    return users


def last_unmet(
    unmet: Mapping[tuple[str, ...], np.ndarray], demand: Mapping[tuple[str, ...], np.ndarray]
) -> dict[tuple[str, str], int]:
    """(place, capability) -> the last period in which demand is not met; what is a rounding is met."""
    last: dict[tuple[str, str], int] = {}
    for key, values in unmet.items():
        short = np.flatnonzero(values > 1e-6 * np.maximum(demand[key], 1e-6))
        if len(short):
            last[key[0], key[1]] = int(short[-1]) + 1
    return last
