"""No plan exists: the true cause is in the answer, and what is suggested makes the workbook solvable."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from aidplan.cli import main_group
from aidplan.explain.infeasible import Infeasibility
from aidplan.explain.infeasible.changes import number, rounded_up, share_down, share_up
from aidplan.explain.infeasible.elastic import Elastic, Rows
from aidplan.explain.infeasible.iis import irreducible
from aidplan.explain.infeasible.levers import levers
from aidplan.explain.infeasible.naming import ranges
from aidplan.explain.infeasible.repairs import Search
from aidplan.solve.highs import Method, Problem, SolverInterface
from aidplan.solve.resource_limits import UNLIMITED
from aidplan.solve.worth import worth_of_columns
from aidplan.workbook import open_workbook, plan_data
from tests.explain.conftest import Explained, solved
from tests.explain.planted import PLANTED, SMALL, overwrite, plant

Made = Callable[[str], Explained]


def row_of(cell: str) -> tuple[str, str]:
    """A cell's sheet and row: of a time table, which month is raised may be a matter of choice."""
    sheet, _, address = cell.partition("!")
    return sheet, address.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")


@pytest.mark.parametrize("name", PLANTED)
def test_the_true_cause_is_told_with_its_cell_and_its_sum(name: str, explained: Made) -> None:
    _, _, explanation = explained(name)
    planted = PLANTED[name]
    assert any(planted.arithmetic in said for said in explanation.arithmetic), explanation.arithmetic
    repair = next(repair for repair in explanation.repairs if repair.kind == planted.kind)
    assert row_of(planted.cause) in {row_of(change.cell) for change in repair.changes}
    text = {cell for limit in explanation.iis for cell in limit.cells} | {change.cell for change in repair.changes}
    assert planted.cause in text


@pytest.mark.parametrize("name", PLANTED)
def test_each_suggested_change_typed_into_the_workbook_makes_it_solvable(
    name: str, explained: Made, tmp_path: Path
) -> None:
    path, _, explanation = explained(name)
    assert len(explanation.repairs) >= 2
    for repair in explanation.as_dict()["ways_out"]:
        typed = tuple((*change["cell"].split("!"), change["new"]) for change in repair["changes"])
        assert solved(overwrite(path, tmp_path / "mended.xlsx", typed)).solved.status == "optimal", repair["words"]


@pytest.mark.parametrize("name", ["closed hub", "more comes than the hub holds", "lane too narrow"])
def test_half_of_a_suggested_change_is_not_enough(name: str, explained: Made, tmp_path: Path) -> None:
    path, _, explanation = explained(name)
    for repair in explanation.repairs:
        if repair.kind == "floor_from":
            continue
        typed = [
            (*change.cell.split("!"), change.lever.value + (change.new - change.lever.value) / 2)
            for change in repair.changes
        ]
        assert solved(overwrite(path, tmp_path / "half.xlsx", tuple(typed))).solved.status == "infeasible", repair.text


@pytest.mark.parametrize(
    "name", ["closed hub", "floor before anything is there", "share of what cannot be bought in time"]
)
def test_the_clashing_rows_clash_and_none_of_them_could_be_spared(name: str, explained: Made) -> None:
    """Judged by HiGHS's simplex on the bare rows, not by the elastic programme that found them."""
    path, planned, _ = explained(name)
    book = open_workbook(path)
    data, programme = plan_data(book.tables), planned.programme
    found = levers(book.tables, data, planned.model.menu_rows)
    rows = Rows(programme, worth_of_columns(programme, data))
    search = Search(book.tables, Elastic(rows, found), "", UNLIMITED, lambda _: None)
    search.repairs()
    assert search.price is not None
    iis = irreducible(rows, found, search.price, UNLIMITED)
    assert iis is not None
    assert iis.irreducible

    def feasible(kept: list[int]) -> bool:
        width = programme.shape[1]
        part = Problem(
            programme.matrix[kept, :], programme.row_lower[kept], programme.row_upper[kept],
            programme.lower, programme.upper, np.zeros(width),
        )  # fmt: skip
        return SolverInterface(part).solve(Method("simplex", presolve=False)).status == "optimal"

    assert not feasible(list(iis.rows))
    for row in iis.rows:
        assert feasible([other for other in iis.rows if other != row])


def test_the_command_ends_with_4_says_why_and_leaves_a_run_without_a_plan(tmp_path: Path) -> None:
    path = plant(PLANTED["closed hub"], tmp_path / "closed.xlsx")
    runner = CliRunner()
    text = runner.invoke(
        main_group,
        ["solve", str(path), "--out", str(tmp_path / "runs"), "--name", "a", "--quiet"],
        standalone_mode=False,
    )
    assert text.return_value == 4
    assert "places!D4 (rzeszow) throughput_t + " in text.stdout
    run = tmp_path / "runs" / "a"
    manifest = json.loads((run / "run.json").read_text())
    assert manifest["status"] == "infeasible"
    assert manifest["explanation"]["ways_out"][1]["changes"][0]["cell"] == "places!D4"
    assert not (run / "tables").exists()
    assert not (run / "plan.xlsx").exists()
    machine = runner.invoke(
        main_group,
        ["solve", str(path), "--out", str(tmp_path / "runs"), "--name", "b", "--quiet", "--json"],
        standalone_mode=False,
    )
    assert json.loads(machine.stdout)["runs"][0]["explanation"]["clash"]["irreducible"] is True


def test_a_clash_in_a_scenario_is_told_as_the_scenario_stands(tmp_path: Path) -> None:
    path = overwrite(SMALL, tmp_path / "shut.xlsx", (("scenarios", "D5", "throughput_t"),))
    runner = CliRunner()
    text = runner.invoke(
        main_group,
        ["solve", str(path), "--scenario", "hub_closed", "--out", str(tmp_path / "runs"), "--quiet"],
        standalone_mode=False,
    )
    assert text.return_value == 4
    assert "nothing passes places!D4" in text.stdout


def test_without_time_it_says_that_the_search_was_cut(explained: Made) -> None:
    path, planned, _ = explained("no money")
    tables = open_workbook(path).tables
    cut = Infeasibility(plan_data(tables), tables).explain(planned.model, planned.programme, time_limit=0.0)
    assert not cut.repairs
    assert "cut at its time limit" in cut.lines()[-1]
    assert cut.arithmetic


def test_numbers_are_rounded_to_the_side_that_is_enough() -> None:
    assert rounded_up(339.2) == 340
    assert rounded_up(1234.1) == 1240
    assert rounded_up(0.0012341) == 0.00124
    assert rounded_up(340.0) == 340
    assert share_down(0.6219) == 0.621
    assert share_up(0.3331) == 0.334
    assert number(27.8) == "27.8"
    assert number(12345678.4) == "12,345,678"


def test_cells_side_by_side_are_told_as_a_range() -> None:
    assert ranges(["funding!C2", "funding!D2", "funding!E2", "stocks!E2", "menu"]) == [
        "funding!C2:E2",
        "stocks!E2",
        "menu",
    ]


def test_a_limit_about_which_nothing_can_be_decided_is_told_with_its_cell(explained: Made) -> None:
    from dataclasses import replace

    path, planned, _ = explained("closed hub")
    tables = open_workbook(path).tables
    void = replace(planned.programme, void=(("demand_met", ("east", "fires", 2), ">=", 14000.0),))
    text = Infeasibility(plan_data(tables), tables).explain(planned.model, void).arithmetic
    assert text[-1].startswith("demand!G2: demand east fires 2025-02: 0 >= 14000 does not hold")


def test_the_least_change_is_the_least_that_brute_force_finds(explained: Made, tmp_path: Path) -> None:
    """The storage that the hub lacks, by halving between too little and enough, solving the workbook each time."""
    path, _, explanation = explained("more comes than the hub holds")
    repair = next(repair for repair in explanation.repairs if repair.kind == "storage")
    low, high = 3000.0, 10000.0
    while high - low > 20:
        middle = (low + high) / 2
        enough = (
            solved(overwrite(path, tmp_path / "tried.xlsx", (("places", "E4", middle),))).solved.status == "optimal"
        )
        low, high = (low, middle) if enough else (middle, high)
    assert low <= repair.changes[0].new <= high + 20


def test_where_nothing_may_be_guaranteed_the_limit_is_measured_by_all_money(tmp_path: Path) -> None:
    import openpyxl

    book = openpyxl.load_workbook(SMALL)
    (cell,) = [row[1] for row in book["settings"].iter_rows() if row[0].value == "outyear_limit"]
    cell.value = 0
    book.save(tmp_path / "barred.xlsx")
    tables = open_workbook(tmp_path / "barred.xlsx").tables
    data = plan_data(tables)
    (outyear,) = [lever for lever in levers(tables, data, {}) if lever.kind == "outyear"]
    # Before the start, in the six months, and in hand: US 240 + 20, DE 205 + 30, NL 66.
    assert outyear.size == pytest.approx(561)
