"""A run's tables as exact numbers that know the row of the file they stand in."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING

from aidplan_models.data import COMMON
from aidplan_models.registry import QUANTITIES

from aidplan.audit.exact import ZERO, Key, exact
from aidplan.audit.report import AuditReport

if TYPE_CHECKING:
    from aidplan_models.data import PlanData

_GUARDED = re.compile(r"'+[=+\-@\t\r\n＝＋－＠]")
MAY_LACK = frozenset(
    ["redirected", "repaid", "owed", "uncovered", "overflow", "below_floor", "off_share", "unrepaid", "unmade"]
)
"""Tables that a run may be without: 0.1.0 has none of them, and only a plan that keeps another has the last five."""
ANYTHING, ALL = "anything", "*"
_FREE: Mapping[str, Mapping[str, str]] = {
    "owed": {"plant": ALL},
    "unrepaid": {"plant": ALL},
    "off_share": dict.fromkeys(("item", "class", "country", "channel", "limit"), ANYTHING),
}
"""Table -> its columns that hold more than a code: ``*``, or a list as a menu row has."""
REPAIR = "bring back the file as it was written, or solve again"


@dataclass
class Ledger:
    """One table: ``values`` by key (codes, then the period's number), and the file row of each."""

    name: str
    labels: Sequence[str] = ()
    values: dict[Key, Decimal] = field(default_factory=dict)
    rows: dict[Key, int] = field(default_factory=dict)

    def __getitem__(self, key: Key) -> Decimal:
        return self.values.get(key, ZERO)

    def items(self) -> Iterator[tuple[Key, Decimal]]:
        """Every non-zero value with its key."""
        return iter(self.values.items())

    def keys(self) -> set[Key]:
        """The keys of the non-zero values."""
        return set(self.values)

    def place(self, key: Key) -> str:
        """Where the value stands, as a planner finds it."""
        row = f"row {self.rows[key]}" if key in self.rows else "(no row)"
        return f"tables/{self.name}.csv {row} ({', '.join(self.words(key))})"

    def words(self, key: Key) -> list[str]:
        """The key's codes, the period as its label."""
        return [self.labels[code - 1] if isinstance(code, int) else code for code in key]


def read_ledgers(folder: Path, data: PlanData, report: AuditReport) -> dict[str, Ledger]:
    """Every quantity's table of the run, with what is wrong in their rows reported."""
    ledgers = {name: Ledger(name, data.period_labels) for name in MAY_LACK}
    for name, quantity in QUANTITIES.items():
        file = folder / f"{name}.csv"
        if name not in MAY_LACK or file.exists():
            ledgers[name] = read_ledger(file, quantity.index, "value", data, report)
    ledgers["spent"] = read_ledger(folder / "spent.csv", ("fund", "period"), "value", data, report)
    return ledgers


def read_ledger(path: Path, index: Sequence[str], column: str, data: PlanData, report: AuditReport) -> Ledger:
    """One table's column of numbers; a row that cannot be one of this plan's is reported and left out."""
    ledger = Ledger(path.stem, data.period_labels)
    known = known_codes(data)
    periods = {label: number for number, label in enumerate(data.period_labels, start=1)}
    for number, cells in read_rows(path, report):
        place = f"tables/{path.name} row {number}"
        missing = [name for name in (*index, column) if name not in cells]
        if missing:
            report.add("table", place, f"there is no {' and no '.join(missing)}", REPAIR)
            continue
        free = _FREE.get(ledger.name, {})
        unknown = [
            f"{name} `{cells[name]}`"
            for name in index
            if free.get(name) not in (ANYTHING, cells[name]) and not known[name](cells[name])
        ]
        value = number_of(cells[column])
        key = tuple(periods.get(cells[name], 0) if name == "period" else cells[name] for name in index)
        if unknown:
            report.add("table", place, f"the workbook knows no {' and no '.join(unknown)}", REPAIR)
        elif value is None:
            report.add("table", place, f"{column} is `{cells[column]}`, which is no number", REPAIR)
        elif value < 0 or (value == 0 and column == "value"):
            report.add("table", place, f"{column} is {cells[column]}; a row holds what is above 0", REPAIR)
        elif key in ledger.rows:
            report.add("table", place, f"is the same as row {ledger.rows[key]}; a table has one row a key", REPAIR)
        else:
            ledger.values[key], ledger.rows[key] = value, number
    report.recomputed["table"] += len(ledger.rows)
    return ledger


def read_rows(path: Path, report: AuditReport) -> Iterator[tuple[int, Mapping[str, str]]]:
    """The rows of a table file by column, with their numbers; the header is row 1."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            for number, cells in enumerate(reader, start=2):
                if None in cells or None in cells.values():
                    report.add("table", f"tables/{path.name} row {number}", "has not the header's cells", REPAIR)
                else:
                    yield number, {name: _unguarded(cell) for name, cell in cells.items()}
    except (OSError, ValueError, csv.Error) as error:
        report.add("table", f"tables/{path.name}", f"cannot be read as a table ({error})", REPAIR)


def number_of(text: str) -> Decimal | None:
    """The finite number that the text says, or None."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def known_codes(data: PlanData) -> dict[str, Callable[[str], bool]]:
    """For each index column, whether the workbook knows a code as such."""
    homes = {place for place, terms in data.places.items() if terms.kind == "home"}
    labels = set(data.period_labels)
    return {
        "fund": data.funds.__contains__,
        "plant": data.plants.__contains__,
        "item": data.items.__contains__,
        "owner": lambda code: code == COMMON or code in homes,
        "expansion": data.expansions.__contains__,
        "place": data.places.__contains__,
        "origin": data.places.__contains__,
        "destination": data.places.__contains__,
        "mode": {lane.mode for lane in data.lanes}.__contains__,
        "component": data.supply.__contains__,
        "platform": {platform for _, platform in data.platforms}.__contains__,
        "capability": data.capabilities.__contains__,
        "period": labels.__contains__,
    }


def series_terms(series: Sequence[float]) -> Iterator[tuple[int, Decimal]]:
    """What a series gives in each period where it gives something."""
    return ((t, exact(value)) for t, value in enumerate(series, start=1) if value)


def _unguarded(text: str) -> str:
    """A code without the sign that keeps spreadsheets from running it."""
    return text[1:] if _GUARDED.match(text) else text
