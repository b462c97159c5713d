"""Movement: goods travel by lanes, in their time, with their loss, within tonnages; and wait within storage.

A shell weighs 0.05 tonnes: twenty to the tonne.
"""

import pytest
from aidplan_models.data import Capability, Item, Lane

from tests.models.tiny import SEA, demand, each, fund, goals, lane, place, solved


def near(value):
    return pytest.approx(value, rel=1e-6, abs=1e-7)


def moved(**tables):
    """The tiny plan with money for all, early months first."""
    return solved(**{"funds": {"usai": fund({1: 9000.0})}, "urgency_rate": 0.1, **tables})


def by_month(plan):
    return plan.series("served", "front", "shell", "fires")


def test_what_comes_from_outside_is_there_in_its_month_first_and_last_included():
    plan = solved(menu=(), arrivals={("front", "shell"): (3.0, 7.0, 9.0)}, urgency_rate=0.1)
    assert by_month(plan) == near([3, 7, 9])


def test_what_a_place_holds_at_the_start_is_there_in_the_first_month():
    plan = solved(menu=(), opening_stock={("front", "shell"): 11.0}, urgency_rate=0.1)
    assert by_month(plan) == near([11, 0, 0])
    assert plan.series("stock", "front", "shell") == near([0, 0, 0])


def test_what_is_not_needed_yet_waits():
    plan = solved(menu=(), opening_stock={("front", "shell"): 9.0}, demands={("front", "fires"): demand((0, 4, 5))})
    assert plan.series("stock", "front", "shell") == near([9, 5, 0])


def test_what_nobody_asks_for_is_kept_and_not_fired():
    plan = solved(menu=(), opening_stock={("front", "shell"): 11.0}, demands={("front", "fires"): demand((0, 4, 5))})
    assert plan.series("issued", "front", "shell") == near([0, 4, 5])
    assert plan("stock", "front", "shell", 3) == near(2)


@pytest.mark.parametrize(
    ("transit", "expected"), [(0, [100, 100, 100]), (1, [0, 100, 100]), (2, [0, 0, 100]), (3, [0, 0, 0])]
)
def test_goods_are_on_their_way_as_long_as_the_lane_takes(transit, expected):
    plan = moved(lanes={SEA: lane(transit)})
    assert by_month(plan) == near(expected)
    assert plan.total("shipped") == near(sum(expected))  # what would come too late is not sent


def test_the_times_of_two_lanes_add_up_and_two_lanes_of_no_time_take_none():
    def through_hub(first, second):
        return moved(
            places={"US": place("country"), "hub": place("hub"), "front": place("front")},
            lanes={Lane("US", "hub", "sea"): lane(first), Lane("hub", "front", "road"): lane(second)},
        )

    assert by_month(through_hub(0, 0)) == near([100, 100, 100])
    assert by_month(through_hub(1, 0)) == near([0, 100, 100])
    assert by_month(through_hub(1, 1)) == near([0, 0, 100])


def test_a_quarter_of_what_is_shipped_is_lost():
    plan = solved(lanes={SEA: lane(loss=0.25)})
    assert plan.total("shipped") == near(80)
    assert plan.total("served") == near(60)


def test_a_lane_that_loses_everything_brings_nothing():
    assert solved(lanes={SEA: lane(loss=1.0)}).total("served") == near(0)


def test_a_lane_carries_its_tonnage_of_each_month():
    plan = moved(lanes={SEA: lane(capacity=(1.5, 0.0, 0.5))})
    assert by_month(plan) == near([30, 0, 10])


def test_two_modes_between_two_places_are_two_lanes():
    plan = moved(lanes={SEA: lane(capacity=1.5), Lane("US", "front", "air"): lane(capacity=0.25, cost=900.0)})
    assert by_month(plan) == near([35, 35, 35])
    assert plan.total("shipped", "US,front,air") == near(15)
    assert plan.goals["cost"] == near(105 * 5 + 15 * 0.05 * 900)


def test_a_place_passes_on_its_tonnage_over_all_its_lanes():
    plan = moved(
        places={"US": place("country", throughput=(1.0, float("inf"), 0.0)), "front": place("front")},
        lanes={SEA: lane(capacity=0.75), Lane("US", "front", "air"): lane(capacity=3.0)},
    )
    assert by_month(plan) == near([20, 75, 0])


def test_a_place_stores_its_tonnage_over_all_its_goods():
    plan = solved(
        menu=(),
        places={"US": place("country"), "front": place("front", storage=2.0)},
        arrivals={("front", "shell"): (60.0, 0.0, 0.0)},
        demands={("front", "fires"): demand((0, 0, 100))},
    )
    assert plan.series("stock", "front", "shell")[:2] == near([40, 40])
    assert by_month(plan) == near(
        [20, 0, 40]
    )  # twenty find no room and are fired at once, at nothing that is asked for
    assert plan.goals["coverage"] == near(0.6)


@pytest.mark.parametrize("capacity", [(0.0, 4.0, 0.0), (4.0, 0.0, 4.0)])
def test_nothing_passes_a_closed_lane_not_even_what_weighs_nothing(capacity):
    weightless = {"shell": Item("munition", "ammo", 0.0)}
    closed_place = {"US": place("country", throughput=capacity), "front": place("front")}
    for tables in ({"lanes": {SEA: lane(capacity=capacity)}}, {"places": closed_place}):
        plan = moved(items=weightless, **tables)
        for open_, shipped in zip(capacity, plan.series("shipped", "US,front,sea", "shell"), strict=True):
            assert shipped == near(0) if not open_ else shipped >= 100 - 1e-6
        assert by_month(plan)[0] == near(100 if capacity[0] else 0)


def test_what_weighs_nothing_takes_no_tonnage_of_an_open_lane():
    plan = moved(items={"shell": Item("munition", "ammo", 0.0)}, lanes={SEA: lane(capacity=0.001)})
    assert by_month(plan) == near([100, 100, 100])


def test_a_lane_carries_its_classes_alone():
    assert moved(lanes={SEA: lane(classes=["vehicle"])}).total("served") == near(0)
    assert moved(lanes={SEA: lane(classes=["vehicle", "ammo"])}).total("served") == near(300)


def test_goods_of_one_month_take_the_room_of_one_another():
    plan = moved(
        items={"shell": Item("munition", "ammo", 0.05), "rocket": Item("munition", "ammo", 0.2)},
        capabilities={"fires": Capability("flow", 1.0), "strike": Capability("flow", 5.0)},
        effects={("shell", "fires"): 1.0, ("rocket", "strike"): 1.0},
        demands={("front", "fires"): demand(each(100)), ("front", "strike"): demand(each(6))},
        arrivals={("US", "rocket"): each(6)},
        lanes={SEA: lane(capacity=3.0)},
    )
    assert by_month(plan) == near([36, 36, 36])  # three tonnes less six rockets


def test_goods_under_way_at_the_end_are_told_as_shipped():
    plan = solved(
        lanes={SEA: lane(1), Lane("US", "elsewhere", "sea"): lane(9)},
        places={"US": place("country"), "front": place("front"), "elsewhere": place("hub")},
        arrivals={("US", "shell"): each(5)},
        menu=(),
        goals=goals("coverage"),
    )
    opening, arrived = 0.0, 15.0
    left = plan("stock", "US", "shell", 3) + plan("stock", "front", "shell", 3)
    under_way = plan("shipped", "US,front,sea", "shell", 3) + plan.total("shipped", "US,elsewhere,sea")
    assert opening + arrived == near(plan.total("issued") + left + under_way)
