"""Answers with a proof: a programme solved from nothing or from a basis, taken only where a certificate holds."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from aidplan.solve.certify import Proof, prove, proves_infeasible
from aidplan.solve.highs import MOST_PIVOTS, Answer, Method, Problem, SolverInterface
from aidplan.solve.resource_limits import UNLIMITED, Limits

METHODS = (Method("ipx"), Method("ipx", presolve=False), Method("simplex"), Method("simplex", presolve=False))
"""Tried in turn until an answer is verified. Simplex alone did not end on plans of 150k columns."""

Progress = Callable[[str], None]
Found = tuple[Answer, Proof, Method]


class NotVerified(Exception):
    """No method gave an answer that could be verified."""


class NoPlan(Exception):
    """The hard rules clash, and multipliers that prove it were verified."""


@dataclass
class VerifiedSolver:
    """Problems solved one after the other by one interface to HiGHS, and verified.

    ``seconds`` are HiGHS's own, ``load_seconds`` those of passing arrays to it.
    """

    methods: tuple[Method, ...] = METHODS
    limits: Limits = UNLIMITED
    threads: int = 0
    progress: Progress = lambda _: None
    interface: SolverInterface | None = None
    seconds: float = 0.0
    load_seconds: float = 0.0

    def load(self, problem: Problem) -> SolverInterface:
        """The interface with this problem in it; it keeps its basis where the matrix is the same."""
        clock = time.perf_counter()
        if self.interface is None:
            self.interface = SolverInterface(problem, threads=self.threads)
        else:
            self.interface.change(problem)
        self.load_seconds += time.perf_counter() - clock
        return self.interface

    def stands(self, problem: Problem) -> bool:
        """Whether the interface holds a basis of a problem with the same matrix."""
        return self.interface is not None and self.interface.problem.matrix is problem.matrix

    def run(self, method: Method, *, warm: bool = False, most: int = MOST_PIVOTS) -> Answer:
        """Solve what is loaded, ``warm`` from the basis where it stands; the answer is not verified."""
        assert self.interface is not None
        answer = self.interface.solve(method, limits=self.limits, warm=warm, most=most)
        self.seconds += answer.seconds
        return answer

    def within(self, problem: Problem, method: Method, most: int, *, warm: bool) -> Found | None:
        """The verified best of the loaded problem, ``warm`` from the basis where it stands; None where it takes more pivots."""
        answer = self.run(method, warm=warm, most=most)
        if answer.status != "optimal":
            return None
        proof = prove(problem, answer)
        return (answer, proof, method) if proof.holds else None

    def from_nothing(self, problem: Problem) -> Found:
        """The verified best of a problem by the methods in turn. Raises NoPlan, NotVerified or SolverStopped."""
        self.load(problem)
        infeasible = False
        for method in self.methods:
            answer = self.run(method)
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
        self.load(replace(problem, cost=np.zeros_like(problem.cost)))
        answer = self.run(Method("simplex", presolve=False))
        if answer.status == "infeasible" and proves_infeasible(problem, answer.ray):
            raise NoPlan
