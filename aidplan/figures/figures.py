"""Every figure of a report, derived once: the workbook and the page read the same ones."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from aidplan.figures import (
    cost,
    coverage,
    decisions,
    guarantees,
    headline,
    industry,
    limit_values,
    money,
    movement,
    reconciliation,
    risks,
)
from aidplan.figures import ledger as tracing
from aidplan.figures.deadlines import EndOfHorizon
from aidplan.figures.quantities import Plan
from aidplan.figures.unspent import Unspent, WhyUnspent

if TYPE_CHECKING:
    from aidplan.extract import PlanRun


class Figures:
    """Figures of one solved plan, each worked out when first asked for."""

    def __init__(self, run: PlanRun) -> None:
        self.plan = Plan(run)
        self.run = run

    @cached_property
    def verdict(self) -> tuple[bool, str]:
        """Whether the plan may be briefed from, and the sentence that says so."""
        return headline.verdict(self.plan)

    @cached_property
    def goals(self) -> list[headline.GoalInWords]:
        """The five goals in words."""
        return headline.goals_in_words(self.plan)

    @cached_property
    def funds(self) -> list[money.FundMoney]:
        """Every fund's money."""
        return money.funds_money(self.plan)

    @cached_property
    def donors(self) -> list[money.DonorMoney]:
        """Every donor's money, the largest first."""
        return money.donors_money(self.plan, self.funds, self.end.fund, self.guaranteed)

    @cached_property
    def limit_values(self) -> list[limit_values.LimitValue]:
        """What more of each limit is worth to the demand met."""
        return limit_values.limit_values(self.plan)

    @cached_property
    def guaranteed(self) -> dict[str, float]:
        """Donor's name -> what the guarantees that its orders back may leave to pay."""
        return guarantees.by_donor(self.plan, self.growths)

    @cached_property
    def shortages(self) -> list[coverage.Shortage]:
        """What is short at fronts and at home, one row a capability."""
        return coverage.shortages(self.plan)

    @cached_property
    def bridge(self) -> cost.CostBridge:
        """From what donors spend to the goal ``cost``."""
        return cost.cost_bridge(self.plan, self.shipments)

    @cached_property
    def reliances(self) -> list[risks.Reliance]:
        """The hub, the donor and the plant that most rests on."""
        return risks.reliances(self.plan, self.shipments, self.donors)

    @cached_property
    def delivered(self) -> list[tuple[str, float]]:
        """(unit, items of it) that reach the fronts over the horizon, the most first."""
        return movement.reach_fronts(self.plan, self.shipments)

    @cached_property
    def shipments(self) -> list[movement.Shipment]:
        """Everything that travels."""
        return movement.shipments(self.plan)

    @cached_property
    def unspent(self) -> dict[str, Unspent]:
        """Fund -> why its money was left, where some was."""
        why = WhyUnspent(self.plan, self.shipments)
        found = {fund.fund: why.of(fund) for fund in self.funds}
        return {fund: one for fund, one in found.items() if one is not None}

    def why_unspent(self, donor: money.DonorMoney) -> str:
        """Why a donor's money was left, the reasons of its largest unspent first; "" where none was."""
        unused = {fund.fund: fund.unused for fund in self.funds}
        reasons: dict[str, None] = {}
        for fund in sorted(donor.funds, key=lambda code: -unused[code]):
            if fund in self.unspent and unused[fund] > 0.01 * (donor.left + donor.lapsed):
                reasons.update(dict.fromkeys(self.unspent[fund].reasons))
        return "; ".join(reasons)

    @cached_property
    def bought(self) -> list[tracing.Bought]:
        """The donor ledger by fund and item."""
        return tracing.bought(self.plan, self.shipments)

    @cached_property
    def growths(self) -> list[industry.Growth]:
        """Every expansion started."""
        return industry.growths(self.plan)

    @cached_property
    def end(self) -> EndOfHorizon:
        """From when nothing ordered can arrive any more."""
        return EndOfHorizon(self.plan.data)

    @cached_property
    def late_from(self) -> int:
        """The first period in which nothing at all that is ordered can arrive within the horizon."""
        return self.end.whole()

    @cached_property
    def decisions(self) -> list[decisions.Decision]:
        """What must be decided in the next three months."""
        return decisions.decisions(self.plan, self.growths, self.end.arriving)

    @cached_property
    def goods(self) -> list[reconciliation.GoodsBalance]:
        """Where the goods of every item came from and went."""
        return reconciliation.goods_balances(self.plan, self.shipments)
