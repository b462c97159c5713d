"""Funds: money arrives, is obligated when an order is placed, and carries over or lapses.

    spent[f,t]   = Σ unit_cost·ordered + Σ capex·built + Σ release_cost·released            money
    balance[f,t] = kept[f,t]·balance[f,t-1] + available[f,t] - spent[f,t]                   money, end of t

Money is never borrowed forward (balance >= 0). What a tranche fund was promised arrives after its
approval delay; what is not kept has lapsed. A menu row's shares bound what its fund spends on all that
the row speaks of. Source: appropriation accounting on the obligation basis.
"""

from __future__ import annotations

from typing import Any

from pyomo.environ import NonNegativeReals, Param, Set, Var

from aidplan_models import derived
from aidplan_models.data import PlanData
from aidplan_models.derived import available, is_kept
from aidplan_models.existence import exists
from aidplan_models.limits import limit
from aidplan_models.sets import grouped
from aidplan_models.units import unit_objects


def sets(m: Any, data: PlanData) -> None:
    """What funds may decide, and what the rows of the menu speak of."""
    offers, releases, builds = m.implied.offers, m.implied.releases, m.implied.builds
    m.OFFERS = Set(initialize=offers, dimen=3, doc="(f, p, i) that a fund may order: the menu allows it")
    m.RELEASES = Set(initialize=releases, dimen=3, doc="(f, x, i) that a fund may draw from a reserve")
    m.BUILDS = Set(initialize=builds, dimen=2, doc="(f, e) public expansions that a fund may pay for")
    grouped(m, "OFFERS_OF", m.FUNDS, (((f), (p, i)) for f, p, i in offers), 2, "What a fund may order")
    grouped(m, "RELEASES_OF", m.FUNDS, (((f), (x, i)) for f, x, i in releases), 2, "What a fund may draw")
    grouped(m, "BUILDS_OF", m.FUNDS, builds, 1, "Expansions that a fund may pay for")
    _menu_rows(m, data)
    _in_time(m, data)


def _menu_rows(m: Any, data: PlanData) -> None:
    """Rows that bear a share, and what they match of what their funds may do."""
    rows = derived.menu_rows(data)
    m.menu_rows = rows
    m.CAPPED = Set(
        initialize=[r for r, row in rows.items() if row.share_max < float("inf")], doc="Menu rows with a share_max"
    )
    m.FLOORED = Set(initialize=[r for r, row in rows.items() if row.share_min > 0], doc="Menu rows with a share_min")
    shared = [r for r, row in rows.items() if row.share_max < float("inf") or row.share_min > 0]
    m.SHARED = Set(initialize=shared, doc="Menu rows that bear a share")
    m.FUND_OF = Set(m.SHARED, initialize={r: [rows[r].fund] for r in shared}, dimen=1, doc="The fund of a menu row")
    for name, able, matched, dimen, doc in (
        ("ORDERS_MATCHED", m.OFFERS, derived.matched_orders, 3, "Offers that a menu row speaks of"),
        ("RELEASES_MATCHED", m.RELEASES, derived.matched_releases, 3, "Releases that a menu row speaks of"),
        ("BUILDS_MATCHED", m.BUILDS, derived.matched_expansions, 2, "Expansions that a menu row speaks of"),
    ):
        allowed = set(able)
        members = {r: [(rows[r].fund, *_key(each)) for each in matched(rows[r], data)] for r in shared}
        parts = [(r, member) for r, found in members.items() for member in found if member in allowed]
        grouped(m, name, m.SHARED, parts, dimen, doc)


def _key(each: Any) -> tuple[Any, ...]:
    return each if isinstance(each, tuple) else (each,)


def _in_time(m: Any, data: PlanData) -> None:
    """What a least share counts: what comes due within the plan."""
    planned = data.planned
    ordered = (
        (r, (f, p, i, t))
        for r in m.FLOORED
        for f, p, i in m.ORDERS_MATCHED[r]
        for t in range(data.first, planned + 1 - data.products[p, i].lead_time)
    )
    grouped(
        m,
        "ORDERS_IN_TIME",
        m.FLOORED,
        ordered,
        4,
        "(f, p, i, t): orders of a menu row that come due within the horizon",
    )
    built = (
        (r, (f, e, t))
        for r in m.FLOORED
        for f, e in m.BUILDS_MATCHED[r]
        for t in range(data.first, planned + 1 - data.expansions[e].build_time)
    )
    grouped(
        m, "BUILDS_IN_TIME", m.FLOORED, built, 3, "(f, e, t): expansions of a menu row that stand within the horizon"
    )


def given(m: Any, data: PlanData) -> None:
    """What arrives, whether it is kept, what things cost, and the shares of the menu."""
    u = unit_objects()
    money = data.money_unit
    arriving = {(f, t): available(fund, t) for f, fund in data.funds.items() for t in m.PERIODS}
    m.available = Param(m.FUNDS, m.PERIODS, initialize=arriving, units=u.money, doc="Money that arrives in a fund")
    kept = {(f, t): float(is_kept(fund, t)) for f, fund in data.funds.items() for t in m.PERIODS}
    m.kept = Param(m.FUNDS, m.PERIODS, initialize=kept, doc="1 where a fund's balance carries over into a period")
    products = sorted({(p, i) for _, p, i in m.OFFERS})
    m.PRODUCTS_OFFERED = Set(initialize=products, dimen=2, doc="(p, i) goods that some fund may order")
    m.unit_cost = Param(
        m.PRODUCTS_OFFERED,
        initialize={(p, i): data.products[p, i].unit_cost / money for p, i in products},
        units=u.money / u.item,
        doc="Price of an item at a plant",
    )
    m.lead_time = Param(
        m.PRODUCTS_OFFERED,
        initialize={(p, i): data.products[p, i].lead_time for p, i in products},
        doc="Periods from an order to the first in which it can be made",
    )
    m.release_cost = Param(
        m.RESERVES,
        initialize={key: reserve.release_cost / money for key, reserve in data.reserves.items()},
        units=u.money / u.item,
        doc="Price of replenishing what is drawn from a reserve",
    )
    m.capex = Param(
        m.PUBLIC,
        initialize={e: data.expansions[e].capex / money for e in m.PUBLIC},
        units=u.money / u.capacity,
        doc="Price of one unit of capacity",
    )
    _given_shares(m, data)
    m.balance_opening = data.kept.state("balance") if data.kept is not None else {}
    planned = data.planned
    m.last_spending = {
        f: min(planned, planned if fund.expires is None else fund.expires) for f, fund in data.funds.items()
    }


def _given_shares(m: Any, data: PlanData) -> None:
    """The shares of the menu, and what counts for them from before the start."""
    u = unit_objects()
    m.share_max = Param(
        m.CAPPED, initialize={r: m.menu_rows[r].share_max for r in m.CAPPED}, doc="Most of what arrives"
    )
    m.share_min = Param(
        m.FLOORED, initialize={r: m.menu_rows[r].share_min for r in m.FLOORED}, doc="Least of what is spent"
    )
    m.available_before = Param(
        m.FUNDS,
        initialize={f: fund.available_before for f, fund in data.funds.items()},
        units=u.money,
        doc="Money that arrived before the start, where shares count it",
    )
    m.spent_before = Param(
        m.FUNDS,
        initialize={f: fund.spent_before for f, fund in data.funds.items()},
        units=u.money,
        doc="Spent by a fund before the start, where shares count it",
    )
    m.row_spent_before = Param(
        m.CAPPED,
        initialize={r: m.menu_rows[r].spent_before for r in m.CAPPED},
        units=u.money,
        doc="Spent before the start on what a menu row speaks of",
    )
    m.row_in_time_before = Param(
        m.FLOORED,
        initialize={r: m.menu_rows[r].spent_in_time_before for r in m.FLOORED},
        units=u.money,
        doc="Spent in time before the start on what a menu row speaks of",
    )


def choose(m: Any) -> None:
    """Orders, releases, public capacity; what is spent and what is left."""
    u = unit_objects()
    last = m.last_spending
    m.ordered = Var(
        m.OFFERS,
        m.HISTORY,
        within=NonNegativeReals,
        dense=False,
        units=u.item,
        doc="Ordered at a plant, paid from a fund",
    )
    exists(m.ordered, last={key: last[key[0]] for key in m.OFFERS})
    m.released = Var(
        m.RELEASES, m.PERIODS, within=NonNegativeReals, dense=False, units=u.item, doc="Drawn from a donor's reserve"
    )
    exists(m.released, last={key: last[key[0]] for key in m.RELEASES})
    m.built = Var(
        m.BUILDS, m.HISTORY, within=NonNegativeReals, dense=False, units=u.capacity, doc="Capacity bought from a fund"
    )
    exists(m.built, last={key: last[key[0]] for key in m.BUILDS})
    m.spent = Var(m.FUNDS, m.PERIODS, within=NonNegativeReals, dense=False, units=u.money, doc="Spent by a fund")
    exists(m.spent, last={f: last[f] for f in m.FUNDS})
    m.balance = Var(m.FUNDS, m.STATES, within=NonNegativeReals, dense=False, units=u.money, doc="Money left")
    exists(m.balance, opening=m.balance_opening)


def subject_to(m: Any) -> None:
    """Spending is what is bought; money is conserved; shares hold."""

    @limit(m, "spent", m.FUNDS, m.PERIODS, doc="What a fund spends is what it buys")
    def fund_spending(m: Any, f: Any, t: Any) -> Any:
        """spent[f,t] == Σ_p,i unit_cost[p,i]·ordered[f,p,i,t] + Σ_x,i release_cost[x,i]·released[f,x,i,t]
        + Σ_e capex[e]·built[f,e,t]   [money].
        """
        return m.spent[f, t] == (
            sum(m.unit_cost[p, i] * m.ordered[f, p, i, t] for p, i in m.OFFERS_OF[f])
            + sum(m.release_cost[x, i] * m.released[f, x, i, t] for x, i in m.RELEASES_OF[f])
            + sum(m.capex[e] * m.built[f, e, t] for e in m.BUILDS_OF[f])
        )

    @limit(m, "balance", m.FUNDS, m.PERIODS, doc="Money is conserved from period to period")
    def fund_balance(m: Any, f: Any, t: Any) -> Any:
        """balance[f,t] == kept[f,t]·balance[f,t-1] + available[f,t] - spent[f,t]   [money].

        What is not kept has lapsed: balance[f,t-1] where kept is 0.
        """
        return m.balance[f, t] == m.kept[f, t] * m.balance[f, t - 1] + m.available[f, t] - m.spent[f, t]

    _shares(m)


def _shares(m: Any) -> None:
    """The least and the most of what funds do that rows of the menu allow."""

    @limit(m, "share_max", m.CAPPED, doc="At most a share of what arrives goes to what a menu row speaks of")
    def menu_share_ceiling(m: Any, r: Any) -> Any:
        """Σ_{f,p,i in ORDERS_MATCHED[r], t in PERIODS} unit_cost[p,i]·ordered[f,p,i,t]
        + Σ_{f,x,i in RELEASES_MATCHED[r], t in PERIODS} release_cost[x,i]·released[f,x,i,t]
        + Σ_{f,e in BUILDS_MATCHED[r], t in PERIODS} capex[e]·built[f,e,t]
        + row_spent_before[r] - off_share[r,share_max,last]
        <= share_max[r]·Σ_{f in FUND_OF[r]} (Σ_t available[f,t] + available_before[f])   [money].
        """
        return (
            sum(m.unit_cost[p, i] * m.ordered[f, p, i, t] for f, p, i in m.ORDERS_MATCHED[r] for t in m.PERIODS)
            + sum(m.release_cost[x, i] * m.released[f, x, i, t] for f, x, i in m.RELEASES_MATCHED[r] for t in m.PERIODS)
            + sum(m.capex[e] * m.built[f, e, t] for f, e in m.BUILDS_MATCHED[r] for t in m.PERIODS)
            + m.row_spent_before[r]
            - sum(m.off_share[q, which, t] for q, which in m.OFF_CEILING[r] for t in m.LAST)
        ) <= m.share_max[r] * (
            sum(m.available[f, t] for f in m.FUND_OF[r] for t in m.PERIODS)
            + sum(m.available_before[f] for f in m.FUND_OF[r])
        )

    @limit(m, "share_min", m.FLOORED, doc="At least a share of what is spent goes to what a menu row speaks of")
    def menu_share_floor(m: Any, r: Any) -> Any:
        """Σ_{f,p,i,t in ORDERS_IN_TIME[r]} unit_cost[p,i]·ordered[f,p,i,t]
        + Σ_{f,x,i in RELEASES_MATCHED[r], t in PERIODS} release_cost[x,i]·released[f,x,i,t]
        + Σ_{f,e,t in BUILDS_IN_TIME[r]} capex[e]·built[f,e,t] + row_in_time_before[r] + off_share[r,share_min,last]
        >= share_min[r]·Σ_{f in FUND_OF[r]} (Σ_t spent[f,t] + spent_before[f])   [money].
        """
        return (
            sum(m.unit_cost[p, i] * m.ordered[f, p, i, t] for f, p, i, t in m.ORDERS_IN_TIME[r])
            + sum(m.release_cost[x, i] * m.released[f, x, i, t] for f, x, i in m.RELEASES_MATCHED[r] for t in m.PERIODS)
            + sum(m.capex[e] * m.built[f, e, t] for f, e, t in m.BUILDS_IN_TIME[r])
            + m.row_in_time_before[r]
            + sum(m.off_share[q, which, t] for q, which in m.OFF_FLOOR[r] for t in m.LAST)
        ) >= m.share_min[r] * (
            sum(m.spent[f, t] for f in m.FUND_OF[r] for t in m.PERIODS) + sum(m.spent_before[f] for f in m.FUND_OF[r])
        )
