"""What is drawn, held and moved: reserves, lanes, hubs, shipments, stocks."""

from __future__ import annotations

import math

import numpy as np

from aidplan.figures.figures import Figures
from aidplan.figures.movement import lane_tonnes, outgoing_tonnes, stored_tonnes
from aidplan.figures.shortfalls import share
from aidplan.figures.table import Cell, Column, Formula, Row, Table, total


def reserves(figures: Figures) -> Table:
    """Donors' reserves: what is drawn and what is left."""
    plan, names, data = figures.plan, figures.plan.names, figures.plan.data
    rows = []
    for (x, i), terms in data.reserves.items():
        first = (names.place(x), names.item(i), names.item_unit(i), x, i)
        until = figures.end.arriving.held(x, i)
        for (fund, place, item), released in plan["released"].items():
            if (place, item) == (x, i):
                money = float(released.sum()) * terms.release_cost / data.money_unit
                paid = Formula(f"{{total}}*{{price}}/{data.money_unit:.17g}", money)
                cells = (*first, "drawn", fund, None, None, total(released), terms.release_cost, paid)
                rows.append(Row(cells, released, late_from=until + 1))
        left = plan.at("reserve", (x, i))
        rows.append(Row((*first, "left", "", terms.initial, terms.floor, None, None, None), left, late_from=until + 1))
    return Table(
        "Reserves", "Donors' reserves", "What funds draw in each period and what is left at its end, against the floor that the donor keeps.",
        (
            Column("place_name", "Country", width=18), Column("item_name", "Item", width=26), Column("unit", "Unit", width=10),
            Column("place", "Place code", width=11), Column("item", "Item code", width=12), Column("measure", "Row", width=8),
            Column("fund", "Charged to", width=13), Column("opening", "At the start", "quantity", width=11),
            Column("floor", "Floor", "quantity", width=11), Column("total", "Drawn", "quantity", "items", 11),
            Column("price", "Replenishment price", "price", f"{data.currency} an item", 13), Column("money", "Money", "money", plan.money, 11),
        ),
        rows, plan.labels, unit="items", late_from=figures.late_from,
        late_means="what is drawn then cannot reach a demand of the horizon", empty="The workbook has no reserves.",
    )  # fmt: skip


def lanes(figures: Figures) -> Table:
    """Tonnes by lane against the lane's limit."""
    plan, names, data = figures.plan, figures.plan.names, figures.plan.data
    tonnes = lane_tonnes(figures.shipments)
    costs: dict[tuple[str, str, str], float] = {}
    for one in figures.shipments:
        costs[one.lane] = costs.get(one.lane, 0.0) + one.cost
    rows = []
    for lane, terms in data.lanes.items():
        moved = tonnes.get(lane, np.zeros(plan.horizon))
        limit = np.array(terms.capacity_t)
        first = (names.lane(*lane), lane.origin, lane.destination, lane.mode, terms.transit)
        end = 1 + figures.end.arriving.anything_leaving(lane)
        rows.append(Row((*first, "tonnes", total(moved), costs.get(lane, 0.0)), moved, late_from=end))
        if np.isfinite(limit).any():
            most = np.where(np.isfinite(limit), limit, np.nan)
            rows.append(Row((*first, "limit", None, None), most, late_from=end))
            rows.append(Row((*first, "used, %", None, None), _use(moved, limit), "share", end))
    return Table(
        "Lanes", "Movement by lane", "Tonnes that leave by each lane, its limit where it has one, and the share used.",
        (
            Column("lane", "Lane", width=40), Column("origin", "From", width=11), Column("destination", "To", width=11),
            Column("mode", "Mode", width=8), Column("transit", "Transit", "count", f"{plan.period_word}s", 8), Column("measure", "Row", width=9),
            Column("total", "Total", "quantity", "t", 12), Column("cost", "Transport cost", "money", plan.money, 11),
        ),
        rows, plan.labels, unit="t", late_from=figures.late_from, frozen=1,
        late_means="nothing that leaves then can reach a demand of the horizon",
    )  # fmt: skip


def hubs(figures: Figures) -> Table:
    """Tonnes out of and held at places, against their limits."""
    plan, names, data = figures.plan, figures.plan.names, figures.plan.data
    out, held = outgoing_tonnes(figures.shipments), stored_tonnes(plan)
    nothing = np.zeros(plan.horizon)
    rows = []
    for x, terms in data.places.items():
        end = 1 + figures.end.arriving.anything_held(x)
        limits = (np.array(terms.throughput_t), np.full(plan.horizon, terms.storage_t))
        for word, moved, limit in (("out", out.get(x, nothing), limits[0]), ("held", held.get(x, nothing), limits[1])):
            if not moved.any() and not (terms.kind == "hub" or np.isfinite(limit).any()):
                continue
            first = (names.place(x), terms.kind, x)
            rows.append(Row((*first, f"tonnes {word}", total(moved) if word == "out" else None), moved, late_from=end))
            if np.isfinite(limit).any():
                most = np.where(np.isfinite(limit), limit, np.nan)
                rows.append(Row((*first, f"limit, {word}", None), most, late_from=end))
                rows.append(Row((*first, f"used, {word}, %", None), _use(moved, limit), "share", end))
    return Table(
        "Hubs", "Movement by hub", "Tonnes that leave each place and tonnes held there at the end of each period, with throughput and storage limits.",
        (
            Column("place_name", "Place", width=22), Column("kind", "Kind", width=8), Column("place", "Code", width=11),
            Column("measure", "Row", width=14), Column("total", "Total", "quantity", "t", 12),
        ),
        rows, plan.labels, unit="t", late_from=figures.late_from, frozen=1,
        late_means="nothing that is there then can reach a demand of the horizon any more",
    )  # fmt: skip


def _use(moved: np.ndarray, limit: np.ndarray) -> np.ndarray:
    return share(moved, np.where(np.isfinite(limit), limit, 0.0))


def shipments(figures: Figures) -> Table:
    """Every item on every lane."""
    plan, names, data = figures.plan, figures.plan.names, figures.plan.data
    rows = []
    for one in figures.shipments:
        terms = data.lanes[one.lane]
        cells: tuple[Cell, ...] = (
            names.lane(*one.lane), names.item(one.item), *one.lane, one.item, terms.transit, terms.loss,
            data.items[one.item].weight_t, terms.cost_per_t, total(one.shipped), one.under_way,
            Formula("({total}-{under_way})*{loss}", one.lost),
            Formula(f"{{total}}*{{weight}}*{{price}}/{data.money_unit:.17g}", one.cost),
        )  # fmt: skip
        rows.append(Row(cells, one.shipped, late_from=figures.end.arriving.leaving(one.lane, one.item) + 1))
    return Table(
        "Shipments", "What travels by which lane", "Items that leave in each period.",
        (
            Column("lane", "Lane", width=36), Column("item_name", "Item", width=26), Column("origin", "From", width=11),
            Column("destination", "To", width=11), Column("mode", "Mode", width=8), Column("item", "Item code", width=12),
            Column("transit", "Transit", "count", f"{plan.period_word}s", 8), Column("loss", "Loss", "share", "%", 7),
            Column("weight", "Weight", "price", "t an item", 9), Column("price", "Cost", "price", f"{data.currency} a t", 9),
            Column("total", "Shipped", "quantity", "items", 12), Column("under_way", "Under way at the end", "quantity", "items", 11),
            Column("lost", "Lost", "quantity", "items", 10), Column("cost", "Transport cost", "money", plan.money, 11),
        ),
        rows, plan.labels, unit="items", late_from=figures.late_from,
        late_means="what leaves then cannot reach a demand of the horizon",
    )  # fmt: skip


def stocks(figures: Figures) -> Table:
    """What is held at places, with what was there and what came from outside."""
    plan, names, data = figures.plan, figures.plan.names, figures.plan.data
    keys = sorted({*plan["stock"], *data.opening_stock, *data.arrivals})
    rows = []
    for x, i in keys:
        held = plan.at("stock", (x, i))
        cells = (
            names.place(x), names.item(i), names.item_unit(i), data.places[x].kind, x, i,
            data.opening_stock.get((x, i), 0.0), math.fsum(data.arrivals.get((x, i), ())), float(held[-1]),
        )  # fmt: skip
        rows.append(Row(cells, held, late_from=figures.end.arriving.held(x, i) + 1))
    rows.sort(key=lambda row: (row.cells[0], row.cells[1]))
    return Table(
        "Stocks", "What is held", "Free stock at the end of each period, reserves aside.",
        (
            Column("place_name", "Place", width=22), Column("item_name", "Item", width=26), Column("unit", "Unit", width=10),
            Column("kind", "Kind", width=8), Column("place", "Place code", width=11), Column("item", "Item code", width=12),
            Column("opening", "At the start", "quantity", "items", 11), Column("outside", "Came from outside the plan", "quantity", "items", 12),
            Column("end", "At the end", "quantity", "items", 11),
        ),
        rows, plan.labels, unit="items", late_from=figures.late_from,
        late_means="what is there then cannot reach a demand of the horizon any more",
    )  # fmt: skip
