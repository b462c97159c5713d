"""Runs that keep what an earlier run decided: that run opened, judged against the workbook that goes on from it, and
written into the new run's folder so that the new run can be read from its own files alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aidplan_models.data import DECISIONS, Earlier, Kept, PlanData
from aidplan_models.kept import keep

from aidplan.extract import values_of
from aidplan.runs.errors import RunError, shown

if TYPE_CHECKING:
    from aidplan.extract import PlanRun
    from aidplan.workbook import Finding, Scenario
    from aidplan.workbook.periods import Calendar

AGAINST = "against.xlsx"
"""The workbook of the run that the goal `stability` stays near; beside it ``against-ordered.csv`` and on are its
decisions.
"""
FILE = "kept.xlsx"
"""The kept run's workbook in the folder of the run that keeps it; where that run kept one itself ``kept-2.xlsx``, and
on.
"""


class KeepRefusedError(RunError):
    """A workbook that changes what stands; ``findings`` name the cells."""

    def __init__(self, message: str, findings: Sequence[Finding]) -> None:
        super().__init__(message)
        self.findings = tuple(findings)


@dataclass(frozen=True)
class EarlierRun:
    """A run to keep: the ``run``, the ``sha256`` of its run.json, and the ``files`` with which it can be read: its
    workbook as `FILE`, and those that it kept itself. ``decided`` are the files with which it can be compared: its
    workbook as `AGAINST`, and what it decided.
    """

    run: PlanRun
    sha256: str
    files: Mapping[str, bytes] = field(default_factory=dict)
    decided: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class Prepared:
    """What a solve has of earlier runs: its numbers with the plan that it keeps and the one that it stays near, what
    ``run.json`` says of them (``entries``), and the ``files`` to write beside.
    """

    data: PlanData
    entries: Mapping[str, Any] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)


def prepare(
    data: PlanData, scenario: Scenario, keep_from: EarlierRun | None, until: str | None, against: EarlierRun | None
) -> Prepared:
    """The numbers ``data`` of a scenario with the runs that it keeps until a period, and that it stays near.

    Raises `RunError` or `KeepRefusedError` as `keep_run` and `stay_near` do.
    """
    entries: dict[str, Any] = {}
    files: Mapping[str, bytes] = {}
    if keep_from is not None:
        data, entries["kept"] = keep_run(keep_from, until or "", scenario, data)
        files = keep_from.files
    if against is not None:
        data = stay_near(against, data)
        entries["against"] = {
            "run": str(against.run.manifest["run"]),
            "sha256": against.sha256,
            "scenario": against.run.scenario,
            "workbook": AGAINST,
        }
        files = {**files, **against.decided}
    return Prepared(data, entries, files)


def check_earlier(path: Path) -> None:
    """Raises `RunError` where the folder ``path`` is no run with a verified plan."""
    from aidplan.runs.reading import read_manifest

    manifest = read_manifest(path)
    if manifest.get("verified") is not True or "tables/ordered.csv" not in manifest["files"]:
        raise RunError(
            f"{shown(path)}: has no verified plan (status {shown(manifest['status'])}); give a run that has one"
        )


def earlier_run(path: Path) -> EarlierRun:
    """The run in the folder ``path``, to be kept. Raises `RunError` where it has no plan, or was not verified."""
    from aidplan.runs.reading import open_run
    from aidplan.runs.writing import sha256

    check_earlier(path)
    run = open_run(path)
    files = {FILE: (path / "workbook.xlsx").read_bytes()}
    entry, number = run.manifest.get("kept"), 2
    while entry:
        files[_file(number)] = (path / str(entry["workbook"])).read_bytes()
        entry, number = entry.get("kept"), number + 1
    decided = {AGAINST: files[FILE]}
    for name in DECISIONS:
        decided[f"against-{name}.csv"] = (path / "tables" / f"{name}.csv").read_bytes()
    return EarlierRun(run, sha256(path / "run.json"), files, decided)


def keep_run(earlier: EarlierRun, until: str, scenario: Scenario, data: PlanData) -> tuple[PlanData, dict[str, Any]]:
    """The numbers ``data`` of a scenario with what ``earlier`` decided before the period ``until``, and what
    ``run.json`` says of it.

    Raises `RunError` for a period that leaves nothing to keep or nothing to decide, `KeepRefusedError` where the
    scenario changes what stands.
    """
    from aidplan.workbook.keeping import differences

    run = earlier.run
    t = first_decided(scenario.tables.calendar, until)
    name = str(run.manifest["run"])
    found = differences(run.book, scenario.tables, t, name)
    if found:
        what = "cell" if len(found) == 1 else "cells"
        raise KeepRefusedError(
            f"{len(found)} {what} differ from {name} in what came before {data.period_labels[t - 1]}", found
        )
    entry: dict[str, Any] = {
        "run": name,
        "until": data.period_labels[t - 1],
        "sha256": earlier.sha256,
        "scenario": run.scenario,
        "workbook": FILE,
    }
    if run.manifest.get("kept"):
        entry["kept"] = _renamed(run.manifest["kept"], 2)
    before = {
        quantity: {key: value for key, value in values.items() if key[-1] < t}
        for quantity, values in values_of(run.tables, run.data.period_labels).items()
    }
    return keep(data, Kept(name, t, run.data, before)), entry


def stay_near(earlier: EarlierRun, data: PlanData) -> PlanData:
    """The numbers ``data`` with the plan that the goal ``stability`` stays near.

    Raises `RunError` where its periods are of another length.
    """
    run = earlier.run
    if run.data.period_months != data.period_months:
        raise RunError(
            f"{run.manifest['run']}: has periods of another length; give a run with periods as in this workbook"
        )
    labels = {label: t for t, label in enumerate(data.period_labels, start=1)}
    horizon = [labels[label] for label in run.data.period_labels[: run.data.horizon] if label in labels]
    numbers = {t: labels.get(label, 0) for t, label in enumerate(run.data.period_labels, start=1)}
    values = values_of({name: run.tables[name] for name in DECISIONS}, run.data.period_labels)
    now = {
        quantity: {(*key[:-1], numbers[key[-1]]): x for key, x in found.items() if numbers[key[-1]] in set(horizon)}
        for quantity, found in values.items()
    }
    first, last = (min(horizon), min(max(horizon), data.horizon)) if horizon else (1, 0)
    return replace(data, against=Earlier(str(run.manifest["run"]), run.data, now, first, last))


def first_decided(calendar: Calendar, until: str) -> int:
    """The number of the period ``until``. Raises `RunError` where it is not from the second to the last of
    the horizon.
    """
    from aidplan.workbook.periods import PeriodError

    try:
        t = calendar.number(until)
    except PeriodError as problem:
        raise RunError(f"--until {shown(until)}: {problem}") from None
    if not 1 < t <= calendar.count:
        within = f"from {calendar.label(2)} to {calendar.label(calendar.count)}" if calendar.count > 1 else "none here"
        raise RunError(f"--until {shown(until)}: must be a period before which something was decided, {within}")
    return t


def kept_again(path: Path, entry: Mapping[str, Any], tables: Mapping[str, Any], data: PlanData) -> PlanData:
    """The numbers of a run that kept another, as they were solved: read from the run's own folder ``path``.

    ``entry`` is what its run.json says under ``kept``; the values that stand are those of its own ``tables``.
    """
    from aidplan.runs.reading import scenario_of
    from aidplan.workbook import plan_data

    file = path / str(entry["workbook"])
    then = plan_data(scenario_of(file, str(entry["scenario"])).tables)
    if entry.get("kept"):
        then = kept_again(path, entry["kept"], tables, then)
    t = data.period_labels.index(str(entry["until"])) + 1
    before = {
        quantity: {key: value for key, value in values.items() if key[-1] < t}
        for quantity, values in values_of(tables, data.period_labels).items()
    }
    return keep(data, Kept(str(entry["run"]), t, then, before))


def _file(number: int) -> str:
    return f"kept-{number}.xlsx"


def _renamed(entry: Mapping[str, Any], number: int) -> dict[str, Any]:
    """What a kept run says of the run that it kept, with the files as they are named one run later."""
    renamed = {**entry, "workbook": _file(number)}
    if entry.get("kept"):
        renamed["kept"] = _renamed(entry["kept"], number + 1)
    return renamed
