"""Rows of figures, one figure a run, the weightiest difference first."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

Figures = tuple[float | None, ...]
"""One figure a run, in the order of the runs; None where the run has no such thing."""

Naming = tuple[Callable[[str], str], ...]
"""How each part of a key is named."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row of figures. ``kind`` is how they are shown; ``weights`` are what each later run's difference weighs.

    ``better`` is 1 where more is better, -1 where less is, 0 where neither is in itself; ``alike`` says of each later
    run whether its difference lies within equally good alternatives, so that no objective asked for it.
    """

    labels: tuple[str, ...]
    figures: Figures
    kind: str
    weights: tuple[float, ...]
    better: int = 0
    alike: tuple[bool, ...] = ()

    @property
    def weight(self) -> float:
        """What the weightiest difference of any later run weighs."""
        return max(self.weights, default=0.0)

    @property
    def deltas(self) -> Figures:
        """Each later run against the first; None where either has no such thing."""
        first = self.figures[0]
        return tuple(None if first is None or one is None else one - first for one in self.figures[1:])

    @property
    def differs(self) -> bool:
        """Whether any run differs from the first by more than arithmetic's last digits."""
        return any(is_different(self.figures[0], one) for one in self.figures[1:])


@dataclass(frozen=True, slots=True)
class View:
    """A table of `Line` rows: ``headings`` for their labels, ``lines`` sorted by weight."""

    name: str
    title: str
    about: str
    headings: tuple[str, ...]
    lines: tuple[Line, ...]


def is_different(one: float | None, other: float | None) -> bool:
    """Whether two figures differ by more than a solver's last digits."""
    if one is None or other is None:
        return (one is None) != (other is None)
    return abs(one - other) > 1e-7 * max(1.0, abs(one), abs(other))


def view_of(
    name: str,
    title: str,
    about: str,
    headings: tuple[str, ...],
    naming: Naming,
    figures: Sequence[Mapping[tuple[str, ...], float]],
    kind: str,
    weights: Sequence[Mapping[tuple[str, ...], float]],
    absent: float | None = None,
    better: int = 0,
    alike: Callable[[tuple[str, ...], int], bool] | None = None,
) -> View:
    """The lines of all keys, which are codes and named by ``naming``, a function for each part of a key.

    ``absent`` is the figure of a run that does not list a key; ``better`` as in `Line`; ``alike`` (key, later run from
    1).
    """
    keys = dict.fromkeys(key for found in figures for key in found)

    def weighed(key: tuple[str, ...]) -> tuple[float, ...]:
        first = weights[0].get(key, 0.0)
        return tuple(abs(other.get(key, 0.0) - first) for other in weights[1:])

    lines = [
        Line(
            tuple(name(part) for name, part in zip(naming, key, strict=True)),
            tuple(found.get(key, absent) for found in figures), kind, weighed(key), better,
            tuple(alike(key, run) for run in range(1, len(figures))) if alike else (),
        )
        for key in keys
    ]  # fmt: skip
    lines.sort(key=lambda line: (-line.weight, -max(abs(one or 0.0) for one in line.figures), line.labels))
    return View(name, title, about, headings, tuple(lines))
