"""No plan exists: the arithmetic that shows it, the smallest changes that would let one exist, what clashes."""

from aidplan.explain.infeasible.explanation import Explanation, Infeasibility

__all__ = ["Explanation", "Infeasibility"]
