"""The workbook's numbers of time, pressure and commitments, read from its tables and worked out here.

    output = output·Π_m (1 - cut[m,c,t]);   cut = effect·reach·(1 - leak·(1 - joined))
    reach  = Σ_d weight·min(1, (t - from + 1)/ramp)·(1 - fade)^max(0, t - from - ramp + 1)
    demand = demand·(1 - eased_share·(1 - Π_m (1 - cut[m,eased_by,t])))

A period of the tail that a sheet does not name repeats the cells of T, or is 0 where the sheet says what comes once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING

from aidplan.audit.exact import ONE, ZERO, exact, quotient

if TYPE_CHECKING:
    from aidplan.workbook import Row, Tables

Series = tuple[Decimal, ...]
_ONCE = frozenset(["funding", "arrivals", "redirects", "orderbook", "guarantees"])
"""Sheets whose unnamed periods of the tail are 0."""


@dataclass
class Inputs:
    """``book`` is the workbook in the run's scenario. A series has an element for each planned period, from 1 on."""

    book: Tables

    @cached_property
    def horizon(self) -> int:
        """T, the last period that is reported."""
        return self.book.calendar.count

    @cached_property
    def planned(self) -> int:
        """The last period that is planned: T and the tail."""
        return self.horizon + int(self.setting("tail"))

    def setting(self, name: str) -> Decimal:
        """A setting's number; 0 where it is empty and has no default."""
        return number(self.book.setting(name))

    def series(self, row: Row) -> Series:
        """A row's numbers in every planned period; an empty limit is infinite."""
        sheet = row.sheet.name
        if sheet not in self._names:
            self._names[sheet] = self._named(sheet)
        named = self._names[sheet]
        found = []
        for t in range(1, self.planned + 1):
            if t <= self.horizon or t in named:
                found.append(self._at(row, t))
            else:
                found.append(ZERO if sheet in _ONCE else self._at(row, self.horizon))
        return tuple(found)

    def _at(self, row: Row, t: int) -> Decimal:
        if row.sheet.name in _ONCE:
            return number(row.periods.get(t))
        value = row.number_at(t)
        return Decimal("inf") if value is None else exact(value)

    @cached_property
    def _names(self) -> dict[str, set[int]]:
        return {}

    def _named(self, sheet: str) -> set[int]:
        table = self.book[sheet]
        return {*table.layout.periods, *(t for row in table for t in (*row.periods, *row.lines))}

    @cached_property
    def left_of_output(self) -> Mapping[str, Series]:
        """Capability -> the share of the adversary's output that measures leave, by period."""
        left: dict[str, list[Decimal]] = {}
        for row in self.book["measures"]:
            cuts = [self._cut(row, t) for t in range(1, self.planned + 1)]
            for capability in _codes(row["capability"]):
                shares = left.setdefault(capability, [ONE] * self.planned)
                left[capability] = [share * (ONE - cut) for share, cut in zip(shares, cuts, strict=True)]
        return {capability: tuple(shares) for capability, shares in left.items()}

    def _cut(self, measure: Row, t: int) -> Decimal:
        ramp, leak, fade = int(number(measure["ramp"])), number(measure["leak"]), number(measure["fade"])
        joined = reach = ZERO
        for start, weight in self._joins(measure.key[0]):
            if start <= t:
                joined += weight
                grown = min(ONE, quotient(Decimal(t - start + 1), Decimal(ramp)))
                reach += weight * grown * (ONE - fade) ** max(0, t - start - ramp + 1)
        return number(measure["effect"]) * reach * (ONE - leak * (ONE - joined))

    def _joins(self, measure: str) -> Iterator[tuple[int, Decimal]]:
        """From when, and with what weight, donors have joined a measure."""
        for row in self.book["joins"]:
            if row.key[0] == measure and row["from"] is not None:
                yield int(number(row["from"])), number(row["weight"])

    def cost_of_joins(self, t: int) -> Decimal:
        """What donors' measures cost in a period up to T [money]."""
        joined = (row for row in self.book["joins"] if row["from"] is not None and int(number(row["from"])) <= t)
        return sum((number(row["cost"]) for row in joined), ZERO)

    @cached_property
    def output(self) -> Mapping[str, Series]:
        """Capability -> what the adversary makes, measures counted."""
        found = {}
        for row in self.book["adversary"]:
            left = self.left_of_output.get(row.key[0], (ONE,) * self.planned)
            found[row.key[0]] = tuple(made * share for made, share in zip(self.series(row), left, strict=True))
        return found

    @cached_property
    def capacity(self) -> Mapping[str, Series]:
        """Plant -> its capacity as it stands."""
        return {row.key[0]: self.series(row) for row in self.book["capacity"]}

    @cached_property
    def demand(self) -> Mapping[tuple[str, ...], Series]:
        """(place, capability) -> what is needed, where it is eased counted."""
        found = {}
        for row in self.book["demand"]:
            left = self.left_of_output.get(str(row["eased_by"] or ""), (ONE,) * self.planned)
            share = number(row["eased_share"])
            found[row.key] = tuple(
                needed * (ONE - share * (ONE - each)) for needed, each in zip(self.series(row), left, strict=True)
            )
        return found


def number(value: object) -> Decimal:
    """The exact number of a cell; 0 for an empty one."""
    return exact(value) if isinstance(value, int | float) else ZERO


def _codes(value: object) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else (str(value),)
