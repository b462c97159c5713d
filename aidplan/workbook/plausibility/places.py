"""Plausibility warnings about places, lanes and weights."""

from __future__ import annotations

import math
from collections.abc import Iterator

from aidplan_models.data import PlanData

from aidplan.workbook.findings import Finding
from aidplan.workbook.plausibility.format import amount, warning
from aidplan.workbook.tables import Tables


def place_warnings(data: PlanData, tables: Tables) -> Iterator[Finding]:
    """Arrivals that find no room, and goods that no limit of tonnes can hold back."""
    yield from _overflows(data, tables)
    yield from _weightless(data, tables)


def _overflows(data: PlanData, tables: Tables) -> Iterator[Finding]:
    """At countries and hubs, where nothing is used: all that came must lie there or have left."""
    horizon = data.planned
    held, coming, leaving = _tonnes(data)
    for code, tonnes in coming.items():
        place = data.places[code]
        if place.kind in ("front", "home") or math.isinf(place.storage_t):
            continue
        came, left, out = held.get(code, 0.0), 0.0, leaving.get(code, [0.0] * horizon)
        for t in range(1, horizon + 1):
            came += tonnes[t - 1]
            left += min(place.throughput_t[t - 1], out[t - 1])
            if came > (left + place.storage_t) * (1 + 1e-9):
                key = next((key for key, series in data.arrivals.items() if key[0] == code and series[t - 1]), None)
                if key is None:
                    key = next(key for key in data.arrivals if key[0] == code)
                yield warning(
                    "arrivals-overflow",
                    tables,
                    "arrivals",
                    key,
                    t,
                    (
                        f"by {data.period_labels[t - 1]} {amount(came)} t have come to {code}, which can have "
                        f"passed on {amount(left)} t and store {amount(place.storage_t)} t: no plan exists"
                    ),
                    "raise its storage or throughput, or spread the arrivals",
                )
                break


def _tonnes(data: PlanData) -> tuple[dict[str, float], dict[str, list[float]], dict[str, list[float]]]:
    """Place -> tonnes that stand there at the start, that come in each period, that lanes can take away in each."""
    horizon = data.planned
    weight = {code: item.weight_t for code, item in data.items.items()}
    held: dict[str, float] = {}
    for (at, item), amount_held in data.opening_stock.items():
        held[at] = held.get(at, 0.0) + weight[item] * amount_held
    coming: dict[str, list[float]] = {}
    for (at, item), series in data.arrivals.items():
        tonnes = coming.setdefault(at, [0.0] * horizon)
        for t, number in enumerate(series):
            tonnes[t] += weight[item] * number
    leaving: dict[str, list[float]] = {}
    for lane, terms in data.lanes.items():
        out = leaving.setdefault(lane.origin, [0.0] * horizon)
        for t, capacity in enumerate(terms.capacity_t):
            out[t] += capacity
    return held, coming, leaving


def _weightless(data: PlanData, tables: Tables) -> Iterator[Finding]:
    limits = any(not math.isinf(limit) for terms in data.lanes.values() for limit in terms.capacity_t) or any(
        not math.isinf(limit) for place in data.places.values() for limit in (*place.throughput_t, place.storage_t)
    )
    moved = {item for _, item in (*data.products, *data.reserves, *data.opening_stock, *data.arrivals)}
    for code, item in data.items.items():
        if limits and item.is_goods and item.weight_t == 0 and code in moved:
            yield warning(
                "weightless",
                tables,
                "items",
                code,
                "weight_t",
                f"{code} weighs nothing, so no lane's or place's tonnes limit it",
                "give the weight of one, packed",
            )
