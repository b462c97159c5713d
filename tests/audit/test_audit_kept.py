"""Runs that keep another: each period recomputed with the numbers by which it was decided."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from random import Random
from typing import Any

import pytest
from click.testing import CliRunner

from aidplan.audit import audit_run
from aidplan.cli import main_group
from tests.audit.hand_made import change_value, forge, rows_of
from tests.roll.made_at_random import Made


def command(*arguments: object) -> tuple[Any, str]:
    result = CliRunner().invoke(main_group, [*map(str, arguments)], standalone_mode=False)
    return result.return_value, f"{result.output}{result.exception or ''}"


def worse(made: Made, until: str, random: Random) -> Made:
    """The workbook with other numbers from a period on, and other numbers that have no period: dearer, later, less."""
    sheets = made.sheets
    for sheet in ("capacity", "demand", "supply", "arrivals", "adversary"):
        header, *rows = sheets[sheet]
        for row in rows:
            if "period" in header:
                later = [len(header) - 1] if row[header.index("period")] >= until else []
            else:
                later = [n for n, name in enumerate(header) if name in made.planned and name >= until]
            for n in later:
                row[n] = row[n] and round(row[n] * random.choice((0.5, 1, 1.4)), 2)
    for row in sheets["products"][1:]:
        row[2] = row[2] and round(row[2] * random.choice((0.8, 1, 1.3)), 2)
        row[3] += random.choice((0, 0, 1))
    for row in sheets["places"][1:]:
        row[3] = row[3] and round(row[3] * random.choice((1, 0.7)), 2)
    for row in sheets["lanes"][1:]:
        row[5] += random.choice((0, 1))
    for row in sheets["expansions"][1:]:
        row[4] += random.choice((0, 1))
        row[5] = round(row[5] * random.choice((1, 0.4)), 2)
    for row in sheets["demand"][1:]:
        row[3] = row[3] and 0.3
    return made


def kept_run(folder: Path, seed: int) -> Path:
    """A random plan made, then kept until a period while the rest of the workbook has changed."""
    random, made = Random(seed), Made(seed)
    until = random.choice(made.periods[1:])
    first = made.write(folder / "first.xlsx")
    code, said = command("solve", first, "--out", folder, "--name", "first", "--quiet")
    assert code == 0, said
    second = worse(made, until, random).write(folder / "second.xlsx")
    arguments = ("--out", folder, "--name", "second", "--keep", folder / "first", "--until", until, "--quiet")
    code, said = command("solve", second, *arguments)
    assert code == 0, said
    return folder / "second"


@pytest.mark.parametrize("seed", [0, 2, 5, 13, 19, 23, 25])
def test_a_plan_that_keeps_another_passes(tmp_path, seed):
    report = audit_run(kept_run(tmp_path, seed))
    assert report.passed, report.as_text()


@pytest.fixture(scope="module")
def relieved(tmp_path_factory) -> Path:
    """A run in which something gave way."""
    run = kept_run(tmp_path_factory.mktemp("kept"), 23)
    assert json.loads((run / "run.json").read_text())["goals"]["floors"] > 0
    return run


@pytest.mark.parametrize("table", ["below_floor", "unmet", "balance", "stock", "backlog"])
def test_what_is_not_the_plans_is_found_in_a_kept_run_too(relieved, tmp_path, table):
    run = Path(shutil.copytree(relieved, tmp_path / "run"))
    *key, value = rows_of(run, table)[1]
    change_value(run, table, key, float(value) * 1.1 + 0.01)
    forge(run)
    assert not audit_run(run).passed


def test_a_kept_run_without_the_workbook_that_it_kept_is_found(relieved, tmp_path):
    run = Path(shutil.copytree(relieved, tmp_path / "run"))
    (run / "kept.xlsx").unlink()
    forge(run)
    assert "names no workbook of the run that it keeps" in audit_run(run).as_text()
