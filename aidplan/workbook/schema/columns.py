"""How a sheet is declared: its columns, what their cells hold, and what an empty one means."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

Scalar = str | float | int | tuple[str, ...]
"""A typed cell: text or a code, a number, a whole number or period number, a list of codes."""

CODE, CODES, TEXT, CHOICE, NUMBER, WHOLE, PERIOD = "code", "codes", "text", "choice", "number", "whole", "period"

REPEAT, NOTHING = "repeat", "nothing"
"""What holds in a period of the tail that a sheet does not speak of."""

FORBIDDEN_IN_CODES = ",;=*"
RESERVED_CODES = ("common", "none")
ALL = "*"
GOODS = ("munition", "equipment")
YES_NO = ("yes", "no")


@dataclass(frozen=True, slots=True)
class Column:
    """One column (or one setting): what its cells hold and what an empty one means.

    ``kind`` is code, codes (a list separated by commas), text, choice, number, whole or period.
    ``refers`` names the sheet that defines the code (``classes``: the classes that items bear), and
    ``of_kind`` the kinds that may be named there. ``words`` may stand in place of a code.
    ``low`` and ``high`` bound a number; with ``above`` it must be greater than ``low``.
    ``required_for`` is (column, values): the cell is required in rows where that column has such a value.
    """

    name: str
    kind: str
    meaning: str
    unit: str = ""
    key: bool = False
    required: bool = False
    required_for: str = ""
    default: Scalar | None = None
    choices: tuple[str, ...] = ()
    refers: str = ""
    of_kind: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    low: float | None = None
    above: bool = False
    high: float | None = None
    fixed: bool = False
    """A setting that no scenario may change."""

    @property
    def is_number(self) -> bool:
        """Whether the cell holds a number that may be scaled and added to."""
        return self.kind in (NUMBER, WHOLE)

    @property
    def when_empty(self) -> str:
        """What an empty cell means, in words."""
        if self.required:
            return "required"
        if self.default is None:
            return {TEXT: "empty"}.get(self.kind, "none")
        if self.kind == PERIOD:
            return "the first period"
        if isinstance(self.default, tuple):
            return ", ".join(self.default)
        return f"{self.default:,.15g}" if isinstance(self.default, float) else str(self.default)


@dataclass(frozen=True, slots=True)
class PeriodCells:
    """The period columns of a sheet: every period of the horizon (a time table, an empty cell is 0), or optional ones:
    with ``stands_for`` they stand in place of that column, with ``optional`` an empty or absent one is 0.

    In a tail that the sheet does not speak of, ``in_tail`` says what holds: ``repeat`` the last period of the horizon,
    or ``nothing``.
    """

    meaning: str
    unit: str
    stands_for: str = ""
    optional: bool = False
    in_tail: str = REPEAT

    @property
    def is_time_table(self) -> bool:
        """Whether every period of the horizon must have its column."""
        return not self.stands_for and not self.optional


@dataclass(frozen=True)
class Sheet:
    """One sheet: its columns in the default order, and its period columns if it has any."""

    name: str
    meaning: str
    columns: tuple[Column, ...]
    needed: bool = False
    periods: PeriodCells | None = None

    @cached_property
    def keys(self) -> tuple[Column, ...]:
        """The columns that together name a row."""
        return tuple(column for column in self.columns if column.key)

    @cached_property
    def _by_name(self) -> dict[str, Column]:
        return {column.name: column for column in (*NOTES, *self.columns)}

    def column(self, name: str) -> Column | None:
        """The column of that name, notes included; None if the sheet has none."""
        return self._by_name.get(name)

    def __iter__(self) -> Iterator[Column]:
        return iter(self.columns)


NOTES = (
    Column("source", TEXT, "where the row's figures come from"),
    Column("confidence", TEXT, "how sure they are: official, reported, derived, assumed"),
    Column("note", TEXT, "anything worth saying"),
)
"""Columns that every sheet may bear; they travel into the reports."""


def key_column(name: str, meaning: str) -> Column:
    """A code that the sheet itself defines."""
    return Column(name, CODE, meaning, key=True, required=True)


def reference(name: str, refers: str, meaning: str, *of_kind: str, key: bool = False) -> Column:
    """A required code that another sheet defines."""
    return Column(name, CODE, meaning, key=key, required=True, refers=refers, of_kind=of_kind)


def amount(name: str, meaning: str, unit: str, default: float | None = None, **more: object) -> Column:
    """A number of at least 0."""
    return Column(name, NUMBER, meaning, unit, default=default, low=0.0, **more)  # type: ignore[arg-type]


def positive(name: str, meaning: str, unit: str, default: float | None = None, **more: object) -> Column:
    """A number above 0."""
    return Column(name, NUMBER, meaning, unit, default=default, low=0.0, above=True, **more)  # type: ignore[arg-type]


def share(name: str, meaning: str, unit: str, default: float | None = None) -> Column:
    """A number from 0 to 1."""
    return Column(name, NUMBER, meaning, unit, default=default, low=0.0, high=1.0)


def duration(name: str, meaning: str, default: int | None = None, **more: object) -> Column:
    """A whole number of periods, at least 0."""
    return Column(name, WHOLE, meaning, "periods", default=default, low=0.0, **more)  # type: ignore[arg-type]


def name_column(meaning: str) -> Column:
    """The full name of what the row is about."""
    return Column("name", TEXT, meaning)


def code_list(name: str, refers: str, meaning: str, *of_kind: str, key: bool = False) -> Column:
    """A list of codes, or ``*``, which is also what an empty cell means."""
    return Column(name, CODES, meaning, key=key, default=(ALL,), refers=refers, of_kind=of_kind, words=(ALL,))
