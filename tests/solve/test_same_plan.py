"""The same plan from the same facts: in any units, in any order of rows, by any method of the solver."""

import random
from dataclasses import replace
from math import inf
from pathlib import Path

import numpy as np
import openpyxl
import pytest

from aidplan.solve.highs import Method
from aidplan.solve.levels import ranks_of
from aidplan.solve.priorities import solve_ranks
from aidplan.solve.scale import scale
from aidplan.solve.solving import build_programme, solve_plan
from aidplan.solve.worth import worth_of_columns
from aidplan.workbook import open_workbook, plan_data
from tests.models.tiny import rich

CASES = Path(__file__).parents[1] / "cases"


def in_case(name):
    return plan_data(open_workbook(CASES / f"{name}.xlsx").tables)


IN_MONEY = ("cost", "liability")
PLANS = {"rich": rich, "R1": lambda: in_case("R1"), "R3": lambda: in_case("R3"), "R5": lambda: in_case("R5")}


def times(series, by):
    return tuple(value * by for value in series)


def money_in(data, by):
    """The same money, written in units ``by`` times smaller; so a goal's weight is of as much less money."""
    funds = {
        f: replace(fund, opening=fund.opening * by, funding={t: value * by for t, value in fund.funding.items()})
        for f, fund in data.funds.items()
    }
    goals = tuple(replace(goal, weight=goal.weight / by) if goal.goal in IN_MONEY else goal for goal in data.goals)
    limit = data.outyear_limit * by
    return replace(data, money_unit=data.money_unit / by, outyear_limit=limit, funds=funds, goals=goals)


def items_in(data, by):
    """The same items, munitions and components alike, counted in units ``by`` times larger (a thousand: 1e3)."""
    counted = {i for i, item in data.items.items() if item.kind != "equipment"}

    def many(i):
        return 1 / by if i in counted else 1.0

    return replace(
        data,
        items={i: replace(item, weight_t=item.weight_t / many(i)) for i, item in data.items.items()},
        effects={(i, c): effect / many(i) for (i, c), effect in data.effects.items()},
        products={
            (p, i): replace(row, unit_cost=row.unit_cost / many(i), capacity_use=row.capacity_use / many(i))
            for (p, i), row in data.products.items()
        },
        orderbook={key: quantity * many(key[1]) for key, quantity in data.orderbook.items()},
        bills={(p, i, k): quantity * many(k) / many(i) for (p, i, k), quantity in data.bills.items()},
        supply={
            k: replace(row, initial=row.initial * many(k), arriving=times(row.arriving, many(k)))
            for k, row in data.supply.items()
        },
        reserves={
            (x, i): replace(
                row,
                initial=row.initial * many(i),
                floor=row.floor * many(i),
                release_limit=times(row.release_limit, many(i)),
                release_cost=row.release_cost / many(i),
            )
            for (x, i), row in data.reserves.items()
        },
        opening_stock={(x, i): quantity * many(i) for (x, i), quantity in data.opening_stock.items()},
        arrivals={(x, i): times(series, many(i)) for (x, i), series in data.arrivals.items()},
        fleets={(x, i): replace(row, initial=row.initial * many(i)) for (x, i), row in data.fleets.items()},
        platforms={(m, j): rate * many(m) / many(j) for (m, j), rate in data.platforms.items()},
    )


def same_goals(planned, expected, money=1.0):
    for goal, value in expected.goals.items():
        by = money if goal in IN_MONEY else 1.0
        assert planned.goals[goal] == pytest.approx(value * by, rel=1e-6, abs=1e-9 * by), goal


def same_plan(planned, expected, factor):
    """Every column alike to a millionth of the largest of its quantity, a factor by quantity and key apart."""
    for name, block in expected.programme.columns.items():
        if not len(block):
            continue
        by = np.array([factor(name, block.keys[key]) for key in block.key])
        value, wanted = planned.x[block.members] / by, expected.x[block.members]
        assert np.abs(value - wanted).max() <= 1e-6 * max(1e-6, np.abs(wanted).max()), name


@pytest.fixture(scope="module", params=PLANS)
def solved(request):
    data = PLANS[request.param]()
    planned = solve_plan(data)
    assert planned.solved.status == "optimal"
    return data, planned


@pytest.mark.parametrize("by", [1e6, 1e-3])
def test_money_in_other_units_gives_the_same_goals_and_plan(solved, by):
    data, expected = solved
    planned = solve_plan(money_in(data, by))
    same_goals(planned, expected, money=by)
    same_plan(planned, expected, lambda name, key: by if name in ("spent", "balance") else 1.0)


def test_items_counted_in_thousands_give_the_same_goals_and_plan(solved):
    data, expected = solved
    planned = solve_plan(items_in(data, 1e3))
    same_goals(planned, expected)
    place_of_item = {"ordered": 2, "made": 1, "backlog": 1, "backed": 1, "released": 2, "reserve": 1, "shipped": 1}
    place_of_item |= {"stock": 1, "pool": 0, "issued": 1, "fleet": 1, "served": 1, "fired": 1}

    def factor(name, key):
        if name not in place_of_item:
            return 1.0
        return 1.0 if data.items[key[place_of_item[name]]].kind == "equipment" else 1e-3

    same_plan(planned, expected, factor)


def test_the_plan_chosen_among_equals_depends_on_no_method(solved):
    data, _ = solved
    _, programme, *_ = build_programme(data)
    scaled = scale(programme, worth_of_columns(programme, data))
    found = {}
    for method in (Method("ipx"), Method("simplex")):
        answer = solve_ranks(programme, scaled, ranks_of(data.goals), methods=(method,))
        assert answer.status == "optimal"
        found[method.solver] = answer
    for by_one, by_other in zip(found["ipx"].ranks, found["simplex"].ranks, strict=True):
        assert by_one.value == pytest.approx(by_other.value, rel=1e-6, abs=1e-9)
    for block in programme.columns.values():
        ipx, simplex = found["ipx"].x[block.members], found["simplex"].x[block.members]
        if len(block):
            assert np.abs(ipx - simplex).max() <= 1e-6 * max(1e-6, np.abs(ipx).max()), block.name


def test_nothing_is_fired_only_to_be_rid_of_it(solved):
    data, planned = solved
    brought = {}
    block = planned.programme.columns["served"]
    for n, value in enumerate(planned.x[block.members].tolist()):
        place, item, capability, t = block.index(n)
        if data.items[item].kind == "munition":
            key = (place, capability, t)
            brought[key] = brought.get(key, 0.0) + data.effects[item, capability] * value
    for (place, capability, t), quantity in brought.items():
        if data.places[place].storage_t < inf:
            continue  # what finds no room has nowhere else to go
        demanded = data.demands[place, capability].demand[t - 1]
        assert quantity <= demanded + 1e-6 * max(1.0, demanded), (place, capability, t)


def shuffle(path: Path, to: Path) -> None:
    """The workbook with the rows of every sheet in another order, but for scenarios, whose rows are steps."""
    book = openpyxl.load_workbook(path)
    for sheet in book:
        if sheet.title.lower() == "scenarios":
            continue
        _, *rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
        random.Random(sheet.title).shuffle(rows)
        for n, row in enumerate(rows, start=2):
            for m, value in enumerate(row, start=1):
                sheet.cell(n, m).value = value
    book.save(to)


@pytest.mark.parametrize("name", ["R1", "R2", "R4"])
def test_rows_in_any_order_are_the_same_workbook(name, tmp_path):
    shuffle(CASES / f"{name}.xlsx", tmp_path / "shuffled.xlsx")
    shuffled, plain = open_workbook(tmp_path / "shuffled.xlsx"), open_workbook(CASES / f"{name}.xlsx")
    assert not shuffled.refused
    for scenario in ("base", *plain.scenarios):
        ours, theirs = plan_data(shuffled.scenario(scenario).tables), plan_data(plain.scenario(scenario).tables)
        assert ours == theirs
        for table in ("funds", "products", "lanes", "demands", "reserves"):
            assert list(getattr(ours, table)) == list(getattr(theirs, table))  # and so the same matrix
