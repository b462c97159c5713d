"""Plausibility warnings about funds, menus and reserves."""

from __future__ import annotations

from collections.abc import Generator, Iterator

from aidplan_models.data import MenuRow, PlanData

from aidplan.workbook.findings import Finding
from aidplan.workbook.plausibility.format import amount, warning
from aidplan.workbook.plausibility.offers import Offers
from aidplan.workbook.tables import Tables


def money_warnings(data: PlanData, offers: Offers, tables: Tables) -> Iterator[Finding]:
    """Funds that can buy nothing, menu rows and shares that match nothing, reserves that nobody may draw."""
    idle = yield from _funds(data, offers, tables)
    yield from _menu(data, offers, tables, idle)
    yield from _shares(data, tables)
    yield from _reserves(data, offers, tables)


def _funds(data: PlanData, offers: Offers, tables: Tables) -> Generator[Finding, None, set[str]]:
    busy = {offer[0] for offer in (*offers.orders, *offers.releases, *offers.builds)}
    for code, fund in data.funds.items():
        if code in busy:
            continue
        money = amount(fund.opening + sum(fund.funding.values()))
        if not fund.alive(1):
            column, why, remedy = (
                "expires",
                f"{code} expires before the start",
                "give a later period, if it is still good",
            )
        elif not offers.rows[code]:
            column, why = "fund", f"{code} has no menu row that allows anything"
            remedy = "add a row to menu"
        else:
            column, why = "fund", f"the menu of {code} matches no product, reserve or expansion"
            remedy = "look at the items, classes, countries and channels of its menu rows"
        told = f"{why}, so its {money} of money buys nothing"
        yield warning("fund-idle", tables, "funds", code, column, told, remedy)
    return set(data.funds) - busy


def _menu(data: PlanData, offers: Offers, tables: Tables, idle: set[str]) -> Iterator[Finding]:
    for row in data.menu:
        if row.fund in idle:
            continue
        orders, releases, builds = offers.matched(row)
        if not (orders or releases or builds):
            yield warning(
                "menu-row-idle",
                tables,
                "menu",
                row.key,
                "fund",
                "the row matches no product, reserve or expansion",
                "look at its items, classes, countries and channels",
            )
        elif row.share_min > 0 and not _fillable(row, data, offers):
            yield warning(
                "share-unfillable",
                tables,
                "menu",
                row.key,
                "share_min",
                (
                    f"nothing that the row matches can be made or built within the horizon, so {row.fund} can "
                    f"keep its share of {row.share_min:.0%} only by spending nothing"
                ),
                "lower the share, or shorten the times",
            )


def _fillable(row: MenuRow, data: PlanData, offers: Offers) -> bool:
    orders, releases, builds = offers.matched(row)
    in_time = any(1 + data.products[key].lead_time <= data.planned for key in orders)
    return in_time or bool(releases) or any(1 + data.expansions[code].build_time <= data.planned for code in builds)


def _shares(data: PlanData, tables: Tables) -> Iterator[Finding]:
    for code in data.funds:
        rows = [row for row in data.menu if row.fund == code and row.share_min > 0]
        total = sum(row.share_min for row in rows)
        if len(rows) > 1 and total > 1 + 1e-9:
            yield warning(
                "shares-past-one",
                tables,
                "menu",
                rows[-1].key,
                "share_min",
                f"the least shares of {code} add up to {total:.0%}",
                "that works only where the rows match the same goods",
            )


def _reserves(data: PlanData, offers: Offers, tables: Tables) -> Iterator[Finding]:
    drawn = {(place, item) for _, place, item in offers.releases}
    for (place, item), reserve in data.reserves.items():
        if reserve.initial > reserve.floor and (place, item) not in drawn:
            yield warning(
                "reserve-idle",
                tables,
                "stocks",
                (place, item),
                "initial",
                (
                    f"no menu releases {item} from {place}, so {amount(reserve.initial - reserve.floor)} above "
                    "the floor stay there"
                ),
                "add a menu row with the channel release",
            )
