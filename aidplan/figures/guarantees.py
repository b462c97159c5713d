"""Whose orders back the guarantees that let industry build, and what each may leave that donor to pay."""

from __future__ import annotations

from collections import defaultdict

from aidplan_models import derived

from aidplan.figures.cost import after_horizon
from aidplan.figures.industry import Growth
from aidplan.figures.quantities import Plan

NOBODY = ""
"""The donor of a guarantee that no donor's order backs in this plan."""


def by_donor(plan: Plan, growth: list[Growth]) -> dict[str, float]:
    """Donor's name -> the liability of the guarantees that its orders back [money]; `NOBODY` for the rest.

    A guarantee of a plant is shared by the money of the lend-lease orders, over the horizon, for what the plant makes, or
    for what is made with the components that it makes. The shares add up to the goal ``liability`` of these plans.
    """
    owed: dict[str, float] = defaultdict(float)
    for one in growth:
        if one.liability > 0:
            plant = plan.data.expansions[one.expansion].plant
            for donor, share in backers(plan, plant).items():
                owed[donor] += share * one.liability
    return dict(owed)


def other_liability(plan: Plan) -> float:
    """What the goal ``liability`` counts beside the guarantees signed within the horizon [money]: older guarantees, promises
    that no order backs, and guarantees signed in the tail.
    """
    data = plan.run.data
    prices = derived.price_of_backing(data, derived.rights(data)[0])
    late = after_horizon(plan, "pledged")
    signed = sum(
        value * prices.get(code, 0.0) * data.expansions[code].guarantee_share * data.expansions[code].guarantee_periods
        for code, value in zip(late["expansion"].tolist(), late["value"].tolist(), strict=True)
    )
    promises = float(plan.run.manifest["goals"].get("promises") or 0.0)
    return data.liability_before + promises + signed / data.money_unit


def backers(plan: Plan, plant: str) -> dict[str, float]:
    """Donor's name -> its share of the lend-lease orders that can back a guarantee of the plant; they add up to 1."""
    data = plan.data
    lines = _backing_orders(plan, plant)
    money: dict[str, float] = defaultdict(float)
    for (fund, p, item), ordered in plan["ordered"].items():
        if (p, item) in lines and data.funds[fund].mode == "lend_lease":
            money[plan.names.donor(data.funds[fund].donor)] += float(ordered.sum()) * data.products[p, item].unit_cost
    total = sum(money.values())
    return {donor: one / total for donor, one in sorted(money.items())} if total > 0 else {NOBODY: 1.0}


def _backing_orders(plan: Plan, plant: str) -> set[tuple[str, str]]:
    """(plant, item) of goods whose orders stand behind what the plant makes: its own, or made with its components."""
    data = plan.data
    lines = {(p, i) for p, i in data.products if p == plant and data.items[i].is_goods}
    wanted = {i for p, i in data.products if p == plant and not data.items[i].is_goods}
    seen: set[str] = set()
    while wanted - seen:
        component = min(wanted - seen)
        seen.add(component)
        for (p, item, k), quantity in data.bills.items():
            if k == component and quantity > 0:
                if data.items[item].is_goods:
                    lines.add((p, item))
                else:
                    wanted.add(item)
    return lines
