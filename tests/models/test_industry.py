"""Plants: orders wait out their lead time, capacity bounds what is made, and grows by money or by guarantee.

One shell costs 5 dollars and takes one unit of capacity unless a test says otherwise.
"""

import pytest
from aidplan_models.data import Expansion, Item, Lane, Product, Supply
from aidplan_models.derived import periods_past_horizon

from tests.models.tiny import SEA, demand, each, fund, lane, menu_row, place, solved


def near(value):
    return pytest.approx(value, rel=1e-6, abs=1e-7)


def shells(plan):
    return plan.total("served", "front", "shell")


def demand_of(quantity):
    return demand(each(quantity))


def rich_in_money(**tables):
    """The tiny plan with money for all, and early months first."""
    return solved(
        **{"funds": {"usai": fund({1: 9000.0})}, "urgency_rate": 0.1, "capacity": {"ohio": each(10)}, **tables}
    )


def test_an_order_is_made_when_its_lead_time_is_over():
    plan = solved(products={("ohio", "shell"): Product(5.0, 2, 1.0)})
    assert plan.series("ordered", "usai", "ohio", "shell") == near([80, 0, 0])
    assert plan.series("made", "ohio", "shell", "common") == near([0, 0, 80])
    assert plan.series("unmet", "front", "fires") == near([100, 100, 20])


def test_nothing_is_ordered_that_would_be_made_after_the_horizon():
    plan = solved(products={("ohio", "shell"): Product(5.0, 3, 1.0)})
    assert (plan.total("ordered"), plan.goals["cost"]) == (near(0), near(0))


def test_an_order_that_is_not_made_at_once_waits_in_the_backlog():
    plan = solved(funds={"usai": fund({1: 400.0}, expires=1)}, capacity={"ohio": (10.0, 40.0, 20.0)}, urgency_rate=0.1)
    assert plan("ordered", "usai", "ohio", "shell", 1) == near(70)
    assert plan.series("backlog", "ohio", "shell", "common") == near([60, 20, 0])
    assert plan.series("made", "ohio", "shell", "common") == near([10, 40, 20])


def test_the_order_book_at_the_start_is_made_from_the_first_month_and_costs_nothing():
    plan = rich_in_money(
        funds={"usai": fund({})},
        orderbook={("ohio", "shell", "common"): 25.0},
        products={("ohio", "shell"): Product(5.0, 2, 1.0)},
    )
    assert plan.series("made", "ohio", "shell", "common") == near([10, 10, 5])
    assert plan.goals["cost"] == near(0)


def test_no_order_book_is_filled_with_what_will_not_be_made():
    plan = rich_in_money(orderbook={("ohio", "shell", "common"): 34.0})
    assert plan.series("backlog", "ohio", "shell", "common") == near([24, 14, 4])
    assert plan.total("ordered") == near(0)  # the plant is busy with older orders to the end
    assert rich_in_money().total("ordered") == near(30)


def test_an_item_takes_its_share_of_capacity():
    assert shells(rich_in_money(products={("ohio", "shell"): Product(5.0, 0, 4.0)})) == near(7.5)


def test_capacity_is_shared_by_what_a_plant_makes_for_every_owner():
    plan = rich_in_money(
        places={"US": place("country"), "front": place("front"), "home": place("home")},
        funds={"usai": fund({1: 9000.0}), "bund": fund({1: 9000.0}, to="home")},
        menu=(menu_row("usai"), menu_row("bund")),
        demands={("front", "fires"): demand_of(6), ("home", "fires"): demand_of(7)},
    )
    for t in (1, 2, 3):
        assert plan("made", "ohio", "shell", "common", t) + plan("made", "ohio", "shell", "home", t) == near(10)


def test_capacity_is_each_months_own():
    assert rich_in_money(capacity={"ohio": (7.0, 0.0, 9.0)}).series("made", "ohio", "shell", "common") == near(
        [7, 0, 9]
    )


@pytest.mark.parametrize(
    ("build_time", "limit", "steps", "made"),
    [
        (1, 12.0, (5.0, 5.0, 5.0), [10, 15, 20]),
        (1, 7.0, (5.0, 5.0, 5.0), [10, 15, 17]),
        (1, 12.0, (0.0, 6.0, 6.0), [10, 10, 16]),
        (0, 12.0, (5.0, 5.0, 5.0), [15, 20, 22]),
        (2, 12.0, (5.0, 5.0, 5.0), [10, 10, 15]),
        (3, 12.0, (5.0, 5.0, 5.0), [10, 10, 10]),
    ],
)
def test_public_capacity_stands_after_its_build_time_within_its_step_and_limit(build_time, limit, steps, made):
    plan = rich_in_money(expansions={"ohio 2": Expansion("ohio", "public", 3.0, build_time, limit, steps, 0.0, 0)})
    assert plan.series("made", "ohio", "shell", "common") == near(made)
    assert plan.goals["cost"] == near(5 * sum(made) + 3 * plan.total("built"))
    late = 4 - build_time  # what would stand in month 4 is not bought
    assert sum(plan("built", "usai", "ohio 2", t) for t in range(late, 4)) == near(0)


def private(build_time=1, share=0.8, periods=2, limit=8.0, plant="ohio"):
    return {f"{plant} 3": Expansion(plant, "private", 0.0, build_time, limit, each(limit), share, periods)}


def test_industry_builds_against_long_orders():
    plan = rich_in_money(expansions=private())
    assert plan.series("made", "ohio", "shell", "common") == near([10, 18, 18])
    assert plan("pledged", "ohio 3", 1) == near(8)
    assert plan.goals["cost"] == near(5 * 46)  # industry pays for its own


def test_industry_builds_nothing_for_a_tranche():
    plan = rich_in_money(expansions=private(), funds={"usai": fund({1: 9000.0}, "tranche")})
    assert (shells(plan), plan.total("pledged")) == (near(30), near(0))


def test_a_guarantee_needs_orders_in_every_month_that_it_covers():
    ends_in_july = rich_in_money(expansions=private(), funds={"usai": fund({1: 9000.0}, expires=1)})
    assert shells(ends_in_july) == near(30)
    one_month = rich_in_money(expansions=private(periods=1), funds={"usai": fund({1: 9000.0}, expires=2)})
    assert shells(one_month) == near(46)
    two_months = rich_in_money(expansions=private(periods=2), funds={"usai": fund({1: 9000.0}, expires=2)})
    # A pledge of July is covered in September, when nothing can be ordered; one of August stands too late to be backed.
    assert two_months("pledged", "ohio 3", 1) == near(0)
    assert shells(two_months) == near(30)


def test_orders_that_existing_capacity_could_serve_count_for_a_guarantee():
    plan = rich_in_money(
        expansions=private(share=1.0, limit=30.0),
        funds={"usai": fund({1: 225.0})},
        demands={("front", "fires"): demand_of(15)},
    )
    # Money for 45: of the 15 ordered a month in August and September, 10 were in reach, and yet 15 may be pledged.
    assert shells(plan) == near(10 + 15 + 15)
    assert plan("pledged", "ohio 3", 1) >= 5 - 1e-6


@pytest.mark.parametrize(("share", "made"), [(1.0, [0, 18, 18]), (0.5, [0, 36, 36]), (0.3, [0, 50, 50])])
def test_half_the_share_lets_the_same_orders_back_twice_the_capacity(share, made):
    plan = rich_in_money(
        orderbook={("ohio", "shell", "common"): 150.0},  # enough on order to use whatever is built
        capacity={"ohio": each(0)},
        expansions=private(share=share, periods=1, limit=50.0),
        funds={"usai": fund({2: 90.0}, carry_over=False)},
    )
    assert plan.series("made", "ohio", "shell", "common") == near(made)


@pytest.mark.parametrize(
    ("build_time", "guarantee", "t", "past"),
    [(1, 4, 1, 2), (1, 4, 2, 3), (1, 4, 3, 4), (0, 3, 1, 0), (0, 3, 2, 1), (5, 2, 1, 2), (2, 0, 3, 0)],
)
def test_the_months_of_a_guarantee_past_the_horizon_are_counted(build_time, guarantee, t, past):
    assert periods_past_horizon(build_time, guarantee, t, horizon=3) == past


def test_what_is_guaranteed_past_the_horizon_is_a_liability():
    plan = rich_in_money(expansions=private(periods=4))
    assert plan.goals["liability"] == near(0.8 * 8 * 2 * 5)  # four months from August: October and November
    assert shells(plan) == near(46)


def test_the_liability_keeps_within_its_limit():
    plan = rich_in_money(expansions=private(periods=4), outyear_limit=32.0)
    assert plan.goals["liability"] == near(32)
    assert shells(plan) == near(10 + 14 + 14)


def test_a_limit_of_nothing_allows_no_liability():
    plan = rich_in_money(expansions=private(periods=4), outyear_limit=0.0)
    assert (plan.goals["liability"], shells(plan)) == (near(0), near(30))


def test_a_liability_is_priced_by_the_cheapest_order_for_a_unit_of_capacity():
    plan = rich_in_money(
        items={"shell": Item("munition", "ammo", 0.05), "mine": Item("munition", "ammo", 0.01)},
        products={("ohio", "shell"): Product(5.0, 0, 1.0), ("ohio", "mine"): Product(6.0, 0, 2.0)},
        expansions=private(periods=4),
    )
    assert plan.goals["liability"] == near(0.8 * 8 * 2 * 3)


POWDERED = {
    "items": {
        "shell": Item("munition", "ammo", 0.05),
        "powder": Item("component", "", 0.0),
        "acid": Item("component", "", 0.0),
    },
    "plants": {"ohio": "US", "mill": "US", "works": "DE"},
    "places": {"US": place("country"), "DE": place("country"), "front": place("front")},
    "products": {
        ("ohio", "shell"): Product(5.0, 0, 1.0),
        ("mill", "powder"): Product(0.0, 0, 0.5),
        ("works", "acid"): Product(0.0, 0, 1.0),
    },
    "bills": {("ohio", "shell", "powder"): 2.0, ("mill", "powder", "acid"): 3.0},
    "capacity": {"ohio": each(1000), "mill": each(10), "works": each(1000)},
}


def powdered(acid=1e6, **tables):
    supply = {"powder": Supply(0.0, each(0)), "acid": Supply(0.0, each(acid))}
    return rich_in_money(**{**POWDERED, "supply": supply, **tables})


def test_a_guarantee_passes_down_the_bills():
    assert shells(powdered()) == near(30)  # ten units of capacity, twenty of powder, ten shells a month
    plan = powdered(expansions=private(share=1.0, periods=1, limit=15.0, plant="mill"))
    assert plan.series("made", "ohio", "shell", "common") == near([10, 25, 25])
    assert 0.5 * plan("backed", "mill", "powder", 2) >= 15 - 1e-6
    assert plan("backed", "mill", "powder", 2) <= 2 * plan("ordered", "usai", "ohio", "shell", 2) + 1e-6


def test_a_guarantee_that_no_order_backs_is_not_given_down_the_bills():
    expansions = private(share=1.0, periods=1, limit=15.0, plant="mill")
    assert shells(powdered(expansions=expansions, funds={"usai": fund({1: 9000.0}, expires=1)})) == near(30)
    assert shells(powdered(expansions=expansions, funds={"usai": fund({1: 9000.0}, "tranche")})) == near(30)


def test_a_guarantee_passes_down_two_bills():
    short = {"ohio": each(1000), "mill": each(1000), "works": each(60)}
    assert shells(powdered(acid=0, capacity=short)) == near(30)  # six of acid a shell
    plan = powdered(acid=0, capacity=short, expansions=private(share=1.0, periods=1, limit=24.0, plant="works"))
    assert plan.series("made", "ohio", "shell", "common") == near([10, 14, 14])
    assert plan("backed", "works", "acid", 2) >= 24 - 1e-6
    assert plan("backed", "works", "acid", 2) <= 3 * plan("backed", "mill", "powder", 2) + 1e-6


def test_a_liability_for_components_is_priced_through_the_bills():
    plan = powdered(expansions=private(share=0.8, periods=4, limit=15.0, plant="mill"))
    # Five dollars of shells need two of powder, one unit of capacity: five dollars a unit and month.
    assert plan.goals["liability"] == near(0.8 * 15 * 2 * 5)
    assert shells(plan) == near(10 + 25 + 25)


def test_goods_made_for_a_home_stand_there_at_once_and_no_front_has_them():
    plan = rich_in_money(
        places={"US": place("country"), "front": place("front"), "home": place("home")},
        funds={"bund": fund({1: 400.0}, to="home")},
        menu=(menu_row("bund"),),
        lanes={SEA: lane(), Lane("US", "home", "sea"): lane(transit=9)},
        demands={("front", "fires"): demand_of(100), ("home", "fires"): demand_of(8)},
    )
    assert plan.series("served", "home", "shell", "fires") == near([8, 8, 8])
    assert (shells(plan), plan.total("shipped")) == (near(0), near(0))
    assert plan.total("made", "ohio", "shell", "home") == near(24)


def test_a_home_with_no_fund_of_its_own_is_served_by_lanes_alone():
    tables = {
        "places": {"US": place("country"), "home": place("home")},
        "demands": {("home", "fires"): demand_of(8)},
    }
    assert rich_in_money(lanes={}, **tables).total("served") == near(0)
    assert rich_in_money(lanes={Lane("US", "home", "sea"): lane()}, **tables).total("served") == near(24)
