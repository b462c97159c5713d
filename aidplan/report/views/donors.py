"""Money and what it buys: orders, donors, funds, the ledger."""

from __future__ import annotations

from aidplan.figures.figures import Figures
from aidplan.figures.table import Column, Formula, Row, Table, total


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
                    Formula(f"{{total}}*{{price}}/{data.money_unit:.17g}", money), plan.when(until) or "none",
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
                one.too_late,
                one.in_time,
                one.guaranteed,
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
            Column("left", "Unspent", "money", plan.money, 12), Column("late", "Came too late to buy anything in time", "money", plan.money, 14),
            Column("could", "Unspent that could have bought something", "money", plan.money, 14),
            Column("guaranteed", "Guarantees that its orders back", "money", plan.money, 13), Column("why", "Why it is unspent", width=60),
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
                    "" if terms.expires is None else plan.when(terms.expires) or ("before the start" if terms.expires < 1 else "after the end"),
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
