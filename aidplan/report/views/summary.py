"""The few rows that a first page shows."""

from __future__ import annotations

from aidplan.figures.decisions import foremost
from aidplan.figures.figures import Figures
from aidplan.figures.format import formatted
from aidplan.figures.shortfalls import span_label
from aidplan.figures.table import Column, Row, Table
from aidplan.report.views.donors import decision_cells


def worst(figures: Figures) -> Table:
    """The five worst shortfalls and where they are."""
    plan, names = figures.plan, figures.plan.names
    rows = [
        Row(
            (
                names.place(one.place), names.capability(one.capability), 1 - one.unmet / one.demand, one.unmet, one.demand,
                names.capability_unit(one.capability), span_label(plan.labels[one.since - 1 : one.until]), plan.label(one.worst),
            )
        )
        for one in figures.worst
    ]  # fmt: skip
    return Table(
        "Worst", "The five worst shortfalls", "Those that weigh most in the coverage goal.",
        (
            Column("place", "Where"), Column("capability", "What"), Column("share", "Met", "share", "%"), Column("unmet", "Unmet", "quantity"),
            Column("demand", "Of demand", "quantity"), Column("unit", "Counted in"), Column("when", "When"), Column("worst", "Worst in"),
        ),
        rows, empty="All demand is met.",
    )  # fmt: skip


def decided_soon(figures: Figures) -> Table:
    """The foremost decisions of the next three months."""
    plan = figures.plan
    rows = [Row(decision_cells(plan, one)) for one in foremost(figures.decisions)]
    return Table(
        "Soon", "To be decided in the next three months", decision_counts(figures),
        (
            Column("kind", "Decision"), Column("fund", "Fund"), Column("donor", "Donor"), Column("where", "Plant, or country of the reserve"),
            Column("what", "Item, or expansion"), Column("quantity", "How many", "quantity"), Column("unit", "Unit"),
            Column("money", "Money (guarantee: liability)", "money", plan.money), Column("when", "When"),
            Column("until", "Last date it still helps"), Column("serves", "Serves"),
        ),
        rows, empty="The plan decides nothing in the next three months.",
    )  # fmt: skip


def decision_counts(figures: Figures) -> str:
    """How many decisions of each kind there are, and what they come to."""
    found = figures.decisions
    if not found:
        return ""
    kinds = ("order", "release", "expansion", "guarantee")
    by_kind = [(sum(one.kind == kind for one in found), kind) for kind in kinds]
    counts = ", ".join(f"{count} {kind}{'' if count == 1 else 's'}" for count, kind in by_kind if count)
    spent = formatted(sum(one.money for one in found if one.kind != "guarantee"), "money")
    return f"In all {counts}; {spent} {figures.plan.money} to spend; the largest of each kind."
