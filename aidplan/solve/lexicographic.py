"""The chain of ranks: each goal met and proved, and the face of plans that are as good for it.

Of the duals that prove a rank, those with the least prices are taken, so that neither the prices nor the face depend on
where the search began. After a rank, every column and row with a dual is fixed at the bound on which the dual leans:
what remains is exactly the face of best plans, with no row that would hold a goal with slack. A rank with a tolerance
gives up some of its best, so its goal stays as one row instead.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from aidplan_models.data import Goal, PlanData
from aidplan_models.registry import RELIEF_GOALS
from scipy.sparse import csr_array, vstack

from aidplan.solve import presolve
from aidplan.solve import warm as starting
from aidplan.solve.assemble.linear_program import Array, Programme
from aidplan.solve.certify import Proof, prove, proves_infeasible
from aidplan.solve.highs import Answer, Bridge, BridgeError, Method, Problem
from aidplan.solve.least_prices import DUAL, GiveWay, pivots, stands_at
from aidplan.solve.presolve import Core
from aidplan.solve.resource_limits import UNLIMITED, Limits, SolverStopped
from aidplan.solve.scale import Scaled
from aidplan.solve.warm import Starts

LEANS = (1e-7, 1e-9)
"""A dual past this, on scaled rows and goals, says that its bound holds all over the optimal face. The second is
for workbooks of wide range, where smaller duals count too: it is taken where a later rank gave up an earlier one."""

ROUNDING = 1e-9
"""Of the terms of a price: what is smaller is what their rounding leaves."""

METHODS = (Method("ipx"), Method("ipx", presolve=False), Method("simplex"), Method("simplex", presolve=False))
"""Tried in turn until an answer is verified. Simplex alone did not end on plans of 150k columns."""

NEAR = Method("simplex", presolve=False, primal=True)
"""From the basis of the rank before, which a later rank is often a few pivots from: on plans of 150k columns 0.03 to
0.9 s where `ipx` from nothing takes 1.5 to 2.3.
"""

PIVOTS = 5000
"""Pivots after which a rank is not near, and is met from nothing; they take twice as long as that does."""

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

    def constant(self, programme: Programme) -> float:
        """What the rank's goals count together whatever is decided."""
        return sum(
            weight * programme.constants.get(goal, 0.0) for goal, weight in zip(self.goals, self.weights, strict=True)
        )


def ranks_of_plan(data: PlanData) -> list[Rank]:
    """The ranks of a plan, best first: what gives way in a plan that keeps another, promises, and the workbook's goals."""
    before = [Goal(goal, rank, 1.0, 0.0) for rank, goal in enumerate(RELIEF_GOALS, -len(RELIEF_GOALS)) if data.kept]
    before += [Goal("promises", 0, 1.0, 0.0)] if data.kept or data.guarantees else []
    return ranks_of([*before, *data.goals], against=data.against is not None)


def ranks_of(goals: Sequence[Goal], *, against: bool = False) -> list[Rank]:
    """The goals in ranks, best first; ``stability`` is left out where there is no plan that it is ``against``."""
    by_rank: dict[int, list[Goal]] = {}
    for goal in goals:
        if goal.goal != "stability" or against:
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
    way: GiveWay | None = None  # where the least prices are wanted
    core: Core | None = None  # what is left out at first
    starts: Starts | None = None  # where the first rank may begin, and which learns where it stood
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
        if near and stands and (found := self._from_here(problem, NEAR, PIVOTS)):
            return found
        if self.core is not None and (found := self._from_core(problem, self.core)):
            return found
        infeasible = False
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

    def _from_here(self, problem: Problem, method: Method, most: int) -> tuple[Answer, Proof, Method] | None:
        """The verified best from the basis that the bridge stands at; None where that takes more pivots."""
        assert self.bridge is not None
        answer = self.bridge.solve(method, limits=self.limits, warm=True, most=most)
        self.seconds += answer.seconds
        if answer.status != "optimal":
            return None
        proof = prove(problem, answer)
        return (answer, proof, method) if proof.holds else None

    def _from_core(self, problem: Problem, core: Core) -> tuple[Answer, Proof, Method] | None:
        """The verified best by way of a core; None where the core has no best, or the way back is long."""
        assert self.bridge is not None
        method, most = replace(self.methods[0], core=True), presolve.pivots(len(problem.cost))
        steps = ((core.of(problem), None), (core.with_rows(problem), DUAL), (problem, NEAR))
        for step, by in steps:
            self.bridge.change(step)
            if by is None:
                answer = self.bridge.solve(method, limits=self.limits)
            else:
                answer = self.bridge.solve(by, limits=self.limits, warm=True, most=most)
            self.seconds += answer.seconds
            if answer.status != "optimal":
                self.bridge.change(problem)
                return None
        proof = prove(problem, answer)
        return (answer, proof, method) if proof.holds else None

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
            value = rank.constant(self.programme)
            return RankResult(rank, value, 0.0, "nothing to choose", proof, np.zeros(self.programme.shape[0]), x)
        first = self.last is None
        begun = self._begun(rank, cost) if first else None
        answer, proof, method = begun or self.best(cost, near=True)
        answer, proof = self._with_least_prices(answer, proof)
        self.last = answer, proof, method
        if first and self.starts is not None and self.bridge is not None:
            self.starts.keep(self.programme, rank.name, self.bridge.basis())
        x = np.clip(answer.x, self.scaled.lower, self.scaled.upper) * self.scaled.column
        value = float(coefficients @ x) + rank.constant(self.programme)
        price = self._price(answer, factor)
        if rank.tolerance > 0:
            self._hold(rank, cost, factor, value, price)
        else:
            self._stay(answer)
        said = f"{method}, from another plan's basis" if begun else str(method)
        return RankResult(rank, value, self.seconds - before, said, proof, price, x)

    def _begun(self, rank: Rank, cost: Array) -> tuple[Answer, Proof, Method] | None:
        """The first rank's verified best from where another programme's stood; None where it is far from there."""
        found = self.starts.fitting(self.programme, rank.name) if self.starts is not None else ()
        if not found:
            return None
        problem = replace(self.face, cost=cost)
        clock = time.perf_counter()
        bridge = self.bridge = Bridge(problem, threads=self.threads)
        self.handing_over += time.perf_counter() - clock
        infeasible = []
        for each in found:
            bridge.stand_at(each.basis())
            self.seconds += bridge.solve(DUAL, limits=self.limits, warm=True, most=0).seconds
            infeasible.append(bridge.infeasible())
        nearest = int(np.argmin(infeasible))
        if not starting.near(infeasible[nearest], len(cost)):
            return None
        bridge.stand_at(found[nearest].basis())
        most = starting.pivots(len(cost))
        quickly = self._from_here(problem, replace(DUAL, devex=True), min(starting.DEVEX_PIVOTS, most))
        return quickly or self._from_here(problem, DUAL, most)

    def _with_least_prices(self, answer: Answer, proof: Proof) -> tuple[Answer, Proof]:
        """The same plan with the duals of least prices, proved; as it is where they are not wanted, or not found."""
        if self.way is None:
            return answer, proof
        assert self.bridge is not None
        problem = self.bridge.problem
        try:
            self.bridge.change(self.way.directions(problem, answer.x))
            most = pivots(problem.matrix.shape[1])
            found = self.bridge.solve(DUAL, limits=self.limits, warm=True, most=most)
        except SolverStopped:
            return answer, proof  # the rank is met; who goes on comes to the limit again
        except BridgeError:
            found = Answer("failed", np.zeros(0), np.zeros(0), np.zeros(0), 0.0)
        self.seconds += found.seconds
        least = replace(answer, row_dual=found.row_dual, column_dual=found.column_dual)
        if found.status != "optimal" or not (proved := prove(problem, least)).holds:
            self.progress("no least prices were found; those of the solver are taken")
            return answer, proof
        return least, proved

    def _price(self, answer: Answer, factor: float) -> Array:
        """Duals as prices: positive where more of the limit is better; goals held by a row taken off.

        What rounding leaves of a dual, or of two prices that make up for each other, is no price.
        """
        rows = self.programme.shape[0]
        duals = np.where(np.abs(answer.row_dual) > LEANS[-1], answer.row_dual, 0.0)
        price = -duals[:rows] * self.scaled.row / factor
        size = np.abs(price)
        for (slope, own), dual in zip(self.held, duals[rows:], strict=True):
            term = dual / factor * slope * own
            price, size = price + term, size + np.abs(term)
        return np.where(np.abs(price) > ROUNDING * size, price, 0.0)

    def _stay(self, answer: Answer) -> None:
        """Fix what a dual leans on: the face of plans that are as good."""
        face = self.face
        lower, upper = _leaning(answer.column_dual, answer.x, face.lower, face.upper, self.leans)
        activity = face.matrix @ answer.x
        row_lower, row_upper = _leaning(answer.row_dual, activity, face.row_lower, face.row_upper, self.leans)
        self.face = replace(face, lower=lower, upper=upper, row_lower=row_lower, row_upper=row_upper)
        if self.way is not None:
            self.way = self.way.after(answer.row_dual, self.leans)

    def _hold(self, rank: Rank, cost: Array, factor: float, value: float, price: Array) -> None:
        """Keep a goal within its tolerance by one more row."""
        face = self.face
        value = float(f"{value:.12g}")  # the further digits are those of the way on which it was found
        bound = (value + rank.tolerance * max(abs(value), 1e-6) - rank.constant(self.programme)) * factor
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
        if self.way is not None:
            self.way = self.way.with_a_row_more()


def _leaning(dual: Array, value: Array, lower: Array, upper: Array, past: float) -> tuple[Array, Array]:
    """Bounds with those fixed on which a dual leans."""
    leans = (np.abs(dual) > past) & (lower < upper)
    bound = np.where(dual > 0, lower, upper)
    fixed = leans & stands_at(bound, value)
    return np.where(fixed, bound, lower), np.where(fixed, bound, upper)
