"""What could be otherwise: the largest ties by hand, exact ones first, each allocation once, in the planner's words."""

from __future__ import annotations

from math import inf
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from aidplan.figures.figures import Figures
from aidplan.figures.format import period_name
from aidplan.report.html.plan_page import plan_page, write_page
from aidplan.report.views.alternatives import alternatives, largest
from aidplan.report.xlsx.plan_workbook import write_plan_workbook
from tests.report.tiny_coalition import MONTHS, QUANTITIES_BY_HAND, tables_by_hand, tiny_run

KEY = next(iter(QUANTITIES_BY_HAND["ordered"]))
FUND, PLANT, ITEM = KEY
ORDERED = QUANTITIES_BY_HAND["ordered"][KEY]
POWDER = float(QUANTITIES_BY_HAND["pool"][("powder",)][1])
INDEX = ("quantity", "capability", "component", "fund", "item", "plant", "period")


def rows(*told: tuple[str, dict[str, str], float, float, str, float]) -> pd.DataFrame:
    blank = dict.fromkeys(INDEX, "")
    return pd.DataFrame(
        [
            {**blank, **index, "quantity": quantity, "least": least, "most": most, "exact": exact, "worth": worth}
            for quantity, index, least, most, exact, worth in told
        ],
        columns=[*INDEX, "least", "most", "exact", "worth"],
    )


FOUND = rows(
    ("balance", {"fund": FUND, "period": MONTHS[0]}, 0.5, 9.5, "", 9.0),
    ("ordered", {"fund": FUND, "plant": PLANT, "item": ITEM, "period": MONTHS[0]}, 1.0, 2500.0, "yes", 3.25),
    ("ordered", {"fund": FUND, "plant": PLANT, "item": ITEM, "period": MONTHS[1]}, 0.0, 7.0, "", 99.0),
    ("pool", {"component": "powder", "period": MONTHS[1]}, 0.0, inf, "yes", inf),
)


def figures_with(folder: Path, frame: pd.DataFrame | None) -> Figures:
    tables = tables_by_hand()
    if frame is not None:
        tables["ties"] = frame
    return Figures(tiny_run(folder, tables=tables))


def test_exact_ranges_come_first_then_those_worth_most_and_each_allocation_once(tmp_path: Path) -> None:
    figures = figures_with(tmp_path, FOUND)
    names, money = figures.plan.names, figures.plan.money
    pool = ("on hand", names.item("powder"), "all plants", period_name(MONTHS[1]), POWDER, 0.0, inf)
    ordered = (
        "ordered",
        names.item(ITEM),
        f"{FUND}, {names.plant(PLANT)}",
        period_name(MONTHS[0]),
        float(ORDERED[0]),
        1.0,
        2500.0,
    )
    balance = float(QUANTITIES_BY_HAND["balance"][(FUND,)][0])
    assert [row.cells for row in alternatives(figures).rows] == [
        (*pool, "kg", "proven", inf),
        (*ordered, "vehicles", "proven", 3.25),
        ("left", "money", FUND, period_name(MONTHS[0]), balance, 0.5, 9.5, money, "sampled", 9.0),
    ]


def test_the_sentence_counts_all_and_says_what_a_range_is(tmp_path: Path) -> None:
    exact, seen = figures_with(tmp_path, FOUND), figures_with(tmp_path, FOUND.assign(exact=""))
    assert alternatives(exact).about.startswith("4 allocations could move at no cost to any goal")
    assert "is proven" in alternatives(exact).about
    assert "--ties" in alternatives(seen).about
    assert "proven" not in alternatives(seen).about


def test_the_page_shows_five_and_points_to_the_others(tmp_path: Path) -> None:
    many = rows(
        *(
            ("balance", {"fund": f"F{n}", "period": MONTHS[0]}, 0.0, float(n), "", float(n))
            for n in range(1, 26)
        )
    )  # fmt: skip
    figures = figures_with(tmp_path, many)
    assert [row.cells[2] for row in largest(figures).rows] == ["F25", "F24", "F23", "F22", "F21"]
    assert "The 20 largest are in plan.xlsx, sheet Alternatives" in largest(figures).about
    assert len(alternatives(figures).rows) == 20
    assert "alternatives" in [section.id for section in plan_page(figures).sections]


@pytest.mark.parametrize("frame", [None, FOUND.iloc[:0]], ids=["run without ties", "no tie"])
def test_without_ties_the_page_leaves_them_out(tmp_path: Path, frame: pd.DataFrame | None) -> None:
    figures = figures_with(tmp_path, frame)
    assert "alternatives" not in [section.id for section in plan_page(figures).sections]
    assert alternatives(figures).rows == []


def test_both_reports_hold_them_also_where_nothing_is_the_most(tmp_path: Path) -> None:
    run = figures_with(tmp_path, FOUND).run
    write_plan_workbook(run, tmp_path / "plan.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "plan.xlsx", data_only=True)["Alternatives"]
    cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
    head = next(at for at, row in enumerate(cells) if row[0] == "Allocation")
    assert cells[head + 1][4:7] == [POWDER, 0, "no limit"]
    assert cells[head + 2][4:7] == [ORDERED[0], 1, 2500]
    write_page(run, tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "Equally good alternatives" in page
    assert "no limit" in page
