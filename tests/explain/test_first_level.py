"""What the first objective says when it is solved again: prices on both sides, bottlenecks, decisions, extra money."""

from dataclasses import replace

import pytest

from aidplan.explain.bottlenecks import bottlenecks
from aidplan.explain.extra import best_use
from aidplan.explain.first_level import FirstLevel
from aidplan.explain.prices import AskedLimit, LimitError, prices
from aidplan.explain.worth import decisions
from aidplan.solve.resource_limits import UNLIMITED
from aidplan.solve.solving import solve_plan
from tests.models.tiny import each, fund, goals, rich, tiny


@pytest.fixture
def level_of():
    made = []

    def of(data):
        level = FirstLevel.of(data, UNLIMITED)
        assert level is not None
        made.append(level)
        return level

    yield of
    for level in made:
        level.close()


def one_price(level, text):
    rows, lacking = prices(level, [AskedLimit.typed(text)])
    assert lacking == 0
    return rows


def test_a_degenerate_plant_is_worth_nothing_more_and_something_less(level_of):
    # 300 are asked for; 80 a month can be made and 1,200 pay for 240 at 5 each: both limits stand at 240 at once.
    data = tiny(capacity={"ohio": each(80)}, funds={"usai": fund({1: 1200.0})}, goals=goals("coverage"))
    (row,) = one_price(level_of(data), "capacity plant=ohio period=2024-08")
    assert row["price_up"] == pytest.approx(0.0, abs=1e-9)
    assert row["price_down"] == pytest.approx(1 / 300)


def test_later_objectives_have_prices_with_better_ones_at_their_best(level_of):
    data = tiny(capacity={"ohio": each(80)}, funds={"usai": fund({1: 9000.0})}, goals=goals("coverage", "cost"))
    coverage, cost = one_price(level_of(data), "capacity plant=ohio period=2024-09")
    assert (coverage["price_up"], coverage["price_down"]) == pytest.approx((1 / 300, 1 / 300))
    assert (cost["price_up"], cost["price_down"]) == pytest.approx((-5.0, -5.0))  # one more is bought for 5


@pytest.mark.parametrize("limit", ["capacity plant=ohio period=2024-08", "balance fund=pda period=2024-08"])
def test_prices_are_what_solving_with_a_little_more_and_less_gives(level_of, limit):
    data = rich(goals=goals("coverage"))
    row = next(iter(one_price(level_of(data), limit)), {"price_up": 0.0, "price_down": 0.0})
    step = 1e-3

    def moved(by):
        if limit.startswith("capacity"):
            series = list(data.capacity["ohio"])
            series[1] += by
            return replace(data, capacity={**data.capacity, "ohio": tuple(series)})
        money = data.funds["pda"]  # approved a month before
        return replace(
            data, funds={**data.funds, "pda": replace(money, funding={**money.funding, 1: money.funding[1] + by})}
        )

    now, more, less = (solve_plan(moved(by)).goals["coverage"] for by in (0.0, step, -step))
    assert row["price_up"] == pytest.approx((now - more) / step, abs=1e-7)
    assert row["price_down"] == pytest.approx((less - now) / step, abs=1e-7)


def test_the_bottleneck_is_the_one_thing_that_helps_without_its_limit(level_of):
    data = tiny(capacity={"ohio": each(50)}, funds={"usai": fund({1: 1000.0})}, goals=goals("coverage"))
    (tight,), lacking = bottlenecks(level_of(data))
    assert lacking == 0
    assert tight.as_dict() == {
        "limit": "capacity",
        "plant": "ohio",
        "coverage": pytest.approx(100 / 300),
    }  # 1,000 pay for 200


def test_a_decision_is_firm_and_worth_what_is_lost_without_it_or_a_month_later(level_of):
    data = tiny(capacity={"ohio": each(50)}, funds={"usai": fund({1: 9000.0})}, goals=goals("coverage"))
    (order,), lacking = decisions(level_of(data))
    assert lacking == 0
    assert order["kind"] == "order"
    assert order["firm"] == pytest.approx(150.0)
    assert order["worth"] == pytest.approx(0.5)  # 150 of 300 come from it
    assert 0 < order["delay"] <= order["worth"]


def test_extra_money_goes_where_it_meets_most(level_of):
    data = tiny(funds={"usai": fund({1: 400.0})}, goals=goals("coverage"))
    uses, lacking = best_use(level_of(data), 400.0, lambda _: None)
    assert lacking == 0
    assert [use["coverage"] for use in uses] == pytest.approx([200 / 300, 180 / 300, 140 / 300])
    assert [use["spending"] for use in uses] == [
        [{"fund": "usai", "amount": pytest.approx(extra)}] for extra in (100.0, 200.0, 400.0)
    ]


@pytest.mark.parametrize("typed", ["capacty plant=ohio", "capacity fund=usai"])
def test_a_limit_that_does_not_exist_is_named(typed):
    with pytest.raises(LimitError, match="--limit"):
        AskedLimit.typed(typed)


def test_a_limit_that_no_row_has_is_named(level_of):
    with pytest.raises(LimitError, match="no limit of the plan"):
        prices(level_of(tiny()), [AskedLimit.typed("capacity plant=utah")])


def test_a_plan_solved_again_says_what_it_said_as_it_was_solved(level_of):
    data = rich()
    fresh = level_of(data)
    values = {}
    for name, block in fresh.programme.columns.items():
        values[name] = {block.index(n): fresh.planned.x[block.start + n] for n in range(len(block))}
    again = FirstLevel.of(data, UNLIMITED, (fresh.own_starts(), None), values)
    assert again.planned.x == pytest.approx(fresh.planned.x)
    assert [one.value for one in again.planned.solved.ranks] == pytest.approx(
        [one.value for one in fresh.planned.solved.ranks], rel=1e-7, abs=1e-9
    )
    assert again.result.price == pytest.approx(fresh.result.price, abs=1e-9)
    for now, then in zip(decisions(again)[0], decisions(fresh)[0], strict=True):
        for figure in ("amount", "firm", "worth", "delay"):
            assert now[figure] == pytest.approx(then[figure], rel=1e-5, abs=1e-6), (now, figure)
    assert [one.as_dict()["limit"] for one in bottlenecks(again)[0]] == [
        one.as_dict()["limit"] for one in bottlenecks(fresh)[0]
    ]
    again.close()
