"""Equally good alternatives."""

from __future__ import annotations

from dataclasses import replace

from aidplan_models.registry import QUANTITIES

from aidplan.figures.alternatives import Alternative, alternatives_in_words, largest_alternatives
from aidplan.figures.figures import Figures
from aidplan.figures.format import period_name, plural
from aidplan.figures.naming import Names
from aidplan.figures.table import Column, Row, Table

WORDS = {
    "pool": "on hand",
    "stock": "in stock",
    "fleet": "in service",
    "balance": "left",
    "parity_gap": "short of parity",
}
"""Quantity -> how it is called where its name alone does not say it."""


def alternatives(figures: Figures) -> Table:
    """The twenty largest."""
    plan, names = figures.plan, figures.plan.names
    rows = [
        Row(
            (
                WORDS.get(one.quantity, one.quantity), _what(one, names), _where(one, names), period_name(one.index["period"]),
                one.value, one.least, one.most, _unit(one, names, plan.money), "proven" if one.exact else "sampled", one.worth,
            )
        )
        for one in largest_alternatives(plan)
    ]  # fmt: skip
    return Table(
        "Alternatives", "Equally good alternatives", alternatives_in_words(plan),
        (
            Column("quantity", "Allocation", width=14), Column("what", "Of what", width=38), Column("where", "Where, and by whom", width=56),
            Column("period", "When", width=10), Column("value", "In the plan", "quantity", width=13), Column("least", "Least", "quantity", width=13),
            Column("most", "Most", "quantity", width=13), Column("unit", "Unit", width=16), Column("range", "Range", width=9),
            Column("worth", "Worth of the range", "money", plan.money, 16),
        ),
        rows, empty="No equally good alternative was found.",
    )  # fmt: skip


def largest(figures: Figures, most: int = 5) -> Table:
    """The few that a page shows."""
    whole = alternatives(figures)
    more = (
        f" The {len(whole.rows)} largest are in plan.xlsx, sheet Alternatives, all in tables/ties.csv."
        if len(whole.rows) > most
        else ""
    )
    rows = whole.rows[:most]
    return replace(whole, title="The largest", about=whole.about + more, rows=rows)


def _what(one: Alternative, names: Names) -> str:
    index = one.index
    for name in ("item", "component"):
        if name in index:
            return names.item(index[name])
    if "capability" in index:
        return names.capability(index["capability"])
    return index.get("expansion", "money")


def _where(one: Alternative, names: Names) -> str:
    """Fund, plant or way, and what it is for."""
    index = one.index
    parts = [index["fund"]] if "fund" in index else []
    parts += [names.plant(index["plant"])] if "plant" in index else []
    parts += [names.place(index["place"])] if "place" in index else []
    if "origin" in index:
        parts.append(names.lane(index["origin"], index["destination"], index["mode"]))
    parts += [f"for {names.place(index['owner'])}"] if "owner" in index else []
    parts += ["all plants"] if one.quantity == "pool" else []
    parts += [f"from {names.item(index['platform'])}"] if "platform" in index else []
    parts += [f"for {names.capability(index['capability'])}"] if "capability" in index and "item" in index else []
    return ", ".join(parts)


def _unit(one: Alternative, names: Names, money: str) -> str:
    index, unit = one.index, QUANTITIES[one.quantity].unit
    if unit == "money":
        return money
    item = index.get("item") or index.get("component")
    if item:
        return plural(names.item_unit(item) or unit)
    return plural((names.capability_unit(index["capability"]) if "capability" in index else "") or unit)
