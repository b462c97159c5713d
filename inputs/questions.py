"""Questions asked of the coalition workbook beside its own scenarios, and what a run answers.

A question is a few rows of the scenario language. The workbook is written once more with all of them, solved with the
commands that planners use, and every figure is read from the runs.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from inputs import build
from inputs.assembly.rows import Value
from inputs.assembly.sheets import Page, write

if TYPE_CHECKING:
    import pandas as pd

    from aidplan.extract import PlanRun

RUNS = Path(__file__).parents[1] / "outputs"
BILLION = 1000.0
"""Millions, the workbook's unit of money, in a billion."""


@dataclass(frozen=True, slots=True)
class Question:
    """A scenario beside the workbook's own: its ``rows`` of the sheet ``scenarios`` without the scenario's name."""

    name: str
    rows: tuple[Mapping[str, Value], ...]


def change(sheet: str, where: str, column: str, how: str, value: Value) -> dict[str, Value]:
    """One row of the scenario language."""
    return {"sheet": sheet, "where": where, "column": column, "change": how, "value": value}


def write_workbook(questions: Iterable[Question], target: Path) -> None:
    """The coalition workbook with every question as a scenario of its own."""
    told = {"source": "planners' question", "confidence": "assumed", "note": ""}
    rows = [{"scenario": each.name} | dict(row) | told for each in questions for row in each.rows]
    pages = [
        Page(page.name, page.columns, [*page.rows, *rows]) if page.name == "scenarios" else page
        for page in build.pages()
    ]
    target.parent.mkdir(parents=True, exist_ok=True)
    write(pages, target)


def solve(workbook: Path, out: Path, name: str, scenarios: Sequence[str], jobs: int = 0) -> dict[str, Path]:
    """Run folders by scenario, solved where there is no run of these bytes yet.

    Raises RuntimeError where a scenario has no verified plan.
    """
    from aidplan.cli import main_group

    wanted = hashlib.sha256(workbook.read_bytes()).hexdigest()
    folders = {each: out / f"{name}-{wanted[:8]}-{each}" for each in scenarios}
    missing = [each for each, folder in folders.items() if not _is_run(folder)]
    for start in range(0, len(missing), 64):
        part = missing[start : start + 64]
        asked = [word for each in part for word in ("--scenario", each)]
        prefix = f"{name}-{wanted[:8]}" + (f"-{part[0]}" if len(part) == 1 else "")
        flags = ["--out", str(out), "--name", prefix, "--jobs", str(jobs), "--no-why"]
        main_group.main(["solve", str(workbook), *asked, *flags], standalone_mode=False)
    lost = [each for each, folder in folders.items() if not _is_run(folder)]
    if lost:
        raise RuntimeError(f"no verified plan of {', '.join(lost)} in {out}")
    return folders


def _is_run(folder: Path) -> bool:
    try:
        manifest = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return bool(manifest["verified"])


@dataclass(frozen=True, eq=False)
class Answer:
    """What a run says: goals as they are reported, and shares of demand met up to the end of the horizon."""

    run: PlanRun

    @classmethod
    def read(cls, folder: Path) -> Answer:
        """The answer of a run folder."""
        from aidplan.runs import open_run

        return cls(open_run(folder))

    def goal(self, name: str) -> float:
        """A goal's value: a share in [0, 1], or money in millions."""
        return float(self.run.manifest["goals"][name])

    @cached_property
    def coverage(self) -> pd.DataFrame:
        """Demand, met and unmet of the horizon, with each row's place, kind of place and weight in the goal."""
        data = self.run.data
        table = self.run.tables["coverage"]
        reported = data.period_labels[: data.horizon]
        table = table[table["period"].isin(reported)].copy()
        order = {label: number for number, label in enumerate(reported)}
        table["kind"] = [data.places[place].kind for place in table["place"]]
        weights = [
            data.demands[place, capability].priority * (1 + data.urgency_rate) ** -order[period]
            for place, capability, period in zip(table["place"], table["capability"], table["period"], strict=True)
        ]
        table["weighted"] = table["demand"] * weights
        table["short"] = table["unmet"] * weights
        return table

    def met(self, kind: str = "") -> float:
        """The share of demand met at fronts, at homes, or everywhere, weighted as in the goal coverage."""
        table = self.coverage if not kind else self.coverage[self.coverage["kind"] == kind]
        sums = table.groupby("capability")[["weighted", "short"]].sum()
        weight = {name: self.run.data.capabilities[name].weight for name in sums.index}
        short = sum(weight[name] * row["short"] / row["weighted"] for name, row in sums.iterrows())
        return 1 - short / sum(weight.values())

    def short(self, kind: str) -> dict[str, float]:
        """The share of each capability's demand that is not met at places of a kind, the shortest first."""
        table = self.coverage[self.coverage["kind"] == kind]
        sums = table.groupby("capability")[["demand", "unmet"]].sum()
        found = {str(name): float(row["unmet"] / row["demand"]) for name, row in sums.iterrows()}
        return dict(sorted(found.items(), key=lambda each: -each[1]))

    def met_of(self, capability: str) -> float:
        """The plain share of a capability's demand that is met over all places and the horizon."""
        table = self.coverage[self.coverage["capability"] == capability]
        return 1 - float(table["unmet"].sum() / table["demand"].sum())


def percent(share: float, digits: int = 1) -> str:
    """A share as percent."""
    return f"{100 * share:.{digits}f}"
