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
