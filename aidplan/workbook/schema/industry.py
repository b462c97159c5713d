"""Where and how things are made."""

from __future__ import annotations

from aidplan.workbook.schema.columns import (
    ALL,
    CHOICE,
    CODE,
    GOODS,
    NOTHING,
    WHOLE,
    Column,
    PeriodCells,
    Sheet,
    amount,
    duration,
    key_column,
    name_column,
    positive,
    reference,
)

INDUSTRY: tuple[Sheet, ...] = (
    Sheet("plants", "Where things are made.", (
        key_column("plant", "short code of the plant"),
        reference("place", "places", "the country that it stands in", "country"),
        name_column("the plant's full name"),
    ), needed=True),
    Sheet("products", "What each plant can make.", (
        reference("plant", "plants", "the plant", key=True),
        reference("item", "items", "what it makes there", key=True),
        amount("unit_cost", "price of one; a component's price is inside the price of what it goes into", "currency an item",
                required_for="goods"),
        duration("lead_time", "from the order to the earliest completion", 0),
        positive("capacity_use", "capacity that making one takes", "capacity units an item", 1.0),
    ), needed=True),
    Sheet("orderbook", "What plants still owe from before the start.", (
        reference("plant", "plants", "the plant", key=True),
        reference("item", "items", "what it owes; a product of that plant", *GOODS, key=True),
        Column("owner", CODE, "whom the goods are bound for: common, or a home place", key=True, default="common",
               refers="places", of_kind=("home",), words=("common",)),
        amount("quantity", "on order and unmade at the start, makeable at once", "items", 0.0),
        amount("closing", "most that may be unmade at the end; empty: all of the row", "items"),
    ), periods=PeriodCells("on order before the start, makeable from that period on", "items", optional=True, in_tail=NOTHING)),
    Sheet("redirects", "Other customers' places in the queue that may be used now and are given back.", (
        reference("owner", "places", "whose goods on order may be redirected to all fronts", "home", key=True),
        reference("item", "items", "the goods", *GOODS, key=True),
        Column("plant", CODE, "where they are made; * for every plant", key=True, default=ALL, refers="plants", words=(ALL,)),
        amount("owed_before", "owed to the owner at the start", "items", 0.0),
        amount("owed_end", "most that may be owed at the end", "items", 0.0),
    ), periods=PeriodCells("most that may be redirected in that period", "items", optional=True, in_tail=NOTHING)),
    Sheet("guarantees", "Long-term demand promised to plants before the start.", (
        reference("plant", "plants", "the plant", key=True),
    ), periods=PeriodCells("capacity units that lend-lease orders must back in that period", "capacity units", optional=True,
                           in_tail=NOTHING)),
    Sheet("capacity", "What each plant can make in each period.", (
        reference("plant", "plants", "the plant", key=True),
    ), needed=True, periods=PeriodCells("capacity in that period", "capacity units")),
    Sheet("expansions", "Capacity that could be added.", (
        key_column("expansion", "short code of the expansion"),
        reference("plant", "plants", "the plant that grows"),
        Column("financing", CHOICE, "public (a fund pays capex) or private (industry builds against guaranteed orders)",
               required=True, choices=("public", "private")),
        amount("capex", "price of one unit of capacity", "currency a capacity unit", required_for="public"),
        duration("build_time", "from the decision to the first output", 0),
        amount("limit", "most that may be added over the horizon", "capacity units", required=True),
        amount("step_limit", "most that may be added in a period", "capacity units a period"),
        positive("guarantee_share", "share of the added capacity that long-term orders must back; may pass 1", "share",
                  required_for="private"),
        Column("guarantee_periods", WHOLE, "how long they must back it", "periods", required_for="private", low=0.0, above=True),
    ), periods=PeriodCells("most that may be added in that period, in place of step_limit", "capacity units", "step_limit")),
    Sheet("bills", "What goes into what.", (
        reference("item", "items", "what is made", key=True),
        reference("component", "items", "what goes into it", "component", key=True),
        Column("plant", CODE, "where it is made; * for every plant without a bill of its own", key=True, default=ALL,
               refers="plants", words=(ALL,)),
        amount("quantity", "components in one item made there", "components an item", required=True),
    )),
    Sheet("supply", "Components that come from outside the plan.", (
        reference("component", "items", "the component", "component", key=True),
        amount("initial", "on hand at the start", "components", 0.0),
    ), periods=PeriodCells("components that arrive in that period", "components")),
)  # fmt: skip
"""The sheets of this subject."""
