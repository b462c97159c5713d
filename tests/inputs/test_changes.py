"""The table of changed rows: values from rows small enough to read, effects from tables written by hand."""

from __future__ import annotations

import json

import pytest

from inputs import build, changed_rows, changes

ROWS = [
    {"plant": "a", "unit_cost": 5_500.0, "2024-07": 3.0, "2024-08": 4.0, "2026-06": 11.0},
    {"plant": "b", "unit_cost": 2.5, "2024-07": 6.0, "2024-08": 6.0, "2026-06": 6.0},
]


def test_a_value_is_a_cell_the_ends_or_a_sum():
    assert changes.value(ROWS, "plant=a", "unit_cost") == "5,500"
    assert changes.value(ROWS, "plant=a", "ends") == "3 to 11"
    assert changes.value(ROWS, "plant=b", "ends") == "6"
    assert changes.value(ROWS, "plant=a", "sum") == "18"
    assert changes.value(ROWS, "plant=a", "until 2024-08") == "7"
    assert changes.value(ROWS, "plant=c", "unit_cost") == ""


def test_an_effect_is_a_quantity_of_a_plan_or_a_share_met(tmp_path):
    (tmp_path / "made.csv").write_text(
        "plant,item,owner,period,value\na,gun,common,2024-07,13\na,gun,common,2026-06,4\na,gun,common,2026-07,900\n"
    )
    (tmp_path / "coverage.csv").write_text(
        "place,capability,period,demand,met,unmet\nx,armour,2024-07,8,5,3\ny,armour,2024-08,12,7,5\n"
    )
    assert changes.effect(tmp_path, "made plant=a") == "17 made", "what comes after the horizon is not told"
    assert changes.effect(tmp_path, "met capability=armour") == "60.0% met"
    assert changes.effect(tmp_path, "met capability=ifv") == "not asked for"
    assert changes.effect(tmp_path, "pledged expansion=e") == "none"
    assert changes.effect(tmp_path, "") == ""


def test_the_page_says_what_the_workbook_says_now():
    rows = build.tables(build.load_published())
    now = json.loads(changes.NOW.read_text(encoding="utf-8"))
    before = json.loads(changes.BEFORE.read_text(encoding="utf-8"))
    for each, recorded in zip(changes.named(), now["named"], strict=True):
        assert recorded["value"] == changes.value(rows[each["sheet"]], each["where"], each["column"]), each
    assert changes.PAGE.read_text(encoding="utf-8") == changes.page(before, now), "run python -m inputs.changes"


def test_every_changed_row_has_a_reason_and_changes():
    before = json.loads(changes.BEFORE.read_text(encoding="utf-8"))
    now = json.loads(changes.NOW.read_text(encoding="utf-8"))
    for each, old, new in zip(changes.named(), before["named"], now["named"], strict=True):
        assert each["why"]
        assert old["value"] != new["value"], each


def test_a_column_is_added_up_over_every_row():
    assert changes.value(ROWS, "*", "all unit_cost") == "5,502"


def test_an_effect_is_of_the_rows_that_have_every_key(tmp_path):
    (tmp_path / "shipped.csv").write_text(
        "origin,destination,mode,item,period,value\na,b,air,gun,2024-07,3\na,b,rail,gun,2024-07,11\na,c,air,gun,2024-08,19\n"
    )
    assert changes.effect(tmp_path, "shipped origin=a; destination=b; mode=rail") == "11 shipped"
    assert changes.effect(tmp_path, "shipped origin=a") == "33 shipped"


OLD = {
    "capacity": [{"plant": "a", "2024-07": 3.0, "2026-06": 5.0}, {"plant": "b", "2024-07": 7.0}],
    "demand": [
        {"place": "x", "capability": "armour", "priority": 1.0, "2024-07": 20.0},
        {"place": "y", "capability": "armour", "priority": 2.0, "2024-07": 30.0},
    ],
    "products": [{"plant": "a", "item": "gun", "unit_cost": 4.0}],
}
NEW = {
    "capacity": [{"plant": "a", "2024-07": 4.0, "2026-06": 5.0}, {"plant": "b", "2024-07": 7.0, "note": "looked up"}],
    "demand": [
        {"place": "x", "capability": "armour", "priority": 1.0, "2024-07": 23.0},
        {"place": "y", "capability": "armour", "priority": 2.0, "2024-07": 30.0},
    ],
    "products": [{"plant": "a", "item": "gun", "unit_cost": 4.0}, {"plant": "c", "item": "gun", "unit_cost": 6.0}],
}


def test_a_row_that_says_something_else_differs_and_a_note_alone_does_not():
    found = list(changed_rows.differing(changed_rows.said(OLD), changed_rows.said(NEW)))
    assert found == [
        ("products", "plant=c; item=gun", ["unit_cost"]),
        ("capacity", "plant=a", ["months"]),
        ("demand", "capability=armour", ["months"]),
    ]
    assert changed_rows.said(NEW)["demand"]["capability=armour"]["months"] == "53 to 0, 53 in all"
    assert changed_rows.said(OLD)["capacity"]["plant=a"]["months"] == "3 to 5, 8 in all"


def test_a_line_tells_both_values_the_source_and_what_both_plans_do():
    made = {
        name: [row | {"source": "a paper ; rows C1 C2 of #figures", "confidence": "derived"} for row in rows]
        for name, rows in NEW.items()
    }
    now = {"capacity": {"plant=a": "9 made"}, "demand": {"capability=armour": "80.0% met"},
           "products": {"plant=c; item=gun": "13 ordered"}}  # fmt: skip
    before = {"capacity": {"plant=a": "7 made"}, "demand": {"capability=armour": "70.0% met"}, "products": {}}
    lines = changed_rows.table(changed_rows.said(OLD), before, now, made)[2:]
    assert lines == [
        "| `products` | plant=c; item=gun | no row | unit_cost: 6 | C1 C2 (derived) |  | 13 ordered |",
        "| `capacity` | plant=a | months: 3 to 5, 8 in all | months: 4 to 5, 9 in all | C1 C2 (derived) | 7 made | 9 made |",
        "| `demand` | capability=armour | months: 50 to 0, 50 in all | months: 53 to 0, 53 in all | C1 C2 (derived) "
        "| 70.0% met | 80.0% met |",
    ]


def test_a_row_that_the_record_does_not_know_is_an_error():
    with pytest.raises(KeyError):
        changed_rows.table(changed_rows.said(OLD), {}, {"products": {}}, NEW)
