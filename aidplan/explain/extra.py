"""The best use of so many millions more: to which funds they go, and how much more demand is then met."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from scipy.sparse import coo_array, csr_array, hstack, vstack

from aidplan.explain.first_level import COLD, NARROWER, FirstLevel
from aidplan.solve.certify import prove
from aidplan.solve.highs import MOST_PIVOTS, Problem, SolverInterface
from aidplan.solve.resource_limits import SolverStopped

PARTS = (0.25, 0.5, 1.0)
"""Of the money: what is solved."""

SMALL = 1e-6

PIVOTS = 5000
"""Pivots from one sum to the next; what takes more is solved from nothing."""


def best_use(level: FirstLevel, extra: float, progress: Callable[[str], None]) -> tuple[list[dict[str, Any]], int]:
    """``coverage`` and the ``spending`` by fund with a quarter, half and all of ``extra`` [money] spread over the funds in
    whatever periods serve best; and how many of these time did not suffice for.
    """
    programme, s = level.programme, level.planned.scaled
    block = programme.rows.get("fund_balance")
    if block is None or not len(block):
        return [], 0
    problem = _with_gifts(level.problem(), np.arange(block.start, block.start + len(block)), s.row)
    found: list[dict[str, Any]] = []
    with SolverInterface(problem, threads=1) as interface:
        for n, part in enumerate(PARTS):
            progress(f"the best use of {part * extra:,.0f} more")
            upper = problem.row_upper.copy()
            upper[-1] = part * extra
            try:
                x = _best(level, interface, replace(problem, row_upper=upper), warm=n > 0)
            except SolverStopped:
                return found, len(PARTS) - n
            if x is not None:
                plan = x[: len(s.column)] * s.column
                found.append(_entry(level, part * extra, plan, x[len(s.column) :]))
    return found, len(PARTS) - len(found)


def _with_gifts(problem: Problem, rows: Any, scales: Any) -> Problem:
    """With a column of money for every fund and period, and a last row that adds them up."""
    count, width = len(rows), problem.matrix.shape[1]
    given = coo_array((-scales[rows], (rows, np.arange(count))), shape=(problem.matrix.shape[0], count))
    total = csr_array(hstack([csr_array((1, width)), csr_array(np.ones((1, count)))], format="csr"))
    return Problem(
        csr_array(vstack([hstack([problem.matrix, given], format="csr"), total], format="csr")),
        np.append(problem.row_lower, -np.inf),
        np.append(problem.row_upper, 0.0),
        np.append(problem.lower, np.zeros(count)),
        np.append(problem.upper, np.full(count, np.inf)),
        np.append(problem.cost, np.zeros(count)),
    )


def _best(level: FirstLevel, interface: SolverInterface, problem: Problem, *, warm: bool) -> Any:
    """The best plan with the money; ``warm`` from the one with less of it, whose prices are still right."""
    level.solves += 1
    interface.change(problem)
    for method in (NARROWER, *COLD) if warm else COLD:
        answer = interface.solve(
            method, limits=level.limits, warm=method is NARROWER, most=PIVOTS if method is NARROWER else MOST_PIVOTS
        )
        if answer.status == "optimal" and prove(problem, answer).holds:
            return np.clip(answer.x, problem.lower, problem.upper)
    return None


def _entry(level: FirstLevel, extra: float, plan: Any, gifts: Any) -> dict[str, Any]:
    block = level.programme.rows["fund_balance"]
    by_fund: dict[str, float] = {}
    for n, amount in enumerate(gifts.tolist()):
        if amount > SMALL * extra:
            fund = str(block.index(n)[0])
            by_fund[fund] = by_fund.get(fund, 0.0) + amount
    spending = [{"fund": fund, "amount": amount} for fund, amount in sorted(by_fund.items(), key=lambda one: -one[1])]
    return {"extra": extra, "coverage": level.coverage(plan), "spending": spending}
