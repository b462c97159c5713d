"""The front: munitions are fired from platforms, equipment serves and wears down, floors are kept."""

import pytest
from aidplan_models.data import Capability, Fleet, Item, Lane

from tests.models.tiny import Solution, demand, each, fund, lane, place, solved, tiny


def near(value):
    return pytest.approx(value, rel=1e-6, abs=1e-7)


GUNS = {
    "items": {"shell": Item("munition", "ammo", 0.05), "gun": Item("equipment", "tube", 10.0)},
    "capabilities": {"fires": Capability("flow", 1.0), "tubes": Capability("level", 1.0)},
    "effects": {("shell", "fires"): 1.0, ("gun", "tubes"): 1.0},
    "urgency_rate": 0.1,
}


def with_guns(**tables):
    return solved(**{**GUNS, "demands": {("front", "tubes"): demand(each(10))}, "menu": (), **tables})


def test_a_fleet_wears_down_from_the_first_month():
    plan = with_guns(fleets={("front", "gun"): Fleet(10.0, 0.1)})
    assert plan.series("fleet", "front", "gun") == near([9, 8.1, 7.29])
    assert plan.series("unmet", "front", "tubes") == near([1, 1.9, 2.71])


def test_what_is_issued_wears_down_from_the_next_month():
    plan = with_guns(fleets={("front", "gun"): Fleet(0.0, 0.1)}, arrivals={("front", "gun"): (4.0, 0.0, 2.0)})
    assert plan.series("issued", "front", "gun") == near([4, 0, 2])
    assert plan.series("fleet", "front", "gun") == near([4, 3.6, 5.24])


def test_without_a_fleet_row_a_fleet_starts_at_nothing_and_does_not_wear_down():
    plan = with_guns(arrivals={("front", "gun"): (4.0, 0.0, 0.0)})
    assert plan.series("fleet", "front", "gun") == near([4, 4, 4])


def test_equipment_serves_month_after_month_and_is_not_used_up():
    plan = with_guns(fleets={("front", "gun"): Fleet(7.0, 0.0)})
    assert plan.series("served", "front", "gun", "tubes") == near([7, 7, 7])


def test_one_gun_serves_one_capability_at_a_time():
    plan = with_guns(
        capabilities={"tubes": Capability("level", 1.0), "reserve": Capability("level", 3.0)},
        effects={("gun", "tubes"): 1.0, ("gun", "reserve"): 1.0},
        demands={("front", "tubes"): demand(each(10)), ("front", "reserve"): demand(each(4))},
        fleets={("front", "gun"): Fleet(7.0, 0.0)},
        goals=tiny().goals[:1],
    )
    assert plan.series("served", "front", "gun", "reserve") == near([4, 4, 4])
    assert plan.series("served", "front", "gun", "tubes") == near([3, 3, 3])


def test_a_shell_serves_once_where_it_is_worth_most():
    plan = solved(
        capabilities={"fires": Capability("flow", 1.0), "strike": Capability("flow", 1.0)},
        effects={("shell", "fires"): 1.0, ("shell", "strike"): 2.0},
        demands={("front", "fires"): demand(each(100)), ("front", "strike"): demand(each(100))},
        goals=tiny().goals[:1],
    )
    assert plan.total("served", "front", "shell", "strike") == near(80)
    assert plan.goals["coverage"] == near((1 + 140 / 300) / 2)


def gunned(fleet, **tables):
    return solved(
        **{
            **GUNS,
            "platforms": {("shell", "gun"): 30.0},
            "fleets": {("front", "gun"): fleet} if fleet else {},
            "funds": {"usai": fund({1: 9000.0})},
            **tables,
        }
    )


def test_a_munition_is_fired_at_the_rate_of_its_platforms():
    plan = gunned(Fleet(2.0, 0.0))
    assert plan.series("issued", "front", "shell") == near([60, 60, 60])
    assert plan.series("fired", "front", "shell", "gun") == near([60, 60, 60])


def test_platforms_that_wear_down_fire_less():
    assert gunned(Fleet(2.0, 0.5)).series("issued", "front", "shell") == near([30, 15, 7.5])


def test_without_platforms_a_front_fires_nothing():
    assert gunned(None).total("issued") == near(0)


def test_platforms_come_by_the_lanes_also_where_no_demand_asks_for_them():
    plan = gunned(None, arrivals={("US", "gun"): (1.0, 0.0, 1.0)})
    assert plan.series("fleet", "front", "gun") == near([1, 1, 2])
    assert plan.series("issued", "front", "shell") == near([30, 30, 60])


def test_a_home_needs_no_platforms():
    home = {
        "places": {"US": place("country"), "home": place("home")},
        "lanes": {Lane("US", "home", "sea"): lane()},
        "demands": {("home", "fires"): demand(each(50))},
    }
    plan = gunned(None, **home)
    assert plan.series("issued", "home", "shell") == near([50, 50, 50])


def test_munitions_share_a_platform_each_at_its_rate():
    plan = gunned(
        Fleet(2.0, 0.0),
        items={**GUNS["items"], "rocket": Item("munition", "ammo", 0.05)},
        capabilities={"fires": Capability("flow", 1.0), "strike": Capability("flow", 9.0)},
        effects={("shell", "fires"): 1.0, ("rocket", "strike"): 1.0},
        platforms={("shell", "gun"): 30.0, ("rocket", "gun"): 10.0},
        arrivals={("front", "rocket"): each(5)},
        demands={("front", "fires"): demand(each(100)), ("front", "strike"): demand(each(5))},
    )
    assert plan.series("issued", "front", "rocket") == near([5, 5, 5])
    assert plan.series("issued", "front", "shell") == near([45, 45, 45])  # half a gun fires rockets


def test_a_munition_is_fired_from_any_of_its_platforms():
    plan = gunned(
        Fleet(2.0, 0.0),
        items={**GUNS["items"], "mortar": Item("equipment", "tube", 1.0)},
        platforms={("shell", "gun"): 30.0, ("shell", "mortar"): 7.0},
        fleets={("front", "gun"): Fleet(2.0, 0.0), ("front", "mortar"): Fleet(3.0, 0.0)},
    )
    assert plan.series("issued", "front", "shell") == near([81, 81, 81])


TWO_FRONTS = {
    "places": {"US": place("country"), "front": place("front"), "south": place("front")},
    "arrivals": {("US", "shell"): each(60)},
    "menu": (),
}


def on_two_fronts(south):
    return tiny(
        **TWO_FRONTS,
        lanes={Lane("US", x, "road"): lane() for x in ("front", "south")},
        demands={("front", "fires"): demand(each(100), priority=5.0), ("south", "fires"): south},
    )


def test_a_floor_is_kept_from_its_month_on_whatever_the_priorities():
    assert Solution(on_two_fronts(demand(each(40)))).total("served", "south") == near(0)
    plan = Solution(on_two_fronts(demand(each(40), floor=0.45, floor_from=2)))
    assert plan.series("served", "south", "shell", "fires") == near([0, 18, 18])
    assert plan.total("served", "front") == near(180 - 36)  # in whichever months


def test_a_floor_from_the_first_month_holds_in_every_month():
    plan = Solution(on_two_fronts(demand(each(40), floor=0.45)))
    assert plan.series("served", "south", "shell", "fires") == near([18, 18, 18])


def test_a_floor_from_the_last_month_holds_in_it_alone():
    plan = Solution(on_two_fronts(demand(each(40), floor=0.45, floor_from=3)))
    assert plan.series("served", "south", "shell", "fires") == near([0, 0, 18])


def test_a_floor_that_cannot_be_kept_leaves_no_plan():
    plan = Solution(on_two_fronts(demand((40, 40, 700), floor=0.6)))  # 180 come, 300 and more are promised
    assert (plan.status, plan.goals) == ("infeasible", {})


def test_demand_that_nothing_can_serve_is_all_unmet():
    plan = solved(effects={})
    assert plan.series("unmet", "front", "fires") == near([100, 100, 100])
    assert plan.goals["coverage"] == near(1)


def test_more_than_is_asked_for_leaves_nothing_unmet():
    plan = solved(demands={("front", "fires"): demand((3, 0, 2))}, opening_stock={("front", "shell"): 50.0}, menu=())
    assert plan.series("unmet", "front", "fires") == near([0, 0, 0])


def test_an_item_of_more_effect_serves_more():
    plan = solved(effects={("shell", "fires"): 2.5})
    assert plan.goals["coverage"] == near(1 - 80 * 2.5 / 300)
