"""The numbers that the mathematics reads: one planning workbook, checked, in one scenario.

`PlanData` is frozen and already valid: whoever makes one (``aidplan.workbook``) has judged every
rule of the planning workbook first, so the mathematics never checks and never guesses.

Conventions, everywhere below
-----------------------------
* Periods are whole numbers 1..T. ``Series`` is a tuple of T floats; element ``t - 1`` belongs to period t.
* Codes are text, exactly as the planner wrote them. Every mapping is in sorted order of its key, so
  the same workbook in any row order gives the same `PlanData`, and from it the same matrix.
* What a mapping does not list is 0. "No limit" is ``math.inf``.
* Prices are in plain currency (``USD``); budgets are in money, which is ``money_unit`` of it.
  Weights are in tonnes, durations in periods, shares in [0, 1].
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

Series = tuple[float, ...]

COMMON = "common"
"""The owner of goods that all fronts draw on."""

DECISIONS = ("ordered", "released", "built")
"""What a fund decides: the quantities that the goal ``stability`` compares."""

CHANNELS = ("order", "release", "expand")
"""The ways in which a fund may spend."""


class Lane(NamedTuple):
    """A way from one place to another by one mode: the key of a lane, in index order."""

    origin: str
    destination: str
    mode: str


@dataclass(frozen=True, slots=True)
class Place:
    """``kind`` is country, hub, front or home; ``throughput_t`` [t a period], ``storage_t`` [t]."""

    kind: str
    throughput_t: Series
    storage_t: float


@dataclass(frozen=True, slots=True)
class Item:
    """``kind`` is munition, equipment or component; ``class_`` may be empty; ``weight_t`` [t an item]."""

    kind: str
    class_: str
    weight_t: float

    @property
    def is_goods(self) -> bool:
        """Munitions and equipment are goods; components are not."""
        return self.kind != "component"


@dataclass(frozen=True, slots=True)
class Capability:
    """``kind`` is flow or level; ``weight`` weighs it against other capabilities in the goals."""

    kind: str
    weight: float


@dataclass(frozen=True, slots=True)
class Product:
    """What a plant makes: ``unit_cost`` [currency an item; 0 for components without one],
    ``lead_time`` [periods], ``capacity_use`` [capacity units an item].
    """

    unit_cost: float
    lead_time: int
    capacity_use: float


@dataclass(frozen=True, slots=True)
class Expansion:
    """Capacity that can be added at ``plant``; ``financing`` is public or private.

    ``capex`` [currency a capacity unit, 0 if private], ``build_time`` [periods], ``limit`` [capacity
    units over the horizon], ``step_limit`` [capacity units a period], ``guarantee_share`` [share of the
    capacity that orders must back], ``guarantee_periods`` [periods] (both 0 if public).
    """

    plant: str
    financing: str
    capex: float
    build_time: int
    limit: float
    step_limit: Series
    guarantee_share: float
    guarantee_periods: int


@dataclass(frozen=True, slots=True)
class Supply:
    """A component's pool: ``initial`` [units] and ``arriving`` [units a period] from outside the plan."""

    initial: float
    arriving: Series


@dataclass(frozen=True, slots=True)
class Fund:
    """A donor's budget line.

    ``mode`` is lend_lease or tranche; ``opening`` [money]; ``approval_delay`` [periods];
    ``expires`` is the last period in which it may spend (0 or less: before the start; None: never);
    ``delivers_to`` is a home place or ""; ``funding`` [money] by period, periods before the start
    (0, -1, ...) included, only what is not 0. ``available_before`` and ``spent_before`` [money] are what
    arrived and was spent before the start, where the shares of the menu count it.
    """

    donor: str
    mode: str
    opening: float
    approval_delay: int
    carry_over: bool
    expires: int | None
    delivers_to: str
    funding: Mapping[int, float]
    available_before: float = 0.0
    spent_before: float = 0.0
    arrived: Series = ()
    """In a kept plan [money]: what arrived in the periods that stand, by the numbers of then."""
    carried_over: tuple[bool, ...] = ()
    """In a kept plan: whether the balance was carried over into each of the periods that stand."""

    @property
    def owner(self) -> str:
        """Where goods that this fund orders are bound."""
        return self.delivers_to or COMMON

    @property
    def delay(self) -> int:
        """Periods from a promise in ``funding`` to its arrival: only tranches wait for approval."""
        return self.approval_delay if self.mode == "tranche" else 0

    def alive(self, t: int) -> bool:
        """Whether the fund may order, release or build in period ``t``."""
        return self.expires is None or t <= self.expires


@dataclass(frozen=True, slots=True)
class MenuRow:
    """A right to spend, or shares over what the row matches; ``None`` in a list of codes means all.

    ``key`` is (fund, item, class, country, channel) as the planner wrote it, each list sorted and joined
    by ``", "`` (``*`` for all): it names the row's limits. ``channels`` never holds release for a fund
    with ``delivers_to``. ``share_min`` is 0 and ``share_max`` is inf where the row gives none.
    ``spent_before`` and ``spent_in_time_before`` [money] went to what the row matches before the start.
    """

    key: tuple[str, str, str, str, str]
    fund: str
    items: frozenset[str] | None
    classes: frozenset[str] | None
    countries: frozenset[str] | None
    channels: frozenset[str]
    allow: bool
    share_min: float
    share_max: float
    spent_before: float = 0.0
    spent_in_time_before: float = 0.0


@dataclass(frozen=True, slots=True)
class Reserve:
    """A donor's reserve of an item: ``initial``, ``floor`` [items], ``release_limit`` [items a period],
    ``release_cost`` [currency an item], the price of replenishing what is drawn.
    """

    initial: float
    floor: float
    release_limit: Series
    release_cost: float


@dataclass(frozen=True, slots=True)
class LaneTerms:
    """``classes`` that may travel (None: all), ``cost_per_t`` [currency a tonne], ``transit`` [periods],
    ``capacity_t`` [t a period], ``loss`` [share of what is shipped].
    """

    classes: frozenset[str] | None
    cost_per_t: float
    transit: int
    capacity_t: Series
    loss: float

    def carries(self, item: Item) -> bool:
        """Whether goods of this item may travel by the lane."""
        return self.classes is None or item.class_ in self.classes


@dataclass(frozen=True, slots=True)
class Demand:
    """``demand`` [capability units a period]; ``floor`` [share that must be met] from ``floor_from`` on.

    ``demand`` is what counts: ``stated`` less what pressure on the adversary's ``eased_by`` eases, ``eased_share`` of
    it. Where nothing is eased, ``stated`` is the same.
    """

    priority: float
    floor: float
    floor_from: int
    demand: Series
    stated: Series = ()
    eased_by: str = ""
    eased_share: float = 1.0


@dataclass(frozen=True, slots=True)
class Fleet:
    """Equipment in service at the start: ``initial`` [items], ``attrition`` [share a period]."""

    initial: float
    attrition: float


@dataclass(frozen=True, slots=True)
class Adversary:
    """``output`` [capability units a period] and the ``target_ratio`` of it that is to be matched.

    ``output`` is what counts: ``stated`` less what pressure cuts.
    """

    target_ratio: float
    output: Series
    stated: Series = ()
    past_ratio: Series = ()
    """In a kept plan: the ratio of the periods that stand, as it was then."""

    def target(self, t: int) -> float:
        """Output that is to be matched in period ``t`` [capability units]."""
        ratio = self.past_ratio[t - 1] if t <= len(self.past_ratio) else self.target_ratio
        return ratio * self.output[t - 1]


@dataclass(frozen=True, slots=True)
class Redirect:
    """Goods on order that may leave their owner's queue for the common one and are given back.

    ``owed_before`` [items] at the start, ``owed_end`` [items] the most at the end, ``limit`` [items a period].
    """

    owed_before: float
    owed_end: float
    limit: Series


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure on the adversary's output of one capability: ``effect`` [share cut when all have joined and it has
    built up], ``ramp`` [periods, at least 1], ``leak`` [share lost where none has joined], ``fade`` [share a period].
    """

    effect: float
    ramp: int
    leak: float
    fade: float


@dataclass(frozen=True, slots=True)
class Join:
    """A donor in a measure: ``weight`` [its share of the leverage], ``from_`` [period, also before the start; None: has
    not joined], ``cost`` [money a period].
    """

    weight: float
    from_: int | None
    cost: float


@dataclass(frozen=True, slots=True)
class Goal:
    """One goal's place in the order: smaller ``rank`` first; ``tolerance`` is relative."""

    goal: str
    rank: int
    weight: float
    tolerance: float


@dataclass(frozen=True, slots=True, repr=False)
class Earlier:
    """An earlier plan to stay near: ``run`` is its name, ``data`` its numbers; ``values`` as in `Kept`, its periods numbered
    as in the plan that stays near it: its horizon is ``first`` .. ``last`` there.
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
    """(plant, item, owner) -> most that may be unmade at the end, where a row of the order book says so; else all of it."""
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
