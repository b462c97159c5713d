"""Random planning workbooks in which every sheet has something to say: what a plan may leave to its next periods.

Months or quarters, wide or long tables, with a tail or without; lead times, transits and build times that reach over any
period; funds that lapse, expire and wait; shares, order books with due dates, redirected goods, standing guarantees,
measures on the adversary's output.
"""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

from openpyxl import Workbook

Rows = list[list[Any]]


def labels(start: int, count: int, months: int) -> list[str]:
    """Labels of ``count`` periods from month number ``start`` (since year 0) on."""
    found = []
    for n in range(count):
        year, month = divmod(start + n * months, 12)
        found.append(f"{year}-Q{month // 3 + 1}" if months == 3 else f"{year}-{month + 1:02d}")
    return found


class Made:
    """One random workbook: its sheets, and the periods that it plans."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.months = self.random.choice((1, 1, 3))
        self.count = self.random.randint(5, 7)
        self.tail = self.random.choice((0, 0, 2, 3))
        start = 2024 * 12 + 6
        everything = labels(start - 2 * self.months, self.count + self.tail + 2, self.months)
        self.before, self.planned = everything[:2], everything[2:]
        self.periods = self.planned[: self.count]
        self.sheets: dict[str, Rows] = {}
        for make in (self._plan, self._industry, self._money, self._movement, self._front, self._pressure):
            make()

    def number(self, low: float, high: float) -> float:
        """A number with two decimals."""
        return round(self.random.uniform(low, high), 2)

    def maybe(self, low: float, high: float, chance: float = 0.5) -> float | None:
        """A number, or nothing."""
        return self.number(low, high) if self.random.random() < chance else None

    def table(
        self, sheet: str, names: list[str], rows: Rows, low: float, high: float, empty: float = 0.2, tail: float = 0.5
    ) -> None:
        """A time table: every period, sometimes the tail's, wide or long."""
        periods = self.planned if self.random.random() < tail else self.periods
        cells = [[self.maybe(low, high, 1 - empty) for _ in periods] for _ in rows]
        self.put(sheet, names, rows, periods, cells)

    def put(self, sheet: str, names: list[str], rows: Rows, periods: list[str], cells: list[list[Any]]) -> None:
        """Wide or long."""
        if self.random.random() < 0.75 or not periods:
            self.sheets[sheet] = [[*names, *periods], *([*row, *own] for row, own in zip(rows, cells, strict=True))]
            return
        lines: Rows = [[*names, "period", "value"]]
        for row, own in zip(rows, cells, strict=True):
            given = [(t, value) for t, value in zip(periods, own, strict=True) if value is not None]
            lines += [[*row, t, value] for t, value in given or [(periods[0], 0)]]
        self.sheets[sheet] = lines

    def some(self, periods: list[str]) -> list[str]:
        """Some periods, in order."""
        return [t for t in periods if self.random.random() < 0.5]

    def _plan(self) -> None:
        self.sheets["settings"] = [
            ["key", "value", "source"],
            ["start", self.periods[0], "the staff"],
            ["periods", self.count, None],
            ["period_months", self.months, None],
            ["money_unit", 1000, None],
            ["urgency_rate", 0.03, None],
            ["outyear_limit", self.number(3, 9), None],
            ["liability_before", 0.25, None],
            ["tail", self.tail, None],
            ["tail_weight", 0.6, None],
        ]
        self.sheets["places"] = [
            ["place", "kind", "throughput_t", "storage_t", self.planned[2]],
            ["US", "country", None, None, None],
            ["DE", "country", 60, None, 22],
            ["hub", "hub", 45, 30, None],
            ["east", "front", None, None, None],
            ["south", "front", None, 25, None],
            ["Heer", "home", None, None, None],
        ]
        self.sheets["items"] = [
            ["item", "kind", "class", "weight_t"],
            ["shell", "munition", "ammo", 0.05],
            ["rocket", "munition", "missile", 0.4],
            ["gun", "equipment", "vehicle", 3],
            ["powder", "component", None, None],
            ["motor", "component", None, None],
        ]
        self.sheets["capabilities"] = [
            ["capability", "kind", "weight"],
            ["fires", "flow", 2],
            ["strike", "flow", 1.3],
            ["guns", "level", 0.7],
        ]
        self.sheets["effects"] = [
            ["item", "capability", "effect"],
            ["shell", "fires", 1],
            ["rocket", "fires", 4],
            ["rocket", "strike", 1.5],
            ["gun", "guns", 1],
        ]
        self.sheets["goals"] = [
            ["goal", "rank", "tolerance"],
            ["coverage", 1, None],
            ["equity", 2, 0.02],
            ["parity", 3, None],
            ["cost", 4, None],
        ]

    def _industry(self) -> None:
        random = self.random
        self.sheets["plants"] = [["plant", "place"], ["ohio", "US"], ["ulm", "DE"], ["kiel", "DE"]]
        lead = lambda: random.randint(0, 3)  # noqa: E731
        self.sheets["products"] = [
            ["plant", "item", "unit_cost", "lead_time", "capacity_use"],
            ["ohio", "shell", 5.5, lead(), 1],
            ["ohio", "rocket", 21, lead(), 4],
            ["ulm", "shell", 6.25, lead(), 1.25],
            ["ulm", "gun", 190, lead(), 9],
            ["ulm", "powder", None, 0, 0.2],
            ["kiel", "gun", 205, lead(), 8],
            ["kiel", "motor", None, 0, 1],
        ]
        due = self.some(self.planned)
        book: Rows = [
            ["ohio", "shell", None, 31, self.maybe(0, 40)],
            ["ulm", "gun", "Heer", 1.5, None],
            ["ohio", "rocket", None, None, 2],
        ]
        self.put(
            "orderbook",
            ["plant", "item", "owner", "quantity", "closing"],
            book,
            due,
            [[self.maybe(1, 9) for _ in due] for _ in book],
        )
        self.table("capacity", ["plant"], [["ohio"], ["ulm"], ["kiel"]], 30, 90, empty=0.05)
        step = self.some(self.planned)[:1]
        self.sheets["expansions"] = [
            [
                "expansion",
                "plant",
                "financing",
                "capex",
                "build_time",
                "limit",
                "step_limit",
                "guarantee_share",
                "guarantee_periods",
                *step,
            ],
            ["bigger", "ohio", "public", 17, random.randint(0, 2), 33, 14, None, None, *(9 for _ in step)],
            [
                "pledge",
                "ulm",
                "private",
                None,
                random.randint(1, 3),
                27,
                12,
                0.35,
                random.randint(3, 8),
                *(None for _ in step),
            ],
        ]
        self.sheets["bills"] = [
            ["item", "component", "plant", "quantity"],
            ["shell", "powder", "*", 0.5],
            ["shell", "powder", "ulm", 0.4],
            ["rocket", "motor", None, 1.1],
        ]
        self.table("supply", ["component", "initial"], [["powder", 21], ["motor", None]], 4, 20)
        owners = [["Heer", "gun", random.choice(("*", "ulm")), None, random.choice((None, 0.5))]]
        self.table("redirects", ["owner", "item", "plant", "owed_before", "owed_end"], owners, 0.2, 1.5, empty=0.4)
        self.table("guarantees", ["plant"], [["ulm"]], 2, 9, empty=0.4, tail=0.0)

    def _money(self) -> None:
        self.sheets["funds"] = [
            [
                "fund",
                "donor",
                "mode",
                "opening",
                "approval_delay",
                "carry_over",
                "expires",
                "available_before",
                "spent_before",
                "delivers_to",
            ],
            ["USAI", "US", "lend_lease", 0.3, None, "yes", None, 0.4, 0.2, None],
            [
                "EUF",
                "EU",
                "tranche",
                None,
                self.random.randint(1, 2),
                self.random.choice(("yes", "no")),
                None,
                None,
                None,
                None,
            ],
            ["DEF", "DE", "lend_lease", 0.1, None, "no", None, None, None, "Heer"],
            ["OLD", "US", "tranche", 0.2, 1, "yes", self.random.choice(self.planned[1:]), None, None, None],
        ]
        periods = [*self.before, *(self.planned if self.random.random() < 0.3 else self.periods)]
        funds: Rows = [["USAI"], ["EUF"], ["DEF"], ["OLD"]]
        self.put("funding", ["fund"], funds, periods, [[self.maybe(0.1, 0.9, 0.8) for _ in periods] for _ in funds])
        self.sheets["menu"] = [
            [
                "fund",
                "item",
                "class",
                "country",
                "channel",
                "allow",
                "share_min",
                "share_max",
                "spent_before",
                "spent_in_time_before",
            ],
            ["USAI", "*", "*", "*", "*", "yes", None, None, None, None],
            ["USAI", "*", "*", "DE", "order, expand", "no", None, 0.6, 0.1, 0.1],
            ["USAI", "*", "ammo, missile", "*", "order", "no", 0.15, None, 0.07, 0.05],
            ["EUF", "*", "*", "DE", "*", "yes", None, None, None, None],
            ["DEF", "gun", "*", "*", "order", "yes", None, None, None, None],
            ["OLD", "*", "*", "US", "order, release", "yes", None, 0.9, None, None],
        ]

    def _movement(self) -> None:
        random = self.random
        drawn = self.some(self.planned)[:2]
        self.sheets["stocks"] = [
            ["place", "item", "initial", "floor", "release_limit", "release_cost", *drawn],
            ["DE", "shell", 42, 8, 11, 3.5, *(4 for _ in drawn)],
            ["US", "gun", 3.5, 0.75, None, 90, *(None for _ in drawn)],
            ["hub", "shell", 6, None, None, None, *(None for _ in drawn)],
            ["east", "shell", 5, None, None, None, *(None for _ in drawn)],
        ]
        self.table("arrivals", ["place", "item"], [["hub", "rocket"], ["US", "shell"]], 0.5, 3, empty=0.6)
        closed = self.some(self.planned)[:1]
        self.sheets["lanes"] = [
            ["origin", "destination", "mode", "class", "cost_per_t", "transit", "capacity_t", "loss", *closed],
            ["US", "hub", "sea", None, 9, random.randint(1, 3), 40, 0.02, *(0 for _ in closed)],
            ["US", "hub", "air", "missile", 60, 0, 3, None, *(None for _ in closed)],
            ["DE", "hub", "rail", None, 4, random.randint(0, 1), 30, None, *(12 for _ in closed)],
            ["hub", "east", None, None, 2, random.randint(0, 2), None, 0.05, *(None for _ in closed)],
            ["hub", "south", "road", None, 3, 0, 9, None, *(None for _ in closed)],
            ["DE", "Heer", None, None, 1, 0, None, None, *(None for _ in closed)],
        ]

    def _front(self) -> None:
        names = ["place", "capability", "priority", "floor", "floor_from", "eased_by", "eased_share"]
        rows: Rows = [
            ["east", "fires", 2, 0.01, self.planned[3], None, None],
            ["east", "guns", 1, None, None, None, None],
            ["south", "fires", 1.4, None, None, "strike", 0.4],
            ["south", "strike", 1.7, None, None, None, None],
            ["Heer", "guns", 0.6, None, None, None, None],
        ]
        self.table("demand", names, rows, 8, 50, empty=0.15)
        self.sheets["fleets"] = [
            ["place", "item", "initial", "attrition"],
            ["east", "gun", 4, 0.08],
            ["Heer", "gun", 1, None],
            ["south", "gun", 2.5, 0.05],
        ]
        self.sheets["platforms"] = [["item", "platform", "rate"], ["shell", "gun", 7], ["rocket", "gun", 1.5]]

    def _pressure(self) -> None:
        self.table("adversary", ["capability", "target_ratio"], [["fires", 0.4], ["strike", 0.7]], 30, 90)
        self.sheets["measures"] = [
            ["measure", "capability", "effect", "effect_low", "effect_high", "ramp", "leak", "fade"],
            ["chips", "strike", 0.3, 0, 0.4, 3, 0.5, 0.02],
            ["powders", "fires, strike", 0.12, None, None, 1, None, None],
        ]
        self.sheets["joins"] = [
            ["measure", "donor", "weight", "from", "cost"],
            ["chips", "US", 0.6, self.periods[0], 0.02],
            ["chips", "EU", 0.4, self.periods[2], 0.01],
            ["powders", "DE", 0.5, self.before[0], None],
            ["powders", "US", 0.3, None, 0.03],
        ]

    def write(self, path: Path) -> Path:
        """Writes the workbook."""
        book = Workbook()
        book.remove(book.active)
        for name, rows in self.sheets.items():
            page = book.create_sheet(name)
            for row in rows:
                page.append(row)
        book.save(path)
        return path
