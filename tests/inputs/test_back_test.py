"""What was known at a month, by figures checked by hand, and a rolled workbook that learns what came."""

from __future__ import annotations

import openpyxl
import pytest

from inputs import back_test, build, carried_out, knowledge, learned
from inputs.assembly import months

PUBLISHED = build.load_published()
JUNE_2024 = knowledge.known_tables(PUBLISHED, "2024-06")
REALISED = build.tables(PUBLISHED)


def row(tables: knowledge.Tables, sheet: str, **keys: str) -> dict:
    (found,) = [row for row in tables[sheet] if all(row.get(name) == value for name, value in keys.items())]
    return dict(found)


def test_in_june_2024_lines_make_what_they_made_then():
    assert row(JUNE_2024, "capacity", plant="rhm_de")["2026-06"] == 0, "Unterluess was a building site"
    assert row(JUNE_2024, "capacity", plant="ua_int")["2026-06"] == 0, "no interceptor drone was offered"
    assert row(JUNE_2024, "expansions", expansion="x_int")["limit"] == 0
    assert row(knowledge.known_tables(PUBLISHED, "2025-03"), "expansions", expansion="x_int")["limit"] > 0
    assert row(JUNE_2024, "capacity", plant="lm_pac3")["2026-06"] == pytest.approx(500 / 12, abs=0.05)


def test_in_june_2024_germany_was_expected_to_go_on_as_in_the_first_half_of_the_year():
    booked = (0.929064, 0.688918, 0.076991, 0.431821, 0.014557, 0.059745)
    euros = PUBLISHED.rates["EUR"].value * 1000
    money = row(JUNE_2024, "funding", fund="DE_AID")
    assert money["2024-07"] == money["2026-04"] == pytest.approx(sum(booked) / 6 * euros, rel=1e-6)


def test_in_june_2024_launches_were_expected_as_in_the_six_months_before():
    launched = (101, 33, 89, 58, 33, 33)
    need = [each for each in JUNE_2024["demand"] if each["capability"] == "ad_ballistic"]
    assert sum(float(each["2025-10"]) for each in need) == pytest.approx(1.5 * sum(launched) / 6, rel=1e-6)


def test_in_june_2024_nobody_knew_of_purl_the_loan_or_the_missiles_from_israel():
    for fund in ("DE_PURL", "PURL_REST", "EU_LOAN_1"):
        assert not any(row(JUNE_2024, "funding", fund=fund).get(month) for month in months.HORIZON), fund
    assert row(JUNE_2024, "arrivals", item="gemt")["2025-01"] == 0
    assert row(knowledge.known_tables(PUBLISHED, "2025-01"), "arrivals", item="gemt")["2025-01"] == 90


def test_what_has_passed_is_known_as_it_came():
    known = knowledge.known_tables(PUBLISHED, "2025-09")
    for sheet, key in (("funding", "fund"), ("capacity", "plant")):
        for each in known[sheet]:
            true = row(REALISED, sheet, **{key: str(each[key])})
            for month in months.between("2024-07", "2025-09"):
                assert (each.get(month) or 0) == pytest.approx(true.get(month) or 0, rel=1e-6), (each[key], month)


def test_a_pause_of_deliveries_is_known_while_it_lasts():
    paused = row(knowledge.known_tables(PUBLISHED, "2025-07"), "stocks", place="US", item="pac3")
    assert (paused["2025-07"], paused["2025-08"]) == (0, 0)
    faster = row(knowledge.known_tables(PUBLISHED, "2025-09"), "stocks", place="US", item="pac3")
    assert (faster["2025-09"], faster["2026-04"]) == (25, 25)
    assert "2025-07" not in row(JUNE_2024, "stocks", place="US", item="pac3")


def workbook(tmp_path, **sheets):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for each in rows:
            sheet.append(each)
    path = tmp_path / "rolled.xlsx"
    book.save(path)
    return path


def test_a_rolled_workbook_moves_by_what_became_known(tmp_path):
    empty = {"capacity": ["plant"], "demand": ["place", "capability"], "adversary": ["capability"]}
    rolled = workbook(
        tmp_path,
        **{name: [header] for name, header in empty.items()},
        arrivals=[["place", "item", "2024-10"], ["hub", "gun", 5]],
        expansions=[["expansion", "limit"], ["line", 0], ["old", 7]],
        stocks=[["place", "item", "initial", "2024-10"], ["US", "gun", 40, 3]],
        funds=[["fund", "opening"], ["rich", 10], ["poor", 4]],
        funding=[["fund", "2024-10", "2024-11"], ["rich", 20, 21], ["poor", 6, 7]],
    )

    def tables(rich, poor, release):
        return {
            **{name: [] for name in empty},
            "expansions": [{"expansion": "line", "limit": 100.0 * rich - 800.0}, {"expansion": "old", "limit": 11.0}],
            "arrivals": [{"place": "hub", "item": "gun", "2024-10": release}],
            "stocks": [{"place": "US", "item": "gun", "2024-10": release}],
            "funding": [
                {"fund": "rich", "2024-09": rich, "2024-10": 20.0, "2024-11": 21.0},
                {"fund": "poor", "2024-09": poor, "2024-10": 6.0, "2024-11": 9.0},
            ],
        }

    old, new = tables(8.0, 30.0, 2.0), tables(9.5, 17.0, 6.0)
    learned.update(rolled, tmp_path / "now.xlsx", old, new, "2024-10", "2024-09")
    book = openpyxl.load_workbook(tmp_path / "now.xlsx")

    def cells(sheet):
        return [[cell.value for cell in line] for line in book[sheet].iter_rows(min_row=2)]

    assert cells("arrivals") == [["hub", "gun", 9]], "four more than expected"
    assert cells("stocks") == [["US", "gun", 40, 6]], "what is allowed now"
    assert cells("expansions") == [["line", 150], ["old", 7]], "what is offered now"
    assert cells("funds") == [["rich", 11.5], ["poor", 0]]
    assert cells("funding") == [["rich", 20, 21], ["poor", 0, 4]], "13 less came: 4 in hand, 6 and 3 of what comes"


def test_a_loss_is_of_the_forecast_up_to_the_rolled_plan_and_of_the_allocation_from_there():
    line = back_test.Line("guns", (12.0, 9.0, 5.0), 7.0, "yes", alike=True)
    assert line.row() == "| guns | 12 | 9 | 5 | 7 | yes |"
    assert line.losses() == "| guns | +3 | +2 |"


def test_what_was_delivered_is_what_the_tables_say():
    real = carried_out.delivered()
    assert real["patriot_winter"] == 700
    assert (real["tonnes"], real["bradley"], real["caesar_2025-01"], real["caesar_2025-11"]) == (220_000, 301, 85, 120)
    assert real["PURL"] == pytest.approx(4.12, abs=0.005)


def test_what_was_lost_by_not_knowing_is_told_the_most_first():
    def plan(**met):
        return {"front": sum(met.values()) / len(met), "met": met}

    plans = {
        "knew": plan(guns=0.9, tanks=0.8),
        "rolled": plan(guns=0.85, tanks=0.4),
        "alone": plan(guns=0.3, tanks=0.2),
    }
    said = back_test._forecast_part(plans)
    assert any("meets 85.0% of the needs as they came, the rolled one 62.5%" in line for line in said)
    assert any(
        "2024 alone 25.0%: a forecast loss of 22.5 points; rolling is worth +37.5 points." in line for line in said
    )
    assert [line for line in said if line.startswith("| `")] == [
        "| `tanks` | 80.0% | 40.0% |",
        "| `guns` | 90.0% | 85.0% |",
    ]
