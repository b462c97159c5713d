"""Prices of limits, sources and notes of the inputs, warnings of the check."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import numpy as np
from aidplan_models.data import COMMON, Lane
from aidplan_models.registry import KEY_COLUMNS, LIMITS, PERIOD

from aidplan.figures.figures import Figures
from aidplan.figures.quantities import Array
from aidplan.figures.table import NEVER, Cell, Column, Row, Table

_KEYS = tuple(column for column in KEY_COLUMNS if column != PERIOD)


def prices(figures: Figures) -> Table:
    """What one more of each limit that can be moved is worth, by goal and period, as the run has it."""
    plan = figures.plan
    frame = figures.run.tables.get("prices")
    title, name = "Value of relaxing each limit, period by period", "Prices"
    if frame is None:
        return Table(
            name,
            title,
            "What one more of each limit is worth to a goal.",
            (Column("limit", "Limit"),),
            empty="This run was solved without prices.",
        )
    shown = frame[frame["limit"].isin([name for name, limit in LIMITS.items() if limit.noun])]
    keys = [key for key in _KEYS if key in shown.columns and (shown[key] != "").any()]
    found: dict[tuple[str, ...], tuple[Array, list[float]]] = {}
    texts = zip(*(shown[one].tolist() for one in ("goal", "limit", *keys)), strict=True)
    for key, period, price in zip(texts, shown["period"].tolist(), shown["price"].tolist(), strict=True):
        series, every = found.setdefault(key, (np.zeros(plan.horizon), []))
        every.append(price)
        if period in plan.number:
            series[plan.number[period] - 1] = price
    rows = [
        Row((key[0], LIMITS[key[1]].noun, *key[1:], max(every, key=abs)), series, late_from=_late_from(figures, dict(zip(keys, key[2:], strict=True))))
        for key, (series, every) in found.items()
    ]  # fmt: skip
    order = {goal: at for at, goal in enumerate(dict.fromkeys(frame["goal"].tolist()))}
    rows.sort(key=lambda row: (order[str(row.cells[0])], str(row.cells[1]), -_size(row.cells[-1])))
    return Table(
        name, title,
        "By how much a goal gets better with one more of a limit (of money, of capacity, of tonnes …, in the limit's own unit) in that period; the largest first within each kind of limit. "
        f"Limits that only keep account (stock, fleet …) are left out here: {len(frame) - len(shown):,} of {len(frame):,} prices, all in the run's tables/prices.csv.",
        (
            Column("goal", "Goal", width=12), Column("words", "Limit", width=24), Column("limit", "Its name", width=14),
            *(Column(key, key.capitalize(), width=12) for key in keys), Column("largest", "Largest", "plain", width=11),
        ),
        rows, plan.labels, "plain", "goal units a unit of the limit", figures.late_from,
        late_means="what more of the limit would bring then comes too late for a demand of the horizon", frozen=3,
        empty="No limit that can be moved has a price.", on_screen=True,
    )  # fmt: skip


def _late_from(figures: Figures, index: Mapping[str, str]) -> int:
    """From which period on more of a limit with this index brings nothing any more."""
    ends, arriving, of = figures.end, figures.end.arriving, index.get
    if fund := of("fund"):
        return ends.fund(fund)
    if expansion := of("expansion"):
        return 1 + arriving.grown(expansion)
    if plant := of("plant"):
        return 1 + arriving.anything_made(plant)
    if component := of("component"):
        return 1 + arriving.made("", component, COMMON)
    if (origin := of("origin")) and (destination := of("destination")):
        return 1 + arriving.anything_leaving(Lane(origin, destination, of("mode") or ""))
    place, capability = of("place"), of("capability")
    if place and capability:
        return ends.demand(place, capability)
    if capability:
        return ends.output(capability)
    return 1 + arriving.anything_held(place) if place else NEVER


def _size(cell: Cell) -> float:
    return abs(cell) if isinstance(cell, int | float) else 0.0


def sources(figures: Figures) -> Table:
    """Where every input comes from."""
    rows = []
    for sheet in figures.run.book:
        for row in figures.run.book[sheet]:
            key = " | ".join(row.key) if row.key else f"row {row.number}"
            cells: tuple[Cell, ...] = (
                sheet,
                row.number,
                key,
                _text(row["confidence"]),
                _text(row["source"]),
                _text(row["note"]),
            )
            rows.append(Row(cells))
    counts = Counter(str(row.cells[3]) or "without a confidence" for row in rows)
    parts = ", ".join(f"{count} {word}" for word, count in sorted(counts.items(), key=lambda pair: -pair[1]))
    return Table(
        "Sources", "Sources and notes of the inputs", f"Every row of the workbook, as this scenario reads it: {parts}.",
        (
            Column("sheet", "Sheet", width=13), Column("row", "Row", "count", width=6), Column("key", "Key", width=36),
            Column("confidence", "Confidence", width=11), Column("source", "Source", width=80), Column("note", "Note", width=70),
        ),
        rows, frozen=3, on_screen=True,
    )  # fmt: skip


def _text(value: object) -> str:
    return "" if value is None else str(value)


def warnings(figures: Figures) -> Table:
    """Warnings of the check."""
    rows = [
        Row(tuple(_text(one.get(name)) for name in ("place", "message", "remedy", "scenario")))
        for one in figures.run.findings
    ]
    return Table(
        "Warnings", "Warnings of the check", "Valid but unusual cells of the workbook, and what was not used.",
        (
            Column("place", "Where", width=22), Column("message", "What", width=90), Column("remedy", "Remedy", width=70),
            Column("scenario", "Scenario", width=14),
        ),
        rows, frozen=1, empty="The check found nothing unusual.",
    )  # fmt: skip
