"""What the READMEs say of the plan is what the record says, and a passage is filled where its name stands."""

from __future__ import annotations

import json
import re
import sys

import pytest

from inputs import fingerprint, passages, told

RECORD = json.loads(told.RECORD.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", [told.README, told.INPUTS_README], ids=["README", "inputs/README"])
def test_a_readme_says_what_the_record_says(path):
    text = path.read_text(encoding="utf-8")
    assert "<!-- told: " in text
    assert text == told.fill(text, passages.blocks(RECORD)), "run python -m inputs.told --from-record"


def test_what_is_met_with_no_money_stands_beside_what_is_met():
    scenarios = RECORD["scenarios"]
    said = passages.blocks(RECORD)["no money"]
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
    said = passages._base_passage({"base": base})
    assert "a price in tnt in 3 months; none for powder." in said
    assert "armour 7.1%" in said
    assert "plant (5 months, 0.25)" in said


def test_the_record_is_of_the_workbook_as_it_is():
    assert RECORD["workbook"] == fingerprint.fingerprint(), "solve again: python -m inputs.told"


def test_scenarios_without_a_run_are_named():
    whole = {**RECORD, "scenarios": dict.fromkeys(("base", "us_leaves", "no_money"), RECORD["scenarios"]["base"])}
    missing = passages.unrecorded(whole)
    assert "tranches" in missing
    assert not {"base", "us_leaves", "no_money"} & set(missing)
    assert (
        f"Not in this record, since they were not solved for it: {', '.join(missing)}."
        in passages.blocks(whole)["results"]
    )


def test_every_scenario_of_the_workbook_is_in_the_record():
    assert passages.unrecorded(RECORD) == [], "solve again: python -m inputs.told"


def test_every_passage_of_a_readme_is_one_that_is_written():
    marks = [
        mark.partition(" -->")[0]
        for path in (told.README, told.INPUTS_README)
        for mark in path.read_text(encoding="utf-8").split("<!-- told: ")[1:]
    ]
    assert sorted(marks) == sorted(passages.blocks(RECORD)), "each passage stands once, and none without a writer"


def test_a_record_of_another_workbook_is_refused_and_nothing_is_written(tmp_path, monkeypatch):
    readme = tmp_path / "README.md"
    readme.write_text("<!-- told: base -->\nas before\n<!-- /told -->\n")
    record = tmp_path / "told.json"
    record.write_text(json.dumps({**RECORD, "workbook": "0" * 64}))
    for name, path in (("RECORD", record), ("README", readme), ("INPUTS_README", readme)):
        monkeypatch.setattr(told, name, path)
    monkeypatch.setattr(sys, "argv", ["told", "--from-record"])
    with pytest.raises(SystemExit, match=r"told\.json is of another workbook \(00000000\).*python -m inputs\.told"):
        told.main()
    assert "as before" in readme.read_text()


def test_rounds_of_the_plan_stand_beside_those_that_were_fired():
    base = {"rounds": {"shell155": 1_000_000.0, "shell152": 500_000.0, "shell105": 300_000.0}}
    said = passages._rounds({"base": base})
    assert (
        "brings 150,000 rounds a month to the fronts (1,000,000 of 155 mm, 500,000 of 152 mm, 300,000 of 105 mm in"
        in said
    )
    assert "165,000 a month were fired in mid-2025 (D014)" in said
    assert "pledged 2,000,000 for the year (S69)" in said


def test_the_donors_add_up_to_what_kiel_published():
    assert "The funds of 30 of 30 donors add up" in passages.blocks(RECORD)["donors"]


def test_no_share_no_billions_and_no_points_stand_outside_what_is_written_from_a_record():
    text = re.sub(r"<!-- told: .*?<!-- /told -->", "", told.INPUTS_README.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert re.findall(r"[\d.]+ ?(?:%|bn|billion|points?|million)\b", text) == []


def test_only_what_the_record_of_the_same_workbook_lacks_is_solved_and_each_part_is_kept(tmp_path, monkeypatch):
    path = tmp_path / "told.json"
    of = fingerprint.fingerprint()
    path.write_text(json.dumps({"workbook": of, "scenarios": {"no_money": "kept", "us_leaves": "kept"}}))
    asked = []

    def solve(_workbook, _out, _name, part, _jobs):
        asked.append(list(part))
        if "surge" in part:
            raise KeyboardInterrupt
        return {name: name for name in part}

    monkeypatch.setattr(told, "RECORD", path)
    monkeypatch.setattr(told, "scenarios", lambda: ["base", "us_leaves", "tranches", "surge", "no_money"])
    monkeypatch.setattr(told.questions, "solve", solve)
    monkeypatch.setattr(told.Answer, "read", lambda folder: folder)
    monkeypatch.setattr(told, "_scenario", lambda answer: f"solved {answer}")
    monkeypatch.setattr(told, "_base", lambda answer: f"passage of {answer}")
    with pytest.raises(KeyboardInterrupt):
        told.record(tmp_path, 1)
    assert asked == [["base"], ["tranches"], ["surge"]]
    kept = json.loads(path.read_text())
    assert list(kept["scenarios"].items()) == [
        ("base", "solved base"),
        ("us_leaves", "kept"),
        ("tranches", "solved tranches"),
        ("no_money", "kept"),
    ]
    assert kept["base"] == "passage of base"
    asked.clear()
    path.write_text(json.dumps({"workbook": "another", "scenarios": {"no_money": "of another workbook"}}))
    with pytest.raises(KeyboardInterrupt):
        told.record(tmp_path, 1)
    assert asked == [["base"], ["us_leaves"], ["tranches"], ["surge"]]
    assert "no_money" not in json.loads(path.read_text())["scenarios"], "of another workbook nothing stays"


def test_scenarios_that_are_measured_otherwise_than_the_base_are_named():
    rows = [
        {"scenario": "more_asked", "sheet": "demand", "column": "2025-01.."},
        {"scenario": "no_least_share", "sheet": "demand", "column": "floor"},
        {"scenario": "weighed", "sheet": "capabilities", "column": "weight"},
        {"scenario": "poor", "sheet": "funding", "column": "*"},
    ]
    assert passages._own_measure({"scenarios": rows}) == (
        "Not to be held against the base figure for figure: shares of other needs than the base's (`more_asked`), and shares "
        "weighed otherwise (`weighed`)."
    )
