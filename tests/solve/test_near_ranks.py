"""Later ranks begin where the last one stood; the plan is the one that is found from nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from aidplan_models.data import Goal

from aidplan.solve import lexicographic as chain
from aidplan.solve import priorities as ranks
from aidplan.solve.highs import Method, Problem, SolverInterface
from aidplan.solve.levels import ranks_of
from aidplan.solve.lexicographic import Lexicographic
from aidplan.solve.priorities import Solved, solve_ranks
from aidplan.solve.scale import scale
from aidplan.solve.solving import build_programme
from aidplan.solve.starting import NEAR
from aidplan.solve.worth import worth_of_columns
from aidplan.workbook import open_workbook, plan_data
from tests.models.tiny import rich

CASES = Path(__file__).parents[1] / "cases"


def met(data) -> tuple[Solved, np.ndarray]:
    _, programme, *_ = build_programme(data)
    worth = worth_of_columns(programme, data)
    return solve_ranks(programme, scale(programme, worth), ranks_of(data.goals)), worth


def same_plan(one: Solved, other: Solved, worth: np.ndarray) -> None:
    assert one.status == other.status == "optimal"
    assert [result.value for result in one.ranks] == pytest.approx(
        [result.value for result in other.ranks], rel=1e-9, abs=1e-12
    )
    size = np.maximum(np.abs(one.x), np.abs(other.x))
    assert (np.abs(one.x - other.x) <= 1e-6 * np.maximum(size, 1e-3 / worth)).all()


@pytest.mark.parametrize("case", ["R1", "R2", "R3", "R4", "R5"])
def test_the_plan_is_the_one_that_is_found_from_nothing(case, monkeypatch):
    data = plan_data(open_workbook(CASES / f"{case}.xlsx").tables)
    near, worth = met(data)
    assert any(result.method == str(NEAR) for result in near.ranks[1:])
    best = Lexicographic.best
    monkeypatch.setattr(Lexicographic, "best", lambda self, cost, near=False, stage="": best(self, cost))
    cold, _ = met(data)
    assert not any(result.method == str(NEAR) for result in cold.ranks)
    same_plan(near, cold, worth)


def test_a_rank_that_is_not_near_is_met_from_nothing(monkeypatch):
    data = rich()
    near, worth = met(data)
    monkeypatch.setattr(chain, "PIVOTS", 0)
    monkeypatch.setattr(ranks, "SMALL", 0)
    far, _ = met(data)
    same_plan(near, far, worth)


def test_a_rank_after_one_with_a_tolerance_is_not_begun_from_a_basis_of_other_rows():
    data = replace(
        rich(), goals=(Goal("coverage", 1, 1.0, 0.05), Goal("equity", 2, 1.0, 0.0), Goal("cost", 3, 1.0, 0.0))
    )
    found, _ = met(data)
    assert found.status == "optimal"
    assert found.ranks[1].method != str(NEAR)
    assert all(result.proof.holds for result in found.ranks)


def test_a_bridge_gives_its_memory_back_at_the_end_of_its_block():
    from scipy.sparse import csr_array

    one = np.ones(1)
    problem = Problem(csr_array(np.ones((1, 1))), one, 2 * one, 0 * one, 3 * one, one)
    with SolverInterface(problem) as interface:
        assert interface.solve(Method("simplex")).x.tolist() == [1.0]
    assert interface.highs is None
