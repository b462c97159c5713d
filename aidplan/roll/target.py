"""The rolled workbook's tables while they are made: cells carried from a plan, and a record of each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from aidplan.workbook.origin import without_origin
from aidplan.workbook.schema import SHEETS, Scalar
from aidplan.workbook.tables import Row, Tables

DIGITS = 12
"""Significant digits of a carried number: what lies below is a solver's rounding noise."""


def rounded(number: float) -> float:
    """The number to as many digits as are carried; nothing negative, which only rounding noise could make."""
    return max(0.0, float(f"{number:.{DIGITS}g}"))


@dataclass(frozen=True, slots=True)
class Carried:
    """One cell that the plan fills: where it stands, what stood there (None: nothing), and what stands there now."""

    sheet: str
    key: tuple[str, ...]
    column: str | int
    before: Scalar | None
    after: Scalar


@dataclass
class Target:
    """Rows by sheet, dated as in the plan that is rolled. ``remark`` goes into the source of every carried row."""

    tables: Tables
    remark: str
    carried: list[Carried] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._rows = {sheet: list(self.tables[sheet].rows) for sheet in self.tables}
        self._at = {sheet: {row.key: n for n, row in enumerate(rows)} for sheet, rows in self._rows.items()}

    def rows(self, sheet: str) -> list[Row]:
        """The rows of a sheet as they are by now; new ones have the number 0."""
        return self._rows[sheet]

    def row(self, sheet: str, key: tuple[str, ...]) -> Row | None:
        """The row of that key; None where there is none."""
        at = self._at[sheet].get(key)
        return None if at is None else self._rows[sheet][at]

    def carry(self, sheet: str, key: tuple[str, ...], column: str | int, value: Scalar) -> None:
        """Fills a cell with what the plan leaves; a row that is not there is added."""
        row = self._row_for(sheet, key)
        if isinstance(value, float):
            value = rounded(value)
        before = row.periods.get(column) if isinstance(column, int) else row.values.get(column)
        own = without_origin(str(row.values.get("source", "")))
        source = f"{own}; {self.remark}" if own else self.remark
        self.replace(sheet, key, row.with_cells({column: value, "source": source}))
        self.carried.append(Carried(sheet, key, column, before, value))

    def take(self, sheet: str, key: tuple[str, ...], column: str | int, value: Scalar, source: str) -> None:
        """Puts what is known by now into a cell; its row's source says where that is from."""
        row = self._row_for(sheet, key)
        said = str(row.values.get("source", ""))
        if source not in said:
            said = f"{said}; {source}" if said else source
        self.replace(sheet, key, row.with_cells({column: value, "source": said}))

    def _row_for(self, sheet: str, key: tuple[str, ...]) -> Row:
        row = self.row(sheet, key)
        if row is None:
            table = self.tables[sheet]
            names = (each.name for each in SHEETS[sheet].keys)
            row = Row(table.sheet, table.layout, 0, dict(zip(names, key, strict=True)), {})
            self._at[sheet][key] = len(self._rows[sheet])
            self._rows[sheet].append(row)
        return row

    def replace(self, sheet: str, key: tuple[str, ...], row: Row) -> None:
        """Puts a row in the place of the one of that key."""
        self._rows[sheet][self._at[sheet][key]] = row

    def named(self, sheet: str) -> set[int]:
        """The periods for which the sheet has cells of its own."""
        rows = self._rows[sheet]
        return {*self.tables[sheet].layout.periods, *(t for row in rows for t in (*row.periods, *row.lines))}

    def finished(self) -> Tables:
        """The tables with the rows as they are by now."""
        return self.tables.replaced({sheet: self.tables[sheet].with_rows(rows) for sheet, rows in self._rows.items()})

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)
