"""What a run reports beside its plan: prices of limits, and allocations that could move at no cost.

Neither follows from the tables alone; what can be checked is that they speak of this plan: known goals,
limits and codes, numbers that are numbers, and every allocation of ``ties.csv`` between its least and most.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from aidplan_models.registry import LIMITS, QUANTITIES, LimitKind

from aidplan.audit.exact import Key, same, shown
from aidplan.audit.ledger import REPAIR, number_of, read_rows
from aidplan.audit.plan import AuditedPlan

ALL_PLANTS = ("plant", "*")
"""The plant of a row of ``redirects`` that speaks of every plant."""
_MENU = frozenset(["item", "class", "country", "channel"])
_SIDES = ("price_up", "price_down", "range_up", "range_down")


def audit_prices_and_ties(plan: AuditedPlan, tables: Path, manifest: Mapping[str, Any]) -> None:
    """Finds rows of ``prices.csv`` and ``ties.csv`` that cannot be this plan's."""
    for name, check in (("prices", _price), ("ties", _tie)):
        if (tables / f"{name}.csv").exists():
            for number, cells in read_rows(tables / f"{name}.csv", plan.report):
                plan.report.recomputed[name] += 1
                for says in check(plan, cells, manifest):
                    plan.report.add(name, f"tables/{name}.csv row {number}", says, REPAIR)


def _priced(limit: str) -> bool:
    return limit in LIMITS and LIMITS[limit].kind is not LimitKind.DEFINING


def _price(plan: AuditedPlan, cells: Mapping[str, str], manifest: Mapping[str, Any]) -> Iterator[str]:
    goals = {"+".join(rank["goals"]) for rank in manifest.get("ranks") or [] if _names_goals(rank)}
    if cells.get("goal") not in goals:
        yield f"no rank optimised `{cells.get('goal')}`"
    if not _priced(cells.get("limit", "")):
        yield f"the plan has no limit `{cells.get('limit')}`"
    menu = cells.get("limit", "").startswith("share_")
    yield from _strangers(plan, {name: code for name, code in cells.items() if not (menu and name in _MENU)})
    price = number_of(cells.get("price", ""))
    if not price:
        yield f"price is `{cells.get('price', '')}`; a row holds a number that is not 0"
    for side in _SIDES:
        if cells.get(side) and cells[side].lstrip("-") not in ("inf", "nan") and number_of(cells[side]) is None:
            yield f"{side} is `{cells[side]}`, which is no number"


def _tie(plan: AuditedPlan, cells: Mapping[str, str], _: Mapping[str, Any]) -> Iterator[str]:
    quantity = cells.get("quantity", "")
    if quantity not in QUANTITIES:
        yield f"the plan has no quantity `{quantity}`"
        return
    if strangers := list(_strangers(plan, cells)):
        yield from strangers
        return
    labels = {label: t for t, label in enumerate(plan.data.period_labels, start=1)}
    index = QUANTITIES[quantity].index
    key: Key = tuple(labels.get(cells.get(name, ""), 0) if name == "period" else cells.get(name, "") for name in index)
    value = plan.ledgers[quantity][key]
    least, most = number_of(cells.get("least", "")), number_of(cells.get("most", ""))
    if cells.get("exact", "") not in ("", "yes"):
        yield f"exact is `{cells['exact']}`; it is `yes` or empty"
    if least is not None and value < least and not same(value, least, _size(least, most)):
        yield f"at least {shown(least)}, but {plan.ledgers[quantity].place(key)} says {shown(value)}"
    if most is not None and value > most and not same(value, most, _size(least, most)):
        yield f"at most {shown(most)}, but {plan.ledgers[quantity].place(key)} says {shown(value)}"


def _strangers(plan: AuditedPlan, cells: Mapping[str, str]) -> Iterator[str]:
    for name, code in cells.items():
        if code and name in plan.known and not plan.known[name](code) and (name, code) != ALL_PLANTS:
            yield f"the workbook knows no {name} `{code}`"


def _names_goals(rank: object) -> bool:
    return (
        isinstance(rank, dict)
        and isinstance(rank.get("goals"), list)
        and all(isinstance(g, str) for g in rank["goals"])
    )


def _size(least: Decimal | None, most: Decimal | None) -> Decimal:
    return max(abs(bound) for bound in (least, most, Decimal(0)) if bound is not None)
