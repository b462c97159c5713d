"""A table as readers see it, whatever it is written to: a sheet of the workbook or a part of the page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from aidplan.figures.format import period_name
from aidplan.figures.quantities import Array

NEVER = 10**6
"""An `late_from` past every horizon."""

LATE_MARK = "†"


@dataclass(frozen=True)
class Formula:
    """A figure that the sheet works out again: ``expression`` in Excel's language, with ``{id}`` for the cell
    of that column in the same row and ``{periods}`` for the row's periods; ``value`` is its value now.
    """

    expression: str
    value: float


Cell = str | float | int | Formula | None


@dataclass(frozen=True)
class Column:
    """``id`` is unique in its table; ``kind`` as in `aidplan.figures.format`; ``width`` in characters;
    a narrow screen leaves out what is ``minor``.
    """

    id: str
    title: str
    kind: str = "text"
    unit: str = ""
    width: float = 11
    minor: bool = False

    @property
    def heading(self) -> str:
        """``Spent [USD million]``."""
        return f"{self.title} [{self.unit}]" if self.unit else self.title


@dataclass(frozen=True)
class Row:
    """``cells`` one a column; ``series`` one a period, where the table has periods.

    ``kind`` tells the series' numbers where they differ from the table's; from period ``late_from`` on,
    what the row is about cannot arrive any more if it is ordered (or made, shipped …) then.
    """

    cells: tuple[Cell, ...]
    series: Array | None = None
    kind: str = ""
    late_from: int = NEVER


@dataclass(frozen=True)
class Table:
    """``about`` says in a sentence what the rows are; ``periods`` are labels of the period columns, which
    follow the first ``len(columns)``; ``late_from`` is the plan's; a table that is read ``on_screen`` is printed
    with its first rows alone, and its foot says so.
    """

    name: str
    title: str
    about: str
    columns: tuple[Column, ...]
    rows: list[Row] = field(default_factory=list)
    periods: tuple[str, ...] = ()
    kind: str = "quantity"
    unit: str = ""
    late_from: int = NEVER
    late_means: str = "what is ordered then cannot arrive within the horizon"
    frozen: int = 2
    heat: bool = False
    empty: str = "Nothing to show in this plan."
    on_screen: bool = False

    @property
    def period_headings(self) -> list[str]:
        """``Jul 2024``: the periods, marked from the end of the horizon on."""
        names = [period_name(label) for label in self.periods]
        return [f"{name} {LATE_MARK}" if t >= self.late_from else name for t, name in enumerate(names, start=1)]

    @property
    def late_note(self) -> str:
        """What the marks mean; "" where nothing is marked."""
        marked = self.periods and any(row.late_from <= len(self.periods) for row in self.rows)
        headed = self.late_from <= len(self.periods)
        notes = []
        if headed:
            notes.append(f"{LATE_MARK} end of the horizon: nothing ordered then can arrive any more")
        if marked:
            mark = f"the end of the horizon, in italics and hatched or with {LATE_MARK} after the figure"
            notes.append(f"{mark}: {self.late_means}")
        return "; ".join(notes)

    def index(self, column: str) -> int:
        """The position of a column."""
        return [one.id for one in self.columns].index(column)


def total(series: Array) -> Formula:
    """The sum of a row's periods."""
    return Formula("SUM({periods})", float(series.sum()))


def number(cell: Cell) -> Cell:
    """A formula's value, or the cell itself."""
    return cell.value if isinstance(cell, Formula) else cell


def column_sum(rows: Iterable[Row], at: int) -> float:
    """What a column's numbers add up to."""
    numbers = (number(row.cells[at]) for row in rows)
    return float(sum(one for one in numbers if isinstance(one, int | float)))
