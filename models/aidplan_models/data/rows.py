"""The rows of a plan's data: one class for each kind of row, a unit on each number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

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
