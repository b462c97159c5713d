"""From checked tables to the numbers that the mathematics reads."""

from __future__ import annotations

from aidplan_models.data import Capability, Fleet, Lane, PlanData

from aidplan.workbook.numbers.cells import (
    PeriodReader,
    above_zero,
    by_code,
    by_codes,
    given,
    in_order,
    limit,
    number,
)
from aidplan.workbook.numbers.front import Pressed, adversary, demand, joins, measures
from aidplan.workbook.numbers.industry import bills, capacity, expansion, item, product, supply
from aidplan.workbook.numbers.money import funds, goals, menu
from aidplan.workbook.numbers.movement import lane, place, redirect, reserve, stocks
from aidplan.workbook.tables import Tables


def plan_data(tables: Tables) -> PlanData:
    """The plan's numbers, every mapping in sorted order of its key; `tables` must be free of errors."""
    calendar = tables.calendar
    read = PeriodReader(tables)
    pressed = Pressed(measures(tables), joins(tables), calendar.planned)
    kinds = {row.key[0]: row["kind"] for row in tables["places"]}
    return PlanData(
        period_labels=calendar.planned_labels,
        period_months=calendar.months,
        currency=str(tables.setting("currency")),
        money_unit=number(tables.setting("money_unit")),
        urgency_rate=number(tables.setting("urgency_rate")),
        outyear_limit=limit(tables.setting("outyear_limit")),
        places=by_code(tables, "places", lambda row: place(row, read)),
        items=by_code(tables, "items", item),
        capabilities=by_code(tables, "capabilities", lambda row: Capability(str(row["kind"]), number(row["weight"]))),
        effects=by_codes(tables, "effects", lambda row: number(row["effect"])),
        plants=by_code(tables, "plants", lambda row: str(row["place"])),
        products=by_codes(tables, "products", product),
        orderbook=above_zero(by_codes(tables, "orderbook", lambda row: number(row["quantity"]))),
        capacity=capacity(tables, read),
        expansions=by_code(tables, "expansions", lambda row: expansion(row, read)),
        bills=bills(tables),
        supply=supply(tables, read),
        funds=funds(tables),
        menu=menu(tables),
        reserves=stocks(tables, kinds, at_country=True, made=lambda row: reserve(row, read)),
        opening_stock=above_zero(stocks(tables, kinds, at_country=False, made=lambda row: number(row["initial"]))),
        arrivals={key: series for key, series in by_codes(tables, "arrivals", read.series).items() if any(series)},
        lanes=in_order((Lane(*row.key), lane(row, read)) for row in tables["lanes"]),
        demands=by_codes(tables, "demand", lambda row: demand(row, read, pressed)),
        fleets=by_codes(tables, "fleets", lambda row: Fleet(number(row["initial"]), number(row["attrition"]))),
        platforms=by_codes(tables, "platforms", lambda row: number(row["rate"])),
        adversary=by_code(tables, "adversary", lambda row: adversary(row, read, pressed)),
        goals=goals(tables),
        tail=calendar.tail,
        tail_weight=number(tables.setting("tail_weight")),
        liability_before=number(tables.setting("liability_before")),
        due={key: series for key, series in by_codes(tables, "orderbook", read.series).items() if any(series)},
        closing=given(by_codes(tables, "orderbook", lambda row: row["closing"])),
        redirects=by_codes(tables, "redirects", lambda row: redirect(row, read)),
        guarantees=by_code(tables, "guarantees", read.series),
        measures=pressed.measures,
        joins=pressed.joins,
    )
