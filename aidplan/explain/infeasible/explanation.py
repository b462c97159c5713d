"""Why no plan exists, and what would let one exist: for planners, and for programs."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from aidplan_models.data import PlanData
from aidplan_models.registry import LIMIT_OF_CONSTRAINT

from aidplan.explain.infeasible.arithmetic import shown_by_arithmetic
from aidplan.explain.infeasible.elastic import Elastic, Rows
from aidplan.explain.infeasible.levers import levers
from aidplan.explain.infeasible.naming import Named, facts, limit_codes, named
from aidplan.explain.infeasible.repairs import Repair, Search
from aidplan.explain.infeasible.shares import money_words, share_out_of_reach
from aidplan.solve.assemble.linear_program import Programme
from aidplan.solve.highs import SolverError
from aidplan.solve.resource_limits import Limits
from aidplan.solve.verified import NotVerified
from aidplan.solve.worth import worth_of_columns
from aidplan.workbook.tables import Tables

PROVED = 1e-6
"""Sizes that must give way at least, for an infeasibility to be taken as proved before any goal is tried."""

LARGE = 500_000
"""Columns from which on an infeasibility is looked for beside the goals only where a plain sum shows one: the search holds a
programme of its own in memory.
"""

DEFAULT_SECONDS = 240.0
"""Seconds for an explanation, where the planner gives no limit."""


@dataclass(frozen=True)
class Explanation:
    """``arithmetic`` are sentences that prove the infeasibility, ``repairs`` the smallest changes, ``iis`` what clashes."""

    arithmetic: Sequence[str] = ()
    repairs: Sequence[Repair] = ()
    iis: Sequence[Named] = ()
    irreducible: bool = False
    notes: Sequence[str] = field(default_factory=tuple)
    seconds: float = 0.0

    def as_dict(self) -> dict[str, Any]:
        """For ``run.json`` and programs."""
        return {
            "arithmetic": list(self.arithmetic),
            "ways_out": [repair.as_dict() for repair in self.repairs],
            "clash": {"irreducible": self.irreducible, "limits": [each.as_dict() for each in self.iis]},
            "notes": list(self.notes),
            "seconds": round(self.seconds, 3),
            "lines": self.lines(),
        }

    def lines(self) -> list[str]:
        """For planners, in order: what shows it, repairs, what clashes."""
        said: list[str] = []
        if self.arithmetic:
            said += ["what shows it:", *(f"  {each}" for each in self.arithmetic)]
        if self.repairs:
            said.append("any one of these lets a plan exist, each proved:")
            said += [f"  {n}. {repair.text}" for n, repair in enumerate(self.repairs, 1)]
        limits = [each for each in self.iis if not each.keeps_count]
        if limits:
            head = (
                "these cannot all be kept; without any one of them, the others can:"
                if self.irreducible
                else "among these the clash lies:"
            )
            said += [head, *(f"  {each}" for each in limits)]
            counting = ", ".join(dict.fromkeys(each.limit for each in self.iis if each.keeps_count))
            if counting:
                said.append(f"  joined by what only keeps count: {counting}")
        return said + list(self.notes)


class Infeasibility:
    """Whether and why a workbook's hard rules clash; the proof that they do is where the explanation begins."""

    def __init__(self, data: PlanData, tables: Tables, *, threads: int = 0) -> None:
        self.data, self.tables, self.threads = data, tables, threads
        self._elastic: Elastic | None = None

    def _of(self, model: Any, programme: Programme) -> Elastic:
        """The elastic programme of a programme, made once."""
        if self._elastic is None or self._elastic.rows.programme is not programme:
            rows = Rows(programme, worth_of_columns(programme, self.data))
            self._elastic = Elastic(rows, levers(self.tables, self.data, model.menu_rows), threads=self.threads)
        return self._elastic

    def proved(self, model: Any, programme: Programme, limits: Limits) -> bool:
        """Whether it is proved that no plan exists: some of what is asked must be given up.

        That is found much sooner than by meeting goals in a programme that has no plan. Raises SolverStopped.
        """
        if programme.void:
            return False
        if programme.shape[1] > LARGE and not shown_by_arithmetic(self.tables, self.data):
            return False
        try:
            elastic = self._of(model, programme)
            asked = elastic.asked(limits) if elastic.asking.any() else None
        except (NotVerified, SolverError):
            return False
        return asked is not None and asked.value > PROVED

    def explain(
        self,
        model: Any,
        programme: Programme,
        *,
        time_limit: float | None = None,
        memory_limit: float | None = None,
        progress: Callable[[str], None] = lambda _: None,
        barred: frozenset[str] = frozenset(),
    ) -> Explanation:
        """Explain a workbook that has no plan. Takes at most ``time_limit`` seconds or so, ends where the process
        holds more than ``memory_limit`` MiB, and says what was cut.
        """
        began = time.monotonic()
        progress("no plan exists; looking for why")
        arithmetic = [*shown_by_arithmetic(self.tables, self.data), *_void(model, programme, self.tables)]
        if programme.void:
            return Explanation(arithmetic, seconds=time.monotonic() - began)
        patience = DEFAULT_SECONDS if time_limit is None else time_limit
        elastic = self._of(model, programme)
        search = Search(self.tables, elastic, money_words(self.data), Limits(began + patience, memory_limit), progress)
        search.barred = barred
        repairs = search.repairs()
        iis = search.iis
        limits = named(model, elastic.rows, self.tables, elastic.levers, iis.rows) if iis else []
        shares = [tuple(each.key.values()) for each in limits if each.limit == "share_min"]
        notes = [search.cut] if search.cut else []
        if not repairs and not search.cut:
            notes.append("no change of cells was found and proved that lets a plan exist")
        return Explanation(
            [*arithmetic, *share_out_of_reach(self.tables, self.data, shares)],
            repairs,
            limits,
            iis is not None and iis.irreducible,
            notes,
            time.monotonic() - began,
        )


def _void(model: Any, programme: Programme, tables: Tables) -> list[str]:
    """Limits without any decision that do not hold as they stand."""
    said = []
    for constraint, index, sense, bound in programme.void:
        key, period = limit_codes(model, constraint, index, tables.calendar.planned_labels)
        who = " ".join(
            (LIMIT_OF_CONSTRAINT[constraint], *(value for value in key.values() if value != "*"), period)
        ).strip()
        cells = ", ".join(facts(model, tables, constraint, index))
        said.append(
            f"{f'{cells}: ' if cells else ''}{who}: 0 {sense} {bound:.6g} does not hold, and nothing can be decided "
            "about it"
        )
    return said
