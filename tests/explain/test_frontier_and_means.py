"""The frontier of cost against coverage, and what each donor's means are worth: on made-up workbooks and by hand."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from aidplan_models.data import Goal

from aidplan.explain.first_level import FirstLevel
from aidplan.explain.frontier import Point, frontier, told_once
from aidplan.explain.means import BETTER, DEMAND, means
from aidplan.solve.resource_limits import UNLIMITED, Limits
from aidplan.solve.solving import solve_plan
from aidplan.workbook import open_workbook, plan_data
from tests.models.tiny import goals, tiny

CASES = Path(__file__).parents[1] / "cases"


def data_of(case):
    return plan_data(open_workbook(CASES / f"{case}.xlsx").tables)


def level_of(data):
    return FirstLevel.of(data, UNLIMITED)


@pytest.mark.parametrize("case", ["R1", "R2", "R4", "R5", "R7"])
def test_what_all_own_adds_up_to_the_value_of_the_first_level(case):
    found, value = means(data_of(case))
    assert found
    assert BETTER not in {one.owner for one in found}  # nothing is made up for: it adds up by duality
    assert sum(one.amount for one in found) == pytest.approx(value, rel=1e-9, abs=1e-12)


def test_a_fund_whose_money_buys_every_shell_is_worth_what_its_shells_meet():
    # A shell costs 5 dollars; 400 dollars buy 80 of 300 wanted, so 220/300 stays unmet: demand 1, less 80/300.
    data = tiny(goals=goals("coverage"))
    found, value = means(data)
    amounts = {one.owner: one.amount for one in found}
    bought = 400 / next(product.unit_cost for product in data.products.values())
    assert value == pytest.approx(1 - bought / 300)
    assert amounts[data.funds["usai"].donor] == pytest.approx(-bought / 300)
    assert amounts[DEMAND] == pytest.approx(1.0)


def test_the_frontier_falls_in_cost_as_coverage_is_given_up_and_begins_at_the_best_coverage():
    data = data_of("R2")
    points, left = frontier(level_of(data), UNLIMITED)
    assert left == []
    best = solve_plan(data, ties=False).goals["coverage"]
    assert points[0].coverage == pytest.approx(best, rel=1e-7)
    assert [point.give for point in points] == sorted(point.give for point in points)
    for before, after in pairwise(points):
        assert after.cost <= before.cost * (1 + 1e-9)
        assert after.coverage <= best * (1 + after.give) * (1 + 1e-6)


def test_every_point_is_what_solving_with_that_tolerance_gives():
    data = data_of("R2")
    points, _ = frontier(level_of(data), UNLIMITED)
    assert len(points) >= 3
    for point in points:
        ranks = (Goal("coverage", 1, 1.0, point.give), Goal("cost", 2, 1.0, 0.0), Goal("liability", 3, 1.0, 0.0))
        values = solve_plan(replace(data, goals=ranks), ties=False).goals
        assert point.cost == pytest.approx(values["cost"], rel=1e-6)
        assert point.liability == pytest.approx(values["liability"], rel=1e-6, abs=1e-6)


def test_means_of_a_plan_at_hand_are_those_of_one_solved_for_them():
    data = data_of("R4")
    alone, value = means(data)
    at_hand, again = means(data, planned=level_of(data).planned)
    assert again == pytest.approx(value, rel=1e-9)
    assert sum(one.amount for one in at_hand) == pytest.approx(value, rel=1e-9)
    assert {one.owner for one in at_hand} == {one.owner for one in alone}


def test_a_point_where_nothing_changes_is_told_once():
    points = [Point(0.0, 0.2, 50.0, 3.0), Point(0.001, 0.2, 50.0, 3.0), Point(0.003, 0.2006, 49.0, 3.0)]
    assert [point.give for point in told_once(points)] == [0.0, 0.003]


def test_what_time_does_not_suffice_for_is_named():
    points, left = frontier(level_of(data_of("R2")), Limits.from_now(1e-9))
    assert points == []
    assert left == [0.0, 0.001, 0.003, 0.01, 0.03, 0.1]
