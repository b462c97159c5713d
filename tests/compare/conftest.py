from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from aidplan.extract import PlanRun

SMALL = Path(__file__).parents[2] / "inputs" / "small.xlsx"

Edit = Callable[[openpyxl.Workbook], None]


def column(sheet: Any, name: str) -> int:
    """The number of the column headed `name`."""
    return [cell.value for cell in sheet[1]].index(name) + 1


def put(book: openpyxl.Workbook, sheet: str, key: tuple[str, ...], name: str, value: object) -> None:
    """Set the cell in column `name` of the row that begins with `key`."""
    for row in book[sheet].iter_rows(min_row=2):
        if tuple(cell.value for cell in row[: len(key)]) == key:
            cell = row[column(book[sheet], name) - 1]
            cell.value = value
            if isinstance(value, str):
                cell.data_type = "s"  # also what begins with =
            return
    raise KeyError((sheet, key))


def edited(folder: Path, *edits: Edit, name: str = "small.xlsx") -> Path:
    """The small workbook with these edits."""
    book = openpyxl.load_workbook(SMALL)
    for edit in edits:
        edit(book)
    folder.mkdir(parents=True, exist_ok=True)
    book.save(folder / name)
    return folder / name


def solved(path: Path, scenario: str = "base", run: str = "") -> PlanRun:
    """The workbook solved in memory."""
    from aidplan.extract import plan_tables
    from aidplan.solve.solving import solve_plan
    from aidplan.workbook import open_workbook, plan_data

    book = open_workbook(path)
    chosen = book.scenario(scenario)
    assert not chosen.refused, [str(finding) for finding in (*book.findings, *chosen.findings)]
    data = plan_data(chosen.tables)
    planned = solve_plan(data)
    manifest = {
        "run": run or f"{path.stem}-{scenario}", "scenario": scenario, "status": planned.solved.status,
        "verified": planned.solved.verified, "goals": planned.goals, "seconds": dict(planned.seconds),
        "workbook": {"file": path.name, "sha256": book.sha256}, "started": "2024-07-01T00:00:00Z",
    }  # fmt: skip
    tables = plan_tables(planned.programme, data, planned.x) if planned.has_plan else {}
    return PlanRun(manifest, tables, data, chosen.tables, [])


@pytest.fixture(scope="session")
def base() -> PlanRun:
    return solved(SMALL)


@pytest.fixture(scope="session")
def surge() -> PlanRun:
    return solved(SMALL, "surge")


@pytest.fixture(scope="session")
def us_stops() -> PlanRun:
    return solved(SMALL, "us_stops")
