"""What must be decided in the next three months, and until when each decision still helps."""

from __future__ import annotations

from dataclasses import dataclass

from aidplan.figures.deadlines import Deadlines, last_unmet
from aidplan.figures.industry import Growth
from aidplan.figures.quantities import Array, Plan

ORDER, RELEASE, EXPAND, GUARANTEE = "order", "release", "expansion", "guarantee"
MONTHS = 3
_ROUNDING = 1e-6


@dataclass(frozen=True)
class Decision:
    """One thing to sign soon.

    ``kind`` is order, release, expansion or guarantee; ``place`` the plant's, or the reserve's country's, code;
    ``item`` an item's or expansion's code; ``quantity`` [items or capacity units] and ``money`` [money] within
    the next three months, a guarantee's money being what it may leave to pay after the horizon; ``first`` and
    ``last`` the periods of the plan; ``helps_until`` the latest period from which it still reaches a place
    with unmet demand (0: all it serves is met), ``arrives_until`` the latest from which it reaches any demand.
    """

    kind: str
    fund: str
    place: str
    item: str
    quantity: float
    money: float
    first: int
    last: int
    helps_until: int
    arrives_until: int


def decisions(plan: Plan, growth: list[Growth], arriving: Deadlines) -> list[Decision]:
    """Everything that the plan does in the next three months, what can wait least first (`urgency`)."""
    data = plan.data
    helping = Deadlines(data, last_unmet(plan.demand("unmet"), plan.demand("demand")))
    soon = max(MONTHS // data.period_months, 1)
    found: list[Decision] = []

    def add(kind: str, fund: str, place: str, item: str, values: Array, price: float, until: tuple[int, int]) -> None:
        now = values[:soon]
        if now.sum() > _ROUNDING:
            periods = [t for t, value in enumerate(now, start=1) if value > _ROUNDING * now.sum()]
            found.append(
                Decision(
                    kind, fund, place, item, float(now.sum()), float(now.sum()) * price, periods[0], periods[-1], *until
                )
            )

    for (fund, plant, item), ordered in plan["ordered"].items():
        until = helping.ordered(fund, plant, item), arriving.ordered(fund, plant, item)
        add(ORDER, fund, plant, item, ordered, data.products[plant, item].unit_cost / data.money_unit, until)
    for (fund, place, item), released in plan["released"].items():
        until = helping.released(fund, place, item), arriving.released(fund, place, item)
        add(RELEASE, fund, place, item, released, data.reserves[place, item].release_cost / data.money_unit, until)
    for one in growth:
        total = float(one.grown.sum())
        money = (one.capex if one.fund else one.liability) / total if total > 0 else 0.0
        until = helping.grown(one.expansion, one.fund or None), arriving.grown(one.expansion, one.fund or None)
        kind = EXPAND if one.fund else GUARANTEE
        add(kind, one.fund, data.expansions[one.expansion].plant, one.expansion, one.grown, money, until)
    return sorted(found, key=urgency)


def urgency(one: Decision) -> tuple[float | str, ...]:
    """What orders decisions: those that still reach unmet demand by their latest useful period, then those that reach
    demand that the plan meets, then the rest; within a period the most money first.
    """
    latest = one.helps_until or one.arrives_until
    return (0 if one.helps_until else 1 if latest else 2, latest, -one.money, one.kind, one.fund, one.place, one.item)


FOREMOST = {ORDER: 4, GUARANTEE: 2, EXPAND: 1, RELEASE: 1}
"""How many decisions of each kind a first page shows."""


def foremost(found: list[Decision]) -> list[Decision]:
    """The few decisions for a first page: the largest of each kind and of the rest, what can wait least first."""
    shown: list[Decision] = []
    largest = sorted(found, key=lambda one: (-one.money, urgency(one)))
    for kind, few in FOREMOST.items():
        shown += [one for one in largest if one.kind == kind][:few]
    shown += [one for one in largest if one not in shown][: sum(FOREMOST.values()) - len(shown)]
    return sorted(shown, key=urgency)
