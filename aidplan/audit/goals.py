"""Goals recomputed from the tables, and the ranks that the run says it reached.

    coverage = mean_c of Σ priority·urgency·unmet / Σ priority·urgency·demand,  urgency = (1 + urgency_rate)^(1-t),
               times tail_weight after T
    equity   = mean_c of the largest Σ_t unmet / Σ_t demand among fronts
    parity   = mean_c of Σ_t parity_gap / Σ_t target
    cost     = all spent + cost_per_t·weight_t·shipped + what donors' measures cost up to T
    liability = the outyear liability + promises               promises = Σ price·uncovered
    stability  as `aidplan.audit.stability` has it, where the run stays near an earlier one

Means are weighted by the capability's weight; what would be divided by 0 does not enter, nor its weight.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from aidplan_models.data import Goal, Lane
from aidplan_models.registry import REPORTED_GOALS

from aidplan.audit.exact import ZERO, Sum, exact, quotient, same, shown
from aidplan.audit.folder import STOPPED_EARLY
from aidplan.audit.funds import available
from aidplan.audit.guarantees import outyear_liability, promises
from aidplan.audit.parity import parity_target
from aidplan.audit.plan import AuditedPlan
from aidplan.audit.stability import stability
from aidplan.audit.stage import is_stage

GOALS = REPORTED_GOALS
STABILITY = "stability"
_BEFORE = {"overflow": -3, "floors": -2, "shares": -1, "promises": 0}
"""What is met before every rank of the workbook, and as which."""
RELIEVED = tuple(goal for goal, rank in _BEFORE.items() if rank < 0)
_MANIFEST = "run.json"


def goal_values(plan: AuditedPlan) -> dict[str, Decimal]:
    """Every goal's value in the plan that the tables hold; shares, and money in money units."""
    near = {} if plan.against is None else {STABILITY: quotient(stability(plan, plan.against), plan.money_unit)}
    return near | {
        "coverage": _coverage(plan, plan.planned),
        "equity": _equity(plan),
        "parity": _parity(plan),
        "cost": quotient(_cost(plan), plan.money_unit),
        "liability": quotient(outyear_liability(plan).total + promises(plan), plan.money_unit),
        "promises": quotient(promises(plan), plan.money_unit),
        "overflow": sum((tonnes for _, tonnes in plan.ledgers["overflow"].items()), ZERO),
        "floors": sum((quotient(n, plan.demand(*key)) for key, n in plan.ledgers["below_floor"].items()), ZERO),
        "shares": sum((money for _, money in plan.ledgers["off_share"].items()), ZERO),
    }


def goals_of(plan: AuditedPlan) -> tuple[str, ...]:
    """The goals whose values the run must give."""
    promised = ("promises",) if len(plan.book["guarantees"]) or plan.kept else ()
    return (*_ranked(plan), *promised, *(RELIEVED if plan.kept else ()))


def _ranked(plan: AuditedPlan) -> tuple[str, ...]:
    """The goals that the workbook may rank and that this plan has."""
    return (*GOALS, STABILITY) if plan.against else GOALS


def audit_goals(plan: AuditedPlan, manifest: Mapping[str, Any]) -> None:
    """Finds where the manifest's goals and ranks are not those of the tables."""
    values, sizes = goal_values(plan), _sizes(plan)
    goals = manifest.get("goals")
    reported = goals if isinstance(goals, dict) else {}
    for goal in goals_of(plan):
        plan.report.recomputed["goals"] += 1
        stated = _number(reported.get(goal))
        if stated is None:
            plan.report.add("goals", _MANIFEST, f"gives no value of the goal {goal}")
        elif not same(stated, values[goal], sizes[goal]):
            says = f"says {goal} {shown(stated)}, the tables give {shown(values[goal])}"
            plan.report.add("goals", _MANIFEST, says)
    _audit_met(plan, manifest.get("met"))
    _audit_ranks(plan, manifest, values, sizes)


def _audit_met(plan: AuditedPlan, reported: object) -> None:
    """The shares of demand met that the manifest gives are those of the tables, up to the end of the horizon."""
    for name, share in (reported if isinstance(reported, dict) else {}).items():
        plan.report.recomputed["demand met"] += 1
        stated, found = _number(share), 1 - _coverage(plan, plan.horizon, "" if name == "all" else str(name))
        if stated is None or not same(stated, found, Decimal(1)):
            plan.report.add("goals", _MANIFEST, f"says demand met ({name}) {share}, the tables give {shown(found)}")


def _audit_ranks(
    plan: AuditedPlan, manifest: Mapping[str, Any], values: Mapping[str, Decimal], sizes: Mapping[str, Decimal]
) -> None:
    wanted: dict[int, list[str]] = {rank: [goal] for goal, rank in _BEFORE.items() if goal in goals_of(plan)}
    for goal in plan.data.goals:
        if goal.goal in _ranked(plan):
            wanted.setdefault(goal.rank, []).append(goal.goal)
    reported = manifest.get("ranks")
    ranks = [rank for rank in reported if isinstance(rank, dict)] if isinstance(reported, list) else []
    found = [(rank.get("rank"), sorted(map(str, rank.get("goals") or []))) for rank in ranks]
    expected = [(rank, sorted(goals)) for rank, goals in sorted(wanted.items())]
    if manifest.get("status") in STOPPED_EARLY:
        expected = expected[: len(found)]
    elif is_stage(manifest):
        first = min((rank for rank, _ in expected if rank > 0), default=0)
        expected = [(rank, goals) for rank, goals in expected if rank <= first]
    if found != expected:
        plan.report.add("ranks", _MANIFEST, f"ranks {_ranks(found)} where the workbook ranks {_ranks(expected)}")
        return
    for rank in ranks:
        _audit_rank(plan, rank, values, sizes)


def _audit_rank(
    plan: AuditedPlan, rank: Mapping[str, Any], values: Mapping[str, Decimal], sizes: Mapping[str, Decimal]
) -> None:
    """The plan's total of a rank is its best, or within its tolerance of it."""
    goals = [goal for goal in plan.data.goals if goal.rank == rank["rank"] and goal.goal in _ranked(plan)]
    goals += [Goal(goal, before, 1.0, 0.0) for goal, before in _BEFORE.items() if before == rank["rank"]]
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


def _coverage(plan: AuditedPlan, last: int, kind: str = "") -> Decimal:
    """Demand not met up to the period ``last``, a share: at all places, or at those of a kind."""
    data, unmet = plan.data, plan.ledgers["unmet"]
    ease = 1 + exact(data.urgency_rate)
    urgency = [quotient(Decimal(1), ease ** (t - 1)) for t in range(1, plan.planned + 1)]
    tail = plan.inputs.setting("tail_weight")
    urgency[plan.horizon :] = [each * tail for each in urgency[plan.horizon :]]
    missed: dict[str, Decimal] = {}
    wanted: dict[str, Decimal] = {}
    for (place, capability), terms in data.demands.items():
        if kind not in ("", data.places[place].kind):
            continue
        for t in range(1, last + 1):
            demand = plan.demand(place, capability, t)
            weight = exact(terms.priority) * urgency[t - 1]
            wanted[capability] = wanted.get(capability, ZERO) + weight * demand
            missed[capability] = missed.get(capability, ZERO) + weight * unmet[place, capability, t]
    return _mean(plan, ((c, missed[c], wanted[c]) for c in wanted))


def _equity(plan: AuditedPlan) -> Decimal:
    data, unmet = plan.data, plan.ledgers["unmet"]
    worst: dict[str, Decimal] = {}
    for place, capability in data.demands:
        wanted = sum((plan.demand(place, capability, t) for t in range(1, plan.horizon + 1)), ZERO)
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
    """All spent, all transport and what donors' measures cost, in plain currency."""
    cost = Sum()
    cost.add(sum((plan.at(t).inputs.cost_of_joins(t) for t in range(1, plan.horizon + 1)), ZERO) * plan.money_unit)
    for purchase in plan.purchases:
        cost.add(purchase.currency)
    for (origin, destination, mode, item, t), number in plan.ledgers["shipped"].items():
        data = plan.at(t).data
        lane = data.lanes.get(Lane(origin, destination, mode))
        if lane is not None:
            cost.add(exact(lane.cost_per_t) * exact(data.items[item].weight_t) * number)
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
    arriving = (available(plan.at(t).data.funds[f], t) for f in plan.data.funds for t in range(1, plan.planned + 1))
    money = sum(arriving, ZERO)
    return {
        "coverage": one,
        "equity": one,
        "parity": one,
        "cost": money,
        "liability": money,
        STABILITY: money,
        "promises": money,
        "overflow": one,
        "floors": one,
        "shares": money,
    }


def _number(value: object) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    number = exact(value)
    return number if number.is_finite() else None


def _ranks(ranks: list[tuple[Any, list[str]]]) -> str:
    return ", ".join(f"{rank} {'+'.join(goals)}" for rank, goals in ranks) or "nothing"
