"""What is to be explained."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from aidplan.explain.questions import Asked


@dataclass(frozen=True)
class Wanted:
    """The shortages ``asked`` about, at most so many of them, and with ``more`` what stands around them: bottlenecks, the
    frontier, what decisions and each donor's means are worth, and ``prices`` of the limits that matter.
    """

    asked: Asked = field(default_factory=Asked)
    shortages: int = 8
    more: bool = False
    prices: bool = True
    limits: Sequence[str] = ()
    """Limits whose prices are asked for, as typed."""
    extra: float | None = None
    """Money that may be spent besides [money]."""
    target: float | None = None
    """The share of demand that is to be met in the worst of the shortages asked about."""

    @property
    def only(self) -> bool:
        """Whether something else than shortages is asked about."""
        return bool(self.limits) or self.extra is not None or self.target is not None
