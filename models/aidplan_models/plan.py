"""The table of contents of the model: its ideas, and how they become one programme."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from pyomo.core.base import constraint as pyomo_constraint
from pyomo.core.base import objective as pyomo_objective
from pyomo.environ import ConcreteModel

from aidplan_models import (
    components,
    front,
    funds,
    goals,
    guarantees,
    industry,
    movement,
    parity,
    redirects,
    reliefs,
    reserves,
    sets,
    stability,
)
from aidplan_models.data import PlanData
from aidplan_models.kept import remaining

IDEAS = (
    funds,
    industry,
    redirects,
    guarantees,
    components,
    reserves,
    movement,
    front,
    parity,
    reliefs,
    stability,
    goals,
)
"""Each idea has `sets`, `given`, `choose` and `subject_to`, called in four passes: their order never matters."""

_BUILDING = threading.Lock()


@contextmanager
def templates(wanted: bool) -> Iterator[None]:
    """Let Pyomo keep each rule as one template instead of calling it for every index.

    The switches are global and undocumented (Pyomo 6.10): this is the one place that touches them.
    """
    with _BUILDING:
        before = pyomo_constraint.TEMPLATIZE_CONSTRAINTS, pyomo_objective.TEMPLATIZE_OBJECTIVES
        pyomo_constraint.TEMPLATIZE_CONSTRAINTS = pyomo_objective.TEMPLATIZE_OBJECTIVES = wanted
        try:
            yield
        finally:
            pyomo_constraint.TEMPLATIZE_CONSTRAINTS, pyomo_objective.TEMPLATIZE_OBJECTIVES = before


def _no_sets(m: ConcreteModel, data: PlanData) -> None:
    """An idea whose sets are parts of other ideas' sets declares them in `given`."""


def build(data: PlanData, *, templated: bool = True) -> ConcreteModel:
    """The linear programme of a plan.

    With ``templated`` every rule is called once and kept as a template, for the vectorised expansion of
    the solving room; without, Pyomo expands every row itself: the same programme, for tests and for
    other solvers. Of a plan that keeps another's first periods it is the programme of the rest.
    """
    m = ConcreteModel(name="aidplan")
    data = remaining(data)
    m.first = data.first
    m.goal_of = {}
    m.existence = {}
    m.limits = {}
    with templates(templated):
        sets.declare(m, data)
        for idea in IDEAS:
            getattr(idea, "sets", _no_sets)(m, data)
        for idea in IDEAS:
            idea.given(m, data)
        for idea in IDEAS:
            idea.choose(m)
        for idea in IDEAS:
            idea.subject_to(m)
    return m
