"""The planning workbook as an Excel file: the same cells give the same bytes, on every day and machine."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook as File
from xlsxwriter.worksheet import Worksheet

from aidplan.workbook.schema import NOTES, SHEETS
from aidplan.workbook.schema import Sheet as Schema
from inputs.assembly.rows import Value

COLOURS = {"reported": "#E2F0D9", "derived": "#DDEBF7", "assumed": "#FFF2CC"}
_TABS = {
    "#1F4E79": ("settings", "goals", "scenarios"),
    "#7F6000": ("funds", "funding", "menu"),
    "#375623": ("plants", "products", "capacity", "expansions", "orderbook", "redirects", "bills", "supply"),
    "#833C0B": ("places", "lanes", "stocks", "arrivals"),
    "#7030A0": ("capabilities", "effects", "items", "demand", "fleets", "platforms", "adversary", "measures", "joins"),
}
_WIDE = {
    "name": 34,
    "source": 46,
    "confidence": 11,
    "note": 70,
    "where": 44,
    "class": 26,
    "value": 16,
    "text": 110,
    "label": 60,
}


@dataclass(frozen=True, slots=True)
class Page:
    """One sheet to write: its columns in order, and its rows by column name (an absent cell is empty)."""

    name: str
    columns: Sequence[str]
    rows: Sequence[Mapping[str, Value]]


def arrange(name: str, rows: Sequence[Mapping[str, Value]]) -> Page:
    """A sheet of the planning workbook: its declared columns, the period columns in use, the notes last."""
    schema = _SCHEMAS[name]
    declared = [column.name for column in schema]
    notes = [column.name for column in NOTES]
    others = {column for row in rows for column in row} - set(declared) - set(notes)
    unknown = sorted(column for column in others if not column.startswith("#") and not column[:4].isdigit())
    if unknown:
        raise ValueError(f"{name} has no column {', '.join(unknown)}")
    return Page(name, [*declared, *sorted(others), *notes], rows)


def write(pages: Sequence[Page], target: Path) -> None:
    """Write the workbook; nothing in it depends on the day it is written."""
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    file = xlsxwriter.Workbook(str(target), options)
    written = datetime.datetime(2024, 7, 1, tzinfo=datetime.UTC).replace(tzinfo=None)
    file.set_properties({"title": "Coalition plan 2024-07 to 2026-06", "author": "aidplan", "created": written})
    styles = _Styles(file)
    for page in pages:
        _write_page(file.add_worksheet(page.name), page, styles)
    file.close()


class _Styles:
    """The few formats that the workbook uses."""

    def __init__(self, file: File) -> None:
        base = {"font_name": "Calibri", "font_size": 10, "valign": "top"}
        self.header = file.add_format(
            {**base, "bold": True, "bg_color": "#1F3864", "font_color": "#FFFFFF", "text_wrap": True, "border": 1}
        )
        self.key = file.add_format(
            {**base, "bold": True, "bg_color": "#2F5597", "font_color": "#FFFFFF", "text_wrap": True, "border": 1}
        )
        self.aside = file.add_format(
            {**base, "bold": True, "bg_color": "#7F7F7F", "font_color": "#FFFFFF", "text_wrap": True, "border": 1}
        )
        self.text = file.add_format(base)
        self.wrapped = file.add_format({**base, "text_wrap": True})
        self.whole = file.add_format({**base, "num_format": "#,##0"})
        self.hundredths = file.add_format({**base, "num_format": "#,##0.00"})
        self.small = file.add_format({**base, "num_format": "0.0000"})
        self.sure = {word: file.add_format({**base, "bg_color": colour}) for word, colour in COLOURS.items()}

    def number(self, value: float) -> Format:
        """Whole numbers without decimals, small ones with four."""
        if value == round(value):
            return self.whole
        return self.hundredths if abs(value) >= 1 else self.small


def _write_page(sheet: Worksheet, page: Page, styles: _Styles) -> None:
    schema = _SCHEMAS.get(page.name)
    keys = [column.name for column in schema.keys] if schema else []
    _write_header(sheet, page, schema, styles)
    for number, row in enumerate(page.rows, start=1):
        if "text" in page.columns:
            sheet.set_row(number, 14 * (1 + len(str(row["text"])) // 115))
        for place, column in enumerate(page.columns):
            _write_cell(sheet, number, place, column, row.get(column, ""), styles)
    sheet.freeze_panes(1, min(len(keys), 3) if schema else 1)
    if page.rows and schema:
        sheet.autofilter(0, 0, len(page.rows), len(page.columns) - 1)
    colour = next((colour for colour, names in _TABS.items() if page.name in names), "#A6A6A6")
    sheet.set_tab_color(colour)


def _write_header(sheet: Worksheet, page: Page, schema: Schema | None, styles: _Styles) -> None:
    sheet.set_row(0, 30)
    for place, column in enumerate(page.columns):
        declared = schema.column(column) if schema else None
        style = styles.key if declared is not None and declared.key else styles.header
        if schema and (column.startswith("#") or column in {note.name for note in NOTES}):
            style = styles.aside
        sheet.write_string(0, place, column, style)
        sheet.set_column(place, place, _width(page, column))
        told = _comment(schema, column)
        if told:
            sheet.write_comment(0, place, told, {"x_scale": 2.0, "y_scale": 1.0, "author": "aidplan"})


def _comment(schema: Schema | None, column: str) -> str:
    if schema is None:
        return ""
    declared = schema.column(column)
    if declared is None:
        period = schema.periods if column[:4].isdigit() else None
        return f"{period.meaning} [{period.unit}]" if period and period.unit else ""
    unit = f" [{declared.unit}]" if declared.unit else ""
    return f"{declared.meaning}{unit}; empty: {declared.when_empty}"


def _width(page: Page, column: str) -> float:
    if column in _WIDE and not (column == "value" and page.name == "#figures"):
        return _WIDE[column]
    longest = max((len(_shown(row.get(column, ""))) for row in page.rows), default=0)
    return float(min(max(longest + 2, len(column) + 2, 8), 30))


def _shown(value: Value) -> str:
    return value if isinstance(value, str) else f"{value:,.0f}" if value == round(value) else f"{value:,.4g}"


def _write_cell(sheet: Worksheet, number: int, place: int, column: str, value: Value, styles: _Styles) -> None:
    if value == "":
        return
    if not isinstance(value, str):
        sheet.write_number(number, place, value, styles.number(value))
    elif column == "confidence" and value in styles.sure:
        sheet.write_string(number, place, value, styles.sure[value])
    else:
        sheet.write_string(number, place, value, styles.wrapped if column == "text" else styles.text)


_SCHEMAS = {schema.name: schema for schema in SHEETS.values()}
