"""What planners type: dates in other forms, titles, codes and scenarios that look alike, units that were mistaken."""

from __future__ import annotations

import unicodedata

import pytest

from aidplan.workbook.periods import PeriodError, label_of, month_of
from tests.workbook.faults.small_file import SMALL, found, usual, with_cell, with_openpyxl

MONTHS = ["2025-01", "2025-02", "2025-03", "2025-04", "2025-05", "2025-06"]


def headed(*names: object, sheet: str = "demand", first: str = "F") -> bytes:
    """The workbook with other names over the first periods of a sheet."""

    def change(book):
        start = book[sheet][f"{first}1"].column
        for at, name in enumerate(names):
            book[sheet].cell(1, start + at).value = name

    return with_openpyxl(change)


def look_like_dates(*names: object, sheet: str = "demand", first: str = "F") -> list[str]:
    return [
        f"no-period error {sheet}!{chr(ord(first) + at)}1: `{name}` looks like a date; write {month}"
        for at, (name, month) in enumerate(zip(names, MONTHS, strict=False))
    ]


HEADERS = [
    (45658, 45689, 45720, 45751, 45782, 45813),
    ("45658", "45689", "45720"),
    ("Jan-25", "Feb-25", "Mar-25", "Apr-25", "May-25", "Jun-25"),
    ("January 2025", "Feb. 2025", "March '25"),
    ("01.01.2025", "01.02.2025", "1.3.25"),
    ("2025/01", "2025/2", "2025.03", "2025_04", "2025 05", "2025M06"),
    ("01/2025", "02-2025", "3.2025"),
    ("Januar 2025", "Feb 2025", "März 2025", "April 25", "Mai 2025", "Juni-25"),
    ("janvier 2025", "févr. 2025", "mars 2025", "avr. 25", "mai 2025", "juin 2025"),
    ("січень 2025", "лютий 2025", "березня 2025 р.", "квіт. 2025", "трав-25", "червень 2025"),
    ("styczeń 2025", "lutego 2025", "marzec-25", "kwi 2025", "maj 2025", "czerwiec 2025"),
    ("2025-1", "2025-2"),
]


@pytest.mark.parametrize("names", HEADERS, ids=lambda names: str(names[0]))
def test_a_header_that_is_a_date_in_another_form_says_how_to_write_it(names):
    assert found(headed(*names)) == look_like_dates(*names)
    assert found(headed(*names[:1], sheet="capacity", first="B")) == look_like_dates(
        *names[:1], sheet="capacity", first="B"
    )


def test_a_date_that_may_mean_two_months_names_both():
    assert found(headed("03/01/2025", first="F")) == [
        "no-period error demand!F1: `03/01/2025` looks like a date; write 2025-01 or 2025-03, whichever is meant"
    ]


def test_a_date_in_another_form_is_told_wherever_a_period_is_asked_for():
    def change(book):
        book["demand"]["E2"], book["funds"]["G2"], book["settings"]["B3"] = "Feb-25", "June 2025", "1.1.2025"

    assert [each for each in found(with_openpyxl(change)) if each.startswith("no-period")] == [
        "no-period error settings!B3: start: `1.1.2025` looks like a date; write 2025-01",
        "no-period error funds!G2: expires: `June 2025` looks like a date; write 2025-06",
        "no-period error demand!E2: floor_from: `Feb-25` looks like a date; write 2025-02",
    ]


@pytest.mark.parametrize(("text", "label"), [("Q1 2025", "2025-Q1"), ("3Q25", "2025-Q3"), ("2025 Q2", "2025-Q2"), ("Oct-25", "2025-Q4"), ("T3 2025", "2025-Q3")])  # fmt: skip
def test_quarters_in_another_form_say_how_to_write_them(text, label):
    with pytest.raises(PeriodError) as refused:
        month_of(text, quarters=True)
    assert refused.value.remedy == f"write {label}"
    assert [label_of(month // 3 * 3, 3) for month in refused.value.meant] == [label]


@pytest.mark.parametrize(
    "text", ["total", "Q5 2025", "13/2025", "remarks 2025", "may", "12", "2025", "1.5", "shell155", "A-25", "31"]
)
def test_what_is_no_date_is_not_taken_for_one(text):
    with pytest.raises(PeriodError) as refused:
        month_of(text, quarters=True)
    assert refused.value.meant == ()


def titled(sheet: str, *rows: str) -> bytes:
    def change(book):
        book[sheet].insert_rows(1, len(rows))
        for number, text in enumerate(rows, 1):
            book[sheet][f"A{number}"] = text or None

    return with_openpyxl(change)


def title(place: str, row: int) -> list[str]:
    return [
        f"no-header error {place}: a title stands above the table; the column names stand in row {row}; "
        "delete the rows above them, so that they stand in row 1"
    ]


TITLES = {
    "one line": (titled("demand", "Demand by month"), title("demand!A1", 2)),
    "two lines and a blank one": (titled("lanes", "Lanes", "as of May", ""), title("lanes!A1", 4)),
    "over the settings": (titled("settings", "Spring plan"), title("settings!A1", 2)),
    "over a sheet without periods": (titled("items", "What is made and used"), title("items!A1", 2)),
    "over the scenarios": (titled("scenarios", "What if"), title("scenarios!A1", 2)),
}


@pytest.mark.parametrize("kind", TITLES)
def test_a_title_above_the_names_is_one_error(kind):
    data, expected = TITLES[kind]
    if kind == "over the scenarios":
        expected = [expected[0], *(each for each in found(data) if each.startswith("demand-above-reach"))]
    assert found(data) == expected


def test_a_merged_title_is_one_error_too():
    def change(book):
        book["demand"].insert_rows(1)
        book["demand"]["A1"] = "Demand by month"
        book["demand"].merge_cells("A1:N1")

    assert found(with_openpyxl(change)) == title("demand!A1", 2)


def put(**cells: object) -> bytes:
    """The workbook with cells (``lanes_B2=…``) changed."""

    def change(book):
        for place, value in cells.items():
            sheet, cell = place.split("_", 1)
            book[sheet][cell] = value

    return with_openpyxl(change)


LOOKS = {
    "a Cyrillic letter": ("rzeszоw", "it has the Cyrillic small letter o where `rzeszow` has the Latin small letter o"),
    "another Cyrillic letter": ("rzеszow", "it has the Cyrillic small letter ie where `rzeszow` has the Latin small letter e"),
    "a Greek letter": ("rzeszοw", "it has the Greek small letter omicron where `rzeszow` has the Latin small letter o"),
    "letter case": ("Rzeszow", "it differs from `rzeszow` in letter case alone"),
    "wide letters": ("ｒzeszow", "it has the fullwidth Latin small letter r where `rzeszow` has the Latin small letter r"),
}  # fmt: skip


@pytest.mark.parametrize("kind", LOOKS)
def test_a_code_that_looks_like_a_known_one_says_what_differs(kind):
    code, difference = LOOKS[kind]
    assert found(put(lanes_B2=code)) == [
        f"unknown-code error lanes!B2: destination `{code}` is not in places; {difference}; did you mean `rzeszow`?"
    ]


@pytest.mark.parametrize("hidden", ["\u200b", "\u00ad", "\u2060", "\ufeff", "\u200f"])
def test_a_code_with_a_character_that_nobody_sees_is_an_error(hidden):
    told = found(put(lanes_B2=f"rzes{hidden}zow"))
    assert told == [
        f"bad-code error lanes!B2: destination {f'rzes{hidden}zow'!a} holds an invisible character; type the code again"
    ]


def test_codes_in_two_unicode_forms_are_told_apart():
    composed, apart = "dębica", unicodedata.normalize("NFD", "dębica")
    told = found(put(places_A7=composed, places_B7="hub", lanes_B2=apart))
    assert told == [
        f"unknown-code error lanes!B2: destination `{apart}` is not in places; it is written with other Unicode characters "
        f"(combining ogonek) than `{composed}` (Latin small letter e with ogonek); did you mean `{composed}`?"
    ]


TWINS = {
    "a place": (put(places_A7="us", places_B7="country"), "places!A7: place `us` looks like `US` in A2; it differs from `US` in letter case alone"),
    "an item": (put(items_A5="Shell155", items_B5="munition"), "items!A5: item `Shell155` looks like `shell155` in A2; it differs from `shell155` in letter case alone"),
    "a scenario": (put(scenarios_A3="Surge"), "scenarios!A3: scenario `Surge` looks like `surge` in A2; it differs from `surge` in letter case alone"),
    "a scenario in Cyrillic": (put(scenarios_A3="surgе"), "scenarios!A3: scenario `surgе` looks like `surge` in A2; it has the Cyrillic small letter ie where `surge` has the Latin small letter e"),
    "a mode": (put(lanes_C4="Sea"), "lanes!C4: mode `Sea` looks like `sea` in C2; it differs from `sea` in letter case alone"),
}  # fmt: skip


@pytest.mark.parametrize("kind", TWINS)
def test_twins_are_warned_of_with_both_cells(kind):
    data, warning = TWINS[kind]
    assert [each for each in found(data) if each.startswith("alike")] == [
        f"alike warning {warning}; if one is meant, write it alike; if two are meant, choose names that nobody confuses"
    ]
    assert not any(" error " in each for each in found(data))


def coded(number: object, shown: str) -> bytes:
    """The workbook with the shell called 0012, in `effects` typed as a number that is shown in some way."""

    def change(book):
        for sheet in book.worksheets:
            for cell in (cell for row in sheet.iter_rows() for cell in row):
                if cell.value == "shell155":
                    cell.value, cell.number_format = "0012", "@"
        book["effects"]["A2"].value, book["effects"]["A2"].number_format = number, shown

    return with_openpyxl(change)


TYPE = "type it as text: format the cell as text, then type 0012"
NUMBERS = {
    "shown with zeros": (coded(12, "0000"), "bad-code error effects!A2: item is the number 12, shown as 0012; type it as text"),
    "shown with words": (coded(12, '"item "0'), "bad-code error effects!A2: item is the number 12, shown as item 12; type it as text"),
    "shown with a dash": (coded(12, "00\\-00"), "bad-code error effects!A2: item is the number 12, shown as 00-12; type it as text"),
    "shown as it is": (coded(12, "General"), f"unknown-code error effects!A2: item is the number 12, and items has `0012`; {TYPE}"),
    "in a cell for text": (coded(12, "@"), f"unknown-code error effects!A2: item is the number 12, and items has `0012`; {TYPE}"),
}  # fmt: skip


@pytest.mark.parametrize("kind", NUMBERS)
def test_a_number_where_a_code_is_meant_says_that_it_is_one(kind):
    data, expected = NUMBERS[kind]
    assert found(data) == [expected]


def test_a_code_of_digits_typed_as_text_is_a_code():
    assert found(coded("0012", "@")) == list(usual())


def rows_of_scenarios(*rows: tuple) -> bytes:
    def change(book):
        sheet = book["scenarios"]
        sheet.delete_rows(2, 10)
        for row in rows:
            sheet.append(row)

    return with_openpyxl(change)


SURGE = ("surge", "demand", "capability=fires", "2025-03..", "scale", 1.01)
AGAIN = "; both count, one after the other; delete one of them, unless both are meant"


@pytest.mark.parametrize(("rows", "place"), [
    ((SURGE, SURGE), "scenarios!A3: the row says the same as row 2"),
    ((SURGE, ("other", "demand", "", "floor", "set", 0), ("surge", "Demand", " capability = fires ", "2025-03..", "SCALE", 1.01)), "scenarios!A4: the row says the same as row 2"),
    ((("surge", "demand", "place=east; capability=fires", "2025-03, 2025-04", "add", 1), ("surge", "demand", "capability=fires;place=east", "2025-04,2025-03", "add", 1)), "scenarios!A3: the row says the same as row 2"),
])  # fmt: skip
def test_a_scenarios_row_pasted_twice_is_warned_of(rows, place):
    assert [each for each in found(rows_of_scenarios(*rows)) if "above-reach" not in each] == [
        f"same-row warning surge: {place}{AGAIN}"
    ]


def test_rows_of_two_scenarios_and_rows_that_differ_are_no_doubles():
    other = ("surge2", *SURGE[1:])
    more = (*SURGE[:5], 1.02)
    assert not any(each.startswith("same-row") for each in found(rows_of_scenarios(SURGE, other, more)))


SLIP = "budgets are in millions (1e6) unless the settings say otherwise; look for a slip"


@pytest.mark.parametrize(("unit", "told"), [
    (1e-6, f"money_unit is 1e-06, and no budget is counted in less than one unit of currency; {SLIP}"),
    (0.01, f"money_unit is 0.01, and no budget is counted in less than one unit of currency; {SLIP}"),
    (1, f"money_unit is 1, so that all money together is 561 USD, 6.8e-07 of what everything that could be made and drawn would cost; {SLIP}"),
    (1e3, f"money_unit is 1000, so that all money together is 561,000 USD, 0.00068 of what everything that could be made and drawn would cost; {SLIP}"),
    (1e9, f"money_unit is 1e+09, so that all money together is 561,000,000,000 USD, 682 times what everything that could be made and drawn would cost; {SLIP}"),
    (1e12, f"money_unit is 1e+12, so that all money together is 561,000,000,000,000 USD, 682,482 times what everything that could be made and drawn would cost; {SLIP}"),
])  # fmt: skip
def test_a_unit_of_money_that_no_budget_can_be_meant_in_is_warned_of(unit, told):
    assert [each for each in found(put(settings_B7=unit)) if each.startswith("scale")] == [
        f"scale warning settings!B7: {told}"
    ]


@pytest.mark.parametrize("unit", [1e5, 1e6, 1e7])
def test_a_unit_of_money_near_the_usual_one_is_not_warned_of(unit):
    assert found(put(settings_B7=unit)) == list(usual())


@pytest.mark.parametrize(("tolerance", "share"), [(5, "500%"), (1, "100%"), (2.5, "250%")])
def test_a_tolerance_that_gives_a_goal_up_is_warned_of(tolerance, share):
    assert found(put(goals_D2=tolerance)) == [
        f"scale warning goals!D2: tolerance is {tolerance}, which lets later goals give up {share} of this goal's best value; write a share, such as 0.05 for 5 %",
        *usual(),
    ]
    assert found(put(goals_D2=0.05)) == list(usual())


def test_one_donor_written_as_a_code_and_as_a_name_is_warned_of():
    assert found(put(funds_B2="Germany")) == [
        "donor-two-ways warning funds!B2: donor `Germany` is the name of the place `DE`, and funds!B3 writes `DE`; reports take them for one; write `DE` in both",
        *usual(),
    ]
    assert with_cell("demand!F2", '<c r="F2"><v>{}</v></c>') != SMALL
