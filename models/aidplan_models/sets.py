"""The sets of the programme, and the one index order.

Index letters, the same in every rule: f fund, p plant, i item, o owner, x place, a lane, c capability,
e expansion, k component, j platform, r menu row; the period t comes last. A lane is one index, written
``origin,destination,mode`` (codes hold no comma). A set in the plural and capitals is sparse where the
thing is sparse; ``Y_OF[key]`` lists the parts of a sum.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from pyomo.environ import RangeSet, Set

from aidplan_models import derived
from aidplan_models.data import COMMON, Lane, PlanData


def lane_label(lane: Lane) -> str:
    """The index of a lane; `lane_of` reads it back."""
    return ",".join(lane)


def lane_of(label: str) -> Lane:
    """The lane that `lane_label` wrote."""
    return Lane(*label.split(","))


def declare(m: Any, data: PlanData) -> None:
    """Every set, in the order of the ideas."""
    _time(m, data)
    m.FUNDS = Set(initialize=sorted(data.funds), doc="Budget lines of donors")
    m.ITEMS = Set(initialize=sorted(data.items), doc="Munitions, equipment and components")
    m.PLACES = Set(initialize=sorted(data.places), doc="Countries, hubs, fronts and homes")
    offers, releases, builds = derived.rights(data)
    _menu(m, data, offers, releases, builds)
    made = derived.first_made(data, offers)
    _industry(m, data, offers, builds, made)
    _components(m, data, made)
    arrives = derived.first_at(data, made, releases)
    _movement(m, data, made, releases, arrives)
    _front(m, data, arrives)
    _parity(m, data)


def grouped(m: Any, name: str, keys: Any, parts: Iterable[tuple[Any, Any]], dimen: int, doc: str) -> None:
    """Declare ``m.name[key]``, the parts of a sum for each key of ``keys``, in sorted order."""
    members: dict[Any, list[Any]] = {key: [] for key in keys}
    for key, part in parts:
        if key in members:
            members[key].append(part)
    setattr(m, name, Set(keys, initialize={key: sorted(part) for key, part in members.items()}, dimen=dimen, doc=doc))


def _time(m: Any, data: PlanData) -> None:
    lags = [product.lead_time for product in data.products.values()]
    lags += [terms.transit for terms in data.lanes.values()]
    lags += [e.build_time + max(e.guarantee_periods - 1, 0) for e in data.expansions.values()]
    longest = max(lags, default=0)
    m.PERIODS = RangeSet(
        data.first, data.planned, doc="Periods that are decided: 1..T and the tail, or the rest of a kept plan"
    )
    m.HORIZON = RangeSet(data.first, data.horizon, doc="Periods that are decided of the horizon, ..T")
    m.LAST = Set(initialize=[data.planned], doc="The last period that is planned")
    m.END = Set(initialize=[data.horizon], doc="The last period of the horizon, T")
    m.STATES = RangeSet(data.first - 1, data.planned, doc="Ends of periods; the first is the opening")
    m.HISTORY = RangeSet(
        data.first - longest, data.planned, doc="Periods of flows, with those before the start that a lag reaches"
    )


def _menu(m: Any, data: PlanData, offers: Any, releases: Any, builds: Any) -> None:
    m.OFFERS = Set(initialize=offers, dimen=3, doc="(f, p, i) that a fund may order: the menu allows it")
    m.RELEASES = Set(initialize=releases, dimen=3, doc="(f, x, i) that a fund may draw from a reserve")
    m.BUILDS = Set(initialize=builds, dimen=2, doc="(f, e) public expansions that a fund may pay for")
    grouped(m, "OFFERS_OF", m.FUNDS, (((f), (p, i)) for f, p, i in offers), 2, "What a fund may order")
    grouped(m, "RELEASES_OF", m.FUNDS, (((f), (x, i)) for f, x, i in releases), 2, "What a fund may draw")
    grouped(m, "BUILDS_OF", m.FUNDS, builds, 1, "Expansions that a fund may pay for")
    rows = derived.menu_rows(data)
    m.menu_rows = rows
    m.CAPPED = Set(
        initialize=[r for r, row in rows.items() if row.share_max < float("inf")], doc="Menu rows with a share_max"
    )
    m.FLOORED = Set(initialize=[r for r, row in rows.items() if row.share_min > 0], doc="Menu rows with a share_min")
    shared = [r for r, row in rows.items() if row.share_max < float("inf") or row.share_min > 0]
    m.SHARED = Set(initialize=shared, doc="Menu rows that bear a share")
    m.FUND_OF = Set(m.SHARED, initialize={r: [rows[r].fund] for r in shared}, dimen=1, doc="The fund of a menu row")
    planned = data.planned
    offered, drawn, payable = set(offers), set(releases), set(builds)
    grouped(
        m,
        "ORDERS_MATCHED",
        m.SHARED,
        (
            (r, (rows[r].fund, p, i))
            for r in shared
            for p, i in derived.matched_orders(rows[r], data)
            if (rows[r].fund, p, i) in offered
        ),
        3,
        "Offers that a menu row speaks of",
    )
    grouped(
        m,
        "RELEASES_MATCHED",
        m.SHARED,
        (
            (r, (rows[r].fund, x, i))
            for r in shared
            for x, i in derived.matched_releases(rows[r], data)
            if (rows[r].fund, x, i) in drawn
        ),
        3,
        "Releases that a menu row speaks of",
    )
    grouped(
        m,
        "BUILDS_MATCHED",
        m.SHARED,
        (
            (r, (rows[r].fund, e))
            for r in shared
            for e in derived.matched_expansions(rows[r], data)
            if (rows[r].fund, e) in payable
        ),
        2,
        "Expansions that a menu row speaks of",
    )
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


def _industry(m: Any, data: PlanData, offers: Any, builds: Any, made: Mapping[Any, int]) -> None:
    goods = [line for line in made if data.items[line[1]].is_goods]
    m.MAKES = Set(initialize=list(made), dimen=3, doc="(p, i, o) that can be made within the horizon, components too")
    m.LINES = Set(initialize=goods, dimen=3, doc="(p, i, o) of goods: lines with a backlog")
    m.first_made = made
    owner = {f: fund.owner for f, fund in data.funds.items()}
    grouped(
        m,
        "FUNDS_BEHIND",
        m.LINES,
        (((p, i, owner[f]), f) for f, p, i in offers),
        1,
        "Funds that order for an owner at a line",
    )
    plants = sorted({p for p, _, _ in made})
    m.PLANTS = Set(initialize=plants, doc="Plants that make something")
    grouped(m, "MADE_AT", m.PLANTS, ((p, (i, o)) for p, i, o in made), 2, "What a plant makes, and for whom")

    private_price = derived.price_of_backing(data, offers)
    public = sorted({e for _, e in builds})
    private = sorted(private_price)
    m.PUBLIC = Set(initialize=public, doc="Expansions that funds may pay for")
    m.PRIVATE = Set(initialize=private, doc="Private expansions that orders can back")
    m.EXPANSIONS = Set(initialize=sorted(public + private), doc="Expansions that can be had")
    m.price_of_backing = private_price
    grouped(m, "FUNDS_BUILDING", m.PUBLIC, ((e, f) for f, e in builds), 1, "Funds that may pay for an expansion")
    grouped(
        m,
        "EXPANSIONS_AT",
        m.PLANTS,
        ((data.expansions[e].plant, e) for e in public + private),
        1,
        "Expansions of a plant",
    )
    promised = {p for p, series in data.guarantees.items() if any(series[: data.horizon])}
    guaranteed = sorted({data.expansions[e].plant for e in private} | promised)
    m.GUARANTEED = Set(initialize=guaranteed, doc="Plants with private expansions or a standing guarantee")
    m.STANDING = Set(initialize=sorted(promised), dimen=1, doc="Plants with a standing guarantee")
    grouped(m, "STANDING_AT", m.GUARANTEED, ((p, p) for p in promised), 1, "The plant itself, where guarantees stand")
    running = [
        (data.expansions[e].plant, (e, lag))
        for e in private
        for lag in range(
            data.expansions[e].build_time, data.expansions[e].build_time + data.expansions[e].guarantee_periods
        )
        if lag < data.horizon
    ]
    grouped(m, "RUNNING_AT", m.GUARANTEED, running, 2, "(e, lag): a pledge of so many periods ago is still guaranteed")
    lend_lease = [(f, p, i) for f, p, i in offers if data.funds[f].mode == "lend_lease"]
    grouped(
        m, "LONG_ORDERS_AT", m.GUARANTEED, ((p, (f, i)) for f, p, i in lend_lease), 2, "Lend-lease offers at a plant"
    )

    bounded = ["horizon"] if private and data.outyear_limit < float("inf") else []
    m.BOUNDED_OUTYEAR = Set(initialize=bounded, dimen=1, doc="One element where the liability is bounded")
    backing = derived.backing_lines(data, guaranteed)
    m.BACKING = Set(initialize=backing, dimen=2, doc="(p, k) whose backing can help a guarantee")
    grouped(m, "BACKED_AT", m.GUARANTEED, backing, 1, "Components that orders may back at a plant")
    backed = sorted({k for _, k in backing})
    m.BACKED = Set(initialize=backed, doc="Components whose backing is counted")
    grouped(m, "BACKERS_OF", m.BACKED, ((k, p) for p, k in backing), 1, "Plants where a component can be backed")
    takes = defaultdict(list)
    for (p, i, k), quantity in data.bills.items():
        if quantity > 0:
            takes[p, i].append(k)
    grouped(
        m,
        "ORDERS_TAKING",
        m.BACKED,
        ((k, (f, p, i)) for f, p, i in lend_lease for k in takes.get((p, i), ())),
        3,
        "Lend-lease offers whose goods take a component",
    )
    grouped(
        m,
        "BACKED_TAKING",
        m.BACKED,
        ((k, (p, j)) for p, j in backing for k in takes.get((p, j), ())),
        2,
        "Backed components that take a component",
    )


def _components(m: Any, data: PlanData, made: Mapping[Any, int]) -> None:
    m.COMPONENTS = Set(initialize=sorted(data.supply), doc="Components, one pool each")
    m.BILLS = Set(initialize=sorted(k for k, q in data.bills.items() if q > 0), dimen=3, doc="(p, i, k) with a bill")
    grouped(
        m,
        "MAKERS_OF",
        m.COMPONENTS,
        ((i, p) for p, i, o in made if not data.items[i].is_goods),
        1,
        "Plants that make a component",
    )
    takers: dict[tuple[str, str], list[str]] = defaultdict(list)
    for p, i, o in made:
        takers[p, i].append(o)
    grouped(
        m,
        "TAKERS_OF",
        m.COMPONENTS,
        ((k, (p, i, o)) for p, i, k in m.BILLS for o in takers.get((p, i), ())),
        3,
        "What is made with a component",
    )


def _movement(m: Any, data: PlanData, made: Any, releases: Any, arrives: Mapping[Any, int]) -> None:
    m.RESERVES = Set(initialize=sorted(data.reserves), dimen=2, doc="(x, i) donors' reserves")
    grouped(m, "DRAWERS_OF", m.RESERVES, (((x, i), f) for f, x, i in releases), 1, "Funds that may draw on a reserve")

    m.DRAWN_ON = Set(
        initialize=sorted({(x, i) for _, x, i in releases}), dimen=2, doc="(x, i) reserves that some fund may draw on"
    )

    m.HELD = Set(initialize=list(arrives), dimen=2, doc="(x, i) goods that can be at a place within the horizon")
    m.first_at = arrives
    common = [((data.plants[p], i), p) for p, i, o in made if o == COMMON and data.items[i].is_goods]
    owned = [((o, i), p) for p, i, o in made if o != COMMON]
    grouped(m, "COMMON_MAKERS", m.HELD, common, 1, "Plants at a place whose common goods stand there")
    grouped(m, "OWN_MAKERS", m.HELD, owned, 1, "Plants that make goods for the place")
    grouped(m, "DRAWN_AT", m.HELD, (((x, i), f) for f, x, i in releases), 1, "Funds that may draw at a place")

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

    heavy = [(a, i) for a, i in carried if data.items[i].weight_t > 0]
    limited = {a for a, _ in heavy if min(data.lanes[lane_of(a)].capacity_t) < float("inf")}
    m.LIMITED = Set(initialize=sorted(limited), doc="Lanes whose tonnage is limited")
    grouped(m, "LOADS_ON", m.LIMITED, heavy, 1, "Goods with a weight on a lane")
    narrow = {lane_of(a).origin for a, _ in heavy if min(data.places[lane_of(a).origin].throughput_t) < float("inf")}
    m.NARROW = Set(initialize=sorted(narrow), doc="Places whose throughput is limited")
    grouped(
        m,
        "LOADS_FROM",
        m.NARROW,
        ((lane_of(a).origin, (a, i)) for a, i in heavy),
        2,
        "Goods with a weight that leave a place",
    )
    stored = [(x, i) for x, i in arrives if data.items[i].weight_t > 0 and data.places[x].storage_t < float("inf")]
    m.STORES = Set(initialize=sorted({x for x, _ in stored}), doc="Places whose storage is limited")
    grouped(m, "STORED_AT", m.STORES, stored, 1, "Goods with a weight at a place")


def _front(m: Any, data: PlanData, arrives: Mapping[Any, int]) -> None:
    issued = sorted(pair for pair in derived.may_be_issued(data) if pair in arrives)
    m.ISSUES = Set(initialize=issued, dimen=2, doc="(x, i) goods that can be issued at a front or home")
    grouped(
        m,
        "ISSUED_FROM",
        m.HELD,
        ((pair, pair) for pair in issued),
        2,
        "What is issued from a stock: itself, or nothing",
    )
    fleets = {(x, i) for x, i in issued if data.items[i].kind == "equipment"}
    fleets |= {key for key, fleet in data.fleets.items() if fleet.initial > 0}
    m.FLEETS = Set(initialize=sorted(fleets), dimen=2, doc="(x, i) equipment in service")
    grouped(
        m, "ISSUED_TO", m.FLEETS, ((pair, pair) for pair in issued), 2, "What is issued to a fleet: itself, or nothing"
    )

    able = fleets | {(x, i) for x, i in issued if data.items[i].kind == "munition"}
    m.DEMANDS = Set(initialize=sorted(data.demands), dimen=2, doc="(x, c) demand rows")
    serves = sorted((x, i, c) for i, c in data.effects for x, d in data.demands if d == c and (x, i) in able)
    m.SERVES = Set(initialize=serves, dimen=3, doc="(x, i, c) goods at a place that serve a demanded capability")
    grouped(m, "SERVED_BY", m.DEMANDS, (((x, c), i) for x, i, c in serves), 1, "Goods that serve a demand")
    fires = sorted((x, i) for x, i in issued if data.items[i].kind == "munition")
    m.FIRES = Set(initialize=fires, dimen=2, doc="(x, i) munitions issued")
    grouped(
        m,
        "CAPABILITIES_OF_FIRES",
        m.FIRES,
        (((x, i), c) for x, i, c in serves),
        1,
        "Capabilities that a munition serves there",
    )
    engaged = sorted({(x, i) for x, i, _ in serves} & fleets)
    m.ENGAGED = Set(initialize=engaged, dimen=2, doc="(x, i) fleets that serve a capability")
    grouped(
        m,
        "CAPABILITIES_OF_FLEET",
        m.ENGAGED,
        (((x, i), c) for x, i, c in serves),
        1,
        "Capabilities that a fleet serves there",
    )

    needy = {munition for munition, _ in data.platforms}
    bound = [(x, i) for x, i in fires if i in needy and data.places[x].kind == "front"]
    m.GUNNED = Set(initialize=bound, dimen=2, doc="(x, m) munitions at a front that need a platform")
    firing = sorted((x, i, j) for x, i in bound for munition, j in data.platforms if munition == i and (x, j) in fleets)
    m.FIRINGS = Set(initialize=firing, dimen=3, doc="(x, m, j) munitions fired from a platform")
    grouped(m, "FIRED_FROM", m.GUNNED, (((x, i), j) for x, i, j in firing), 1, "Platforms of a munition at a front")
    guns = sorted({(x, j) for x, _, j in firing})
    m.GUNS = Set(initialize=guns, dimen=2, doc="(x, j) platforms in service at a front")
    grouped(m, "MUNITIONS_OF", m.GUNS, (((x, j), i) for x, i, j in firing), 1, "Munitions that a platform fires")

    fronts = sorted(
        (x, c)
        for x, c in data.demands
        if data.places[x].kind == "front" and sum(data.demands[x, c].demand[: data.horizon]) > 0
    )
    m.FRONT_DEMANDS = Set(initialize=fronts, dimen=2, doc="(x, c) at fronts, with demand in some period of the horizon")
    m.SHARED_FATE = Set(initialize=sorted({c for _, c in fronts}), doc="Capabilities demanded at fronts")
    floors = [(x, c) for x, c in data.demands if data.demands[x, c].floor > 0]
    m.PROMISED = Set(initialize=floors, dimen=2, doc="(x, c) demand with a floor")


def _parity(m: Any, data: PlanData) -> None:
    m.RIVALLED = Set(initialize=sorted(data.adversary), doc="Capabilities that the adversary produces")
    made = [(c, (p, i, o)) for i, c in data.effects if c in data.adversary for p, j, o in m.LINES if j == i]
    grouped(m, "RIVALS_OF", m.RIVALLED, made, 3, "Goods made that count against the adversary's output")
