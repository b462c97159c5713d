"""Every quantity of the plan: its name, its index columns in the one index order, and its unit.

The same name is used in the mathematics, in the code, in a run's tables and in the reports. A lane's
index is written as its three codes.
"""

from __future__ import annotations

from aidplan_models.registry.records import RELIEF, Quantity, Source

QUANTITIES: dict[str, Quantity] = {
    "ordered": Quantity(
        ("fund", "plant", "item", "period"),
        "item units",
        "flow",
        "ordered at a plant and paid from a fund, in the period of the order",
        "funds",
        Source("products", ("plant", "item"), "unit_cost"),
    ),
    "made": Quantity(
        ("plant", "item", "owner", "period"), "item units", "flow", "completed by a plant, components too", "industry"
    ),
    "backlog": Quantity(
        ("plant", "item", "owner", "period"), "item units", "state", "ordered, lead time over, not yet made", "industry"
    ),
    "built": Quantity(
        ("fund", "expansion", "period"),
        "capacity units",
        "flow",
        "capacity bought from a fund",
        "funds",
        Source("expansions", ("expansion",), "capex"),
    ),
    "pledged": Quantity(
        ("expansion", "period"),
        "capacity units",
        "flow",
        "capacity that industry builds itself against a guarantee",
        "industry",
        Source("expansions", ("expansion",), "guarantee_share"),
    ),
    "backed": Quantity(
        ("plant", "component", "period"),
        "component units",
        "flow",
        "components that the lend-lease orders of the period will need from the plant",
        "guarantees",
    ),
    "balance": Quantity(("fund", "period"), "money", "state", "money left", "funds"),
    "released": Quantity(
        ("fund", "place", "item", "period"),
        "item units",
        "flow",
        "drawn from a donor's reserve, charged to a fund",
        "funds",
        Source("stocks", ("place", "item"), "release_cost"),
    ),
    "reserve": Quantity(("place", "item", "period"), "item units", "state", "donor's reserve left", "reserves"),
    "shipped": Quantity(
        ("origin", "destination", "mode", "item", "period"),
        "item units",
        "flow",
        "leaves a lane's origin in the period",
        "movement",
    ),
    "stock": Quantity(
        ("place", "item", "period"), "item units", "state", "held at a place, free to move or to issue", "movement"
    ),
    "pool": Quantity(
        ("component", "period"), "component units", "state", "components on hand, one pool for all plants", "components"
    ),
    "issued": Quantity(
        ("place", "item", "period"), "item units", "flow", "munitions fired, equipment handed to units", "front"
    ),
    "fleet": Quantity(("place", "item", "period"), "item units", "state", "equipment in service", "front"),
    "served": Quantity(
        ("place", "item", "capability", "period"),
        "item units",
        "flow",
        "the part of what is issued or in service that serves a capability",
        "front",
    ),
    "fired": Quantity(
        ("place", "item", "platform", "period"), "item units", "flow", "munitions fired from a platform", "front"
    ),
    "unmet": Quantity(("place", "capability", "period"), "capability units", "flow", "demand not met", "front"),
    "parity_gap": Quantity(
        ("capability", "period"), "capability units", "flow", "output short of the parity target", "parity"
    ),
    "redirected": Quantity(
        ("plant", "item", "owner", "period"),
        "item units",
        "flow",
        "goods on order that leave an owner's queue for the common one",
        "redirects",
    ),
    "repaid": Quantity(
        ("plant", "item", "owner", "period"),
        "item units",
        "flow",
        "goods on order that come back to the owner's queue",
        "redirects",
    ),
    "owed": Quantity(
        ("owner", "item", "plant", "period"), "item units", "state", "redirected and not yet repaid", "redirects"
    ),
    "uncovered": Quantity(
        ("plant", "period"), "capacity units", "flow", "standing guarantee that no order backs", "guarantees"
    ),
    "overflow": Quantity(("place", "period"), "tonnes", RELIEF, "held past what a place can store", "reliefs"),
    "below_floor": Quantity(
        ("place", "capability", "period"), "capability units", RELIEF, "unmet past what a floor allows", "reliefs"
    ),
    "off_share": Quantity(
        ("fund", "item", "class", "country", "channel", "limit"),
        "money",
        RELIEF,
        "by what a menu row's share is missed",
        "reliefs",
    ),
    "unrepaid": Quantity(
        ("owner", "item", "plant"), "item units", RELIEF, "owed at the end past what may be", "reliefs"
    ),
    "unmade": Quantity(
        ("plant", "item", "owner"), "item units", RELIEF, "unmade at the end past what may be", "reliefs"
    ),
}
"""Quantity -> its record."""
