"""The programme of a shortage: the goods in question are free, the rest of the plan is as it is.

One matrix serves every combination of causes. A limit that can be lifted has a column of its own beside it, a gift: at 0
the limit holds, free it does not. So lifting moves bounds of columns alone, and where one combination was solved is a
place to begin the next. (Two matrices where menus change what a guarantee costs past the horizon.)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from aidplan_models.data import PlanData
from aidplan_models.registry import QUANTITIES
from scipy.sparse import coo_array, csr_array, hstack

from aidplan.explain.shortage.causes import Cause, Combination
from aidplan.explain.shortage.goods import Question, goods_in_question, opened, plants_in_question
from aidplan.explain.shortage.lifts import CAUSES, NO_CAUSE, Lifts, Values
from aidplan.explain.shortage.merged import Smaller, as_it_is, families_of, merged
from aidplan.explain.shortage.rewritten import shares_in_time, with_narrow_menus
from aidplan.solve.assemble.linear_program import Array, Programme
from aidplan.solve.highs import Problem
from aidplan.solve.presolve.core import Core, core_of
from aidplan.solve.scale import Scaled, scale
from aidplan.solve.solving import build_programme
from aidplan.solve.worth import worth_of_columns

LARGE = 40_000
"""Columns from which a programme is made smaller first: below that it is solved in tenths of a second."""


@dataclass(frozen=True)
class LiftedProgramme:
    """What a shortage could be with limits lifted; all arrays are of its scaled columns, those of the plan, then gifts.

    ``programme`` is the whole one, with everything that lifting lets exist; ``rows`` are those of it that are kept
    (numbers). ``cause`` (columns) numbers `CAUSES`, -1 for none; ``lifted_lower`` and ``lifted_upper`` are the bounds
    where that cause is lifted. ``gift_row`` (gifts) is the kept row that a gift relaxes.
    ``shortage`` counts what is asked about, in capability units a unit.
    """

    model: Any
    programme: Programme
    rows: Array
    strict: Problem
    cause: Array
    lifted_lower: Array
    lifted_upper: Array
    gift_row: Array
    shortage: Array
    with_menu: csr_array | None
    """The matrix where menus are lifted, if it is another one."""
    core: Core | None = None
    """What may be left out at first."""

    @property
    def gifts(self) -> slice:
        """The columns that relax a row."""
        return slice(len(self.cause) - len(self.gift_row), len(self.cause))

    def problem(self, lifted: Combination, gifts: Array | None = None) -> Problem:
        """The least shortage with the limits of some causes lifted; and those of some ``gifts`` (columns, booleans)."""
        opened_ = of_causes(self.cause, lifted)
        if gifts is not None:
            opened_ = opened_ | gifts
        other = self.with_menu is not None and Cause.MENU in lifted
        return replace(
            self.strict,
            matrix=self.with_menu if other else self.strict.matrix,
            lower=np.where(opened_, self.lifted_lower, self.strict.lower),
            upper=np.where(opened_, self.lifted_upper, self.strict.upper),
        )

    def least(self, x: Array) -> float:
        """The shortage of a scaled answer, in capability units."""
        return float(self.shortage @ np.clip(x, self.strict.lower, self.lifted_upper))


def of_causes(cause: Array, lifted: Combination) -> Array:
    """Which columns belong to the causes that are lifted."""
    chosen = np.array([*(each in lifted for each in CAUSES), False])
    found: Array = chosen[cause]
    return found


def lifted_programme(data: PlanData, plan: Values, question: Question, *, lead_time: bool) -> LiftedProgramme:
    """The programme of a question about a ``plan``, with the lead times of the workbook or, lifted, without."""
    goods = goods_in_question(data, question.capability)
    model, wide, _, _ = build_programme(opened(data, goods, lead_time=lead_time))
    if lead_time:
        wide = shares_in_time(wide, data)
    strict = with_narrow_menus(data, goods, wide)
    free = _free_columns(wide, data, goods)
    lifts = Lifts.of(wide, data, plan, question)
    narrow, columns, rows = _cut(strict, free, _fixed(wide, plan, ~free), lifts)
    small = _smaller(narrow, columns, lifts, worth_of_columns(wide, data)[columns], merge=strict is wide)
    scaled = scale(small.programme, small.worth)
    gifts = _gifts(lifts, rows)
    shortage = np.concatenate([small.asked * scaled.column, np.zeros(len(gifts.row))])
    other = None
    if strict is not wide:
        own = csr_array(wide.matrix[rows].tocsc()[:, columns])
        other = gifts.beside(csr_array(own.multiply(scaled.row[:, None]).multiply(scaled.column[None, :])))
    return LiftedProgramme(
        model,
        wide,
        rows,
        _problem(scaled, gifts, small.asked.astype(float)),
        np.concatenate([small.cause, lifts.row_cause[rows][gifts.row]]),
        np.concatenate([scaled.lower, np.where(gifts.both, -np.inf, 0.0)]),
        np.concatenate([small.lifted_upper / scaled.column, np.full(len(gifts.row), np.inf)]),
        gifts.row,
        shortage,
        other,
        _core(wide, data, columns, rows, small, scaled, len(gifts.row)),
    )


def _smaller(narrow: Programme, columns: Array, lifts: Lifts, worth: Array, *, merge: bool) -> Smaller:
    """The programme with funds of equal rights merged, where it is large and may be."""
    own = (narrow, lifts.column_cause[columns], lifts.lifted_upper[columns], lifts.asked[columns], worth)
    small = merged(*own) if merge and narrow.shape[1] >= LARGE else None
    return small or as_it_is(*own)


def _core(
    wide: Programme, data: PlanData, columns: Array, rows: Array, small: Smaller, scaled: Scaled, gifts: int
) -> Core | None:
    """What a large programme leaves out at first, in its own columns and rows."""
    whole = core_of(wide, data) if len(columns) >= LARGE else None
    if whole is None:
        return None
    before, now = small.own
    out = np.zeros(len(scaled.column) + gifts, dtype=bool)
    out[now] = whole.columns[columns[before]]
    return Core(out, np.append(whole.rows[rows], np.zeros(len(scaled.row) - len(rows), dtype=bool)))


def _problem(scaled: Scaled, gifts: _Gifts, asked: Array) -> Problem:
    """With every limit in force: gifts are 0."""
    none = np.zeros(len(gifts.row))
    return Problem(
        gifts.beside(scaled.matrix),
        scaled.row_lower,
        scaled.row_upper,
        np.concatenate([scaled.lower, none]),
        np.concatenate([scaled.upper, none]),
        np.concatenate([scaled.goal(asked)[0], none]),
    )


@dataclass(frozen=True)
class _Gifts:
    """The columns that relax rows: the ``row`` of each (kept), its ``sign`` there, whether it may take ``both`` signs."""

    row: Array
    sign: Array
    both: Array

    def beside(self, matrix: csr_array) -> csr_array:
        """A matrix with these columns added."""
        count = len(self.row)
        own = coo_array((self.sign, (self.row, np.arange(count))), shape=(matrix.shape[0], count))
        return csr_array(hstack([matrix, own], format="csr"))


def _gifts(lifts: Lifts, rows: Array) -> _Gifts:
    own = np.nonzero(lifts.row_cause[rows] != NO_CAUSE)[0]
    upper, lower = lifts.loses_upper[rows][own], lifts.loses_lower[rows][own]
    return _Gifts(own, np.where(upper, -1.0, 1.0), upper & lower)


def _free_columns(programme: Programme, data: PlanData, goods: frozenset[str]) -> Array:
    """The columns that may change: those of the goods in question, of capacity at their plants, and what counts."""
    plants = plants_in_question(data, goods)
    free = np.ones(programme.shape[1], dtype=bool)
    for name, block in programme.columns.items():
        if len(block) and name in QUANTITIES:
            by_key = np.array([_is_free(name, key, data, goods, plants) for key in block.keys])
            free[block.members] = by_key[block.key]
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


def _fixed(programme: Programme, plan: Values, wanted: Array) -> Array:
    """The plan's value of every column that is fixed, 0 of the others."""
    values = np.zeros(programme.shape[1])
    for name, block in programme.columns.items():
        of_plan: Mapping[tuple[Any, ...], float] = plan.get(name, {})
        if of_plan and len(block) and wanted[block.members].any():
            values[block.members] = [of_plan.get(block.index(n), 0.0) for n in range(len(block))]
    return np.where(wanted, values, 0.0)


def _cut(programme: Programme, free: Array, fixed: Array, lifts: Lifts) -> tuple[Programme, Array, Array]:
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
        rows=families_of(programme, rows),
        void=(),
    )
    return narrow, columns, rows
