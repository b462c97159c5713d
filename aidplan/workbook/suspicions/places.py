"""Suspicions about places, lanes and weights."""

from __future__ import annotations

import math
from collections.abc import Iterator

from aidplan_models.data import PlanData

from aidplan.workbook.findings import Finding
from aidplan.workbook.suspicions.telling import amount, warning
from aidplan.workbook.tables import Tables


def suspect_places(data: PlanData, tables: Tables) -> Iterator[Finding]:
    """Arrivals that find no room, and goods that no limit of tonnes can hold back."""
    yield from _overflows(data, tables)
    yield from _weightless(data, tables)


def _overflows(data: PlanData, tables: Tables) -> Iterator[Finding]:
    """At countries and hubs, where nothing is used: all that came must lie there or have left."""
    for code, place in data.places.items():
        if place.kind in ("front", "home") or math.isinf(place.storage_t):
            continue
        out = [terms.capacity_t for lane, terms in data.lanes.items() if lane.origin == code]
        came = sum(data.items[item].weight_t * held for (at, item), held in data.opening_stock.items() if at == code)
        left = 0.0
        for t in range(1, data.horizon + 1):
            came += sum(
                data.items[item].weight_t * series[t - 1] for (at, item), series in data.arrivals.items() if at == code
            )
            left += min(place.throughput_t[t - 1], sum(capacity[t - 1] for capacity in out))
            if came > (left + place.storage_t) * (1 + 1e-9):
                key = next(key for key, series in data.arrivals.items() if key[0] == code and series[t - 1])
                yield warning("arrivals-overflow", tables, "arrivals", key, t,
                              f"by {data.period_labels[t - 1]} {amount(came)} t have come to {code}, which can have passed on {amount(left)} t and store {amount(place.storage_t)} t: no plan exists",
                              "raise its storage or throughput, or spread the arrivals")  # fmt: skip
                break


def _weightless(data: PlanData, tables: Tables) -> Iterator[Finding]:
    limits = any(not math.isinf(limit) for terms in data.lanes.values() for limit in terms.capacity_t) or any(
        not math.isinf(limit) for place in data.places.values() for limit in (*place.throughput_t, place.storage_t)
    )
    moved = {item for _, item in (*data.products, *data.reserves, *data.opening_stock, *data.arrivals)}
    for code, item in data.items.items():
        if limits and item.is_goods and item.weight_t == 0 and code in moved:
            yield warning("weightless", tables, "items", code, "weight_t", f"{code} weighs nothing, so no lane's or place's tonnes limit it",
                          "give the weight of one, packed")  # fmt: skip
