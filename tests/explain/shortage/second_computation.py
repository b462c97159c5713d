"""Causes of a shortage a second time: every combination by itself, as another workbook, solved whole by another route.

Limits are lifted in the numbers of the plan, not in its rows; what is not in question is fixed by bounds; scipy solves.
Nothing is scaled, cut, pruned or begun from anywhere.
"""

from dataclasses import replace
from itertools import combinations
from math import inf

import numpy as np
from aidplan_models.data import COMMON
from scipy.optimize import LinearConstraint, milp

from aidplan.solve.solving import build_programme
from tests.models.tiny import menu_row

CAUSES = ("others", "money", "menu", "plants", "components", "lead_time", "reserves", "lanes", "platforms")
PLENTY = 1e6


def goods_of(data, capability):
    goods = {i for i, c in data.effects if c == capability}
    goods |= {j for m, j in data.platforms if m in goods}
    while more := {k for _, i, k in data.bills if i in goods} - goods:
        goods |= more
    return goods


def without_limits(data, lifted, goods):
    everywhere = (PLENTY,) * data.horizon
    if "money" in lifted:
        funds = {
            f: replace(fund, funding={t: fund.funding.get(t, 0.0) + PLENTY for t in range(-3, data.horizon + 1)})
            for f, fund in data.funds.items()
        }
        data = replace(data, funds=funds)
    if "menu" in lifted:
        rows = tuple(replace(row, share_min=0.0, share_max=inf) for row in data.menu)
        more = tuple(menu_row(f, items=sorted(goods)) for f, fund in data.funds.items() if not fund.delivers_to)
        data = replace(data, menu=rows + more)
    if "plants" in lifted:
        data = replace(data, capacity=dict.fromkeys(data.capacity, everywhere))
    if "components" in lifted:
        supply = {k: replace(row, arriving=everywhere) if k in goods else row for k, row in data.supply.items()}
        data = replace(data, supply=supply)
    if "lead_time" in lifted:
        data = replace(data, products={key: replace(row, lead_time=0) for key, row in data.products.items()})
    if "reserves" in lifted:
        reserves = {key: replace(row, floor=0.0, release_limit=everywhere) for key, row in data.reserves.items()}
        data = replace(data, reserves=reserves)
    if "lanes" in lifted:
        lanes = {a: replace(terms, capacity_t=(inf,) * data.horizon) for a, terms in data.lanes.items()}
        places = {
            x: replace(place, throughput_t=(inf,) * data.horizon, storage_t=inf) for x, place in data.places.items()
        }
        data = replace(data, lanes=lanes, places=places)
    return data


def is_fixed(name, index, data, goods):
    item = {
        "ordered": 2, "made": 1, "backlog": 1, "backed": 1, "released": 2, "reserve": 1, "shipped": 1, "stock": 1,
        "pool": 0, "issued": 1, "fleet": 1, "served": 1, "fired": 1,
    }  # fmt: skip
    if name in item:
        return index[item[name]] not in goods
    plants = {p for p, i in data.products if i in goods}
    if name in ("built", "pledged"):
        return data.expansions[index[-2]].plant not in plants
    return False


def least(data, plan, lifted, capability, places, first, last):
    """v(S): ``plan`` maps (quantity, index) to its value in the published plan."""
    goods = goods_of(data, capability)
    programme = build_programme(without_limits(data, lifted, goods))[1]
    lower, upper = programme.lower.copy(), programme.upper.copy()
    cost = np.zeros(len(lower))
    for name, block in programme.columns.items():
        for n in range(len(block)):
            index, column = block.index(n), block.start + n
            value = plan.get((name, index), 0.0)
            if is_fixed(name, index, data, goods):
                lower[column] = upper[column] = value
            elif name == "unmet" and index[1] == capability and index[0] in places and first <= index[2] <= last:
                cost[column] = 1.0
            elif name == "unmet" and "others" not in lifted:
                upper[column] = min(upper[column], value + 1e-7)
    keep = kept_rows(programme, data, lifted, goods)
    share_max_on_own_money(programme, data, lifted)
    matrix = shares_by_own_lead_times(programme, data) if "lead_time" in lifted else programme.matrix
    rows = LinearConstraint(matrix[keep], programme.row_lower[keep] - 1e-7, programme.row_upper[keep] + 1e-7)
    found = milp(cost, constraints=rows, bounds=(np.minimum(lower, upper), upper))
    assert found.status == 0, (sorted(lifted), found.message)
    return found.fun


def kept_rows(programme, data, lifted, goods):
    """Rows that hold: those with something to decide in them, of limits that are not lifted."""
    free = np.zeros(programme.shape[1], dtype=bool)
    for name, block in programme.columns.items():
        for n in range(len(block)):
            free[block.start + n] = not is_fixed(name, block.index(n), data, goods)
    keep = (abs(programme.matrix[:, np.nonzero(free)[0]]) @ np.ones(free.sum())) > 0
    if "platforms" in lifted:
        for name in ("munition_fired", "platforms_fire"):
            if name in programme.rows:
                keep[programme.rows[name].members] = False
    return np.nonzero(keep)[0]


def shares_by_own_lead_times(programme, data):
    """A share_min counts what the workbook's lead times bring in time, also where there are none."""
    if "menu_share_floor" not in programme.rows:
        return programme.matrix
    matrix = programme.matrix.tolil()
    shares, orders = programme.rows["menu_share_floor"], programme.columns["ordered"]
    for n in range(len(orders)):
        _, plant, item, t = orders.index(n)
        if t + data.products[plant, item].lead_time > data.horizon:
            for row in range(shares.start, shares.start + len(shares)):
                matrix[row, orders.start + n] = 0.0
    return matrix.tocsr()


def share_max_on_own_money(programme, data, lifted):
    """Shares are measured on the workbook's money, also where there is more."""
    if "money" not in lifted or "menu_share_ceiling" not in programme.rows:
        return
    own = build_programme(data)[1]
    programme.row_upper[programme.rows["menu_share_ceiling"].members] = own.row_upper[
        own.rows["menu_share_ceiling"].members
    ]


def every(causes=CAUSES):
    for size in range(len(causes) + 1):
        for chosen in combinations(causes, size):
            yield frozenset(chosen)


__all__ = ["CAUSES", "COMMON", "every", "least"]
