"""The donor ledger: commitment, order, production, delivery.

Goods on order are served first come, first served: the order book at the start, then orders in the
period in which they fall due, those of one period alike. What is made for all fronts goes into one
stock, so deliveries cannot be traced fund by fund: each fund's goods are delivered, lost and still on
their way in the same shares as all goods of that item that the plan put into the common stock. What is
made for a home place is delivered when it is made. All money stands at the fund's own price.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from aidplan_models.data import COMMON

from aidplan.figures.movement import Shipment
from aidplan.figures.quantities import Array, Plan

ON_ORDER, ON_THE_WAY, LOST, PLANTS = "on order", "on the way", "lost", "plants"


@dataclass(frozen=True)
class Bought:
    """What one fund bought of one item: ``channel`` order or release; money over the horizon.

    ``paid`` = ``on_order`` (not made by the end) + ``on_the_way`` (in stock or under way) + ``lost`` +
    Σ ``delivered`` (by front or home place).
    """

    fund: str
    item: str
    channel: str
    paid: float
    on_order: float
    on_the_way: float
    lost: float
    delivered: dict[str, float] = field(default_factory=dict)

    @property
    def produced(self) -> float:
        """Made, or drawn from a reserve, by the end."""
        return self.paid - self.on_order


@dataclass(frozen=True)
class Spread:
    """Where the common stock of one item went: shares that add up to 1 with what is on the way."""

    delivered: dict[str, float]
    lost: float

    @property
    def on_the_way(self) -> float:
        """The share in stock or under way at the end."""
        return max(1.0 - self.lost - sum(self.delivered.values()), 0.0)


def bought(plan: Plan, found: list[Shipment]) -> list[Bought]:
    """Every fund and item, orders before releases, in index order."""
    data, spreads = plan.data, spread(plan, found)
    made_for = _made_for(plan)
    units: dict[tuple[str, str], list[tuple[float, float, float]]] = defaultdict(list)
    for (fund, plant, item), ordered in plan["ordered"].items():
        price = data.products[plant, item].unit_cost / data.money_unit
        units[fund, item].append((float(ordered.sum()), made_for.get((fund, plant, item), 0.0), price))
    result = []
    for (fund, item), parts in units.items():
        paid = sum(count * price for count, _, price in parts)
        produced = sum(made * price for _, made, price in parts)
        owner = data.funds[fund].owner
        how = spreads[item] if owner == COMMON else Spread({owner: 1.0}, 0.0)
        result.append(_bought(fund, item, "order", paid, produced, how))
    drawn: dict[tuple[str, str], float] = defaultdict(float)
    for (fund, place, item), released in plan["released"].items():
        drawn[fund, item] += float(released.sum()) * data.reserves[place, item].release_cost / data.money_unit
    result += [_bought(fund, item, "release", paid, paid, spreads[item]) for (fund, item), paid in drawn.items()]
    return result


def _bought(fund: str, item: str, channel: str, paid: float, produced: float, how: Spread) -> Bought:
    return Bought(
        fund=fund, item=item, channel=channel, paid=paid, on_order=paid - produced,
        on_the_way=produced * how.on_the_way, lost=produced * how.lost,
        delivered={place: produced * part for place, part in how.delivered.items()},
    )  # fmt: skip


def spread(plan: Plan, found: list[Shipment]) -> dict[str, Spread]:
    """Item -> where its common stock went."""
    data = plan.data
    ends = {place for place, terms in data.places.items() if terms.kind in ("front", "home")}
    entered: dict[str, float] = defaultdict(float)
    for (_, item, owner), made in plan["made"].items():
        if owner == COMMON:
            entered[item] += float(made.sum())
    for (_, _, item), released in plan["released"].items():
        entered[item] += float(released.sum())
    for (place, item), opening in data.opening_stock.items():
        entered[item] += opening if place not in ends else 0.0
    for (place, item), series in data.arrivals.items():
        entered[item] += sum(series) if place not in ends else 0.0
    net: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    lost: dict[str, float] = defaultdict(float)
    for one in found:
        lost[one.item] += one.lost
        if one.lane.destination in ends:
            net[one.item][one.lane.destination] += float(one.arrived.sum())
        if one.lane.origin in ends:
            net[one.item][one.lane.origin] -= float(one.shipped.sum())
    return {item: _spread(entered[item], net[item], lost[item]) for item in data.items}


def _spread(entered: float, net: dict[str, float], lost: float) -> Spread:
    come = {place: units for place, units in sorted(net.items()) if units > 0}
    whole = max(entered, sum(come.values()) + lost)
    if whole <= 0:
        return Spread({}, 0.0)
    return Spread({place: units / whole for place, units in come.items()}, lost / whole)


def _queued_before(plan: Plan, line: tuple[str, str, str]) -> float:
    """Items that stand in a line's queue before any order of the plan: the order book, what is redirected in or out."""
    plant, item, owner = line
    moved = 0.0
    for name, sign in (("redirected", 1.0), ("repaid", -1.0)):
        for (p, i, o), values in plan[name].items():
            if (p, i) == (plant, item) and owner in (o, COMMON):
                moved += sign * float(values.sum()) * (1.0 if owner == COMMON else -1.0)
    return plan.data.on_order(line) + moved


def _made_for(plan: Plan) -> dict[tuple[str, str, str], float]:
    """(fund, plant, item) -> items made of the fund's orders by the end, first come, first served."""
    data = plan.data
    queues: dict[tuple[str, str, str], list[tuple[str, Array]]] = defaultdict(list)
    for (fund, plant, item), ordered in plan["ordered"].items():
        queues[plant, item, data.funds[fund].owner].append((fund, ordered))
    served: dict[tuple[str, str, str], float] = {}
    for (plant, item, owner), orders in queues.items():
        left = float(plan.at("made", (plant, item, owner)).sum()) - _queued_before(plan, (plant, item, owner))
        due = plan.horizon - data.products[plant, item].lead_time
        for t in range(max(due, 0)):
            wanted = sum(float(ordered[t]) for _, ordered in orders)
            if left <= 0 or wanted <= 0:
                continue
            part = min(left / wanted, 1.0)
            for fund, ordered in orders:
                served[fund, plant, item] = served.get((fund, plant, item), 0.0) + part * float(ordered[t])
            left -= part * wanted
    return served
