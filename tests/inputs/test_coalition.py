"""The real workbook: what stands in the committed file, held against the published tables."""

from __future__ import annotations

import csv
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from aidplan.workbook import open_workbook
from inputs import build

INPUTS = Path(build.HERE)
WINDOW = [f"{year}-{month:02d}" for year in (2024, 2025, 2026) for month in range(1, 13)][6:28]
AMERICAN_LINES = {
    "US_USAI_24": "U25",
    "US_USAI_B23": "U21",
    "US_USAI_B24": "U22",
    "US_PDA_24": "U28",
    "US_PDA_25": "U33",
    "US_FMF_24": "U27",
    "US_REPL_24": "U26",
}


@cache
def sheets() -> dict[str, list[dict[str, object]]]:
    """Every sheet of the committed workbook as rows by column name."""
    book = CalamineWorkbook.from_path(str(build.WORKBOOK))
    found = {}
    for name in book.sheet_names:
        header, *rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        found[name] = [dict(zip(header, row, strict=True)) for row in rows]
    return found


def planned() -> dict[str, list[dict[str, object]]]:
    return {name: rows for name, rows in sheets().items() if not name.startswith("#")}


def published(name: str) -> list[dict[str, str]]:
    with (INPUTS / "published" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def kiel_totals() -> dict[str, float]:
    """Military allocations by donor over 2024-07..2026-04 [bn EUR], as Kiel's table adds them up."""
    return {
        row["donor"]: float(row["amount"])
        for row in published("donors_commitments")
        if row["measure"] == "allocation" and row["window_start"] == "2024-07" and float(row["amount"]) > 0
    }


@cache
def received() -> dict[str, float]:
    """What each fund receives over Kiel's window [USD m]."""
    return {str(row["fund"]): sum(float(row[month] or 0) for month in WINDOW) for row in sheets()["funding"]}


def codes(source: object) -> list[str]:
    found = re.search(r"rows ([A-Z0-9 ]+) of #figures", str(source))
    return found.group(1).split() if found else []


def test_the_committed_workbook_is_what_the_build_makes(tmp_path):
    build.write(build.pages(), tmp_path / "again.xlsx")
    again = CalamineWorkbook.from_path(str(tmp_path / "again.xlsx"))
    here = CalamineWorkbook.from_path(str(build.WORKBOOK))
    assert again.sheet_names == here.sheet_names
    for name in here.sheet_names:
        made = again.get_sheet_by_name(name).to_python(skip_empty_area=False)
        assert made == here.get_sheet_by_name(name).to_python(skip_empty_area=False), (
            f"{name}: run python -m inputs.build"
        )


def test_two_builds_are_the_same_file_byte_for_byte(tmp_path):
    pages = build.pages()
    for name in ("one.xlsx", "two.xlsx"):
        build.write(pages, tmp_path / name)
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()


def test_the_monthly_table_adds_up_to_the_published_totals():
    monthly: Counter[str] = Counter()
    for row in published("donors_monthly_allocations"):
        if row["month"] in WINDOW:
            monthly[row["donor"]] += float(row["military_eur_bn"] or 0)
    for donor, total in kiel_totals().items():
        assert monthly[donor] == pytest.approx(total, abs=2e-6), donor


def test_each_donor_gives_what_kiel_publishes():
    totals = kiel_totals()
    check = {str(row["donor"]): row for row in sheets()["#donor_check"]}
    assert set(check) == set(totals)
    rates = {str(row["currency"]): float(row["usd"]) for row in sheets()["#rates"]}
    country = {str(row["name"]): str(row["place"]) for row in sheets()["places"]}
    in_kiel = [(str(row["fund"]), str(row["donor"])) for row in sheets()["funds"] if row["#in_kiel"] == "yes"]
    for donor, total in totals.items():
        names = {donor, country.get(donor, donor)}
        own = sum(received()[fund] for fund, giver in in_kiel if giver in names)
        shared = float(check[donor]["in_PURL_REST_usd_m"] or 0)
        rate = rates["EUR24" if donor == "United States" else "EUR"]
        assert (own + shared) / rate / 1000 == pytest.approx(total, abs=1e-5), donor


def test_every_fund_that_counts_in_kiel_belongs_to_a_donor_of_the_list():
    donors = set(kiel_totals())
    names = {str(row["place"]): str(row["name"]) for row in sheets()["places"]}
    for row in sheets()["funds"]:
        if row["#in_kiel"] == "yes":
            assert names.get(str(row["donor"]), str(row["donor"])) in donors, row["fund"]


def test_purl_adds_up_to_what_kiel_counts_and_stays_inside_the_donors_totals():
    total = sum(
        float(row["nato_purl_eur_bn"]) for row in published("military_source_monthly") if row["month"] in WINDOW
    )
    check = sheets()["#donor_check"]
    assert sum(float(row["purl_eur_bn"]) for row in check) == pytest.approx(total, rel=5e-4)
    shared = sum(float(row["in_PURL_REST_usd_m"] or 0) for row in check)
    assert received()["PURL_REST"] == pytest.approx(shared, rel=1e-5)
    for row in check:
        assert float(row["purl_eur_bn"]) <= float(row["kiel_eur_bn"]) + 1e-9, row["donor"]


def test_no_monthly_budget_is_negative():
    for row in sheets()["funding"]:
        assert all(float(value or 0) >= 0 for name, value in row.items() if name[:2] == "20"), row["fund"]


def test_american_lines_end_when_the_published_table_says_and_hold_no_more_than_it():
    table = {row["id"]: row for row in published("us_appropriations")}
    funds = {str(row["fund"]): row for row in sheets()["funds"]}
    for fund, code in AMERICAN_LINES.items():
        assert str(funds[fund]["expires"]) == table[code]["available_until"][:7], fund
        line = float(table[code]["amount_usd_bn"]) * 1000
        assert received()[fund] + float(funds[fund]["opening"] or 0) <= line, fund


def test_every_row_has_a_source_and_a_confidence():
    for name, rows in planned().items():
        for row in rows:
            assert row["source"], (name, row)
            assert row["confidence"] in ("reported", "derived", "assumed"), (name, row)


def test_every_derived_row_says_how():
    for name, rows in planned().items():
        for row in rows:
            assert row["note"] or row["confidence"] != "derived", (name, row)


def test_every_cited_figure_stands_on_the_sheet_of_figures_with_its_source():
    figures = {str(row["code"]): row for row in sheets()["#figures"]}
    tables = {row["id"]: row for name in ("prices", "capacity", "stocks") for row in published(name)}
    for name, rows in planned().items():
        for row in rows:
            assert set(codes(row["source"])) <= set(figures), (name, row)
    for code, figure in figures.items():
        if code in tables:
            assert figure["source"] == tables[code]["source"]


def test_no_row_is_reported_that_rests_on_an_assumed_figure():
    figures = {str(row["code"]): row for row in sheets()["#figures"]}
    for name in ("products", "stocks", "orderbook", "capacity", "demand", "adversary"):
        for row in sheets()[name]:
            if row["confidence"] == "reported":
                assert all(figures[code]["confidence"] != "assumed" for code in codes(row["source"])), (name, row)


def test_the_workbook_has_what_was_asked_for():
    items = [row for row in sheets()["items"] if row["kind"] != "component"]
    kinds = Counter(str(row["kind"]) for row in sheets()["places"])
    assert len(items) >= 35
    assert {row["class"] for row in sheets()["items"]} >= {
        "shell", "charge", "rocket", "interceptor", "adsys", "tank", "ifvc", "tube", "drone", "engineer", "ew"
    }  # fmt: skip
    assert {row["item"] for row in sheets()["items"] if row["kind"] == "component"} >= {
        "powder",
        "tnt",
        "srm",
        "seeker",
        "module",
    }
    assert len(sheets()["plants"]) >= 60
    assert kinds["front"] >= 6
    assert kinds["home"] >= 2
    assert {row["mode"] for row in sheets()["lanes"]} == {"road", "rail", "sea", "air"}
    assert {row["financing"] for row in sheets()["expansions"]} == {"public", "private"}
    assert len({row["scenario"] for row in sheets()["scenarios"]}) >= 8


def test_the_questions_that_planners_ask_first_are_scenarios():
    names = {row["scenario"] for row in sheets()["scenarios"]}
    assert names >= {
        "tranches", "us_stays", "germany_leaves", "surge", "expansions_late", "hub_closed", "no_guarantees", "rearmament_first"
    }  # fmt: skip


def test_the_donor_that_leaves_is_the_largest_but_the_united_states():
    totals = kiel_totals()
    largest = max((donor for donor in totals if donor != "United States"), key=lambda donor: totals[donor])
    row = next(row for row in sheets()["scenarios"] if row["scenario"] == f"{largest.lower()}_leaves")
    mine = [str(fund["fund"]) for fund in sheets()["funds"] if fund["donor"] == "DE" and fund["#in_kiel"] == "yes"]
    assert largest == "Germany"
    assert str(row["where"]) == f"fund={', '.join(mine)}"


def test_the_hub_that_closes_is_the_largest():
    hubs = {str(row["place"]): float(row["throughput_t"]) for row in sheets()["places"] if row["kind"] == "hub"}
    outside = {place: tonnes for place, tonnes in hubs.items() if not place.startswith("ua_")}
    row = next(row for row in sheets()["scenarios"] if row["scenario"] == "hub_closed")
    assert row["where"] == f"place={max(outside, key=lambda place: outside[place])}"


def test_european_shell_lines_add_up_to_between_found_and_claimed():
    table = {row["id"]: float(row["output_per_month"]) for row in published("capacity") if row["id"] in ("C63", "C64")}
    members = {"DE", "FR", "ES", "IT", "PL", "SK", "CZ", "FI", "GR", "LT", "BG", "RO"}
    place = {str(row["plant"]): str(row["place"]) for row in sheets()["plants"]}
    lines = {str(row["plant"]) for row in sheets()["products"] if row["item"] == "shell155"}
    made = sum(
        float(row["2024-07"])
        for row in sheets()["capacity"]
        if row["plant"] in lines and place[str(row["plant"])] in members
    )
    assert table["C64"] < made < table["C63"]


def test_lines_that_the_world_queues_for_owe_goods_to_others():
    owed = {(str(row["plant"]), str(row["item"])) for row in sheets()["orderbook"] if row["owner"] != "common"}
    queued = {
        ("lm_pac3", "pac3"),
        ("rtx_gemt", "gemt"),
        ("rtx_patriot", "patriot_fu"),
        ("lm_gmlrs", "gmlrs"),
        ("us_155", "shell155"),
    }
    assert queued <= owed
    waiting = {
        str(row["place"]) for row in sheets()["demand"] if str(row["place"]).startswith("home_") and row["floor"]
    }
    assert {"home_us", "home_allies"} <= waiting


def test_interceptors_needed_follow_the_launches():
    launches = {row["month"]: row for row in published("threat_monthly")}
    need = [row for row in sheets()["demand"] if row["capability"] == "ad_ballistic"]
    for month in ("2024-07", "2025-02", "2026-04"):
        row = launches[month]
        one_and_a_half_each = 1.5 * (float(row["launched_ballistic"]) + float(row["launched_mixed"]) / 2)
        assert sum(float(place[month]) for place in need) == pytest.approx(one_and_a_half_each, rel=1e-6), month


def test_a_wear_rate_is_oryx_losses_over_the_fleet():
    losses = {
        row["id"]: float(row["quantity"])
        for row in published("demand")
        if row["id"] in ("D050", "D051", "D052", "D053")
    }
    tanks = ("leo1", "leo2", "abrams", "chall2", "t72")
    fleet = [row for row in sheets()["fleets"] if row["item"] in tanks and not str(row["place"]).startswith("home_")]
    held = sum(float(row["initial"]) for row in fleet)
    for row in fleet:
        assert float(row["attrition"]) == pytest.approx(sum(losses.values()) / 4 * 1.2 / held, rel=2e-3), row["place"]


def test_the_workbook_and_every_scenario_can_be_solved():
    book = open_workbook(build.WORKBOOK)
    assert [str(finding) for finding in book.findings if finding.severity == "error"] == []
    refused = {name: [str(f) for f in book.scenario(name).findings if f.severity == "error"] for name in book.scenarios}
    assert {name: found for name, found in refused.items() if found} == {}


def test_the_warnings_are_shortages_that_the_plan_is_about_and_one_small_booking():
    warnings = {finding.code: finding.place for finding in open_workbook(build.WORKBOOK).findings}
    assert warnings.pop("demand-above-reach")
    assert set(warnings) == {"scale"}, "a month in which Denmark booked little"
    row = int(warnings["scale"].removeprefix("funding!F")) - 2
    assert sheets()["funding"][row]["fund"] == "DK_AID"
