"""Exact decimal sums, and when two of them are the same.

A double stands for the decimal that it is written as (0.1 is 0.1): that is what the planner typed and
what the tables say. Sums, differences and products of these are exact. A quotient is taken to 60
digits. A row holds if its two sides differ by no more than 1e-6 of its largest term; what lies below
1e-9 of the largest term of all its kind in the same unit is taken for nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping
from decimal import Context, Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aidplan.audit.ledger import Ledger
    from aidplan.audit.report import AuditReport

Key = tuple[Any, ...]
Source = tuple["Ledger", Key]

EXACT = Context(prec=1000)
"""More digits than any product of three doubles summed over a plan can need."""
_QUOTIENT = Context(prec=60)
_RELATIVE = Decimal("1e-6")
_NOTHING = Decimal("1e-9")
ZERO = Decimal(0)
ONE = Decimal(1)


def exact(number: float) -> Decimal:
    """The decimal that the double is written as; infinity stays infinity."""
    return Decimal(repr(number))


def quotient(numerator: Decimal, denominator: Decimal) -> Decimal:
    """The quotient to 60 digits."""
    return _QUOTIENT.divide(numerator, denominator)


def shown(number: Decimal) -> str:
    """The number as a planner reads it: ten digits at most."""
    return f"{float(number):.10g}"


class Sum:
    """A running exact sum, the size of its largest term, and the row of a table that gave it."""

    __slots__ = ("largest", "source", "total")

    def __init__(self) -> None:
        self.total = ZERO
        self.largest = ZERO
        self.source: Source | None = None

    def add(self, term: Decimal, source: Source | None = None) -> None:
        """Adds a term, which ``source`` gave."""
        self.total += term
        size = abs(term)
        if size > self.largest:
            self.largest = size
            self.source = source or self.source
        elif self.source is None:
            self.source = source


class Sums(defaultdict[Key, Sum]):
    """Sums by key; a key that nothing was added to is 0."""

    def __init__(self) -> None:
        super().__init__(Sum)

    def add(self, key: Key, term: Decimal, source: Source | None = None) -> None:
        """Adds ``term`` to the sum of ``key``."""
        self[key].add(term, source)


def check_states(
    report: AuditReport,
    check: str,
    ledger: Ledger,
    sums: Sums,
    unit: Callable[[Key], Hashable],
    words: str,
    shown_in: Decimal = ONE,
) -> None:
    """Finds every key where the ledger's value is not the sum.

    ``unit(key)`` tells rows of unlike units apart; findings show figures divided by ``shown_in``.
    """
    scale = _scale(unit, sums, {key: abs(value) for key, value in ledger.items()})
    keys = sums.keys() | ledger.keys()
    report.recomputed[check] += len(keys)
    for key in sorted(keys):
        stated, total = ledger[key], sums[key].total
        size = max(sums[key].largest, abs(stated))
        if abs(stated - total) > _RELATIVE * size + _NOTHING * scale[unit(key)]:
            says = f"{ledger.name} says {shown(stated / shown_in)}, {words} gives {shown(total / shown_in)}"
            report.add(check, ledger.place(key), says)


def check_limits(
    report: AuditReport,
    check: str,
    used: Sums,
    allowed: Callable[[Key], Decimal] | Sums,
    unit: Callable[[Key], Hashable],
    words: Callable[[Key], str],
    shown_in: Decimal = ONE,
) -> None:
    """Finds every key where what is used passes what is allowed. ``words(key)`` names the limit."""
    bounds = allowed if isinstance(allowed, Sums) else None
    scale = _scale(unit, used, {key: bound.largest for key, bound in bounds.items()} if bounds is not None else {})
    report.recomputed[check] += len(used)
    for key in sorted(used):
        row = used[key]
        limit = bounds[key].total if bounds is not None else allowed(key)  # type: ignore[operator]
        if limit.is_infinite():
            continue
        size = max(row.largest, abs(limit), bounds[key].largest if bounds is not None else ZERO)
        if row.total - limit > _RELATIVE * size + _NOTHING * scale[unit(key)]:
            place = row.source[0].place(row.source[1]) if row.source else f"tables ({', '.join(map(str, key))})"
            says = f"{shown(row.total / shown_in)} where {shown(limit / shown_in)} is allowed"
            report.add(check, place, f"{words(key)}: {says}")


def same(stated: Decimal, computed: Decimal, size: Decimal) -> bool:
    """Whether two values of a kind whose usual size is ``size`` agree."""
    return abs(stated - computed) <= _RELATIVE * max(abs(stated), abs(computed)) + _NOTHING * size


def _scale(unit: Callable[[Key], Hashable], sums: Sums, others: Mapping[Key, Decimal]) -> dict[Hashable, Decimal]:
    """The largest term of each unit."""
    scale: dict[Hashable, Decimal] = defaultdict(lambda: ZERO)
    for key, row in sums.items():
        scale[unit(key)] = max(scale[unit(key)], row.largest)
    for key, size in others.items():
        scale[unit(key)] = max(scale[unit(key)], size)
    return scale
