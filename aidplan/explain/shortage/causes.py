"""What can hold demand back, and which limits of the model each of these causes is made of."""

from __future__ import annotations

from enum import StrEnum

from aidplan_models.registry import LIMITS


class Cause(StrEnum):
    """A cause of a shortage: a kind of limit that can be lifted. The order is that of the answers."""

    OTHERS = "others"
    MONEY = "money"
    MENU = "menu"
    PLANTS = "plants"
    COMPONENTS = "components"
    LEAD_TIME = "lead_time"
    RESERVES = "reserves"
    LANES = "lanes"
    PLATFORMS = "platforms"


GOALS, TIME = "goals", "time"
"""The two parts that are no limit: goals of a better rank, and what nothing could mend in time."""

PARTS: tuple[str, ...] = (GOALS, *Cause, TIME)
"""The parts of a shortage, in the order of the answers; they add up to it."""

MEANING: dict[str, str] = {
    GOALS: "goals of a better rank come first",
    Cause.OTHERS: "other places, needs and months are served first",
    Cause.MONEY: "the money of funds is spent",
    Cause.MENU: "the menus of donors do not allow more",
    Cause.PLANTS: "plants are full",
    Cause.COMPONENTS: "components are scarce",
    Cause.LEAD_TIME: "orders take their lead time",
    Cause.RESERVES: "reserves are at their floor, or are drawn as fast as is allowed",
    Cause.LANES: "lanes, ports and stores are full or closed",
    Cause.PLATFORMS: "there are too few guns and launchers",
    TIME: "nothing could mend it in time",
}
"""A part of a shortage, as a planner reads it."""

CAUSE_OF_LIMIT: dict[str, Cause] = {
    "balance": Cause.MONEY,
    "share_max": Cause.MENU,
    "share_min": Cause.MENU,
    "capacity": Cause.PLANTS,
    "components": Cause.COMPONENTS,
    "reserve_floor": Cause.RESERVES,
    "release_limit": Cause.RESERVES,
    "lane": Cause.LANES,
    "throughput": Cause.LANES,
    "storage": Cause.LANES,
    "platforms": Cause.PLATFORMS,
    "firing": Cause.PLATFORMS,
}
"""Limit of the registry -> the cause that lifts it; what is not listed is lifted by none."""

if unknown := CAUSE_OF_LIMIT.keys() - LIMITS.keys():
    raise LookupError(f"causes name limits that the registry does not have: {sorted(unknown)}")

Combination = frozenset[Cause]
"""A set of causes whose limits are lifted together."""

NOTHING: Combination = frozenset()
EVERYTHING: Combination = frozenset(Cause)
