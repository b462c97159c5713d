"""What is lawful and yet suspicious: warnings, with numbers.

`cell_warnings` looks at numbers beside their column's; `plan_warnings` looks at the plan as a whole, and
needs a workbook without errors.
"""

from __future__ import annotations

from aidplan.workbook.findings import Finding
from aidplan.workbook.plan_data import plan_data
from aidplan.workbook.plausibility.capacity import capacity_warnings
from aidplan.workbook.plausibility.demand import demand_warnings
from aidplan.workbook.plausibility.money import money_warnings
from aidplan.workbook.plausibility.offers import Offers
from aidplan.workbook.plausibility.places import place_warnings
from aidplan.workbook.plausibility.scale import cell_warnings
from aidplan.workbook.tables import Tables

__all__ = ["cell_warnings", "plan_warnings"]


def plan_warnings(tables: Tables) -> list[Finding]:
    """Every suspicion about the plan as a whole, each at its cell; `tables` must be free of errors."""
    data = plan_data(tables)
    offers = Offers(data)
    return [
        *money_warnings(data, offers, tables),
        *capacity_warnings(data, offers, tables),
        *place_warnings(data, tables),
        *demand_warnings(data, offers, tables),
    ]
