"""Prices are derivatives: by hand on a tiny plan, and by solving again with a limit moved on larger ones."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from aidplan_models.data import Goal
from aidplan_models.registry import KEY_COLUMNS

from aidplan.extract import price_table
from aidplan.solve.levels import ranks_of
from aidplan.solve.priorities import solve_ranks
from aidplan.solve.scale import scale
from aidplan.solve.solving import build_programme, solve_plan
from aidplan.workbook import open_workbook, plan_data
from tests.models.tiny import goals, rich, tiny

CASES = Path(__file__).parents[1] / "cases"
JULY = ("usai", 1)


def price_of(planned, rank, limit, index):
    block = planned.programme.rows[limit]
    (n,) = [n for n in range(len(block)) if block.index(n) == index]
    return planned.solved.ranks[rank].price[block.start + n]


# --- by hand: 400 dollars buy 80 shells at 5 dollars, of 300 that are needed ---


def test_one_more_dollar_is_worth_a_fifteen_hundredth_of_coverage():
    planned = solve_plan(tiny(goals=goals("coverage", "cost")))
    assert price_of(planned, 0, "fund_balance", JULY) == pytest.approx(1 / 1500, rel=1e-6)


def test_one_more_dollar_lets_coverage_take_a_dollar_from_cost():
    planned = solve_plan(tiny(goals=goals("coverage", "cost")))
    assert price_of(planned, 1, "fund_balance", JULY) == pytest.approx(-1, rel=1e-6)


def test_one_more_shell_asked_for_costs_coverage():
    planned = solve_plan(tiny(goals=goals("coverage", "cost")))
    assert price_of(planned, 0, "demand_met", ("front", "fires", 3)) == pytest.approx(-1 / 300, rel=1e-6)


def test_a_limit_that_does_not_bind_has_no_price():
    planned = solve_plan(tiny(goals=goals("coverage", "cost")))
    assert price_of(planned, 0, "plant_capacity", ("ohio", 2)) == 0


def test_a_tolerance_passes_its_part_of_a_better_ranks_price_on():
    # With a tenth given up: cost = 5·300·(1 - 1.1·(1 - money/1500)), so a dollar more costs 1.1 dollars.
    ranked = (Goal("coverage", 1, 1.0, 0.1), Goal("cost", 2, 1.0, 0.0))
    planned = solve_plan(tiny(goals=ranked))
    assert price_of(planned, 1, "fund_balance", JULY) == pytest.approx(-1.1, rel=1e-6)


def test_the_table_of_prices_tells_the_limit_by_the_codes_of_the_workbook():
    planned = solve_plan(tiny(goals=goals("coverage", "cost")))
    frame = price_table(planned.model, planned.programme, planned.solved.ranks, planned_data())
    assert list(frame.columns) == ["goal", "limit", *KEY_COLUMNS, "price"]
    rows = frame[(frame.goal == "coverage") & (frame.limit == "balance") & (frame.period == "2024-07")]
    assert rows.fund.tolist() == ["usai"]
    assert rows.price.tolist() == pytest.approx([1 / 1500], rel=1e-6)
    assert not set(frame.limit) & {"spent", "standing", "worst"}
    assert (frame.price != 0).all()


def planned_data():
    return tiny(goals=goals("coverage", "cost"))


# --- by solving again ---


def totals(programme, ranks):
    """The best total of each rank, or None where there is no plan."""
    found = solve_ranks(programme, scale(programme, np.ones(programme.shape[1])), ranks)
    return [met.value for met in found.ranks] if found.status == "optimal" else None


def moved(programme, row, by):
    """The programme with one right-hand side moved."""
    lower, upper = programme.row_lower.copy(), programme.row_upper.copy()
    lower[row] += by
    upper[row] += by
    return replace(programme, row_lower=lower, row_upper=upper)


def some_rows(programme, price, count):
    """Rows of as many limits as there are, those with the largest prices of their limit first."""
    size = np.abs(price) * np.maximum(1.0, np.abs(right_side(programme)))
    picked = []
    for block in programme.rows.values():
        members = size[block.members]
        best = int(members.argmax()) if len(block) else 0
        if len(block) and members[best] > 1e-6 * max(size.max(), 1e-12):
            picked.append((members[best], block.start + best))
    return [row for _, row in sorted(picked, reverse=True)[:count]]


def right_side(programme):
    return np.where(np.isfinite(programme.row_lower), programme.row_lower, programme.row_upper)


def checked(data, rank, count):
    """How many prices of a rank agree with both one-sided differences, of those where these two agree."""
    _, programme, *_ = build_programme(data)
    ranks = ranks_of(data.goals)[: rank + 1]
    base = solve_ranks(programme, scale(programme, np.ones(programme.shape[1])), ranks)
    price, value = base.ranks[rank].price, base.ranks[rank].value
    agreed = 0
    for row in some_rows(programme, price, count):
        step = 1e-3 * max(1.0, abs(right_side(programme)[row]))
        above, below = totals(moved(programme, row, step), ranks), totals(moved(programme, row, -step), ranks)
        if above is None or below is None:
            continue
        up, down = (value - above[rank]) / step, (below[rank] - value) / step
        if up == pytest.approx(down, rel=1e-3, abs=1e-9 * max(1.0, abs(value)) / step):
            centred = (below[rank] - above[rank]) / (2 * step)
            assert price[row] == pytest.approx(centred, rel=2e-3, abs=1e-8 * max(1.0, abs(value)) / step), (
                programme.block_of_row(row)[0].name
            )
            agreed += 1
    return agreed


def in_case(name):
    return plan_data(open_workbook(CASES / f"{name}.xlsx").tables)


@pytest.mark.parametrize(
    ("data", "rank", "at_least"),
    [
        (rich, 0, 6),
        (lambda: rich(goals=goals("coverage", "cost")), 1, 6),
        (lambda: rich(goals=(Goal("coverage", 1, 1.0, 0.04), Goal("cost", 2, 1.0, 0.0))), 1, 6),
        (lambda: in_case("R2"), 0, 5),
        (lambda: in_case("R2"), 2, 3),
    ],
    ids=["first rank", "later rank", "after a tolerance", "R2 first rank", "R2 third rank"],
)
def test_a_price_is_the_slope_of_the_goal_where_both_sides_agree(data, rank, at_least):
    assert checked(data(), rank, 12) >= at_least
