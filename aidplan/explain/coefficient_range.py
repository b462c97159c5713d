"""Coefficients far apart in words: which cells of the workbook put them there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from aidplan_models.registry import LIMIT_OF_CONSTRAINT, LIMITS, PERIOD, QUANTITIES, limit_key
from scipy.sparse import csr_array

from aidplan.solve.assemble.linear_program import Programme
from aidplan.solve.coefficient_range import REFUSED, WARNED, Coefficient, extremes, spread
from aidplan.workbook.findings import ERROR, WARNING, Finding
from aidplan.workbook.tables import Tables

Cell = tuple[str, tuple[str, ...], str | int]
"""Sheet, key, column."""

LANE = ("origin", "destination", "mode")


def coefficient_range_finding(model: Any, programme: Programme, scaled: csr_array, tables: Tables) -> Finding | None:
    """What is to be said of the spread: nothing, a warning, or past nine orders an error."""
    wide = spread(scaled)
    if wide <= WARNED:
        return None
    large, small = extremes(programme, scaled)
    ends = [_cells(model, tables, each) for each in (large, small)]
    place = next((cell for end in ends for cell in end), "")
    sheet, _, cell = place.partition("!")
    return Finding(
        "wide-range",
        ERROR if wide > REFUSED else WARNING,
        sheet,
        cell,
        f"numbers that meet in one limit are {wide:.1e} apart, once units are taken out of them: "
        f"the largest come from {_listed(ends[0], large)}, the smallest from {_listed(ends[1], small)}",
        "look for a slip of units or decimals in these cells"
        + ("; a workbook past 1e9 is not solved" if wide > REFUSED else "; the plan is still verified"),
    )


def _listed(cells: Sequence[str], coefficients: Sequence[Coefficient]) -> str:
    return ", ".join(cells) or ", ".join(
        dict.fromkeys(f"{each.constraint} of {each.quantity}" for each in coefficients)
    )


def _cells(model: Any, tables: Tables, coefficients: Sequence[Coefficient]) -> list[str]:
    cells: dict[str, None] = {}
    for each in coefficients:
        for sheet, key, column in sources(model, each, tables.calendar.planned_labels):
            row = tables.row(sheet, key)
            if row is None and sheet == "bills":
                row = tables.row(sheet, (*key[:2], "*"))
            if row is not None:
                cells[f"{sheet}!{row.cell(column)}"] = None
    return list(cells)


def sources(model: Any, each: Coefficient, labels: Sequence[str]) -> list[Cell]:
    """The workbook's numbers that a coefficient is made of, as the registry has them."""
    limit = LIMIT_OF_CONSTRAINT[each.constraint]
    row = dict(limit_key(limit, each.row, model.menu_rows, labels))
    quantity = QUANTITIES.get(each.quantity)
    column = _codes(quantity.index, each.column) if quantity is not None else {}
    known = column | row | {f"{each.quantity}.{name}": code for name, code in column.items()}
    source = LIMITS[limit].coefficients.get(each.quantity) or (quantity.source if quantity is not None else None)
    found: list[Cell] = []
    if source is not None:
        found.append(
            (source.sheet, tuple(known[name] for name in source.key), 1 if source.column == PERIOD else source.column)
        )
    if limit.startswith("share_"):
        found += [(own.sheet, tuple(row[name] for name in own.key), own.column) for own in LIMITS[limit].sources]
    return found


def _codes(index: Sequence[str], column: tuple[Any, ...]) -> dict[str, str]:
    """The codes of a quantity's column by index column, a lane by its three."""
    parts = list(column)
    if tuple(index[:3]) == LANE:
        parts[:1] = parts[0].split(",")
    return {name: str(part) for name, part in zip(index, parts, strict=False) if name != PERIOD}
