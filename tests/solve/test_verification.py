"""Verification trusts no solver: wrong numbers, missing rows, wrong signs and faked statuses are all caught."""

from dataclasses import replace

import numpy as np
import pytest

from aidplan.solve.certify import prove, proves_infeasible
from aidplan.solve.highs import Answer, Method, Problem, SolverError, SolverInterface
from aidplan.solve.resource_limits import SolverStopped
from aidplan.solve.solving import build_programme, solve_plan
from tests.models.tiny import demand, each, fund, rich, tiny


def problem_of(data):
    """A programme as a problem, unscaled, with coverage and equity together as its cost."""
    _, programme, *_ = build_programme(data)
    cost = 100 * (programme.goals["coverage"] + programme.goals["equity"])
    return Problem(programme.matrix, programme.row_lower, programme.row_upper, programme.lower, programme.upper, cost)


@pytest.fixture(scope="module", params=["tiny", "rich"])
def solved(request):
    problem = problem_of(tiny() if request.param == "tiny" else rich())
    answer = SolverInterface(problem).solve(Method("simplex"))
    assert prove(problem, answer).holds
    return problem, answer


def test_every_value_moved_off_its_place_is_caught(solved):
    problem, answer = solved
    missed = 0
    for column, value in enumerate(answer.x.tolist()):
        for by in (-1e-2 * max(1.0, value), 1e-2 * max(1.0, value)):
            x = answer.x.copy()
            x[column] += by
            if prove(problem, replace(answer, x=x)).holds:
                assert as_good(problem, x, answer.x), column
                missed += 1
    assert missed <= 0.03 * 2 * len(answer.x)


def as_good(problem, x, best):
    """Whether a moved plan really is another best one: then there is nothing to catch."""
    activity, room = problem.matrix @ x, 1e-9
    rows = (activity <= problem.row_upper + room).all() and (activity >= problem.row_lower - room).all()
    columns = (x <= problem.upper + room).all() and (x >= problem.lower - room).all()
    return rows and columns and problem.cost @ x == pytest.approx(problem.cost @ best, rel=1e-9)


def test_every_row_that_counts_is_missed_when_it_is_dropped(solved):
    problem, answer = solved
    dropped = 0
    for row in np.nonzero(np.abs(answer.row_dual) > 1e-6)[0].tolist()[:40]:
        keep = np.arange(problem.matrix.shape[0]) != row
        without = replace(
            problem, matrix=problem.matrix[keep], row_lower=problem.row_lower[keep], row_upper=problem.row_upper[keep]
        )
        other = SolverInterface(without).solve(Method("simplex"))
        if other.status != "optimal" or float(problem.cost @ other.x) > float(problem.cost @ answer.x) - 1e-6:
            continue  # the row was one of several that say the same
        assert not prove(problem, other).holds  # too few multipliers
        whole = np.zeros(len(keep))
        whole[keep] = other.row_dual
        assert prove(problem, replace(other, row_dual=whole)).primal > 1e-6
        dropped += 1
    assert dropped >= 3


def test_every_multiplier_with_its_sign_flipped_is_caught(solved):
    problem, answer = solved
    rows = np.nonzero(np.abs(answer.row_dual) > 1e-4)[0].tolist()
    caught = 0
    for row in rows:
        dual = answer.row_dual.copy()
        dual[row] = -dual[row]
        if prove(problem, replace(answer, row_dual=dual)).holds:
            assert bound_by(problem, dual) == pytest.approx(problem.cost @ answer.x, rel=1e-6), row
        else:
            caught += 1
    assert caught >= max(3, 0.97 * len(rows))


def bound_by(problem, dual):
    """What multipliers prove, worked out one by one: a flipped sign may by chance be another proof."""
    total = 0.0
    reduced = problem.cost - problem.matrix.T @ dual
    rows = zip(dual, problem.row_lower, problem.row_upper, strict=True)
    columns = zip(reduced, problem.lower, problem.upper, strict=True)
    for multiplier, lower, upper in (*rows, *columns):
        if abs(multiplier) > 1e-9:
            total += multiplier * (lower if multiplier > 0 else upper)
    return total


def test_a_plan_that_is_only_feasible_is_not_proved_best(solved):
    problem, answer = solved
    other = SolverInterface(replace(problem, cost=-problem.cost)).solve(Method("simplex"))
    if other.status != "optimal":
        other = SolverInterface(replace(problem, cost=np.zeros_like(problem.cost))).solve(Method("simplex"))
    proof = prove(problem, other)
    assert proof.feasible
    assert not proof.holds
    assert not prove(problem, replace(other, row_dual=answer.row_dual)).holds  # nor with another plan's multipliers


@pytest.mark.parametrize("wrong", [np.nan, np.inf])
def test_what_is_not_finite_proves_nothing(solved, wrong):
    problem, answer = solved
    x, dual = answer.x.copy(), answer.row_dual.copy()
    x[0], dual[0] = wrong, wrong
    assert not prove(problem, replace(answer, x=x)).holds
    assert not prove(problem, replace(answer, row_dual=dual)).holds
    assert not prove(problem, replace(answer, x=answer.x[:-1])).holds


def without_a_plan():
    return tiny(demands={("front", "fires"): demand(each(100), floor=0.9)})


def test_that_no_plan_exists_is_proved_by_multipliers_and_by_none_other():
    problem = problem_of(without_a_plan())
    problem = replace(problem, cost=np.zeros_like(problem.cost))
    answer = SolverInterface(problem).solve(Method("simplex", presolve=False))
    assert answer.status == "infeasible"
    assert proves_infeasible(problem, answer.ray)
    assert not proves_infeasible(problem, np.zeros_like(answer.ray))
    assert not proves_infeasible(problem, np.where(np.arange(len(answer.ray)) == 0, np.nan, answer.ray))
    assert not proves_infeasible(problem_of(tiny()), answer.ray[: problem_of(tiny()).matrix.shape[0]])
    moved = answer.ray.copy()
    moved[np.abs(moved).argmax()] *= -1
    assert not proves_infeasible(problem, moved)


# --- through the whole solve: a solver that does not tell the truth ---


def lying(monkeypatch, twist):
    """HiGHS's answers as they come, twisted before anybody sees them."""
    truthful = SolverInterface.solve

    def solve(self, *args, **kwargs):
        return twist(truthful(self, *args, **kwargs))

    monkeypatch.setattr(SolverInterface, "solve", solve)


def refused_plan(planned):
    assert planned.solved.status == "unverified"
    assert (planned.has_plan, planned.exit_code, planned.goals) == (False, 6, {})


def test_a_plan_with_a_wrong_number_in_it_is_never_shown(monkeypatch):
    lying(monkeypatch, lambda answer: replace(answer, x=answer.x * 1.001))
    refused_plan(solve_plan(tiny()))


def test_a_plan_with_wrong_multipliers_is_never_shown(monkeypatch):
    lying(monkeypatch, lambda answer: replace(answer, row_dual=-answer.row_dual))
    refused_plan(solve_plan(tiny()))


def test_a_faked_status_of_best_is_caught(monkeypatch):
    def twist(answer: Answer) -> Answer:
        return replace(answer, status="optimal", x=np.zeros_like(answer.x))

    lying(monkeypatch, twist)
    refused_plan(solve_plan(tiny()))


def test_a_faked_status_of_no_plan_is_caught(monkeypatch):
    lying(monkeypatch, lambda answer: replace(answer, status="infeasible", ray=answer.row_dual + 1.0))
    refused_plan(solve_plan(tiny()))


def test_a_solver_that_fails_gives_no_plan(monkeypatch):
    lying(monkeypatch, lambda answer: replace(answer, status="failed", x=np.zeros(0)))
    refused_plan(solve_plan(tiny()))


# --- the solver interface ---


def with_number(problem, where, number):
    if where == "matrix":
        matrix = problem.matrix.copy()
        matrix.data[3] = number
        return replace(problem, matrix=matrix)
    values = getattr(problem, where).copy()
    values[2] = number
    return replace(problem, **{where: values})


@pytest.mark.parametrize(
    ("where", "number", "told"),
    [
        ("matrix", np.nan, "coefficient"),
        ("matrix", np.inf, "coefficient"),
        ("matrix", 1e20, "coefficient"),
        ("matrix", -2e9, "coefficient"),
        ("cost", np.nan, "cost"),
        ("cost", -np.inf, "cost"),
        ("row_lower", np.nan, "lower row"),
        ("row_lower", np.inf, "lower row"),
        ("row_upper", np.nan, "upper row"),
        ("row_upper", -np.inf, "upper row"),
        ("row_upper", 1e20, "past 1e19"),
        ("lower", np.nan, "lower bound"),
        ("lower", -1e20, "past 1e19"),
        ("upper", -np.inf, "upper bound"),
        ("upper", np.nan, "upper bound"),
    ],
)
def test_the_bridge_refuses_what_cannot_be_sent_as_it_stands(where, number, told):
    problem = problem_of(tiny())
    with pytest.raises(SolverError, match=told):
        SolverInterface(with_number(problem, where, number))
    interface = SolverInterface(problem)
    with pytest.raises(SolverError, match=told):
        interface.change(with_number(problem, where, number))


def test_a_coefficient_that_the_solver_would_drop_is_noticed_by_counting():
    with pytest.raises(SolverError, match="non-zeros"):
        SolverInterface(with_number(problem_of(tiny()), "matrix", 1e-13))


def test_a_programme_that_cannot_be_sent_gives_no_plan_and_says_why():
    planned = solve_plan(tiny(funds={"usai": fund({1: 1e40})}))
    assert (planned.solved.status, planned.has_plan, planned.exit_code) == ("refused", False, 6)
    assert "1e19" in planned.sentence


# --- time ---


def test_a_solve_without_time_stops_with_no_plan():
    planned = solve_plan(rich(), time_limit=0)
    assert (planned.solved.status, planned.has_plan, planned.exit_code) == ("stopped", False, 5)


def test_a_solve_that_is_stopped_after_a_rank_gives_the_plan_of_that_rank(monkeypatch):
    truthful, calls = SolverInterface.solve, []

    def solve(self, *args, **kwargs):
        calls.append(args)
        if len(calls) > 1:
            raise SolverStopped
        return truthful(self, *args, **kwargs)

    whole = solve_plan(rich())
    monkeypatch.setattr(SolverInterface, "solve", solve)
    planned = solve_plan(rich(), time_limit=100)
    assert (planned.solved.status, planned.has_plan, planned.exit_code) == ("time_limit", True, 0)
    assert [met.rank.name for met in planned.solved.ranks] == ["coverage"]
    assert planned.goals["coverage"] == pytest.approx(whole.goals["coverage"], rel=1e-6)
