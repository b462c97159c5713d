"""What differs between plans: figures of every run beside each other, the weightiest differences first."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from aidplan_models import derived

from aidplan.compare.alike import Alike
from aidplan.compare.headline import headline
from aidplan.compare.lines import Line, Naming, View, view_of
from aidplan.compare.sharing import Sharing
from aidplan.figures.money import funds_money
from aidplan.figures.naming import Names
from aidplan.figures.quantities import Array, Plan

if TYPE_CHECKING:
    from aidplan.extract import PlanRun

GOALS, MONEY_GOALS = "Goals", ("cost", "liability")


class Plans:
    """The plans of several runs, read over the periods that all of them share."""

    def __init__(self, runs: Sequence[PlanRun], sharing: Sharing) -> None:
        self.plans = [Plan(run) for run in runs]
        self._sharing = sharing
        self._places: dict[str, str] = {}
        self._alike = Alike(self.plans)
        wanted = set(sharing.labels)
        self._at = [[t for t, label in enumerate(plan.labels) if not wanted or label in wanted] for plan in self.plans]

    def place(self, code: str) -> str:
        """The place's name in the first run that has it: what was renamed stays one thing."""
        return self._first(code, "places").place(code)

    def capability(self, code: str) -> str:
        """The capability's name, likewise."""
        return self._first(code, "capabilities").capability(code)

    def plant(self, code: str) -> str:
        """The plant's name, likewise."""
        return self._first(code, "plants").plant(code)

    def item(self, code: str) -> str:
        """The item's name, likewise."""
        return self._first(code, "items").item(code)

    def donor(self, donor: str) -> str:
        """The donor's name, likewise."""
        return self._first(donor, "places").donor(donor)

    def donor_key(self, donor: str) -> str:
        """The code of the place that a donor is, written as its code or by its name in any run; else as written."""
        if donor not in self._places:
            names = (plan.run.book["places"].rows for plan in self.plans)
            found = (
                row.key[0] for rows in names for row in rows if str(row["name"] or "").casefold() == donor.casefold()
            )
            self._places[donor] = next(found, donor)
        return self._places[donor]

    def _first(self, code: str, field: str) -> Names:
        having = (plan.names for plan in self.plans if code in getattr(plan.data, field))
        return next(having, self.plans[0].names)

    def views(self) -> list[View]:
        """Every table, in the order in which they are read."""
        return [
            headline(self.plans, self._sharing),
            self.goals(),
            self.capabilities(),
            self.places(),
            self.coverage(),
            self.donors(),
            self.donor_orders(),
            self.plant_orders(),
            self.orders(),
            self.growth(),
        ]

    def sum(self, run: int, array: Array) -> float:
        """The sum over the shared periods."""
        return float(array[self._at[run]].sum())

    def goals(self) -> View:
        """The goals' values, each over its run's own horizon."""
        lines = []
        for goal in self.plans[0].run.manifest["goals"]:
            found = [plan.run.manifest["goals"].get(goal) for plan in self.plans]
            figures = tuple(
                self._sharing.money(run, value) if goal in MONEY_GOALS else value for run, value in enumerate(found)
            )
            kind = "money" if goal in MONEY_GOALS else "share"
            lines.append(Line((goal,), figures, kind, (0.0,) * (len(figures) - 1), better=-1))
        about = (
            "coverage: demand that is not met; equity: gap at the worst-served front; parity: output short of "
            "its target; cost: all that is spent, transport included; liability: guarantees that may fall due later."
        )
        if any(plan.run.data.tail for plan in self.plans):
            about += " They count the periods after the horizon (the tail) too; demand met, above, does not."
        return View(GOALS, "Objectives", about, ("Goal",), tuple(lines))

    def capabilities(self) -> View:
        """Demand met by capability."""
        about = "The share of demand met, over all places; sorted by what the difference weighs in the coverage goal."
        return self._met(
            "Coverage",
            "Demand met by capability",
            about,
            ("Capability",),
            lambda place, what: (what,),
            (self.capability,),
        )

    def places(self) -> View:
        """Demand met by place: the mean over its capabilities, each as it weighs in the coverage goal."""
        about = (
            "The share of demand met, each capability as it weighs in the coverage goal; sorted by what the difference "
            "weighs there."
        )
        return self._met(
            "Places", "Demand met by place", about, ("Place",), lambda place, what: (place,), (self.place,)
        )

    def coverage(self) -> View:
        """Demand met by place and capability."""
        about = "The share of demand met; sorted by what the difference weighs in the coverage goal."
        return self._met(
            "Coverage by place",
            "Demand met by place and capability",
            about,
            ("Place", "Capability"),
            lambda place, what: (place, what),
            (self.place, self.capability),
        )

    def _met(
        self,
        name: str,
        title: str,
        about: str,
        headings: tuple[str, ...],
        keyed: Callable[[str, str], tuple[str, ...]],
        naming: Naming,
    ) -> View:
        weighed = headings == ("Place",)
        demand: list[dict[tuple[str, ...], float]] = []
        unmet: list[dict[tuple[str, ...], float]] = []
        short: list[dict[tuple[str, ...], float]] = []
        for run, plan in enumerate(self.plans):
            weights = coverage_weights(plan)
            demand.append({})
            unmet.append({})
            short.append({})
            missing = plan.demand("unmet")
            for (place, what), wanted in plan.demand("demand").items():
                key = keyed(place, what)
                weight = weights[place, what]
                measure = weight if weighed else 1.0
                parts = (
                    (demand, measure * wanted),
                    (unmet, measure * missing[place, what]),
                    (short, weight * missing[place, what]),
                )
                for totals, array in parts:
                    totals[run][key] = totals[run].get(key, 0.0) + self.sum(run, array)
        figures = [
            {key: 1.0 - missing[key] / wanted for key, wanted in wanting.items() if wanted > 0}
            for wanting, missing in zip(demand, unmet, strict=True)
        ]
        return view_of(name, title, about, headings, naming, figures, "share", short, better=1)

    def donors(self) -> View:
        """Money of each donor: available, spent, lapsed, left at the end."""
        figures: list[dict[tuple[str, ...], float]] = []
        for run, plan in enumerate(self.plans):
            found: dict[tuple[str, ...], float] = {}
            for fund in funds_money(plan):
                name = self.donor_key(fund.donor)
                amounts = {
                    "available": self.sum(run, fund.available),
                    "spent": self.sum(run, fund.spent),
                    "lapsed": self.sum(run, fund.lapsed),
                    "left at the end": fund.left,
                }
                for what, amount in amounts.items():
                    found[name, what] = found.get((name, what), 0.0) + amount
            figures.append(self._money(run, found))
        about = f"Money by donor [{self.plans[0].money}], the largest difference first."
        return view_of(
            "Money", "Money by donor", about, ("Donor", "Money"), (self.donor, str), figures, "money", figures
        )

    def donor_orders(self) -> View:
        """Money ordered by donor."""
        about = f"Orders placed, by donor [{self.plans[0].money}], the largest difference first."
        return self._ordered("Orders by donor", about, ("Donor",), (0,), (self.donor,))

    def plant_orders(self) -> View:
        """Money ordered by plant."""
        about = f"Orders placed, by plant [{self.plans[0].money}], the largest difference first."
        return self._ordered("Orders by plant", about, ("Plant",), (1,), (self.plant,))

    def orders(self) -> View:
        """Money ordered by fund, plant and item."""
        about = f"Orders placed [{self.plans[0].money}], the largest difference first."
        return self._ordered("Orders", about, ("Fund", "Plant", "Item"), (3, 1, 2), (str, self.plant, self.item))

    def _ordered(
        self, name: str, about: str, headings: tuple[str, ...], parts: tuple[int, ...], naming: Naming
    ) -> View:
        figures: list[dict[tuple[str, ...], float]] = []
        for run, plan in enumerate(self.plans):
            data = plan.data
            found: dict[tuple[str, ...], float] = {}
            for (fund, plant, item), ordered in plan["ordered"].items():
                codes = (self.donor_key(data.funds[fund].donor), plant, item, fund)
                key = tuple(codes[part] for part in parts)
                amount = self.sum(run, ordered) * data.products[plant, item].unit_cost / data.money_unit
                found[key] = found.get(key, 0.0) + amount
            figures.append(self._money(run, found))
        whole = parts == (3, 1, 2) and self._alike.is_known
        alike = self._alike.order if whole else None
        return view_of(name, name, about, headings, naming, figures, "money", figures, absent=0.0, alike=alike)

    def growth(self) -> View:
        """Capacity built and pledged by expansion; weighed by what it adds to its plant."""
        figures: list[dict[tuple[str, ...], float]] = []
        shares: list[dict[tuple[str, ...], float]] = []
        for run, plan in enumerate(self.plans):
            totals: dict[str, float] = {}
            for name, at in (("built", 1), ("pledged", 0)):
                for index, array in plan[name].items():
                    totals[index[at]] = totals.get(index[at], 0.0) + self.sum(run, array)
            found: dict[tuple[str, ...], float] = {}
            share: dict[tuple[str, ...], float] = {}
            for code, units in totals.items():
                row = plan.data.expansions[code]
                key = (code, row.plant, row.financing)
                found[key] = units
                share[key] = units / max(*plan.data.capacity[row.plant], row.limit, 1e-9)
            figures.append(found)
            shares.append(share)
        about = "Capacity that the plan builds or has pledged [capacity units of the plant], the largest share first."
        headings = ("Expansion", "Plant", "Financing")
        return view_of(
            "Capacity built",
            "Capacity built",
            about,
            headings,
            (str, self.plant, str),
            figures,
            "quantity",
            shares,
            absent=0.0,
        )

    def _money(self, run: int, found: Mapping[tuple[str, ...], float]) -> dict[tuple[str, ...], float]:
        parts = {key: self._sharing.money(run, amount) for key, amount in found.items()}
        return {key: amount for key, amount in parts.items() if amount is not None}


def coverage_weights(plan: Plan) -> dict[tuple[str, str], Array]:
    """(place, capability) -> by period, what one unit of unmet demand weighs in the coverage goal."""
    weights = derived.coverage_weights(plan.data)
    periods = range(1, plan.horizon + 1)
    return {key: _array([weights.get((*key, t), 0.0) for t in periods]) for key in plan.data.demands}


def _array(values: Sequence[float]) -> Array:
    import numpy as np

    return np.array(values, dtype=float)
