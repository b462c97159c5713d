"""A long solve tells how far it is, from lines that HiGHS itself wrote."""

from __future__ import annotations

import pytest

from aidplan.solve import iterations
from aidplan.solve.iterations import in_words, reporting_iterations
from aidplan.solve.solving import solve_plan
from tests.models.tiny import rich


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("   9    4.66710930e+02   4.51447525e+02   3.91e-11   3.53e-05  3.32e-02       0.2", "interior point, iteration 9, relative gap 3e-02"),
        ("  20*   4.57453654e+02   4.57453654e+02   2.99e-15   1.11e-16  9.92e-16       0.6", "interior point, iteration 20, relative gap 1e-15"),
        ("       1234    -1.5723450000e+01 Pr: 56(1.2e+03) 3s", "simplex, iteration 1,234, 56 rows and columns still infeasible"),
        ("       1700    -3.2000003519e+01 Ph1: 24(1803.02); Du: 16(1.88739) 0.1s", "simplex, iteration 1,700, 24 rows and columns still infeasible"),
        ("Running crossover as requested", "crossing over to a basis"),
        ("    Number of variables:                                2989", ""),
    ],
)  # fmt: skip
def test_a_line_of_the_log_is_put_in_words(line: str, words: str) -> None:
    assert in_words(line) == words


def test_a_solve_that_lasts_tells_its_iterations(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(iterations, "SILENCE", 0.0)
    told: list[str] = []
    planned = solve_plan(rich(), threads=1, progress=told.append)
    assert planned.has_plan
    heard = [
        line for line in told if line.startswith(("interior point", "simplex", "presolving", "crossing", "building a"))
    ]
    assert heard
    with reporting_iterations(told.append):
        silent = iterations.Iterations()
        silent.tell()  # HiGHS's log has not said a word yet
        assert told[-1] == "the solver is at work"
        assert iterations.Iterations()._tells == told.append
    assert iterations.Iterations()._tells is None
