"""Shapley values: what each cause takes off a shortage, over every order in which causes are lifted.

    part[g] = Σ over S without g of |S|!·(n-|S|-1)!/n! · (v(S) - v(S ∪ g))

Source: L. S. Shapley, A value for n-person games (1953). The parts add up to v(nothing) - v(everything).
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from math import factorial
from typing import TypeVar

Player = TypeVar("Player")


def shapley_values(players: tuple[Player, ...], value: Mapping[frozenset[Player], float]) -> dict[Player, float]:
    """Each player's part of the fall of ``value`` from no player to all; ``value`` knows every combination."""
    count = len(players)
    weight = [factorial(size) * factorial(count - size - 1) / factorial(count) for size in range(count)]
    parts = {}
    for player in players:
        others = [other for other in players if other != player]
        parts[player] = sum(
            weight[size] * (value[chosen] - value[chosen | {player}])
            for size in range(count)
            for chosen in map(frozenset, combinations(others, size))
        )
    return parts
