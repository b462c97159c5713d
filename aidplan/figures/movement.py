"""What travels: by lane, out of hubs, into places, under way at the end, lost."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from aidplan_models.data import Lane, LaneTerms

from aidplan.figures.quantities import Array, Key, Plan, shifted, summed


@dataclass(frozen=True)
class Shipment:
    """One item on one lane: ``shipped`` and ``arrived`` [items by period], ``under_way`` [items that left
    and had not arrived at the end, losses to come not yet taken off], ``lost`` [items], ``tonnes`` by
    period, ``cost`` [money over the horizon].
    """

    lane: Lane
    item: str
    shipped: Array
    arrived: Array
    under_way: float
    lost: float
    tonnes: Array
    cost: float


def shipments(plan: Plan) -> list[Shipment]:
    """Every lane and item that anything is shipped on, in index order."""
    found = []
    for (origin, destination, mode, item), shipped in plan["shipped"].items():
        lane = Lane(origin, destination, mode)
        terms = plan.data.lanes[lane]
        landed = shifted(shipped, terms.transit)
        tonnes = shipped * plan.data.items[item].weight_t
        found.append(
            Shipment(
                lane=lane, item=item, shipped=shipped, arrived=landed * (1.0 - terms.loss),
                under_way=under_way(shipped, terms), lost=float(landed.sum()) * terms.loss,
                tonnes=tonnes, cost=float(tonnes.sum()) * terms.cost_per_t / plan.data.money_unit,
            )
        )  # fmt: skip
    return found


def under_way(shipped: Array, terms: LaneTerms) -> float:
    """What left within the horizon and arrives after it."""
    return float(shipped[max(len(shipped) - terms.transit, 0) :].sum()) if terms.transit else 0.0


def lane_tonnes(found: list[Shipment]) -> dict[Lane, Array]:
    """Lane -> tonnes that leave by it."""
    return {Lane(*key): tonnes for key, tonnes in summed((tuple(one.lane), one.tonnes) for one in found).items()}


def outgoing_tonnes(found: list[Shipment]) -> dict[str, Array]:
    """Place -> tonnes that leave it."""
    return {key[0]: tonnes for key, tonnes in summed(((one.lane.origin,), one.tonnes) for one in found).items()}


def stored_tonnes(plan: Plan) -> dict[str, Array]:
    """Place -> tonnes held at the end of each period."""
    parts = (((place,), held * plan.data.items[item].weight_t) for (place, item), held in plan["stock"].items())
    return {key[0]: tonnes for key, tonnes in summed(parts).items()}


def deliveries(plan: Plan, found: list[Shipment]) -> dict[Key, Array]:
    """(place, item, way) -> items that come to fronts and homes by period.

    ``way`` is ``<origin>|<mode>`` of a lane, ``plants`` (made for that home), or ``outside`` (given
    before the plan, from the sheet ``arrivals``).
    """
    data = plan.data
    ends = {place for place, terms in data.places.items() if terms.kind in ("front", "home")}
    parts: list[tuple[Key, Array]] = [
        ((one.lane.destination, one.item, f"{one.lane.origin}|{one.lane.mode}"), one.arrived)
        for one in found
        if one.lane.destination in ends
    ]
    parts += [((owner, item, "plants"), made) for (_, item, owner), made in plan["made"].items() if owner in ends]
    parts += [((x, item, "outside"), np.array(series)) for (x, item), series in data.arrivals.items() if x in ends]
    return {key: array for key, array in sorted(summed(parts).items()) if array.any()}


def reach_fronts(plan: Plan, found: list[Shipment]) -> list[tuple[str, float]]:
    """(unit of items, how many of that unit) that come to fronts over the horizon, those worth most first.

    Worth by the least price of each item; items counted in money are left out.
    """
    price: dict[str, float] = {}
    for (_, item), product in plan.data.products.items():
        price[item] = min(price.get(item, product.unit_cost), product.unit_cost)
    totals: dict[str, float] = {}
    worth: dict[str, float] = {}
    for (place, item, _), arrived in deliveries(plan, found).items():
        unit = plan.names.item_unit(item) or "item"
        if plan.data.places[place].kind == "front" and not unit.startswith(plan.data.currency):
            totals[unit] = totals.get(unit, 0.0) + float(arrived.sum())
            worth[unit] = worth.get(unit, 0.0) + float(arrived.sum()) * price.get(item, 0.0)
    some = [(unit, n) for unit, n in totals.items() if n > 0]
    return sorted(some, key=lambda one: (-worth[one[0]], -one[1], one[0]))
