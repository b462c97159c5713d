"""Where lifting one limit would change another that still holds, the other is written as the workbook has it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from aidplan_models.data import PlanData
from aidplan_models.derived import price_of_backing, rights
from scipy.sparse import csr_array

from aidplan.explain.shortage.goods import opened
from aidplan.solve.assemble.linear_program import Programme
from aidplan.solve.solving import build_programme


def shares_in_time(programme: Programme, data: PlanData) -> Programme:
    """Where lead times are lifted, shares still count only the orders that the workbook's lead times bring in time."""
    shares, ordered = programme.rows.get("menu_share_floor"), programme.columns.get("ordered")
    if shares is None or not len(shares) or ordered is None or not len(ordered):
        return programme
    lead_times = np.array([data.products[key[1], key[2]].lead_time for key in ordered.keys])
    late = np.zeros(programme.shape[1], dtype=bool)
    late[ordered.members] = ordered.period + lead_times[ordered.key] > _end(data)
    matrix = programme.matrix.tocoo()
    row, column = matrix.coords
    dropped = (row >= shares.start) & (row < shares.start + len(shares)) & late[column]
    kept = csr_array((np.where(dropped, 0.0, matrix.data), (row, column)), shape=matrix.shape)
    kept.eliminate_zeros()
    return replace(programme, matrix=kept)


def with_narrow_menus(data: PlanData, goods: frozenset[str], programme: Programme) -> Programme:
    """The programme with what a guarantee costs past the horizon as the workbook's own menus have it.

    The price is that of the cheapest orders that can stand behind it: with wider menus there may be cheaper ones.
    Where there are none, it is the same programme.
    """
    block = programme.rows.get("outyear_bounded")
    narrow, wide = price_of_backing(data, rights(data)[0]), price_of_backing(data, rights(opened(data, goods))[0])
    if block is None or not len(block) or all(wide[e] == price for e, price in narrow.items()):
        return programme
    own = build_programme(data)[1]
    of_row = own.matrix[[own.rows["outyear_bounded"].start]].tocoo()
    to, of = programme.columns["pledged"], own.columns["pledged"]
    place = {to.index(n): to.start + n for n in range(len(to))}
    matrix = programme.matrix.tolil()
    matrix[block.start, to.members] = 0.0
    for column, amount in zip(of_row.coords[1].tolist(), of_row.data.tolist(), strict=True):
        matrix[block.start, place[of.index(column - of.start)]] = amount
    return replace(programme, matrix=csr_array(matrix))


def _end(data: PlanData) -> int:
    """The last period that is modelled."""
    return data.planned
