"""The order of an audit: the files first, then what they say."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import localcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aidplan.audit.components import audit_components
from aidplan.audit.coverage import audit_coverage
from aidplan.audit.exact import EXACT
from aidplan.audit.existence import audit_existence
from aidplan.audit.folder import audit_files, has_plan, read_manifest
from aidplan.audit.front import audit_front
from aidplan.audit.funds import audit_funds
from aidplan.audit.goals import audit_goals
from aidplan.audit.industry import audit_industry
from aidplan.audit.ledger import REPAIR, read_ledgers
from aidplan.audit.movement import audit_movement
from aidplan.audit.parity import audit_parity
from aidplan.audit.plan import AuditedPlan
from aidplan.audit.plan_sheet import audit_plan_sheet
from aidplan.audit.prices_and_ties import audit_prices_and_ties
from aidplan.audit.report import AuditReport
from aidplan.audit.reserves import audit_reserves

if TYPE_CHECKING:
    from aidplan.workbook import Tables

IDEAS = (
    audit_existence,
    audit_funds,
    audit_industry,
    audit_components,
    audit_reserves,
    audit_movement,
    audit_front,
    audit_parity,
)


def audit_run(path: Path) -> AuditReport:
    """Recomputes the run in the folder ``path`` and says whether it passed, and where it did not.

    Reads the run's files alone, and changes none. Never raises for what they hold.
    """
    path = Path(path)
    report = AuditReport(run=path.name or path.resolve().name)
    manifest = read_manifest(path, report)
    if manifest is None or not audit_files(path, manifest, report):
        return report
    book = _tables(path, manifest, report)
    if book is None:
        return report
    if has_plan(manifest):
        with localcontext(EXACT):
            _audit_plan(path, manifest, book, report)
    elif (path / "tables").exists():
        report.add("files", "tables", f"a run of status {manifest['status']} has no plan", REPAIR)
    return report


def _audit_plan(path: Path, manifest: Mapping[str, Any], book: Tables, report: AuditReport) -> None:
    from aidplan.workbook import plan_data

    data = plan_data(book)
    plan = AuditedPlan(data, book, read_ledgers(path / "tables", data, report), report)
    for audit_idea in IDEAS:
        audit_idea(plan)
    audit_coverage(plan, path / "tables")
    audit_goals(plan, manifest)
    audit_prices_and_ties(plan, path / "tables", manifest)
    audit_plan_sheet(plan, path, manifest.get("goals"))


def _tables(path: Path, manifest: Mapping[str, Any], report: AuditReport) -> Tables | None:
    """The run's workbook in the run's scenario, or None with the reason reported."""
    from aidplan.workbook import open_workbook

    workbook, name = open_workbook(path / "workbook.xlsx"), manifest["scenario"]
    if name != "base" and name not in workbook.scenarios:
        report.add("workbook", "workbook.xlsx", f"has no scenario `{name}`", REPAIR)
        return None
    scenario = workbook.scenario(name)
    errors = [f for f in (*workbook.findings, *scenario.findings) if f.severity == "error"]
    if errors:
        report.add("workbook", "workbook.xlsx", f"is refused: {errors[0]}", REPAIR)
        return None
    return scenario.tables
