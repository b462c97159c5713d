"""`import aidplan`: what a notebook can do with the small workbook, in memory and on a disk."""

import doctest
import json
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

from aidplan import interface

ROOT = Path(__file__).parents[2]
SMALL = ROOT / "inputs" / "small.xlsx"


@pytest.fixture(scope="module")
def book():
    return interface.open_workbook(SMALL)


@pytest.fixture(scope="module")
def run(book):
    return interface.solve(book)


def test_a_workbook_is_read_with_its_scenarios_and_without_a_finding(book):
    assert book.scenarios == ("surge", "us_stops", "late_tranches", "hub_closed")
    assert book.check() == ()
    assert repr(book) == "Workbook small.xlsx: 4 scenarios, no errors"


def test_a_solve_gives_a_verified_run_in_memory_and_leaves_nothing_on_the_disk(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    again = interface.solve(SMALL)
    assert again.status == "optimal"
    assert again.verified
    assert again.folder is None
    assert list(tmp_path.iterdir()) == []
    assert again.hash == run.hash
    assert set(run.goals) == {"coverage", "equity", "parity", "cost", "liability"}


def test_the_tables_are_frames_by_name_and_their_repr_holds_no_numbers(run):
    assert list(run.tables["ordered"].columns) == ["fund", "plant", "item", "period", "value"]
    assert run.prices is run.tables["prices"]
    assert "ordered (" in repr(run.tables)
    assert len(repr(run.tables)) < 1000
    with pytest.raises(KeyError, match="there is no table `orders`; there are "):
        run.tables["orders"]


def test_a_run_is_saved_once_and_opened_as_the_same(run, tmp_path):
    folder = run.save(tmp_path / "first")
    opened = interface.open_run(folder)
    assert (opened.name, opened.goals, opened.hash) == ("first", run.goals, run.hash)
    assert {"plan.xlsx", "report.html", "run.json", "workbook.xlsx"} <= {path.name for path in folder.iterdir()}
    with pytest.raises(interface.RunNotFound, match="first"):
        run.save(tmp_path / "first")
    copied = opened.save(tmp_path / "second")
    assert interface.open_run(copied).hash == run.hash


def test_a_run_pickles(run):
    again = pickle.loads(pickle.dumps(run))
    assert again.hash == run.hash
    assert repr(again) == repr(run)


def test_a_run_shows_its_first_screen_in_a_notebook_and_one_line_elsewhere(run):
    assert repr(run) == "Run small base: optimal, verified, 95.90 % of demand met"
    assert run._repr_html_().startswith("<p><b>Run small base: optimal")
    assert "Still short" in run._repr_html_()


def test_changes_in_the_scenario_language_are_a_scenario_of_a_copy(book):
    dear = book.with_changes(
        {"sheet": "products", "column": "unit_cost", "change": "scale", "value": 2}, scenario="twice as dear"
    )
    assert dear.scenarios == (*book.scenarios, "twice as dear")
    assert interface.solve(dear, "twice as dear").goals["coverage"] > interface.solve(dear).goals["coverage"]
    with pytest.raises(interface.Error, match="a row of changes has no `sheets`"):
        book.with_changes({"sheets": "demand"})
    with pytest.raises(interface.Error, match="has a scenario `surge` already"):
        book.with_changes(scenario="surge")


def test_an_unknown_scenario_is_told_with_the_nearest(book):
    with pytest.raises(interface.UnknownScenario, match="did you mean `surge`"):
        interface.solve(book, "surg")


def test_a_refused_workbook_carries_its_findings(book):
    wrong = book.with_changes({"sheet": "demand", "where": "place=nowhere", "column": "*", "change": "set", "value": 1})
    with pytest.raises(interface.WorkbookRefused) as refused:
        interface.solve(wrong, "changed")
    assert [finding.code for finding in refused.value.findings if finding.severity == "error"] == ["selects-nothing"]
    again = pickle.loads(pickle.dumps(refused.value))
    assert again.findings == refused.value.findings


def test_where_no_plan_exists_the_error_says_what_would_let_one_exist(book):
    hard = book.with_changes(
        {"sheet": "demand", "column": "floor", "change": "set", "value": 1},
        {"sheet": "demand", "column": "*", "change": "scale", "value": 50},
    )
    with pytest.raises(interface.NoPlanExists) as none:
        interface.solve(hard, "changed")
    assert none.value.explanation


def test_no_file_and_no_run_are_told_in_a_sentence(tmp_path):
    with pytest.raises(interface.WorkbookRefused, match="there is no file"):
        interface.open_workbook(tmp_path / "none.xlsx")
    with pytest.raises(interface.RunNotFound):
        interface.open_run(tmp_path)


def test_two_runs_are_compared(run, book):
    comparison = run.compare(interface.solve(book, "surge"), why=False)
    assert len(repr(comparison)) < 2000


def test_importing_the_package_imports_nothing_heavy():
    code = "import sys, aidplan; dir(aidplan); print([m for m in ('pandas', 'pyomo', 'numpy', 'highspy') if m in sys.modules])"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert told.stdout.strip() == "[]"


def test_a_shortage_is_explained_by_causes_that_add_up_to_it(book):
    short = interface.solve(book, "surge", why=False)
    (explained, *_) = short.explain()["shortages"]
    assert sum(explained["causes"].values()) == pytest.approx(explained["unmet"])
    with pytest.raises(interface.Error, match="sandwiches"):
        short.explain(capability="sandwiches")


def test_levers_and_stress_answer_as_their_commands_do(book):
    answer = interface.levers(book, only=["guarantees"])
    assert {row["setting"] for row in answer["levers"]} == {"none", "as_given", "unlimited"}
    met = interface.stress(book, "2025-03", only=["surge"])["met"]
    assert met["base"].keys() == {"surge"}
    with pytest.raises(interface.Error, match="leverz"):
        interface.levers(book, only=["leverz"])


def test_the_example_notebook_runs_from_top_to_bottom(monkeypatch):
    monkeypatch.chdir(ROOT)
    notebook = json.loads((ROOT / "examples" / "first_steps.ipynb").read_text(encoding="utf-8"))
    names: dict = {}
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            exec(compile("".join(cell["source"]), "first_steps.ipynb", "exec"), names)
    assert names["more"].goals["coverage"] > names["base"].goals["coverage"]
    assert names["rest"].verified


def test_a_room_that_shares_its_name_with_a_function_is_called_whatever_was_imported_before():
    code = (
        "import aidplan.solve.highs, aidplan.compare.comparing, aidplan.roll, aidplan\n"
        "from aidplan.solve import highs\n"
        "run = aidplan.solve('inputs/small.xlsx', why=False)\n"
        "print(run, aidplan.solve.highs is highs, callable(aidplan.compare), callable(aidplan.roll))"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert told.stdout.strip() == "Run small base: optimal, verified, 95.90 % of demand met True True True"


def test_the_examples_of_the_package_are_true(monkeypatch):
    monkeypatch.chdir(ROOT)
    import aidplan

    for module in (aidplan, interface):
        assert doctest.testmod(module).failed == 0
