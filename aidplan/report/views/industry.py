"""What plants make: production, capacity and its use, components, expansions, output against the adversary's."""

from __future__ import annotations

import numpy as np
from aidplan_models.data import COMMON

from aidplan.figures.figures import Figures
from aidplan.figures.industry import Growth, capacity_label, used_capacity, whole_capacity
from aidplan.figures.quantities import Array
from aidplan.figures.shortfalls import overall, share
from aidplan.figures.table import Column, Formula, Row, Table, total


def production(figures: Figures) -> Table:
    """What each plant makes, and for whom."""
    plan, names, data = figures.plan, figures.plan.names, figures.plan.data
    rows = []
    lines = sorted({*plan["made"], *plan["backlog"], *data.orderbook, *data.due})
    for plant, item, owner in lines:
        made, waiting = plan.at("made", (plant, item, owner)), plan.at("backlog", (plant, item, owner))
        goods = data.items[item].is_goods
        rows.append(
            Row(
                (
                    names.plant(plant), names.item(item), names.item_unit(item), data.items[item].kind,
                    "all plants" if not goods else names.place(owner), plant, item, owner,
                    data.on_order((plant, item, owner)), total(made), float(waiting[-1]),
                ),
                made, late_from=figures.end.arriving.made(plant, item, owner) + 1,
            )
        )  # fmt: skip
    rows.sort(key=lambda row: (row.cells[0], row.cells[1], row.cells[4]))
    return Table(
        "Production", "What each plant makes", "Completed in each period, by whom it is for; components go into one pool for all plants.",
        (
            Column("plant_name", "Plant", width=30), Column("item_name", "Item", width=26), Column("unit", "Unit", width=10),
            Column("kind", "Kind", width=11), Column("for", "For", width=16), Column("plant", "Plant code", width=13),
            Column("item", "Item code", width=12), Column("owner", "Owner code", width=11),
            Column("opening", "On order at the start", "quantity", "items", 11), Column("total", "Made", "quantity", "items", 12),
            Column("waiting", "Waiting at the end", "quantity", "items", 11),
        ),
        rows, plan.labels, unit="items", late_from=figures.late_from,
        late_means="what is made then cannot reach a demand of the horizon",
    )  # fmt: skip


def capacity(figures: Figures) -> Table:
    """Capacity and its use, three rows a plant."""
    plan, names, data = figures.plan, figures.plan.names, figures.plan.data
    whole, used = whole_capacity(plan), used_capacity(plan)
    makes = {p: ", ".join(names.item(i) for q, i in data.products if q == p) for p in data.plants}
    rows = []
    for plant in sorted(data.plants, key=lambda p: (names.plant(p), p)):
        grows = "yes" if any(e.plant == plant for e in data.expansions.values()) else "no"
        first = (
            names.plant(plant),
            names.place(data.plants[plant]),
            makes[plant],
            plant,
            grows,
            capacity_label(plan, plant),
        )
        end = 1 + max((figures.end.arriving.made(p, i, COMMON) for p, i in data.products if p == plant), default=0)
        rows.append(Row((*first, "capacity", total(whole[plant])), whole[plant], late_from=end))
        rows.append(Row((*first, "used", total(used[plant])), used[plant], late_from=end))
        rows.append(Row((*first, "used, %", None), share(used[plant], whole[plant]), "share", end))
    return Table(
        "Capacity", "Capacity and its use", "Capacity with expansions that are ready, what is used of it, and the share; counted as column Unit says.",
        (
            Column("plant_name", "Plant", width=30), Column("country", "Country", width=14), Column("makes", "Makes", width=26),
            Column("plant", "Plant code", width=13), Column("grows", "Can be expanded", width=9), Column("unit", "Unit", width=18),
            Column("measure", "Row", width=10), Column("total", "Total", "quantity", width=13),
        ),
        rows, plan.labels, unit="as in column Unit", late_from=figures.late_from,
        late_means="what is made for the fronts then cannot reach a demand of the horizon", frozen=1,
    )  # fmt: skip


def components(figures: Figures) -> Table:
    """The pool of each component, and what it gets and gives."""
    plan, names, data = figures.plan, figures.plan.names, figures.plan.data
    made: dict[str, Array] = {k: np.zeros(plan.horizon) for k in data.supply}
    taken: dict[str, Array] = {k: np.zeros(plan.horizon) for k in data.supply}
    bills: dict[tuple[str, str], list[tuple[str, float]]] = {}
    for (plant, item, component), quantity in data.bills.items():
        bills.setdefault((plant, item), []).append((component, quantity))
    for (plant, item, _), values in plan["made"].items():
        if item in made:
            made[item] = made[item] + values
        for component, quantity in bills.get((plant, item), ()):
            taken[component] = taken[component] + quantity * values
    rows = []
    for k, supply in data.supply.items():
        first = (names.item(k), names.item_unit(k), k)
        end = figures.end.arriving.made("", k, COMMON) + 1
        outside, left = np.array(supply.arriving), plan.at("pool", (k,))
        rows.append(Row((*first, "from outside", supply.initial, total(outside)), outside, late_from=end))
        rows.append(Row((*first, "made", 0.0, total(made[k])), made[k], late_from=end))
        rows.append(Row((*first, "used", 0.0, total(taken[k])), taken[k], late_from=end))
        rows.append(Row((*first, "left at the end of the period", 0.0, None), left, late_from=end))
    return Table(
        "Components", "Components", "One pool for all plants: what is on hand at the start, comes in, is made, is used, and is left.",
        (
            Column("item_name", "Component", width=26), Column("unit", "Unit", width=10), Column("item", "Code", width=12),
            Column("measure", "Row", width=26), Column("opening", "At the start", "quantity", width=11),
            Column("total", "Total", "quantity", width=12),
        ),
        rows, plan.labels, unit="component units", late_from=figures.late_from, frozen=1,
        late_means="nothing made with it then can reach a demand of the horizon",
        empty="The workbook has no components.",
    )  # fmt: skip


def expansions(figures: Figures) -> Table:
    """Capacity bought and pledged, and what its guarantees may leave to pay."""
    plan, names, data = figures.plan, figures.plan.names, figures.plan.data
    started: dict[str, list[Growth | None]] = {e: [] for e in data.expansions}
    for growth in figures.growths:
        started[growth.expansion].append(growth)
    rows = []
    for e, terms in data.expansions.items():
        for one in started[e] or [None]:
            grown = one.grown if one else np.zeros(plan.horizon)
            until = figures.end.arriving.grown(e, one.fund or None if one else None)
            units = total(grown)
            capex = Formula(f"{{total}}*{{price}}/{data.money_unit:.17g}", one.capex if one else 0.0)
            rows.append(
                Row(
                    (
                        e, names.plant(terms.plant), terms.financing, one.fund if one else "", terms.plant, terms.build_time,
                        terms.limit, units, terms.capex, capex, *((terms.guarantee_share, terms.guarantee_periods) if terms.financing == "private" else (None, None)),
                        one.backing if one else 0.0, one.liability if one else 0.0, plan.when(until) or "none",
                    ),
                    grown, late_from=until + 1,
                )
            )  # fmt: skip
    return Table(
        "Expansions", "Expansions and guarantees", "Capacity started in each period; a fund pays for a public one, industry builds a private one against long-term orders.",
        (
            Column("expansion", "Expansion", width=16), Column("plant_name", "Plant", width=28), Column("financing", "Financing", width=10),
            Column("fund", "Paid by", width=13), Column("plant", "Plant code", width=13), Column("build_time", "Build time", "count", f"{plan.period_word}s", 9),
            Column("limit", "Limit", "quantity", "capacity units", 12), Column("total", "Started", "quantity", "capacity units", 12),
            Column("price", "Price", "price", f"{data.currency} a unit", 12), Column("money", "Capex", "money", plan.money, 12),
            Column("share", "Guarantee", "share", "% of the capacity", 11), Column("periods", "Guarantee runs", "count", f"{plan.period_word}s", 10),
            Column("backing", f"Orders guaranteed a {plan.period_word}", "money", plan.money, 13),
            Column("liability", "Outyear liability", "money", plan.money, 12), Column("until", "Last start that helps", width=11),
        ),
        rows, plan.labels, unit="capacity units", late_from=figures.late_from,
        late_means="what is started then is ready too late for a demand of the horizon", frozen=1, empty="The workbook has no expansions.",
    )  # fmt: skip


def parity(figures: Figures) -> Table:
    """Output against the adversary's."""
    plan, names, data = figures.plan, figures.plan.names, figures.plan.data
    own = rival_output(figures)
    rows = []
    for c, terms in data.adversary.items():
        first = (names.capability(c), names.capability_unit(c), c)
        theirs, gap = np.array(terms.output), plan.at("parity_gap", (c,))
        target = theirs * terms.target_ratio
        end = figures.end.output(c)
        rows.append(Row((*first, "adversary's output", total(theirs)), theirs, late_from=end))
        rows.append(
            Row((*first, f"target ({terms.target_ratio:g} × adversary's)", total(target)), target, late_from=end)
        )
        rows.append(Row((*first, "own output", total(own[c])), own[c], late_from=end))
        rows.append(Row((*first, "short of target", total(gap)), gap, late_from=end))
        rows.append(Row((*first, "short of target, %", overall(gap, target)), share(gap, target), "share", end))
    return Table(
        "Parity", "Output against the adversary's", "What all plants make, counted by what it does, against the target set by the adversary's output.",
        (
            Column("name", "Capability", width=30), Column("unit", "Counted in", width=20), Column("capability", "Code", width=14),
            Column("measure", "Row", width=30), Column("total", "Total", "quantity", width=13),
        ),
        rows, plan.labels, unit="capability units", late_from=figures.late_from,
        late_means="what is ordered then is made after the horizon", frozen=1, empty="The workbook gives no adversary output.",
    )  # fmt: skip


def rival_output(figures: Figures) -> dict[str, Array]:
    """Capability -> own output that counts against the adversary's, by period."""
    plan, data = figures.plan, figures.plan.data
    own = {c: np.zeros(plan.horizon) for c in data.adversary}
    for (_, item, _), made in plan["made"].items():
        for c, so_far in own.items():
            effect = data.effects.get((item, c), 0.0)
            if effect and data.items[item].is_goods:
                own[c] = so_far + effect * made
    return own
