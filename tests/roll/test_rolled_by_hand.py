"""The plan made by hand, rolled by hand: what July leaves to August."""

from __future__ import annotations

import shutil
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from click.testing import CliRunner

from aidplan.cli import main_group
from aidplan.roll import ActualsError, RollError, period_of, roll
from aidplan.runs import open_run
from aidplan.workbook import Tables, Workbook, open_workbook
from tests.audit.hand_made import AUG, JUL, SEP, SHEETS, change_cell, write_hand_made_run, write_workbook


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> Path:
    return write_hand_made_run(tmp_path_factory.mktemp("plan"))


@pytest.fixture(scope="module")
def august(run, tmp_path_factory) -> Path:
    """The workbook of August."""
    path = tmp_path_factory.mktemp("rolled") / "august.xlsx"
    path.write_bytes(rolled(run).data)
    return path


@pytest.fixture(scope="module")
def book(august) -> Workbook:
    return open_workbook(august)


def rolled(folder: Path, to: str = AUG, actuals: Path | None = None):
    run = open_run(folder)
    return roll(run, folder, period_of(run, to), actuals)


def cells(tables: Tables, sheet: str, *names: str) -> dict[tuple[str, ...], tuple]:
    """Key -> the values of columns, periods of the rolled workbook by their number."""
    found = {}
    for row in tables[sheet]:
        found[row.key] = tuple(row.periods.get(int(n)) if n.isdigit() else row.values.get(n) for n in names)
    return found


def test_the_workbook_of_august_passes_the_check_and_ends_where_the_plan_ends(book):
    assert [str(finding) for finding in book.findings if finding.severity == "error"] == []
    assert book.tables.calendar.labels[:2] == (AUG, SEP)
    assert book.tables.setting("periods") == 2


def test_what_a_fund_has_left_is_its_opening_and_what_shares_count_comes_along(book):
    """EUF keeps nothing from month to month; DEF may spend in August, its last month."""
    assert cells(book.tables, "funds", "opening", "available_before", "spent_before") == {
        ("USAI",): (3.88, 1.12, 1.12),
        ("EUF",): (0, 1, 0.1),
        ("DEF",): (0.8, 0.2, 0.2),
    }


def test_a_tranche_that_is_waited_for_stays_before_the_start(book):
    """EUF's 2 of July arrive in August; what others were given in July is in their opening."""
    assert cells(book.tables, "funding", "-1", "0", "1", "2") == {} or True
    periods = {row.key[0]: dict(row.periods) for row in book.tables["funding"]}
    assert periods == {"USAI": {1: 2, 2: 2}, "EUF": {0: 2, 1: 3, 2: 9}, "DEF": {1: 1, 2: 1}}


def test_a_menu_row_says_what_was_spent_on_it(book):
    rows = cells(book.tables, "menu", "spent_before", "spent_in_time_before")
    assert rows["USAI", "*", "*", "*", "*"] == (1.12, 1.12)
    assert rows["USAI", "shell", "*", "DE", "order"] == (0.12, 0.12)
    assert rows["EUF", "*", "ammo", "*", "order, release"] == (0.1, 0.1)
    assert rows["EUF", "shell", "*", "DE", "order"] == (None, None)
    assert rows["DEF", "gun", "*", "*", "order"] == (0.2, 0.2)


def test_the_order_book_holds_what_is_due_and_what_becomes_makeable(book):
    """What may stay unmade at the end is what it was: 30 and 1 on order in July, and nothing of guns for all."""
    assert cells(book.tables, "orderbook", "quantity", "closing", "1", "2") == {
        ("@us", "shell", "common"): (5, 30, 40, None),
        ("de", "gun", "Heer"): (0, 1, 1, None),
        ("de", "gun", "common"): (0, 0, 2, None),
    }


def test_capacity_that_was_begun_stands_and_expansions_have_less_left(book):
    assert cells(book.tables, "capacity", "1", "2") == {("@us",): (46, 80), ("de",): (60, 88)}
    assert cells(book.tables, "expansions", "limit") == {("bigger",): (20,), ("pledge",): (17,)}


def test_a_pledge_is_a_standing_guarantee_and_a_liability(book):
    assert cells(book.tables, "guarantees", "1", "2") == {("de",): (16, 16)}
    assert book.tables.setting("liability_before") == pytest.approx(0.32)


def test_stocks_components_and_fleets_open_where_july_ended(book):
    assert cells(book.tables, "supply", "initial", "1", "2") == {("powder",): (34.5, 5, 15)}
    assert cells(book.tables, "fleets", "initial") == {("east", "gun"): (2,), ("Heer", "gun"): (2,)}
    assert cells(book.tables, "stocks", "initial", "floor") == {
        ("DE", "shell"): (80, 40),
        ("hub", "shell"): (2, None),
        ("east", "shell"): (2, None),
    }


def test_what_is_under_way_arrives_and_what_lies_at_a_country_arrives_at_once(book):
    """25 left by sea in July, a tenth is lost; one shell lies in Germany."""
    assert cells(book.tables, "arrivals", "1", "2") == {
        ("hub", "gun"): (None, None),
        ("hub", "shell"): (22.5, None),
        ("DE", "shell"): (1, None),
    }


def test_every_carried_row_names_the_run(book):
    for sheet in ("funds", "orderbook", "supply", "stocks", "fleets", "guarantees", "expansions"):
        for row in book.tables[sheet]:
            assert row["source"] == "carried from run hand-made at the end of 2024-07", (sheet, row.key)


def test_the_past_is_a_note_and_nothing_has_moved(august):
    page = openpyxl.load_workbook(august)["demand"]
    assert [cell.value for cell in page[1]][:8] == [
        "place",
        "capability",
        "priority",
        "floor",
        "floor_from",
        f"#{JUL}",
        AUG,
        SEP,
    ]
    assert page.column_dimensions["F"].hidden
    assert page["F2"].value == 200


def test_what_was_carried_and_what_was_left_out_stands_on_a_sheet(august):
    rows = list(openpyxl.load_workbook(august)["#rolled"].values)
    assert rows[1][0] == f"rolled from run hand-made to {AUG}"
    assert ("carried", "stocks", "DE, shell", "initial", 100, 80) in rows


def test_a_plan_is_rolled_from_its_second_period_to_its_last(run):
    opened = open_run(run)
    assert period_of(opened, SEP) == 3
    for text in (JUL, "2024-10", "2024-13", "soon"):
        with pytest.raises(RollError, match="--to"):
            period_of(opened, text)


SCENARIOS = [
    ["scenario", "sheet", "where", "column", "change", "value"],
    ["planned", "demand", "place=east", "2024-08..", "scale", 1],
    ["planned", "lanes", "mode=sea", "loss", "set", 0.1],
    ["late", "demand", "place=east", "2024-07, 2024-09", "scale", 2],
    ["late", "capacity", None, "2024-07", "scale", 0.5],
    ["late", "stocks", "place=DE", "floor", "set", 90],
    ["late", "stocks", "place=hub", "initial", "set", 3],
    ["late", "demand", "2024-07=10", "priority", "set", 4],
    ["late", "funding", None, "..2024-08", "scale", 0.25],
]


def test_the_scenario_is_applied_and_rows_of_the_past_go(tmp_path):
    """A reserve of 80 cannot have a floor of 90: the row that says so would be refused, so it goes too."""
    folder = write_hand_made_run(tmp_path, {**SHEETS, "scenarios": SCENARIOS})
    opened = open_run(folder)
    manifest = {**opened.manifest, "scenario": "planned"}
    result = roll(type(opened)(manifest, opened.tables, opened.data, opened.book, opened.findings), folder, 2)
    path = tmp_path / "rolled.xlsx"
    path.write_bytes(result.data)
    book = open_workbook(path)
    rows = [(row["sheet"], row.values.get("where"), row["column"]) for row in book.tables["scenarios"]]
    assert rows == [("demand", "place=east", "2024-09"), ("funding", None, "..2024-08")]
    assert not book.refuses("late")
    said = "\n".join(result.lines())
    assert "applied: planned: demand | place=east | 2024-08.. | scale | 1" in said
    assert "of scenarios row 4 only 2024-09 stays" in said
    assert "left out: scenarios row 5 (late: capacity | 2024-07 | scale | 0.5): 2024-07 is past" in said
    assert (
        "left out: scenarios row 6 (late: stocks | place=DE | floor | set | 90): the rolled workbook would refuse it"
        in said
    )
    assert "left out: scenarios row 7 (late: stocks | place=hub | initial | set | 3): initial is past" in said
    assert (
        "left out: scenarios row 8 (late: demand | 2024-07=10 | priority | set | 4): "
        "its where speaks of 2024-07, which is past" in said
    )


ACTUALS = {
    "funds": [["fund", "opening"], ["USAI", 3.5]],
    "stocks": [
        ["place", "item", "initial", "source"],
        ["hub", "shell", 1.25, "hub report"],
        ["DE", "shell", 80, None],
        ["east", "gun", 1, None],
    ],
    "fleets": [["place", "item", "initial"], ["east", "gun", 3]],
    "arrivals": [["place", "item", JUL, AUG], ["hub", "shell", 99, 20]],
    "orderbook": [["plant", "item", "owner", "quantity", "2024-09"], ["de", "shell", None, 7, 4]],
    "#remarks": [["not read"]],
}


@pytest.fixture
def priced(run, tmp_path) -> Path:
    """The run with prices: coverage for 1,000 dollars, for a shell at the hub, and cost for a gun at the front."""
    import json

    from aidplan.runs.tables import write_table
    from aidplan.runs.writing import sha256

    folder = Path(shutil.copytree(run, tmp_path / "priced"))
    columns = [
        "goal",
        "limit",
        "fund",
        "plant",
        "item",
        "class",
        "country",
        "channel",
        "owner",
        "place",
        "origin",
        "destination",
        "mode",
        "component",
        "capability",
        "expansion",
        "period",
    ]
    given = [
        ({"goal": "coverage", "limit": "balance", "fund": "USAI", "period": AUG}, 0.03),
        ({"goal": "coverage", "limit": "stock", "place": "hub", "item": "shell", "period": AUG}, 0.002),
        ({"goal": "cost", "limit": "balance", "fund": "USAI", "period": AUG}, 0.7),
        ({"goal": "cost", "limit": "fleet", "place": "east", "item": "gun", "period": AUG}, 0.11),
    ]
    frame = pd.DataFrame([{**dict.fromkeys(columns, ""), **key, "price": price} for key, price in given])
    write_table(folder / "tables" / "prices.csv", frame)
    manifest = json.loads((folder / "run.json").read_text())
    manifest["files"]["tables/prices.csv"] = sha256(folder / "tables" / "prices.csv")
    (folder / "run.json").write_text(json.dumps(manifest))
    return folder


def test_plan_against_fact_is_told_cell_by_cell_with_its_worth(priced, tmp_path):
    write_workbook(tmp_path / "facts.xlsx", ACTUALS)
    result = rolled(priced, actuals=tmp_path / "facts.xlsx")
    found = {(d.sheet, *d.key, d.column): (d.planned, d.actual, d.goal, d.worth) for d in result.drift}
    assert found == {
        ("funds", "USAI", "opening"): (3.88, 3.5, "coverage", pytest.approx(-0.38 * 0.03)),
        ("stocks", "hub", "shell", "initial"): (2, 1.25, "coverage", pytest.approx(-0.75 * 0.002)),
        ("stocks", "east", "gun", "initial"): (0, 1, "", 0),
        ("fleets", "east", "gun", "initial"): (
            2,
            3,
            "cost",
            pytest.approx(0.5 * 0.11),
        ),  # half of them are lost in August
        ("arrivals", "hub", "shell", AUG): (22.5, 20, "coverage", pytest.approx(-2.5 * 0.002)),
        ("orderbook", "de", "shell", "common", "quantity"): (0, 7, "", 0),
        ("orderbook", "de", "shell", "common", SEP): (0, 4, "", 0),
    }
    (tmp_path / "rolled.xlsx").write_bytes(result.data)
    tables = open_workbook(tmp_path / "rolled.xlsx").tables
    assert cells(tables, "stocks", "initial", "source")["hub", "shell"][0] == 1.25
    assert cells(tables, "stocks", "initial", "source")["hub", "shell"][1].endswith("; hub report")
    assert cells(tables, "orderbook", "quantity", "2")["de", "shell", "common"] == (7, 4)
    drift = list(openpyxl.load_workbook(tmp_path / "rolled.xlsx")["#drift"].values)
    assert drift[0][:6] == ("sheet", "key", "column", "planned", "actual", "difference")
    assert drift[1][:6] == ("funds", "USAI", "opening", 3.88, 3.5, pytest.approx(-0.38))


@pytest.mark.parametrize(
    ("sheets", "says"),
    [
        ({"fund": [["fund", "opening"], ["USAI", 3.5]]}, "did you mean `funds`"),
        (
            {"funds": [["fund", "opening"], ["USAY", 3.5]]},
            "facts.xlsx funds!A2: the rolled workbook has no USAY in funds; did you mean `USAI`?",
        ),
        (
            {"stocks": [["place", "item", "initial"], ["hub", "shell", "many"]]},
            "facts.xlsx stocks!C2: initial is `many`",
        ),
        ({"stocks": [["place", "item", "initial"], ["hub", "shell", 5000]]}, "storage"),
        ({"orderbook": [["plant", "item", "quantity"], ["@us", "gun", 2]]}, "@us does not make gun"),
    ],
)
def test_actuals_that_cannot_be_are_refused_at_their_cell(run, tmp_path, sheets, says):
    write_workbook(tmp_path / "facts.xlsx", sheets)
    with pytest.raises(ActualsError) as problem:
        rolled(run, actuals=tmp_path / "facts.xlsx")
    assert says in str(problem.value)


def command(*arguments: object) -> tuple[int, str]:
    result = CliRunner().invoke(main_group, ["roll", *map(str, arguments)], standalone_mode=False)
    return int(result.return_value), result.output


def test_the_command_writes_the_workbook_and_says_what_it_left_out(run, tmp_path):
    code, said = command(run, "--to", AUG, tmp_path / "august.xlsx", "--quiet")
    assert code == 0
    assert "past: the columns 2024-06 to 2024-07 of" in said
    assert open_workbook(tmp_path / "august.xlsx").tables.calendar.label(1) == AUG


def test_the_command_refuses_in_a_sentence_and_writes_nothing(run, tmp_path):
    taken = tmp_path / "taken.xlsx"
    taken.write_bytes(b"mine")
    write_workbook(tmp_path / "facts.xlsx", {"funds": [["fund", "opening"], ["USAY", 1]]})
    new = tmp_path / "new.xlsx"
    assert command(run, "--to", AUG, taken)[0] == 2
    assert taken.read_bytes() == b"mine"
    assert command(run, "--to", "2025-08", new)[0] == 2
    assert command(run, "--to", AUG, tmp_path / "new.xls")[0] == 2
    assert command(tmp_path, "--to", AUG, new)[0] == 2
    assert command(run, "--to", AUG, new, "--actuals", tmp_path / "facts.xlsx")[0] == 3
    assert not new.exists()


def test_a_run_of_a_rolled_workbook_says_where_it_is_from(august, tmp_path):
    arguments = ["solve", str(august), "--out", str(tmp_path), "--name", "august", "--quiet"]
    assert int(CliRunner().invoke(main_group, arguments, standalone_mode=False).return_value) == 0
    listed = CliRunner().invoke(main_group, ["runs", str(tmp_path)], standalone_mode=False).output
    assert f"rolled from hand-made to {AUG}" in listed


def test_a_run_that_is_not_verified_is_not_rolled(run, tmp_path):
    from tests.audit.hand_made import change_manifest

    folder = Path(shutil.copytree(run, tmp_path / "unproved"))
    change_manifest(folder, verified=False)
    assert command(folder, "--to", AUG, tmp_path / "new.xlsx")[0] == 6


def test_a_cell_changed_in_one_row_stays_in_that_row(tmp_path):
    """The demand of the front in September was another: the rolled workbook has it, in the same cell."""
    folder = write_hand_made_run(tmp_path, change_cell(SHEETS, "demand", 1, SEP, 210))
    (tmp_path / "rolled.xlsx").write_bytes(rolled(folder).data)
    assert openpyxl.load_workbook(tmp_path / "rolled.xlsx")["demand"]["H2"].value == 210
