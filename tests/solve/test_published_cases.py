"""Problems with a published optimum, and ranks that another implementation computed."""

import json
from pathlib import Path

import pytest

from aidplan.solve.solving import solve_plan
from aidplan.workbook import open_workbook, plan_data

CASES = Path(__file__).parents[1] / "cases"
OPTIMA = json.loads((CASES / "expected.json").read_text())
RANKS = json.loads((CASES / "expected-ranks.json").read_text())
CAUSES = json.loads((CASES / "expected-causes.json").read_text())


def solved(case, scenario):
    return solve_plan(plan_data(open_workbook(CASES / f"{case}.xlsx").scenario(scenario).tables))


@pytest.mark.parametrize("case", sorted(OPTIMA))
def test_the_published_optimum_is_met(case):
    planned = solved(case, "base")
    assert planned.solved.status == "optimal"
    assert {goal: planned.goals[goal] for goal in OPTIMA[case]} == pytest.approx(OPTIMA[case], rel=1e-6, abs=1e-6)


@pytest.mark.parametrize(("case", "scenario"), [(case, name) for case in sorted(RANKS) for name in RANKS[case]])
def test_every_rank_is_met(case, scenario):
    planned = solved(case, scenario)
    assert planned.solved.status == "optimal"
    totals = {str(met.rank.rank): met.value for met in planned.solved.ranks}
    assert totals == pytest.approx(RANKS[case][scenario], rel=1e-6, abs=1e-9)


def test_no_case_goes_without_its_answer():
    assert {path.stem for path in CASES.glob("*.xlsx")} == {*OPTIMA, *RANKS, *CAUSES}


def test_a_workbook_without_goals_has_the_customary_five_in_ranks_one_to_five():
    goals = plan_data(open_workbook(CASES / "K01.xlsx").tables).goals
    assert [(goal.goal, goal.rank, goal.weight, goal.tolerance) for goal in goals] == [
        ("coverage", 1, 1.0, 0.0),
        ("equity", 2, 1.0, 0.0),
        ("parity", 3, 1.0, 0.0),
        ("cost", 4, 1.0, 0.0),
        ("liability", 5, 1.0, 0.0),
    ]
