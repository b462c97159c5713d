"""Questions are scenarios of the workbook as it is, and every one can be asked."""

from __future__ import annotations

import pytest

from aidplan.workbook import open_workbook
from inputs import assumptions, questions


@pytest.fixture(scope="module")
def asked(tmp_path_factory):
    target = tmp_path_factory.mktemp("asked") / "assumptions.xlsx"
    questions.write_workbook([each for one in assumptions.ASSUMPTIONS for each in one.questions()], target)
    return open_workbook(target)


def test_there_are_ten_assumptions_each_with_two_ends():
    assert len(assumptions.ASSUMPTIONS) == 10
    assert len({question.name for each in assumptions.ASSUMPTIONS for question in each.questions()}) == 20


def test_every_end_of_every_range_can_be_planned_for(asked):
    for each in assumptions.ASSUMPTIONS:
        for question in each.questions():
            found = [str(finding) for finding in asked.scenario(question.name).findings if finding.severity == "error"]
            assert found == [], question.name


def test_a_line_says_how_far_both_ends_move_the_plan():
    class Stub:
        def __init__(self, met, ballistic, cost):
            self.figures = met, ballistic, cost

        def met(self):
            return self.figures[0]

        def met_of(self, _):
            return self.figures[1]

        def goal(self, _):
            return self.figures[2]

    one = assumptions.ASSUMPTIONS[0]
    line = assumptions.row(one, Stub(0.90, 0.60, 85_000.0), Stub(0.915, 0.75, 83_500.0), Stub(0.88, 0.41, 86_200.0))
    assert line == (
        "| interceptors a launch | 1.5 | 1 | +1.50 | +15.0 | -1.5 | 2 | -2.00 | -19.0 | +1.2 "
        "| two are ideal, one is often used (D020) |"
    )


def test_an_end_without_a_run_says_so():
    class Base:
        def met(self):
            return 0.9

        def met_of(self, _):
            return 0.6

        def goal(self, _):
            return 85_000.0

    line = assumptions.row(assumptions.ASSUMPTIONS[1], Base(), None, Base())
    assert "| 20% | not solved |  |  | 42% | +0.00 | +0.0 | +0.0 |" in line
