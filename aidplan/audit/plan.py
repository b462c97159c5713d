"""A run's plan as the audit's equations read it: the workbook's numbers and the run's tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING

from aidplan_models.data import MenuRow, PlanData

from aidplan.audit.exact import exact
from aidplan.audit.inputs import Inputs
from aidplan.audit.ledger import Ledger, known_codes
from aidplan.audit.report import AuditReport

if TYPE_CHECKING:
    from aidplan.workbook import Tables


@dataclass(frozen=True)
class Numbers:
    """A workbook in a scenario: its numbers as `PlanData`, and its tables."""

    data: PlanData
    book: Tables

    @cached_property
    def inputs(self) -> Inputs:
        """The workbook's numbers of time, pressure and commitments."""
        return Inputs(self.book)

    @cached_property
    def bills(self) -> Mapping[tuple[str, str], list[tuple[str, Decimal]]]:
        """(plant, item) -> its components, and how many of each go into one."""
        bills: dict[tuple[str, str], list[tuple[str, Decimal]]] = {}
        for (plant, item, component), quantity in self.data.bills.items():
            bills.setdefault((plant, item), []).append((component, exact(quantity)))
        return bills


@dataclass(frozen=True)
class Kept:
    """What a plan keeps of an earlier one: the earlier workbook's ``numbers`` count before period ``until``; that plan
    may have kept one itself.
    """

    until: int
    numbers: Numbers
    kept: Kept | None = None


@dataclass(frozen=True)
class Against:
    """An earlier plan that this one stays near: its workbook's ``numbers``, and what it decided (``ledgers`` by
    quantity).
    """

    numbers: Numbers
    ledgers: Mapping[str, Ledger]


@dataclass
class AuditedPlan:
    """``numbers`` are the workbook's, ``ledgers`` holds one table per quantity and ``spent``, ``report`` gathers what
    does not hold; ``kept`` is None but for a plan that keeps an earlier one's first periods, ``against`` but for one
    that stays near an earlier one.
    """

    numbers: Numbers
    ledgers: Mapping[str, Ledger]
    report: AuditReport
    kept: Kept | None = None
    against: Against | None = None

    @property
    def data(self) -> PlanData:
        """The workbook's numbers."""
        return self.numbers.data

    @property
    def book(self) -> Tables:
        """The workbook's tables."""
        return self.numbers.book

    def at(self, t: int) -> Numbers:
        """The numbers that count in a period: of what was decided then, also its times, prices and losses."""
        numbers, kept = self.numbers, self.kept
        while kept is not None and t < kept.until:
            numbers, kept = kept.numbers, kept.kept
        return numbers

    def is_kept(self, t: int) -> bool:
        """Whether an earlier plan decided the period."""
        return self.kept is not None and t < self.kept.until

    @cached_property
    def money_unit(self) -> Decimal:
        """Currency in one unit of money."""
        return exact(self.data.money_unit)

    @cached_property
    def known(self) -> Mapping[str, Callable[[str], bool]]:
        """Index column -> whether the workbook knows a code as such."""
        return known_codes(self.data)

    @property
    def inputs(self) -> Inputs:
        """The workbook's numbers of time, pressure and commitments."""
        return self.numbers.inputs

    @cached_property
    def horizon(self) -> int:
        """T, the last period that is reported."""
        return self.inputs.horizon

    @cached_property
    def planned(self) -> int:
        """The last period that is planned: T and the tail."""
        return self.inputs.planned

    def demand(self, place: str, capability: str, t: int) -> Decimal:
        """What a place needs in a period, where it is eased counted."""
        return self.at(t).inputs.demand[place, capability][t - 1]

    def label(self, t: int) -> str:
        """The period's name."""
        return self.data.period_labels[t - 1]

    def cell(self, sheet: str, key: tuple[str, ...] | str, column: str | int, t: int = 0) -> str:
        """Where the workbook gives a limit; its period's own cell where the limit changes by period and has one."""
        row = self.book.row(sheet, key)
        if row is None:
            return ""
        return f" ({self.book.address(sheet, key, t if t in row.periods else column)})"

    def is_goods(self, item: str) -> bool:
        """Munitions and equipment are goods."""
        return self.data.items[item].kind != "component"

    def matches(self, row: MenuRow, item: str, country: str, channel: str) -> bool:
        """Whether a menu row matches a purchase: its item and class, its country and its channel."""
        return (
            channel in row.channels
            and (row.countries is None or country in row.countries)
            and (row.items is None or item in row.items)
            and (row.classes is None or self.data.items[item].class_ in row.classes)
        )

    def row_matches(self, row: MenuRow, channel: str, what: str, country: str) -> bool:
        """`matches` for an item, or for an expansion by any item that its plant produces."""
        if channel != "expand":
            return self.matches(row, what, country, channel)
        plant = self.data.expansions[what].plant
        return any(self.matches(row, item, country, channel) for item in self.products_of[plant])

    @cached_property
    def products_of(self) -> dict[str, list[str]]:
        """Plant -> the items it makes, components too."""
        products: dict[str, list[str]] = {plant: [] for plant in self.data.plants}
        for plant, item in self.data.products:
            products[plant].append(item)
        return products

    def may(self, fund: str, channel: str, what: str, country: str, t: int) -> bool:
        """Whether the fund's menu allows it in a period: some row that allows matches. Asked often, so remembered."""
        asked = (fund, channel, what, country, id(self.at(t)))
        if asked not in self._rights:
            rows = [row for row in self.at(t).data.menu if row.fund == fund and row.allow]
            self._rights[asked] = any(self.row_matches(row, channel, what, country) for row in rows)
        return self._rights[asked]

    @cached_property
    def prices(self) -> dict[int, Mapping[str, Decimal]]:
        """What backing costs by plant, for each set of numbers; asked often, so remembered."""
        return {}

    @cached_property
    def _rights(self) -> dict[tuple[str, str, str, str, int], bool]:
        return {}

    @cached_property
    def purchases(self) -> list[Purchase]:
        """Everything that a fund pays for, one entry a row of ``ordered``, ``released`` and ``built``."""
        found = []
        for key, number in self.ledgers["ordered"].items():
            fund, plant, item, t = key
            data = self.at(t).data
            product = data.products.get((plant, item))
            if product is not None:
                money = exact(product.unit_cost) * number
                found.append(
                    Purchase("ordered", key, fund, "order", item, data.plants[plant], t, product.lead_time, money)
                )
        for key, number in self.ledgers["released"].items():
            fund, place, item, t = key
            reserve = self.at(t).data.reserves.get((place, item))
            if reserve is not None:
                money = exact(reserve.release_cost) * number
                found.append(Purchase("released", key, fund, "release", item, place, t, 0, money))
        for key, number in self.ledgers["built"].items():
            fund, name, t = key
            expansion = self.at(t).data.expansions[name]
            country, money = self.data.plants[expansion.plant], exact(expansion.capex) * number
            found.append(Purchase("built", key, fund, "expand", name, country, t, expansion.build_time, money))
        return found


@dataclass(frozen=True, slots=True)
class Purchase:
    """One thing paid for: in which table and row, by whom, through which channel, what, where, when [period],
    how many periods until it is there, and for how much in plain currency.
    """

    table: str
    key: tuple[str | int, ...]
    fund: str
    channel: str
    what: str
    country: str
    t: int
    delay: int
    currency: Decimal
