"""What is valid but unusual: warnings, with numbers.

`cell_warnings` looks at cells beside others of their column; `plan_warnings` looks at the plan as a whole, and
needs a workbook without errors.
"""

from __future__ import annotations

from collections.abc import Iterator

from aidplan.workbook.findings import Finding
from aidplan.workbook.numbers import plan_data
from aidplan.workbook.plausibility.capacity import capacity_warnings
from aidplan.workbook.plausibility.demand import demand_warnings
from aidplan.workbook.plausibility.money import money_warnings
from aidplan.workbook.plausibility.offers import Offers
from aidplan.workbook.plausibility.places import place_warnings
from aidplan.workbook.plausibility.scale import scale_warnings
from aidplan.workbook.plausibility.twice import twice_warnings
from aidplan.workbook.plausibility.units import money_unit_warnings, unit_warnings
from aidplan.workbook.tables import Tables

__all__ = ["cell_warnings", "plan_warnings"]


def cell_warnings(tables: Tables) -> Iterator[Finding]:
    """Every warning that cells give by themselves; those that could not be read are left out."""
    yield from scale_warnings(tables)
    yield from unit_warnings(tables)
    yield from twice_warnings(tables)


def plan_warnings(tables: Tables) -> list[Finding]:
    """Every warning about the plan as a whole, each at its cell; `tables` must be free of errors."""
    data = plan_data(tables)
    offers = Offers(data)
    return [
        *money_warnings(data, offers, tables),
        *capacity_warnings(data, offers, tables),
        *money_unit_warnings(data, tables),
        *place_warnings(data, tables),
        *demand_warnings(data, offers, tables),
    ]
