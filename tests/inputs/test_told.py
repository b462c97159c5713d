"""What the READMEs say of the plan is what the record says, and a passage is filled where its name stands."""

from __future__ import annotations

import json

import pytest

from inputs import told

RECORD = json.loads(told.RECORD.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", [told.README, told.INPUTS_README], ids=["README", "inputs/README"])
def test_a_readme_says_what_the_record_says(path):
    text = path.read_text(encoding="utf-8")
    assert "<!-- told: " in text
    assert text == told.fill(text, told.blocks(RECORD)), "run python -m inputs.told --from-record"


def test_what_is_met_with_no_money_stands_beside_what_is_met():
    scenarios = RECORD["scenarios"]
    said = told.blocks(RECORD)["no money"]
    assert f"{100 * scenarios['base']['met']:.1f}% of demand" in said
    assert f"{100 * scenarios['no_money']['met']:.1f}% would be met" in said
    assert scenarios["no_money"]["met"] < scenarios["base"]["met"]


def test_a_share_met_speaks_of_the_horizon_and_stays_near_the_goal_that_counts_the_tail_too():
    for name, each in RECORD["scenarios"].items():
        assert each["met"] == pytest.approx(1 - each["goals"]["coverage"], abs=0.03), name
        assert min(each["fronts_met"], each["homes_met"]) <= each["met"] <= max(each["fronts_met"], each["homes_met"])


def test_only_what_stands_between_the_marks_is_written_anew():
    text = "before\n<!-- told: rows -->\nold\nlines\n<!-- /told -->\nafter\n"
    assert told.fill(text, {"rows": "new"}) == "before\n<!-- told: rows -->\nnew\n<!-- /told -->\nafter\n"


def test_a_component_without_a_price_is_named_as_such():
    base = {
        "short": {"armour": 0.071},
        "capacity": [["plant", 5, 0.25]],
        "components": [["powder", 0], ["tnt", 3]],
        "lane": [],
        "throughput": [],
        "release_limit": [],
        "money": {"spent": 11.0, "left": 2.5, "most_left": [["F", 1.5]], "worth": [["F", 2, 0.13]]},
    }
    said = told._base_passage({"base": base})
    assert "a price in tnt in 3 months; none for powder." in said
    assert "armour 7.1%" in said
    assert "plant (5 months, 0.25)" in said


def test_the_record_is_of_the_workbook_as_it_is():
    assert RECORD["workbook"] == told.fingerprint(), "solve again: python -m inputs.told"


def test_scenarios_without_a_run_are_named():
    whole = {**RECORD, "scenarios": dict.fromkeys(("base", "us_leaves", "no_money"), RECORD["scenarios"]["base"])}
    missing = told.unrecorded(whole)
    assert "tranches" in missing
    assert not {"base", "us_leaves", "no_money"} & set(missing)
    assert (
        f"Not in this record, since they were not solved for it: {', '.join(missing)}." in told.blocks(whole)["results"]
    )
