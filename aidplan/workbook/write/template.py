"""The empty (or filled) planning workbook that a planner starts from.

Everything in it comes from the schema: the columns, what their headers say, the drop-downs, the dictionary.
"""

from __future__ import annotations

import datetime
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from aidplan.workbook import describing
from aidplan.workbook.periods import Calendar
from aidplan.workbook.schema import CHOICE, CODE, NOTES, PERIOD, SETTINGS, SHEETS, Column, Sheet
from aidplan.workbook.tables import column_letters
from aidplan.workbook.write.dictionary import write_dictionary
from aidplan.workbook.write.saving import write_new
from aidplan.workbook.write.styles import OPTIONAL_FILL, REQUIRED_FILL, Styles, print_setup

LAST_ROW = 5_000
"""Drop-downs reach down to here."""
Record = Mapping[str, object]

_SETTINGS_WIDTHS = {"key": 18, "value": 30, "note": 90}
_WIDTHS = {
    "name": 26,
    "source": 34,
    "note": 40,
    "where": 34,
    "meaning": 60,
    "value": 14,
    "confidence": 12,
    "column": 24,
    "sheet": 14,
    "scenario": 18,
}


def write_template(path: str | Path, calendar: Calendar, records: Mapping[str, Sequence[Record]] | None = None) -> Path:
    """Writes a planning workbook with a column for each period of `calendar`; `records` fills sheets, a mapping from
    column (or period label) to value for each row. Gives the path; raises `OSError` where it cannot be written,
    `FileExistsError` where a file is there.
    """
    import xlsxwriter

    records = records or {}
    path = Path(path)
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        styles = Styles(book)
        for sheet in SHEETS.values():
            filled = records.get(sheet.name, ())
            _write_sheet(
                book,
                styles,
                sheet,
                calendar,
                _settings_records(filled, calendar) if sheet.name == "settings" else filled,
            )
        write_dictionary(book, styles)
        book.set_properties(
            {"title": "aidplan planning workbook", "comments": "Sheets and columns are explained in #dictionary."}
        )
    return write_new(path, made.getvalue())


def next_year(today: datetime.date) -> Calendar:
    """The twelve months of the year after `today`'s: what an empty workbook plans for until its settings
    are changed.
    """
    return Calendar((today.year + 1) * 12, 1, 12)


def _settings_records(filled: Sequence[Record], calendar: Calendar) -> list[Record]:
    """Every setting in its row, with what it means as its note; those given in `filled` first in mind."""
    given = {str(record["key"]): record.get("value", "") for record in filled}
    given |= {"start": calendar.label(1), "periods": calendar.count, "period_months": calendar.months}
    rows: list[Record] = []
    for setting in SETTINGS:
        unit = f" [{setting.unit}]" if setting.unit else ""
        empty = "" if setting.required or setting.when_empty == "empty" else f"; empty: {setting.when_empty}"
        rows.append(
            {"key": setting.name, "value": given.get(setting.name, ""), "note": f"{setting.meaning}{unit}{empty}"}
        )
    return rows


def _write_sheet(book: Any, styles: Styles, sheet: Sheet, calendar: Calendar, records: Sequence[Record]) -> None:
    page = book.add_worksheet(sheet.name)
    columns = [*sheet.columns, *NOTES]
    optional_periods = [label for label in calendar.labels if any(label in record for record in records)]
    time_table = sheet.periods is not None and sheet.periods.is_time_table
    before = [
        label
        for label in sorted({str(name) for record in records for name in record})
        if label < calendar.label(1) and label[:1].isdigit()
    ]
    periods = [*before, *calendar.labels] if time_table else optional_periods
    names = [*(column.name for column in sheet.columns), *periods, *(column.name for column in NOTES)]
    by_name = {column.name: column for column in columns}
    for index, name in enumerate(names):
        column = by_name.get(name)
        page.write_string(0, index, name, styles.of(column) if column else styles.period)
        page.write_comment(0, index, _comment(column, sheet), {"x_scale": 2.2, "y_scale": 1.2, "font_size": 9})
        width = _SETTINGS_WIDTHS.get(name) if sheet.name == "settings" else None
        width = width or _WIDTHS.get(name, 10 if column is None else max(10, min(22, len(name) + 4)))
        page.set_column(index, index, width, styles.cells_of(column))
        if column is not None:
            _validate(page, sheet, column, index, styles)
        else:
            _validate_number(page, index, Column(name, "number", "", low=0.0))
    for row, record in enumerate(records, 1):
        for index, name in enumerate(names):
            value = record.get(name, "")
            if value not in ("", None):
                page.write(row, index, value)
    _arrange(page, sheet)


def _comment(column: Column | None, sheet: Sheet) -> str:
    """What a header says when a planner points at it."""
    line = next(
        (
            known
            for known in describing.lines(sheet)
            if known.column == (column.name if column else describing.ANY_PERIOD)
        ),
        None,
    )
    line = line or describing.line(column)  # type: ignore[arg-type]
    parts = [line.meaning[:1].upper() + line.meaning[1:] + "."]
    parts += [f"Unit: {line.unit}."] if line.unit else []
    parts += [f"Holds: {line.allowed}."] if line.allowed else []
    parts += (
        [f"Empty: {line.when_empty}."]
        if not line.is_key or line.when_empty != "required"
        else ["Names the row; required."]
    )
    return "\n".join(parts)


def _validate(page: Any, sheet: Sheet, column: Column, index: int, styles: Styles) -> None:
    """Drop-downs and ranges; required cells that are empty in a row that has begun are shaded."""
    if column.is_number:
        _validate_number(page, index, column)
    elif source := _choices(sheet, column):
        stop = column.kind == CHOICE and not column.words
        page.data_validation(
            1,
            index,
            LAST_ROW,
            index,
            {
                "validate": "list",
                "source": source,
                "error_type": "stop" if stop else "warning",
                "error_title": column.name,
                "error_message": f"{column.name} should be {describing.allowed(column)}."[:250],
            },
        )
    if column.required:
        letter = column_letters(index)
        page.conditional_format(
            1,
            index,
            LAST_ROW,
            index,
            {"type": "formula", "criteria": f'=AND(COUNTA($A2:$Z2)>0,${letter}2="")', "format": styles.missing},
        )


def _validate_number(page: Any, index: int, column: Column) -> None:
    if column.low is None:
        return
    limits = {"criteria": "between", "minimum": column.low, "maximum": column.high} if column.high is not None else {
        "criteria": ">" if column.above else ">=", "value": column.low}  # fmt: skip
    page.data_validation(
        1,
        index,
        LAST_ROW,
        index,
        {
            "validate": "integer" if column.kind == "whole" else "decimal",
            **limits,
            "error_title": column.name,
            "error_message": (
                f"{column.name} must be a {'whole number' if column.kind == 'whole' else 'number'}, "
                f"{describing.allowed(column)}."
            ),
        },
    )


def _choices(sheet: Sheet, column: Column) -> list[str] | str | None:
    """What a drop-down offers: words, the codes of another sheet as far as they are filled in, or periods."""
    if column.kind == CHOICE:
        return list(column.choices)
    if column.kind == PERIOD:
        first = column_letters(len(SHEETS["capacity"].columns))
        return f'=OFFSET(capacity!${first}$1,0,0,1,INDEX(settings!$B:$B,MATCH("periods",settings!$A:$A,0)))'
    if column.kind == CODE and column.refers:
        key = column_letters(next(i for i, known in enumerate(SHEETS[column.refers].columns) if known.key))
        return f"=OFFSET({column.refers}!${key}$2,0,0,MAX(1,COUNTA({column.refers}!${key}$2:${key}${LAST_ROW})),1)"
    if sheet.name == "scenarios" and column.name == "sheet":
        return [name for name in SHEETS if name != "scenarios"]
    return None


def _arrange(page: Any, sheet: Sheet) -> None:
    """What stays in sight, and how the sheet prints."""
    page.set_row(0, 18)
    page.freeze_panes(1, len(sheet.keys) or 2)
    page.set_tab_color(REQUIRED_FILL if sheet.needed else OPTIONAL_FILL)
    print_setup(page)
    page.set_header(f'&L&"Calibri,Bold"{sheet.name}&C{sheet.meaning}&R&D')
    page.set_footer("&L&F&RPage &P of &N")
    page.set_comments_author("aidplan")
