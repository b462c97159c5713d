"""Sheet by sheet, what the end of a period leaves to the next: the opening of the rolled workbook.

What each cell becomes is said in the planning model under *Rolled*; the amounts are `aidplan_models.carried`'s.
"""

from __future__ import annotations

from aidplan_models import carried
from aidplan_models.data import MenuRow

from aidplan.roll.state import State
from aidplan.roll.target import Target
from aidplan.workbook.schema import Scalar
from aidplan.workbook.tables import Row


def carry_all(state: State, target: Target) -> None:
    """Fills every cell that the plan's past decides."""
    for carry in (
        _settings,
        _funds,
        _menu,
        _orderbook,
        _redirects,
        _capacity,
        _guarantees,
        _supply,
        _stocks,
        _arrivals,
        _fleets,
    ):
        carry(state, target)


def _number(row: Row | None, column: str) -> float:
    """A cell's number, its default where it is empty; 0 where there is none."""
    value = row[column] if row else None
    return float(value) if isinstance(value, int | float) else 0.0


def _settings(state: State, target: Target) -> None:
    target.carry("settings", ("start",), "value", state.label(state.first))
    target.carry("settings", ("periods",), "value", state.horizon - state.last)
    before = state.tables.setting("liability_before")
    liability = carried.liability(state.data, state.values, state.last)
    liability += float(before) if isinstance(before, int | float) else 0.0
    if liability > 0:
        target.carry("settings", ("liability_before",), "value", liability)
    limit = state.tables.setting("outyear_limit")
    if isinstance(limit, float) and liability > limit:  # a kept plan may have passed it: the limit is where it stands
        target.carry("settings", ("outyear_limit",), "value", liability)


def _funds(state: State, target: Target) -> None:
    for fund, money in carried.money_left(state.data, state.values, state.last).items():
        row = target.row("funds", (fund,))
        target.carry("funds", (fund,), "opening", money.opening)
        target.carry("funds", (fund,), "available_before", money.available_before + _number(row, "available_before"))
        target.carry("funds", (fund,), "spent_before", money.spent_before + _number(row, "spent_before"))
    _funding(state, target)


def _funding(state: State, target: Target) -> None:
    """Of money voted before the new start only what a tranche fund still waits for stays."""
    for row in list(target.rows("funding")):
        fund = state.data.funds[row.key[0]]
        delay = fund.delay
        arrived = [t for t in row.periods if t < state.first and t + delay < state.first]
        target.replace("funding", row.key, row.with_cells(dict.fromkeys(arrived)))


def _menu(state: State, target: Target) -> None:
    rows: dict[tuple[str, ...], MenuRow] = {row.key: row for row in state.data.menu}
    for row in list(target.rows("menu")):
        spent, in_time = carried.spent_on(state.data, rows[row.key], state.values, state.last, state.end)
        for column, money in (("spent_before", spent), ("spent_in_time_before", in_time)):
            amount = money + _number(row, column)
            if amount > 0:
                target.carry("menu", row.key, column, amount)


def _orderbook(state: State, target: Target) -> None:
    """Backlogs, and orders whose lead time ends later; what may stay unmade at the end stays what it was."""
    backlog = carried.at_end(state.values, "backlog", state.last)
    due = carried.orders_under_way(state.data, state.values, state.last)
    coming = {key: {t: n for t, n in dated.items() if t <= state.end} for key, dated in due.items()}
    old = {row.key: row for row in target.rows("orderbook")}
    for key in sorted({*old, *backlog, *(key for key, dated in coming.items() if dated)}):
        row = old.get(key)
        target.carry("orderbook", key, "quantity", backlog.get(key, 0.0))
        if row is not None and row["closing"] is None:
            ordered = [n for t, n in row.periods.items() if 1 <= t <= state.end]
            target.carry("orderbook", key, "closing", _number(row, "quantity") + sum(ordered))
        elif row is None:
            target.carry("orderbook", key, "closing", 0.0)
        for t, number in sorted(coming.get(key, {}).items()):
            target.carry("orderbook", key, t, number + (row.periods.get(t, 0.0) if row else 0.0))


def _redirects(state: State, target: Target) -> None:
    owed = carried.at_end(state.values, "owed", state.last)
    for row in list(target.rows("redirects")):
        target.carry("redirects", row.key, "owed_before", owed.get(row.key, 0.0))


def _capacity(state: State, target: Target) -> None:
    """Capacity that was begun stands from its period on, and the expansion may add that much less."""
    begun = carried.capacity_begun(state.data, state.values, state.last)
    adds: dict[str, dict[int, float]] = {}
    for expansion, dated in sorted(begun.items()):
        terms = state.data.expansions[expansion]
        target.carry("expansions", (expansion,), "limit", terms.limit - sum(dated.values()))
        adds.setdefault(terms.plant, {})
        for t, units in dated.items():
            adds[terms.plant][t] = adds[terms.plant].get(t, 0.0) + units
    named = target.named("capacity")
    tail = range(state.horizon + 1, state.end + 1)
    late = any(t in tail and t not in named for dated in adds.values() for t in dated)
    for plant, dated in sorted(adds.items()):
        row = target.row("capacity", (plant,))
        for t in (*range(state.first, state.horizon + 1), *(t for t in tail if late or t in named)):
            stands = sum(units for since, units in dated.items() if since <= t)
            if stands > 0:
                target.carry("capacity", (plant,), t, _capacity_at(row, t, state.horizon, named) + stands)
    for row in list(target.rows("capacity")) if late else ():
        own: dict[str | int, Scalar | None] = {
            t: _capacity_at(row, t, state.horizon, named) for t in tail if t not in named and t not in row.periods
        }
        target.replace("capacity", row.key, row.with_cells(own))


def _capacity_at(row: Row | None, t: int, horizon: int, named: set[int]) -> float:
    """The plant's capacity as the workbook has it: a period of the tail that the sheet does not name repeats T."""
    if row is None:
        return 0.0
    return float(row.number_at(t if t <= horizon or t in named else horizon) or 0.0)


def _guarantees(state: State, target: Target) -> None:
    windows = carried.guaranteed(state.data, state.values, state.last)
    for plant, dated in sorted(windows.items()):
        row = target.row("guarantees", (plant,))
        for t, units in sorted(dated.items()):
            target.carry("guarantees", (plant,), t, units + (row.periods.get(t, 0.0) if row else 0.0))


def _supply(state: State, target: Target) -> None:
    pool = carried.at_end(state.values, "pool", state.last)
    for key in sorted({*(row.key for row in target.rows("supply")), *pool}):
        target.carry("supply", key, "initial", pool.get(key, 0.0))


def _stocks(state: State, target: Target) -> None:
    """Reserves, and what is held elsewhere. What lies at a country, which has no stock of its own, arrives in the new
    first period; so does what a kept plan holds past a place's storage.
    """
    reserve = carried.at_end(state.values, "reserve", state.last)
    for key, terms in state.data.reserves.items():
        left = reserve.get(key, 0.0)
        target.carry("stocks", key, "initial", max(left, terms.floor) if left > terms.floor * (1 - 1e-6) else left)
        if left <= terms.floor * (1 - 1e-6):  # a kept plan may have passed the floor: it is where the reserve stands
            target.carry("stocks", key, "floor", left)
    countries = {code for code, place in state.data.places.items() if place.kind == "country"}
    held = {key: n for key, n in carried.at_end(state.values, "stock", state.last).items() if key[0] not in countries}
    excess = _past_storage(state, held)
    for key in sorted({*held, *(row.key for row in target.rows("stocks") if row.key[0] not in countries)}):
        target.carry("stocks", key, "initial", held.get(key, 0.0) - excess.get(key, 0.0))


def _past_storage(state: State, held: dict[tuple[str, ...], float]) -> dict[tuple[str, ...], float]:
    """(place, item) -> items held past what the place can store."""
    excess: dict[tuple[str, ...], float] = {}
    for place, terms in state.data.places.items():
        weights = {key: state.data.items[key[1]].weight_t for key in held if key[0] == place}
        tonnes = sum(weight * held[key] for key, weight in weights.items()) - terms.storage_t
        if not tonnes > 1e-9 * terms.storage_t:  # what is less is rounding noise
            continue
        for key, weight in sorted(weights.items(), key=lambda pair: -pair[1] * held[pair[0]]):
            if tonnes > 0 and weight > 0:
                excess[key] = min(held[key], tonnes / weight)
                tonnes -= excess[key] * weight
    return excess


def _arrivals(state: State, target: Target) -> None:
    coming = carried.shipments_under_way(state.data, state.values, state.last)
    stock = carried.at_end(state.values, "stock", state.last)
    countries = {code for code, place in state.data.places.items() if place.kind == "country"}
    excess = _past_storage(state, {key: n for key, n in stock.items() if key[0] not in countries})
    for key, number in [*((key, n) for key, n in stock.items() if key[0] in countries), *excess.items()]:
        coming.setdefault(key, {})
        coming[key][state.first] = coming[key].get(state.first, 0.0) + number
    named = target.named("arrivals")
    added: set[int] = set()
    for key, dated in sorted(coming.items()):
        row = target.row("arrivals", key)
        for t, number in sorted(dated.items()):
            if t <= state.end:
                target.carry("arrivals", key, t, number + (row.periods.get(t, 0.0) if row else 0.0))
                added.add(t)
    for row in list(target.rows("arrivals")):
        new = {t for t in added - named if t > state.horizon} - row.periods.keys()
        target.replace("arrivals", row.key, row.with_cells(dict.fromkeys(new, 0.0)))


def _fleets(state: State, target: Target) -> None:
    fleet = carried.at_end(state.values, "fleet", state.last)
    for key in sorted({*(row.key for row in target.rows("fleets")), *fleet}):
        target.carry("fleets", key, "initial", fleet.get(key, 0.0))
