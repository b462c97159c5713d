"""Three or more plans in one table: the best of each row, and what each plan falls short of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from aidplan.compare.lines import Figures, View, is_different


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """``figures`` one a run; ``best`` tells the runs at the best, ``regret`` how far each stands from it.

    ``group`` is goals or the share of demand met; ``kind`` is how figures are shown.
    """

    group: str
    label: str
    figures: Figures
    kind: str
    best: tuple[bool, ...]
    regret: Figures


@dataclass(frozen=True, slots=True)
class Matrix:
    """``largest`` is each run's largest regret among the shares: goals shown in shares, and demand met."""

    runs: tuple[str, ...]
    rows: tuple[MatrixRow, ...]
    largest: tuple[float, ...]

    @property
    def least_regret(self) -> tuple[str, ...]:
        """The runs whose largest regret is smallest."""
        least = min(self.largest)
        return tuple(run for run, one in zip(self.runs, self.largest, strict=True) if not is_different(one, least))


def matrix(views: Sequence[View], runs: Sequence[str]) -> Matrix:
    """The matrix of the goals (smaller is better) and of demand met by capability (more is better)."""
    rows = []
    for view in views:
        if view.name == "Headline":
            rows += [
                _row("in brief, more is better", line.labels[0], line.figures, line.kind, -1.0)
                for line in view.lines
                if line.kind == "share"
            ]
        if view.name in ("Goals", "Coverage"):
            sign = 1.0 if view.name == "Goals" else -1.0
            group = "goal, smaller is better" if view.name == "Goals" else "demand met, more is better"
            rows += [_row(group, line.labels[0], line.figures, line.kind, sign) for line in view.lines]
    largest = tuple(
        max((row.regret[at] or 0.0 for row in rows if row.kind == "share"), default=0.0) for at in range(len(runs))
    )
    return Matrix(tuple(runs), tuple(rows), largest)


def _row(group: str, label: str, figures: Figures, kind: str, sign: float) -> MatrixRow:
    """``sign`` is 1 where smaller is better, -1 where more is."""
    there = [sign * one for one in figures if one is not None]
    best = min(there, default=0.0)
    at_best = tuple(one is not None and not is_different(sign * one, best) for one in figures)
    regret = tuple(
        None if one is None else 0.0 if mark else sign * one - best for one, mark in zip(figures, at_best, strict=True)
    )
    return MatrixRow(group, label, figures, kind, at_best, regret)
