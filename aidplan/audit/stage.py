"""Runs that are a stage of a study: a plan on the way to the one that counts.

A stage meets the ranks up to the workbook's first alone, and has no ``plan.xlsx``; all else holds as for every run.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aidplan.audit.ledger import REPAIR
from aidplan.audit.report import AuditReport

_SHAPES: Mapping[str, type] = {"of": str, "number": int, "count": int, "donor": str}


def is_stage(manifest: Mapping[str, Any]) -> bool:
    """Whether the run says that it is a stage, as a stage is told."""
    stage = manifest.get("stage")
    if not isinstance(stage, dict) or any(not isinstance(stage.get(key), shape) for key, shape in _SHAPES.items()):
        return False
    return bool(0 < stage["number"] < stage["count"])


def audit_stage(manifest: Mapping[str, Any], report: AuditReport) -> None:
    """Notes that the run is a stage, and of what; finds a ``stage`` that tells of none."""
    if manifest.get("stage") is None:
        return
    if not is_stage(manifest):
        report.add("manifest", "run.json", "has a `stage` that tells of no stage", REPAIR)
        return
    stage = manifest["stage"]
    report.note(
        f"a stage of {stage['of']}, {stage['number']} of {stage['count']}, in which {stage['donor']} decides: its "
        f"later ranks were not met and it has no plan.xlsx; brief from {stage['of']}"
    )
