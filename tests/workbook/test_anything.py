"""Whatever stands in a cell or in the file, there is an answer and no traceback, and no plan from a misread number."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aidplan.workbook import Workbook, plan_data
from aidplan.workbook.planning_workbook import read_workbook
from aidplan.workbook.tables import column_letters
from tests.workbook.books import opened, put, small
from tests.workbook.test_guard import GOOD, edited

WORDS = [
    "*",
    "base",
    "common",
    "none",
    "US",
    "shell",
    "2024-07",
    "2024-13",
    "2024-Q3",
    "..",
    "2024-08..",
    "a=b;c",
    "place=",
    "=1+1",
    "#REF!",
    "#x",
    "1.234,5",
    "1,5",
    " ",
    "ammo,",
    "yes",
    "0",
    "1e999",
]
ANYTHING = st.one_of(
    st.sampled_from(WORDS),
    st.text(max_size=12, alphabet=st.characters(codec="utf-8", exclude_categories=["Cs"], min_codepoint=32)),
    st.floats(allow_nan=False, allow_infinity=False, width=32),
    st.integers(-(10**6), 10**15),
    st.booleans(),
    st.datetimes(datetime.datetime(1990, 1, 1), datetime.datetime(2090, 1, 1)),
    st.just(""),
)  # fmt: skip
CELLS = [
    f"{name}!{column_letters(c)}{r + 1}"
    for name, rows in small().items()
    for r in range(len(rows) + 1)
    for c in range(len(rows[0]) + 1)
]
NUMBERS = [
    (name, c, r)
    for name, rows in small().items()
    if name not in ("settings", "scenarios")
    for r, row in enumerate(rows)
    for c, value in enumerate(row)
    if r and isinstance(value, int | float)
]


def judged(book: Workbook) -> None:
    """All that check does with a workbook; plans of what is not refused."""
    for scenario in map(book.scenario, ("base", *book.scenarios)):
        assert all(str(finding) for finding in scenario.findings)
        if not book.refused and not scenario.refused:
            plan_data(scenario.tables)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(CELLS), ANYTHING), min_size=1, max_size=3))
def test_any_cells_may_hold_anything(edits):
    sheets = small()
    for place, value in edits:
        put(sheets, place, value)
    judged(opened(sheets))


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(NUMBERS), ANYTHING)
def test_a_number_is_read_as_what_stands_there_or_refused(where, value):
    name, column, row = where
    sheets = small()
    before = sheets[name][row][column]
    put(sheets, f"{name}!{column_letters(column)}{row + 1}", value)
    book = opened(sheets)
    if book.refused:
        return
    table = book.tables[name]
    head = str(sheets[name][0][column])
    read = next(line for line in table if line.number == row + 1)
    now = read.periods.get(book.tables.calendar.number(head)) if head[0].isdigit() else read.values.get(head)
    if isinstance(value, str):
        assert not value.strip()
        assert now is None
    else:
        assert not isinstance(value, bool | datetime.datetime)
        assert now == pytest.approx(value, rel=1e-15, abs=1e-9)
    assert before is not None


@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(GOOD) - 1), st.binary(min_size=1, max_size=4))
def test_any_bytes_of_the_file_may_be_wrong(at, noise):
    judged(read_workbook("plan.xlsx", GOOD[:at] + noise + GOOD[at + len(noise) :]))


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(
        [
            "xl/workbook.xml",
            "xl/sharedStrings.xml",
            "xl/styles.xml",
            "xl/worksheets/sheet1.xml",
            "xl/worksheets/sheet19.xml",
        ]
    ),
    st.floats(0, 1),
    st.binary(min_size=1, max_size=6),
)
def test_any_bytes_of_its_parts_may_be_wrong(part, share, noise):
    def changed(data: bytes) -> bytes:
        at = int(share * (len(data) - len(noise)))
        return (
            data[:at] + (noise if data[at : at + len(noise)] != noise else noise[::-1] + b"!") + data[at + len(noise) :]
        )

    judged(read_workbook("plan.xlsx", edited(part, changed)))
