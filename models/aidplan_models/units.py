"""The units of the model, checked by machine in the tests.

All items share one unit: a bill's ``quantity`` and a platform's ``rate`` are item per item. Periods are
counted, so durations and shares have no unit.
"""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple


class Units(NamedTuple):
    """Pyomo unit objects; ``none`` is for shares and counts."""

    item: Any
    capability: Any
    capacity: Any
    tonne: Any
    money: Any
    none: Any


@cache
def unit_objects() -> Units:
    """The model's units, defined once a process in Pyomo's registry."""
    from pyomo.environ import units

    units.load_definitions_from_strings(
        [
            "aid_item = [aid_item]",
            "aid_capability = [aid_capability]",
            "aid_capacity = [aid_capacity]",
            "aid_tonne = [aid_tonne]",
            "aid_money = [aid_money]",
        ]
    )
    return Units(
        item=units.aid_item,
        capability=units.aid_capability,
        capacity=units.aid_capacity,
        tonne=units.aid_tonne,
        money=units.aid_money,
        none=units.dimensionless,
    )
