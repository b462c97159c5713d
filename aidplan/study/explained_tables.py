"""Tables of what the first objective said when it was solved again: bottlenecks, decisions, extra money, prices."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from aidplan.figures.table import Column, Row, Table

Entry = Mapping[str, Any]

KEYS = ("fund", "plant", "item", "class", "country", "channel", "owner", "place", "platform", "origin", "destination",
        "mode", "component", "capability", "expansion")  # fmt: skip


def thing(one: Entry) -> str:
    """The codes that an entry is about."""
    return ", ".join(f"{one[key]}" for key in KEYS if one.get(key) not in (None, "", "*"))


def level_tables(found: Mapping[str, Any], coverage: float) -> list[Table]:
    """Those that were asked for or found. ``coverage`` is the goal of the plan, from which points are counted."""
    made: dict[str, Callable[[list[Entry]], Table]] = {
        "bottlenecks": lambda entries: _bottlenecks(entries, coverage), "decisions": _decisions,
        "extra": lambda entries: _extra(entries, coverage), "prices": _prices,
    }  # fmt: skip
    return [table(found[name]) for name, table in made.items() if found.get(name)]


def _bottlenecks(entries: list[Entry], coverage: float) -> Table:
    columns = (
        Column("limit", "Limit", width=16),
        Column("thing", "Of what", width=48),
        Column("points", "Demand met without it [points more]", "points", width=22),
    )
    rows = [Row((one["limit"], thing(one), _points(coverage - one["coverage"]))) for one in entries]
    return Table("Bottlenecks", "What more would be met if one thing had no limit at all", "", columns, rows)


def _decisions(entries: list[Entry]) -> Table:
    columns = (
        Column("kind", "Decision", width=12), Column("thing", "Of what", width=40), Column("amount", "How many", "quantity"),
        Column("firm", "of it firm", "quantity"), Column("money", "Money", "money"),
        Column("worth", "Lost without it [points]", "points", width=18),
        Column("delay", "Lost by a period's delay [points]", "points", width=22),
    )  # fmt: skip
    rows = [
        Row((
            one["kind"], thing(one), one["amount"], one["firm"], one["money"], _points(one["worth"]), _points(one["delay"]),
        ))
        for one in entries
    ]  # fmt: skip
    about = "Firm is what every equally good plan has. What is lost is the rise of the first objective, the rest of the plan free."
    return Table("Worth", "What the decisions of the next three months are worth", about, columns, rows)


def _extra(entries: list[Entry], coverage: float) -> Table:
    columns = (
        Column("extra", "More money", "money"),
        Column("points", "Demand met [points more]", "points", width=18),
        Column("spending", "Goes to", width=80),
    )
    rows = [Row((one["extra"], _points(coverage - one["coverage"]), _spending(one))) for one in entries]
    return Table("Extra", "The best use of more money", "", columns, rows)


def _spending(one: Entry) -> str:
    return ", ".join(f"{each['fund']} {each['amount']:,.1f}" for each in one["spending"])


def _prices(entries: list[Entry]) -> Table:
    columns = (
        Column("goal", "Objective", width=18), Column("limit", "Limit", width=16), Column("thing", "Of what", width=48),
        Column("period", "Period", width=10), Column("worth", "One more is worth", "plain", width=18),
    )  # fmt: skip
    rows = [
        Row((one["goal"], one["limit"], thing(one), one.get("period", ""), one["segments"][0]["worth"]))
        for one in entries
    ]
    return Table("Prices", "Value of relaxing each limit", "Both sides are in prices.csv.", columns, rows)


def _points(share: float | None) -> float | None:
    return None if share is None else 100 * share
