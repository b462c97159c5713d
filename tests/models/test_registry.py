"""The registry and the model say the same, in both directions: no quantity, limit or goal is known to one of them alone."""

from pathlib import Path

import pytest
from aidplan_models.limits import limit
from aidplan_models.plan import IDEAS, build
from aidplan_models.registry import (
    DEFAULT_GOALS,
    GOALS,
    LIMIT_OF_CONSTRAINT,
    LIMITS,
    PERIOD,
    QUANTITIES,
    REPORTED_GOALS,
    LimitKind,
    limit_key,
)
from aidplan_models.units import unit_objects
from pyomo.environ import Constraint, Objective, Var
from pyomo.util.check_units import check_units_equivalent

from aidplan.workbook.schema import SETTING, SHEETS
from tests.models.tiny import living

UNITS = {
    "money": "money",
    "items": "item",
    "item units": "item",
    "component units": "item",
    "capability units": "capability",
    "capacity units": "capacity",
    "tonnes": "tonne",
}


@pytest.fixture(scope="module")
def model():
    return build(living())


def test_every_constraint_of_the_model_is_a_limit_of_the_registry_and_holds_its_relation(model):
    for constraint, record in model.limits.items():
        assert record is LIMITS[LIMIT_OF_CONSTRAINT[constraint]]


def test_a_rule_that_the_registry_does_not_name_is_refused(model):
    with pytest.raises(KeyError, match="the limit lane has no constraint port_capacity"):

        @limit(model, "lane", doc="no such rule")
        def port_capacity(m):
            return m


def test_every_limit_of_the_registry_stands_in_the_model_in_the_file_of_its_idea(model):
    assert set(LIMIT_OF_CONSTRAINT) == {constraint.local_name for constraint in model.component_objects(Constraint)}
    ideas = {idea.__name__.rpartition(".")[2]: idea for idea in IDEAS}
    for record in LIMITS.values():
        text = Path(ideas[record.idea].__file__).read_text(encoding="utf-8")
        assert all(f"def {constraint}(" in text for constraint in record.constraints)


def test_every_quantity_of_the_registry_is_a_decision_of_the_model_with_its_unit_and_index(model):
    ideas = {idea.__name__.rpartition(".")[2]: idea for idea in IDEAS}
    for name, quantity in QUANTITIES.items():
        var = model.find_component(name)
        assert f"m.{name} = Var(" in Path(ideas[quantity.idea].__file__).read_text(encoding="utf-8")
        written = (
            2 * ("origin" in quantity.index) + 4 * ("channel" in quantity.index) - ("period" not in quantity.index)
        )
        assert len(quantity.index) == var.dim() + written
        assert check_units_equivalent(getattr(unit_objects(), UNITS[quantity.unit]), var.get_units())


def test_the_decisions_that_the_registry_leaves_out_are_those_that_defining_rows_define(model):
    defined = {"spent", "standing", "worst", "ordered_less", "released_less", "built_less"}
    assert {var.local_name for var in model.component_objects(Var)} - set(QUANTITIES) == defined
    assert {name for name, record in LIMITS.items() if record.kind is LimitKind.DEFINING} == defined


def test_every_goal_of_the_registry_is_an_objective_of_the_model(model):
    assert set(GOALS) == {
        model.goal_of.get(objective.local_name, objective.local_name)
        for objective in model.component_objects(Objective)
    }
    assert REPORTED_GOALS == DEFAULT_GOALS == ("coverage", "equity", "parity", "cost", "liability")


def test_every_cell_that_the_registry_names_is_a_column_of_the_workbook_and_its_row_has_that_key():
    for name, record in LIMITS.items():
        columns_of_row = set(record.index)
        for source in (*record.sources, *record.coefficients.values()):
            if source.sheet == "settings":
                assert source.column in SETTING
                continue
            sheet = SHEETS[source.sheet]
            keys = tuple(column.name for column in sheet.columns if column.key)
            assert len(keys) == len(source.key), (name, source)
            assert all(
                key == code or (key == "item" and code.endswith("component"))
                for key, code in zip(keys, source.key, strict=True)
            ), (name, source)
            for column in {source.column, source.alternative} - {PERIOD, ""}:
                assert sheet.column(column) is not None, (name, source)
            assert source.column != PERIOD or sheet.periods is not None
        for source in record.sources:
            assert set(source.key) <= columns_of_row, (name, source)


def test_every_coefficient_that_the_registry_names_can_be_found_from_its_row_and_its_column():
    for name, record in LIMITS.items():
        for quantity, source in record.coefficients.items():
            column = QUANTITIES[quantity].index if quantity in QUANTITIES else ("capability",)
            own = {f"{quantity}.{each}" for each in column}
            assert set(source.key) <= {*record.index, *column, *own}, (name, quantity)
    for quantity in QUANTITIES.values():
        assert quantity.source is None or set(quantity.source.key) <= set(quantity.index)


def test_what_can_be_moved_has_a_word_for_planners_and_nothing_else_has():
    assert {name for name, record in LIMITS.items() if record.noun} == {
        name for name, record in LIMITS.items() if record.kind is LimitKind.MOVABLE
    }


def test_a_lane_and_a_menu_row_are_told_by_their_codes_and_a_period_by_its_label(model):
    labels = ("2024-07", "2024-08")
    assert dict(limit_key("lane", ("PL,LVIV,rail", 2), {}, labels)) == {
        "origin": "PL",
        "destination": "LVIV",
        "mode": "rail",
        "period": "2024-08",
    }
    row, menu_row = next(iter(model.menu_rows.items()))
    assert tuple(dict(limit_key("share_max", (row,), model.menu_rows, labels)).values()) == menu_row.key


def test_an_unknown_limit_is_not_passed_over():
    with pytest.raises(KeyError):
        dict(limit_key("lanes", (), {}, ()))
