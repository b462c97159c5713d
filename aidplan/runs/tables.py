"""Tables of a run as CSV files that programs read back exactly and spreadsheets cannot run.

All text is quoted, numbers are not, so a file tells by itself which is which. Numbers are written in
the shortest form that gives the same double again. A text that a spreadsheet would take for a formula
(it begins with ``=``, ``+``, ``-``, ``@``, a tab or a line end) gets one ``'`` before it; so does such a
text that has ``'`` before it already. Reading takes one ``'`` off again: no code is changed.
"""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aidplan.runs.errors import RunError, shown

if TYPE_CHECKING:
    import pandas as pd

NUMBERS = frozenset(
    [
        "value",
        "demand",
        "met",
        "unmet",
        "price",
        "price_up",
        "price_down",
        "range_up",
        "range_down",
        "least",
        "most",
        "worth",
    ]
)
"""Columns that hold numbers also where a table has no row to tell it by."""

_FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
_GUARDED = re.compile(r"'+[=+\-@\t\r\n＝＋－＠]")


def guarded(text: str) -> str:
    """The text as a CSV cell that no spreadsheet takes for a formula."""
    return "'" + text if _FORMULA.match(text) else text


def unguarded(text: str) -> str:
    """What `guarded` was given."""
    return text[1:] if _GUARDED.match(text) else text


def write_table(path: Path, table: pd.DataFrame) -> None:
    """Writes the columns of ``table`` in their order, its rows in theirs; the frame's index is left out."""
    columns = [_cells(table[name]) for name in table.columns]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")
        writer.writerow([guarded(str(name)) for name in table.columns])
        writer.writerows(zip(*columns, strict=True))


def read_table(path: Path) -> pd.DataFrame:
    """The table that `write_table` wrote. Raises `RunError` naming the row that is no such table's."""
    import pandas as pd

    with path.open(encoding="utf-8", newline="") as file:
        rows = _rows(file_name=f"{path.parent.name}/{path.name}", lines=csv.reader(file, quoting=csv.QUOTE_NONNUMERIC))
        header = [str(name) for name in next(rows, [])]
        columns: list[list[object]] = [[] for _ in header]
        for number, row in enumerate(rows, start=2):
            if len(row) != len(header):
                raise RunError(f"{path.parent.name}/{path.name} row {number} has {len(row)} cells, not {len(header)}")
            for column, cell in zip(columns, row, strict=True):
                column.append(cell)
    return pd.DataFrame(
        {name: _series(name, column) for name, column in zip(header, columns, strict=True)}, columns=header
    )


def _cells(column: pd.Series) -> list[object]:
    """A column's cells as plain text and floats."""
    if column.dtype.kind in "fiu":
        return [float(number) for number in column.tolist()]
    texts = column.tolist()
    cell_of = {text: guarded(str(text)) for text in set(texts)}  # a column of codes has few different ones
    return [cell_of[text] for text in texts]


def _series(name: str, column: list[object]) -> pd.Series:
    """The column as numbers, with nothing for an empty cell; or as text where it holds a text."""
    import pandas as pd

    texts = {cell for cell in column if isinstance(cell, str)}
    if (texts - {""}) or len(texts) == len(set(column)) > 0 or (not column and name not in NUMBERS):
        return pd.Series([str(cell) for cell in column], dtype="str")
    return pd.Series([math.nan if cell == "" else cell for cell in column], dtype="float64")


def _rows(file_name: str, lines: Iterator[list[Any]]) -> Iterator[list[object]]:
    number = 0
    text_of: dict[str, str] = {}
    try:
        for row in lines:
            number += 1
            for cell in row:
                if isinstance(cell, str) and cell not in text_of:
                    text_of[cell] = unguarded(cell)
            yield [text_of[cell] if isinstance(cell, str) else cell for cell in row]
    except (ValueError, csv.Error) as error:
        raise RunError(f"{file_name} row {number + 1} is not a row of a table ({shown(error)})") from error
