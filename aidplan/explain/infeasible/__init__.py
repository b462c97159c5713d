"""No plan exists: the arithmetic that shows it, the smallest changes that would let one exist, what clashes."""

from aidplan.explain.infeasible.explanation import Clashes, Explanation

__all__ = ["Clashes", "Explanation"]
