"""Explanations as an answer: sentences, tables and waterfalls of what `aidplan.explain` found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from aidplan.figures.answers import CAUSES, periods_of
from aidplan.figures.format import span_name
from aidplan.figures.naming import Names
from aidplan.figures.table import Column, Row, Table
from aidplan.report.html import charts, page
from aidplan.study.answer import Answer
from aidplan.study.explained_tables import level_tables, thing
from aidplan.study.shortage_sentences import Sentences, unit_of

if TYPE_CHECKING:
    from aidplan_models.data import PlanData

    from aidplan.extract import PlanRun

Entry = Mapping[str, Any]


def answer_of(run: PlanRun, found: Mapping[str, Any], options: Mapping[str, Any], sha256: str) -> Answer:
    """What `aidplan.explain.answer.explain_run` found of ``run``, whose manifest has the hash ``sha256``."""
    names = Names(run.book)
    sentences = [Sentences(run.data, names).shortage(entry) for entry in found["shortages"]]
    sentences += [f"The target can be met: {way['words']}." for way in found.get("repairs", ())]
    sentences += [f"Not done: {what}." for what in found["not_done"]]
    if (
        not any(found.get(part) for part in ("shortages", "not_done", "extra", "prices", "repairs", "bottlenecks"))
        and found.get("repairs") is None
    ):
        sentences.append("All demand that is asked about is met.")
    exact = [entry for entry in found["shortages"] if entry["exact"]]
    body = {key: value for key, value in found.items() if key not in ("solves", "seconds")}
    return Answer(
        kind="explain",
        title=f"Why demand is unmet: {run.manifest['run']}",
        workbook=run.manifest["workbook"],
        options=options,
        seconds=found["seconds"],
        solves=found["solves"],
        body={"run": run.manifest["run"], "sha256": sha256, **body},
        sentences=sentences,
        tables=[causes(run.data, names, found), limits(run.data, names, found), *more(names, found, _coverage(run))],
        charts=[waterfall(run.data, names, entry, n) for n, entry in enumerate(exact)],
    )


def causes(data: PlanData, names: Names, found: Mapping[str, Any]) -> Table:
    """A row for each cause of each shortage."""
    columns = (
        Column("what", "What is short", width=34), Column("where", "Where", width=24), Column("unit", "Unit", width=22),
        Column("unmet", "Short by", "quantity"), Column("cause", "Cause", width=12), Column("why", "Because", width=44),
        Column("part", "Part", "quantity"), Column("share", "Share", "share"),
        Column("least", "Part at least", "quantity"), Column("most", "Part at most", "quantity"),
        Column("alone", "Short with this alone lifted", "quantity", width=16),
        Column("without", "Short with all others lifted", "quantity", width=16), Column("exact", "Figure", width=10),
    )  # fmt: skip
    about = (
        "The parts of each shortage add up to it (Shapley values over the causes); the rest of the plan stays as it is. "
        "Where time ran out before every cause was tried, a part stands between bounds, as far as they are known."
    )
    rows = [
        _cause(data, names, entry, cause, part)
        for entry in found["shortages"]
        for cause, part in entry["causes"].items()
    ]
    return Table("Causes", "What holds demand back", about, columns, rows, empty="No demand is unmet.")


def _cause(data: PlanData, names: Names, entry: Entry, cause: str, part: float) -> Row:
    """One row; of a part that is not certain the bounds alone, and none that says nothing."""
    periods, unmet = periods_of(data, entry), entry["unmet"]
    least, most = (part, part) if entry["exact"] else entry["bounds"].get(cause, (0.0, unmet))
    alone, without = entry["alone"].get(cause), entry["without"].get(cause)
    exact = bool(entry["exact"])

    def told(value: float | None, known: bool = True) -> float | None:
        return value / periods if known and value is not None else None

    return Row((
        names.capability(entry["capability"]), _where(names, entry), unit_of(data, entry), told(unmet), cause,
        CAUSES.get(cause, cause), told(part, exact), (part / unmet if unmet else 0.0) if exact else None,
        told(least, not exact and least > 0), told(most, not exact and most < unmet), told(alone), told(without),
        "exact" if exact else "bounds",
    ))  # fmt: skip


def limits(data: PlanData, names: Names, found: Mapping[str, Any]) -> Table:
    """A row for each single limit within a cause."""
    rows = [
        Row((
            names.capability(entry["capability"]), one["cause"], one["limit"], thing(one),
            span_name(one["periods"]) if one["periods"] else "", ", ".join(one["periods"]),
            one["amount"] / periods_of(data, entry), unit_of(data, entry),
        ))
        for entry in found["shortages"]
        for one in entry["limits"]
    ]  # fmt: skip
    columns = (
        Column("what", "What is short", width=34), Column("cause", "Cause", width=12), Column("limit", "Limit", width=16),
        Column("thing", "Of what", width=48), Column("when", "When", width=20), Column("periods", "Periods", width=40),
        Column("amount", "Amount", "quantity"), Column("unit", "Unit", width=22),
    )  # fmt: skip
    return Table("Limits", "The single limits within the causes", "", columns, rows, empty="No single limit was found.")


def _coverage(run: PlanRun) -> float:
    """The goal ``coverage`` of the plan: the share of demand that is not met, the tail's with it."""
    return float(run.manifest["goals"]["coverage"])


def more(names: Names, found: Mapping[str, Any], coverage: float) -> list[Table]:
    """The frontier of cost against coverage, and what each donor's means are worth, where they were looked for."""
    tables = []
    if found.get("frontier"):
        rows = [
            Row((one["give"], 100 * (coverage - one["coverage"]), one["cost"], one["liability"]))
            for one in found["frontier"]
        ]
        columns = (
            Column("give", "Coverage given up", "share", width=18), Column("points", "Change in demand met [points]", "points", width=18),
            Column("cost", "Least cost", "money", width=16), Column("liability", "Least liability", "money", width=16),
        )  # fmt: skip
        about = (
            "What the last points of demand met cost: the least cost, then the least liability, with so much given up."
        )
        tables.append(Table("Frontier", "Cost against coverage", about, columns, rows))
    if found.get("means"):
        rows = [Row((names.donor(one["owner"]), 100 * -one["amount"])) for one in found["means"]]
        owners = (Column("owner", "Whose", width=34), Column("points", "Points of demand met", "plain", width=22))
        about = (
            "What each donor's means are worth in this plan: prices of the first objective times what they are the prices of. "
            "With demand and common limits they add up to the objective; where a donor's own limits cost the plan, it is negative."
        )
        tables.append(Table("Means", "What each donor's means are worth in this plan", about, owners, rows))
    return [*tables, *level_tables(found, coverage)]


def _where(names: Names, entry: Entry) -> str:
    places = entry["places"]
    return names.place(places[0]) if len(places) == 1 else f"{len(places)} places"


def waterfall(data: PlanData, names: Names, entry: Entry, number: int) -> page.Chart:
    """A shortage from its causes up to the whole."""
    periods, unit = periods_of(data, entry), unit_of(data, entry)
    parts = [(cause, part / periods) for cause, part in entry["causes"].items() if abs(part) > 0.005 * entry["unmet"]]
    labels = [page.chart_text(cause.replace("_", " ")) for cause, _ in parts]
    bars = [
        {
            "type": "waterfall", "x": [*labels, "short"], "y": [*(part for _, part in parts), 0.0],
            "measure": [*("relative" for _ in parts), "total"],
            "increasing": {"marker": {"color": "#D55E00"}}, "totals": {"marker": {"color": "#0072B2"}},
            "hovertemplate": "%{x}: %{y:,.1f}<extra></extra>", "showlegend": False,
        }
    ]  # fmt: skip
    title = f"{names.capability(entry['capability'])}, {_where(names, entry)}"
    layout = charts.layout(xaxis=charts.categories(), yaxis=charts.amounts(unit))
    summary = "Each bar is what one cause holds back; the last is the whole shortage."
    return page.Chart(f"waterfall-{number}", title, summary, bars, layout, 320, None, least_width=640)
