"""The tables of a plan's report, in the order of the workbook's sheets."""

from __future__ import annotations

from aidplan.figures.figures import Figures
from aidplan.figures.table import Table
from aidplan.report.views import alternatives, decisions, donors, front, industry, inputs, limit_values, movement


def tables(figures: Figures) -> dict[str, Table]:
    """Every reading sheet by name."""
    made = [
        decisions.decisions(figures),
        front.arrivals(figures),
        front.coverage_by_capability(figures),
        front.coverage_by_place(figures),
        donors.orders(figures),
        industry.production(figures),
        industry.capacity(figures),
        industry.components(figures),
        industry.expansions(figures),
        movement.reserves(figures),
        movement.lanes(figures),
        movement.hubs(figures),
        movement.shipments(figures),
        movement.stocks(figures),
        front.issued(figures),
        front.fleets(figures),
        industry.parity(figures),
        donors.by_donor(figures),
        donors.by_fund(figures),
        donors.ledger(figures),
        donors.money(figures),
        limit_values.limit_values(figures),
        inputs.prices(figures),
        alternatives.alternatives(figures),
        inputs.sources(figures),
        inputs.warnings(figures),
    ]
    return {table.name: table for table in made}
