"""Suspicions about demand: what nothing serves, what comes too late, what is more than could ever come."""

from __future__ import annotations

from collections.abc import Iterator

from aidplan_models.data import Demand, PlanData

from aidplan.workbook.findings import Finding, shortened
from aidplan.workbook.suspicions.offers import Offers
from aidplan.workbook.suspicions.reach import NEVER, Reach
from aidplan.workbook.suspicions.telling import amount, share, warning
from aidplan.workbook.tables import Tables

_SLACK = 1 + 1e-9


def suspect_demand(data: PlanData, offers: Offers, tables: Tables) -> Iterator[Finding]:
    """Demand that no item serves, no lane reaches in time, or that is above all that could be brought, sharing ignored."""
    reach = Reach(data, offers)
    servers: dict[str, list[str]] = {code: [] for code in data.capabilities}
    for item, capability in data.effects:
        servers[capability].append(item)
    reached: set[tuple[str, str]] = set()
    for (place, capability), demand in data.demands.items():
        if any(demand.demand):
            found = _unreachable((place, capability), demand, servers[capability], data, reach, tables)
            if found is None:
                reached.add((place, capability))
            else:
                yield found
    for capability in data.capabilities:
        yield from _above_reach(capability, servers[capability], reached, data, reach, tables)


def _unreachable(
    key: tuple[str, str], demand: Demand, items: list[str], data: PlanData, reach: Reach, tables: Tables
) -> Finding | None:
    """Why a demand row cannot be served from its first period on; None where it can."""
    place, capability = key
    if not items:
        return warning("demand-unserved", tables, "demand", key, "capability", f"no item serves {capability}, so nothing of it can be met{_hard(demand, 1)}",
                       "add the items that serve it to effects")  # fmt: skip
    first = min((_usable(item, place, data, reach) for item in items), default=NEVER)
    if first > data.horizon:
        had = any(
            reach.sources.get(item)
            or any(x == place and i == item and fleet.initial for (x, i), fleet in data.fleets.items())
            for item in items
        )
        why = (
            "no lane brings what serves it here within the horizon"
            if had
            else "what serves it can neither be bought nor drawn, and none is at hand"
        )
        return warning("demand-unreached", tables, "demand", key, "place", f"{why} ({shortened(items)}){_hard(demand, 1)}",
                       "look at lanes, products and menus" if had else "look at products, capacity, stocks and menus")  # fmt: skip
    early = [t for t in range(1, int(first)) if demand.demand[t - 1] > 0]
    if not early:
        return None
    lost = sum(demand.demand[t - 1] for t in early)
    return warning("demand-early", tables, "demand", key, early[0],
                   f"nothing that serves it can be here before {data.period_labels[int(first) - 1]}: {amount(lost)} of {amount(sum(demand.demand))} fall earlier{_hard(demand, int(first), before=True)}",
                   "it stays unmet, unless stocks, arrivals or a fleet at the start serve it")  # fmt: skip


def _hard(demand: Demand, first: int, before: bool = False) -> str:
    """What a floor makes of demand that cannot be met."""
    periods = range(max(1, demand.floor_from), first if before else len(demand.demand) + 1)
    broken = demand.floor > 0 and any(demand.demand[t - 1] > 0 for t in periods)
    return f"; its floor of {demand.floor:.0%} cannot be kept: no plan exists" if broken else ""


def _usable(item: str, place: str, data: PlanData, reach: Reach) -> float:
    """The first period in which an item could be used at a place; a munition at a front waits for something to fire it."""
    fleet = data.fleets.get((place, item))
    if fleet and fleet.initial > 0:
        return 1
    came = reach.earliest(item).get(place, NEVER)
    platforms = [platform for munition, platform in data.platforms if munition == item]
    if data.items[item].kind == "munition" and platforms and data.places[place].kind == "front":
        return max(came, min(_usable(platform, place, data, reach) for platform in platforms))
    return came


def _above_reach(
    capability: str, items: list[str], reached: set[tuple[str, str]], data: PlanData, reach: Reach, tables: Tables
) -> Iterator[Finding]:
    """Demand of all places together, and floors of each and of all, against all that could come to them."""
    rows = {
        place: data.demands[place, code]
        for place, code in sorted(reached | set(data.demands))
        if code == capability and any(data.demands[place, code].demand)
    }
    if not items or not any((place, capability) in reached for place in rows):
        return
    periods = range(1, data.horizon + 1)
    flow = data.capabilities[capability].kind == "flow"
    bound = _bound(capability, items, frozenset(rows), data, reach)
    needed = _cumulated([sum(demand.demand[t - 1] for demand in rows.values()) for t in periods], flow)
    short, t = max((needed[t - 1] - bound[t - 1], t) for t in periods)
    if needed[t - 1] > bound[t - 1] * _SLACK:
        place = max(rows, key=lambda code: rows[code].demand[t - 1])
        when = "by" if flow else "in"
        yield warning("demand-above-reach", tables, "demand", (place, capability), t,
                      f"{when} {data.period_labels[t - 1]} all places need {amount(needed[t - 1])} of {capability}, and plants, stocks and lanes could bring at most {amount(bound[t - 1])}: "
                      f"{amount(short)} ({share(short / needed[-1 if flow else t - 1])} of the {'horizon' if flow else 'period'}'s demand) stay unmet whatever the plan",
                      "look for a slip in demand, effects or capacity; else it is the shortage itself")  # fmt: skip
    yield from _floors(capability, items, rows, data, reach, tables)


def _floors(
    capability: str, items: list[str], rows: dict[str, Demand], data: PlanData, reach: Reach, tables: Tables
) -> Iterator[Finding]:
    periods = range(1, data.horizon + 1)
    flow = data.capabilities[capability].kind == "flow"
    hard = {
        place: [demand.floor * demand.demand[t - 1] if t >= demand.floor_from else 0.0 for t in periods]
        for place, demand in rows.items()
        if demand.floor
    }
    alone = [(place,) for place in hard]
    for places in (*alone, tuple(hard)) if len(hard) > 1 else alone:
        needed = _cumulated([sum(hard[place][t - 1] for place in places) for t in periods], flow)
        bound = _bound(capability, items, frozenset(places), data, reach)
        broken = next((t for t in periods if needed[t - 1] > bound[t - 1] * _SLACK), None)
        if broken is not None:
            cells = shortened([tables.address("demand", (place, capability), "floor") for place in places])
            yield warning("floor-above-reach", tables, "demand", (places[0], capability), "floor",
                          f"{'by' if flow else 'in'} {data.period_labels[broken - 1]} the floor{'s' if len(places) > 1 else ''} {cells} ask for {amount(needed[broken - 1])} of {capability}, and at most {amount(bound[broken - 1])} could come: no plan exists",
                          "lower the floor, or let it hold from a later period (floor_from)")  # fmt: skip


def _cumulated(numbers: list[float], flow: bool) -> list[float]:
    """Running sums of a flow; a level as it is."""
    if not flow:
        return numbers
    total, sums = 0.0, []
    for number in numbers:
        total += number
        sums.append(total)
    return sums


def _bound(capability: str, items: list[str], places: frozenset[str], data: PlanData, reach: Reach) -> list[float]:
    """The most that could serve a capability at these places: by the end of each period (flow), in it (level)."""
    total = [0.0] * data.horizon
    for item in items:
        effect = data.effects[item, capability]
        for t, come in enumerate(reach.arriving(item, places), 1):
            total[t - 1] += effect * come
        for (place, equipment), fleet in data.fleets.items():
            if equipment == item and place in places:
                for t in range(1, data.horizon + 1):
                    total[t - 1] += effect * fleet.initial * (1 - fleet.attrition) ** t
    return total
