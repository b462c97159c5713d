"""Money to materiel to front: what each donor's money became and where it went."""

from __future__ import annotations

from collections import defaultdict

from aidplan.figures.figures import Figures
from aidplan.figures.table import Column, Row, Table

Node = tuple[int, str]
Link = tuple[Node, Node, float]

DONORS, MATERIEL = 12, 16
ON_ORDER, ON_THE_WAY, LOST, PLANTS = (
    "still on order at the end",
    "in stock or under way",
    "lost on the way",
    "plants (capacity)",
)


def links(figures: Figures) -> list[Link]:
    """Donor → class of items → front or home place [money], the largest first; small donors and classes together.

    What is bought and not delivered goes to "still on order" or "in stock or under way"; what a class
    receives it also gives.
    """
    names, data = figures.plan.names, figures.plan.data
    donors = [one.donor for one in figures.donors]
    paid: dict[tuple[str, str], float] = defaultdict(float)
    given: dict[tuple[str, str], float] = defaultdict(float)
    for one in figures.bought:
        donor, kind = names.donor(data.funds[one.fund].donor), data.items[one.item].class_ or names.item(one.item)
        paid[donor, kind] += one.paid
        for end, money in ((ON_ORDER, one.on_order), (ON_THE_WAY, one.on_the_way), (LOST, one.lost)):
            given[kind, end] += money
        for place, money in one.delivered.items():
            given[kind, names.place(place)] += money
    for fund in figures.funds:
        paid[names.donor(fund.donor), PLANTS] += float(fund.plants.sum())
    kinds: dict[str, float] = defaultdict(float)
    for (_, kind), money in paid.items():
        kinds[kind] += money
    large = set(sorted(kinds, key=lambda kind: (-kinds[kind], kind))[:MATERIEL]) | {PLANTS}
    first = set(sorted(donors, key=lambda donor: -sum(money for (d, _), money in paid.items() if d == donor))[:DONORS])

    def donor_node(donor: str) -> Node:
        return 0, donor if donor in first else "other donors"

    def kind_node(kind: str) -> Node:
        return 1, kind if kind in large else "other materiel"

    together: dict[tuple[Node, Node], float] = defaultdict(float)
    for (donor, kind), money in paid.items():
        together[donor_node(donor), kind_node(kind)] += money
    for (kind, end), money in given.items():
        together[kind_node(kind), (2, end)] += money
    found = [
        (start, end, money)
        for (start, end), money in together.items()
        if money > 1e-9 * max(kinds.values(), default=0.0)
    ]
    return sorted(found, key=lambda link: (link[0][0], -link[2], link[0][1], link[1][1]))


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
