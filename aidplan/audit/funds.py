"""Funds recomputed: money arrives, is spent when an order is placed, and carries over or lapses.

    available[f,t] = funding[f, t or t - approval_delay] + opening[f] at t = 1; 0 after expires
    balance[f,t]   = kept[f,t]·balance[f,t-1] + available[f,t] - spent[f,t]
    share_max: spent_before + Σ spent on what a menu row matches <= share_max·(available_before + Σ available)
    share_min: spent_in_time_before + Σ spent on it that is there by the end >= share_min·(spent_before + Σ spent)

In a kept plan off_share makes up for what a share is missed by. All in plain currency: money times ``money_unit``.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from aidplan_models.data import Fund, MenuRow

from aidplan.audit.exact import ZERO, Key, Sum, Sums, check_limits, check_states, exact
from aidplan.audit.inputs import number
from aidplan.audit.ledger import Ledger
from aidplan.audit.plan import AuditedPlan


def available(fund: Fund, t: int) -> Decimal:
    """The money that arrives in period t."""
    if fund.expires is not None and t > fund.expires:
        return ZERO
    approved = t - fund.approval_delay if fund.mode == "tranche" else t
    return exact(fund.funding.get(approved, 0.0)) + (exact(fund.opening) if t == 1 else ZERO)


def is_kept(fund: Fund, t: int) -> bool:
    """Whether what was left at the end of t - 1 is still there in t."""
    return fund.carry_over and (fund.expires is None or t <= fund.expires)


def audit_funds(plan: AuditedPlan) -> None:
    """Finds where ``spent``, ``balance`` and the menu's shares do not hold."""
    _audit_spent(plan)
    _audit_balance(plan)
    for row in plan.data.menu:
        if row.share_max != float("inf") or row.share_min > 0:
            _audit_shares(plan, row)


def _audit_spent(plan: AuditedPlan) -> None:
    sums = Sums()
    for purchase in plan.purchases:
        sums.add((purchase.fund, purchase.t), purchase.currency, (plan.ledgers[purchase.table], purchase.key))
    stated = _in_currency(plan, "spent")
    check_states(plan.report, "spent", stated, sums, _fund, "what was ordered, released and built", plan.money_unit)


def _audit_balance(plan: AuditedPlan) -> None:
    balance, spent = _in_currency(plan, "balance"), _in_currency(plan, "spent")
    sums = Sums()
    for name in plan.data.funds:
        for t in range(1, plan.planned + 1):
            sums.add((name, t), available(plan.at(t).data.funds[name], t) * plan.money_unit)
    for key, money in spent.items():
        sums.add(key, -money, (spent, key))
    for (name, t), money in balance.items():
        if t < plan.planned and is_kept(plan.at(t + 1).data.funds[name], t + 1):
            sums.add((name, t + 1), money, (balance, (name, t)))
    check_states(plan.report, "balance", balance, sums, _fund, "the fund's account", plan.money_unit)


def _audit_shares(plan: AuditedPlan, row: MenuRow) -> None:
    matched, in_time = Sum(), Sum()
    before = _before(plan, row)
    matched.add(before.on_row)
    in_time.add(before.in_time)
    spent = before.spent
    for bought in plan.purchases:
        if bought.fund != row.fund:
            continue
        spent += bought.currency
        if plan.row_matches(row, bought.channel, bought.what, bought.country):
            source = (plan.ledgers[bought.table], bought.key)
            matched.add(bought.currency, source)
            if bought.t + bought.delay <= plan.planned:
                in_time.add(bought.currency, source)
    arrived = before.available + plan.money_unit * sum(
        (available(plan.at(t).data.funds[row.fund], t) for t in range(1, plan.planned + 1)), ZERO
    )
    name, off = ", ".join(row.key), plan.ledgers["off_share"]
    if row.share_max != float("inf"):
        used = Sums()
        used[row.key] = matched
        ceiling = exact(row.share_max) * arrived + plan.money_unit * off[*row.key, "share_max"]
        words = f"share_max of {name}{plan.cell('menu', row.key, 'share_max')}"
        check_limits(plan.report, "share_max", used, lambda _: ceiling, _fund, lambda _: words, plan.money_unit)
    if row.share_min > 0:
        lacking = Sums()
        lacking.add(row.key, exact(row.share_min) * spent)
        spent_in_time = in_time.total + plan.money_unit * off[*row.key, "share_min"]
        words = f"share_min of {name}{plan.cell('menu', row.key, 'share_min')}: what must be spent on it in time"
        check_limits(
            plan.report, "share_min", lacking, lambda _: spent_in_time, _fund, lambda _: words, plan.money_unit
        )


@dataclass(frozen=True, slots=True)
class _Before:
    """What shares count from before the start, in plain currency: of the fund, and of the menu row."""

    available: Decimal
    spent: Decimal
    on_row: Decimal
    in_time: Decimal


def _before(plan: AuditedPlan, row: MenuRow) -> _Before:
    fund, menu, unit = plan.book.row("funds", row.fund), plan.book.row("menu", row.key), plan.money_unit
    if fund is None or menu is None:
        return _Before(ZERO, ZERO, ZERO, ZERO)
    of_fund = (unit * number(fund[name]) for name in ("available_before", "spent_before"))
    of_row = (unit * number(menu[name]) for name in ("spent_before", "spent_in_time_before"))
    return _Before(*of_fund, *of_row)


def _in_currency(plan: AuditedPlan, name: str) -> Ledger:
    """A table of money in plain currency, its rows as they stand in the file."""
    money = plan.ledgers[name]
    values = {key: value * plan.money_unit for key, value in money.items()}
    return Ledger(money.name, money.labels, values, money.rows)


def _fund(key: Key) -> str:
    return str(key[0])
