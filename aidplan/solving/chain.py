"""The chain of ranks: each goal met and proved, and the face of plans that are as good for it.

After a rank, every column and row with a dual is fixed at the bound on which the dual leans: what remains
is exactly the face of best plans, with no row that would hold a goal with slack. A rank with a tolerance
gives up some of its best, so its goal stays as one row instead.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from aidplan_models.data import Goal
from scipy.sparse import csr_array, vstack

from aidplan.solving.bridge import Answer, Bridge, Method, Problem
from aidplan.solving.limits import UNLIMITED, Limits
from aidplan.solving.programme import Array, Programme
from aidplan.solving.scaling import Scaled
from aidplan.solving.verification import Proof, prove, proves_infeasible

LEANS = (1e-7, 1e-9)
"""A dual past this, on scaled rows and goals, says that its bound holds all over the optimal face. The second is
for workbooks of wide range, where smaller duals count too: it is taken where a later rank gave up an earlier one."""

METHODS = (Method("ipx"), Method("ipx", presolve=False), Method("simplex"), Method("simplex", presolve=False))
"""Tried in turn until an answer is verified. Simplex alone did not end on plans of 150k columns."""

NEAR = Method("simplex", presolve=False, primal=True)
"""From the basis of the rank before, which a later rank is often a few pivots from: on plans of 150k columns 0.03 to
0.9 s where `ipx` from nothing takes 1.5 to 2.3.
"""

PIVOTS = 2000
"""Pivots after which a rank is not near, and is met from nothing; they take about as long as that does."""

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Rank:
    """What is asked at a rank: goals with weights, and how much of its best may be given up."""

    rank: int
    goals: tuple[str, ...]
    weights: tuple[float, ...]
    tolerance: float

    @property
    def name(self) -> str:
        """The rank's goals, joined."""
        return "+".join(self.goals)

    def coefficients(self, programme: Programme) -> Array:
        """The rank's goals together, weights applied (columns)."""
        total = np.zeros(programme.shape[1])
        for goal, weight in zip(self.goals, self.weights, strict=True):
            total += weight * programme.goals[goal]
        return total


def ranks_of(goals: Sequence[Goal]) -> list[Rank]:
    """The goals in ranks, best first; ``stability`` needs an earlier run and is left out."""
    by_rank: dict[int, list[Goal]] = {}
    for goal in goals:
        if goal.goal != "stability":
            by_rank.setdefault(goal.rank, []).append(goal)
    return [
        Rank(
            rank,
            tuple(goal.goal for goal in members),
            tuple(goal.weight for goal in members),
            max(goal.tolerance for goal in members),
        )
        for rank, members in sorted(by_rank.items())
    ]


@dataclass(frozen=True)
class RankResult:
    """A rank met: its best ``value``; ``price`` (rows, goal units a unit of the limit) as model.md defines it."""

    rank: Rank
    value: float
    seconds: float
    method: str
    proof: Proof
    price: Array
    x: Array


class NotVerified(Exception):
    """No method gave an answer that could be verified."""


class NoPlan(Exception):
    """The hard rules clash, and multipliers that prove it were verified."""


@dataclass
class Chain:
    """The ranks of one programme, solved one after the other on an ever smaller face."""

    programme: Programme
    scaled: Scaled
    methods: tuple[Method, ...] = METHODS
    limits: Limits = UNLIMITED
    threads: int = 0
    progress: Progress = lambda _: None
    bridge: Bridge | None = None
    face: Problem = field(init=False)
    held: list[tuple[float, Array]] = field(default_factory=list)  # (slope of its bound, its price) a goal row
    seconds: float = 0.0
    handing_over: float = 0.0
    leans: float = LEANS[0]
    last: tuple[Answer, Proof, Method] | None = None

    def __post_init__(self) -> None:
        s = self.scaled
        self.face = Problem(s.matrix, s.row_lower, s.row_upper, s.lower, s.upper, np.zeros(s.matrix.shape[1]))

    def best(self, cost: Array, *, near: bool = False) -> tuple[Answer, Proof, Method]:
        """The verified best of a cost on the face as it stands; ``near``: first from where the last answer stands.

        Raises NoPlan, NotVerified or SolverStopped.
        """
        problem = replace(self.face, cost=cost)
        clock = time.perf_counter()
        stands = self.last is not None and self.bridge is not None and self.bridge.problem.matrix is problem.matrix
        if self.bridge is None:
            self.bridge = Bridge(problem, threads=self.threads)
        else:
            self.bridge.change(problem)
        self.handing_over += time.perf_counter() - clock
        infeasible = False
        if near and stands:
            answer = self.bridge.solve(NEAR, limits=self.limits, warm=True, most=PIVOTS)
            self.seconds += answer.seconds
            if answer.status == "optimal" and (proof := prove(problem, answer)).holds:
                return answer, proof, NEAR
        for method in self.methods:
            answer = self.bridge.solve(method, limits=self.limits)
            self.seconds += answer.seconds
            if answer.status == "optimal":
                proof = prove(problem, answer)
                if proof.holds:
                    return answer, proof, method
                self.progress(f"an answer by {method} could not be verified ({proof}); trying another way")
            elif answer.status in ("infeasible", "unbounded"):
                infeasible = True
                if proves_infeasible(problem, answer.ray):
                    raise NoPlan
        if infeasible:
            self._prove_infeasible(problem)
        raise NotVerified

    def _prove_infeasible(self, problem: Problem) -> None:
        """A feasible phase of its own: with no cost, a ray is there to be found."""
        assert self.bridge is not None
        self.bridge.change(replace(problem, cost=np.zeros_like(problem.cost)))
        answer = self.bridge.solve(Method("simplex", presolve=False), limits=self.limits)
        if answer.status == "infeasible" and proves_infeasible(problem, answer.ray):
            raise NoPlan

    def meet(self, rank: Rank) -> RankResult:
        """Meet one rank, and keep its best from here on."""
        coefficients = rank.coefficients(self.programme)
        cost, factor = self.scaled.goal(coefficients)
        before = self.seconds
        if not cost.any() and self.last is not None:
            # No column counts in this goal, so every plan is as good: asking the solver took it for ever.
            answer, proof, _ = self.last
            x = np.clip(answer.x, self.scaled.lower, self.scaled.upper) * self.scaled.column
            return RankResult(rank, 0.0, 0.0, "nothing to choose", proof, np.zeros(self.programme.shape[0]), x)
        answer, proof, method = self.last = self.best(cost, near=True)
        x = np.clip(answer.x, self.scaled.lower, self.scaled.upper) * self.scaled.column
        value = float(coefficients @ x)
        price = self._price(answer, factor)
        if rank.tolerance > 0:
            self._hold(rank, cost, factor, value, price)
        else:
            self._stay(answer)
        return RankResult(rank, value, self.seconds - before, str(method), proof, price, x)

    def _price(self, answer: Answer, factor: float) -> Array:
        """Duals as prices: positive where more of the limit is better; goals held by a row taken off."""
        rows = self.programme.shape[0]
        price = -answer.row_dual[:rows] * self.scaled.row / factor
        for (slope, own), dual in zip(self.held, answer.row_dual[rows:], strict=True):
            price = price - (-dual / factor) * slope * own
        return price

    def _stay(self, answer: Answer) -> None:
        """Fix what a dual leans on: the face of plans that are as good."""
        face = self.face
        lower, upper = _leaning(answer.column_dual, answer.x, face.lower, face.upper, self.leans)
        activity = face.matrix @ answer.x
        row_lower, row_upper = _leaning(answer.row_dual, activity, face.row_lower, face.row_upper, self.leans)
        self.face = replace(face, lower=lower, upper=upper, row_lower=row_lower, row_upper=row_upper)

    def _hold(self, rank: Rank, cost: Array, factor: float, value: float, price: Array) -> None:
        """Keep a goal within its tolerance by one more row."""
        face = self.face
        bound = (value + rank.tolerance * max(abs(value), 1e-6)) * factor
        row = csr_array(cost.reshape(1, -1))
        self.face = replace(
            face,
            matrix=csr_array(vstack([face.matrix, row], format="csr")),
            row_lower=np.append(face.row_lower, -np.inf),
            row_upper=np.append(face.row_upper, bound),
        )
        # The row's dual is a goal unit of the next rank for a scaled unit of this one.
        slope = (1 + rank.tolerance if abs(value) > 1e-6 else 1.0) * factor
        self.held.append((slope, price))


def _leaning(dual: Array, value: Array, lower: Array, upper: Array, past: float) -> tuple[Array, Array]:
    """Bounds with those fixed on which a dual leans."""
    leans = (np.abs(dual) > past) & (lower < upper)
    bound = np.where(dual > 0, lower, upper)
    with np.errstate(invalid="ignore"):
        there = np.isfinite(bound) & (np.abs(value - bound) <= 1e-6 * np.maximum(1.0, np.abs(bound)))
    fixed = leans & there
    return np.where(fixed, bound, lower), np.where(fixed, bound, upper)
