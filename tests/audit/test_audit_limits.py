"""Every limit notices a plan that passes it: the workbook's limit is put just below what the plan uses."""

import pytest

from aidplan.audit import audit_run
from tests.audit.hand_made import AUG, JUL, PLAN, SEP, SHEETS, change_cell, write_hand_made_run


def findings_with(tmp_path, sheet, row, column, value):
    return audit_run(write_hand_made_run(tmp_path, change_cell(SHEETS, sheet, row, column, value))).findings


@pytest.mark.parametrize(
    ("sheet", "row", "column", "allowed", "passed", "says"),
    [
        (
            "menu",
            2,
            "share_max",
            0.0667,
            0.0666,
            "share_max of USAI, shell, *, DE, order (menu!H3): 0.6 where 0.5994 is allowed",
        ),
        (
            "menu",
            4,
            "share_min",
            0.2553,
            0.256,
            "share_min of EUF, shell, *, DE, order (menu!G5): what must be spent on it in time: 0.06016 where 0.06 is",
        ),
        ("capacity", 1, AUG, 35.0, 34.9, "capacity of @us in 2024-08 (capacity!C2): 45 where 44.9 is allowed"),
        (
            "capacity",
            2,
            AUG,
            50.0,
            49.9,
            "tables/made.csv row 13 (de, shell, common, 2024-08): capacity of de in 2024-08 (capacity!C3): 58 where 57.9",
        ),
        (
            "expansions",
            1,
            "step_limit",
            10.0,
            9.9,
            "step_limit of bigger in 2024-07 (expansions!G2): 10 where 9.9 is allowed",
        ),
        ("expansions", 1, "limit", 15.0, 14.9, "limit of expansion bigger (expansions!F2): 15 where 14.9 is allowed"),
        (
            "expansions",
            2,
            "guarantee_share",
            2.12,
            2.13,
            "guarantee at de in 2024-09: what lend-lease orders must back: 17.04 where 17 is",
        ),
        ("bills", 2, "quantity", None, 0.25, "backing of powder in 2024-09: 4 where 3.75 is allowed"),
        ("settings", 5, "value", 0.32, 0.31, "outyear_limit (settings!B6): 0.32 where 0.31 is allowed"),
        ("stocks", 1, "floor", 55.0, 56.0, "floor of the reserve of shell in DE (stocks!D2): 56 where 55 is allowed"),
        (
            "stocks",
            1,
            "release_limit",
            20.0,
            19.9,
            "release_limit of shell in DE in 2024-07 (stocks!E2): 20 where 19.9 is allowed",
        ),
        (
            "lanes",
            2,
            "capacity_t",
            14.0,
            13.9,
            "capacity_t of DE to hub by rail in 2024-08 (lanes!G3): 14 where 13.9 is allowed",
        ),
        (
            "places",
            3,
            "throughput_t",
            15.0,
            14.9,
            "throughput_t of hub in 2024-08 (places!C4): 15 where 14.9 is allowed",
        ),
        (
            "places",
            3,
            "storage_t",
            12.025,
            12.02,
            "storage_t of hub in 2024-09 (places!D4): 12.025 where 12.02 is allowed",
        ),
        (
            "demand",
            1,
            "floor",
            0.6,
            0.61,
            "floor of fires at east in 2024-08 (demand!D2): what may be unmet: 80 where 78 is allowed",
        ),
        ("platforms", 1, "rate", 62.0, 61.0, "platforms gun at east in 2024-09: 1.016393443 where 1 is allowed"),
    ],
)
def test_a_limit_holds_up_to_what_it_allows_and_no_further(tmp_path, sheet, row, column, allowed, passed, says):
    (tmp_path / "within").mkdir()
    (tmp_path / "past").mkdir()
    if allowed is not None:
        assert [
            str(f)
            for f in findings_with(tmp_path / "within", sheet, row, column, allowed)
            if says.split(" (")[0] in str(f)
        ] == []
    assert any(says in str(finding) for finding in findings_with(tmp_path / "past", sheet, row, column, passed))


def test_an_order_book_is_not_left_fuller_than_it_was(tmp_path):
    ordered = {**PLAN["ordered"], ("USAI", "de", "shell"): (10, 25, 18)}
    backlog = {**PLAN["backlog"], ("de", "shell", "common"): (0, 2, 3)}
    report = audit_run(write_hand_made_run(tmp_path, plan={**PLAN, "ordered": ordered, "backlog": backlog}))
    told = [str(finding) for finding in report.findings if finding.check == "closing_backlog"]
    assert len(told) == 1
    assert told[0].startswith(
        "tables/backlog.csv row 6 (de, shell, common, 2024-09): closing_backlog of de, shell, common: 3 where 0 is allowed"
    )


def test_a_floor_binds_from_its_first_period_on(tmp_path):
    report = audit_run(write_hand_made_run(tmp_path, change_cell(SHEETS, "demand", 1, "floor_from", "2024-07")))
    assert [f.place for f in report.findings if f.check == "floor"] == ["tables/unmet.csv row 3 (east, fires, 2024-07)"]


@pytest.mark.parametrize(
    ("sheet", "row", "column", "value", "why"),
    [
        (
            "funds",
            1,
            "expires",
            "2024-08",
            "tables/ordered.csv row 9 (USAI, de, shell, 2024-09): cannot be: the fund has expired",
        ),
        ("menu", 3, "channel", "order", "cannot be: no row of the fund's menu allows to release it"),
        (
            "menu",
            3,
            "country",
            "US",
            "tables/ordered.csv row 3 (EUF, de, shell, 2024-08): cannot be: no row of the fund's menu allows to order",
        ),
        (
            "menu",
            1,
            "class",
            "vehicle",
            "tables/built.csv row 2 (USAI, bigger, 2024-07): cannot be: no row of the fund's menu allows to expand",
        ),
        (
            "lanes",
            2,
            "class",
            "vehicle",
            "(DE, hub, rail, shell, 2024-07): cannot be: the lane does not carry the item",
        ),
        ("lanes", 2, "capacity_t", 0, "cannot be: the lane is closed in this period"),
        (
            "places",
            3,
            "throughput_t",
            0,
            "(hub, east, any, gun, 2024-07): cannot be: the place passes nothing on in this period",
        ),
        ("funds", 1, "mode", "tranche", "tables/pledged.csv row 2 (pledge, 2024-07): guarantee at de"),
    ],
)
def test_what_the_workbook_gives_no_right_or_way_to_is_found(tmp_path, sheet, row, column, value, why):
    assert any(why in str(finding) for finding in findings_with(tmp_path, sheet, row, column, value))


@pytest.mark.parametrize("weight", [0, None])
def test_on_a_closed_lane_nothing_travels_whatever_it_weighs(tmp_path, weight):
    sheets = change_cell(change_cell(SHEETS, "items", 1, "weight_t", weight), "lanes", 1, "capacity_t", 0)
    report = audit_run(write_hand_made_run(tmp_path, sheets))
    assert any("(US, hub, sea, shell, 2024-07): cannot be: the lane is closed" in str(f) for f in report.findings)


def test_capacity_that_no_lend_lease_fund_can_back_is_not_pledged(tmp_path):
    menu = [row for row in SHEETS["menu"] if row[0] not in ("USAI", "DEF")]
    report = audit_run(write_hand_made_run(tmp_path, {**SHEETS, "menu": menu}))
    assert any("(pledge, 2024-07): cannot be: no lend-lease fund can back it" in str(f) for f in report.findings)


@pytest.mark.parametrize(
    ("sheet", "row", "column", "value", "broken"),
    [
        ("funds", 1, "carry_over", "no", "balance"),
        ("funds", 1, "opening", 2, "balance"),
        ("funds", 2, "approval_delay", 0, "balance"),
        ("funds", 2, "carry_over", "yes", "balance"),
        ("funds", 3, "expires", None, "balance"),
        ("funding", 2, "2024-06", 2, "balance"),
        ("products", 1, "lead_time", 0, "backlog"),
        ("products", 1, "unit_cost", 10.01, "spent"),
        ("orderbook", 2, "quantity", 2, "backlog"),
        ("expansions", 2, "guarantee_periods", 5, "goals"),
        ("bills", 1, "quantity", 0.6, "components"),
        ("supply", 1, "initial", 41, "components"),
        ("supply", 1, SEP, 16, "components"),
        ("stocks", 1, "initial", 101, "reserve"),
        ("stocks", 1, "release_cost", 6, "spent"),
        ("stocks", 2, "initial", 9, "stock"),
        ("arrivals", 1, JUL, 2, "stock"),
        ("lanes", 1, "loss", 0.2, "stock"),
        ("lanes", 1, "transit", 2, "stock"),
        ("lanes", 3, "cost_per_t", 21, "goals"),
        ("fleets", 1, "attrition", 0.4, "fleet"),
        ("fleets", 1, "initial", 3, "fleet"),
        ("effects", 1, "effect", 2.1, "demand"),
        ("effects", 1, "effect", 2.1, "parity"),
        ("demand", 1, "priority", 3, "goals"),
        ("demand", 1, JUL, 201, "coverage"),
        ("capabilities", 1, "weight", 4, "goals"),
        ("adversary", 1, "target_ratio", 1.6, "parity"),
        ("settings", 4, "value", 0.3, "goals"),
        ("settings", 3, "value", 1001, "spent"),
        ("goals", 1, "weight", 3, "ranks"),
        ("goals", 3, "tolerance", 0.01, "ranks"),
        ("goals", 4, "rank", 3, "ranks"),
    ],
)
def test_every_figure_of_the_workbook_counts(tmp_path, sheet, row, column, value, broken):
    """A run whose workbook says another figure than the one that was solved does not hold."""
    assert broken in {finding.check for finding in findings_with(tmp_path, sheet, row, column, value)}
