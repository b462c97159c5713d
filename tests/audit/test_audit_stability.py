"""The goal stability, worked out again from the run's own files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from aidplan_models.data import DECISIONS

from aidplan.audit import audit_run
from tests.keep.test_kept_plans import solve
from tests.keep.test_stability import ORDERS
from tests.workbook.books import small

CHANGES = [
    ("products", 2, 4, 5), ("capacity", 1, 1, 500), ("capacity", 1, 3, 600), ("capacity", 2, 3, 65), ("capacity", 3, 2, 1170),
    ("expansions", 2, 5, 260), ("funding", 1, 4, 3.5), ("stocks", 1, 2, 2600), ("stocks", 1, 3, 650), ("stocks", 1, 4, 520),
    ("stocks", 2, 2, 3.9), ("lanes", 2, 4, 60), ("lanes", 3, 7, 0.018), ("demand", 1, 6, 900),
]  # fmt: skip
"""Cells of the small workbook (sheet, row, column) whose numbers changed."""

LATER: dict[str, Any] = {
    **ORDERS,
    "items": [["item", "kind"], ["shell", "munition"], ["gun", "equipment"]],
    "capabilities": [["capability", "kind"], ["fires", "flow"], ["guns", "level"]],
    "effects": [["item", "capability"], ["shell", "fires"], ["gun", "guns"]],
    "stocks": [["place", "item", "initial", "release_limit", "release_cost"], ["US", "gun", 40, 12, 2]],
    "expansions": [
        ["expansion", "plant", "financing", "limit", "capex", "build_time"],
        ["ohio2", "ohio", "public", 50, 4, 1],
    ],
    "funds": [["fund", "donor", "mode", "expires"], ["usai", "US", "lend_lease", ""], ["old", "US", "lend_lease", ""]],
    "funding": [["fund", "2024-07", "2024-08", "2024-09"], ["usai", 2900, 100, 100], ["old", 40, 40, 40]],
    "menu": [["fund"], ["usai"], ["old"]],
    "demand": [
        ["place", "capability", "2024-07", "2024-08", "2024-09"],
        ["east", "fires", 60, 80, 420],
        ["east", "guns", 8, 15, 25],
    ],
}
"""As `ORDERS`, with a reserve, an expansion and a second fund."""
FIRST = {**LATER, "goals": [["goal", "rank"], ["coverage", 1], ["cost", 2]]}
CHANGED = {
    **LATER,
    "products": [["plant", "item", "unit_cost"], ["ohio", "shell", 4], ["iowa", "shell", 6]],
    "expansions": [
        ["expansion", "plant", "financing", "limit", "capex", "build_time"],
        ["ohio2", "ohio", "public", 30, 6, 1],
    ],
    "stocks": [["place", "item", "initial", "release_limit", "release_cost"], ["US", "gun", 40, 9, 3]],
    "funds": [
        ["fund", "donor", "mode", "expires"],
        ["usai", "US", "lend_lease", ""],
        ["old", "US", "lend_lease", "2024-07"],
    ],
}
GONE = {
    **CHANGED,
    "funds": [["fund", "donor", "mode"], ["usai", "US", "lend_lease"]],
    "funding": [["fund", "2024-07", "2024-08", "2024-09"], ["usai", 2900, 100, 100]],
    "menu": [["fund"], ["usai"]],
    "plants": [["plant", "place"], ["ohio", "US"]],
    "products": [["plant", "item", "unit_cost"], ["ohio", "shell", 4]],
    "capacity": [["plant", "2024-07", "2024-08", "2024-09"], ["ohio", 90, 90, 90]],
}
del GONE["expansions"]
LATE = {**LATER, "capacity": [LATER["capacity"][0], ["ohio", 90, 40, 40], ["iowa", 70, 70, 70]]}


def decided(file: Path) -> list[str]:
    """The rows of a table, amounts to a thousandth."""
    rows = [line.rsplit(",", 1) for line in file.read_text().splitlines()[1:]]
    return [f"{key} {float(amount):.3f}" for key, amount in rows]


def against(folder: Path, book: dict[str, Any], *more: object) -> Path:
    code, said, _ = solve(folder, FIRST, "before")
    assert code == 0, said
    code, said, _ = solve(folder, book, "after", "--against", folder / "runs" / "before", *more)
    assert code == 0, said
    return folder / "runs" / "after"


@pytest.mark.parametrize("book", [LATER, CHANGED, GONE], ids=["as it was", "changed", "gone"])
def test_a_run_that_stays_near_another_passes(tmp_path: Path, book: dict[str, Any]) -> None:
    run = against(tmp_path, book)
    report = audit_run(run)
    assert report.passed, report.as_text()
    stability = json.loads((run / "run.json").read_text())["goals"]["stability"]
    assert stability == 0 if book is LATER else stability > 1
    differ = {
        name: decided(run / f"against-{name}.csv") != decided(run / "tables" / f"{name}.csv") for name in DECISIONS
    }
    assert differ == dict.fromkeys(DECISIONS, book is not LATER)  # so that no term of the three is 0 by chance


def test_a_run_that_keeps_one_and_stays_near_it_passes(tmp_path: Path) -> None:
    run = against(tmp_path, LATE, "--keep", tmp_path / "runs" / "before", "--until", "2024-08")
    report = audit_run(run)
    assert report.passed, report.as_text()


def test_another_value_is_found(tmp_path: Path) -> None:
    run = against(tmp_path, CHANGED)
    manifest = json.loads((run / "run.json").read_text())
    manifest["goals"]["stability"] *= 1.001
    (run / "run.json").write_text(json.dumps(manifest))
    assert "says stability" in audit_run(run).as_text()


def test_without_the_earlier_runs_decisions_it_does_not_pass(tmp_path: Path) -> None:
    run = against(tmp_path, CHANGED)
    (run / "against-ordered.csv").unlink()
    report = audit_run(run)
    assert not report.passed
    assert "against-ordered.csv" in report.as_text()


def test_a_best_of_nothing_leaves_a_tolerance_below_rounding_and_the_plan_is_found(tmp_path: Path) -> None:
    """Stability first, with a tenth of tolerance: nothing need change, a tenth of nothing is counted from 1e-6, and the
    ranks that follow cannot be met within so little of rows that are 1e9 times as large.
    """
    code, said, _ = solve(tmp_path, small(), "before")
    assert code == 0, said
    book = small()
    for sheet, row, column, value in CHANGES:
        book[sheet][row][column] = value
    book["goals"] = [["goal", "rank", "weight", "tolerance"], ["stability", 1, "", 0.1], ["coverage", 2, "", ""]]
    code, said, run = solve(tmp_path, book, "after", "--against", tmp_path / "runs" / "before")
    assert code == 0, said
    assert run.manifest["goals"]["stability"] == pytest.approx(0, abs=2e-7)
    report = audit_run(tmp_path / "runs" / "after")
    assert report.passed, report.as_text()
