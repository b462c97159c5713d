"""The goal stability: how far a plan departs from an earlier one, in money."""

from dataclasses import replace

import pytest
from aidplan_models.data import Earlier, Goal

from tests.keep.test_kept_plans import solve, values
from tests.models.tiny import MONTHS, Solution, fund, tiny

ORDERS = {
    "settings": [["key", "value"], ["start", "2024-07"], ["periods", 3], ["money_unit", 1]],
    "places": [["place", "kind"], ["US", "country"], ["east", "front"]],
    "items": [["item", "kind"], ["shell", "munition"]],
    "capabilities": [["capability", "kind"], ["fires", "flow"]],
    "effects": [["item", "capability"], ["shell", "fires"]],
    "plants": [["plant", "place"], ["ohio", "US"], ["iowa", "US"]],
    "products": [["plant", "item", "unit_cost"], ["ohio", "shell", 3], ["iowa", "shell", 5]],
    "capacity": [["plant", "2024-07", "2024-08", "2024-09"], ["ohio", 90, 90, 90], ["iowa", 70, 70, 70]],
    "funds": [["fund", "donor", "mode"], ["usai", "US", "lend_lease"]],
    "funding": [["fund", "2024-07", "2024-08", "2024-09"], ["usai", 900, 0, 0]],
    "menu": [["fund"], ["usai"]],
    "lanes": [["origin", "destination"], ["US", "east"]],
    "demand": [["place", "capability", "2024-07", "2024-08", "2024-09"], ["east", "fires", 60, 80, 0]],
    "goals": [["goal", "rank"], ["coverage", 1], ["stability", 2], ["cost", 3]],
}


def planned(ranked, **more):
    """The tiny plan: 30 and 50 shells at 5 were ordered before, and 7 by a fund that is gone."""
    before = tiny(period_labels=MONTHS[:3])
    orders = {("usai", "ohio", "shell", 1): 30.0, ("usai", "ohio", "shell", 2): 50.0, ("gone", "ohio", "shell", 3): 7.0}
    goals = tuple(Goal(goal, rank, 1.0, 0.0) for rank, goal in enumerate(ranked, 1))
    data = tiny(funds={"usai": fund({1: 400.0, 2: 900.0})}, goals=goals)
    return Solution(replace(data, against=Earlier("before", before, {"ordered": orders}, 1, 3), **more))


def test_a_plan_that_stays_near_changes_only_what_it_must():
    plan = planned(["stability", "coverage"])
    assert plan.series("ordered", "usai", "ohio", "shell") == pytest.approx([30.0, 50.0, 0.0])
    assert plan.goals["stability"] == pytest.approx(7 * 5.0)  # the fund that is gone cannot order


def test_what_is_more_and_what_is_less_both_count():
    plan = planned(["coverage", "stability", "cost"])
    assert plan.goals["cost"] == pytest.approx(1300.0)
    assert plan.goals["stability"] == pytest.approx(5 * (50 + 130 + 7))


def test_its_value_is_that_of_the_plan_also_where_it_is_not_ranked():
    plan = planned(["cost"])
    assert plan.goals["cost"] == 0.0
    assert plan.goals["stability"] == pytest.approx(5 * (30 + 50 + 7))


def test_a_dearer_plant_keeps_its_orders_where_stability_comes_before_cost(tmp_path):
    """Ohio made 60 and 80 shells; now it makes 40 a month, so Iowa takes 20 and 40. Of Ohio's 140 ordered 120 can still be
    made by the end, and are, though nobody needs the last 40: 20 go.
    """
    code, said, _ = solve(tmp_path, {**ORDERS, "goals": [["goal", "rank"], ["coverage", 1], ["cost", 2]]}, "before")
    assert code == 0, said
    slower = {**ORDERS, "capacity": [ORDERS["capacity"][0], ["ohio", 40, 40, 40], ["iowa", 70, 70, 70]]}
    code, said, run = solve(tmp_path, slower, "after", "--against", tmp_path / "runs" / "before")
    assert code == 0, said
    goals = run.manifest["goals"]
    assert goals["coverage"] == 0.0
    assert goals["stability"] == pytest.approx(20 * 3 + 60 * 5)
    assert goals["cost"] == pytest.approx(120 * 3 + 60 * 5)
    orders = run.manifest["against"]["orders"]
    assert (orders["same"], orders["new"], orders["dropped"]) == pytest.approx((360.0, 300.0, 60.0))
    assert orders["share"] == pytest.approx(360 / 1080)
    assert orders["inputs"] == ["capacity", "goals"]
    assert "33.3% of the orders of Jul–Sep 2024 changed" in said
    assert sum(values(run)["ordered"].values()) == pytest.approx(180.0)


def test_without_an_earlier_run_the_goal_is_left_out_with_a_warning(tmp_path):
    code, said, run = solve(tmp_path, ORDERS, "alone")
    assert code == 0, said
    assert "stability" not in run.manifest["goals"]
    assert [rank["rank"] for rank in run.manifest["ranks"]] == [1, 3]
    assert [f["code"] for f in run.findings if f["code"].startswith("stability")] == ["stability-left-out"]
