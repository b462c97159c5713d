"""Prices of limits on both sides, with their ranges and further segments: what solving with more and less gives."""

import json
from dataclasses import replace
from random import Random

import numpy as np
import pytest
from aidplan_models.data import Product
from click.testing import CliRunner

from aidplan.cli import main_group
from aidplan.explain.first_level import FirstLevel
from aidplan.explain.one_sided import along
from aidplan.explain.prices import AskedLimit, prices, told
from aidplan.solve.resource_limits import UNLIMITED
from aidplan.solve.solving import solve_plan
from aidplan.study.explained_tables import segments
from tests.explain import williams
from tests.models.tiny import SEA, each, fund, goals, lane, rich, tiny


def command(*words):
    result = CliRunner().invoke(main_group, [str(word) for word in words], standalone_mode=False)
    assert result.exception is None, result.exception
    assert result.return_value == 0
    return result.output


@pytest.fixture(scope="module")
def depots(tmp_path_factory):
    """What `aidplan explain --limit` says of Williams' depots: the rows of prices.csv, and the answer's prices by depot."""
    folder = tmp_path_factory.mktemp("williams")
    command("solve", williams.write(folder / "williams.xlsx"), "--out", folder, "--name", "run", "--no-why", "--quiet")
    run = json.loads((folder / "run" / "run.json").read_text())
    assert run["goals"]["coverage"] == pytest.approx(0.0, abs=1e-12)
    assert run["goals"]["cost"] == pytest.approx(williams.COST, rel=1e-9)
    command("explain", folder / "run", "--limit", "throughput", "--out", folder / "answer", "--quiet")
    answer = json.loads((folder / "answer" / "answer.json").read_text())
    lines = [line.split(",") for line in (folder / "answer" / "prices.csv").read_text().splitlines()]
    rows = {row["place"]: row for row in (dict(zip(lines[0], line, strict=True)) for line in lines[1:])}
    return rows, {one["place"]: one for one in answer["prices"]}


def test_a_ton_more_through_williams_exeter_saves_30_pence_and_one_less_costs_60(depots):
    rows, _ = depots
    exeter = {name: float(rows["Exeter"][name]) for name in ("price_up", "price_down", "range_up", "range_down")}
    assert rows["Exeter"]["goal"] == "cost"
    assert exeter == pytest.approx({"price_up": 0.3, "price_down": 0.6, "range_up": 55_000, "range_down": 40_000})
    assert sorted(rows) == ["Birmingham", "Exeter"]  # the other two are not full


def test_further_segments_are_told_both_ways(depots):
    _, told_of = depots
    more = [(one["amount"], one["worth"]) for one in told_of["Exeter"]["segments"]]
    assert more == [pytest.approx((55_000, 0.3)), pytest.approx((5_000, 0.1)), (None, 0)]
    less = [(one["amount"], one["worth"]) for one in told_of["Birmingham"]["less"]]
    assert less == [pytest.approx((5_000, 0.2)), pytest.approx((35_000, 0.7)), pytest.approx((10_000, 1.2))]
    said = segments("cost", told_of["Exeter"]["segments"])
    assert said == "the next 55,000: 16,500 (0.3 each); then up to 60,000: 500 (0.1 each); then nothing"


def shaken(seed):
    """The plan in which every rule has rows, with other numbers; every third one has limits that stand at once."""
    random = Random(seed)
    data = rich(goals=goals("coverage", "equity", "cost"))
    if seed % 3 == 0:  # degenerate: round numbers, so that several limits are reached in one point
        return replace(
            data,
            capacity={p: each(round(series[0], -1), 5) for p, series in data.capacity.items()},
            funds={
                f: replace(one, funding={t: round(x, -1) for t, x in one.funding.items()})
                for f, one in data.funds.items()
            },
        )
    return replace(
        data, capacity={p: tuple(x * random.uniform(0.5, 1.4) for x in series) for p, series in data.capacity.items()}
    )


def two_plants(money, cheap, *, lane_t=1e9):
    """100 a month are asked for; a shell costs 5 at the cheap plant, 10 at the dear one; a lane takes so many tonnes."""
    return tiny(
        plants={"ohio": "US", "utah": "US"},
        products={("ohio", "shell"): Product(5.0, 0, 1.0), ("utah", "shell"): Product(10.0, 0, 1.0)},
        capacity={"ohio": each(cheap), "utah": each(1000)},
        funds={"usai": fund({1: money})},
        lanes={SEA: lane(capacity=lane_t)},
        goals=goals("coverage", "cost"),
    )


DEGENERATE = {  # limits that are reached in one point: the solver's dual is right one way at most
    "money and the cheap plant": two_plants(1200.0, 80),
    "lane and the cheap plant": two_plants(9000.0, 80, lane_t=4.0),
    "money and demand": two_plants(2100.0, 60),
}


def solved_with(data, row, by):
    """The best of every objective with one right-hand side moved; None where there is no plan."""

    def moved(programme):
        lower, upper = programme.row_lower.copy(), programme.row_upper.copy()
        equal = lower[row] == upper[row]
        if np.isfinite(upper[row]):
            upper[row] += by
        if equal or not np.isfinite(upper[row]):
            lower[row] += by
        return replace(programme, row_lower=lower, row_upper=upper)

    planned = solve_plan(data, ties=False, restrict=moved)
    return [result.value for result in planned.solved.ranks] if planned.solved.status == "optimal" else None


def check_against_solving_again(data, rows_of):
    """Each way of some rows: on the line within the range, off it past its end."""
    level = FirstLevel.of(data, UNLIMITED)
    results = level.planned.solved.ranks
    looked_at = past = 0
    for row in rows_of(level):
        for n, result in enumerate(results, 1):
            for by in (1.0, -1.0):
                repair = along(level, row, by, [one.rank for one in results[:n]])
                if repair is None or not repair.segments:
                    assert repair is not None
                    assert solved_with(data, row, by * 1e-3) is None
                    continue
                ((length, rate),) = [(one.amount, one.rate) for one in repair.segments]
                room = max(abs(result.value), 1.0) * 2e-6
                for part in (0.5, 0.999) if np.isfinite(length) else (100.0,):
                    step = part * length if np.isfinite(length) else part
                    best = solved_with(data, row, by * step)[n - 1]
                    assert best == pytest.approx(result.value + rate * step, abs=room), (level.thing(row), n, by, step)
                    looked_at += 1
                if np.isfinite(length):
                    further = length * 1.2 + 1e-3
                    best = solved_with(data, row, by * further)
                    if best is not None and repair.known:
                        assert abs(best[n - 1] - (result.value + rate * further)) > 1e-9, (level.thing(row), n, by)
                        past += 1
    level.close()
    return looked_at, past


@pytest.mark.parametrize("seed", range(1, 4))
def test_on_random_workbooks_prices_and_ranges_are_what_solving_again_gives(seed):
    def some(level):
        full = np.nonzero(np.abs(level.result.price))[0].tolist()
        return Random(seed).sample(full, 2) + Random(seed).sample(range(level.programme.shape[0]), 1)

    looked_at, _ = check_against_solving_again(shaken(seed), some)
    assert looked_at >= 9


@pytest.mark.parametrize("name", sorted(DEGENERATE))
def test_on_degenerate_workbooks_prices_and_ranges_are_what_solving_again_gives(name):
    def every_limit(level):
        rows = {row: level.thing(row) for row in range(level.programme.shape[0])}
        return [
            row for row, ((limit, _), t) in rows.items() if limit in ("capacity", "balance", "lane") and t == "2024-07"
        ]

    looked_at, past = check_against_solving_again(DEGENERATE[name], every_limit)
    assert looked_at >= 12
    assert past >= 2


def test_segments_are_told_of_the_first_objective_that_a_limit_moves():
    # A shell costs 5, 300 are asked for, 60 a month can be made: 400 pay for 80, 900 for all that can be made.
    data = tiny(capacity={"ohio": each(60)}, funds={"usai": fund({1: 400.0})}, goals=goals("coverage", "cost"))
    level = FirstLevel.of(data, UNLIMITED)
    rows, _ = prices(level, [AskedLimit.typed("balance fund=usai period=2024-07")])
    (entry,) = told(rows)
    level.close()
    assert [row["goal"] for row in rows] == ["coverage", "cost"]
    assert entry["goal"] == "coverage"
    assert [(one["amount"], one["worth"]) for one in entry["segments"]] == [
        (pytest.approx(500.0), pytest.approx(1 / 1500)), (None, 0),
    ]  # fmt: skip
    assert [(one["amount"], one["worth"]) for one in entry["less"]] == [(pytest.approx(400.0), pytest.approx(1 / 1500))]
