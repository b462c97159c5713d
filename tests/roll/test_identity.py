"""The rest of a run's plan and the workbook rolled from it: the same plans, whatever the workbook has.

A carry-over that is forgotten shows at once: the rolled programme could do more than the rest of the run's, or less.
"""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from aidplan.extract import PlanRun, plan_tables
from aidplan.roll import roll
from aidplan.roll.prices import prices_from
from aidplan.roll.state import values_of
from aidplan.solve.solving import solve_plan
from aidplan.workbook import open_workbook, plan_data
from tests.roll.identity import Rest, random_weights
from tests.roll.made_at_random import Made

CASES = Path(__file__).parent.parent / "cases"
OBJECTIVES = 2


def solved(folder: Path, scenario: str = "base") -> PlanRun:
    """A run of the workbook in a folder, in memory."""
    book = open_workbook(folder / "workbook.xlsx").scenario(scenario)
    assert not book.refused, [str(finding) for finding in book.findings]
    data = plan_data(book.tables)
    planned = solve_plan(data, ties=False)
    assert planned.has_plan, planned.sentence
    manifest = {"run": folder.name, "scenario": scenario, "status": "optimal", "verified": True}
    return PlanRun(manifest, plan_tables(planned.programme, data, planned.x), data, book.tables, ())


def assert_the_same_plans(run: PlanRun, folder: Path, first: int, seed: int) -> Path:
    """Rolls the run to a period, and compares the two programmes; the folder of the rolled workbook."""
    rolled = folder.with_name(f"{folder.name}-{first}")
    rolled.mkdir()
    (rolled / "workbook.xlsx").write_bytes(roll(run, folder, first).data)
    book = open_workbook(rolled / "workbook.xlsx")
    assert [str(finding) for finding in book.findings if finding.severity == "error"] == []
    old, new = Rest(run.data, 0), Rest(plan_data(book.tables), first - 1)
    values, rest = values_of(run), range(first, run.data.planned + 1)
    upper, old_upper = new.programme.upper.copy(), old.programme.upper.copy()
    for (name, codes, t), column in old.columns.items():
        if name == "pledged" and prices_from(run.data, 1)[codes[0]] != prices_from(run.data, first).get(codes[0]):
            old_upper[column] = 0.0  # no lend-lease fund is left that could back it, or none at the old price
            if (name, codes, t) in new.columns:
                upper[new.columns[name, codes, t]] = 0.0
    for (name, codes, t), column in new.columns.items():
        if name == "uncovered":  # what was pledged must be backed, or it would not have been pledged
            at = old.columns.get((name, codes, t))
            upper[column] = min(upper[column], 0.0 if at is None else old_upper[at])
    assert new.breaches(values, rest) == pytest.approx(0.0, abs=1e-6), (
        "the plan's rest is no plan of the rolled workbook"
    )
    random, past = Random(seed), old.fixed(values, range(1, first))
    for _ in range(OBJECTIVES):
        weights = random_weights(old, new, values, random)
        before, now = old.least(weights, past, old_upper), new.least(weights, {}, upper)
        assert now == pytest.approx(before, rel=1e-6, abs=1e-6)
    return rolled


@pytest.mark.parametrize("seed", range(24))
def test_the_rest_of_a_random_plan_is_the_rolled_workbooks(tmp_path, seed):
    made = Made(seed)
    folder = tmp_path / "made"
    folder.mkdir()
    made.write(folder / "workbook.xlsx")
    run = solved(folder)
    for first in sorted(Random(seed).sample(range(2, made.count + 1), 2)):
        assert_the_same_plans(run, folder, first, seed)


@pytest.mark.parametrize("seed", range(24, 30))
def test_a_plan_rolled_twice_is_still_the_same_rest(tmp_path, seed):
    made = Made(seed)
    folder = tmp_path / "made"
    folder.mkdir()
    made.write(folder / "workbook.xlsx")
    once = assert_the_same_plans(solved(folder), folder, 3, seed)
    assert_the_same_plans(solved(once), once, 2, seed)


@pytest.mark.parametrize("name", ["R6", "R7", "R8", "R9"])
@pytest.mark.parametrize("scenario", ["base", "surge", "late"])
def test_the_rest_of_a_plan_with_a_known_answer_is_the_rolled_workbooks(tmp_path, name, scenario):
    folder = tmp_path / name
    folder.mkdir()
    (folder / "workbook.xlsx").write_bytes((CASES / f"{name}.xlsx").read_bytes())
    run = solved(folder, scenario)
    for first in (2, run.data.horizon):
        assert_the_same_plans(run, folder, first, first)
