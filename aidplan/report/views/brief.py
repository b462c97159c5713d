"""The brief: what a minister must know in a minute, in blocks that a page and a sheet show alike."""

from __future__ import annotations

import math
from dataclasses import dataclass

from aidplan.figures import answers
from aidplan.figures.coverage import FRONTS, HOMES, Shortage, met_at
from aidplan.figures.decisions import GUARANTEE, Decision, foremost
from aidplan.figures.figures import Figures
from aidplan.figures.format import cut, formatted, formatted_share, listed, period_name, plural, rounded
from aidplan.figures.kept import gave_way
from aidplan.figures.money import DonorMoney
from aidplan.figures.table import Cell, Column, Row, Table
from aidplan.report.views.decisions import amount_of, thing_of, until_of, where_of

MOST_UNITS, MOST_SHORT, MOST_SHORT_HOME, MOST_DONORS = 6, 7, 3, 6
ALIKE = 0.01
"""Shares of demand met that differ by no more are told as one."""


@dataclass(frozen=True)
class Brief:
    """``cards`` are (name, value, what it means); ``blocks`` are tables under their titles; ``footnotes`` come last."""

    cards: list[tuple[str, str, str]]
    blocks: list[Table]
    footnotes: list[str]


def brief(figures: Figures) -> Brief:
    """The whole brief of a plan."""
    blocks = [short(figures), payers(figures), soon(figures), leaning(figures)]
    return Brief(cards(figures), blocks, footnotes(figures))


def cards(figures: Figures) -> list[tuple[str, str, str]]:
    """The headline: what reaches the fronts, demand met there and at home, the money, the largest risk."""
    plan = figures.plan
    things = [f"{rounded(n)} {plural(unit, n)}" for unit, n in figures.delivered[:MOST_UNITS]]
    found = [
        (
            "Reaches the fronts",
            ", ".join(things) or "nothing",
            f"{plan.when(1, plan.horizon)}; losses on the way taken off",
        )
    ]
    for kind, name in ((FRONTS, "Demand met at the fronts"), (HOMES, "Demand met at home")):
        share = met_at(plan, kind)
        if not math.isnan(share):
            count = sum(one.kind == kind for one in figures.shortages)
            more = (
                f"{count} {'capability is' if count == 1 else 'capabilities are'} short"
                if count
                else "nothing is short"
            )
            found.append((name, formatted_share(share), more))
    bridge = figures.bridge
    found.append(("Cost", f"{formatted(bridge.total, 'money')} {plan.money}", cost_in_words(figures)))
    if figures.reliances:
        first = figures.reliances[0]
        found.append(("Largest risk", f"{formatted_share(first.share)} rests on {first.name}", _RESTS[first.what]))
    return found


_RESTS = {
    "hub": "the share of the tonnes for fronts and homes that pass through this one hub",
    "donor": "this one donor's share of all that is spent",
    "plant": "this one plant's share, in money, of all that is made",
}


def cost_in_words(figures: Figures) -> str:
    """``98,000 from donors' funds + 6,461 transport that no fund pays``: the bridge that makes all sums one."""
    bridge = figures.bridge
    parts = [
        f"{formatted(bridge.spent, 'money')} from donors' funds",
        f"{formatted(bridge.transport, 'money')} transport, which no fund pays",
    ]
    if bridge.measures:
        parts.append(f"{formatted(bridge.measures, 'money')} measures against the adversary")
    if bridge.after:
        parts.append(f"{formatted(bridge.after, 'money')} after the horizon")
    return " + ".join(parts)


def short(figures: Figures) -> Table:
    """What is short and since when: one row a capability, fronts first, with the reasons where the run has them."""
    plan, names = figures.plan, figures.plan.names
    fronts = [one for one in figures.shortages if one.kind == FRONTS][:MOST_SHORT]
    homes = [one for one in figures.shortages if one.kind != FRONTS][:MOST_SHORT_HOME]
    explained = bool(plan.run.why.get("shortages"))
    rows, unknown = [], False
    for one in (*fronts, *homes):
        cells: tuple[Cell, ...] = (
            names.capability(one.capability), "fronts" if one.kind == FRONTS else "at home", one.met, one.unmet, one.demand,
            _unit(figures, one.capability), plan.when(one.since), _places(figures, one),
        )  # fmt: skip
        if explained:
            answer = answers.answer_for(plan, one)
            cells = (*cells, answers.because(plan, answer) if answer else answers.NOT_EXPLAINED)
            unknown = unknown or answers.NOT_EXPLAINED in str(cells[-1])
        rows.append(Row(cells))
    hidden = len(figures.shortages) - len(rows)
    about = "One row a capability, those first that weigh most."
    about += f" {hidden} more in plan.xlsx, sheet Coverage." if hidden > 0 else ""
    about += f" To test every cause: aidplan explain {plan.run.manifest['run']}." if unknown else ""
    columns: tuple[Column, ...] = (
        Column("what", "What"), Column("at", "Where", minor=True), Column("met", "Met", "share", "%"), Column("unmet", "Short by", "quantity"),
        Column("demand", "Of demand", "quantity", minor=True), Column("unit", "Counted in"), Column("since", "Short since"), Column("where", "Places"),
    )  # fmt: skip
    if explained:
        columns = (*columns, Column("because", "Because"))
    return Table("Short", "What is short, and since when", about, columns, rows, empty="All demand is met.")


def _unit(figures: Figures, capability: str) -> str:
    """``rounds``; of equipment in service ``tanks on average``."""
    unit = plural(figures.plan.names.capability_unit(capability) or "unit")
    return f"{unit}, on average" if figures.plan.data.capabilities[capability].kind == "level" else unit


def _places(figures: Figures, one: Shortage) -> str:
    """``all alike``, or the places with the least met first."""
    names, shares = figures.plan.names, [share for _, share in one.places]
    if len(shares) > 1 and max(shares) - min(shares) <= ALIKE:
        return f"{len(shares)} places alike"
    return listed([f"{cut(names.place(x), 24)} {formatted_share(share)}" for x, share in one.places], 2)


def payers(figures: Figures) -> Table:
    """Who pays what, what stays unspent and why; the sums bridged to the goal ``cost``."""
    donors, money = figures.donors, figures.plan.money
    shown, rest = donors[:MOST_DONORS], donors[MOST_DONORS:]
    rows = [_payer(one, one.donor, figures.why_unspent(one)) for one in shown]
    nobody = figures.guaranteed.get("", 0.0)
    if rest:
        rows.append(_sum(rest, f"{len(rest)} other donors", "each in plan.xlsx, sheet Donors", 0.0))
    rows.append(_sum(donors, "All donors", cost_in_words(figures) + " = the plan's cost", nobody))
    return Table(
        "Payers", f"Who pays, and what stays unspent [{money}]",
        "Guarantees stand with the donors whose orders back them. Money came too late where it arrived after the last date on which it could buy anything in time.",
        (
            Column("what", "Donor"), Column("available", "Available", "money", minor=True), Column("spent", "Spent", "money"),
            Column("guaranteed", "Guaranteed", "money"), Column("unspent", "Unspent", "money"), Column("late", "of it came too late", "money", minor=True),
            Column("why", "Why it is unspent"),
        ),
        rows,
    )  # fmt: skip


def _payer(one: DonorMoney, name: str, why: str) -> Row:
    return Row((name, one.available, one.spent, one.guaranteed, one.unspent, one.too_late, why))


def _sum(donors: list[DonorMoney], name: str, why: str, guaranteed: float) -> Row:
    parts = ("available", "spent", "guaranteed", "unspent", "too_late")
    sums = [sum(getattr(one, part) for one in donors) for part in parts]
    sums[2] += guaranteed
    return Row((name, *sums, why))


def soon(figures: Figures) -> Table:
    """What must be decided now, what can wait least first."""
    plan = figures.plan
    known = bool(plan.run.why.get("decisions"))
    rows = [Row(_decision(figures, one, known)) for one in foremost(figures.decisions)]
    columns: tuple[Column, ...] = (
        Column("what", "Decision"), Column("quantity", "How many", "quantity"), Column("unit", "Unit", minor=True),
        Column("money", "Money *", "money"), Column("until", "Latest useful order date"), Column("where", "Who, and where"),
    )  # fmt: skip
    if known:
        columns = (
            *columns,
            Column("firm", "of it firm", "quantity", minor=True),
            Column("worth", "Worth [points met]", "points"),
        )
    about = f"{counts(figures)} * {plan.money}; of a guarantee: what may fall due later. In brackets: all that it serves is met, it could come by that date."
    return Table(
        "Soon",
        "To be decided in the next three months",
        about,
        columns,
        rows,
        empty="The plan decides nothing in the next three months.",
    )


def _decision(figures: Figures, one: Decision, known: bool) -> tuple[Cell, ...]:
    plan = figures.plan
    quantity, unit = amount_of(plan, one)
    until = until_of(plan, one)
    cells: tuple[Cell, ...] = (
        thing_of(plan, one),
        quantity,
        unit,
        one.money,
        until if one.helps_until else f"({until})",
        where_of(plan, one),
    )
    if known:
        answer = answers.worth_of(plan, one) or {}
        cells = (*cells, answer.get("firm"), answers.points(answer.get("worth")))
    return cells


def counts(figures: Figures) -> str:
    """How many decisions of each kind there are, and what they come to."""
    found = figures.decisions
    by_kind = [(sum(one.kind == kind for one in found), kind) for kind in ("order", "release", "expansion", GUARANTEE)]
    parts = ", ".join(f"{count} {plural(kind, count)}" for count, kind in by_kind if count)
    spent = formatted(sum(one.money for one in found if one.kind != GUARANTEE), "money")
    return (
        f"In all {parts} for {spent} {figures.plan.money}; here the largest, what can wait least first."
        if parts
        else ""
    )


def leaning(figures: Figures) -> Table:
    """What most of the plan rests on, and the limits whose removal would help most where the run knows them."""
    plan = figures.plan
    rows = [Row((f"one {one.what}", one.name, one.share, _RESTS[one.what])) for one in figures.reliances]
    for one in list(plan.run.why.get("bottlenecks", ()))[:2]:
        points = answers.points_gained(plan, one)
        gain = "" if points is None else f"{points:.2f} points more of demand met without this limit"
        rows.append(Row(("bottleneck", answers.limit_name(plan, one) or str(one.get("limit", "")), None, gain)))
    return Table(
        "Risks", "Largest risks: what the plan rests on", "",
        (Column("what", "Rests on"), Column("name", "Which"), Column("share", "Share", "share", "%"), Column("means", "Of what", minor=True)),
        rows, empty="Nothing travels and nothing is bought.",
    )  # fmt: skip


def footnotes(figures: Figures) -> list[str]:
    """Indices of the objectives, the tail, the end of the horizon, what the run gave way in."""
    plan = figures.plan
    notes = [f"{goal.goal.capitalize()}: {goal.text}." for goal in figures.goals if goal.goal != "cost"]
    indices = ", ".join(
        f"{goal.goal} {formatted(goal.value, goal.kind) if goal.value else 0}{_rank(goal.rank)}"
        for goal in figures.goals
    )
    notes.append(f"Index numbers of the objectives: {indices}.")
    if plan.run.data.tail:
        notes.append(_tail(figures))
    kept = plan.run.manifest.get("kept") or {}
    if kept:
        notes.append(
            " ".join(
                [
                    f"What {kept.get('run')} decided before {period_name(str(kept.get('until')))} stands.",
                    *gave_way(plan.run),
                ]
            )
        )
    last = figures.late_from
    if last <= plan.horizon:
        notes.append(f"From {plan.when(last)} on (†) nothing that is ordered can arrive within the horizon.")
    return notes


def _rank(rank: int | None) -> str:
    return "" if rank is None else f" (rank {rank})"


def _tail(figures: Figures) -> str:
    """What the periods after the horizon change: what is spent there, and that figures speak of the horizon alone."""
    plan = figures.plan
    labels = plan.run.data.period_labels
    first, last = period_name(labels[plan.horizon]), period_name(labels[-1])
    after = formatted(figures.bridge.after, "money")
    return (
        f"Figures speak of {plan.when(1, plan.horizon)}. The plan also looks on to {last} (a tail from {first}): late orders are "
        f"placed for demand there, and {after} {plan.money} is spent in it; the index of coverage counts that demand too."
    )
