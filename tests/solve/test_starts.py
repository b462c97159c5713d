"""A scenario that differs little begins where another's first rank stood; its plan and prices are those found alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from aidplan.solve import lexicographic, priorities, starting
from aidplan.solve import warm as start
from aidplan.solve.highs import Method, SolverInterface
from aidplan.solve.levels import ranks_of_plan
from aidplan.solve.scale import scale
from aidplan.solve.solving import build_programme, solve_plan
from aidplan.solve.verified import VerifiedSolver
from aidplan.solve.warm import Start, Starts
from aidplan.solve.worth import worth_of_columns
from aidplan.workbook import open_workbook, plan_data
from tests.models.tiny import rich

CASES = Path(__file__).parents[1] / "cases"
FROM_ANOTHER = "from another plan's basis"


def begun(planned):
    return FROM_ANOTHER in planned.solved.ranks[0].method


def same(one, other):
    assert one.solved.status == other.solved.status == "optimal"
    assert (one.x == other.x).all()
    assert one.goals == other.goals
    for by_one, by_other in zip(one.solved.ranks, other.solved.ranks, strict=True):
        assert by_one.value == pytest.approx(by_other.value, rel=1e-12, abs=1e-12)
        size = np.maximum(np.abs(by_one.price), np.abs(by_other.price))
        told = size > 1e-9 * size.max(initial=0.0)
        assert (np.abs(by_one.price - by_other.price)[told] <= 1e-8 * size[told]).all()


@pytest.mark.parametrize("case", ["R1", "R2", "R3", "R4", "R5"])
def test_scenarios_begun_from_the_base_are_those_found_alone(case):
    book, starts = open_workbook(CASES / f"{case}.xlsx"), Starts()
    assert not begun(solve_plan(plan_data(book.tables), starts=starts))
    again = solve_plan(plan_data(book.tables), starts=starts)
    assert begun(again)
    same(again, solve_plan(plan_data(book.tables)))
    for name in book.scenarios:
        scenario = book.scenario(name)
        if scenario.refused:
            continue
        data = plan_data(scenario.tables)
        found, alone = solve_plan(data, starts=starts), solve_plan(data)
        if alone.solved.status == "optimal":
            same(found, alone)
        else:
            assert found.solved.status == alone.solved.status


def a_dollar_more(data):
    funds = {
        f: replace(fund, funding={t: value + 1 for t, value in fund.funding.items()}) for f, fund in data.funds.items()
    }
    return replace(data, funds=funds)


def test_a_start_that_is_far_is_left(monkeypatch):
    starts = Starts()
    solve_plan(rich(), starts=starts)
    monkeypatch.setattr(start, "near", lambda infeasible, columns: False)
    found = solve_plan(a_dollar_more(rich()), starts=starts)
    assert not begun(found)
    same(found, solve_plan(a_dollar_more(rich())))


def test_a_start_that_takes_too_many_pivots_is_left(monkeypatch):
    starts = Starts()
    solve_plan(rich(), starts=starts)
    asked = []
    monkeypatch.setattr(start, "near", lambda infeasible, columns: asked.append(infeasible) or True)
    monkeypatch.setattr(start, "pivots", lambda columns: 0)
    surge = replace(
        rich(),
        demands={
            key: replace(row, demand=tuple(2 * value for value in row.demand)) for key, row in rich().demands.items()
        },
    )
    found = solve_plan(surge, starts=starts)
    assert asked[0] > 0
    assert not begun(found)
    same(found, solve_plan(surge))


def test_a_plan_without_a_way_out_is_told_from_a_start_too():
    starts, data = Starts(), plan_data(open_workbook(CASES / "R1.xlsx").tables)
    solve_plan(data, starts=starts)
    floors = {
        key: replace(row, floor=1.0, demand=tuple(1e6 * value for value in row.demand))
        for key, row in data.demands.items()
    }
    impossible = replace(data, demands=floors)
    assert solve_plan(impossible, starts=starts).solved.status == solve_plan(impossible).solved.status == "infeasible"


def test_only_a_programme_with_the_same_names_and_goals_begins_there():
    starts = Starts()
    solve_plan(rich(), starts=starts)
    other_goals = replace(rich(), goals=tuple(replace(goal, rank=10 - goal.rank) for goal in rich().goals))
    assert not begun(solve_plan(other_goals, starts=starts))
    less = replace(rich(), lanes=dict(list(rich().lanes.items())[:-1]))
    assert not begun(solve_plan(less, starts=starts))
    assert len(starts.kept) == 3


def test_of_several_starts_the_nearest_is_taken():
    def with_money(by):
        funds = {
            f: replace(fund, funding={t: value * by for t, value in fund.funding.items()})
            for f, fund in rich().funds.items()
        }
        return replace(rich(), funds=funds)

    starts = Starts()
    for by in (0.2, 1.0, 3.0):
        solve_plan(with_money(by), starts=starts)
    ((_, kept),) = starts.kept.items()
    assert len(kept) == 3
    for first in range(3):
        turned = Starts(dict.fromkeys(starts.kept, kept[first:] + kept[:first]))
        found = solve_plan(with_money(1.001), starts=turned)
        assert begun(found)
        same(found, solve_plan(with_money(1.001)))


def test_no_more_starts_are_kept_than_are_looked_at():
    learnt = []
    starts = Starts(learns=lambda names, start: learnt.append(start))
    for n in range(start.MOST + 2):
        assert starts.add("a", Start(np.full(2, n, dtype=np.int8), np.zeros(0, dtype=np.int8))) == (n < start.MOST)
    assert len(starts.kept["a"]) == start.MOST
    for _ in range(2):
        solve_plan(rich(), starts=starts)
    assert len(learnt) == 2


# --- later stages, on large programmes alone ---


def every_stage_is_large(monkeypatch):
    for module in (lexicographic, priorities):
        monkeypatch.setattr(module, "SMALL", 0)


def alike(one, other):
    """As `same`, for plans that were found from other bases: to 12 digits of a quantity's largest value."""
    assert one.solved.status == other.solved.status == "optimal"
    for block in one.programme.columns.values():
        if len(block):
            x, y = one.x[block.members], other.x[block.members]
            assert np.abs(x - y).max() <= 1e-12 * max(1.0, np.abs(y).max()), block.name
            for end in ("least", "most"):
                x, y = (getattr(plan.ties, end)[block.members] for plan in (one, other))
                assert np.abs(x - y).max() <= 1e-9 * max(1.0, np.abs(y).max()), block.name
    for by_one, by_other in zip(one.solved.ranks, other.solved.ranks, strict=True):
        assert by_one.value == pytest.approx(by_other.value, rel=1e-12, abs=1e-12)
        assert by_one.price == pytest.approx(by_other.price, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("case", ["R1", "R2", "R4", "R5"])
def test_every_stage_may_begin_where_another_solve_stood_and_ends_in_the_same_plan(case, monkeypatch):
    every_stage_is_large(monkeypatch)
    book, starts = open_workbook(CASES / f"{case}.xlsx"), Starts()
    base = solve_plan(plan_data(book.tables), starts=starts)
    kept = starts.latest[1].later
    assert list(kept)[-3] == priorities.ONE_PLAN
    assert len(kept) == len([rank for rank in base.solved.ranks if rank.seconds]) + 2
    again = solve_plan(plan_data(book.tables), starts=starts)
    assert all(FROM_ANOTHER in rank.method for rank in again.solved.ranks if rank.seconds)
    alike(again, base)
    for name in book.scenarios:
        scenario = book.scenario(name)
        data = None if scenario.refused else plan_data(scenario.tables)
        alone = solve_plan(data) if data is not None else None
        if alone is not None and alone.solved.status == "optimal":
            alike(solve_plan(data, starts=starts), alone)


def test_a_stage_that_is_far_is_met_from_where_the_solve_stands(monkeypatch):
    every_stage_is_large(monkeypatch)
    starts = Starts()
    base = solve_plan(rich(), starts=starts)
    later = starts.latest[1].later
    wrong = {
        stage: replace(
            each, columns=np.full_like(each.columns, start.AT_LOWER), rows=np.full_like(each.rows, start.BASIC)
        )
        for stage, each in later.items()
    }
    later.update(wrong)
    alike(solve_plan(rich(), starts=starts), base)
    later.update({stage: Start(each.columns[1:], each.rows) for stage, each in wrong.items()})
    again = solve_plan(rich(), starts=starts)
    assert begun(again)
    assert not any(FROM_ANOTHER in rank.method for rank in again.solved.ranks[1:])
    alike(again, base)


def test_small_programmes_keep_no_later_stage():
    starts = Starts()
    solve_plan(rich(), starts=starts)
    assert starts.latest[1].later == {}


# --- a start from which both sides are infeasible ---


def problem_and_start(seed):
    """The first rank of a case, and a basis of the same rank with other costs and limits."""
    data = plan_data(open_workbook(CASES / "R2.xlsx").tables)
    _, programme, *_ = build_programme(data)
    scaled = scale(programme, worth_of_columns(programme, data))
    cost, _ = scaled.goal(ranks_of_plan(data)[0].coefficients(programme))
    problem, chance = scaled.problem(cost), np.random.default_rng(seed)
    other = replace(
        problem,
        cost=problem.cost * chance.uniform(0.2, 3.0, len(cost)) + chance.uniform(0.0, 1.0, len(cost)),
        upper=problem.upper * chance.uniform(0.5, 2.0, len(cost)),
        row_upper=np.where(
            problem.row_upper > problem.row_lower,
            problem.row_upper * chance.uniform(0.7, 1.5, len(problem.row_upper)),
            problem.row_upper,
        ),
    )
    with SolverInterface(other) as interface:
        assert interface.solve(Method("simplex")).status == "optimal"
        return problem, Start.of(interface.basis())


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_shifted_costs_leave_nothing_priced_wrongly_and_the_best_is_that_from_nothing(seed, monkeypatch):
    problem, far = problem_and_start(seed)
    monkeypatch.setattr(start, "near", lambda infeasible, columns: True)
    solver = VerifiedSolver()
    interface = solver.load(problem)
    look = starting._look(solver, far)
    assert look.primal > 0
    assert look.dual > 0
    solver.load(replace(problem, cost=starting._shifted(problem, look.answer)))
    assert starting._look(solver, far).dual == 0
    solver.load(problem)
    found = starting._from_start(solver, problem, far, look, lambda columns: 100_000)
    best, _, _ = VerifiedSolver().from_nothing(problem)
    assert found is not None
    assert float(problem.cost @ found[0].x) == pytest.approx(float(problem.cost @ best.x), rel=1e-9)
    assert starting._from_start(solver, problem, far, look, lambda columns: 1) is None
    assert interface.problem is problem
