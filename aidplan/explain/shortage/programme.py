"""The programme of a shortage: the goods in question are free, the rest of the plan is as it is.

One matrix serves every combination of causes, since lifting a limit moves bounds alone: a row loses the side that held,
a column that could not exist may. (Two matrices where menus change what a guarantee costs past the horizon.)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from aidplan_models.data import PlanData
from aidplan_models.reach import price_of_backing, rights
from aidplan_models.registry import LIMIT_OF_CONSTRAINT, QUANTITIES
from aidplan_models.sets import lane_of
from scipy.sparse import csr_array

from aidplan.explain.shortage.causes import CAUSE_OF_LIMIT, Cause, Combination
from aidplan.explain.shortage.goods import Question, goods_in_question, opened, plants_in_question
from aidplan.solve.assemble.linear_program import Array, Family, Programme
from aidplan.solve.highs import Problem
from aidplan.solve.scale import Scaled, scale
from aidplan.solve.solving import build_programme
from aidplan.solve.worth import worth_of_columns

CAUSES: tuple[Cause, ...] = tuple(Cause)
NO_CAUSE = -1

ROUNDING = 1e-9
"""Of a demand: what the guard of other demands leaves to the rounding of the plan."""

Values = Mapping[str, Mapping[tuple[Any, ...], float]]
"""Quantity -> whole index, a lane as one label and the period as its number -> value; what is not there is 0."""


@dataclass(frozen=True)
class LiftedProgramme:
    """What a shortage could be with limits lifted: its columns, rows, and the cause that each bound belongs to.

    ``programme`` is the whole one, with everything that lifting lets exist; ``columns`` and ``rows`` are those of it
    that are kept (numbers), scaled in ``scaled``. ``column_cause`` and ``row_cause`` number `CAUSES`, -1 for none.
    ``shortage`` (kept columns) counts what is asked about, in capability units a unit.
    """

    model: Any
    programme: Programme
    columns: Array
    rows: Array
    scaled: Scaled
    column_cause: Array
    row_cause: Array
    lifted_upper: Array
    lifted_row_lower: Array
    lifted_row_upper: Array
    shortage: Array
    with_menu: csr_array | None
    """The scaled matrix where menus are lifted, if it is another one."""

    def problem(self, lifted: Combination, rows: Array | None = None) -> Problem:
        """The least shortage with the limits of some causes lifted; and, of the ``rows`` (kept, booleans), too."""
        s = self.scaled
        column, row = _of(self.column_cause, lifted), _of(self.row_cause, lifted)
        if rows is not None:
            row = row | rows
        matrix = self.with_menu if self.with_menu is not None and Cause.MENU in lifted else s.matrix
        return Problem(
            matrix,
            np.where(row, self.lifted_row_lower, s.row_lower),
            np.where(row, self.lifted_row_upper, s.row_upper),
            s.lower,
            np.where(column, self.lifted_upper, s.upper),
            s.goal(self.shortage)[0],
        )

    def least(self, x: Array) -> float:
        """The shortage of a scaled answer, in capability units."""
        return float(self.shortage @ (np.clip(x, 0.0, None) * self.scaled.column))


def _of(cause: Array, lifted: Combination) -> Array:
    """Which of the bounds belong to the causes that are lifted."""
    chosen = np.array([*(each in lifted for each in CAUSES), False])
    return chosen[cause]


def lifted_programme(data: PlanData, plan: Values, question: Question, *, lead_time: bool) -> LiftedProgramme:
    """The programme of a question about a ``plan``, with the lead times of the workbook or, lifted, without."""
    goods = goods_in_question(data, question.capability)
    wide = opened(data, goods, lead_time=lead_time)
    model, programme, _, _ = build_programme(wide)
    if lead_time:
        programme = _shares_in_time(programme, data)
    strict = _outyear(data, goods, programme)
    free = _free_columns(programme, data, goods)
    lifts = _Lifts.of(programme, data, plan, question)
    narrow, columns, rows = _cut(strict, free, _values(programme, plan, ~free), lifts)
    scaled = scale(narrow, worth_of_columns(programme, data)[columns])
    with_menu = None
    if strict is not programme:
        own = csr_array(programme.matrix[rows].tocsc()[:, columns])
        with_menu = csr_array(own.multiply(scaled.row[:, None]).multiply(scaled.column[None, :]))
    return LiftedProgramme(
        model,
        programme,
        columns,
        rows,
        scaled,
        lifts.column_cause[columns],
        lifts.row_cause[rows],
        lifts.lifted_upper[columns] / scaled.column,
        np.where(lifts.loses_lower[rows], -np.inf, scaled.row_lower),
        np.where(lifts.loses_upper[rows], np.inf, scaled.row_upper),
        lifts.asked[columns].astype(float),
        with_menu,
    )


# --- what is free ---------------------------------------------------------------------------------


def _free_columns(programme: Programme, data: PlanData, goods: frozenset[str]) -> Array:
    """The columns that may change: those of the goods in question, of capacity at their plants, and what counts."""
    plants = plants_in_question(data, goods)
    free = np.ones(programme.shape[1], dtype=bool)
    for name, family in programme.columns.items():
        if len(family) and name in QUANTITIES:
            by_key = np.array([_is_free(name, key, data, goods, plants) for key in family.keys])
            free[family.members] = by_key[family.key]
    return free


def _is_free(name: str, key: tuple[Any, ...], data: PlanData, goods: frozenset[str], plants: frozenset[str]) -> bool:
    code = dict(zip(key_columns(name), key, strict=False))
    for column in ("item", "component"):
        if column in code:
            return code[column] in goods
    if "expansion" in code:
        return data.expansions[code["expansion"]].plant in plants
    return code["plant"] in plants if "plant" in code else True


def key_columns(name: str) -> tuple[str, ...]:
    """The index columns of a quantity as the programme has them: a lane is one."""
    index = QUANTITIES[name].index
    return ("lane", *index[3:]) if index[:3] == ("origin", "destination", "mode") else index


def _values(programme: Programme, plan: Values, wanted: Array) -> Array:
    """The plan's value of every wanted column, 0 of the others."""
    values = np.zeros(programme.shape[1])
    for name, family in programme.columns.items():
        of_plan = plan.get(name, {})
        if of_plan and len(family) and wanted[family.members].any():
            values[family.members] = [of_plan.get(family.index(n), 0.0) for n in range(len(family))]
    return np.where(wanted, values, 0.0)


# --- what each cause lifts ------------------------------------------------------------------------


@dataclass
class _Lifts:
    """For every column and row of the whole programme: the cause that lifts its bound, and the bounds in force."""

    upper: Array
    lifted_upper: Array
    column_cause: Array
    row_upper: Array
    row_cause: Array
    loses_lower: Array
    loses_upper: Array
    asked: Array

    @classmethod
    def of(cls, programme: Programme, data: PlanData, plan: Values, question: Question) -> _Lifts:
        """Those of a programme that was built with everything opened."""
        rows, columns = programme.shape
        lifts = cls(
            programme.upper.copy(),
            programme.upper.copy(),
            np.full(columns, NO_CAUSE),
            programme.row_upper.copy(),
            np.full(rows, NO_CAUSE),
            np.zeros(rows, dtype=bool),
            np.zeros(rows, dtype=bool),
            np.zeros(columns, dtype=bool),
        )
        lifts._limits(programme)
        lifts._closed(programme, data)
        lifts._menu(programme, data)
        lifts._demand(programme, plan, question)
        return lifts

    def _limits(self, programme: Programme) -> None:
        for name, family in programme.rows.items():
            cause = CAUSE_OF_LIMIT.get(LIMIT_OF_CONSTRAINT[name])
            if cause is None:
                continue
            self.row_cause[family.members] = CAUSES.index(cause)
            # More money or components leave an equation with one side: what comes is at least what the workbook says.
            only_upper = cause in (Cause.MONEY, Cause.COMPONENTS)
            self.loses_upper[family.members] = True
            self.loses_lower[family.members] = not only_upper

    def _closed(self, programme: Programme, data: PlanData) -> None:
        """Lanes and places that are closed pass nothing until lanes are lifted."""
        for name in ("lane_capacity", "place_throughput"):
            family = programme.rows.get(name)
            for n in range(len(family) if family is not None else 0):
                key, t = family.index(n)  # type: ignore[union-attr]
                series = data.lanes[lane_of(key)].capacity_t if name == "lane_capacity" else data.places[key].throughput_t
                if series[t - 1] == 0:
                    self.row_upper[family.start + n] = 0.0  # type: ignore[union-attr]
        shipped = programme.columns.get("shipped")
        if shipped is None or not len(shipped):
            return
        closed = np.array([_closed_periods(data, key[0]) for key in shipped.keys])
        self._forbid(shipped, closed[shipped.key, shipped.period - 1], Cause.LANES)

    def _menu(self, programme: Programme, data: PlanData) -> None:
        """What the workbook's menus do not allow is nothing until menus are lifted."""
        offers, releases, builds = rights(data)
        backed = price_of_backing(data, offers)
        allowed = {"ordered": set(offers), "released": set(releases), "built": set(builds), "pledged": {(e,) for e in backed}}
        for name, keys in allowed.items():
            family = programme.columns.get(name)
            if family is not None and len(family):
                barred = np.array([tuple(key) not in keys for key in family.keys])
                self._forbid(family, barred[family.key], Cause.MENU)

    def _demand(self, programme: Programme, plan: Values, question: Question) -> None:
        """Nobody else is worse off until others are lifted; what is asked about is counted."""
        family, of_plan = programme.columns["unmet"], plan.get("unmet", {})
        for n in range(len(family)):
            index, column = family.index(n), family.start + n
            if question.covers(*index):
                self.asked[column] = True
            else:
                self.column_cause[column] = CAUSES.index(Cause.OTHERS)
                guard = of_plan.get(index, 0.0) + ROUNDING * programme.upper[column]
                self.upper[column] = min(guard, programme.upper[column])

    def _forbid(self, family: Family, which: Array, cause: Cause) -> None:
        columns = family.start + np.nonzero(which)[0]
        self.upper[columns] = 0.0
        self.column_cause[columns] = CAUSES.index(cause)


def _closed_periods(data: PlanData, lane: str) -> list[bool]:
    """Of each period, whether a lane or its origin is closed."""
    key = lane_of(lane)
    through = data.places[key.origin].throughput_t
    return [tonnes == 0 or passed == 0 for tonnes, passed in zip(data.lanes[key].capacity_t, through, strict=True)]


# --- the cut --------------------------------------------------------------------------------------


def _cut(programme: Programme, free: Array, fixed: Array, lifts: _Lifts) -> tuple[Programme, Array, Array]:
    """The programme of the free columns, and the numbers of its columns and rows; what is fixed is taken off."""
    columns = np.nonzero(free)[0]
    own = csr_array(programme.matrix.tocsc()[:, columns])
    rows = np.nonzero(np.diff(own.indptr))[0]
    taken = (programme.matrix @ fixed)[rows]
    narrow = replace(
        programme,
        matrix=own[rows],
        row_lower=programme.row_lower[rows] - taken,
        row_upper=lifts.row_upper[rows] - taken,
        lower=programme.lower[columns],
        upper=lifts.upper[columns],
        goals={},
        columns={},
        rows={},
        void=(),
    )
    return narrow, columns, rows


def _shares_in_time(programme: Programme, data: PlanData) -> Programme:
    """Where lead times are lifted, shares still count only the orders that the workbook's lead times bring in time."""
    shares, ordered = programme.rows.get("menu_share_floor"), programme.columns.get("ordered")
    if shares is None or not len(shares) or ordered is None or not len(ordered):
        return programme
    lead_times = np.array([data.products[key[1], key[2]].lead_time for key in ordered.keys])
    late = np.zeros(programme.shape[1], dtype=bool)
    late[ordered.members] = ordered.period + lead_times[ordered.key] > _end(data)
    return _without(programme, shares, late)


def _without(programme: Programme, family: Family, late: Array) -> Programme:
    """The rows of a family without what they count of some columns, each of which they have with a 1 or a price."""
    matrix = programme.matrix.tocoo()
    row, column = matrix.coords
    inside = (row >= family.start) & (row < family.start + len(family)) & late[column]
    data = np.where(inside, 0.0, matrix.data)
    kept = csr_array((data, (row, column)), shape=matrix.shape)
    kept.eliminate_zeros()
    return replace(programme, matrix=kept)


def _outyear(data: PlanData, goods: frozenset[str], programme: Programme) -> Programme:
    """The programme with what a guarantee costs past the horizon as the workbook's own menus have it.

    The price is that of the cheapest orders that can stand behind it: with wider menus there may be cheaper ones.
    """
    family = programme.rows.get("outyear_bounded")
    narrow, wide = price_of_backing(data, rights(data)[0]), price_of_backing(data, rights(opened(data, goods))[0])
    if family is None or not len(family) or all(wide[e] == price for e, price in narrow.items()):
        return programme
    own = build_programme(data)[1]
    of_row = own.matrix[[own.rows["outyear_bounded"].start]].tocoo()
    place = {index: column for index, column in _places(programme.columns["pledged"])}
    matrix = programme.matrix.tolil()
    matrix[family.start, programme.columns["pledged"].members] = 0.0
    pledged = own.columns["pledged"]
    for column, amount in zip(of_row.coords[1].tolist(), of_row.data.tolist(), strict=True):
        matrix[family.start, place[pledged.index(column - pledged.start)]] = amount
    return replace(programme, matrix=csr_array(matrix))


def _places(family: Family) -> list[tuple[tuple[Any, ...], int]]:
    return [(family.index(n), family.start + n) for n in range(len(family))]


def _end(data: PlanData) -> int:
    """The last period that is modelled."""
    return getattr(data, "planned", data.horizon)
