"""From checked tables to the numbers that the mathematics reads."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from aidplan_models.data import (
    CHANNELS,
    Adversary,
    Capability,
    Demand,
    Expansion,
    Fleet,
    Fund,
    Goal,
    Item,
    Lane,
    LaneTerms,
    MenuRow,
    Place,
    PlanData,
    Product,
    Reserve,
    Series,
    Supply,
)
from aidplan_models.registry import DEFAULT_GOALS

from aidplan.workbook.schema import ALL
from aidplan.workbook.tables import Row, Tables

K = TypeVar("K")
V = TypeVar("V")


def plan_data(tables: Tables) -> PlanData:
    """The plan's numbers, every mapping in sorted order of its key; `tables` must be free of errors."""
    calendar = tables.calendar
    horizon = calendar.count
    kinds = {row.key[0]: row["kind"] for row in tables["places"]}
    return PlanData(
        period_labels=calendar.labels,
        period_months=calendar.months,
        currency=str(tables.setting("currency")),
        money_unit=_number(tables.setting("money_unit")),
        urgency_rate=_number(tables.setting("urgency_rate")),
        outyear_limit=_limit(tables.setting("outyear_limit")),
        places=_by_code(tables, "places", lambda row: _place(row, horizon)),
        items=_by_code(tables, "items", lambda row: Item(str(row["kind"]), str(row["class"] or ""), _number(row["weight_t"]))),
        capabilities=_by_code(tables, "capabilities", lambda row: Capability(str(row["kind"]), _number(row["weight"]))),
        effects=_by_codes(tables, "effects", lambda row: _number(row["effect"])),
        plants=_by_code(tables, "plants", lambda row: str(row["place"])),
        products=_by_codes(tables, "products", _product),
        orderbook=_above_zero(_by_codes(tables, "orderbook", lambda row: _number(row["quantity"]))),
        capacity=_capacity(tables, horizon),
        expansions=_by_code(tables, "expansions", lambda row: _expansion(row, horizon)),
        bills=_bills(tables),
        supply=_supply(tables, horizon),
        funds=_funds(tables),
        menu=_menu(tables),
        reserves=_stocks(tables, kinds, at_country=True, made=lambda row: _reserve(row, horizon)),
        opening_stock=_above_zero(_stocks(tables, kinds, at_country=False, made=lambda row: _number(row["initial"]))),
        arrivals={key: series for key, series in _by_codes(tables, "arrivals", lambda row: _series(row, horizon)).items() if any(series)},
        lanes=_sorted((Lane(*row.key), _lane(row, horizon)) for row in tables["lanes"]),
        demands=_by_codes(tables, "demand", lambda row: _demand(row, horizon)),
        fleets=_by_codes(tables, "fleets", lambda row: Fleet(_number(row["initial"]), _number(row["attrition"]))),
        platforms=_by_codes(tables, "platforms", lambda row: _number(row["rate"])),
        adversary=_by_code(tables, "adversary", lambda row: Adversary(_number(row["target_ratio"]), _series(row, horizon))),
        goals=_goals(tables),
    )  # fmt: skip


def _number(value: object) -> float:
    assert isinstance(value, int | float), f"{value!r} should have been refused: it is no number"
    return float(value)


def _whole(value: object) -> int:
    assert isinstance(value, int), f"{value!r} should have been refused: it is not whole"
    return value


def _limit(value: object) -> float:
    """A limit; none is infinite."""
    return math.inf if value is None else _number(value)


def _series(row: Row, horizon: int) -> Series:
    """The numbers in force in periods 1..T; none is infinite."""
    return tuple(_limit(row.number_at(t)) for t in range(1, horizon + 1))


def _sorted(pairs: Iterable[tuple[K, V]]) -> dict[K, V]:
    return dict(sorted(pairs, key=lambda pair: pair[0]))  # type: ignore[arg-type,return-value]


def _by_code(tables: Tables, sheet: str, made: Callable[[Row], V]) -> dict[str, V]:
    return _sorted((row.key[0], made(row)) for row in tables[sheet])


def _by_codes(tables: Tables, sheet: str, made: Callable[[Row], V]) -> dict[Any, V]:
    """As `_by_code`, for keys of two or three codes."""
    return _sorted((row.key, made(row)) for row in tables[sheet])


def _above_zero(numbers: dict[K, float]) -> dict[K, float]:
    return {key: number for key, number in numbers.items() if number > 0}


def _place(row: Row, horizon: int) -> Place:
    return Place(str(row["kind"]), _series(row, horizon), _limit(row["storage_t"]))


def _product(row: Row) -> Product:
    return Product(_number(row["unit_cost"] or 0.0), _whole(row["lead_time"]), _number(row["capacity_use"]))


def _expansion(row: Row, horizon: int) -> Expansion:
    public = row["financing"] == "public"
    return Expansion(
        plant=str(row["plant"]),
        financing=str(row["financing"]),
        capex=_number(row["capex"]) if public else 0.0,
        build_time=_whole(row["build_time"]),
        limit=_number(row["limit"]),
        step_limit=_series(row, horizon),
        guarantee_share=0.0 if public else _number(row["guarantee_share"]),
        guarantee_periods=0 if public else _whole(row["guarantee_periods"]),
    )


def _capacity(tables: Tables, horizon: int) -> dict[str, Series]:
    rows = {row.key[0]: _series(row, horizon) for row in tables["capacity"]}
    nothing = (0.0,) * horizon
    return _by_code(tables, "plants", lambda row: rows.get(row.key[0], nothing))


def _bills(tables: Tables) -> dict[tuple[str, str, str], float]:
    """Each product's own bill for a component, else the bill for every plant."""
    quantity = {row.key: _number(row["quantity"]) for row in tables["bills"]}
    by_item: dict[str, set[str]] = {}
    for item, component, _ in quantity:
        by_item.setdefault(item, set()).add(component)
    resolved = {}
    for row in tables["products"]:
        plant, item = row.key
        for component in by_item.get(item, ()):
            own = quantity.get((item, component, plant))
            resolved[plant, item, component] = quantity.get((item, component, ALL), 0.0) if own is None else own
    return _above_zero(_sorted(resolved.items()))


def _supply(tables: Tables, horizon: int) -> dict[str, Supply]:
    rows = {row.key[0]: Supply(_number(row["initial"]), _series(row, horizon)) for row in tables["supply"]}
    nothing = Supply(0.0, (0.0,) * horizon)
    components = [row.key[0] for row in tables["items"] if row["kind"] == "component"]
    return _sorted((code, rows.get(code, nothing)) for code in components)


def _funds(tables: Tables) -> dict[str, Fund]:
    funding = {row.key[0]: row.periods for row in tables["funding"]}
    return _by_code(tables, "funds", lambda row: _fund(row, funding.get(row.key[0], {})))


def _fund(row: Row, funding: Mapping[int, float]) -> Fund:
    mode, expires = str(row["mode"]), row["expires"]
    counts = {t: value for t, value in sorted(funding.items()) if value and (t >= 1 or mode == "tranche")}
    return Fund(
        donor=str(row["donor"] or ""),
        mode=mode,
        opening=_number(row["opening"]),
        approval_delay=_whole(row["approval_delay"]),
        carry_over=row["carry_over"] == "yes",
        expires=None if expires is None else _whole(expires),
        delivers_to=str(row["delivers_to"] or ""),
        funding=counts,
    )


def _menu(tables: Tables) -> tuple[MenuRow, ...]:
    delivering = {row.key[0] for row in tables["funds"] if row["delivers_to"]}
    rows = [_menu_row(row, row.key[0] in delivering) for row in tables["menu"]]
    return tuple(sorted(rows, key=lambda row: row.key))


def _menu_row(row: Row, delivers: bool) -> MenuRow:
    fund, items, classes, countries, channels = row.key
    named = _codes(row["channel"])
    return MenuRow(
        key=(fund, items, classes, countries, channels),
        fund=fund,
        items=_codes(row["item"]),
        classes=_codes(row["class"]),
        countries=_codes(row["country"]),
        channels=named if named is not None else frozenset(CHANNELS) - ({"release"} if delivers else set()),
        allow=row["allow"] == "yes",
        share_min=_number(row["share_min"] or 0.0),
        share_max=_limit(row["share_max"]),
    )


def _codes(value: object) -> frozenset[str] | None:
    """The codes of a list; None for all."""
    assert isinstance(value, tuple)
    return None if value == (ALL,) else frozenset(value)


def _stocks(tables: Tables, kinds: Mapping[str, object], at_country: bool, made: Callable[[Row], V]) -> dict[Any, V]:
    """The stocks rows of countries, which are reserves, or those of all other places."""
    return _sorted((row.key, made(row)) for row in tables["stocks"] if (kinds[row.key[0]] == "country") == at_country)


def _reserve(row: Row, horizon: int) -> Reserve:
    return Reserve(_number(row["initial"]), _number(row["floor"]), _series(row, horizon), _number(row["release_cost"]))


def _lane(row: Row, horizon: int) -> LaneTerms:
    return LaneTerms(
        classes=_codes(row["class"]),
        cost_per_t=_number(row["cost_per_t"]),
        transit=_whole(row["transit"]),
        capacity_t=_series(row, horizon),
        loss=_number(row["loss"]),
    )


def _demand(row: Row, horizon: int) -> Demand:
    return Demand(_number(row["priority"]), _number(row["floor"]), _whole(row["floor_from"]), _series(row, horizon))


def _goals(tables: Tables) -> tuple[Goal, ...]:
    rows = [
        Goal(row.key[0], _whole(row["rank"]), _number(row["weight"]), _number(row["tolerance"]))
        for row in tables["goals"]
    ]
    if not rows:
        rows = [Goal(goal, rank, 1.0, 0.0) for rank, goal in enumerate(DEFAULT_GOALS, 1)]
    return tuple(sorted(rows, key=lambda goal: (goal.rank, goal.goal)))
