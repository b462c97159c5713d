"""Parity recomputed: what is made against a share of the adversary's output.

parity_gap[c,t] = the least of target_ratio·output - Σ_{p,i,o} effect·made and 0
"""

from __future__ import annotations

from decimal import Decimal

from aidplan.audit.exact import ZERO, Key, Sum, Sums, check_states, exact
from aidplan.audit.plan import AuditedPlan


def parity_target(plan: AuditedPlan, capability: str, t: int) -> Decimal:
    """What is to be matched in a period, in capability units."""
    return exact(plan.at(t).data.adversary[capability].target_ratio) * plan.at(t).inputs.output[capability][t - 1]


def audit_parity(plan: AuditedPlan) -> None:
    """Finds where the gap is not what production leaves of the target."""
    made, gaps = Sums(), Sums()
    for (_, item, _, t), units in plan.ledgers["made"].items():
        for capability in plan.data.adversary:
            effect = plan.at(t).data.effects.get((item, capability))
            if effect is not None:
                made.add((capability, t), exact(effect) * units)
    for capability in plan.data.adversary:
        for t in range(1, plan.horizon + 1):
            gap = Sum()
            gap.add(parity_target(plan, capability, t))
            gap.add(-made[capability, t].total)
            gap.total = max(gap.total, ZERO)
            gaps[capability, t] = gap
    check_states(plan.report, "parity", plan.ledgers["parity_gap"], gaps, _capability, "the target less what is made")


def _capability(key: Key) -> str:
    return str(key[0])
