"""The matrix of plans against futures: what each plan meets in each, and its regret to that future's own plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Matrix = Mapping[str, Mapping[str, float | None]]
"""Plan -> future -> value; None where there is none."""


@dataclass(frozen=True)
class Bracket:
    """What knowing, or hedging, could bring at all.

    ``commit_base`` is the mean regret of the plan ``base``; ``best_plan`` the plan of least mean regret, and
    ``best_regret`` that regret: no hedge can bring more than ``commit_base`` less it, of these plans. None without figures.
    """

    commit_base: float | None
    best_plan: str | None
    best_regret: float | None


def regrets(value: Matrix, own: Mapping[str, float | None]) -> dict[str, dict[str, float | None]]:
    """Plan -> future -> what the future's own plan has more; ``value`` is the better the larger it is."""
    return {
        plan: {future: _less(own.get(future), reached) for future, reached in row.items()}
        for plan, row in value.items()
    }


def _less(best: float | None, reached: float | None) -> float | None:
    return None if best is None or reached is None else best - reached


def mean(row: Mapping[str, float | None]) -> float | None:
    """The mean over the futures that have a figure; None without one."""
    known = [value for value in row.values() if value is not None]
    return sum(known) / len(known) if known else None


def bracket(regret: Mapping[str, Mapping[str, float | None]], base: str = "base") -> Bracket:
    """What following the base costs on average, and what the best of the plans does. Only plans that have a figure wherever
    any has one are compared.
    """
    futures = {future for row in regret.values() for future, value in row.items() if value is not None}
    means = {plan: mean(row) for plan, row in regret.items() if all(row.get(future) is not None for future in futures)}
    known = {plan: value for plan, value in means.items() if value is not None}
    best = min(known, key=known.__getitem__, default=None)
    return Bracket(mean(regret.get(base, {})), best, None if best is None else known[best])


def robust(decisions: Sequence[Mapping[tuple[str, ...], float]]) -> dict[tuple[str, ...], float]:
    """Decisions that every one of the plans takes, with the least amount."""
    if not decisions:
        return {}
    shared = set(decisions[0]).intersection(*decisions[1:])
    least = {key: min(plan[key] for plan in decisions) for key in sorted(shared)}
    return {key: amount for key, amount in least.items() if amount > 0}
