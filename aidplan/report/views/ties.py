"""What could be otherwise at no cost to any goal."""

from __future__ import annotations

from dataclasses import replace

from aidplan_models.registry import QUANTITIES

from aidplan.figures.alternatives import Tie, largest_ties, ties_said
from aidplan.figures.figures import Figures
from aidplan.figures.naming import Names
from aidplan.figures.table import Column, Row, Table

WORDS = {
    "pool": "on hand",
    "stock": "in stock",
    "fleet": "in service",
    "balance": "left",
    "parity_gap": "short of parity",
}
"""How a quantity is said where its name alone does not; the others are said by it."""


def ties(figures: Figures) -> Table:
    """The twenty largest."""
    plan, names = figures.plan, figures.plan.names
    rows = [
        Row(
            (
                WORDS.get(tie.quantity, tie.quantity), _what(tie, names), _where(tie, names), tie.index["period"],
                tie.value, tie.least, tie.most, _unit(tie, names, plan.money), "exact" if tie.exact else "seen", tie.worth,
            )
        )
        for tie in largest_ties(plan)
    ]  # fmt: skip
    return Table(
        "Ties", "What could be otherwise at no cost to any goal", ties_said(plan),
        (
            Column("quantity", "Allocation", width=14), Column("what", "Of what", width=38), Column("where", "Where, and by whom", width=56),
            Column("period", "When", width=10), Column("value", "In the plan", "quantity", width=13), Column("least", "Least", "quantity", width=13),
            Column("most", "Most", "quantity", width=13), Column("unit", "Unit", width=16), Column("range", "Range", width=9),
            Column("worth", "Worth of the range", "money", plan.money, 16),
        ),
        rows, empty="Nothing was seen that could be otherwise.",
    )  # fmt: skip


def largest(figures: Figures, most: int = 5) -> Table:
    """The few that a page shows."""
    whole = ties(figures)
    more = (
        f" The {len(whole.rows)} largest are on sheet Ties, all in tables/ties.csv." if len(whole.rows) > most else ""
    )
    rows = whole.rows[:most]
    return replace(whole, title="The largest", about=whole.about + more, rows=rows)


def _what(tie: Tie, names: Names) -> str:
    index = tie.index
    for name in ("item", "component"):
        if name in index:
            return names.item(index[name])
    if "capability" in index:
        return names.capability(index["capability"])
    return index.get("expansion", "money")


def _where(tie: Tie, names: Names) -> str:
    """Fund, plant or way, and what it is for."""
    index = tie.index
    said = [index["fund"]] if "fund" in index else []
    said += [names.plant(index["plant"])] if "plant" in index else []
    said += [names.place(index["place"])] if "place" in index else []
    if "origin" in index:
        said.append(names.lane(index["origin"], index["destination"], index["mode"]))
    said += [f"for {names.place(index['owner'])}"] if "owner" in index else []
    said += ["all plants"] if tie.quantity == "pool" else []
    said += [f"from {names.item(index['platform'])}"] if "platform" in index else []
    said += [f"for {names.capability(index['capability'])}"] if "capability" in index and "item" in index else []
    return ", ".join(said)


def _unit(tie: Tie, names: Names, money: str) -> str:
    index, unit = tie.index, QUANTITIES[tie.quantity].unit
    if unit == "money":
        return money
    item = index.get("item") or index.get("component")
    if item:
        return names.item_unit(item) or unit
    return (names.capability_unit(index["capability"]) if "capability" in index else "") or unit
