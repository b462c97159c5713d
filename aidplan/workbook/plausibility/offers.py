"""What the menus let each fund do, and from when on, leaving aside how much money there is."""

from __future__ import annotations

from functools import cached_property

from aidplan_models.data import COMMON, Fund, MenuRow, PlanData
from aidplan_models.derived import available, matched_expansions, matched_orders, matched_releases, rights


class Offers:
    """Who may buy what: ``orders`` (fund, plant, item), ``releases`` (fund, place, item), ``builds``
    (fund, expansion).
    """

    def __init__(self, data: PlanData) -> None:
        self.data = data
        self.rows: dict[str, list[MenuRow]] = {fund: [] for fund in data.funds}
        for row in data.menu:
            if row.allow:
                self.rows[row.fund].append(row)
        self.money_from = {code: _money_from(fund, data.planned) for code, fund in data.funds.items()}
        orders, releases, builds = rights(data)
        self.orders, self.releases, self.builds = set(orders), set(releases), set(builds)

    @cached_property
    def made_at(self) -> dict[str, list[str]]:
        """Plant -> the items that it can make."""
        made: dict[str, list[str]] = {}
        for plant, item in self.data.products:
            made.setdefault(plant, []).append(item)
        return made

    def matched(self, row: MenuRow) -> tuple[list[tuple[str, str]], list[tuple[str, str]], list[str]]:
        """What a menu row matches of what its fund may do: orders (plant, item), releases (place, item), expansions."""
        orders = [(p, i) for p, i in matched_orders(row, self.data) if (row.fund, p, i) in self.orders]
        releases = [(x, i) for x, i in matched_releases(row, self.data) if (row.fund, x, i) in self.releases]
        builds = [e for e in matched_expansions(row, self.data) if (row.fund, e) in self.builds]
        return orders, releases, builds

    @cached_property
    def backing(self) -> set[tuple[str, str]]:
        """(plant, item) whose making can stand behind a guarantee: lend-lease goods, and components that they take, at
        any depth.
        """
        data = self.data
        backed = {(plant, item) for fund, plant, item in self.orders if data.funds[fund].mode == "lend_lease"}
        front = list(backed)
        makers: dict[str, list[str]] = {}
        for plant, item in data.products:
            makers.setdefault(item, []).append(plant)
        parts: dict[tuple[str, str], list[str]] = {}
        for plant, item, component in data.bills:
            parts.setdefault((plant, item), []).append(component)
        while front:
            for component in parts.get(front.pop(), ()):
                for plant in makers.get(component, ()):
                    if (plant, component) not in backed:
                        backed.add((plant, component))
                        front.append((plant, component))
        return backed

    @cached_property
    def makeable(self) -> set[str]:
        """Items whose components can all be had, from a supply or from a plant with capacity, at any depth."""
        data = self.data
        able = {plant for plant, capacity in data.capacity.items() if any(capacity)} | {
            e.plant for e in data.expansions.values()
        }
        have = {code for code, supply in data.supply.items() if supply.initial or any(supply.arriving)}
        needs: dict[tuple[str, str], set[str]] = {key: set() for key in data.products}
        for plant, item, component in data.bills:
            needs[plant, item].add(component)
        grown = True
        while grown:
            new = {item for (plant, item), parts in needs.items() if plant in able and parts <= have} - have
            have |= new
            grown = bool(new)
        return have

    @cached_property
    def _orderers(self) -> dict[tuple[str, str], list[str]]:
        """(plant, item) -> the funds that may order it there."""
        found: dict[tuple[str, str], list[str]] = {}
        for fund, plant, item in sorted(self.orders):
            found.setdefault((plant, item), []).append(fund)
        return found

    def ordered_from(self, plant: str, item: str, owner: str) -> int | None:
        """The first period in which someone may order for that owner; None if nobody may."""
        free = self.data.products[plant, item].unit_cost == 0
        funds = [fund for fund in self._orderers.get((plant, item), ()) if self.data.funds[fund].owner == owner]
        starts = [1 if free else self.money_from[fund] for fund in funds]
        return min((start for start in starts if start is not None), default=None)

    def released_from(self, place: str, item: str) -> int | None:
        """The first period in which someone may draw from the reserve; None if nobody may."""
        free = self.data.reserves[place, item].release_cost == 0
        starts = [1 if free else self.money_from[fund] for fund, x, i in self.releases if (x, i) == (place, item)]
        return min((start for start in starts if start is not None), default=None)

    @cached_property
    def owners(self) -> tuple[str, ...]:
        """``common``, and the home places that funds deliver to or that plants owe goods to."""
        homes = {fund.owner for fund in self.data.funds.values()} | {owner for _, _, owner in self.data.orderbook}
        return tuple(sorted(homes | {COMMON}))


def _money_from(fund: Fund, horizon: int) -> int | None:
    """The first period in which the fund has money; None if it never has."""
    return next((t for t in range(1, horizon + 1) if available(fund, t) > 0), None)
