"""What must be decided soon, in a planner's words and in the units of the item."""

from __future__ import annotations

from aidplan.figures import answers
from aidplan.figures.decisions import EXPAND, GUARANTEE, ORDER, RELEASE, Decision
from aidplan.figures.figures import Figures
from aidplan.figures.format import listed, plural
from aidplan.figures.industry import capacity_unit
from aidplan.figures.quantities import Plan
from aidplan.figures.table import Cell, Column, Row, Table

_VERBS = {ORDER: "Order", RELEASE: "Release", EXPAND: "Expand", GUARANTEE: "Guarantee"}


def decisions(figures: Figures) -> Table:
    """Everything to be decided in the next three months, what can wait least first."""
    plan = figures.plan
    known = bool(plan.run.why.get("decisions"))
    rows = []
    for one in figures.decisions:
        cells = decision_cells(plan, one)
        if known:
            answer = answers.worth_of(plan, one) or {}
            cells = (
                *cells,
                answer.get("firm"),
                answers.points(answer.get("worth")),
                answers.points(answer.get("delay")),
            )
        rows.append(Row(cells))
    columns: tuple[Column, ...] = (
        Column("kind", "Decision", width=12), Column("fund", "Fund", width=13), Column("donor", "Donor", width=18),
        Column("where", "Plant, or country of the reserve", width=36), Column("what", "Item, or expansion", width=42),
        Column("quantity", "How many", "quantity", width=12), Column("unit", "Unit", width=18),
        Column("money", "Money (guarantee: liability)", "money", plan.money, 18), Column("when", "When", width=16),
        Column("until", "Latest useful order date", width=14), Column("serves", "Serves", width=26),
    )  # fmt: skip
    if known:
        columns = (
            *columns, Column("firm", "of it firm", "quantity", width=11), Column("worth", "Worth", "points", "points met", 11),
            Column("delay", "Cost of a period's delay", "points", "points met", 11),
        )  # fmt: skip
    return Table(
        "Decisions", "To be decided in the next three months", "What can wait least comes first. The date is the latest period from which lead time and the quickest lanes still reach a place with unmet demand; "
        "where all that a decision serves is met, it is the latest from which it still reaches demand.",
        columns, rows, frozen=1, empty="The plan decides nothing in the next three months.",
    )  # fmt: skip


def decision_cells(plan: Plan, one: Decision) -> tuple[Cell, ...]:
    """One decision as cells, in the order of the sheet's first eleven columns."""
    names, data = plan.names, plan.data
    quantity, unit = amount_of(plan, one)
    serves = (
        "demand that stays unmet"
        if one.helps_until
        else "demand that the plan meets"
        if one.arrives_until
        else "no demand of the horizon"
    )
    return (
        _VERBS[one.kind], one.fund or "industry", names.donor(data.funds[one.fund].donor) if one.fund else "",
        names.place(one.place) if one.kind == RELEASE else names.plant(one.place), _item(plan, one), quantity, unit,
        one.money, plan.when(one.first, one.last), until_of(plan, one), serves,
    )  # fmt: skip


def amount_of(plan: Plan, one: Decision) -> tuple[float, str]:
    """How many, and of what: items and their unit, of capacity the items a period that it makes."""
    if one.kind in (EXPAND, GUARANTEE):
        factor, unit = capacity_unit(plan, one.place)
        return one.quantity * factor, unit
    return one.quantity, plural(plan.names.item_unit(one.item) or "item")


def thing_of(plan: Plan, one: Decision) -> str:
    """``Order PAC-3 MSE``, ``Expand 155mm HE round (x_unterluess)``."""
    return f"{_VERBS[one.kind]} {_item(plan, one)}"


def until_of(plan: Plan, one: Decision) -> str:
    """``Mar 2025``: the latest useful order date."""
    return plan.when(one.helps_until) or plan.when(one.arrives_until) or "too late already"


def where_of(plan: Plan, one: Decision) -> str:
    """``US_AID, at Lockheed Martin, PAC-3 MSE``."""
    where = plan.names.place(one.place) if one.kind == RELEASE else plan.names.plant(one.place)
    return f"{one.fund or 'industry'}, {'from' if one.kind == RELEASE else 'at'} {where}"


def _item(plan: Plan, one: Decision) -> str:
    """The item; of an expansion, which has no name of its own, what its plant makes and its code."""
    if one.kind in (ORDER, RELEASE):
        return plan.names.item(one.item)
    plant = plan.data.expansions[one.item].plant
    makes = [plan.names.item(i) for p, i in plan.data.products if p == plant]
    return f"capacity for {listed(makes, 1)} ({one.item})"
