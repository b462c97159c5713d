"""The table of changed rows: values from rows small enough to read, effects from tables written by hand."""

from __future__ import annotations

import json

from inputs import build, changes

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
    for each, recorded in zip(changes.named(), now, strict=True):
        assert recorded["value"] == changes.value(rows[each["sheet"]], each["where"], each["column"]), each
    assert changes.PAGE.read_text(encoding="utf-8") == changes.page(before, now), "run python -m inputs.changes"


def test_every_changed_row_has_a_reason_and_changes():
    before = json.loads(changes.BEFORE.read_text(encoding="utf-8"))
    now = json.loads(changes.NOW.read_text(encoding="utf-8"))
    for each, old, new in zip(changes.named(), before, now, strict=True):
        assert each["why"]
        if "2025-12" not in each["column"]:
            assert old["value"] != new["value"], each
