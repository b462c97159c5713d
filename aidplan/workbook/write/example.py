"""A small coalition, to be followed by hand: three funds, two plants, a reserve, a hub, two fronts, six months.

Every figure is made up. Shells come from Iowa's plant and from the American reserve, fighting vehicles from
Kassel; both travel to the hub and on to two fronts. Money and Kassel's capacity are short, so the plan must choose.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from aidplan.workbook.periods import Calendar
from aidplan.workbook.write.template import Record

CALENDAR = Calendar(2025 * 12, 1, 6)
"""2025-01 to 2025-06."""


def _rows(names: str, *rows: Sequence[object]) -> list[Record]:
    columns = names.split()
    return [dict(zip(columns, row, strict=True)) for row in rows]


def _by_period(names: str, rows: Iterable[tuple[Sequence[object], Sequence[float]]]) -> list[Record]:
    columns = names.split()
    return [
        {**dict(zip(columns, keys, strict=True)), **dict(zip(CALENDAR.labels, numbers, strict=True))}
        for keys, numbers in rows
    ]


def example_records() -> dict[str, list[Record]]:
    """The example's rows, by sheet; every row says that it is assumed."""
    sheets: dict[str, list[Record]] = {
        "settings": _rows("key value", ("title", "A small coalition, to be followed by hand"), ("currency", "USD"), ("money_unit", 1_000_000),
                          ("urgency_rate", 0.01)),
        "places": _rows("place kind name throughput_t storage_t",
                        ("US", "country", "United States", "", ""), ("DE", "country", "Germany", "", ""),
                        ("rzeszow", "hub", "Rzeszow logistics hub", 2200, 3000),
                        ("east", "front", "Eastern front", "", ""), ("south", "front", "Southern front", "", "")),
        "items": _rows("item kind name class unit weight_t",
                       ("shell155", "munition", "155 mm shell", "shell", "round", 0.05),
                       ("ifv", "equipment", "Infantry fighting vehicle", "armour", "vehicle", 28)),
        "capabilities": _rows("capability kind name unit weight",
                              ("fires", "flow", "Artillery fires", "round", 2), ("armour", "level", "Armoured infantry", "vehicle", 1)),
        "effects": _rows("item capability effect", ("shell155", "fires", 1), ("ifv", "armour", 1)),
        "plants": _rows("plant place name", ("iowa", "US", "Iowa ammunition plant"), ("kassel", "DE", "Kassel vehicle works")),
        "products": _rows("plant item unit_cost lead_time capacity_use", ("iowa", "shell155", 4000, 1, 1), ("kassel", "ifv", 5_000_000, 2, 1)),
        "orderbook": _rows("plant item owner quantity", ("iowa", "shell155", "common", 12_000), ("kassel", "ifv", "common", 6)),
        "capacity": _by_period("plant", [(("iowa",), (14_000, 14_500, 15_000, 15_500, 16_000, 16_500)), (("kassel",), (6, 6, 7, 7, 8, 8))]),
        "expansions": _rows("expansion plant financing capex build_time limit step_limit",
                            ("iowa_line2", "iowa", "public", 9000, 2, 4000, 3000)),
        "funds": _rows("fund donor mode opening approval_delay carry_over expires",
                       ("US_AID", "US", "lend_lease", 20, 0, "yes", "2025-05"),
                       ("DE_AID", "DE", "tranche", 30, 1, "yes", ""),
                       ("NL_AID", "Netherlands", "lend_lease", 0, 0, "no", "")),
        "funding": [{"2024-12": money, **record} for money, record in zip((0, 35, 0), _by_period("fund", [
            (("US_AID",), (48, 48, 48, 48, 48, 0)), (("DE_AID",), (35, 30, 30, 25, 25, 25)), (("NL_AID",), (12, 12, 12, 10, 10, 10))]), strict=True)],
        "menu": _rows("fund item class country channel allow share_min share_max",
                      ("US_AID", "*", "*", "US", "order, release", "yes", "", ""), ("US_AID", "*", "*", "US", "expand", "yes", "", 0.1),
                      ("DE_AID", "*", "*", "*", "order", "yes", "", ""), ("DE_AID", "*", "armour", "DE", "order", "no", 0.6, ""),
                      ("NL_AID", "shell155", "*", "*", "order", "yes", "", "")),
        "stocks": _rows("place item initial floor release_limit release_cost",
                        ("US", "shell155", 60_000, 30_000, 6000, 3500), ("rzeszow", "shell155", 28_000, "", "", "")),
        "arrivals": _by_period("place item", [(("rzeszow", "shell155"), (4000, 4000, 2000, 0, 0, 0)), (("rzeszow", "ifv"), (10, 5, 0, 0, 0, 0))]),
        "lanes": _rows("origin destination mode class cost_per_t transit capacity_t loss",
                       ("US", "rzeszow", "sea", "*", 450, 1, "", 0.01), ("DE", "rzeszow", "rail", "*", 120, 0, 900, ""),
                       ("rzeszow", "east", "rail", "*", 60, 0, 1000, 0.02), ("rzeszow", "south", "road", "*", 110, 0, 700, 0.03)),
        "demand": _by_period("place capability priority floor floor_from", [
            (("east", "fires", 1.5, 0.3, "2025-02"), (14_000, 14_000, 15_000, 15_000, 16_000, 16_000)),
            (("south", "fires", 1, 0.3, "2025-02"), (9000, 9000, 9000, 10_000, 10_000, 10_000)),
            (("east", "armour", 1, "", ""), (62, 64, 66, 68, 70, 72)),
            (("south", "armour", 1, "", ""), (41, 42, 43, 44, 45, 46))]),
        "fleets": _rows("place item initial attrition", ("east", "ifv", 60, 0.04), ("south", "ifv", 40, 0.03)),
        "adversary": _by_period("capability target_ratio", [(("fires", 0.5), (40_000, 41_000, 42_000, 43_000, 44_000, 45_000))]),
        "goals": _rows("goal rank weight tolerance", ("coverage", 1, 1, 0), ("equity", 2, 1, 0), ("parity", 3, 1, 0), ("cost", 4, 1, 0)),
        "scenarios": _rows("scenario sheet where column change value note",
                           ("surge", "demand", "capability=fires", "2025-03..", "scale", 1.3, "the fronts fire more from March on"),
                           ("us_stops", "funding", "fund=US_AID", "2025-03..", "set", 0, "no American money from March on"),
                           ("late_tranches", "funds", "mode=tranche", "approval_delay", "add", 1, "German money comes a month later"),
                           ("hub_closed", "places", "place=rzeszow", "2025-03", "set", 0, "the hub is shut for a month")),
    }  # fmt: skip
    for name, records in sheets.items():
        if name != "settings":
            sheets[name] = [
                {**record, "source": "made up for this example", "confidence": "assumed"} for record in records
            ]
    return sheets
