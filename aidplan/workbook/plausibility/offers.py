"""What the menus let each fund do, and from when on, leaving aside how much money there is."""

from __future__ import annotations

from functools import cached_property

from aidplan_models.data import COMMON, Fund, MenuRow, PlanData


class Offers:
    """Who may buy what: ``orders`` (fund, plant, item), ``releases`` (fund, place, item), ``builds`` (fund, expansion)."""

    def __init__(self, data: PlanData) -> None:
        self.data = data
        self.rows: dict[str, list[MenuRow]] = {fund: [] for fund in data.funds}
        for row in data.menu:
            if row.allow:
                self.rows[row.fund].append(row)
        self.money_from = {code: _money_from(fund, data.horizon) for code, fund in data.funds.items()}
        alive = [code for code, fund in data.funds.items() if fund.alive(1)]
        goods = [(plant, item) for plant, item in data.products if data.items[item].is_goods]
        self.orders = {
            (fund, plant, item)
            for fund in alive
            for plant, item in goods
            if self._allows(fund, item, data.plants[plant], "order")
        }
        self.releases = {(fund, place, item) for fund in alive if not data.funds[fund].delivers_to for place, item in data.reserves
                         if self._allows(fund, item, place, "release")}  # fmt: skip
        self.builds = {(fund, code) for fund in alive for code, expansion in data.expansions.items()
                       if expansion.financing == "public" and any(self._allows(fund, item, data.plants[expansion.plant], "expand")
                                                                  for item in self.made_at.get(expansion.plant, ()))}  # fmt: skip

    @cached_property
    def made_at(self) -> dict[str, list[str]]:
        """Plant -> the items that it can make."""
        made: dict[str, list[str]] = {}
        for plant, item in self.data.products:
            made.setdefault(plant, []).append(item)
        return made

    def _allows(self, fund: str, item: str, country: str, channel: str) -> bool:
        return any(matches(row, item, self.data.items[item].class_, country, channel) for row in self.rows[fund])

    def matched(self, row: MenuRow) -> tuple[list[tuple[str, str]], list[tuple[str, str]], list[str]]:
        """What a menu row matches of what its fund may do: orders (plant, item), releases (place, item), expansions."""
        data = self.data

        def fits(item: str, country: str, channel: str) -> bool:
            return matches(row, item, data.items[item].class_, country, channel)

        orders = [
            (plant, item)
            for fund, plant, item in self.orders
            if fund == row.fund and fits(item, data.plants[plant], "order")
        ]
        releases = [
            (place, item) for fund, place, item in self.releases if fund == row.fund and fits(item, place, "release")
        ]
        builds = [code for fund, code in self.builds if fund == row.fund
                  and any(fits(item, data.plants[data.expansions[code].plant], "expand") for item in self.made_at[data.expansions[code].plant])]  # fmt: skip
        return orders, releases, builds

    @cached_property
    def backing(self) -> set[tuple[str, str]]:
        """(plant, item) whose making can stand behind a guarantee: lend-lease goods, and components that they take, at any depth."""
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


def matches(row: MenuRow, item: str, class_: str, country: str, channel: str) -> bool:
    """Whether a menu row matches; an item without a class matches ``*`` alone."""
    return (
        (row.items is None or item in row.items)
        and (row.classes is None or class_ in row.classes)
        and (row.countries is None or country in row.countries)
        and channel in row.channels
    )


def _money_from(fund: Fund, horizon: int) -> int | None:
    """The first period in which the fund has money; None if it never has."""
    delay = fund.approval_delay if fund.mode == "tranche" else 0
    arrives = [
        t + delay
        for t, money in fund.funding.items()
        if money > 0 and 1 <= t + delay <= horizon and fund.alive(t + delay)
    ]
    if fund.opening > 0 and fund.alive(1):
        arrives.append(1)
    return min(arrives, default=None)
