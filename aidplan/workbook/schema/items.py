"""What is made and used: items, capabilities, and which serves which."""

from __future__ import annotations

from aidplan.workbook.schema.columns import (
    CHOICE,
    GOODS,
    TEXT,
    Column,
    Sheet,
    amount,
    key_column,
    name_column,
    positive,
    reference,
)

ITEMS: tuple[Sheet, ...] = (
    Sheet("items", "What is made and used.", (
        key_column("item", "short code of the item"),
        Column("kind", CHOICE, "munition (fired), equipment (serves until lost), component (goes into others)",
               required=True, choices=("munition", "equipment", "component")),
        name_column("the item's full name"),
        Column("class", TEXT, "a word that menus and lanes may name in place of items"),
        Column("unit", TEXT, "what one of it is: round, vehicle, tonne"),
        amount("weight_t", "what one of it weighs, packed", "t", 0.0),
    ), needed=True),
    Sheet("capabilities", "What the front needs, whichever item gives it.", (
        key_column("capability", "short code of the capability"),
        Column("kind", CHOICE, "flow (so much a period, served by munitions) or level (so much in service, served by equipment)",
               required=True, choices=("flow", "level")),
        name_column("the capability's full name"),
        Column("unit", TEXT, "what one of it is: 155mm round equivalent, tank equivalent"),
        amount("weight", "its weight against other capabilities in the goals", "", 1.0),
    ), needed=True),
    Sheet("effects", "Which item serves which capability, and how much.", (
        reference("item", "items", "the item that serves; a munition serves flows, equipment levels", *GOODS, key=True),
        reference("capability", "capabilities", "the capability that it serves", key=True),
        positive("effect", "what one item serves", "capability units an item", 1.0),
    ), needed=True),
)  # fmt: skip
"""The sheets of this subject."""
