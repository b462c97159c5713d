"""A run's folder: the manifest, and every file against the hash that was written with it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from aidplan.audit.ledger import REPAIR
from aidplan.audit.report import AuditReport

_ALWAYS = frozenset(["workbook.xlsx", "findings.json"])
STOPPED_EARLY = frozenset(["time_limit", "memory_limit"])
"""Statuses of a run that a limit ended: with a plan for the ranks that were met by then, or without one."""
LEFT_BY_SYSTEMS = frozenset([".ds_store", "thumbs.db", "desktop.ini"])
"""Files that file managers leave in folders that somebody looked at."""
_SHAPES: Mapping[str, type] = {"scenario": str, "status": str, "workbook": dict, "files": dict}


def read_manifest(path: Path, report: AuditReport) -> dict[str, Any] | None:
    """``run.json``, or None with the reason reported."""
    try:
        manifest = json.loads((path / "run.json").read_bytes())
    except FileNotFoundError:
        report.add("manifest", "run.json", "is missing, so this folder is not a run", "give the folder of a run")
        return None
    except (OSError, ValueError) as error:
        report.add("manifest", "run.json", f"cannot be read ({error})", REPAIR)
        return None
    if not isinstance(manifest, dict):
        report.add("manifest", "run.json", "is no manifest", REPAIR)
        return None
    wrong = [key for key, shape in _SHAPES.items() if not isinstance(manifest.get(key), shape)]
    for key in wrong:
        report.add("manifest", "run.json", f"has no `{key}`", REPAIR)
    return None if wrong else manifest


def audit_files(path: Path, manifest: Mapping[str, Any], report: AuditReport) -> bool:
    """Finds files that were changed, are missing or were added; says whether the plan's own are all there."""
    files: Mapping[str, object] = manifest["files"]
    there = True
    for name in sorted(_ALWAYS - files.keys()):
        report.add("files", "run.json", f"lists no {name}", REPAIR)
        there = False
    for name, written in sorted(files.items()):
        report.recomputed["files"] += 1
        file = path / name
        if PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts or not file.is_file():
            report.add("files", name, "is missing from the run", REPAIR)
            there = False
        elif _sha256(file) != written:
            report.add(
                "files", name, "was changed after the run was written (its sha256 is not the manifest's)", REPAIR
            )
    strangers = {file.relative_to(path).as_posix() for file in (path / "tables").glob("*")} - files.keys()
    strangers |= {file.name for file in path.iterdir() if _left_by_system(file.name)}
    for name in sorted(strangers):
        if _left_by_system(name):
            report.note(f"{name} was left by a file manager; it is no part of the run")
            continue
        report.add("files", name, "was added after the run was written", "take it out of the run")
    written = manifest["workbook"].get("sha256")
    if written != files.get("workbook.xlsx"):
        report.add("files", "run.json", "the workbook that was solved is not the one that the run holds", REPAIR)
    return there


def _left_by_system(name: str) -> bool:
    file = PurePosixPath(name).name
    return file.casefold() in LEFT_BY_SYSTEMS or file.startswith("._")


def has_plan(manifest: Mapping[str, Any]) -> bool:
    """Whether the run says that it holds a plan: a limit may have struck before or after there was one."""
    tables = any(str(name).startswith("tables/") for name in manifest["files"])
    return manifest["status"] == "optimal" or (manifest["status"] in STOPPED_EARLY and tables)


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
