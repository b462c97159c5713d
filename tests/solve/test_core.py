"""A core first: the same plan, prices and levels as from the whole programme, and never "no plan" from a core."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from aidplan.solve.presolve import core as presolve
from aidplan.solve.presolve.core import Core, core_of
from aidplan.solve.solving import build_programme, solve_plan
from aidplan.solve.starting import Presolve
from aidplan.workbook import open_workbook, plan_data

CASES = Path(__file__).parents[1] / "cases"


def data_of(case):
    return plan_data(open_workbook(CASES / f"{case}.xlsx").tables)


@pytest.mark.parametrize("case", ["R1", "R2", "R4", "R5", "R6", "R8"])
def test_levels_plan_and_prices_are_those_of_the_whole_programme(case):
    data = data_of(case)
    whole = solve_plan(data, ties=False)
    by_core = solve_plan(data, ties=False, presolve_from=0)
    assert [level.value for level in by_core.solved.ranks] == pytest.approx(
        [level.value for level in whole.solved.ranks], rel=1e-12, abs=1e-12
    )
    assert by_core.x == pytest.approx(whole.x, rel=1e-9, abs=1e-9)
    for level, other in zip(by_core.solved.ranks, whole.solved.ranks, strict=True):
        assert level.price == pytest.approx(other.price, rel=1e-7, abs=1e-12)


def test_some_case_is_met_by_way_of_its_core():
    methods = [
        level.method
        for case in ("R1", "R2", "R5")
        for level in solve_plan(data_of(case), ties=False, presolve_from=0).solved.ranks
    ]
    assert any("core first" in method for method in methods)


def test_a_core_without_a_plan_says_nothing_of_the_whole(monkeypatch):
    data = data_of("R2")

    def nothing_at_all(programme, _):
        return Core(np.ones(programme.shape[1], bool), np.zeros(programme.shape[0], bool))

    monkeypatch.setattr("aidplan.solve.starting.core_of", nothing_at_all)
    planned = solve_plan(data, ties=False, presolve_from=0)
    assert planned.solved.status == "optimal"
    assert [level.value for level in planned.solved.ranks] == pytest.approx(
        [level.value for level in solve_plan(data_of("R2"), ties=False).solved.ranks], rel=1e-9
    )


def test_small_programmes_have_no_core_and_goods_that_open_or_arrive_stay_where_they_are():
    data = data_of("R2")
    _, programme, _, _ = build_programme(data)
    assert Presolve.of(programme, data) == Presolve()
    core = core_of(programme, data)
    stock = programme.columns["stock"]
    kept = {stock.keys[n] for n in stock.key[~core.columns[stock.members]].tolist()}
    opens = {key for key, number in data.opening_stock.items() if number > 0}
    countries = {key for key in stock.keys if data.places[key[0]].kind in ("country", "home")}
    assert (opens | countries) & set(stock.keys) <= kept


def test_a_lane_is_beaten_only_by_one_of_the_same_time_that_carries_all_that_it_does():
    data = data_of("R2")
    lanes = dict(data.lanes)
    front = next(lane for lane in lanes if data.places[lane.destination].kind == "front")
    twin = front._replace(mode="twin")
    lanes[front], lanes[twin] = replace(lanes[front], loss=0.2), replace(lanes[front], loss=0.1)
    assert presolve._beaten(replace(data, lanes=lanes)) >= {front}
    lanes[twin] = replace(lanes[twin], transit=lanes[twin].transit + 1)
    assert front not in presolve._beaten(replace(data, lanes=lanes))
