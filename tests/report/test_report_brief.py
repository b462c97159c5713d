"""The figures of the brief by hand: money that came too late, guarantees by donor, the bridge of cost, prices, causes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from aidplan_models.registry import KEY_COLUMNS

from aidplan.figures import answers
from aidplan.figures.figures import Figures
from aidplan.figures.format import formatted, period_name, plural, rounded, span_name, spans_name
from aidplan.figures.guarantees import NOBODY, backers
from aidplan.report.views.brief import brief, cost_in_words
from aidplan.report.views.decisions import decisions
from aidplan.report.views.limit_values import limit_values
from tests.report.tiny_coalition import tiny_run

BLANK: dict[str, Any] = dict.fromkeys(KEY_COLUMNS, "")


@pytest.fixture
def figures(tmp_path: Path) -> Figures:
    return Figures(tiny_run(tmp_path))


def explained(tmp_path: Path, **why: Any) -> Figures:
    return Figures(replace(tiny_run(tmp_path), why=why))


def priced(tmp_path: Path, *rows: tuple[str, dict[str, str], float]) -> Figures:
    run = tiny_run(tmp_path)
    frame = pd.DataFrame(
        [{"goal": "coverage", "limit": limit, **BLANK, **key, "price": price} for limit, key, price in rows]
    )
    return Figures(replace(run, tables={**run.tables, "prices": frame}))


def test_periods_are_told_in_one_form_and_a_range_never_looks_like_a_day() -> None:
    assert [period_name(one) for one in ("2024-07", "2024-Q3", "later")] == ["Jul 2024", "Q3 2024", "later"]
    assert span_name(["2024-07", "2024-08", "2024-09"]) == "Jul–Sep 2024"
    assert span_name(["2024-11", "2025-01"]) == "Nov 2024–Jan 2025"
    assert span_name(["2024-Q3", "2024-Q4"]) == "Q3–Q4 2024"
    assert spans_name(["2024-12", "2025-01", "2025-02"]) == "Dec 2024–Feb 2025"
    assert spans_name(["2024-07", "2025-01", "2025-02"]) == "Jul 2024 and Jan–Feb 2025"
    assert spans_name(["2024-Q3", "2025-Q1", "2025-Q3"]) == "3 quarters between Q3 2024 and Q3 2025"


def test_counts_and_units_read_as_words() -> None:
    assert [rounded(n) for n in (10_250_947, 207_273, 23_688, 41.3, 0.123)] == [
        "10.3 million",
        "207,000",
        "23,700",
        "41",
        "0.12",
    ]
    assert [plural(unit) for unit in ("round", "battery", "missiles", "gun", "USD")] == [
        "rounds",
        "batteries",
        "missiles",
        "guns",
        "USD",
    ]
    assert plural("round", 1) == "round"
    assert [
        plural(unit)
        for unit in ("drone shot down", "vehicle in service", "USD m of support", "fire unit", "GMLRS-equivalent")
    ] == [
        "drones shot down",
        "vehicles in service",
        "USD m of support",
        "fire units",
        "GMLRS-equivalents",
    ]
    assert formatted(0.0425, "points") == "+0.04"


def test_money_that_came_too_late_stands_apart_from_money_that_could_have_bought_something(figures: Figures) -> None:
    # US_AID orders a tank a month to the end, but shells and tanks of October and November come too late, and so does its
    # money of these months: 8 came, 8 were spent; the 1.5 left are of August. HOME_FUND's 0.5 of August lapse.
    us = next(one for one in figures.donors if one.donor == "United States")
    assert (us.left, us.lapsed) == pytest.approx((1.5, 1.5))
    assert us.too_late == pytest.approx(0.0)
    assert us.in_time == pytest.approx(us.unspent) == pytest.approx(3.0)


def test_guarantees_stand_with_the_donors_whose_orders_back_them(figures: Figures) -> None:
    # more_tanks is backed by lend-lease orders at the tank works: US_AID's 5 tanks and HOME_FUND's 1, both of the US
    assert backers(figures.plan, "tankworks") == {"United States": pytest.approx(1.0)}
    assert figures.guaranteed == {"United States": pytest.approx(12.0)}
    assert next(one.guaranteed for one in figures.donors if one.donor == "United States") == pytest.approx(12.0)
    # powder of the mill goes into shells, so that orders of shells stand behind it; nothing of Denmark's is an order
    assert backers(figures.plan, "mill") == {"United States": pytest.approx(1.0)}
    assert backers(figures.plan, "nowhere") == {NOBODY: 1.0}


def test_the_cost_is_bridged_from_what_donors_spend(figures: Figures) -> None:
    bridge = figures.bridge
    assert (bridge.spent, bridge.transport, bridge.measures, bridge.after) == pytest.approx((34.7, 0.0324, 0, 0))
    assert bridge.total == pytest.approx(figures.run.manifest["goals"]["cost"])
    assert cost_in_words(figures) == "34.70 from donors' funds + 0.03 transport, which no fund pays"
    payers = next(block for block in brief(figures).blocks if block.name == "Payers")
    whole = payers.rows[-1]
    assert whole.cells[0] == "All donors"
    assert whole.cells[payers.index("spent")] == pytest.approx(bridge.spent)
    assert whole.cells[payers.index("guaranteed")] == pytest.approx(figures.run.manifest["goals"]["liability"])


def test_what_can_wait_least_comes_first(figures: Figures) -> None:
    latest = [one.helps_until or 100 + one.arrives_until for one in figures.decisions]
    assert len(latest) > 3
    assert latest == sorted(latest)
    units = {str(row.cells[4]): row.cells[6] for row in decisions(figures).rows}
    assert units["capacity for Tank (more_tanks)"] == "vehicles a month"
    assert units["Shell"] == "rounds"


def test_prices_are_told_in_things(tmp_path: Path) -> None:
    # a round of fires counts 2/3 / 4100 in the goal; a tonne of powder each month worth half a round's in July and August
    unit = 2 / 3 / 4100
    found = priced(
        tmp_path,
        ("components", {"component": "powder", "period": "2024-07"}, 0.5 * unit),
        ("components", {"component": "powder", "period": "2024-08"}, 0.25 * unit),
        ("capacity", {"plant": "works", "period": "2024-08"}, 3 * unit),
        ("stock", {"place": "HUB", "item": "shell", "period": "2024-08"}, 9 * unit),
    )
    works, powder = found.limit_values
    assert (works.limit, works.unit, works.capability, works.best) == ("capacity", "rounds a month", "fires", 2)
    assert works.things == pytest.approx(3)
    assert works.tenth == pytest.approx(0.1 * 1000 * 3 * unit)
    assert (powder.unit, powder.things, powder.tenth) == (
        "kg a month",
        pytest.approx(0.75),
        pytest.approx(0.1 * 100 * 0.75 * unit),
    )
    assert limit_values(found).rows[0].cells[3] == "3.0 rounds (Fires)"


def test_shortages_say_because_where_the_run_explains_them(tmp_path: Path) -> None:
    answer = {
        "capability": "fires", "places": ["EAST", "SOUTH"], "unmet": 1840.0, "exact": True,
        "causes": {"plants": 1200.0, "others": 600.0, "money": 40.0},
        "limits": [{"cause": "plants", "limit": "capacity", "plant": "works", "periods": ["2024-07", "2024-08"]}],
    }  # fmt: skip
    found = explained(tmp_path, shortages=[answer])
    text = answers.because(found.plan, answer)
    assert (
        text
        == "1,200 because plants are full (Shell works, Jul–Aug 2024), 600 because other places and capabilities are served first"
    )
    block = next(one for one in brief(found).blocks if one.name == "Short")
    unknown = "not explained in the time of this solve"
    assert [str(row.cells[block.index("because")]) for row in block.rows] == [text, unknown, unknown]
    assert block.about.endswith(" To test every cause: aidplan explain tiny-base-20240701-000000.")
    plain = next(one for one in brief(Figures(tiny_run(tmp_path))).blocks if one.name == "Short")
    assert "because" not in [column.id for column in plain.columns]


def test_causes_of_equipment_in_service_are_averages_as_its_row_is(tmp_path: Path) -> None:
    # short at EAST by 2, 2, 2, 0.2, 0.2: 6.4 in five months, 1.28 on average, of which 5.0 and 1.4 (1 and 0.28) have causes
    answer = {
        "capability": "armour", "places": ["EAST"], "from": "2024-07", "to": "2024-11", "unmet": 6.4, "exact": True,
        "causes": {"plants": 5.0, "money": 1.4}, "limits": [],
    }  # fmt: skip
    block = next(one for one in brief(explained(tmp_path, shortages=[answer])).blocks if one.name == "Short")
    row = next(one for one in block.rows if one.cells[:2] == ("Armour", "fronts"))
    assert row.cells[block.index("unmet")] == pytest.approx(1.28)
    assert row.cells[block.index("unit")] == "vehicles in service, on average"
    assert row.cells[block.index("because")] == (
        "1.0 because plants are full, 0.28 because the funds have no more money in time"
    )


def test_what_the_largest_causes_leave_is_told_so_that_the_parts_add_up(tmp_path: Path) -> None:
    answer = {
        "capability": "fires", "places": ["EAST", "SOUTH"], "unmet": 1840.0, "exact": True, "limits": [],
        "causes": {"plants": 700.0, "others": 500.0, "money": 400.0, "lanes": 200.0, "menu": 40.0},
    }  # fmt: skip
    text = answers.because(explained(tmp_path).plan, answer)
    assert text.endswith("400 because the funds have no more money in time; 240 for other causes")


def test_where_time_ran_out_only_what_is_certain_is_told(tmp_path: Path) -> None:
    answer = {
        "capability": "fires", "places": ["EAST", "SOUTH"], "unmet": 1840.0, "exact": False, "limits": [],
        "causes": {"plants": 600.0, "money": 500.0, "time": 740.0},
        "bounds": {"plants": [400.0, 800.0], "money": [-100.0, 1100.0], "lanes": [30.0, 40.0], "time": [0.0, 1480.0]},
    }  # fmt: skip
    plan = explained(tmp_path).plan
    assert answers.because(plan, answer) == (
        "at least 400 because plants are full; the rest not explained in the time of this solve"
    )
    answer["bounds"] = {"plants": [-400.0, 800.0], "time": [0.0, 1480.0]}
    assert answers.because(plan, answer) == "not explained in the time of this solve"


def test_a_bottleneck_tells_the_points_that_it_holds_back(tmp_path: Path) -> None:
    coverage = tiny_run(tmp_path).manifest["goals"]["coverage"]
    found = explained(tmp_path, bottlenecks=[{"limit": "capacity", "plant": "works", "coverage": coverage - 0.0125}])
    risks = next(one for one in brief(found).blocks if one.name == "Risks")
    assert risks.rows[-1].cells == (
        "bottleneck",
        "Shell works",
        None,
        "1.25 points more of demand met without this limit",
    )


def test_a_kept_plan_says_what_stands_and_what_gave_way(tmp_path: Path) -> None:
    run = tiny_run(tmp_path, kept={"run": "may", "until": "2024-09"})
    assert "What may decided before Sep 2024 stands. Nothing gave way." in brief(Figures(run)).footnotes
    goals = {**run.manifest["goals"], "overflow": 12.5, "shares": 0.75}
    notes = brief(Figures(replace(run, manifest={**run.manifest, "goals": goals}))).footnotes
    assert any(
        "What gave way: 12.5 t stored past what a place holds; 0.75 million USD past the shares of the menu." in note
        for note in notes
    )


def test_what_is_on_order_is_told_after_the_causes(tmp_path: Path) -> None:
    answer = {
        "capability": "fires", "places": ["EAST", "SOUTH"], "unmet": 100.0, "exact": True, "causes": {"plants": 100.0},
        "will_be_met_by": [{"item": "shell", "period": "2024-09", "amount": 300.0}],
    }  # fmt: skip
    assert answers.because(explained(tmp_path).plan, answer) == (
        "100 because plants are full; on order: 300 of Shell in Sep 2024"
    )
