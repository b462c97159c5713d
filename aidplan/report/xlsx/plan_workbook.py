"""The allocation report as a workbook, ``plan.xlsx``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from aidplan.figures.figures import Figures
from aidplan.report.views import tables
from aidplan.report.xlsx import brief_sheet, charts_sheet, reconciliation_sheet
from aidplan.report.xlsx.about_sheet import write_about
from aidplan.report.xlsx.data_sheet import write_data
from aidplan.report.xlsx.sheets import Sheets

if TYPE_CHECKING:
    from aidplan.extract import PlanRun


def write_plan_workbook(run: PlanRun, path: Path) -> None:
    """Writes the allocation report of a run that has a plan to ``path``, over what is there.

    Formula cells carry their value, so readers that do not recalculate see it. Raises ValueError for a run
    without a plan, and OSError where the file cannot be written.
    """
    if not run.has_plan:
        raise ValueError(f"run {run.manifest.get('run')} has no plan to report")
    figures = Figures(run)
    read = tables(figures)
    with Sheets(path, f"{run.manifest['run']}, scenario {run.scenario}") as sheets:
        first = brief_sheet.BriefSheet(sheets, sheets.sheet(brief_sheet.NAME, colour="#D55E00"), figures)
        charts = sheets.sheet(charts_sheet.NAME, colour="#D55E00")
        placed = {name: sheets.add(table) for name, table in read.items()}
        books = sheets.sheet(reconciliation_sheet.NAME)
        write_about(sheets, figures)
        data = write_data(sheets, run)
        close = reconciliation_sheet.ReconciliationSheet(sheets, books, figures, placed, read).write(
            first.goal_cells(), data
        )
        first.write(close)
        charts_sheet.ChartsSheet(sheets, charts, placed, read).write()
