"""What a plan leaves to the periods that follow: the state at the end of a period, and what is still under way.

Plain arithmetic on the numbers of a plan and the values of its quantities, without Pyomo. A value is given as
quantity -> {key: value}, each key in the quantity's index order with the period's number last (a lane is its three
codes); what is not listed is 0. ``last`` is the last period that is over. Whatever has a period is dated as in the
plan.

What was decided stands under the numbers that it was decided by: in a plan that keeps another one's first periods,
those of that plan (`PlanData.in_force`).

Source: the planning model, *Kept and rolled plans*.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from aidplan_models import derived
from aidplan_models.data import Lane, MenuRow, PlanData

Values = Mapping[str, Mapping[tuple[Any, ...], float]]
"""quantity -> {(codes ..., period): value}."""
Dated = dict[Any, dict[int, float]]
"""key -> {period: amount}."""


def past(values: Values, quantity: str, last: int) -> Iterator[tuple[tuple[Any, ...], int, float]]:
    """(codes, period, value) of every value of a quantity up to and with ``last``."""
    return ((key[:-1], key[-1], value) for key, value in values.get(quantity, {}).items() if key[-1] <= last)


def at_end(values: Values, quantity: str, last: int) -> dict[tuple[Any, ...], float]:
    """Codes -> the value of a state at the end of period ``last``."""
    return {key[:-1]: value for key, value in values.get(quantity, {}).items() if key[-1] == last}


def orders_under_way(data: PlanData, values: Values, last: int) -> Dated:
    """(plant, item, owner) -> {period after ``last``: items ordered by then that become makeable in it}."""
    due: Dated = defaultdict(lambda: defaultdict(float))
    for (f, p, i), t, number in past(values, "ordered", last):
        then = data.in_force(t)
        makeable = t + then.products[p, i].lead_time
        if makeable > last:
            due[p, i, then.funds[f].owner][makeable] += number
    return due


def shipments_under_way(data: PlanData, values: Values, last: int) -> Dated:
    """(place, item) -> {period after ``last``: items shipped by then that arrive in it, losses taken off}."""
    arriving: Dated = defaultdict(lambda: defaultdict(float))
    for (origin, destination, mode, i), t, number in past(values, "shipped", last):
        lane = data.in_force(t).lanes[Lane(origin, destination, mode)]
        if t + lane.transit > last:
            arriving[destination, i][t + lane.transit] += (1 - lane.loss) * number
    return arriving


def capacity_begun(data: PlanData, values: Values, last: int) -> Dated:
    """Expansion -> {period in which it stands: capacity units begun by ``last``}, public and private."""
    stands: Dated = defaultdict(lambda: defaultdict(float))
    for (_, e), t, units in past(values, "built", last):
        stands[e][t + data.in_force(t).expansions[e].build_time] += units
    for (e,), t, units in past(values, "pledged", last):
        stands[e][t + data.in_force(t).expansions[e].build_time] += units
    return stands


def guaranteed(data: PlanData, values: Values, last: int) -> Dated:
    """Plant -> {period after ``last``, up to T: capacity units that pledges of the past bind orders to back}."""
    standing: Dated = defaultdict(lambda: defaultdict(float))
    for (e,), t, units in past(values, "pledged", last):
        terms = data.in_force(t).expansions[e]
        first = t + terms.build_time
        for period in range(max(first, last + 1), min(first + terms.guarantee_periods - 1, data.horizon) + 1):
            standing[terms.plant][period] += terms.guarantee_share * units
    return standing


def liability(data: PlanData, values: Values, last: int) -> float:
    """What pledges of the past guarantee past the horizon [money]: Σ share·pledged·(periods after T)·price."""
    prices: dict[int, dict[str, float]] = {}
    total = 0.0
    for (e,), t, units in past(values, "pledged", last):
        then = data.in_force(t)
        if id(then) not in prices:
            prices[id(then)] = derived.price_of_backing(then, derived.rights(then)[0])
        terms, price = then.expansions[e], prices[id(then)]
        after = derived.periods_past_horizon(terms.build_time, terms.guarantee_periods, t, data.horizon)
        total += terms.guarantee_share * units * after * price.get(e, 0.0) / then.money_unit
    return total


def spent_on(data: PlanData, row: MenuRow, values: Values, last: int, end: int) -> tuple[float, float]:
    """What the row's fund spent by ``last`` on all that the row matches, and of it what comes in time [money].

    In time are orders makeable by ``end``, capacity that stands by ``end``, and every release.
    """
    orders, releases = set(derived.matched_orders(row, data)), set(derived.matched_releases(row, data))
    expansions = set(derived.matched_expansions(row, data))
    everything = in_time = 0.0
    for (f, p, i), t, number in past(values, "ordered", last):
        if f == row.fund and (p, i) in orders:
            product = data.in_force(t).products[p, i]
            money = product.unit_cost * number / data.money_unit
            everything += money
            in_time += money if t + product.lead_time <= end else 0.0
    for (f, x, i), t, number in past(values, "released", last):
        if f == row.fund and (x, i) in releases:
            money = data.in_force(t).reserves[x, i].release_cost * number / data.money_unit
            everything += money
            in_time += money
    for (f, e), t, units in past(values, "built", last):
        if f == row.fund and e in expansions:
            terms = data.in_force(t).expansions[e]
            money = terms.capex * units / data.money_unit
            everything += money
            in_time += money if t + terms.build_time <= end else 0.0
    return everything, in_time


class Money(NamedTuple):
    """What a fund brings along [money]: ``opening`` in hand; ``available_before`` and ``spent_before``, which shares
    count.

    What was in hand at the start counts as available once: with ``available_before``, or with ``opening``.
    """

    opening: float
    available_before: float
    spent_before: float


def money_left(data: PlanData, values: Values, last: int) -> dict[str, Money]:
    """Fund -> what it brings into the period after ``last``; a balance that is not kept has lapsed."""
    balance, spent = at_end(values, "balance", last), dict.fromkeys(data.funds, 0.0)
    for (f,), _, money in past(values, "spent", last):
        spent[f] += money
    found = {}
    for f, fund in data.funds.items():
        opening = balance.get((f,), 0.0) if derived.is_kept(fund, last + 1) else 0.0
        arrived = sum(derived.available(fund, t) for t in range(1, last + 1))
        found[f] = Money(opening, max(0.0, arrived - opening), spent[f])
    return found
