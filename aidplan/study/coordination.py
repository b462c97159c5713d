"""Donors in turn: each decides in its own plan, knowing what those before it decided and nothing of those after it.

In the plan of the k-th donor ``ordered``, ``released`` and ``built`` of the first k − 1 are what they decided, those of
later ones are 0, and all else is free: what is made, shipped, issued, and guaranteed is everyone's.
"""

from __future__ import annotations

import random
import shutil
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aidplan_models.data import PlanData

from aidplan.batch import Context
from aidplan.batch.solve_job import SolveJob, read_job
from aidplan.manifest import stage_of
from aidplan.pipeline import Ending, Outcome, Request, solve_in_memory, write_solution
from aidplan.study.settings import donor_of, money_of_donors

if TYPE_CHECKING:
    import pandas as pd

    from aidplan.extract import PlanRun
    from aidplan.solve.assemble.linear_program import Programme
    from aidplan.solve.warm import Starts

DECIDED = ("ordered", "released", "built")
"""What a donor decides; the fund comes first in the index of each."""

Decisions = Mapping[tuple[Any, ...], float]
"""(quantity, fund, codes …, period number) -> amount."""


def donors_in_order(data: PlanData, order: str, seed: int = 0) -> list[str]:
    """Donors by all that becomes available to their funds: ``largest`` or ``smallest`` first, or ``random`` by a seed."""
    money = money_of_donors(data)
    largest = sorted(money, key=lambda donor: (-money[donor], donor))
    if order == "random":
        shuffled = sorted(largest)
        random.Random(seed).shuffle(shuffled)  # noqa: S311 (an order, not a secret)
        return shuffled
    return largest if order == "largest" else largest[::-1]


def funds_by_donor(data: PlanData) -> dict[str, list[str]]:
    """Donor -> its funds."""
    found: dict[str, list[str]] = defaultdict(list)
    for fund in data.funds:
        found[donor_of(data, fund)].append(fund)
    return found


def only(own: frozenset[str], decided: Decisions, programme: Programme) -> Programme:
    """The programme in which other funds than ``own`` do what is ``decided``, and nothing else."""
    lower, upper = programme.lower.copy(), programme.upper.copy()
    for quantity in DECIDED:
        block = programme.columns.get(quantity)
        if block is None:
            continue
        for n in range(len(block)):
            key = block.index(n)
            if key[0] not in own:
                lower[block.start + n] = upper[block.start + n] = decided.get((quantity, *key), 0.0)
    return replace(programme, lower=lower, upper=upper)


def decisions_of(
    tables: Mapping[str, pd.DataFrame], labels: Sequence[str], funds: Sequence[str]
) -> dict[tuple[Any, ...], float]:
    """What the funds decide in a plan of those tables, whose periods have these labels."""
    number = {label: t for t, label in enumerate(labels, start=1)}
    found = {}
    for quantity in DECIDED:
        for *key, value in tables[quantity].itertuples(index=False):
            if key[0] in funds:
                found[quantity, *key[:-1], number[key[-1]]] = float(value)
    return found


@dataclass(frozen=True)
class InTurnJob(SolveJob):
    """Solve one plan after another, a stage for each of ``donors`` in that order; each stage's run is kept.

    ``folder`` is the name of the last stage's run, which counts; the others' are told apart by their number and donor.
    Stages that an interrupted command left whole are used again.
    """

    donors: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()

    def run(self, context: Context) -> Outcome:
        """Solve every stage; the outcome is that of the last, or of the first that has no plan."""
        from aidplan.runs import RunError, RunNameError

        try:
            return self._stages(context)
        except RunNameError as problem:
            return Outcome(self.scenario, Ending.NAME_TAKEN, f"{self.name}: {problem}")
        except RunError as problem:
            return Outcome(self.scenario, Ending.FAILED, f"{self.name}: {problem}")

    def bring_home(self, result: Outcome, folder: Path) -> Outcome:
        """As for every solve, but for stages that are at home already."""
        for k, stage in enumerate(self.stages[:-1], start=1):
            if self._made_before(k) is not None:
                shutil.rmtree(folder / stage, ignore_errors=True)
        return super().bring_home(result, folder)

    def _stages(self, context: Context) -> Outcome:
        book = read_job(self.file, self.data)
        scenario = book.scenario(self.scenario)
        if scenario.refused:
            return Outcome(self.scenario, Ending.REFUSED, f"{self.name}: refused; aidplan check says why")
        decided: dict[tuple[Any, ...], float] = {}
        outcome = Outcome(self.scenario, Ending.FAILED, f"{self.name}: there are no donors")
        numbers = _numbers(scenario)
        labels, funds = numbers.period_labels, funds_by_donor(numbers)
        starts = context.starts
        for k, donor in enumerate(self.donors, start=1):
            tables: Mapping[str, pd.DataFrame] | None = self._made_before(k)
            if tables is None:
                starts = _next_to(starts, self.out / self.stages[k - 2] if k > 1 else None)
                restrict = partial(only, frozenset(funds[donor]), decided)
                tell = _numbered(context.progress, k, len(self.donors), donor)
                outcome, tables = self._solved(k, Request(
                    book, scenario, self.options, self.read_seconds, tell, starts, restrict,
                    first_rank_alone=k < len(self.donors), stage=self._stage(k),
                ))  # fmt: skip
            if tables is None:
                return outcome
            decided |= decisions_of(tables, labels, funds[donor])
        return outcome

    def _stage(self, k: int) -> Mapping[str, Any] | None:
        """The ``stage`` of the k-th run's manifest; None for the last, which is a run as others are."""
        count = len(self.donors)
        return stage_of(self.stages[-1], k, count, self.donors[k - 1]) if k < count else None

    def _made_before(self, k: int) -> dict[str, pd.DataFrame] | None:
        """The decisions' tables of the k-th stage where its run is there, whole and of the same solve; else None."""
        from aidplan.batch.resume import is_of
        from aidplan.runs import RunError, whole_manifest
        from aidplan.runs.tables import read_table

        path = self.out / self.stages[k - 1]
        if k == len(self.donors) or not (path / "run.json").is_file():
            return None
        try:
            manifest = whole_manifest(path)
        except RunError:
            return None
        if not is_of(manifest, self) or manifest.get("stage") != self._stage(k) or manifest["status"] != "optimal":
            return None
        return {quantity: read_table(path / "tables" / f"{quantity}.csv") for quantity in DECIDED}

    def _solved(self, k: int, request: Request) -> tuple[Outcome, Mapping[str, pd.DataFrame] | None]:
        """The k-th stage's outcome, its run written, and its tables; None without a plan."""
        from aidplan.runs import claim_run

        with claim_run(self.out, self.stages[k - 1]) as place:
            solution = solve_in_memory(request)
            path = write_solution(place, solution, self.data, with_reports=k == len(self.donors))
        outcome = Outcome(self.scenario, solution.ending, solution.message(), path, solution.manifest)
        return outcome, solution.tables


def _next_to(starts: Starts | None, before: Path | None) -> Starts:
    """Where a stage may begin: at the stage ``before`` it, which has all but one donor's decisions in common."""
    from aidplan.solve.warm import Starts, unpacked

    if before is None:
        return Starts() if starts is None else starts
    try:
        _, names, start = unpacked((before / "warm.npz").read_bytes())
    except (OSError, ValueError):
        return Starts()  # it begins from nothing, and finds the same
    return Starts({names: [start]})


def _numbered(progress: Callable[[str], None], k: int, count: int, donor: str) -> Callable[[str], None]:
    return lambda text: progress(f"donor {k} of {count}, {donor}: {text}")


def _numbers(scenario: Any) -> PlanData:
    from aidplan.workbook import plan_data

    return plan_data(scenario.tables)


def stage_names(folder: str, donors: Sequence[str]) -> tuple[str, ...]:
    """The names of the stages' runs, in order."""
    from aidplan.runs import scenario_name

    return tuple(scenario_name(f"{folder}-{k:02d}", donor) for k, donor in enumerate(donors, start=1))


@dataclass(frozen=True)
class Loss:
    """What a donor orders less of at a plant, when donors decide in turn, than in one plan, and why.

    ``plan`` and ``turn`` are what it orders [items] in one plan and in turn. ``filled``: others order more there, and the line is
    full; ``bought``: others order more of the item, here or elsewhere.
    """

    donor: str
    plant: str
    item: str
    plan: float
    turn: float
    filled: bool
    bought: bool


def losses(plan: PlanRun, turn: PlanRun, most: int = 10) -> list[Loss]:
    """What donors lose in turn against one plan, the dearest first."""
    before, after = _orders(plan), _orders(turn)
    data = plan.data
    found = []
    for (donor, plant, item), amount in before.items():
        now = after.get((donor, plant, item), 0.0)
        if now >= amount - 1e-6 * max(1.0, amount):
            continue
        others_here = _of_others(after, donor, plant, item) - _of_others(before, donor, plant, item)
        others = _of_others(after, donor, "", item) - _of_others(before, donor, "", item)
        filled = others_here > 0 and _is_full(turn, plant)
        found.append(Loss(donor, plant, item, amount, now, filled, others > 1e-6 * max(1.0, amount)))
    found.sort(key=lambda loss: (loss.turn - loss.plan) * data.products[loss.plant, loss.item].unit_cost)
    return found[:most]


def _orders(run: PlanRun) -> dict[tuple[str, str, str], float]:
    """(donor, plant, item) -> items ordered over the horizon."""
    found: dict[tuple[str, str, str], float] = defaultdict(float)
    for fund, plant, item, _period, value in run.tables["ordered"].itertuples(index=False):
        found[donor_of(run.data, fund), plant, item] += value
    return found


def _of_others(orders: Mapping[tuple[str, str, str], float], donor: str, plant: str, item: str) -> float:
    return sum(n for (d, p, i), n in orders.items() if d != donor and i == item and plant in ("", p))


def _is_full(run: PlanRun, plant: str) -> bool:
    """Whether a plant makes, over the horizon, nearly all that its capacity at the start allows."""
    used = sum(
        value * run.data.products[p, item].capacity_use
        for p, item, _owner, _period, value in run.tables["made"].itertuples(index=False)
        if p == plant
    )
    return bool(used >= 0.95 * sum(run.data.capacity[plant][: run.data.horizon]))
