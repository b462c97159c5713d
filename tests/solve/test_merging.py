"""Funds of equal rights merged: the same plan, levels and prices, and only what may be merged is."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from aidplan.solve.highs import Method, SolverInterface
from aidplan.solve.least_prices import DUAL
from aidplan.solve.levels import ranks_of_plan
from aidplan.solve.presolve import purchases, smaller
from aidplan.solve.presolve.merging import Merged, Node, _corner, merge
from aidplan.solve.scale import scale
from aidplan.solve.solving import build_programme, solve_plan
from aidplan.solve.starting import Presolve
from aidplan.solve.warm import AT_LOWER, BASIC, Start
from aidplan.solve.worth import worth_of_columns
from aidplan.workbook import open_workbook, plan_data
from tests.models.tiny import fund, menu_row, rich
from tests.solve.test_same_plan import money_in, same_plan, shuffle

CASES = Path(__file__).parents[1] / "cases"
IN_MONEY = ("cost", "liability")


def donors():
    """The rich plan with funds that share rights: three that buy the same, two more of them with rights of their own."""
    data = rich()
    more = {
        "one": fund({1: 61.0, 2: 62.0, 4: 63.0}, donor="DE"),
        "two": fund({1: 31.0, 3: 32.0}, donor="DE", opening=3.0),
        "three": fund({2: 41.0, 3: 42.0, 5: 43.0}, donor="DE"),
        "shared": fund({1: 51.0, 2: 52.0}, donor="DE"),
        "expiring": fund({1: 21.0, 2: 22.0, 3: 23.0}, donor="DE", expires=3),
    }
    menu = [menu_row(name, countries=["DE"]) for name in more]
    menu.append(menu_row("shared", items=["gun"], channels=("order",), allow=False, most=0.4))
    return replace(
        data, funds=dict(sorted({**data.funds, **more}.items())), menu=(*data.menu, *menu), outyear_limit=np.inf
    )


def in_case(name):
    return plan_data(open_workbook(CASES / f"{name}.xlsx").tables)


PLANS = {"donors": donors} | {name: lambda name=name: in_case(name) for name in ("R1", "R2", "R4", "R5")}


@pytest.fixture(autouse=True)
def whatever_is_gained(monkeypatch):
    """Merged however few columns go."""
    monkeypatch.setattr(purchases, "FEWEST", 0.0)


def first_level(data):
    """Programme, first goal (columns) and worth (columns) of a plan."""
    _, programme, *_ = build_programme(data)
    return programme, ranks_of_plan(data)[0].coefficients(programme), worth_of_columns(programme, data)


def merged(data):
    found = merge(*first_level(data))
    assert found is not None
    return found


def same(one, other):
    assert one.solved.status == other.solved.status == "optimal"
    assert [level.value for level in one.solved.ranks] == pytest.approx(
        [level.value for level in other.solved.ranks], rel=1e-12, abs=1e-12
    )
    assert (one.x == other.x).all()
    assert one.goals == other.goals
    for level, of_other in zip(one.solved.ranks, other.solved.ranks, strict=True):
        assert level.price == pytest.approx(of_other.price, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("name", PLANS)
def test_plan_levels_and_prices_are_those_found_without_merging(name):
    data = PLANS[name]()
    with_merging = solve_plan(data, presolve_from=0)
    assert smaller.MERGED in with_merging.solved.ranks[0].method
    same(with_merging, solve_plan(data))


def test_the_merged_programme_has_the_same_best_and_its_basis_is_near_that_of_the_whole():
    programme, goal, worth = first_level(donors())
    found = merge(programme, goal, worth)
    scaled, whole = scale(found.reduced, found.worth), scale(programme, worth)
    cost, factor = scaled.goal(found.goal)
    with SolverInterface(scaled.problem(cost)) as interface:
        answer = interface.solve(Method("ipx"))
        value = float(cost @ answer.x) / factor
        start = found.start(Start.of(interface.basis()), answer.x * scaled.column)
    cost, factor = whole.goal(goal)
    with SolverInterface(whole.problem(cost)) as interface:
        assert float(cost @ interface.solve(Method("ipx")).x) / factor == pytest.approx(value, rel=1e-12)
        interface.stand_at(start.basis())
        assert interface.solve(DUAL, warm=True, most=programme.shape[1] // 10).status == "optimal"
        assert float(cost @ interface.solve(Method("ipx")).x) / factor == pytest.approx(value, rel=1e-12)


def test_a_plan_of_the_whole_is_one_of_the_merged_programme_at_the_same_cost():
    """Every column of the merged programme filled from a plan: purchases add up their payers, flows their money."""
    data = donors()
    programme, goal, worth = first_level(data)
    found, x = merge(programme, goal, worth), solve_plan(data).x
    y = np.zeros(found.reduced.shape[1])
    y[: len(found.kept)] = x[found.kept]
    of_class = [({found.payer.get(c) for c in node.sources}, node) for node in found.classes]
    column_of = {number: column for column, number in found.purchase.items()}
    for (payer, bought), column in found.whole.items():
        y[column_of[bought]] += x[column]
        flow = found.amount[column_of[bought]] * x[column]
        node = next(node for _, node in of_class if column_of[bought] in node.sinks)
        own = [c for c in node.sources if found.payer.get(c) == payer]
        through = [c for c in node.sources if c not in found.payer]
        y[(own or through)[0]] += flow
        if not own:
            group = next(each for each in found.groups if through[0] in each.sinks)
            y[next(c for c in group.sources if found.payer[c] == payer)] += flow
    activity = found.reduced.matrix @ y
    size = np.abs(found.reduced.matrix) @ np.abs(y) + 1.0
    assert (activity >= found.reduced.row_lower - 1e-6 * size).all()
    assert (activity <= found.reduced.row_upper + 1e-6 * size).all()
    assert float(found.goal @ y) == pytest.approx(float(goal @ x), rel=1e-9)


# --- what keeps columns apart ---


def payers_by_class(data, found):
    """For each class of purchases the funds that pay for it, and the names of what is bought."""
    _, programme, *_ = build_programme(data)
    number = {}
    for (payer, bought), column in found.whole.items():
        block, n = programme.block_of_column(column)
        number.setdefault(bought, set()).add((block.name, block.index(n)))
        assert payer >= 0
    return [{index[0] for _, index in members} for members in number.values()]


def test_funds_that_buy_the_same_are_merged():
    data = donors()
    together = payers_by_class(data, merged(data))
    assert any({"one", "two", "three"} <= funds for funds in together)


def test_a_share_of_a_menu_keeps_what_counts_in_it_apart():
    data = donors()
    _, programme, *_ = build_programme(data)
    share = programme.rows["menu_share_ceiling"]
    found = merged(data)
    of_shared = next(
        n for n in range(len(share)) if share.index(n) == (str(len(data.menu) - 1),)
    )  # its row is the last
    row = share.start + of_shared
    columns = programme.matrix[[row], :].tocoo().coords[1]
    with_others = [
        column
        for (_, bought), column in found.whole.items()
        if column in columns and len([1 for _, other in found.whole if other == bought]) > 1
    ]
    assert len(columns)
    assert with_others == []


def test_an_expiring_fund_shares_no_purchase_after_its_end():
    data = donors()
    _, programme, *_ = build_programme(data)
    found = merged(data)
    ordered, late = programme.columns["ordered"], set()
    for (_, bought), column in found.whole.items():
        block, n = programme.block_of_column(column)
        if block.name == "ordered" and block.index(n)[0] == "expiring":
            assert block.index(n)[-1] <= data.funds["expiring"].expires
        if block.index(n)[-1] > data.funds["expiring"].expires:
            late.add(bought)
    assert late
    assert len(ordered)


def test_a_decision_that_is_kept_is_not_merged():
    """A column whose bounds are not 0 and none stays as it is, and so do its purchase's others."""
    programme, goal, worth = first_level(donors())
    free = merge(programme, goal, worth)
    (_, bought), column = next(iter(free.whole.items()))
    others = {other for (_, thing), other in free.whole.items() if thing == bought}
    upper, lower = programme.upper.copy(), programme.lower.copy()
    lower[column] = upper[column] = 1.5
    found = merge(replace(programme, lower=lower, upper=upper), goal, worth)
    assert column in found.kept
    assert found.reduced.lower[list(found.kept).index(column)] == 1.5
    for other in others - {column}:
        assert other in found.kept or other in found.whole.values()
    assert not {column} & set(found.whole.values())


@pytest.mark.parametrize("amount", [1.0, 2.0])
def test_purchases_at_another_price_or_of_another_goal_are_not_one(amount):
    programme, goal, worth = first_level(donors())
    free = merge(programme, goal, worth)
    (_, bought), column = next(iter(free.whole.items()))
    changed = goal.copy()
    changed[column] += amount
    found = merge(programme, changed, worth)
    together = {other for (_, thing), other in free.whole.items() if thing == bought}
    with_it = [thing for (_, thing), other in found.whole.items() if other == column]
    for thing in with_it:
        assert {other for (_, of), other in found.whole.items() if of == thing} == {column}
    assert len(together) > 1


# --- the way back ---


def two_payers_two_things():
    """Kept column 0; payments 1 and 2 of two payers; purchases 3 and 4; one node. Whole: 4 columns and the kept one."""
    whole = {(p, s): 1 + 2 * p + s for p in (0, 1) for s in (0, 1)}
    programme, goal, worth = first_level(donors())
    found = merge(programme, goal, worth)
    return Merged(
        found.reduced, goal, worth, np.array([0]), (3, 5), [], [Node([1, 2], [3, 4])],
        {1: 0, 2: 1}, {3: 0, 4: 1}, {3: 2.0, 4: 5.0}, {1: 0, 2: 1}, whole,
    )  # fmt: skip


def states(basic, columns=5, rows=4):
    return Start(
        np.array([BASIC if n in basic else AT_LOWER for n in range(columns)], dtype=np.int8),
        np.full(rows, AT_LOWER, dtype=np.int8),
    )


def test_basic_flows_become_a_tree_of_purchases():
    """Payers bring 6 and 4, the things take 2·2 and 5·1.2: the first payer pays for both, the second for one."""
    back = two_payers_two_things().start(states({1, 2, 3, 4}), np.array([0.0, 6.0, 4.0, 2.0, 1.2]))
    assert np.flatnonzero(back.columns == BASIC).tolist() == [1, 2, 4]  # 4 flows, a node's row less


@pytest.mark.parametrize("basic", [{1}, {3}, {1, 2}, {3, 4}, set()])
def test_a_node_with_flows_on_one_side_alone_leaves_them_out(basic):
    back = two_payers_two_things().start(states(basic), np.zeros(5))
    assert not (back.columns[1:] == BASIC).any()
    assert len(back.rows) == 3


def test_a_basis_in_which_some_are_wanting_is_completed_and_ends_in_the_same_best():
    programme, goal, worth = first_level(donors())
    scaled = scale(programme, worth)
    cost, _ = scaled.goal(goal)
    with SolverInterface(scaled.problem(cost)) as interface:
        best = interface.solve(Method("ipx"))
        start = Start.of(interface.basis())
        columns = start.columns.copy()
        columns[np.flatnonzero(columns == BASIC)[::7]] = AT_LOWER
        interface.stand_at(Start(columns, start.rows).basis())
        again = interface.solve(DUAL, warm=True)
    assert again.status == "optimal"
    assert float(cost @ again.x) == pytest.approx(float(cost @ best.x), rel=1e-12)


@pytest.mark.parametrize(
    ("supply", "demand"),
    [([3.0, 4.0], [5.0, 2.0]), ([0.0, 0.0], [0.0]), ([7.0], [1.0, 2.0, 4.0]), ([2.0, 2.0], [2.0, 2.0])],
)
def test_a_corner_is_a_tree_that_ships_what_there_is(supply, demand):
    cells = _corner(list(supply), list(demand))
    assert len(cells) == len({(i, j) for i, j, _ in cells}) == len(supply) + len(demand) - 1
    assert {i for i, _, _ in cells} == set(range(len(supply)))
    assert {j for _, j, _ in cells} == set(range(len(demand)))
    assert [sum(flow for i, _, flow in cells if i == n) for n in range(len(supply))] == pytest.approx(supply)


def test_a_place_to_begin_that_is_no_good_is_left(monkeypatch):
    rows, columns = first_level(donors())[0].shape
    everything_at_0 = Start(np.full(columns, AT_LOWER, dtype=np.int8), np.full(rows, BASIC, dtype=np.int8))
    monkeypatch.setattr(Merged, "start", lambda self, start, x: everything_at_0)
    monkeypatch.setattr(smaller, "pivots", lambda columns: 0)
    data = donors()
    found = solve_plan(data, presolve_from=0)
    assert smaller.MERGED not in found.solved.ranks[0].method
    same(found, solve_plan(data))


def test_no_plan_is_said_of_the_whole_programme_alone():
    data = donors()
    floors = {
        key: replace(row, floor=1.0, floor_from=1, demand=tuple(1e6 * value for value in row.demand))
        for key, row in data.demands.items()
    }
    impossible = replace(data, demands=floors)
    assert solve_plan(impossible, presolve_from=0).solved.status == "infeasible" == solve_plan(impossible).solved.status


def test_small_programmes_are_solved_at_once():
    programme, _, _ = first_level(donors())
    assert Presolve.of(programme, donors()) == Presolve()
    assert Presolve.of(programme, donors(), programme.shape[1]).merged


# --- the same workbook otherwise written ---


def test_money_in_other_units_gives_the_same_plan_from_merged_funds():
    expected = solve_plan(donors(), presolve_from=0)
    for by in (1e6, 1e-3):
        planned = solve_plan(money_in(donors(), by), presolve_from=0)
        assert smaller.MERGED in planned.solved.ranks[0].method
        same_plan(planned, expected, lambda name, key, by=by: by if name in ("spent", "balance") else 1.0)
        for goal, value in expected.goals.items():
            size = by if goal in IN_MONEY else 1.0
            assert planned.goals[goal] == pytest.approx(value * size, rel=1e-9, abs=1e-9 * size), goal


@pytest.mark.parametrize("name", ["R1", "R2"])
def test_rows_in_any_order_give_the_same_plan_from_merged_funds(name, tmp_path):
    shuffle(CASES / f"{name}.xlsx", tmp_path / "shuffled.xlsx")
    shuffled = solve_plan(plan_data(open_workbook(tmp_path / "shuffled.xlsx").tables), presolve_from=0)
    assert smaller.MERGED in shuffled.solved.ranks[0].method
    same(shuffled, solve_plan(in_case(name), presolve_from=0))
