"""A plan's quantities as arrays over the periods of the horizon."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from aidplan_models.registry import QUANTITIES

from aidplan.figures.format import money_name, span_name
from aidplan.figures.naming import Names

if TYPE_CHECKING:
    from aidplan_models.data import PlanData

    from aidplan.extract import PlanRun

Array = npt.NDArray[np.float64]
"""One float a period; element ``t - 1`` belongs to period t."""

Key = tuple[str, ...]
_ROWS_OF = {"spent": ("fund", "period")}


class Plan:
    """A `PlanRun` read by key and period: ``plan["made"][plant, item, owner]`` is an `Array`.

    Periods are those of the horizon; what a run plans in a tail after it is left out.
    """

    def __init__(self, run: PlanRun) -> None:
        self.run = run
        self.data = up_to_horizon(run.data)
        self.horizon = run.data.horizon
        self.labels = run.data.period_labels[: self.horizon]
        self.number = {label: t for t, label in enumerate(self.labels, start=1)}
        self._read: dict[str, dict[Key, Array]] = {}

    @cached_property
    def names(self) -> Names:
        """What planners call the codes."""
        return Names(self.run.book)

    @cached_property
    def money(self) -> str:
        """The unit of all money, ``million USD``."""
        return money_name(self.data.currency, self.data.money_unit)

    @property
    def period_word(self) -> str:
        """``month`` or ``quarter``."""
        return "month" if self.data.period_months == 1 else "quarter"

    def label(self, t: int) -> str:
        """The label of period t; "" outside the horizon."""
        return self.labels[t - 1] if 1 <= t <= self.horizon else ""

    def when(self, first: int, last: int | None = None) -> str:
        """``Jul 2024``, ``Jul–Sep 2024``: periods ``first`` to ``last``; "" outside the horizon."""
        labels = self.labels[max(first, 1) - 1 : first if last is None else last]
        return span_name(labels) if labels and first >= 1 else ""

    def index(self, name: str) -> tuple[str, ...]:
        """The index columns of a quantity's table, period last."""
        return _ROWS_OF.get(name) or QUANTITIES[name].index

    def __getitem__(self, name: str) -> Mapping[Key, Array]:
        """Every key of a quantity that is somewhere not 0, in index order."""
        if name not in self._read:
            self._read[name] = self._by_key(name, "value") if name in self.run.tables else {}
        return self._read[name]

    def at(self, name: str, key: Key) -> Array:
        """One key's values; zeros where the table does not list it."""
        found = self[name].get(key)
        return np.zeros(self.horizon) if found is None else found

    def demand(self, column: str) -> Mapping[Key, Array]:
        """``demand``, ``met`` or ``unmet`` of the coverage table, by (place, capability)."""
        if column not in self._read:
            self._read[column] = self._by_key("coverage", column, ("place", "capability", "period"))
        return self._read[column]

    def _by_key(self, name: str, column: str, index: tuple[str, ...] | None = None) -> dict[Key, Array]:
        frame = self.run.tables[name]
        index = index or self.index(name)
        found: dict[Key, Array] = {}
        keys: Iterable[Key] = zip(*(frame[one].tolist() for one in index[:-1]), strict=True)
        for key, period, value in zip(keys, frame["period"].tolist(), frame[column].tolist(), strict=True):
            array = found.get(key)
            if array is None:
                array = found[key] = np.zeros(self.horizon)
            if period in self.number:
                array[self.number[period] - 1] = value
        return found


def up_to_horizon(data: PlanData) -> PlanData:
    """The numbers as reports speak of them: every series ends with the horizon, and there is no tail."""
    if not data.tail:
        return data
    cut = {each.name: _cut(getattr(data, each.name), data.planned, data.horizon) for each in fields(data)}
    return replace(data, **{**cut, "period_labels": data.period_labels[: data.horizon], "tail": 0})


def _cut(value: Any, planned: int, horizon: int) -> Any:
    """A value with the series in it cut from ``planned`` to ``horizon`` periods."""
    if isinstance(value, tuple) and len(value) == planned and all(isinstance(each, int | float) for each in value):
        return value[:horizon]
    if isinstance(value, Mapping):
        return {key: _cut(each, planned, horizon) for key, each in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return replace(
            value, **{each.name: _cut(getattr(value, each.name), planned, horizon) for each in fields(value)}
        )
    return value


def summed(parts: Iterable[tuple[Key, Array]]) -> dict[Key, Array]:
    """Arrays added by key, in the order in which the keys first come."""
    found: dict[Key, Array] = {}
    for key, array in parts:
        if key in found:
            found[key] = found[key] + array
        else:
            found[key] = array.copy()
    return found


def shifted(array: Array, periods: int) -> Array:
    """The array ``periods`` later: what leaves in t arrives in t + periods; what comes after T is cut."""
    if periods == 0:
        return array
    late = np.zeros_like(array)
    if periods < len(array):
        late[periods:] = array[:-periods]
    return late
