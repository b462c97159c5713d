"""The tail: what happens after the last month is planned too, so that late money does not idle."""

import pytest

from tests.keep.test_kept_plans import solve, values

MONTHS = [f"{2024 + (6 + n) // 12}-{(6 + n) % 12 + 1:02d}" for n in range(24)]


def two_years(**settings):
    """Twenty-four months of shells and guns with lead times, a reserve, a lane with a transit, and money that comes late."""
    rising = [40 + 3 * n for n in range(24)]
    return {
        "settings": [["key", "value"], ["start", "2024-07"], ["money_unit", 1], *map(list, settings.items())],
        "places": [["place", "kind"], ["US", "country"], ["hub", "hub"], ["east", "front"]],
        "items": [["item", "kind", "weight_t"], ["shell", "munition", 0.05], ["gun", "equipment", 7]],
        "capabilities": [["capability", "kind", "weight"], ["fires", "flow", 2], ["guns", "level", 1]],
        "effects": [["item", "capability"], ["shell", "fires"], ["gun", "guns"]],
        "plants": [["plant", "place"], ["ohio", "US"], ["iowa", "US"]],
        "products": [["plant", "item", "unit_cost", "lead_time"], ["ohio", "shell", 3, 4], ["iowa", "gun", 70, 9]],
        "capacity": [["plant", *MONTHS], ["ohio", *[45 + n for n in range(24)]], ["iowa", *[2] * 12, *[3] * 12]],
        "expansions": [
            ["expansion", "plant", "financing", "capex", "build_time", "limit"],
            ["ohio2", "ohio", "public", 11, 7, 25],
        ],
        "funds": [["fund", "donor", "mode", "carry_over"], ["usai", "US", "lend_lease", "yes"], ["fmf", "US", "lend_lease", "no"]],
        "funding": [["fund", *MONTHS], ["usai", *[130] * 24], ["fmf", *[0] * 6, *[90] * 18]],
        "menu": [["fund", "item"], ["usai", ""], ["fmf", "gun"]],
        "stocks": [["place", "item", "initial", "floor", "release_cost"], ["US", "shell", 300, 50, 2]],
        "lanes": [["origin", "destination", "transit", "cost_per_t"], ["US", "hub", 2, 4], ["hub", "east", 0, 1]],
        "demand": [["place", "capability", *MONTHS], ["east", "fires", *rising], ["east", "guns", *[5] * 8, *[21] * 16]],
        "fleets": [["place", "item", "initial", "attrition"], ["east", "gun", 6, 0.03]],
        "goals": [["goal", "rank"], ["coverage", 1], ["cost", 2]],
    }  # fmt: skip


def test_the_first_year_of_a_two_year_plan_is_the_one_year_plan_with_a_tail_of_twelve_months(tmp_path):
    code, said, long = solve(tmp_path, two_years(periods=24), "two-years")
    assert code == 0, said
    code, said, short = solve(tmp_path, two_years(periods=12, tail=12), "one-year")
    assert code == 0, said
    whole, year = values(long), values(short)
    for quantity in whole:
        first = {key: x for key, x in whole[quantity].items() if key[-1] <= 12}
        told = {key: x for key, x in year[quantity].items() if key[-1] <= 12}
        assert told == pytest.approx(first, rel=1e-9, abs=1e-9), quantity
    assert len(whole["ordered"]) > 12
    for goal in ("coverage", "cost"):
        assert short.manifest["goals"][goal] == pytest.approx(long.manifest["goals"][goal], rel=1e-9)


def test_without_its_tail_the_year_orders_nothing_that_comes_too_late(tmp_path):
    """Guns take nine months and two on the way: ordered in November they would come in October, after the last month."""
    sheets = {name: [row[:] for row in rows] for name, rows in two_years(periods=12).items()}
    for name in ("capacity", "funding", "demand"):
        keys = len(sheets[name][0]) - 24
        sheets[name] = [row[: keys + 12] for row in sheets[name]]
    code, said, alone = solve(tmp_path, sheets, "alone")
    assert code == 0, said
    assert {t for _, _, item, t in values(alone)["ordered"] if item == "gun"} <= {1}
    code, said, tailed = solve(tmp_path, two_years(periods=12, tail=12), "tailed")
    assert code == 0, said
    assert max(t for _, _, item, t in values(tailed)["ordered"] if item == "gun") > 3
