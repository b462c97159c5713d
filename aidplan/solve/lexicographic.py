"""The chain of ranks: each goal met and proved, and the face of plans that are as good for it.

Of the duals that prove a rank, those with the least prices are taken, so that neither the prices nor the face depend on
where the search began. After a rank, every column and row with a dual is fixed at the bound on which the dual leans:
what remains is exactly the face of best plans, with no row that would hold a goal with slack. A rank with a tolerance
gives up some of its best, so its goal stays as one row instead.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from scipy.sparse import csr_array, vstack

from aidplan.solve import starting
from aidplan.solve.assemble.linear_program import Array, Programme
from aidplan.solve.certify import Proof, prove
from aidplan.solve.highs import Answer, Problem, SolverError
from aidplan.solve.least_prices import DIRECTIONS, DualWeights, pivots, stands_at
from aidplan.solve.levels import Rank, RankResult
from aidplan.solve.resource_limits import SolverStopped
from aidplan.solve.scale import Scaled
from aidplan.solve.starting import NEAR, NOTHING_FIRST, Presolve
from aidplan.solve.verified import Found, VerifiedSolver
from aidplan.solve.warm import Start, Starts

DUAL_TOLERANCE = (1e-7, 1e-9)
"""A dual past this, on scaled rows and goals, says that its bound holds all over the optimal face. The second is
for workbooks of wide range, where smaller duals count too: it is taken where a later rank gave up an earlier one."""

NOTHING = 1e-6
"""A rank's value below which its tolerance is counted from this, so that 0 leaves some room too."""

ROUNDING = 1e-9
"""Of the terms of a price: what is smaller is what their rounding leaves."""

SMALL = 30_000
"""Columns up to which later stages are a matter of hundredths of a second, and begin from nothing of another solve."""

PIVOTS = 5000
"""Pivots after which a rank is not near, and is met from nothing. On the coalition workbook of 0.1.0 the fourth rank is nearer
than this (1.1 s; from nothing 5), on that of 0.2.0 it is not (7.3 s lost)."""


@dataclass
class Lexicographic:
    """The ranks of one programme, solved one after the other on an ever smaller face."""

    programme: Programme
    scaled: Scaled
    solver: VerifiedSolver = field(default_factory=VerifiedSolver)
    weights: DualWeights | None = None  # where the least prices are wanted
    presolve: Presolve = NOTHING_FIRST  # what is tried first
    starts: Starts | None = None  # where the first rank may begin, and which learns where it stood
    face: Problem = field(init=False)
    held: list[tuple[float, Array]] = field(default_factory=list)  # (slope of its bound, its price) a goal row
    dual_tolerance: float = DUAL_TOLERANCE[0]
    exactly: bool = False  # ranks whose best is 0 leave the later ones no tolerance, which would be below rounding
    last: Found | None = None
    begun: Start | None = None  # the start from which the first rank began

    def __post_init__(self) -> None:
        self.face = self.scaled.problem(np.zeros(self.scaled.matrix.shape[1]))

    def best(self, cost: Array, *, near: bool = False, stage: str = "") -> Found:
        """The verified best of a cost on the face as it stands; ``near``: first from where the last answer stands.

        Before that from where the solve from which this one began stood at the ``stage``.

        Raises NoPlan, NotVerified or SolverStopped.
        """
        problem = replace(self.face, cost=cost)
        found = None
        if near and self.last is not None:
            stands = self.solver.stands(problem)
            self.solver.load(problem)
            found = starting.from_stage(self.solver, problem, self.stage(stage))
            if found is None and stands:
                found = self.solver.within(problem, NEAR, PIVOTS, warm=True)
        if found is None and self.presolve.core is not None:
            found = starting.from_core(self.solver, problem, self.presolve.core)
        return found or self.solver.from_nothing(problem)

    def optimise(self, rank: Rank) -> RankResult:
        """Meet one rank, and keep its best from here on."""
        coefficients = rank.coefficients(self.programme)
        cost, factor = self.scaled.goal(coefficients)
        before = self.solver.seconds
        if not cost.any() and self.last is not None:
            # No column counts in this goal, so every plan is as good: asking the solver took it for ever.
            answer, proof, _ = self.last
            x = np.clip(answer.x, self.scaled.lower, self.scaled.upper) * self.scaled.column
            value = rank.constant(self.programme)
            return RankResult(rank, value, 0.0, "nothing to choose", proof, np.zeros(self.programme.shape[0]), x)
        first = self.last is None
        begun = self._first(rank, coefficients, cost) if first else None
        stage = f"{rank.rank} {rank.name}"
        answer, proof, method = begun or self.best(cost, near=True, stage=stage)
        answer, proof = self._with_least_prices(answer, proof)
        self.last = answer, proof, method
        self._keep(rank.name if first else "", stage)
        x = np.clip(answer.x, self.scaled.lower, self.scaled.upper) * self.scaled.column
        value = float(coefficients @ x) + rank.constant(self.programme)
        price = self._price(answer, factor)
        if rank.tolerance > 0 and not (self.exactly and abs(value) <= NOTHING):
            self._bound_objective(rank, cost, factor, value, price)
        else:
            self._fix_to_face(answer)
        return RankResult(rank, value, self.solver.seconds - before, str(method), proof, price, x)

    def _first(self, rank: Rank, coefficients: Array, cost: Array) -> Found | None:
        """The first rank's verified best from another plan's basis or a smaller programme's; None where neither helps."""
        problem = replace(self.face, cost=cost)
        starts = self.starts.fitting(self.programme, rank.name) if self.starts is not None else ()
        found = None
        if begun := starting.from_another_plan(self.solver, problem, starts):
            found, self.begun = begun
        elif self.presolve.merged:
            worth = self.scaled.worth
            found = starting.from_merged(self.solver, problem, self.programme, coefficients, worth, self.presolve.core)
        return found

    def stage(self, name: str) -> Start | None:
        """Where the solve from which this one began stood at a stage."""
        return self.begun.later.get(name) if self.begun is not None else None

    def _keep(self, goals: str, stage: str) -> None:
        """Keep where the first rank with these ``goals`` stood, or the ``stage`` after it, for other solves."""
        if self.starts is None or self.solver.interface is None:
            return
        if goals:
            self.starts.keep(self.programme, goals, self.solver.interface.basis())
        elif self.programme.shape[1] > SMALL:
            self.starts.keep_later(stage, self.solver.interface.basis())

    def _with_least_prices(self, answer: Answer, proof: Proof) -> tuple[Answer, Proof]:
        """The same plan with the duals of least prices, proved; as it is where they are not wanted, or not found."""
        if self.weights is None:
            return answer, proof
        assert self.solver.interface is not None
        problem = self.solver.interface.problem
        try:
            self.solver.load(self.weights.directions(problem, answer.x))
            most = pivots(problem.matrix.shape[1])
            found = self.solver.run(DIRECTIONS, warm=True, most=most)
        except SolverStopped:
            return answer, proof  # the rank is met; who goes on comes to the limit again
        except SolverError:
            found = Answer("failed", np.zeros(0), np.zeros(0), np.zeros(0), 0.0)
        least = replace(answer, row_dual=found.row_dual, column_dual=found.column_dual)
        if found.status != "optimal" or not (proved := prove(problem, least)).holds:
            self.solver.progress("no least prices were found; those of the solver are taken")
            return answer, proof
        return least, proved

    def _price(self, answer: Answer, factor: float) -> Array:
        """Duals as prices: positive where more of the limit is better; goals held by a row taken off.

        What rounding leaves of a dual, or of two prices that make up for each other, is no price.
        """
        rows = self.programme.shape[0]
        duals = np.where(np.abs(answer.row_dual) > DUAL_TOLERANCE[-1], answer.row_dual, 0.0)
        price = -duals[:rows] * self.scaled.row / factor
        size = np.abs(price)
        for (slope, own), dual in zip(self.held, duals[rows:], strict=True):
            term = dual / factor * slope * own
            price, size = price + term, size + np.abs(term)
        return np.where(np.abs(price) > ROUNDING * size, price, 0.0)

    def _fix_to_face(self, answer: Answer) -> None:
        """Fix what a dual leans on: the face of plans that are as good."""
        face = self.face
        lower, upper = _active(answer.column_dual, answer.x, face.lower, face.upper, self.dual_tolerance)
        activity = face.matrix @ answer.x
        row_lower, row_upper = _active(answer.row_dual, activity, face.row_lower, face.row_upper, self.dual_tolerance)
        self.face = replace(face, lower=lower, upper=upper, row_lower=row_lower, row_upper=row_upper)
        if self.weights is not None:
            self.weights = self.weights.after(answer.row_dual, self.dual_tolerance)

    def _bound_objective(self, rank: Rank, cost: Array, factor: float, value: float, price: Array) -> None:
        """Keep a goal within its tolerance by one more row."""
        face = self.face
        value = float(f"{value:.12g}")  # the further digits are those of the way on which it was found
        bound = (value + rank.tolerance * max(abs(value), NOTHING) - rank.constant(self.programme)) * factor
        row = csr_array(cost.reshape(1, -1))
        self.face = replace(
            face,
            matrix=csr_array(vstack([face.matrix, row], format="csr")),
            row_lower=np.append(face.row_lower, -np.inf),
            row_upper=np.append(face.row_upper, bound),
        )
        # The row's dual is a goal unit of the next rank for a scaled unit of this one.
        slope = (1 + rank.tolerance if abs(value) > NOTHING else 1.0) * factor
        self.held.append((slope, price))
        if self.weights is not None:
            self.weights = self.weights.with_a_row_more()


def _active(dual: Array, value: Array, lower: Array, upper: Array, past: float) -> tuple[Array, Array]:
    """Bounds with those fixed on which a dual leans."""
    dual_tolerance = (np.abs(dual) > past) & (lower < upper)
    bound = np.where(dual > 0, lower, upper)
    fixed = dual_tolerance & stands_at(bound, value)
    return np.where(fixed, bound, lower), np.where(fixed, bound, upper)
