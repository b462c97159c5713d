"""A finished plan as its state: the tables that it was solved from and the value of every quantity."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aidplan.workbook.origin import carried_from

if TYPE_CHECKING:
    from aidplan_models.carried import Values
    from aidplan_models.data import PlanData

    from aidplan.extract import PlanRun
    from aidplan.workbook.tables import Tables

_NOT_INDEX = ("value", "demand", "met", "unmet")


@dataclass(frozen=True)
class State:
    """A run at the end of period ``last``. ``tables`` are the workbook's in the run's scenario; ``end`` is the last
    period that the plan has, tail and all.
    """

    run: str
    data: PlanData
    tables: Tables
    values: Values
    last: int

    @property
    def first(self) -> int:
        """The period in which the rolled workbook begins."""
        return self.last + 1

    @property
    def horizon(self) -> int:
        """The last period that is reported."""
        return self.tables.calendar.count

    @property
    def end(self) -> int:
        """The last period that is planned."""
        return len(self.data.period_labels)

    def label(self, t: int) -> str:
        """``2025-01`` for a period's number."""
        return self.tables.calendar.label(t)

    @property
    def remark(self) -> str:
        """What the source of a carried row says."""
        return carried_from(self.run, self.label(self.last))


def state_of(run: PlanRun, last: int) -> State:
    """The run at the end of period ``last``."""
    return State(str(run.manifest["run"]), run.data, run.book, values_of(run), last)


def values_of(run: PlanRun) -> Mapping[str, Mapping[tuple[Any, ...], float]]:
    """Quantity -> {key: value}, the period's number last in the key; ``spent`` [money] among them."""
    numbers = {label: t for t, label in enumerate(run.data.period_labels, start=1)}
    found: dict[str, dict[tuple[Any, ...], float]] = {}
    for name, table in run.tables.items():
        if "value" not in table.columns or "period" not in table.columns:
            continue
        codes = [table[column].tolist() for column in table.columns if column not in (*_NOT_INDEX, "period")]
        periods = [numbers[label] for label in table["period"].tolist()]
        found[name] = dict(zip(zip(*codes, periods, strict=True), table["value"].tolist(), strict=True))
    return found
