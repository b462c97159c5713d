"""What will cover a shortage later: goods that come from outside, or that were on order before the start."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from aidplan_models.data import COMMON, PlanData
from aidplan_models.derived import first_at, first_made, rights

from aidplan.explain.shortage.goods import Question

SHOWN = 5


def will_be_met_by(data: PlanData, question: Question, since: int) -> list[dict[str, Any]]:
    """Arrivals and places in the order book for goods that serve the capability, after period ``since``; soonest first."""
    serving = {item for item, served in data.effects if served == question.capability}
    found = [*_arrivals(data, serving), *_order_book(data, serving, question)]
    later = sorted((entry for entry in found if entry[0] > since), key=lambda entry: entry[0])
    return [{**what, "period": data.period_labels[t - 1], "amount": amount} for t, what, amount in later[:SHOWN]]


def _arrivals(data: PlanData, serving: set[str]) -> Iterator[tuple[int, dict[str, str], float]]:
    for (place, item), series in data.arrivals.items():
        for t, amount in enumerate(series, 1):
            if item in serving and amount > 0:
                yield t, {"by": "arrivals", "place": place, "item": item}, amount


def _order_book(data: PlanData, serving: set[str], question: Question) -> Iterator[tuple[int, dict[str, str], float]]:
    for (plant, item, owner), series in data.due.items():
        for t, amount in enumerate(series, 1):
            if item in serving and amount > 0 and owner in (COMMON, *question.places):
                yield t, {"by": "orderbook", "plant": plant, "item": item, "owner": owner}, amount


def order_arrives(data: PlanData, question: Question) -> str | None:
    """The period in which an order placed at the start arrives at the soonest; None where that is after the plan."""
    offers, _, _ = rights(data)
    bare = replace(data, opening_stock={}, arrivals={}, orderbook={}, due={}, closing={})
    arrives = first_at(bare, first_made(bare, offers), ())
    serving = {item for item, served in data.effects if served == question.capability}
    soonest = [t for (x, i), t in arrives.items() if i in serving and x in question.places]
    return data.period_labels[max(min(soonest), 1) - 1] if soonest else None
