"""A plan made by hand in which every equation and limit of the model has something to say.

Three months; money in thousands of dollars. Every figure can be followed with a pencil: what each fund
has and spends, what each plant makes of which orders, what travels, what is fired and what stays unmet.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter
from aidplan_models.registry import QUANTITIES, RELIEF

from aidplan.runs import write_run
from aidplan.runs.tables import guarded

JUL, AUG, SEP = MONTHS = ("2024-07", "2024-08", "2024-09")

SHEETS: dict[str, list[list[Any]]] = {
    "settings": [
        ["key", "value"],
        ["start", "2024-07"],
        ["periods", 3],
        ["money_unit", 1000],
        ["urgency_rate", 0.25],
        ["outyear_limit", 0.5],
    ],
    "places": [
        ["place", "kind", "throughput_t", "storage_t"],
        ["US", "country", None, None],
        ["DE", "country", None, None],
        ["hub", "hub", 16, 13],
        ["east", "front", None, None],
        ["Heer", "home", None, None],
    ],
    "items": [
        ["item", "kind", "class", "weight_t"],
        ["shell", "munition", "ammo", 0.05],
        ["gun", "equipment", "vehicle", 12],
        ["powder", "component", None, None],
    ],
    "capabilities": [["capability", "kind", "weight"], ["fires", "flow", 3], ["guns", "level", 1]],
    "effects": [["item", "capability", "effect"], ["shell", "fires", 2], ["gun", "guns", 1]],
    "plants": [["plant", "place"], ["@us", "US"], ["de", "DE"]],
    "products": [
        ["plant", "item", "unit_cost", "lead_time", "capacity_use"],
        ["@us", "shell", 10, 1, 1],
        ["de", "shell", 12, 0, 1],
        ["de", "gun", 200, 1, 20],
        ["de", "powder", None, 0, 0.5],
    ],
    "orderbook": [["plant", "item", "owner", "quantity"], ["@us", "shell", None, 30], ["de", "gun", "Heer", 1]],
    "capacity": [["plant", *MONTHS], ["@us", 50, 36, 70], ["de", 80, 52, 80]],
    "expansions": [
        [
            "expansion",
            "plant",
            "financing",
            "capex",
            "build_time",
            "limit",
            "step_limit",
            "guarantee_share",
            "guarantee_periods",
        ],
        ["bigger", "@us", "public", 20, 1, 30, 20, None, None],
        ["pledge", "de", "private", None, 1, 25, 15, 2, 4],
    ],
    "bills": [
        ["item", "component", "plant", "quantity"],
        ["shell", "powder", None, 0.5],
        ["shell", "powder", "de", 0.4],
    ],
    "supply": [["component", "initial", *MONTHS], ["powder", 40, 5, 5, 15]],
    "funds": [
        ["fund", "donor", "mode", "opening", "approval_delay", "carry_over", "expires", "delivers_to"],
        ["USAI", "US", "lend_lease", 1, None, "yes", None, None],
        ["EUF", "EU", "tranche", None, 1, "no", None, None],
        ["DEF", "DE", "lend_lease", None, None, "yes", "2024-08", "Heer"],
    ],
    "funding": [["fund", "2024-06", *MONTHS], ["USAI", None, 4, 2, 2], ["EUF", 1, 2, 3, 9], ["DEF", None, 1, 1, 1]],
    "menu": [
        ["fund", "item", "class", "country", "channel", "allow", "share_min", "share_max"],
        ["USAI", "*", "*", "*", "*", "yes", None, None],
        ["USAI", "shell", "*", "DE", "order", "no", None, 0.07],
        ["EUF", "*", "ammo", "*", "order, release", "yes", None, None],
        ["EUF", "shell", "*", "DE", "order", "no", 0.25, None],
        ["DEF", "gun", "*", "*", "order", "yes", None, None],
    ],
    "stocks": [
        ["place", "item", "initial", "floor", "release_limit", "release_cost"],
        ["DE", "shell", 100, 40, 30, 5],
        ["hub", "shell", 8, None, None, None],
    ],
    "arrivals": [["place", "item", *MONTHS], ["hub", "gun", 1, None, None]],
    "lanes": [
        ["origin", "destination", "mode", "class", "cost_per_t", "transit", "capacity_t", "loss"],
        ["US", "hub", "sea", "ammo", 100, 1, 2, 0.1],
        ["DE", "hub", "rail", None, 40, 0, 14.5, None],
        ["hub", "east", None, None, 20, 0, None, None],
        ["DE", "Heer", None, None, 2, 0, None, None],
    ],
    "demand": [
        ["place", "capability", "priority", "floor", "floor_from", *MONTHS],
        ["east", "fires", 2, 0.55, "2024-08", 200, 200, 200],
        ["east", "guns", 1, None, None, 3, 4, 5],
        ["Heer", "fires", 1, None, None, 10, 10, 10],
        ["Heer", "guns", 0.5, None, None, 2, 2, 2],
    ],
    "fleets": [["place", "item", "initial", "attrition"], ["east", "gun", 2, 0.5], ["Heer", "gun", 1, None]],
    "platforms": [["item", "platform", "rate"], ["shell", "gun", 64]],
    "adversary": [["capability", "target_ratio", *MONTHS], ["fires", 1.5, 100, 120, 140]],
    "goals": [
        ["goal", "rank", "weight", "tolerance"],
        ["coverage", 1, 2, None],
        ["equity", 1, 1, None],
        ["parity", 2, None, 0.05],
        ["cost", 4, None, None],
    ],
    "scenarios": [
        ["scenario", "sheet", "where", "column", "change", "value"],
        ["surge", "demand", None, "*", "scale", 2],
    ],
}

Series = Mapping[tuple[str, ...], tuple[float, float, float]]

PLAN: dict[str, Series] = {
    "ordered": {
        ("DEF", "de", "gun"): (1, 0, 0),
        ("EUF", "de", "shell"): (0, 5, 0),
        ("USAI", "@us", "shell"): (40, 20, 0),
        ("USAI", "de", "gun"): (2, 0, 0),
        ("USAI", "de", "shell"): (10, 25, 15),
    },
    # The yards at @us: 30 on order at the start, 40 and 20 come to hand a month after they were ordered.
    "made": {
        ("@us", "shell", "common"): (25, 45, 20),
        ("de", "gun", "Heer"): (1, 0.5, 0.5),
        ("de", "gun", "common"): (0, 1, 1),
        ("de", "powder", "common"): (6, 0, 2),
        ("de", "shell", "common"): (10, 28, 17),
    },
    "backlog": {
        ("@us", "shell", "common"): (5, 0, 0),
        ("de", "gun", "Heer"): (0, 0.5, 0),
        ("de", "gun", "common"): (0, 1, 0),
        ("de", "shell", "common"): (0, 2, 0),
    },
    "built": {("USAI", "bigger"): (10, 5, 0)},
    "pledged": {("pledge",): (8, 0, 0)},  # 16 of orders behind it in August and September, and in two months after
    "backed": {("de", "powder"): (0, 0, 4)},  # September: 15 of shells and 0.5·4 of powder stand against 16
    "balance": {("DEF",): (0.8, 1.8, 0), ("EUF",): (0.9, 1.865, 3), ("USAI",): (3.88, 5.28, 7.05)},
    "spent": {("DEF",): (0.2, 0, 0), ("EUF",): (0.1, 0.135, 0), ("USAI",): (1.12, 0.6, 0.23)},
    "released": {("EUF", "DE", "shell"): (20, 15, 0), ("USAI", "DE", "shell"): (0, 0, 10)},
    "reserve": {("DE", "shell"): (80, 65, 55)},
    "shipped": {
        ("DE", "Heer", "any", "shell"): (5, 4, 5),
        ("DE", "hub", "rail", "gun"): (0, 1, 1),
        ("DE", "hub", "rail", "shell"): (24, 40, 20),
        ("US", "hub", "sea", "shell"): (25, 40, 25),
        ("hub", "east", "any", "gun"): (1, 1, 0),
        ("hub", "east", "any", "shell"): (30, 60, 60),
    },
    "stock": {
        ("DE", "shell"): (1, 0, 2),
        ("US", "shell"): (0, 5, 0),
        ("east", "shell"): (2, 2, 0),
        ("hub", "gun"): (0, 0, 1),
        ("hub", "shell"): (2, 4.5, 0.5),  # August: 2 + 40 by rail + 0.9·25 by sea - 60
    },
    "pool": {("powder",): (34.5, 5.8, 6)},
    "issued": {
        ("Heer", "gun"): (1, 0.5, 0.5),
        ("Heer", "shell"): (5, 4, 5),
        ("east", "gun"): (1, 1, 0),
        ("east", "shell"): (28, 60, 62),
    },
    "fleet": {("Heer", "gun"): (2, 2.5, 3), ("east", "gun"): (2, 2, 1)},
    "served": {
        ("Heer", "gun", "guns"): (2, 2, 2),
        ("Heer", "shell", "fires"): (5, 4, 5),
        ("east", "gun", "guns"): (2, 2, 1),
        ("east", "shell", "fires"): (28, 60, 62),
    },
    "fired": {("east", "shell", "gun"): (28, 60, 62)},
    "unmet": {("Heer", "fires"): (0, 2, 0), ("east", "fires"): (144, 80, 76), ("east", "guns"): (1, 2, 4)},
    "parity_gap": {("fires",): (80, 34, 136)},
}

DEMAND = {
    ("Heer", "fires"): (10, 10, 10),
    ("Heer", "guns"): (2, 2, 2),
    ("east", "fires"): (200, 200, 200),
    ("east", "guns"): (3, 4, 5),
}

SPENT = 1.12 + 0.6 + 0.23 + 0.1 + 0.135 + 0.2
TRANSPORT = (100 * 0.05 * 90 + 40 * (0.05 * 84 + 12 * 2) + 20 * (0.05 * 150 + 12 * 2) + 2 * 0.05 * 14) / 1000

GOALS = {
    "coverage": (
        3 * (288 + 0.8 * 162 + 0.64 * 152) / (410 * 2.44) + (1 + 0.8 * 2 + 0.64 * 4) / (4 + 0.8 * 5 + 0.64 * 6)
    )
    / 4,
    "equity": (3 * 300 / 600 + 7 / 12) / 4,
    "parity": 250 / 540,
    "cost": SPENT + TRANSPORT,
    "liability": 2 * 8 * 2 * 10 / 1000,  # a gun is the cheapest order that backs capacity: 200 for 20 of it
}

RANKS = [
    {"rank": 1, "goals": ["coverage", "equity"], "value": 2 * GOALS["coverage"] + GOALS["equity"], "seconds": 0.1},
    {"rank": 2, "goals": ["parity"], "value": 0.45, "seconds": 0.1},  # a best of 0.45 may rise by a twentieth
    {"rank": 4, "goals": ["cost"], "value": GOALS["cost"], "seconds": 0.1},
]


def write_workbook(path: Path, sheets: Mapping[str, Sequence[Sequence[Any]]]) -> None:
    with xlsxwriter.Workbook(str(path)) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                for column, cell in enumerate(row):
                    if isinstance(cell, str):
                        sheet.write_string(number, column, cell)
                    elif cell is not None:
                        sheet.write_number(number, column, cell)


def frames(plan: Mapping[str, Series]) -> dict[str, pd.DataFrame]:
    """The tables of a run, in its order and with its columns."""
    tables = {}
    for name in (*QUANTITIES, "spent"):
        index = QUANTITIES[name].index if name in QUANTITIES else ("fund", "period")
        rows = [
            [*key, month, float(value)]
            for key, series in plan.get(name, {}).items()
            for month, value in zip(MONTHS, series, strict=True)
            if value
        ]
        tables[name] = pd.DataFrame(rows, columns=[*index, "value"])
    rows = []
    for key, series in DEMAND.items():
        for month, demand, unmet in zip(MONTHS, series, plan["unmet"].get(key, (0, 0, 0)), strict=True):
            rows.append([*key, month, float(demand), float(demand - unmet), float(unmet)])
    tables["coverage"] = pd.DataFrame(rows, columns=["place", "capability", "period", "demand", "met", "unmet"])
    return tables


def write_plan_sheet(path: Path, tables: Mapping[str, pd.DataFrame], goals: Mapping[str, float]) -> None:
    """``plan.xlsx`` as far as the audit reads it."""
    plain = (quantity for quantity in QUANTITIES.values() if quantity.kind != RELIEF)  # nothing gives way here
    columns = list(dict.fromkeys(name for quantity in plain for name in quantity.index))
    with xlsxwriter.Workbook(str(path)) as book:
        summary = book.add_worksheet("Summary of the plan")
        for number, (goal, value) in enumerate(goals.items()):
            summary.write_number(number, 2, value)
            book.define_name(f"goal_{goal}", f"='Summary of the plan'!$C${number + 1}")
        data = book.add_worksheet("data")
        data.write_row(0, 0, ["quantity", *columns, "value"])
        number = 0
        for name in (name for name in QUANTITIES if name in tables):
            for row in tables[name].to_dict("records"):
                number += 1
                data.write_string(number, 0, name)
                for column, index in enumerate(columns, start=1):
                    data.write_string(number, column, str(row.get(index, "")))
                data.write_number(number, len(columns) + 1, row["value"])


def write_hand_made_run(
    folder: Path,
    sheets: Mapping[str, Sequence[Sequence[Any]]] = SHEETS,
    plan: Mapping[str, Series] = PLAN,
    goals: Mapping[str, float] = GOALS,
) -> Path:
    """The run folder of the hand-made plan, or of another workbook and plan in its shape."""
    workbook = folder / "hand-made.xlsx"
    write_workbook(workbook, sheets)
    tables = frames(plan)
    manifest = {
        "run": "",
        "scenario": "base",
        "status": "optimal",
        "verified": True,
        "goals": dict(goals),
        "ranks": RANKS,
        "model": {"columns": 1, "rows": 1, "nonzeros": 1, "matrix_range": [1, 1]},
        "seconds": {"total": 1.0},
        "workbook": {"file": workbook.name, "sha256": hashlib.sha256(workbook.read_bytes()).hexdigest()},
        "started": "2024-07-01T00:00:00Z",
    }
    return write_run(
        folder / "runs",
        "hand-made",
        manifest=manifest,
        workbook=workbook,
        findings=[],
        tables=tables,
        reports=[("plan.xlsx", lambda path: write_plan_sheet(path, tables, goals))],
    )


def forge(run: Path) -> None:
    """Makes the manifest's hashes those of the files as they are now, as a forger would."""
    manifest = json.loads((run / "run.json").read_text())
    files = {p.relative_to(run).as_posix(): p for p in run.rglob("*") if p.is_file() and p.name != "run.json"}
    manifest["files"] = {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in files.items()}
    manifest["workbook"]["sha256"] = manifest["files"]["workbook.xlsx"]
    (run / "run.json").write_text(json.dumps(manifest))


def change_manifest(run: Path, **changes: Any) -> None:
    manifest = json.loads((run / "run.json").read_text())
    (run / "run.json").write_text(json.dumps({**manifest, **changes}))


def rows_of(run: Path, table: str) -> list[list[str]]:
    with (run / "tables" / f"{table}.csv").open(newline="") as file:
        return list(csv.reader(file))


def write_rows(run: Path, table: str, rows: Sequence[Sequence[str]]) -> None:
    """Writes a table's rows back; every cell is quoted, which says the same."""
    with (run / "tables" / f"{table}.csv").open("w", newline="") as file:
        csv.writer(file, quoting=csv.QUOTE_ALL).writerows(rows)


def change_value(run: Path, table: str, key: Sequence[str], value: float | None) -> None:
    """Sets one value, adds its row, or (None) drops it."""
    key = [guarded(code) for code in key]
    rows = rows_of(run, table)
    number = next((number for number, row in enumerate(rows) if row[: len(key)] == key), len(rows))
    rows[number : number + 1] = [] if value is None else [[*key, repr(value)]]
    write_rows(run, table, rows)


def change_cell(
    sheets: Mapping[str, Sequence[Sequence[Any]]], sheet: str, row: int, column: str, value: Any
) -> dict[str, Any]:
    """The workbook with one cell changed; ``row`` counts records from 1."""
    rows = [list(cells) for cells in sheets[sheet]]
    rows[row][rows[0].index(column)] = value
    return {**sheets, sheet: rows}
