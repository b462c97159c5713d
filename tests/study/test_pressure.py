"""Pressure: each case is solved at three effects, and its figures are those worked out by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from aidplan.audit import audit_run
from aidplan.cli import main_group
from tests.study.donors import two_donors
from tests.workbook.books import written

PERIODS = ["2025-01", "2025-02", "2025-03"]


def sheets() -> dict[str, list[list[object]]]:
    """Two donors that may press: A, with weight 0.6, from February; B, with 0.4, has not joined. 30 shells a month."""
    found = two_donors()
    found["settings"] = [["key", "value"], ["start", "2025-01"], ["periods", 3], ["money_unit", 1]]
    found["plants"] = [["plant", "place"], ["works_a", "A"]]
    found["products"] = [["plant", "item", "unit_cost"], ["works_a", "shell", 1]]
    found["capacity"] = [["plant", *PERIODS], ["works_a", 30, 30, 30]]
    found["funding"] = [["fund", *PERIODS], ["aid_a", 500, 0, 0], ["aid_b", 20, 0, 0]]
    found["menu"] = [["fund", "channel"], ["aid_a", "order"]]
    found["lanes"] = [["origin", "destination", *PERIODS], ["A", "east", 900, 900, 900]]
    found["demand"] = [
        ["place", "capability", "eased_by", "eased_share", *PERIODS],
        ["east", "fires", "fires", 0.5, 80, 80, 80],
    ]
    found["adversary"] = [["capability", *PERIODS], ["fires", 100, 100, 100]]
    found["goals"] = [["goal", "rank"], ["coverage", 1], ["parity", 2], ["cost", 3]]
    found["expansions"] = [
        ["expansion", "plant", "financing", "capex", "build_time", "limit"], ["more_a", "works_a", "public", 900, 1, 12],
    ]  # fmt: skip
    found["measures"] = [
        ["measure", "capability", "effect", "effect_low", "effect_high"],
        ["sanctions", "fires", 0.4, 0.2, 0.5],
    ]
    found["joins"] = [
        ["measure", "donor", "weight", "from", "cost"],
        ["sanctions", "A", 0.6, "2025-02", 5],
        ["sanctions", "B", 0.4, "", 3],
    ]
    return found


@pytest.fixture(scope="module")
def answer(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    folder = tmp_path_factory.mktemp("pressure")
    (folder / "plan.xlsx").write_bytes(written(sheets()))
    arguments = [
        "pressure",
        str(folder / "plan.xlsx"),
        "--out",
        str(folder / "out"),
        "--jobs",
        "1",
        "--json",
        "--quiet",
    ]
    told = CliRunner().invoke(main_group, arguments, standalone_mode=False)
    assert told.return_value == 0, told.stderr
    return folder / "out", json.loads(told.stdout)


def row(said: dict[str, Any], setting: str, effect: str, donor: str | None = None) -> dict[str, Any]:
    return next(r for r in said["pressure"] if (r["setting"], r["effect"], r["donor"]) == (setting, effect, donor))


def cut(found: dict[str, Any]) -> list[float]:
    return [found["cut"]["fires"][label] for label in PERIODS]


def test_every_case_stands_at_three_effects(answer: tuple[Path, dict[str, Any]]) -> None:
    _, said = answer
    found = [(r["setting"], r["donor"]) for r in said["pressure"][::3]]
    assert found == [("none", None), ("as_written", None), ("together", None), ("each_alone", "A"), ("each_alone", "B")]
    assert [r["effect"] for r in said["pressure"]] == ["effect_low", "effect", "effect_high"] * 5
    assert {r["status"] for r in said["pressure"]} == {"optimal"}


def test_what_is_cut_is_the_effect_of_those_who_have_joined(answer: tuple[Path, dict[str, Any]]) -> None:
    _, said = answer
    assert cut(row(said, "none", "effect_high")) == [0, 0, 0]
    assert cut(row(said, "as_written", "effect")) == pytest.approx([0, 0.24, 0.24])
    assert cut(row(said, "as_written", "effect_low")) == pytest.approx([0, 0.12, 0.12])
    assert cut(row(said, "together", "effect_high")) == pytest.approx([0, 0.5, 0.5])  # all at the latest `from`
    assert cut(row(said, "each_alone", "effect", "B")) == pytest.approx([0, 0.16, 0.16])  # at the measure's latest


def test_parity_demand_and_cost_are_those_by_hand(answer: tuple[Path, dict[str, Any]]) -> None:
    _, said = answer
    none, stated = row(said, "none", "effect"), row(said, "as_written", "effect")
    assert none["goals"]["parity"] == pytest.approx(210 / 300)
    assert stated["goals"]["parity"] == pytest.approx((70 + 46 + 46) / 252)
    assert stated["parity_points"] == pytest.approx(100 * (210 / 300 - 162 / 252))
    # Demand is eased by half of what is cut: 80, 70.4, 70.4; 30 of it met each month.
    assert stated["goals"]["coverage"] == pytest.approx(1 - 90 / 220.8)
    assert (none["cost"], stated["cost"]) == ({"A": 0, "B": 0}, {"A": 10, "B": 0})
    assert row(said, "together", "effect")["cost"] == {"A": 10, "B": 6}
    assert stated["goals"]["cost"] == pytest.approx(90 + 10)
    assert stated["cost_a_point"] == pytest.approx(10 / stated["parity_points"])
    assert stated["expansions"] == pytest.approx({"fires": 24 / 12})  # 24 fewer to match; an expansion makes 12
    assert stated["parity_from"] is None


def test_every_run_of_pressure_passes_the_audit(answer: tuple[Path, dict[str, Any]]) -> None:
    folder, said = answer
    for name in {row["run"] for row in said["pressure"]}:
        report = audit_run(folder / name)
        assert report.passed, report.as_text()


def test_what_the_plan_relies_on_is_told_at_the_low_effect(answer: tuple[Path, dict[str, Any]]) -> None:
    _, said = answer
    assert said["reliance"]["parity_kept_at_low"] == pytest.approx((70 + 58 + 58) / 276)
    assert said["reliance"]["parity_low"] == pytest.approx((70 + 58 + 58) / 276)
    assert any("no more than their low effect" in sentence for sentence in said["sentences"])


def test_a_workbook_without_measures_is_wrong_usage(tmp_path: Path) -> None:
    (tmp_path / "plan.xlsx").write_bytes(written(two_donors()))
    told = CliRunner().invoke(
        main_group, ["pressure", str(tmp_path / "plan.xlsx"), "--out", str(tmp_path / "o")], standalone_mode=False
    )
    assert (told.return_value, "has no measures" in told.stderr) == (2, True)


def test_only_some_cases_are_solved_beside_none_and_where_nobody_joins_one_plan_does(tmp_path: Path) -> None:
    found = sheets()
    found["joins"][1][3] = ""  # A has not joined either
    (tmp_path / "plan.xlsx").write_bytes(written(found))
    arguments = ["pressure", str(tmp_path / "plan.xlsx"), "--jobs", "1", "--json", "--quiet"]
    only = ["--only", "together", "--only", "as_written"]
    told = CliRunner().invoke(main_group, [*arguments, *only, "--out", str(tmp_path / "o")], standalone_mode=False)
    assert told.return_value == 0, told.stderr
    said = json.loads(told.stdout)
    assert [r["setting"] for r in said["pressure"][::3]] == ["none", "as_written", "together"]
    assert said["solves"] == 1 + 3
    assert {r["run"] for r in said["pressure"][:6]} == {"as_written"}
    # All join at the start. At the low effect 0.2: 80 to match a month, 30 of them made.
    assert said["reliance"] == pytest.approx(
        {"setting": "together", "parity_stated": 0.5, "parity_kept_at_low": 50 / 80, "parity_low": 50 / 80}
    )
    assert any("of all donors together made for the stated effect" in sentence for sentence in said["sentences"])
    told = CliRunner().invoke(
        main_group, [*arguments, "--only", "togther", "--out", str(tmp_path / "p")], standalone_mode=False
    )
    assert (told.return_value, "did you mean `together`?" in told.stderr) == (2, True)
