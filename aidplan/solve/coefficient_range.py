"""How far apart a programme's coefficients are once they are scaled, and which cells of the workbook put them there.

Scaling takes the units of a workbook out of its matrix; what is still far apart is far apart in any units. Past
six orders of magnitude a solver's tolerances begin to matter, which planners are warned of; past nine wrong
optima were seen, and the workbook is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from aidplan_models.sets import lane_of
from scipy.sparse import csr_array

from aidplan.solve.assemble.linear_program import Programme
from aidplan.solve.highs import BridgeError
from aidplan.workbook.findings import ERROR, WARNING, Finding
from aidplan.workbook.tables import Tables

WARNED = 1e6
REFUSED = 1e9

TOLD = 3
"""Cells that are named at each end."""

Source = tuple[str, tuple[str, ...], str | int]
"""Sheet, key, column."""


@dataclass(frozen=True)
class Coefficient:
    """One coefficient: the constraint and quantity with their indices, in the ``workbook``'s units and ``scaled``."""

    constraint: str
    row: tuple[Any, ...]
    quantity: str
    column: tuple[Any, ...]
    workbook: float
    scaled: float


def spread(scaled: csr_array) -> float:
    """The largest coefficient over the smallest; 1 where there is none. Exact zeros do not count."""
    sizes = np.abs(scaled.data)
    sizes = sizes[sizes > 0]
    return float(sizes.max() / sizes.min()) if sizes.size else 1.0


def refuse_what_is_too_far_apart(scaled: csr_array) -> None:
    """Raise BridgeError where coefficients are past what was seen to be solved rightly."""
    wide = spread(scaled)
    if wide > REFUSED:
        raise BridgeError(f"its scaled coefficients are {wide:.1e} apart, past {REFUSED:.0e}")


def extremes(programme: Programme, scaled: csr_array) -> tuple[list[Coefficient], list[Coefficient]]:
    """The largest and the smallest coefficients, each of another kind of row and column."""
    sizes = np.abs(scaled.data)
    order = np.argsort(sizes, kind="stable")
    order = order[sizes[order] > 0]
    return _distinct(programme, scaled, order[::-1]), _distinct(programme, scaled, order)


def _distinct(programme: Programme, scaled: csr_array, order: np.ndarray) -> list[Coefficient]:
    found: dict[tuple[Any, ...], Coefficient] = {}
    for entry in order[:1000].tolist():
        at = int(np.searchsorted(scaled.indptr, entry, side="right")) - 1
        row, n = programme.family_of_row(at)
        column, k = programme.family_of_column(int(scaled.indices[entry]))
        kind = (row.name, row.keys[row.key[n]], column.name, column.keys[column.key[k]])
        if kind not in found:
            found[kind] = Coefficient(
                row.name, row.index(n), column.name, column.index(k),
                float(programme.matrix.data[entry]), float(scaled.data[entry]),
            )  # fmt: skip
        if len(found) == TOLD:
            break
    return list(found.values())


def judge_spread(model: Any, programme: Programme, scaled: csr_array, tables: Tables) -> Finding | None:
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
        for sheet, key, column in sources(model, each):
            row = tables.row(sheet, key)
            if row is None and sheet == "bills":
                row = tables.row(sheet, (*key[:2], "*"))
            if row is not None:
                cells[f"{sheet}!{row.cell(column)}"] = None
    return list(cells)


def sources(model: Any, each: Coefficient) -> list[Source]:
    """The workbook's numbers that a coefficient is made of."""
    read = _SOURCES.get((each.constraint, each.quantity)) or _SOURCES.get(("", each.quantity))
    found = read(each) if read else []
    if each.constraint.startswith("menu_share"):
        key = model.menu_rows[each.row[0]].key
        found = [*found, ("menu", key, "share_min" if each.constraint == "menu_share_floor" else "share_max")]
    return found


def _price(each: Coefficient) -> list[Source]:
    return [("products", tuple(each.column[1:3]), "unit_cost")]


def _use(each: Coefficient) -> list[Source]:
    plant, item = each.column[1:3] if each.quantity == "ordered" else each.column[0:2]
    return [("products", (plant, item), "capacity_use")]


def _weight(each: Coefficient) -> list[Source]:
    return [("items", (each.column[1],), "weight_t")]


def _bill(each: Coefficient) -> list[Source]:
    plant, item = each.column[1:3] if each.quantity == "ordered" else each.column[0:2]
    return [("bills", (item, each.row[0], plant), "quantity")]


def _guarantee(each: Coefficient) -> list[Source]:
    return [("expansions", (each.column[0],), "guarantee_share")]


_SOURCES: Mapping[tuple[str, str], Callable[[Coefficient], list[Source]]] = {
    ("", "ordered"): _price,
    ("", "released"): lambda each: [("stocks", tuple(each.column[1:3]), "release_cost")],
    ("", "built"): lambda each: [("expansions", (each.column[1],), "capex")],
    ("", "pledged"): _guarantee,
    ("plant_capacity", "made"): _use,
    ("orders_back_pledges", "ordered"): _use,
    ("orders_back_pledges", "backed"): _use,
    ("components_conserved", "made"): _bill,
    ("orders_pass_down", "ordered"): _bill,
    ("orders_pass_down", "backed"): _bill,
    ("lane_capacity", "shipped"): _weight,
    ("place_throughput", "shipped"): _weight,
    ("place_storage", "stock"): _weight,
    ("stock_conserved", "shipped"): lambda each: [("lanes", tuple(lane_of(each.column[0])), "loss")],
    ("demand_met", "served"): lambda each: [("effects", tuple(each.column[1:3]), "effect")],
    ("parity_counted", "made"): lambda each: [("effects", (each.column[1], each.row[0]), "effect")],
    ("fleet_conserved", "fleet"): lambda each: [("fleets", tuple(each.column[0:2]), "attrition")],
    ("platforms_fire", "fired"): lambda each: [("platforms", tuple(each.column[1:3]), "rate")],
    ("worst_front", "worst"): lambda each: [("demand", tuple(each.row[0:2]), 1)],
}
"""(constraint, quantity) -> the numbers behind a coefficient there; "" for any other constraint."""
