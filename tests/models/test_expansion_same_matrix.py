"""The vectorised expansion and Pyomo's own give the same programme, and the model keeps the house rules."""

from math import inf, isfinite
from pathlib import Path

import numpy as np
import pytest
from aidplan_models import plan
from aidplan_models.existence import fix_what_is_given
from aidplan_models.plan import build
from aidplan_models.registry import QUANTITIES
from pyomo.environ import Constraint, Objective, Param, Set, Var
from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler
from pyomo.util.check_units import assert_units_consistent

from aidplan.solve.assemble.assembly import expand
from aidplan.workbook import open_workbook, plan_data
from tests.models.tiny import SEA, each, fund, lane, living, menu_row, place, rich, surprised, tiny

CASES = Path(__file__).parents[1] / "cases"
SIDES = {-1: (True, False), 0: (True, True), 1: (False, True)}


def in_cases(name, scenario="base"):
    return lambda: plan_data(open_workbook(CASES / f"{name}.xlsx").scenario(scenario).tables)


def one_period():
    return tiny(
        period_labels=("2024-07",),
        places={"US": place("country", 1), "front": place("front", 1, storage=9.0)},
        menu=(menu_row("usai", most=0.5), menu_row("usai", items=["shell"], allow=False, least=0.1)),
    )


def nothing_to_spend():
    return tiny(funds={"usai": fund({}, expires=0)}, lanes={}, capacity={"ohio": each(0)})


def only_an_order_book():
    """One line that no fund orders at: its sum over funds is empty, and it has no lead time to look up."""
    return tiny(menu=(), orderbook={("ohio", "shell", "common"): 12.0})


PLANS = {
    "only an order book": only_an_order_book,
    "rich": rich,
    "living": living,
    "surprised": surprised,
    "tiny": tiny,
    "one period": one_period,
    "nothing to spend": nothing_to_spend,
    "held at the start": lambda: tiny(opening_stock={("front", "shell"): 2.5}, lanes={SEA: lane(transit=9)}),
    "K01": in_cases("K01"),
    "K05": in_cases("K05"),
    "R1": in_cases("R1"),
    "R3 closed": in_cases("R3", "closed"),
    "R4 mix": in_cases("R4", "mix"),
}


def tupled(index):
    return index if isinstance(index, tuple) else (index,)


def by_name(lower, upper, entries):
    """A row as it compares: its first entry above 0, what is only rounding gone."""
    if entries[min(entries)] < 0:
        lower, upper, entries = -upper, -lower, {column: -value for column, value in entries.items()}
    return lower, upper, entries


def pyomo_programme(data):
    """Rows (name, index) -> (lower, upper, entries), columns -> upper bound, goals; by Pyomo alone."""
    m = build(data, templated=False)
    fix_what_is_given(m)
    form = LinearStandardFormCompiler().write(m, mixed_form=True)
    names = [(one.parent_component().local_name, tupled(one.index())) for one in form.columns]
    matrix, rows = form.A.tocsr(), {}
    for n, (constraint, kind) in enumerate(form.rows):
        own = slice(matrix.indptr[n], matrix.indptr[n + 1])
        columns, values = matrix.indices[own], matrix.data[own]
        entries = {names[c]: v for c, v in zip(columns, values, strict=True) if v}
        bound = float(form.rhs[n])
        if entries and isfinite(bound):
            lower, upper = SIDES[kind]
            row = by_name(bound if lower else -inf, bound if upper else inf, entries)
            rows[constraint.parent_component().local_name, tupled(constraint.index())] = row
    free = {
        (var.local_name, tupled(index)): inf if one.ub is None else one.ub
        for var in m.component_objects(Var)
        for index, one in var.items()
        if not one.fixed
    }
    costs = form.c.tocsr()
    goals = {}
    for n, objective in enumerate(form.objectives):
        own = slice(costs.indptr[n], costs.indptr[n + 1])
        goals[m.goal_of.get(objective.local_name, objective.local_name)] = {
            names[c]: v for c, v in zip(costs.indices[own], costs.data[own], strict=True) if v
        }
    return rows, free, goals


def vectorised_programme(data):
    m = build(data)
    programme = expand(m)
    names = [(block.name, block.index(n)) for block in programme.columns.values() for n in range(len(block))]
    whole = {name: component.dim() for name, component in ((c.local_name, c) for c in m.component_objects(Constraint))}
    rows, matrix = {}, programme.matrix
    for block in programme.rows.values():
        for n in range(len(block)):
            r, index = block.start + n, block.index(n)
            assert len(index) == whole[block.name]
            own = slice(matrix.indptr[r], matrix.indptr[r + 1])
            columns, values = matrix.indices[own], matrix.data[own]
            entries = {names[c]: v for c, v in zip(columns, values, strict=True)}
            rows[block.name, index] = by_name(programme.row_lower[r], programme.row_upper[r], entries)
    free = dict(zip(names, programme.upper, strict=True))
    goals = {
        goal: {names[c]: coefficients[c] for c in np.nonzero(coefficients)[0]}
        for goal, coefficients in programme.goals.items()
    }
    assert not programme.lower.any()
    return rows, free, goals


@pytest.mark.parametrize("name", PLANS)
def test_both_expansions_give_the_same_programme(name):
    data = PLANS[name]()
    rows, free, goals = pyomo_programme(data)
    own_rows, own_free, own_goals = vectorised_programme(data)
    assert own_free == pytest.approx(free, rel=1e-12)
    assert own_rows.keys() == rows.keys()
    for row, (lower, upper, entries) in rows.items():
        own_lower, own_upper, own_entries = own_rows[row]
        assert own_entries == pytest.approx(entries, rel=1e-12), row
        assert (own_lower, own_upper) == pytest.approx((lower, upper), rel=1e-12, abs=1e-12), row
    assert own_goals.keys() == goals.keys()
    for goal, coefficients in goals.items():
        assert own_goals[goal] == pytest.approx(coefficients, rel=1e-12), goal


def test_the_order_of_the_ideas_never_matters(monkeypatch):
    rows, free, goals = vectorised_programme(surprised())
    monkeypatch.setattr(plan, "IDEAS", tuple(reversed(plan.IDEAS)))
    other_rows, other_free, other_goals = vectorised_programme(surprised())
    assert (other_free, other_goals, other_rows.keys()) == (free, goals, rows.keys())
    for row, (lower, upper, entries) in rows.items():
        assert other_rows[row] == (lower, upper, entries), row


@pytest.mark.parametrize("data", [rich(), living(), surprised(), tiny()], ids=["rich", "living", "surprised", "tiny"])
def test_every_row_of_every_rule_has_consistent_units(data):
    m = build(data, templated=False)
    for component in m.component_objects((Constraint, Objective)):
        assert_units_consistent(component)


def test_every_component_says_what_it_is():
    m = build(rich())
    silent = [c.local_name for c in m.component_objects((Set, Param, Var, Constraint, Objective)) if not c.doc]
    assert [name for name in silent if "_index" not in name and not name.startswith("_")] == []


def test_every_constraint_is_registered_as_a_limit_with_its_sense_and_index():
    m = build(surprised(), templated=False)
    constraints = {c.local_name: c for c in m.component_objects(Constraint)}
    assert m.limits.keys() == constraints.keys()
    for name, constraint in constraints.items():
        index = m.limits[name].index
        columns = len(index) - (2 if "origin" in index else 4 if "channel" in index else 0)
        assert constraint.dim() - columns in (0, 1), name  # a limit without a period may be held at the last one
        one = next(iter(constraint.values()))
        assert (m.limits[name].sense == "==") == bool(one.equality), name


def test_every_quantity_is_a_variable_with_its_index_and_every_variable_is_known():
    m = build(living(), templated=False)
    variables = {var.local_name: var for var in m.component_objects(Var)}
    assert variables.keys() - QUANTITIES.keys() == {
        "spent", "standing", "worst", "ordered_less", "released_less", "built_less",
    }  # fmt: skip
    for name, quantity in QUANTITIES.items():
        codes = 2 * ("origin" in quantity.index) + 4 * ("channel" in quantity.index) - ("period" not in quantity.index)
        assert variables[name].dim() == len(quantity.index) - codes, name


def test_every_variable_is_in_the_record_of_existence():
    m = build(rich())
    assert m.existence.keys() == {var.local_name for var in m.component_objects(Var)}
