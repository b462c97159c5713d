"""Where a quantity may be non-zero: what the workbook gives no right or no way to is 0.

Each rule says of a key why it cannot be, or nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from aidplan_models.data import COMMON, Lane

from aidplan.audit.exact import Key
from aidplan.audit.guarantees import backing_price
from aidplan.audit.industry import redirect_of
from aidplan.audit.plan import AuditedPlan

Rule = Callable[[AuditedPlan, Key], str]


def audit_existence(plan: AuditedPlan) -> None:
    """Finds every value of the tables that has no place in the plan."""
    rules: dict[str, Rule] = {
        "ordered": _ordered,
        "made": _made,
        "backlog": _goods_product,
        "built": _built,
        "pledged": _pledged,
        "backed": _backed,
        "redirected": _redirected,
        "repaid": _redirected,
        "owed": lambda plan, key: "" if plan.book.row("redirects", key[:3]) else "the workbook redirects no such goods",
        "uncovered": _uncovered,
        "released": _released,
        "reserve": lambda plan, key: "" if key[:2] in plan.data.reserves else "the place has no reserve of the item",
        "shipped": _shipped,
        "stock": lambda plan, key: "" if plan.is_goods(key[1]) else "components are held in a pool, not at places",
        "issued": _issued,
        "fleet": partial(_issued, kind="equipment"),
        "served": _served,
        "fired": _fired,
        "unmet": lambda plan, key: "" if key[:2] in plan.data.demands else "the place has no demand for the capability",
        "parity_gap": _parity_gap,
    }
    for name, rule in rules.items():
        ledger = plan.ledgers[name]
        plan.report.recomputed["existence"] += len(ledger.values)
        for key in sorted(ledger.keys()):
            why = rule(plan, key)
            if why:
                plan.report.add(f"existence of {name}", ledger.place(key), f"cannot be: {why}")


def may_decide(plan: AuditedPlan, name: str, key: Key) -> bool:
    """Whether something can be ``ordered``, ``released`` or ``built`` in that period; of codes that are
    gone it cannot.
    """
    data, rule = plan.at(key[-1]).data, {"ordered": _ordered, "released": _released, "built": _built}[name]
    if key[0] not in data.funds or (name == "built" and key[1] not in data.expansions):
        return False
    return not rule(plan, key)


def may_issue(plan: AuditedPlan, place: str, item: str) -> bool:
    """Whether an item may be issued at a place: what it can serve there, a fleet it joins, or a gun to fire from."""
    data = plan.data
    if data.places[place].kind not in ("front", "home") or not plan.is_goods(item):
        return False
    if any(holder == item and (place, capability) in data.demands for holder, capability in data.effects):
        return True
    if data.items[item].kind != "equipment":
        return False
    if (place, item) in data.fleets:
        return True
    return data.places[place].kind == "front" and any(
        platform == item and may_issue(plan, place, munition) for munition, platform in data.platforms
    )


def _spender(plan: AuditedPlan, channel: str, fund: str, what: str, country: str, t: int) -> str:
    if not plan.at(t).data.funds[fund].alive(t):
        return "the fund has expired"
    return "" if plan.may(fund, channel, what, country, t) else f"no row of the fund's menu allows to {channel} it"


def _goods_product(plan: AuditedPlan, key: Key) -> str:
    plant, item = key[:2]
    if (plant, item) not in plan.data.products:
        return "the plant does not make the item"
    return "" if plan.is_goods(item) else "a component has no orders and no backlog"


def _ordered(plan: AuditedPlan, key: Key) -> str:
    fund, plant, item, t = key
    return _goods_product(plan, (plant, item)) or _spender(plan, "order", fund, item, plan.data.plants[plant], t)


def _made(plan: AuditedPlan, key: Key) -> str:
    plant, item, owner, _ = key
    if (plant, item) not in plan.data.products:
        return "the plant does not make the item"
    return "" if plan.is_goods(item) or owner == COMMON else "components are all common"


def _built(plan: AuditedPlan, key: Key) -> str:
    fund, name, t = key
    expansion = plan.data.expansions[name]
    if expansion.financing != "public":
        return "industry finances this expansion itself"
    return _spender(plan, "expand", fund, name, plan.data.plants[expansion.plant], t)


def _pledged(plan: AuditedPlan, key: Key) -> str:
    expansion = plan.at(key[1]).data.expansions[key[0]]
    if expansion.financing != "private":
        return "this expansion is bought from funds"
    return "" if expansion.plant in backing_price(plan, key[1]) else "no lend-lease fund can back it"


def _redirected(plan: AuditedPlan, key: Key) -> str:
    plant, item, owner, _ = key
    if why := _goods_product(plan, (plant, item)):
        return why
    return "" if redirect_of(plan, plant, item, owner) else "the workbook redirects no such goods"


def _uncovered(plan: AuditedPlan, key: Key) -> str:
    return _in_horizon(plan, key) or (
        "" if plan.book.row("guarantees", key[0]) else "the plant has no standing guarantee"
    )


def _parity_gap(plan: AuditedPlan, key: Key) -> str:
    return _in_horizon(plan, key) or ("" if key[0] in plan.data.adversary else "the adversary has no such capability")


def _in_horizon(plan: AuditedPlan, key: Key) -> str:
    return "" if key[-1] <= plan.horizon else "it ends with the last period that is reported"


def _backed(plan: AuditedPlan, key: Key) -> str:
    plant, component = key[:2]
    if why := _in_horizon(plan, key):
        return why
    return "" if (plant, component) in plan.data.products else "the plant does not make the component"


def _released(plan: AuditedPlan, key: Key) -> str:
    fund, place, item, t = key
    if (place, item) not in plan.data.reserves:
        return "the place has no reserve of the item"
    return _spender(plan, "release", fund, item, place, t)


def _shipped(plan: AuditedPlan, key: Key) -> str:
    origin, destination, mode, item, t = key
    data = plan.at(t).data
    lane = data.lanes.get(Lane(origin, destination, mode))
    if lane is None:
        return "there is no such lane"
    if not plan.is_goods(item) or not lane.carries(data.items[item]):
        return "the lane does not carry the item"
    if lane.capacity_t[t - 1] == 0:
        return "the lane is closed in this period"
    return "the place passes nothing on in this period" if data.places[origin].throughput_t[t - 1] == 0 else ""


def _issued(plan: AuditedPlan, key: Key, kind: str = "") -> str:
    place, item = key[:2]
    if kind and plan.data.items[item].kind != kind:
        return f"the item is no {kind}"
    return "" if may_issue(plan, place, item) else "the item has no use at the place"


def _served(plan: AuditedPlan, key: Key) -> str:
    place, item, capability, _ = key
    if (item, capability) not in plan.data.effects:
        return "the item has no effect on the capability"
    return "" if (place, capability) in plan.data.demands else "the place has no demand for the capability"


def _fired(plan: AuditedPlan, key: Key) -> str:
    place, munition, platform, _ = key
    if plan.data.places[place].kind != "front":
        return "only fronts fire from platforms"
    return "" if (munition, platform) in plan.data.platforms else "the platform does not fire the munition"
