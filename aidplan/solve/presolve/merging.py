"""Money merged: what funds of equal rights buy goes through money nodes, and the way back to every fund's own purchases.

Columns that differ in the rows of their money alone, and there by the same amounts, are one purchase paid by several
payers. Payer p, purchase s, amount a[s] of money a unit:

    x[p,s] >= 0     becomes     y[s] >= 0,  z[p,C] >= 0,     sum_p z[p,C] = sum_{s in C} a[s]·y[s]

where the class C holds the purchases with the same payers. Every plan of the one is a plan of the other: y adds up the
payers, and z can be split among the purchases in any way, since in C every payer buys everything. Payers with the same
classes go through one node more. Nothing is taken from names: which rows are the money's is found by what merges most,
so that a purchase which any other row tells apart, such as a share of a menu, keeps its columns or has its own payers.

The way back is a basis. At every node the basic flows in and the basic flows out are joined by the north-west corner rule,
which gives a tree; its edges are the basic columns of the whole programme, and the duals of the rows stay. Where a node
has basic flows on one side alone, all of them 0, they are left out: some pivots of the whole programme mend that. Source:
Dantzig, Linear Programming and Extensions (1963), ch. 14, for basic solutions of a transportation problem as trees.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.sparse import coo_array, csc_array, csr_array

from aidplan.solve.assemble.linear_program import Array, Programme
from aidplan.solve.presolve.core import Core
from aidplan.solve.presolve.purchases import Purchases, find_purchases
from aidplan.solve.warm import AT_LOWER, BASIC, Start


@dataclass(frozen=True)
class Node:
    """A money node: where the columns ``sources`` bring in what the columns ``sinks`` take out (reduced columns)."""

    sources: Sequence[int]
    sinks: Sequence[int]


@dataclass(frozen=True)
class Merged:
    """A programme with its purchases merged, and what leads back.

    ``reduced`` has the rows of the whole in their order, then those of the nodes; its columns are first the ``kept``
    ones of the whole, then purchases and flows; ``goal`` and ``worth`` are of these. ``payer``, ``purchase`` and
    ``amount`` tell of a reduced column which payer or purchase of ``whole`` it is; ``any_payer`` one payer behind a flow;
    ``whole[payer, purchase]`` is the column of the whole programme, which has ``shape``.
    """

    reduced: Programme
    goal: Array
    worth: Array
    kept: Array
    shape: tuple[int, int]
    groups: Sequence[Node]
    classes: Sequence[Node]
    payer: Mapping[int, int]
    purchase: Mapping[int, int]
    amount: Mapping[int, float]
    any_payer: Mapping[int, int]
    whole: Mapping[tuple[int, int], int]

    def core(self, core: Core) -> Core:
        """A core of the whole programme, in the columns and rows of the reduced one."""
        columns = np.zeros(self.reduced.shape[1], dtype=bool)
        columns[: len(self.kept)] = core.columns[self.kept]
        rows = np.zeros(self.reduced.shape[0], dtype=bool)
        rows[: self.shape[0]] = core.rows
        return Core(columns, rows)

    def start(self, start: Start, x: Array) -> Start:
        """The basis of the whole programme from one of the reduced with the values ``x`` (its columns, unscaled)."""
        rows, columns = self.shape
        states = np.full(columns, AT_LOWER, dtype=np.int8)
        states[self.kept] = start.columns[: len(self.kept)]
        basic = start.columns == BASIC
        incoming: dict[int, list[tuple[int, float]]] = {}  # flow into a class -> payers and how much of it is theirs
        for node in self.groups:
            sinks = [column for column in node.sinks if basic[column]]
            sources = [column for column in node.sources if basic[column]]
            for source, sink, flow in _tree(sources, sinks, x, node):
                incoming.setdefault(sink, []).append((self.payer[source], flow))
        for node in self.classes:
            self._buy(node, basic, x, incoming, states)
        return Start(states, start.rows[:rows].copy())

    def _buy(
        self,
        node: Node,
        basic: Array,
        x: Array,
        incoming: Mapping[int, list[tuple[int, float]]],
        states: Array,
    ) -> None:
        """Set the states of a class's columns: the tree that joins its payers and its purchases is basic."""
        payers: list[tuple[int, float]] = []
        for column in node.sources:
            if column in incoming:
                payers += incoming[column]
            elif basic[column] and column in self.payer:
                payers.append((self.payer[column], float(x[column])))
        sinks = [column for column in node.sinks if basic[column]]
        size = {column: self.amount[column] * float(x[column]) for column in sinks}
        for at, column, _ in _corner([flow for _, flow in payers], [size[column] for column in sinks]):
            states[self.whole[payers[at][0], self.purchase[sinks[column]]]] = BASIC


def merge(programme: Programme, goal: Array, worth: Array) -> Merged | None:
    """The programme for one goal (columns) with its purchases merged; None where little would be gained."""
    found = find_purchases(programme, goal)
    return _Merging(programme, goal, worth, found).merged() if found is not None else None


@dataclass
class _Merging:
    """Columns, rows and nodes of a reduced programme as they are gathered."""

    programme: Programme
    goal: Array
    worth: Array
    found: Purchases
    next_column: int = 0
    next_row: int = 0
    row: list[Array] = field(default_factory=list)
    column: list[Array] = field(default_factory=list)
    value: list[Array] = field(default_factory=list)
    goals: list[float] = field(default_factory=list)
    worths: list[float] = field(default_factory=list)
    groups: list[Node] = field(default_factory=list)
    classes: list[Node] = field(default_factory=list)
    payer: dict[int, int] = field(default_factory=dict)
    purchase: dict[int, int] = field(default_factory=dict)
    amount: dict[int, float] = field(default_factory=dict)
    any_payer: dict[int, int] = field(default_factory=dict)

    def merged(self) -> Merged:
        """Purchases, payers and nodes put together."""
        programme, found = self.programme, self.found
        rows, columns = programme.shape
        by_column = csc_array(programme.matrix)
        keeps = np.ones(columns, dtype=bool)
        keeps[found.column] = False
        kept = np.nonzero(keeps)[0]
        self.next_column, self.next_row = len(kept), rows
        one_of_payer = dict(zip(found.payer.tolist(), range(len(found.payer)), strict=True))
        payers_of, purchases_of = self._by_class()
        bought = [self._purchases(by_column, members) for members in purchases_of]
        paid = self._flows(by_column, payers_of, one_of_payer)
        for flows, things in zip(paid, bought, strict=True):
            self._node(flows, things, [self.amount[thing] for thing in things], self.classes)
        matrix = coo_array(programme.matrix[:, kept])
        reduced = self._programme(matrix, kept)
        whole = {(int(p), int(s)): int(j) for p, s, j in zip(found.payer, found.purchase, found.column, strict=True)}
        return Merged(
            reduced, np.concatenate([self.goal[kept], self.goals]), np.concatenate([self.worth[kept], self.worths]),
            kept, programme.shape, self.groups, self.classes, self.payer, self.purchase, self.amount,
            self.any_payer, whole,
        )  # fmt: skip

    def _by_class(self) -> tuple[list[list[int]], list[list[int]]]:
        """Of every class its payers; and of each purchase one member (place among the found columns)."""
        found = self.found
        payers: list[dict[int, None]] = [{} for _ in range(int(found.of_class.max()) + 1)]
        purchases: list[dict[int, int]] = [{} for _ in payers]
        for n, (c, p, s) in enumerate(
            zip(found.of_class.tolist(), found.payer.tolist(), found.purchase.tolist(), strict=True)
        ):
            payers[c].setdefault(p)
            purchases[c].setdefault(s, n)
        return [list(each) for each in payers], [list(each.values()) for each in purchases]

    def _purchases(self, by_column: csc_array, members: list[int]) -> list[int]:
        """Columns that buy: the entries of the whole but for the money."""
        made = []
        for n in members:
            j = int(self.found.column[n])
            rows, values = self._column(by_column, j)
            other = ~self.found.money[rows]
            column = self._add(rows[other], values[other], float(self.goal[j]), float(self.worth[j]))
            self.purchase[column], self.amount[column] = int(self.found.purchase[n]), float(self.found.amount[n])
            made.append(column)
        return made

    def _flows(
        self, by_column: csc_array, payers_of: list[list[int]], one_of_payer: Mapping[int, int]
    ) -> list[list[int]]:
        """For each class the columns that bring in its money: of each payer, or through a node of payers alike."""
        classes_of: dict[int, list[int]] = {}
        for c, payers in enumerate(payers_of):
            for p in payers:
                classes_of.setdefault(p, []).append(c)
        alike: dict[tuple[int, ...], list[int]] = {}
        for p, bought_in in classes_of.items():
            alike.setdefault(tuple(bought_in), []).append(p)
        flows: list[list[int]] = [[] for _ in payers_of]
        for classes, payers in alike.items():
            through = len(payers) * len(classes) > len(payers) + len(classes)
            made = []
            for p in payers:
                for c in classes[:1] if through else classes:
                    column = self._payment(by_column, one_of_payer[p])
                    self.payer[column] = self.any_payer[column] = p
                    made.append(column)
                    if not through:
                        flows[c].append(column)
            if through:
                out = [self._add(np.zeros(0, int), np.zeros(0), 0.0, self.worths[-1]) for _ in classes]
                self._node(made, out, [1.0] * len(out), self.groups)
                for c, column in zip(classes, out, strict=True):
                    flows[c].append(column)
                    self.any_payer[column] = payers[0]
        return flows

    def _payment(self, by_column: csc_array, n: int) -> int:
        """A column of one payer's money: the money entries of one of its columns, a unit of money each."""
        j, amount = int(self.found.column[n]), float(self.found.amount[n])
        rows, values = self._column(by_column, j)
        money = self.found.money[rows]
        return self._add(rows[money], values[money] / amount, 0.0, float(self.worth[j]) / amount)

    def _column(self, by_column: csc_array, j: int) -> tuple[Array, Array]:
        part = slice(by_column.indptr[j], by_column.indptr[j + 1])
        return by_column.indices[part], by_column.data[part]

    def _add(self, rows: Array, values: Array, goal: float, worth: float) -> int:
        column = self.next_column
        self.row.append(rows)
        self.column.append(np.full(len(rows), column))
        self.value.append(values)
        self.goals.append(goal)
        self.worths.append(worth)
        self.next_column += 1
        return column

    def _node(self, sources: list[int], sinks: list[int], amounts: list[float], nodes: list[Node]) -> None:
        """A row: what the sources bring is what the sinks take, ``amounts`` a unit of theirs."""
        self.row.append(np.full(len(sources) + len(sinks), self.next_row))
        self.column.append(np.array([*sources, *sinks]))
        self.value.append(np.array([*[1.0] * len(sources), *[-amount for amount in amounts]]))
        self.next_row += 1
        nodes.append(Node(sources, sinks))

    def _programme(self, matrix: coo_array, kept: Array) -> Programme:
        programme = self.programme
        new, nodes = self.next_column - len(kept), self.next_row - programme.shape[0]
        row, column, value = (
            np.concatenate([own, *added])
            for own, added in zip((*matrix.coords, matrix.data), (self.row, self.column, self.value), strict=True)
        )
        return Programme(
            matrix=csr_array(coo_array((value, (row, column)), shape=(self.next_row, self.next_column))),
            row_lower=np.append(programme.row_lower, np.zeros(nodes)),
            row_upper=np.append(programme.row_upper, np.zeros(nodes)),
            lower=np.append(programme.lower[kept], np.zeros(new)),
            upper=np.append(programme.upper[kept], np.full(new, np.inf)),
            goals={},
            columns={},
            rows={},
            void=(),
        )


def _tree(sources: list[int], sinks: list[int], x: Array, node: Node) -> list[tuple[int, int, float]]:
    """The edges that join the basic flows of a node, (source, sink, flow); the node's row takes one of them away."""
    corner = _corner([float(x[column]) for column in sources], [float(x[column]) for column in sinks])
    return [(sources[i], sinks[j], flow) for i, j, flow in corner]


def _corner(supply: list[float], demand: list[float]) -> list[tuple[int, int, float]]:
    """The north-west corner rule: len(supply) + len(demand) - 1 cells (supply, demand, flow) that form a tree."""
    cells: list[tuple[int, int, float]] = []
    if not supply or not demand:
        return cells
    i = j = 0
    left, wanted = supply[0], demand[0]
    while True:
        flow = max(0.0, min(left, wanted))
        cells.append((i, j, flow))
        last_supply, last_demand = i == len(supply) - 1, j == len(demand) - 1
        if last_supply and last_demand:
            return cells
        if last_demand or (left <= wanted and not last_supply):
            wanted, i = wanted - flow, i + 1
            left = supply[i]
        else:
            left, j = left - flow, j + 1
            wanted = demand[j]
