"""Reports of plans that look on after their horizon: they tell up to its end alone, and their totals still reconcile."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from aidplan.figures.cost import spending_after
from aidplan.figures.figures import Figures
from aidplan.figures.format import period_name
from aidplan.figures.shortfalls import goal_part_after, goal_parts
from aidplan.report.views.brief import brief
from aidplan.report.xlsx.plan_workbook import write_plan_workbook
from tests.compare.conftest import solved

CASES = Path(__file__).parents[1] / "cases"


@pytest.fixture(scope="module", params=["R6", "R9"])
def figures(request):
    return Figures(solved(CASES / f"{request.param}.xlsx"))


def test_every_total_reconciles_with_promises_measures_and_a_tail(figures: Figures, tmp_path: Path) -> None:
    write_plan_workbook(figures.run, tmp_path / "plan.xlsx")
    rows = list(openpyxl.load_workbook(tmp_path / "plan.xlsx", data_only=True)["Reconciliation"].values)
    assert rows[2][1] == "TOTALS RECONCILE"
    assert [row[0] for row in rows if row[1] == "NO"] == []


def test_what_comes_after_the_horizon_is_told_apart(figures: Figures) -> None:
    goals, bridge = figures.run.manifest["goals"], figures.bridge
    assert spending_after(figures.plan) > 0
    assert bridge.total == pytest.approx(goals["cost"], rel=1e-9)
    assert bridge.spent + bridge.transport < goals["cost"]
    assert sum(goal_parts(figures.plan).values()) + goal_part_after(figures.plan) == pytest.approx(
        goals["coverage"], abs=1e-12
    )
    assert any("a tail from" in note for note in brief(figures).footnotes)


def test_no_sheet_shows_a_period_of_the_tail(figures: Figures, tmp_path: Path) -> None:
    write_plan_workbook(figures.run, tmp_path / "plan.xlsx")
    book = openpyxl.load_workbook(tmp_path / "plan.xlsx", data_only=True)
    late = {period_name(one) for one in figures.run.data.period_labels[figures.plan.horizon :]}
    headings = {
        str(cell).removesuffix(" †")
        for sheet in book
        if sheet.title != "data"
        for cell in next(sheet.iter_rows(min_row=4, max_row=4, values_only=True), ())
    }
    assert {period_name(one) for one in figures.plan.labels} <= headings
    assert not late & headings
