"""Workbooks for the tests: written from plain dictionaries of rows, so that a test shows every cell it is about."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence

import xlsxwriter

from aidplan.workbook.planning_workbook import Workbook, read_workbook

Cells = Sequence[Sequence[object]]


def written(sheets: Mapping[str, Cells]) -> bytes:
    """An .xlsx with these sheets, each a list of rows from row 1 on."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(
        buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        date = book.add_format({"num_format": "yyyy-mm-dd"})
        for title, rows in sheets.items():
            sheet = book.add_worksheet(title)
            for r, cells in enumerate(rows):
                for c, value in enumerate(cells):
                    if hasattr(value, "isoformat"):
                        sheet.write_datetime(r, c, value, date)
                    elif value is not None and value != "":
                        sheet.write(r, c, value)
    return buffer.getvalue()


def opened(sheets: Mapping[str, Cells]) -> Workbook:
    """The workbook with these sheets, read and judged."""
    return read_workbook("plan.xlsx", written(sheets))


def small() -> dict[str, list[list[object]]]:
    """A small lawful plan: two funds, two plants, a reserve, a hub, a front and a home, three months."""
    return {
        "settings": [["key", "value"], ["start", "2024-07"], ["periods", 3], ["outyear_limit", 40]],
        "places": [
            ["place", "kind", "throughput_t", "storage_t"],
            ["US", "country", "", ""],
            ["DE", "country", "", ""],
            ["hub", "hub", 900, 800],
            ["east", "front", "", ""],
            ["home", "home", "", ""],
        ],
        "items": [
            ["item", "kind", "class", "weight_t"],
            ["shell", "munition", "ammo", 0.05],
            ["gun", "equipment", "vehicle", 20],
            ["powder", "component", "", ""],
        ],
        "capabilities": [["capability", "kind", "weight"], ["fires", "flow", 2], ["guns", "level", ""]],
        "effects": [["item", "capability", "effect"], ["shell", "fires", ""], ["gun", "guns", 1]],
        "plants": [["plant", "place"], ["ohio", "US"], ["kassel", "DE"], ["nitro", "DE"]],
        "products": [
            ["plant", "item", "unit_cost", "lead_time", "capacity_use"],
            ["ohio", "shell", 4000, 1, 1],
            ["kassel", "gun", 3000000, 1, 10],
            ["nitro", "powder", "", "", 1],
        ],
        "orderbook": [["plant", "item", "owner", "quantity"], ["ohio", "shell", "", 500]],
        "capacity": [
            ["plant", "2024-07", "2024-08", "2024-09"],
            ["ohio", 1000, 1100, 1200],
            ["kassel", 40, 40, 50],
            ["nitro", 900, 900, 900],
        ],
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
            ["ohio2", "ohio", "public", 20000, 1, 300, 200, "", ""],
            ["nitro2", "nitro", "private", "", 1, 200, "", 0.7, 4],
        ],
        "bills": [["item", "component", "plant", "quantity"], ["shell", "powder", "", 0.5]],
        "supply": [["component", "initial", "2024-07", "2024-08", "2024-09"], ["powder", 300, 10, 10, 10]],
        "funds": [
            ["fund", "donor", "mode", "opening", "approval_delay", "carry_over", "expires", "delivers_to"],
            ["USAI", "US", "lend_lease", 2, "", "yes", "2024-09", ""],
            ["KFW", "DE", "tranche", "", 1, "", "", "home"],
        ],
        "funding": [["fund", "2024-06", "2024-07", "2024-08", "2024-09"], ["USAI", "", 5, 6, 7], ["KFW", 3, 8, 9, ""]],
        "menu": [
            ["fund", "item", "class", "country", "channel", "allow", "share_min", "share_max"],
            ["USAI", "", "", "", "", "", "", ""],
            ["USAI", "", "ammo", "", "order", "", 0.2, ""],
            ["KFW", "gun", "", "DE", "order", "yes", "", 0.9],
        ],
        "stocks": [
            ["place", "item", "initial", "floor", "release_limit", "release_cost"],
            ["US", "shell", 2000, 500, 400, 3500],
            ["hub", "gun", 3, "", "", ""],
        ],
        "arrivals": [["place", "item", "2024-07", "2024-08", "2024-09"], ["hub", "shell", 1600, 120, ""]],
        "lanes": [
            ["origin", "destination", "mode", "class", "cost_per_t", "transit", "capacity_t", "loss"],
            ["US", "hub", "sea", "", 450, 1, 700, 0.01],
            ["DE", "hub", "rail", "", 120, "", 600, ""],
            ["hub", "east", "road", "ammo, vehicle", 60, "", 500, 0.02],
            ["DE", "home", "", "", 20, "", "", ""],
        ],
        "demand": [
            ["place", "capability", "priority", "floor", "floor_from", "2024-07", "2024-08", "2024-09"],
            ["east", "fires", 2, 0.01, "2024-08", 900, 1000, 1300],
            ["east", "guns", "", "", "", 17, 20, 22],
            ["home", "guns", 0.5, "", "", 0, 2, 3],
        ],
        "fleets": [["place", "item", "initial", "attrition"], ["east", "gun", 15, 0.05]],
        "platforms": [["item", "platform", "rate"], ["shell", "gun", 90]],
        "adversary": [
            ["capability", "target_ratio", "2024-07", "2024-08", "2024-09"],
            ["fires", 0.5, 3000, 3100, 3200],
        ],
        "goals": [["goal", "rank", "weight", "tolerance"], ["coverage", 1, "", 0.01], ["cost", 2, "", ""]],
        "scenarios": [
            ["scenario", "sheet", "where", "column", "change", "value"],
            ["surge", "demand", "capability=fires", "*", "scale", 1.3],
            ["late", "lanes", "origin=DE; destination=hub", "transit", "add", 1],
        ],
    }


def long(cells: Cells, keys: int) -> list[list[object]]:
    """A wide table in the long form; its first `keys` columns are no periods."""
    rows: list[list[object]] = [[*cells[0][:keys], "period", "value"]]
    for row in cells[1:]:
        rows += [
            [*row[:keys], period, value]
            for period, value in zip(cells[0][keys:], row[keys:], strict=True)
            if value != ""
        ]
    return rows


def put(sheets: dict[str, list[list[object]]], place: str, value: object) -> None:
    """Writes a value at ``sheet!F12``; the sheet and the rows are made where they are not."""
    name, cell = place.split("!")
    letters = cell.rstrip("0123456789")
    row, column = int(cell[len(letters) :]) - 1, 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    cells = sheets.setdefault(name, [])
    while len(cells) <= row:
        cells.append([])
    cells[row] += [""] * (column - len(cells[row]))
    cells[row][column - 1] = value
