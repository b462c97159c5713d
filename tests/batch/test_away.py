"""Jobs of studies done on another machine's disk: their runs and results come home whole, and what is there already stays."""

from __future__ import annotations

import pickle
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from aidplan.audit import audit_run
from aidplan.batch.cluster import _home, work_away
from aidplan.batch.resume import Earlier
from aidplan.pipeline import Ending, Options
from aidplan.solve.warm import Starts
from aidplan.study.coordination import InTurnJob
from aidplan.study.levers import lever_study
from aidplan.study.stress import stress_study
from aidplan.workbook.planning_workbook import read_workbook
from tests.study.donors import at_random
from tests.workbook.books import written


@dataclass(frozen=True)
class Done:
    """A future that is done; what it holds went over a wire."""

    sent: bytes

    def result(self) -> Any:
        return pickle.loads(self.sent)


def away(job: Any) -> Done:
    sent = pickle.loads(pickle.dumps(job.away()))
    return Done(pickle.dumps(work_away(sent, {})))


@pytest.fixture(scope="module")
def data() -> bytes:
    return written(at_random(2))


def test_stages_come_home_and_those_that_are_there_stay(data: bytes, tmp_path: Path) -> None:
    book = read_workbook("plan.xlsx", data)
    study = lever_study(book, data, tmp_path / "out", Options(why=False), ["in_turn_random_1"])
    job = next(job for job in study.jobs if isinstance(job, InTurnJob))
    done = away(job)
    assert not (tmp_path / "out").exists()
    found = _home(job, done, Starts())
    assert (found.ending, found.path) == (Ending.PLANNED, tmp_path / "out" / job.stages[-1])
    for stage in job.stages:
        assert audit_run(tmp_path / "out" / stage).passed
    before = (tmp_path / "out" / job.stages[0] / "run.json").stat().st_mtime_ns
    for stage in job.stages[1:]:
        shutil.rmtree(tmp_path / "out" / stage)
    found = _home(job, done, Starts())
    assert found.ending == Ending.PLANNED
    assert [(tmp_path / "out" / stage / "run.json").exists() for stage in job.stages] == [True, True, True]
    assert (tmp_path / "out" / job.stages[0] / "run.json").stat().st_mtime_ns == before


def test_a_future_s_own_plan_comes_home_and_is_found_again(data: bytes, tmp_path: Path) -> None:
    book = read_workbook("plan.xlsx", data)
    study = stress_study(book, data, tmp_path / "out", Options(why=False), "2025-03", ["surge"])
    base = study.jobs[0].run(_context())
    (job,) = study.more([base])
    assert job.solved_before(Earlier(job.out)) is None
    found = _home(job, away(job), Starts())
    again = job.solved_before(Earlier(job.out))
    assert again.reused
    assert (again.share_met, again.ending) == (found.share_met, Ending.PLANNED)
    assert set(again.tables) == set(found.tables)
    for name, table in found.tables.items():
        assert again.tables[name].values.tolist() == table.values.tolist()
        assert list(again.tables[name].columns) == list(table.columns)


def _context() -> Any:
    from aidplan.batch import Context

    return Context(lambda _: None)
