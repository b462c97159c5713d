"""Goals recomputed from the tables, and the ranks that the run says it reached.

    coverage = mean_c of Σ priority·urgency·unmet / Σ priority·urgency·demand,  urgency = (1 + urgency_rate)^(1-t)
    equity   = mean_c of the largest Σ_t unmet / Σ_t demand among fronts
    parity   = mean_c of Σ_t parity_gap / Σ_t target
    cost     = all spent + cost_per_t·weight_t·shipped          liability = the outyear liability

Means are weighted by the capability's weight; what would be divided by 0 does not enter, nor its weight.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from aidplan_models.data import Lane
from aidplan_models.registry import REPORTED_GOALS

from aidplan.audit.exact import ZERO, Sum, exact, quotient, same, shown
from aidplan.audit.folder import STOPPED_EARLY
from aidplan.audit.funds import available
from aidplan.audit.industry import outyear_liability
from aidplan.audit.parity import parity_target
from aidplan.audit.plan import AuditedPlan

GOALS = REPORTED_GOALS
_MANIFEST = "run.json"


def goal_values(plan: AuditedPlan) -> dict[str, Decimal]:
    """Every goal's value in the plan that the tables hold; shares, and money in money units."""
    return {
        "coverage": _coverage(plan),
        "equity": _equity(plan),
        "parity": _parity(plan),
        "cost": quotient(_cost(plan), plan.money_unit),
        "liability": quotient(outyear_liability(plan).total, plan.money_unit),
    }


def audit_goals(plan: AuditedPlan, manifest: Mapping[str, Any]) -> None:
    """Finds where the manifest's goals and ranks are not those of the tables."""
    values, sizes = goal_values(plan), _sizes(plan)
    goals = manifest.get("goals")
    reported = goals if isinstance(goals, dict) else {}
    for goal in GOALS:
        plan.report.recomputed["goals"] += 1
        stated = _number(reported.get(goal))
        if stated is None:
            plan.report.add("goals", _MANIFEST, f"gives no value of the goal {goal}")
        elif not same(stated, values[goal], sizes[goal]):
            says = f"says {goal} {shown(stated)}, the tables give {shown(values[goal])}"
            plan.report.add("goals", _MANIFEST, says)
    _audit_ranks(plan, manifest, values, sizes)


def _audit_ranks(
    plan: AuditedPlan, manifest: Mapping[str, Any], values: Mapping[str, Decimal], sizes: Mapping[str, Decimal]
) -> None:
    wanted: dict[int, list[str]] = {}
    for goal in plan.data.goals:
        if goal.goal in GOALS:
            wanted.setdefault(goal.rank, []).append(goal.goal)
    reported = manifest.get("ranks")
    ranks = [rank for rank in reported if isinstance(rank, dict)] if isinstance(reported, list) else []
    found = [(rank.get("rank"), sorted(map(str, rank.get("goals") or []))) for rank in ranks]
    expected = [(rank, sorted(goals)) for rank, goals in sorted(wanted.items())]
    if manifest.get("status") in STOPPED_EARLY:
        expected = expected[: len(found)]
    if found != expected:
        plan.report.add("ranks", _MANIFEST, f"ranks {_ranks(found)} where the workbook ranks {_ranks(expected)}")
        return
    for rank in ranks:
        _audit_rank(plan, rank, values, sizes)


def _audit_rank(
    plan: AuditedPlan, rank: Mapping[str, Any], values: Mapping[str, Decimal], sizes: Mapping[str, Decimal]
) -> None:
    """The plan's total of a rank is its best, or within its tolerance of it."""
    goals = [goal for goal in plan.data.goals if goal.rank == rank["rank"] and goal.goal in GOALS]
    total = sum((exact(goal.weight) * values[goal.goal] for goal in goals), ZERO)
    size = sum((exact(goal.weight) * sizes[goal.goal] for goal in goals), ZERO)
    best = _number(rank.get("value"))
    plan.report.recomputed["ranks"] += 1
    if best is None:
        plan.report.add("ranks", _MANIFEST, f"gives no best total of rank {rank['rank']}")
        return
    room = max((exact(goal.tolerance) for goal in goals), default=ZERO) * max(abs(best), Decimal("1e-6"))
    if not best <= total <= best + room and not same(best, total, size) and not same(best + room, total, size):
        allowed = f" (and at most {shown(best + room)})" if room else ""
        says = f"says rank {rank['rank']} is {shown(best)} at best{allowed}, the tables give {shown(total)}"
        plan.report.add("ranks", _MANIFEST, says)


def _coverage(plan: AuditedPlan) -> Decimal:
    data, unmet = plan.data, plan.ledgers["unmet"]
    ease = 1 + exact(data.urgency_rate)
    urgency = [quotient(Decimal(1), ease ** (t - 1)) for t in range(1, plan.horizon + 1)]
    missed: dict[str, Decimal] = {}
    wanted: dict[str, Decimal] = {}
    for (place, capability), terms in data.demands.items():
        for t, demand in enumerate(terms.demand, start=1):
            weight = exact(terms.priority) * urgency[t - 1]
            wanted[capability] = wanted.get(capability, ZERO) + weight * exact(demand)
            missed[capability] = missed.get(capability, ZERO) + weight * unmet[place, capability, t]
    return _mean(plan, ((c, missed[c], wanted[c]) for c in wanted))


def _equity(plan: AuditedPlan) -> Decimal:
    data, unmet = plan.data, plan.ledgers["unmet"]
    worst: dict[str, Decimal] = {}
    for (place, capability), terms in data.demands.items():
        wanted = sum(map(exact, terms.demand), ZERO)
        if data.places[place].kind == "front" and wanted > 0:
            missed = sum((unmet[place, capability, t] for t in range(1, plan.horizon + 1)), ZERO)
            worst[capability] = max(worst.get(capability, ZERO), quotient(missed, wanted))
    return _mean(plan, ((c, share, Decimal(1)) for c, share in worst.items()))


def _parity(plan: AuditedPlan) -> Decimal:
    gap, periods = plan.ledgers["parity_gap"], range(1, plan.horizon + 1)
    return _mean(
        plan,
        (
            (c, sum((gap[c, t] for t in periods), ZERO), sum((parity_target(plan, c, t) for t in periods), ZERO))
            for c in plan.data.adversary
        ),
    )


def _cost(plan: AuditedPlan) -> Decimal:
    """All spent and all transport, in plain currency."""
    cost = Sum()
    for purchase in plan.purchases:
        cost.add(purchase.currency)
    for (origin, destination, mode, item, _), number in plan.ledgers["shipped"].items():
        lane = plan.data.lanes.get(Lane(origin, destination, mode))
        if lane is not None:
            cost.add(exact(lane.cost_per_t) * exact(plan.data.items[item].weight_t) * number)
    return cost.total


def _mean(plan: AuditedPlan, parts: Iterable[tuple[str, Decimal, Decimal]]) -> Decimal:
    """The mean of missed / wanted over capabilities, by their weight."""
    total = weights = ZERO
    for capability, missed, wanted in parts:
        weight = exact(plan.data.capabilities[capability].weight)
        if wanted > 0:
            total += weight * quotient(missed, wanted)
            weights += weight
    return quotient(total, weights) if weights else ZERO


def _sizes(plan: AuditedPlan) -> dict[str, Decimal]:
    """The usual size of each goal: 1 for a share, all money that arrives for money."""
    one = Decimal(1)
    arriving = (available(fund, t) for fund in plan.data.funds.values() for t in range(1, plan.horizon + 1))
    money = sum(arriving, ZERO)
    return {"coverage": one, "equity": one, "parity": one, "cost": money, "liability": money}


def _number(value: object) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    number = exact(value)
    return number if number.is_finite() else None


def _ranks(ranks: list[tuple[Any, list[str]]]) -> str:
    return ", ".join(f"{rank} {'+'.join(goals)}" for rank, goals in ranks) or "nothing"
