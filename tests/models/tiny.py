"""Tiny plans for the tests of the model: a builder with plain defaults, and a plan in which every rule has a row.

`tiny` starts from one plant in the United States that makes shells for one front, three months long, money in
dollars; whatever is passed replaces a whole table. `rich` is larger: every constraint of the model has rows in it.
"""

import random
from dataclasses import replace
from math import inf

from aidplan_models.data import (
    CHANNELS,
    Adversary,
    Capability,
    Demand,
    Earlier,
    Expansion,
    Fleet,
    Fund,
    Goal,
    Item,
    Join,
    Kept,
    Lane,
    LaneTerms,
    Measure,
    MenuRow,
    Place,
    PlanData,
    Product,
    Redirect,
    Reserve,
    Supply,
)
from aidplan_models.existence import fix_what_is_given
from aidplan_models.kept import keep
from aidplan_models.plan import build
from aidplan_models.registry import QUANTITIES

from aidplan.solve.solving import solve_plan

MONTHS = ("2024-07", "2024-08", "2024-09", "2024-10", "2024-11", "2024-12")
SEA = Lane("US", "front", "sea")


def each(value, periods=3):
    """The same value in every period."""
    return (float(value),) * periods


def place(kind, periods=3, throughput=inf, storage=inf):
    return Place(kind, throughput if isinstance(throughput, tuple) else each(throughput, periods), storage)


def fund(funding, mode="lend_lease", opening=0.0, delay=0, carry_over=True, expires=None, to="", donor="US"):
    return Fund(donor, mode, opening, delay, carry_over, expires, to, dict(funding))


def menu_row(name, items=None, classes=None, countries=None, channels=CHANNELS, allow=True, least=0.0, most=inf):
    def codes(chosen):
        return None if chosen is None else frozenset(chosen)

    written = tuple("*" if chosen is None else ", ".join(sorted(chosen)) for chosen in (items, classes, countries))
    key = (name, *written, "*" if channels == CHANNELS else ", ".join(sorted(channels)))
    return MenuRow(
        key, name, codes(items), codes(classes), codes(countries), frozenset(channels), allow, float(least), float(most)
    )


def lane(transit=0, cost=0.0, capacity=inf, loss=0.0, classes=None, periods=3):
    tonnage = capacity if isinstance(capacity, tuple) else each(capacity, periods)
    return LaneTerms(None if classes is None else frozenset(classes), float(cost), transit, tonnage, loss)


def demand(series, priority=1.0, floor=0.0, floor_from=1):
    return Demand(priority, floor, floor_from, tuple(map(float, series)))


def goals(*names):
    """Goals in ranks 1, 2, ...; a tuple of goals shares a rank; ``("cost", {"weight": 2.0})`` says more."""
    return tuple(Goal(name, rank, 1.0, 0.0) for rank, name in enumerate(names, start=1))


def tiny(**tables):
    """The default plan with whole tables replaced; every mapping is brought to sorted order."""
    periods = len(tables.get("period_labels", MONTHS[:3]))
    defaults = {
        "period_labels": MONTHS[:periods],
        "period_months": 1,
        "currency": "USD",
        "money_unit": 1.0,
        "urgency_rate": 0.0,
        "outyear_limit": inf,
        "places": {"US": place("country", periods), "front": place("front", periods)},
        "items": {"shell": Item("munition", "ammo", 0.05)},
        "capabilities": {"fires": Capability("flow", 1.0)},
        "effects": {("shell", "fires"): 1.0},
        "plants": {"ohio": "US"},
        "products": {("ohio", "shell"): Product(5.0, 0, 1.0)},
        "orderbook": {},
        "capacity": {"ohio": each(1000, periods)},
        "expansions": {},
        "bills": {},
        "supply": {},
        "funds": {"usai": fund({1: 400.0})},
        "menu": (menu_row("usai"),),
        "reserves": {},
        "opening_stock": {},
        "arrivals": {},
        "lanes": {SEA: lane(periods=periods)},
        "demands": {("front", "fires"): demand(each(100, periods))},
        "fleets": {},
        "platforms": {},
        "adversary": {},
        "goals": goals("coverage", "equity", "parity", "cost", "liability"),
    }
    given = {**defaults, **tables}
    return PlanData(**{n: dict(sorted(v.items())) if isinstance(v, dict) else v for n, v in given.items()})


def rich(**tables):
    """A plan in which every rule of the model has rows, first and last period included, no two numbers alike."""
    periods = 5
    hub = Lane("US", "hub", "sea")
    data = tiny(
        period_labels=MONTHS[:periods],
        money_unit=1000.0,
        urgency_rate=0.04,
        outyear_limit=37.0,
        places={
            "US": place("country", periods, throughput=(91.0, 92.0, 93.0, 94.0, 95.0)),
            "DE": place("country", periods),
            "hub": place("hub", periods, throughput=(61.0, 0.0, inf, 64.0, 65.0), storage=71.0),
            "front": place("front", periods, storage=73.0),
            "other": place("front", periods),
            "home": place("home", periods),
        },
        items={
            "shell": Item("munition", "ammo", 0.05),
            "rocket": Item("munition", "ammo", 0.31),
            "chip": Item("munition", "light", 0.0),
            "gun": Item("equipment", "tube", 11.0),
            "powder": Item("component", "", 0.0),
            "acid": Item("component", "", 0.0),
        },
        capabilities={
            "fires": Capability("flow", 3.0),
            "strike": Capability("flow", 1.3),
            "tubes": Capability("level", 1.7),
        },
        effects={
            ("shell", "fires"): 1.0,
            ("rocket", "fires"): 6.5,
            ("rocket", "strike"): 2.5,
            ("chip", "strike"): 0.4,
            ("gun", "tubes"): 0.9,
        },
        plants={"ohio": "US", "unter": "DE", "acme": "DE"},
        products={
            ("ohio", "shell"): Product(4100.0, 1, 1.1),
            ("ohio", "rocket"): Product(90500.0, 2, 7.0),
            ("unter", "shell"): Product(4700.0, 0, 1.2),
            ("unter", "gun"): Product(880000.0, 1, 33.0),
            ("unter", "powder"): Product(0.0, 0, 0.35),
            ("acme", "acid"): Product(0.0, 0, 0.21),
            ("acme", "powder"): Product(0.0, 0, 0.27),
            ("acme", "chip"): Product(310.0, 1, 0.15),
        },
        orderbook={("ohio", "shell", "common"): 43.0, ("unter", "gun", "home"): 2.0},
        capacity={
            "ohio": (81.0, 82.0, 83.0, 84.0, 85.0),
            "unter": (121.0, 122.0, 123.0, 124.0, 125.0),
            "acme": (21.0, 22.0, 23.0, 24.0, 25.0),
        },
        expansions={
            "ohio 2": Expansion("ohio", "public", 1900.0, 1, 51.0, (17.0, inf, 18.0, 19.0, 16.0), 0.0, 0),
            "unter 2": Expansion("unter", "private", 0.0, 1, 53.0, (27.0, inf, 28.0, 29.0, 26.0), 0.8, 3),
            "acme 2": Expansion("acme", "private", 0.0, 2, 13.0, each(5.5, periods), 0.6, 2),
            "acme 3": Expansion("acme", "public", 1400.0, 0, 14.0, each(3.5, periods), 0.0, 0),
        },
        bills={
            ("ohio", "shell", "powder"): 1.6,
            ("unter", "shell", "powder"): 1.9,
            ("ohio", "rocket", "powder"): 8.2,
            ("unter", "powder", "acid"): 0.7,
            ("acme", "powder", "acid"): 0.75,
        },
        supply={
            "powder": Supply(33.0, (11.0, 12.0, 0.0, 14.0, 15.0)),
            "acid": Supply(6.0, (31.0, 32.0, 33.0, 34.0, 35.0)),
        },
        funds={
            "usai": fund({1: 210.0, 2: 220.0, 5: 250.0}, opening=19.0),
            "pda": fund({0: 77.0, 1: 78.0, 3: 79.0}, "tranche", delay=1, carry_over=False, expires=4),
            "bund": fund({1: 310.0, 3: 320.0}, to="home", donor="DE", expires=3),
            "kiel": fund({1: 140.0, 2: 150.0, 3: 160.0, 4: 170.0}, donor="DE"),
            "gone": fund({1: 999.0}, expires=0),
        },
        menu=(
            menu_row("usai", least=0.0, most=0.95),
            menu_row("usai", items=["rocket"], channels=("order",), allow=False, least=0.05, most=0.45),
            menu_row("pda", channels=("release",)),
            menu_row("bund", classes=["tube", "ammo"], countries=["DE"], channels=("order",), least=0.15),
            menu_row("kiel", countries=["DE"]),
            menu_row("kiel", items=["chip"], channels=("expand", "order"), allow=False, most=0.65, least=0.02),
            menu_row("kiel", channels=("release",), allow=False, most=0.35),
            menu_row("gone"),
        ),
        reserves={
            ("US", "shell"): Reserve(400.0, 95.0, (88.0, inf, 87.0, 86.0, 85.0), 2900.0),
            ("DE", "gun"): Reserve(9.0, 4.0, each(2.0, periods), 640000.0),
        },
        opening_stock={("hub", "shell"): 24.0, ("front", "rocket"): 1.5},
        arrivals={("hub", "rocket"): (0.0, 2.2, 0.0, 2.4, 0.0)},
        lanes={
            hub: lane(1, 130.0, (41.0, 42.0, 43.0, 44.0, 45.0), 0.03),
            Lane("DE", "hub", "rail"): lane(0, 20.0, classes=("tube", "light", "ammo"), periods=periods),
            Lane("hub", "front", "road"): lane(0, 55.0, (31.0, 32.0, 0.0, 34.0, inf), 0.01),
            Lane("hub", "other", "road"): lane(1, 65.0, 37.0, 0.02, ("ammo", "tube"), periods),
            Lane("front", "other", "road"): lane(0, 5.0, periods=periods),
        },
        demands={
            ("front", "fires"): demand((71.0, 72.0, 73.0, 74.0, 75.0), 1.4, 0.1, 2),
            ("front", "strike"): demand((5.0, 6.0, 0.0, 8.0, 9.0)),
            ("other", "fires"): demand((34.0, 35.0, 36.0, 37.0, 38.0), 0.7),
            ("other", "tubes"): demand((1.0, 2.0, 2.5, 3.0, 3.5), 1.1),
            ("front", "tubes"): demand((4.0, 4.5, 5.0, 5.5, 6.0)),
            ("home", "fires"): demand((10.0, 11.0, 12.0, 13.0, 14.0), 0.3),
            ("home", "tubes"): demand(each(1.9, periods), 0.2),
        },
        fleets={("front", "gun"): Fleet(3.0, 0.07), ("other", "gun"): Fleet(0.0, 0.09)},
        platforms={("shell", "gun"): 40.0, ("rocket", "gun"): 3.0},
        adversary={
            "fires": Adversary(0.5, (210.0, 220.0, 230.0, 240.0, 250.0)),
            "tubes": Adversary(1.2, each(3, periods)),
        },
    )
    return replace(data, **tables)


class Solution:
    """A solved plan by name and index: ``plan("made", "ohio", "shell", "common", 1)``; 0 where there is none."""

    def __init__(self, data):
        self.planned = solve_plan(data)
        self.status = self.planned.solved.status
        self.goals = self.planned.goals
        self.values = {
            (name, block.index(n)): float(self.planned.x[block.start + n])
            for name, block in self.planned.programme.columns.items()
            for n in range(len(block) if self.planned.x.size else 0)
        }

    def __call__(self, name, *index):
        return self.values.get((name, index), 0.0)

    def series(self, name, *key):
        """Values of a quantity's key by period, 1..T."""
        last = max(index[-1] for _, index in self.values)
        return [self(name, *key, t) for t in range(1, last + 1)]

    def total(self, name, *key):
        """Sum over all indices that begin with ``key``."""
        return sum(value for (of, index), value in self.values.items() if of == name and index[: len(key)] == key)


def solved(**tables):
    """The tiny plan with tables replaced, solved."""
    solution = Solution(tiny(**tables))
    assert solution.status == "optimal"
    return solution


def living(**tables):
    """The rich plan as it goes on: a tail, what is due, what is owed and promised, what shares bring along, pressure."""
    data = rich(
        period_labels=MONTHS[:5],
        tail=2,
        tail_weight=0.6,
        liability_before=1.5,
        due={
            ("ohio", "rocket", "common"): (0.0, 3.0, 0.0, 0.0, 0.0),
            ("unter", "gun", "home"): (0.0, 0.0, 1.3, 0.0, 0.0),
        },
        closing={("unter", "gun", "home"): 0.7},
        redirects={
            ("home", "gun", "*"): Redirect(0.4, 0.2, (0.0, 1.1, 0.9, 0.0, 0.0)),
            ("home", "shell", "ohio"): Redirect(0.0, 5.5, each(6.5, 5)),
        },
        guarantees={"unter": (9.0, 8.0, 0.0, 0.0, 0.0), "ohio": (0.0, 2.2, 0.0, 0.0, 0.0)},
        measures={("steel", "fires"): Measure(0.3, 2, 0.5, 0.1)},
        joins={("steel", "DE"): Join(0.6, 2, 1.7), ("steel", "US"): Join(0.4, None, 2.3)},
    )
    funds = dict(data.funds)
    funds["usai"] = replace(funds["usai"], available_before=45.0, spent_before=37.0)
    menu = tuple(
        replace(row, spent_before=3.1, spent_in_time_before=1.9) if row.fund == "usai" else row for row in data.menu
    )
    return replace(data, **{"funds": funds, "menu": menu, **tables})


def surprised(until=3, **tables):
    """`living` as it goes on from a plan with random quantities: from period 3 on nothing costs or takes what it did."""
    then = living()
    numbers = random.Random(11)
    values = {}
    model = build(then, templated=False)
    fix_what_is_given(model)
    for name in ("spent", *QUANTITIES):
        for index, one in model.find_component(name).items():
            if index[-1] < until and not one.fixed:
                key = (*index[0].split(","), *index[1:]) if name == "shipped" else index
                values.setdefault(name, {})[key] = numbers.uniform(0.5, 9.5)
    now = living(
        products={
            key: replace(product, unit_cost=product.unit_cost * 1.3, lead_time=2 - product.lead_time)
            for key, product in then.products.items()
        },
        lanes={
            key: replace(terms, cost_per_t=terms.cost_per_t + 7.0, transit=1, loss=terms.loss + 0.05)
            for key, terms in then.lanes.items()
        },
        expansions={
            "ohio 2": replace(then.expansions["ohio 2"], capex=2300.0, build_time=0, limit=4.5),
            "unter 2": replace(then.expansions["unter 2"], build_time=2, guarantee_share=0.7, guarantee_periods=2),
            "acme 2": replace(then.expansions["acme 2"], build_time=1, guarantee_share=0.5, limit=3.5),
            "acme 3": then.expansions["acme 3"],
        },
        reserves={
            ("US", "shell"): replace(then.reserves["US", "shell"], release_cost=3300.0),
            ("DE", "gun"): replace(then.reserves["DE", "gun"], floor=1.5),
        },
        outyear_limit=12.5,
        urgency_rate=0.05,
        adversary={
            "fires": Adversary(0.6, (210.0, 220.0, 330.0, 340.0, 350.0, 360.0, 370.0)),
            "tubes": then.adversary["tubes"],
        },
        joins={("steel", "DE"): Join(0.6, 2, 2.9), ("steel", "US"): Join(0.4, 4, 2.3)},
    )
    funds = {f: replace(fund, expires=4 if f == "kiel" else fund.expires) for f, fund in now.funds.items()}
    funds["pda"] = replace(funds["pda"], approval_delay=2)
    kept = Kept("then", until, then, values)
    before = {
        "ordered": {
            ("usai", "ohio", "shell", 2): 3.5,
            ("usai", "ohio", "shell", 3): 4.5,
            ("usai", "ohio", "rocket", 4): 0.75,
            ("kiel", "unter", "shell", 5): 6.25,
            ("gone", "acme", "chip", 3): 8.5,
        },
        "released": {("usai", "US", "shell", 3): 2.5, ("pda", "DE", "gun", 4): 1.25},
        "built": {("usai", "ohio 2", 1): 1.5, ("usai", "ohio 2", 3): 2.25},
    }
    before = {quantity: dict(sorted(amounts.items())) for quantity, amounts in before.items()}
    data = replace(now, **{"funds": funds, "against": Earlier("before", then, before, 2, 5), **tables})
    return keep(data, kept)
