"""Kept plans: what another plan decided before a period stands, and only the rest is decided.

Two steps, both plain arithmetic without Pyomo. `keep` puts a kept plan into the numbers of the workbook that goes on
from it: what happened before ``until`` counts as it happened. `remaining` gives the numbers that the programme of the
rest reads:
its openings are the state at the end of the last period that stands; what was ordered, shipped, begun or promised by
then arrives, stands and binds by the numbers of then; a limit that what is kept alone passes is where it stands.

Periods keep their numbers. Source: the planning model, *Kept and rolled plans*.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from aidplan_models import carried, derived
from aidplan_models.data import (
    Adversary,
    Demand,
    Expansion,
    Fleet,
    Fund,
    Kept,
    Lane,
    PlanData,
    Redirect,
    Reserve,
    Series,
)

K = TypeVar("K")


def keep(data: PlanData, kept: Kept) -> PlanData:
    """The numbers of a workbook with a plan to keep: demand, the adversary's output and the money of the periods that
    stand are those by which it was decided.
    """
    last = kept.until - 1
    return replace(
        data,
        kept=kept,
        demands={key: _demand_then(row, kept.data.demands.get(key), last) for key, row in data.demands.items()},
        adversary={c: _output_then(row, kept.data.adversary.get(c), last) for c, row in data.adversary.items()},
        funds={f: _money_then(fund, kept.data.funds.get(f), last) for f, fund in data.funds.items()},
    )


def _spliced(then: Series, now: Series, last: int) -> Series:
    """``then`` up to and with period ``last``, ``now`` after it."""
    return (*then[:last], *now[last:])


def _demand_then(row: Demand, then: Demand | None, last: int) -> Demand:
    nothing = (0.0,) * last
    return replace(
        row,
        demand=_spliced(then.demand if then else nothing, row.demand, last),
        stated=_spliced(then.stated if then else nothing, row.stated, last),
    )


def _output_then(row: Adversary, then: Adversary | None, last: int) -> Adversary:
    nothing = (0.0,) * last
    ratios = (
        tuple(then.past_ratio[t] if t < len(then.past_ratio) else then.target_ratio for t in range(last))
        if then
        else ()
    )
    return replace(
        row,
        output=_spliced(then.output if then else nothing, row.output, last),
        stated=_spliced(then.stated if then else nothing, row.stated, last),
        past_ratio=ratios or nothing,
    )


def _money_then(fund: Fund, then: Fund | None, last: int) -> Fund:
    periods = range(1, last + 1)
    return replace(
        fund,
        arrived=tuple(derived.available(then, t) if then else 0.0 for t in periods),
        carried_over=tuple(derived.is_kept(then, t) if then else True for t in periods),
    )


def remaining(data: PlanData) -> PlanData:
    """The numbers that the programme of the rest reads; ``data`` itself where no plan is kept."""
    kept = data.kept
    if kept is None:
        return data
    last, values = kept.until - 1, kept.values
    shipped = carried.shipments_under_way(data, values, last)
    past_liability = data.liability_before + carried.liability(data, values, last)
    orderbook, due, closing = _order_book(data, kept)
    return replace(
        data,
        liability_before=past_liability,
        outyear_limit=max(data.outyear_limit, past_liability),
        orderbook=orderbook,
        due=due,
        closing=closing,
        redirects=_redirects(data, kept),
        capacity=_capacity(data, kept),
        expansions=_expansions(data, kept),
        guarantees=_added(data.guarantees, carried.guaranteed(data, values, last), data, last),
        supply={k: replace(row, initial=kept.state("pool").get((k,), 0.0)) for k, row in data.supply.items()},
        funds=_funds(data, kept),
        menu=_menu(data, kept),
        reserves=_reserves(data, kept),
        opening_stock=_above_zero(kept.state("stock")),
        arrivals=_added(data.arrivals, shipped, data, last),
        fleets=_fleets(data, kept),
    )


def _above_zero(numbers: Mapping[Any, float]) -> dict[Any, float]:
    return {key: number for key, number in sorted(numbers.items()) if number > 0}


def _added(given: Mapping[K, Series], coming: carried.Dated, data: PlanData, last: int) -> dict[K, Series]:
    """Series with what comes added, nothing of it before the first period that is decided; those with
    something alone.
    """
    found: dict[K, Series] = {}
    for key in sorted({*given, *coming}):
        own, more = given.get(key, (0.0,) * data.planned), coming.get(key, {})
        series = (0.0,) * last + tuple(own[t - 1] + more.get(t, 0.0) for t in range(last + 1, data.planned + 1))
        if any(series):
            found[key] = series
    return found


def _order_book(data: PlanData, kept: Kept) -> tuple[dict[Any, float], dict[Any, Series], dict[Any, float]]:
    """What is makeable at once, what becomes so later, and what may be unmade at the end: that is the workbook's."""
    last = kept.until - 1
    backlog = _above_zero(kept.state("backlog"))
    due = _added(data.due, carried.orders_under_way(data, kept.values, last), data, last)
    closing = {line: data.closing.get(line, data.on_order(line)) for line in sorted({*backlog, *due, *data.closing})}
    return backlog, due, closing


def _redirects(data: PlanData, kept: Kept) -> dict[Any, Redirect]:
    owed = kept.state("owed")
    return {key: replace(row, owed_before=owed.get(key, 0.0)) for key, row in data.redirects.items()}


def _capacity(data: PlanData, kept: Kept) -> dict[str, Series]:
    begun = carried.capacity_begun(data, kept.values, kept.until - 1)
    found = {}
    for plant, series in data.capacity.items():
        stands = [
            sum(units for e, dated in begun.items() if data.expansions[e].plant == plant
                for since, units in dated.items() if since <= t)
            for t in range(1, len(series) + 1)
        ]  # fmt: skip
        found[plant] = tuple(own + more for own, more in zip(series, stands, strict=True))
    return found


def _expansions(data: PlanData, kept: Kept) -> dict[str, Expansion]:
    begun = carried.capacity_begun(data, kept.values, kept.until - 1)
    return {
        e: replace(row, limit=max(row.limit - sum(begun.get(e, {}).values()), 0.0))
        for e, row in data.expansions.items()
    }


def _funds(data: PlanData, kept: Kept) -> dict[str, Fund]:
    spent: dict[str, float] = {}
    for (f,), _, money in carried.past(kept.values, "spent", kept.until - 1):
        spent[f] = spent.get(f, 0.0) + money
    return {
        f: replace(
            fund,
            available_before=fund.available_before + sum(fund.arrived),
            spent_before=fund.spent_before + spent.get(f, 0.0),
        )
        for f, fund in data.funds.items()
    }


def _menu(data: PlanData, kept: Kept) -> tuple[Any, ...]:
    rows = []
    for row in data.menu:
        spent, in_time = carried.spent_on(data, row, kept.values, kept.until - 1, data.planned)
        rows.append(
            replace(row, spent_before=row.spent_before + spent, spent_in_time_before=row.spent_in_time_before + in_time)
        )
    return tuple(rows)


def _reserves(data: PlanData, kept: Kept) -> dict[Any, Reserve]:
    left = kept.state("reserve")
    return {
        key: replace(row, initial=left.get(key, 0.0), floor=min(row.floor, left.get(key, 0.0)))
        for key, row in data.reserves.items()
    }


def _fleets(data: PlanData, kept: Kept) -> dict[Any, Fleet]:
    fleet = kept.state("fleet")
    found = {key: replace(row, initial=fleet.get(key, 0.0)) for key, row in data.fleets.items()}
    found |= {key: Fleet(number, 0.0) for key, number in fleet.items() if key not in found}
    return dict(sorted(found.items()))


@dataclass(frozen=True)
class Happened:
    """What the periods that stand count in the goals, at the numbers of then; all 0 where no plan is kept.

    ``coverage`` and ``parity`` are parts of these goals; ``cost`` [money] is what was spent, and transport;
    ``promises`` [money] is what stood and was not backed; ``overflow`` [tonnes] and ``floors`` are what gave way;
    ``unmet`` (place, capability) [capability units].
    """

    coverage: float = 0.0
    parity: float = 0.0
    cost: float = 0.0
    promises: float = 0.0
    overflow: float = 0.0
    floors: float = 0.0
    unmet: Mapping[tuple[str, str], float] = field(default_factory=dict)


def happened(data: PlanData) -> Happened:
    """What the periods that stand count in the goals; the weights of goals are those of now."""
    if data.kept is None:
        return Happened()
    last, values = data.kept.until - 1, data.kept.values
    weights, parity = derived.coverage_weights(data), derived.parity_weights(data)
    unmet: dict[tuple[str, str], float] = {}
    coverage = cost = promises = 0.0
    for (x, c), t, short in carried.past(values, "unmet", last):
        unmet[x, c] = unmet.get((x, c), 0.0) + short
        coverage += weights.get((x, c, t), 0.0) * short
    for (*lane, i), t, number in carried.past(values, "shipped", last):
        then = data.in_force(t)
        cost += then.lanes[Lane(*lane)].cost_per_t * then.items[i].weight_t * number / then.money_unit
    for (p,), t, units in carried.past(values, "uncovered", last):
        then = data.in_force(t)
        price = derived.price_of_promises(then, derived.rights(then)[0], (p,))
        promises += price[p] * units / then.money_unit
    return Happened(
        coverage=coverage,
        parity=sum(parity.get(c, 0.0) * gap for (c,), _, gap in carried.past(values, "parity_gap", last)),
        cost=cost + sum(money for _, _, money in carried.past(values, "spent", last)),
        promises=promises,
        overflow=sum(tonnes for _, _, tonnes in carried.past(values, "overflow", last)),
        floors=sum(
            short / data.demands[x, c].demand[t - 1] for (x, c), t, short in carried.past(values, "below_floor", last)
        ),
        unmet=unmet,
    )
