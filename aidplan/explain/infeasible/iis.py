"""An irreducible infeasible subset (IIS): rows that cannot all be kept, though any one of them taken away lets the rest be kept.

It begins from the rows whose multipliers prove that no plan exists, usually few, and takes rows away one by
one: where the rest still clashes, the multipliers that prove that name fewer rows yet. What is left when every
row was tried is irreducible; bounds of single quantities (nothing is below 0) are kept throughout.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_array

from aidplan.explain.infeasible.elastic import LEAST_RELAXATION, Rows, lever_columns, with_elastic_columns
from aidplan.explain.infeasible.levers import ASKING, Lever
from aidplan.solve.assemble.linear_program import Array, Programme
from aidplan.solve.certify import prove
from aidplan.solve.highs import Answer, Method, Problem, SolverError, SolverInterface
from aidplan.solve.resource_limits import Limits, SolverStopped
from aidplan.solve.scale import scale
from aidplan.solve.verified import METHODS, NoPlan, NotVerified, VerifiedSolver

COLD = (Method("simplex"), *METHODS)
"""Of these few rows simplex is the quickest."""

SHRUNK = 0.8
"""Of the rows held: with fewer left, those alone are held from there on."""

ROUNDING_NOISE = 1e-9
"""Of the largest multiplier: a smaller one is rounding."""


@dataclass(frozen=True)
class Iis:
    """``rows`` clash; ``irreducible`` says that each of them was seen to be needed for it."""

    rows: tuple[int, ...]
    irreducible: bool


class _Reduction:
    """Some rows of a programme with what is asked let give way; any of them may be left out, solved from where it
    last stood.
    """

    def __init__(self, rows: Rows, asking: Sequence[Lever], among: Sequence[int], limits: Limits) -> None:
        self.rows, self.asking, self.limits = rows, asking, limits
        self._take(among)

    def _take(self, among: Sequence[int]) -> None:
        """Hold these rows alone."""
        rows, asking = self.rows, self.asking
        self.among = np.array(among, dtype=np.int64)
        part = csr_array(rows.programme.matrix[self.among, :])
        added = csr_array(lever_columns(rows, asking)[self.among, :])
        columns, levers = np.unique(part.indices), np.unique(added.indices)
        most = np.array([lever.most / lever.size for lever in asking])
        programme = rows.programme
        bare = Programme(
            matrix=csr_array(part[:, columns]),
            row_lower=programme.row_lower[self.among],
            row_upper=programme.row_upper[self.among],
            lower=programme.lower[columns],
            upper=programme.upper[columns],
            goals={},
            columns={},
            rows={},
            void=(),
        )
        self.programme = with_elastic_columns(bare, csr_array(added[:, levers]), most[levers])
        self.scaled = s = scale(self.programme, np.concatenate([rows.worth[columns], np.ones(len(levers))]))
        cost, _ = s.goal(self.programme.goals["giving_way"])
        self.whole = Problem(s.matrix, s.row_lower, s.row_upper, s.lower, s.upper, cost)
        self.interface = SolverInterface(self.whole, threads=1)
        self.stands = False

    def price(self, kept: Sequence[int]) -> Array | None:
        """The multipliers (kept rows) that prove an infeasibility of these rows; None where they can all be kept."""
        there = np.isin(self.among, kept)
        problem = replace(
            self.whole,
            row_lower=np.where(there, self.whole.row_lower, -np.inf),
            row_upper=np.where(there, self.whole.row_upper, np.inf),
        )
        answer = self._best(problem)
        x = np.clip(answer.x, self.scaled.lower, self.scaled.upper) * self.scaled.column
        if float(self.programme.goals["giving_way"] @ x) <= LEAST_RELAXATION:
            return None
        return (answer.row_dual * self.scaled.row)[there]

    def _best(self, problem: Problem) -> Answer:
        self.interface.change(problem)
        if self.stands:
            answer = self.interface.solve(Method("simplex", primal=True), limits=self.limits, warm=True)
            if answer.status == "optimal" and prove(problem, answer).holds:
                return answer
        self.stands = True
        return VerifiedSolver(COLD, limits=self.limits, interface=self.interface).from_nothing(problem)[0]

    def hold(self, kept: Sequence[int]) -> None:
        """Forget the other rows for good, where they are many by now."""
        if len(kept) < SHRUNK * len(self.among):
            self._take(kept)

    def needed(self, kept: list[int]) -> list[int]:
        """The rows without those that the multipliers leave out."""
        price = self.price(kept)
        if price is None:
            return []
        large = np.abs(price) > ROUNDING_NOISE * np.abs(price).max(initial=0.0)
        return [row for row, bears in zip(kept, large.tolist(), strict=True) if bears]


def irreducible(rows: Rows, levers: Sequence[Lever], price: Array, limits: Limits) -> Iis | None:
    """The infeasibility within the rows that ``price`` (rows, from the programme with everything asked given up) names.

    None where these rows do not clash by themselves, which rounding may do. Ends at a limit
    with what it has, which is then not shown to be irreducible.
    """
    asking = [lever for lever in levers if lever.kind in ASKING]
    kept = np.nonzero(np.abs(price) > ROUNDING_NOISE * np.abs(price).max(initial=0.0))[0].tolist()
    reduction = _Reduction(rows, asking, kept, limits)
    settled: list[int] = []
    try:
        kept = reduction.needed(kept)
        if not kept:
            return None
        while len(settled) < len(kept):
            limits.check()
            reduction.hold(kept)
            candidate = next(row for row in kept if row not in settled)
            rest = [row for row in kept if row != candidate]
            smaller = reduction.needed(rest) if rest else []
            if smaller and set(settled) <= set(smaller):
                kept = smaller
            elif smaller:  # multipliers without a row that another clash needs: this clash alone is followed
                kept, settled = smaller, [row for row in settled if row in smaller]
            else:
                settled.append(candidate)
    except (SolverStopped, NoPlan, NotVerified, SolverError):
        return Iis(tuple(kept), False) if kept else None
    return Iis(tuple(kept), True)
