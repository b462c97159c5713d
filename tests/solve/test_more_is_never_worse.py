"""Whatever is relaxed, no goal of the first rank gets worse; whatever is tightened, none gets better."""

from dataclasses import replace
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aidplan.solve.solving import solve_plan
from tests.models.tiny import goals, rich

FIRST = goals("coverage")


def scaled(series, by):
    return tuple(value * by for value in series)


def more_money(data, by):
    funds = {f: replace(fund, funding={t: v * by for t, v in fund.funding.items()}) for f, fund in data.funds.items()}
    return replace(data, funds=funds)


def more_capacity(data, by):
    return replace(data, capacity={p: scaled(series, by) for p, series in data.capacity.items()})


def wider_lanes(data, by):
    lanes = {a: replace(terms, capacity_t=scaled(terms.capacity_t, by)) for a, terms in data.lanes.items()}
    return replace(data, lanes=lanes)


def lower_reserve_floors(data, by):
    return replace(data, reserves={key: replace(row, floor=row.floor / by) for key, row in data.reserves.items()})


def more_components(data, by):
    supply = {
        k: replace(row, initial=row.initial * by, arriving=scaled(row.arriving, by)) for k, row in data.supply.items()
    }
    return replace(data, supply=supply)


def larger_expansions(data, by):
    expansions = {e: replace(row, limit=row.limit * by) for e, row in data.expansions.items()}
    return replace(data, expansions=expansions)


def more_room(data, by):
    return replace(data, places={x: replace(row, storage_t=row.storage_t * by) for x, row in data.places.items()})


def lighter_guarantees(data, by):
    expansions = {e: replace(row, guarantee_share=row.guarantee_share / by) for e, row in data.expansions.items()}
    return replace(data, expansions=expansions)


def sturdier_fleets(data, by):
    return replace(data, fleets={key: replace(row, attrition=row.attrition / by) for key, row in data.fleets.items()})


def cheaper(data, by):
    products = {key: replace(row, unit_cost=row.unit_cost / by) for key, row in data.products.items()}
    return replace(data, products=products)


RELAXED = (
    more_money, more_capacity, wider_lanes, lower_reserve_floors, more_components,
    larger_expansions, more_room, lighter_guarantees, sturdier_fleets, cheaper,
)  # fmt: skip


@cache
def unmet_share(change, by):
    plenty = more_money(rich(goals=FIRST), 5.0)  # money for all, so that other limits bind too
    planned = solve_plan(change(plenty, by))
    assert planned.solved.status == "optimal"
    return planned.goals["coverage"]


@pytest.mark.parametrize("change", RELAXED, ids=lambda change: change.__name__)
@settings(max_examples=2, deadline=None, derandomize=True)
@given(by=st.floats(1.02, 3.0))
def test_relaxing_never_leaves_more_unmet_and_tightening_never_less(change, by):
    as_it_is = unmet_share(change, 1.0)
    assert unmet_share(change, by) <= as_it_is + 1e-7
    if change not in (lower_reserve_floors, more_room, lighter_guarantees):  # these cannot be tightened at will
        assert unmet_share(change, 1 / by) >= as_it_is - 1e-7


def test_these_limits_do_matter():
    better = {change.__name__ for change in RELAXED if unmet_share(change, 3.0) < unmet_share(change, 1.0) - 1e-5}
    assert better == {change.__name__ for change in RELAXED} - {"larger_expansions", "more_room"}
