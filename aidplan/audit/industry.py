"""Industry recomputed: order books, places in the queue that are used and given back, capacity and its growth.

backlog[p,i,o,t] = backlog[p,i,o,t-1] + order book due in t + Σ_f ordered[f,p,i,t-lead_time] - made[p,i,o,t]
                   - redirected + repaid (an owner), + redirected - repaid (common)
closing_backlog: backlog at the end <= closing, or all of the row of the order book; in a kept plan and unmade
owed[t] = owed[t-1] + Σ_p redirected - Σ_p repaid;   redirect_limit: Σ_p redirected <= limit;   repay: owed at the end,
          in a kept plan less unrepaid
capacity:   Σ capacity_use·made <= capacity + Σ grown[e,τ], τ <= t - build_time
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from aidplan_models.data import COMMON

from aidplan.audit.exact import ZERO, Key, Sums, check_limits, check_states, exact
from aidplan.audit.inputs import number
from aidplan.audit.plan import AuditedPlan

if TYPE_CHECKING:
    from aidplan.workbook import Row

ALL = "*"


def audit_industry(plan: AuditedPlan) -> None:
    """Finds where order books, redirected goods, capacity and expansions do not hold."""
    check_states(plan.report, "backlog", plan.ledgers["backlog"], _backlog(plan), _product, "the order book")
    _audit_closing(plan)
    _audit_redirects(plan)
    _audit_capacity(plan)
    _audit_growth(plan)


def _backlog(plan: AuditedPlan) -> Sums:
    sums = Sums()
    for row in plan.book["orderbook"]:
        plant, item, owner = row.key
        sums.add((plant, item, owner, 1), number(row["quantity"]))
        for t, units in row.periods.items():
            if 1 <= t <= plan.planned:
                sums.add((plant, item, owner, t), number(units))
    for (fund, plant, item, t), ordered in plan.ledgers["ordered"].items():
        data = plan.at(t).data
        product = data.products.get((plant, item))
        if product is not None and t + product.lead_time <= plan.planned:
            sums.add((plant, item, data.funds[fund].owner, t + product.lead_time), ordered)
    for key, made in plan.ledgers["made"].items():
        if plan.is_goods(key[1]):
            sums.add(key, -made)
    for name, sign in (("redirected", -1), ("repaid", 1)):
        for (plant, item, owner, t), moved in plan.ledgers[name].items():
            sums.add((plant, item, owner, t), sign * moved)
            sums.add((plant, item, COMMON, t), -sign * moved)
    for (plant, item, owner, t), waiting in plan.ledgers["backlog"].items():
        if t < plan.planned:
            sums.add((plant, item, owner, t + 1), waiting)
    return sums


def _audit_closing(plan: AuditedPlan) -> None:
    backlog, closing = plan.ledgers["backlog"], Sums()
    for key, waiting in backlog.items():
        if key[3] == plan.planned:
            closing.add(key[:3], waiting, (backlog, key))
    check_limits(
        plan.report,
        "closing_backlog",
        closing,
        lambda key: _closing(plan, key) + plan.ledgers["unmade"][key],
        _product,
        lambda key: f"closing_backlog of {', '.join(key)}{plan.cell('orderbook', key, 'quantity')}",
    )


def _closing(plan: AuditedPlan, key: Key) -> Decimal:
    """The most that may stay unmade of a line at the end: as given, else all that was on order before the start."""
    row = plan.book.row("orderbook", key)
    if row is None:
        return ZERO
    if row["closing"] is not None:
        return number(row["closing"])
    due = (number(units) for t, units in row.periods.items() if 1 <= t <= plan.planned)
    return number(row["quantity"]) + sum(due, ZERO)


def redirect_of(plan: AuditedPlan, plant: str, item: str, owner: str) -> Row | None:
    """The row of ``redirects`` that speaks of an owner's goods at a plant."""
    return plan.book.row("redirects", (owner, item, plant)) or plan.book.row("redirects", (owner, item, ALL))


def _audit_redirects(plan: AuditedPlan) -> None:
    owed, states, taken = plan.ledgers["owed"], Sums(), Sums()
    for row in plan.book["redirects"]:
        states.add((*row.key, 1), number(row["owed_before"]))
    for key, units in owed.items():
        if key[3] < plan.planned:
            states.add((*key[:3], key[3] + 1), units)
    for name, sign in (("redirected", 1), ("repaid", -1)):
        for key, moved in plan.ledgers[name].items():
            plant, item, owner, t = key
            found = redirect_of(plan, plant, item, owner)
            if found is not None:
                states.add((*found.key, t), sign * moved)
                if sign > 0:
                    taken.add((*found.key, t), moved, (plan.ledgers[name], key))
    check_states(plan.report, "owed", owed, states, _item_of_row, "what was redirected and not given back")
    check_limits(
        plan.report,
        "redirect_limit",
        taken,
        lambda key: _most_redirected(plan, key),
        _item_of_row,
        lambda key: (
            f"redirects of {key[1]} of {key[0]} in {plan.label(key[3])}{plan.cell('redirects', key[:3], key[3])}"
        ),
    )
    ends = Sums()
    for key, units in owed.items():
        if key[3] == plan.planned:
            ends.add(key[:3], units, (owed, key))
    check_limits(
        plan.report,
        "repay",
        ends,
        lambda key: number(_owed_end(plan, key)) + plan.ledgers["unrepaid"][key],
        _item_of_row,
        lambda key: f"owed_end of {key[1]} of {key[0]}{plan.cell('redirects', key, 'owed_end')}",
    )


def _most_redirected(plan: AuditedPlan, key: Key) -> Decimal:
    numbers, t = plan.at(key[3]), key[3]
    row = numbers.book.row("redirects", key[:3])
    return numbers.inputs.series(row)[t - 1] if row else ZERO


def _owed_end(plan: AuditedPlan, key: Key) -> object:
    row = plan.book.row("redirects", key)
    return row["owed_end"] if row else None


def _audit_capacity(plan: AuditedPlan) -> None:
    used, capacity = Sums(), Sums()
    for key, made in plan.ledgers["made"].items():
        plant, item, _, t = key
        product = plan.at(t).data.products.get((plant, item))
        if product is not None:
            used.add((plant, t), exact(product.capacity_use) * made, (plan.ledgers["made"], key))
    for t in range(1, plan.planned + 1):
        for plant, series in plan.at(t).inputs.capacity.items():
            capacity.add((plant, t), series[t - 1])
    for name, started, units, _ in _grown(plan):
        expansion = plan.at(started).data.expansions[name]
        for t in range(started + expansion.build_time, plan.planned + 1):
            capacity.add((expansion.plant, t), units)
    check_limits(
        plan.report,
        "capacity",
        used,
        capacity,
        _first,
        lambda key: f"capacity of {key[0]} in {plan.label(key[1])}{plan.cell('capacity', key[0], key[1])}",
    )


def _grown(plan: AuditedPlan) -> list[tuple[str, int, Decimal, tuple[str, Key]]]:
    """Every growth of capacity: expansion, period, capacity units, and the table and row that say so."""
    bought = [(key[1], key[2], units, ("built", key)) for key, units in plan.ledgers["built"].items()]
    return bought + [(key[0], key[1], units, ("pledged", key)) for key, units in plan.ledgers["pledged"].items()]


def _audit_growth(plan: AuditedPlan) -> None:
    steps, totals = Sums(), Sums()
    before: dict[str, Decimal] = {}
    for name, t, units, (table, key) in _grown(plan):
        source = (plan.ledgers[table], key)
        steps.add((name, t), units, source)
        totals.add((name,), units, source)
        if plan.is_kept(t):  # where what is kept passes the limit, it is where that stands
            before[name] = before.get(name, ZERO) + units
    check_limits(
        plan.report,
        "step_limit",
        steps,
        lambda key: exact(plan.at(key[1]).data.expansions[key[0]].step_limit[key[1] - 1]),
        _first,
        lambda key: (
            f"step_limit of {key[0]} in {plan.label(key[1])}{plan.cell('expansions', key[0], 'step_limit', key[1])}"
        ),
    )
    check_limits(
        plan.report,
        "expansion_limit",
        totals,
        lambda key: max(exact(plan.data.expansions[key[0]].limit), before.get(key[0], ZERO)),
        _first,
        lambda key: f"limit of expansion {key[0]}{plan.cell('expansions', key[0], 'limit')}",
    )


def _first(key: Key) -> str:
    return str(key[0])


def _product(key: Key) -> Key:
    return key[:2]


def _item_of_row(key: Key) -> str:
    return str(key[1])
