"""A made-up coalition of any size, as a planning workbook: the same seed gives the same cells.

    python -m benchmarks.coalition M coalition-m.xlsx [--seed 1]

Its shape is that of the real workbook: money and capacity are short, plants share components, most goods pass a few
narrow hubs, donors buy for fronts and for their own homes, some capacity is grown by industry against guarantees.
Every figure is drawn, none means anything. S is about 10,000 columns, M 150,000, L 1,000,000.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import xlsxwriter

from aidplan.workbook.schema import SHEETS

Row = dict[str, Any]


@dataclass(frozen=True)
class Size:
    """How many there are of each thing; ``months`` is the horizon."""

    months: int
    countries: int
    hubs: int
    fronts: int
    homes: int
    munitions: int
    equipment: int
    components: int
    plants: int
    funds: int


SIZES = {
    "S": Size(12, 7, 2, 2, 2, 8, 7, 3, 18, 11),
    "M": Size(24, 16, 3, 4, 6, 22, 20, 6, 64, 26),
    "L": Size(60, 24, 4, 6, 10, 30, 28, 8, 104, 42),
}

FIRST_YEAR = 2025
FIRST_YEAR_MID = f"{FIRST_YEAR}-06"
GOALS = ("coverage", "equity", "parity", "cost", "liability")
SCENARIOS = (
    ("tolerant", "goals", "goal=coverage", "tolerance", "set", 0.01),
    ("less_money", "funding", "", "*", "scale", 0.8),
    ("surge", "demand", "", "*", "scale", 1.2),
    ("hub_shut", "places", "place=hub0", FIRST_YEAR_MID, "set", 0),
)
AGREEMENTS = 4
"""Lists of countries to buy in, of which every fund has one: donors' funds share their rights, as in the real workbook."""
SHELLS = 3
"""Of the munitions, every third is fired from a platform."""


class Coalition:
    """Draws one coalition. ``sheets()`` gives its rows, by sheet."""

    def __init__(self, size: Size, seed: int = 1) -> None:
        self.size = size
        self.rng = np.random.default_rng(seed)
        self.months = [f"{FIRST_YEAR + n // 12}-{n % 12 + 1:02}" for n in range(size.months)]
        self.countries = [f"C{n:02}" for n in range(size.countries)]
        self.hubs = [f"hub{n}" for n in range(size.hubs)]
        self.fronts = [f"front{n}" for n in range(size.fronts)]
        self.homes = [f"home_{c}" for c in self.countries[: size.homes]]
        self.munitions = [f"munition{n:02}" for n in range(size.munitions)]
        self.equipment = [f"equipment{n:02}" for n in range(size.equipment)]
        self.components = [f"component{n}" for n in range(size.components)]
        self.shells = self.munitions[::SHELLS]
        self.guns = self.equipment[: max(2, size.equipment // 5)]
        goods = [*self.munitions, *self.equipment]
        price = [*10 ** self.rng.uniform(3.5, 6, size.munitions), *10 ** self.rng.uniform(6, 7.2, size.equipment)]
        self.price = dict(zip(goods, price, strict=True))
        flows, levels = max(2, size.munitions // 2), max(2, size.equipment // 2)
        self.serves = {m: f"flow{n % flows:02}" for n, m in enumerate(self.munitions)}
        self.serves |= {e: f"level{n % levels:02}" for n, e in enumerate(self.equipment)}
        self.capabilities = sorted(set(self.serves.values()))
        self.need = self._needs()
        self.products = self._products()
        self.plant_place = {p: self._pick(self.countries) for p in sorted({p for p, _ in self.products})}

    # --- drawing ---

    def _pick(self, among: Sequence[str]) -> str:
        return str(among[int(self.rng.integers(len(among)))])

    def _some(self, among: Sequence[str], share: float) -> list[str]:
        chosen = [each for each in among if self.rng.random() < share]
        return chosen or [self._pick(among)]

    def _between(self, low: float, high: float) -> float:
        return float(self.rng.uniform(low, high))

    def _over_time(self, start: float, end: float, noise: float = 0.1) -> list[float]:
        course = np.linspace(start, end, self.size.months) * self.rng.uniform(1 - noise, 1 + noise, self.size.months)
        return [float(f"{value:.5g}") for value in course]

    def _by_month(self, values: Sequence[float]) -> Row:
        return dict(zip(self.months, values, strict=True))

    # --- what is needed and made ---

    def _items_of(self, capability: str) -> list[str]:
        return [i for i, c in self.serves.items() if c == capability]

    def _needs(self) -> dict[tuple[str, str], list[float]]:
        """(place, capability) -> need a month: some 40 to 400 million a month of flows, fleets of levels."""
        need: dict[tuple[str, str], list[float]] = {}
        for c in self.capabilities:
            price = float(np.mean([self.price[i] for i in self._items_of(c)]))
            for x in [*self.fronts, *self._some(self.homes, 0.5)]:
                worth = 10 ** self._between(7, 8) if c.startswith("flow") else 10 ** self._between(8.3, 9.3)
                amount = worth / price * (0.3 if x in self.homes else 1.0)
                need[x, c] = self._over_time(amount, amount * self._between(0.9, 1.5))
        return need

    def _products(self) -> dict[tuple[str, str], tuple[float, int, float]]:
        """(plant, item) -> price, lead time, capacity use: each plant one item, or a few of a kind."""
        products: dict[tuple[str, str], tuple[float, int, float]] = {}
        made = [*self.munitions, *self.equipment, *self.components, *self.components]
        for n in range(self.size.plants):
            first = made[n] if n < len(made) else self._pick([*self.munitions, *self.equipment])
            kind = next(kind for kind in (self.munitions, self.equipment, self.components) if first in kind)
            extra = self._some(kind, 0.8 / len(kind)) if kind is not self.components else []
            for i in dict.fromkeys([first, *extra]):
                price = self.price.get(i, 0.0) * self._between(0.9, 1.5)
                lead = 0 if i in self.components else int(self.rng.integers(1, 4 if i in self.munitions else 9))
                products[f"plant{n:03}", i] = (price, lead, 1.0 if i == first else self._between(0.5, 2.0))
        return products

    def _monthly_need(self, item: str) -> float:
        """Items a month that would serve all that the item can serve, losses of fleets at some 4 %."""
        c = self.serves[item]
        total = sum(float(np.mean(values)) for (_, capability), values in self.need.items() if capability == c)
        return total / len(self._items_of(c)) * (1.0 if c.startswith("flow") else 0.04)

    # --- sheets ---

    def sheets(self) -> dict[str, list[Row]]:
        """The rows of every sheet."""
        return {
            "settings": [
                {"key": "title", "value": "A made-up coalition"},
                {"key": "start", "value": self.months[0]},
                {"key": "periods", "value": self.size.months},
                {"key": "urgency_rate", "value": 0.01},
                {"key": "outyear_limit", "value": 20_000},
            ],
            **self._geography(),
            **self._goods(),
            **self._industry(),
            **self._money(),
            **self._needs_and_fleets(),
            "goals": [{"goal": goal, "rank": n} for n, goal in enumerate(GOALS, start=1)],
            "scenarios": [
                {"scenario": name, "sheet": sheet, "where": where, "column": column, "change": change, "value": value}
                for name, sheet, where, column, change, value in SCENARIOS
            ],
        }

    def _geography(self) -> dict[str, list[Row]]:
        kinds = {"country": self.countries, "hub": self.hubs, "front": self.fronts, "home": self.homes}
        places: list[Row] = [{"place": x, "kind": kind} for kind, named in kinds.items() for x in named]
        tonnes = sum(sum(self._monthly_need(i) * self._weight(i) for i in self._items_of(c)) for c in self.capabilities)
        share = tonnes / len(self.hubs)
        for row in places:
            if row["kind"] == "hub":
                row["throughput_t"] = round(share * self._between(0.8, 1.5))
                row["storage_t"] = round(3 * share)
        lanes: list[Row] = []
        for c in self.countries:
            for hub in self._some(self.hubs, 0.6):
                lanes.append(
                    self._lane(c, hub, "sea", 450, int(self.rng.integers(0, 3)), 3 * share / len(self.countries))
                )
                if self.rng.random() < 0.4:
                    lanes.append(self._lane(c, hub, "air", 4000, 0, 0.2 * share / len(self.countries)))
        for hub in self.hubs:
            lanes += [self._lane(hub, x, "rail", 60, 0, share / len(self.fronts)) for x in self.fronts]
            lanes += [self._lane(hub, x, "road", 110, 0, 0.4 * share / len(self.fronts)) for x in self.fronts]
        for home in self.homes:
            neighbours = {home.removeprefix("home_"), *self._some(self.countries, 0.3)}
            lanes += [self._lane(c, home, "road", 50, 0, 0) | {"capacity_t": ""} for c in sorted(neighbours)]
        return {"places": places, "lanes": lanes}

    def _lane(self, origin: str, destination: str, mode: str, cost: float, transit: int, tonnes: float) -> Row:
        return {
            "origin": origin, "destination": destination, "mode": mode, "cost_per_t": cost, "transit": transit,
            "capacity_t": round(tonnes * self._between(0.6, 1.4)), "loss": 0.02 if destination in self.fronts else 0,
            "class": "shell, missile" if mode == "air" else "*",
        }  # fmt: skip

    def _weight(self, item: str) -> float:
        return (
            0.05 if item in self.shells else 1.0 if item in self.munitions else 25.0 if item in self.equipment else 0.0
        )

    def _goods(self) -> dict[str, list[Row]]:
        items: list[Row] = []
        for i in [*self.munitions, *self.equipment, *self.components]:
            kind = "munition" if i in self.munitions else "equipment" if i in self.equipment else "component"
            word = "shell" if i in self.shells else "gun" if i in self.guns else {"munition": "missile"}.get(kind, "")
            items.append({"item": i, "kind": kind, "class": word or kind, "weight_t": self._weight(i)})
        capabilities = [
            {"capability": c, "kind": c.rstrip("0123456789"), "weight": round(self._between(0.5, 3), 2)}
            for c in self.capabilities
        ]
        effects = [
            {"item": i, "capability": c, "effect": round(self._between(0.7, 1.3), 3)} for i, c in self.serves.items()
        ]
        platforms = []
        for shell in self.shells:
            need = sum(float(np.mean(v)) for (_, c), v in self.need.items() if c == self.serves[shell])
            guns = [sum(float(np.mean(v)) for (_, c), v in self.need.items() if c == self.serves[g]) for g in self.guns]
            rate = need / sum(guns) * 1.5
            platforms += [{"item": shell, "platform": g, "rate": float(f"{rate:.4g}")} for g in self.guns]
        return {"items": items, "capabilities": capabilities, "effects": effects, "platforms": platforms}

    def _industry(self) -> dict[str, list[Row]]:
        products, capacity, orderbook, expansions = [], [], [], []
        makers: dict[str, int] = {}
        for (p, i), (price, lead, use) in self.products.items():
            products.append({"plant": p, "item": i, "lead_time": lead, "capacity_use": round(use, 3),
                             "unit_cost": round(price) if price else ""})  # fmt: skip
            makers[i] = makers.get(i, 0) + 1
        bills = [
            {"item": i, "component": k, "quantity": round(self._between(0.5, 3), 2)}
            for i in self.munitions
            for k in self._some(self.components, 1.2 / len(self.components))
        ]
        uses: dict[str, float] = dict.fromkeys(self.components, 0.0)
        for row in bills:
            uses[row["component"]] += row["quantity"] * self._monthly_need(row["item"])
        for p in self.plant_place:
            first, *_ = (i for q, i in self.products if q == p)
            monthly = uses[first] if first in uses else self._monthly_need(first)
            amount = monthly / makers[first] * self._between(0.4, 0.9)
            capacity.append({"plant": p, **self._by_month(self._over_time(amount, amount * self._between(1.0, 1.6)))})
            if first not in uses:
                orderbook.append({"plant": p, "item": first, "owner": "common", "quantity": float(f"{4 * amount:.4g}")})
            if self.rng.random() < 0.4:
                expansions.append(self._expansion(p, first, amount))
        supply = [
            {"component": k, "initial": float(f"{2 * n:.4g}"), **self._by_month(self._over_time(0.1 * n, 0.1 * n))}
            for k, n in uses.items()
        ]
        return {
            "plants": [{"plant": p, "place": x} for p, x in self.plant_place.items()], "products": products,
            "capacity": capacity, "orderbook": orderbook, "expansions": expansions, "bills": bills, "supply": supply,
        }  # fmt: skip

    def _expansion(self, plant: str, item: str, amount: float) -> Row:
        private = self.rng.random() < 0.6
        row: Row = {
            "expansion": f"more_{plant}", "plant": plant, "financing": "private" if private else "public",
            "build_time": int(self.rng.integers(3, 9)), "limit": float(f"{amount:.4g}"),
            "step_limit": float(f"{amount / 4:.4g}"), "capex": "" if private else round(3 * self.price.get(item, 1e4)),
        }  # fmt: skip
        return row | ({"guarantee_share": 0.8, "guarantee_periods": 18} if private else {})

    def _money(self) -> dict[str, list[Row]]:
        monthly = dict.fromkeys([*self.fronts, *self.homes], 0.0)
        for (x, c), values in self.need.items():
            price = float(np.mean([self.price[i] for i in self._items_of(c)]))
            monthly[x] += float(np.mean(values)) * price * (1.0 if c.startswith("flow") else 0.04) / 1e6
        aid = 0.6 * sum(monthly[x] for x in self.fronts)
        rights = [", ".join(self._some(self.countries, 0.7)) for _ in range(AGREEMENTS)]
        funds, funding, menu = [], [], []
        for n in range(self.size.funds):
            home = self.homes[n] if n < len(self.homes) else ""
            money = monthly[home] if home else aid / (self.size.funds - len(self.homes))
            lend_lease = self.rng.random() < 0.7
            fund = f"fund{n:02}"
            funds.append({"fund": fund, "donor": self.countries[n % len(self.countries)], "delivers_to": home,
                          "mode": "lend_lease" if lend_lease else "tranche", "approval_delay": "" if lend_lease else 2,
                          "carry_over": "no" if n % 9 == 8 else "yes", "opening": round(money, 3)})  # fmt: skip
            funding.append({"fund": fund, **self._by_month(self._over_time(money * 0.8, money * 1.3, 0.3))})
            menu.append({"fund": fund, "country": rights[n % AGREEMENTS], "channel": "order"})
            if not home and n % 2:
                menu.append({"fund": fund, "country": self.countries[n % len(self.countries)],
                             "channel": "release, expand", "share_max": 0.4})  # fmt: skip
            if n % 4 == 0:
                menu.append({"fund": fund, "class": "missile", "channel": "order", "allow": "no", "share_max": 0.5})
        return {"funds": funds, "funding": funding, "menu": menu}

    def _needs_and_fleets(self) -> dict[str, list[Row]]:
        demand = [
            {"place": x, "capability": c, "priority": round(self._between(0.5, 2), 2), **self._by_month(values)}
            for (x, c), values in self.need.items()
        ]
        fleets = [
            {"place": x, "item": i, "attrition": round(self._between(0.01, 0.06), 3),
             "initial": float(f"{values[0] / len(self._items_of(c)) * self._between(0.5, 1.0):.4g}")}
            for (x, c), values in self.need.items()
            for i in self._items_of(c)
            if c.startswith("level")
        ]  # fmt: skip
        stocks: list[Row] = []
        for i in self.serves:
            for c in self._some(self.countries, 0.15):
                held = 12 * self._monthly_need(i) / len(self.countries) * self._between(0.5, 2)
                stocks.append({"place": c, "item": i, "initial": float(f"{held:.4g}"), "floor": float(f"{held / 2:.4g}"),
                               "release_limit": float(f"{held / 10:.4g}"), "release_cost": round(self.price[i])})  # fmt: skip
        arrivals = []
        for i in self._some(list(self.serves), 0.5):
            coming = np.zeros(self.size.months)
            coming[:3] = self._monthly_need(i) * self.rng.uniform(0, 0.1, 3)
            tonnes = [float(f"{value:.4g}") for value in coming]
            arrivals.append({"place": self._pick(self.hubs), "item": i, **self._by_month(tonnes)})
        made = sorted({self.serves[i] for _, i in self.products if i in self.serves})
        rivals = [c for n, c in enumerate(made) if n % 3 == 0]
        adversary = []
        for c in rivals:
            output = sum(self._monthly_need(i) for i in self._items_of(c))
            adversary.append(
                {"capability": c, "target_ratio": 0.8, **self._by_month(self._over_time(output, output * 1.2))}
            )
        return {"demand": demand, "fleets": fleets, "stocks": stocks, "arrivals": arrivals, "adversary": adversary}


def write_coalition(size: Size, target: Path, seed: int = 1) -> None:
    """Write the workbook of one coalition."""
    write_rows(Coalition(size, seed).sheets(), target)


def write_rows(rows: Mapping[str, Sequence[Row]], target: Path) -> None:
    """Write a workbook of these rows, by sheet."""
    file = xlsxwriter.Workbook(str(target), {"strings_to_formulas": False, "strings_to_urls": False})
    for name in SHEETS:
        records = rows.get(name)
        if records is None:
            continue
        sheet = file.add_worksheet(name)
        columns = list(dict.fromkeys(column for record in records for column in record))
        sheet.write_row(0, 0, columns)
        for n, record in enumerate(records, start=1):
            for place, column in enumerate(columns):
                value = record.get(column, "")
                if value != "":
                    sheet.write(n, place, value)
    file.close()


def main() -> None:
    """Write one workbook of the size asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("size", choices=list(SIZES))
    parser.add_argument("file", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    write_coalition(SIZES[asked.size], asked.file, asked.seed)


if __name__ == "__main__":
    main()
