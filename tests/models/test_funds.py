"""Money: 400 dollars in July buy 80 shells at 5 dollars, of 300 that are needed."""

import pytest
from aidplan_models.data import Expansion, Item, Product, Reserve

from tests.models.tiny import SEA, demand, each, fund, lane, menu_row, solved

ROCKETS = {
    "items": {"shell": Item("munition", "ammo", 0.05), "rocket": Item("munition", "missile", 0.3)},
    "effects": {("shell", "fires"): 1.0},
}


def near(value):
    return pytest.approx(value, rel=1e-6, abs=1e-7)


def shells(plan):
    return plan.total("served", "front", "shell")


def bought(**fund_terms):
    funding = fund_terms.pop("funding", {1: 400.0})
    return solved(funds={"usai": fund(funding, **fund_terms)}, urgency_rate=0.1)


def test_one_more_million_buys_forty_more_shells():
    def plan(millions):
        return solved(
            money_unit=1e6,
            products={("ohio", "shell"): Product(25_000.0, 0, 1.0)},
            funds={"usai": fund({1: millions})},
        )

    assert shells(plan(2.0)) == near(80)
    assert shells(plan(3.0)) == near(120)
    assert plan(3.0).total("spent", "usai") == near(3.0)


def test_money_of_the_last_month_still_buys_what_is_made_at_once():
    plan = bought(funding={1: 50.0, 3: 35.0})
    assert plan.series("served", "front", "shell", "fires") == near([10, 0, 7])
    assert plan.series("balance", "usai") == near([0, 0, 0])


def test_a_tranche_comes_after_its_approval_delay():
    plan = bought(mode="tranche", delay=2)
    assert plan.series("spent", "usai") == near([0, 0, 400])
    assert plan.series("unmet", "front", "fires") == near([100, 100, 20])


def test_a_tranche_approved_before_the_start_comes_too():
    plan = bought(funding={-1: 60.0, 0: 150.0, 1: 5.0}, mode="tranche", delay=1)
    assert plan.series("served", "front", "shell", "fires") == near([30, 1, 0])


def test_a_tranche_delayed_past_the_horizon_never_comes():
    assert shells(bought(mode="tranche", delay=3)) == near(0)


def test_a_lend_lease_fund_waits_for_no_approval():
    plan = bought(funding={0: 70.0, 1: 400.0}, delay=2)
    assert plan.series("served", "front", "shell", "fires") == near([80, 0, 0])


@pytest.mark.parametrize("mode", ["lend_lease", "tranche"])
def test_opening_money_is_there_in_the_first_month_without_delay(mode):
    plan = bought(funding={1: 400.0}, mode=mode, delay=1, opening=35.0)
    assert plan.series("served", "front", "shell", "fires")[0] == near(87 if mode == "lend_lease" else 7)
    assert shells(plan) == near(87)


def test_money_that_does_not_carry_over_lapses():
    plan = solved(
        funds={"usai": fund({1: 400.0, 3: 30.0}, carry_over=False)},
        capacity={"ohio": each(10)},
        demands={("front", "fires"): demand(each(100))},
    )
    assert plan("balance", "usai", 1) + plan("spent", "usai", 1) == near(400)
    assert plan.series("balance", "usai")[1] == near(0)  # what July left is gone in August
    assert plan("balance", "usai", 3) + plan("spent", "usai", 3) == near(30)  # and only September's is there


def test_money_that_carries_over_waits():
    plan = solved(funds={"usai": fund({1: 400.0, 3: 30.0})}, capacity={"ohio": each(10)})
    assert shells(plan) == near(30)
    assert plan("balance", "usai", 3) == near(430 - 150)


def test_a_fund_spends_nothing_after_it_expires_and_what_it_has_lapses():
    plan = bought(funding={1: 40.0, 2: 20.0, 3: 300.0}, expires=2)
    assert plan.series("spent", "usai") == near([40, 20, 0])
    assert plan("balance", "usai", 3) == near(0)
    kept = solved(funds={"usai": fund({1: 40.0}, expires=2)}, lanes={})
    assert kept.series("balance", "usai") == near([40, 40, 0])


def test_a_fund_that_expires_in_the_last_month_loses_nothing():
    assert shells(bought(funding={1: 40.0, 3: 300.0}, expires=3)) == near(68)


def test_a_fund_that_expired_before_the_start_buys_nothing():
    plan = bought(funding={1: 400.0}, opening=50.0, expires=0)
    assert (shells(plan), plan.total("balance")) == (near(0), near(0))


def test_opening_money_of_an_expired_fund_is_gone():
    assert bought(opening=50.0, expires=-1).total("spent") == near(0)


def test_nothing_is_bought_that_no_menu_row_allows():
    assert shells(solved(menu=())) == near(0)
    assert shells(solved(menu=(menu_row("usai", allow=False, most=0.9),))) == near(0)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (menu_row("usai"), 80),
        (menu_row("usai", items=["shell"]), 80),
        (menu_row("usai", items=["rocket"]), 0),
        (menu_row("usai", classes=["ammo"]), 80),
        (menu_row("usai", classes=["missile"]), 0),
        (menu_row("usai", countries=["US"]), 80),
        (menu_row("usai", countries=["DE"]), 0),
        (menu_row("usai", items=["shell"], classes=["missile"]), 0),
        (menu_row("usai", channels=("order",)), 80),
        (menu_row("usai", channels=("release", "expand")), 0),
    ],
)
def test_a_menu_row_allows_what_matches_its_item_class_country_and_channel(row, expected):
    assert shells(solved(menu=(row,), **ROCKETS)) == near(expected)


def test_at_most_its_share_of_all_that_arrives_goes_to_what_a_row_speaks_of():
    plan = solved(
        funds={"usai": fund({1: 400.0, 3: 200.0}, opening=20.0)},
        menu=(menu_row("usai", most=0.25),),
    )
    assert plan.total("spent", "usai") == near(155)  # a quarter of 620, whenever it came
    assert shells(plan) == near(31)


def test_a_row_that_allows_nothing_still_bears_its_share():
    plan = solved(menu=(menu_row("usai"), menu_row("usai", classes=["ammo"], allow=False, most=0.1)))
    assert shells(plan) == near(8)


def with_rockets_to_share(lead_time, least=0.3, **tables):
    return solved(
        **ROCKETS,
        products={("ohio", "shell"): Product(5.0, 0, 1.0), ("ohio", "rocket"): Product(40.0, lead_time, 2.0)},
        menu=(menu_row("usai"), menu_row("usai", items=["rocket"], allow=False, least=least)),
        **tables,
    )


def test_at_least_its_share_of_what_is_spent_goes_to_what_a_row_speaks_of():
    plan = with_rockets_to_share(lead_time=2)
    assert plan.total("ordered", "usai", "ohio", "rocket") * 40 == near(120)
    assert shells(plan) == near(56)


def test_an_order_that_comes_after_the_horizon_counts_for_no_least_share():
    plan = with_rockets_to_share(lead_time=3)
    assert (shells(plan), plan.total("spent")) == (near(0), near(0))


def test_an_order_of_the_last_month_that_is_made_at_once_counts_for_a_least_share():
    assert shells(with_rockets_to_share(lead_time=0, funds={"usai": fund({3: 100.0})})) == near(14)


@pytest.mark.parametrize(("build_time", "expected"), [(2, 32), (3, 0)])
def test_an_expansion_counts_for_a_least_share_only_if_it_stands_in_time(build_time, expected):
    plan = solved(
        expansions={"ohio 2": Expansion("ohio", "public", 8.0, build_time, 60.0, each(60), 0.0, 0)},
        menu=(menu_row("usai"), menu_row("usai", channels=("expand",), allow=False, least=0.6)),
    )
    assert shells(plan) == near(expected)


def test_replenishing_what_is_drawn_is_paid_by_the_fund_and_counts_for_a_least_share():
    plan = solved(
        reserves={("US", "shell"): Reserve(70.0, 10.0, each(50), 3.0)},
        menu=(menu_row("usai"), menu_row("usai", channels=("release",), allow=False, least=0.5)),
    )
    assert plan.total("released") == near(60)
    assert plan.total("spent", "usai") == near(360)  # 180 for the sixty, and as much for shells
    assert shells(plan) == near(60 + 36)


def test_capacity_is_paid_by_the_fund_that_builds_it():
    plan = solved(
        capacity={"ohio": each(0)},
        expansions={"ohio 2": Expansion("ohio", "public", 15.0, 0, 60.0, each(60), 0.0, 0)},
    )
    assert plan.total("spent", "usai") == near(400)
    made, built = plan.total("made"), plan.total("built")
    assert made == near(3 * built)  # all of it in July, for three months
    assert 5 * made + 15 * built == near(400)


def test_transport_is_in_the_cost_and_no_fund_pays_for_it():
    plan = solved(lanes={SEA: lane(cost=60.0)})
    assert plan.total("spent") == near(400)
    assert plan.goals["cost"] == near(400 + 80 * 0.05 * 60)
