"""Guarantees recomputed: what long-term orders must back, what nobody backs, and what is owed past the end.

guarantee:  Σ capacity_use·ordered + Σ capacity_use·backed + uncovered >= standing + Σ guarantee_share·pledged in force
            up to T, uncovered <= standing
backing:    Σ_p backed[p,k,t] <= Σ quantity·ordered + Σ quantity·backed
outyear:    liability_before + Σ guarantee_share·pledged·(periods in force after T)·price <= outyear_limit
promises  = Σ price·uncovered, in a kept plan and Σ unit_cost·unmade + Σ least unit_cost·unrepaid
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from aidplan_models.data import Expansion, PlanData

from aidplan.audit.exact import ZERO, Key, Sum, Sums, check_limits, exact, quotient
from aidplan.audit.plan import AuditedPlan


def audit_guarantees(plan: AuditedPlan) -> None:
    """Finds where guarantees, their backing and the limit of what is owed past the end do not hold."""
    _audit_backed(plan)
    _audit_backing(plan)
    used = Sums()
    used[("outyear",)] = outyear_liability(plan)
    limit = exact(plan.data.outyear_limit) * plan.money_unit
    if plan.kept is not None:  # where what is kept passes the limit, it is where that stands
        limit = max(limit, outyear_liability(plan, of_kept=True).total)
    words = f"outyear_limit{plan.cell('settings', 'outyear_limit', 'value')}"
    check_limits(plan.report, "outyear", used, lambda _: limit, _whole, lambda _: words, plan.money_unit)


def _in_force(expansion: Expansion, pledged_in: int) -> range:
    """The periods in which orders must stand behind what is pledged in a period."""
    first = pledged_in + expansion.build_time
    return range(first, first + expansion.guarantee_periods)


def _lend_lease_orders(plan: AuditedPlan) -> list[tuple[str, str, int, Decimal]]:
    """Plant, item, period and number of every order that can stand behind a guarantee."""
    return [
        (plant, item, t, number)
        for (fund, plant, item, t), number in plan.ledgers["ordered"].items()
        if plan.at(t).data.funds[fund].mode == "lend_lease" and (plant, item) in plan.data.products
    ]


def _audit_backed(plan: AuditedPlan) -> None:
    promised, standing = _promised(plan)
    behind, left, uncovered = _behind(plan), Sums(), plan.ledgers["uncovered"]
    for key, units in uncovered.items():
        behind.add(key, units)
        left.add(key, units, (uncovered, key))
    check_limits(
        plan.report,
        "guarantee",
        promised,
        behind,
        _first,
        lambda key: f"guarantee at {key[0]} in {plan.label(key[1])}: what lend-lease orders must back",
    )
    check_limits(
        plan.report,
        "uncovered",
        left,
        standing,
        _first,
        lambda key: f"standing guarantee at {key[0]} in {plan.label(key[1])}{plan.cell('guarantees', key[0], key[1])}",
    )


def _promised(plan: AuditedPlan) -> tuple[Sums, Sums]:
    """What orders must back by plant and period, and what of it was promised before the plan decided anything."""
    promised, standing, pledged = Sums(), Sums(), plan.ledgers["pledged"]
    for t in range(1, plan.horizon + 1):
        for row in plan.at(t).book["guarantees"]:
            units = plan.at(t).inputs.series(row)[t - 1]
            promised.add((row.key[0], t), units)
            standing.add((row.key[0], t), units)
    for key, units in pledged.items():
        expansion = plan.at(key[1]).data.expansions[key[0]]
        share = exact(expansion.guarantee_share) * units
        for t in _in_force(expansion, key[1]):
            if t <= plan.horizon:
                promised.add((expansion.plant, t), share, (pledged, key))
                if plan.is_kept(key[1]) and not plan.is_kept(t):  # what was pledged then is a standing guarantee now
                    standing.add((expansion.plant, t), share)
    return promised, standing


def _behind(plan: AuditedPlan) -> Sums:
    """Capacity units that lend-lease orders back, by plant and period."""
    behind = Sums()
    for plant, item, t, ordered in _lend_lease_orders(plan):
        behind.add((plant, t), exact(plan.at(t).data.products[plant, item].capacity_use) * ordered)
    for (plant, component, t), backed in plan.ledgers["backed"].items():
        product = plan.at(t).data.products.get((plant, component))
        if product is not None:
            behind.add((plant, t), exact(product.capacity_use) * backed)
    return behind


def _audit_backing(plan: AuditedPlan) -> None:
    backed, needed = Sums(), Sums()
    for plant, item, t, ordered in _lend_lease_orders(plan):
        for component, quantity in plan.at(t).bills.get((plant, item), ()):
            needed.add((component, t), quantity * ordered)
    for key, units in plan.ledgers["backed"].items():
        plant, component, t = key
        backed.add((component, t), units, (plan.ledgers["backed"], key))
        for part, quantity in plan.at(t).bills.get((plant, component), ()):
            needed.add((part, t), quantity * units)
    check_limits(
        plan.report, "backing", backed, needed, _first, lambda key: f"backing of {key[0]} in {plan.label(key[1])}"
    )


def backing_price(plan: AuditedPlan, t: int) -> Mapping[str, Decimal]:
    """Plant -> the least that lend-lease orders cost, in plain currency and taken simply, that back one unit of its
    capacity, by the numbers of period ``t``; a plant that nothing can back has none.
    """
    known = plan.prices
    if id(plan.at(t)) not in known:
        known[id(plan.at(t))] = _backing_price(plan, t)
    return known[id(plan.at(t))]


def _backing_price(plan: AuditedPlan, t: int) -> dict[str, Decimal]:
    data = plan.at(t).data
    orderable = [
        (plant, item)
        for plant, item in data.products
        if plan.is_goods(item)
        and any(
            fund.mode == "lend_lease" and fund.alive(1) and plan.may(name, "order", item, data.plants[plant], t)
            for name, fund in data.funds.items()
        )
    ]
    ways: dict[str, list[Decimal]] = {}
    for plant, item in orderable:
        product = data.products[plant, item]
        ways.setdefault(plant, []).append(quotient(exact(product.unit_cost), exact(product.capacity_use)))
    need = _least_need(plan, data, orderable)
    for (plant, component), product in data.products.items():
        if component in need:
            ways.setdefault(plant, []).append(quotient(need[component], exact(product.capacity_use)))
    return {plant: min(costs) for plant, costs in ways.items()}


def promises(plan: AuditedPlan) -> Decimal:
    """What the standing guarantees that no order backs are worth, in plain currency; in a kept plan also what stays
    unmade, at its price, and unrepaid, at the item's least price.
    """
    total, products = ZERO, plan.data.products
    for (plant, t), units in plan.ledgers["uncovered"].items():
        prices = backing_price(plan, t)
        total += (prices[plant] if plant in prices else _cheapest(plan, plant, t)) * units
    for (plant, item, _), units in plan.ledgers["unmade"].items():
        total += exact(products[plant, item].unit_cost) * units
    for (_, item, _), units in plan.ledgers["unrepaid"].items():
        total += min((exact(p.unit_cost) for (_, made), p in products.items() if made == item), default=ZERO) * units
    return total


def _cheapest(plan: AuditedPlan, plant: str, t: int) -> Decimal:
    """The least that goods made at a plant cost for a unit of its capacity, whoever may order them; 0 for none."""
    data = plan.at(t).data
    products = [p for (place, item), p in data.products.items() if place == plant and plan.is_goods(item)]
    return min((quotient(exact(p.unit_cost), exact(p.capacity_use)) for p in products), default=ZERO)


def _least_need(plan: AuditedPlan, data: PlanData, orderable: list[tuple[str, str]]) -> dict[str, Decimal]:
    """Component -> the least that orders cost, in currency, that need one of it; bills hold no circle."""
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
                cost = least(item) if not plan.is_goods(item) else _cost_of(data, plant, item, allowed)
                if cost is not None:
                    costs.append(quotient(cost, quantity))
            known[component] = min(costs, default=None)
        return known[component]

    return {component: cost for component in data.supply if (cost := least(component)) is not None}


def _cost_of(data: PlanData, plant: str, item: str, allowed: set[tuple[str, str]]) -> Decimal | None:
    return exact(data.products[plant, item].unit_cost) if (plant, item) in allowed else None


def outyear_liability(plan: AuditedPlan, *, of_kept: bool = False) -> Sum:
    """What is guaranteed past the horizon, also before the start, in plain currency; of a kept plan's periods alone."""
    owed, pledged = Sum(), plan.ledgers["pledged"]
    owed.add(plan.inputs.setting("liability_before") * plan.money_unit)
    for key, units in pledged.items():
        if of_kept and not plan.is_kept(key[1]):
            continue
        expansion = plan.at(key[1]).data.expansions[key[0]]
        after = sum(1 for t in _in_force(expansion, key[1]) if t > plan.horizon)
        price = backing_price(plan, key[1]).get(expansion.plant, ZERO)
        owed.add(exact(expansion.guarantee_share) * units * after * price, (pledged, key))
    return owed


def _first(key: Key) -> str:
    return str(key[0])


def _whole(_: Key) -> str:
    return ""
