"""Every sheet, column and setting of the planning workbook, declared once, a file for each subject.

Reading, checking, the template, its dictionary and the documentation page all come from `SHEETS` and
`SETTINGS`; nothing else in the project repeats what a column is called or may hold.
"""

from __future__ import annotations

from itertools import chain

from aidplan.workbook.schema.columns import (
    ALL,
    CHOICE,
    CODE,
    CODES,
    FORBIDDEN_IN_CODES,
    GOODS,
    NOTES,
    NOTHING,
    NUMBER,
    PERIOD,
    REPEAT,
    RESERVED_CODES,
    TEXT,
    WHOLE,
    YES_NO,
    Column,
    PeriodCells,
    Scalar,
    Sheet,
)
from aidplan.workbook.schema.front import FRONT
from aidplan.workbook.schema.industry import INDUSTRY
from aidplan.workbook.schema.items import ITEMS
from aidplan.workbook.schema.money import MONEY
from aidplan.workbook.schema.movement import MOVEMENT
from aidplan.workbook.schema.plan import LONGEST_HORIZON, PLAN, SETTINGS

_ORDER = (
    "settings",
    "places",
    "items",
    "capabilities",
    "effects",
    "plants",
    "products",
    "orderbook",
    "redirects",
    "guarantees",
    "capacity",
    "expansions",
    "bills",
    "supply",
    "funds",
    "funding",
    "menu",
    "stocks",
    "arrivals",
    "lanes",
    "demand",
    "fleets",
    "platforms",
    "adversary",
    "measures",
    "joins",
    "goals",
    "scenarios",
)
_BY_NAME = {sheet.name: sheet for sheet in chain(PLAN, ITEMS, INDUSTRY, MONEY, MOVEMENT, FRONT)}

SHEETS: dict[str, Sheet] = {name: _BY_NAME[name] for name in _ORDER}
"""Every sheet by its name, in the default order."""

SETTING: dict[str, Column] = {setting.name: setting for setting in SETTINGS}
"""Every setting by its name."""

__all__ = [
    "ALL",
    "CHOICE",
    "CODE",
    "CODES",
    "FORBIDDEN_IN_CODES",
    "GOODS",
    "LONGEST_HORIZON",
    "NOTES",
    "NOTHING",
    "NUMBER",
    "PERIOD",
    "REPEAT",
    "RESERVED_CODES",
    "SETTING",
    "SETTINGS",
    "SHEETS",
    "TEXT",
    "WHOLE",
    "YES_NO",
    "Column",
    "PeriodCells",
    "Scalar",
    "Sheet",
]
