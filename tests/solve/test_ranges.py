"""True ranges of ties: hand-checked ends, each reached by a plan that is as good, and none beyond."""

from dataclasses import replace
from math import inf
from pathlib import Path

import numpy as np
import pytest
from aidplan_models.data import Expansion, Product
from aidplan_models.registry import QUANTITIES
from click.testing import CliRunner

from aidplan.audit import audit_run
from aidplan.cli import main_group
from aidplan.extract import ties_table
from aidplan.runs import open_run
from aidplan.solve.alternatives import ranges
from aidplan.solve.alternatives.sampled import largest_first
from aidplan.solve.certify import primal_violation, prove, proves_unbounded
from aidplan.solve.highs import Method, Problem, SolverInterface
from aidplan.solve.levels import ranks_of
from aidplan.solve.lexicographic import Lexicographic
from aidplan.solve.resource_limits import SolverStopped
from aidplan.solve.scale import scale
from aidplan.solve.solving import solve_plan
from aidplan.solve.worth import worth_of_columns
from tests.models.tiny import each, fund, menu_row, rich, tiny

SMALL = Path(__file__).parents[2] / "inputs" / "small.xlsx"


def three_plants():
    """One price, 400 USD in July for 80 shells at 5 USD: Ohio can make 30 of them, Texas 60, Iowa 25, in July alone."""
    july = {"ohio": (30.0, 0.0, 0.0), "texas": (60.0, 0.0, 0.0), "iowa": (25.0, 0.0, 0.0)}
    return tiny(
        plants=dict.fromkeys(july, "US"),
        products={(plant, "shell"): Product(5.0, 0, 1.0) for plant in july},
        capacity=july,
        urgency_rate=0.1,
        funds={"usai": fund({1: 400.0})},
        menu=(menu_row("usai"),),
    )


def table_of(planned, data):
    frame = ties_table(planned.programme, data, planned.ties)
    return frame[frame["exact"] == "yes"]


def test_the_range_of_each_plant_is_what_the_others_leave_it_and_what_it_can_make():
    # 80 are bought in all. Least: what the other two cannot make; most: the plant's own capacity.
    data = three_plants()
    found = table_of(solve_plan(data, ranges=True), data)
    made = found[(found["quantity"] == "made") & (found["period"] == "2024-07")].set_index("plant")
    assert {plant: (row["least"], row["most"]) for plant, row in made.iterrows()} == {
        "ohio": (0.0, pytest.approx(30)),  # 80 - 60 - 25 < 0
        "texas": (pytest.approx(25), pytest.approx(60)),  # 80 - 30 - 25
        "iowa": (0.0, pytest.approx(25)),  # 80 - 30 - 60 < 0
    }


def test_the_worth_of_a_tie_is_its_movement_at_the_least_price():
    data = three_plants()
    found = table_of(solve_plan(data, ranges=True), data)
    texas = found[(found["quantity"] == "made") & (found["plant"] == "texas")]
    assert texas["worth"].tolist() == [pytest.approx((60 - 25) * 5.0)]


@pytest.mark.parametrize("data", [three_plants(), rich()], ids=["three plants", "rich"])
def test_each_end_is_reached_by_a_plan_that_is_as_good_and_nothing_is_beyond_it(data):
    """The face is not used here: the goals are held as rows of the whole programme."""
    planned = solve_plan(data, ranges=True)
    programme, worth = planned.programme, worth_of_columns(planned.programme, data)
    scaled = scale(programme, worth)
    exact = np.nonzero(planned.ties.exact)[0].tolist()
    assert len(exact) == planned.ties.asked > 2
    held = [(scaled.goal(rank.coefficients(programme)), rank) for rank in ranks_of(data.goals)]
    levels = Lexicographic(programme, scaled)
    for ((cost, factor), _), met in zip(held, planned.solved.ranks, strict=True):
        levels._bound_objective(
            replace(met.rank, tolerance=1e-9), cost, factor, met.value, np.zeros(programme.shape[0])
        )
    for column in exact[:12]:
        for sign, end in ((1.0, planned.ties.least[column]), (-1.0, planned.ties.most[column])):
            cost = np.zeros(programme.shape[1])
            cost[column] = sign * 1e3
            answer, _, _ = levels.best(cost)
            reached = answer.x[column] * scaled.column[column]
            assert reached == pytest.approx(end, rel=1e-4, abs=1e-4 * scaled.column[column])
            assert primal_violation(replace(levels.face, cost=cost), answer.x) <= 1e-6


def test_true_ranges_reach_past_what_was_seen_and_take_nothing_of_it():
    seen, proved = solve_plan(rich()), solve_plan(rich(), ranges=True)
    exact = proved.ties.exact
    assert exact.sum() == proved.ties.asked
    assert (proved.x == seen.x).all()
    assert (proved.ties.least <= seen.ties.least).all()
    assert (proved.ties.most >= seen.ties.most).all()
    wider = (proved.ties.most - proved.ties.least > (seen.ties.most - seen.ties.least) * (1 + 1e-6) + 1e-6) & exact
    assert wider.any()
    assert (proved.ties.most[~exact] == seen.ties.most[~exact]).all()


def test_only_quantities_of_the_plan_are_asked_for_and_each_in_one_period():
    data = rich()
    planned = solve_plan(data)
    keys = []
    for column in largest_first(planned.programme, planned.ties, worth_of_columns(planned.programme, data)):
        block, n = planned.programme.block_of_column(column)
        assert block.name in QUANTITIES
        keys.append((block.name, block.keys[block.key[n]]))
    assert len(keys) == len(set(keys)) > 5


def test_capacity_that_nothing_limits_is_told_to_have_no_end():
    # A pledge that needs no orders behind it costs nobody anything, and this one has no limit.
    endless = Expansion("ohio", "private", 0.0, 1, inf, each(inf), 0.0, 1)
    data = tiny(expansions={"ohio 2": endless})
    found = table_of(solve_plan(data, ranges=True), data)
    pledged = found[found["quantity"] == "pledged"]
    assert pledged["most"].tolist() == [inf]
    assert pledged["least"].tolist() == [0.0]
    assert pledged["worth"].tolist() == [inf]


def test_a_limit_keeps_the_ranges_that_are_done(monkeypatch):
    truthful, warm = SolverInterface.solve, []

    def solve(self, *args, **kwargs):
        warm.append(bool(kwargs.get("warm")) and "most" not in kwargs)  # not the ranks
        if sum(warm) > 6:  # both ends of three ties
            raise SolverStopped("time_limit")
        return truthful(self, *args, **kwargs)

    monkeypatch.setattr(SolverInterface, "solve", solve)
    planned = solve_plan(rich(), ranges=True, time_limit=1000)
    assert (planned.solved.status, planned.exit_code) == ("optimal", 0)
    assert planned.ties.as_dict() == {"asked": 20, "exact": 3, "stopped_by": "time_limit"}
    assert planned.ties.sentence() == ("true ranges were proved of 3 of the 20 largest ties; stopped at the time limit")


def test_what_cannot_be_proved_stays_as_it_was_seen(monkeypatch):
    seen = solve_plan(rich())
    monkeypatch.setattr(ranges, "prove", lambda problem, answer: prove(problem, replace(answer, x=answer.x + 1.0)))
    planned = solve_plan(rich(), ranges=True)
    assert not planned.ties.exact.any()
    assert (planned.ties.most == seen.ties.most).all()


def test_where_nothing_could_move_there_is_no_range():
    planned = solve_plan(tiny(funds={}, menu=()), ranges=True)
    assert planned.ties.as_dict() == {"asked": 0, "exact": 0, "stopped_by": ""}
    assert "no allocation" in planned.ties.sentence()


def test_a_direction_is_proof_only_where_it_keeps_every_row_and_bound_and_gains():
    from scipy.sparse import csr_array

    one = np.array([0.0, 0.0])
    problem = Problem(
        csr_array(np.array([[1.0, -1.0]])), np.array([-inf]), np.array([4.0]), one, one + inf, np.array([-1.0, 0.0])
    )
    assert proves_unbounded(problem, np.array([2.0, 2.0]))
    assert not proves_unbounded(problem, np.array([2.0, 1.0]))  # the row gives out
    assert not proves_unbounded(problem, np.array([0.0, 1.0]))  # nothing is gained
    assert not proves_unbounded(replace(problem, upper=np.array([inf, 9.0])), np.array([2.0, 2.0]))
    assert not proves_unbounded(problem, None)
    found = SolverInterface(problem).solve(Method("simplex", presolve=False, primal=True))
    assert found.status == "unbounded"
    assert proves_unbounded(problem, found.direction)


def test_the_command_writes_which_ranges_are_exact_and_that_they_were_asked_for(tmp_path):
    arguments = ["solve", str(SMALL), "--out", str(tmp_path), "--name", "run", "--ties", "--quiet"]
    told = CliRunner().invoke(main_group, arguments, standalone_mode=False)
    assert told.return_value == 0
    run = open_run(tmp_path / "run")
    exact = (run.tables["ties"]["exact"] == "yes").sum()
    assert run.manifest["ties"] == {"asked": exact, "exact": exact, "stopped_by": ""}
    assert run.manifest["options"]["ties"] is True
    assert 0 < exact <= 20
    assert f"true ranges were proved of {exact} of the {exact} largest ties" in told.stdout
    assert audit_run(tmp_path / "run").passed
