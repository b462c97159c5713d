"""Questions are scenarios of the workbook as it is, and every one can be asked."""

from __future__ import annotations

import json

import pytest

from aidplan.workbook import open_workbook
from inputs import assumptions, fingerprint, questions


@pytest.fixture(scope="module")
def asked(tmp_path_factory):
    target = tmp_path_factory.mktemp("asked") / "assumptions.xlsx"
    questions.write_workbook([each for one in assumptions.ASSUMPTIONS for each in one.questions()], target)
    return open_workbook(target)


def test_there_are_ten_assumptions_each_with_two_ends():
    assert len(assumptions.ASSUMPTIONS) == 10
    ends = [end for each in assumptions.ASSUMPTIONS for end in each.ends()]
    asked = [question.name for each in assumptions.ASSUMPTIONS for question in each.questions()]
    assert asked == [end for end in ends if end != "base"]
    assert len(set(asked)) == len(asked)
    assert all(len(set(each.ends())) == 2 for each in assumptions.ASSUMPTIONS)


def test_every_end_of_every_range_can_be_planned_for(asked):
    for each in assumptions.ASSUMPTIONS:
        for question in each.questions():
            found = [str(finding) for finding in asked.scenario(question.name).findings if finding.severity == "error"]
            assert found == [], question.name


BASE = {"met": 0.90, "ballistic": 0.60, "cost": 85.0}
LESS = {"met": 0.915, "ballistic": 0.75, "cost": 83.5}
MORE = {"met": 0.88, "ballistic": 0.41, "cost": 86.2}


def test_a_line_says_how_far_both_ends_move_the_plan():
    line = assumptions.row(
        assumptions.ASSUMPTIONS[0], {"base": BASE, "interceptors_low": LESS, "interceptors_high": MORE}
    )
    assert line == (
        "| interceptors a launch | 1.5 | 1 | +1.50 | +15.0 | -1.5 | 2 | -2.00 | -19.0 | +1.2 "
        "| two are ideal, one is often used (D020) |"
    )


def test_an_end_without_a_run_says_so():
    line = assumptions.row(assumptions.ASSUMPTIONS[1], {"base": BASE, "support_high": BASE})
    assert "| 20% | not solved |  |  | 42% | +0.00 | +0.0 | +0.0 |" in line


def test_the_page_names_what_moves_most_and_what_was_not_solved():
    runs = {"base": BASE, "support_low": MORE, "support_high": LESS, "offensive_high": LESS, "losses_low": LESS}
    said = assumptions.page({"runs": runs})
    assert (
        "support, share of Kiel's military aid (3.50 points); tanks, vehicles and guns for one offensive (1.50 points)."
        in said
    )
    missing = said.partition("Not solved for this page at both ends: ")[2].partition("\n")[0]
    assert "losses" in missing
    assert "support" not in missing


def test_an_earlier_record_is_kept_while_it_is_of_the_same_workbook(tmp_path, monkeypatch):
    monkeypatch.setattr(assumptions, "RECORD", tmp_path / "assumptions.json")
    monkeypatch.setattr(assumptions, "PAGE", tmp_path / "assumptions.md")
    assumptions.remember("one", {"base": BASE, "support_low": LESS})
    assumptions.remember("one", {"base": BASE, "support_high": MORE})
    assert set(json.loads(assumptions.RECORD.read_text())["runs"]) == {"base", "support_low", "support_high"}
    assumptions.remember("other", {"base": BASE, "losses_low": MORE})
    assert set(json.loads(assumptions.RECORD.read_text())["runs"]) == {"base", "losses_low"}


def test_the_page_of_the_docs_is_what_its_record_says_and_the_record_is_of_the_workbook_as_it_is():
    told = json.loads(assumptions.RECORD.read_text(encoding="utf-8"))
    assert assumptions.PAGE.read_text(encoding="utf-8") == assumptions.page(told), (
        "python -m inputs.assumptions --from-record"
    )
    assert told["workbook"] == fingerprint.fingerprint(), "solve again: python -m inputs.assumptions"
