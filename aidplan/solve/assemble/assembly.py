"""From the model's rules to arrays: the matrix, its bounds and its goals, block by block.

Each rule's template is evaluated once (`aidplan.solve.assemble.templates`). The result is the same matrix that Pyomo's
own expansion gives row by row, which a test holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from pyomo.environ import Constraint, Objective, Var
from scipy.sparse import coo_array, csr_array

from aidplan.solve.assemble.linear_program import Array, Block, Programme
from aidplan.solve.assemble.templates import MINUS, Expander, Frame, Term


def _entries(terms: Sequence[Term], across: int) -> tuple[Array, Array, Array]:
    """Row (key·periods + period), column and coefficient of every entry that has a column."""
    rows, columns, coefficients = [], [], []
    for term in terms:
        shape = (len(term.row), across)
        column = np.broadcast_to(term.column, shape)
        live = column >= 0
        rows.append((term.row.reshape(-1, 1) * across + np.arange(across))[live])
        columns.append(column[live])
        coefficients.append(np.broadcast_to(term.coefficient, shape)[live])
    if not rows:
        return np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0)
    return np.concatenate(rows), np.concatenate(columns), np.concatenate(coefficients)


@dataclass
class _Rows:
    """The rows of a programme as they are gathered."""

    matrices: list[csr_array]
    lower: list[Array]
    upper: list[Array]
    blocks: dict[str, Block]
    void: list[tuple[str, tuple[Any, ...], str, float]]
    count: int = 0


def _add_constraint(expander: Expander, constraint: Any, width: int, rows: _Rows) -> None:
    """All rows of one constraint, quantities on the left, in the relation that its rule writes."""
    limit = expander.model.limits[constraint.local_name]
    left, right, table = expander.rows_of(constraint)
    if limit.sense == ">=":  # Pyomo turns a >= b into b <= a
        left, right = right, left
    body = left.plus(right.scaled(MINUS))
    periods = table.periods if table.periods is not None else np.zeros(1, np.int64)
    across = len(periods)
    count = len(table.keys) * across
    row, column, coefficient = _entries(body.terms, across)
    matrix = coo_array((coefficient, (row, column)), shape=(count, width)).tocsr()
    matrix.sum_duplicates()
    matrix.eliminate_zeros()
    bound = -np.broadcast_to(body.constant, (len(table.keys), across)).reshape(-1)
    lower = bound if limit.sense in ("==", ">=") else np.full(count, -np.inf)
    upper = bound if limit.sense in ("==", "<=") else np.full(count, np.inf)
    empty = np.diff(matrix.indptr) == 0
    scale = np.maximum(1.0, np.abs(bound))
    for n in np.nonzero(empty & ((lower > 1e-9 * scale) | (upper < -1e-9 * scale)))[0].tolist():
        index = (*table.keys[n // across], int(periods[n % across]))
        rows.void.append((constraint.local_name, index, limit.sense, float(bound[n])))
    keep = np.nonzero(~empty & (np.isfinite(lower) | np.isfinite(upper)))[0]
    rows.matrices.append(matrix[keep])
    rows.lower.append(lower[keep])
    rows.upper.append(upper[keep])
    block = Block(constraint.local_name, rows.count, table.keys, keep // across, periods[keep % across])
    rows.blocks[constraint.local_name] = block
    rows.count += len(keep)


def expand(model: Any) -> Programme:
    """The programme of a templated model (`aidplan_models.plan.build`).

    Raises
    ------
    ExpansionError
        If a rule holds what the expansion does not know, or was not kept as a template.
    """
    from scipy.sparse import vstack

    expander = Expander(model)
    columns, upper = {}, []
    for var in model.component_objects(Var, descend_into=False):
        columns[var.local_name], ceiling = expander.add_variable(var)
        upper.append(ceiling)
    width = expander.width
    rows = _Rows([], [], [], {}, [])
    for constraint in model.component_objects(Constraint, descend_into=False):
        if len(constraint):
            _add_constraint(expander, constraint, width, rows)
    goals, constants = {}, {}
    for objective in model.component_objects(Objective, descend_into=False):
        goal = model.goal_of.get(objective.local_name, objective.local_name)
        goals[goal], constants[goal] = _goal(expander, objective, width)
    return Programme(
        matrix=vstack(rows.matrices, format="csr") if rows.matrices else csr_array((0, width)),
        row_lower=np.concatenate(rows.lower) if rows.lower else np.zeros(0),
        row_upper=np.concatenate(rows.upper) if rows.upper else np.zeros(0),
        lower=np.zeros(width),
        upper=np.concatenate(upper) if upper else np.zeros(0),
        goals=goals,
        columns=columns,
        rows=rows.blocks,
        void=rows.void,
        constants=constants,
    )


def _goal(expander: Expander, objective: Any, width: int) -> tuple[Array, float]:
    """A goal's coefficients (columns), and its constant."""
    expression = objective._args_[0] if isinstance(objective._args_, tuple) else objective.expr
    value = expander.value(expression, Frame(1, {}))
    _, column, coefficient = _entries(value.terms, 1)
    return np.bincount(column, coefficient, minlength=width), float(value.constant.sum())
