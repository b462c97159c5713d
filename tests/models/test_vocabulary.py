"""Every quantity, parameter and limit stands in the pages that planners and analysts read."""

import re
from pathlib import Path

import pytest
from aidplan_models.plan import IDEAS, build
from aidplan_models.registry import LIMIT_OF_CONSTRAINT, QUANTITIES
from pyomo.environ import Param, Var

from tests.models.tiny import rich

ROOT = Path(__file__).parents[2]
SHELF = (ROOT / "models" / "README.md").read_text(encoding="utf-8")
PAGE = (ROOT / "docs" / "model.md").read_text(encoding="utf-8")
INTERNAL = {"spent", "standing", "worst", "ordered_less", "released_less", "built_less"}
"""Rows that define a quantity; no limits of the model."""


@pytest.fixture(scope="module")
def model():
    return build(rich())


def table_rows(text):
    """First cell -> whole row, of every table row; a cell may name several things."""
    rows = [line for line in text.splitlines() if line.startswith("| `")]
    return {name: row for row in rows for name in re.findall(r"`([a-z_]+)`", row.split("|")[1])}


def file_of(name):
    shelf = ROOT / "models" / "aidplan_models"
    return {
        path.name
        for path in shelf.glob("*.py")
        if re.search(rf"^    m\.{name} = (Var|Param)\(", path.read_text(), re.M)
    }


def test_every_decision_and_every_parameter_stands_in_the_vocabulary_with_its_file(model):
    rows = table_rows(SHELF)
    for component in model.component_objects((Var, Param)):
        name = component.local_name
        assert name in rows, f"{name} is not in the vocabulary of models/README.md"
        (named_file,) = re.findall(r"`(\w+\.py)`", rows[name])
        assert file_of(name) == {named_file}, name


def test_the_vocabulary_holds_no_word_that_the_model_does_not(model):
    known = {component.local_name for component in model.component_objects((Var, Param))}
    vocabulary = SHELF[SHELF.index("## Vocabulary") :]
    assert table_rows(vocabulary).keys() <= known


def test_every_constraint_stands_beside_its_limit_in_the_table_of_ideas(model):
    ideas = SHELF[SHELF.index("## Ideas") : SHELF.index("## Vocabulary")]
    rows = {idea.__name__.rpartition(".")[2]: idea for idea in IDEAS}
    for name in rows:
        assert f"| {name} | `{name}.py` |" in ideas
    for constraint in model.limits:
        assert re.search(rf"`{constraint}`[^)(]*\({LIMIT_OF_CONSTRAINT[constraint]}\)", ideas), constraint


def test_every_quantity_stands_in_the_model_page():
    rows = table_rows(PAGE)
    for name, quantity in QUANTITIES.items():
        assert name in rows, name
        assert (
            rows[name].count(",")
            >= len([column for column in quantity.index if column not in ("destination", "mode")]) - 1
        )


def test_every_limit_and_every_goal_stands_in_the_model_page(model):
    for limit in {LIMIT_OF_CONSTRAINT[constraint] for constraint in model.limits} - INTERNAL:
        assert f"**{limit}**" in PAGE, limit
    for goal in ("coverage", "equity", "parity", "cost", "liability", "stability"):
        assert f"| `{goal}` |" in PAGE
