"""The front recomputed: what is issued serves, stays in service or is fired, and what it leaves unmet.

munition:   issued = Σ_c served
fleet:      fleet[x,i,t] = (1 - attrition)·fleet[x,i,t-1] + issued[x,i,t];   in_service: Σ_c served <= fleet
demand:     unmet = the least of demand - Σ_i effect·served and 0;   floor: unmet <= (1 - floor)·demand up to T,
            and in a kept plan below_floor
firing:     issued = Σ_j fired;   platforms: Σ_m fired/rate <= fleet
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from aidplan.audit.exact import ZERO, Key, Sum, Sums, check_limits, check_states, exact, quotient
from aidplan.audit.ledger import Ledger
from aidplan.audit.plan import AuditedPlan


def audit_front(plan: AuditedPlan) -> None:
    """Finds where issue, fleets, service, demand, floors and platforms do not hold."""
    _audit_munitions(plan)
    _audit_fleets(plan)
    _audit_demand(plan)
    _audit_platforms(plan)


def _audit_munitions(plan: AuditedPlan) -> None:
    data, issued = plan.data, plan.ledgers["issued"]
    served, fired = Sums(), Sums()
    for key, number in plan.ledgers["served"].items():
        if data.items[key[1]].kind == "munition":
            served.add((key[0], key[1], key[3]), number)
    for key, number in plan.ledgers["fired"].items():
        fired.add((key[0], key[1], key[3]), number)
    needs_platform = {munition for munition, _ in data.platforms}
    munitions = _part(issued, lambda key: data.items[key[1]].kind == "munition")
    check_states(plan.report, "munition", munitions, served, _item, "what serves")
    at_guns = _part(munitions, lambda key: data.places[key[0]].kind == "front" and key[1] in needs_platform)
    check_states(plan.report, "firing", at_guns, fired, _item, "what is fired")


def _audit_fleets(plan: AuditedPlan) -> None:
    data, fleet, sums, served = plan.data, plan.ledgers["fleet"], Sums(), Sums()
    for (place, item), terms in data.fleets.items():
        sums.add((place, item, 1), _stays(plan, place, item, 1) * exact(terms.initial))
    for (place, item, t), number in fleet.items():
        if t < plan.planned:
            sums.add((place, item, t + 1), _stays(plan, place, item, t + 1) * number)
    for key, number in plan.ledgers["issued"].items():
        if data.items[key[1]].kind == "equipment":
            sums.add(key, number)
    check_states(plan.report, "fleet", fleet, sums, _item, "what stays and what is issued")
    for key, number in plan.ledgers["served"].items():
        if data.items[key[1]].kind == "equipment":
            served.add((key[0], key[1], key[3]), number, (plan.ledgers["served"], key))
    check_limits(
        plan.report,
        "in_service",
        served,
        lambda key: fleet[key],
        _item,
        lambda key: f"fleet of {key[1]} at {key[0]} in {plan.label(key[2])}",
    )


def _stays(plan: AuditedPlan, place: str, item: str, t: int) -> Decimal:
    """The share of a fleet that is not lost in a period."""
    terms = plan.at(t).data.fleets.get((place, item))
    return 1 - exact(terms.attrition) if terms else Decimal(1)


def _audit_demand(plan: AuditedPlan) -> None:
    met, served = Sums(), plan.ledgers["served"]
    for key, number in served.items():
        place, item, capability, t = key
        effect = plan.at(t).data.effects.get((item, capability))
        if effect is not None:
            met.add((place, capability, t), exact(effect) * number, (served, key))
    short = Sums()
    for place, capability in plan.data.demands:
        for t in range(1, plan.planned + 1):
            key = (place, capability, t)
            short[key] = _shortfall(plan.demand(place, capability, t), met[key])
    check_states(plan.report, "demand", plan.ledgers["unmet"], short, _capability, "demand less what serves")
    _audit_floors(plan)


def _audit_floors(plan: AuditedPlan) -> None:
    unmet, below, used = plan.ledgers["unmet"], plan.ledgers["below_floor"], Sums()
    for key, number in unmet.items():
        terms = plan.at(key[2]).data.demands.get(key[:2])
        if terms is not None and terms.floor > 0 and terms.floor_from <= key[2] <= plan.horizon:
            used.add(key, number, (unmet, key))
    check_limits(
        plan.report,
        "floor",
        used,
        lambda key: (1 - exact(plan.at(key[2]).data.demands[key[:2]].floor)) * plan.demand(*key) + below[key],
        _capability,
        lambda key: (
            f"floor of {key[1]} at {key[0]} in {plan.label(key[2])}{plan.cell('demand', key[:2], 'floor')}: "
            "what may be unmet"
        ),
    )


def _audit_platforms(plan: AuditedPlan) -> None:
    fired, fleet, needed = plan.ledgers["fired"], plan.ledgers["fleet"], Sums()
    for key, number in fired.items():
        place, munition, platform, t = key
        rate = plan.at(t).data.platforms.get((munition, platform))
        if rate is not None:
            needed.add((place, platform, t), quotient(number, exact(rate)), (fired, key))
    check_limits(
        plan.report,
        "platforms",
        needed,
        lambda key: fleet[key],
        _item,
        lambda key: f"platforms {key[1]} at {key[0]} in {plan.label(key[2])}",
    )


def _shortfall(wanted: Decimal, given: Sum) -> Sum:
    """The least that is not met, with the size of what it is the difference of."""
    short = Sum()
    short.add(wanted)
    short.add(-given.total)
    short.total = max(short.total, ZERO)
    return short


def _part(ledger: Ledger, wanted: Callable[[Key], bool]) -> Ledger:
    """The rows of a table that are wanted."""
    values = {key: number for key, number in ledger.items() if wanted(key)}
    return Ledger(ledger.name, ledger.labels, values, ledger.rows)


def _item(key: Key) -> str:
    return str(key[1])


def _capability(key: Key) -> str:
    return str(key[1])
