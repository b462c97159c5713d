"""Rules between the cells of a row, and between rows."""

from __future__ import annotations

from collections.abc import Iterator

from aidplan.workbook.findings import ERROR, Finding
from aidplan.workbook.schema import GOODS
from aidplan.workbook.tables import Row, Tables, codes_of
from aidplan.workbook.validate.codes import Codes, a_kind

SERVES = {"munition": "flow", "equipment": "level"}
SLACK = 1e-9
"""How far a sum may pass a limit, relatively, by floating-point dust alone."""


def validate_between(tables: Tables, codes: Codes) -> Iterator[Finding]:
    """Every breach of the rules that need more than one cell to tell."""
    yield from _required_where(tables, codes)
    yield from _effects(tables, codes)
    yield from _orderbook(tables, codes)
    yield from _bills(tables)
    yield from _menu(tables)
    yield from _stocks(tables, codes)
    yield from _storage(tables, codes)
    yield from _lanes(tables)
    yield from _scenario_names(tables)


def _error(code: str, row: Row, column: str | int, message: str, remedy: str) -> Finding:
    return Finding(code, ERROR, row.sheet.name, row.cell(column), message, remedy)


def _required_where(tables: Tables, codes: Codes) -> Iterator[Finding]:
    """Cells that are required in some rows only: the price of goods, the terms of an expansion."""
    for row in tables["products"]:
        if codes.kind("items", row["item"]) in GOODS and row.reads("item", "unit_cost") and row["unit_cost"] is None:
            yield _error(
                "empty-required",
                row,
                "unit_cost",
                "unit_cost is empty",
                f"give the price of one {row['item']}; 0 where it costs nothing",
            )
    for row in tables["expansions"]:
        if not row.reads("financing"):
            continue
        for column in row.sheet:
            if column.required_for == row["financing"] and row.reads(column.name) and row[column.name] is None:
                yield _error(
                    "empty-required",
                    row,
                    column.name,
                    f"{column.name} is empty",
                    f"a {row['financing']} expansion must give {column.meaning}",
                )


def _effects(tables: Tables, codes: Codes) -> Iterator[Finding]:
    """A munition's effects are on flows, equipment's on levels."""
    for row in tables["effects"]:
        if not row.reads("item", "capability"):
            continue
        serves = SERVES.get(codes.kind("items", row["item"]) or "")
        kind = codes.kind("capabilities", row["capability"])
        if serves and kind and kind != serves:
            yield _error(
                "wrong-kind",
                row,
                "capability",
                (
                    f"`{row['capability']}` is a {kind} capability, and {row['item']} is "
                    f"{a_kind(codes.kind('items', row['item']))}"
                ),
                f"it can serve a {serves} capability alone",
            )


def _orderbook(tables: Tables, codes: Codes) -> Iterator[Finding]:
    """What is on order is a product of that plant."""
    products = tables["products"]
    if not {"plant", "item"} <= products.layout.columns.keys():
        return
    made = {row.key for row in products if row.reads("plant", "item")}
    of_some_plant = {row["item"] for row in products if not codes.knows(row, "plant")}
    some_item_of = {row["plant"] for row in products if not codes.knows(row, "item")}
    for row in tables["orderbook"]:
        if not codes.knows(row, "plant", "item") or row["item"] in of_some_plant or row["plant"] in some_item_of:
            continue
        if codes.kind("items", row["item"]) in (*GOODS, None) and row.key[:2] not in made:
            yield _error(
                "no-product",
                row,
                "item",
                f"{row['plant']} does not make {row['item']}",
                "add the product to products, or take the row away",
            )


def _bills(tables: Tables) -> Iterator[Finding]:
    """Nothing contains itself, at any depth."""
    parts: dict[str, set[str]] = {}
    for row in tables["bills"]:
        if not row.reads("item", "component") or row["quantity"] == 0:
            continue
        whole, part = str(row["item"]), str(row["component"])
        if path := _path(parts, part, whole):
            yield _error(
                "contains-itself",
                row,
                "component",
                f"{whole} contains itself: {' in '.join(reversed(path))} in {part}",
                "take one of these rows away",
            )
        else:
            parts.setdefault(whole, set()).add(part)


def _path(parts: dict[str, set[str]], start: str, end: str) -> list[str] | None:
    """How `start` leads to `end` through what goes into what; None if it does not."""
    came: dict[str, str | None] = {start: None}
    front = [start]
    while front:
        at = front.pop()
        if at == end:
            path = [at]
            while (before := came[path[-1]]) is not None:
                path.append(before)
            return path[::-1]
        for part in sorted(parts.get(at, ())):
            if part not in came:
                came[part] = at
                front.append(part)
    return None


def _menu(tables: Tables) -> Iterator[Finding]:
    """share_min is at most share_max; a fund that delivers to a home place releases nothing."""
    delivers = {
        row.key[0]: row["delivers_to"]
        for row in tables["funds"]
        if row.reads("fund", "delivers_to") and row["delivers_to"]
    }
    for row in tables["menu"]:
        low, high = row["share_min"], row["share_max"]
        if (
            row.reads("share_min", "share_max")
            and isinstance(low, float)
            and isinstance(high, float)
            and low > high * (1 + SLACK)
        ):
            yield _error(
                "above-limit",
                row,
                "share_min",
                f"share_min {low:g} is above share_max {high:g}",
                "it must be at most share_max",
            )
        if row.reads("fund", "channel") and row["fund"] in delivers and "release" in codes_of(row, "channel"):
            yield _error(
                "release-to-home",
                row,
                "channel",
                f"{row['fund']} delivers to {delivers[str(row['fund'])]} and cannot release reserves",
                "take release out of the list",
            )


def _stocks(tables: Tables, codes: Codes) -> Iterator[Finding]:
    """A reserve's floor is at most what it holds; a stock elsewhere has none of a reserve's terms."""
    for row in tables["stocks"]:
        kind = codes.kind("places", row["place"]) if row.reads("place") else None
        if kind == "country":
            initial, floor = row["initial"], row["floor"]
            if (
                row.reads("initial", "floor")
                and isinstance(initial, float)
                and isinstance(floor, float)
                and floor > initial * (1 + SLACK)
            ):
                yield _error(
                    "above-limit",
                    row,
                    "floor",
                    f"floor {floor:g} is above initial {initial:g}",
                    "it must be at most initial",
                )
        elif kind is not None:
            filled: list[str | int] = [
                name for name in ("floor", "release_limit", "release_cost") if row.values.get(name)
            ]
            if (
                row.values.get("release_limit") == 0
            ):  # a floor or cost of 0 is what an empty cell means; a limit of 0 is not
                filled.append("release_limit")
            for name in (*filled, *sorted(row.periods)):
                said = name if isinstance(name, str) else tables.calendar.label(name)
                yield _error(
                    "not-a-reserve",
                    row,
                    name,
                    f"{said} is filled in, and {row['place']} is a {kind}",
                    "only a donor's reserve, at a country, has it; clear the cell",
                )


def _storage(tables: Tables, codes: Codes) -> Iterator[Finding]:
    """What a place holds at the start fits its storage."""
    weight = {row.key[0]: row["weight_t"] for row in tables["items"] if row.reads("item", "weight_t")}
    held: dict[str, list[tuple[float, Row]]] = {}
    for row in tables["stocks"]:
        if (
            row.reads("place", "item", "initial")
            and row["item"] in weight
            and codes.kind("places", row["place"]) not in ("country", None)
        ):
            tonnes = float(weight[str(row["item"])] or 0) * float(row["initial"] or 0)  # type: ignore[arg-type]
            held.setdefault(str(row["place"]), []).append((tonnes, row))
    for place in tables["places"]:
        room, here = place["storage_t"], held.get(place.key[0], [])
        total = sum(tonnes for tonnes, _ in here)
        if here and place.reads("storage_t") and isinstance(room, float) and total > room * (1 + SLACK):
            row = max(here, key=lambda pair: pair[0])[1]
            yield _error(
                "above-limit",
                row,
                "initial",
                f"{place.key[0]} would hold {total:,.6g} t at the start and has storage for {room:,.6g} t",
                f"hold less there, or raise storage_t in places!{place.cell('storage_t')}",
            )


def _lanes(tables: Tables) -> Iterator[Finding]:
    for row in tables["lanes"]:
        if row.reads("origin", "destination") and row["origin"] == row["destination"]:
            yield _error(
                "lane-to-itself",
                row,
                "destination",
                f"the lane ends in {row['destination']}, where it begins",
                "name another destination",
            )


def _scenario_names(tables: Tables) -> Iterator[Finding]:
    for row in tables["scenarios"]:
        if row.reads("scenario") and str(row["scenario"]).casefold() == "base":
            yield _error(
                "scenario-base",
                row,
                "scenario",
                "a scenario is called base",
                "base is the workbook as it is; choose another name",
            )
