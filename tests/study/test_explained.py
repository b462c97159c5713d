"""An explanation in sentences and tables: what is certain, and in the unit that the brief uses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from aidplan.figures.answers import CAUSES
from aidplan.figures.table import Row, Table
from aidplan.study.explained import answer_of
from tests.report.tiny_coalition import tiny_run

BETWEEN = {"plants": [400.0, 800.0], "money": [-100.0, 1100.0], "time": [0.0, 1480.0]}


def entry(
    capability: str, places: list[str], unmet: float, demand: float, causes: dict[str, float], **more: Any
) -> Any:
    return {
        "capability": capability, "places": places, "from": "2024-07", "to": "2024-11", "unit": "round", "demand": demand,
        "unmet": unmet, "causes": causes, "alone": {}, "without": {}, "exact": True, "bounds": {}, "limits": [],
        "order_arrives": "2024-09", "will_be_met_by": [], **more,
    }  # fmt: skip


def answered(tmp_path: Path, *shortages: Any, **found: Any) -> Any:
    run = tiny_run(tmp_path)
    return answer_of(run, {"shortages": shortages, "not_done": [], "seconds": 1.0, "solves": 3, **found}, {}, "0" * 64)


def column(table: Table, row: Row, name: str) -> Any:
    return row.cells[table.index(name)]


def test_equipment_in_service_is_told_as_an_average_as_in_the_brief(tmp_path: Path) -> None:
    limit = {"cause": "plants", "limit": "capacity", "plant": "tankworks", "periods": ["2024-07"], "amount": 5.0}
    short = entry("armour", ["EAST"], 6.4, 15.0, {"plants": 5.0, "money": 1.4}, unit="vehicle", limits=[limit])
    answer = answered(tmp_path, short)
    assert answer.sentences == [
        "Armour: East front is short of 1.3 vehicles on average, 43 %: 1.0 because Tank works is full in Jul 2024, "
        f"0.28 because {CAUSES['money']}."
    ]
    causes, limits = answer.tables[:2]
    assert [column(causes, row, "part") for row in causes.rows] == pytest.approx([1.0, 0.28])
    assert [column(causes, row, "unmet") for row in causes.rows] == pytest.approx([1.28, 1.28])
    assert {column(causes, row, "unit") for row in causes.rows} == {"vehicles on average"}
    assert column(limits, limits.rows[0], "amount") == pytest.approx(1.0)
    assert answer.charts[0].data[0]["y"] == pytest.approx([1.0, 0.28, 0.0])
    assert answer.body["shortages"][0]["unmet"] == 6.4  # for programs the sums stand, as the contract says


def test_where_time_ran_out_bounds_are_told_and_no_middle_of_them(tmp_path: Path) -> None:
    causes = {"plants": 600.0, "money": 500.0, "time": 740.0}
    answer = answered(tmp_path, entry("fires", ["EAST", "SOUTH"], 1840.0, 4100.0, causes, exact=False, bounds=BETWEEN))
    assert answer.sentences == [
        "Fires: the fronts are short of 1,840 rounds, 45 %: at least 400 because plants are full; "
        "time ran out before the rest was known (give more with --seconds)."
    ]
    table = answer.tables[0]
    assert [
        tuple(column(table, row, name) for name in ("part", "share", "least", "most", "exact")) for row in table.rows
    ] == [
        (None, None, 400.0, 800.0, "bounds"),
        (None, None, None, 1100.0, "bounds"),
        (None, None, None, 1480.0, "bounds"),
    ]
    assert answer.charts == []
    unknown = {"plants": [-400.0, 2800.0]}
    (sentence,) = answered(
        tmp_path, entry("fires", ["EAST"], 1840.0, 4100.0, causes, exact=False, bounds=unknown)
    ).sentences
    assert sentence.endswith("45 %: time ran out before any cause was certain (give more with --seconds).")


def test_what_a_limit_holds_back_is_told_in_points_gained(tmp_path: Path) -> None:
    coverage = tiny_run(tmp_path).manifest["goals"]["coverage"]
    answer = answered(
        tmp_path,
        bottlenecks=[{"limit": "capacity", "plant": "works", "coverage": coverage - 0.02}],
        extra=[{"extra": 5.0, "coverage": coverage - 0.01, "spending": []}],
        frontier=[{"give": 0.01, "coverage": coverage + 0.03, "cost": 20.0, "liability": 0.0}],
    )
    points = {
        table.name: column(table, table.rows[0], "points")
        for table in answer.tables
        if table.name not in ("Causes", "Limits")
    }
    assert points == {"Frontier": pytest.approx(-3.0), "Bottlenecks": pytest.approx(2.0), "Extra": pytest.approx(1.0)}
