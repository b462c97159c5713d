"""Money to materiel to front: what each donor's money became and where it went."""

from __future__ import annotations

from collections import defaultdict

from aidplan.figures.figures import Figures
from aidplan.figures.table import Column, Row, Table

Node = tuple[int, str]
Link = tuple[Node, Node, float]

DONORS, BANDS = 4, 32
"""Donors that have a node of their own, and the most bands that a reader can follow."""
ON_ORDER, ON_THE_WAY, LOST, PLANTS = (
    "still on order at the end",
    "in stock or under way",
    "lost on the way",
    "plants (capacity)",
)
OTHER_DONORS, OTHER_MATERIEL = "other donors", "other materiel"
ARRIVED = {"front": "the fronts", "home": "donors' own stocks"}

Pairs = dict[tuple[str, str], float]


def links(figures: Figures) -> list[Link]:
    """Donor → class of items → fronts, or donors' own stocks [money], the largest first, in at most `BANDS` bands.

    What is bought and not delivered goes to "still on order" or "in stock or under way"; what a class receives it also
    gives. Goods of all donors go into one stock, so a class's goods go on in the same shares whoever paid. Small donors
    and classes go together.
    """
    paid, given = _paid(figures), _given(figures)
    paths = _paths(paid, given, _largest(paid, DONORS))
    sizes: dict[tuple[str, str], float] = defaultdict(float)
    for (donor, kind, _), money in paths.items():
        sizes[donor, kind] += money
    named: set[tuple[str, str]] = set()
    for pair in sorted(sizes, key=lambda one: (-sizes[one], one)):
        if pair[1] != PLANTS and len(_together(paths, named | {pair})) <= BANDS:
            named.add(pair)
    found = _together(paths, named)
    smallest = 1e-9 * max(found.values(), default=0.0)
    shown = [(start, end, money) for (start, end), money in found.items() if money > smallest]
    return sorted(shown, key=lambda link: (link[0][0], -link[2], link[0][1], link[1][1]))


def _paid(figures: Figures) -> Pairs:
    """(donor, class of items) -> money."""
    names, data = figures.plan.names, figures.plan.data
    paid: Pairs = defaultdict(float)
    for one in figures.bought:
        paid[names.donor(data.funds[one.fund].donor), _kind(figures, one.item)] += one.paid
    for fund in figures.funds:
        paid[names.donor(fund.donor), PLANTS] += float(fund.plants.sum())
    return {pair: money for pair, money in paid.items() if money > 0}


def _given(figures: Figures) -> Pairs:
    """(class of items, where it went) -> money."""
    given: Pairs = defaultdict(float)
    for one in figures.bought:
        kind = _kind(figures, one.item)
        for end, money in ((ON_ORDER, one.on_order), (ON_THE_WAY, one.on_the_way), (LOST, one.lost)):
            given[kind, end] += money
        for place, money in one.delivered.items():
            given[kind, ARRIVED[figures.plan.data.places[place].kind]] += money
    return {pair: money for pair, money in given.items() if money > 0}


def _kind(figures: Figures, item: str) -> str:
    return figures.plan.data.items[item].class_ or figures.plan.names.item(item)


def _largest(paid: Pairs, most: int) -> set[str]:
    totals: dict[str, float] = defaultdict(float)
    for (donor, _), money in paid.items():
        totals[donor] += money
    return set(sorted(totals, key=lambda name: (-totals[name], name))[:most])


def _paths(paid: Pairs, given: Pairs, donors: set[str]) -> dict[tuple[str, str, str], float]:
    """(donor, class, end) -> money; what goes into plants ends there."""
    whole: dict[str, float] = defaultdict(float)
    for (kind, _), money in given.items():
        whole[kind] += money
    paths: dict[tuple[str, str, str], float] = defaultdict(float)
    for (donor, kind), money in paid.items():
        giver = donor if donor in donors else OTHER_DONORS
        if kind == PLANTS:
            paths[giver, PLANTS, ""] += money
        for (gave, end), part in given.items():
            if gave == kind:
                paths[giver, kind, end] += money * part / whole[kind]
    return paths


def _together(paths: dict[tuple[str, str, str], float], named: set[tuple[str, str]]) -> dict[tuple[Node, Node], float]:
    """The bands of all paths, those of (donor, class) that are not ``named`` by way of the other materiel."""
    found: dict[tuple[Node, Node], float] = defaultdict(float)
    for (donor, kind, end), money in paths.items():
        middle = kind if kind == PLANTS or (donor, kind) in named else OTHER_MATERIEL
        found[(0, donor), (1, middle)] += money
        if end:
            found[(1, middle), (2, end)] += money
    return found


def table(figures: Figures, found: list[Link]) -> Table:
    """The links as rows."""
    steps = ("donor to materiel", "materiel to front")
    rows = [Row((steps[start[0]], start[1], end[1], money)) for start, end, money in found]
    return Table(
        "Flow", "Money to materiel to front", "At each fund's own prices; what came from the order book of the start, or was given before it, is not in it.",
        (
            Column("step", "Step", width=18), Column("from", "From", width=24), Column("to", "To", width=24),
            Column("money", "Money", "money", figures.plan.money, 12),
        ),
        rows,
    )  # fmt: skip
