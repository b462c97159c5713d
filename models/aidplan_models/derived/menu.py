"""The menu: what its rows speak of, and the rights that they give."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from aidplan_models.data import MenuRow, PlanData

Pair = tuple[str, str]
Triple = tuple[str, str, str]


def matches(row: MenuRow, data: PlanData, items: Iterable[str], country: str, channel: str) -> bool:
    """Whether a menu row speaks of any of ``items`` from ``country`` through ``channel``."""
    if channel not in row.channels or not (row.countries is None or country in row.countries):
        return False
    if row.items is None and row.classes is None:
        return True
    return any(_speaks_of(row, item, data.items[item].class_) for item in items)


def _speaks_of(row: MenuRow, item: str, class_: str) -> bool:
    """Whether a row's lists of items and of classes both hold an item."""
    return (row.items is None or item in row.items) and (row.classes is None or class_ in row.classes)


def menu_rows(data: PlanData) -> dict[str, MenuRow]:
    """The menu's rows by the name that they have in the programme: their number, counted from 0, in order."""
    ordered = sorted(data.menu, key=lambda row: (row.key, row.share_max, row.share_min))
    return {f"{n}": row for n, row in enumerate(ordered)}


def _products_by_plant(data: PlanData) -> Mapping[str, list[str]]:
    made_at = defaultdict(list)
    for plant, item in data.products:
        made_at[plant].append(item)
    return made_at


def matched_orders(row: MenuRow, data: PlanData) -> list[Pair]:
    """(plant, item) of goods that a menu row speaks of through its channel ``order``."""
    if "order" not in row.channels:
        return []
    goods = {i for i, item in data.items.items() if item.is_goods and _speaks_of(row, i, item.class_)}
    return [
        (p, i) for p, i in data.products if i in goods and (row.countries is None or data.plants[p] in row.countries)
    ]


def matched_releases(row: MenuRow, data: PlanData) -> list[Pair]:
    """(place, item) of reserves that a menu row speaks of through its channel ``release``."""
    if "release" not in row.channels:
        return []
    return [(x, i) for x, i in data.reserves if matches(row, data, (i,), x, "release")]


def matched_expansions(row: MenuRow, data: PlanData) -> list[str]:
    """Public expansions that a menu row speaks of, by any item that the plant produces."""
    if "expand" not in row.channels:
        return []
    made_at = _products_by_plant(data)
    return [
        e
        for e, expansion in data.expansions.items()
        if expansion.financing == "public"
        and matches(row, data, made_at.get(expansion.plant, ()), data.plants[expansion.plant], "expand")
    ]


def rights(data: PlanData) -> tuple[list[Triple], list[Triple], list[Pair]]:
    """Offers (fund, plant, item), releases (fund, place, item) and builds (fund, expansion).

    A fund that expires before the first period has none.
    """
    offers: set[Triple] = set()
    releases: set[Triple] = set()
    builds: set[Pair] = set()
    for row in data.menu:
        if row.allow and data.funds[row.fund].alive(1):
            offers.update((row.fund, p, i) for p, i in matched_orders(row, data))
            releases.update((row.fund, x, i) for x, i in matched_releases(row, data))
            builds.update((row.fund, e) for e in matched_expansions(row, data))
    return sorted(offers), sorted(releases), sorted(builds)
