"""What is needed, what serves already, and what the adversary has."""

from __future__ import annotations

from aidplan.workbook.schema.columns import (
    CODE,
    CODES,
    NUMBER,
    PERIOD,
    TEXT,
    WHOLE,
    Column,
    PeriodCells,
    Sheet,
    amount,
    name_column,
    positive,
    reference,
    share,
)

FRONT: tuple[Sheet, ...] = (
    Sheet("demand", "What fronts and homes need.", (
        reference("place", "places", "who needs it", "front", "home", key=True),
        reference("capability", "capabilities", "what is needed", key=True),
        amount("priority", "what a unit counts here against a unit of the same capability elsewhere", "", 1.0),
        share("floor", "share that must be met, whatever it costs", "share", 0.0),
        Column("floor_from", PERIOD, "the first period in which the floor holds", default=1),
        Column("eased_by", CODE, "a capability of adversary: the less of it is made, the less is needed here", refers="adversary"),
        share("eased_share", "share of the demand that goes with it", "share", 1.0),
    ), needed=True, periods=PeriodCells("needed in that period", "capability units")),
    Sheet("fleets", "Equipment in service at the start.", (
        reference("place", "places", "where it serves", "front", "home", key=True),
        reference("item", "items", "the equipment", "equipment", key=True),
        amount("initial", "in service at the start", "items", 0.0),
        share("attrition", "share lost in a period", "share a period", 0.0),
    )),
    Sheet("platforms", "What munitions are fired from; at fronts only.", (
        reference("item", "items", "the munition", "munition", key=True),
        reference("platform", "items", "the equipment that fires it", "equipment", key=True),
        positive("rate", "most that one platform fires in a period", "rounds a platform a period", required=True),
    )),
    Sheet("adversary", "What the adversary makes, which the coalition's output is measured against.", (
        reference("capability", "capabilities", "the capability", key=True),
        positive("target_ratio", "share of the adversary's output that is to be matched", "ratio", 1.0),
    ), periods=PeriodCells("the adversary's output in that period", "capability units")),
    Sheet("measures", "Measures that cut the adversary's output when donors join them.", (
        Column("measure", CODE, "short code of the measure", key=True, required=True),
        Column("capability", CODES, "what it cuts the output of: a list of capabilities of adversary", key=True, required=True,
               refers="adversary"),
        name_column("the measure's full name"),
        Column("effect", NUMBER, "share of the output cut when all have joined and it has built up", "share", required=True,
               low=0.0, high=1.0),
        share("effect_low", "the least that it may cut; empty: effect", "share"),
        share("effect_high", "the most that it may cut; empty: effect", "share"),
        Column("ramp", WHOLE, "periods until it has built up", "periods", default=1, low=1.0),
        share("leak", "share of the effect that is lost where none has joined", "share", 0.0),
        share("fade", "share of the effect lost in a period, once it has built up, as the adversary adapts", "share a period", 0.0),
    )),
    Sheet("joins", "Which donors join a measure, and when.", (
        reference("measure", "measures", "the measure", key=True),
        Column("donor", TEXT, "who joins: a place's code, or any name", key=True, required=True),
        Column("weight", NUMBER, "its share of the leverage, of all at most 1", "share", required=True, low=0.0, high=1.0),
        Column("from", PERIOD, "the period in which it joins, also before the start; empty: it has not joined"),
        amount("cost", "what joining costs it a period, from then on", "money", 0.0),
    )),
)  # fmt: skip
"""The sheets of this subject."""
