"""Ties: allocations that could move at no cost to any goal.

The canonical plan is one of the plans that no goal tells apart. Others are looked for from its own face:
the one that the same measure makes most, and one by another measure. What differs between them and the
canonical plan is proved to be free; what is the same in all of them is taken to be settled.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from aidplan.solving.bridge import Bridge, BridgeError, Method, Problem
from aidplan.solving.limits import UNLIMITED, Limits, SolverStopped
from aidplan.solving.programme import Array, Programme
from aidplan.solving.scaling import scale
from aidplan.solving.verification import primal_violation
from aidplan.solving.worth import canonical_weights

MOVED = 1e-6
"""Of the larger of two values: a smaller difference is the same allocation."""


@dataclass(frozen=True)
class Ties:
    """``least`` and ``most`` (columns) are the values seen among equally good plans; ``seconds`` in the solver."""

    least: Array = field(default_factory=lambda: np.zeros(0))
    most: Array = field(default_factory=lambda: np.zeros(0))
    seconds: float = 0.0

    def free(self) -> Array:
        """The columns that were seen to move."""
        return np.nonzero(self.most - self.least > MOVED * np.maximum(np.abs(self.most), 1e-9))[0]


def find_ties(
    programme: Programme, worth: Array, solved: object, *, limits: Limits = UNLIMITED, threads: int = 0
) -> Ties:
    """Plans as good as the canonical one, and between which values each allocation was seen to lie."""
    face: Problem | None = getattr(solved, "face", None)
    x: Array = getattr(solved, "x", np.zeros(0))
    if face is None or not x.size:
        return Ties()
    scaled = scale(programme, worth)
    most = canonical_weights(programme, worth)
    other = canonical_weights(programme, worth, salt="another measure")
    upper = np.where(np.isfinite(face.upper), face.upper, np.maximum(1.0, np.abs(x / scaled.column).max()) * 1e3)
    seconds = 0.0
    seen = [x]
    try:
        limits.check()
        bridge = Bridge(face, threads=threads)
        for weights, sign in ((most, -1.0), (other, 1.0)):
            cost, _ = scaled.goal(weights)
            problem = Problem(face.matrix, face.row_lower, face.row_upper, face.lower, upper, sign * cost)
            bridge.change(problem)
            answer = bridge.solve(Method("ipx"), limits=limits)
            seconds += answer.seconds
            if answer.status == "optimal" and primal_violation(problem, answer.x) <= 1e-6:
                seen.append(_whole(answer.x, scaled.column))
    except (SolverStopped, BridgeError):
        pass
    return Ties(np.minimum.reduce(seen), np.maximum.reduce(seen), seconds)


def _whole(x: Array, column: Array) -> Array:
    return np.where(np.abs(x) < 1e-7, 0.0, x) * column


def largest_first(ties: Ties, worth: Array) -> Sequence[int]:
    """The free columns, those first whose movement is worth most."""
    free = ties.free()
    return free[np.argsort(-(ties.most - ties.least)[free] * worth[free], kind="stable")].tolist()
