"""From checked tables to the numbers that the mathematics reads."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from aidplan_models import pressure
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
    Join,
    Lane,
    LaneTerms,
    Measure,
    MenuRow,
    Place,
    PlanData,
    Product,
    Redirect,
    Reserve,
    Series,
    Supply,
)
from aidplan_models.registry import DEFAULT_GOALS

from aidplan.workbook.schema import ALL
from aidplan.workbook.tables import Row, Tables, codes_of

K = TypeVar("K")
V = TypeVar("V")


def plan_data(tables: Tables) -> PlanData:
    """The plan's numbers, every mapping in sorted order of its key; `tables` must be free of errors."""
    calendar = tables.calendar
    read = _Reader(tables)
    measures, joins = _measures(tables), _joins(tables)
    pressed = _Pressed(measures, joins, calendar.planned)
    kinds = {row.key[0]: row["kind"] for row in tables["places"]}
    return PlanData(
        period_labels=calendar.planned_labels,
        period_months=calendar.months,
        currency=str(tables.setting("currency")),
        money_unit=_number(tables.setting("money_unit")),
        urgency_rate=_number(tables.setting("urgency_rate")),
        outyear_limit=_limit(tables.setting("outyear_limit")),
        places=_by_code(tables, "places", lambda row: _place(row, read)),
        items=_by_code(tables, "items", lambda row: Item(str(row["kind"]), str(row["class"] or ""), _number(row["weight_t"]))),
        capabilities=_by_code(tables, "capabilities", lambda row: Capability(str(row["kind"]), _number(row["weight"]))),
        effects=_by_codes(tables, "effects", lambda row: _number(row["effect"])),
        plants=_by_code(tables, "plants", lambda row: str(row["place"])),
        products=_by_codes(tables, "products", _product),
        orderbook=_above_zero(_by_codes(tables, "orderbook", lambda row: _number(row["quantity"]))),
        capacity=_capacity(tables, read),
        expansions=_by_code(tables, "expansions", lambda row: _expansion(row, read)),
        bills=_bills(tables),
        supply=_supply(tables, read),
        funds=_funds(tables),
        menu=_menu(tables),
        reserves=_stocks(tables, kinds, at_country=True, made=lambda row: _reserve(row, read)),
        opening_stock=_above_zero(_stocks(tables, kinds, at_country=False, made=lambda row: _number(row["initial"]))),
        arrivals={key: series for key, series in _by_codes(tables, "arrivals", read.series).items() if any(series)},
        lanes=_sorted((Lane(*row.key), _lane(row, read)) for row in tables["lanes"]),
        demands=_by_codes(tables, "demand", lambda row: _demand(row, read, pressed)),
        fleets=_by_codes(tables, "fleets", lambda row: Fleet(_number(row["initial"]), _number(row["attrition"]))),
        platforms=_by_codes(tables, "platforms", lambda row: _number(row["rate"])),
        adversary=_by_code(tables, "adversary", lambda row: _adversary(row, read, pressed)),
        goals=_goals(tables),
        tail=calendar.tail,
        tail_weight=_number(tables.setting("tail_weight")),
        liability_before=_number(tables.setting("liability_before")),
        due={key: series for key, series in _by_codes(tables, "orderbook", read.series).items() if any(series)},
        closing=_given(_by_codes(tables, "orderbook", lambda row: row["closing"])),
        redirects=_by_codes(tables, "redirects", lambda row: _redirect(row, read)),
        guarantees=_by_code(tables, "guarantees", read.series),
        measures=measures,
        joins=joins,
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


@dataclass(frozen=True)
class _Reader:
    """Reads the numbers of a row's periods, the tail's too."""

    tables: Tables

    def series(self, row: Row) -> Series:
        """The numbers in force in every period that is planned; none is infinite."""
        calendar = self.tables.calendar
        return tuple(map(_limit, self.tables[row.sheet.name].series(row, calendar.count, calendar.planned)))


@dataclass(frozen=True)
class _Pressed:
    """What measures leave of the adversary's output, by capability."""

    measures: Mapping[tuple[str, str], Measure]
    joins: Mapping[tuple[str, str], Join]
    periods: int

    def left(self, capability: str) -> Series:
        """Share of the output that is left, a period."""
        return pressure.left(self.measures, self.joins, capability, self.periods)


def _sorted(pairs: Iterable[tuple[K, V]]) -> dict[K, V]:
    return dict(sorted(pairs, key=lambda pair: pair[0]))  # type: ignore[arg-type,return-value]


def _by_code(tables: Tables, sheet: str, made: Callable[[Row], V]) -> dict[str, V]:
    return _sorted((row.key[0], made(row)) for row in tables[sheet])


def _by_codes(tables: Tables, sheet: str, made: Callable[[Row], V]) -> dict[Any, V]:
    """As `_by_code`, for keys of two or three codes."""
    return _sorted((row.key, made(row)) for row in tables[sheet])


def _above_zero(numbers: dict[K, float]) -> dict[K, float]:
    return {key: number for key, number in numbers.items() if number > 0}


def _given(cells: dict[Any, object]) -> dict[Any, float]:
    """The cells that are filled."""
    return {key: _number(cell) for key, cell in cells.items() if cell is not None}


def _place(row: Row, read: _Reader) -> Place:
    return Place(str(row["kind"]), read.series(row), _limit(row["storage_t"]))


def _product(row: Row) -> Product:
    return Product(_number(row["unit_cost"] or 0.0), _whole(row["lead_time"]), _number(row["capacity_use"]))


def _expansion(row: Row, read: _Reader) -> Expansion:
    public = row["financing"] == "public"
    return Expansion(
        plant=str(row["plant"]),
        financing=str(row["financing"]),
        capex=_number(row["capex"]) if public else 0.0,
        build_time=_whole(row["build_time"]),
        limit=_number(row["limit"]),
        step_limit=read.series(row),
        guarantee_share=0.0 if public else _number(row["guarantee_share"]),
        guarantee_periods=0 if public else _whole(row["guarantee_periods"]),
    )


def _capacity(tables: Tables, read: _Reader) -> dict[str, Series]:
    rows = {row.key[0]: read.series(row) for row in tables["capacity"]}
    nothing = (0.0,) * tables.calendar.planned
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


def _supply(tables: Tables, read: _Reader) -> dict[str, Supply]:
    rows = {row.key[0]: Supply(_number(row["initial"]), read.series(row)) for row in tables["supply"]}
    nothing = Supply(0.0, (0.0,) * tables.calendar.planned)
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
        available_before=_number(row["available_before"]),
        spent_before=_number(row["spent_before"]),
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
        spent_before=_number(row["spent_before"]),
        spent_in_time_before=_number(row["spent_in_time_before"]),
    )


def _codes(value: object) -> frozenset[str] | None:
    """The codes of a list; None for all."""
    assert isinstance(value, tuple)
    return None if value == (ALL,) else frozenset(value)


def _stocks(tables: Tables, kinds: Mapping[str, object], at_country: bool, made: Callable[[Row], V]) -> dict[Any, V]:
    """The stocks rows of countries, which are reserves, or those of all other places."""
    return _sorted((row.key, made(row)) for row in tables["stocks"] if (kinds[row.key[0]] == "country") == at_country)


def _reserve(row: Row, read: _Reader) -> Reserve:
    return Reserve(_number(row["initial"]), _number(row["floor"]), read.series(row), _number(row["release_cost"]))


def _lane(row: Row, read: _Reader) -> LaneTerms:
    return LaneTerms(
        classes=_codes(row["class"]),
        cost_per_t=_number(row["cost_per_t"]),
        transit=_whole(row["transit"]),
        capacity_t=read.series(row),
        loss=_number(row["loss"]),
    )


def _demand(row: Row, read: _Reader, pressed: _Pressed) -> Demand:
    stated = counts = read.series(row)
    eased_by, share = str(row["eased_by"] or ""), _number(row["eased_share"])
    if eased_by:
        counts = pressure.eased(stated, share, pressed.left(eased_by))
    return Demand(
        priority=_number(row["priority"]),
        floor=_number(row["floor"]),
        floor_from=_whole(row["floor_from"]),
        demand=counts,
        stated=stated,
        eased_by=eased_by,
        eased_share=share,
    )


def _adversary(row: Row, read: _Reader, pressed: _Pressed) -> Adversary:
    stated = read.series(row)
    counts = tuple(output * left for output, left in zip(stated, pressed.left(row.key[0]), strict=True))
    return Adversary(_number(row["target_ratio"]), counts, stated)


def _redirect(row: Row, read: _Reader) -> Redirect:
    return Redirect(_number(row["owed_before"]), _number(row["owed_end"]), read.series(row))


def _measures(tables: Tables) -> dict[tuple[str, str], Measure]:
    """(measure, capability) -> its terms; a row that names several capabilities speaks of each."""
    return _sorted(
        (
            (str(row["measure"]), capability),
            Measure(_number(row["effect"]), _whole(row["ramp"]), _number(row["leak"]), _number(row["fade"])),
        )
        for row in tables["measures"]
        for capability in codes_of(row, "capability")
    )


def _joins(tables: Tables) -> dict[tuple[str, str], Join]:
    return _by_codes(
        tables,
        "joins",
        lambda row: Join(
            _number(row["weight"]), None if row["from"] is None else _whole(row["from"]), _number(row["cost"])
        ),
    )


def _goals(tables: Tables) -> tuple[Goal, ...]:
    rows = [
        Goal(row.key[0], _whole(row["rank"]), _number(row["weight"]), _number(row["tolerance"]))
        for row in tables["goals"]
    ]
    if not rows:
        rows = [Goal(goal, rank, 1.0, 0.0) for rank, goal in enumerate(DEFAULT_GOALS, 1)]
    return tuple(sorted(rows, key=lambda goal: (goal.rank, goal.goal)))
