"""The goods in question: what could serve a capability, what that is fired from, and what goes into it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace

from aidplan_models.data import CHANNELS, LaneTerms, MenuRow, Place, PlanData, Series


@dataclass(frozen=True)
class Question:
    """A shortage that is asked about: ``capability`` at ``places`` in periods ``first`` .. ``last``."""

    capability: str
    places: tuple[str, ...]
    first: int
    last: int

    def covers(self, place: str, capability: str, t: int) -> bool:
        """Whether the demand of a place and period is asked about."""
        return capability == self.capability and place in self.places and self.first <= t <= self.last


def goods_in_question(data: PlanData, capability: str) -> frozenset[str]:
    """The items with an effect on a capability, the platforms that its munitions need, and the components in the
    bills of all of them, at any depth.
    """
    goods = {item for item, served in data.effects if served == capability}
    goods |= {platform for munition, platform in data.platforms if munition in goods}
    components = defaultdict(set)
    for (_, item, component), quantity in data.bills.items():
        if quantity > 0:
            components[item].add(component)
    waiting = list(goods)
    while waiting:
        more = components[waiting.pop()] - goods
        goods |= more
        waiting += more
    return frozenset(goods)


def plants_in_question(data: PlanData, goods: frozenset[str]) -> frozenset[str]:
    """The plants that make one of the goods in question."""
    return frozenset(plant for plant, item in data.products if item in goods)


def opened(data: PlanData, goods: frozenset[str], *, lead_time: bool = False) -> PlanData:
    """The numbers of a plan in which everything exists that lifting limits could let exist.

    Every fund without ``delivers_to`` may buy the ``goods``; closed lanes and places pass a tonne; with ``lead_time``
    the goods have none. Whoever builds it sets the bounds of the workbook where a limit is not lifted.
    """
    products = dict(data.products)
    if lead_time:
        products |= {key: replace(product, lead_time=0) for key, product in products.items() if key[1] in goods}
    return replace(
        data,
        products=products,
        menu=(*data.menu, *_rights(data, goods)),
        lanes={lane: _passable_lane(terms) for lane, terms in data.lanes.items()},
        places={x: _passable_place(place) for x, place in data.places.items()},
    )


def _rights(data: PlanData, goods: frozenset[str]) -> list[MenuRow]:
    """A right to all the goods for every fund that delivers to no place of its own."""
    names = ", ".join(sorted(goods))
    return [
        MenuRow(
            key=(fund, names, "*", "*", "*"),
            fund=fund,
            items=goods,
            classes=None,
            countries=None,
            channels=frozenset(CHANNELS),
            allow=True,
            share_min=0.0,
            share_max=float("inf"),
        )
        for fund, terms in data.funds.items()
        if not terms.delivers_to
    ]


def _passable(series: Series) -> Series:
    return tuple(limit if limit > 0 else 1.0 for limit in series)


def _passable_lane(terms: LaneTerms) -> LaneTerms:
    return terms if all(terms.capacity_t) else replace(terms, capacity_t=_passable(terms.capacity_t))


def _passable_place(place: Place) -> Place:
    return place if all(place.throughput_t) else replace(place, throughput_t=_passable(place.throughput_t))
