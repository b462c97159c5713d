"""How plans meet futures that they did not know: each plan is kept until a period, and the rest re-planned knowing the future."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aidplan.batch.solve_job import SolveJob, changed_cells
from aidplan.pipeline import Options, Outcome
from aidplan.study.answer import Answer
from aidplan.study.copies import with_scenarios
from aidplan.study.futures import Future, preset_rows
from aidplan.study.matrix import bracket, regrets, robust
from aidplan.study.settings import presets
from aidplan.study.stress_jobs import CellJob, OwnJob, PlanOutcome, decisions
from aidplan.study.stress_tables import POINT, stress_sentences, stress_tables
from aidplan.workbook import Workbook, plan_data
from aidplan.workbook.planning_workbook import read_workbook

if TYPE_CHECKING:
    import pandas as pd

BASE = "base"


class StressError(ValueError):
    """The study cannot be made; one sentence says why and what to do."""


@dataclass
class StressStudy:
    """Three batches: the base; each future's own plan; every plan kept in every future."""

    book: Workbook
    data: bytes
    out: Path
    options: Options
    until: int
    only: Sequence[str]
    jobs: Sequence[SolveJob]
    futures: list[Future] = field(default_factory=list)
    refused: dict[str, list[str]] = field(default_factory=dict)
    _copy: bytes = b""
    _step: int = 0

    @cached_property
    def label(self) -> str:
        """The period ``until`` as reports write it."""
        return self.book.tables.calendar.label(self.until)

    def more(self, outcomes: Sequence[Outcome]) -> list[Any]:
        """The jobs of the next batch, once those before are done; none at the end. Raises `StressError` without a base plan."""
        self._step += 1
        if self._step == 1:
            return self._own_jobs(outcomes[0])
        return self._cell_jobs(outcomes) if self._step == 2 else []

    def _own_jobs(self, base: Outcome) -> list[OwnJob]:
        from aidplan.runs import open_run
        from aidplan.workbook.keeping import differences

        if base.path is None or not base.manifest.get("verified") or not base.manifest.get("goals"):
            raise StressError(f"{self.book.file}: the base has no verified plan, so nothing can be kept of it")
        rows = preset_rows(self.book.tables, open_run(base.path), self.until)
        rows = {name: found for name, found in rows.items() if not self.only or name in self.only}
        self._copy = with_scenarios(self.book, self.data, {f"stress: {name}": found for name, found in rows.items()})
        copy = read_workbook(self._file, self._copy)
        words = {str(entry["name"]): str(entry["words"]) for entry in presets()}
        found = [Future(name, f"stress: {name}", words[name]) for name in rows]
        found += [Future(name, name, "") for name in self.book.scenarios if not self.only or name in self.only]
        for future in found:
            scenario = copy.scenario(future.scenario)
            wrong = [str(finding) for finding in scenario.findings if finding.severity == "error"]
            wrong = wrong or [str(each) for each in differences(self.book.tables, scenario.tables, self.until, BASE)]
            if wrong:
                self.refused[future.name] = wrong
            else:
                self.futures.append(future)
        return [
            OwnJob(self._file, self._copy, future.scenario, self.out, f"own plan: {future.name}", self.until, self.options,
                   changed_cells(copy, future.scenario))
            for future in self.futures
        ]  # fmt: skip

    @property
    def _file(self) -> str:
        return f"{Path(self.book.file).stem}-stress.xlsx"

    def _cell_jobs(self, outcomes: Sequence[Outcome]) -> list[CellJob]:
        return [
            CellJob(self._file, self._copy, future.scenario, self.out, f"{plan} in {future.name}", self.until, self.label,
                    plan, tables, self.options)
            for plan, tables in self._plans(outcomes).items()
            for future in self.futures
        ]  # fmt: skip

    def _plans(self, outcomes: Sequence[Outcome]) -> dict[str, Mapping[str, pd.DataFrame]]:
        """Plan -> its tables up to the period: the base's, and each future's own."""
        from aidplan.runs import open_run

        assert outcomes[0].path is not None
        found: dict[str, Mapping[str, pd.DataFrame]] = {BASE: open_run(outcomes[0].path).tables}
        for future, outcome in zip(self.futures, outcomes[1:], strict=False):
            if isinstance(outcome, PlanOutcome) and outcome.tables:
                found[future.name] = outcome.tables
        return found

    def answer(self, outcomes: Sequence[Outcome], seconds: float) -> Answer:
        """The answer once every job is done."""
        plans = self._plans(outcomes)
        own_outcomes = outcomes[1 : 1 + len(self.futures)]
        own = {future.name: _share_met(outcome) for future, outcome in zip(self.futures, own_outcomes, strict=True)}
        cells = iter(outcomes[1 + len(self.futures) :])
        met = {plan: {future.name: _share_met(next(cells)) for future in self.futures} for plan in plans}
        regret = regrets(met, own)
        found = bracket(regret)
        data = plan_data(self.book.tables)
        labels = data.period_labels
        firm = robust([decisions(tables, labels, self.until) for plan, tables in plans.items() if plan != BASE])
        status = {future.name: _status(outcome) for future, outcome in zip(self.futures, own_outcomes, strict=True)}
        body: dict[str, Any] = {
            "until": self.label,
            "futures": [_future_entry(future, status[future.name], own[future.name]) for future in self.futures],
            "refused": [{"name": name, "findings": wrong} for name, wrong in self.refused.items()],
            "plans": list(plans),
            "met": met,
            "regret": regret,
            "commit_base": found.commit_base,
            "best_plan": {"plan": found.best_plan, "regret": found.best_regret},
            "robust": [{"quantity": key[0], "codes": list(key[1:-1]), "period": key[-1], "least": v} for key, v in firm.items()],
        }  # fmt: skip
        return Answer(
            kind="stress",
            title=f"How plans made before {self.label} meet futures that they did not know",
            workbook={"file": self.book.file, "sha256": self.book.sha256},
            options={**self.options.as_dict(), "until": self.label, "only": list(self.only)},
            seconds=seconds,
            solves=len(outcomes),
            body=body,
            sentences=stress_sentences(body, tail=len(labels) > data.horizon),
            tables=stress_tables(body),
            colours={"Regret": ("#F9D9C4", POINT)},
        )


def _share_met(outcome: Outcome) -> float | None:
    return outcome.share_met if isinstance(outcome, PlanOutcome) else None


def _status(outcome: Outcome) -> str:
    return str(outcome.manifest.get("status") or outcome.ending)


def stress_study(
    book: Workbook, data: bytes, out: Path, options: Options, until: str, only: Sequence[str] = ()
) -> StressStudy:
    """The first batch of a workbook's stress test. Raises `StressError` for a period, or a name, that is none."""
    from aidplan.workbook.findings import nearest
    from aidplan.workbook.periods import PeriodError

    calendar = book.tables.calendar
    try:
        t = calendar.number(until)
    except PeriodError as problem:
        raise StressError(f"--until: {problem}; write a period such as {calendar.label(2)}") from None
    if not 1 < t <= calendar.count:
        raise StressError(
            f"--until {until}: must be a period before which something is decided, "
            f"from {calendar.label(min(2, calendar.count))} to {calendar.label(calendar.count)}"
        )
    known = [*(str(entry["name"]) for entry in presets()), *book.scenarios]
    for name in only:
        if name not in known:
            near = nearest(name, known)
            meant = f"did you mean `{near}`?" if near else f"it is one of {', '.join(known)}"
            raise StressError(f"--only: there is no future `{name}`; {meant}")
    base = SolveJob(book.file, data, BASE, out, BASE, options, label=BASE)
    return StressStudy(book, data, out, options, t, only, [base])


def _future_entry(future: Future, status: str, own_met: float | None) -> dict[str, Any]:
    return {
        "name": future.name,
        "words": future.words,
        "scenario": future.scenario,
        "status": status,
        "own_met": own_met,
    }
