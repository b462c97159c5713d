"""The programme of who knows a future: what is decided before a period goes by the numbers of then, the rest by the future's.

Nothing is fixed. Of a flow that begins before the period every coefficient is the base's: its price, and when and how much
of it arrives. Of a state, the coefficients in later rows are the future's. Goals are evaluated once, so their weights are
the future's; money goals count what was spent at the prices of then.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from aidplan_models.data import PlanData
from aidplan_models.registry import QUANTITIES
from scipy.sparse import coo_array

PRICED = ("cost", "liability", "promises")
"""Goals in money."""

STATES_OF_THE_PROGRAMME = ("standing",)
"""States that are no quantity of the registry."""


def wide(base: PlanData, future: PlanData) -> PlanData:
    """The future's numbers with no lead, transit or build time longer than the base's: all that could exist, exists."""
    products = {
        key: replace(row, lead_time=min(row.lead_time, base.products[key].lead_time)) if key in base.products else row
        for key, row in future.products.items()
    }
    lanes = {
        key: replace(row, transit=min(row.transit, base.lanes[key].transit)) if key in base.lanes else row
        for key, row in future.lanes.items()
    }
    expansions = {
        key: replace(row, build_time=min(row.build_time, base.expansions[key].build_time))
        if key in base.expansions
        else row
        for key, row in future.expansions.items()
    }
    return replace(future, products=products, lanes=lanes, expansions=expansions)


@dataclass(frozen=True)
class _Named:
    """A programme's columns and rows by name and index."""

    programme: Any
    columns: Mapping[Any, int]
    rows: Mapping[Any, int]

    @classmethod
    def of(cls, programme: Any) -> _Named:
        """Of a programme."""
        return cls(programme, _places(programme.columns), _places(programme.rows))


def _places(blocks: Mapping[str, Any]) -> dict[Any, int]:
    return {(name, block.index(n)): block.start + n for name, block in blocks.items() for n in range(len(block))}


def _periods(blocks: Mapping[str, Any], count: int) -> Any:
    """The period of each column or row; 0 where it has none."""
    found = np.zeros(count, dtype=np.int64)
    for block in blocks.values():
        found[block.members] = block.period
    return found


def _states(programme: Any) -> Any:
    """Which columns are states."""
    found = np.zeros(programme.shape[1], dtype=bool)
    for name, block in programme.columns.items():
        record = QUANTITIES.get(name)
        found[block.members] = name in STATES_OF_THE_PROGRAMME or (record is not None and record.kind == "state")
    return found


def _into(own: Mapping[Any, int], whole: Mapping[Any, int], count: int) -> Any:
    """Where each column or row of a programme stands in the whole one; -1 where it is not there."""
    found = np.full(count, -1, dtype=np.int64)
    for key, at in own.items():
        found[at] = whole.get(key, -1)
    return found


ARRIVAL = "stock_conserved"
"""The rows in which what was shipped arrives: (place, item, period)."""


def delays(base: PlanData, future: PlanData) -> dict[str, int]:
    """Lane, as its three codes -> periods by which its transit is longer in the future than in the `wide` numbers."""
    wider = wide(base, future)
    extra = {",".join(lane): terms.transit - wider.lanes[lane].transit for lane, terms in future.lanes.items()}
    return {lane: periods for lane, periods in extra.items() if periods}


def mixed(base: Any, whole: Any, future: Any, until: int, late: Mapping[str, int]) -> Any:
    """The programme with the columns and rows of ``whole`` (the `wide` numbers'), those before ``until`` as in ``base``, the
    others as in ``future``, and as in ``whole`` where the future has none: what is shipped then arrives ``late`` (`delays`).
    """
    names = _Named.of(whole)
    rows, columns = whole.shape
    column_period = _periods(whole.columns, columns)
    row_period = _periods(whole.rows, rows)
    early, state = (column_period > 0) & (column_period < until), _states(whole)
    there = {name: _standing(names, programme) for name, programme in (("base", base), ("future", future))}
    in_future = np.zeros(columns, dtype=bool)
    in_future[there["future"][0][there["future"][0] >= 0]] = True

    def from_base(r: Any, c: Any) -> Any:
        later = (row_period[r] == 0) | (row_period[r] >= until)
        return early[c] & ~(state[c] & later)

    same = (np.arange(columns), np.arange(rows))
    parts = [
        _entries(base, there["base"], from_base),
        _entries(future, there["future"], lambda r, c: ~from_base(r, c) & in_future[c]),
        _entries(whole, same, lambda r, c: ~from_base(r, c) & ~in_future[c]),
    ]
    parts[2] = _delayed(whole, names, parts[2], late)
    r, c, values = (np.concatenate([part[n] for part in parts]) for n in range(3))
    bounds = _Bounds(base, whole, future, there, early, (row_period > 0) & (row_period < until))
    return replace(
        whole,
        matrix=coo_array((values, (r, c)), shape=(rows, columns)).tocsr(),
        row_lower=bounds.rows("row_lower"),
        row_upper=bounds.rows("row_upper"),
        lower=bounds.columns("lower"),
        upper=bounds.columns("upper"),
        goals={goal: bounds.goal(goal) for goal in whole.goals},
        constants=dict(future.constants),
    )


def _standing(names: _Named, programme: Any) -> tuple[Any, Any]:
    """Where a programme's columns and rows stand in the whole one; -1 where they do not."""
    own = _Named.of(programme)
    rows, columns = programme.shape
    return _into(own.columns, names.columns, columns), _into(own.rows, names.rows, rows)


def _entries(programme: Any, to: tuple[Any, Any], wanted: Any) -> tuple[Any, Any, Any]:
    """(row, column, value) in the whole programme of a programme's entries that are ``wanted``."""
    triple = programme.matrix.tocoo()
    r, c = to[1][triple.row], to[0][triple.col]
    known = (r >= 0) & (c >= 0)
    r, c, values = r[known], c[known], triple.data[known]
    keep = wanted(r, c)
    return r[keep], c[keep], values[keep]


def _delayed(whole: Any, names: _Named, part: tuple[Any, Any, Any], late: Mapping[str, int]) -> tuple[Any, Any, Any]:
    """The entries with arrivals put off; what would arrive after the end is left out."""
    shipped, arrivals = whole.columns.get("shipped"), whole.rows.get(ARRIVAL)
    if not late or shipped is None or arrivals is None:
        return part
    r, c, values = part
    r, keep = r.copy(), np.ones(len(r), dtype=bool)
    of_both = (c >= shipped.start) & (c < shipped.start + len(shipped))
    of_both &= (r >= arrivals.start) & (r < arrivals.start + len(arrivals))
    for n in np.nonzero(of_both)[0].tolist():
        lane, item, _ = shipped.index(int(c[n]) - shipped.start)
        place, _, period = arrivals.index(int(r[n]) - arrivals.start)
        if lane in late and place == lane.split(",")[1]:
            row = names.rows.get((ARRIVAL, (place, item, period + late[lane])))
            keep[n] = row is not None
            r[n] = r[n] if row is None else row
    return r[keep], c[keep], values[keep]


@dataclass(frozen=True)
class _Bounds:
    """Vectors of the three programmes put together: early parts from the base, others from the future where it has them."""

    base: Any
    whole: Any
    future: Any
    there: Mapping[str, tuple[Any, Any]]
    early_columns: Any
    early_rows: Any

    def columns(self, name: str) -> Any:
        """Bounds of columns."""
        return self._put(
            0, getattr(self.whole, name), getattr(self.base, name), getattr(self.future, name), self.early_columns
        )

    def rows(self, name: str) -> Any:
        """Bounds of rows."""
        return self._put(
            1, getattr(self.whole, name), getattr(self.base, name), getattr(self.future, name), self.early_rows
        )

    def goal(self, name: str) -> Any:
        """A goal's coefficients: of money by the prices of then, others by the weights of the future."""
        early = self.early_columns if name in PRICED else np.zeros_like(self.early_columns)
        return self._put(0, self.whole.goals[name], self.base.goals[name], self.future.goals[name], early)

    def _put(self, axis: int, whole: Any, base: Any, future: Any, early: Any) -> Any:
        found = whole.copy()
        for name, values, wanted in (("future", future, ~early), ("base", base, early)):
            to = self.there[name][axis]
            known = to >= 0
            at, put = to[known], values[known]
            chosen = wanted[at]
            found[at[chosen]] = put[chosen]
        return found
