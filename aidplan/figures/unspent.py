"""Why money was left: which limits stand between a fund's idle money and demand that stays unmet.

Money is idle in a period when it could have been spent then without taking anything from what the fund
bought later; counted is the time from which at least half of it was there. For all that the fund's menu lets it buy, the first of these that holds is the reason:

1. what it buys serves no demand that stays unmet (nothing this fund may buy is still needed);
2. from the first idle period it cannot arrive in time (too late to arrive);
3. its plant is full from then on, or lacks a component, or its expansion or reserve is at its limit;
4. every way from there to an unmet demand is full (lanes full);
5. guns and launchers at the front fire at their rate already;
6. a share on the menu is at its limit.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from aidplan_models import derived
from aidplan_models.data import COMMON, Lane, MenuRow

from aidplan.figures.deadlines import Deadlines, last_unmet, open_lanes
from aidplan.figures.format import listed
from aidplan.figures.industry import spare_capacity, spare_parts
from aidplan.figures.money import FundMoney, matched_spending
from aidplan.figures.movement import Shipment, lane_tonnes, outgoing_tonnes
from aidplan.figures.quantities import Array, Plan
from aidplan.figures.shortfalls import goal_parts

NOTHING_MORE = "nothing this fund may buy is still needed"
PLANTS_FULL = "plants full"
LANES_FULL = "lanes full"
TOO_LATE = "too late to arrive"
SHORT_OF_PARTS = "components short"
GUNS_FULL = "guns and launchers at their rate"
RESERVES_DOWN = "reserves drawn down to the agreed floor or pace"
EXPANSIONS_FULL = "expansions at their limit"
SHARES = "menu shares at their limit"
OTHER = "several limits together"

_ORDER = (
    PLANTS_FULL, LANES_FULL, TOO_LATE, SHORT_OF_PARTS, RESERVES_DOWN, EXPANSIONS_FULL, GUNS_FULL, SHARES, OTHER,
    NOTHING_MORE,
)  # fmt: skip
_ROUNDING = 1e-6


@dataclass(frozen=True)
class Unspent:
    """Why a fund's money was left: ``reasons`` in order, each with the items or plants it is about."""

    fund: str
    reasons: dict[str, tuple[str, ...]]

    @property
    def short(self) -> str:
        """``plants full; too late to arrive``."""
        return "; ".join(self.reasons)

    @property
    def text(self) -> str:
        """``plants full: Lockheed Martin PAC-3; too late to arrive: Leopard 2``."""
        return "; ".join(f"{why}: {listed(list(what))}" if what else why for why, what in self.reasons.items())


class WhyUnspent:
    """Reasons for every fund of a plan, from what stands full in it."""

    def __init__(self, plan: Plan, found: list[Shipment]) -> None:
        self.plan = plan
        self.data = plan.data
        need = last_unmet(plan.demand("unmet"), plan.demand("demand"))
        offers, releases, builds = derived.rights(plan.data)
        self._offers = _by_fund(offers)
        self._releases = _by_fund(releases)
        self._builds = _by_fund(builds)
        self._deadlines = Deadlines(plan.data, need)
        self._roomy = Deadlines(plan.data, need, _with_room(plan, found))
        self._spare = spare_capacity(plan)
        self._parts = spare_parts(plan, self._spare)
        self._guns = _idle_guns(plan)
        self._parts_of_goal = goal_parts(plan)

    def of(self, money: FundMoney) -> Unspent | None:
        """Why the fund's money was left; None where nothing to speak of was."""
        if money.unused <= _ROUNDING * max(float(money.available.sum()), 1.0):
            return None
        fund = money.fund
        idle = self._idle_periods(money)
        reasons: dict[str, dict[str, float]] = defaultdict(dict)

        def because(why: str, name: str, weight: float) -> None:
            reasons[why][name] = max(reasons[why].get(name, 0.0), weight)

        names = self.plan.names
        since = idle[0] if idle else self.plan.horizon + 1
        for _, plant, item in self._offers.get(fund, ()):
            why = self._why_no_order(money, plant, item, since)
            because(why, names.plant(plant) if why == PLANTS_FULL else names.item(item), self._weight(item))
        for _, place, item in self._releases.get(fund, ()):
            because(self._why_no_release(money, place, item, idle), names.item(item), self._weight(item))
        for _, expansion in self._builds.get(fund, ()):
            because(self._why_no_expansion(money, expansion, idle), expansion, 0.0)
        # Where something else stands in the way, that the rest of the menu has no use is no news.
        if len(reasons) > 1:
            reasons.pop(NOTHING_MORE, None)
        if NOTHING_MORE in reasons or not reasons:
            return Unspent(fund, {NOTHING_MORE: ()})
        return Unspent(fund, {why: self._weightiest(reasons[why]) for why in _ORDER if why in reasons})

    def _weightiest(self, named: dict[str, float]) -> tuple[str, ...]:
        """Names, those first that could do most for the coverage goal."""
        return tuple(sorted(named, key=lambda name: (-named[name], name)))

    def _weight(self, item: str) -> float:
        """The part of the coverage goal that the item could lessen."""
        needed = self._deadlines.needed(item)
        served = {c for i, c in self.data.effects if i == item}
        served |= {c for m, j in self.data.platforms if j == item for i, c in self.data.effects if i == m}
        return sum(part for (x, c), part in self._parts_of_goal.items() if x in needed and c in served)

    def _idle_periods(self, money: FundMoney) -> list[int]:
        """Periods in which money that was left could have been spent, from when at least half of it was there.

        So that a little money idle from the start does not hide that most of it came late.
        """
        fund = self.data.funds[money.fund]
        last = min(self.plan.horizon, self.plan.horizon if fund.expires is None else fund.expires)
        idle = money.balance[: max(last, 0)]
        if fund.carry_over:
            idle = np.minimum.accumulate(idle[::-1])[::-1]
        came = np.cumsum(np.diff(idle, prepend=0.0) if fund.carry_over else idle)
        return [int(t) + 1 for t in np.flatnonzero(idle > _ROUNDING) if came[t] >= 0.5 * came[-1]]

    def _why_no_order(self, money: FundMoney, plant: str, item: str, since: int) -> str:
        fund = money.fund
        if not self._deadlines.needed(item):
            return NOTHING_MORE
        last = self._deadlines.ordered(fund, plant, item)
        if last == 0 and self._deadlines.made(plant, item, self.data.funds[fund].owner) == 0:
            return NOTHING_MORE
        if since > last:
            return TOO_LATE
        lead = self.data.products[plant, item].lead_time
        owner = self.data.funds[fund].owner
        window = range(since + lead, self._deadlines.made(plant, item, owner) + 1)
        roomy = [t for t in window if self._spare[plant][t - 1]]
        if not roomy:
            return PLANTS_FULL
        supplied = [t for t in roomy if self._has_parts(plant, item, t)]
        if not supplied:
            return SHORT_OF_PARTS
        origin = self.data.plants[plant] if owner == COMMON else owner
        blocked = self._why_no_way(origin, item, supplied[0])
        return blocked or self._why_no_share(money, lambda row: (plant, item) in derived.matched_orders(row, self.data))

    def _why_no_release(self, money: FundMoney, place: str, item: str, idle: list[int]) -> str:
        last = self._deadlines.released(money.fund, place, item)
        if not self._deadlines.needed(item) or self._deadlines.held(place, item) == 0:
            return NOTHING_MORE
        useful = [t for t in idle if t <= last]
        if not useful:
            return TOO_LATE
        terms = self.data.reserves[place, item]
        drawn = np.zeros(self.plan.horizon)
        for (_, x, i), released in self.plan["released"].items():
            if (x, i) == (place, item):
                drawn = drawn + released
        left = terms.initial - float(drawn.sum()) - terms.floor
        room = [t for t in useful if terms.release_limit[t - 1] - drawn[t - 1] > _ROUNDING * max(terms.initial, 1.0)]
        if left <= _ROUNDING * max(terms.initial, 1.0) or not room:
            return RESERVES_DOWN
        blocked = self._why_no_way(place, item, room[0])
        return blocked or self._why_no_share(
            money, lambda row: (place, item) in derived.matched_releases(row, self.data)
        )

    def _why_no_expansion(self, money: FundMoney, expansion: str, idle: list[int]) -> str:
        terms = self.data.expansions[expansion]
        if self._deadlines.grown(expansion) == 0:
            return NOTHING_MORE if not self._needed_at(terms.plant) else TOO_LATE
        last = self._deadlines.grown(expansion, money.fund)
        useful = [t for t in idle if t <= last]
        if not useful:
            return TOO_LATE
        grown = np.zeros(self.plan.horizon)
        for (_, e), built in self.plan["built"].items():
            if e == expansion:
                grown = grown + built
        room = [t for t in useful if terms.step_limit[t - 1] - grown[t - 1] > _ROUNDING * max(terms.limit, 1.0)]
        if terms.limit - float(grown.sum()) <= _ROUNDING * max(terms.limit, 1.0) or not room:
            return EXPANSIONS_FULL
        if any(self._spare[terms.plant][max(useful[0] + terms.build_time - 1, 0) :]):
            return NOTHING_MORE
        return self._why_no_share(money, lambda row: expansion in derived.matched_expansions(row, self.data))

    def _needed_at(self, plant: str) -> bool:
        """Whether anything made at the plant, or with what is made there, serves a demand that stays unmet."""
        owners = {fund.owner for fund in self.data.funds.values()} | {COMMON}
        return any(self._deadlines.made(p, i, o) > 0 for p, i in self.data.products if p == plant for o in owners)

    def _why_no_way(self, origin: str, item: str, since: int) -> str:
        """Lanes or guns that are full for an item that stands at a place from a period on; "" where none is."""
        weightless = self.data.items[item].weight_t == 0
        way = self._deadlines if weightless else self._roomy
        if way.held(origin, item) < since:
            return LANES_FULL
        needed = self._guns_allow(item)
        return GUNS_FULL if way.from_places(item, needed).get(origin, 0) < since else ""

    def _guns_allow(self, item: str) -> dict[str, int]:
        """Place -> the last period in which more of the item could be fired there."""
        needed = self._deadlines.needed(item)
        if not any(munition == item for munition, _ in self.data.platforms):
            return needed
        allowed = {}
        for place, last in needed.items():
            if self.data.places[place].kind != "front":
                allowed[place] = last
                continue
            idle = self._guns.get((place, item))
            if idle is not None and idle[:last].any():
                allowed[place] = int(np.flatnonzero(idle[:last])[-1]) + 1
        return allowed

    def _has_parts(self, plant: str, item: str, t: int) -> bool:
        bill = [k for (p, i, k) in self.data.bills if (p, i) == (plant, item)]
        return all(self._parts[k][t - 1] for k in bill)

    def _why_no_share(self, money: FundMoney, matches: Callable[[MenuRow], bool]) -> str:
        """Whether a share on the fund's menu is at its limit for what ``matches``."""
        for row in self.data.menu:
            if row.fund == money.fund and row.share_max < float("inf") and matches(row):
                room = row.share_max * float(money.available.sum()) - matched_spending(self.plan, row)
                if room <= _ROUNDING * max(float(money.available.sum()), 1.0):
                    return SHARES
        floors = [row for row in self.data.menu if row.fund == money.fund and row.share_min > 0]
        for row in floors:
            tied = matched_spending(self.plan, row, in_time=True) - row.share_min * float(money.spent.sum())
            if not matches(row) and tied <= _ROUNDING * max(float(money.available.sum()), 1.0):
                return SHARES
        return OTHER


def _with_room(plan: Plan, found: list[Shipment]) -> dict[Lane, list[bool]]:
    """Lane -> in which periods more tonnes could leave by it."""
    on_lanes, out_of = lane_tonnes(found), outgoing_tonnes(found)
    room = {}
    for lane, flags in open_lanes(plan.data).items():
        limits = np.array(plan.data.lanes[lane].capacity_t), np.array(plan.data.places[lane.origin].throughput_t)
        used = on_lanes.get(lane, 0.0), out_of.get(lane.origin, 0.0)
        free = np.array(flags)
        for limit, tonnes in zip(limits, used, strict=True):
            free &= ~np.isfinite(limit) | (limit - tonnes > _ROUNDING * np.maximum(limit, 1.0))
        room[lane] = [bool(one) for one in free]
    return room


def _idle_guns(plan: Plan) -> dict[tuple[str, str], Array]:
    """(front, munition) -> in which periods some platform of it could fire more (1) or none (0)."""
    data = plan.data
    busy: dict[tuple[str, str], Array] = {}
    for (place, munition, platform), fired in plan["fired"].items():
        load = fired / data.platforms[munition, platform]
        busy[place, platform] = busy.get((place, platform), 0.0) + load
    idle: dict[tuple[str, str], Array] = {}
    for munition, platform in data.platforms:
        for (place, item), fleet in plan["fleet"].items():
            if item == platform:
                free = fleet - busy.get((place, platform), 0.0) > _ROUNDING * np.maximum(fleet, 1e-3)
                before = idle.get((place, munition), np.zeros(plan.horizon))
                idle[place, munition] = np.maximum(before, free.astype(float))
    return idle


def _by_fund(rights: Iterable[tuple[str, ...]]) -> dict[str, list[tuple[str, ...]]]:
    found: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for right in rights:
        found[right[0]].append(right)
    return found
