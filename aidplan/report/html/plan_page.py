"""The allocation report as one self-contained page, ``report.html``."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from aidplan.figures import flow
from aidplan.figures.figures import Figures
from aidplan.figures.format import formatted, formatted_share, period_name, plural
from aidplan.figures.headline import about_run
from aidplan.figures.industry import capacity_label, used_capacity, whole_capacity
from aidplan.figures.quantities import Plan
from aidplan.figures.shortfalls import by_capability, overall, share
from aidplan.figures.table import LATE_MARK, Column, Row, Table
from aidplan.report.html import charts, page
from aidplan.report.views import alternatives, decisions, donors, front, industry, limit_values
from aidplan.report.views.brief import brief
from aidplan.report.xlsx.about_sheet import READING

if TYPE_CHECKING:
    from aidplan.extract import PlanRun


def write_page(run: PlanRun, path: Path) -> None:
    """Writes the page of a run that has a plan to ``path``, over what is there.

    Raises ValueError for a run without a plan, and OSError where the file cannot be written.
    """
    if not run.has_plan:
        raise ValueError(f"run {run.manifest.get('run')} has no plan to report")
    page.write(plan_page(Figures(run)), path)


def plan_page(figures: Figures) -> page.Page:
    """Every section of the plan's page; one without anything to show is left out."""
    plan = figures.plan
    title = str(plan.run.book.setting("title") or plan.run.manifest["workbook"].get("file", "Allocation plan"))
    sections = [
        _brief(figures),
        _coverage(figures),
        _flow(figures),
        _ledger(figures),
        _industry(figures),
        _parity(figures),
        _decisions(figures),
        _limits(figures),
        _alternatives(figures),
    ]
    return page.Page(
        title=title,
        subtitle=f"{plan.when(1, plan.horizon)}, scenario {plan.run.scenario}, run {plan.run.manifest['run']}; money in {plan.money}",
        verdict=figures.verdict,
        sections=[section for section in sections if section is not None],
        notes=[*READING, *about_run(plan)],
    )  # fmt: skip


def _brief(figures: Figures) -> page.Section:
    """The first screen."""
    made = brief(figures)
    return page.Section("brief", "The plan in brief", facts=made.cards, tables=made.blocks, footnotes=made.footnotes)


def _coverage(figures: Figures) -> page.Section | None:
    by_capability, by_place = front.coverage_by_capability(figures), front.coverage_by_place(figures)
    if not by_capability.rows:
        return None
    worst = by_capability.rows[0]
    caption = f"Least covered: {worst.cells[0]} with {formatted(worst.cells[3], 'share')} of its demand."
    over_time = charts.heat(
        "coverage-time", "Demand met by capability over time", f"{caption} Dotted frames: nothing ordered from there on can arrive.",
        by_capability.period_headings, [str(row.cells[0]) for row in by_capability.rows],
        [("", [row.series for row in by_capability.rows])], _reading(by_capability), [row.late_from for row in by_capability.rows],
    )  # fmt: skip
    return page.Section(
        "coverage",
        "Demand met",
        "Percent of demand that is met, in each capability's own units.",
        charts=[over_time, _matrix(figures, by_place)],
    )


def _reading(table: Table) -> Table:
    """A table without its columns of codes: what a reader of the page needs."""
    codes = {"place", "item", "capability", "plant", "owner", "part", "grows"}
    kept = [at for at, column in enumerate(table.columns) if column.id not in codes]
    rows = [replace(row, cells=tuple(row.cells[at] for at in kept)) for row in table.rows]
    return replace(table, columns=tuple(table.columns[at] for at in kept), rows=rows)


def _matrix(figures: Figures, by_place: Table) -> page.Chart:
    """Place × capability, with a slider over the periods."""
    plan = figures.plan
    met, demand = plan.demand("met"), plan.demand("demand")
    places = list(dict.fromkeys(str(row.cells[by_place.index("place")]) for row in by_place.rows))
    total = by_capability(plan, "met"), by_capability(plan, "demand")
    capabilities = sorted((c for (c,) in total[1]), key=lambda c: (overall(total[0][c,], total[1][c,]), c))
    whole = np.full((len(capabilities), len(places)), np.nan)
    by_period = np.full((plan.horizon, len(capabilities), len(places)), np.nan)
    late = np.zeros(by_period.shape, dtype=bool)
    for (x, c), wanted in demand.items():
        at = capabilities.index(c), places.index(x)
        whole[at] = overall(met[x, c], wanted)
        by_period[:, at[0], at[1]] = share(met[x, c], wanted)
        late[figures.end.demand(x, c) - 1 :, at[0], at[1]] = True
    headings = by_place.period_headings
    frames = [("whole horizon", whole), *((headings[t], by_period[t]) for t in range(plan.horizon))]
    lowest = min(by_place.rows, key=lambda row: row.cells[by_place.index("share")])  # type: ignore[arg-type,return-value]
    caption = (
        f"Lowest over the horizon: {lowest.cells[2]} at {lowest.cells[0]}, {formatted(lowest.cells[by_place.index('share')], 'share')}. "
        f"The slider goes through the periods; {LATE_MARK} after a figure: nothing ordered from then on can arrive; grey: no demand."
    )
    return charts.heat(
        "coverage-place", "Demand met by place and capability", caption, [plan.names.place(x) for x in places],
        [plan.names.capability(c) for c in capabilities], frames, _reading(by_place), late=[None, *late],
    )  # fmt: skip


def _flow(figures: Figures) -> page.Section | None:
    found = flow.links(figures)
    if not found:
        return None
    plan = figures.plan
    bought = sum(money for start, _, money in found if start[0] == 0)
    reached = sum(sum(one.delivered.values()) for one in figures.bought)
    caption = f"{formatted(bought, 'money')} {plan.money} spent; goods worth {formatted(reached, 'money')} reach fronts and homes within the horizon."
    chart = charts.flows(
        "flow-chart", "Money to materiel to front", caption, found, plan.money, flow.table(figures, found)
    )
    return page.Section(
        "flow",
        "Money to materiel to front",
        "From donors, by class of materiel, to the places where it arrives.",
        charts=[chart],
    )


def _ledger(figures: Figures) -> page.Section:
    plan = figures.plan
    table = donors.by_donor(figures)
    shown = figures.donors
    names = [one.donor for one in shown]
    ordered = {fund.fund: fund for fund in figures.funds}
    parts = [
        ("orders", [sum(float(ordered[f].orders.sum()) for f in one.funds) for one in shown]),
        ("from reserves", [sum(float(ordered[f].releases.sum()) for f in one.funds) for one in shown]),
        ("plants", [sum(float(ordered[f].plants.sum()) for f in one.funds) for one in shown]),
        ("lapsed", [one.lapsed for one in shown]),
        ("left", [one.left for one in shown]),
    ]
    spent, available = sum(one.spent for one in shown), sum(one.available for one in shown)
    caption = f"{formatted(spent, 'money')} of {formatted(available, 'money')} {plan.money} is spent"
    caption += f" ({formatted_share(spent / available)})." if available > 0 else "."
    chart = charts.stacked("ledger-chart", "Money by donor", caption, names, parts, plan.money, table)
    return page.Section(
        "ledger",
        "Ledger by donor",
        "Commitment, order, production, delivery.",
        charts=[chart],
        folded=[donors.by_fund(figures)],
    )


def _industry(figures: Figures) -> page.Section | None:
    plan, data, names = figures.plan, figures.plan.data, figures.plan.names
    whole, used = whole_capacity(plan), used_capacity(plan)
    table = industry.capacity(figures)
    ends = {str(row.cells[table.index("plant")]): row.late_from for row in table.rows}
    tightness = {p: overall(used[p], whole[p]) if whole[p].any() else 0.0 for p in data.plants}
    growing = sorted({e.plant for e in data.expansions.values()}, key=lambda p: (-tightness[p], names.plant(p), p))
    made = []
    idle = [plant for plant in growing if not whole[plant].any()]
    for at, plant in enumerate(plant for plant in growing if plant not in idle):
        grown = float(whole[plant][-1] - data.capacity[plant][-1])
        caption = f"{formatted_share(overall(used[plant], whole[plant]))} used"
        caption += (
            f"; expansions add {formatted(grown, 'quantity')} a {plan.period_word} by the end."
            if grown > 0
            else "; no expansion is started."
        )
        rows = [
            Row((label, float(a), float(u), float(u / a) if a > 0 else float("nan")))
            for label, a, u in zip(_marked(plan, ends[plant]), whole[plant], used[plant], strict=True)
        ]
        columns = (
            Column("period", "Period"), Column("capacity", "Capacity", "quantity"), Column("used", "Used", "quantity"), Column("share", "Used", "share", "%"),
        )  # fmt: skip
        about = f"{LATE_MARK} {charts.TOO_LATE_TO_MAKE}" if ends[plant] <= plan.horizon else ""
        small = Table(f"Capacity {plant}", names.plant(plant), about, columns, rows)
        made.append(
            charts.use_of_capacity(
                f"plant-{at}",
                names.plant(plant),
                caption,
                _marked(plan, ends[plant]),
                whole[plant],
                used[plant],
                capacity_label(plan, plant),
                ends[plant],
                small,
            )
        )
    if not made:
        return None
    return page.Section(
        "industry", "Plants that can be expanded", "Capacity, with expansions that are ready, against its use; the fullest plants first." + _without_capacity([names.plant(plant) for plant in idle]), charts=made,
        folded=[_reading(industry.expansions(figures))],
    )  # fmt: skip


def _marked(plan: Plan, end: int) -> list[str]:
    """The periods, marked from period ``end`` on."""
    names = [period_name(label) for label in plan.labels]
    return [f"{name} {LATE_MARK}" if t >= end else name for t, name in enumerate(names, start=1)]


def _without_capacity(plants: list[str]) -> str:
    return f" Without any capacity in this plan: {', '.join(plants)}." if plants else ""


def _parity(figures: Figures) -> page.Section | None:
    plan, data, names = figures.plan, figures.plan.data, figures.plan.names
    own = industry.rival_output(figures)
    table = industry.parity(figures)
    made = []
    for at, (c, terms) in enumerate(data.adversary.items()):
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
            for label, *line in zip(_marked(plan, end), own[c], target, theirs, gap, strict=True)
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
        lines = [("own output", own[c]), ("target", target), ("adversary's output", theirs)]
        unit = plural(names.capability_unit(c) or "unit")
        made.append(
            charts.curves(
                f"parity-{at}",
                names.capability(c),
                caption,
                _marked(plan, end),
                lines,
                unit,
                end,
                small,
            )
        )
    if not made:
        return None
    return page.Section("parity", "Output against the adversary's", table.about, charts=made)


def _decisions(figures: Figures) -> page.Section:
    table = decisions.decisions(figures)
    return page.Section("decisions", "Everything to be decided soon", table.about, folded=[table])


def _limits(figures: Figures) -> page.Section | None:
    table = limit_values.largest(figures)
    return page.Section("limits", table.title, table.about, tables=[replace(table, about="")]) if table.rows else None


def _alternatives(figures: Figures) -> page.Section | None:
    table = alternatives.largest(figures)
    if not table.rows:
        return None
    return page.Section(
        "alternatives",
        "Equally good alternatives",
        "Allocations that could be otherwise: no goal would be worse.",
        tables=[table],
    )
