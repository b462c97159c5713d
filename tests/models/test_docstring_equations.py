"""The equation in a rule's docstring is the rule: both sides are evaluated at random numbers."""

from math import inf

import pytest
from aidplan_models.registry import GOALS
from pyomo.environ import value

from tests.models.docstring_equations import Equation, Evaluated, rules
from tests.models.equations import RULES
from tests.models.test_equations import Filled, slack_of
from tests.models.tiny import living, rich, surprised

OBJECTIVES = {"least_overflow", "least_below_floor", "least_off_share", *GOALS}
WRITTEN = rules({*RULES, *OBJECTIVES})
PLANS = {"rich": rich, "living": living, "surprised": surprised}


@pytest.fixture(scope="module", params=PLANS)
def filled(request):
    return Filled(PLANS[request.param](), 11)


def differing(filled, name, text):
    """The indices at which a rule's row is not the equation, and how many rows there are."""
    equation, evaluated = Equation(text), Evaluated(filled.model)
    arguments, wrong = WRITTEN[name][0], []
    for index, row in filled.rows[name].items():
        known = dict(zip(arguments, index, strict=True))
        left, right = evaluated.of(equation.left, known), evaluated.of(equation.right, known)
        if abs(right) == inf:
            if row.has_lb() or row.has_ub():
                wrong.append((index, right, slack_of(row)))
            continue
        stated, found = (left - right if equation.sense == ">=" else right - left), slack_of(row)
        if equation.sense == "==":
            stated, found = abs(stated), abs(found)
        if found != pytest.approx(stated, rel=1e-9, abs=1e-9 * max(1.0, abs(left), abs(right))):
            wrong.append((index, stated, found))
    return wrong, len(filled.rows[name])


@pytest.mark.parametrize("name", RULES)
def test_both_sides_of_the_docstring_are_the_rule(filled, name):
    _, text, unit = WRITTEN[name]
    assert unit == filled.model.limits[name].unit
    assert Equation(text).sense == RULES[name][0]
    wrong, _ = differing(filled, name, text)
    assert wrong == []


def test_every_docstring_meets_rows_in_the_plan_that_keeps_another():
    filled = Filled(surprised(), 12)
    assert [name for name in RULES if differing(filled, name, WRITTEN[name][1])[1] == 0] == []


def test_every_goal_is_the_formula_of_its_docstring(filled):
    found = {name: filled.model.find_component(name) for name in WRITTEN.keys() - RULES.keys()}
    assert {name for name, objective in found.items() if objective is not None} == found.keys()
    stated = {name: Evaluated(filled.model).of(Equation(WRITTEN[name][1]).left, {}) for name in found}
    assert stated == pytest.approx({name: value(objective) for name, objective in found.items()}, rel=1e-9)


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [
        ("fund_balance", "- spent[f,t]", "- spent[f,t] - spent[f,t]"),
        ("fund_balance", "kept[f,t]·", ""),
        ("demand_met", "Σ_i effect[i,c]·", "Σ_i "),
        ("backlog_carried", "t-lead_time[p,i]", "t"),
        ("plant_capacity", "Σ_i,o", "Σ_{i,o in MADE_AT[p]} 2·"),
    ],
)
def test_a_docstring_that_states_another_equation_is_caught(name, right, wrong):
    text = WRITTEN[name][1]
    assert right in text
    assert differing(Filled(rich(), 13), name, text.replace(right, wrong))[0]
