"""Plausibility warnings about demand: what nothing serves, what comes too late, what is more than could ever come."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from aidplan_models.data import Demand, PlanData

from aidplan.workbook.findings import Finding, shortened
from aidplan.workbook.plausibility.format import amount, share, warning
from aidplan.workbook.plausibility.offers import Offers
from aidplan.workbook.plausibility.reach import NEVER, Reach
from aidplan.workbook.tables import Tables

_SLACK = 1 + 1e-9


def demand_warnings(data: PlanData, offers: Offers, tables: Tables) -> Iterator[Finding]:
    """Demand that no item serves, no lane reaches in time, or that is above all that could be brought,
    sharing ignored.
    """
    warnings = _DemandWarnings(data, offers, tables)
    for key, demand in data.demands.items():
        if any(demand.demand):
            yield from warnings.row(key, demand)
    for capability in data.capabilities:
        yield from warnings.capability(capability)


class _DemandWarnings:
    """``first``: demand row -> the first period in which it can be served; what falls earlier is reported
    there, once.
    """

    def __init__(self, data: PlanData, offers: Offers, tables: Tables) -> None:
        self.data, self.tables, self.reach = data, tables, Reach(data, offers)
        self.periods = range(1, data.planned + 1)
        self.items: dict[str, list[str]] = {code: [] for code in data.capabilities}
        for item, capability in data.effects:
            self.items[capability].append(item)
        self.first: dict[tuple[str, str], float] = {}

    def row(self, key: tuple[str, str], demand: Demand) -> Iterator[Finding]:
        """Why a demand row cannot be served in its first periods, or at all."""
        place, capability = key
        items = self.items[capability]
        first = self.first[key] = min((self._usable(item, place) for item in items), default=NEVER)
        if not items:
            yield self._warn(
                "demand-unserved",
                key,
                "capability",
                f"no item serves {capability}, so nothing of it can be met{_hard(demand, 1)}",
                "add the items that serve it to effects",
            )
        elif first > self.data.planned:
            yield self._unreached(key, items, demand)
        elif early := [t for t in range(1, int(first)) if demand.demand[t - 1] > 0]:
            lost = sum(demand.demand[t - 1] for t in early)
            yield self._warn(
                "demand-early",
                key,
                early[0],
                f"nothing that serves it can be here before {self.data.period_labels[int(first) - 1]}: "
                f"{amount(lost)} of {amount(sum(demand.demand))} fall earlier{_hard(demand, int(first), before=True)}",
                "it stays unmet, unless stocks, arrivals or a fleet at the start serve it",
            )

    def _unreached(self, key: tuple[str, str], items: Sequence[str], demand: Demand) -> Finding:
        """Demand that nothing can reach within the horizon."""
        had = any(
            self.reach.sources.get(item)
            or any(fleet.initial for (_, code), fleet in self.data.fleets.items() if code == item)
            for item in items
        )
        why = (
            "no lane brings what serves it here within the horizon"
            if had
            else "what serves it can neither be bought nor drawn, and none is at hand"
        )
        return self._warn(
            "demand-unreached",
            key,
            "place",
            f"{why} ({shortened(items)}){_hard(demand, 1)}",
            "look at lanes, products and menus" if had else "look at products, capacity, stocks and menus",
        )

    def _usable(self, item: str, place: str) -> float:
        """The first period in which an item could be used at a place; a munition at a front waits for something to fire
        it.
        """
        fleet = self.data.fleets.get((place, item))
        if fleet and fleet.initial > 0:
            return 1
        came = self.reach.earliest(item).get(place, NEVER)
        platforms = [platform for munition, platform in self.data.platforms if munition == item]
        if self.data.items[item].kind == "munition" and platforms and self.data.places[place].kind == "front":
            return max(came, min(self._usable(platform, place) for platform in platforms))
        return came

    def capability(self, capability: str) -> Iterator[Finding]:
        """Demand of all places together, and floors of each and of all, against all that could come to them."""
        rows = {
            place: self.data.demands[place, code]
            for place, code in self.first
            if code == capability and self.first[place, code] <= self.data.planned
        }
        if not rows:
            return
        flow = self.data.capabilities[capability].kind == "flow"
        wanted = {place: self._counted((place, capability), demand.demand) for place, demand in rows.items()}
        needed = _cumulated([sum(numbers[t - 1] for numbers in wanted.values()) for t in self.periods], flow)
        bound = self._bound(capability, frozenset(rows))
        short, t = max((needed[t - 1] - bound[t - 1], t) for t in self.periods)
        if needed[t - 1] > bound[t - 1] * _SLACK:
            place = max(rows, key=lambda code: wanted[code][t - 1])
            yield self._warn(
                "demand-above-reach",
                (place, capability),
                t,
                f"{'by' if flow else 'in'} {self.data.period_labels[t - 1]} the total need for "
                f"{capability} is {amount(needed[t - 1])}, "
                f"and plants, stocks and lanes could bring at most {amount(bound[t - 1])}: {amount(short)} "
                f"({share(short / needed[-1 if flow else t - 1])} of the "
                f"{'horizon' if flow else 'period'}'s demand) stay unmet whatever the plan",
                "look for a slip in demand, effects or capacity; otherwise this is a real shortage",
            )
        yield from self._floors(capability, rows, flow)

    def _floors(self, capability: str, rows: dict[str, Demand], flow: bool) -> Iterator[Finding]:
        hard = {
            place: self._counted(
                (place, capability),
                [demand.floor * number if t >= demand.floor_from else 0.0 for t, number in enumerate(demand.demand, 1)],
            )
            for place, demand in rows.items()
            if demand.floor
        }
        groups = [(place,) for place in hard]
        for places in [*groups, tuple(hard)] if len(hard) > 1 else groups:
            needed = _cumulated([sum(hard[place][t - 1] for place in places) for t in self.periods], flow)
            bound = self._bound(capability, frozenset(places))
            broken = next((t for t in self.periods if needed[t - 1] > bound[t - 1] * _SLACK), None)
            if broken is not None:
                cells = shortened([self.tables.address("demand", (place, capability), "floor") for place in places])
                asks = f"floors {cells} ask" if len(places) > 1 else f"floor {cells} asks"
                yield self._warn(
                    "floor-above-reach",
                    (places[0], capability),
                    "floor",
                    f"{'by' if flow else 'in'} {self.data.period_labels[broken - 1]} the {asks} for "
                    f"{amount(needed[broken - 1])} of {capability}, "
                    f"and at most {amount(bound[broken - 1])} could come: no plan exists",
                    "lower the floor, or let it hold from a later period (floor_from)",
                )

    def _counted(self, key: tuple[str, str], numbers: list[float] | tuple[float, ...]) -> list[float]:
        """Numbers of a demand row from the first period on in which it can be served."""
        return [number if t >= self.first[key] else 0.0 for t, number in enumerate(numbers, 1)]

    def _bound(self, capability: str, places: frozenset[str]) -> list[float]:
        """The most that could serve a capability at these places: by the end of each period (flow), in it (level)."""
        total = [0.0] * self.data.planned
        for item in self.items[capability]:
            effect = self.data.effects[item, capability]
            for t, come in enumerate(self.reach.arriving(item, places), 1):
                total[t - 1] += effect * come
            for (place, equipment), fleet in self.data.fleets.items():
                if equipment == item and place in places:
                    for t in self.periods:
                        total[t - 1] += effect * fleet.initial * (1 - fleet.attrition) ** t
        return total

    def _warn(self, code: str, key: tuple[str, str], column: str | int, message: str, remedy: str) -> Finding:
        return warning(code, self.tables, "demand", key, column, message, remedy)


def _hard(demand: Demand, first: int, before: bool = False) -> str:
    """What a floor makes of demand that cannot be met."""
    periods = range(max(1, demand.floor_from), first if before else len(demand.demand) + 1)
    broken = demand.floor > 0 and any(demand.demand[t - 1] > 0 for t in periods)
    return f"; its floor of {demand.floor:.0%} cannot be kept: no plan exists" if broken else ""


def _cumulated(numbers: list[float], flow: bool) -> list[float]:
    """Running sums of a flow; a level as it is."""
    if not flow:
        return numbers
    total, sums = 0.0, []
    for number in numbers:
        total += number
        sums.append(total)
    return sums
