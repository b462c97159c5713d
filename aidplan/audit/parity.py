"""Parity recomputed: what is made against a share of the adversary's output.

parity_gap[c,t] = the least of target_ratio·output - Σ_{p,i,o} effect·made and 0
"""

from __future__ import annotations

from decimal import Decimal

from aidplan.audit.exact import ZERO, Key, Sum, Sums, check_states, exact
from aidplan.audit.plan import AuditedPlan


def parity_target(plan: AuditedPlan, capability: str, t: int) -> Decimal:
    """What is to be matched in a period, in capability units."""
    adversary = plan.data.adversary[capability]
    return exact(adversary.target_ratio) * exact(adversary.output[t - 1])


def audit_parity(plan: AuditedPlan) -> None:
    """Finds where the gap is not what production leaves of the target."""
    made, gaps = Sums(), Sums()
    effects: dict[str, list[tuple[str, Decimal]]] = {}
    for (item, capability), effect in plan.data.effects.items():
        effects.setdefault(item, []).append((capability, exact(effect)))
    for (_, item, _, t), units in plan.ledgers["made"].items():
        for capability, each in effects.get(item, ()):
            made.add((capability, t), each * units)
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
