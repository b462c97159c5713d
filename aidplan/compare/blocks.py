"""Blocks of inputs: what can be taken from one run or from another when asking which change did what.

A mix of two runs takes each block from one of them. What a block names that the mix lacks (a menu row of
a fund that only the other run has) is left out of the mix, so every mix is a whole plan's data.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from aidplan_models import pressure
from aidplan_models.data import CHANNELS, COMMON, MenuRow, PlanData, Product, Supply
from aidplan_models.kept import keep

WORDING = "wording only"
FRAME = "horizon and units"
ITEMS, PLACES, DEMAND, FRONT, PRODUCTION, CAPACITY = (
    "items and capabilities", "lanes and places", "demand", "fleets and platforms", "plants and products", "capacity",
)  # fmt: skip
PRICES, EXPANSIONS, COMPONENTS, FUNDING, MENU = "prices", "expansions", "components", "funding", "menu"
STOCKS, ARRIVALS, ADVERSARY, GOALS = "reserves and stocks", "arrivals", "adversary", "goals"

_WORDS = frozenset(["name", "unit", "source", "confidence", "note", "title", "donor"])
_FRAME = frozenset(["start", "periods", "period_months", "currency", "money_unit", "tail"])
_PRICES = frozenset(
    [("products", "unit_cost"), ("stocks", "release_cost"), ("expansions", "capex"), ("lanes", "cost_per_t")]
)
_SHEETS = {
    "places": PLACES,
    "lanes": PLACES,
    "items": ITEMS,
    "capabilities": ITEMS,
    "effects": ITEMS,
    "demand": DEMAND,
    "fleets": FRONT,
    "platforms": FRONT,
    "plants": PRODUCTION,
    "products": PRODUCTION,
    "orderbook": PRODUCTION,
    "redirects": PRODUCTION,
    "guarantees": EXPANSIONS,
    "capacity": CAPACITY,
    "expansions": EXPANSIONS,
    "bills": COMPONENTS,
    "supply": COMPONENTS,
    "funds": FUNDING,
    "funding": FUNDING,
    "menu": MENU,
    "stocks": STOCKS,
    "arrivals": ARRIVALS,
    "adversary": ADVERSARY,
    "measures": ADVERSARY,
    "joins": ADVERSARY,
    "goals": GOALS,
}

V = TypeVar("V")


def block_of(sheet: str, column: str) -> str:
    """The block that a cell belongs to: of a setting ``column`` is its name, of a whole row ""."""
    if column in _WORDS:
        return WORDING
    if sheet == "settings":
        return FRAME if column in _FRAME else DEMAND if column in ("urgency_rate", "tail_weight") else EXPANSIONS
    return PRICES if (sheet, column) in _PRICES else _SHEETS[sheet]


@dataclass(frozen=True, slots=True)
class Block:
    """``content`` gives what of the data belongs to the block; blocks with equal contents do not differ."""

    name: str
    content: Callable[[PlanData], Any]


def _without(rows: Mapping[Any, Any], price: str) -> dict[Any, Any]:
    """The rows with their price taken out: prices are a block of their own."""
    return {key: replace(row, **{price: 0.0}) for key, row in rows.items()}


def _stated(rows: Mapping[Any, Any], counted: str) -> dict[Any, Any]:
    """The rows as the workbook states them, before pressure: it is the adversary's block."""
    return {key: replace(row, **{counted: row.stated}) if row.stated else row for key, row in rows.items()}


def _prices_of(data: PlanData) -> dict[tuple[str, Any], float]:
    prices: dict[tuple[str, Any], float] = {("product", key): row.unit_cost for key, row in data.products.items()}
    prices |= {("reserve", key): reserve.release_cost for key, reserve in data.reserves.items()}
    prices |= {("expansion", key): expansion.capex for key, expansion in data.expansions.items()}
    prices |= {("lane", key): terms.cost_per_t for key, terms in data.lanes.items()}
    return prices


BLOCKS = (
    Block(FUNDING, lambda data: {code: replace(fund, donor="") for code, fund in data.funds.items()}),
    Block(DEMAND, lambda data: (data.urgency_rate, data.tail_weight, _stated(data.demands, "demand"))),
    Block(CAPACITY, lambda data: {plant: series for plant, series in data.capacity.items() if any(series)}),
    Block(PRICES, _prices_of),
    Block(PLACES, lambda data: (data.places, _without(data.lanes, "cost_per_t"))),
    Block(MENU, lambda data: data.menu),
    Block(
        EXPANSIONS,
        lambda data: (data.outyear_limit, data.liability_before, data.guarantees, _without(data.expansions, "capex")),
    ),
    Block(
        PRODUCTION,
        lambda data: (
            data.plants,
            _without(data.products, "unit_cost"),
            data.orderbook,
            data.due,
            data.closing,
            data.redirects,
        ),
    ),
    Block(COMPONENTS, lambda data: (data.bills, data.supply)),
    Block(STOCKS, lambda data: (_without(data.reserves, "release_cost"), data.opening_stock)),
    Block(ARRIVALS, lambda data: data.arrivals),
    Block(FRONT, lambda data: (data.fleets, data.platforms)),
    Block(ITEMS, lambda data: (data.items, data.capabilities, data.effects)),
    Block(ADVERSARY, lambda data: (_stated(data.adversary, "output"), data.measures, data.joins)),
    Block(GOALS, lambda data: data.goals),
)
"""Every block that can be swapped, in the order in which they are shown."""


def frame(data: PlanData) -> tuple[Any, ...]:
    """What two runs must have in common for blocks to be swapped: their periods, the tail, their currency
    and its unit.
    """
    return data.period_labels, data.tail, data.period_months, data.currency, data.money_unit


def differing(before: PlanData, after: PlanData) -> tuple[str, ...]:
    """The blocks whose contents differ. Prices are compared where both runs have the row, and what ``after`` keeps of
    another plan is no difference.
    """
    before = before if after.kept is None else keep(before, after.kept)
    found = []
    for block in BLOCKS:
        old, new = block.content(before), block.content(after)
        if block.name == PRICES:
            shared = old.keys() & new.keys()
            old, new = ({key: prices[key] for key in shared} for prices in (old, new))
        elif block.name == COMPONENTS:
            old, new = ((bills, {code: row for code, row in supply.items() if row.initial or any(row.arriving)})
                        for bills, supply in (old, new))  # fmt: skip
        if old != new:
            found.append(block.name)
    return tuple(found)


def mix(before: PlanData, after: PlanData, chosen: frozenset[str]) -> PlanData:
    """``before`` with the ``chosen`` blocks of ``after``; both must have the same `frame`. What ``after`` keeps is
    kept.
    """

    def of(block: str) -> PlanData:
        return after if block in chosen else before

    prices = of(PRICES)
    mixed = _whole(
        replace(
            before,
            urgency_rate=of(DEMAND).urgency_rate,
            tail_weight=of(DEMAND).tail_weight,
            outyear_limit=of(EXPANSIONS).outyear_limit,
            liability_before=of(EXPANSIONS).liability_before,
            guarantees=of(EXPANSIONS).guarantees,
            places=of(PLACES).places,
            lanes=_priced(of(PLACES).lanes, prices.lanes, "cost_per_t"),
            items=of(ITEMS).items,
            capabilities=of(ITEMS).capabilities,
            effects=of(ITEMS).effects,
            plants=of(PRODUCTION).plants,
            products=_priced(of(PRODUCTION).products, prices.products, "unit_cost"),
            orderbook=of(PRODUCTION).orderbook,
            due=of(PRODUCTION).due,
            closing=of(PRODUCTION).closing,
            redirects=of(PRODUCTION).redirects,
            capacity=of(CAPACITY).capacity,
            expansions=_priced(of(EXPANSIONS).expansions, prices.expansions, "capex"),
            bills=of(COMPONENTS).bills,
            supply=of(COMPONENTS).supply,
            funds=of(FUNDING).funds,
            menu=of(MENU).menu,
            reserves=_priced(of(STOCKS).reserves, prices.reserves, "release_cost"),
            opening_stock=of(STOCKS).opening_stock,
            arrivals=of(ARRIVALS).arrivals,
            demands=of(DEMAND).demands,
            fleets=of(FRONT).fleets,
            platforms=of(FRONT).platforms,
            adversary=of(ADVERSARY).adversary,
            measures=of(ADVERSARY).measures,
            joins=of(ADVERSARY).joins,
            goals=of(GOALS).goals,
        )
    )
    mixed = pressure.pressed(replace(mixed, kept=None))
    return mixed if after.kept is None else keep(mixed, after.kept)


def _priced(rows: Mapping[Any, V], priced: Mapping[Any, V], price: str) -> dict[Any, V]:
    """The rows with the prices of the same rows elsewhere; a row that stands here alone keeps its own."""
    return {
        key: replace(row, **{price: getattr(priced[key], price)}) if key in priced else row  # type: ignore[type-var]
        for key, row in rows.items()
    }


def _whole(data: PlanData) -> PlanData:
    """The data without rows that name a code it lacks, or one of another kind than the sheet allows."""
    places, items = data.places, data.items
    goods = {code for code, item in items.items() if item.is_goods}
    components = items.keys() - goods
    countries = {code for code, place in places.items() if place.kind == "country"}
    homes = {code for code, place in places.items() if place.kind == "home"}
    fronts = homes | {code for code, place in places.items() if place.kind == "front"}
    plants = {code: country for code, country in data.plants.items() if country in countries}
    products: dict[tuple[str, str], Product] = {
        key: row for key, row in data.products.items() if key[0] in plants and key[1] in items
    }
    funds = {code: fund for code, fund in data.funds.items() if not fund.delivers_to or fund.delivers_to in homes}
    nothing = (0.0,) * data.horizon
    return replace(
        data,
        plants=plants,
        products=products,
        orderbook={
            key: n for key, n in data.orderbook.items()
            if key[:2] in products and key[1] in goods and key[2] in {COMMON, *homes}
        },
        capacity={plant: data.capacity.get(plant, nothing) for plant in plants},
        expansions={code: row for code, row in data.expansions.items() if row.plant in plants},
        bills={key: n for key, n in data.bills.items() if key[:2] in products and key[2] in components},
        supply={code: data.supply.get(code, Supply(0.0, nothing)) for code in items if code in components},
        funds=funds,
        menu=tuple(_rights(row, bool(funds[row.fund].delivers_to)) for row in data.menu if row.fund in funds),
        reserves={key: row for key, row in data.reserves.items() if key[0] in countries and key[1] in goods},
        opening_stock={
            key: n for key, n in data.opening_stock.items()
            if key[0] in places.keys() - countries and key[1] in goods
        },
        arrivals={key: series for key, series in data.arrivals.items() if key[0] in places and key[1] in goods},
        demands={
            key: row for key, row in data.demands.items() if key[0] in fronts and key[1] in data.capabilities
        },
        fleets={key: row for key, row in data.fleets.items() if key[0] in fronts and _is(data, key[1], "equipment")},
        platforms={
            key: rate for key, rate in data.platforms.items()
            if _is(data, key[0], "munition") and _is(data, key[1], "equipment")
        },
        adversary={code: row for code, row in data.adversary.items() if code in data.capabilities},
    )  # fmt: skip


def _is(data: PlanData, item: str, kind: str) -> bool:
    return item in data.items and data.items[item].kind == kind


def _rights(row: MenuRow, delivers: bool) -> MenuRow:
    """The row's channels as the planner wrote them; a fund bound to a home place draws on no reserve."""
    written = row.key[4]
    channels = frozenset(CHANNELS) if written == "*" else frozenset(written.split(", "))
    return replace(row, channels=channels - {"release"} if delivers else channels)
