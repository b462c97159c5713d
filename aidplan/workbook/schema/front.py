"""What is needed, what serves already, and what the adversary has."""

from __future__ import annotations

from aidplan.workbook.schema.columns import (
    PERIOD,
    Column,
    PeriodCells,
    Sheet,
    amount,
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
)  # fmt: skip
"""The sheets of this subject."""
