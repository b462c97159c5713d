"""Limits by the names and cells that planners know: rows of the programme as lines of the workbook."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from aidplan_models.registry import LIMIT_OF_CONSTRAINT, LIMITS, PERIOD, LimitKind, Source, limit_key

from aidplan.explain.infeasible.elastic import Rows
from aidplan.explain.infeasible.levers import Lever
from aidplan.workbook.tables import Tables

OPENING = ("initial", "opening", "quantity")
"""Columns that are read in the first period alone."""


@dataclass
class Named:
    """One limit of one thing, over its periods: ``cells`` are those of the workbook that it is made from."""

    limit: str
    key: dict[str, str]
    periods: list[str] = field(default_factory=list)
    cells: list[str] = field(default_factory=list)

    @property
    def keeps_count(self) -> bool:
        """Whether it is bookkeeping, which no cell can relax."""
        return LIMITS[self.limit].kind is not LimitKind.MOVABLE

    def as_dict(self) -> dict[str, Any]:
        """For programs."""
        return {
            "limit": self.limit,
            "meaning": LIMITS[self.limit].meaning,
            "key": self.key,
            "periods": self.periods,
            "cells": self.cells,
        }

    def __str__(self) -> str:
        """``floor east fires 2025-02..2025-06 (demand!D2): this share of demand must be met``."""
        who = " ".join(value for value in self.key.values() if value != "*")
        when = "" if not self.periods else self.periods[0]
        if len(self.periods) > 1:
            when = f"{self.periods[0]}..{self.periods[-1]}"
        where = f" ({', '.join(ranges(self.cells))})" if self.cells else ""
        return f"{' '.join(part for part in (self.limit, who, when) if part)}{where}: {LIMITS[self.limit].meaning}"


def limit_codes(
    model: Any, constraint: str, index: tuple[Any, ...], labels: Sequence[str]
) -> tuple[dict[str, str], str]:
    """The codes of a limit's index by their names, and its period as a label ("" without one)."""
    key = dict(limit_key(LIMIT_OF_CONSTRAINT[constraint], index, model.menu_rows, labels))
    period = key.pop(PERIOD, "")
    return key, period


def named(model: Any, rows: Rows, tables: Tables, levers: Iterable[Lever], iis: Iterable[int]) -> list[Named]:
    """The rows of an infeasibility, those of one thing together, with their cells; what planners decide first."""
    labels = tables.calendar.planned_labels
    wanted = set(iis)
    cells: dict[int, list[str]] = {}
    for lever in levers:
        if lever.kind != "floor_from":
            for row, _ in rows.effects(lever):
                if row in wanted:
                    cells.setdefault(row, []).append(tables.address(lever.sheet, lever.key, lever.column))
    groups: dict[tuple[str, tuple[tuple[str, str], ...]], Named] = {}
    for row in sorted(wanted):
        block, n = rows.programme.block_of_row(row)
        index = block.index(n)
        limit = LIMIT_OF_CONSTRAINT[block.name]
        key, period = limit_codes(model, block.name, index, labels)
        group = groups.setdefault((limit, tuple(key.items())), Named(limit, key))
        if period and period not in group.periods:
            group.periods.append(period)
        for cell in [*cells.get(row, ()), *facts(model, tables, block.name, index)]:
            if cell not in group.cells:
                group.cells.append(cell)
    return sorted(groups.values(), key=lambda group: group.keeps_count)


def facts(model: Any, tables: Tables, constraint: str, index: tuple[Any, ...]) -> Iterator[str]:
    """The cells that a limit reads, those of its rows that exist, in the order of the registry."""
    record = LIMITS[LIMIT_OF_CONSTRAINT[constraint]]
    key, _ = limit_codes(model, constraint, index, tables.calendar.planned_labels)
    period = index[-1] if PERIOD in record.index else None
    for source in record.sources:
        if source.column not in OPENING or period in (1, None):
            yield from _cell(tables, source, key, period)


def _cell(tables: Tables, source: Source, key: dict[str, str], period: int | None) -> Iterator[str]:
    """The address of a source, where its row exists."""
    if source.sheet == "settings":
        row, column = tables.row("settings", source.column), "value"
    else:
        row, column = tables.row(source.sheet, tuple(key[name] for name in source.key)), source.column
    if row is None:
        return
    if column != PERIOD:
        yield f"{source.sheet}!{row.cell(column)}"
    elif period is not None:
        own = not source.alternative or period in row.periods
        yield f"{source.sheet}!{row.cell(period if own else source.alternative)}"


def ranges(cells: Sequence[str]) -> list[str]:
    """Cells with those side by side in one row told as ``capacity!C2:H2``."""
    from openpyxl.utils.cell import column_index_from_string, coordinate_from_string

    text: list[tuple[str, str, int, int, str, str]] = []
    for cell in cells:
        sheet, _, address = cell.partition("!")
        if not address:
            text.append((sheet, "", 0, 0, "", ""))
            continue
        letters, row = coordinate_from_string(address)
        column = column_index_from_string(letters)
        if text and (text[-1][0], text[-1][2], text[-1][3]) == (sheet, row, column - 1):
            before = text[-1]
            text[-1] = (sheet, before[1], row, column, before[4], address)
        else:
            text.append((sheet, address, row, column, address, address))
    return [
        sheet if not first else f"{sheet}!{first}" if first == last else f"{sheet}!{first}:{last}"
        for sheet, _, _, _, first, last in text
    ]
