"""The real workbook from the command to the report: it solves, it is verified, and its books close."""

import json
import subprocess
import sys
from collections import defaultdict
from math import isclose
from pathlib import Path

import pandas as pd
import pytest
from aidplan_models.data import Lane, PlanData
from aidplan_models.derived import available, coverage_weights

from aidplan.audit import audit_run
from aidplan.extract import PlanRun
from aidplan.roll import roll
from aidplan.roll.state import values_of
from aidplan.runs import open_run
from aidplan.workbook import open_workbook, plan_data
from tests.roll.identity import Rest

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.xdist_group("real workbook")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("real")
    command = [
        sys.executable,
        "-m",
        "aidplan.cli",
        "solve",
        "inputs/coalition-2024.xlsx",
        "--out",
        str(out),
        "--name",
        "real",
    ]
    said = subprocess.run([*command, "--quiet"], capture_output=True, text=True, cwd=ROOT, check=False)
    assert said.returncode == 0, said.stderr[-2000:]
    return out / "real"


@pytest.fixture(scope="module")
def run(folder: Path) -> PlanRun:
    return open_run(folder)


def total(table: pd.DataFrame, *keys: str) -> dict:
    return table.groupby(list(keys))["value"].sum().to_dict() if len(table) else {}


def test_the_plan_is_optimal_verified_and_ranked(folder: Path):
    manifest = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    assert (manifest["status"], manifest["verified"]) == ("optimal", True)
    assert [rank["goals"] for rank in manifest["ranks"]] == [
        ["coverage"],
        ["equity"],
        ["parity"],
        ["cost"],
        ["liability"],
    ]
    for rank in manifest["ranks"]:
        assert isclose(rank["value"], manifest["goals"][rank["goals"][0]], rel_tol=1e-6, abs_tol=1e-9)
    assert 0 < manifest["goals"]["coverage"] < 0.3


def test_the_audit_holds(folder: Path):
    report = audit_run(folder)
    assert report.passed, report.as_text()[:3000]


def test_what_a_fund_had_is_spent_left_or_lapsed(run: PlanRun):
    data = run.data
    spent = total(run.tables["spent"], "fund", "period")
    balance = total(run.tables["balance"], "fund", "period")
    for f, fund in data.funds.items():
        had = sum(available(fund, t) for t in range(1, data.planned + 1))
        used = sum(spent.get((f, label), 0.0) for label in data.period_labels)
        lapsed = 0.0
        for t in range(2, data.planned + 1):
            if not (fund.carry_over and fund.alive(t)):
                lapsed += balance.get((f, data.period_labels[t - 2]), 0.0)
        left = balance.get((f, data.period_labels[-1]), 0.0)
        assert isclose(had, used + left + lapsed, rel_tol=1e-9, abs_tol=1e-6 * max(1.0, had)), f


def test_all_goods_are_issued_in_stock_under_way_or_lost(run: PlanRun):
    data, tables = run.data, run.tables
    came: dict[str, float] = defaultdict(float)
    went: dict[str, float] = defaultdict(float)
    for (i, _), value in total(tables["made"], "item", "period").items():
        came[i] += value
    for i, value in total(tables["released"], "item").items():
        came[i] += value
    for (_, i), quantity in data.opening_stock.items():
        came[i] += quantity
    for (_, i), series in data.arrivals.items():
        came[i] += sum(series)
    for i, value in total(tables["issued"], "item").items():
        went[i] += value
    last = tables["stock"][tables["stock"]["period"] == data.period_labels[-1]]
    for i, value in total(last, "item").items():
        went[i] += value
    period = {label: t for t, label in enumerate(data.period_labels, start=1)}
    for row in tables["shipped"].to_dict("records"):
        terms = data.lanes[Lane(row["origin"], row["destination"], row["mode"])]
        arrived = period[row["period"]] + terms.transit <= data.planned
        went[row["item"]] += row["value"] * (terms.loss if arrived else 1.0)
    for i, item in data.items.items():
        if item.is_goods:
            assert isclose(came[i], went[i], rel_tol=1e-8, abs_tol=1e-4), i


def test_the_cost_goal_is_spending_and_transport(run: PlanRun):
    data = run.data
    spent = run.tables["spent"]["value"].sum()
    transport = sum(
        row["value"]
        * data.items[row["item"]].weight_t
        * data.lanes[Lane(row["origin"], row["destination"], row["mode"])].cost_per_t
        / data.money_unit
        for row in run.tables["shipped"].to_dict("records")
    )
    assert isclose(run.manifest["goals"]["cost"], spent + transport, rel_tol=1e-9)


def test_coverage_by_hand_is_the_goal(run: PlanRun):
    data: PlanData = run.data
    unmet = total(run.tables["unmet"], "place", "capability", "period")
    short: dict[str, float] = defaultdict(float)
    asked: dict[str, float] = defaultdict(float)
    for (x, c), row in data.demands.items():
        for t, (label, demand) in enumerate(zip(data.period_labels, row.demand, strict=True), start=1):
            weight = row.priority * (1 + data.urgency_rate) ** (1 - t) * (1 if t <= data.horizon else data.tail_weight)
            short[c] += weight * unmet.get((x, c, label), 0.0)
            asked[c] += weight * demand
    weights = {c: data.capabilities[c].weight for c in asked if asked[c] > 0}
    mean = sum(weights[c] * short[c] / asked[c] for c in weights) / sum(weights.values())
    assert isclose(run.manifest["goals"]["coverage"], mean, rel_tol=1e-9)


@pytest.fixture(scope="module", params=[4, 16])
def rolled(request, run: PlanRun, folder: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[int, Path]:
    """The period in which a rolled workbook begins, and the workbook."""
    path = tmp_path_factory.mktemp("rolled") / "rolled.xlsx"
    path.write_bytes(roll(run, folder, request.param).data)
    return request.param, path


def test_a_rolled_workbook_passes_the_check_and_the_plans_rest_is_a_plan_of_it(rolled: tuple[int, Path], run: PlanRun):
    first, path = rolled
    book = open_workbook(path)
    assert [str(finding) for finding in book.findings if finding.severity == "error"] == []
    assert [name for name in book.scenarios if book.refuses(name)] == []
    rest = Rest(plan_data(book.tables), first - 1)
    assert rest.breaches(values_of(run), range(first, run.data.planned + 1)) == pytest.approx(0.0, abs=1e-6)


def test_the_least_unmet_is_the_same_in_the_rest_and_in_the_rolled_workbook(rolled: tuple[int, Path], run: PlanRun):
    first, path = rolled
    if first < 10:
        pytest.skip("a plan from its fourth period on takes minutes without the ranks' own help")
    old, new = Rest(run.data, 0), Rest(plan_data(open_workbook(path).tables), first - 1)
    weights = {("unmet", (x, c), t): weight for (x, c, t), weight in coverage_weights(run.data).items() if t >= first}
    upper = new.programme.upper.copy()
    for (name, _, _), column in new.columns.items():
        if name == "uncovered":  # what was pledged must be backed
            upper[column] = 0.0
    before = old.least(weights, old.fixed(values_of(run), range(1, first)), old.programme.upper)
    assert new.least(weights, {}, upper) == pytest.approx(before, rel=1e-6)
