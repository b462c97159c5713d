"""The solver interface to HiGHS: arrays over, every status checked, counts compared, what is not finite refused.

HiGHS reports trouble by a status that is easily ignored; a refused row or a coefficient out of range then
vanishes, and "optimal" is said of another problem. Here nothing is ignored: what HiGHS holds is counted
and compared with what was sent, and a solution is taken only where HiGHS says that its primal is feasible.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any, Self

import highspy
import numpy as np
from scipy.sparse import csr_array

from aidplan.solve.assemble.linear_program import Array
from aidplan.solve.interrupt import run_interruptibly
from aidplan.solve.resource_limits import UNLIMITED, Limits, SolverStopped, give_back_memory

LARGEST_COEFFICIENT = 1e9
"""Scaled coefficients past this are refused: from here on wrong optima were seen."""

FEASIBILITY = 1e-7
"""Primal and dual tolerance, on scaled rows and columns."""

ITS_CHOICE, DEVEX = -1, 1
"""HiGHS's ``simplex_dual_edge_weight_strategy``: its own choice, Devex."""

CHOICE, PRIMAL = 0, 4
"""HiGHS's ``simplex_strategy``: its own choice, the primal method."""

MOST_PIVOTS = 2**31 - 1
"""HiGHS's own limit of simplex iterations: none."""


class SolverError(Exception):
    """HiGHS did not take what it was sent; says what and why."""


@dataclass(frozen=True)
class Method:
    """A way to solve: HiGHS's ``solver`` (ipx, simplex), whether it presolves, whether simplex is ``primal``, and whether the
    dual one prices by ``devex`` weights instead of HiGHS's own choice. Without ``perturbed``
    simplex keeps costs and bounds as they are. ``how`` tells more of the way an answer was found.
    """

    solver: str
    presolve: bool = True
    primal: bool = False
    devex: bool = False
    perturbed: bool = True
    how: str = ""

    def __str__(self) -> str:
        name = f"primal {self.solver}" if self.primal else self.solver
        name = name if self.presolve else f"{name} without presolve"
        return f"{name}, {self.how}" if self.how else name


@dataclass(frozen=True)
class Answer:
    """What HiGHS returned: ``status`` is optimal, infeasible, unbounded or failed.

    ``x`` (columns), ``row_dual`` (rows), ``column_dual`` (columns) are of the scaled problem as sent;
    ``ray`` (rows) is a dual ray where the problem is infeasible and one was found;
    ``direction`` (columns) leads ever further down where it is unbounded and one was found.
    """

    status: str
    x: Array
    row_dual: Array
    column_dual: Array
    seconds: float
    ray: Array | None = None
    direction: Array | None = None


@dataclass(frozen=True)
class Problem:
    """minimise cost·x subject to row_lower <= matrix·x <= row_upper, lower <= x <= upper; all scaled."""

    matrix: csr_array
    row_lower: Array
    row_upper: Array
    lower: Array
    upper: Array
    cost: Array


def refuse_what_is_not_finite(problem: Problem) -> None:
    """Raise SolverError where a number cannot be sent as it stands."""
    for name, values in (("coefficient", problem.matrix.data), ("cost", problem.cost)):
        if not np.isfinite(values).all():
            raise SolverError(f"a {name} of the programme is not a finite number")
    for name, values in (("bound", problem.lower), ("row", problem.row_lower)):
        if np.isnan(values).any() or (values == np.inf).any():
            raise SolverError(f"a lower {name} of the programme is not a number that can be kept")
    for name, values in (("bound", problem.upper), ("row", problem.row_upper)):
        if np.isnan(values).any() or (values == -np.inf).any():
            raise SolverError(f"an upper {name} of the programme is not a number that can be kept")
    largest = np.abs(problem.matrix.data).max(initial=0.0)
    if largest > LARGEST_COEFFICIENT:
        raise SolverError(f"a scaled coefficient of the programme is {largest:.3g}, past {LARGEST_COEFFICIENT:.0e}")
    for values in (problem.row_lower, problem.row_upper, problem.lower, problem.upper):
        finite = values[np.isfinite(values)]
        if np.abs(finite).max(initial=0.0) >= 1e19:
            raise SolverError("a limit of the programme is past 1e19, which HiGHS takes for no limit at all")


def _check(status: Any, what: str) -> None:
    if status == highspy.HighsStatus.kError:
        raise SolverError(f"HiGHS refused {what}")


class SolverInterface:
    """One problem in HiGHS, solved again and again as its costs, bounds and rows change.

    As a context it gives its memory back at the end: HiGHS's object and its callbacks hold each other, and would
    else stay until Python's collector comes by.
    """

    def __init__(self, problem: Problem, *, threads: int = 0, seed: int = 0) -> None:
        refuse_what_is_not_finite(problem)
        self.problem = problem
        self.highs: Any = highspy.Highs()
        self._set("output_flag", False)
        self._set("log_to_console", False)  # its log may be heard (`aidplan.solve.iterations`), and is never printed
        self._set("threads", threads)
        self._set("random_seed", seed)
        for name in ("primal_feasibility_tolerance", "dual_feasibility_tolerance"):
            self._set(name, FEASIBILITY)
        self._pass()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        if kind is None:  # else HiGHS may still be at work
            self.close()

    def close(self) -> None:
        """Forget the problem and give back the memory that it took; nothing can be solved any more."""
        self.highs.disableCallbacks()
        self.highs.callbacks = []
        self.highs = None
        give_back_memory()

    def _set(self, name: str, value: Any) -> None:
        status = self.highs.setOptionValue(name, value)
        _check(status, f"the option {name} = {value}")

    def _pass(self) -> None:
        problem = self.problem
        rows, columns = problem.matrix.shape
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = columns, rows
        lp.col_cost_, lp.col_lower_, lp.col_upper_ = problem.cost, problem.lower, problem.upper
        lp.row_lower_, lp.row_upper_ = problem.row_lower, problem.row_upper
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.num_col_, lp.a_matrix_.num_row_ = columns, rows
        lp.a_matrix_.start_ = problem.matrix.indptr.astype(np.int32)
        lp.a_matrix_.index_ = problem.matrix.indices.astype(np.int32)
        lp.a_matrix_.value_ = problem.matrix.data
        _check(self.highs.passModel(lp), "the programme")
        self._compare()

    def _compare(self) -> None:
        held = (self.highs.getNumRow(), self.highs.getNumCol(), self.highs.getNumNz())
        sent = (*self.problem.matrix.shape, self.problem.matrix.nnz)
        if held != sent:
            raise SolverError(f"HiGHS holds {held} rows, columns and non-zeros; {sent} were sent")

    def change(self, problem: Problem) -> None:
        """Take costs and bounds of a problem with the same matrix, or a new matrix whole."""
        refuse_what_is_not_finite(problem)
        same = problem.matrix is self.problem.matrix
        self.problem = problem
        if not same:
            self._pass()
            return
        rows, columns = problem.matrix.shape
        every_column, every_row = np.arange(columns, dtype=np.int32), np.arange(rows, dtype=np.int32)
        _check(self.highs.changeColsCost(columns, every_column, problem.cost), "the costs")
        _check(self.highs.changeColsBounds(columns, every_column, problem.lower, problem.upper), "the bounds")
        _check(self.highs.changeRowsBounds(rows, every_row, problem.row_lower, problem.row_upper), "the rows")
        self._compare()

    def solve(
        self, method: Method, *, limits: Limits = UNLIMITED, warm: bool = False, most: int = MOST_PIVOTS
    ) -> Answer:
        """Solve as the problem stands; ``warm``: from the basis of the last answer.

        Raises SolverStopped at a limit, KeyboardInterrupt within a second of one.
        """
        if not warm:
            _check(self.highs.clearSolver(), "to forget its last answer")
        self._set("solver", method.solver)
        self._set("simplex_strategy", PRIMAL if method.primal else CHOICE)
        self._set("simplex_dual_edge_weight_strategy", DEVEX if method.devex else ITS_CHOICE)
        for name in ("dual_simplex_cost_perturbation_multiplier", "primal_simplex_bound_perturbation_multiplier"):
            self._set(name, 1.0 if method.perturbed else 0.0)
        self._set("presolve", "on" if method.presolve else "off")
        self._set("run_crossover", "on")
        self._set("simplex_iteration_limit", most)
        limits.check()
        left = min(limits.seconds_left(), 1e30)
        started = time.monotonic()
        self._set("time_limit", self.highs.getRunTime() + left if left < 1e30 else 1e30)
        status = run_interruptibly(self.highs, limits)
        if status is None:
            raise SolverError("HiGHS ended without a status")
        seconds = time.monotonic() - started
        if status == highspy.HighsStatus.kError:
            return Answer("failed", np.zeros(0), np.zeros(0), np.zeros(0), seconds)
        return self._answer(seconds)

    def basis(self) -> Any:
        """Where the last answer stands, for `stand_at` of a solver interface with the same rows and columns."""
        return self.highs.getBasis()

    def infeasible(self) -> tuple[int, int]:
        """How many rows and columns are out of bounds, and how many have a dual of the wrong sign, where the last solve ended."""
        info = self.highs.getInfo()
        return int(info.num_primal_infeasibilities), int(info.num_dual_infeasibilities)

    def stand_at(self, basis: Any) -> None:
        """Forget the last answer and begin a next, warm one from a basis."""
        _check(self.highs.clearSolver(), "to forget its last answer")
        _check(self.highs.setBasis(basis), "a basis")

    def _answer(self, seconds: float) -> Answer:
        model_status = self.highs.getModelStatus()
        info = self.highs.getInfo()
        known = {
            highspy.HighsModelStatus.kOptimal: "optimal",
            highspy.HighsModelStatus.kInfeasible: "infeasible",
            highspy.HighsModelStatus.kUnbounded: "unbounded",
            highspy.HighsModelStatus.kUnboundedOrInfeasible: "unbounded",
            highspy.HighsModelStatus.kTimeLimit: "time_limit",
        }
        status = known.get(model_status, "failed")
        if self.problem.matrix.shape[1] == 0 and model_status == highspy.HighsModelStatus.kModelEmpty:
            status = "optimal"
        elif status == "optimal" and info.primal_solution_status != 2:
            status = "failed"
        if status == "time_limit":
            raise SolverStopped(status)
        solution = self.highs.getSolution()
        return Answer(
            status,
            np.array(solution.col_value),
            np.array(solution.row_dual),
            np.array(solution.col_dual),
            seconds,
            self._ray() if status == "infeasible" else None,
            self._direction() if status == "unbounded" else None,
        )

    def _ray(self) -> Array | None:
        status, has_ray, ray = self.highs.getDualRay()
        return np.array(ray) if status != highspy.HighsStatus.kError and has_ray else None

    def _direction(self) -> Array | None:
        status, has_ray, ray = self.highs.getPrimalRay()
        return np.array(ray) if status != highspy.HighsStatus.kError and has_ray else None
