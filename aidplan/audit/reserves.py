"""Donors' reserves recomputed: drawn down to their floor, so much a period.

reserve[x,i,t] = reserve[x,i,t-1] - Σ_f released[f,x,i,t];   reserve >= floor
release_limit: Σ_f released[f,x,i,t] <= release_limit[x,i,t]
"""

from __future__ import annotations

from aidplan.audit.exact import Key, Sums, check_limits, check_states, exact
from aidplan.audit.plan import AuditedPlan


def audit_reserves(plan: AuditedPlan) -> None:
    """Finds where a reserve, its floor or its release limit does not hold."""
    data, reserve, sums, released, floor = plan.data, plan.ledgers["reserve"], Sums(), Sums(), Sums()
    for (place, item), terms in data.reserves.items():
        sums.add((place, item, 1), exact(terms.initial))
        for t in range(1, plan.planned + 1):
            least = exact(plan.at(t).data.reserves[place, item].floor)
            if plan.kept is not None and not plan.is_kept(
                t
            ):  # where what is kept passes the floor, it is where that stands
                least = min(least, reserve[place, item, plan.kept.until - 1])
            floor.add((place, item, t), least, (reserve, (place, item, t)))
    for (place, item, t), number in reserve.items():
        if t < plan.planned:
            sums.add((place, item, t + 1), number)
    for key, number in plan.ledgers["released"].items():
        _, place, item, t = key
        sums.add((place, item, t), -number)
        if (place, item) in data.reserves:
            released.add((place, item, t), number, (plan.ledgers["released"], key))
    check_states(plan.report, "reserve", reserve, sums, _reserve, "the draw-down")
    check_limits(
        plan.report,
        "reserve_floor",
        floor,
        lambda key: reserve[key],
        _reserve,
        lambda key: f"floor of the reserve of {key[1]} in {key[0]}{plan.cell('stocks', key[:2], 'floor')}",
    )
    check_limits(
        plan.report,
        "release_limit",
        released,
        lambda key: exact(plan.at(key[2]).data.reserves[key[:2]].release_limit[key[2] - 1]),
        _reserve,
        lambda key: (
            f"release_limit of {key[1]} in {key[0]} in {plan.label(key[2])}"
            f"{plan.cell('stocks', key[:2], 'release_limit', key[2])}"
        ),
    )


def _reserve(key: Key) -> Key:
    return key[:2]
