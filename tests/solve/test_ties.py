"""Ties: what could be otherwise at no cost to any goal is told, and what is settled is not."""

import pytest
from aidplan_models.data import Product

from aidplan.solve.solving import solve_plan
from tests.models.tiny import each, fund, menu_row, tiny


def free_of(planned, name):
    found = set()
    for column in planned.ties.free().tolist():
        block, n = planned.programme.block_of_column(column)
        if block.name == name:
            found.add(block.index(n))
    return found


def two_plants(price_of_texas):
    return tiny(
        plants={"ohio": "US", "texas": "US"},
        products={("ohio", "shell"): Product(5.0, 0, 1.0), ("texas", "shell"): Product(price_of_texas, 0, 1.0)},
        capacity={"ohio": each(1000), "texas": each(1000)},
        urgency_rate=0.1,
        funds={"usai": fund({1: 400.0})},
        menu=(menu_row("usai"),),
    )


def test_two_plants_of_one_price_could_stand_in_for_each_other():
    planned = solve_plan(two_plants(5.0))
    free = free_of(planned, "ordered")
    assert {("usai", "ohio", "shell", 1), ("usai", "texas", "shell", 1)} <= free
    block = planned.programme.columns["ordered"]
    july = [block.start + n for n in range(len(block)) if block.index(n)[-1] == 1]
    assert planned.x[july].sum() == pytest.approx(80, rel=1e-6)
    assert planned.ties.most[july].max() == pytest.approx(80, rel=1e-6)


def test_the_cheaper_plant_is_no_tie():
    assert free_of(solve_plan(two_plants(5.5)), "ordered") == set()


def test_what_is_told_as_free_lies_between_what_was_seen():
    planned = solve_plan(two_plants(5.0))
    assert (planned.ties.least <= planned.solved.x + 1e-9).all()
    assert (planned.ties.most >= planned.solved.x - 1e-9).all()
