"""The distribution problem of H. P. Williams, Model Building in Mathematical Programming, as a planning workbook.

Two factories supply six customers, some by way of four depots; costs are in pounds a ton. Everything is asked for, and
the least cost of it is 198,500. The book also tells what more and less of a depot's throughput is worth.
"""

from pathlib import Path

import openpyxl

COST = 198_500.0

FACTORIES = {"Liverpool": 150_000, "Brighton": 200_000}
DEPOTS = {"Newcastle": 70_000, "Birmingham": 50_000, "London": 100_000, "Exeter": 40_000}
CUSTOMERS = {"C1": 50_000, "C2": 10_000, "C3": 40_000, "C4": 35_000, "C5": 60_000, "C6": 20_000}
A_TON = {
    "Liverpool": {"Newcastle": 0.5, "Birmingham": 0.5, "London": 1.0, "Exeter": 0.2, "C1": 1.0, "C3": 1.5, "C4": 2.0, "C6": 1.0},
    "Brighton": {"Birmingham": 0.3, "London": 0.5, "Exeter": 0.2, "C1": 2.0},
    "Newcastle": {"C2": 1.5, "C3": 0.5, "C4": 1.5, "C6": 1.0},
    "Birmingham": {"C1": 1.0, "C2": 0.5, "C3": 0.5, "C4": 1.0, "C5": 0.5},
    "London": {"C2": 1.5, "C3": 2.0, "C5": 0.5, "C6": 1.5},
    "Exeter": {"C3": 0.2, "C4": 1.5, "C5": 0.5, "C6": 1.5},
}  # fmt: skip


def write(path: Path) -> Path:
    """The workbook at ``path``."""
    month = "2024-07"
    lanes = [(origin, to, cost) for origin, costs in A_TON.items() for to, cost in costs.items()]
    kinds = {**dict.fromkeys(FACTORIES, "country"), **dict.fromkeys(DEPOTS, "hub"), **dict.fromkeys(CUSTOMERS, "front")}
    sheets = {
        "settings": [("key", "value"), ("start", month), ("periods", 1), ("money_unit", 1), ("currency", "GBP")],
        "places": [("place", "kind", "throughput_t"), *((x, kind, DEPOTS.get(x)) for x, kind in kinds.items())],
        "items": [("item", "kind", "class", "weight_t"), ("goods", "munition", "goods", 1)],
        "capabilities": [("capability", "kind"), ("goods", "flow")],
        "effects": [("item", "capability"), ("goods", "goods")],
        "plants": [("plant", "place"), *((f"{x} works", x) for x in FACTORIES)],
        "products": [("plant", "item", "unit_cost"), *((f"{x} works", "goods", 0) for x in FACTORIES)],
        "capacity": [("plant", month), *((f"{x} works", tons) for x, tons in FACTORIES.items())],
        "funds": [("fund", "mode"), ("company", "lend_lease")],
        "funding": [("fund", month), ("company", 1)],
        "menu": [("fund",), ("company",)],
        "lanes": [("origin", "destination", "cost_per_t"), *lanes],
        "demand": [("place", "capability", month), *((x, "goods", tons) for x, tons in CUSTOMERS.items())],
        "goals": [("goal", "rank"), ("coverage", 1), ("cost", 2)],
    }  # fmt: skip
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path
