"""Stocks and movement recomputed: one balance for every place, item and period, and what lanes and places bear.

stock[x,i,t] = stock[x,i,t-1] + arrivals + made there + released + what lanes bring, less loss
               - what lanes take - issued
lane: Σ_i weight_t·shipped <= capacity_t; throughput: out of a place <= throughput_t; storage: <= storage_t, and in a
kept plan overflow
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from aidplan_models.data import COMMON, Lane

from aidplan.audit.exact import Key, Sums, check_limits, check_states, exact
from aidplan.audit.ledger import series_terms
from aidplan.audit.plan import AuditedPlan


def audit_movement(plan: AuditedPlan) -> None:
    """Finds where stocks, lanes, throughput and storage do not hold."""
    check_states(plan.report, "stock", plan.ledgers["stock"], _stock_sums(plan), _item, "the balance")
    _audit_lanes(plan)
    _audit_storage(plan)


def _stock_sums(plan: AuditedPlan) -> Sums:
    data, ledgers, sums = plan.data, plan.ledgers, Sums()
    for (place, item), number in data.opening_stock.items():
        sums.add((place, item, 1), exact(number))
    for (place, item), series in data.arrivals.items():
        for t, units in series_terms(series):
            sums.add((place, item, t), units)
    for (place, item, t), value in ledgers["stock"].items():
        if t < plan.planned:
            sums.add((place, item, t + 1), value)
    for (plant, item, owner, t), value in ledgers["made"].items():
        if plan.is_goods(item):
            sums.add((data.plants[plant] if owner == COMMON else owner, item, t), value)
    for (_, place, item, t), value in ledgers["released"].items():
        sums.add((place, item, t), value)
    for (place, item, t), value in ledgers["issued"].items():
        sums.add((place, item, t), -value)
    for (origin, destination, mode, item, t), value in ledgers["shipped"].items():
        sums.add((origin, item, t), -value)
        lane = plan.at(t).data.lanes.get(Lane(origin, destination, mode))
        if lane is not None and t + lane.transit <= plan.planned:
            sums.add((destination, item, t + lane.transit), (1 - exact(lane.loss)) * value)
    return sums


def _audit_lanes(plan: AuditedPlan) -> None:
    data, shipped, on_lane, out_of = plan.data, plan.ledgers["shipped"], Sums(), Sums()
    weigh = _weights(plan)
    for key, number in shipped.items():
        origin, destination, mode, item, t = key
        tonnes = weigh(item, t) * number
        out_of.add((origin, t), tonnes, (shipped, key))
        if Lane(origin, destination, mode) in data.lanes:
            on_lane.add((origin, destination, mode, t), tonnes, (shipped, key))
    check_limits(
        plan.report,
        "lane",
        on_lane,
        lambda key: exact(plan.at(key[3]).data.lanes[Lane(*key[:3])].capacity_t[key[3] - 1]),
        _whole,
        lambda key: (
            f"capacity_t of {key[0]} to {key[1]} by {key[2]} in {plan.label(key[3])}"
            f"{plan.cell('lanes', key[:3], 'capacity_t', key[3])}"
        ),
    )
    check_limits(
        plan.report,
        "throughput",
        out_of,
        lambda key: exact(plan.at(key[1]).data.places[key[0]].throughput_t[key[1] - 1]),
        _whole,
        lambda key: (
            f"throughput_t of {key[0]} in {plan.label(key[1])}{plan.cell('places', key[0], 'throughput_t', key[1])}"
        ),
    )


def _audit_storage(plan: AuditedPlan) -> None:
    stock, held, weigh, overflow = plan.ledgers["stock"], Sums(), _weights(plan), plan.ledgers["overflow"]
    for key, number in stock.items():
        held.add((key[0], key[2]), weigh(key[1], key[2]) * number, (stock, key))
    check_limits(
        plan.report,
        "storage",
        held,
        lambda key: exact(plan.at(key[1]).data.places[key[0]].storage_t) + overflow[key],
        _whole,
        lambda key: f"storage_t of {key[0]} in {plan.label(key[1])}{plan.cell('places', key[0], 'storage_t')}",
    )


def _weights(plan: AuditedPlan) -> Callable[[str, int], Decimal]:
    return lambda item, t: exact(plan.at(t).data.items[item].weight_t)


def _item(key: Key) -> str:
    return str(key[1])


def _whole(_: Key) -> str:
    return "t"
