"""What follows from the numbers before anything is decided: arrival of money, rights of the menu, the price of
backing, where goods can be and when, and the weights of the goals.

Plain functions of `PlanData`, without Pyomo, so that the mathematics, the checks of a workbook, explanations and
reports all read one arithmetic. What returns keys returns them in index order, sorted. A quantity is created only for
these keys, so what cannot be non-zero is never in the programme.
"""

from __future__ import annotations

from aidplan_models.derived.industry import (
    backing_lines,
    first_made,
    periods_past_horizon,
    price_at_plant,
    price_of_backing,
    price_of_promises,
    redirect_lines,
)
from aidplan_models.derived.menu import matched_expansions, matched_orders, matched_releases, matches, menu_rows, rights
from aidplan_models.derived.money import available, is_kept
from aidplan_models.derived.reach import first_at, lanes_of_goods, may_be_issued
from aidplan_models.derived.weights import coverage_weights, normalised, parity_weights, urgency

__all__ = [
    "available",
    "backing_lines",
    "coverage_weights",
    "first_at",
    "first_made",
    "is_kept",
    "lanes_of_goods",
    "matched_expansions",
    "matched_orders",
    "matched_releases",
    "matches",
    "may_be_issued",
    "menu_rows",
    "normalised",
    "parity_weights",
    "periods_past_horizon",
    "price_at_plant",
    "price_of_backing",
    "price_of_promises",
    "redirect_lines",
    "rights",
    "urgency",
]
