"""The scenario language: which rows, which cells, what becomes of them."""

from __future__ import annotations

import pytest

from aidplan.workbook import Tables, plan_data
from tests.workbook.books import Cells, long, opened, put, small

HEADER = ["scenario", "sheet", "where", "column", "change", "value"]
PERIODS = [1, 2, 3]


def changed(*rows: Cells, sheets: dict | None = None) -> Tables:
    """The small workbook's tables in a scenario of these rows, which must be lawful."""
    sheets = sheets or small()
    sheets["scenarios"] = [HEADER, *(["s", *row] for row in rows)]
    book = opened(sheets)
    assert [str(finding) for finding in book.findings if finding.severity == "error"] == []
    scenario = book.scenario("s")
    assert [str(finding) for finding in scenario.findings if finding.severity == "error"] == []
    return scenario.tables


def said(*row: object, sheets: dict | None = None) -> list[str]:
    """The scenario's findings for one row, the severity first."""
    sheets = sheets or small()
    sheets["scenarios"] = [HEADER, ["s", *row]]
    return [f"{finding.severity} {finding.cell} {finding.message}" for finding in opened(sheets).scenario("s").findings]


def row(tables: Tables, sheet: str, *key: str):
    found = tables.row(sheet, key)
    assert found is not None
    return found


def series(tables: Tables, sheet: str, *key: str) -> list[float | None]:
    return [row(tables, sheet, *key).number_at(t) for t in PERIODS]


@pytest.mark.parametrize(("where", "chosen"), [
    ("", ["US-hub", "DE-hub", "hub-east", "DE-home"]),
    ("origin=DE", ["DE-hub", "DE-home"]),
    ("origin = US , hub ; destination=hub", ["US-hub"]),
    ("Mode=any", ["DE-home"]),
    ("mode=none", ["DE-home"]),
    ("class=*", ["US-hub", "DE-hub", "DE-home"]),
    ("class=vehicle", ["hub-east"]),
    ("loss=0.01, 0.020", ["US-hub", "hub-east"]),
    ("loss=0", ["DE-hub", "DE-home"]),
    ("capacity_t=none", ["DE-home"]),
    ("transit=1.0", ["US-hub"]),
    ("2024-08=600", ["DE-hub"]),
    ("origin=DE; origin=US, DE; ", ["DE-hub", "DE-home"]),
])  # fmt: skip
def test_where_selects_rows(where, chosen):
    tables = changed(["lanes", where, "cost_per_t", "set", 7])
    assert [f"{lane['origin']}-{lane['destination']}" for lane in tables["lanes"] if lane["cost_per_t"] == 7] == chosen


def test_where_compares_periods_as_periods_and_words_in_any_case():
    tables = changed(
        ["funds", "expires=202409; mode=LEND_LEASE", "opening", "set", 9],
        ["funds", "delivers_to=none", "donor", "set", "Ann"],
    )
    assert (row(tables, "funds", "USAI")["opening"], row(tables, "funds", "KFW")["opening"]) == (9, 0)
    assert (row(tables, "funds", "USAI")["donor"], row(tables, "funds", "KFW")["donor"]) == ("Ann", "DE")


@pytest.mark.parametrize(("column", "periods"), [
    ("*", [1, 2, 3]), ("2024-08", [2]), (202408, [2]), ("2024-08..", [2, 3]), ("..2024-08", [1, 2]), ("2024-01..2024-07", [1]),
    ("2024-09, 2024-07..2024-07", [1, 3]), ("2024-07..2024-08, 2024-08", [1, 2]), ("2024-09-30..2030-01", [3]),
])  # fmt: skip
def test_column_names_periods_each_once(column, periods):
    tables = changed(["capacity", "plant=ohio", column, "scale", 2])
    assert series(tables, "capacity", "ohio") == [
        value * 2 if t in periods else value for t, value in zip(PERIODS, [1000, 1100, 1200], strict=True)
    ]


def test_ranges_leave_money_before_the_start_alone_and_its_period_names_it():
    assert row(changed(["funding", "", "*", "set", 0]), "funding", "KFW").periods == {0: 3.0, 1: 0.0, 2: 0.0, 3: 0.0}
    assert row(changed(["funding", "fund=KFW", "2024-06", "add", 2]), "funding", "KFW").periods[0] == 5.0
    assert row(changed(["funding", "fund=USAI", "2024-05", "add", 2]), "funding", "USAI").periods[-1] == 2.0
    tranche = plan_data(
        changed(["funds", "fund=USAI", "mode", "set", "Tranche"], ["funding", "fund=USAI", "2024-06", "set", 4])
    )
    assert dict(tranche.funds["USAI"].funding) == {0: 4.0, 1: 5.0, 2: 6.0, 3: 7.0}


def test_an_empty_cell_counts_as_its_default_and_none_stays_none():
    tables = changed(
        ["products", "", "lead_time", "add", 2], ["demand", "capability=guns", "priority", "scale", 3],
        ["funding", "fund=KFW", "2024-09", "add", 4], ["places", "", "throughput_t", "scale", 0.5],
    )  # fmt: skip
    assert [product["lead_time"] for product in tables["products"]] == [3, 3, 2]
    assert [demand["priority"] for demand in tables["demand"]] == [2, 3, 1.5]
    assert row(tables, "funding", "KFW").periods[3] == 4
    assert [place["throughput_t"] for place in tables["places"]] == [None, None, 450, None, None]


def test_an_optional_period_counts_as_the_cell_that_it_stands_in_for():
    tables = changed(
        ["places", "", "2024-08", "scale", 0.5],
        ["lanes", "origin=DE", "capacity_t", "set", 100], ["lanes", "origin=DE", "2024-09", "add", 11],
        ["stocks", "place=US", "2024-07..2024-08", "set", 0], ["stocks", "place=US", "2024-08", "set", ""],
    )  # fmt: skip
    assert series(tables, "places", "hub") == [900, 450, 900]
    assert series(tables, "places", "US") == [None, None, None]
    assert series(tables, "lanes", "DE", "hub", "rail") == [100, 100, 111]
    assert series(tables, "stocks", "US", "shell") == [0, 400, 400]


def test_rows_apply_in_the_order_in_which_they_stand():
    forth = changed(["capacity", "plant=ohio", "*", "add", 10], ["capacity", "plant=ohio", "*", "scale", 2])
    back = changed(["capacity", "plant=ohio", "*", "scale", 2], ["capacity", "plant=ohio", "*", "add", 10])
    assert series(forth, "capacity", "ohio") == [2020, 2220, 2420]
    assert series(back, "capacity", "ohio") == [2010, 2210, 2410]


def test_set_takes_periods_words_lists_and_nothing():
    tables = changed(
        ["funds", "fund=USAI", "expires", "set", "2024-08"], ["funds", "fund=USAI", "carry_over", "set", "NO"],
        ["menu", "fund=KFW", "share_max", "set", ""], ["lanes", "class=ammo", "class", "set", "ammo"], ["demand", "floor=0.01", "floor_from", "set", ""],
    )  # fmt: skip
    usai = row(tables, "funds", "USAI")
    assert (usai["expires"], usai["carry_over"]) == (2, "no")
    assert row(tables, "menu", "KFW", "gun", "*", "DE", "order")["share_max"] is None
    assert row(tables, "lanes", "hub", "east", "road")["class"] == ("ammo",)
    assert row(tables, "demand", "east", "fires")["floor_from"] == 1


def test_settings_may_be_changed_also_those_that_the_sheet_leaves_out():
    tables = changed(
        ["settings", "key=urgency_rate", "value", "add", 0.02],
        ["settings", "key=Outyear_Limit", "value", "scale", "0.5"],
    )
    assert (tables.setting("urgency_rate"), tables.setting("outyear_limit")) == (0.02, 20)
    assert changed(["settings", "key=outyear_limit", "value", "set", ""]).setting("outyear_limit") is None


def test_an_intermediate_breach_is_none():
    tables = changed(
        ["products", "plant=ohio", "lead_time", "scale", 0.5], ["products", "plant=ohio", "lead_time", "scale", 4]
    )
    assert row(tables, "products", "ohio", "shell")["lead_time"] == 2


def test_long_tables_change_as_wide_ones_do():
    rows = [
        ["funding", "fund=USAI", "2024-08..", "scale", 3], ["demand", "priority=1", "*", "add", 5], ["capacity", "", "2024-09", "set", ""],
        ["supply", "component=powder", "initial", "add", 1], ["funding", "", "2024-06", "add", 1],
    ]  # fmt: skip
    sheets = small()
    for name, keys in {"capacity": 1, "supply": 2, "funding": 1, "demand": 5}.items():
        sheets[name] = long(sheets[name], keys)
    assert plan_data(changed(*rows)) == plan_data(changed(*rows, sheets=sheets))


@pytest.mark.parametrize(("change", "finding"), [
    (("demand", "", "2025-01", "set", 1), "error D2 2025-01 lies outside the horizon"),
    (("demand", "", "2025-01..", "set", 1), "error D2 the range 2025-01.. lies outside the horizon"),
    (("demand", "", "2024-09..2024-07", "set", 1), "error D2 the range 2024-09..2024-07 holds no period"),
    (("demand", "", "2024-Q3", "set", 1), "error D2 column: 2024-Q3 is a quarter and this workbook plans in months"),
    (("items", "", "*", "scale", 2), "error D2 items has no periods, so `*` names no cells"),
    (("items", "item=shell", "weight_t", "scale", ""), "error F2 value is empty, and scale needs one"),
    (("items", "item", "weight_t", "scale", 2), "error C2 where `item` is not understood"),
    (("items", "weight_t=heavy", "weight_t", "scale", 2), "error C2 where weight_t is `heavy`"),
    (("products", "plant=ohio", "unit_cost", "set", ""), "error F2 products!C2: unit_cost is empty"),
    (("lanes", "origin=US", "transit", "set", ""), None),
    (("items", "item=shell", "kind", "set", "rocket"), "error F2 kind is `rocket`"),
    (("funds", "fund=KFW", "delivers_to", "set", "east"), "error F2 funds!H3: delivers_to `east` is a front"),
    (("menu", "fund=USAI", "share_max", "set", 0.1), "error F2 menu!G3: share_min 0.2 is above share_max 0.1"),
    (("settings", "", "value", "set", 1), "error C2 where names no setting"),
    (("settings", "key=money_unit", "value", "set", 1), "error C2 no scenario may change money_unit"),
    (("settings", "key=outyearlimit", "value", "set", 1), "error C2 where names the setting `outyearlimit`, which does not exist"),
    (("scenarios", "", "value", "set", 1), "error B2 `scenarios` is no sheet that a scenario can change"),
    (("funds", "", "expires", "add", 1), "error E2 add does not work on expires, which is no number"),
    (("places", "kind=front", "storage_t", "scale", 2), "warning D2 every cell that the row selects is empty, so scale changes nothing"),
    (("lanes", "origin=DE, DR", "transit", "set", 0), "warning C2 no origin in lanes is `DR`"),
])  # fmt: skip
def test_what_is_wrong_is_told_at_the_scenarios_own_cell(change, finding):
    assert said(*change) == ([finding] if finding else [])


def test_many_cells_that_break_one_rule_are_told_once_with_their_number():
    assert said("capacity", "", "*", "add", -1050) == [
        f"error F2 capacity!{cell}: {period} is {number}" for cell, period, number in [
            ("B2", "2024-07", -50), ("B3", "2024-07", -1010), ("C3", "2024-08", -1010), ("D3", "2024-09", -1000),
            ("B4", "2024-07", -150), ("C4", "2024-08", -150), ("D4", "2024-09", -150),
        ]
    ]  # fmt: skip
    assert said("lanes", "origin=DE", "origin", "set", "x")[0].startswith("error D2 origin is a key of lanes")


def test_an_optional_sheet_that_is_not_there_cannot_be_changed():
    sheets = small()
    del sheets["goals"]
    assert said("goals", "", "tolerance", "set", 0.1, sheets=sheets) == ["error B2 goals has no rows to change"]


def test_scenarios_do_not_touch_the_base_or_each_other():
    sheets = small()
    put(sheets, "scenarios!A4", "surge")
    for column, value in zip("BCDEF", ["capacity", "", "*", "scale", 0], strict=True):
        put(sheets, f"scenarios!{column}4", value)
    book = opened(sheets)
    before = plan_data(book.tables)
    assert book.scenario("surge").changes == ("3 cells of demand (capability=fires), ×1.3", "9 cells of capacity, ×0")
    assert set(plan_data(book.scenario("surge").tables).capacity.values()) == {(0.0, 0.0, 0.0)}
    assert plan_data(book.tables) == before == plan_data(book.scenario("base").tables)
    assert plan_data(book.scenario("late").tables).capacity == before.capacity
    with pytest.raises(KeyError):
        book.scenario("surgee")


@pytest.mark.parametrize(("value", "is_refused"), [(0.4, False), (1.4, True), ("much", True)])
def test_whether_a_scenario_is_refused_is_the_same_without_its_warnings(value, is_refused):
    sheets = small()
    sheets["scenarios"] = [HEADER, ["s", "lanes", "origin=DE", "loss", "set", value]]
    assert opened(sheets).refuses("s") is is_refused
    assert opened(sheets).scenario("s").refused is is_refused
