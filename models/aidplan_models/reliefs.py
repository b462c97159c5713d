"""Reliefs: in a plan that keeps another one's first periods, what gives way where what is done leaves no other choice.

What stands can make hard rules impossible to keep. Then goods are held past a store's tonnage (`overflow`), more stays
unmet than a floor allows (`below_floor`), a menu's share is missed (`off_share`), and in `promises` something stays
owed (`unrepaid`) or unmade (`unmade`), each as little as can be, in this order and before every other goal:

    overflow   Σ_x,t overflow[x,t]                                                           tonnes
    floors     Σ_x,c,t below_floor[x,c,t]/demand[x,c,t]                                      share
    shares     Σ_r off_share[r]                                                              money

Where no plan is kept there are none of these quantities. Source: the planning model, *Kept and rolled plans*.
"""

from __future__ import annotations

from typing import Any

from pyomo.environ import NonNegativeReals, Param, Set, Var

from aidplan_models.data import PlanData
from aidplan_models.existence import exists
from aidplan_models.sets import grouped
from aidplan_models.units import unit_objects

SHARE_MAX, SHARE_MIN = "share_max", "share_min"


def given(m: Any, data: PlanData) -> None:
    """Which limits give way, and what a unit of that counts."""
    kept = data.kept is not None

    def where(keys: Any) -> list[Any]:
        return list(keys) if kept else []

    m.STORES_RELIEVED = Set(initialize=where(m.STORES), dimen=1, doc="Places that may hold more than their tonnage")
    m.FLOORS_RELIEVED = Set(
        initialize=where(m.DEMANDS_WITH_FLOOR), dimen=2, doc="(x, c) demand whose floor may be missed"
    )
    shares = [(r, SHARE_MAX) for r in where(m.CAPPED)] + [(r, SHARE_MIN) for r in where(m.FLOORED)]
    m.SHARES_RELIEVED = Set(initialize=sorted(shares), dimen=2, doc="(r, share) of menu rows that may be missed")
    m.LINES_RELIEVED = Set(initialize=where(m.LINES), dimen=3, doc="(p, i, o) lines that may keep more unmade")
    m.REDIRECTS_RELIEVED = Set(initialize=where(m.REDIRECTS), dimen=3, doc="(o, i, p) redirects that may stay owed")
    for name, keys, relieved, dimen in (
        ("OVERFLOW_AT", m.STORES, m.STORES_RELIEVED, 1),
        ("BELOW_FLOOR_AT", m.DEMANDS_WITH_FLOOR, m.FLOORS_RELIEVED, 2),
        ("UNMADE_AT", m.LINES, m.LINES_RELIEVED, 3),
        ("UNREPAID_AT", m.REDIRECTS, m.REDIRECTS_RELIEVED, 3),
    ):
        grouped(m, name, keys, ((key, key) for key in relieved), dimen, "The key itself, where it gives way")
    for name, keys, share in (("OFF_CEILING", m.CAPPED, SHARE_MAX), ("OFF_FLOOR", m.FLOORED, SHARE_MIN)):
        parts = ((r, (r, which)) for r, which in m.SHARES_RELIEVED if which == share)
        grouped(m, name, keys, parts, 2, "The menu row's share, where it gives way")
    _given_weights(m, data)


def _given_weights(m: Any, data: PlanData) -> None:
    """What a unit of each counts."""
    u = unit_objects()
    m.below_floor_weight = Param(
        m.FLOORS_RELIEVED,
        m.HORIZON,
        initialize={
            (x, c, t): 1 / data.demands[x, c].demand[t - 1]
            for x, c in m.FLOORS_RELIEVED
            for t in m.HORIZON
            if data.demands[x, c].demand[t - 1] > 0
        },
        default=0.0,
        units=1 / u.capability,
        doc="What a unit below a floor counts",
    )
    m.unmade_price = Param(
        m.LINES_RELIEVED,
        initialize={
            (p, i, o): data.products[p, i].unit_cost / data.money_unit if (p, i) in data.products else 0.0
            for p, i, o in m.LINES_RELIEVED
        },
        units=u.money / u.item,
        doc="Price of an item that stays unmade",
    )
    least: dict[str, float] = {}
    for (_, i), product in data.products.items():
        least[i] = min(least.get(i, product.unit_cost), product.unit_cost)
    m.unrepaid_price = Param(
        m.REDIRECTS_RELIEVED,
        initialize={(o, i, p): least.get(i, 0.0) / data.money_unit for o, i, p in m.REDIRECTS_RELIEVED},
        units=u.money / u.item,
        doc="Least price of an item that stays owed",
    )


def choose(m: Any) -> None:
    """By how much each gives way."""
    u = unit_objects()

    amount: dict[str, Any] = {"within": NonNegativeReals, "dense": False}
    m.overflow = Var(m.STORES_RELIEVED, m.PERIODS, units=u.tonne, doc="Held past what a place can store", **amount)
    m.below_floor = Var(
        m.FLOORS_RELIEVED, m.HORIZON, units=u.capability, doc="Unmet past what a floor allows", **amount
    )
    m.off_share = Var(m.SHARES_RELIEVED, m.LAST, units=u.money, doc="By what a menu row's share is missed", **amount)
    m.unmade = Var(m.LINES_RELIEVED, m.LAST, units=u.item, doc="Unmade at the end past what may be", **amount)
    m.unrepaid = Var(m.REDIRECTS_RELIEVED, m.LAST, units=u.item, doc="Owed at the end past what may be", **amount)
    floors = {
        (x, c, t): max(m.demand[x, c, t].value - m.unmet_allowed[x, c, t].value, 0.0)
        for x, c in m.FLOORS_RELIEVED
        for t in m.HORIZON
    }
    exists(m.below_floor, ceiling=floors)
    for var in (m.overflow, m.off_share, m.unmade, m.unrepaid):
        exists(var)


def subject_to(m: Any) -> None:
    """The goals that come before all others."""
    m.goal_of |= {"least_overflow": "overflow", "least_below_floor": "floors", "least_off_share": "shares"}

    @m.Objective(doc="Held past what places can store [tonnes]")
    def least_overflow(m: Any) -> Any:
        """Σ_x,t overflow[x,t] + overflow_before."""
        return sum(m.overflow[x, t] for x in m.STORES_RELIEVED for t in m.PERIODS) + m.overflow_before

    @m.Objective(doc="Demand below its floors, each as a share of it")
    def least_below_floor(m: Any) -> Any:
        """Σ_x,c,t below_floor_weight[x,c,t]·below_floor[x,c,t] + floors_before."""
        return (
            sum(m.below_floor_weight[x, c, t] * m.below_floor[x, c, t] for x, c in m.FLOORS_RELIEVED for t in m.HORIZON)
            + m.floors_before
        )

    @m.Objective(doc="By what menu shares are missed [money]")
    def least_off_share(m: Any) -> Any:
        """Σ_r,w off_share[r,w,last]."""
        return sum(m.off_share[r, which, t] for r, which in m.SHARES_RELIEVED for t in m.LAST)


def promises_broken(m: Any) -> Any:
    """What stays unmade and unrepaid past what may be [money]: Σ unmade_price·unmade + Σ unrepaid_price·unrepaid."""
    return sum(m.unmade_price[p, i, o] * m.unmade[p, i, o, t] for p, i, o in m.LINES_RELIEVED for t in m.LAST) + sum(
        m.unrepaid_price[o, i, p] * m.unrepaid[o, i, p, t] for o, i, p in m.REDIRECTS_RELIEVED for t in m.LAST
    )
