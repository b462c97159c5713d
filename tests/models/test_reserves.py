"""Reserves: a donor draws its holding down at its pace and to its floor, and a fund replaces what is drawn."""

import pytest
from aidplan_models.data import Reserve

from tests.models.tiny import Solution, each, fund, menu_row, solved, tiny


def near(value):
    return pytest.approx(value, rel=1e-6, abs=1e-7)


def drawn(initial=50.0, floor=20.0, limit=(999.0, 998.0, 997.0), cost=3.0, **tables):
    """A reserve of shells and nothing to order, early months first."""
    return solved(
        **{
            "reserves": {("US", "shell"): Reserve(initial, floor, limit, cost)},
            "menu": (menu_row("usai", channels=("release",)),),
            "urgency_rate": 0.1,
            **tables,
        }
    )


def test_a_reserve_is_drawn_to_its_floor_and_no_further():
    plan = drawn()
    assert plan.series("released", "usai", "US", "shell") == near([30, 0, 0])
    assert plan.series("reserve", "US", "shell") == near([20, 20, 20])
    assert plan.series("served", "front", "shell", "fires") == near([30, 0, 0])


def test_a_reserve_is_drawn_at_its_pace_in_every_month():
    plan = drawn(limit=(12.0, 0.0, 9.0))
    assert plan.series("released", "usai", "US", "shell") == near([12, 0, 9])
    assert plan.series("reserve", "US", "shell") == near([38, 38, 29])


def test_what_is_drawn_is_paid_at_the_price_of_replenishing_it():
    plan = drawn(funds={"usai": fund({1: 33.0})})
    assert plan.total("released") == near(11)
    assert plan.total("spent") == near(33)


def test_what_costs_nothing_to_replenish_is_drawn_without_money():
    plan = drawn(cost=0.0, funds={"usai": fund({})})
    assert (plan.total("released"), plan.goals["cost"]) == (near(30), near(0))


def test_the_funds_that_draw_share_the_reserve_and_its_pace():
    plan = drawn(
        limit=(7.0, 7.0, 99.0),
        funds={"usai": fund({1: 15.0}), "pda": fund({1: 900.0})},
        menu=(menu_row("usai", channels=("release",)), menu_row("pda", channels=("release",))),
    )
    by_both = [
        plan("released", "usai", "US", "shell", t) + plan("released", "pda", "US", "shell", t) for t in (1, 2, 3)
    ]
    assert by_both == near([7, 7, 16])


def test_a_fund_that_may_only_order_draws_nothing():
    plan = drawn(menu=(menu_row("usai", channels=("order",)),))
    assert plan.total("released") == near(0)
    assert plan.series("reserve", "US", "shell") == near([50, 50, 50])


def test_after_a_fund_expires_it_draws_nothing():
    plan = drawn(limit=(4.0, 5.0, 6.0), funds={"usai": fund({1: 900.0}, expires=2)})
    assert plan.series("released", "usai", "US", "shell") == near([4, 5, 0])


def test_a_floor_above_what_is_there_leaves_no_plan():
    assert Solution(tiny(reserves={("US", "shell"): Reserve(50.0, 51.0, each(9), 3.0)})).status == "infeasible"
