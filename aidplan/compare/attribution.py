"""Shapley's attribution of a change to the blocks that changed, with as many solves as are allowed.

A block's part is what the goals move by when it is swapped in, averaged over the orders in which blocks
can be swapped. In every order the parts add up to the whole change, and so do their averages.
"""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

Goals = Mapping[str, float]
Group = tuple[str, ...]
Mix = frozenset[str]

_SEED = 20240701
_MOST_ORDERS = 2000


@dataclass(frozen=True)
class Part:
    """What one block, or several that could not be told apart, did to each goal.

    ``error`` is the standard error of each figure, where orders were sampled: empty where every order was
    counted, and infinite where a single order was. ``note`` says why blocks share the row.
    """

    blocks: Group
    change: Mapping[str, float]
    error: Mapping[str, float]
    note: str = ""

    @property
    def name(self) -> str:
        """``demand + funding``."""
        return " + ".join(self.blocks)


@dataclass(frozen=True)
class Attribution:
    """Parts in the order of the blocks; ``orders`` that were counted, ``exact`` where it was all of them."""

    parts: tuple[Part, ...]
    solves: int
    orders: int
    exact: bool


class _NoPlanError(Exception):
    """A mix without a plan: the two groups that it would have told apart."""

    def __init__(self, first: Group, second: Group) -> None:
        super().__init__(first, second)
        self.first, self.second = first, second


class _SpentError(Exception):
    """The solves allowed are used up."""


@dataclass
class _Mixes:
    """Mixes solved so far; a mix without a plan is None."""

    solve: Callable[[Mix], Goals | None]
    allowed: int
    known: dict[Mix, Goals | None]
    solves: int = 0
    notes: dict[Group, str] = field(default_factory=dict)

    def value(self, groups: Sequence[Group]) -> Goals | None:
        mix = frozenset(itertools.chain.from_iterable(groups))
        if mix not in self.known:
            if self.solves >= self.allowed:
                raise _SpentError
            self.solves += 1
            self.known[mix] = self.solve(mix)
        return self.known[mix]

    def missing(self, mixes: Sequence[Sequence[Group]]) -> int:
        return len({frozenset(itertools.chain.from_iterable(groups)) for groups in mixes} - self.known.keys())

    @property
    def left(self) -> int:
        return self.allowed - self.solves


def attribute(
    blocks: Sequence[str],
    start: Goals,
    end: Goals,
    solve: Callable[[Mix], Goals | None],
    allowed: int,
    known: Mapping[Mix, Goals | None] | None = None,
) -> Attribution:
    """The change from ``start`` to ``end`` by block.

    ``solve`` gives the goals of the mix with these blocks swapped in, None where it has no plan; it is
    called at most ``allowed`` times, and never for a mix in ``known``.
    """
    mixes = _Mixes(solve, allowed, {**(known or {}), frozenset(): start, frozenset(blocks): end})
    groups: list[Group] = [(block,) for block in blocks]
    while True:
        try:
            counted, exact = _orders(groups, mixes)
        except _NoPlanError as clash:
            note = f"{_name(clash.first)} without {_name(clash.second)} has no plan, so the two share this row"
            groups = _joined(groups, clash.first, clash.second, mixes, note)
            continue
        except _SpentError:
            note = "the solves allowed do not suffice to tell these apart"
            groups = _joined(groups, groups[-2], groups[-1], mixes, note)
            continue
        return Attribution(_parts(groups, counted, exact, mixes), mixes.solves, len(counted) or 1, exact)


def _name(group: Group) -> str:
    return " + ".join(group)


def _joined(groups: Sequence[Group], first: Group, second: Group, mixes: _Mixes, note: str) -> list[Group]:
    """The groups with two made one, where the first of them stood."""
    at = min(groups.index(first), groups.index(second))
    both = tuple(sorted((*first, *second), key=[block for group in groups for block in group].index))
    notes = [mixes.notes.pop(one, "") for one in (first, second)]
    mixes.notes[both] = "; ".join(dict.fromkeys(one for one in (*notes, note) if one))
    rest = [group for group in groups if group not in (first, second)]
    return [*rest[:at], both, *rest[at:]]


def _orders(groups: list[Group], mixes: _Mixes) -> tuple[list[list[dict[str, float]]], bool]:
    """What each group does in each order counted: all of them (as one exact average), or a sample."""
    subsets = [some for size in range(len(groups) + 1) for some in itertools.combinations(groups, size)]
    if len(groups) <= 16 and mixes.missing(subsets) <= mixes.left:
        return [_exact(groups, subsets, mixes)], True
    return _sampled(groups, mixes), False


def _exact(groups: list[Group], subsets: list[tuple[Group, ...]], mixes: _Mixes) -> list[dict[str, float]]:
    """Shapley's average over all orders, from every mix."""
    for some in subsets:
        if mixes.value(some) is None:
            raise _NoPlanError(*_clash(groups, some, mixes))
    n = len(groups)
    weight = [math.factorial(size) * math.factorial(n - size - 1) / math.factorial(n) for size in range(n)]
    changes: list[dict[str, float]] = []
    for group in groups:
        total: dict[str, float] = {}
        for some in subsets:
            if group in some:
                continue
            more = [one for one in groups if one in some or one == group]
            for goal, change in _step(mixes.value(some), mixes.value(more)).items():
                total[goal] = total.get(goal, 0.0) + weight[len(some)] * change
        changes.append(total)
    return changes


def _clash(groups: list[Group], some: Sequence[Group], mixes: _Mixes) -> tuple[Group, Group]:
    """Of a mix without a plan: the group last swapped in, and one not yet in it that gives a plan again."""
    others = [group for group in groups if group not in some]
    for other in others:
        try:
            found = mixes.value([group for group in groups if group in some or group == other])
        except _SpentError:
            break
        if found is not None:
            return some[-1], other
    return some[-1], others[0]


def _sampled(groups: list[Group], mixes: _Mixes) -> list[list[dict[str, float]]]:
    """Orders drawn at random until the solves are used up."""
    draw = random.Random(_SEED)  # noqa: S311 - a sample, no secret
    counted: list[list[dict[str, float]]] = []
    while len(counted) < _MOST_ORDERS:
        order = draw.sample(groups, len(groups))
        prefixes = [order[:size] for size in range(len(order) + 1)]
        if mixes.missing(prefixes) > mixes.left:
            break
        for size, prefix in enumerate(prefixes):
            if mixes.value(prefix) is None:
                raise _NoPlanError(order[size - 1], order[size])
        steps = {
            order[size]: _step(mixes.value(prefixes[size]), mixes.value(prefixes[size + 1]))
            for size in range(len(order))
        }
        counted.append([steps[group] for group in groups])
    if not counted:
        raise _SpentError
    return counted


def _step(before: Goals | None, after: Goals | None) -> dict[str, float]:
    assert before is not None
    assert after is not None
    return {goal: after[goal] - value for goal, value in before.items() if goal in after}


def _parts(groups: list[Group], counted: list[list[dict[str, float]]], exact: bool, mixes: _Mixes) -> tuple[Part, ...]:
    parts = []
    for at, group in enumerate(groups):
        changes = [order[at] for order in counted]
        mean = {goal: math.fsum(one[goal] for one in changes) / len(changes) for goal in changes[0]}
        error = {} if exact else {goal: _standard_error([one[goal] for one in changes]) for goal in mean}
        parts.append(Part(group, mean, error, mixes.notes.get(group, "")))
    return tuple(parts)


def _standard_error(values: Sequence[float]) -> float:
    n = len(values)
    if n < 2:
        return math.inf
    mean = math.fsum(values) / n
    return math.sqrt(math.fsum((value - mean) ** 2 for value in values) / (n - 1) / n)
