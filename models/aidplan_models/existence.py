"""Where a quantity exists, and what it is where it is given.

A rule is written once for every period, with no case for the first: a state is indexed from 0, a flow
from before the start, and what cannot be other than its given value is *given* here instead of decided:

* outside its window (``first`` .. ``last``, a period each by key) a quantity is 0;
* a state at the end of the period before the first that is decided (0; in a kept plan a later one) is its ``opening``
  value;
* a ``ceiling`` is the quantity's own upper bound; a ceiling of 0 removes it.

Both expansions of the model, Pyomo's own and the vectorised one of the solving room, read this record.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Key = tuple[Any, ...]


@dataclass(frozen=True)
class Existence:
    """Keys are a quantity's index without its period; ``ceiling`` is by whole index."""

    first: Mapping[Key, int] = field(default_factory=dict)
    last: Mapping[Key, int] = field(default_factory=dict)
    opening: Mapping[Key, float] = field(default_factory=dict)
    ceiling: Mapping[Key, float] = field(default_factory=dict)


def exists(var: Any, **where: Mapping[Any, Any]) -> None:
    """Record where ``var`` exists: ``first``, ``last``, ``opening`` by key, ``ceiling`` by index."""
    tupled = {name: {_tuple(key): value for key, value in given.items()} for name, given in where.items()}
    var.model().existence[var.local_name] = Existence(**tupled)


def _tuple(key: Any) -> Key:
    return key if isinstance(key, tuple) else (key,)


def fix_what_is_given(m: Any) -> None:
    """Fix, on a plainly expanded model, every variable that `Existence` gives a value; set ceilings.

    The vectorised expansion reads `Existence` itself and never calls this.
    """
    for name, where in m.existence.items():
        var = m.find_component(name)
        for index, one in var.items():
            key, t = _tuple(index)[:-1], _tuple(index)[-1]
            if t == m.first - 1 and key in where.opening:
                one.fix(where.opening[key])
            elif t < max(where.first.get(key, m.first), m.first) or t > where.last.get(key, t):
                one.fix(0.0)
            elif _tuple(index) in where.ceiling:
                ceiling = where.ceiling[_tuple(index)]
                one.setub(ceiling)
                if ceiling == 0:
                    one.fix(0.0)
