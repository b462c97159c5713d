"""Causes of a shortage: what a pencil finds, each cause alone, mixtures, and all 512 combinations computed twice."""

import json
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from aidplan_models.data import Capability, Item, Lane, LaneTerms, Product, Reserve, Supply

from aidplan.explain.shortage.causes import PARTS, Cause
from aidplan.explain.shortage.combinations import Values as LeastValues
from aidplan.explain.shortage.goods import Question, goods_in_question
from aidplan.explain.shortage.programme import lifted_programme
from aidplan.explain.shortage.shortage import Search, explain_shortage
from aidplan.solve.resource_limits import UNLIMITED, SolverStopped
from aidplan.workbook import open_workbook, plan_data
from tests.explain.shortage import second_computation as second
from tests.models.tiny import Solution, demand, each, fund, goals, menu_row, place, rich, tiny

CASES = Path(__file__).parents[2] / "cases"
CAUSES_OF_CASES = json.loads((CASES / "expected-causes.json").read_text())


def values_of(solution):
    plan = {}
    for (name, index), value in solution.values.items():
        plan.setdefault(name, {})[index] = value
    return plan


def explained(data, capability="fires", places=("front",)):
    solution = Solution(data)
    assert solution.status == "optimal"
    return explain_shortage(data, values_of(solution), Question(capability, places, 1, data.horizon))


def parts(shortage):
    return {cause: pytest.approx(part, abs=1e-6) for cause, part in shortage.parts.items() if abs(part) > 1e-6}


@pytest.mark.parametrize("case", sorted(CAUSES_OF_CASES))
def test_the_causes_that_a_pencil_finds(case):
    expected = dict(CAUSES_OF_CASES[case])
    data = plan_data(open_workbook(CASES / f"{case}.xlsx").scenario("base").tables)
    shortage = explained(data, expected.pop("capability"), ("F",))
    assert shortage.unmet == pytest.approx(expected.pop("unmet"))
    assert parts(shortage) == expected
    assert shortage.exact


def test_parts_add_up_and_have_every_cause():
    shortage = explained(rich())
    assert list(shortage.parts) == list(PARTS)
    assert sum(shortage.parts.values()) == pytest.approx(shortage.unmet, rel=1e-12)


ENOUGH = {"funds": {"usai": fund({1: 10_000.0})}}

ALL_OF_IT = {
    # 100 a month are asked for, over three months, for 5 each; what holds back is named by what is left
    "money": ({"funds": {"usai": fund({1: 400.0})}}, 220.0),
    "plants": ({**ENOUGH, "capacity": {"ohio": each(70)}}, 90.0),
    "lanes": ({**ENOUGH, "lanes": {Lane("US", "front", "sea"): LaneTerms(None, 0.0, 0, each(3.0), 0.0)}}, 120.0),
    "lead_time": ({**ENOUGH, "products": {("ohio", "shell"): Product(5.0, 2, 1.0)}}, 200.0),
    "menu": ({**ENOUGH, "menu": (menu_row("usai", countries=["DE"]),)}, 300.0),
    "components": (
        {
            **ENOUGH,
            "items": {"shell": Item("munition", "ammo", 0.05), "powder": Item("component", "", 0.0)},
            "bills": {("ohio", "shell", "powder"): 2.0},
            "supply": {"powder": Supply(100.0, each(20.0))},
        },
        220.0,
    ),
    "reserves": (
        {
            **ENOUGH,
            "plants": {},
            "products": {},
            "capacity": {},
            "reserves": {("US", "shell"): Reserve(500.0, 350.0, each(60.0), 1.0)},
        },
        150.0,
    ),
    "platforms": (
        {
            **ENOUGH,
            "items": {"shell": Item("munition", "ammo", 0.05), "gun": Item("equipment", "tube", 1.0)},
            "platforms": {("shell", "gun"): 30.0},
            "opening_stock": {("front", "gun"): 2.0},
        },
        120.0,
    ),
    "time": (
        {**ENOUGH, "lanes": {Lane("US", "front", "sea"): LaneTerms(None, 0.0, 2, each(1e9), 0.0)}},
        200.0,
    ),
}  # fmt: skip


@pytest.mark.parametrize("cause", sorted(ALL_OF_IT))
def test_one_cause_is_all_of_it(cause):
    tables, unmet = ALL_OF_IT[cause]
    shortage = explained(tiny(**tables))
    assert shortage.unmet == pytest.approx(unmet)
    assert parts(shortage) == {cause: unmet}


def test_others_are_all_of_it_where_two_fronts_share_one_stock():
    data = tiny(
        places={"US": place("country"), "front": place("front"), "rear": place("front")},
        plants={},
        products={},
        capacity={},
        funds={},
        menu=(),
        opening_stock={("front", "shell"): 130.0},
        lanes={Lane("front", "rear", "road"): LaneTerms(None, 0.0, 0, each(1e9), 0.0)},
        demands={("front", "fires"): demand(each(30)), ("rear", "fires"): demand(each(40), priority=2.0)},
    )
    shortage = explained(data)
    assert shortage.unmet == pytest.approx(80.0)  # 130 in stock, of which the rear takes 120
    assert parts(shortage) == {"others": 80.0}


def test_goals_of_a_better_rank_are_their_own_part():
    data = tiny(funds={"usai": fund({1: 400.0})}, goals=goals("cost", "coverage"))
    shortage = explained(data)
    assert shortage.unmet == pytest.approx(300.0)  # nothing is bought where cost comes first
    assert parts(shortage) == {"goals": 80.0, "money": 220.0}


MIXED = {
    # An order arrives a month later, and guns fire 70 a month: 140 of 300 are met. Without the lead time 210, with guns enough
    # 200, with both all: so the lead time's part is (70 + 100) / 2, the guns' (60 + 90) / 2.
    "lead time and platforms": (
        {
            **ENOUGH,
            "products": {("ohio", "shell"): Product(5.0, 1, 1.0)},
            "items": {"shell": Item("munition", "ammo", 0.05), "gun": Item("equipment", "tube", 1.0)},
            "platforms": {("shell", "gun"): 35.0},
            "opening_stock": {("front", "gun"): 2.0},
        },
        {"lead_time": 85.0, "platforms": 75.0},
    ),
    # Powder is there for 50 shells, and 100 of a reserve of 200 may go: 150 of 300 are met. The floor alone keeps 100 back, which
    # powder makes up for; powder alone keeps back 150 with the floor, 50 without.
    "reserves and components": (
        {
            **ENOUGH,
            "items": {"shell": Item("munition", "ammo", 0.05), "powder": Item("component", "", 0.0)},
            "bills": {("ohio", "shell", "powder"): 2.0},
            "supply": {"powder": Supply(100.0, each(0.0))},
            "reserves": {("US", "shell"): Reserve(200.0, 100.0, each(1000.0), 1.0)},
        },
        {"reserves": 50.0, "components": 100.0},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(MIXED))
def test_mixtures_have_the_parts_that_a_pencil_finds(name):
    tables, expected = MIXED[name]
    assert parts(explained(tiny(**tables))) == {cause: pytest.approx(part) for cause, part in expected.items()}


def test_the_single_limits_within_a_cause_have_their_months_and_share_its_part():
    shortage = explained(tiny(**ENOUGH, capacity={"ohio": (70.0, 200.0, 60.0)}, lanes={
        Lane("US", "front", "sea"): LaneTerms(None, 0.0, 0, (1e9, 1e9, 2.0), 0.0)}))  # fmt: skip
    limits = {(limit.cause, limit.limit): limit for limit in shortage.limits}
    full = limits[Cause.PLANTS, "capacity"]
    assert dict(full.key) == {"plant": "ohio"}
    assert full.periods[0] == "2024-07"
    for cause in (Cause.PLANTS, Cause.LANES):
        of_cause = sum(limit.amount for limit in shortage.limits if limit.cause == cause)
        assert of_cause == pytest.approx(shortage.parts[cause])


class AfterSolves:
    """Limits that are reached after so many solves."""

    def __init__(self, solves):
        self.left = solves

    def check(self):
        self.left -= 1
        if self.left < 0:
            raise SolverStopped

    def check_memory(self):
        pass

    def seconds_left(self):
        return float("inf")


def test_a_search_that_was_cut_short_has_bounds_and_goes_on_to_the_same_parts():
    data = some_workbook(6)
    question = Question("strike", ("front", "other"), 1, data.horizon)
    plan = values_of(Solution(data))
    whole = explain_shortage(data, plan, question)
    assert whole.combinations > 4
    search = Search(data, plan, question)
    cut = search.run(AfterSolves(3))
    assert not cut.exact
    assert sum(cut.parts.values()) == pytest.approx(cut.unmet)
    for part, (least, most) in cut.bounds.items():
        assert least - 1e-6 <= whole.parts[part] <= most + 1e-6
    assert any(most - least > 1e-3 for least, most in cut.bounds.values())
    again = search.run(UNLIMITED)
    search.close()
    assert again.exact
    assert again.parts == pytest.approx(whole.parts, abs=1e-6)


def test_money_binds_as_long_as_more_of_it_would_help():
    shortage = explained(tiny(funds={"usai": fund({1: 400.0}, expires=2)}))
    (spent,) = [limit for limit in shortage.limits if limit.cause is Cause.MONEY]
    assert dict(spent.key) == {"fund": "usai"}
    assert list(spent.periods) == ["2024-07", "2024-08"]  # in September it may spend nothing


def test_goods_in_question_are_what_serves_what_it_is_fired_from_and_what_goes_into_both():
    data = rich()
    assert goods_in_question(data, "strike") == {"rocket", "chip", "gun", "powder", "acid"}
    assert goods_in_question(data, "tubes") == {"gun"}


def some_workbook(seed):
    """A small plan with every limit in it, other numbers for every seed."""
    random = Random(seed)
    data = rich()

    def shaken(series):
        return tuple(value * random.uniform(0.3, 1.7) for value in series)

    return rich(
        capacity={p: shaken(series) for p, series in data.capacity.items()},
        funds={
            f: fund({t: money * random.uniform(0.5, 12.0) for t, money in old.funding.items()}, old.mode, old.opening,
                    old.approval_delay, old.carry_over, old.expires, old.delivers_to, old.donor)
            for f, old in data.funds.items()
        },
        capabilities={c: Capability(row.kind, random.uniform(0.5, 3.0)) for c, row in data.capabilities.items()},
    )  # fmt: skip


@pytest.mark.parametrize(("seed", "capability"), [(1, "strike"), (2, "fires"), (3, "tubes")])
def test_every_combination_is_what_a_second_computation_gives(seed, capability):
    data = some_workbook(seed)
    solution = Solution(data)
    assert solution.status == "optimal"
    places, last = ("front", "other"), data.horizon
    question = Question(capability, places, 2, last)
    plan = values_of(solution)
    values = LeastValues(lambda lead_time: lifted_programme(data, plan, question, lead_time=lead_time))
    values.all()
    known = values.known
    assert len(known) == 512
    assert values.solves < 300
    values.close()
    twice = {
        chosen: second.least(data, solution.values, chosen, capability, places, 2, last) for chosen in second.every()
    }
    size = max(twice.values())
    assert size > 1e-3
    wrong = {
        tuple(sorted(chosen)): (known[frozenset(map(Cause, chosen))], value)
        for chosen, value in twice.items()
        if known[frozenset(map(Cause, chosen))] != pytest.approx(value, abs=2e-5 * max(size, 1.0))
    }
    assert not wrong


def with_many_funds(seed):
    """The same with more funds, several of them of the same rights: their purchases merge."""
    data = some_workbook(seed)
    more = {f"fund {n}": fund({1: 2.0 + n, 3: 30.0 - n}, expires=4 if n == 2 else None, donor="DE") for n in range(24)}
    rights = [menu_row(f, countries=["DE"] if n % 2 else None) for n, f in enumerate(more)]
    shares = [menu_row("fund 1", items=["chip"], channels=("order",), allow=False, most=0.4)]
    return replace(data, funds=dict(sorted({**data.funds, **more}.items())), menu=(*data.menu, *rights, *shares))


@pytest.mark.parametrize(("seed", "capability"), [(4, "strike"), (5, "fires")])
def test_with_funds_of_equal_rights_merged_and_a_core_first_every_combination_is_the_same(
    seed, capability, monkeypatch
):
    data = with_many_funds(seed)
    solution = Solution(data)
    question = Question(capability, ("front", "other"), 1, data.horizon)
    plan = values_of(solution)

    def every_value():
        values = LeastValues(lambda lead_time: lifted_programme(data, plan, question, lead_time=lead_time))
        values.all()
        programme = values.of(frozenset()).solver.programme
        values.close()
        return values.known, programme

    whole, as_it_is = every_value()
    text = explain_shortage(data, plan, question)
    monkeypatch.setattr("aidplan.explain.shortage.programme.LARGE", 0)
    small, merged = every_value()
    assert merged.core is not None
    assert len(merged.cause) < len(as_it_is.cause)
    assert len(set(map(round, whole.values()))) > 3
    again = explain_shortage(data, plan, question)
    assert again.parts == pytest.approx(text.parts, abs=1e-5)
    assert {(one.cause, one.limit, *one.key.items()) for one in again.limits}
    assert sum(one.amount for one in again.limits) == pytest.approx(sum(one.amount for one in text.limits), abs=1e-4)
    wrong = {tuple(sorted(s)): (whole[s], small[s]) for s in whole if small[s] != pytest.approx(whole[s], abs=1e-5)}
    assert not wrong
