"""Plan against fact: what the actuals change of what was planned, and what that is worth at the plan's prices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from aidplan.roll.actuals import Actual
from aidplan.roll.package import Package
from aidplan.roll.record import write_rows
from aidplan.roll.state import State
from aidplan.roll.target import Target

if TYPE_CHECKING:
    import pandas as pd

SHEET = "#drift"
_HEADINGS = ("sheet", "key", "column", "planned", "actual", "difference", "worth", "of goal")
_WIDTHS = (14.0, 36.0, 16.0, 14.0, 14.0, 14.0, 16.0, 22.0)

Prices = Mapping[tuple[str, ...], tuple[str, float]]
_CODES = ("fund", "plant", "item", "owner", "place", "component", "period")


@dataclass(frozen=True, slots=True)
class Drift:
    """One cell that is not as planned.

    ``worth`` is its difference at the plan's price, positive where the goal is better for it, in the unit of ``goal``:
    the goal of the best rank in which the limit has a price; "" where it has none.
    """

    sheet: str
    key: tuple[str, ...]
    column: str
    planned: float
    actual: float
    difference: float
    worth: float
    goal: str

    def as_dict(self) -> dict[str, Any]:
        """The entry for ``--json``."""
        return asdict(self)


def take(actuals: Sequence[Actual], target: Target, state: State, prices: pd.DataFrame | None) -> list[Drift]:
    """Puts the actuals in the place of carried cells; the cells that differ, in the order in which they were given."""
    priced = _prices(prices)
    found = []
    for actual in actuals:
        row = target.row(actual.sheet, actual.key)
        if isinstance(actual.column, int):
            planned: object = row.periods.get(actual.column, 0.0) if row else 0.0
            column = state.label(actual.column)
        else:
            planned, column = row[actual.column] if row else 0.0, actual.column
        target.take(actual.sheet, actual.key, actual.column, actual.value, actual.source)
        if not isinstance(actual.value, int | float) or not isinstance(planned, int | float | None):
            continue
        before, now = float(planned or 0.0), float(actual.value)
        if now != before:
            goal, price = priced.get(_limit_of(actual, state), ("", 0.0))
            worth = price * (now - before) * _share_kept(actual, state)
            found.append(Drift(actual.sheet, actual.key, column, before, now, now - before, worth, goal))
    return found


def write_drift(package: Package, found: Sequence[Drift], unread: Sequence[str]) -> None:
    """Writes the sheet ``#drift``."""
    rows: list[Sequence[str | float | None]] = [_HEADINGS]
    rows += [
        (d.sheet, ", ".join(d.key), d.column, d.planned, d.actual, d.difference, d.worth if d.goal else None, d.goal)
        for d in found
    ]
    if not found:
        rows.append(("every cell of the actuals is as it was planned",))
    rows += [(line,) for line in unread]
    write_rows(package, SHEET, rows, _WIDTHS)


def _limit_of(actual: Actual, state: State) -> tuple[str, ...]:
    """The limit whose right-hand side the cell feeds: its name, then the codes of `_CODES`."""
    key = list(actual.key)
    codes: dict[str, str] = {"period": state.label(actual.column if isinstance(actual.column, int) else state.first)}
    opens = actual.column in ("opening", "quantity", "initial", "owed_before") or isinstance(actual.column, int)
    limit = ""
    if actual.sheet == "funds":
        limit, codes["fund"] = "balance", key[0]
    elif actual.sheet == "orderbook":
        limit = "backlog"
        codes |= zip(("plant", "item", "owner"), key, strict=True)
    elif actual.sheet == "supply":
        limit, codes["component"] = "components", key[0]
    elif actual.sheet in ("stocks", "arrivals", "fleets"):
        at_country = actual.sheet == "stocks" and state.data.places[key[0]].kind == "country"
        limit = {"stocks": "reserve" if at_country else "stock", "arrivals": "stock", "fleets": "fleet"}[actual.sheet]
        codes |= zip(("place", "item"), key, strict=True)
    elif actual.sheet == "redirects" and actual.column == "owed_before":
        limit = "owed"
        codes |= zip(("owner", "item", "plant"), key, strict=True)
    return (limit if opens else "", *(codes.get(name, "") for name in _CODES))


def _share_kept(actual: Actual, state: State) -> float:
    """Of equipment in service at the start, what is not lost in the first period; all of anything else."""
    fleet = state.data.fleets.get((actual.key[0], actual.key[1])) if actual.sheet == "fleets" else None
    return 1.0 - fleet.attrition if fleet else 1.0


def _prices(table: pd.DataFrame | None) -> Prices:
    """Limit and codes -> (goal, price), of the best rank that has a price for it."""
    found: dict[tuple[str, ...], tuple[str, float]] = {}
    if table is None:
        return found
    columns = [table[name].tolist() if name in table.columns else [""] * len(table) for name in ("limit", *_CODES)]
    for key, goal, price in zip(
        zip(*columns, strict=True), table["goal"].tolist(), table["price"].tolist(), strict=True
    ):
        found.setdefault(key, (goal, price))
    return found
