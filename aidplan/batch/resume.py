"""Whole runs that a batch need not make again, and what a batch will take."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Any

from aidplan.batch.solve_job import SolveJob
from aidplan.manifest import versions
from aidplan.pipeline import ENDINGS, Ending, Outcome
from aidplan.runs import RunError, RunSummary, list_runs, whole_manifest

PROVEN = ("optimal", "infeasible")
"""Statuses that a second solve would give again."""


@dataclass(frozen=True)
class Earlier:
    """The runs that lie in the folder ``out``."""

    out: Path

    @cached_property
    def runs(self) -> Sequence[RunSummary]:
        """Oldest first; none where there is no such folder."""
        try:
            return list_runs(self.out) if self.out.is_dir() else []
        except RunError:
            return []

    def outcome(self, job: SolveJob) -> Outcome | None:
        """The outcome of a run that is whole, proven, and of the same workbook bytes, scenario, options and versions,
        and, where the job names its run, of that name; None where there is none.
        """
        for run in reversed(self.runs):
            if run.scenario != job.scenario or run.status not in PROVEN or (job.folder and run.path.name != job.folder):
                continue
            try:
                manifest = whole_manifest(run.path)
            except RunError:
                continue
            if is_of(manifest, job):
                return _reused(job, run, manifest)
        return None

    def seconds(self, file: str) -> tuple[float, str] | None:
        """Seconds that the newest run of a workbook of that file name took, and its name."""
        for run in reversed(self.runs):
            if run.workbook == file and run.seconds > 0:
                return run.seconds, run.run
        return None


def is_of(manifest: Mapping[str, Any], job: SolveJob) -> bool:
    """Whether a run with this manifest is of the job's workbook bytes, scenario and options, and of our versions."""
    wanted = (_sha256(job.data), job.scenario, json.loads(json.dumps(job.options.as_dict())), _versions())
    told = (manifest["workbook"].get("sha256"), manifest["scenario"], manifest.get("options"), manifest.get("versions"))
    return told == wanted


@lru_cache(maxsize=4)
def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@cache
def _versions() -> Mapping[str, str]:
    return versions()


def _reused(job: SolveJob, run: RunSummary, manifest: Mapping[str, Any]) -> Outcome:
    ending = ENDINGS.get(run.status, Ending.FAILED)
    message = f"{job.scenario}: solved before, in the run {run.run}"
    return Outcome(job.scenario, ending, message, run.path, manifest, reused=True)
