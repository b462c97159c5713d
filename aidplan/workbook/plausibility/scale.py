"""Numbers whose scale is far from the rest: slips of a thousand or a million, and rounding dust.

Orders of magnitude are compared with the median of those around: the numbers of one item or capability in a column,
the whole column, the periods of one row. Columns that hold shells and ships together are spread widely by
nature, so a number is unusual only if it is far from the median, beside the column's own spread too, and lies past
a gap that no other number fills.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from statistics import median

from aidplan.workbook.findings import WARNING, Finding
from aidplan.workbook.plausibility.format import amount
from aidplan.workbook.schema import NUMBER, SHEETS
from aidplan.workbook.tables import Row, Tables

FEWEST, FEWEST_PERIODS = 4, 3
"""With fewer numbers in a column, or periods in a row, nothing is customary."""
ORDERS = 2.7
"""Orders of magnitude from the median that are out of scale: a slip of a thousand, less the usual spread."""
SPREAD = 4.0
"""The median distance from the median counts this often."""
GAP = 1.5
"""Orders of magnitude without any number, between the rest and what is out of scale."""
MINORITY = 0.2
"""Where more than this share lies past the gap, it is no slip."""
PRICE_FACTOR = 100.0
"""One item's prices at two plants differ by less."""
DUST_SHARE, DUST = 1e-9, 1e-6
"""Dust is below the second, and below this share of the largest beside it."""
GROUPS = ("item", "capability", "component")

Numbered = tuple[float, Row, str | int]


def scale_warnings(tables: Tables) -> Iterator[Finding]:
    """Numbers far out of scale, and rounding dust, each cell once."""
    for name in tables:
        told: set[str] = set()
        for finding in _warnings(tables, name):
            if finding.cell not in told:
                told.add(finding.cell)
                yield finding


def _warnings(tables: Tables, name: str) -> Iterator[Finding]:
    sheet = SHEETS[name]
    grouped = next((column.name for column in sheet.keys if column.name in GROUPS and len(sheet.keys) > 1), None)
    for column in sheet:
        if column.kind == NUMBER:
            numbers: list[Numbered] = [
                (float(value), row, column.name)
                for row in tables[name]
                if isinstance(value := row.values.get(column.name), int | float) and value > 0
            ]
            yield from _column(numbers, column.name, name, grouped)
    if name == "products":
        yield from _prices(tables)
    if sheet.periods is not None:
        yield from _periods(tables, name, grouped)


def _column(numbers: list[Numbered], named: str, sheet: str, grouped: str | None) -> Iterator[Finding]:
    """One column: each item's numbers against each other, then all."""
    yield from _dust(numbers, named, sheet)
    if grouped:
        for code, group in _by_code(numbers, grouped).items():
            yield from _far(group, f"the usual {named} of {code} here", named, sheet)
    yield from _far(numbers, f"the usual {named} here", named, sheet)


def _by_code(numbers: Iterable[Numbered], grouped: str) -> dict[str, list[Numbered]]:
    groups: dict[str, list[Numbered]] = {}
    for entry in numbers:
        if entry[1].reads(grouped):
            groups.setdefault(str(entry[1][grouped]), []).append(entry)
    return groups


def _dust(numbers: list[Numbered], named: str, sheet: str) -> Iterator[Finding]:
    largest = max((number for number, _, _ in numbers), default=0.0)
    for number, row, at in numbers:
        if number < DUST and number < DUST_SHARE * largest:
            yield Finding(
                "rounding-dust",
                WARNING,
                sheet,
                row.cell(at),
                f"{named} is {number:.3g}, which looks like rounding dust",
                "write 0, if that is meant",
            )


def _far(numbers: list[Numbered], beside: str, named: str, sheet: str, fewest: int = FEWEST) -> Iterator[Finding]:
    """Numbers far from the median and past a gap, where they are few."""
    if len(numbers) < fewest:
        return
    logs = [math.log10(number) for number, _, _ in numbers]
    middle = median(logs)
    far = max(ORDERS, SPREAD * median(abs(log - middle) for log in logs))
    low, high = _edges(sorted(logs), middle)
    outside = [index for index, log in enumerate(logs) if abs(log - middle) >= far and not low <= log <= high]
    if len(outside) > max(1, MINORITY * len(numbers)):
        return
    for index in outside:
        number, row, at = numbers[index]
        factor = 10 ** abs(logs[index] - middle)
        yield Finding(
            "scale",
            WARNING,
            sheet,
            row.cell(at),
            (
                f"{named} is {number:,.10g}, {amount(factor)} times "
                f"{'more' if logs[index] > middle else 'less'} than {beside} ({amount(10**middle)})"
            ),
            "look for a slip of the decimal point or the unit",
        )


def _edges(logs: list[float], middle: float) -> tuple[float, float]:
    """The ends of the stretch around the middle that no gap breaks; `logs` sorted."""
    low = high = middle
    for log in (log for log in logs if log >= middle):
        if log - high > GAP:
            break
        high = log
    for log in (log for log in reversed(logs) if log <= middle):
        if low - log > GAP:
            break
        low = log
    return low, high


def _periods(tables: Tables, name: str, grouped: str | None) -> Iterator[Finding]:
    """Each row's periods against each other, then rows against rows by their median: those of one item or
    capability.
    """
    typical: list[Numbered] = []
    for row in tables[name]:
        numbers: list[Numbered] = [(value, row, t) for t, value in row.periods.items() if value > 0]
        named = "the number"
        yield from _dust(numbers, named, name)
        yield from _far(numbers, "the row's usual number", named, name, FEWEST_PERIODS)
        if numbers:
            typical.append(sorted(numbers, key=lambda entry: entry[0])[len(numbers) // 2])
    if grouped:
        for code, group in _by_code(typical, grouped).items():
            yield from _far(group, f"the usual row of {code}", "the number", name)
    elif SHEETS[name].keys[0].name not in GROUPS:
        yield from _far(typical, f"the usual row of {name}", "the number", name)


def _prices(tables: Tables) -> Iterator[Finding]:
    """One item's prices at several plants."""
    numbers: list[Numbered] = [
        (float(price), row, "unit_cost")
        for row in tables["products"]
        if isinstance(price := row.values.get("unit_cost"), int | float) and price > 0
    ]
    for item, prices in _by_code(numbers, "item").items():
        low, high = min(prices, key=lambda entry: entry[0]), max(prices, key=lambda entry: entry[0])
        if high[0] < PRICE_FACTOR * low[0]:
            continue
        middle = math.exp(sum(math.log(number) for number, _, _ in prices) / len(prices))
        far, other = (high, low) if high[0] / middle >= middle / low[0] else (low, high)
        yield Finding(
            "scale",
            WARNING,
            "products",
            far[1].cell("unit_cost"),
            f"unit_cost of {item} is {far[0]:,.10g} here and {other[0]:,.10g} in row {other[1].number}",
            "look for a slip of the decimal point or the unit",
        )
