"""The arithmetic of the matrix of plans and futures, on a published problem and by hand."""

from __future__ import annotations

import pytest

from aidplan.study.matrix import bracket, mean, regrets, robust

YIELDS = {"good": 1.2, "average": 1.0, "bad": 0.8}
PLANS = {"good": (183.333333333, 66.666666667, 250.0), "average": (120.0, 80.0, 300.0), "bad": (100.0, 25.0, 375.0)}


def profit(plan: tuple[float, float, float], yields: float) -> float:
    """Birge and Louveaux, Introduction to Stochastic Programming, section 1.1: 500 acres of wheat, corn and sugar beets."""
    wheat, corn, beets = plan
    planting = 150 * wheat + 230 * corn + 260 * beets
    made_wheat, made_corn, made_beets = 2.5 * yields * wheat, 3 * yields * corn, 20 * yields * beets
    fed_wheat, fed_corn = made_wheat - 200, made_corn - 240
    money = 170 * fed_wheat if fed_wheat > 0 else 238 * fed_wheat
    money += 150 * fed_corn if fed_corn > 0 else 210 * fed_corn
    money += 36 * min(made_beets, 6000) + 10 * max(made_beets - 6000, 0)
    return money - planting


def test_the_farmer_of_birge_and_louveaux_as_a_regret_matrix() -> None:
    value = {plan: {future: profit(acres, y) for future, y in YIELDS.items()} for plan, acres in PLANS.items()}
    own = {future: value[future][future] for future in YIELDS}
    assert own == pytest.approx({"good": 167_666.67, "average": 118_600, "bad": 59_950}, abs=0.01)
    regret = regrets(value, own)
    assert list(regret["good"].values()) == pytest.approx([0, 10_916.67, 12_250], abs=0.01)
    assert list(regret["average"].values()) == pytest.approx([19_666.67, 0, 4_830], abs=0.01)
    assert list(regret["bad"].values()) == pytest.approx([54_416.67, 32_000, 0], abs=0.01)
    found = bracket(regret, "average")
    assert found.commit_base == pytest.approx((19_666.67 + 4_830) / 3, abs=0.01)
    assert (found.best_plan, found.best_regret) == ("good", pytest.approx((10_916.67 + 12_250) / 3, abs=0.01))


def test_a_future_without_a_figure_is_left_out_of_means_and_a_plan_without_one_is_not_compared() -> None:
    regret = regrets(
        {"base": {"a": 0.7, "b": None, "c": 0.5}, "c": {"a": None, "b": None, "c": 0.6}},
        {"a": 0.9, "b": None, "c": 0.6},
    )
    assert regret["base"] == {"a": pytest.approx(0.2), "b": None, "c": pytest.approx(0.1)}
    assert mean(regret["base"]) == pytest.approx(0.15)
    assert bracket(regret).best_plan == "base"
    assert mean({"a": None}) is None


def test_what_every_plan_decides_is_robust_at_the_least_amount() -> None:
    plans = [
        {("ordered", "a"): 7.0, ("built", "e"): 2.0},
        {("ordered", "a"): 4.0},
        {("ordered", "a"): 5.0, ("built", "e"): 3.0},
    ]
    assert robust(plans) == {("ordered", "a"): 4.0}
    assert robust([]) == {}
