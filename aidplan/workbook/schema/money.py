"""Who pays for what."""

from __future__ import annotations

from aidplan.workbook.schema.columns import (
    ALL,
    CHOICE,
    CODE,
    CODES,
    NOTHING,
    PERIOD,
    TEXT,
    YES_NO,
    Column,
    PeriodCells,
    Sheet,
    amount,
    code_list,
    duration,
    key_column,
    reference,
    share,
)

MONEY: tuple[Sheet, ...] = (
    Sheet("funds", "The donors' budget lines.", (
        key_column("fund", "short code of the fund"),
        Column("donor", TEXT, "who gives: a place's code, or any name"),
        Column("mode", CHOICE, "lend_lease (may order as soon as money is voted, and stand behind guarantees) or tranche (money comes after approval)",
               required=True, choices=("lend_lease", "tranche")),
        amount("opening", "money in hand at the start", "money", 0.0),
        duration("approval_delay", "from a tranche's period in funding to its arrival", 0),
        Column("carry_over", CHOICE, "whether money not spent in a period is kept for the next", default="yes", choices=YES_NO),
        Column("expires", PERIOD, "the last period in which it may spend"),
        Column("delivers_to", CODE, "a home place that alone gets what this fund orders", refers="places", of_kind=("home",)),
        amount("available_before", "money that arrived before the start, where shares of the menu count it", "money", 0.0),
        amount("spent_before", "money spent before the start, where shares of the menu count it", "money", 0.0),
    ), needed=True),
    Sheet("funding", "The money of each fund in each period; money before the start counts for tranches.", (
        reference("fund", "funds", "the fund", key=True),
    ), needed=True, periods=PeriodCells("money voted in that period", "money", in_tail=NOTHING)),
    Sheet("menu", "What each fund may buy, and shares that it must keep.", (
        reference("fund", "funds", "the fund", key=True),
        code_list("item", "items", "items that it may buy: a list, or * for all", key=True),
        code_list("class", "classes", "classes that it may buy: a list, or * for all", key=True),
        code_list("country", "places", "countries that it may buy in: a list, or * for all", "country", key=True),
        Column("channel", CODES, "ways to spend: order, release, expand: a list, or * for all", key=True, default=(ALL,),
               choices=("order", "release", "expand"), words=(ALL,)),
        Column("allow", CHOICE, "yes: the row is a right to spend; no: it only sets shares", default="yes", choices=YES_NO),
        share("share_min", "least share of the fund's spending that goes to what the row matches", "share"),
        share("share_max", "largest share of the fund's money that may go to what the row matches", "share"),
        amount("spent_before", "spent before the start on what the row matches", "money", 0.0),
        amount("spent_in_time_before", "of it, what came in time for share_min", "money", 0.0),
    ), needed=True),
)  # fmt: skip
"""The sheets of this subject."""
