"""What a plan leans on most: one hub, one donor, one plant; measured from the plan, without solving."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from aidplan.figures.money import DonorMoney
from aidplan.figures.movement import Shipment
from aidplan.figures.quantities import Plan

_ALL = 0.995


@dataclass(frozen=True)
class Reliance:
    """``share`` of something that rests on one ``what`` (hub, donor or plant), called ``name``."""

    what: str
    name: str
    share: float


def reliances(plan: Plan, found: list[Shipment], donors: list[DonorMoney]) -> list[Reliance]:
    """The hub, the donor and the plant that most rests on, the largest share first.

    A hub by its share of the tonnes that travel to fronts and homes, hubs aside that everything must pass; a donor by its share of what all funds spend; a plant
    by its share of the money of everything made for which a price is known.
    """
    candidates = [_hub(plan, found), _donor(donors), _plant(plan)]
    return sorted((one for one in candidates if one is not None), key=lambda one: (-one.share, one.what))


def _hub(plan: Plan, found: list[Shipment]) -> Reliance | None:
    """The share of the tonnes of the busiest hub, of what leaves all hubs and countries for the last leg."""
    places = plan.data.places
    ends = {x for x, place in places.items() if place.kind in ("front", "home")}
    out: dict[str, float] = defaultdict(float)
    for one in found:
        if places[one.lane.origin].kind == "hub":
            out[one.lane.origin] += float(one.tonnes.sum())
    last = sum(float(one.tonnes.sum()) for one in found if one.lane.destination in ends and one.lane.origin not in ends)
    if not out or last <= 0:
        return None
    shares = {x: min(tonnes / last, 1.0) for x, tonnes in out.items()}
    several = {
        x: share for x, share in shares.items() if share < _ALL
    } or shares  # what has no alternative is no choice
    hub = min(several, key=lambda x: (-several[x], x))
    return Reliance("hub", plan.names.place(hub), several[hub])


def _donor(donors: list[DonorMoney]) -> Reliance | None:
    spent = sum(one.spent for one in donors)
    if spent <= 0:
        return None
    first = max(donors, key=lambda one: one.spent)
    return Reliance("donor", first.donor, first.spent / spent)


def _plant(plan: Plan) -> Reliance | None:
    worth: dict[str, float] = defaultdict(float)
    for (plant, item, _), made in plan["made"].items():
        if plan.data.items[item].is_goods:
            worth[plant] += float(made.sum()) * plan.data.products[plant, item].unit_cost
    total = sum(worth.values())
    if total <= 0:
        return None
    plant = min(worth, key=lambda p: (-worth[p], p))
    return Reliance("plant", plan.names.plant(plant), worth[plant] / total)
