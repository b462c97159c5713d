"""Repairs: the smallest changes of cells that let a plan exist, several, each proved by solving with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from aidplan.explain.infeasible.changes import DIGITS, Change, applied, changes, words
from aidplan.explain.infeasible.elastic import LEAST_RELAXATION, Elastic, Relaxed, Rows
from aidplan.explain.infeasible.iis import Iis, irreducible
from aidplan.explain.infeasible.levers import ASKING, KINDS, NEGLIGIBLE, Lever
from aidplan.solve.assemble.linear_program import Array, Block, Programme
from aidplan.solve.certify import TOLERANCE, primal_violation
from aidplan.solve.concurrent import side_by_side
from aidplan.solve.highs import SolverError, SolverInterface
from aidplan.solve.resource_limits import Limits, SolverStopped
from aidplan.solve.scale import scale
from aidplan.solve.solving import build_programme
from aidplan.solve.verified import NoPlan, NotVerified, VerifiedSolver
from aidplan.solve.worth import worth_of_columns
from aidplan.workbook.findings import ERROR
from aidplan.workbook.numbers import plan_data
from aidplan.workbook.tables import Tables
from aidplan.workbook.validate import validate_tables

NOTHING = 1e-7
"""Sizes given up less for a size of a lever: with less it does not bear on the infeasibility."""

MIXED = "mixed"
"""The repair that is a little of several kinds."""

IIS = "clash"
"""Not a kind: the search for what clashes, beside those for repairs."""

CUT = "the search for ways out was cut at its {}; there may be others"

WORTH_MIXING = 0.05
"""Share by which a mixture of kinds must be smaller than any kind alone to be told."""

AT_HAND = 30_000
"""Columns up to which every repair is solved anew; past it, the plan that came with it is checked first."""


@dataclass(frozen=True)
class Repair:
    """A repair: ``kind`` of lever (``mixed`` for several), the changes, how it was ``proved``, and its size."""

    kind: str
    changes: tuple[Change, ...]
    proved: str
    size: float
    text: str

    def as_dict(self) -> dict[str, Any]:
        """For programs: cells with what they hold and what they would."""
        return {
            "kind": self.kind,
            "meaning": KINDS.get(self.kind, "a little of several"),
            "words": self.text,
            "proved": self.proved,
            "size": self.size,
            "changes": [
                {
                    "cell": change.cell,
                    "sheet": change.lever.sheet,
                    "key": list(change.lever.key),
                    "column": "floor_from" if change.lever.kind == "floor_from" else change.lever.column,
                    "now": None if change.lever.kind == "floor_from" else change.lever.value,
                    "new": change.label or change.new,
                    "unit": change.lever.unit,
                }
                for change in self.changes
            ],
        }


@dataclass
class Search:
    """The search for repairs. ``limits`` end it; ``cut`` then says what was not tried."""

    tables: Tables
    elastic: Elastic
    money: str
    limits: Limits
    progress: Callable[[str], None]
    price: Array | None = None
    least: float = 0.0
    iis: Iis | None = None
    cut: str = ""
    barred: frozenset[str] = frozenset()
    """Kinds of levers that no way may use."""

    @property
    def levers(self) -> Sequence[Lever]:
        """All that may be moved."""
        return self.elastic.levers

    @property
    def rows(self) -> Rows:
        """The programme's limits."""
        return self.elastic.rows

    def repairs(self) -> list[Repair]:
        """The alternatives, the smallest first; beside them ``iis``, the rows that clash, is looked for."""
        found: list[Repair] = []
        self.progress("looking for what must give way: what is asked")
        try:
            first = self.elastic.asked(self.limits)
        except SolverStopped as stop:
            self.cut = CUT.format(stop.name)
            return []
        except (NotVerified, SolverError):
            first = None
        if first is not None and first.value <= LEAST_RELAXATION:
            self.cut = (
                "on a second look every limit can be kept within rounding; the clash is a hair's breadth, or none"
            )
            return []
        kinds: list[str] = []
        if first is not None:
            self.price, self.least = first.price, first.value
            asking = [lever for lever in self.levers if lever.kind in ASKING]
            kinds = [kind for kind in ASKING if self._relaxed_first(kind, asking, first)]
        kinds = [kind for kind in kinds if kind not in self.barred]
        if first is not None and len(kinds) == 1:
            only = [lever for lever in asking if lever.kind == kinds[0]]
            moves = first.moves[[n for n, lever in enumerate(asking) if lever.kind == kinds[0]]]
            found += self._proved(kinds[0], only, replace(first, moves=moves))
            kinds = []
        every = list(dict.fromkeys(lever.kind for lever in self.levers))
        kinds += self._promising([kind for kind in every if kind not in ASKING])
        found += self._each([IIS, *kinds, MIXED] if self.price is not None else [*kinds, MIXED], found)
        order = [*KINDS, MIXED]
        return sorted(found, key=lambda repair: (repair.kind == "floor_from", repair.size, order.index(repair.kind)))

    def _each(self, kinds: Sequence[str], before: Sequence[Repair]) -> list[Repair]:
        """The repairs of each kind; of a mixture where it is worth it beside the others."""
        found: list[Repair] = []
        mixed: Relaxed | None = None
        self.progress(f"looking for ways out of {len([*filter(KINDS.get, kinds)])} kinds, and for what clashes")
        with closing(side_by_side(kinds, self.elastic.interface, self._relax)) as answers:
            for kind, relaxed in answers:
                if kind == MIXED:
                    mixed = relaxed
                elif relaxed is not None:
                    self.progress(f"proving a way out: {KINDS[kind]}")
                    found += self._proved(kind, self._chosen(kind), relaxed)
        return found + ([] if mixed is None else self._mixed(mixed, [*before, *found]))

    def _relax(self, interface: SolverInterface, kind: str) -> Relaxed | None:
        try:
            self.limits.check()
            if kind == IIS:
                assert self.price is not None
                self.iis = irreducible(self.rows, self.levers, self.price, self.limits)
                return None
            return self.elastic.relax(interface, lambda lever: self._takes(kind, lever), self.limits)
        except SolverStopped as stop:
            self.cut = CUT.format(stop.name)
        except (NotVerified, SolverError):
            pass
        return None

    def _chosen(self, kind: str) -> list[Lever]:
        return [lever for lever in self.levers if self._takes(kind, lever)]

    def _takes(self, kind: str, lever: Lever) -> bool:
        if lever.kind in self.barred:
            return False
        return lever.kind != "floor_from" if kind == MIXED else lever.kind == kind

    def _rate(self, lever: Lever) -> float:
        """How much less must be given up for a unit of this lever, at first."""
        assert self.price is not None
        return sum(self.price[row] * amount for row, amount in self.rows.effects(lever))

    def _can_suffice(self, kind: str) -> bool:
        """Whether levers of this kind can be enough. What must be given up falls by no more than each lever's
        rate for each unit that it moves: where all of them, moved as far as they go, do not make up for it,
        nothing that they do is enough.
        """
        if self.price is None:
            return True
        gain = 0.0
        for lever in self.levers:
            rate = self._rate(lever) if lever.kind == kind else 0.0
            if rate * lever.size > NOTHING:
                gain += rate * lever.most
        return gain >= self.least * (1 - 1e-6)

    def _relaxed_first(self, kind: str, asking: Sequence[Lever], first: Relaxed) -> bool:
        """Whether this kind gave way when all that is asked could."""
        return any(
            move > NEGLIGIBLE * lever.size and lever.kind == kind
            for lever, move in zip(asking, first.moves.tolist(), strict=True)
        )

    def _promising(self, kinds: Sequence[str]) -> list[str]:
        """Kinds that bear on the infeasibility, those of which little could do first."""
        bearing = [kind for kind in kinds if self._can_suffice(kind)]
        if self.price is None:
            return bearing

        def least(kind: str) -> float:
            rates = [self._rate(lever) * lever.size for lever in self.levers if lever.kind == kind]
            return 1.0 / max(max(rates, default=0.0), 1e-300)

        return sorted(bearing, key=lambda kind: (kind == "floor_from", least(kind)))

    def _mixed(self, relaxed: Relaxed, found: Sequence[Repair]) -> list[Repair]:
        """The cheapest of all kinds together, where it is cheaper than each alone."""
        if not all(relaxed.value < repair.size * (1 - WORTH_MIXING) for repair in found if repair.kind != "floor_from"):
            return []
        self.progress("proving a way out: a little of several")
        repairs = self._proved(MIXED, self._chosen(MIXED), relaxed)
        return [repair for repair in repairs if len({change.lever.kind for change in repair.changes}) > 1 or not found]

    def _proved(self, kind: str, chosen: Sequence[Lever], relaxed: Relaxed) -> list[Repair]:
        """The repair with numbers that can be typed, and proved; coarser numbers where fine ones do not hold."""
        for digits in (DIGITS, DIGITS - 1):
            made = changes(self.tables, self.rows, chosen, relaxed, digits)
            if not made:
                return []
            proved = self._prove(made, relaxed.x)
            if proved:
                text = words(made, {"money": self.money}, self.tables.calendar.planned_labels)
                return [Repair(kind, tuple(made), proved, relaxed.value, text)]
        return []

    def _prove(self, made: Sequence[Change], x: Array) -> str:
        """How the changed workbook was shown to have a plan; "" where it was not."""
        tables = applied(self.tables, made)
        if any(finding.severity == ERROR for finding in validate_tables(tables)):
            return ""
        data = plan_data(tables)
        _, programme, _, _ = build_programme(data)
        worth = worth_of_columns(programme, data)
        if programme.void:
            return ""
        if programme.shape[1] > AT_HAND and _keeps(programme, worth, carried(self.rows.programme, programme, x)):
            return "a plan that keeps every limit of the changed workbook was found and recomputed"
        solver = VerifiedSolver(limits=self.limits, threads=self.elastic.threads)
        try:
            solver.from_nothing(scale(programme, worth).problem(np.zeros(programme.shape[1])))
        except (NoPlan, NotVerified, SolverError):
            return ""
        return "solved with it"


def carried(old: Programme, new: Programme, x: Array) -> Array:
    """A plan of one programme in the columns of another; what the other alone has is 0."""
    values = np.zeros(new.shape[1])
    for name, block in new.columns.items():
        before = old.columns.get(name)
        if before is None:
            continue
        if _alike(before, block):
            values[block.members] = x[before.members]
            continue
        place = {before.index(n): before.start + n for n in range(len(before))}
        for n in range(len(block)):
            column = place.get(block.index(n))
            if column is not None:
                values[block.start + n] = x[column]
    return values


def _alike(before: Block, block: Block) -> bool:
    """Whether two blocks have the same members in the same order."""
    return (
        len(before) == len(block)
        and list(before.keys) == list(block.keys)
        and np.array_equal(before.key, block.key)
        and np.array_equal(before.period, block.period)
    )


def _keeps(programme: Programme, worth: Array, x: Array) -> bool:
    """Whether a plan keeps every row and bound, recomputed on scaled rows."""
    from aidplan.solve.highs import Problem

    s = scale(programme, worth)
    problem = Problem(s.matrix, s.row_lower, s.row_upper, s.lower, s.upper, np.zeros(programme.shape[1]))
    return primal_violation(problem, np.clip(x / s.column, s.lower, s.upper)) <= TOLERANCE
