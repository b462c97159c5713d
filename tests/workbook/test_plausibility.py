"""What is lawful and yet suspicious is a warning at its cell, with numbers; each alone gives no other of its kind."""

from __future__ import annotations

import pytest

from tests.workbook.books import opened, put, small

TAIL = "; look for a slip in demand, effects or capacity; otherwise this is a real shortage"
IMPLAUSIBLE: dict[str, tuple[dict[str, object], list[str]]] = {
    "a fund whose menu matches nothing": ({"menu!B4": "shell"}, [
        "fund-idle funds!A3: the menu of KFW matches no product, reserve or expansion, so its 20 of money buys nothing; look at the items, classes, countries and channels of its menu rows",
    ]),
    "a fund without a menu": ({f"menu!{column}4": "" for column in "ABCDEFGH"}, [
        "fund-idle funds!A3: KFW has no menu row that allows anything, so its 20 of money buys nothing; add a row to menu",
    ]),
    "a fund that expired": ({"funds!H3": "", "funds!G3": "2024-06"}, [
        "fund-idle funds!G3: KFW expires before the start, so its 20 of money buys nothing; give a later period, if it is still good",
    ]),
    "a menu row that matches nothing": ({"menu!A5": "USAI", "menu!B5": "gun", "menu!D5": "US"}, [
        "menu-row-idle menu!A5: the row matches no product, reserve or expansion; look at its items, classes, countries and channels",
    ]),
    "a share that nothing makeable can fill": ({"products!D2": 3}, [
        "share-unfillable menu!G3: nothing that the row matches can be made or built within the horizon, so USAI can keep its share of 20% only by spending nothing; lower the share, or shorten the times",
    ]),
    "shares past 1": ({"menu!A5": "USAI", "menu!D5": "US", "menu!G5": 0.9}, [
        "shares-past-one menu!G3: the least shares of USAI add up to 110%; that works only where the rows match the same goods",
    ]),
    "a reserve that no menu releases": ({"menu!E2": "order, expand"}, [
        "reserve-idle stocks!C2: no menu releases shell from US, so 1,500 above the floor stay there; add a menu row with the channel release",
    ]),
    "capacity without product": ({"plants!A5": "spare", "plants!B5": "US", "capacity!A5": "spare", "capacity!B5": 7, "capacity!D5": 11}, [
        "capacity-idle capacity!A5: spare has capacity (18 in all) and no product; add what it makes to products",
    ]),
    "a product without capacity": ({"capacity!B3": 0, "capacity!C3": "", "capacity!D3": 0}, [
        "product-idle products!A3: kassel has products and no capacity in any period; fill in its row in capacity",
        "demand-unreached demand!A4: no lane brings what serves it here within the horizon (gun); look at lanes, products and menus",
    ]),
    "an expansion that comes too late": ({"expansions!E2": 3}, [
        "expansion-late expansions!E2: begun in the first period it adds its first output in period 4 of 3; it adds nothing to this plan",
    ]),
    "an expansion that ends in the last period": ({"expansions!E2": 2}, []),
    "an expansion that no fund may pay": ({"menu!E2": "order, release"}, [
        "expansion-unfunded expansions!B2: no fund's menu may expand this plant; add a menu row with the channel expand",
    ]),
    "a private expansion that nothing backs": ({"funds!C2": "tranche"}, [
        "expansion-unbacked expansions!B3: no lend-lease fund may order what nitro makes, or what takes it, so nothing can back the guarantee; it is never built in this plan",
    ]),
    "guarantees without a limit": ({"settings!B4": ""}, [
        "guarantee-open expansions!I3: even begun in the first period, 2 of its 4 guaranteed periods fall after the horizon, and the settings give no outyear_limit; give the most that may be guaranteed past the horizon",
    ]),
    "arrivals without room": ({"places!C4": 30, "places!D4": 100}, [
        "arrivals-overflow arrivals!C2: by 2024-07 140 t have come to hub, which can have passed on 30 t and store 100 t: no plan exists; raise its storage or throughput, or spread the arrivals",
    ]),
    "arrivals that just fit": ({"places!C4": 40, "places!D4": 100}, []),
    "goods that weigh nothing": ({"items!D3": ""}, [
        "weightless items!D3: gun weighs nothing, so no lane's or place's tonnes limit it; give the weight of one, packed",
    ]),
    "demand that no item serves": ({"capabilities!A4": "bridges", "capabilities!B4": "level", "demand!A5": "home", "demand!B5": "bridges", "demand!G5": 2}, [
        "demand-unserved demand!B5: no item serves bridges, so nothing of it can be met; add the items that serve it to effects",
    ]),
    "demand that no lane reaches": ({"demand!A5": "home", "demand!B5": "fires", "demand!D5": 0.5, "demand!G5": 2}, [
        "demand-unreached demand!A5: no lane brings what serves it here within the horizon (shell); its floor of 50% cannot be kept: no plan exists; look at lanes, products and menus",
    ]),
    "demand before anything can come": ({"arrivals!C2": ""}, [
        "demand-early demand!F2: nothing that serves it can be here before 2024-08: 900 of 3,200 fall earlier; it stays unmet, unless stocks, arrivals or a fleet at the start serve it",
    ]),
    "demand above all that could come, and its floor": ({"demand!G2": 6000, "demand!D2": 0.75}, [
        "floor-above-reach demand!D2: by 2024-08 the floor demand!D2 asks for 4,500 of fires, and at most 2,620 could come: no plan exists; lower the floor, or let it hold from a later period (floor_from)",
        "demand-above-reach demand!G2: by 2024-08 the total need for fires is 6,900, and plants, stocks and lanes could bring at most 2,620: 4,280 (52% of the horizon's demand) stay unmet whatever the plan" + TAIL,
    ]),
    "a price a thousand times too high": ({"products!A5": "kassel", "products!B5": "shell", "products!C5": 4_000_000}, [
        "scale products!C5: unit_cost of shell is 4,000,000 here and 4,000 in row 2; look for a slip of the decimal point or the unit",
    ]),
    "rounding dust": ({"capacity!C4": 2.3e-13}, [
        "rounding-dust capacity!C4: the number is 2.3e-13, which looks like rounding dust; write 0, if that is meant",
    ]),
    "money before the start of lend-lease": ({"funds!C3": "lend_lease"}, [
        "outside-horizon funding!B3: money of 2024-06 lies before the start and no tranche brings it in; put what is left of it in opening",
    ]),
}  # fmt: skip


@pytest.mark.parametrize("suspicion", IMPLAUSIBLE)
def test_a_suspicion_is_a_warning_with_numbers(suspicion):
    cells, expected = IMPLAUSIBLE[suspicion]
    sheets = small()
    for place, value in cells.items():
        put(sheets, place, value)
    book = opened(sheets)
    shortage = suspicion.startswith("demand above")  # others may lack what they take away
    told = [finding for finding in book.findings if shortage or finding.code != "demand-above-reach"]
    assert [f"{finding.code} {finding}" for finding in told] == expected
    assert not book.refused


@pytest.mark.parametrize(("numbers", "far"), [
    ([40, 50, 60, 70, 80, 55_000], "G2"),
    ([40, 50, 60, 70, 80, 0.05], "G2"),
    ([40, 50, 60, 700, 8000, 55_000], None),
    ([40, 50, 60, 55_000, 66_000, 77_000], None),
    ([40, 50, 60, 70, 80, 0], None),
])  # fmt: skip
def test_a_slip_of_a_thousand_stands_out_and_a_wide_spread_does_not(numbers, far):
    sheets = small()
    sheets["settings"][2][1] = 6
    periods = [f"2024-{month:02d}" for month in range(7, 13)]
    for name, keys in {"supply": 2, "funding": 1, "arrivals": 2, "demand": 5, "adversary": 2, "capacity": 1}.items():
        head = list(sheets[name][0][:keys])
        sheets[name] = [[*head, *periods], *([*row[:keys], *[10] * 6] for row in sheets[name][1:])]
    sheets["capacity"][1] = ["ohio", *numbers]
    scale = [finding for finding in opened(sheets).findings if finding.code == "scale"]
    assert [finding.place for finding in scale] == ([f"capacity!{far}"] if far else [])


def test_a_scenarios_suspicion_is_told_at_its_own_cell_and_not_for_the_base():
    sheets = small()
    sheets["scenarios"] = [sheets["scenarios"][0], ["shut", "lanes", "destination=east", "capacity_t", "set", 0]]
    book = opened(sheets)
    assert book.findings == ()
    assert [
        f"{finding.code} {finding}" for finding in book.scenario("shut").findings if finding.code == "demand-unreached"
    ] == [
        "demand-unreached scenarios!F2: demand!A2: no lane brings what serves it here within the horizon (shell); its floor of 1% cannot be kept: no plan exists; look at lanes, products and menus"
    ]


def test_a_plant_a_million_times_larger_than_the_others_stands_out():
    sheets = small()
    for row, plant in enumerate("abc", 5):
        put(sheets, f"plants!A{row}", plant)
        put(sheets, f"plants!B{row}", "US")
        for column, number in zip("ABCD", [plant, *[{"a": 300, "b": 500, "c": 400e6}[plant]] * 3], strict=True):
            put(sheets, f"capacity!{column}{row}", number)
    assert [str(finding) for finding in opened(sheets).findings if finding.code == "scale"] == [
        "capacity!C7: the number is 400,000,000, 596,285 times more than the usual row of capacity (671); look for a slip of the decimal point or the unit"
    ]
