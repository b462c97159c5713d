"""Two programmes that must have the same plans: the rest of a run's, and that of the workbook rolled from it.

The run's programme is taken with everything before a period fixed to what the run decided; both are minimised for the
same linear objective over what comes after.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from random import Random
from typing import Any

import numpy as np
from aidplan_models.data import PlanData
from aidplan_models.registry import QUANTITIES
from scipy.optimize import linprog
from scipy.sparse import csr_array, eye_array, hstack, vstack

from aidplan.solve.assemble.linear_program import Programme
from aidplan.solve.solving import build_programme

Key = tuple[str, tuple[Any, ...], int]
"""A quantity, its codes, its period."""
Values = Mapping[str, Mapping[tuple[Any, ...], float]]
"""Quantity -> {(codes ..., period): value}."""


@dataclass
class Rest:
    """A programme whose periods are counted from the first of the run's: ``before`` of them are not in it."""

    data: PlanData
    before: int

    @cached_property
    def programme(self) -> Programme:
        """The linear programme of the data."""
        return build_programme(self.data)[1]

    @cached_property
    def columns(self) -> Mapping[Key, int]:
        """Every quantity's columns, by its key with the period as the run counts it."""
        found = {}
        for name, family in self.programme.columns.items():
            if name not in QUANTITIES:
                continue
            for n in range(len(family)):
                *codes, t = family.index(n)
                if "origin" in QUANTITIES[name].index:
                    codes = [*codes[0].split(","), *codes[1:]]
                if t >= 1:
                    found[name, tuple(codes), t + self.before] = family.start + n
        return found

    def least(self, weights: Mapping[Key, float], fixed: Mapping[int, float], upper: np.ndarray) -> float:
        """The least weighted sum with some columns fixed; infinite where there is no plan.

        A fixed column goes to the right-hand side, and a row without another column goes with it: what was decided
        keeps its rows but for rounding noise, which must not decide anything here.
        """
        programme, x = self.programme, np.zeros(self.programme.shape[1])
        objective, free = x.copy(), np.ones(programme.shape[1], dtype=bool)
        for column, value in fixed.items():
            x[column], free[column] = value, False
        for key, weight in weights.items():
            if key in self.columns:
                objective[self.columns[key]] = weight
        scale = 1.0 / max(
            1e-300, float(np.abs(objective).max())
        )  # so that the solver's tolerance is of the largest weight
        matrix = programme.matrix[:, free]
        rows = np.diff(matrix.indptr) > 0
        taken = (programme.matrix @ x)[rows]
        answer = _solved(
            objective[free] * scale,
            matrix[rows],
            programme.row_lower[rows] - taken,
            programme.row_upper[rows] - taken,
            np.column_stack([programme.lower, upper])[free],
        )
        return answer / scale + float(objective @ x)

    def breaches(self, values: Values, wanted: range) -> float:
        """The least by which rows must give way, added up, where some periods have these values; 0 if it is a plan.

        Columns of a goal's or of a sum that no table holds are free.
        """
        programme, lower, upper = self.programme, self.programme.lower.copy(), self.programme.upper.copy()
        for column, value in self.fixed(values, wanted).items():
            room = 1e-6 * max(1.0, value)
            lower[column], upper[column] = max(0.0, value - room), value + room
        rows, columns = programme.shape
        give = eye_array(rows)
        return _solved(
            np.concatenate([np.zeros(columns), np.ones(2 * rows)]),
            csr_array(hstack([programme.matrix, give, -give])),
            programme.row_lower,
            programme.row_upper,
            np.column_stack(
                [np.concatenate([lower, np.zeros(2 * rows)]), np.concatenate([upper, np.full(2 * rows, np.inf)])]
            ),
        )

    def fixed(self, values: Values, wanted: range) -> dict[int, float]:
        """Column -> value of every quantity in some periods."""
        return {
            column: values.get(name, {}).get((*codes, t), 0.0)
            for (name, codes, t), column in self.columns.items()
            if t in wanted
        }


def _solved(
    objective: np.ndarray, matrix: Any, row_lower: np.ndarray, row_upper: np.ndarray, bounds: np.ndarray
) -> float:
    """The least of a linear programme; infinite where there is no plan."""
    equal = row_lower == row_upper
    below, above = np.isfinite(row_upper) & ~equal, np.isfinite(row_lower) & ~equal
    answer = linprog(
        objective,
        A_ub=csr_array(vstack([matrix[below], -matrix[above]])),
        b_ub=np.concatenate([row_upper[below], -row_lower[above]]),
        A_eq=matrix[equal],
        b_eq=row_lower[equal],
        bounds=bounds,
        method="highs",
        options={"primal_feasibility_tolerance": 1e-9, "dual_feasibility_tolerance": 1e-9},
    )
    return float(answer.fun) if answer.status == 0 else float("inf")


LEAST_WEIGHT = {"unmet": 0.1, "parity_gap": 0.1, "redirected": 0.0, "repaid": 0.0}
"""What only a positive weight suits: shortfalls, and a place in the queue, which can be used and given back at once."""


def random_weights(old: Rest, new: Rest, values: Values, random: Random) -> dict[Key, float]:
    """An objective over everything that comes after, each quantity in its own size; unmet demand weighs most."""
    size = {name: max(map(abs, of.values()), default=1.0) or 1.0 for name, of in values.items()}
    keys = sorted(key for key in {*old.columns, *new.columns} if key[2] > new.before)
    factor = {"unmet": 8.0, "parity_gap": 4.0}
    return {
        key: factor.get(key[0], 1.0) * random.uniform(LEAST_WEIGHT.get(key[0], -0.3), 1.0) / size.get(key[0], 1.0)
        for key in keys
        if random.random() < 0.6
    }
