"""How much is assumed, counted on the workbook as it stands, and on rows small enough to count by hand."""

from __future__ import annotations

from collections import Counter

import pytest

from inputs import build, doubt

MADE = build.tables(build.load_published())


def test_less_than_half_of_the_rows_that_state_a_quantity_are_assumed():
    assert doubt.assumed_share(doubt.tally(MADE)) < 0.5


def test_no_quantity_of_weight_is_without_a_source_or_a_range():
    bare = [each for each in doubt.quantities(MADE)[: doubt.MOST] if each.confidence == "assumed" and not each.range]
    assert bare == []


def test_a_row_of_zeros_and_a_row_of_choices_state_no_quantity():
    assert not doubt.states_quantity("fleets", {"place": "home_de", "item": "leo2", "initial": 0.0, "attrition": 0.0})
    assert not doubt.states_quantity("demand", {"place": "front", "capability": "armour", "priority": 2.0})
    assert doubt.states_quantity("demand", {"place": "front", "capability": "armour", "2024-07": 7.0})
    assert doubt.states_quantity("fleets", {"place": "front", "item": "leo2", "initial": 3.0})


def test_shares_are_of_all_rows_together():
    counts = {"stocks": Counter(assumed=3, derived=1), "capacity": Counter(reported=2, assumed=2)}
    assert doubt.assumed_share(counts) == pytest.approx(5 / 8)


def test_a_quantity_is_worth_its_amount_at_the_least_price():
    made = {
        "products": [
            {"plant": "dear", "item": "gun", "unit_cost": 5_000_000.0, "capacity_use": ""},
            {"plant": "cheap", "item": "gun", "unit_cost": 3_000_000.0, "capacity_use": 2.0},
        ],
        "capacity": [
            {"plant": "dear", "2024-07": 4.0, "2024-08": 6.0, "confidence": "derived"},
            {"plant": "cheap", "2024-07": 8.0, "confidence": "assumed", "#range": "7 to 9"},
        ],
        "stocks": [{"place": "DK", "item": "gun", "initial": 11.0, "floor": 4.0, "confidence": "reported"}],
        **{name: [] for name in ("orderbook", "fleets", "arrivals", "supply", "demand", "funding", "expansions")},
    }
    for row in made["products"]:
        row["confidence"] = "derived"
    assert doubt.prices(made) == {"gun": 3_000_000.0}
    worth = {(each.sheet, each.key): each.worth for each in doubt.quantities(made)}
    assert worth == {
        ("products", "dear, gun"): 50.0,
        ("capacity", "dear"): 50.0,
        ("stocks", "DK, gun"): 21.0,
        ("products", "cheap, gun"): 12.0,
        ("capacity", "cheap"): 12.0,
    }


def test_the_page_of_the_docs_is_what_the_command_writes():
    assert doubt.PAGE.read_text(encoding="utf-8") == doubt.page(MADE), "run python -m inputs.doubt"
