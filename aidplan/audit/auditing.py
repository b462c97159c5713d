"""The order of an audit: the files first, then what they say."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import localcontext
from pathlib import Path, PurePath
from typing import Any

from aidplan_models.data import DECISIONS
from aidplan_models.registry import QUANTITIES

from aidplan.audit.components import audit_components
from aidplan.audit.coverage import audit_coverage
from aidplan.audit.exact import EXACT
from aidplan.audit.existence import audit_existence
from aidplan.audit.folder import audit_files, has_plan, read_manifest
from aidplan.audit.front import audit_front
from aidplan.audit.funds import audit_funds
from aidplan.audit.goals import audit_goals
from aidplan.audit.guarantees import audit_guarantees
from aidplan.audit.industry import audit_industry
from aidplan.audit.ledger import REPAIR, read_ledger, read_ledgers
from aidplan.audit.movement import audit_movement
from aidplan.audit.parity import audit_parity
from aidplan.audit.plan import Against, AuditedPlan, Kept, Numbers
from aidplan.audit.plan_sheet import audit_plan_sheet
from aidplan.audit.prices_and_ties import audit_prices_and_ties
from aidplan.audit.report import AuditReport
from aidplan.audit.reserves import audit_reserves
from aidplan.audit.stage import audit_stage, is_stage

WORKBOOK, PLAN, AGAINST = "workbook.xlsx", "plan.xlsx", "against.xlsx"

IDEAS = (
    audit_existence,
    audit_funds,
    audit_industry,
    audit_guarantees,
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
    numbers = _numbers(path / WORKBOOK, manifest["scenario"], report)
    kept = _kept(path, manifest.get("kept"), report)
    if numbers is None or (kept is None and manifest.get("kept") is not None):
        return report
    if has_plan(manifest):
        against = _against(path, manifest.get("against"), report)
        if against is None and manifest.get("against") is not None:
            return report
        with localcontext(EXACT):
            _audit_plan(path, manifest, AuditedPlan(numbers, {}, report, kept, against))
    elif (path / "tables").exists():
        report.add("files", "tables", f"a run of status {manifest['status']} has no plan", REPAIR)
    return report


def _audit_plan(path: Path, manifest: Mapping[str, Any], plan: AuditedPlan) -> None:
    plan.ledgers = read_ledgers(path / "tables", plan.data, plan.report)
    for audit_idea in IDEAS:
        audit_idea(plan)
    audit_coverage(plan, path / "tables")
    audit_goals(plan, manifest)
    audit_prices_and_ties(plan, path / "tables", manifest)
    audit_stage(manifest, plan.report)
    if not is_stage(manifest) or PLAN in manifest["files"]:
        audit_plan_sheet(plan, path, manifest.get("goals"))


def _kept(path: Path, entry: object, report: AuditReport) -> Kept | None:
    """The plan that the run keeps, by its workbook in the run's folder; None where it keeps none, or with the reason
    reported.
    """
    if entry is None:
        return None
    words = entry if isinstance(entry, dict) else {}
    file, scenario, until = (str(words.get(name, "")) for name in ("workbook", "scenario", "until"))
    if not file or PurePath(file).name != file or not (path / file).is_file():
        report.add("files", "run.json", "names no workbook of the run that it keeps", REPAIR)
        return None
    numbers = _numbers(path / file, scenario, report)
    if numbers is None:
        return None
    if until not in numbers.data.period_labels:
        report.add("files", "run.json", f"keeps a run until `{until}`, which is no period of it", REPAIR)
        return None
    return Kept(numbers.data.period_labels.index(until) + 1, numbers, _kept(path, words.get("kept"), report))


def _against(path: Path, entry: object, report: AuditReport) -> Against | None:
    """The plan that the run stays near, by its files in the run's folder; None where there is none, or with the reason
    reported.
    """
    if entry is None:
        return None
    words = entry if isinstance(entry, dict) else {}
    files = (AGAINST, *(f"against-{name}.csv" for name in DECISIONS))
    if words.get("workbook") != AGAINST or not all((path / file).is_file() for file in files):
        report.add("files", "run.json", "lacks files of the run that it stays near", REPAIR)
        return None
    numbers = _numbers(path / AGAINST, str(words.get("scenario", "")), report)
    if numbers is None:
        return None
    index = {name: QUANTITIES[name].index for name in DECISIONS}
    return Against(
        numbers,
        {
            name: read_ledger(path / f"against-{name}.csv", index[name], "value", numbers.data, report)
            for name in DECISIONS
        },
    )


def _numbers(file: Path, name: str, report: AuditReport) -> Numbers | None:
    """A workbook of the run in a scenario, or None with the reason reported."""
    from aidplan.workbook import open_workbook, plan_data

    workbook = open_workbook(file)
    if name != "base" and name not in workbook.scenarios:
        report.add("workbook", file.name, f"has no scenario `{name}`", REPAIR)
        return None
    scenario = workbook.scenario(name)
    errors = [f for f in (*workbook.findings, *scenario.findings) if f.severity == "error"]
    if errors:
        report.add("workbook", file.name, f"is refused: {errors[0]}", REPAIR)
        return None
    return Numbers(plan_data(scenario.tables), scenario.tables)
