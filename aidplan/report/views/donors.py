"""Money and what it buys: decisions, orders, donors, funds, the ledger."""

from __future__ import annotations

from aidplan.figures.decisions import Decision
from aidplan.figures.figures import Figures
from aidplan.figures.format import listed
from aidplan.figures.quantities import Plan
from aidplan.figures.shortfalls import span_label
from aidplan.figures.table import Column, Formula, Row, Table, total

_KINDS = {
    "order": "order",
    "release": "release",
    "expansion": "expansion",
    "guarantee": "guarantee",
}


def decisions(figures: Figures) -> Table:
    """What must be decided in the next three months."""
    plan = figures.plan
    rows = [Row(decision_cells(plan, one)) for one in figures.decisions]
    return Table(
        "Decisions", "To be decided in the next three months", "The last date is the latest period from which lead time and the quickest lanes still reach a place with unmet demand; "
        "where all that a decision serves is met, it is the latest from which it still reaches demand.",
        (
            Column("kind", "Decision", width=18), Column("fund", "Fund", width=13), Column("donor", "Donor", width=18),
            Column("where", "Plant, or country of the reserve", width=36), Column("what", "Item, or expansion", width=42),
            Column("quantity", "How many", "quantity", width=12), Column("unit", "Unit", width=14),
            Column("money", "Money (guarantee: liability)", "money", plan.money, 18), Column("when", "When", width=16),
            Column("until", "Latest useful order date", width=14), Column("serves", "Serves", width=30),
        ),
        rows, frozen=1, empty="The plan decides nothing in the next three months.",
    )  # fmt: skip


def decision_cells(plan: Plan, one: Decision) -> tuple[str | float, ...]:
    """One decision as cells, in the order of the sheet's columns."""
    names, data = plan.names, plan.data
    grows = one.kind in ("expansion", "guarantee")
    when = span_label(plan.labels[one.first - 1 : one.last])
    until = plan.label(one.helps_until) or plan.label(one.arrives_until) or "too late already"
    serves = (
        "demand that stays unmet"
        if one.helps_until
        else "demand that the plan meets"
        if one.arrives_until
        else "no demand of the horizon"
    )
    return (
        _KINDS[one.kind], one.fund or "industry", names.donor(data.funds[one.fund].donor) if one.fund else "",
        names.place(one.place) if one.kind == "release" else names.plant(one.place),
        _growing(plan, one.item) if grows else names.item(one.item), one.quantity, "capacity units" if grows else names.item_unit(one.item) or "items",
        one.money, when, until, serves,
    )  # fmt: skip


def _growing(plan: Plan, expansion: str) -> str:
    """``capacity for 155mm HE round (x_unterluess)``: an expansion has no name of its own."""
    plant = plan.data.expansions[expansion].plant
    makes = [plan.names.item(i) for p, i in plan.data.products if p == plant]
    return f"capacity for {listed(makes, 1)} ({expansion})"


def orders(figures: Figures) -> Table:
    """Orders by fund and plant."""
    plan, names, data = figures.plan, figures.plan.names, figures.plan.data
    rows = []
    for (fund, plant, item), ordered in plan["ordered"].items():
        product = data.products[plant, item]
        money = float(ordered.sum()) * product.unit_cost / data.money_unit
        until = figures.end.arriving.ordered(fund, plant, item)
        owner = data.funds[fund].owner
        rows.append(
            Row(
                (
                    names.donor(data.funds[fund].donor), fund, names.plant(plant), names.item(item), names.item_unit(item), plant, item,
                    names.place(owner), product.lead_time, product.unit_cost, total(ordered),
                    Formula(f"{{total}}*{{price}}/{data.money_unit:.17g}", money), plan.label(until) or "none",
                ),
                ordered, late_from=until + 1,
            )
        )  # fmt: skip
    rows.sort(key=lambda row: (row.cells[0], row.cells[1], row.cells[2], row.cells[3]))
    return Table(
        "Orders", "Orders by fund and plant", "Ordered in each period, paid when ordered.",
        (
            Column("donor", "Donor", width=18), Column("fund", "Fund", width=13), Column("plant_name", "Plant", width=28),
            Column("item_name", "Item", width=26), Column("unit", "Unit", width=10), Column("plant", "Plant code", width=13),
            Column("item", "Item code", width=12), Column("for", "For", width=14), Column("lead", "Lead time", "count", f"{plan.period_word}s", 8),
            Column("price", "Price", "price", f"{data.currency} an item", 12), Column("total", "Ordered", "quantity", "items", 12),
            Column("money", "Money", "money", plan.money, 12), Column("until", "Last order that arrives", width=11),
        ),
        rows, plan.labels, unit="items", late_from=figures.late_from, frozen=4,
    )  # fmt: skip


def by_donor(figures: Figures) -> Table:
    """Money by donor and why some is unspent."""
    plan = figures.plan
    rows = [
        Row(
            (
                one.donor,
                ", ".join(one.funds),
                one.available,
                one.spent,
                one.lapsed,
                one.left,
                figures.why_unspent(one),
            )
        )
        for one in figures.donors
    ]
    return Table(
        "Donors", "Money by donor", "Over the horizon, the largest donor first.",
        (
            Column("donor", "Donor", width=22), Column("funds", "Funds", width=30), Column("available", "Available", "money", plan.money, 13),
            Column("spent", "Spent", "money", plan.money, 13), Column("lapsed", "Lapsed", "money", plan.money, 12),
            Column("left", "Unspent", "money", plan.money, 12), Column("why", "Why it is unspent", width=60),
        ),
        rows, frozen=1,
    )  # fmt: skip


def by_fund(figures: Figures) -> Table:
    """The ledger by fund: commitment, order, production, delivery."""
    plan, data = figures.plan, figures.plan.data
    bought = {fund.fund: [one for one in figures.bought if one.fund == fund.fund] for fund in figures.funds}
    rows = []
    for fund in figures.funds:
        own, terms = bought[fund.fund], data.funds[fund.fund]
        left = figures.unspent.get(fund.fund)
        produced, delivered = sum(one.produced for one in own), sum(sum(one.delivered.values()) for one in own)
        rows.append(
            Row(
                (
                    plan.names.donor(fund.donor), fund.fund, terms.mode.replace("_", "-"),
                    "" if terms.expires is None else plan.label(terms.expires) or ("before the start" if terms.expires < 1 else "after the end"),
                    float(fund.available.sum()), float(fund.orders.sum()), float(fund.releases.sum()), float(fund.plants.sum()),
                    float(fund.lapsed.sum()), fund.left, sum(one.on_order for one in own), produced, delivered,
                    sum(one.on_the_way for one in own), sum(one.lost for one in own), left.text if left else "",
                )
            )
        )  # fmt: skip
    rows.sort(key=lambda row: (row.cells[0], row.cells[1]))
    money = plan.money
    return Table(
        "Donor ledger", "Commitment, order, production, delivery", "Money over the horizon, at each fund's own prices. Goods for all fronts go into one stock, so a fund's deliveries are its share of "
        "what was delivered of the item; orders are served first come, first served, after the order book of the start.",
        (
            Column("donor", "Donor", width=18), Column("fund", "Fund", width=13), Column("mode", "Mode", width=10), Column("expires", "Expires", width=10),
            Column("available", "Committed and available", "money", money, 12), Column("orders", "Ordered", "money", money, 11),
            Column("releases", "Released from reserves", "money", money, 11), Column("plants", "Put into plants", "money", money, 11),
            Column("lapsed", "Lapsed", "money", money, 11), Column("left", "Unspent", "money", money, 11),
            Column("on_order", "Still on order", "money", money, 11), Column("produced", "Made or drawn", "money", money, 11),
            Column("delivered", "Delivered to fronts and homes", "money", money, 12), Column("on_the_way", "In stock or under way", "money", money, 11),
            Column("lost", "Lost on the way", "money", money, 10), Column("why", "Why money is unspent", width=80),
        ),
        rows, frozen=2,
    )  # fmt: skip


def ledger(figures: Figures) -> Table:
    """The ledger by fund and item."""
    plan, names, data = figures.plan, figures.plan.names, figures.plan.data
    ends = [x for x, place in data.places.items() if place.kind in ("front", "home")]
    rows = [
        Row(
            (
                names.donor(data.funds[one.fund].donor), one.fund, names.item(one.item), one.channel, one.paid, one.on_order,
                one.on_the_way, one.lost, sum(one.delivered.values()), *(one.delivered.get(x, 0.0) for x in ends),
            )
        )
        for one in figures.bought
    ]  # fmt: skip
    rows.sort(key=lambda row: (row.cells[0], row.cells[1], row.cells[2], row.cells[3]))
    money = plan.money
    return Table(
        "Ledger by item", "What each fund's money became", "At the fund's own prices; paid = still on order + in stock or under way + lost + delivered.",
        (
            Column("donor", "Donor", width=18), Column("fund", "Fund", width=13), Column("item_name", "Item", width=28), Column("channel", "Channel", width=9),
            Column("paid", "Paid", "money", money, 11), Column("on_order", "Still on order", "money", money, 11),
            Column("on_the_way", "In stock or under way", "money", money, 11), Column("lost", "Lost", "money", money, 9),
            Column("delivered", "Delivered", "money", money, 11), *(Column(f"to {x}", f"to {names.place(x)}", "money", money, 11) for x in ends),
        ),
        rows, frozen=3,
    )  # fmt: skip


def money(figures: Figures) -> Table:
    """Each fund's money by period."""
    plan = figures.plan
    rows = []
    for fund in figures.funds:
        first = (plan.names.donor(fund.donor), fund.fund)
        end = figures.end.fund(fund.fund)
        for measure, series in (("available", fund.available), ("spent", fund.spent), ("lapsed", fund.lapsed)):
            rows.append(Row((*first, measure, total(series)), series, late_from=end))
        rows.append(Row((*first, "left", fund.left), fund.balance, late_from=end))
    rows.sort(key=lambda row: (row.cells[0], row.cells[1]))
    return Table(
        "Money", "Money by fund and period", "What comes in, is spent and lapses in each period, and what is unspent at its end.",
        (
            Column("donor", "Donor", width=20), Column("fund", "Fund", width=14), Column("measure", "Row", width=10),
            Column("total", "Total (unspent: at the end)", "money", plan.money, 13),
        ),
        rows, plan.labels, "money", plan.money, figures.late_from, late_means="what is bought then comes too late for a demand of the horizon", frozen=3,
    )  # fmt: skip
