"""Every equation of the model a second time: plain Python over `PlanData`, every sum over everything.

A rule is a function of the data and of ``v``, which gives a quantity's value by name and index (0 where the
quantity does not exist), and yields ``index, left, right`` for every index that the rule could have. Nothing
here reads the model's sets, its parameters or its record of existence.

In a plan that keeps another one's first periods, ``v`` gives what that plan decided there, and what was decided in a period
stands under the numbers of `then`.
"""

from itertools import product as pairs
from math import inf

from aidplan_models.data import CHANNELS, COMMON

RULES = {}
GOAL_RULES = {}


def rule(sense):
    def keep(function):
        RULES[function.__name__] = (sense, function)
        return function

    return keep


def goal(function):
    GOAL_RULES[function.__name__.removesuffix("_goal")] = function
    return function


def begins(d):
    return d.kept.until if d.kept else 1


def then(d, t):
    """The numbers by which a period was, or is, decided."""
    return then(d.kept.data, t) if d.kept and t < d.kept.until else d


def every(d):
    return range(1, len(d.period_labels) + 1)


def told(d):
    return range(1, len(d.period_labels) - d.tail + 1)


def periods(d):
    """Those that are decided."""
    return range(begins(d), len(d.period_labels) + 1)


def horizon(d):
    """Those that are decided of the horizon."""
    return range(begins(d), len(d.period_labels) - d.tail + 1)


def goods(d):
    return [i for i, item in d.items.items() if item.kind != "component"]


def components(d):
    return [i for i, item in d.items.items() if item.kind == "component"]


def owners(d):
    return sorted(
        {COMMON}
        | {fund.delivers_to for fund in d.funds.values() if fund.delivers_to}
        | {o for *_, o in [*d.orderbook, *d.due]}
        | {o for o, *_ in d.redirects}
    )


def lane_name(lane):
    return f"{lane.origin},{lane.destination},{lane.mode}"


def spoken_of(d, row, item, country, channel):
    return (
        channel in row.channels
        and (row.items is None or item in row.items)
        and (row.classes is None or d.items[item].class_ in row.classes)
        and (row.countries is None or country in row.countries)
    )


def spoken_expansion(d, row, e):
    plant = d.expansions[e].plant
    return any(p == plant and spoken_of(d, row, i, d.plants[p], "expand") for p, i in d.products)


def may(d, f, item, country, channel):
    assert channel in CHANNELS
    return any(row.allow and row.fund == f and spoken_of(d, row, item, country, channel) for row in d.menu)


def may_build(d, f, e):
    return any(row.allow and row.fund == f and spoken_expansion(d, row, e) for row in d.menu)


def alive(d, f, t):
    return d.funds[f].expires is None or t <= d.funds[f].expires


def arriving_money(d, f, t):
    fund = d.funds[f]
    if not alive(d, f, t):
        return 0.0
    money = fund.funding.get(t - fund.approval_delay if fund.mode == "tranche" else t, 0.0)
    return money + fund.opening if t == 1 else money


def growth(d, v, e, t):
    return sum(v("built", f, e, t) for f in d.funds) if d.expansions[e].financing == "public" else v("pledged", e, t)


def of_financing(d, kind):
    return [e for e, expansion in d.expansions.items() if expansion.financing == kind]


# --- funds ---


def paid_orders(d, v, f, t, row=None, in_time=False):
    """Money that a fund pays for orders of t; of a menu row's matches alone; of those that come due alone."""
    total = 0.0
    for (p, i), made_there in then(d, t).products.items():
        if d.items[i].kind == "component" or (row and not spoken_of(d, row, i, d.plants[p], "order")):
            continue
        if not in_time or t + made_there.lead_time <= len(d.period_labels):
            total += made_there.unit_cost * v("ordered", f, p, i, t) / d.money_unit
    return total


def paid_releases(d, v, f, t, row=None):
    return sum(
        reserve.release_cost * v("released", f, x, i, t) / d.money_unit
        for (x, i), reserve in then(d, t).reserves.items()
        if row is None or spoken_of(d, row, i, x, "release")
    )


def paid_growth(d, v, f, t, row=None, in_time=False):
    return sum(
        then(d, t).expansions[e].capex * v("built", f, e, t) / d.money_unit
        for e in of_financing(d, "public")
        if (row is None or spoken_expansion(d, row, e))
        and (not in_time or t + then(d, t).expansions[e].build_time <= len(d.period_labels))
    )


@rule("==")
def fund_spending(d, v, rows):
    for f, t in pairs(d.funds, periods(d)):
        yield (f, t), v("spent", f, t), paid_orders(d, v, f, t) + paid_releases(d, v, f, t) + paid_growth(d, v, f, t)


@rule("==")
def fund_balance(d, v, rows):
    for f, t in pairs(d.funds, periods(d)):
        kept = 1.0 if d.funds[f].carry_over and alive(d, f, t) else 0.0
        before = v("balance", f, t - 1) if t > 1 else 0.0
        yield (f, t), v("balance", f, t), kept * before + arriving_money(d, f, t) - v("spent", f, t)


@rule("<=")
def menu_share_ceiling(d, v, rows):
    for r, row in rows.items():
        if row.share_max < inf:
            f = row.fund
            left = sum(
                paid_orders(d, v, f, t, row) + paid_releases(d, v, f, t, row) + paid_growth(d, v, f, t, row)
                for t in every(d)
            )
            arrived = d.funds[f].available_before + sum(arriving_money(then(d, t), f, t) for t in every(d))
            off = v("off_share", r, "share_max", len(d.period_labels))
            yield (r,), left + row.spent_before - off, row.share_max * arrived


@rule(">=")
def menu_share_floor(d, v, rows):
    for r, row in rows.items():
        f = row.fund
        left = sum(
            paid_orders(d, v, f, t, row, True) + paid_releases(d, v, f, t, row) + paid_growth(d, v, f, t, row, True)
            for t in every(d)
        )
        spent = d.funds[f].spent_before + sum(v("spent", f, t) for t in every(d))
        off = v("off_share", r, "share_min", len(d.period_labels))
        yield (r,), left + row.spent_in_time_before + off, row.share_min * spent


# --- industry ---


def lines(d):
    return [(p, i, o) for (p, i), o in pairs(d.products, owners(d)) if d.items[i].kind != "component"]


@rule("==")
def backlog_carried(d, v, rows):
    for (p, i, o), t in pairs(lines(d), periods(d)):
        before = v("backlog", p, i, o, t - 1) if t > 1 else d.orderbook.get((p, i, o), 0.0)
        orders = sum(
            v("ordered", f, p, i, begun)
            for begun, f in pairs(range(1, t + 1), d.funds)
            if begun + then(d, begun).products[p, i].lead_time == t
            and (then(d, begun).funds[f].delivers_to or COMMON) == o
        )
        orders += d.due[p, i, o][t - 1] if (p, i, o) in d.due else 0.0
        for owner, item, plant in d.redirects:
            if item == i and plant in (p, "*"):
                lent = v("redirected", p, i, owner, t) - v("repaid", p, i, owner, t)
                orders += lent if o == COMMON else -lent if o == owner else 0.0
        yield (p, i, o, t), v("backlog", p, i, o, t), before + orders - v("made", p, i, o, t)


@rule("<=")
def backlog_not_grown(d, v, rows):
    for line in lines(d):
        on_order = d.orderbook.get(line, 0.0) + sum(d.due.get(line, ()))
        last = len(d.period_labels)
        yield line, v("backlog", *line, last) - v("unmade", *line, last), d.closing.get(line, on_order)


def redirected_at(d, row):
    owner, item, plant = row
    return [(p, item, owner) for p, i in d.products if i == item and plant in (p, "*")]


@rule("==")
def redirect_owed(d, v, rows):
    for row, t in pairs(d.redirects, periods(d)):
        before = v("owed", *row, t - 1) if t > 1 else d.redirects[row].owed_before
        lent = sum(v("redirected", *line, t) for line in redirected_at(d, row))
        yield (
            (*row, t),
            v("owed", *row, t),
            before + lent - sum(v("repaid", *line, t) for line in redirected_at(d, row)),
        )


@rule("<=")
def redirect_paced(d, v, rows):
    for row, t in pairs(d.redirects, periods(d)):
        lent = sum(v("redirected", *line, t) for line in redirected_at(d, row))
        yield (*row, t), lent, d.redirects[row].limit[t - 1]


@rule("<=")
def redirect_repaid(d, v, rows):
    last = len(d.period_labels)
    for row, terms in d.redirects.items():
        yield (*row, last), v("owed", *row, last) - v("unrepaid", *row, last), terms.owed_end


@rule("<=")
def plant_capacity(d, v, rows):
    for p, t in pairs(d.plants, periods(d)):
        used = sum(
            made_there.capacity_use * v("made", q, i, o, t)
            for (q, i), made_there in d.products.items()
            if q == p
            for o in owners(d)
        )
        here = [e for e, expansion in d.expansions.items() if expansion.plant == p]
        added = sum(v("standing", e, t) for e in here)
        added += sum(
            growth(d, v, e, begun)
            for e, begun in pairs(here, range(1, begins(d)))
            if begun + then(d, begun).expansions[e].build_time <= t
        )
        yield (p, t), used, d.capacity[p][t - 1] + added


def _growth_rows(d, v, kind):
    for e, t in pairs(of_financing(d, kind), periods(d)):
        before = v("standing", e, t - 1) if t > begins(d) else 0.0
        begun = t - d.expansions[e].build_time
        yield (e, t), v("standing", e, t), before + (growth(d, v, e, begun) if begun >= begins(d) else 0.0)


@rule("==")
def public_growth(d, v, rows):
    yield from _growth_rows(d, v, "public")


@rule("==")
def private_growth(d, v, rows):
    yield from _growth_rows(d, v, "private")


def _steps(d, v, kind):
    for e, t in pairs(of_financing(d, kind), periods(d)):
        yield (e, t), growth(d, v, e, t), d.expansions[e].step_limit[t - 1]


@rule("<=")
def public_step(d, v, rows):
    yield from _steps(d, v, "public")


@rule("<=")
def private_step(d, v, rows):
    yield from _steps(d, v, "private")


@rule("<=")
def public_total(d, v, rows):
    for e in of_financing(d, "public"):
        yield _total(d, v, e)


def _total(d, v, e):
    past = sum(growth(d, v, e, t) for t in range(1, begins(d)))
    return (e,), sum(growth(d, v, e, t) for t in every(d)), max(d.expansions[e].limit, past)


@rule("<=")
def private_total(d, v, rows):
    for e in of_financing(d, "private"):
        yield _total(d, v, e)


def lend_lease(d):
    return [f for f, fund in d.funds.items() if fund.mode == "lend_lease"]


@rule(">=")
def orders_back_pledges(d, v, rows):
    for p, t in pairs(d.plants, horizon(d)):
        private = [e for e in of_financing(d, "private") if d.expansions[e].plant == p]
        standing = d.guarantees[p][t - 1] if p in d.guarantees else 0.0
        if not private and not any(d.guarantees.get(p, ())):
            continue
        there = {i: made_there.capacity_use for (q, i), made_there in d.products.items() if q == p}
        orders = sum(there[i] * v("ordered", f, p, i, t) for f in lend_lease(d) for i in there if i in goods(d))
        orders += sum(there[k] * v("backed", p, k, t) for k in there if k in components(d))
        pledges = 0.0
        for e in private:
            for begun in every(d):
                terms = then(d, begun).expansions[e]
                stands = begun + terms.build_time
                if stands <= t < stands + terms.guarantee_periods:
                    pledges += terms.guarantee_share * v("pledged", e, begun)
        yield (p, t), orders + v("uncovered", p, t), standing + pledges


@rule("<=")
def orders_pass_down(d, v, rows):
    made_somewhere = {k for _, k in d.products if k in components(d)}
    for k, t in pairs(sorted(made_somewhere), horizon(d)):
        needed = 0.0
        for (q, i, taken), quantity in d.bills.items():
            if taken == k and i in goods(d):
                needed += quantity * sum(v("ordered", f, q, i, t) for f in lend_lease(d))
            elif taken == k:
                needed += quantity * v("backed", q, i, t)
        yield (k, t), sum(v("backed", p, k, t) for p in d.plants), needed


def prices_of_backing(d):
    """Plant -> money a unit of its capacity and period costs in orders that back it."""
    offered = {
        (p, i)
        for (p, i), f in pairs(d.products, lend_lease(d))
        if i in goods(d) and alive(d, f, 1) and may(d, f, i, d.plants[p], "order")
    }
    need = dict.fromkeys(components(d), inf)
    for _ in components(d):
        for (q, i, k), quantity in d.bills.items():
            cost = need[i] if i in need else d.products[q, i].unit_cost if (q, i) in offered else inf
            need[k] = min(need[k], cost / quantity)
    least = dict.fromkeys(d.plants, inf)
    for (p, i), made_there in d.products.items():
        cost = need.get(i, made_there.unit_cost if (p, i) in offered else inf)
        least[p] = min(least[p], cost / made_there.capacity_use / d.money_unit)
    return least


def owed_past_horizon(d, v, begun):
    total = d.liability_before
    for e, t in pairs(of_financing(d, "private"), begun):
        price, terms = prices_of_backing(then(d, t)), then(d, t).expansions[e]
        covered = range(t + terms.build_time, t + terms.build_time + terms.guarantee_periods)
        past = sum(1 for period in covered if period not in told(d))
        if past and price[terms.plant] < inf:
            total += terms.guarantee_share * past * price[terms.plant] * v("pledged", e, t)
    return total


def owed_promises(d, v):
    last = len(d.period_labels)
    total = sum(d.products[p, i].unit_cost * v("unmade", p, i, o, last) / d.money_unit for p, i, o in lines(d))
    for o, i, p in d.redirects:
        least = min((product.unit_cost for (_, j), product in d.products.items() if j == i), default=0.0)
        total += least * v("unrepaid", o, i, p, last) / d.money_unit
    for p, t in pairs(d.plants, told(d)):
        price = prices_of_backing(then(d, t))
        goods_there = [
            made_there.unit_cost / made_there.capacity_use / d.money_unit
            for (q, i), made_there in then(d, t).products.items()
            if q == p and i in goods(d)
        ]
        total += (price[p] if price[p] < inf else min(goods_there, default=0.0)) * v("uncovered", p, t)
    return total


@rule("<=")
def outyear_bounded(d, v, rows):
    if d.outyear_limit < inf:
        past = owed_past_horizon(d, v, range(1, begins(d)))
        yield ("horizon",), owed_past_horizon(d, v, every(d)), max(d.outyear_limit, past)


# --- components, reserves ---


@rule("==")
def components_conserved(d, v, rows):
    for k, t in pairs(components(d), periods(d)):
        before = v("pool", k, t - 1) if t > 1 else d.supply[k].initial
        made = sum(v("made", p, k, COMMON, t) for p in d.plants)
        used = sum(q * v("made", p, i, o, t) for (p, i, j), q in d.bills.items() if j == k for o in owners(d))
        yield (k, t), v("pool", k, t), before + made + d.supply[k].arriving[t - 1] - used


@rule("==")
def reserve_conserved(d, v, rows):
    for (x, i), t in pairs(d.reserves, periods(d)):
        before = v("reserve", x, i, t - 1) if t > 1 else d.reserves[x, i].initial
        yield (x, i, t), v("reserve", x, i, t), before - sum(v("released", f, x, i, t) for f in d.funds)


@rule(">=")
def reserve_kept(d, v, rows):
    for (x, i), t in pairs(d.reserves, periods(d)):
        floor = d.reserves[x, i].floor
        stands = v("reserve", x, i, begins(d) - 1) if d.kept else floor
        yield (x, i, t), v("reserve", x, i, t), min(floor, stands)


@rule("<=")
def release_paced(d, v, rows):
    for (x, i), t in pairs(d.reserves, periods(d)):
        yield (x, i, t), sum(v("released", f, x, i, t) for f in d.funds), d.reserves[x, i].release_limit[t - 1]


# --- movement ---


@rule("==")
def stock_conserved(d, v, rows):
    for x, i, t in pairs(d.places, goods(d), periods(d)):
        now = v("stock", x, i, t - 1) if t > 1 else d.opening_stock.get((x, i), 0.0)
        now += d.arrivals[x, i][t - 1] if (x, i) in d.arrivals else 0.0
        now += sum(v("made", p, i, COMMON, t) for p, country in d.plants.items() if country == x)
        now += sum(v("made", p, i, x, t) for p in d.plants if x != COMMON)
        now += sum(v("released", f, x, i, t) for f in d.funds)
        for lane in d.lanes:
            for left in range(1, t + 1) if lane.destination == x else ():
                terms = then(d, left).lanes[lane]
                if left + terms.transit == t:
                    now += (1 - terms.loss) * v("shipped", lane_name(lane), i, left)
            if lane.origin == x:
                now -= v("shipped", lane_name(lane), i, t)
        yield (x, i, t), v("stock", x, i, t), now - v("issued", x, i, t)


def loaded(d, v, lane, t):
    return sum(d.items[i].weight_t * v("shipped", lane_name(lane), i, t) for i in goods(d))


@rule("<=")
def lane_capacity(d, v, rows):
    for (lane, terms), t in pairs(d.lanes.items(), periods(d)):
        yield (lane_name(lane), t), loaded(d, v, lane, t), terms.capacity_t[t - 1]


@rule("<=")
def place_throughput(d, v, rows):
    for x, t in pairs(d.places, periods(d)):
        yield (
            (x, t),
            sum(loaded(d, v, lane, t) for lane in d.lanes if lane.origin == x),
            d.places[x].throughput_t[t - 1],
        )


@rule("<=")
def place_storage(d, v, rows):
    for x, t in pairs(d.places, periods(d)):
        held = sum(d.items[i].weight_t * v("stock", x, i, t) for i in goods(d))
        yield (x, t), held - v("overflow", x, t), d.places[x].storage_t


# --- the front, parity ---


@rule("==")
def munition_served(d, v, rows):
    for x, i, t in pairs(d.places, goods(d), periods(d)):
        if d.items[i].kind == "munition":
            yield (x, i, t), v("issued", x, i, t), sum(v("served", x, i, c, t) for c in d.capabilities)


@rule("==")
def fleet_conserved(d, v, rows):
    for x, i, t in pairs(d.places, goods(d), periods(d)):
        if d.items[i].kind == "equipment":
            row = d.fleets.get((x, i))
            before = v("fleet", x, i, t - 1) if t > 1 else row.initial if row else 0.0
            lost = row.attrition if row else 0.0
            yield (x, i, t), v("fleet", x, i, t), (1 - lost) * before + v("issued", x, i, t)


@rule("<=")
def fleet_engaged(d, v, rows):
    for x, i, t in pairs(d.places, goods(d), periods(d)):
        if d.items[i].kind == "equipment":
            yield (x, i, t), sum(v("served", x, i, c, t) for c in d.capabilities), v("fleet", x, i, t)


@rule(">=")
def demand_met(d, v, rows):
    for (x, c), t in pairs(d.demands, periods(d)):
        served = sum(effect * v("served", x, i, c, t) for (i, of), effect in d.effects.items() if of == c)
        yield (x, c, t), served + v("unmet", x, c, t), d.demands[x, c].demand[t - 1]


@rule("<=")
def floor_kept(d, v, rows):
    for (x, c), t in pairs(d.demands, horizon(d)):
        row = d.demands[x, c]
        if row.floor > 0:
            allowed = (1 - row.floor) * row.demand[t - 1] if t >= row.floor_from else inf
            yield (x, c, t), v("unmet", x, c, t) - v("below_floor", x, c, t), allowed


def gunned(d):
    fronts = [x for x, place in d.places.items() if place.kind == "front"]
    return [(x, m) for x, m in pairs(fronts, sorted({m for m, _ in d.platforms}))]


@rule("==")
def munition_fired(d, v, rows):
    for (x, m), t in pairs(gunned(d), periods(d)):
        yield (x, m, t), v("issued", x, m, t), sum(v("fired", x, m, j, t) for n, j in d.platforms if n == m)


@rule("<=")
def platforms_fire(d, v, rows):
    fronts = [x for x, place in d.places.items() if place.kind == "front"]
    for x, j, t in pairs(fronts, sorted({j for _, j in d.platforms}), periods(d)):
        busy = sum(v("fired", x, m, j, t) / rate for (m, k), rate in d.platforms.items() if k == j)
        yield (x, j, t), busy, v("fleet", x, j, t)


@rule(">=")
def parity_counted(d, v, rows):
    for (c, row), t in pairs(d.adversary.items(), horizon(d)):
        output = sum(d.effects.get((i, c), 0.0) * v("made", p, i, o, t) for (p, i), o in pairs(d.products, owners(d)))
        yield (c, t), v("parity_gap", c, t) + output, row.target_ratio * row.output[t - 1]


# --- stability ---

SHEET_OF = {"ordered": "products", "released": "reserves", "built": "expansions"}


def price_of(d, quantity, index):
    """Plain currency of one; None where these numbers do not have it."""
    row = getattr(d, SHEET_OF[quantity]).get(index[1] if quantity == "built" else index[1:3])
    name = {"ordered": "unit_cost", "released": "release_cost", "built": "capex"}[quantity]
    return None if row is None else getattr(row, name)


def may_decide(d, quantity, index):
    f, *rest, t = index
    if f not in d.funds or not alive(d, f, t):
        return False
    if quantity == "built":
        return may_build(d, f, rest[0])
    where = d.plants[rest[0]] if quantity == "ordered" else rest[0]
    return may(d, f, rest[1], where, "order" if quantity == "ordered" else "release")


def in_both(d):
    return [t for t in told(d) if d.against.first <= t <= d.against.last] if d.against else []


def _short(d, v, quantity):
    for index, amount in d.against.values.get(quantity, {}).items() if d.against else ():
        if index[-1] in in_both(d) and index[-1] in periods(d) and may_decide(d, quantity, index):
            yield index, v(quantity, *index) + v(f"{quantity}_less", *index), amount


@rule(">=")
def orders_short_of_before(d, v, rows):
    yield from _short(d, v, "ordered")


@rule(">=")
def releases_short_of_before(d, v, rows):
    yield from _short(d, v, "released")


@rule(">=")
def builds_short_of_before(d, v, rows):
    yield from _short(d, v, "built")


def decisions(d, quantity):
    """Every index that either plan has, in the periods of both."""
    places = {"ordered": d.products, "released": d.reserves, "built": [(e,) for e in of_financing(d, "public")]}[
        quantity
    ]
    own = {(f, *key, t) for f, key, t in pairs(d.funds, places, in_both(d))}
    return own | {index for index in d.against.values.get(quantity, {}) if index[-1] in in_both(d)}


@goal
def stability_goal(d, v):
    """|x - before| is x - before + 2·less where the plan decides: with less as it is at random numbers."""
    total = 0.0
    for quantity in SHEET_OF if d.against else ():
        before = d.against.values.get(quantity, {})
        for index in decisions(d, quantity):
            had, has = before.get(index, 0.0), v(quantity, *index)
            now = price_of(then(d, index[-1]), quantity, index)
            old = price_of(d.against.data, quantity, index)
            if index[-1] not in periods(d):
                total += (old if now is None else now) * abs(has - had)
            elif may_decide(d, quantity, index):
                total += now * (has - had + 2 * v(f"{quantity}_less", *index))
            else:
                total += (old or 0.0) * had
    return total / d.money_unit


# --- goals ---


def urgent(d, t):
    return (1.0 if t in told(d) else d.tail_weight) / (1.0 + d.urgency_rate) ** (t - 1)


def weighted_mean(d, values):
    weight = sum(d.capabilities[c].weight for c in values)
    return sum(d.capabilities[c].weight * value for c, value in values.items()) / weight if weight else 0.0


def fronts_with_demand(d):
    return [
        (x, c)
        for (x, c), row in d.demands.items()
        if d.places[x].kind == "front" and any(then(d, t).demands[x, c].demand[t - 1] for t in told(d))
    ]


@rule(">=")
def worst_front(d, v, rows):
    last = len(told(d))
    for x, c in fronts_with_demand(d):
        unmet = sum(v("unmet", x, c, t) for t in told(d))
        demand = sum(then(d, t).demands[x, c].demand[t - 1] for t in told(d))
        yield (x, c, last), v("worst", c, last) * demand, unmet


@goal
def coverage_goal(d, v):
    shares = {}
    for c in d.capabilities:
        rows = [
            (row.priority * urgent(d, t), then(d, t).demands[x, of].demand[t - 1], x, t)
            for (x, of), row in d.demands.items()
            if of == c
            for t in every(d)
        ]
        whole = sum(weight * wanted for weight, wanted, _, t in rows)
        if whole > 0:
            shares[c] = sum(weight * v("unmet", x, c, t) for weight, _, x, t in rows) / whole
    return weighted_mean(d, shares)


@goal
def equity_goal(d, v):
    return weighted_mean(d, {c: v("worst", c, len(told(d))) for _, c in fronts_with_demand(d)})


@goal
def parity_goal(d, v):
    shares = {}
    for c in d.adversary:
        rows = [(then(d, t).adversary[c], t) for t in told(d)]
        target = sum(row.target_ratio * row.output[t - 1] for row, t in rows)
        if target > 0:
            shares[c] = sum(v("parity_gap", c, t) for t in told(d)) / target
    return weighted_mean(d, shares)


@goal
def cost_goal(d, v):
    spent = sum(v("spent", f, t) for f, t in pairs(d.funds, every(d)))
    freight = sum(
        then(d, t).lanes[lane].cost_per_t * loaded(then(d, t), v, lane, t) for lane, t in pairs(d.lanes, every(d))
    )
    joining = sum(
        join.cost for t in told(d) for join in then(d, t).joins.values() if join.from_ is not None and join.from_ <= t
    )
    return spent + freight / d.money_unit + joining


@goal
def liability_goal(d, v):
    return owed_past_horizon(d, v, every(d)) + owed_promises(d, v)


@goal
def promises_goal(d, v):
    return owed_promises(d, v)


@goal
def overflow_goal(d, v):
    return sum(v("overflow", x, t) for x, t in pairs(d.places, every(d)))


@goal
def floors_goal(d, v):
    wanted = {(x, c, t): then(d, t).demands[x, c].demand[t - 1] for (x, c), t in pairs(d.demands, told(d))}
    return sum(v("below_floor", *index) / demand for index, demand in wanted.items() if demand > 0)


@goal
def shares_goal(d, v):
    rows, last = range(len(d.menu)), len(d.period_labels)
    return sum(v("off_share", str(r), share, last) for r, share in pairs(rows, ("share_max", "share_min")))


# --- where a quantity exists ---


def issue_allowed(d, x, i):
    """Whether goods may be issued at a place, if they can get there."""
    kind = d.places[x].kind
    if kind not in ("front", "home"):
        return False

    def useful(item):
        return any((item, c) in d.effects and (x, c) in d.demands for c in d.capabilities)

    if d.items[i].kind == "munition":
        return useful(i)
    gun = kind == "front" and any(j == i and useful(m) for m, j in d.platforms)
    return useful(i) or (x, i) in d.fleets or gun


def present(d, exists_made):
    """(place, item, period) where some of the item can be, by going forward period by period."""
    there = {(x, i, 0) for (x, i), quantity in d.opening_stock.items() if quantity > 0}
    for t in periods(d):
        there |= {(x, i, t) for x, i, before in there if before == t - 1}
        there |= {(x, i, t) for (x, i), series in d.arrivals.items() if series[t - 1] > 0}
        there |= {
            (d.plants[p] if o == COMMON else o, i, t)
            for p, i, o, when in exists_made
            if when == t and d.items[i].kind != "component"
        }
        for (x, i), f in pairs(d.reserves, d.funds):
            if alive(d, f, t) and may(d, f, i, x, "release"):
                there.add((x, i, t))
        for _ in d.places:  # as many hops as there are places, within one period
            for (lane, terms), i in pairs(d.lanes.items(), goods(d)):
                left = t - terms.transit
                if left >= 1 and (lane.origin, i, left) in there and terms.loss < 1 and carried(terms, d.items[i]):
                    there.add((lane.destination, i, t))
    return there


def carried(terms, item):
    return terms.classes is None or item.class_ in terms.classes


def existing(d):
    """Quantity -> the indices at which it is to be decided; ``backed`` aside."""
    made = set()
    for (p, i), t in pairs(d.products, periods(d)):
        if d.items[i].kind == "component":
            made.add((p, i, COMMON, t))
            continue
        for o in owners(d):
            on_order = d.orderbook.get((p, i, o), 0.0) > 0 or any(d.due.get((p, i, o), ())[:t])
            orders = any(
                (fund.delivers_to or COMMON) == o and alive(d, f, 1) and may(d, f, i, d.plants[p], "order")
                for f, fund in d.funds.items()
            )
            if on_order or (orders and t > d.products[p, i].lead_time):
                made.add((p, i, o, t))
    lending = {(p, i, o) for row in d.redirects for p, i, o in redirected_at(d, row)}
    queues = {(p, i, o) for p, i, _ in lending for o in owners(d) if o == COMMON or (p, i, o) in lending}
    for p, i, o in queues:
        made |= {
            (p, i, w, t) for q, j, w in queues if (q, j) == (p, i) for r, k, u, t in made if (r, k, u) == (p, i, o)
        }
    there = present(d, made)
    every = list(periods(d))
    issued = {(x, i, t) for x, i, t in there if t > 0 and issue_allowed(d, x, i)}
    fleet = {(x, i, t) for x, i, t in issued if d.items[i].kind == "equipment"}
    fleet |= {(x, i, t) for (x, i), row in d.fleets.items() if row.initial > 0 for t in every}
    usable = fleet | {index for index in issued if d.items[index[1]].kind == "munition"}
    backable = {e for e in of_financing(d, "private") if prices_of_backing(d)[d.expansions[e].plant] < inf}
    closed = {
        (lane_name(lane), i, t)
        for (lane, terms), i, t in pairs(d.lanes.items(), goods(d), every)
        if d.items[i].weight_t == 0 and 0 in (terms.capacity_t[t - 1], d.places[lane.origin].throughput_t[t - 1])
    }
    return {
        "ordered": {
            (f, p, i, t)
            for f, (p, i), t in pairs(d.funds, d.products, every)
            if i in goods(d) and alive(d, f, t) and may(d, f, i, d.plants[p], "order")
        },
        "released": {
            (f, x, i, t)
            for f, (x, i), t in pairs(d.funds, d.reserves, every)
            if alive(d, f, t) and may(d, f, i, x, "release")
        },
        "built": {
            (f, e, t)
            for f, e, t in pairs(d.funds, of_financing(d, "public"), every)
            if alive(d, f, t) and may_build(d, f, e)
        },
        "pledged": set(pairs(sorted(backable), every)),
        "made": made,
        "backlog": {index for index in made if index[1] in goods(d)},
        "balance": set(pairs(d.funds, every)),
        "reserve": {(x, i, t) for (x, i), t in pairs(d.reserves, every)},
        "pool": set(pairs(components(d), every)),
        "stock": {index for index in there if index[2] > 0},
        "shipped": {
            (lane_name(lane), i, t)
            for (lane, terms), i, t in pairs(d.lanes.items(), goods(d), every)
            if carried(terms, d.items[i]) and (lane.origin, i, t) in there
        }
        - closed,
        "issued": issued,
        "fleet": fleet,
        "served": {
            (x, i, c, t) for x, i, t in usable for c in d.capabilities if (i, c) in d.effects and (x, c) in d.demands
        },
        "fired": {
            (x, m, j, t)
            for x, m, t in usable
            for n, j in d.platforms
            if n == m and d.places[x].kind == "front" and (x, j, t) in fleet
        },
        "unmet": {(x, c, t) for (x, c), t in pairs(d.demands, every) if d.demands[x, c].demand[t - 1] > 0},
        "redirected": {index for index in made if index[:3] in lending},
        "repaid": {index for index in made if index[:3] in lending},
        "owed": {(*row, t) for row, t in pairs(d.redirects, every)},
        "uncovered": {(p, t) for p, t in pairs(d.guarantees, horizon(d)) if d.guarantees[p][t - 1] > 0},
        "parity_gap": {
            (c, t) for (c, row), t in pairs(d.adversary.items(), horizon(d)) if row.target_ratio * row.output[t - 1] > 0
        },
    }
