"""Every constraint is its equation, and every quantity exists where the model says, at random numbers.

The equations are written a second time in `tests.models.equations`, over the plan's data alone; a constraint
without such a second writing fails here, and so does an equation that no constraint keeps.
"""

import random
from math import inf, isinf
from pathlib import Path

import pytest
from aidplan_models.derived import menu_rows
from aidplan_models.existence import fix_what_is_given
from aidplan_models.plan import build
from aidplan_models.registry import GOALS, QUANTITIES
from pyomo.environ import Constraint, Objective, Var, value

from aidplan.workbook import open_workbook, plan_data
from tests.models.equations import GOAL_RULES, RULES, existing
from tests.models.tiny import living, rich, surprised

STATES = {name for name, quantity in QUANTITIES.items() if quantity.kind == "state"} | {"standing"}
CASES = Path(__file__).parents[1] / "cases"


def tupled(index):
    return index if isinstance(index, tuple) else (index,)


class Filled:
    """A plainly expanded model with a random number for every decision, and its values by name and index."""

    def __init__(self, data, seed):
        self.data = data
        self.model = build(data, templated=False)
        fix_what_is_given(self.model)
        numbers = random.Random(seed)
        self.values = {}
        for var in self.model.component_objects(Var):
            for index, one in var.items():
                if not one.fixed:
                    one.set_value(numbers.uniform(1e3, 1e4), skip_validation=True)
                    self.values[var.local_name, tupled(index)] = one.value
        self.rows = {
            constraint.local_name: {tupled(index): row for index, row in constraint.items()}
            for constraint in self.model.component_objects(Constraint)
        }

    def __call__(self, name, *index):
        assert index[-1] != 0 or name not in STATES, "an equation reads a state at 0 from the data"
        if self.data.kept is not None and index[-1] < self.data.first:
            lane = tuple(index[0].split(",")) if name == "shipped" else index[:1]
            return self.data.kept.values.get(name, {}).get((*lane, *index[1:]), 0.0)
        return self.values.get((name, index), 0.0)


PLANS = {"rich": rich, "living": living, "surprised": surprised}


@pytest.fixture(scope="module", params=[*PLANS, "R2", "R5", "R6", "R7"])
def filled(request):
    if request.param in PLANS:
        return Filled(PLANS[request.param](), 1)
    return Filled(plan_data(open_workbook(CASES / f"{request.param}.xlsx").tables), 2)


def slack_of(row):
    """How far a row of Pyomo's is from its bound, above 0 where it holds; of an equality, its residual."""
    body = value(row.body)
    if row.equality:
        return body - value(row.lower)
    return value(row.upper) - body if row.has_ub() else body - value(row.lower)


@pytest.mark.parametrize("name", RULES)
def test_the_constraint_is_its_equation(filled, name):
    sense, equation = RULES[name]
    rows = dict(filled.rows[name])
    assert filled.model.limits[name].sense == sense
    for index, left, right in equation(filled.data, filled, menu_rows(filled.data)):
        slack = left - right if sense == ">=" else right - left
        size = 1e-9 * max(1.0, abs(left), abs(right) if not isinf(right) else 1.0)
        row = rows.pop(index, None)
        if row is None or isinf(right):  # what has no row must hold whatever the numbers are
            assert abs(slack) <= size if sense == "==" else slack >= -size, (name, index)
            continue
        assert row.equality == (sense == "=="), (name, index)
        found = slack_of(row)
        assert (abs(found) if sense == "==" else found) == pytest.approx(
            abs(slack) if sense == "==" else slack, abs=size
        ), index
    assert not rows, f"{name} has rows that its equation does not"


def test_every_constraint_has_an_equation_and_every_equation_a_constraint(filled):
    assert filled.rows.keys() == RULES.keys()


def test_every_equation_meets_rows_in_the_rich_plan():
    filled = Filled(surprised(), 3)
    assert [name for name in RULES if not filled.rows[name]] == []


def test_every_goal_is_its_formula(filled):
    named = filled.model.goal_of
    goals = {
        named.get(objective.local_name, objective.local_name): value(objective)
        for objective in filled.model.component_objects(Objective)
    }
    assert goals == pytest.approx(
        {name: formula(filled.data, filled) for name, formula in GOAL_RULES.items()}, rel=1e-9
    )
    always = {name for name, goal in GOALS.items() if goal.always} - {"parity", "liability"}
    assert all(total > 0 for name, total in goals.items() if name in always)


def test_a_quantity_exists_exactly_where_it_can_be_other_than_nothing(filled):
    if filled.data.kept is not None:
        assert {index[-1] >= filled.data.first for _, index in filled.values} == {True}
        return
    for name, expected in existing(filled.data).items():
        assert {index for of, index in filled.values if of == name} == expected, name


def test_what_helps_a_guarantee_can_be_backed(filled):
    backed = {index[:2] for of, index in filled.values if of == "backed"}
    data = filled.data
    private = {e for of, (e, *_) in filled.values if of == "pledged"}
    plants = {data.expansions[e].plant for e in private}
    at_them = {(p, k) for p, k in data.products if p in plants and not data.items[k].is_goods}
    assert at_them <= backed <= {(p, k) for p, k in data.products if not data.items[k].is_goods}


def test_an_equation_with_a_wrong_number_is_caught():
    filled = Filled(rich(), 4)
    filled.values["made", ("unter", "shell", "common", 1)] += 1.0  # the model still holds the other number
    wrong = set()
    for name, (sense, equation) in RULES.items():
        for index, left, right in equation(filled.data, filled, menu_rows(filled.data)):
            slack = left - right if sense == ">=" else right - left
            row = filled.rows[name].get(index)
            if row is not None and abs(right) < inf and abs(abs(slack_of(row)) - abs(slack)) > 1e-6:
                wrong.add((name, index))
    assert wrong == {
        ("backlog_carried", ("unter", "shell", "common", 1)),
        ("plant_capacity", ("unter", 1)),
        ("components_conserved", ("powder", 1)),
        ("stock_conserved", ("DE", "shell", 1)),
        ("parity_counted", ("fires", 1)),
    }
