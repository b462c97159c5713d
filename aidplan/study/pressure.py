"""What measures on the adversary's output are worth: none, as written, all donors together, each donor alone.

Policy level only: capabilities and donors. Every case is solved at the low, the stated and the high effect of the measures.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aidplan.batch.solve_job import SolveJob
from aidplan.pipeline import Options, Outcome
from aidplan.study.answer import Answer
from aidplan.study.copies import with_scenarios
from aidplan.study.measures import met_at, parity_from, parity_of
from aidplan.study.pressure_figures import cost_by_donor, cut_of, expansions_worth
from aidplan.study.pressure_tables import pressure_sentences, pressure_tables
from aidplan.study.settings import ScenarioRow
from aidplan.workbook import Row, Tables, Workbook, plan_data

if TYPE_CHECKING:
    from aidplan_models.data import PlanData

    from aidplan.extract import PlanRun

EFFECTS = ("effect_low", "effect", "effect_high")
GOALS = ("coverage", "equity", "parity", "cost", "liability")
SETTINGS = ("none", "as_written", "together", "each_alone")


class NoMeasuresError(ValueError):
    """The workbook has no measures; one sentence says so."""


class UnknownCaseError(ValueError):
    """``--only`` names no case; one sentence says so, with the nearest name."""


@dataclass(frozen=True)
class Case:
    """One case: ``setting`` (none, as_written, together, each_alone), the ``donor`` alone, at which ``effect``."""

    setting: str
    donor: str
    effect: str
    rows: tuple[ScenarioRow, ...]

    @property
    def scenario(self) -> str:
        """The name of its scenario."""
        alone = f" {self.donor}" if self.donor else ""
        return f"pressure: {self.setting}{alone}, {self.effect}"


def cases(tables: Tables, only: Sequence[str] = ()) -> list[Case]:
    """Every case at every effect, in order; of those in ``only``, settings or donors, and none at all, where it names any.

    Where nobody joins, no effect counts, and the three are one plan.
    """
    donors = list(dict.fromkeys(str(row["donor"]) for row in tables["joins"]))
    settings = [("none", ""), ("as_written", ""), ("together", ""), *(("each_alone", donor) for donor in donors)]
    wanted = {"none", *only}
    return [
        Case(setting, donor, effect, _rows(tables, setting, donor, effect))
        for setting, donor in settings
        if not only or not wanted.isdisjoint((setting, donor))
        for effect in EFFECTS
    ]


def _rows(tables: Tables, setting: str, donor: str, effect: str) -> tuple[ScenarioRow, ...]:
    joined = setting != "none" and (setting != "as_written" or any_joined(tables))
    return (*_joins(tables, setting, donor), *(_effects(tables, effect) if joined else ()))


def any_joined(tables: Tables) -> bool:
    """Whether any donor has joined a measure as the workbook has it."""
    return any(_from(row) is not None for row in tables["joins"])


def _effects(tables: Tables, effect: str) -> list[ScenarioRow]:
    """Rows that put the low or high effect in the place of the stated one, where it is another."""
    found = []
    for row in tables["measures"]:
        value = row[effect]
        if isinstance(value, int | float) and value != row["effect"]:
            capabilities = row["capability"]
            first = capabilities[0] if isinstance(capabilities, tuple) else str(capabilities)
            where = f"measure={row['measure']}; capability={first}"
            found.append(ScenarioRow("measures", where, "effect", "set", float(value)))
    return found


def _joins(tables: Tables, setting: str, donor: str) -> list[ScenarioRow]:
    """Rows that say who has joined, and when, where that is not as written."""
    if setting == "as_written":
        return []
    calendar, latest = tables.calendar, _latest(tables)
    found = []
    for row in tables["joins"]:
        own, common = _from(row), latest[str(row["measure"])]
        if setting == "together":
            wanted: int | None = common
        elif setting == "each_alone" and str(row["donor"]) == donor:
            wanted = common if own is None else own
        else:
            wanted = None
        if wanted != own:
            where = f"measure={row['measure']}; donor={row['donor']}"
            value = None if wanted is None else calendar.label(wanted)
            found.append(ScenarioRow("joins", where, "from", "set", value))
    return found


def _latest(tables: Tables) -> dict[str, int]:
    """Measure -> the latest period in which a donor joins it; the first period where none has."""
    found: dict[str, int] = {}
    for row in tables["joins"]:
        own = _from(row)
        if own is not None:
            found[str(row["measure"])] = max(found.get(str(row["measure"]), own), own)
    return defaultdict(lambda: 1, found)


def _from(row: Row) -> int | None:
    value = row["from"]
    return None if value is None else int(value)  # type: ignore[arg-type]


@dataclass(frozen=True)
class PressureStudy:
    """The jobs of a workbook's cases; cases that change the same share one, which ``job_of`` tells."""

    book: Workbook
    options: Options
    cases: Sequence[Case]
    jobs: Sequence[SolveJob]
    job_of: Mapping[str, str]

    def more(self, outcomes: Sequence[Outcome]) -> list[SolveJob]:
        """No further jobs: all of them stand from the start."""
        return []

    def answer(self, outcomes: Sequence[Outcome], seconds: float) -> Answer:
        """The answer once every job is done."""
        from aidplan.runs import open_run

        by_job = {job.name: outcome for job, outcome in zip(self.jobs, outcomes, strict=True)}
        opened = {
            name: open_run(outcome.path)
            for name, outcome in by_job.items()
            if outcome.path is not None and outcome.manifest.get("goals")
        }
        own = plan_data(self.book.tables)
        rows = [self._row(case, by_job, opened, own) for case in self.cases]
        _compare(rows)
        reliance = self._reliance(opened)
        return Answer(
            kind="pressure",
            title="What pressure on the adversary's output is worth",
            workbook={"file": self.book.file, "sha256": self.book.sha256},
            options=self.options.as_dict(),
            seconds=seconds,
            solves=len(self.jobs),
            body={"pressure": rows, "reliance": reliance},
            sentences=pressure_sentences(rows, reliance, own),
            tables=pressure_tables(rows, own),
        )

    def _row(
        self, case: Case, by_job: Mapping[str, Outcome], opened: Mapping[str, PlanRun], own: PlanData
    ) -> dict[str, Any]:
        name = self.job_of[case.scenario]
        outcome, run = by_job[name], opened.get(name)
        goals = outcome.manifest.get("goals") or {}
        since = parity_from(run) if run else None
        return {
            "setting": case.setting,
            "donor": case.donor or None,
            "effect": case.effect,
            "status": str(outcome.manifest.get("status") or outcome.ending),
            "goals": {goal: goals.get(goal) for goal in GOALS},
            "met": met_at(run, "", own) if run else None,
            "cut": cut_of(run.data) if run else {},
            "parity_from": since,
            "months_to_parity": _months(run, since) if run else None,
            "cost": cost_by_donor(run.data) if run else {},
            "expansions": expansions_worth(run.data) if run else {},
            "run": outcome.path.name if outcome.path is not None else None,
        }

    def _reliance(self, opened: Mapping[str, PlanRun]) -> dict[str, Any]:
        """What the plan that was made for the stated effect is worth where the effect is low; of all donors together where
        none has joined as written.
        """
        setting = "as_written" if any_joined(self.book.tables) else "together"
        low, stated = (opened.get(self.job_of.get(f"pressure: {setting}, {effect}", "")) for effect in EFFECTS[:2])
        if stated is None or low is None:
            return {}
        return {
            "setting": setting,
            "parity_stated": parity_of(stated, stated.data),
            "parity_kept_at_low": parity_of(stated, low.data),
            "parity_low": parity_of(low, low.data),
        }


def pressure_study(book: Workbook, data: bytes, out: Path, options: Options, only: Sequence[str] = ()) -> PressureStudy:
    """The jobs of a workbook's measures; ``only`` names cases. Raises `NoMeasuresError`, `UnknownCaseError`, `CopyError`."""
    if not len(book.tables["measures"]):
        raise NoMeasuresError(f"{book.file}: has no measures; fill in the sheets measures and joins")
    _judge(book.tables, only)
    found = cases(book.tables, only)
    copy = with_scenarios(book, data, {case.scenario: case.rows for case in found if case.rows})
    file = f"{Path(book.file).stem}-pressure.xlsx"
    jobs: dict[tuple[ScenarioRow, ...], SolveJob] = {}
    job_of = {}
    for case in found:
        if case.rows not in jobs:
            alone = f"-{case.donor}" if case.donor else ""
            folder = _folder(f"{case.setting}{alone}-{case.effect}" if case.rows else "as_written")
            scenario = case.scenario if case.rows else "base"
            jobs[case.rows] = SolveJob(
                file, copy, scenario, out, folder, options, cells=frozenset(case.rows), label=case.scenario
            )
        job_of[case.scenario] = jobs[case.rows].name
    return PressureStudy(book, options, found, list(jobs.values()), job_of)


def _judge(tables: Tables, only: Sequence[str]) -> None:
    """Raises `UnknownCaseError` where ``only`` names what is neither a case nor a donor that may join."""
    from aidplan.workbook.findings import nearest

    known = [*SETTINGS, *dict.fromkeys(str(row["donor"]) for row in tables["joins"])]
    for name in only:
        if name not in known:
            near = nearest(name, known)
            meant = f"did you mean `{near}`?" if near else f"it is one of {', '.join(known)}"
            raise UnknownCaseError(f"--only: there is no case or donor `{name}`; {meant}")


def _folder(name: str) -> str:
    from aidplan.runs.names import safe_part

    return safe_part(name)


def _months(run: PlanRun, since: str | None) -> int | None:
    """Months from the start until parity holds to the end; None where it never does."""
    return None if since is None else run.data.period_labels.index(since) * run.data.period_months


def _compare(rows: Sequence[dict[str, Any]]) -> None:
    """Against no measures at the same effect: points of parity and of demand met won, and what a point of parity costs."""
    none = {row["effect"]: row for row in rows if row["setting"] == "none"}
    for row in rows:
        goals, without = row["goals"], none[row["effect"]]["goals"]
        known = goals["parity"] is not None and without["parity"] is not None
        row["parity_points"] = 100 * (without["parity"] - goals["parity"]) if known else None
        met, before = row["met"], none[row["effect"]]["met"]
        row["met_points"] = None if met is None or before is None else 100 * (met - before)
        worth = row["parity_points"] or 0.0
        row["cost_a_point"] = sum(row["cost"].values()) / worth if worth > 1e-9 else None
