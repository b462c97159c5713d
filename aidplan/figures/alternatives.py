"""What could be otherwise at no cost to any goal: the largest of these allocations, for a planner."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aidplan_models.registry import QUANTITIES

from aidplan.figures.format import formatted
from aidplan.figures.quantities import Key, Plan

if TYPE_CHECKING:
    import pandas as pd

SHOWN = 20


@dataclass(frozen=True)
class Alternative:
    """``value`` in the plan, ``least`` and ``most`` in the item's, the capability's or the money's unit.

    ``exact``: these are the true ends; else they are what was seen in a few plans. ``worth`` in money units.
    """

    quantity: str
    index: Mapping[str, str]
    value: float
    least: float
    most: float
    exact: bool
    worth: float


def largest_alternatives(plan: Plan) -> list[Alternative]:
    """Those with a true range first, then those whose movement is worth most; of one allocation one period alone."""
    frame = plan.run.tables.get("ties")
    if frame is None or not {"exact", "worth"} <= set(frame.columns):
        return []
    frame = frame[frame["period"].isin(plan.labels)]
    exact_first = frame["exact"] == "yes"
    frame = frame.assign(_exact=exact_first).sort_values(["_exact", "worth"], ascending=False, kind="stable")
    found: dict[tuple[str, ...], Alternative] = {}
    for row in frame.to_dict("records"):
        quantity = str(row["quantity"])
        index = {name: str(row[name]) for name in QUANTITIES[quantity].index}
        key: Key = tuple(code for name, code in index.items() if name != "period")
        if (quantity, *key) in found or index["period"] not in plan.number:  # known already, or of the tail
            continue
        value = float(plan.at(quantity, key)[plan.number[index["period"]] - 1])
        ends = (float(row["least"]), float(row["most"]))
        found[quantity, *key] = Alternative(quantity, index, value, *ends, row["exact"] == "yes", float(row["worth"]))
        if len(found) == SHOWN:
            break
    return list(found.values())


def alternatives_in_words(plan: Plan) -> str:
    """How many allocations could move at no cost, and what is known of how far; "" where the run does not say."""
    frame: pd.DataFrame | None = plan.run.tables.get("ties")
    if frame is None:
        return ""
    if frame.empty:
        return "No allocation was seen to be able to move at no cost to a goal."
    could = "allocation could" if len(frame) == 1 else "allocations could"
    text = f"{formatted(len(frame), 'count')} {could} move at no cost to any goal, each while others adjust; these move most, by what that is worth."
    exact = int((frame["exact"] == "yes").sum()) if "exact" in frame else 0
    if exact:
        return f"{text} Where a range is proven, the allocation can lie anywhere in it, and nowhere else."
    return f"{text} Ranges were sampled in a few plans; solve with --ties for the true ones."
