"""Each defect, injected alone and all together, gives its own findings, whole, and no others."""

from __future__ import annotations

import datetime

import pytest

from aidplan.workbook.planning_workbook import Workbook
from tests.workbook.books import opened, put, small

JULY = datetime.date(2024, 7, 1)

DEFECTS: dict[str, tuple[dict[str, object], list[str]]] = {
    "a sheet that is not the format's": ({"notes!A1": 'x'}, [
        'unknown-sheet notes: no sheet of the format has this name; begin its name with # to keep it as a note',
    ]),
    "a mistyped column": ({"products!D1": 'leadtime'}, [
        'unknown-column products!D1: `leadtime` is no column of products; did you mean `lead_time`? or begin its name with # to keep it as a note',
    ]),
    "an unknown column": ({"plants!C1": 'owner'}, [
        'unknown-column plants!C1: `owner` is no column of plants; begin its name with # to keep it as a note',
    ]),
    "a double header": ({"items!E1": 'class'}, [
        "double-header items!E1: the column class stands in C too; keep one, or begin the other's name with #",
    ]),
    "a double period": ({"capacity!E1": 202408}, [
        "double-period capacity!E1: 202408 means 2024-08, which stands in column C too; keep one, or begin the other's name with #",
    ]),
    "an impossible month": ({"capacity!C1": '2024-13'}, [
        'no-period capacity!C1: 2024-13 does not exist: a year has months 01 to 12; write a period such as 2024-07',
    ]),
    "a quarter among months": ({"supply!E1": '2024-Q3'}, [
        'no-period supply!E1: 2024-Q3 is a quarter and this workbook plans in months; write a period such as 2024-07',
    ]),
    "an unknown setting": ({"settings!A4": 'outyearlimit'}, [
        'unknown-setting settings!A4: key is `outyearlimit`; did you mean `outyear_limit`? it must be title, start, periods, period_months, currency, money_unit, urgency_rate, outyear_limit, tail, tail_weight or liability_before',
    ]),
    "an empty start": ({"settings!B2": ''}, [
        'empty-required settings!B2: start is empty; give the first period of the plan',
    ]),
    "an impossible start": ({"settings!B2": '2024-02-30'}, [
        'no-period settings!B2: start: 2024-02-30 does not exist in the calendar; write a period such as 2024-07',
    ]),
    "half a period": ({"settings!B3": 2.5}, [
        'not-whole settings!B3: periods is 2.5; it must be whole periods',
    ]),
    "an empty key": ({"items!A2": ''}, [
        'empty-required items!A2: item is empty; give short code of the item',
    ]),
    "an empty kind": ({"items!B2": ''}, [
        'empty-required items!B2: kind is empty; give munition (fired), equipment (serves until lost), component (goes into others)',
    ]),
    "a mistyped kind": ({"places!B4": 'hubb'}, [
        'unknown-choice places!B4: kind is `hubb`; did you mean `hub`? it must be country, hub, front or home',
    ]),
    "a code with a comma": ({"plants!A2": 'oh,io'}, [
        'bad-code plants!A2: plant `oh,io` holds `,`; a code has none of , ; = *; one code alone is allowed here',
    ]),
    "a reserved code": ({"places!A4": 'Common'}, [
        'bad-code places!A4: place is `Common`, a word that is no code; choose another code',
    ]),
    "a date for a code": ({"funds!A3": JULY}, [
        'bad-code funds!A3: fund is 2024-07-01, which Excel holds as a date, time or truth value; format the cell as text and type the code again',
    ]),
    "a mistyped code": ({"products!A2": 'ohoi'}, [
        'unknown-code products!A2: plant `ohoi` is not in plants; did you mean `ohio`?',
    ]),
    "a mistyped class": ({"menu!C3": 'amo'}, [
        'unknown-code menu!C3: no item has the class `amo`; did you mean `ammo`?',
    ]),
    "a list with an unknown code": ({"lanes!D4": 'ammo, vehicles'}, [
        'unknown-code lanes!D4: no item has the class `vehicles`; did you mean `vehicle`?',
    ]),
    "an empty code in a list": ({"lanes!D4": 'ammo,,vehicle'}, [
        'bad-code lanes!D4: class `ammo,,vehicle` has a comma without a code; take the comma away or name the code',
    ]),
    "a double key": ({"plants!A3": 'ohio'}, [
        'double-key plants!A3: ohio stands in row 2 too; keep one of the two rows',
        'unknown-code products!A3: plant `kassel` is not in plants; add it to plants, or name one that is there',
        'unknown-code capacity!A3: plant `kassel` is not in plants; add it to plants, or name one that is there',
    ]),
    "a double menu row": ({"menu!C3": '', "menu!E3": ''}, [
        'double-key menu!A3: USAI, *, *, *, * stands in row 2 too; keep one of the two rows',
    ]),
    "a text number": ({"capacity!B2": '1.234,5'}, [
        'text-number capacity!B2: 2024-07 is the text `1.234,5`, not a number; type it as a number',
    ]),
    "a word for a number": ({"funds!D2": 'two'}, [
        'not-a-number funds!D2: opening is `two`; it must be a number',
    ]),
    "a date for a number": ({"funds!D2": JULY}, [
        'not-a-number funds!D2: opening is the date or time 2024-07-01; format the cell as a number and type it again',
    ]),
    "a truth value for a number": ({"items!D2": True}, [
        'not-a-number items!D2: weight_t is `TRUE`; it must be a number',
    ]),
    "a negative capacity": ({"capacity!B2": -5}, [
        'out-of-range capacity!B2: 2024-07 is -5; it must be at least 0',
    ]),
    "a lead time of one and a half": ({"products!D2": 1.5}, [
        'not-whole products!D2: lead_time is 1.5; it must be whole periods',
    ]),
    "a loss above 1": ({"lanes!H2": 1.2}, [
        'out-of-range lanes!H2: loss is 1.2; it must lie in 0..1',
    ]),
    "a rate of nothing": ({"platforms!C2": 0}, [
        'out-of-range platforms!C2: rate is 0; it must be above 0',
    ]),
    "no price": ({"products!C2": ''}, [
        'empty-required products!C2: unit_cost is empty; give the price of one shell; 0 where it costs nothing',
    ]),
    "no capex": ({"expansions!D2": ''}, [
        'empty-required expansions!D2: capex is empty; a public expansion must give price of one unit of capacity',
    ]),
    "no guarantee": ({"expansions!I3": ''}, [
        'empty-required expansions!I3: guarantee_periods is empty; a private expansion must give how long they must back it',
    ]),
    "a mistyped word": ({"funds!F2": 'yess'}, [
        'unknown-choice funds!F2: carry_over is `yess`; did you mean `yes`? it must be yes or no',
    ]),
    "no period": ({"funds!G2": 'September'}, [
        'no-period funds!G2: expires: `September` is no period; write a period such as 2024-07',
    ]),
    "a floor above the reserve": ({"stocks!D2": 2500}, [
        'above-limit stocks!D2: floor 2500 is above initial 2000; it must be at most initial',
    ]),
    "a floor at a hub": ({"stocks!D3": 1}, [
        "not-a-reserve stocks!D3: floor is filled in, and hub is a hub; only a donor's reserve, at a country, has it; clear the cell",
    ]),
    "more than the storage holds": ({"stocks!C3": 41}, [
        'above-limit stocks!C3: hub would hold 820 t at the start and has storage for 800 t; hold less there, or raise storage_t in places!D4',
    ]),
    "share_min above share_max": ({"menu!H3": 0.1}, [
        'above-limit menu!G3: share_min 0.2 is above share_max 0.1; it must be at most share_max',
    ]),
    "a munition on a level": ({"effects!B2": 'guns'}, [
        'wrong-kind effects!B2: `guns` is a level capability, and shell is a munition; it can serve a flow capability alone',
    ]),
    "an effect of a component": ({"effects!A2": 'powder'}, [
        'wrong-kind effects!A2: item `powder` is a component; it must be a munition or equipment',
    ]),
    "demand at a hub": ({"demand!A3": 'hub'}, [
        'wrong-kind demand!A3: place `hub` is a hub; it must be a front or a home',
    ]),
    "a plant at a front": ({"plants!B2": 'east'}, [
        'wrong-kind plants!B2: place `east` is a front; it must be a country',
    ]),
    "a fleet of shells": ({"fleets!B2": 'shell'}, [
        'wrong-kind fleets!B2: item `shell` is a munition; it must be equipment',
    ]),
    "a reserve of powder": ({"stocks!B2": 'powder'}, [
        'wrong-kind stocks!B2: item `powder` is a component; it must be a munition or equipment',
    ]),
    "a lane from home": ({"lanes!A5": 'home', "lanes!B5": 'hub'}, [
        'wrong-kind lanes!A5: origin `home` is a home; it must be a country, a hub or a front',
    ]),
    "a lane to itself": ({"lanes!B2": 'US'}, [
        'lane-to-itself lanes!B2: the lane ends in US, where it begins; name another destination',
    ]),
    "delivery to a front": ({"funds!H3": 'east'}, [
        'wrong-kind funds!H3: delivers_to `east` is a front; it must be a home',
    ]),
    "release by a fund that delivers home": ({"menu!E4": 'order, release'}, [
        'release-to-home menu!E4: KFW delivers to home and cannot release reserves; take release out of the list',
    ]),
    "an order book without product": ({"orderbook!B2": 'gun'}, [
        'no-product orderbook!B2: ohio does not make gun; add the product to products, or take the row away',
    ]),
    "a bill that contains itself": ({"bills!A3": 'powder', "bills!B3": 'powder', "bills!D3": 1}, [
        'contains-itself bills!B3: powder contains itself: powder in powder; take one of these rows away',
    ]),
    "an unknown goal": ({"goals!A2": 'coverege'}, [
        'unknown-choice goals!A2: goal is `coverege`; did you mean `coverage`? it must be coverage, equity, parity, cost, liability or stability',
    ]),
    "a stray value beside": ({"plants!F3": 7}, [
        'stray-value plants!F3: `7` stands in a column without a name; name the column in row 1 (with # it is a note) or clear the cell',
    ]),
    "a total below": ({"capacity!B6": 2000}, [
        'stray-value capacity!B6: `2000` stands below the table, in a row without plant; name the plant, or move totals and remarks to a column or sheet whose name begins with #',
    ]),
    "a scenario called base": ({"scenarios!A2": 'base'}, [
        'scenario-base scenarios!A2: a scenario is called base; base is the workbook as it is; choose another name',
    ]),
    "a scenario of an unknown sheet": ({"scenarios!B2": 'demnd'}, [
        'surge: unknown-sheet scenarios!B2: `demnd` is no sheet that a scenario can change; did you mean `demand`?',
    ]),
    "a scenario of an unknown column": ({"scenarios!D3": 'transt'}, [
        'late: unknown-column scenarios!D3: `transt` is no column of lanes; did you mean `transit`?',
    ]),
    "a scenario that selects nothing": ({"scenarios!C3": 'origin=DD'}, [
        'late: selects-nothing scenarios!C3: where selects no row: no origin in lanes is `DD`; name one that is there',
    ]),
    "a scenario's unknown where": ({"scenarios!C3": 'orgin=DE'}, [
        'late: unknown-column scenarios!C3: where names `orgin`, which is no column of lanes; did you mean `origin`?',
    ]),
    "a scenario that changes a key": ({"scenarios!D3": 'origin'}, [
        'late: key-column scenarios!D3: origin is a key of lanes; scenarios do not change keys; select the rows with where, and name another column',
    ]),
    "a scenario that scales a word": ({"scenarios!B3": 'funds', "scenarios!C3": '', "scenarios!D3": 'mode', "scenarios!E3": 'scale'}, [
        'late: not-a-number scenarios!E3: scale does not work on mode, which is no number; use set',
    ]),
    "a scenario's word for a number": ({"scenarios!F3": 'one'}, [
        'late: not-a-number scenarios!F3: value is `one`; it must be a number',
    ]),
    "a scenario that breaks a range": ({"scenarios!F3": 0.5}, [
        'late: not-whole scenarios!F3: lanes!F3: transit is 0.5; it must be whole periods',
    ]),
    "a scenario that breaks a rule between cells": ({"scenarios!B3": 'stocks', "scenarios!C3": 'place=US', "scenarios!D3": 'floor', "scenarios!E3": 'scale', "scenarios!F3": 5}, [
        'late: above-limit scenarios!F3: stocks!D2: floor 2500 is above initial 2000; it must be at most initial',
    ]),
    "a scenario that changes the start": ({"scenarios!B3": 'settings', "scenarios!C3": 'key=start', "scenarios!D3": 'value', "scenarios!E3": 'set', "scenarios!F3": '2024-08'}, [
        'late: fixed-setting scenarios!C3: no scenario may change start; change it in a copy of the workbook',
    ]),
    "a scenario of an unknown change": ({"scenarios!E3": 'multiply'}, [
        'late: unknown-choice scenarios!E3: change is `multiply`; it must be set, scale or add',
    ]),
    "a scenario past the horizon": ({"scenarios!D2": '2025-01'}, [
        'surge: outside-horizon scenarios!D2: 2025-01 lies outside the horizon; the plan runs from 2024-07 to 2024-09',
    ]),
    "a scenario without a name": ({"scenarios!A3": ''}, [
        "empty-required scenarios!A3: scenario is empty; give the scenario's name; rows of one name belong together",
    ]),
}  # fmt: skip

TOGETHER = [
    "an unknown column", "a double header", "a double period", "a quarter among months", "an unknown setting",
    "a mistyped class", "a list with an unknown code", "a text number", "a word for a number", "a truth value for a number",
    "a lead time of one and a half", "a loss above 1", "a rate of nothing", "no price", "no capex", "no guarantee", "a mistyped word",
    "a floor above the reserve", "a floor at a hub", "more than the storage holds", "share_min above share_max", "a munition on a level",
    "demand at a hub", "a plant at a front", "a fleet of shells", "a lane from home", "a lane to itself", "delivery to a front",
    "a bill that contains itself", "an unknown goal", "a stray value beside", "a total below", "a sheet that is not the format's",
    "a scenario that selects nothing", "a scenario of an unknown sheet",
]  # fmt: skip
"""Defects that do not touch each other's cells."""


def told(book: Workbook) -> list[str]:
    """Every finding of the base, then of each scenario with its name."""
    base = [f"{finding.code} {finding}" for finding in book.findings]
    return base + [
        f"{name}: {finding.code} {finding}" for name in book.scenarios for finding in book.scenario(name).findings
    ]


def with_cells(*edits: dict[str, object]) -> Workbook:
    sheets = small()
    for cells in edits:
        for place, value in cells.items():
            put(sheets, place, value)
    return opened(sheets)


def test_the_small_workbook_is_without_findings():
    book = opened(small())
    assert told(book) == []
    assert [scenario.changes for scenario in map(book.scenario, book.scenarios)] == [
        ("3 cells of demand (capability=fires), ×1.3",),
        ("1 cell of lanes (origin=DE; destination=hub), transit +1",),
    ]


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_defect_alone_gives_its_findings_and_no_others(defect):
    cells, expected = DEFECTS[defect]
    assert told(with_cells(cells)) == expected


def test_all_defects_together_hide_none_and_add_none():
    book = with_cells(*(DEFECTS[defect][0] for defect in TOGETHER))
    assert sorted(told(book)) == sorted(line for defect in TOGETHER for line in DEFECTS[defect][1])
    assert book.refused


def test_a_broken_scenario_leaves_the_base_and_others_alone():
    book = with_cells(DEFECTS["a scenario that breaks a range"][0])
    assert (book.refused, book.scenario("surge").refused, book.scenario("late").refused) == (False, False, True)


def test_a_mistyped_sheet_is_read_as_the_one_it_is_like():
    sheets = small()
    sheets["fundng"] = sheets.pop("funding")
    put(sheets, "fundng!B2", "x")
    assert told(opened(sheets)) == [
        "unknown-sheet fundng: no sheet of the format has this name; did you mean `funding`? or begin its name with # to keep it as a note",
        "not-a-number funding!B2: 2024-06 is `x`; it must be a number",
    ]


def test_a_missing_sheet_is_told_once():
    sheets = small()
    del sheets["lanes"], sheets["items"]
    assert told(opened(sheets)) == [
        "missing-sheet items: the workbook has no such sheet; add a sheet `items`",
        "missing-sheet lanes: the workbook has no such sheet; add a sheet `lanes`",
    ]


def test_a_missing_column_is_told_once():
    sheets = small()
    sheets["places"] = [[row[0], *row[2:]] for row in sheets["places"]]
    assert [line.split(";")[0] for line in told(opened(sheets))] == [
        "missing-column places: the column kind is missing"
    ]


def test_a_missing_period_is_told_where_its_column_should_stand():
    sheets = small()
    sheets["demand"] = [[*row[:6], *row[7:]] for row in sheets["demand"]]
    assert told(opened(sheets)) == [
        "missing-period demand!G1: the column 2024-08 is missing; a time table has a column for each period from 2024-07 to 2024-09"
    ]


def test_notes_and_what_is_not_used_are_listed_with_the_reason():
    sheets = small()
    sheets["#scratch"] = [["anything", "#REF!"]]
    put(sheets, "plants!C1", "#who")
    put(sheets, "plants!C2", "Ann")
    put(sheets, "capacity!E1", "2024-10")
    put(sheets, "funds!E2", 2)
    book = opened(sheets)
    assert told(book) == [
        "outside-horizon capacity!E1: the columns 2024-10 lie outside the horizon and are ignored; the plan runs from 2024-07 to 2024-09"
    ]
    assert [f"{finding.place}: {finding.message}; {finding.remedy}" for finding in book.unused] == [
        "#scratch: the sheet `#scratch`; its name begins with #, so it is a note",
        "plants!C1: the column `#who`; its name begins with #, so it is a note",
        "capacity!E1: the columns 2024-10 lie outside the horizon and are ignored; the plan does not reach there",
        "funds!E2: the approval_delay of USAI; lend_lease money comes without delay",
    ]


def test_long_tables_are_judged_line_by_line():
    sheets = small()
    sheets["demand"] = [
        ["place", "capability", "priority", "period", "value", "source"],
        ["east", "fires", 2, "2024-07", 900, "a"],
        ["east", "fires", "", "2024-08", 1000, "b"],
        ["east", "fires", 2, "2024-07-31", 7, "a"],
        ["east", "guns", "", "", 17, ""],
        ["east", "guns", "", "2024-13", 17, ""],
        ["east", "guns", "", "2024-08", "x", ""],
        ["east", "guns", "", "2024-12", 5, ""],
    ]
    book = opened(sheets)
    assert told(book) == [
        "disagreement demand!C3: priority of east, fires is 1 here and 2 in row 2; write the same in every row of one key",
        "double-period demand!D4: 2024-07 of east, fires stands in row 2 too; keep one of the two rows",
        "empty-required demand!D5: period is empty; give the period of the value",
        "no-period demand!D6: period: 2024-13 does not exist: a year has months 01 to 12; write a period such as 2024-07",
        "not-a-number demand!E7: value is `x`; it must be a number",
        "outside-horizon demand!D8: rows for 2024-12 lie outside the horizon and are ignored; the plan runs from 2024-07 to 2024-09",
    ]
    assert book.tables["demand"].rows[0]["source"] == "a; b"


def test_a_table_is_wide_or_long_and_not_both():
    sheets = small()
    sheets["capacity"] = [["plant", "period", "value", "2024-07"], ["ohio", "2024-08", 1, 2]]
    assert told(opened(sheets)) == [
        "mixed-table capacity!D1: the sheet has period columns, and the columns period and value too; keep one form: a column for each period, or period and value"
    ]


def test_column_names_below_row_1_are_told_and_read():
    sheets = small()
    sheets["plants"] = [[], [], *sheets["plants"]]
    assert told(opened(sheets)) == [
        "no-header plants!A1: row 1 is empty; the first values stand in row 3; move the column names to row 1"
    ]


def test_a_long_list_is_cut_and_says_by_how_many():
    sheets = small()
    sheets["capacity"] += [["ohio", "x", "x", "x"]] * 500
    book = opened(sheets)
    assert [str(finding) for finding in book.findings if finding.code == "not-a-number" and not finding.cell] == [
        "capacity: 500 more such cells (not-a-number); fix those listed, and check again"
    ]
    assert sum(finding.code == "not-a-number" for finding in book.findings) == 1001
    assert book.scenario("surge").findings == ()


def test_any_row_of_scenarios_without_a_name_refuses_the_workbook():
    book = with_cells({"scenarios!A3": ""})
    assert (book.refused, told(book)) == (
        True,
        ["empty-required scenarios!A3: scenario is empty; give the scenario's name; rows of one name belong together"],
    )
