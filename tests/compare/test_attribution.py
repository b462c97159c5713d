from __future__ import annotations

import itertools
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aidplan.compare.attribution import attribute

BLOCKS = ("demand", "funding", "lanes", "menu", "prices")


def game(values: dict[frozenset[str], float | None]):
    """A `solve` for mixes with known values, and the list of what it was asked."""
    asked = []

    def solve(mix):
        asked.append(mix)
        value = values[mix]
        return None if value is None else {"coverage": value, "cost": 100 * value}

    return solve, asked


def mixes(blocks=BLOCKS):
    return [frozenset(some) for n in range(len(blocks) + 1) for some in itertools.combinations(blocks, n)]


def additive(parts: dict[str, float]):
    return {mix: sum(parts[block] for block in mix) for mix in mixes(tuple(parts))}


def ends(value: float):
    return {"coverage": value, "cost": 100 * value}


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.one_of(st.floats(-5, 5), st.none()), min_size=32, max_size=32),
    st.integers(0, 40),
)
def test_rows_add_up_whatever_the_mixes_are_worth_and_however_few_solves_are_allowed(values, allowed):
    known = dict(zip(mixes(), values, strict=True))
    start, end = known[frozenset()] or 0.0, known[frozenset(BLOCKS)] or 1.0
    known |= {frozenset(): start, frozenset(BLOCKS): end}
    solve, asked = game(known)
    found = attribute(BLOCKS, ends(start), ends(end), solve, allowed)
    for goal, scale in (("coverage", 1), ("cost", 100)):
        assert math.fsum(part.change[goal] for part in found.parts) == pytest.approx(scale * (end - start), abs=1e-9)
    assert sorted(block for part in found.parts for block in part.blocks) == sorted(BLOCKS)
    assert len(asked) == found.solves <= allowed
    assert len(asked) == len(set(asked))
    assert frozenset() not in asked
    assert frozenset(BLOCKS) not in asked
    assert all(part.note for part in found.parts if len(part.blocks) > 1)


def test_with_all_mixes_two_blocks_that_need_each_other_share_alike():
    values = {mix: 6.0 * ({"demand", "funding"} <= mix) for mix in mixes(("demand", "funding", "menu"))}
    found = attribute(("demand", "funding", "menu"), ends(0), ends(6), game(values)[0], 6)
    assert found.exact
    assert found.solves == 6
    assert [part.change["coverage"] for part in found.parts] == pytest.approx([3.0, 3.0, 0.0])


def test_without_enough_solves_for_all_orders_the_error_is_given_and_the_truth_lies_near():
    values = {mix: len(mix) ** 2 + (3.0 if "menu" in mix else 0.0) for mix in mixes()}
    exact = attribute(BLOCKS, ends(0), ends(28), game(values)[0], 30)
    sampled = attribute(BLOCKS, ends(0), ends(28), game(values)[0], 15)
    assert exact.exact
    assert not sampled.exact
    assert sampled.orders > 1
    for truth, guess in zip(exact.parts, sampled.parts, strict=True):
        error = guess.error["coverage"]
        assert 0 < error < math.inf
        assert abs(guess.change["coverage"] - truth.change["coverage"]) <= 4 * error
    assert not any(part.error for part in exact.parts)


def test_one_order_alone_has_an_unknown_error():
    values = additive(dict.fromkeys(BLOCKS, 1.0))
    found = attribute(BLOCKS, ends(0), ends(5), game(values)[0], 4)
    assert found.orders == 1
    assert all(math.isinf(part.error["coverage"]) for part in found.parts)


def test_a_mix_without_a_plan_joins_its_two_blocks_into_one_row_that_says_so():
    values: dict[frozenset[str], float | None] = {
        mix: None if "demand" in mix and "funding" not in mix else float(len(mix)) for mix in mixes(BLOCKS[:3])
    }
    found = attribute(BLOCKS[:3], ends(0), ends(3), game(values)[0], 20)
    names = {part.name: part for part in found.parts}
    assert set(names) == {"demand + funding", "lanes"}
    assert "has no plan" in names["demand + funding"].note
    assert names["demand + funding"].change["coverage"] == pytest.approx(2.0)


def test_without_any_solve_there_is_one_row_that_says_why():
    found = attribute(BLOCKS, ends(0), ends(5), game({})[0], 0)
    assert len(found.parts) == 1
    assert "do not suffice" in found.parts[0].note
    assert found.parts[0].change["coverage"] == 5


@settings(max_examples=20, deadline=None)
@given(st.lists(st.floats(-5, 5), min_size=16, max_size=16))
def test_a_part_is_the_average_over_every_order_of_swapping(values):
    blocks = BLOCKS[:4]
    known = dict(zip(mixes(blocks), values, strict=True))
    found = attribute(blocks, ends(known[frozenset()]), ends(known[frozenset(blocks)]), game(known)[0], 14)
    orders = list(itertools.permutations(blocks))
    for part in found.parts:
        (block,) = part.blocks
        before = [frozenset(order[: order.index(block)]) for order in orders]
        average = sum(known[mix | {block}] - known[mix] for mix in before) / len(orders)
        assert part.change["coverage"] == pytest.approx(average, abs=1e-9)
