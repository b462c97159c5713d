"""What a check against published figures found wrong, as it stands in the workbook now: each number by hand."""

from __future__ import annotations

from collections import Counter

import pytest

from inputs import build
from inputs.assembly import months
from inputs.assembly.money import Money

PUBLISHED = build.load_published()
MADE = build.tables(PUBLISHED)
MONEY = Money(PUBLISHED, build.PUBLISHED, build.SHEETS_FOLDER)


def row(sheet: str, **keys: str) -> dict:
    """The one row of a sheet that has these keys."""
    (found,) = [row for row in MADE[sheet] if all(row.get(name) == value for name, value in keys.items())]
    return dict(found)


def months_of(found: dict, first: str, last: str) -> list[float]:
    return [float(found[month]) for month in months.between(first, last)]


def test_british_shells_are_a_few_hundred_a_month_until_the_filling_plant_opens():
    made = row("capacity", plant="bae_shell")
    assert set(months_of(made, "2024-07", "2026-06")) == {333}, "4,000 a year / 12"
    step = row("expansions", expansion="x_bae")
    assert step["limit"] == 16 * 333 + 5 - 333, "sixteen times 333, published as 5,333, less what is there"
    first = next(month for month in months.HORIZON if step.get(month) != 0)
    assert months.label(months.ordinal(first) + int(step["build_time"])) == "2026-07"


def test_american_shells_stay_between_forty_and_fifty_thousand_a_month_and_are_not_expanded_within_the_horizon():
    made = row("capacity", plant="us_155")
    assert all(39_000 < each <= 50_000 for each in months_of(made, "2024-09", "2026-06"))
    assert made["2024-10"] == made["2025-06"] == 40_000
    assert made["2026-06"] == (40_000 + 50_000) / 2
    assert row("expansions", expansion="x_us155")["build_time"] == 24


def test_pac_3_of_2025_add_up_to_the_620_that_were_delivered():
    made = row("capacity", plant="lm_pac3")
    assert sum(months_of(made, "2025-01", "2025-12")) == pytest.approx(620, abs=0.5)
    assert sum(months_of(made, "2024-07", "2024-12")) == pytest.approx(500 / 2, abs=0.5)


def test_unterluess_makes_seventy_thousand_shells_in_the_first_half_of_2026():
    made = row("capacity", plant="rhm_de")
    assert sum(months_of(made, "2025-09", "2025-12")) == pytest.approx(25_000)
    assert sum(months_of(made, "2026-01", "2026-06")) == pytest.approx(70_000, abs=5)


def test_rockets_begin_at_ten_thousand_a_year_and_motors_at_seventy_five_thousand():
    assert row("capacity", plant="lm_gmlrs")["2024-07"] == pytest.approx(10_000 / 12, abs=1)
    assert row("capacity", plant="aerojet")["2024-07"] == 75_000 / 12


def test_american_charges_of_september_2024_lie_between_the_awards_and_eighteen_thousand_full_sets():
    assert 1_600_000 / 24 < row("capacity", plant="us_mod")["2024-09"] < 18_000 * 5.26


@pytest.mark.parametrize(
    ("plant", "item", "low", "high"),
    [
        ("rhm_de", "shell155", 4_944, 4_946),
        ("us_155", "shell155", 3_000, 4_000),
        ("rtx_gemt", "gemt", 4_000_000, 4_000_000),
        ("thales_uk", "lmm", 315_000, 340_000),
        ("mines_eu", "mine_at", 640, 660),
        ("cz_152", "shell152", 1_875, 1_875),
        ("vmz_bg", "shell152", 1_875, 1_875),
    ],
)
def test_a_price_is_what_contracts_and_budgets_say(plant, item, low, high):
    assert low <= float(row("products", plant=plant, item=item)["unit_cost"]) <= high


def test_nobody_asks_for_the_offensive_of_december_2022():
    for capability, held in (("armour", 853), ("ifv", 1203), ("tubes", 1385)):
        need = [each for each in MADE["demand"] if each["capability"] == capability]
        for month in months.HORIZON:
            assert sum(float(each[month]) for each in need) == pytest.approx(held, rel=1e-6), (capability, month)


def test_support_is_asked_for_at_three_tenths_of_what_kiel_counts():
    need = sum(float(each["2025-03"]) for each in MADE["demand"] if each["capability"] == "sustain")
    euros = sum(MONEY.total(donor["donor"]) * MONEY.rate(donor) for donor in MONEY.donors)
    assert need == pytest.approx(euros * 1000 / 22 * 0.3, rel=1e-5)


def test_the_need_for_patriot_systems_is_met_by_what_stops_ballistic_missiles_alone():
    serves = {each["item"] for each in MADE["effects"] if each["capability"] == "ad_units_ballistic"}
    assert serves == {"patriot_fu", "sampt"}
    assert {each["item"] for each in MADE["effects"] if each["capability"] == "ad_units_other"} == {
        "nasams",
        "irist_fu",
        "gepard",
    }


def test_no_line_of_the_czech_initiative_counts_what_another_line_makes():
    beside = sum(float(row("capacity", plant=plant)["2024-09"]) for plant in ("novaky",)) + 10_000 + 30_000
    delivered = (1_600_000 - 500_000) / 12
    assert float(row("capacity", plant="cz_152")["2024-09"]) == pytest.approx(delivered - beside, rel=1e-4)


def test_the_missiles_from_israel_arrive_in_january_2025():
    assert row("arrivals", item="gemt")["2025-01"] == 90


def test_ukraine_buys_no_shells_abroad_with_its_drone_money():
    countries = {each["country"] for each in MADE["menu"] if each["fund"] == "UA_MOD"}
    assert countries == {"UA"}


def test_purl_spends_most_of_its_money_on_interceptors():
    funds = {str(each["fund"]) for each in MADE["funds"] if "PURL" in str(each["fund"])}
    least = {
        str(each["fund"]): each["share_min"]
        for each in MADE["menu"]
        if each.get("share_min") and "PURL" in str(each["fund"])
    }
    assert set(least) == funds
    assert set(least.values()) == {0.6}


def test_windfall_profits_are_the_parts_that_go_through_the_peace_facility():
    money = row("funding", fund="EU_WINDFALL")
    euros = PUBLISHED.rates["EUR"].value
    paid = {month: float(money[month]) for month in months.HORIZON if float(money[month])}
    expected = {"2024-07": 1.4, "2025-04": 2.1 * 0.9, "2025-08": 1.6 * 0.05, "2026-04": 1.4 * 0.05}
    assert paid == pytest.approx({month: part * 1000 * euros for month, part in expected.items()}, rel=1e-5)


def test_of_the_loan_nothing_but_the_first_tranche_comes_within_the_horizon():
    first = row("funding", fund="EU_LOAN_1")
    assert {month for month in months.HORIZON if first.get(month)} == {"2026-06"}
    assert not any(row("funding", fund="EU_LOAN").get(month) for month in months.HORIZON)


def test_no_donor_has_money_before_it_was_announced():
    for donor in MONEY.donors:
        if donor["menu"] == "US":
            continue
        booked = MONEY.booked(donor["donor"], "2024-07", "2026-04")
        own, purl = MONEY.budget(donor["donor"])
        announced = there = 0.0
        for month in months.between("2024-07", "2026-04"):
            announced += booked.get(month, 0.0)
            there += own.get(month, 0.0) + purl.get(month, 0.0)
            assert there <= announced + 1e-9, (donor["donor"], month)


def test_what_goes_beyond_published_pledges_is_marked_and_a_scenario_is_without_it():
    marked = {
        str(each["fund"]): float(each["#beyond_pledges"]) for each in MADE["funding"] if each.get("#beyond_pledges")
    }
    for fund, amount in marked.items():
        money = row("funding", fund=fund)
        assert amount == pytest.approx(sum(months_of(money, "2026-05", months.PLANNED[-1])), rel=1e-6), fund
    (without,) = [each for each in MADE["scenarios"] if each["scenario"] == "pledges_only"]
    assert {fund.strip() for fund in str(without["where"]).removeprefix("fund=").split(",")} == set(marked)


def test_a_donor_is_written_one_way():
    names = {str(place["name"]): str(place["place"]) for place in MADE["places"]}
    donors = Counter(str(fund["donor"]) for fund in MADE["funds"])
    assert not set(donors) & set(names), "a donor with a place is named by its code"


def test_other_customers_wait_sixteen_months_at_most_and_get_most_of_it_back():
    redirects = {str(each["item"]): each for each in MADE["redirects"]}
    assert set(redirects) == {"pac3", "gemt", "amraam"}
    for item, each in redirects.items():
        assert each["owner"] == "home_allies"
        allowed = {month for month in months.HORIZON if each[month]}
        assert allowed == set(months.between("2024-07", "2025-10")), (item, "June 2024 said sixteen months")
        assert each["owed_end"] < sum(float(each[month]) for month in allowed) / 2
    assert redirects["pac3"]["2024-07"] == pytest.approx(500 / 12 / 2, abs=0.05), "half of the line"
    assert not any(each["floor"] for each in MADE["demand"] if each["capability"] == "re_ad"), "a queue, no least share"
    queued = {str(each["owner"]): each["closing"] for each in MADE["orderbook"] if each["item"] == "pac3"}
    assert queued == {"common": "", "home_us": 0, "home_allies": 0}, "what others ordered before is made in the end"


def test_a_measure_may_do_nothing_and_has_cut_nothing_yet():
    assert {str(each["measure"]) for each in MADE["measures"]} == {"propellant", "components", "engines"}
    for each in MADE["measures"]:
        assert each["effect_low"] == 0
        assert each["source"]
        assert each["confidence"] == "assumed"
    weights = Counter()
    for each in MADE["joins"]:
        weights[str(each["measure"])] += float(each["weight"])
        assert not each.get("from"), "what was reported is the output under the measures that stood"
    assert dict(weights) == pytest.approx({"propellant": 1, "components": 1, "engines": 1})


def test_the_half_year_after_the_horizon_is_named_and_its_money_marked():
    assert months.PLANNED[-1] == "2026-12"
    settings = {str(each["key"]): each["value"] for each in MADE["settings"]}
    assert (settings["periods"], settings["tail"]) == (24, 6)
    loan = row("funding", fund="EU_LOAN")
    rest = (60 - 5.9) * 1000 * PUBLISHED.rates["EUR"].value / 18
    assert all(loan[month] == pytest.approx(rest, rel=1e-6) for month in months.between("2026-07", "2026-12"))
