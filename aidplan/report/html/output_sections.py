"""The page's sections on output: plants that can be expanded, and output against the adversary's."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from aidplan.figures.figures import Figures
from aidplan.figures.format import formatted, formatted_share, period_name, plural
from aidplan.figures.industry import capacity_label, used_capacity, whole_capacity
from aidplan.figures.quantities import Plan
from aidplan.figures.shortfalls import overall
from aidplan.figures.table import LATE_MARK, Column, Row, Table
from aidplan.report.html import charts, page
from aidplan.report.views import industry


def industry_section(figures: Figures) -> page.Section | None:
    """Each plant that can be expanded: its capacity against its use."""
    plan, data, names = figures.plan, figures.plan.data, figures.plan.names
    whole, used = whole_capacity(plan), used_capacity(plan)
    table = industry.capacity(figures)
    ends = {str(row.cells[table.index("plant")]): row.late_from for row in table.rows}
    tightness = {p: overall(used[p], whole[p]) if whole[p].any() else 0.0 for p in data.plants}
    growing = sorted({e.plant for e in data.expansions.values()}, key=lambda p: (-tightness[p], names.plant(p), p))
    made = []
    idle = [plant for plant in growing if not whole[plant].any()]
    for at, plant in enumerate(plant for plant in growing if plant not in idle):
        made.append(_plant_chart(plan, f"plant-{at}", plant, whole[plant], used[plant], ends[plant]))
    if not made:
        return None
    return page.Section(
        "industry", "Plants that can be expanded", "Capacity, with expansions that are ready, against its use; the fullest plants first." + _without_capacity([names.plant(plant) for plant in idle]), charts=made,
        folded=[for_reading(industry.expansions(figures))],
    )  # fmt: skip


def _plant_chart(plan: Plan, id: str, plant: str, whole: Any, used: Any, end: int) -> page.Chart:
    """A plant's capacity against its use, a period; what comes from ``end`` on is too late."""
    grown = float(whole[-1] - plan.data.capacity[plant][-1])
    caption = f"{formatted_share(overall(used, whole))} used"
    caption += (
        f"; expansions add {formatted(grown, 'quantity')} a {plan.period_word} by the end."
        if grown > 0
        else "; no expansion is started."
    )
    rows = [
        Row((label, float(a), float(u), float(u / a) if a > 0 else float("nan")))
        for label, a, u in zip(marked(plan, end), whole, used, strict=True)
    ]
    columns = (
        Column("period", "Period"), Column("capacity", "Capacity", "quantity"), Column("used", "Used", "quantity"), Column("share", "Used", "share", "%"),
    )  # fmt: skip
    about = f"{LATE_MARK} {charts.TOO_LATE_TO_MAKE}" if end <= plan.horizon else ""
    small = Table(f"Capacity {plant}", plan.names.plant(plant), about, columns, rows)
    return charts.use_of_capacity(
        id,
        plan.names.plant(plant),
        caption,
        marked(plan, end),
        whole,
        used,
        capacity_label(plan, plant),
        end,
        small,
    )


def parity_section(figures: Figures) -> page.Section | None:
    """Each capability that the adversary makes: its output against ours."""
    data = figures.plan.data
    own = industry.rival_output(figures)
    table = industry.parity(figures)
    made = []
    for at, (c, terms) in enumerate(data.adversary.items()):
        made.append(_parity_chart(figures, f"parity-{at}", c, terms, own[c]))
    if not made:
        return None
    return page.Section("parity", "Output against the adversary's", table.about, charts=made)


def _parity_chart(figures: Figures, id: str, c: str, terms: Any, own: Any) -> page.Chart:
    """Our output of a capability against the adversary's and the target, a period."""
    plan, names = figures.plan, figures.plan.names
    theirs = np.array(terms.output)
    target, gap = theirs * terms.target_ratio, plan.at("parity_gap", (c,))
    short, end = overall(gap, target), figures.end.output(c)
    caption = (
        f"Over the horizon output falls {formatted_share(short)} short of the target."
        if short > 0
        else "Output meets the target in every period."
    )
    rows = [
        Row((label, *map(float, line)))
        for label, *line in zip(marked(plan, end), own, target, theirs, gap, strict=True)
    ]
    columns = tuple(
        Column(id, title, "text" if id == "period" else "quantity")
        for id, title in (
            ("period", "Period"),
            ("own", "Own output"),
            ("target", "Target"),
            ("theirs", "Adversary's"),
            ("gap", "Short of target"),
        )
    )
    about = f"{LATE_MARK} {charts.TOO_LATE_TO_ORDER}" if end <= plan.horizon else ""
    small = Table(f"Parity {c}", names.capability(c), about, columns, rows)
    lines = [("own output", own), ("target", target), ("adversary's output", theirs)]
    unit = plural(names.capability_unit(c) or "unit")
    return charts.curves(
        id,
        names.capability(c),
        caption,
        marked(plan, end),
        lines,
        unit,
        end,
        small,
    )


def _without_capacity(plants: list[str]) -> str:
    return f" Without any capacity in this plan: {', '.join(plants)}." if plants else ""


def marked(plan: Plan, end: int) -> list[str]:
    """The periods, marked from period ``end`` on."""
    names = [period_name(label) for label in plan.labels]
    return [f"{name} {LATE_MARK}" if t >= end else name for t, name in enumerate(names, start=1)]


def for_reading(table: Table) -> Table:
    """A table without its columns of codes: what a reader of the page needs."""
    codes = {"place", "item", "capability", "plant", "owner", "part", "grows"}
    kept = [at for at, column in enumerate(table.columns) if column.id not in codes]
    rows = [replace(row, cells=tuple(row.cells[at] for at in kept)) for row in table.rows]
    return replace(table, columns=tuple(table.columns[at] for at in kept), rows=rows)
