"""What is asked of the pipeline, what a solved scenario is, and how one ended."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aidplan.extract import PlanRun
from aidplan.workbook import Scenario, Workbook

if TYPE_CHECKING:
    import pandas as pd
    from aidplan_models.data import PlanData

    from aidplan.compare.previous import Previous
    from aidplan.runs.keeping import EarlierRun
    from aidplan.solve.assemble.linear_program import Programme
    from aidplan.solve.warm import Starts

Progress = Callable[[str], None]


class Ending(StrEnum):
    """How a scenario ended; commands give each an exit code."""

    PLANNED = "planned"
    NO_PLAN = "no plan"
    STOPPED = "stopped"
    NOT_VERIFIED = "not verified"
    REFUSED = "refused"
    NAME_TAKEN = "name taken"
    FAILED = "failed"


ENDINGS: Mapping[str, Ending] = {
    "optimal": Ending.PLANNED,
    "time_limit": Ending.PLANNED,
    "memory_limit": Ending.PLANNED,
    "infeasible": Ending.NO_PLAN,
    "stopped": Ending.STOPPED,
    "unverified": Ending.NOT_VERIFIED,
    "refused": Ending.NOT_VERIFIED,
}
"""A solve's status -> how its scenario ended."""


@dataclass(frozen=True)
class Options:
    """What a planner may choose of a solve: ``time_limit`` [seconds a scenario], HiGHS's ``threads``,
    ``memory_limit`` [MiB that the process may hold], whether the variability ranges of the largest ``ties`` are found,
    the run whose decisions before the period ``until`` are to ``keep``, the run that the goal ``stability`` is
    ``against``, and whether reports explain ``why``.
    """

    time_limit: float | None = None
    threads: int = 0
    memory_limit: float | None = None
    ties: bool = False
    keep: Path | None = None
    until: str | None = None
    against: Path | None = None
    why: bool = True

    def as_dict(self) -> dict[str, Any]:
        """For ``run.json``: paths as text."""
        return {name: str(value) if isinstance(value, Path) else value for name, value in vars(self).items()}


def _quiet(_: str) -> None:
    """No progress."""


@dataclass(frozen=True)
class Request:
    """One scenario to solve: of ``book``, which took ``read_seconds`` to read; ``starts`` are the warm starts of those
    solved before it, and learn from it. ``restrict`` may fix columns of the programme before it is solved, and with
    ``first_rank_alone`` no later rank is optimised: both for plans that are steps of a study. ``stage`` says which step, for
    the manifest of one that is written (`aidplan.manifest.stage_of`).
    ``earlier`` is the run of the option ``keep`` where it is open already.
    """

    book: Workbook
    scenario: Scenario
    options: Options = field(default_factory=Options)
    read_seconds: float = 0.0
    progress: Progress = _quiet
    starts: Starts | None = None
    restrict: Callable[[Programme], Programme] | None = None
    first_rank_alone: bool = False
    earlier: EarlierRun | None = None
    stage: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Solution:
    """One scenario solved, in memory.

    ``manifest`` is ``run.json`` but for its ``run`` and ``files``; ``tables`` as in `PlanRun`, None without a plan;
    ``sentence`` says how it ended and ``lines`` what more a planner must read; ``warm`` is what ``warm.npz`` holds; ``kept``
    are the workbooks of the runs that it keeps, by file name.
    """

    ending: Ending
    sentence: str
    manifest: Mapping[str, Any]
    tables: Mapping[str, pd.DataFrame] | None
    data: PlanData
    scenario: Scenario
    findings: Sequence[Mapping[str, Any]]
    lines: Sequence[str] = ()
    why: Mapping[str, Any] = field(default_factory=dict)
    warm: bytes = b""
    kept: Mapping[str, bytes] = field(default_factory=dict)

    def run(self, name: str) -> PlanRun:
        """The run of that name, as `aidplan.runs.open_run` gives it once it is written."""
        manifest = {**self.manifest, "run": name}
        return PlanRun(manifest, self.tables or {}, self.data, self.scenario.tables, self.findings, self.why)

    def message(self) -> str:
        """For a planner: how it ended, and what more there is to read."""
        return "\n".join([f"{self.scenario.name}: {self.sentence}", *(f"  {line}" for line in self.lines)])


@dataclass(frozen=True)
class Outcome:
    """One scenario's end: ``path`` of its run (None where nothing was written), its manifest, the ``message`` for a
    planner, what changed against the ``previous`` run of its workbook and scenario, and whether an earlier run was
    ``reused``.
    """

    scenario: str
    ending: Ending
    message: str
    path: Path | None = None
    manifest: Mapping[str, Any] = field(default_factory=dict)
    previous: Previous | None = None
    reused: bool = False
