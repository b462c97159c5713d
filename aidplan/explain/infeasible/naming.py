"""Limits by the names and cells that planners know: rows of the programme as lines of the workbook."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from aidplan_models.sets import lane_of

from aidplan.explain.infeasible.elastic import Rows
from aidplan.explain.infeasible.levers import Lever
from aidplan.workbook.tables import Tables

MEANING: dict[str, str] = {
    "balance": "the fund cannot spend more than has arrived",
    "share_max": "no more than this share of the fund's money may go there",
    "share_min": "at least this share of the fund's spending must go there",
    "backlog": "goods are made after their lead time",
    "closing_backlog": "what is ordered must be made within the horizon, but for the opening order book",
    "capacity": "the plant makes no more than its capacity",
    "step_limit": "capacity grows no faster",
    "expansion_limit": "capacity grows no further",
    "guarantee": "long-term orders must stand behind private capacity",
    "backing": "orders back the components that they will need",
    "outyear": "no more may be guaranteed past the horizon",
    "components": "components are used only as they come in",
    "reserve": "a reserve falls by what is drawn",
    "reserve_floor": "the donor keeps its floor",
    "release_limit": "the reserve is drawn no faster",
    "stock": "goods move only as they are there",
    "lane": "the lane carries no more",
    "throughput": "no more passes through the place",
    "storage": "the place holds no more",
    "munition": "munitions issued are fired",
    "fleet": "the fleet wears down and grows by what is issued",
    "in_service": "only equipment in service serves",
    "demand": "demand that is not served is unmet",
    "floor": "this share of demand must be met",
    "firing": "munitions are fired from platforms",
    "platforms": "platforms fire no faster than their rate",
    "spent": "what is bought is paid",
    "standing": "added capacity stands after its build time",
    "parity": "output counts against the adversary's",
}
"""A limit's name -> what it says."""

BOOKS = ("spent", "standing", "stock", "munition", "fleet", "in_service", "firing", "backlog", "reserve", "demand")
"""Limits that only keep count: they stand among what clashes, but nobody can change them."""


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
        return self.limit in BOOKS

    def as_dict(self) -> dict[str, Any]:
        """For programs."""
        return {
            "limit": self.limit,
            "meaning": MEANING.get(self.limit, ""),
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
        return f"{' '.join(part for part in (self.limit, who, when) if part)}{where}: {MEANING.get(self.limit, 'must hold')}"


def limit_key(model: Any, constraint: str, index: tuple[Any, ...], labels: Sequence[str]) -> tuple[dict[str, str], str]:
    """The codes of a limit's index by their names, and its period as a label ("" without one)."""
    key: dict[str, str] = {}
    period = ""
    for name, part in zip(model.limits[constraint].index, index, strict=False):
        if name == "lane":
            key.update(zip(("origin", "destination", "mode"), lane_of(part), strict=True))
        elif name == "row":
            key.update(zip(("fund", "item", "class", "country", "channel"), model.menu_rows[part].key, strict=True))
        elif name == "period":
            period = labels[part - 1]
        else:
            key[name] = str(part)
    return key, period


def named(model: Any, rows: Rows, tables: Tables, levers: Iterable[Lever], clash: Iterable[int]) -> list[Named]:
    """The rows of a clash, those of one thing together, with their cells; what planners decide first."""
    labels = tables.calendar.labels
    wanted = set(clash)
    cells: dict[int, list[str]] = {}
    for lever in levers:
        if lever.kind != "floor_from":
            for row, _ in rows.effects(lever):
                if row in wanted:
                    cells.setdefault(row, []).append(tables.address(lever.sheet, lever.key, lever.column))
    groups: dict[tuple[str, tuple[tuple[str, str], ...]], Named] = {}
    for row in sorted(wanted):
        family, n = rows.programme.family_of_row(row)
        index = family.index(n)
        key, period = limit_key(model, family.name, index, labels)
        group = groups.setdefault(
            (model.limits[family.name].name, tuple(key.items())), Named(model.limits[family.name].name, key)
        )
        if period and period not in group.periods:
            group.periods.append(period)
        for cell in [*cells.get(row, ()), *facts(tables, family.name, index)]:
            if cell not in group.cells:
                group.cells.append(cell)
    return sorted(groups.values(), key=lambda group: group.keeps_count)


def facts(tables: Tables, constraint: str, index: tuple[Any, ...]) -> Iterator[str]:
    """Cells that a limit reads though nobody decides on them: facts."""
    read: Mapping[str, tuple[str, tuple[str, ...], str | int]] = {}
    if constraint in ("demand_met", "floor_kept"):
        read = {"demand": ("demand", index[:2], index[2])}
    elif constraint == "fleet_conserved":
        read = {"fleet": ("fleets", index[:2], "initial"), "attrition": ("fleets", index[:2], "attrition")}
    elif constraint == "backlog_carried":
        read = {"lead": ("products", index[:2], "lead_time")}
    elif constraint == "plant_capacity":
        read = {"capacity": ("capacity", index[:1], index[1])}
    elif constraint in ("stock_conserved", "reserve_conserved") and index[2] == 1:
        read = {"initial": ("stocks", index[:2], "initial")}
    for sheet, key, column in read.values():
        if tables.row(sheet, key) is not None:
            yield tables.address(sheet, key, column)


def ranges(cells: Sequence[str]) -> list[str]:
    """Cells with those side by side in one row told as ``capacity!C2:H2``."""
    from openpyxl.utils.cell import column_index_from_string, coordinate_from_string

    told: list[tuple[str, str, int, int, str, str]] = []
    for cell in cells:
        sheet, _, address = cell.partition("!")
        if not address:
            told.append((sheet, "", 0, 0, "", ""))
            continue
        letters, row = coordinate_from_string(address)
        column = column_index_from_string(letters)
        if told and (told[-1][0], told[-1][2], told[-1][3]) == (sheet, row, column - 1):
            before = told[-1]
            told[-1] = (sheet, before[1], row, column, before[4], address)
        else:
            told.append((sheet, address, row, column, address, address))
    return [
        sheet if not first else f"{sheet}!{first}" if first == last else f"{sheet}!{first}:{last}"
        for sheet, _, _, _, first, last in told
    ]
