"""One cell: from what the spreadsheet holds to a typed value, or to what is wrong with it."""

from __future__ import annotations

import datetime
import math
import re
from dataclasses import dataclass

from aidplan.workbook.findings import nearest
from aidplan.workbook.periods import Calendar, PeriodError
from aidplan.workbook.schema import (
    ALL,
    CHOICE,
    CODE,
    CODES,
    FORBIDDEN_IN_CODES,
    PERIOD,
    RESERVED_CODES,
    TEXT,
    WHOLE,
    Column,
    Scalar,
)

ROUNDING = 1e-9
"""How far a number may be from a whole one, or past the end of its range, by floating-point dust alone."""

_PLAIN_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
_GROUPED = re.compile(r"[+-]?[1-9]\d{0,2}\.\d{3}")
"""Text that one country reads as a thousand and another as a fraction."""
_INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff"


@dataclass(frozen=True, slots=True)
class Broken:
    """A cell that shows a value in Excel or would, and has none to read: an error value, a formula never calculated."""

    code: str
    what: str
    remedy: str


class ShownNumber(float):
    """A number that its format shows as another text, such as 12 as `0012`; ``shown`` is that text."""

    shown: str

    def __new__(cls, number: float, shown: str) -> ShownNumber:  # noqa: D102
        made = super().__new__(cls, number)
        made.shown = shown
        return made


class NumberCode(str):
    """A code that stands in its cell as a number."""


class CellError(ValueError):
    """A cell that cannot be read: a stable code, what is wrong, what would be right."""

    def __init__(self, code: str, message: str, remedy: str) -> None:
        super().__init__(message)
        self.code, self.message, self.remedy = code, message, remedy


def is_blank(raw: object) -> bool:
    """Whether a cell is empty; blanks alone are empty."""
    return raw is None or raw == "" or (isinstance(raw, str) and not raw.strip())


def shown(raw: object) -> str:
    """A cell's content as a planner would write it."""
    if isinstance(raw, bool):
        return str(raw).upper()
    if isinstance(raw, int | float):
        return f"{raw:.15g}"
    if isinstance(raw, datetime.datetime) and raw.time() == datetime.time():
        return raw.date().isoformat()
    return str(raw).strip()


def read_cell(column: Column, raw: object, calendar: Calendar) -> Scalar | None:
    """The typed value of a cell of that column; None if it is empty. Raises `CellError`."""
    if is_blank(raw):
        return None
    if isinstance(raw, Broken):
        raise CellError(raw.code, f"{column.name} {raw.what}", raw.remedy)
    if column.kind == TEXT:
        return raw.shown if isinstance(raw, ShownNumber) else shown(raw)
    if column.kind == CHOICE:
        return read_choice(column, raw)
    if column.kind == PERIOD:
        return read_period(column, raw, calendar)
    if column.kind == CODE:
        return read_code(column, shown_code(column, raw))
    if column.kind == CODES:
        return read_codes(column, raw)
    return in_range(column, read_number(column.name, raw))


def read_free_number(name: str, raw: object) -> float:
    """A number in a column that also holds text: there a plain number typed as text counts. Raises `CellError`."""
    if isinstance(raw, str) and _PLAIN_NUMBER.fullmatch(raw.strip()) and not _GROUPED.fullmatch(raw.strip()):
        raw = float(raw)
    return read_number(name, raw)


def read_number(name: str, raw: object) -> float:
    """A finite number. Raises `CellError`."""
    if isinstance(raw, Broken):
        raise CellError(raw.code, f"{name} {raw.what}", raw.remedy)
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        if isinstance(raw, datetime.date | datetime.time | datetime.timedelta):
            raise CellError(
                "not-a-number",
                f"{name} is the date or time {shown(raw)}",
                "format the cell as a number and type it again",
            )
        if isinstance(raw, str) and re.fullmatch(r"[+-]?[\d\s.,'’]*\d[\d\s.,'’]*%?", raw.strip()):
            raise CellError("text-number", f"{name} is the text `{shown(raw)}`, not a number", "type it as a number")
        raise CellError("not-a-number", f"{name} is `{shown(raw)}`", "it must be a number")
    if not math.isfinite(raw):
        raise CellError("not-finite", f"{name} is not a finite number", "type the number that is meant")
    return float(raw) + 0.0


def in_range(column: Column, number: float) -> Scalar:
    """The number as the column types it: whole ones as int. Raises `CellError` outside the column's range."""
    said = f"{column.name} is {number:.15g}"
    if not math.isfinite(number):
        raise CellError("not-finite", f"{column.name} is not a finite number", "type the number that is meant")
    if column.kind == WHOLE and abs(number - round(number)) > ROUNDING:
        raise CellError("not-whole", said, f"it must be whole{' ' + column.unit if column.unit else ''}")
    if column.low is not None and (number < column.low or (column.above and number == column.low)):
        raise CellError("out-of-range", said, must_be(column))
    if column.high is not None and number > column.high:
        if number > column.high + ROUNDING:
            raise CellError("out-of-range", said, must_be(column))
        number = column.high
    if column.kind == WHOLE:
        whole = round(number)
        if column.choices and str(whole) not in column.choices:
            raise CellError("out-of-range", said, f"it must be {' or '.join(column.choices)}")
        return whole
    return number


def must_be(column: Column) -> str:
    """The range of a number column as a remedy."""
    if column.low is not None and column.high is not None:
        return f"it must lie in {column.low:g}..{column.high:g}"
    return f"it must be {'above' if column.above else 'at least'} {column.low:g}"


def read_period(column: Column, raw: object, calendar: Calendar) -> int:
    """A period's number. Raises `CellError`."""
    try:
        return calendar.number(raw)
    except PeriodError as problem:
        raise CellError("no-period", f"{column.name}: {problem}", problem.remedy or _period_remedy(calendar)) from None


def _period_remedy(calendar: Calendar) -> str:
    return f"write a period such as {calendar.label(1)}"


def read_choice(column: Column, raw: object) -> str:
    """One of the column's words, in any case. Raises `CellError`."""
    text = shown(raw)
    word = text.casefold()
    if word in column.choices:
        return word
    raise CellError("unknown-choice", f"{column.name} is `{text}`", one_of(column.choices, text))


def one_of(choices: tuple[str, ...], text: str) -> str:
    """What a choice may be, the nearest word first in mind."""
    near = nearest(text, choices)
    known = f"it must be {', '.join(choices[:-1])} or {choices[-1]}"
    return f"did you mean `{near}`? {known}" if near else known


def shown_code(column: Column, raw: object) -> str:
    """A code as text: numbers lose a trailing ``.0``. Raises `CellError` for what Excel turned into something else."""
    if isinstance(raw, bool | datetime.date | datetime.time | datetime.timedelta):
        raise CellError("bad-code", f"{column.name} is {shown(raw)}, which Excel holds as a date, time or truth value",
                        "format the cell as text and type the code again")  # fmt: skip
    if isinstance(raw, float) and not math.isfinite(raw):
        raise CellError("not-finite", f"{column.name} is not a finite number", "type the code as text")
    if isinstance(raw, ShownNumber):
        raise CellError(
            "bad-code", f"{column.name} is the number {shown(raw)}, shown as {raw.shown}", "type it as text"
        )
    return NumberCode(shown(raw)) if isinstance(raw, int | float) else shown(raw)


def read_code(column: Column, text: str) -> str:
    """One code, or a word that may stand in its place. Raises `CellError`."""
    if text in column.words or text.casefold() in column.words:
        return text.casefold()
    if forbidden := sorted(set(text) & set(FORBIDDEN_IN_CODES)):
        listed = " one code alone is allowed here" if "," in forbidden else ""
        raise CellError("bad-code", f"{column.name} `{text}` holds `{' '.join(forbidden)}`",
                        f"a code has none of , ; = *{';' + listed if listed else ''}")  # fmt: skip
    if text.casefold() in RESERVED_CODES:
        remedy = "leave the cell empty" if not column.key and not column.required else "choose another code"
        raise CellError("bad-code", f"{column.name} is `{text}`, a word that is no code", remedy)
    if any(letter in _INVISIBLE or not letter.isprintable() for letter in text):
        raise CellError("bad-code", f"{column.name} {text!a} holds an invisible character", "type the code again")
    return text


def read_codes(column: Column, raw: object) -> tuple[str, ...]:
    """A list of codes, sorted, each once; ``("*",)`` for all. Raises `CellError`."""
    parts = [part.strip() for part in shown_code(column, raw).split(",")]
    if ALL in column.words and parts == [ALL]:
        return (ALL,)
    if "" in parts:
        raise CellError(
            "bad-code",
            f"{column.name} `{shown(raw)}` has a comma without a code",
            "take the comma away or name the code",
        )
    if ALL in parts:
        raise CellError(
            "bad-code", f"{column.name} `{shown(raw)}` mixes * with codes", "write * alone, or the codes alone"
        )
    if column.choices:
        return tuple(sorted({read_choice(column, part) for part in parts}))
    return tuple(sorted({read_code(column, part) for part in parts}))
