"""Infeasibility planted in the small workbook: cells to overwrite, and the cell that is their true cause."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import openpyxl

SMALL = Path(__file__).parents[2] / "inputs" / "small.xlsx"
MONTHS_OF_FUNDING = "CDEFGH"


@dataclass(frozen=True)
class Planted:
    """``cause`` is the cell that was spoiled; ``kind`` a way out that must mend it; ``arithmetic`` words of a sum."""

    cells: tuple[tuple[str, str, object], ...]
    cause: str
    kind: str
    arithmetic: str = ""


def _all(sheet: str, columns: str, row: int, value: object) -> tuple[tuple[str, str, object], ...]:
    return tuple((sheet, f"{column}{row}", value) for column in columns)


HIGH_FLOORS = (("demand", "D2", 0.7), ("demand", "D3", 0.7))

PLANTED: dict[str, Planted] = {
    "plant too small for the floors": Planted(
        (("demand", "D2", 0.8), ("demand", "D3", 0.8), ("expansions", "F2", 1000), *_all("capacity", "BCDEFG", 2, 1500)),
        "capacity!B2", "capacity", "8,000 that plants could make",
    ),
    "no money": Planted(
        (*HIGH_FLOORS, ("stocks", "E2", 0), *_all("funding", MONTHS_OF_FUNDING, 2, 0), ("menu", "G5", None),
         *_all("funding", MONTHS_OF_FUNDING, 3, 0), ("funding", "B3", 0), *_all("funding", MONTHS_OF_FUNDING, 4, 0)),
        "funding!C2", "funding", "for all 50 million USD of the funds that may buy them",
    ),
    "closed hub": Planted((("places", "D4", 0),), "places!D4", "throughput", "nothing passes places!D4"),
    "more comes than the hub holds": Planted((("arrivals", "C3", 200),), "arrivals!C3", "arrivals", "2,500 t too many"),
    "share of what cannot be bought in time": Planted(
        (*HIGH_FLOORS, ("products", "D3", 6), ("stocks", "E2", 0), ("funds", "D2", 0), *_all("funding", MONTHS_OF_FUNDING, 2, 0)),
        "menu!G5", "share_min", "at most 0 million USD can be spent in time",
    ),
    "floor before anything is there": Planted(
        (("demand", "E2", "2025-01"), ("stocks", "C3", 100), ("arrivals", "C2", 0)),
        "demand!E2", "floor_from", "asks for 4,200 in 2025-01, and at most 100 can be there",
    ),
    "lane too narrow": Planted(
        (("demand", "D2", 0.95), ("lanes", "G4", 600)), "lanes!G4", "lane", "by lanes that bring at most 3,600 t",
    ),
}  # fmt: skip


def plant(iis: Planted, path: Path) -> Path:
    """The small workbook with the clash in it."""
    return overwrite(SMALL, path, iis.cells)


def overwrite(source: Path, path: Path, cells: tuple[tuple[str, str, object], ...]) -> Path:
    """A copy of a workbook with some cells overwritten."""
    book = openpyxl.load_workbook(source)
    for sheet, cell, value in cells:
        book[sheet][cell] = value
    book.save(path)
    return path
