"""Changes that no objective asked for: the other run's value lies in the range of equally good alternatives of the
first.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from aidplan.figures.quantities import Key, Plan

Ranges = Mapping[tuple[Key, str], tuple[float, float]]
_ROUNDING = 1e-6


def ranges_of(plan: Plan, quantity: str) -> Ranges:
    """(key, period) -> the least and most that an allocation can be in equally good plans, as the run's ``ties`` table
    has it.
    """
    frame = plan.run.tables.get("ties")
    if frame is None or frame.empty:
        return {}
    frame = frame[frame["quantity"] == quantity]
    columns = [frame[name].tolist() for name in plan.index(quantity)]
    ends = zip(frame["least"].tolist(), frame["most"].tolist(), strict=True)
    return {((*key[:-1],), key[-1]): end for key, end in zip(zip(*columns, strict=True), ends, strict=True)}


class Alike:
    """Which changes of orders lie within equally good alternatives of either plan."""

    def __init__(self, plans: Sequence[Plan]) -> None:
        self._plans = plans
        self._ranges = [ranges_of(plan, "ordered") for plan in plans]

    @property
    def is_known(self) -> bool:
        """Whether any run says what could be otherwise."""
        return any(self._ranges)

    def order(self, key: Key, run: int) -> bool:
        """Whether all that differs between the first run and run ``run`` in an order (fund, plant, item) is alike."""
        first, other = self._plans[0], self._plans[run]
        before, after = first.at("ordered", key), other.at("ordered", key)
        theirs = dict(zip(other.labels, after.tolist(), strict=True))
        for label, value in zip(first.labels, before.tolist(), strict=True):
            now = theirs.get(label)
            if now is None or math.isclose(value, now, rel_tol=_ROUNDING, abs_tol=_ROUNDING):
                continue
            if not (
                _within(self._ranges[0].get((key, label)), now) or _within(self._ranges[run].get((key, label)), value)
            ):
                return False
        return True


def _within(ends: tuple[float, float] | None, value: float) -> bool:
    if ends is None:
        return False
    room = _ROUNDING * max(abs(value), 1.0)
    return ends[0] - room <= value <= ends[1] + room
