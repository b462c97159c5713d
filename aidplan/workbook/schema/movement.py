"""Where things are held and how they move."""

from __future__ import annotations

from aidplan.workbook.schema.columns import (
    CHOICE,
    CODE,
    GOODS,
    NOTHING,
    Column,
    PeriodCells,
    Sheet,
    amount,
    code_list,
    duration,
    key_column,
    name_column,
    reference,
    share,
)

MOVEMENT: tuple[Sheet, ...] = (
    Sheet("places", "Where things are made, held, moved through and used.", (
        key_column("place", "short code of the place"),
        Column("kind", CHOICE, "country (has plants and reserves), hub (passes goods on), front (fights), home (a donor's own forces)",
               required=True, choices=("country", "hub", "front", "home")),
        name_column("the place's full name"),
        amount("throughput_t", "most that may leave the place in a period", "t a period"),
        amount("storage_t", "most that the place may hold at the end of a period", "t"),
    ), needed=True, periods=PeriodCells("throughput in that period, in place of throughput_t", "t a period", "throughput_t")),
    Sheet("stocks", "Donors' reserves, at countries, and goods already at hubs, fronts and homes.", (
        reference("place", "places", "where it is", key=True),
        reference("item", "items", "what it is", *GOODS, key=True),
        amount("initial", "held at the start", "items", required=True),
        amount("floor", "least that the reserve must keep; at most initial", "items", 0.0),
        amount("release_limit", "most that may be drawn in a period", "items a period"),
        amount("release_cost", "price of replenishing one, charged to the fund that draws it", "currency an item", 0.0),
    ), periods=PeriodCells("most that may be drawn in that period, in place of release_limit", "items", "release_limit")),
    Sheet("arrivals", "Goods that come from outside the plan, such as deliveries ordered before the start.", (
        reference("place", "places", "where they arrive", key=True),
        reference("item", "items", "what arrives", *GOODS, key=True),
    ), periods=PeriodCells("items that arrive in that period", "items", in_tail=NOTHING)),
    Sheet("lanes", "Ways from place to place.", (
        reference("origin", "places", "where it begins; not at a home place", "country", "hub", "front", key=True),
        reference("destination", "places", "where it ends", key=True),
        Column("mode", CODE, "road, rail, sea, air or any other word", key=True, default="any"),
        code_list("class", "classes", "classes that may travel: a list, or * for all"),
        amount("cost_per_t", "price of moving one tonne", "currency a tonne", 0.0),
        duration("transit", "how long it takes", 0),
        amount("capacity_t", "most that may leave in a period", "t a period"),
        share("loss", "share lost on the way", "share", 0.0),
    ), needed=True, periods=PeriodCells("capacity in that period, in place of capacity_t", "t a period", "capacity_t")),
)  # fmt: skip
"""The sheets of this subject."""
