"""The plan as a whole: its settings, goals and scenarios."""

from __future__ import annotations

from aidplan_models.registry import RANKED_GOALS

from aidplan.workbook.schema.columns import (
    CHOICE,
    PERIOD,
    TEXT,
    WHOLE,
    Column,
    Sheet,
    amount,
    positive,
)

LONGEST_HORIZON = 600

SETTINGS: tuple[Column, ...] = (
    Column("title", TEXT, "the plan's name, at the head of every report"),
    Column("start", PERIOD, "the first period of the plan", required=True, fixed=True),
    Column(
        "periods", WHOLE, "how many periods the plan has", "periods",
        required=True, low=1.0, high=LONGEST_HORIZON, fixed=True,
    ),
    Column(
        "period_months", WHOLE, "how long a period is: 1 for months, 3 for quarters", "months",
        default=1, choices=("1", "3"), fixed=True,
    ),
    Column("currency", TEXT, "the currency of every price", default="USD", fixed=True),
    positive("money_unit", "how much currency is one unit of money in budgets and results", "currency", 1e6, fixed=True),
    amount("urgency_rate", "how much less a unit of demand counts for each period that it falls later", "a period", 0.0),
    amount("outyear_limit", "the most that may be guaranteed past the horizon", "money"),
    Column(
        "tail", WHOLE, "periods after the horizon that are planned but not reported", "periods",
        default=0, low=0.0, high=LONGEST_HORIZON, fixed=True,
    ),
    amount("tail_weight", "how much demand of the tail counts in the goal coverage", "", 1.0),
    amount("liability_before", "guaranteed past the horizon before the start", "money", 0.0),
)  # fmt: skip

PLAN: tuple[Sheet, ...] = (
    Sheet("settings", "The plan as a whole: its horizon and its units.", (
        Column("key", CHOICE, "the setting's name", key=True, required=True, choices=tuple(s.name for s in SETTINGS)),
        Column("value", TEXT, "its value"),
    ), needed=True),
    Sheet("goals", "What the plan is for, in order. Without rows: coverage, equity, parity, cost, liability.", (
        Column("goal", CHOICE, "the goal's name", key=True, required=True,
               choices=RANKED_GOALS),
        Column("rank", WHOLE, "smaller ranks come first; goals of one rank are added", required=True, low=1.0),
        amount("weight", "weight against goals of the same rank", "", 1.0),
        amount("tolerance", "how much of this rank's best value later ranks may give up, relative", "share", 0.0),
    )),
    Sheet("scenarios", "Changes that make other futures; each row changes cells of one sheet.", (
        Column("scenario", TEXT, "the scenario's name; rows of one name belong together", required=True),
        Column("sheet", TEXT, "the sheet to change", required=True),
        Column("where", TEXT, "rows to change: column=value, value; column=value. Empty: all rows"),
        Column("column", TEXT, "cells to change: a column, a period, a range such as 2025-02..2025-06, a list, * for every period",
               required=True),
        Column("change", CHOICE, "set (put the value there), scale (multiply), add", required=True, choices=("set", "scale", "add")),
        Column("value", TEXT, "the value; empty with set: the cell is emptied"),
    )),
)  # fmt: skip
"""The sheets of this subject."""
