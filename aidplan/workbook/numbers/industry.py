"""Items, and plants: what they make at what price, their capacity and how it grows, and the components
that it takes.
"""

from __future__ import annotations

from aidplan_models.data import Expansion, Item, Product, Series, Supply

from aidplan.workbook.numbers.cells import PeriodReader, above_zero, by_code, in_order, number, whole
from aidplan.workbook.schema import ALL
from aidplan.workbook.tables import Row, Tables


def item(row: Row) -> Item:
    """One row of `items`."""
    return Item(str(row["kind"]), str(row["class"] or ""), number(row["weight_t"]))


def product(row: Row) -> Product:
    """One row of `products`."""
    return Product(number(row["unit_cost"] or 0.0), whole(row["lead_time"]), number(row["capacity_use"]))


def expansion(row: Row, read: PeriodReader) -> Expansion:
    """One row of `expansions`; what the other financing asks for is 0."""
    public = row["financing"] == "public"
    return Expansion(
        plant=str(row["plant"]),
        financing=str(row["financing"]),
        capex=number(row["capex"]) if public else 0.0,
        build_time=whole(row["build_time"]),
        limit=number(row["limit"]),
        step_limit=read.series(row),
        guarantee_share=0.0 if public else number(row["guarantee_share"]),
        guarantee_periods=0 if public else whole(row["guarantee_periods"]),
    )


def capacity(tables: Tables, read: PeriodReader) -> dict[str, Series]:
    """Plant -> its capacity in each period; 0 without a row."""
    rows = {row.key[0]: read.series(row) for row in tables["capacity"]}
    nothing = (0.0,) * tables.calendar.planned
    return by_code(tables, "plants", lambda row: rows.get(row.key[0], nothing))


def bills(tables: Tables) -> dict[tuple[str, str, str], float]:
    """Each product's own bill for a component, else the bill for every plant."""
    quantity = {row.key: number(row["quantity"]) for row in tables["bills"]}
    by_item: dict[str, set[str]] = {}
    for item, component, _ in quantity:
        by_item.setdefault(item, set()).add(component)
    resolved = {}
    for row in tables["products"]:
        plant, item = row.key
        for component in by_item.get(item, ()):
            own = quantity.get((item, component, plant))
            resolved[plant, item, component] = quantity.get((item, component, ALL), 0.0) if own is None else own
    return above_zero(in_order(resolved.items()))


def supply(tables: Tables, read: PeriodReader) -> dict[str, Supply]:
    """Component -> its supply; 0 without a row."""
    rows = {row.key[0]: Supply(number(row["initial"]), read.series(row)) for row in tables["supply"]}
    nothing = Supply(0.0, (0.0,) * tables.calendar.planned)
    components = [row.key[0] for row in tables["items"] if row["kind"] == "component"]
    return in_order((code, rows.get(code, nothing)) for code in components)
