"""`aidplan roll`: the planner's workbook as it stands in a later period, the plan's first ones carried out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from aidplan.roll.actuals import ActualsError, read_actuals
from aidplan.roll.carrying import carry_all
from aidplan.roll.drift import Drift, take, write_drift
from aidplan.roll.futures import LeftOut, left_out, words
from aidplan.roll.package import Package
from aidplan.roll.prices import new_prices
from aidplan.roll.record import write_record
from aidplan.roll.sheet_xml import SheetXmlError
from aidplan.roll.state import State, state_of
from aidplan.roll.target import Carried, Target
from aidplan.roll.writing import Writer
from aidplan.workbook.planning_workbook import Workbook, read_workbook
from aidplan.workbook.schema import SHEETS

if TYPE_CHECKING:
    from aidplan.extract import PlanRun


class RollError(ValueError):
    """The run cannot be rolled there; one sentence says why and what to do."""


@dataclass
class Rolled:
    """A rolled workbook: its bytes, and what became of what."""

    run: str
    scenario: str
    to: str
    data: bytes
    carried: list[Carried]
    left_out: list[LeftOut]
    columns_past: dict[str, list[str]]
    lines_past: dict[str, int]
    formulas: dict[str, int]
    lost: list[str]
    applied: list[str] = field(default_factory=list)
    drift: list[Drift] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    prices: list[str] = field(default_factory=list)

    def lines(self) -> list[str]:
        """What was applied and what was dropped, in words."""
        said = [f"applied: {text}" for text in self.applied]
        said += [gone.said() for gone in self.left_out if gone.row["scenario"] != self.scenario]
        labels = sorted({label for of_sheet in self.columns_past.values() for label in of_sheet})
        if labels:
            sheets = ", ".join(sorted(self.columns_past))
            said.append(
                f"past: the columns {labels[0]} to {labels[-1]} of {sheets} are notes now: "
                "hidden, and # before their names"
            )
        said += [
            f"past: {count} rows of {sheet} are left out" for sheet, count in sorted(self.lines_past.items()) if count
        ]
        said += [
            f"values: {count} formulas of {sheet} gave way to the values that they had"
            for sheet, count in sorted(self.formulas.items())
            if count
        ]
        said += [f"guarantees: {what}" for what in self.prices]
        said += [f"lost: {what}" for what in self.lost]
        said += [f"not read: {what}" for what in self.unread]
        return said


def period_of(run: PlanRun, text: str) -> int:
    """The number of the period written as ``text``, which must lie after the run's first and within its horizon.

    Raises `RollError`.
    """
    from aidplan.workbook.periods import PeriodError

    calendar = run.book.calendar
    try:
        t = calendar.number(text)
    except PeriodError as problem:
        raise RollError(f"--to: {problem}; write a period such as {calendar.label(2)}") from None
    if not 2 <= t <= calendar.count:
        reach = f"{calendar.label(2)} to {calendar.label(calendar.count)}" if calendar.count > 1 else "no period"
        raise RollError(f"--to: {text} is not after the start and within the plan; this run can be rolled to {reach}")
    return t


def roll(run: PlanRun, folder: Path, first: int, actuals: Path | None = None) -> Rolled:
    """The run in ``folder`` rolled to period number ``first``: its workbook with the plan's state as its opening, or
    what the workbook ``actuals`` says instead.

    Raises `RollError` where the workbook's file cannot be changed safely, `ActualsError` where the actuals are refused.
    """
    data = (folder / "workbook.xlsx").read_bytes()
    workbook = read_workbook("workbook.xlsx", data)
    state = state_of(run, first - 1)
    target = Target(state.tables, state.remark)
    carry_all(state, target)
    known = _Known(actuals.name if actuals else "")
    if actuals is not None:
        given, known.unread = read_actuals(actuals, state.tables.calendar, first, target)
        known.drift = take(given, target, state, run.tables.get("prices"))
    gone = left_out(workbook.tables, run.scenario, first)
    for _ in range(len(workbook.tables["scenarios"]) + 1):
        rolled = _written(workbook, data, run.scenario, state, target, gone, known)
        refused = _refused_rows(rolled.data, workbook, gone, known.file)
        if not refused:
            return rolled
        gone = sorted([*gone, *refused], key=lambda each: each.row.number)
    raise RollError("the rolled workbook does not pass the check, which is a fault of aidplan's own; report it")


@dataclass
class _Known:
    """The actuals' file, what differs in it from the plan, and what of it was not read; "" without actuals."""

    file: str
    drift: list[Drift] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)


def _written(
    workbook: Workbook, data: bytes, scenario: str, state: State, target: Target, gone: Sequence[LeftOut], known: _Known
) -> Rolled:
    try:
        package = Package(data)
        writer = Writer(package, workbook.tables, state.first)
        for sheet in SHEETS:
            writer.write(sheet, target.rows(sheet))
        for each in gone:
            writer.leave_out(each.row, each.column)
        applied = [words(row) for row in workbook.tables["scenarios"] if row["scenario"] == scenario]
        rolled = Rolled(
            state.run,
            scenario,
            state.label(state.first),
            b"",
            target.carried,
            list(gone),
            writer.columns_past,
            dict(writer.lines_past),
            dict(writer.formulas),
            package.lost,
            applied,
            known.drift,
            known.unread,
            new_prices(state.data, state.first),
        )
        if known.file:
            write_drift(package, known.drift, known.unread)
        write_record(
            package, rolled.run, rolled.to, workbook.sha256, rolled.lines(), target.carried, workbook.tables.calendar
        )
        rolled.data = package.finished()
    except SheetXmlError as problem:
        raise RollError(
            f"the run's workbook cannot be changed safely: {problem}; save it anew in Excel and solve again"
        ) from None
    return rolled


def _refused_rows(data: bytes, workbook: Workbook, gone: Sequence[LeftOut], actuals: str) -> list[LeftOut]:
    """Rows of scenarios that the rolled workbook refuses. Raises `RollError` where it refuses anything else, or
    `ActualsError` where there are actuals.
    """
    rolled = read_workbook("rolled.xlsx", data)
    errors = [finding for finding in rolled.findings if finding.severity == "error"]
    if errors and actuals:
        raise ActualsError(f"with {actuals} the rolled workbook is refused,", errors)
    if errors:
        raise RollError(f"the rolled workbook would be refused: {errors[0]}")
    rows = {row.number: row for row in workbook.tables["scenarios"]}
    whole = {each.row.number for each in gone if not each.column}
    found: dict[int, LeftOut] = {}
    for name in rolled.scenarios:
        if not rolled.refuses(name):
            continue
        for finding in rolled.scenario(name).findings:
            number = int("".join(filter(str.isdigit, finding.cell)) or 0)
            if finding.severity == "error" and finding.sheet == "scenarios" and number in rows and number not in whole:
                found.setdefault(
                    number,
                    LeftOut(
                        rows[number], f"the rolled workbook would refuse it: {finding.message}", words(rows[number])
                    ),
                )
    return list(found.values())
