"""A finished plan as its state: the tables that it was solved from and the value of every quantity."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aidplan import extract
from aidplan.workbook.origin import carried_from

if TYPE_CHECKING:
    from aidplan_models.carried import Values
    from aidplan_models.data import PlanData

    from aidplan.extract import PlanRun
    from aidplan.workbook.tables import Tables


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


def values_of(run: PlanRun) -> Values:
    """Quantity -> {(codes ..., period's number): value} of a run's tables."""
    return extract.values_of(run.tables, run.data.period_labels)
