"""Movement: goods stand at places and travel by lanes, each with its time, loss and tonnage.

    stock[x,i,t] = stock[x,i,t-1] + arrivals + made + released
                   + Σ_a into x (1-loss[a])·shipped[a,i,t-transit[a]] - Σ_a out of x shipped[a,i,t]
                   - issued[x,i,t]                                                                   items

Goods of the owner ``common`` stand where their plant stands; goods of a home place arrive there in the
period in which they are made. A lane is an origin, a destination and a mode.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pyomo.environ import NonNegativeReals, Param, Set, Var

from aidplan_models import derived
from aidplan_models.data import COMMON, LaneTerms, PlanData
from aidplan_models.existence import exists
from aidplan_models.limits import limit
from aidplan_models.sets import grouped, lane_label, lane_of
from aidplan_models.units import unit_objects


def sets(m: Any, data: PlanData) -> None:
    """Where goods can be, the lanes that move them, and what their tonnage limits."""
    made, releases, arrives = m.implied.made, m.implied.releases, m.implied.arrives
    m.HELD = Set(initialize=list(arrives), dimen=2, doc="(x, i) goods that can be at a place within the horizon")
    m.first_at = arrives
    common = [((data.plants[p], i), p) for p, i, o in made if o == COMMON and data.items[i].is_goods]
    owned = [((o, i), p) for p, i, o in made if o != COMMON]
    grouped(m, "COMMON_MAKERS", m.HELD, common, 1, "Plants at a place whose common goods stand there")
    grouped(m, "OWN_MAKERS", m.HELD, owned, 1, "Plants that make goods for the place")
    grouped(m, "DRAWN_AT", m.HELD, (((x, i), f) for f, x, i in releases), 1, "Funds that may draw at a place")
    issued = m.implied.issued
    grouped(
        m,
        "ISSUED_FROM",
        m.HELD,
        ((pair, pair) for pair in issued),
        2,
        "What is issued from a stock: itself, or nothing",
    )
    _lanes(m, data)
    _tonnage(m, data)


def _lanes(m: Any, data: PlanData) -> None:
    """What can be shipped on which lane."""
    arrives = m.implied.arrives
    carried = []
    for lane, goods in derived.lanes_of_goods(data).items():
        carried += [(lane_label(lane), i) for i in goods if (lane.origin, i) in arrives]
    carried.sort()
    m.CARRIED = Set(initialize=carried, dimen=2, doc="(a, i) goods that can be shipped on a lane")
    m.LANES = Set(initialize=sorted({a for a, _ in carried}), doc="Lanes on which something can travel")
    # What arrives only after the horizon has no place to be counted at; a lane that loses all brings nothing.
    grouped(
        m,
        "LANES_INTO",
        m.HELD,
        (((lane_of(a).destination, i), a) for a, i in carried),
        1,
        "Lanes that bring an item to a place",
    )
    grouped(
        m,
        "LANES_OUT",
        m.HELD,
        (((lane_of(a).origin, i), a) for a, i in carried),
        1,
        "Lanes that take an item from a place",
    )


def _tonnage(m: Any, data: PlanData) -> None:
    """Lanes and places where tonnes are limited, and what counts there."""
    carried, arrives = list(m.CARRIED), m.implied.arrives
    heavy = [(a, i) for a, i in carried if data.items[i].weight_t > 0]
    limited = {a for a, _ in heavy if min(data.lanes[lane_of(a)].capacity_t) < float("inf")}
    m.LIMITED = Set(initialize=sorted(limited), doc="Lanes whose tonnage is limited")
    grouped(m, "LOADS_ON", m.LIMITED, heavy, 1, "Goods with a weight on a lane")
    narrow = {lane_of(a).origin for a, _ in heavy if min(data.places[lane_of(a).origin].throughput_t) < float("inf")}
    m.PLACES_WITH_THROUGHPUT = Set(initialize=sorted(narrow), doc="Places whose throughput is limited")
    grouped(
        m,
        "LOADS_FROM",
        m.PLACES_WITH_THROUGHPUT,
        ((lane_of(a).origin, (a, i)) for a, i in heavy),
        2,
        "Goods with a weight that leave a place",
    )
    stored = [(x, i) for x, i in arrives if data.items[i].weight_t > 0 and data.places[x].storage_t < float("inf")]
    m.STORES = Set(initialize=sorted({x for x, _ in stored}), doc="Places whose storage is limited")
    grouped(m, "STORED_AT", m.STORES, stored, 1, "Goods with a weight at a place")


def given(m: Any, data: PlanData) -> None:
    """What comes from outside; weights, transit, loss and the tonnages of lanes and places."""
    u = unit_objects()
    lanes = {a: data.lanes[lane_of(a)] for a in m.LANES}
    m.arriving = Param(
        m.HELD,
        m.PERIODS,
        initialize={
            (x, i, t): quantity
            for (x, i), series in data.arrivals.items()
            for t, quantity in enumerate(series, start=1)
            if quantity and (x, i) in m.first_at
        },
        default=0.0,
        units=u.item,
        doc="Goods that come from outside the plan",
    )
    m.weight = Param(
        m.ITEMS,
        initialize={i: data.items[i].weight_t for i in m.ITEMS},
        units=u.tonne / u.item,
        doc="Weight of an item",
    )
    m.transit = Param(m.LANES, initialize={a: lane.transit for a, lane in lanes.items()}, doc="Periods on the way")
    m.kept_on_way = Param(m.LANES, initialize={a: 1 - lane.loss for a, lane in lanes.items()}, doc="Share that arrives")
    _given_tonnages(m, data, lanes)
    m.cost_per_tonne = Param(
        m.LANES,
        initialize={a: lane.cost_per_t / data.money_unit for a, lane in lanes.items()},
        units=u.money / u.tonne,
        doc="Price of transport",
    )
    m.stock_opening = {key: data.opening_stock.get(key, 0.0) for key in m.HELD}
    m.shut = _shut(m, data, lanes)


def _given_tonnages(m: Any, data: PlanData, lanes: Mapping[str, LaneTerms]) -> None:
    """The tonnages of lanes, places and stores."""
    u = unit_objects()
    m.lane_limit = Param(
        m.LIMITED,
        m.PERIODS,
        initialize={(a, t): lanes[a].capacity_t[t - 1] for a in m.LIMITED for t in m.PERIODS},
        units=u.tonne,
        doc="Most that leaves by a lane",
    )
    m.throughput = Param(
        m.PLACES_WITH_THROUGHPUT,
        m.PERIODS,
        initialize={(x, t): data.places[x].throughput_t[t - 1] for x in m.PLACES_WITH_THROUGHPUT for t in m.PERIODS},
        units=u.tonne,
        doc="Most that leaves a place",
    )
    m.storage_limit = Param(
        m.STORES,
        initialize={x: data.places[x].storage_t for x in m.STORES},
        units=u.tonne,
        doc="Most that a place holds",
    )


def _shut(m: Any, data: PlanData, lanes: Mapping[str, LaneTerms]) -> dict[tuple[str, str, int], float]:
    """0 where a closed lane or place lets nothing through, also what weighs nothing and so is in no tonnage."""
    return {
        (a, i, t): 0.0
        for a, i in m.CARRIED
        if data.items[i].weight_t == 0
        for t in m.PERIODS
        if lanes[a].capacity_t[t - 1] == 0 or data.places[lane_of(a).origin].throughput_t[t - 1] == 0
    }


def choose(m: Any) -> None:
    """What is held and what is shipped."""
    u = unit_objects()
    m.stock = Var(
        m.HELD, m.STATES, within=NonNegativeReals, dense=False, units=u.item, doc="Held, free to move or to issue"
    )
    exists(m.stock, first=m.first_at, opening=m.stock_opening)
    m.shipped = Var(
        m.CARRIED, m.HISTORY, within=NonNegativeReals, dense=False, units=u.item, doc="Leaves a lane's origin"
    )
    exists(m.shipped, first={(a, i): m.first_at[lane_of(a).origin, i] for a, i in m.CARRIED}, ceiling=m.shut)


def subject_to(m: Any) -> None:
    """Goods are conserved; lanes, places and stores keep within their tonnage."""

    @limit(m, "stock", m.HELD, m.PERIODS, doc="Goods are conserved at every place")
    def stock_conserved(m: Any, x: Any, i: Any, t: Any) -> Any:
        """stock[x,i,t] == stock[x,i,t-1] + arriving[x,i,t]
        + Σ_{p in COMMON_MAKERS[x,i]} made[p,i,common,t] + Σ_p made[p,i,x,t]
        + Σ_f released[f,x,i,t] + Σ_{a in LANES_INTO[x,i]} kept_on_way[a]·shipped[a,i,t-transit[a]]
        - Σ_{a in LANES_OUT[x,i]} shipped[a,i,t] - issued[x,i,t]   [items].
        """
        return m.stock[x, i, t] == (
            m.stock[x, i, t - 1]
            + m.arriving[x, i, t]
            + sum(m.made[p, i, COMMON, t] for p in m.COMMON_MAKERS[x, i])
            + sum(m.made[p, i, x, t] for p in m.OWN_MAKERS[x, i])
            + sum(m.released[f, x, i, t] for f in m.DRAWN_AT[x, i])
            + sum(m.kept_on_way[a] * m.shipped[a, i, t - m.transit[a]] for a in m.LANES_INTO[x, i])
            - sum(m.shipped[a, i, t] for a in m.LANES_OUT[x, i])
            - sum(m.issued[y, j, t] for y, j in m.ISSUED_FROM[x, i])
        )

    @limit(m, "lane", m.LIMITED, m.PERIODS, doc="A lane carries its tonnage")
    def lane_capacity(m: Any, a: Any, t: Any) -> Any:
        """Σ_i weight[i]·shipped[a,i,t] <= lane_limit[a,t]   [tonnes]."""
        return sum(m.weight[i] * m.shipped[a, i, t] for i in m.LOADS_ON[a]) <= m.lane_limit[a, t]

    @limit(m, "throughput", m.PLACES_WITH_THROUGHPUT, m.PERIODS, doc="A place passes on its tonnage")
    def place_throughput(m: Any, x: Any, t: Any) -> Any:
        """Σ_{a,i in LOADS_FROM[x]} weight[i]·shipped[a,i,t] <= throughput[x,t]   [tonnes]."""
        return sum(m.weight[i] * m.shipped[a, i, t] for a, i in m.LOADS_FROM[x]) <= m.throughput[x, t]

    @limit(m, "storage", m.STORES, m.PERIODS, doc="A place holds its tonnage")
    def place_storage(m: Any, x: Any, t: Any) -> Any:
        """Σ_i weight[i]·stock[x,i,t] - overflow[x,t] <= storage_limit[x]   [tonnes]."""
        return (
            sum(m.weight[i] * m.stock[x, i, t] for i in m.STORED_AT[x])
            - sum(m.overflow[y, t] for y in m.OVERFLOW_AT[x])
            <= m.storage_limit[x]
        )


def transport_cost(m: Any) -> Any:
    """Price of all transport [money]: Σ cost_per_tonne·weight·shipped."""
    return sum(m.cost_per_tonne[a] * m.weight[i] * m.shipped[a, i, t] for a, i in m.CARRIED for t in m.PERIODS)
