"""Components recomputed: one pool for all plants.

pool[k,t] = pool[k,t-1] + Σ_p made[p,k,common,t] + supply[k,t] - Σ quantity[p,i,k]·made[p,i,o,t]
"""

from __future__ import annotations

from aidplan.audit.exact import Key, Sums, check_states, exact
from aidplan.audit.ledger import series_terms
from aidplan.audit.plan import AuditedPlan


def audit_components(plan: AuditedPlan) -> None:
    """Finds where the pool of components does not hold, or runs short."""
    data, pool, sums = plan.data, plan.ledgers["pool"], Sums()
    for component, supply in data.supply.items():
        sums.add((component, 1), exact(supply.initial))
        for t, units in series_terms(supply.arriving):
            sums.add((component, t), units)
    for (component, t), units in pool.items():
        if t < plan.planned:
            sums.add((component, t + 1), units)
    for (plant, item, _, t), number in plan.ledgers["made"].items():
        if not plan.is_goods(item):
            sums.add((item, t), number)
        for component, quantity in plan.at(t).bills.get((plant, item), ()):
            sums.add((component, t), -quantity * number)
    check_states(plan.report, "components", pool, sums, _component, "what comes and goes")


def _component(key: Key) -> str:
    return str(key[0])
