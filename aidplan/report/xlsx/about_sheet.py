"""The sheet that says what the report is, which run it tells of, and how to read it."""

from __future__ import annotations

from aidplan.figures.figures import Figures
from aidplan.figures.headline import about_run
from aidplan.figures.table import LATE_MARK
from aidplan.report.xlsx.sheets import HEAD, Sheets

NAME = "About"
READING = (
    ("Percent met", "demand met as a share of demand, in the capability's own units; the index of an objective is weighted by priority, urgency and capability"),
    (LATE_MARK, "the end of the horizon; over a column: nothing ordered from this period on can arrive within it, whoever orders it"),
    (f"Italics, hatched, {LATE_MARK}", "the same for the row alone: what is ordered, made, shipped or started then comes too late; each sheet's third line says what is meant there"),
    ("–", "zero; an empty cell of a share means that there is nothing to share (no demand, no capacity)"),
    ("Continuous quantities", "the plan may order part of a tank; round when signing, and treat small figures as directions"),
    ("Unspent, lapsed", "unspent: in hand at the end of the horizon; lapsed: not carried over, or in hand when the fund expired"),
    ("Why money is unspent", "for all that a fund may buy, the first limit between its idle money and demand that stays unmet; where several lines apply they are listed"),
    ("Latest useful order date", "the latest period from which lead time and the quickest open lanes still reach a place with unmet demand; a fund's expiry counts too"),
    ("Donor ledger", "goods for all fronts go into one stock; a fund's deliveries are its share of what was delivered of an item, at the fund's own price"),
    ("Alternatives", "other plans are equally good for every objective; each range is of one allocation alone, what it could be while others adjust. Proven: the true least and most; sampled: it can go so far, and may go further"),
    ("Reconciliation", "the sheet recomputes from the other sheets that money, goods and goals add up"),
    ("data", "one row a value for pivot tables, the same rows as the run's tables"),
)  # fmt: skip


def write_about(sheets: Sheets, figures: Figures) -> None:
    """Facts of the run, then how to read the report."""
    sheet = sheets.sheet(NAME, colour="#7A7A7A")
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 130)
    sheets.text(sheet, 0, 0, "About this report", sheets.style(bold=True, font_size=14, font_color=HEAD))
    row = 2
    for title, lines in (("The run", about_run(figures.plan)), ("How to read it", READING)):
        sheets.text(sheet, row, 0, title, sheets.style(bold=True, font_size=12, font_color=HEAD))
        for name, text in lines:
            row += 1
            sheets.text(sheet, row, 0, name, sheets.style(bold=True))
            sheets.text(sheet, row, 1, text, sheets.style(text_wrap=True))
        row += 2
