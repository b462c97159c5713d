"""The jobs of a stress test: a future's own plan, and a plan that is kept and meets a future."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aidplan.batch import Context
from aidplan.batch.resume import PROVEN, Earlier
from aidplan.batch.solve_job import BASE_MB, MB_A_KB, read_job
from aidplan.pipeline import ENDINGS, Ending, Options, Outcome, Request, solve_in_memory
from aidplan.study.measures import DECISIONS
from aidplan.study.mixed import delays, mixed, wide
from aidplan.study.solved_before import digest_of, keep, kept

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class PlanOutcome(Outcome):
    """A plan's end: the share of demand that is met, ``share_met`` (None without a plan), and its ``tables`` of the periods that stand."""

    share_met: float | None = None
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)


@dataclass(frozen=True)
class StressJob:
    """What the jobs of a stress test share: the copy's ``file`` and ``data``, the future's ``scenario``, the job's ``name``,
    and the period number ``until``. They write no run; their results are kept for `--resume` (`aidplan.study.solved_before`).
    """

    file: str
    data: bytes
    scenario: str
    out: Path
    name: str
    until: int

    @property
    def memory_mb(self) -> float:
        """From the size of the workbook; a future's own plan is put together from three programmes."""
        return BASE_MB + 1.5 * MB_A_KB * len(self.data) / 1000

    def failed(self, message: str) -> PlanOutcome:
        """Where it could not be done."""
        return PlanOutcome(self.scenario, Ending.FAILED, f"{self.name}: {message}")

    def away(self) -> StressJob:
        """It is the same elsewhere."""
        return self

    def run_in(self, folder: Path, context: Context) -> PlanOutcome:
        """It writes no run."""
        return self.solved(context)

    def bring_home(self, result: PlanOutcome, folder: Path) -> PlanOutcome:
        """There is nothing to move; the result is kept."""
        self._keep(result)
        return result

    def run(self, context: Context) -> PlanOutcome:
        """Solve, and keep the result."""
        result = self.solved(context)
        self._keep(result)
        return result

    def solved(self, context: Context) -> PlanOutcome:
        """Solve."""
        raise NotImplementedError

    def solved_before(self, earlier: Earlier) -> PlanOutcome | None:
        """The result that an earlier command kept; None without one."""
        found = kept(self.out, self.digest)
        if found is None:
            return None
        ending, message = Ending(found["ending"]), f"{self.name}: solved before"
        return PlanOutcome(
            self.scenario, ending, message, None, found["manifest"],
            reused=True, share_met=found["share_met"], tables=found["tables"],
        )  # fmt: skip

    @cached_property
    def digest(self) -> str:
        """Of all that the result depends on."""
        told = {"job": type(self).__name__, "scenario": self.scenario, "until": self.until, **self._told()}
        return digest_of(self.data, self._tables(), told)

    def _told(self) -> Mapping[str, Any]:
        return {}

    def _tables(self) -> Mapping[str, pd.DataFrame]:
        return {}

    def _keep(self, result: PlanOutcome) -> None:
        if result.manifest.get("status") in PROVEN:
            keep(self.out, self.digest, {
                "name": self.name, "ending": str(result.ending), "manifest": dict(result.manifest),
                "share_met": result.share_met, "tables": result.tables,
            })  # fmt: skip


@dataclass(frozen=True)
class OwnJob(StressJob):
    """The plan of who knows the future: decisions before the period by the base's numbers, later ones by the future's."""

    options: Options = field(default_factory=Options)
    cells: frozenset[Any] = frozenset()

    def _told(self) -> Mapping[str, Any]:
        return {"options": self.options.as_dict()}

    def solved(self, context: Context) -> PlanOutcome:
        """Solve the programme put together from the base's and the future's."""
        from aidplan.extract import plan_tables
        from aidplan.solve.solving import build_programme, solve_plan
        from aidplan.workbook import plan_data

        book = read_job(self.file, self.data)
        base, future = plan_data(book.tables), plan_data(book.scenario(self.scenario).tables)
        whole, late = wide(base, future), delays(base, future)
        context.progress("building three programmes")
        of_base, of_future = build_programme(base)[1], build_programme(future)[1]
        planned = solve_plan(
            whole,
            threads=self.options.threads,
            ties=False,
            restrict=lambda programme: mixed(of_base, programme, of_future, self.until, late),
            starts=context.starts,
            progress=context.progress,
        )
        manifest = {"status": str(planned.solved.status), "goals": dict(planned.goals)}
        message = f"{self.name}: {planned.sentence}"
        if not planned.has_plan:
            return PlanOutcome(self.scenario, ENDINGS[planned.solved.status], message, None, manifest)
        tables = _before(plan_tables(planned.programme, whole, planned.x), whole.period_labels, self.until)
        met = 1 - planned.goals["coverage"]
        return PlanOutcome(self.scenario, Ending.PLANNED, message, None, manifest, share_met=met, tables=tables)


@dataclass(frozen=True)
class CellJob(StressJob):
    """A plan that is kept until the period ``label`` and meets a future; ``plan_tables`` are its tables."""

    label: str = ""
    plan: str = ""
    plan_tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    options: Options = field(default_factory=Options)

    @property
    def cells(self) -> frozenset[Any]:
        """Cells of one future are near each other."""
        return frozenset([self.scenario])

    def _told(self) -> Mapping[str, Any]:
        return {"options": self.options.as_dict()}

    def _tables(self) -> Mapping[str, pd.DataFrame]:
        return self.plan_tables

    def solved(self, context: Context) -> PlanOutcome:
        """Solve the rest."""
        from aidplan.extract import PlanRun
        from aidplan.runs.keeping import EarlierRun
        from aidplan.workbook import plan_data

        book = read_job(self.file, self.data)
        scenario = book.scenario(self.scenario)
        manifest = {"run": self.plan, "scenario": "base", "status": "optimal", "verified": True, "goals": {}}
        run = PlanRun(manifest, self.plan_tables, plan_data(book.tables), book.tables, ())
        options = replace(self.options, keep=Path(self.plan), until=self.label, why=False)
        request = Request(
            book, scenario, options, 0.0, context.progress, context.starts, None, True, EarlierRun(run, "", {})
        )
        solution = solve_in_memory(request)
        goals = solution.manifest.get("goals") or {}
        met = 1 - goals["coverage"] if goals.get("coverage") is not None else None
        told = {"status": solution.manifest["status"], "goals": goals}
        return PlanOutcome(
            self.scenario, solution.ending, f"{self.name}: {solution.sentence}", None, told, share_met=met
        )


def _before(tables: Mapping[str, pd.DataFrame], labels: Sequence[str], until: int) -> dict[str, pd.DataFrame]:
    """The rows of periods before the period number ``until``."""
    stand = set(labels[: until - 1])
    return {
        name: table[table["period"].isin(stand)].reset_index(drop=True)
        for name, table in tables.items()
        if "period" in table.columns
    }


def decisions(tables: Mapping[str, pd.DataFrame], labels: Sequence[str], until: int) -> dict[tuple[str, ...], float]:
    """(quantity, codes …, period) -> amount, of every decision before the period number ``until``."""
    found = {}
    for quantity, table in _before(tables, labels, until).items():
        if quantity in DECISIONS:
            for *key, value in table.itertuples(index=False):
                found[quantity, *key] = float(value)
    return found
