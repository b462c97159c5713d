"""A whole plan's data, and the earlier plans that it keeps or stays near."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aidplan_models.data.rows import (
    Adversary,
    Capability,
    Demand,
    Expansion,
    Fleet,
    Fund,
    Goal,
    Item,
    Join,
    Lane,
    LaneTerms,
    Measure,
    MenuRow,
    Place,
    Product,
    Redirect,
    Reserve,
    Series,
    Supply,
)


@dataclass(frozen=True, slots=True, repr=False)
class Earlier:
    """An earlier plan to stay near: ``run`` is its name, ``data`` its numbers; ``values`` as in `Kept`, its periods
    numbered as in the plan that stays near it: its horizon is ``first`` .. ``last`` there.
    """

    run: str
    data: PlanData
    values: Mapping[str, Mapping[tuple[Any, ...], float]]
    first: int
    last: int

    def __repr__(self) -> str:
        return f"Earlier {self.run}, periods {self.first} to {self.last}"


@dataclass(frozen=True, slots=True, repr=False)
class Kept:
    """A plan whose first periods stand; only what comes from period ``until`` on is decided.

    ``run`` is its name, ``data`` are the numbers that it was decided by, and ``values`` what it decided: quantity ->
    {(codes ..., period): value}, a key in the quantity's index order (a lane as its three codes), ``spent`` [money]
    among them; what is not listed is 0. Values of periods from ``until`` on do not count.
    """

    run: str
    until: int
    data: PlanData
    values: Mapping[str, Mapping[tuple[Any, ...], float]]

    def __repr__(self) -> str:
        return f"Kept {self.run} until period {self.until}"

    def state(self, quantity: str) -> dict[tuple[Any, ...], float]:
        """Codes -> what a quantity is in the last period that stands."""
        return {key[:-1]: value for key, value in self.values.get(quantity, {}).items() if key[-1] == self.until - 1}


@dataclass(frozen=True, slots=True, repr=False)
class PlanData:
    """A whole plan's data. Index order is the field's name for each mapping's key."""

    period_labels: tuple[str, ...]
    """``2024-07`` for months, ``2024-Q3`` for quarters; element ``t - 1`` names period t, the tail's too."""
    period_months: int
    currency: str
    money_unit: float
    """Currency in one unit of money."""
    urgency_rate: float
    """How much less a period's delay counts, a period."""
    outyear_limit: float
    """Most that may be guaranteed past the horizon [money]; inf for none."""

    places: Mapping[str, Place]
    items: Mapping[str, Item]
    capabilities: Mapping[str, Capability]
    effects: Mapping[tuple[str, str], float]
    """(item, capability) -> capability units an item serves."""
    plants: Mapping[str, str]
    """plant -> the country it stands in."""
    products: Mapping[tuple[str, str], Product]
    """(plant, item)."""
    orderbook: Mapping[tuple[str, str, str], float]
    """(plant, item, owner) -> items on order at the start and makeable at once; rows above 0 only."""
    capacity: Mapping[str, Series]
    """plant -> capacity units a period; every plant is listed."""
    expansions: Mapping[str, Expansion]
    bills: Mapping[tuple[str, str, str], float]
    """(plant, item, component) -> components in one item made there: the plant's own bill where there
    is one, else the bill for every plant. Resolved for each product; above 0 only."""
    supply: Mapping[str, Supply]
    """component; every component is listed."""
    funds: Mapping[str, Fund]
    menu: tuple[MenuRow, ...]
    reserves: Mapping[tuple[str, str], Reserve]
    """(country, item)."""
    opening_stock: Mapping[tuple[str, str], float]
    """(hub, front or home, item) -> items held at the start; above 0 only."""
    arrivals: Mapping[tuple[str, str], Series]
    """(place, item) -> items from outside the plan a period; rows with something in them only."""
    lanes: Mapping[Lane, LaneTerms]
    demands: Mapping[tuple[str, str], Demand]
    """(place, capability)."""
    fleets: Mapping[tuple[str, str], Fleet]
    """(place, item)."""
    platforms: Mapping[tuple[str, str], float]
    """(munition, platform) -> rounds a platform a period."""
    adversary: Mapping[str, Adversary]
    """capability."""
    goals: tuple[Goal, ...]
    """As ranked in the workbook, sorted by rank and goal; the default five where it ranks none."""

    tail: int = 0
    """Periods after the horizon that are planned and not reported."""
    tail_weight: float = 1.0
    """How much demand of the tail counts in the goal ``coverage``."""
    liability_before: float = 0.0
    """Guaranteed past the horizon before the start [money]."""
    due: Mapping[tuple[str, str, str], Series] = field(default_factory=dict)
    """(plant, item, owner) -> items on order before the start that become makeable in a period; rows above 0 only."""
    closing: Mapping[tuple[str, str, str], float] = field(default_factory=dict)
    """(plant, item, owner) -> most that may be unmade at the end, where a row of the order book says so; else all of
    it.
    """
    redirects: Mapping[tuple[str, str, str], Redirect] = field(default_factory=dict)
    """(owner, item, plant or ``*``)."""
    guarantees: Mapping[str, Series] = field(default_factory=dict)
    """plant -> capacity units that lend-lease orders must back, promised before the start; every row."""
    measures: Mapping[tuple[str, str], Measure] = field(default_factory=dict)
    """(measure, capability)."""
    joins: Mapping[tuple[str, str], Join] = field(default_factory=dict)
    """(measure, donor)."""

    against: Earlier | None = None
    """The plan that the goal ``stability`` stays near, where there is one."""
    kept: Kept | None = None
    """The plan whose first periods stand, where there is one (`aidplan_models.kept`)."""

    def __repr__(self) -> str:
        first, last = (self.period_labels or ("",))[0], (self.period_labels or ("",))[-1]
        return (
            f"PlanData {first}..{last}: {len(self.funds)} funds, {len(self.plants)} plants, {len(self.demands)} demands"
        )

    @property
    def planned(self) -> int:
        """The number of periods that are planned: the horizon and its tail."""
        return len(self.period_labels)

    @property
    def horizon(self) -> int:
        """T, the number of periods that are reported."""
        return len(self.period_labels) - self.tail

    def on_order(self, line: tuple[str, str, str]) -> float:
        """All that the order book has of a (plant, item, owner) [items]."""
        return self.orderbook.get(line, 0.0) + sum(self.due.get(line, ()))

    @property
    def first(self) -> int:
        """The first period that is decided: 1, or in a kept plan the one until which the other plan stands."""
        return self.kept.until if self.kept is not None else 1

    def in_force(self, t: int) -> PlanData:
        """The numbers by which period ``t`` is decided, or was."""
        return self if self.kept is None or t >= self.kept.until else self.kept.data.in_force(t)
