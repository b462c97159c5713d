"""The prices are those of least sum: the same by any method, from any start and in any units."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from aidplan_models.data import Goal
from scipy.sparse import csr_array

from aidplan.solve import lexicographic as chain
from aidplan.solve.assemble.linear_program import Block, Programme
from aidplan.solve.highs import Method, SolverInterface
from aidplan.solve.least_prices import DIRECTIONS, DualWeights
from aidplan.solve.levels import Rank, ranks_of
from aidplan.solve.lexicographic import Lexicographic
from aidplan.solve.priorities import solve_ranks
from aidplan.solve.resource_limits import SolverStopped
from aidplan.solve.scale import scale
from aidplan.solve.solving import build_programme, solve_plan
from aidplan.solve.verified import VerifiedSolver
from aidplan.solve.worth import worth_of_columns
from aidplan.workbook import open_workbook, plan_data
from tests.models.tiny import rich
from tests.solve.test_same_plan import items_in, money_in

CASES = Path(__file__).parents[1] / "cases"
METHODS = (Method("ipx"), Method("simplex"), Method("simplex", presolve=False, primal=True))


def tolerant():
    ranked = (Goal("coverage", 1, 1.0, 0.05), Goal("equity", 2, 1.0, 0.0), Goal("cost", 3, 1.0, 0.02))
    return replace(rich(), goals=(*ranked, Goal("liability", 4, 1.0, 0.0)))


PLANS = {"rich": rich, "tolerant": tolerant} | {
    name: lambda name=name: plan_data(open_workbook(CASES / f"{name}.xlsx").tables) for name in ("R1", "R3", "R4", "R5")
}


@pytest.fixture(scope="module", params=PLANS)
def data(request):
    return PLANS[request.param]()


def met(data, method):
    _, programme, *_ = build_programme(data)
    scaled = scale(programme, worth_of_columns(programme, data))
    return solve_ranks(programme, scaled, ranks_of(data.goals), methods=(method,))


def differ(one, other):
    """How many prices of any rank are not the same to nine digits, of those that are not 0."""
    count = 0
    for by_one, by_other in zip(one.ranks, other.ranks, strict=True):
        size = np.maximum(np.abs(by_one.price), np.abs(by_other.price))
        told = size > 1e-9 * size.max(initial=0.0)
        count += int((np.abs(by_one.price - by_other.price)[told] > 1e-8 * size[told]).sum())
    return count


def test_prices_depend_on_no_method(data, monkeypatch):
    monkeypatch.setattr(chain, "PIVOTS", 0)  # each rank by the method, from nothing
    first, *others = [met(data, method) for method in METHODS]
    assert [differ(first, other) for other in others] == [0, 0]


def test_a_solver_left_to_itself_tells_other_prices_by_other_methods(monkeypatch):
    monkeypatch.setattr(chain, "PIVOTS", 0)
    monkeypatch.setattr(Lexicographic, "_with_least_prices", lambda self, answer, proof: (answer, proof))
    first, *others = [met(PLANS["R4"](), method) for method in METHODS]
    assert any(differ(first, other) for other in others)


def worth_of_limits(planned):
    """Price times limit, for each rank (rows): it has no unit but the goal's, and a goal's weight makes up for that."""
    programme = planned.programme
    bound = np.where(np.isfinite(programme.row_lower), programme.row_lower, programme.row_upper)
    return [(result.rank, result.price * bound) for result in planned.solved.ranks]


@pytest.mark.parametrize("units", ["money", "items"])
def test_prices_are_the_same_in_other_units(data, units):
    changed = money_in(data, 1e6) if units == "money" else items_in(data, 1e3)
    for (rank, was), (_, now) in zip(
        worth_of_limits(solve_plan(data)), worth_of_limits(solve_plan(changed)), strict=True
    ):
        assert np.abs(now - was).max(initial=0.0) <= 1e-7 * max(np.abs(was).max(initial=0.0), 1e-9), rank.name


def reach(data):
    """How far each row gives way, in its own units (rows), and the limit that it belongs to."""
    _, programme, *_ = build_programme(data)
    scaled = scale(programme, worth_of_columns(programme, data))
    limit = np.array([name for name, block in programme.rows.items() for _ in range(len(block))])
    return DualWeights.of(programme, scaled).most / scaled.row, limit


def test_a_limit_gives_way_by_as_much_in_any_unit(data):
    (was, limit), (now, _) = reach(data), reach(money_in(data, 1e6))
    ratio = now / was  # to the size in the middle, which is the same for all rows
    of_money, of_others = ratio[limit == "fund_balance"], ratio[limit == "stock_conserved"]
    assert np.ptp(of_money) <= 1e-9 * of_money.max()
    assert np.ptp(of_others) <= 1e-9 * of_others.max()
    assert of_money[0] / of_others[0] == pytest.approx(1e6)


# --- by hand: one column of which at most 4 fit, twice said; either limit alone, with a price of 1, proves it ---


def twice_limited():
    one = Block("x", 0, [()], np.zeros(1, dtype=int), np.zeros(1, dtype=int))
    limits = Block("limit", 0, [("a",), ("b",)], np.arange(2), np.zeros(2, dtype=int))
    return Programme(
        csr_array(np.ones((2, 1))),
        np.full(2, -np.inf),
        np.full(2, 4.0),
        np.zeros(1),
        np.full(1, np.inf),
        {"coverage": -np.ones(1)},
        {"x": one},
        {"limit": limits},
        (),
    )


@pytest.mark.parametrize("cheaper", [0, 1])
def test_of_two_limits_that_bind_alike_the_cheaper_one_bears_the_price(cheaper):
    programme = twice_limited()
    scaled = scale(programme, np.ones(1))
    weights = DualWeights(np.where(np.arange(2) == cheaper, 1.0, 1.5), np.full(2, np.nan))
    result = Lexicographic(programme, scaled, weights=weights).optimise(Rank(1, ("coverage",), (1.0,), 0.0))
    assert result.value == pytest.approx(-4.0)
    assert result.price.tolist() == pytest.approx([1.0, 0.0] if cheaper == 0 else [0.0, 1.0])
    assert result.proof.holds


def test_what_a_better_rank_made_give_way_is_decided():
    weights = DualWeights(np.array([1.0, 2.0, 3.0]), np.full(3, np.nan)).after(np.array([5.0, 0.0, -1.0]), 1e-7)
    assert weights.decided.tolist() == pytest.approx([-1.0, np.nan, 3.0], nan_ok=True)
    later = weights.after(np.array([-5.0, -1.0, 0.0]), 1e-7)
    assert later.decided.tolist() == [-1.0, 2.0, 3.0]


@pytest.mark.parametrize("cost", [1.0, np.nan], ids=["unbounded", "refused"])
def test_where_no_least_prices_are_found_the_solvers_are_told(cost, monkeypatch):
    said = []
    programme = twice_limited()
    scaled = scale(programme, np.ones(1))
    wrong = np.full(1, -cost)
    monkeypatch.setattr(
        DualWeights, "directions", lambda self, problem, x: replace(problem, cost=wrong, row_upper=np.full(2, np.inf))
    )
    found = Lexicographic(
        programme, scaled, VerifiedSolver(progress=said.append), weights=DualWeights.of(programme, scaled)
    )
    result = found.optimise(Rank(1, ("coverage",), (1.0,), 0.0))
    assert said == ["no least prices were found; those of the solver are taken"]
    assert result.price.sum() == pytest.approx(1.0)
    assert result.proof.holds


def test_a_limit_reached_while_prices_are_chosen_keeps_the_rank(monkeypatch):
    solve, asked = SolverInterface.solve, []

    def stopped(self, method, **options):
        asked.append(method)
        if method == DIRECTIONS:
            raise SolverStopped("time_limit")
        return solve(self, method, **options)

    monkeypatch.setattr(SolverInterface, "solve", stopped)
    programme = twice_limited()
    scaled = scale(programme, np.ones(1))
    result = Lexicographic(programme, scaled, weights=DualWeights.of(programme, scaled)).optimise(
        Rank(1, ("coverage",), (1.0,), 0.0)
    )
    assert DIRECTIONS in asked
    assert result.value == pytest.approx(-4.0)
    assert result.proof.holds
