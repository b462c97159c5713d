"""Places, what stands there at the start, and the lanes between them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from aidplan_models.data import LaneTerms, Place, Redirect, Reserve

from aidplan.workbook.numbers.cells import PeriodReader, V, codes, in_order, limit, number, whole
from aidplan.workbook.tables import Row, Tables


def place(row: Row, read: PeriodReader) -> Place:
    """One row of `places`."""
    return Place(str(row["kind"]), read.series(row), limit(row["storage_t"]))


def stocks(tables: Tables, kinds: Mapping[str, object], at_country: bool, made: Callable[[Row], V]) -> dict[Any, V]:
    """The stocks rows of countries, which are reserves, or those of all other places."""
    return in_order((row.key, made(row)) for row in tables["stocks"] if (kinds[row.key[0]] == "country") == at_country)


def reserve(row: Row, read: PeriodReader) -> Reserve:
    """One row of `stocks`, of a country."""
    return Reserve(number(row["initial"]), number(row["floor"]), read.series(row), number(row["release_cost"]))


def redirect(row: Row, read: PeriodReader) -> Redirect:
    """One row of `redirects`."""
    return Redirect(number(row["owed_before"]), number(row["owed_end"]), read.series(row))


def lane(row: Row, read: PeriodReader) -> LaneTerms:
    """One row of `lanes`."""
    return LaneTerms(
        classes=codes(row["class"]),
        cost_per_t=number(row["cost_per_t"]),
        transit=whole(row["transit"]),
        capacity_t=read.series(row),
        loss=number(row["loss"]),
    )
