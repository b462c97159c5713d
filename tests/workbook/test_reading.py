"""A workbook means the same however it is laid out."""

from __future__ import annotations

import datetime
import random

import pytest

from aidplan.workbook import plan_data
from tests.workbook.books import long, opened, small


def test_the_small_workbook_gives_every_number_where_it_belongs():
    book = opened(small())
    assert [str(finding) for finding in book.findings if finding.severity == "error"] == []
    data = plan_data(book.tables)
    assert data.period_labels == ("2024-07", "2024-08", "2024-09")
    assert (data.money_unit, data.outyear_limit, data.urgency_rate, data.currency) == (1e6, 40.0, 0.0, "USD")
    usai, kfw = data.funds["USAI"], data.funds["KFW"]
    assert (usai.expires, usai.opening, dict(usai.funding)) == (3, 2.0, {1: 5.0, 2: 6.0, 3: 7.0})
    assert (kfw.owner, dict(kfw.funding)) == ("home", {0: 3.0, 1: 8.0, 2: 9.0})
    assert data.bills == {("ohio", "shell", "powder"): 0.5}
    assert data.places["hub"].throughput_t == (900.0, 900.0, 900.0)
    assert data.reserves["US", "shell"].release_limit == (400.0, 400.0, 400.0)
    assert data.opening_stock == {("hub", "gun"): 3.0}
    assert data.demands["east", "fires"].floor_from == 2
    assert [row.key for row in data.menu] == [
        ("KFW", "gun", "*", "DE", "order"),
        ("USAI", "*", "*", "*", "*"),
        ("USAI", "*", "ammo", "*", "order"),
    ]


@pytest.fixture
def plain():
    return plan_data(opened(small()).tables)


def test_long_tables_mean_what_wide_ones_do(plain):
    sheets = small()
    for name, keys in {"capacity": 1, "supply": 2, "funding": 1, "arrivals": 2, "demand": 5, "adversary": 2}.items():
        sheets[name] = long(sheets[name], keys)
    assert plan_data(opened(sheets).tables) == plain


def test_the_order_of_rows_columns_and_sheets_does_not_matter(plain):
    shuffled = random.Random(3)
    sheets = small()
    for name, cells in sheets.items():
        order = shuffled.sample(range(len(cells[0])), len(cells[0]))
        rows = shuffled.sample(cells[1:], len(cells) - 1) if name != "scenarios" else cells[1:]
        sheets[name] = [[row[index] for index in order] for row in [cells[0], *rows]]
    book = opened(dict(shuffled.sample(sorted(sheets.items()), len(sheets))))
    data = plan_data(book.tables)
    assert data == plain
    assert [list(getattr(data, field)) for field in ("places", "funds", "lanes", "bills")] == [
        list(getattr(plain, field)) for field in ("places", "funds", "lanes", "bills")
    ]


def test_letter_case_blanks_and_blank_rows_do_not_matter(plain):
    sheets = {}
    for name, cells in small().items():
        head = [f" {title.upper()} " for title in cells[0]]
        words = [
            [
                f" {cell.title()} " if cell in ("flow", "country", "tranche", "yes", "public", "scale") else cell
                for cell in row
            ]
            for row in cells[1:]
        ]
        sheets[f" {name.title()}"] = [head, [""] * len(head), *words]
    assert plan_data(opened(sheets).tables) == plain


@pytest.mark.parametrize("written", [
    lambda year, month: datetime.date(year, month, 1),
    lambda year, month: datetime.date(year, month, 17),
    lambda year, month: year * 100 + month,
    lambda year, month: f"{year}{month:02d}",
    lambda year, month: f"{year}-{month:02d}-01",
])  # fmt: skip
def test_periods_may_be_written_in_every_customary_way(plain, written):
    sheets = small()
    for cells in sheets.values():
        for index, head in enumerate(cells[0]):
            if str(head).startswith("2024-"):
                cells[0][index] = written(2024, int(head[5:]))
    sheets["funds"][1][6] = written(2024, 9)
    sheets["settings"][1][1] = written(2024, 7)
    assert plan_data(opened(sheets).tables) == plain


def test_a_date_within_a_quarter_means_that_quarter():
    sheets = small()
    sheets["settings"] = [
        ["key", "value"],
        ["start", "2024-08"],
        ["periods", "3"],
        ["period_months", 3],
        ["outyear_limit", 40],
    ]
    for cells in sheets.values():
        cells[0] = [
            {
                "2024-06": "2024-05-31",
                "2024-07": "2024-Q3",
                "2024-08": 202411,
                "2024-09": datetime.date(2025, 3, 31),
            }.get(head, head)
            for head in cells[0]
        ]
    sheets["funds"][1][6], sheets["demand"][1][4] = "2025-Q1", "2024-12"
    book = opened(sheets)
    assert [str(finding) for finding in book.findings if finding.severity == "error"] == []
    data = plan_data(book.tables)
    assert data.period_labels == ("2024-Q3", "2024-Q4", "2025-Q1")
    assert (data.funds["USAI"].expires, data.demands["east", "fires"].floor_from, dict(data.funds["KFW"].funding)) == (
        3,
        2,
        {0: 3.0, 1: 8.0, 2: 9.0},
    )


def test_rows_know_their_cells():
    tables = opened(small()).tables
    assert tables.address("funding", "USAI", 2) == "funding!D2"
    assert tables.address("lanes", ("hub", "east", "road"), "loss") == "lanes!H4"
    sheets = small()
    sheets["funding"] = long(sheets["funding"], 1)
    assert opened(sheets).tables.address("funding", "KFW", 2) == "funding!C7"
