"""The allocation report as one self-contained page, ``report.html``."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from aidplan.figures import flow
from aidplan.figures.figures import Figures
from aidplan.figures.format import formatted, formatted_share
from aidplan.figures.headline import about_run
from aidplan.figures.shortfalls import by_capability, overall, share
from aidplan.figures.table import LATE_MARK, Table
from aidplan.report.html import charts, page
from aidplan.report.html.output_sections import for_reading, industry_section, parity_section
from aidplan.report.views import alternatives, decisions, donors, front, limit_values
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
        industry_section(figures),
        parity_section(figures),
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
        [("", [row.series for row in by_capability.rows])], for_reading(by_capability), [row.late_from for row in by_capability.rows],
    )  # fmt: skip
    return page.Section(
        "coverage",
        "Demand met",
        "Percent of demand that is met, in each capability's own units.",
        charts=[over_time, _matrix(figures, by_place)],
    )


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
        [plan.names.capability(c) for c in capabilities], frames, for_reading(by_place), late=[None, *late],
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
