"""What a workbook says that the plan does not use, and why."""

from __future__ import annotations

from collections.abc import Iterator

from aidplan.workbook.findings import UNUSED, WARNING, Finding, shortened
from aidplan.workbook.schema import ALL
from aidplan.workbook.tables import Row, Tables


def unused_cells(tables: Tables) -> list[Finding]:
    """Cells that nothing reads, each with its reason; `tables` must be free of errors."""
    return [*_money(tables), *_bills(tables), *_terms(tables), *_codes(tables), *_menu(tables)]


def _unused(row: Row, column: str | int, what: str, why: str) -> Finding:
    return Finding("not-used", UNUSED, row.sheet.name, row.cell(column), what, why)


def _money(tables: Tables) -> Iterator[Finding]:
    """Money before the start that is no tranche's, or that comes outside the horizon, or after the fund expires."""
    funds = tables["funds"].by_key()
    for row in tables["funding"]:
        fund = funds[row.key]
        delay = int(str(fund["approval_delay"])) if fund["mode"] == "tranche" else 0
        expires = fund["expires"]
        reasons: dict[str, list[int]] = {}
        for t, money in row.periods.items():
            arrives = t + delay
            if not money:
                continue
            if arrives < 1:
                why = (
                    "it lies before the start"
                    if delay == 0
                    else "it arrives before the start; put what is left of it in opening"
                )
                reasons.setdefault(why, []).append(t)
            elif arrives > tables.calendar.planned:
                reasons.setdefault(
                    f"it arrives after the horizon, {delay} period{'' if delay == 1 else 's'} later", []
                ).append(t)
            elif isinstance(expires, int) and arrives > expires:
                reasons.setdefault(f"{row.key[0]} expires in {tables.calendar.label(expires)}", []).append(t)
        for why, periods in reasons.items():
            total = sum(row.periods[t] for t in periods)
            labels = shortened([tables.calendar.label(t) for t in periods], 4)
            yield _unused(row, periods[0], f"{total:,.6g} of money of {row.key[0]} ({labels})", why)
    for row in tables["funds"]:
        if row["mode"] == "lend_lease" and row["approval_delay"]:
            yield _unused(
                row, "approval_delay", f"the approval_delay of {row.key[0]}", "lend_lease money comes without delay"
            )


def _bills(tables: Tables) -> Iterator[Finding]:
    made = {row.key for row in tables["products"]}
    items = {item for _, item in made}
    for row in tables["bills"]:
        item, component, plant = row.key
        if item not in items:
            yield _unused(row, "item", f"the {component} in {item}", f"no plant makes {item}")
        elif plant != ALL and (plant, item) not in made:
            yield _unused(row, "plant", f"the {component} in {item} at {plant}", f"{plant} does not make {item}")


def _terms(tables: Tables) -> Iterator[Finding]:
    for row in tables["expansions"]:
        others = ("capex",) if row["financing"] == "private" else ("guarantee_share", "guarantee_periods")
        for name in others:
            if row[name] is not None:
                yield _unused(row, name, f"the {name} of {row.key[0]}", f"the expansion is {row['financing']}")
    for row in tables["demand"]:
        start = row["floor_from"]
        if row["floor"] and isinstance(start, int) and start > tables.calendar.planned:
            yield _unused(
                row, "floor", f"the floor of {' in '.join(reversed(row.key))}", "it holds only after the horizon"
            )


def _codes(tables: Tables) -> Iterator[Finding]:
    """Items and capabilities that appear in no sheet that makes them count."""
    items = {
        str(row[name])
        for sheet, name in (
            ("products", "item"),
            ("stocks", "item"),
            ("arrivals", "item"),
            ("fleets", "item"),
            ("bills", "component"),
            ("supply", "component"),
        )
        for row in tables[sheet]
    }
    for row in tables["items"]:
        if row.key[0] not in items:
            yield _unused(row, "item", f"the item {row.key[0]}", "nothing makes it, holds it or takes it")
    wanted = {str(row["capability"]) for sheet in ("demand", "adversary") for row in tables[sheet]}
    for row in tables["capabilities"]:
        if row.key[0] not in wanted:
            yield _unused(
                row, "capability", f"the capability {row.key[0]}", "nobody demands it and the adversary has none"
            )


def _menu(tables: Tables) -> Iterator[Finding]:
    for row in tables["menu"]:
        if row["allow"] == "no" and not row["share_min"] and row["share_max"] is None:
            yield _unused(row, "allow", "the row", "it allows nothing and sets no share")


def money_before_start(tables: Tables) -> Iterator[Finding]:
    """Funding columns before the start that no tranche reads, and that no scenario makes one read: a warning."""
    if any(row.reads("sheet") and str(row["sheet"]).casefold() == "funds" for row in tables["scenarios"]):
        return
    delays = {row.key: int(str(row["approval_delay"])) for row in tables["funds"] if row["mode"] == "tranche"}
    before: dict[int, Row] = {}
    read: set[int] = set()
    for row in tables["funding"]:
        for t, money in row.periods.items():
            if t < 1 and money:
                before.setdefault(t, row)
                if t + delays.get(row.key, 0) >= 1:
                    read.add(t)
    idle = sorted(set(before) - read)
    if idle:
        labels = shortened([tables.calendar.label(t) for t in idle])
        yield Finding(
            "outside-horizon",
            WARNING,
            "funding",
            before[idle[0]].cell(idle[0]),
            f"money of {labels} lies before the start and no tranche brings it in",
            "put what is left of it in opening",
        )
