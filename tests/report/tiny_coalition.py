"""A tiny coalition with a plan worked out by hand: five months, two fronts, one home, two donors.

The plan is feasible, not best; every figure that the tests expect is worked out in the comments here.
"""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter
from aidplan_models.registry import QUANTITIES

from aidplan.extract import PlanRun
from aidplan.workbook import open_workbook, plan_data

MONTHS = ("2024-07", "2024-08", "2024-09", "2024-10", "2024-11")

SHEETS: dict[str, list[tuple[Any, ...]]] = {
    "settings": [
        ("key", "value"), ("title", "Tiny coalition"), ("start", "2024-07"), ("periods", 5), ("currency", "USD"),
        ("money_unit", 1e6), ("urgency_rate", 0),
    ],
    "places": [
        ("place", "kind", "name", "throughput_t", "storage_t", "source", "confidence"),
        ("US", "country", "United States", None, None, "atlas", "reported"),
        ("HUB", "hub", "Hub town", 500, 1000, "atlas", "assumed"),
        ("EAST", "front", "East front", None, None, "", ""),
        ("SOUTH", "front", "South front", None, None, "", ""),
        ("HOME", "home", "Home army", None, None, "", ""),
    ],
    "items": [
        ("item", "kind", "name", "class", "unit", "weight_t", "note"),
        ("shell", "munition", "Shell", "ammo", "round", 0.05, "packed"),
        ("tank", "equipment", "Tank", "armour", "vehicle", 50, ""),
        ("gun", "equipment", "Gun", "tube", "gun", 10, ""),
        ("powder", "component", "Powder", "", "kg", 0, ""),
    ],
    "capabilities": [
        ("capability", "kind", "name", "unit", "weight"),
        ("fires", "flow", "Fires", "round", 2),
        ("armour", "level", "Armour", "vehicle in service", 1),
    ],
    "effects": [("item", "capability", "effect"), ("shell", "fires", 1), ("tank", "armour", 1)],
    "plants": [
        ("plant", "place", "name"), ("works", "US", "Shell works"), ("tankworks", "US", "Tank works"), ("mill", "US", "Powder mill"),
    ],
    "products": [
        ("plant", "item", "unit_cost", "lead_time", "capacity_use"),
        ("works", "shell", 5000, 1, 1), ("tankworks", "tank", 4e6, 2, 1), ("mill", "powder", None, 0, 1),
    ],
    "orderbook": [("plant", "item", "owner", "quantity"), ("works", "shell", "common", 300)],
    "capacity": [
        ("plant", *MONTHS), ("works", 1000, 1000, 1000, 1000, 1000), ("tankworks", 2, 2, 2, 2, 2), ("mill", *([1200] * 5)),
    ],
    "expansions": [
        ("expansion", "plant", "financing", "capex", "build_time", "limit", "step_limit", "guarantee_share", "guarantee_periods"),
        ("more_shells", "works", "public", 1000, 1, 500, 300, None, None),
        ("more_tanks", "tankworks", "private", None, 2, 1, 1, 1, 6),
    ],
    "bills": [("item", "component", "quantity"), ("shell", "powder", 2)],
    "supply": [("component", "initial", *MONTHS), ("powder", 700, 100, 100, 100, 100, 100)],
    "funds": [
        ("fund", "donor", "mode", "opening", "approval_delay", "carry_over", "expires", "delivers_to"),
        ("US_AID", "US", "lend_lease", 2, 0, "yes", None, None),
        ("DK_LOAN", "Denmark", "tranche", 0, 1, "yes", "2024-09", None),
        ("HOME_FUND", "US", "lend_lease", 0, 0, "no", None, "HOME"),
    ],
    "funding": [
        ("fund", *MONTHS), ("US_AID", 12, 6, 4, 4, 4), ("DK_LOAN", 0.5, 0.7, 0, 0, 0), ("HOME_FUND", 5, 0.5, 0, 0, 0),
    ],
    "menu": [
        ("fund", "item", "class", "country", "channel", "share_max"),
        ("US_AID", "*", "*", "*", "order", None), ("US_AID", "*", "*", "US", "release", 0.5),
        ("DK_LOAN", "*", "ammo", "*", "expand", None), ("HOME_FUND", "*", "armour", "*", "order", None),
    ],
    "stocks": [
        ("place", "item", "initial", "floor", "release_cost"), ("US", "shell", 1000, 400, 4000), ("HUB", "shell", 50, None, None),
    ],
    "arrivals": [("place", "item", *MONTHS), ("HUB", "shell", 100, 0, 0, 0, 0)],
    "lanes": [
        ("origin", "destination", "mode", "cost_per_t", "transit", "capacity_t", "loss"),
        ("US", "HUB", "sea", 100, 1, 400, 0), ("HUB", "EAST", "road", 20, 0, None, 0.1), ("HUB", "SOUTH", "road", 30, 0, None, 0),
    ],
    "demand": [
        ("place", "capability", "priority", *MONTHS),
        ("EAST", "fires", 1, 500, 500, 500, 500, 500), ("SOUTH", "fires", 1, 0, 400, 400, 400, 400),
        ("EAST", "armour", 1, 3, 3, 3, 3, 3), ("HOME", "armour", 0.5, 0, 0, 1, 1, 2),
    ],
    "fleets": [
        ("place", "item", "initial", "attrition"), ("EAST", "gun", 10, 0.1), ("SOUTH", "gun", 5, 0), ("EAST", "tank", 1, 0),
    ],
    "platforms": [("item", "platform", "rate"), ("shell", "gun", 100)],
    "adversary": [("capability", "target_ratio", *MONTHS), ("fires", 1.5, 600, 600, 600, 600, 600)],
}  # fmt: skip
"""The workbook, sheet by sheet, headings first."""

QUANTITIES_BY_HAND: dict[str, dict[tuple[str, ...], tuple[float, ...]]] = {
    # US_AID: July 800 shells 4.0 + 2 tanks 8.0 + 500 from reserve 2.0 = 14; August 900 shells 4.5; then a tank a month 4.0
    "ordered": {
        ("HOME_FUND", "tankworks", "tank"): (1, 0, 0, 0, 0),
        ("US_AID", "tankworks", "tank"): (2, 0, 1, 1, 1),
        ("US_AID", "works", "shell"): (800, 900, 0, 0, 0),
    },
    # The order book's 300 first; the August orders fall due in September, of which 200 wait until October.
    "made": {
        ("mill", "powder", "common"): (500, 1000, 1200, 300, 0),
        ("tankworks", "tank", "HOME"): (0, 0, 1, 0, 0),
        ("tankworks", "tank", "common"): (0, 0, 2, 0, 1),
        ("works", "shell", "common"): (300, 800, 700, 200, 0),
    },
    "backlog": {("works", "shell", "common"): (0, 0, 200, 0, 0)},
    "built": {("DK_LOAN", "more_shells"): (0, 200, 0, 0, 0)},
    "pledged": {("more_tanks",): (1, 0, 0, 0, 0)},
    "balance": {("DK_LOAN",): (0, 0.3, 1.0, 0, 0), ("HOME_FUND",): (1, 0.5, 0, 0, 0), ("US_AID",): (0, 1.5, 1.5, 1.5, 1.5)},
    "released": {("US_AID", "US", "shell"): (500, 0, 0, 0, 0)},
    "reserve": {("US", "shell"): (500, 500, 500, 500, 500)},
    "shipped": {
        ("HUB", "EAST", "road", "shell"): (150, 500, 400, 350, 0),
        ("HUB", "EAST", "road", "tank"): (0, 0, 0, 2, 0),
        ("HUB", "SOUTH", "road", "shell"): (0, 300, 400, 250, 50),
        ("US", "HUB", "sea", "shell"): (800, 800, 700, 0, 200),
        ("US", "HUB", "sea", "tank"): (0, 0, 2, 0, 1),
    },
    # US: October's 200 shells wait a month. HUB: 50 + 100 - 150; 800 - 800; 800 - 800; 700 - 600; 100 - 50.
    "stock": {("HUB", "shell"): (0, 0, 0, 100, 50), ("US", "shell"): (0, 0, 0, 200, 0)},
    "pool": {("powder",): (700, 200, 100, 100, 200)},
    "issued": {
        ("EAST", "shell"): (135, 450, 360, 315, 0), ("EAST", "tank"): (0, 0, 0, 1.8, 0),
        ("HOME", "tank"): (0, 0, 1, 0, 0), ("SOUTH", "shell"): (0, 300, 400, 250, 50),
    },
    "fleet": {
        ("EAST", "gun"): (9, 8.1, 7.29, 6.561, 5.9049), ("EAST", "tank"): (1, 1, 1, 2.8, 2.8),
        ("HOME", "tank"): (0, 0, 1, 1, 1), ("SOUTH", "gun"): (5, 5, 5, 5, 5),
    },
    "served": {
        ("EAST", "shell", "fires"): (135, 450, 360, 315, 0), ("EAST", "tank", "armour"): (1, 1, 1, 2.8, 2.8),
        ("HOME", "tank", "armour"): (0, 0, 1, 1, 1), ("SOUTH", "shell", "fires"): (0, 300, 400, 250, 50),
    },
    "fired": {("EAST", "shell", "gun"): (135, 450, 360, 315, 0), ("SOUTH", "shell", "gun"): (0, 300, 400, 250, 50)},
    "unmet": {
        ("EAST", "armour"): (2, 2, 2, 0.2, 0.2), ("EAST", "fires"): (365, 50, 140, 185, 500),
        ("HOME", "armour"): (0, 0, 0, 0, 1), ("SOUTH", "fires"): (0, 100, 0, 150, 350),
    },
    # target 900 a month
    "parity_gap": {("fires",): (600, 100, 200, 700, 900)},
    "spent": {("DK_LOAN",): (0, 0.2, 0, 0, 0), ("HOME_FUND",): (4, 0, 0, 0, 0), ("US_AID",): (14, 4.5, 4, 4, 4)},
}  # fmt: skip
"""The plan: quantity -> key -> a value a month."""

DEMAND = {
    ("EAST", "armour"): (3, 3, 3, 3, 3), ("EAST", "fires"): (500, 500, 500, 500, 500),
    ("HOME", "armour"): (0, 0, 1, 1, 2), ("SOUTH", "fires"): (0, 400, 400, 400, 400),
}  # fmt: skip

FIRES = 1840 / 4100
ARMOUR = 6.9 / 17
GOALS = {
    "coverage": (2 * FIRES + ARMOUR) / 3,
    "equity": (2 * 1240 / 2500 + 6.4 / 15) / 3,
    "parity": 2500 / 4500,
    # spent 30.5 + 0.2 + 4; sea 275 t at 100, east 170 t at 20, south 50 t at 30
    "cost": 34.7 + 0.0324,
    # one tank a month for six months from September; three of them after the horizon, 4.0 each
    "liability": 12.0,
}


def write_workbook(path: Path, sheets: dict[str, list[tuple[Any, ...]]]) -> None:
    """The sheets as a planning workbook."""
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for at, row in enumerate(rows):
                for column, value in enumerate(row):
                    if isinstance(value, str):
                        sheet.write_string(at, column, value)
                    elif value is not None:
                        sheet.write_number(at, column, value)


def tables_by_hand() -> dict[str, pd.DataFrame]:
    """The plan's tables as a run holds them: rows that are not zero, in index order."""
    tables = {}
    for name, by_key in QUANTITIES_BY_HAND.items():
        index = ("fund", "period") if name == "spent" else QUANTITIES[name].index
        rows = [
            (*key, month, float(value))
            for key, values in sorted(by_key.items())
            for month, value in zip(MONTHS, values, strict=True)
            if value
        ]
        tables[name] = pd.DataFrame(rows, columns=[*index, "value"])
    coverage = [
        (*key, month, float(wanted), float(wanted - short), float(short))
        for key, demand in sorted(DEMAND.items())
        for month, wanted, short in zip(MONTHS, demand, QUANTITIES_BY_HAND["unmet"][key], strict=True)
        if wanted
    ]
    tables["coverage"] = pd.DataFrame(coverage, columns=["place", "capability", "period", "demand", "met", "unmet"])
    return tables


def manifest(**changes: Any) -> dict[str, Any]:
    """What ``run.json`` says of the plan."""
    return {
        "run": "tiny-base-20240701-000000", "scenario": "base", "status": "optimal", "verified": True, "goals": dict(GOALS),
        "ranks": [], "model": {}, "seconds": {"total": 0.1}, "peak_memory_mb": 1.0,
        "workbook": {"file": "tiny.xlsx", "sha256": "0" * 64}, "versions": {"aidplan": "0", "python": "3.11"},
        "options": {}, "started": "2024-07-01T00:00:00Z", **changes,
    }  # fmt: skip


def tiny_run(folder: Path, sheets: dict[str, list[tuple[Any, ...]]] | None = None, **changes: Any) -> PlanRun:
    """The plan as a run; ``sheets`` in place of the workbook's own, ``changes`` to the manifest or ``tables``."""
    path = folder / "tiny.xlsx"
    write_workbook(path, sheets or SHEETS)
    book = open_workbook(path).scenario("base")
    assert not book.refused, [str(finding) for finding in book.findings]
    tables = changes.pop("tables", None) or tables_by_hand()
    findings = changes.pop("findings", [finding.as_dict() for finding in book.findings])
    return PlanRun(manifest(**changes), tables, plan_data(book.tables), book.tables, findings)


def with_cells(**cells: dict[tuple[int, str], Any]) -> dict[str, list[tuple[Any, ...]]]:
    """The tiny workbook with cells changed: sheet -> (row from 1, column) -> value; a new column is added."""
    sheets = copy.deepcopy(SHEETS)
    for sheet, changes in cells.items():
        rows = [list(row) for row in sheets[sheet]]
        for (number, column), value in changes.items():
            if column not in rows[0]:
                rows[0].append(column)
            for row in rows[1:]:
                row.extend([None] * (len(rows[0]) - len(row)))
            rows[number][rows[0].index(column)] = value
        sheets[sheet] = [tuple(row) for row in rows]
    return sheets
