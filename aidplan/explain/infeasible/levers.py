"""Levers: the workbook's cells that bound a plan, and what a change of each does to the programme's limits.

A lever is one cell. Moved by so much, it moves the right-hand sides of the limits that read it: a hub's
throughput those of every period that has no cell of its own, a month's funding that of the fund's balance
and of its ``share_max``. Only cells that planners decide on are levers; facts (prices, weights, what the
adversary makes) are not.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from aidplan_models.data import MenuRow, PlanData
from aidplan_models.derived import available
from aidplan_models.sets import lane_label

from aidplan.workbook.tables import Row, Tables

Effect = tuple[str, tuple[Any, ...], float]
"""(constraint, index, how far its right-hand side moves by one unit of the lever)."""

NEGLIGIBLE = 1e-9
"""Of a lever's size: a smaller change is rounding."""


@dataclass(frozen=True)
class Lever:
    """One cell that can be moved up (``sign`` 1) or down (-1), by ``most`` at most.

    ``value`` is what it holds now, in ``unit``; ``size`` is a change that counts as 1 beside changes of other
    cells; ``effects`` are of a change by one unit in the lever's direction. ``slack`` tells that the effect is
    on the limit itself [money], and the cell's new value is read from the plan that comes of it.
    """

    kind: str
    sheet: str
    key: tuple[str, ...]
    column: str | int
    value: float
    sign: int
    most: float
    size: float
    unit: str
    effects: tuple[Effect, ...]
    slack: bool = False
    along: Mapping[int, float] = field(default_factory=dict)
    """What the row holds in the periods that move together, by as much each; ``column`` is the first of them."""


KINDS: dict[str, str] = {
    "floor": "lower the floors of demand",
    "floor_from": "let the floors hold from a later period on",
    "funding": "more money",
    "capacity": "more capacity at plants",
    "lane": "more tonnage on lanes",
    "throughput": "more throughput at places",
    "storage": "more storage",
    "reserve_floor": "let donors keep less in reserve",
    "release_limit": "draw on reserves faster",
    "share_min": "ask for smaller shares on the menu",
    "share_max": "allow larger shares on the menu",
    "step_limit": "let capacity grow in larger steps",
    "expansion_limit": "let capacity grow further",
    "outyear": "guarantee more past the horizon",
    "components": "more components from outside",
    "arrivals": "let less arrive",
}
"""Every kind of lever, and the repair that it is."""

ASKING = ("floor", "arrivals")
"""The kinds that ask something of a plan: with these given up, doing nothing is a plan."""


def levers(tables: Tables, data: PlanData, menu_rows: dict[str, MenuRow]) -> list[Lever]:
    """Every lever of a workbook, in the order of `KINDS`. ``menu_rows`` is the model's, by its name of a row."""
    found: list[Lever] = []
    for read in (_demand, _funding, _capacity, _movement, _reserves, _shares, _expansions, _outside):
        found += read(tables, data, menu_rows)
    order = list(KINDS)
    return sorted(found, key=lambda lever: order.index(lever.kind))


def _size(*values: float) -> float:
    """The first that is a size: finite and above 0."""
    return next((value for value in values if 0 < value < math.inf), 1.0)


def _typical(values: Iterable[float]) -> float:
    sizes = [value for value in values if 0 < value < math.inf]
    return median(sizes) if sizes else 0.0


def _demand(tables: Tables, data: PlanData, _: Any) -> Iterator[Lever]:
    for row in tables["demand"]:
        demand = data.demands[row.key]  # type: ignore[index]
        if demand.floor <= 0:
            continue
        asked = [(t, amount) for t, amount in enumerate(demand.demand, 1) if t >= demand.floor_from and amount > 0]
        effects = tuple(("floor_kept", (*row.key, t), amount) for t, amount in asked)
        yield Lever("floor", "demand", row.key, "floor", demand.floor, -1, demand.floor, 1.0, "", effects)
        for t, amount in asked:
            # Early periods are given up before late ones: what is left is a floor that begins later.
            given_up = (("floor_kept", (*row.key, t), amount * demand.floor),)
            begins = float(demand.floor_from)
            yield Lever("floor_from", "demand", row.key, t, begins, -1, 1.0, 1.0 / t**2, "", given_up)


def _funding(tables: Tables, data: PlanData, menu_rows: dict[str, MenuRow]) -> Iterator[Lever]:
    capped: dict[str, list[tuple[str, float]]] = {}
    for r, row in menu_rows.items():
        if row.share_max < math.inf:
            capped.setdefault(row.fund, []).append((r, row.share_max))
    horizon = range(1, data.horizon + 1)
    total = sum(available(fund, t) for fund in data.funds.values() for t in horizon)
    for line in tables["funding"]:
        fund = data.funds[line.key[0]]
        delay = fund.delay
        for t in (t for t in horizon if t + delay <= data.planned and fund.alive(t + delay)):
            effects: list[Effect] = [("fund_balance", (line.key[0], t + delay), 1.0)]
            effects += [("menu_share_ceiling", (r,), share) for r, share in capped.get(line.key[0], [])]
            now = line.number_at(t) or 0.0
            yield Lever("funding", "funding", line.key, t, now, 1, math.inf, _size(total), "money", tuple(effects))


def _capacity(tables: Tables, data: PlanData, _: Any) -> Iterator[Lever]:
    typical = _typical(value for series in data.capacity.values() for value in series)
    for row in tables["capacity"]:
        series = data.capacity[row.key[0]]
        own = max(series, default=0.0)
        standing = [t for t, amount in enumerate(series, 1) if amount > 0] or list(range(1, data.horizon + 1))
        # In all periods alike: the least in single ones is a plant of ten times its size, for a month.
        yield Lever(
            "capacity",
            "capacity",
            row.key,
            standing[0],
            series[standing[0] - 1],
            1,
            math.inf,
            _size(own, typical) / len(standing),
            "capacity units",
            tuple(("plant_capacity", (*row.key, t), 1.0) for t in standing),
            along={t: series[t - 1] for t in standing},
        )


def _stepped(
    row: Row, kind: str, column: str, unit: str, typical: float, horizon: int, effect: Callable[[int], list[Effect]]
) -> Iterator[Lever]:
    """A column's cell, for the periods that have no cell of their own; and the cells of those that have."""
    standing = row[column]
    own = [value for value in (standing, *row.periods.values()) if isinstance(value, int | float)]
    size = _size(max(own, default=0.0), typical)
    if isinstance(standing, int | float):
        effects = [each for t in range(1, horizon + 1) if t not in row.periods for each in effect(t)]
        yield Lever(kind, row.sheet.name, row.key, column, float(standing), 1, math.inf, size, unit, tuple(effects))
    for t, value in sorted(row.periods.items()):
        if 1 <= t <= horizon:
            yield Lever(kind, row.sheet.name, row.key, t, value, 1, math.inf, size, unit, tuple(effect(t)))


def _movement(tables: Tables, data: PlanData, _: Any) -> Iterator[Lever]:
    on_lanes = _typical(value for lane in data.lanes.values() for value in lane.capacity_t)
    for row in tables["lanes"]:
        label = lane_label(_lane(row.key))
        yield from _stepped(
            row,
            "lane",
            "capacity_t",
            "tonnes",
            on_lanes,
            data.planned,
            lambda t, a=label: [("lane_capacity", (a, t), 1.0)],  # type: ignore[misc]
        )
    through = _typical(value for place in data.places.values() for value in place.throughput_t)
    stored = _typical(place.storage_t for place in data.places.values())
    for row in tables["places"]:
        place = row.key[0]
        yield from _stepped(
            row, "throughput", "throughput_t", "tonnes", through, data.planned,
            lambda t, x=place: [("place_throughput", (x, t), 1.0)],  # type: ignore[misc]
        )  # fmt: skip
        if data.places[place].storage_t < math.inf:
            now = data.places[place].storage_t
            rows = tuple(("place_storage", (place, t), 1.0) for t in range(1, data.planned + 1))
            yield Lever("storage", "places", row.key, "storage_t", now, 1, math.inf, _size(now, stored), "tonnes", rows)


def _lane(key: tuple[str, ...]) -> Any:
    from aidplan_models.data import Lane

    return Lane(*key)


def _reserves(tables: Tables, data: PlanData, _: Any) -> Iterator[Lever]:
    for row in tables["stocks"]:
        reserve = data.reserves.get(row.key)  # type: ignore[arg-type]
        if reserve is None:
            continue
        if reserve.floor > 0:
            kept = tuple(("reserve_kept", (*row.key, t), -1.0) for t in range(1, data.planned + 1))
            yield Lever(
                "reserve_floor",
                "stocks",
                row.key,
                "floor",
                reserve.floor,
                -1,
                reserve.floor,
                reserve.floor,
                "items",
                kept,
            )
        yield from _stepped(
            row, "release_limit", "release_limit", "items", reserve.initial, data.planned,
            lambda t, key=row.key: [("release_paced", (*key, t), 1.0)],  # type: ignore[misc]
        )  # fmt: skip


def _shares(tables: Tables, data: PlanData, menu_rows: dict[str, MenuRow]) -> Iterator[Lever]:
    for r, row in menu_rows.items():
        arriving = sum(available(data.funds[row.fund], t) for t in range(1, data.planned + 1))
        if row.share_min > 0:
            yield Lever(
                "share_min", "menu", row.key, "share_min", row.share_min, -1, math.inf, _size(arriving), "",
                (("menu_share_floor", (r,), -1.0),), slack=True,
            )  # fmt: skip
        if row.share_max < 1 and arriving > 0:
            more = (("menu_share_ceiling", (r,), arriving),)
            yield Lever("share_max", "menu", row.key, "share_max", row.share_max, 1, 1 - row.share_max, 1.0, "", more)


def _expansions(tables: Tables, data: PlanData, _: Any) -> Iterator[Lever]:
    for row in tables["expansions"]:
        expansion = data.expansions[row.key[0]]
        sort = expansion.financing
        yield from _stepped(
            row, "step_limit", "step_limit", "capacity units", expansion.limit, data.planned,
            lambda t, key=row.key, sort=sort: [(f"{sort}_step", (*key, t), 1.0)],  # type: ignore[misc]
        )  # fmt: skip
        total = ((f"{sort}_total", row.key, 1.0),)
        size = _size(expansion.limit, max(data.capacity[expansion.plant], default=0.0))
        yield Lever(
            "expansion_limit",
            "expansions",
            row.key,
            "limit",
            expansion.limit,
            1,
            math.inf,
            size,
            "capacity units",
            total,
        )


def _outside(tables: Tables, data: PlanData, _: Any) -> Iterator[Lever]:
    if data.outyear_limit < math.inf:
        bound = (("outyear_bounded", ("horizon",), 1.0),)
        now = data.outyear_limit
        # Where nothing may be guaranteed, all money is the measure: a single unit of it bears on nothing.
        size = _size(now, sum(fund.opening + sum(fund.funding.values()) for fund in data.funds.values()))
        yield Lever("outyear", "settings", ("outyear_limit",), "value", now, 1, math.inf, size, "money", bound)
    for row in tables["supply"]:
        supply = data.supply[row.key[0]]
        size = _size(max(supply.arriving, default=0.0), supply.initial)
        for t in range(1, data.horizon + 1):
            effect = (("components_conserved", (*row.key, t), 1.0),)
            yield Lever(
                "components", "supply", row.key, t, row.number_at(t) or 0.0, 1, math.inf, size, "components", effect
            )
    for row in tables["arrivals"]:
        for t, quantity in sorted(row.periods.items()):
            if 1 <= t <= data.horizon and quantity > 0:
                less = (("stock_conserved", (*row.key, t), -1.0),)
                largest = max(row.periods.values())
                yield Lever("arrivals", "arrivals", row.key, t, quantity, -1, quantity, largest, "items", less)
