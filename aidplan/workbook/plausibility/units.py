"""Warnings about settings and goals whose unit was most likely mistaken: the unit of money, tolerances."""

from __future__ import annotations

from collections.abc import Iterator

from aidplan_models.data import PlanData

from aidplan.workbook.findings import WARNING, Finding
from aidplan.workbook.plausibility.format import amount
from aidplan.workbook.tables import Tables

NOTHING, EVERYTHING = 0.003, 50.0
"""Where all money pays for less than the first, or more than the second, of all that could be bought, its unit is a
slip: a step of a thousand passes them from anywhere between."""
WIDE = 1.0
"""A tolerance of a goal's whole value, and more, gives the goal up."""
_REMEDY = "budgets are in millions (1e6) unless the settings say otherwise; look for a slip"


def unit_warnings(tables: Tables) -> Iterator[Finding]:
    """What a unit's cell tells by itself."""
    unit = tables.setting("money_unit")
    if isinstance(unit, int | float) and 0 < unit < 1:
        yield _at_unit(tables, f"money_unit is {unit:g}, and no budget is counted in less than one unit of currency")
    for row in tables["goals"]:
        tolerance = row["tolerance"]
        if row.reads("tolerance") and isinstance(tolerance, int | float) and tolerance >= WIDE:
            yield Finding(
                "scale",
                WARNING,
                "goals",
                row.cell("tolerance"),
                f"tolerance is {tolerance:g}, which lets later goals give up {tolerance:.0%} of this goal's best value",
                "write a share, such as 0.05 for 5 %",
            )


def money_unit_warnings(data: PlanData, tables: Tables) -> Iterator[Finding]:
    """A unit of money in which all money together buys nothing, or everything many times over."""
    money = sum(fund.opening + sum(fund.funding.values()) for fund in data.funds.values()) * data.money_unit
    everything = _cost_of_everything(data)
    if money <= 0 or everything <= 0 or data.money_unit < 1:
        return
    share = money / everything
    said = f"money_unit is {data.money_unit:g}, so that all money together is {amount(money)} {data.currency}"
    if share < NOTHING:
        yield _at_unit(tables, f"{said}, {share:.2g} of what everything that could be made and drawn would cost")
    elif share > EVERYTHING:
        yield _at_unit(tables, f"{said}, {amount(share)} times what everything that could be made and drawn would cost")


def _cost_of_everything(data: PlanData) -> float:
    """What all capacity, filled with what is dearest there, all reserves and all public expansions would cost, in
    currency.
    """
    dearest: dict[str, float] = {}
    for (plant, _), product in data.products.items():
        dearest[plant] = max(dearest.get(plant, 0.0), product.unit_cost / product.capacity_use)
    made = sum(price * sum(data.capacity[plant]) for plant, price in dearest.items())
    drawn = sum(reserve.initial * reserve.release_cost for reserve in data.reserves.values())
    built = sum(expansion.limit * expansion.capex for expansion in data.expansions.values())
    return made + drawn + built


def _at_unit(tables: Tables, message: str) -> Finding:
    cell = tables.address("settings", "money_unit", "value").partition("!")[2]
    return Finding("scale", WARNING, "settings", cell, message, _REMEDY)
