"""Stability: how far a plan departs from an earlier one, in money.

    stability = Σ unit_cost·|ordered - before| + Σ release_cost·|released - before| + Σ capex·|built - before|  money

over the periods that both horizons have, and over all that either plan has or may have. What the earlier plan has and
this one cannot have counts with its price of then. `ordered_less` is what falls short of the earlier plan, so that
|ordered - before| = ordered - before + 2·ordered_less; where the earlier plan has nothing it is `ordered` itself.
Without an earlier plan the goal is empty. Source: the planning model, *Goals*.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pyomo.environ import NonNegativeReals, Param, RangeSet, Reals, Set, Var

from aidplan_models.data import DECISIONS, PlanData
from aidplan_models.existence import exists
from aidplan_models.limits import limit
from aidplan_models.units import unit_objects

Amounts = Mapping[tuple[Any, ...], float]
"""(codes ..., period) -> amount."""


def price(data: PlanData, quantity: str, key: tuple[Any, ...]) -> float | None:
    """What one unit of a decision costs [money]; None where these numbers do not know it."""
    row: Any
    if quantity == "built":
        row = data.expansions.get(key[1])
        return None if row is None else row.capex / data.money_unit
    if quantity == "ordered":
        row = data.products.get((key[1], key[2]))
        return None if row is None else row.unit_cost / data.money_unit
    row = data.reserves.get((key[1], key[2]))
    return None if row is None else row.release_cost / data.money_unit


def compared(data: PlanData) -> range:
    """The periods that are decided and that the earlier plan's horizon has too."""
    if data.against is None:
        return range(0)
    return range(max(data.first, data.against.first), min(data.horizon, data.against.last) + 1)


def earlier(data: PlanData, quantity: str) -> Amounts:
    """What the earlier plan decided in the periods that both horizons have."""
    if data.against is None:
        return {}
    first, last = data.against.first, min(data.against.last, data.horizon)
    amounts = data.against.values.get(quantity, {})
    return {index: amount for index, amount in amounts.items() if amount and first <= index[-1] <= last}


def _stands(data: PlanData, quantity: str) -> Amounts:
    """What a kept plan decided of it in the periods that stand and that both horizons have."""
    if data.kept is None or data.against is None:
        return {}
    amounts = data.kept.values.get(quantity, {})
    return {index: x for index, x in amounts.items() if data.against.first <= index[-1] <= data.against.last}


def settled(data: PlanData, quantity: str, may_be: Mapping[tuple[Any, ...], int]) -> float:
    """What is no longer decided of a quantity departs by so much [money].

    That is what stands of a kept plan, at the prices of then, and what the earlier plan has and nobody may have now.
    ``may_be`` maps a key to the last period in which it may be decided.
    """
    assert data.against is not None
    before, stands, total = earlier(data, quantity), _stands(data, quantity), 0.0
    for index in sorted({*before, *stands}):
        key, t = index[:-1], index[-1]
        if t >= data.first and t <= may_be.get(key, 0):
            continue
        each = price(data.in_force(t), quantity, key) if t < data.first else None
        if each is None:
            each = price(data.against.data, quantity, key) or 0.0
        total += each * abs(stands.get(index, 0.0) - before.get(index, 0.0))
    return total


def given(m: Any, data: PlanData) -> None:
    """What the earlier plan has of what may still be decided, and what the rest counts."""
    periods = compared(data)
    m.COMPARED = RangeSet(periods[0], periods[-1]) if periods else RangeSet(data.first, data.first)
    m.COMPARED.doc = "Periods that are decided and that an earlier plan has too"
    kept_in, constant = {}, 0.0
    for quantity, keys in zip(DECISIONS, (m.OFFERS, m.RELEASES, m.BUILDS), strict=True):
        may_be = {key: data.planned if (end := data.funds[key[0]].expires) is None else end for key in keys}
        amounts = earlier(data, quantity)
        live = {i: x for i, x in amounts.items() if i[-1] in periods and i[-1] <= may_be.get(i[:-1], 0)}
        kept_in[quantity] = live
        if data.against is not None:
            constant += settled(data, quantity, may_be)
            constant -= sum(x * (price(data, quantity, index[:-1]) or 0.0) for index, x in live.items())
    some = bool(periods)
    m.OFFERS_COMPARED = Set(
        initialize=list(m.OFFERS) if some else [], dimen=3, doc="(f, p, i) held against another plan"
    )
    m.RELEASES_COMPARED = Set(
        initialize=list(m.RELEASES) if some else [], dimen=3, doc="(f, x, i) held against another plan"
    )
    m.BUILDS_COMPARED = Set(initialize=list(m.BUILDS) if some else [], dimen=2, doc="(f, e) held against another plan")
    m.decided_before = kept_in
    ordered, released, built = (sorted({index[:-1] for index in kept_in[quantity]}) for quantity in DECISIONS)
    m.ORDERS_BEFORE = Set(initialize=ordered, dimen=3, doc="(f, p, i) that an earlier plan orders")
    m.RELEASES_BEFORE = Set(initialize=released, dimen=3, doc="(f, x, i) that an earlier plan draws")
    m.BUILDS_BEFORE = Set(initialize=built, dimen=2, doc="(f, e) that an earlier plan builds")
    _given_amounts(m, kept_in, constant)


def _given_amounts(m: Any, kept_in: Mapping[str, Amounts], constant: float) -> None:
    """What the earlier plan has, and what the rest counts."""
    u = unit_objects()
    m.ordered_before = Param(
        m.ORDERS_BEFORE,
        m.COMPARED,
        initialize=kept_in["ordered"],
        default=0.0,
        units=u.item,
        doc="Ordered in an earlier plan",
    )
    m.released_before = Param(
        m.RELEASES_BEFORE,
        m.COMPARED,
        initialize=kept_in["released"],
        default=0.0,
        units=u.item,
        doc="Drawn in an earlier plan",
    )
    m.built_before = Param(
        m.BUILDS_BEFORE,
        m.COMPARED,
        initialize=kept_in["built"],
        default=0.0,
        units=u.capacity,
        doc="Built in an earlier plan",
    )
    m.stability_before = Param(
        initialize=constant,
        units=u.money,
        within=Reals,
        doc="What is no longer decided departs by, less what is compared",
    )


def choose(m: Any) -> None:
    """What falls short of the earlier plan."""
    u = unit_objects()
    amount: dict[str, Any] = {"within": NonNegativeReals, "dense": False}
    m.ordered_less = Var(m.ORDERS_BEFORE, m.COMPARED, units=u.item, doc="Ordered less than before", **amount)
    m.released_less = Var(m.RELEASES_BEFORE, m.COMPARED, units=u.item, doc="Drawn less than before", **amount)
    m.built_less = Var(m.BUILDS_BEFORE, m.COMPARED, units=u.capacity, doc="Built less than before", **amount)
    for var, keys, quantity in (
        (m.ordered_less, m.ORDERS_BEFORE, "ordered"),
        (m.released_less, m.RELEASES_BEFORE, "released"),
        (m.built_less, m.BUILDS_BEFORE, "built"),
    ):
        amounts = m.decided_before[quantity]
        exists(var, ceiling={(*key, t): amounts.get((*key, t), 0.0) for key in keys for t in m.COMPARED})


def subject_to(m: Any) -> None:
    """What falls short is counted; the goal itself."""

    @limit(m, "ordered_less", m.ORDERS_BEFORE, m.COMPARED, doc="What is ordered, or falls short of an earlier plan")
    def orders_short_of_before(m: Any, f: Any, p: Any, i: Any, t: Any) -> Any:
        """ordered[f,p,i,t] + ordered_less[f,p,i,t] >= ordered_before[f,p,i,t]   [items]."""
        return m.ordered[f, p, i, t] + m.ordered_less[f, p, i, t] >= m.ordered_before[f, p, i, t]

    @limit(m, "released_less", m.RELEASES_BEFORE, m.COMPARED, doc="What is drawn, or falls short of an earlier plan")
    def releases_short_of_before(m: Any, f: Any, x: Any, i: Any, t: Any) -> Any:
        """released[f,x,i,t] + released_less[f,x,i,t] >= released_before[f,x,i,t]   [items]."""
        return m.released[f, x, i, t] + m.released_less[f, x, i, t] >= m.released_before[f, x, i, t]

    @limit(m, "built_less", m.BUILDS_BEFORE, m.COMPARED, doc="What is built, or falls short of an earlier plan")
    def builds_short_of_before(m: Any, f: Any, e: Any, t: Any) -> Any:
        """built[f,e,t] + built_less[f,e,t] >= built_before[f,e,t]   [capacity units]."""
        return m.built[f, e, t] + m.built_less[f, e, t] >= m.built_before[f, e, t]

    _formula(m)


def _formula(m: Any) -> None:
    """The goal itself."""

    @m.Objective(doc="What differs from an earlier plan [money]")
    def stability(m: Any) -> Any:
        """Σ_{f,p,i in OFFERS_COMPARED, t in COMPARED} unit_cost[p,i]·ordered[f,p,i,t]
        + 2·Σ_f,p,i,t unit_cost[p,i]·ordered_less[f,p,i,t]
        + Σ_{f,x,i in RELEASES_COMPARED, t in COMPARED} release_cost[x,i]·released[f,x,i,t]
        + 2·Σ_f,x,i,t release_cost[x,i]·released_less[f,x,i,t]
        + Σ_{f,e in BUILDS_COMPARED, t in COMPARED} capex[e]·built[f,e,t] + 2·Σ_f,e,t capex[e]·built_less[f,e,t]
        + stability_before   [money].
        """
        return (
            sum(m.unit_cost[p, i] * m.ordered[f, p, i, t] for f, p, i in m.OFFERS_COMPARED for t in m.COMPARED)
            + sum(2 * m.unit_cost[p, i] * m.ordered_less[f, p, i, t] for f, p, i in m.ORDERS_BEFORE for t in m.COMPARED)
            + sum(m.release_cost[x, i] * m.released[f, x, i, t] for f, x, i in m.RELEASES_COMPARED for t in m.COMPARED)
            + sum(
                2 * m.release_cost[x, i] * m.released_less[f, x, i, t]
                for f, x, i in m.RELEASES_BEFORE
                for t in m.COMPARED
            )
            + sum(m.capex[e] * m.built[f, e, t] for f, e in m.BUILDS_COMPARED for t in m.COMPARED)
            + sum(2 * m.capex[e] * m.built_less[f, e, t] for f, e in m.BUILDS_BEFORE for t in m.COMPARED)
            + m.stability_before
        )
