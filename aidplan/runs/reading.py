"""Runs opened and listed: what their folders say, never what they might have said."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aidplan.runs.errors import ChangedRunError, RefusedRunError, RunError, shown
from aidplan.runs.tables import read_table
from aidplan.runs.writing import sha256

if TYPE_CHECKING:
    from aidplan.extract import PlanRun
    from aidplan.workbook import Scenario


_READ = ("workbook.xlsx", "findings.json")
"""Files of every run that a plan is read from, beside its tables."""


@dataclass(frozen=True, slots=True)
class RunSummary:
    """One run of a folder, told from its manifest alone.

    ``started`` is UTC as written (ISO 8601), ``goals`` maps a goal to its value in the final plan (empty
    without a plan), ``met`` is the share of demand met up to the end of the horizon (``all``, ``front``, ``home``),
    ``kept``, ``against`` and ``rolled`` are the earlier runs that it builds on, ``stage`` is which step of a study it
    is, ``seconds`` is what it took in all. What does not print is escaped. Where the manifest cannot be read,
    ``status`` is ``unreadable`` and ``problem`` says why.
    """

    path: Path
    run: str
    started: str = ""
    workbook: str = ""
    scenario: str = ""
    status: str = "unreadable"
    verified: bool = False
    goals: Mapping[str, float | None] = field(default_factory=dict)
    met: Mapping[str, float] = field(default_factory=dict)
    problem: str = ""
    kept: Mapping[str, Any] | None = None
    against: Mapping[str, Any] | None = None
    rolled: Mapping[str, Any] | None = None
    stage: Mapping[str, Any] | None = None
    seconds: float = 0.0

    @property
    def basis(self) -> str:
        """What the run builds on, in words: the run that it keeps, that it stays near, that it was rolled from."""
        said = [
            f"keeps {shown(self.kept.get('run'))} until {shown(self.kept.get('until'))}" if self.kept else "",
            f"stays near {shown(self.against.get('run'))}" if self.against else "",
            f"stage {shown(self.stage.get('number'))} of {shown(self.stage.get('of'))}" if self.stage else "",
            f"rolled from {shown(self.rolled.get('run'))} to {shown(self.rolled.get('to'))}" if self.rolled else "",
        ]
        return ", ".join(each for each in said if each)


def list_runs(folder: Path) -> list[RunSummary]:
    """Every run in ``folder``, oldest first; reads each ``run.json`` alone.

    A folder without ``run.json`` is not a run and is left out. Raises `RunError` where ``folder`` is no folder.
    """
    folder = Path(folder)
    try:
        entries = [entry for entry in folder.iterdir() if not entry.name.startswith(".")]
        paths = sorted(entry for entry in entries if (entry / "run.json").is_file())
    except OSError as error:
        raise RunError(f"{shown(folder)}: {error.strerror}; give a folder that holds runs") from error
    return sorted((_summary(path) for path in paths), key=lambda run: (run.started, run.run))


def open_run(path: Path) -> PlanRun:
    """The plan in the run folder ``path``, as the solve had it in memory: the same tables, data and findings.

    The workbook is read again from the run's copy, with the run's scenario. Raises `RunError` where the
    folder is no run, or where a file that the plan is read from is not the one that was written.
    """
    from aidplan.extract import PlanRun
    from aidplan.runs.keeping import kept_again
    from aidplan.workbook import plan_data

    path = Path(path)
    manifest = read_manifest(path)
    files = manifest.pop("files")
    names = [name for name in files if name in (*_READ, "why.json") or name.startswith(("tables/", "kept"))]
    for name in names:
        _check_unchanged(path, name, files[name])
    tables = {Path(name).stem: read_table(path / name) for name in names if name.startswith("tables/")}
    scenario = scenario_of(path / "workbook.xlsx", str(manifest["scenario"]))
    data = plan_data(scenario.tables)
    if manifest.get("kept"):
        data = kept_again(path, manifest["kept"], tables, data)
    return PlanRun(
        manifest=manifest,
        tables=tables,
        data=data,
        book=scenario.tables,
        findings=json.loads((path / "findings.json").read_bytes()),
        why=json.loads((path / "why.json").read_bytes()) if "why.json" in files else {},
    )


def read_manifest(path: Path) -> dict[str, Any]:
    """``run.json`` of the run at ``path``, with what every run has. Raises `RunError`."""
    if not path.is_dir():
        raise RunError(f"{shown(path)}: there is no such folder; `aidplan runs` lists the runs")
    try:
        manifest = json.loads((path / "run.json").read_bytes())
    except FileNotFoundError:
        raise RunError(f"{shown(path)}: holds no run.json, so it is not a run; `aidplan runs` lists the runs") from None
    except (OSError, ValueError) as error:
        raise RunError(f"{shown(path)}/run.json: cannot be read ({shown(error)}); solve again for a new run") from error
    shapes = {"run": str, "scenario": str, "status": str, "workbook": dict, "files": dict}
    for key, shape in shapes.items():
        if not isinstance(manifest, dict) or not isinstance(manifest.get(key), shape):
            raise RunError(f"{shown(path)}/run.json: has no `{key}`, so it is not a run's; solve again for a new run")
    return dict(manifest)


def _summary(path: Path) -> RunSummary:
    try:
        manifest = read_manifest(path)
    except RunError as error:
        return RunSummary(path=path, run=shown(path.name), problem=str(error))
    goals, met = manifest.get("goals"), manifest.get("met")
    return RunSummary(
        path=path,
        run=shown(path.name),
        started=shown(manifest.get("started", "")),
        workbook=shown(manifest["workbook"].get("file", "")),
        scenario=shown(manifest["scenario"]),
        status=shown(manifest["status"]),
        verified=manifest.get("verified") is True,
        goals=goals if isinstance(goals, dict) else {},
        met=met if isinstance(met, dict) else {},
        kept=_object(manifest.get("kept")),
        against=_object(manifest.get("against")),
        rolled=_object(manifest.get("rolled")),
        stage=_object(manifest.get("stage")),
        seconds=_number((_object(manifest.get("seconds")) or {}).get("total")),
    )


def whole_manifest(path: Path) -> dict[str, Any]:
    """``run.json`` of a run of which every file is as it was written. Raises `RunError`."""
    manifest = read_manifest(path)
    for name, written in manifest["files"].items():
        _check_unchanged(path, name, written)
    return manifest


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


def _object(value: object) -> dict[str, Any] | None:
    return value if isinstance(value, dict) else None


def _check_unchanged(path: Path, name: str, written: object) -> None:
    file = path / name
    if ".." in Path(name).parts or not file.is_file():
        raise ChangedRunError(f"{shown(file)}: is missing from the run; bring it back, or solve again for a new run")
    if sha256(file) != written:
        raise ChangedRunError(
            f"{shown(file)}: was changed after the run was written; `aidplan audit {shown(path)}` says what no longer "
            "holds; bring the file back, or solve again for a new run"
        )


def scenario_of(path: Path, name: str) -> Scenario:
    """That scenario of the workbook ``path`` in a run. Raises `RunError` where it has none, or refuses it."""
    from aidplan.workbook import open_workbook

    workbook = open_workbook(path)
    if name != "base" and name not in workbook.scenarios:
        raise RunError(f"{shown(path)}: has no scenario `{shown(name)}`; solve again for a new run")
    scenario = workbook.scenario(name)
    if scenario.refused or (name == "base" and workbook.refused):
        finding = next(f for f in (*scenario.findings, *workbook.findings) if f.severity == "error")
        raise RefusedRunError(f"{shown(path)}/workbook.xlsx: this version of aidplan refuses it: {finding}")
    return scenario
