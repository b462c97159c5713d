"""Every quantity of the plan: its name, its index columns in the one index order, and its unit.

The same name is used in the mathematics, in the code, in a run's tables and in the reports. A lane's
index is written as its three codes.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Quantity:
    """``index`` names the columns of the quantity's table, period last; ``kind`` is flow or state."""

    index: tuple[str, ...]
    unit: str
    kind: str
    meaning: str


_LANE = ("origin", "destination", "mode")

QUANTITIES: dict[str, Quantity] = {
    "ordered": Quantity(
        ("fund", "plant", "item", "period"),
        "item units",
        "flow",
        "ordered at a plant and paid from a fund, in the period of the order",
    ),
    "made": Quantity(
        ("plant", "item", "owner", "period"), "item units", "flow", "completed by a plant, components too"
    ),
    "backlog": Quantity(
        ("plant", "item", "owner", "period"), "item units", "state", "ordered, lead time over, not yet made"
    ),
    "built": Quantity(("fund", "expansion", "period"), "capacity units", "flow", "capacity bought from a fund"),
    "pledged": Quantity(
        ("expansion", "period"), "capacity units", "flow", "capacity that industry builds itself against a guarantee"
    ),
    "backed": Quantity(
        ("plant", "component", "period"),
        "component units",
        "flow",
        "components that the lend-lease orders of the period will need from the plant",
    ),
    "balance": Quantity(("fund", "period"), "money", "state", "money left"),
    "released": Quantity(
        ("fund", "place", "item", "period"), "item units", "flow", "drawn from a donor's reserve, charged to a fund"
    ),
    "reserve": Quantity(("place", "item", "period"), "item units", "state", "donor's reserve left"),
    "shipped": Quantity((*_LANE, "item", "period"), "item units", "flow", "leaves a lane's origin in the period"),
    "stock": Quantity(("place", "item", "period"), "item units", "state", "held at a place, free to move or to issue"),
    "pool": Quantity(
        ("component", "period"), "component units", "state", "components on hand, one pool for all plants"
    ),
    "issued": Quantity(("place", "item", "period"), "item units", "flow", "munitions fired, equipment handed to units"),
    "fleet": Quantity(("place", "item", "period"), "item units", "state", "equipment in service"),
    "served": Quantity(
        ("place", "item", "capability", "period"),
        "item units",
        "flow",
        "the part of what is issued or in service that serves a capability",
    ),
    "fired": Quantity(("place", "item", "platform", "period"), "item units", "flow", "munitions fired from a platform"),
    "unmet": Quantity(("place", "capability", "period"), "capability units", "flow", "demand not met"),
    "parity_gap": Quantity(("capability", "period"), "capability units", "flow", "output short of the parity target"),
}
