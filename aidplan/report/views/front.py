"""What the front gets: arrivals, coverage, issues, fleets."""

from __future__ import annotations

import numpy as np

from aidplan.figures.figures import Figures
from aidplan.figures.movement import deliveries
from aidplan.figures.quantities import Key, Plan, summed
from aidplan.figures.shortfalls import by_capability, goal_parts, overall, share
from aidplan.figures.table import Column, Row, Table, total


def arrivals(figures: Figures) -> Table:
    """The menu by front: what arrives where and when."""
    plan, names = figures.plan, figures.plan.names
    rows = [
        Row(
            (
                names.place(place), plan.data.places[place].kind, names.item(item), names.item_unit(item),
                _way(plan, way), place, item, total(series),
            ),
            series, late_from=figures.end.goods(place, item),
        )
        for (place, item, way), series in deliveries(plan, figures.shipments).items()
    ]  # fmt: skip
    rows.sort(key=lambda row: (row.cells[1] != "front", row.cells[0], row.cells[2], row.cells[4]))
    return Table(
        "Deliveries by front", "What arrives where and when", "Goods that come to each front and home place, in the period of arrival, losses on the way taken off.",
        (
            Column("place_name", "Place", width=28), Column("kind", "Kind", width=7), Column("item_name", "Item", width=26),
            Column("unit", "Unit", width=10), Column("way", "By way of", width=22), Column("place", "Place code", width=11),
            Column("item", "Item code", width=12), Column("total", "Total", "quantity", "items", 12),
        ),
        rows, plan.labels, unit="items", late_from=figures.late_from,
        late_means="what is ordered then cannot arrive there within the horizon", frozen=3,
    )  # fmt: skip


def _way(plan: Plan, way: str) -> str:
    if "|" in way:
        origin, mode = way.split("|")
        return f"from {plan.names.place(origin)}" + ("" if mode == "any" else f" by {mode}")
    return "made for this home" if way == "plants" else "given outside the plan"


def coverage_by_capability(figures: Figures) -> Table:
    """Percent of demand met by capability, all places together."""
    plan = figures.plan
    met, demand = by_capability(plan, "met"), by_capability(plan, "demand")
    parts = summed(((c,), np.array([part])) for (_, c), part in goal_parts(plan).items())
    rows = [
        Row(
            (
                plan.names.capability(c), plan.names.capability_unit(c), c,
                overall(met[c,], demand[c,]), float(demand[c,].sum()), float(met[c,].sum()), float(demand[c,].sum() - met[c,].sum()),
                float(parts[c,][0]) if (c,) in parts else 0.0,
            ),
            share(met[c,], demand[c,]), late_from=figures.end.capability(c),
        )
        for (c,) in demand
    ]  # fmt: skip
    rows.sort(key=lambda row: (row.cells[3], row.cells[0]))
    return Table(
        "Coverage", "Demand met by capability", "Percent of demand that is met, all places together, worst first. The last figure is the capability's part of the coverage goal.",
        (
            Column("name", "Capability", width=34), Column("unit", "Counted in", width=20), Column("capability", "Code", width=14),
            Column("share", "Met", "share", "%", 9), Column("demand", "Demand", "quantity", width=13), Column("met", "Met", "quantity", "units", 13),
            Column("unmet", "Unmet", "quantity", "units", 13), Column("part", "Part of the goal", "goal", width=12),
        ),
        rows, plan.labels, "share", "%", figures.late_from, frozen=1, heat=True,
    )  # fmt: skip


def coverage_by_place(figures: Figures) -> Table:
    """Percent of demand met by place and capability."""
    plan, data = figures.plan, figures.plan.data
    met, demand, unmet = plan.demand("met"), plan.demand("demand"), plan.demand("unmet")
    parts = goal_parts(plan)
    rows = [
        Row(
            (
                plan.names.place(x), data.places[x].kind, plan.names.capability(c), plan.names.capability_unit(c), x, c,
                overall(met[x, c], demand[x, c]), float(demand[x, c].sum()), float(met[x, c].sum()), float(unmet[x, c].sum()),
                data.demands[x, c].priority, data.demands[x, c].floor, parts.get((x, c), 0.0),
            ),
            share(met[x, c], demand[x, c]), late_from=figures.end.demand(x, c),
        )
        for x, c in demand
    ]  # fmt: skip
    rows.sort(key=lambda row: (row.cells[1] != "front", row.cells[0], row.cells[2]))
    return Table(
        "Coverage by place", "Demand met by place and capability", "Percent of demand that is met. The parts add up to the index of coverage.",
        (
            Column("place_name", "Place", width=22), Column("kind", "Kind", width=7), Column("name", "Capability", width=30),
            Column("unit", "Counted in", width=18), Column("place", "Place code", width=11), Column("capability", "Code", width=12),
            Column("share", "Met", "share", "%", 9), Column("demand", "Demand", "quantity", width=12), Column("met", "Met", "quantity", "units", 12),
            Column("unmet", "Unmet", "quantity", "units", 12), Column("priority", "Priority", "price", width=8), Column("floor", "Floor", "share", "%", 8),
            Column("part", "Part of the goal", "goal", width=12),
        ),
        rows, plan.labels, "share", "%", figures.late_from, frozen=3, heat=True,
    )  # fmt: skip


def issued(figures: Figures) -> Table:
    """Munitions fired and equipment handed over."""
    plan, names = figures.plan, figures.plan.names
    rows = [
        Row(
            (names.place(x), names.item(i), names.item_unit(i), plan.data.items[i].kind, x, i, total(series)), series,
            late_from=figures.end.goods(x, i),
        )
        for (x, i), series in plan["issued"].items()
    ]  # fmt: skip
    rows.sort(key=lambda row: (row.cells[0], row.cells[3], row.cells[1]))
    return Table(
        "Issued", "What is fired and handed to units", "Munitions fired and equipment handed over, by front and home place.",
        (*_place_item(), Column("total", "Total", "quantity", "items", 12)),
        rows, plan.labels, unit="items", late_from=figures.late_from,
        late_means="what is ordered then cannot arrive there within the horizon",
    )  # fmt: skip


def _place_item() -> tuple[Column, ...]:
    return (
        Column("place_name", "Place", width=22), Column("item_name", "Item", width=26), Column("unit", "Unit", width=10),
        Column("kind", "Kind", width=11), Column("place", "Place code", width=11), Column("item", "Item code", width=12),
    )  # fmt: skip


def fleets(figures: Figures) -> Table:
    """Equipment in service."""
    plan, names, data = figures.plan, figures.plan.names, figures.plan.data
    keys: list[Key] = sorted({*plan["fleet"], *(key for key, fleet in data.fleets.items() if fleet.initial > 0)})
    rows = []
    for x, i in keys:
        opening = data.fleets.get((x, i))
        handed = float(plan.at("issued", (x, i)).sum())
        series = plan.at("fleet", (x, i))
        rows.append(
            Row(
                (
                    names.place(x), names.item(i), names.item_unit(i), x, i,
                    opening.initial if opening else 0.0, opening.attrition if opening else 0.0, handed, float(series[-1]),
                ),
                series, late_from=figures.end.goods(x, i),
            )
        )  # fmt: skip
    rows.sort(key=lambda row: (row.cells[0], row.cells[1]))
    return Table(
        "Fleets", "Equipment in service", "At the end of each period, by front and home place.",
        (
            Column("place_name", "Place", width=22), Column("item_name", "Item", width=26), Column("unit", "Unit", width=10),
            Column("place", "Place code", width=11), Column("item", "Item code", width=12),
            Column("opening", "At the start", "quantity", width=10), Column("attrition", "Attrition a period", "share", "%", 10),
            Column("handed", "Handed over", "quantity", width=10), Column("end", "At the end", "quantity", width=10),
        ),
        rows, plan.labels, unit="items in service", late_from=figures.late_from,
        late_means="what is ordered then cannot arrive there within the horizon",
    )  # fmt: skip
