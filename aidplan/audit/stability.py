"""Stability recomputed: orders, releases and builds against those of an earlier run, at what each costs.

    stability = Σ unit_cost·|ordered - before| + Σ release_cost·|released - before| + Σ capex·|built - before|

over the periods that both horizons have. What can be decided now counts with the price of now, what was decided in a
period that is kept with the price of then, and what can no longer be decided with the earlier run's. In plain currency.
"""

from __future__ import annotations

from decimal import Decimal

from aidplan_models.data import DECISIONS, PlanData

from aidplan.audit.exact import ZERO, Key, Sum, exact
from aidplan.audit.existence import may_decide
from aidplan.audit.plan import Against, AuditedPlan


def stability(plan: AuditedPlan, against: Against) -> Decimal:
    """What the plan's decisions depart from the earlier ones by, in plain currency."""
    numbers = {label: t for t, label in enumerate(plan.data.period_labels[: plan.horizon], start=1)}
    earlier = against.numbers.data
    both = [
        (numbers[label], then)
        for then, label in enumerate(earlier.period_labels[: against.numbers.inputs.horizon], start=1)
        if label in numbers
    ]
    total = Sum()
    for name in DECISIONS:
        now, before = plan.ledgers[name], against.ledgers[name]
        for what in sorted({key[:-1] for key in (*now.keys(), *before.keys())}):
            for t, then in both:
                apart = abs(now[(*what, t)] - before[(*what, then)])
                if apart:
                    total.add(_price(plan, earlier, name, (*what, t)) * apart)
    return total.total


def _price(plan: AuditedPlan, earlier: PlanData, name: str, key: Key) -> Decimal:
    """What one unit of a decision costs, in plain currency."""
    data = plan.at(key[-1]).data
    stands = plan.is_kept(key[-1]) and _cost(data, name, key) is not None
    found = _cost(data if stands or may_decide(plan, name, key) else earlier, name, key)
    return ZERO if found is None else exact(found)


def _cost(data: PlanData, name: str, key: Key) -> float | None:
    if name == "ordered":
        product = data.products.get((key[1], key[2]))
        return None if product is None else product.unit_cost
    if name == "released":
        reserve = data.reserves.get((key[1], key[2]))
        return None if reserve is None else reserve.release_cost
    expansion = data.expansions.get(key[1])
    return None if expansion is None else expansion.capex
