"""The schema in words: one line a column, for the dictionary sheet, the header comments and the documentation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from aidplan.workbook.schema import ALL, CHOICE, CODE, CODES, NUMBER, PERIOD, TEXT, WHOLE, Column, Sheet

ANY_PERIOD = "2024-07 …"
KINDS = {
    CODE: "code",
    CODES: "list of codes",
    TEXT: "text",
    CHOICE: "word",
    NUMBER: "number",
    WHOLE: "whole number",
    PERIOD: "period",
}


class Line(NamedTuple):
    """A column in words. ``allowed`` says which values it takes, ``when_empty`` what an empty cell means."""

    column: str
    is_key: bool
    kind: str
    unit: str
    meaning: str
    allowed: str
    when_empty: str


def lines(sheet: Sheet) -> Iterator[Line]:
    """The columns of a sheet in the customary order, its period columns last."""
    for column in sheet:
        yield line(column)
    if sheet.periods is not None:
        when_empty = "0" if sheet.periods.is_time_table else sheet.periods.stands_for
        every = (
            "a column for each period of the horizon"
            if sheet.periods.is_time_table
            else "a column for any period; may be absent"
        )
        yield Line(
            ANY_PERIOD, False, "number", sheet.periods.unit, sheet.periods.meaning, f"at least 0; {every}", when_empty
        )


def line(column: Column) -> Line:
    """One column (or setting) in words."""
    return Line(
        column.name, column.key, KINDS[column.kind], column.unit, column.meaning, allowed(column), when_empty(column)
    )


def when_empty(column: Column) -> str:
    """What an empty cell means."""
    if column.required_for:
        return (
            f"required for {column.required_for}"
            if column.required_for == "goods"
            else f"required if {column.required_for}"
        )
    return column.when_empty


def allowed(column: Column) -> str:
    """Which values the column takes."""
    if column.choices and column.kind != CODES:
        return ", ".join(column.choices)
    if column.kind == CODES:
        codes = ", ".join(column.choices) if column.choices else _refers(column)
        return f"{ALL} for all, or a list of: {codes}"
    if column.kind == CODE:
        words = [f"`{word}`" for word in column.words]
        return " or ".join([*words, _refers(column) if column.refers else "any code"])
    if column.is_number:
        return _range(column)
    return "a month or quarter" if column.kind == PERIOD else ""


def _refers(column: Column) -> str:
    kinds = f" ({' or '.join(column.of_kind)})" if column.of_kind else ""
    return f"{'classes of items' if column.refers == 'classes' else f'codes of {column.refers}'}{kinds}"


def _range(column: Column) -> str:
    if column.low is not None and column.high is not None:
        return f"{column.low:g} to {column.high:g}"
    if column.low is None:
        return ""
    return f"above {column.low:g}" if column.above else f"at least {column.low:g}"


WRITING = (
    (
        "Row 1 of a sheet names its columns; each row below is one record; blank rows are skipped. A sheet or "
        "a column whose name begins with # is your own note and is not read."
    ),
    (
        "Letter case and surrounding blanks do not matter in the names of sheets, columns and settings, nor in "
        "words such as hub, tranche or yes. Codes are kept exactly as written; a code holds none of , ; = "
        "* and is neither common nor none."
    ),
    "Every sheet may have the columns source, confidence and note; they travel into the reports.",
    "Where a list is allowed, codes are separated by commas; * stands for all.",
    (
        "Prices (unit_cost, capex, release_cost, cost_per_t) are in plain currency; budgets (funding, opening, "
        "outyear_limit, liability_before, what was available or spent before, cost of joins) are in money, "
        "money_unit of it, a million unless the settings say otherwise. Weights are in tonnes."
    ),
    (
        "A period is a month or a quarter: an Excel date, 2024-07, 202407, 2024-07-01, or 2024-Q3 in a "
        "workbook of quarters. A date within a period means that period."
    ),
    (
        "A time table has a column for each period of the horizon; or it is long: columns period and value, a "
        "row for each key and period. An empty cell is 0. In places, lanes, stocks and expansions period "
        "columns are optional, and a filled cell stands in that period in place of the column named. "
        "In orderbook, redirects and guarantees they are optional too, and an empty or absent one is 0."
    ),
    (
        "Columns before or after the horizon are ignored with a warning; but funding before the start counts "
        "for tranches, which arrive after their delay."
    ),
    (
        "With a tail, a column within it is read. Where a sheet has none, demand, capacity, supply, adversary "
        "and the optional period columns of places, lanes, stocks and expansions repeat the last period of "
        "the horizon; funding, arrivals, redirects and the order book have nothing there."
    ),
)
"""How a workbook is written, in sentences."""

SCENARIOS = (
    (
        "A row of scenarios changes cells of one sheet; rows of one name belong together and apply in the "
        "order in which they stand. base is the workbook as it is."
    ),
    (
        "where selects rows: fund=USAI; country=US, DE means fund is USAI and country is US or DE. An empty "
        "cell counts as its default, or as none; a list counts by each of its codes. An empty where "
        "selects every row."
    ),
    (
        "column names cells: a column, a period, a range (2025-02..2025-06, 2025-02.., ..2025-06), a list of "
        "these, or * for every period of the horizon. Ranges and * reach into the tail where the sheet has "
        "columns there."
    ),
    (
        "change is set (an empty value empties the cell), scale (multiply) or add. An empty cell counts as its "
        "default, 0 in a time table, or the cell that an optional period column stands in for; what is "
        "none stays none under scale and add."
    ),
    (
        "Settings may be changed (where key=outyear_limit, column value), but for start, periods, "
        "period_months, currency, money_unit and tail. Key columns may not."
    ),
    "A row that selects nothing, or a change that breaks a rule, refuses that scenario alone.",
)
"""How a scenario is written, in sentences."""

RULES = (
    (
        "Keys are unique in their sheet, and every code used is defined in the sheet that defines it, a class "
        "by an item that has it."
    ),
    "A munition's effects are on flow capabilities, equipment's on level ones; a component has none.",
    "A bill's component is a component, and contains itself at no depth.",
    "An order book's row is of a product that exists.",
    (
        "A reserve's floor is at most its initial. At hubs, fronts and homes stocks have an initial alone, and "
        "all of it fits the storage_t of its place."
    ),
    (
        "share_min is at most share_max. A fund with delivers_to releases no reserves; its * channel means "
        "order and expand."
    ),
    "No lane leaves a home place, or ends where it begins.",
    (
        "effect lies between effect_low and effect_high; a measure speaks of a capability in one row; the "
        "weights of a measure add up to at most 1."
    ),
    "In redirects a row for every plant and one for a single plant, of the same owner and item, exclude each other.",
    "No scenario is called base.",
)
"""What must hold between cells, in sentences."""
