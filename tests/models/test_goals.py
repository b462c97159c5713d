"""Goals and their ranks: 400 dollars buy 80 shells, of 300 that are needed in three months."""

from dataclasses import replace

import pytest
from aidplan_models.data import Capability, Expansion, Goal, Lane

from aidplan.solve.levels import ranks_of
from tests.models.tiny import Solution, demand, each, fund, goals, lane, place, solved, tiny


def near(value):
    return pytest.approx(value, rel=1e-6, abs=1e-7)


def test_coverage_is_the_share_of_demand_that_is_not_met():
    assert solved().goals["coverage"] == near(220 / 300)


def test_nothing_demanded_is_nothing_unmet():
    plan = solved(demands={("front", "fires"): demand(each(0))})
    assert (plan.goals["coverage"], plan.goals["equity"], plan.goals["cost"]) == (0, 0, near(0))
    assert solved(demands={}).goals["coverage"] == 0


def test_urgency_weighs_a_month_less_than_the_one_before():
    plan = solved(urgency_rate=0.25, goals=goals("coverage"))
    assert plan.series("unmet", "front", "fires") == near([20, 100, 100])
    assert plan.goals["coverage"] == near((20 + 100 * 0.8 + 100 * 0.64) / (100 + 80 + 64))


FRONTS = {
    "places": {"US": place("country"), "front": place("front"), "south": place("front")},
    "lanes": {Lane("US", x, "road"): lane() for x in ("front", "south")},
}


def on_two_fronts(**tables):
    rows = {("front", "fires"): demand(each(100), 1.0), ("south", "fires"): demand((70, 0, 0), 3.0)}
    return solved(**{**FRONTS, "demands": rows, **tables})


def test_priority_weighs_a_place_against_another():
    plan = on_two_fronts(goals=goals("coverage"))
    assert plan.total("served", "south") == near(70)
    assert plan.goals["coverage"] == near((300 - 10) / (300 + 3 * 70))


def test_equity_is_the_worst_front_and_comes_after_coverage():
    plan = on_two_fronts()
    assert plan.goals["equity"] == near(290 / 300)


def test_equity_first_shares_the_shortfall_alike():
    plan = on_two_fronts(goals=goals("equity", "cost"))
    assert plan.goals["equity"] == near(1 - 80 / 370)
    assert plan.total("served", "south") == near(80 * 70 / 370)
    assert plan.total("served", "front") == near(80 * 300 / 370)


def test_a_home_is_in_the_coverage_and_not_in_the_equity():
    plan = solved(
        places={"US": place("country"), "front": place("front"), "home": place("home")},
        demands={("front", "fires"): demand((80, 0, 0)), ("home", "fires"): demand((20, 0, 0))},
        goals=goals("coverage"),
    )
    assert (plan.goals["coverage"], plan.goals["equity"]) == (near(0.2), near(0))


def test_a_capability_weighs_by_its_weight_and_not_by_its_size():
    plan = solved(
        capabilities={"fires": Capability("flow", 1.0), "strike": Capability("flow", 3.0)},
        effects={("shell", "fires"): 1.0},
        demands={("front", "fires"): demand(each(100)), ("front", "strike"): demand((0, 0, 2))},
    )
    assert plan.goals["coverage"] == near((1 * 220 / 300 + 3 * 1) / 4)
    assert plan.goals["equity"] == near((1 * 220 / 300 + 3 * 1) / 4)


def test_a_capability_without_demand_or_priority_does_not_enter_nor_does_its_weight():
    plan = solved(
        capabilities={
            "fires": Capability("flow", 1.0),
            "strike": Capability("flow", 3.0),
            "smoke": Capability("flow", 5.0),
        },
        effects={("shell", "fires"): 1.0},
        demands={
            ("front", "fires"): demand(each(100)),
            ("front", "strike"): demand(each(0)),
            ("front", "smoke"): demand(each(10), priority=0.0),
        },
    )
    assert plan.goals["coverage"] == near(220 / 300)
    assert plan.goals["equity"] == near((1 * 220 / 300 + 5 * 1) / 6)  # priority is no part of equity


def test_cost_is_all_that_is_spent_and_all_transport():
    plan = solved(lanes={Lane("US", "front", "sea"): lane(cost=30.0)})
    assert plan.goals["cost"] == near(400 + 80 * 0.05 * 30)


def test_a_goal_that_is_left_out_is_not_optimised_and_still_told():
    plan = solved(goals=goals("cost"))
    assert plan.goals == near({"coverage": 1, "equity": 1, "parity": 0, "cost": 0, "liability": 0})


def test_a_plan_without_any_goal_is_still_a_plan():
    plan = solved(goals=())
    assert 220 / 300 - 1e-7 <= plan.goals["coverage"] <= 1
    assert plan.planned.solved.ranks == ()


def test_a_better_rank_is_never_given_up_for_a_later_one():
    assert solved(goals=goals("cost", "coverage")).goals["coverage"] == near(1)
    assert solved(goals=goals("coverage", "cost")).goals["cost"] == near(400)


def test_cost_after_coverage_buys_the_cheapest_of_what_serves_as_well():
    plan = solved(
        funds={"usai": fund({1: 9000.0})},
        lanes={Lane("US", "front", "sea"): lane(cost=40.0), Lane("US", "front", "air"): lane(cost=90.0)},
    )
    assert plan.goals["cost"] == near(300 * 5 + 300 * 0.05 * 40)
    assert plan.total("shipped", "US,front,air") == near(0)


def weighed(cost_weight):
    return solved(goals=(Goal("coverage", 1, 1.0, 0.0), Goal("cost", 1, cost_weight, 0.0)))


def test_goals_of_one_rank_are_added_with_their_weights():
    # A shell is 1/300 of coverage and five dollars: it is bought where a dollar weighs less than 1/1500.
    cheap, dear = weighed(0.0006), weighed(0.0007)
    assert (cheap.goals["cost"], dear.goals["cost"]) == (near(400), near(0))
    assert cheap.planned.solved.ranks[0].value == near(220 / 300 + 0.0006 * 400)
    assert [rank.rank.name for rank in cheap.planned.solved.ranks] == ["coverage+cost"]


@pytest.mark.parametrize(("tolerance", "served"), [(0.0, 80), (0.1, 58), (1.0, 0)])
def test_a_tolerance_is_what_a_rank_gives_up_for_the_next(tolerance, served):
    plan = solved(goals=(Goal("coverage", 1, 1.0, tolerance), Goal("cost", 2, 1.0, 0.0)))
    assert plan.total("served") == near(served)
    assert plan.goals["cost"] == near(5 * served)
    assert plan.planned.solved.ranks[0].value == near(220 / 300)  # what was best, not what was given up


def test_a_rank_has_the_largest_tolerance_of_its_goals():
    ranked = (Goal("coverage", 1, 1.0, 0.02), Goal("parity", 1, 1.0, 0.1), Goal("cost", 2, 1.0, 0.0))
    assert solved(goals=ranked).total("served") == near(58)


def test_a_rank_that_is_met_whole_gives_up_next_to_nothing():
    plan = solved(funds={"usai": fund({1: 9000.0})}, goals=(Goal("coverage", 1, 1.0, 0.5), Goal("cost", 2, 1.0, 0.0)))
    assert plan.goals["coverage"] == pytest.approx(0.5e-6, rel=1e-2)  # half of a millionth, not half of nothing


def test_ranks_are_met_by_their_numbers_whatever_these_are():
    ranked = (Goal("cost", 7, 1.0, 0.0), Goal("coverage", 2, 1.0, 0.0), Goal("stability", 1, 1.0, 0.0))
    assert [rank.rank for rank in ranks_of(ranked)] == [2, 7]  # stability needs an earlier run
    assert solved(goals=tuple(sorted(ranked, key=lambda goal: goal.rank))).goals["cost"] == near(400)


def test_liability_comes_last_and_is_not_taken_on_for_nothing():
    plan = solved(expansions={"ohio 3": Expansion("ohio", "private", 0.0, 1, 9.0, each(9), 0.5, 4)})
    assert (plan.goals["liability"], plan.goals["cost"]) == (near(0), near(400))


def test_only_the_money_that_is_worth_it_is_told_as_spent_after_a_rank_of_cost():
    plan = Solution(replace(tiny(), goals=goals("coverage", "cost"), demands={("front", "fires"): demand((7, 8, 9))}))
    assert plan.total("spent") == near(5 * 24)
