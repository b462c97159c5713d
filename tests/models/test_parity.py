"""Parity: what is made of a capability is held against a ratio of the adversary's output."""

import pytest
from aidplan_models.data import Adversary, Capability, Item, Lane

from tests.models.tiny import each, fund, goals, lane, menu_row, place, solved


def near(value):
    return pytest.approx(value, rel=1e-6, abs=1e-7)


def against(output, ratio=0.5, **tables):
    return solved(**{"adversary": {"fires": Adversary(ratio, output)}, "urgency_rate": 0.1, **tables})


def test_the_gap_is_what_is_not_made_of_the_ratio_of_the_adversarys_output():
    plan = against((60.0, 70.0, 90.0), effects={("shell", "fires"): 0.25}, funds={"usai": fund({1: 260.0})})
    # 52 shells are thirteen units, all in July, where the front needs them first.
    assert plan.series("parity_gap", "fires") == near([30 - 13, 35, 45])
    assert plan.goals["parity"] == near(97 / 110)


def test_more_than_the_target_in_one_month_makes_up_for_no_other():
    plan = against((60.0, 60.0, 60.0), funds={"usai": fund({1: 260.0}, expires=1)}, capacity={"ohio": (50.0, 2.0, 0.0)})
    assert plan.series("parity_gap", "fires") == near([0, 28, 30])
    assert plan.goals["parity"] == near(58 / 90)


def test_what_is_made_for_a_home_counts_and_so_does_what_never_arrives():
    plan = against(
        each(10),
        lanes={},
        places={"US": place("country"), "front": place("front"), "home": place("home")},
        funds={"usai": fund({1: 5.0}), "bund": fund({1: 10.0}, to="home")},
        menu=(menu_row("usai"), menu_row("bund")),
        orderbook={("ohio", "shell", "common"): 4.0},
        capacity={"ohio": (99.0, 0.0, 0.0)},
        goals=goals("parity"),
    )
    # Five are the target of July: four on order from before, and one more of the three that money buys.
    assert plan.series("parity_gap", "fires") == near([0, 5, 5])


def test_what_is_drawn_or_arrives_is_not_made_and_does_not_count():
    plan = against(each(10), menu=(), arrivals={("front", "shell"): each(80)})
    assert plan.series("parity_gap", "fires") == near([5, 5, 5])
    assert plan.goals["parity"] == near(1)


def test_capabilities_weigh_in_the_parity_goal_by_their_weight():
    plan = against(
        each(0),
        menu=(),
        items={"shell": Item("munition", "ammo", 0.05)},
        capabilities={
            "fires": Capability("flow", 3.0),
            "strike": Capability("flow", 1.0),
            "tubes": Capability("level", 9.0),
        },
        effects={("shell", "fires"): 1.0},
        orderbook={("ohio", "shell", "common"): 12.0},
        capacity={"ohio": (12.0, 0.0, 0.0)},
        adversary={
            "fires": Adversary(1.0, (16.0, 0.0, 0.0)),
            "strike": Adversary(2.0, (0.0, 0.0, 7.0)),
            "tubes": Adversary(0.0, each(50)),  # a target of nothing does not enter, nor does its weight
        },
        lanes={Lane("US", "front", "sea"): lane()},
    )
    assert plan.goals["parity"] == near((3 * 4 / 16 + 1 * 1) / 4)


def test_without_an_adversary_parity_is_nothing():
    assert solved().goals["parity"] == 0
