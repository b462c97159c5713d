"""What is lawful and yet suspicious: warnings, with numbers.

`suspect_cells` looks at numbers beside their column's; `suspect_plan` looks at the plan as a whole, and
needs a workbook without errors.
"""

from __future__ import annotations

from aidplan.workbook.findings import Finding
from aidplan.workbook.plan_data import plan_data
from aidplan.workbook.plausibility.capacity import suspect_capacity
from aidplan.workbook.plausibility.demand import suspect_demand
from aidplan.workbook.plausibility.money import suspect_money
from aidplan.workbook.plausibility.offers import Offers
from aidplan.workbook.plausibility.places import suspect_places
from aidplan.workbook.plausibility.scale import suspect_cells
from aidplan.workbook.tables import Tables

__all__ = ["suspect_cells", "suspect_plan"]


def suspect_plan(tables: Tables) -> list[Finding]:
    """Every suspicion about the plan as a whole, each at its cell; `tables` must be free of errors."""
    data = plan_data(tables)
    offers = Offers(data)
    return [
        *suspect_money(data, offers, tables),
        *suspect_capacity(data, offers, tables),
        *suspect_places(data, tables),
        *suspect_demand(data, offers, tables),
    ]
