"""Small workbooks of donors with plants of their own, for studies: by hand, and at random."""

from __future__ import annotations

import random

Sheets = dict[str, list[list[object]]]


def two_donors() -> Sheets:
    """Two donors: a fund of 100 and a plant of 40, a fund of 20 and a plant of 60; price 1, need 100, one period."""
    return {
        "settings": [["key", "value"], ["start", "2025-01"], ["periods", 1], ["money_unit", 1]],
        "places": [["place", "kind"], ["A", "country"], ["B", "country"], ["east", "front"]],
        "items": [["item", "kind", "class", "weight_t"], ["shell", "munition", "ammo", 0.05]],
        "capabilities": [["capability", "kind"], ["fires", "flow"]],
        "effects": [["item", "capability"], ["shell", "fires"]],
        "plants": [["plant", "place"], ["works_a", "A"], ["works_b", "B"]],
        "products": [["plant", "item", "unit_cost"], ["works_a", "shell", 1], ["works_b", "shell", 1]],
        "capacity": [["plant", "2025-01"], ["works_a", 40], ["works_b", 60]],
        "funds": [["fund", "donor", "mode"], ["aid_a", "A", "lend_lease"], ["aid_b", "B", "lend_lease"]],
        "funding": [["fund", "2025-01"], ["aid_a", 100], ["aid_b", 20]],
        "menu": [["fund", "country"], ["aid_a", "A, B"], ["aid_b", "B"]],
        "lanes": [["origin", "destination", "2025-01"], ["A", "east", 900], ["B", "east", 900]],
        "demand": [["place", "capability", "2025-01"], ["east", "fires", 100]],
        "goals": [["goal", "rank"], ["coverage", 1]],
    }


MONTHS = ["2025-01", "2025-02", "2025-03", "2025-04", "2025-05", "2025-06"]


def at_random(seed: int) -> Sheets:
    """Three donors, two fronts and a home, shells and guns, menus with shares, a private expansion, a reserve, a rival; six months."""
    draw = random.Random(seed)

    def series(low: float, high: float) -> list[object]:
        return [round(draw.uniform(low, high), 3) for _ in MONTHS]

    delays = [draw.choice([0, 1, 2]) for _ in range(3)]
    return {
        "settings": [
            ["key", "value"], ["start", MONTHS[0]], ["periods", len(MONTHS)], ["money_unit", 1],
            ["urgency_rate", 0.02], ["outyear_limit", round(draw.uniform(20, 200), 3)],
        ],
        "places": [
            ["place", "kind", "throughput_t"], ["A", "country", ""], ["B", "country", ""], ["C", "country", ""],
            ["hub", "hub", round(draw.uniform(60, 200), 3)], ["east", "front", ""], ["south", "front", ""], ["home_a", "home", ""],
        ],
        "items": [
            ["item", "kind", "class", "weight_t"], ["shell", "munition", "ammo", 0.5], ["gun", "equipment", "heavy", 3],
        ],
        "capabilities": [["capability", "kind", "weight"], ["fires", "flow", 1], ["guns", "level", 2]],
        "effects": [["item", "capability", "effect"], ["shell", "fires", 1], ["gun", "guns", 1]],
        "plants": [["plant", "place"], ["works_a", "A"], ["works_b", "B"], ["forge_b", "B"]],
        "products": [
            ["plant", "item", "unit_cost", "lead_time"],
            ["works_a", "shell", round(draw.uniform(1, 2), 3), draw.choice([0, 1])],
            ["works_b", "shell", round(draw.uniform(1, 2), 3), draw.choice([0, 1])],
            ["forge_b", "gun", round(draw.uniform(5, 9), 3), 1],
        ],
        "capacity": [
            ["plant", *MONTHS], ["works_a", *series(20, 60)], ["works_b", *series(20, 60)], ["forge_b", *series(2, 6)],
        ],
        "expansions": [
            ["expansion", "plant", "financing", "build_time", "limit", "guarantee_share", "guarantee_periods"],
            ["more_b", "works_b", "private", 1, 15, 0.4, 4],
        ],
        "funds": [
            ["fund", "donor", "mode", "approval_delay"],
            *([f"aid_{d.lower()}", d, draw.choice(["lend_lease", "tranche"]), delay] for d, delay in zip("ABC", delays, strict=True)),
        ],
        "funding": [["fund", *MONTHS], *([f"aid_{d}", *series(10, 90)] for d in "abc")],
        "menu": [
            ["fund", "item", "country", "share_max"],
            ["aid_a", "shell", draw.choice(["A", "A, B"]), ""], ["aid_a", "*", "B", round(draw.uniform(0.2, 0.8), 3)],
            ["aid_b", "*", "B", ""], ["aid_c", draw.choice(["gun", "*"]), "*", ""],
        ],
        "stocks": [["place", "item", "initial", "floor", "release_cost"], ["A", "gun", 9, 3, 4]],
        "lanes": [
            ["origin", "destination", "transit", *MONTHS],
            *([c, "hub", draw.choice([0, 1]), *[900] * 6] for c in "ABC"),
            ["hub", "east", 0, *[900] * 6], ["hub", "south", 0, *[900] * 6], ["B", "home_a", 0, *[900] * 6],
        ],
        "demand": [
            ["place", "capability", *MONTHS],
            ["east", "fires", *series(40, 90)], ["south", "fires", *series(30, 60)],
            ["east", "guns", *series(5, 12)], ["home_a", "guns", *series(1, 4)],
        ],
        "adversary": [["capability", "target_ratio", *MONTHS], ["fires", 0.8, *series(60, 140)]],
    }  # fmt: skip


def with_promises(seed: int) -> Sheets:
    """As `at_random`, with what stands in rank 0 or is lifted for donors in turn: a guarantee that stands, a floor of demand, a
    queue from which goods may be redirected and must be given back.
    """
    draw = random.Random(-seed)
    found = at_random(seed)

    def series(low: float, high: float) -> list[object]:
        return [round(draw.uniform(low, high), 3) for _ in MONTHS]

    found["guarantees"] = [["plant", *MONTHS], ["works_b", *series(0, 25)], ["forge_b", *series(0, 3)]]
    found["demand"] = [
        [place, capability, "floor" if place == "place" else 0.1 if place == "home_a" else "", *numbers]
        for place, capability, *numbers in found["demand"]
    ]
    found["orderbook"] = [["plant", "item", "owner", "quantity"], ["forge_b", "gun", "home_a", 12]]
    found["redirects"] = [
        ["owner", "item", "plant", "owed_end", *MONTHS], ["home_a", "gun", "forge_b", 0, *series(0.5, 3)],
    ]  # fmt: skip
    return found
