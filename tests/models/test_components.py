"""Components: one pool for all plants, used by what is made, never paid for twice."""

import pytest
from aidplan_models.data import Item, Product, Supply

from tests.models.tiny import each, fund, solved


def near(value):
    return pytest.approx(value, rel=1e-6, abs=1e-7)


def powdered(**tables):
    """Shells of 5 dollars that take two of powder; money for all, early months first."""
    return solved(
        **{
            "items": {"shell": Item("munition", "ammo", 0.05), "powder": Item("component", "", 0.0)},
            "bills": {("ohio", "shell", "powder"): 2.0},
            "supply": {"powder": Supply(0.0, each(0))},
            "funds": {"usai": fund({1: 9000.0})},
            "urgency_rate": 0.1,
            **tables,
        }
    )


def test_the_first_month_uses_what_was_on_hand_and_every_month_what_comes():
    plan = powdered(supply={"powder": Supply(12.0, (0.0, 8.0, 4.0))})
    assert plan.series("made", "ohio", "shell", "common") == near([6, 4, 2])
    assert plan.series("pool", "powder") == near([0, 0, 0])


def test_components_that_no_plant_can_use_yet_wait_in_the_pool():
    plan = powdered(supply={"powder": Supply(12.0, (5.0, 0.0, 0.0))}, capacity={"ohio": (1.0, 2.0, 3.0)})
    assert plan.series("pool", "powder") == near([15, 11, 5])


def test_without_components_nothing_is_made_or_ordered():
    assert powdered().goals["cost"] == near(0)


def test_the_pool_serves_every_plant_each_by_its_own_bill():
    plan = powdered(
        plants={"ohio": "US", "texas": "US"},
        products={("ohio", "shell"): Product(5.0, 0, 1.0), ("texas", "shell"): Product(5.0, 0, 1.0)},
        bills={("ohio", "shell", "powder"): 2.0, ("texas", "shell", "powder"): 1.0},
        supply={"powder": Supply(10.0, each(0))},
        capacity={"ohio": each(40), "texas": (4.0, 0.0, 0.0)},
    )
    assert plan("made", "texas", "shell", "common", 1) == near(4)  # the plant that needs less comes first
    assert plan.total("made", "ohio", "shell") == near(3)


def test_a_plant_without_a_bill_needs_none():
    plan = powdered(bills={})
    assert plan.total("made") == near(300)


def test_components_are_made_within_the_capacity_that_goods_share_and_cost_nothing_more():
    plan = powdered(
        products={("ohio", "shell"): Product(5.0, 0, 1.0), ("ohio", "powder"): Product(77.0, 0, 0.5)},
        capacity={"ohio": (30.0, 32.0, 34.0)},
    )
    # A shell takes one unit of capacity and, by its powder, one more.
    assert plan.series("made", "ohio", "shell", "common") == near([15, 16, 17])
    assert plan.series("made", "ohio", "powder", "common") == near([30, 32, 34])
    assert plan.goals["cost"] == near(5 * 48)


def test_components_made_early_are_used_late():
    plan = powdered(
        plants={"ohio": "US", "mill": "US"},
        products={("ohio", "shell"): Product(5.0, 0, 1.0), ("mill", "powder"): Product(0.0, 0, 0.5)},
        capacity={"ohio": (0.0, 0.0, 90.0), "mill": (6.0, 7.0, 8.0)},
    )
    assert plan.series("made", "ohio", "shell", "common") == near([0, 0, 21])


def test_a_component_of_a_component_is_taken_when_it_is_made():
    plan = powdered(
        items={
            "shell": Item("munition", "ammo", 0.05),
            "powder": Item("component", "", 0.0),
            "acid": Item("component", "", 0.0),
        },
        plants={"ohio": "US", "mill": "US"},
        products={("ohio", "shell"): Product(5.0, 0, 1.0), ("mill", "powder"): Product(0.0, 0, 0.5)},
        bills={("ohio", "shell", "powder"): 2.0, ("mill", "powder", "acid"): 3.0},
        supply={"powder": Supply(0.0, each(0)), "acid": Supply(42.0, (0.0, 0.0, 18.0))},
        capacity={"ohio": each(500), "mill": each(500)},
    )
    assert plan.series("made", "ohio", "shell", "common") == near([7, 0, 3])
