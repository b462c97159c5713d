"""Templates evaluated: one rule, for all its indices together, as constants and terms of columns.

Pyomo keeps a rule as one expression over index templates. Here that expression is evaluated with numpy:
an index is a column vector of codes (its keys) against a row vector of periods, a sum over a set widens
the keys, and a variable becomes the numbers of its columns.

Keys run down, periods run across: every value is broadcastable to (keys of the frame, periods of the rule).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from pyomo.core.expr.template_expr import IndexTemplate, TemplateSumExpression
from pyomo.environ import Param, Var

from aidplan.solve.assemble.linear_program import Array, Block
from aidplan.solve.assemble.lookup import Codes, Table, table_of


class ExpansionError(Exception):
    """A rule says something that the expansion does not know; a fault of the programme, not of the data."""


@dataclass(frozen=True)
class Frame:
    """A level of nested sums: ``size`` keys; ``parent[n]`` is the n-th key's row in the level above."""

    size: int
    bindings: dict[int, Array]
    parent: Array | None = None


@dataclass(frozen=True)
class Term:
    """``coefficient``·x[``column``] in row ``row`` of a frame; columns below 0 stand for given values."""

    row: Array
    column: Array
    coefficient: Array


@dataclass(frozen=True)
class Affine:
    """constant + terms, for every key of a frame and every period of the rule."""

    constant: Array
    terms: tuple[Term, ...] = ()

    def scaled(self, by: Array) -> Affine:
        """The same, times a constant of the frame."""
        terms = tuple(
            replace(term, coefficient=term.coefficient * (by[term.row] if by.shape[0] > 1 else by))
            for term in self.terms
        )
        return Affine(self.constant * by, terms)

    def plus(self, other: Affine) -> Affine:
        """The sum of two."""
        return Affine(self.constant + other.constant, self.terms + other.terms)


MINUS = np.array([[-1.0]])
"""The constant -1 of every key and period."""

_ZERO = np.zeros((1, 1))


class Expander:
    """Evaluates templates of one model. ``columns`` and ``given`` are filled block by block."""

    def __init__(self, model: Any) -> None:
        self.model = model
        self.codes = Codes()
        self.tables: dict[int, Table] = {}
        self.number_of: dict[int, Array] = {}  # variable -> (keys, periods): column, or -1 where given
        self.given: dict[int, Array] = {}  # variable -> (keys, periods): the value where given
        self.width = 0

    # --- columns ---

    def add_variable(self, var: Any) -> tuple[Block, Array]:
        """Number the columns of a variable; its block and their upper bounds."""
        table = self.table(var)
        where = self.model.existence[var.local_name]
        periods = table.periods
        grid = np.broadcast_to(periods, (len(table.keys), len(periods)))
        begins = self.model.first
        first = np.array([max(begins, where.first.get(key, begins)) for key in table.keys], dtype=np.int64).reshape(
            -1, 1
        )
        last = np.array([where.last.get(key, periods[-1]) for key in table.keys], dtype=np.int64).reshape(-1, 1)
        live = (grid >= first) & (grid <= last)
        upper = np.full(grid.shape, np.inf)
        place = {key: n for n, key in enumerate(table.keys)}
        for index, ceiling in where.ceiling.items():
            upper[place[index[:-1]], index[-1] - periods[0]] = ceiling
        live &= upper > 0
        given = np.zeros(grid.shape)
        for key, value in where.opening.items():
            given[place[key], begins - 1 - periods[0]] = value
        number = np.full(grid.shape, -1, dtype=np.int64)
        count = int(live.sum())
        number[live] = np.arange(self.width, self.width + count)
        key, across = np.nonzero(live)
        block = Block(var.local_name, self.width, table.keys, key, periods[across])
        self.width += count
        self.number_of[id(var)], self.given[id(var)] = number, given
        return block, upper[live]

    # --- rules ---

    def table(self, component: Any) -> Table:
        """The keys and periods over which a component is indexed."""
        if id(component) not in self.tables:
            self.tables[id(component)] = table_of(component, self.codes)
        return self.tables[id(component)]

    def rows_of(self, constraint: Any) -> tuple[Affine, Affine, Table]:
        """Both sides of a constraint, for all its indices."""
        expression, templates = _template(constraint)
        table = self.table(constraint)
        frame = self.frame(table, templates)
        left, right = expression.args
        return self.value(left, frame), self.value(right, frame), table

    def frame(self, table: Table, templates: Sequence[Any]) -> Frame:
        """The outermost level of a rule: its own index."""
        bindings = {}
        for position, template in enumerate(templates):
            if position < table.codes.shape[1]:
                bindings[template._id] = table.codes[:, position].reshape(-1, 1)
            else:
                bindings[template._id] = table.periods.reshape(1, -1)
        return Frame(len(table.keys), bindings)

    def value(self, expression: Any, frame: Frame) -> Affine:
        """An expression of a rule in a frame."""
        if isinstance(expression, int | float):
            return Affine(np.full((1, 1), float(expression)))
        evaluate = _NODES.get(type(expression).__name__)
        if evaluate is None:
            raise ExpansionError(f"a rule holds a {type(expression).__name__}, which the expansion does not know")
        return evaluate(self, expression, frame)

    def number(self, expression: Any, frame: Frame) -> Array:
        """An index: a code, a period, or arithmetic on periods."""
        if isinstance(expression, str):
            return np.full((1, 1), self.codes.of(expression))
        if isinstance(expression, IndexTemplate):
            return frame.bindings[expression._id]
        return self.value(expression, frame).constant.astype(np.int64)

    def _sum(self, expression: Any, frame: Frame) -> Affine:
        parts = [self.value(part, frame) for part in expression.args]
        total = parts[0]
        for part in parts[1:]:
            total = total.plus(part)
        return total

    def _product(self, expression: Any, frame: Frame) -> Affine:
        left, right = (self.value(part, frame) for part in expression.args)
        if left.terms and right.terms:
            raise ExpansionError("a rule multiplies two decisions; the programme is linear")
        return left.scaled(right.constant) if left.terms else right.scaled(left.constant)

    def _division(self, expression: Any, frame: Frame) -> Affine:
        left, right = (self.value(part, frame) for part in expression.args)
        if right.terms:
            raise ExpansionError("a rule divides by a decision; the programme is linear")
        return left.scaled(1.0 / right.constant)

    def _negation(self, expression: Any, frame: Frame) -> Affine:
        return self.value(expression.args[0], frame).scaled(MINUS)

    def _scalar(self, expression: Any, frame: Frame) -> Affine:
        return Affine(np.full((1, 1), float(expression.value)))

    def _index(self, expression: Any, frame: Frame) -> Affine:
        return Affine(frame.bindings[expression._id].astype(float))

    def _item(self, expression: Any, frame: Frame) -> Affine:
        component, *indices = expression.args
        table = self.table(component)
        values = [self.number(index, frame) for index in indices]
        key = table.position(values[: table.codes.shape[1]])
        if table.periods is None:
            across: Any = 0
        else:
            across = values[-1] - table.periods[0]
            if across.size and (across.min() < 0 or across.max() >= len(table.periods)):
                raise ExpansionError(f"{component.name} is asked for outside its periods")
        if component.ctype is Param:
            return Affine(self.parameter(component)[key, across])
        if component.ctype is not Var:
            raise ExpansionError(f"a rule holds {component.name}, which is neither given nor decided")
        column = self.number_of[id(component)][key, across]
        given = self.given[id(component)]
        constant = given[key, across] * (column < 0) if given.any() else _ZERO
        rows = np.arange(frame.size)
        return Affine(constant, (Term(rows, column, np.ones((1, 1))),))

    def parameter(self, component: Any) -> Array:
        """A parameter's values, (keys, periods or 1)."""
        table = self.table(component)
        if table.values is None:
            table.fill(component)
        assert table.values is not None
        return table.values

    def _template_sum(self, expression: TemplateSumExpression, frame: Frame) -> Affine:
        inner = frame
        rows = np.arange(frame.size)
        for templates in expression.template_iters():
            inner = self.widened(inner, templates)
            assert inner.parent is not None
            rows = rows[inner.parent]
        part = self.value(expression._local_args_[0], inner)
        terms = tuple(replace(term, row=rows[term.row]) for term in part.terms)
        if not part.constant.any():
            return Affine(_ZERO, terms)
        across = part.constant.shape[1]
        constant = np.zeros((frame.size, across))
        np.add.at(constant, rows, np.broadcast_to(part.constant, (inner.size, across)))
        return Affine(constant, terms)

    def widened(self, frame: Frame, templates: Sequence[Any]) -> Frame:
        """The frame with one more loop: each of its keys as often as the loop's set has members."""
        loop = templates[0]._set
        if loop.is_expression_type():
            component, *indices = loop.args
            members = self.table(component).members(component, self.codes, len(templates))
            chosen = self.table(component).position([self.number(index, frame) for index in indices])
            if chosen.shape[1] != 1:
                raise ExpansionError(f"{component.name} is looked up by period")
            chosen = np.broadcast_to(chosen[:, 0], (frame.size,))
            counts = members.counts[chosen]
            parent = np.repeat(np.arange(frame.size), counts)
            within = np.arange(len(parent)) - np.repeat(np.cumsum(counts) - counts, counts)
            inside = members.start[chosen][parent] + within
            codes = members.codes[inside]
        else:
            own = self.table(loop)
            parent = np.repeat(np.arange(frame.size), len(own.codes))
            codes = np.tile(own.codes, (frame.size, 1))
        # What is the same for all keys stays one row, but not where no key is left: nothing may be looked up for it.
        alike = 1 if len(parent) else 0
        bindings = {name: value[parent] if value.shape[0] > alike else value for name, value in frame.bindings.items()}
        for position, template in enumerate(templates):
            bindings[template._id] = codes[:, position].reshape(-1, 1)
        return Frame(len(parent), bindings, parent)


_NODES: dict[str, Callable[[Expander, Any, Frame], Affine]] = {
    "SumExpression": Expander._sum,
    "LinearExpression": Expander._sum,
    "NPV_SumExpression": Expander._sum,
    "ProductExpression": Expander._product,
    "NPV_ProductExpression": Expander._product,
    "MonomialTermExpression": Expander._product,
    "DivisionExpression": Expander._division,
    "NPV_DivisionExpression": Expander._division,
    "NegationExpression": Expander._negation,
    "NPV_NegationExpression": Expander._negation,
    "IndexTemplate": Expander._index,
    "ScalarParam": Expander._scalar,
    "Numeric_GetItemExpression": Expander._item,
    "NPV_Numeric_GetItemExpression": Expander._item,
    "TemplateSumExpression": Expander._template_sum,
}


def _template(constraint: Any) -> tuple[Any, Sequence[Any]]:
    """A constraint's relation and its index templates, as Pyomo keeps them."""
    info = next(iter(constraint._data.values()))._expr if constraint.is_indexed() else constraint._expr
    if not isinstance(info, tuple):
        raise ExpansionError(f"{constraint.name} was not kept as a template")
    return info
