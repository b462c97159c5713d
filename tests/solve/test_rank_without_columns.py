"""A rank whose goal counts nothing is met without the solver, and the ranks after it go on."""

from dataclasses import replace
from pathlib import Path

import pytest
from aidplan_models.data import Goal

from aidplan.solve.solving import solve_plan
from aidplan.workbook import open_workbook, plan_data

SMALL = Path(__file__).parents[2] / "inputs" / "small.xlsx"


def test_liability_without_private_plants_is_nothing_and_cost_comes_after_it_all_the_same():
    data = plan_data(open_workbook(SMALL).tables)
    data = replace(data, expansions={e: x for e, x in data.expansions.items() if x.financing == "public"})
    names = ("coverage", "liability", "cost")
    ranked = tuple(Goal(goal, rank, 1.0, 0.0) for rank, goal in enumerate(names, start=1))
    with_it = solve_plan(replace(data, goals=ranked)).solved.ranks
    without = solve_plan(replace(data, goals=(ranked[0], ranked[2]))).solved.ranks
    assert [result.value for result in with_it][1] == 0.0
    assert not with_it[1].price.any()
    assert with_it[2].value == pytest.approx(without[1].value, rel=1e-9)
