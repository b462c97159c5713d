"""The sheets of ``plan.xlsx`` that planners read: their figures by period against the tables.

A sheet is compared where it has the columns of codes named here and a column for each period; a sheet of
another layout is passed over (the sheet ``data`` is compared whatever the others look like).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from aidplan.audit.exact import ZERO, Key, Sums, exact, quotient, shown
from aidplan.audit.funds import available
from aidplan.audit.ledger import REPAIR
from aidplan.audit.plan import AuditedPlan

Rows = Sequence[Sequence[object]]
Values = Mapping[Key, Decimal]


@dataclass(frozen=True, slots=True)
class View:
    """``codes`` are the titles of the columns that make the key, in index order; ``row`` is what the column
    ``kind`` says in the rows meant, where not all are; ``total`` is the title of the sum over periods.
    """

    sheet: str
    quantity: str
    codes: tuple[str, ...]
    row: str = ""
    total: str = ""
    kind: str = "Row"


VIEWS = (
    View("Orders", "ordered", ("Fund", "Plant code", "Item code"), total="Ordered [items]"),
    View("Production", "made", ("Plant code", "Item code", "Owner code"), total="Made [items]"),
    View("Shipments", "shipped", ("From", "To", "Mode", "Item code"), total="Shipped [items]"),
    View("Stocks", "stock", ("Place code", "Item code")),
    View("Issued", "issued", ("Place code", "Item code"), total="Total [items]"),
    View("Fleets", "fleet", ("Place code", "Item code")),
    View("Reserves", "released", ("Charged to", "Place code", "Item code"), "drawn", "Drawn [items]"),
    View("Reserves", "reserve", ("Place code", "Item code"), "left"),
    View("Money", "available", ("Fund",), "available"),
    View("Money", "spent", ("Fund",), "spent"),
    View("Money", "balance", ("Fund",), "left"),
    View("Components", "pool", ("Code",), "left at the end of the period"),
    View("Expansions", "built", ("Paid by", "Expansion"), "public", "Started [capacity units]", "Financing"),
    View("Expansions", "pledged", ("Expansion",), "private", "Started [capacity units]", "Financing"),
    View("Capacity", "used", ("Plant code",), "used"),
    View("Lanes", "tonnes", ("From", "To", "Mode"), "tonnes"),
    View("Parity", "parity_gap", ("Code",), "short of target"),
    View("Coverage by place", "share met", ("Place code", "Code")),
)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_QUARTERS = ("Q1", "Q2", "Q3", "Q4")
_SAME, _NOTHING = Decimal("1e-9"), Decimal("1e-12")


def audit_views(plan: AuditedPlan, file: str, sheets: Mapping[str, Rows]) -> None:
    """Finds every figure by period that is not the tables', and every one that a sheet leaves out."""
    known: dict[str, Values] = {name: ledger.values for name, ledger in plan.ledgers.items()}
    known |= _derived(plan)
    reported = set(plan.data.period_labels[: plan.horizon])
    for view in VIEWS:
        rows = sheets.get(view.sheet, ())
        header = next((n for n, cells in enumerate(rows) if reported <= set(map(_title, cells))), None)
        titles = [_title(cell) for cell in rows[header]] if header is not None else []
        if header is not None and set(view.codes) <= set(titles) and (not view.row or view.kind in titles):
            _audit_view(plan, f"{file} {view.sheet}", view, titles, list(enumerate(rows, start=1))[header + 1 :], known)


def _audit_view(
    plan: AuditedPlan,
    sheet: str,
    view: View,
    titles: Sequence[str],
    rows: Sequence[tuple[int, Sequence[object]]],
    known: Mapping[str, Values],
) -> None:
    columns = {t: titles.index(label) for t, label in enumerate(plan.data.period_labels, start=1) if label in titles}
    values = known[view.quantity]
    unseen = {key for key in values if key[-1] in columns}
    biggest = max((abs(value) for value in values.values()), default=ZERO)
    for number, cells in rows:
        if view.row and cells[titles.index(view.kind)] != view.row:
            continue
        codes = tuple(str(cells[titles.index(title)]) for title in view.codes)
        if not all(codes):
            continue
        sums = Decimal(0)
        for t, column in columns.items():
            value = values.get((*codes, t), ZERO)
            sums += value if t <= plan.horizon else ZERO
            unseen.discard((*codes, t))
            _compare(plan, f"{sheet}!{_letters(column)}{number}", view.quantity, cells[column], value, biggest)
        if view.total in titles:
            column = titles.index(view.total)
            _compare(plan, f"{sheet}!{_letters(column)}{number}", view.quantity, cells[column], sums, biggest)
    for key in sorted(unseen):
        *codes_of, t = key
        plan.report.add(
            "plan.xlsx", sheet, f"leaves out {view.quantity} of {', '.join(codes_of)} in {plan.label(t)}", REPAIR
        )


def _title(cell: object) -> str:
    """A column's title; a period's name (``Jul 2024``, ``Q3 2024``) as the workbook has it (``2024-07``)."""
    name, _, year = str(cell).partition(" ")
    if len(year) != len("2024") or not year.isdecimal():
        return str(cell)
    if name in _MONTHS:
        return f"{year}-{_MONTHS.index(name) + 1:02d}"
    return f"{year}-{name}" if name in _QUARTERS else str(cell)


def _compare(plan: AuditedPlan, place: str, what: str, cell: object, value: Decimal, biggest: Decimal) -> None:
    plan.report.recomputed["sheets of plan.xlsx"] += 1
    if cell in ("", None) and value == 0:
        return
    number = exact(cell) if isinstance(cell, int | float) and not isinstance(cell, bool) else None
    if number is None or abs(number - value) > max(_SAME * abs(value), _NOTHING * biggest):
        plan.report.add("plan.xlsx", place, f"says {cell} where {what} is {shown(value)}", REPAIR)


def _derived(plan: AuditedPlan) -> dict[str, Values]:
    """Figures of the sheets that no table holds as such, worked out here."""
    data, ledgers = plan.data, plan.ledgers
    money = {
        (name, t): available(plan.at(t).data.funds[name], t) for name in data.funds for t in range(1, plan.planned + 1)
    }
    used, tonnes = Sums(), Sums()
    for (plant, item, _, t), number in ledgers["made"].items():
        product = plan.at(t).data.products.get((plant, item))
        if product is not None:
            used.add((plant, t), exact(product.capacity_use) * number)
    for (*lane, item, t), number in ledgers["shipped"].items():
        tonnes.add((*lane, t), exact(plan.at(t).data.items[item].weight_t) * number)
    return {
        "available": {key: value for key, value in money.items() if value},
        "used": dict(_totals(used)),
        "tonnes": dict(_totals(tonnes)),
        "share met": dict(_shares(plan)),
    }


def _totals(sums: Sums) -> Iterator[tuple[Key, Decimal]]:
    return ((key, row.total) for key, row in sums.items() if row.total)


def _shares(plan: AuditedPlan) -> Iterator[tuple[Key, Decimal]]:
    for place, capability in plan.data.demands:
        for t in range(1, plan.planned + 1):
            key, demand = (place, capability, t), plan.demand(place, capability, t)
            if demand > 0 and (met := demand - plan.ledgers["unmet"][key]):
                yield key, quotient(met, demand)


def _letters(column: int) -> str:
    letters, column = "", column + 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
