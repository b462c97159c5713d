"""What each lever of policy is worth: a plan for each setting, all else as the workbook has it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aidplan.batch.solve_job import SolveJob
from aidplan.pipeline import Options, Outcome
from aidplan.study.answer import Answer, Bar
from aidplan.study.coordination import InTurnJob, donors_in_order, losses, stage_names
from aidplan.study.copies import VARIANTS, with_rows, with_scenarios
from aidplan.study.measures import decisions_differ, met_at, parity_from
from aidplan.study.settings import Setting, levers
from aidplan.study.tables import lever_sentences, lever_tables
from aidplan.workbook import Workbook, plan_data

if TYPE_CHECKING:
    from aidplan_models.data import PlanData

    from aidplan.extract import PlanRun

GOALS = ("coverage", "equity", "parity", "cost", "liability")
BASE = "base"


class UnknownNameError(ValueError):
    """``--only`` names nothing; one sentence says so, with the nearest name."""


def chosen_levers(book: Workbook, only: Sequence[str]) -> list[Setting]:
    """The settings whose lever or own name is in ``only``; all of them without one. Raises `UnknownNameError`."""
    from aidplan.workbook.findings import nearest

    found = levers(book.tables, plan_data(book.tables))
    known = list(dict.fromkeys(name for setting in found for name in (setting.lever, setting.name, setting.scenario)))
    for name in only:
        if name not in known:
            near = nearest(name, known)
            meant = (
                f"did you mean `{near}`?"
                if near
                else f"it is one of {', '.join(dict.fromkeys(s.lever for s in found))}"
            )
            raise UnknownNameError(f"--only: there is no lever or setting `{name}`; {meant}")
    return [s for s in found if not only or not {s.lever, s.name, s.scenario}.isdisjoint(only)]


@dataclass(frozen=True)
class LeverStudy:
    """The jobs of the settings of a workbook, whose runs go to the folder ``out``; ``job_of`` tells which is whose."""

    book: Workbook
    data: bytes
    out: Path
    options: Options
    settings: Sequence[Setting]
    jobs: Sequence[SolveJob]
    job_of: Mapping[str, str]

    def more(self, outcomes: Sequence[Outcome]) -> list[SolveJob]:
        """No further jobs: all of them stand from the start."""
        return []

    def answer(self, outcomes: Sequence[Outcome], seconds: float) -> Answer:
        """The answer once every job is done."""
        from aidplan.runs import open_run

        by_job = {job.name: outcome for job, outcome in zip(self.jobs, outcomes, strict=True)}
        own = plan_data(self.book.tables)
        opened: dict[str, PlanRun] = {}
        for name, outcome in by_job.items():
            if outcome.path is not None and outcome.manifest.get("goals"):
                opened[name] = open_run(outcome.path)
        rows = [self._row(setting, by_job, opened, own) for setting in self.settings]
        base = met_at(opened[BASE], "", own) if BASE in opened else None
        body: dict[str, Any] = {"levers": rows}
        if any(setting.order for setting in self.settings):
            body["coordination"] = _coordination(rows, self.settings, self.job_of, opened)
        return Answer(
            kind="levers",
            title="What each lever of policy is worth",
            workbook={"file": self.book.file, "sha256": self.book.sha256},
            options={**self.options.as_dict(), "only": sorted({setting.lever for setting in self.settings})},
            seconds=seconds,
            solves=len(by_job) + sum(len(getattr(job, "stages", ())[1:]) for job in self.jobs),
            body=body,
            sentences=lever_sentences(rows, body.get("coordination"), base),
            tables=lever_tables(rows, body.get("coordination"), own, base),
            bars=_bars(rows, base),
        )

    def _row(
        self, setting: Setting, by_job: Mapping[str, Outcome], opened: Mapping[str, PlanRun], own: PlanData
    ) -> dict[str, Any]:
        name = self.job_of[setting.scenario]
        outcome, run = by_job[name], opened.get(name)
        goals = outcome.manifest.get("goals") or {}
        base = opened.get(BASE)
        row: dict[str, Any] = {
            "lever": setting.lever,
            "setting": setting.name,
            "words": setting.words,
            "status": str(outcome.manifest.get("status") or outcome.ending),
            "goals": {goal: goals.get(goal) for goal in GOALS},
            "met": met_at(run, "", own) if run else None,
            "fronts_met": met_at(run, "front", own) if run else None,
            "homes_met": met_at(run, "home", own) if run else None,
            "parity_from": parity_from(run) if run else None,
            "run": outcome.path.name if outcome.path is not None else None,
            "same_as_given": name == BASE,
            "first_decisions_change": decisions_differ(base, run) if base and run else None,
        }
        if setting.order:
            row["donors"] = list(_job(self.jobs, name).donors)
            row["stages"] = list(_job(self.jobs, name).stages)
        return row


def _job(jobs: Sequence[SolveJob], name: str) -> InTurnJob:
    found = next(job for job in jobs if job.name == name)
    assert isinstance(found, InTurnJob)
    return found


def lever_study(book: Workbook, data: bytes, out: Path, options: Options, only: Sequence[str] = ()) -> LeverStudy:
    """The jobs of a workbook's levers; ``only`` names some. Raises `UnknownNameError` and `CopyError`."""
    settings = chosen_levers(book, only)
    numbers = plan_data(book.tables)
    copy = copy_with_levers(book, data)
    stem = Path(book.file).stem
    jobs: dict[str, SolveJob] = {BASE: SolveJob(book.file, data, "base", out, "as_given", options, label=BASE)}
    job_of: dict[str, str] = {}
    for setting in settings:
        folder = f"{setting.lever}-{setting.name}"
        job_of[setting.scenario] = BASE if setting.as_given else setting.scenario
        if setting.as_given:
            continue
        cells = frozenset(setting.rows)
        if setting.order:
            donors = tuple(donors_in_order(numbers, setting.order, setting.seed))
            stages = stage_names(folder, donors)
            scenario = setting.scenario if setting.rows else "base"
            jobs[setting.scenario] = InTurnJob(
                f"{stem}-levers.xlsx", copy, scenario, out, stages[-1], options, cells=cells, label=setting.scenario,
                donors=donors, stages=stages,
            )  # fmt: skip
        elif setting.menu:
            changed = with_rows(book, data, VARIANTS[setting.menu](book))
            jobs[setting.scenario] = SolveJob(
                f"{stem}-{setting.name}.xlsx",
                changed,
                "base",
                out,
                folder,
                options,
                cells=cells,
                label=setting.scenario,
            )
        else:
            jobs[setting.scenario] = SolveJob(
                f"{stem}-levers.xlsx", copy, setting.scenario, out, folder, options, cells=cells, label=setting.scenario
            )
    return LeverStudy(book, data, out, options, settings, list(jobs.values()), job_of)


def copy_with_levers(book: Workbook, data: bytes) -> bytes:
    """The workbook with every setting that scenario rows can say as a scenario. Raises `CopyError`."""
    found = levers(book.tables, plan_data(book.tables))
    return with_scenarios(book, data, {setting.scenario: setting.rows for setting in found if setting.rows})


def digest(data: bytes) -> str:
    """The sha256 of a workbook's bytes."""
    return hashlib.sha256(data).hexdigest()


def _coordination(
    rows: Sequence[Mapping[str, Any]],
    settings: Sequence[Setting],
    job_of: Mapping[str, str],
    opened: Mapping[str, PlanRun],
) -> dict[str, Any]:
    """Mean, best and worst of the orders against one plan, and what donors lose in the worst."""
    mine = [(setting, row) for setting, row in zip(settings, rows, strict=True) if setting.lever == "coordination"]
    plan = next(((s, row) for s, row in mine if not s.order), None)
    turns = [(s, row) for s, row in mine if s.order and row["met"] is not None]
    if plan is None or not turns or plan[1]["met"] is None:
        return {}
    one = plan[1]
    met = {row["setting"]: row["met"] for _, row in turns}
    worst = min(turns, key=lambda each: (met[each[1]["setting"]], each[1]["setting"]))
    before, after = opened[job_of[plan[0].scenario]], opened[job_of[worst[0].scenario]]
    return {
        "one_plan": one["met"],
        "mean": sum(met.values()) / len(met),
        "best": max(met.values()),
        "worst": min(met.values()),
        "points": {name: 100 * (one["met"] - value) for name, value in met.items()},
        "months": {row["setting"]: _months_later(plan[1], row, before.data) for _, row in turns},
        "money": {row["setting"]: row["goals"]["cost"] - one["goals"]["cost"] for _, row in turns},
        "losses": [
            {
                "donor": loss.donor, "plant": loss.plant, "item": loss.item, "one_plan": loss.plan, "in_turn": loss.turn,
                "why": _why(loss.filled, loss.bought),
            }
            for loss in losses(before, after)
        ],
        "losses_of": worst[1]["setting"],
    }  # fmt: skip


def _why(filled: bool, bought: bool) -> str:
    if filled:
        return "the line was filled by others before"
    return "others bought what it would have bought" if bought else "its money went elsewhere"


def _months_later(plan: Mapping[str, Any], turn: Mapping[str, Any], data: PlanData) -> int | None:
    """Months by which parity holds later; None where it never does in one of the two."""
    labels = data.period_labels
    if plan["parity_from"] is None or turn["parity_from"] is None:
        return None
    return (labels.index(turn["parity_from"]) - labels.index(plan["parity_from"])) * data.period_months


def _bars(rows: Sequence[Mapping[str, Any]], base: float | None) -> list[Bar]:
    """The tornado: for each lever its worst and best setting, in points of demand met against the workbook as given."""
    bars = []
    for lever in dict.fromkeys(row["lever"] for row in rows):
        mine = [row for row in rows if row["lever"] == lever and row["met"] is not None]
        if base is None or not mine:
            continue
        points = {row["setting"]: 100 * (row["met"] - base) for row in mine}
        low, high = min(points, key=points.__getitem__), max(points, key=points.__getitem__)
        starred = any(row["first_decisions_change"] for row in mine)
        bars.append(Bar(lever, min(points[low], 0.0), max(points[high], 0.0), low, high, starred))
    return bars
