"""A scenario that differs little begins where another's first rank stood; its plan and prices are those found alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from aidplan.solve import warm as start
from aidplan.solve.solving import solve_plan
from aidplan.solve.warm import Start, Starts
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
