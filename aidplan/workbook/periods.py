"""Periods: how planners write them, and the horizon that numbers them."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass

from aidplan.workbook.month_names import dates_meant

EARLIEST_YEAR, LATEST_YEAR = 1900, 2199
_MONTH = re.compile(r"(\d{4})-(\d{2})(?:-(\d{2})(?:[T ]00:00(?::00(?:\.0+)?)?)?)?|(\d{4})(\d{2})")
_QUARTER = re.compile(r"(\d{4})-?Q(\d)", re.IGNORECASE)


class PeriodError(ValueError):
    """What was written is no period; the text says why, ``remedy`` what to write where that can be told, and ``meant``
    the months since year 0 that may be meant.
    """

    def __init__(self, message: str, remedy: str = "", meant: tuple[int, ...] = ()) -> None:
        super().__init__(message)
        self.remedy, self.meant = remedy, meant


@dataclass(frozen=True, slots=True)
class Calendar:
    """The horizon: periods 1..``count`` of ``months`` months each, the first one number ``first`` since
    year 0, and ``tail`` periods after it. ``known`` is False where the settings do not give it and it was taken from
    the sheets.
    """

    first: int
    months: int
    count: int
    known: bool = True
    tail: int = 0

    def number(self, raw: object) -> int:
        """The number of the period that `raw` means; 0 or less before the start. Raises `PeriodError`."""
        return month_of(raw, quarters=self.months == 3) // self.months - self.first + 1

    def label(self, t: int) -> str:
        """``2024-07`` or ``2024-Q3`` for period number t."""
        return label_of((self.first + t - 1) * self.months, self.months)

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels of periods 1..T."""
        return tuple(self.label(t) for t in range(1, self.count + 1))

    @property
    def planned(self) -> int:
        """The number of periods that are planned: the horizon and its tail."""
        return self.count + self.tail

    @property
    def planned_labels(self) -> tuple[str, ...]:
        """The labels of the horizon and its tail."""
        return tuple(self.label(t) for t in range(1, self.planned + 1))

    def holds(self, t: int) -> bool:
        """Whether period number t is planned: within the horizon or its tail."""
        return 1 <= t <= self.planned


def label_of(month: int, months: int) -> str:
    """The label of the period that begins in `month`, counted since year 0."""
    year, index = divmod(month, 12)
    return f"{year:04d}-Q{index // 3 + 1}" if months == 3 else f"{year:04d}-{index + 1:02d}"


def month_of(raw: object, quarters: bool) -> int:
    """The month, counted since year 0, in which the period written as `raw` begins or that holds its date.

    Raises `PeriodError` where `raw` is no period, or a quarter in a monthly workbook.
    """
    if isinstance(raw, datetime.date):
        return _month(raw.year, raw.month, str(raw))
    text = _as_text(raw)
    if quarter := _QUARTER.fullmatch(text):
        year, index = int(quarter[1]), int(quarter[2])
        if not quarters:
            raise PeriodError(f"{text} is a quarter and this workbook plans in months")
        if not 1 <= index <= 4:
            raise PeriodError(f"{text} does not exist: a year has quarters Q1 to Q4")
        return _month(year, 3 * index - 2, text)
    match = _MONTH.fullmatch(text)
    if match is None:
        raise _no_period(text, quarters)
    year, month = int(match[1] or match[4]), int(match[2] or match[5])
    if match[3]:
        try:
            datetime.date(year, month, int(match[3]))
        except ValueError:
            raise PeriodError(f"{text} does not exist in the calendar") from None
    return _month(year, month, text)


def looks_like_period(raw: object) -> bool:
    """Whether a header is meant as a period, also one that does not exist (``2024-13``)."""
    if isinstance(raw, datetime.date):
        return True
    text = _as_text(raw)
    if _QUARTER.fullmatch(text) or _MONTH.fullmatch(text) or re.fullmatch(r"\d{4}-\d{1,2}(-\d{1,2})?", text):
        return True
    return bool(dates_meant(text, quarters=True))


def _as_text(raw: object) -> str:
    if isinstance(raw, float) and raw.is_integer():
        return str(int(raw))
    return "" if isinstance(raw, bool) else str(raw).strip()


def _month(year: int, month: int, text: str) -> int:
    if not 1 <= month <= 12:
        raise PeriodError(f"{text} does not exist: a year has months 01 to 12")
    if not EARLIEST_YEAR <= year <= LATEST_YEAR:
        raise PeriodError(f"{text} lies outside the years {EARLIEST_YEAR} to {LATEST_YEAR}")
    return year * 12 + month - 1


def _no_period(text: str, quarters: bool) -> PeriodError:
    meant = dates_meant(text, quarters)
    if not meant:
        return PeriodError(f"`{text}` is no period")
    months = 3 if quarters else 1
    labels = list(dict.fromkeys(label_of(month // months * months, months) for month in meant))
    which = ", whichever is meant" if len(labels) > 1 else ""
    return PeriodError(f"`{text}` looks like a date", f"write {' or '.join(labels)}{which}", tuple(meant))
