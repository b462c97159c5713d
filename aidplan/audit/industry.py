"""Industry recomputed: order books, capacity and its growth, guarantees and what they owe past the end.

backlog[p,i,o,t] = backlog[p,i,o,t-1] + Σ_f ordered[f,p,i,t-lead_time] - made[p,i,o,t]
capacity:   Σ capacity_use·made <= capacity + Σ grown[e,τ], τ <= t - build_time
guarantee:  Σ capacity_use·ordered + Σ capacity_use·backed >= Σ guarantee_share·pledged in force
backing:    Σ_p backed[p,k,t] <= Σ quantity·ordered + Σ quantity·backed
outyear:    Σ guarantee_share·pledged·(periods in force after T)·price
"""

from __future__ import annotations

from decimal import Decimal

from aidplan_models.data import Expansion

from aidplan.audit.exact import ZERO, Key, Sum, Sums, check_limits, check_states, exact, quotient
from aidplan.audit.plan import AuditedPlan


def audit_industry(plan: AuditedPlan) -> None:
    """Finds where order books, capacity, expansions and guarantees do not hold."""
    _audit_backlog(plan)
    _audit_capacity(plan)
    _audit_growth(plan)
    _audit_guarantees(plan)
    _audit_backing(plan)
    used = Sums()
    used[("outyear",)] = outyear_liability(plan)
    limit = exact(plan.data.outyear_limit) * plan.money_unit
    words = f"outyear_limit{plan.cell('settings', 'outyear_limit', 'value')}"
    check_limits(plan.report, "outyear", used, lambda _: limit, _whole, lambda _: words, plan.money_unit)


def _audit_backlog(plan: AuditedPlan) -> None:
    data, backlog, sums = plan.data, plan.ledgers["backlog"], Sums()
    for (plant, item, owner), quantity in data.orderbook.items():
        sums.add((plant, item, owner, 1), exact(quantity))
    for key, number in plan.ledgers["ordered"].items():
        fund, plant, item, t = key
        product = data.products.get((plant, item))
        if product is not None and t + product.lead_time <= plan.horizon:
            sums.add((plant, item, data.funds[fund].owner, t + product.lead_time), number)
    for key, number in plan.ledgers["made"].items():
        if plan.is_goods(key[1]):
            sums.add(key, -number)
    for (plant, item, owner, t), number in backlog.items():
        if t < plan.horizon:
            sums.add((plant, item, owner, t + 1), number)
    check_states(plan.report, "backlog", backlog, sums, _product, "the order book")
    closing = Sums()
    for key, number in backlog.items():
        if key[3] == plan.horizon:
            closing.add(key[:3], number, (backlog, key))
    check_limits(
        plan.report,
        "closing_backlog",
        closing,
        lambda key: exact(data.orderbook.get(key, 0.0)),
        _product,
        lambda key: f"closing_backlog of {', '.join(key)}{plan.cell('orderbook', key, 'quantity')}",
    )


def _audit_capacity(plan: AuditedPlan) -> None:
    data, used, capacity = plan.data, Sums(), Sums()
    for key, number in plan.ledgers["made"].items():
        plant, item, _, t = key
        product = data.products.get((plant, item))
        if product is not None:
            used.add((plant, t), exact(product.capacity_use) * number, (plan.ledgers["made"], key))
    for plant, series in data.capacity.items():
        for t, units in enumerate(series, start=1):
            capacity.add((plant, t), exact(units))
    for name, started, number, _ in _grown(plan):
        expansion = data.expansions[name]
        for t in range(started + expansion.build_time, plan.horizon + 1):
            capacity.add((expansion.plant, t), number)
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
    bought = [(key[1], key[2], number, ("built", key)) for key, number in plan.ledgers["built"].items()]
    return bought + [(key[0], key[1], number, ("pledged", key)) for key, number in plan.ledgers["pledged"].items()]


def _audit_growth(plan: AuditedPlan) -> None:
    expansions, steps, totals = plan.data.expansions, Sums(), Sums()
    for name, t, number, (table, key) in _grown(plan):
        source = (plan.ledgers[table], key)
        steps.add((name, t), number, source)
        totals.add((name,), number, source)
    check_limits(
        plan.report,
        "step_limit",
        steps,
        lambda key: exact(expansions[key[0]].step_limit[key[1] - 1]),
        _first,
        lambda key: (
            f"step_limit of {key[0]} in {plan.label(key[1])}{plan.cell('expansions', key[0], 'step_limit', key[1])}"
        ),
    )
    check_limits(
        plan.report,
        "expansion_limit",
        totals,
        lambda key: exact(expansions[key[0]].limit),
        _first,
        lambda key: f"limit of expansion {key[0]}{plan.cell('expansions', key[0], 'limit')}",
    )


def _in_force(expansion: Expansion, pledged_in: int) -> range:
    """The periods in which orders must stand behind what is pledged in a period."""
    first = pledged_in + expansion.build_time
    return range(first, first + expansion.guarantee_periods)


def _lend_lease_orders(plan: AuditedPlan) -> list[tuple[str, str, int, Decimal]]:
    """Plant, item, period and number of every order that can stand behind a guarantee."""
    return [
        (plant, item, t, number)
        for (fund, plant, item, t), number in plan.ledgers["ordered"].items()
        if plan.data.funds[fund].mode == "lend_lease" and (plant, item) in plan.data.products
    ]


def _audit_guarantees(plan: AuditedPlan) -> None:
    data, promised, behind = plan.data, Sums(), Sums()
    pledged = plan.ledgers["pledged"]
    for key, number in pledged.items():
        expansion = data.expansions[key[0]]
        for t in _in_force(expansion, key[1]):
            if t <= plan.horizon:
                promised.add((expansion.plant, t), exact(expansion.guarantee_share) * number, (pledged, key))
    for plant, item, t, number in _lend_lease_orders(plan):
        behind.add((plant, t), exact(data.products[plant, item].capacity_use) * number)
    for (plant, component, t), number in plan.ledgers["backed"].items():
        product = data.products.get((plant, component))
        if product is not None:
            behind.add((plant, t), exact(product.capacity_use) * number)
    check_limits(
        plan.report,
        "guarantee",
        promised,
        behind,
        _first,
        lambda key: f"guarantee at {key[0]} in {plan.label(key[1])}: what lend-lease orders must back",
    )


def _audit_backing(plan: AuditedPlan) -> None:
    backed, needed = Sums(), Sums()
    for plant, item, t, number in _lend_lease_orders(plan):
        for component, quantity in _bill(plan, plant, item):
            needed.add((component, t), quantity * number)
    for key, number in plan.ledgers["backed"].items():
        plant, component, t = key
        backed.add((component, t), number, (plan.ledgers["backed"], key))
        for part, quantity in _bill(plan, plant, component):
            needed.add((part, t), quantity * number)
    check_limits(
        plan.report, "backing", backed, needed, _first, lambda key: f"backing of {key[0]} in {plan.label(key[1])}"
    )


def _bill(plan: AuditedPlan, plant: str, item: str) -> list[tuple[str, Decimal]]:
    """Components, and how many go into one item made at the plant."""
    return [
        (component, exact(plan.data.bills[plant, item, component]))
        for component in plan.data.supply
        if (plant, item, component) in plan.data.bills
    ]


def guarantee_price(plan: AuditedPlan) -> dict[str, Decimal]:
    """Expansion -> what lend-lease orders that back one unit of its capacity cost, in plain currency, taken
    simply; an expansion that nothing can back has none.
    """
    data = plan.data
    orderable = [
        (plant, item)
        for plant, item in data.products
        if plan.is_goods(item)
        and any(
            fund.mode == "lend_lease" and fund.alive(1) and plan.may(name, "order", item, data.plants[plant])
            for name, fund in data.funds.items()
        )
    ]
    need = _least_need(plan, orderable)
    prices: dict[str, Decimal] = {}
    for name, expansion in data.expansions.items():
        if expansion.financing != "private":
            continue
        costs = [exact(data.products[p, i].unit_cost) for p, i in orderable if p == expansion.plant]
        uses = [exact(data.products[p, i].capacity_use) for p, i in orderable if p == expansion.plant]
        for component in plan.products_of[expansion.plant]:
            if component in need:
                costs.append(need[component])
                uses.append(exact(data.products[expansion.plant, component].capacity_use))
        if costs:
            prices[name] = min(quotient(cost, use) for cost, use in zip(costs, uses, strict=True))
    return prices


def _least_need(plan: AuditedPlan, orderable: list[tuple[str, str]]) -> dict[str, Decimal]:
    """Component -> the least that orders cost, in currency, that need one of it; bills hold no circle."""
    data = plan.data
    takers: dict[str, list[tuple[str, str, Decimal]]] = {}
    for (plant, item, component), quantity in data.bills.items():
        if (plant, item) in data.products:
            takers.setdefault(component, []).append((plant, item, exact(quantity)))
    allowed = set(orderable)
    known: dict[str, Decimal | None] = {}

    def least(component: str) -> Decimal | None:
        if component not in known:
            costs = []
            for plant, item, quantity in takers.get(component, []):
                cost = least(item) if not plan.is_goods(item) else _cost_of(plan, plant, item, allowed)
                if cost is not None:
                    costs.append(quotient(cost, quantity))
            known[component] = min(costs, default=None)
        return known[component]

    return {component: cost for component in data.supply if (cost := least(component)) is not None}


def _cost_of(plan: AuditedPlan, plant: str, item: str, allowed: set[tuple[str, str]]) -> Decimal | None:
    return exact(plan.data.products[plant, item].unit_cost) if (plant, item) in allowed else None


def outyear_liability(plan: AuditedPlan) -> Sum:
    """What is guaranteed past the horizon, in plain currency."""
    prices, owed, pledged = guarantee_price(plan), Sum(), plan.ledgers["pledged"]
    for key, number in pledged.items():
        expansion = plan.data.expansions[key[0]]
        after = sum(1 for t in _in_force(expansion, key[1]) if t > plan.horizon)
        share = exact(expansion.guarantee_share)
        owed.add(share * number * after * prices.get(key[0], ZERO), (pledged, key))
    return owed


def _first(key: Key) -> str:
    return str(key[0])


def _product(key: Key) -> Key:
    return key[:2]


def _whole(_: Key) -> str:
    return ""
