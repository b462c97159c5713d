"""The numbers that the mathematics reads: one planning workbook, checked, in one scenario.

`PlanData` is frozen and already valid: whoever makes one (``aidplan.workbook``) has judged every
rule of the planning workbook first, so the mathematics never checks and never guesses.

Conventions, everywhere below
-----------------------------
* Periods are whole numbers 1..T. ``Series`` is a tuple of T floats; element ``t - 1`` belongs to period t.
* Codes are text, exactly as the planner wrote them. Every mapping is in sorted order of its key, so
  the same workbook in any row order gives the same `PlanData`, and from it the same matrix.
* What a mapping does not list is 0. "No limit" is ``math.inf``.
* Prices are in plain currency (``USD``); budgets are in money, which is ``money_unit`` of it.
  Weights are in tonnes, durations in periods, shares in [0, 1].
"""

from __future__ import annotations

from aidplan_models.data.plan import Earlier, Kept, PlanData
from aidplan_models.data.rows import (
    CHANNELS,
    COMMON,
    DECISIONS,
    Adversary,
    Capability,
    Demand,
    Expansion,
    Fleet,
    Fund,
    Goal,
    Item,
    Join,
    Lane,
    LaneTerms,
    Measure,
    MenuRow,
    Place,
    Product,
    Redirect,
    Reserve,
    Series,
    Supply,
)

__all__ = [
    "CHANNELS",
    "COMMON",
    "DECISIONS",
    "Adversary",
    "Capability",
    "Demand",
    "Earlier",
    "Expansion",
    "Fleet",
    "Fund",
    "Goal",
    "Item",
    "Join",
    "Kept",
    "Lane",
    "LaneTerms",
    "Measure",
    "MenuRow",
    "Place",
    "PlanData",
    "Product",
    "Redirect",
    "Reserve",
    "Series",
    "Supply",
]
