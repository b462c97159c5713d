"""Keys as numbers: where an index stands among a component's keys, for whole arrays of indices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from aidplan.solve.assemble.linear_program import Array


class Codes:
    """A whole number for every text that is an index; periods stand for themselves."""

    def __init__(self) -> None:
        self._number: dict[str, int] = {}

    def of(self, value: Any) -> int:
        """The number of an index."""
        if isinstance(value, str):
            return self._number.setdefault(value, len(self._number))
        return int(value)


@dataclass(frozen=True)
class Members:
    """The members of an indexed set, all keys in one: key n has ``counts[n]`` from ``start[n]`` on."""

    start: Array
    counts: Array
    codes: Array


@dataclass
class Table:
    """The index of a component: ``keys`` (n), their ``codes`` (n x d), and its ``periods`` or none."""

    keys: Sequence[tuple[Any, ...]]
    codes: Array
    periods: Any
    values: Array | None = None
    _order: Array | None = None
    _sorted: Array | None = None
    _radix: Array | None = None
    _members: Members | None = field(default=None, repr=False)

    def position(self, index: Sequence[Array]) -> Array:
        """Where each index stands among the keys; the shape is that of the indices together.

        Raises KeyError if one is not a key.
        """
        if not index:
            return np.zeros((1, 1), np.int64)
        if self._order is None:
            self._radix = np.array([int(column.max(initial=0)) + 1 for column in self.codes.T], dtype=np.int64)
            combined = self._combined([self.codes[:, n] for n in range(self.codes.shape[1])])
            self._order = np.argsort(combined, kind="stable")
            self._sorted = combined[self._order]
        assert self._sorted is not None
        wanted = self._combined(index)
        if not wanted.size:
            return np.zeros(wanted.shape, np.int64)
        if not len(self._sorted):
            raise KeyError("an index of an empty set")
        place = np.minimum(np.searchsorted(self._sorted, wanted), len(self._sorted) - 1)
        if (self._sorted[place] != wanted).any():
            raise KeyError("an index that is not in the set")
        return self._order[place]

    def _combined(self, index: Sequence[Array]) -> Array:
        assert self._radix is not None
        total: Array = np.zeros((1,) * index[0].ndim, np.int64)
        for column, radix in zip(index, self._radix, strict=True):
            total = total * (radix + 1) + np.minimum(column, radix)
        return total

    def fill(self, parameter: Any) -> None:
        """Read a parameter's values, (keys, periods or 1)."""
        across = 1 if self.periods is None else len(self.periods)
        default = parameter.default()
        values = np.full((len(self.keys), across), float(default) if isinstance(default, int | float) else np.nan)
        place = {key: n for n, key in enumerate(self.keys)}
        for index, value in parameter.sparse_items():
            index = index if isinstance(index, tuple) else (index,)
            number = value if isinstance(value, int | float) else value.value
            if self.periods is None:
                values[place[index], 0] = number
            else:
                values[place[index[:-1]], index[-1] - self.periods[0]] = number
        self.values = values

    def members(self, indexed_set: Any, codes: Codes, width: int) -> Members:
        """The members of an indexed set, in the order of its keys; each member has ``width`` parts."""
        if self._members is None:
            parts = [indexed_set._data[key if len(key) > 1 else key[0]].ordered_data() for key in self.keys]
            counts = np.array([len(part) for part in parts], dtype=np.int64)
            flat = [member if isinstance(member, tuple) else (member,) for part in parts for member in part]
            self._members = Members(np.cumsum(counts) - counts, counts, coded(flat, codes, width))
        return self._members


def coded(keys: Sequence[tuple[Any, ...]], codes: Codes, dimen: Any = 1) -> Array:
    """Keys (n tuples of d) as numbers (n x d); ``dimen`` is d where there are none."""
    if not keys:
        return np.zeros((0, dimen if isinstance(dimen, int) else 1), np.int64)
    of = codes.of
    return np.array([[of(part) for part in key] for key in keys], dtype=np.int64)


def table_of(component: Any, codes: Codes) -> Table:
    """The table of a variable, parameter, constraint or set: a product with periods is kept apart."""
    from pyomo.environ import RangeSet, Set

    index = component if component.ctype in (Set, RangeSet) and not component.is_indexed() else component.index_set()
    parts = list(index.subsets(expand_all_set_operators=True)) if hasattr(index, "subsets") else [index]
    periods = None
    if len(parts) == 2:
        periods = np.array(list(parts[1]), dtype=np.int64)
    elif len(parts) > 2:
        raise ValueError(f"{component.name} is indexed by more than its keys and periods")
    keys = [key if isinstance(key, tuple) else (key,) for key in parts[0]]
    return Table(keys, coded(keys, codes, parts[0].dimen), periods)
