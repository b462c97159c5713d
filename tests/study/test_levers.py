"""Levers: each setting is a plan of its own that opens and audits, and none that only adds freedom makes matters worse."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from aidplan.audit import AuditReport, audit_run
from aidplan.cli import main_group
from aidplan.runs import list_runs, open_run
from aidplan.study.settings import levers
from aidplan.workbook import open_workbook, plan_data
from tests.study.donors import at_random, two_donors, with_promises
from tests.workbook.books import written

SEEDS = [1, 2, 3, 4, 5]


def study(folder: Path, sheets: dict[str, Any], *options: str) -> dict[str, Any]:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "plan.xlsx"
    if not path.exists():
        path.write_bytes(written(sheets))
    arguments = ["levers", str(path), "--out", str(folder / "answer"), "--jobs", "1", "--json", "--quiet", *options]
    told = CliRunner().invoke(main_group, arguments, standalone_mode=False)
    if told.exception is not None:
        raise told.exception
    assert told.return_value == 0, told.stderr
    return json.loads(told.stdout)


def by_setting(said: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {f"{row['lever']}: {row['setting']}": row for row in said["levers"]}


def unmet(row: dict[str, Any]) -> float:
    return float(row["goals"]["coverage"])


def test_home_industry_meets_60_and_an_open_menu_100_of_two_donors_need(tmp_path: Path) -> None:
    found = by_setting(study(tmp_path, two_donors(), "--only", "menus"))
    met = {name: 100 * (1 - unmet(row)) for name, row in found.items()}
    assert met == pytest.approx({"menus: home_industry": 60, "menus: as_given": 100, "menus: open": 100}, abs=1e-7)


def test_the_second_donor_in_turn_finds_its_line_filled(tmp_path: Path) -> None:
    sheets = two_donors()
    sheets["menu"] = [["fund", "country"], ["aid_a", "A, B"], ["aid_b", "B"]]
    sheets["products"] = [["plant", "item", "unit_cost"], ["works_a", "shell", 2], ["works_b", "shell", 1]]
    said = study(tmp_path, sheets, "--only", "coordination")
    found = by_setting(said)
    assert found["coordination: in_turn_largest_first"]["donors"] == ["A", "B"]
    # One plan: B buys 20 at works_b, A the other 40 there and 30 of works_a: 90. In turn A fills works_b with 60 and has
    # 40 left for 20 of works_a: 80, and B, who may order nowhere else, buys nothing.
    assert unmet(found["coordination: one_plan"]) == pytest.approx(0.10, abs=1e-9)
    assert unmet(found["coordination: in_turn_largest_first"]) == pytest.approx(0.20, abs=1e-9)
    assert unmet(found["coordination: in_turn_smallest_first"]) == pytest.approx(0.10, abs=1e-9)
    # All of it is compared with the workbook as given, though --only names no such row: one plan's 90 %.
    assert said["sentences"][0] == "As given, the plan meets 90.00 % of demand."
    assert next(cell for cell in said["levers"] if cell["setting"] == "one_plan")["met"] == pytest.approx(0.9)
    coordination = said["coordination"]
    assert coordination["points"]["in_turn_largest_first"] == pytest.approx(10, abs=1e-6)
    assert (coordination["best"], coordination["worst"]) == pytest.approx((0.9, 0.8))
    lost = next(loss for loss in coordination["losses"] if loss["donor"] == "B")
    assert (lost["plant"], lost["one_plan"], lost["in_turn"]) == ("works_b", pytest.approx(20), 0)
    assert lost["why"] == "the line was filled by others before"


@pytest.mark.parametrize("seed", SEEDS)
def test_freedom_never_hurts_and_one_plan_is_never_worse_than_any_order(seed: int, tmp_path: Path) -> None:
    found = by_setting(study(tmp_path, at_random(seed)))
    for tight, free in (
        ("guarantees: none", "guarantees: as_given"),
        ("guarantees: as_given", "guarantees: unlimited"),
        ("menus: as_given", "menus: open"),
        ("menus: home_industry", "menus: open"),
        ("financing: as_given", "financing: all_lend_lease"),
        ("financing: all_tranches_3", "financing: as_given"),  # whose delays are 2 at most
        ("financing: all_tranches_3", "financing: all_lend_lease"),
    ):
        assert unmet(found[free]) <= unmet(found[tight]) + 1e-8, (tight, free)
    turns = [row for name, row in found.items() if "in_turn" in name]
    assert len(turns) == 7
    for row in turns:
        assert unmet(found["coordination: one_plan"]) <= unmet(row) + 1e-8
        assert sorted(row["donors"]) == ["A", "B", "C"]
    assert found["priority: fronts_first"]["fronts_met"] >= found["priority: as_given"]["fronts_met"] - 1e-8
    assert found["priority: homes_first"]["homes_met"] >= found["priority: as_given"]["homes_met"] - 1e-8
    parity = {name: row["goals"]["parity"] for name, row in found.items()}
    assert parity["parity_first: parity_first"] <= min(parity["parity_first: as_given"], 1.0) + 1e-8


@pytest.mark.parametrize("seed", SEEDS[:3])
def test_one_plan_keeps_promises_first_and_is_then_never_worse_than_any_order(seed: int, tmp_path: Path) -> None:
    found = by_setting(study(tmp_path, with_promises(seed), "--only", "coordination"))

    def promised(row: dict[str, Any]) -> float:
        goals = json.loads((tmp_path / "answer" / row["run"] / "run.json").read_text())["goals"]
        assert "promises" in goals
        return float(goals["promises"])

    one = found["coordination: one_plan"]
    assert not one["same_as_given"]  # floors and what is owed at the end are lifted
    turns = [row for name, row in found.items() if "in_turn" in name]
    assert len(turns) == 7
    for row in turns:
        broken = promised(row) - promised(one)
        assert broken >= -1e-6, row["setting"]
        assert broken > 1e-6 or unmet(one) <= unmet(row) + 1e-8, row["setting"]


def test_each_row_is_a_run_that_opens_and_audits_and_tells_its_own_goals(tmp_path: Path) -> None:
    said = study(tmp_path, at_random(7))
    rows = said["levers"]
    assert [row["status"] for row in rows] == ["optimal"] * len(rows)
    for name in {row["run"] for row in rows}:
        report = audit_run(tmp_path / "answer" / name)
        assert report.passed, report.as_text()
    for row in rows:
        assert open_run(tmp_path / "answer" / row["run"]).manifest["goals"]["coverage"] == row["goals"]["coverage"]
    assert json.loads((tmp_path / "answer" / "answer.json").read_text())["levers"] == rows
    assert (tmp_path / "answer" / "levers.html").stat().st_size > 10_000
    turn = next(row for row in rows if row["setting"] == "in_turn_smallest_first")
    money = {"A": "aid_a", "B": "aid_b", "C": "aid_c"}
    data = open_run(tmp_path / "answer" / rows[1]["run"]).data
    sums = {
        donor: sum(v for t, v in data.funds[f].funding.items() if t + data.funds[f].delay <= 6)
        for donor, f in money.items()
    }
    assert [sums[donor] for donor in turn["donors"]] == sorted(sums.values())


@pytest.fixture(scope="module")
def in_turn(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """The answer's folder and what was said, of donors in turn."""
    folder = tmp_path_factory.mktemp("in_turn")
    only = [part for name in ("one_plan", "in_turn_largest_first", "in_turn_random_2") for part in ("--only", name)]
    return folder / "answer", study(folder, at_random(3), *only)


def stages(folder: Path, said: dict[str, Any]) -> list[Path]:
    return [folder / name for row in said["levers"] for name in row.get("stages", [])[:-1]]


def test_every_run_of_donors_in_turn_passes_the_audit_and_stages_say_what_they_are(
    in_turn: tuple[Path, dict[str, Any]],
) -> None:
    folder, said = in_turn
    runs = sorted(path.parent for path in folder.glob("*/run.json"))
    assert len(runs) == 1 + 2 * 3  # as given, which is one plan here, and three stages for each of two orders
    for run in runs:
        report = audit_run(run)
        assert report.passed, report.as_text()
        manifest = json.loads((run / "run.json").read_text())
        stage = run in stages(folder, said)
        assert ("stage" in manifest, (run / "plan.xlsx").exists(), bool(report.notes)) == (stage, not stage, stage)
    row = next(row for row in said["levers"] if row["setting"] == "in_turn_random_2")
    second = folder / row["stages"][1]
    told = {"of": row["run"], "number": 2, "count": 3, "donor": row["donors"][1]}
    assert json.loads((second / "run.json").read_text())["stage"] == told
    assert next(run for run in list_runs(folder) if run.path == second).basis == f"stage 2 of {row['run']}"


def changed(run: Path, place: Path, change: Callable[[dict[str, Any]], object]) -> AuditReport:
    """The audit of a copy of a run whose manifest was changed."""
    shutil.copytree(run, place)
    manifest = json.loads((place / "run.json").read_text())
    change(manifest)
    (place / "run.json").write_text(json.dumps(manifest))
    return audit_run(place)


def test_a_stage_without_its_first_rank_or_a_table_fails_the_audit(
    in_turn: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    stage = stages(*in_turn)[1]
    assert changed(stage, tmp_path / "same", lambda manifest: None).passed
    report = changed(stage, tmp_path / "rank", lambda manifest: manifest["ranks"].clear())
    assert "ranks" in {finding.check for finding in report.findings}
    report = changed(stage, tmp_path / "value", lambda manifest: manifest["ranks"][0].update(value=0.0))
    assert "ranks" in [finding.check for finding in report.findings]
    report = changed(stage, tmp_path / "said", lambda manifest: manifest["stage"].update(number=4))
    assert {"manifest", "ranks", "plan.xlsx"} <= {finding.check for finding in report.findings}
    report = changed(stage, tmp_path / "unsaid", lambda manifest: manifest.pop("stage"))
    assert {"ranks", "plan.xlsx"} <= {finding.check for finding in report.findings}
    (stage / "tables" / "made.csv").rename(tmp_path / "made.csv")
    try:
        assert not audit_run(stage).passed
    finally:
        (tmp_path / "made.csv").rename(stage / "tables" / "made.csv")
    report = changed(stage, tmp_path / "table", lambda manifest: manifest["files"].pop("tables/made.csv"))
    assert not report.passed


def test_stages_that_an_interrupted_command_left_are_used_again(
    in_turn: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    folder, said = in_turn
    shutil.copytree(folder.parent, tmp_path / "again")
    row = next(row for row in said["levers"] if row["setting"] == "in_turn_largest_first")
    there = tmp_path / "again" / "answer"
    for name in row["stages"][1:]:
        shutil.rmtree(there / name)
    before = (there / row["stages"][0] / "run.json").read_bytes()
    again = study(tmp_path / "again", at_random(3), "--only", "in_turn_largest_first", "--resume")
    assert (there / row["stages"][0] / "run.json").read_bytes() == before
    found = by_setting(again)["coordination: in_turn_largest_first"]
    assert found["goals"] == pytest.approx(row["goals"])
    # One of other bytes is nobody's to use: its name is taken, and that is said.
    shutil.rmtree(there / row["stages"][2])
    (there / row["stages"][1] / "findings.json").write_text("[1]")
    with pytest.raises(AssertionError, match="runs of another solve are in"):
        study(tmp_path / "again", at_random(3), "--only", "in_turn_largest_first", "--resume")


def test_fronts_met_is_weighted_as_coverage_over_fronts_alone(tmp_path: Path) -> None:
    sheets = two_donors()
    sheets["places"] += [["west", "front"], ["home_b", "home"]]
    sheets["lanes"] += [["A", "west", 900], ["B", "home_b", 900]]
    sheets["demand"] = [
        ["place", "capability", "priority", "2025-01"],
        ["east", "fires", 3, 80], ["west", "fires", 2, 30], ["home_b", "fires", 1, 50],
    ]  # fmt: skip
    found = by_setting(study(tmp_path, sheets, "--only", "priority"))
    row = found["priority: as_given"]
    # 100 shells: 80 to east, 20 of 30 to west, none home. Fronts: 1 - 2·10 / (3·80 + 2·30).
    assert row["fronts_met"] == pytest.approx(1 - 20 / 300)
    assert row["homes_met"] == pytest.approx(0)
    homes = found["priority: homes_first"]
    assert homes["homes_met"] == pytest.approx(1)
    # By the workbook's own priorities, not by those of the setting: 3·30 + 2·30 of 350 are unmet.
    assert homes["met"] == pytest.approx(1 - (3 * 30 + 2 * 30) / 350)
    assert homes["goals"]["coverage"] < 0.01
    # 50 left for the fronts, all to east.
    assert homes["fronts_met"] == pytest.approx(1 - (3 * 30 + 2 * 30) / 300)


def test_tranches_with_equal_money_bring_as_much_as_without_delay(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(written(at_random(11)))
    book = open_workbook(path)
    data = plan_data(book.tables)
    setting = next(s for s in levers(book.tables, data) if s.name == "all_tranches_3_equal_money")
    factor = {row.where: row.value for row in setting.rows if row.sheet == "funding"}
    for fund, own in data.funds.items():
        whole, late = sum(own.funding.values()), sum(v for t, v in own.funding.items() if t <= 3)
        assert factor[f"fund={fund}"] == pytest.approx(whole / late)


def test_levers_can_be_written_into_a_copy_as_scenarios(tmp_path: Path) -> None:
    path, copy = tmp_path / "plan.xlsx", tmp_path / "levers.xlsx"
    path.write_bytes(written(at_random(13)))
    arguments = ["levers", str(path), "--show", str(copy)]
    told = CliRunner().invoke(main_group, arguments, standalone_mode=False)
    assert told.return_value == 0
    book = open_workbook(copy)
    assert "financing: all_tranches_3" in book.scenarios
    assert "menus: open" not in book.scenarios
    assert not any(book.refuses(name) for name in book.scenarios)
    assert [row["goal"] for row in book.tables["goals"]] == ["coverage", "equity", "parity", "cost", "liability"]
    assert plan_data(book.tables) == plan_data(open_workbook(path).tables)
    again = CliRunner().invoke(main_group, arguments, standalone_mode=False)
    assert again.return_value == 2


def test_an_unknown_lever_and_a_taken_folder_are_wrong_usage(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(written(two_donors()))
    told = CliRunner().invoke(
        main_group, ["levers", str(path), "--only", "menu", "--out", str(tmp_path / "a")], standalone_mode=False
    )
    assert (told.return_value, "did you mean `menus`?" in told.stderr) == (2, True)
    assert not (tmp_path / "a").exists()
    (tmp_path / "b").mkdir()
    told = CliRunner().invoke(
        main_group, ["levers", str(path), "--only", "menus", "--out", str(tmp_path / "b")], standalone_mode=False
    )
    assert (told.return_value, "is there already" in told.stderr) == (2, True)
