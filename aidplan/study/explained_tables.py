"""Tables of what the first objective said when it was solved again: bottlenecks, decisions, extra money, prices."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
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
        Column("period", "Period", width=10), Column("more", "What more of it is worth", width=60),
        Column("less", "What less of it costs", width=60),
    )  # fmt: skip
    rows = [
        Row((
            one["goal"], one["limit"], thing(one), one.get("period", ""),
            segments(one["goal"], one["segments"]), segments(one["goal"], one["less"]),
        ))
        for one in entries
    ]  # fmt: skip
    about = "One segment after the other, in units of the limit. Prices of later objectives are in prices.csv."
    return Table("Prices", "What more and less of a limit is worth", about, columns, rows)


IN_POINTS = frozenset({"coverage", "equity", "parity"})
"""Objectives that are shares."""


def segments(goal: str, found: Sequence[Mapping[str, Any]]) -> str:
    """``the next 1,000: 0.9 points (0.0009 each); then up to 2,300: 0.52 points (0.0004 each); then nothing``."""
    if not found:
        return "no plan follows"
    unit, times = (" points", 100.0) if set(goal.split("+")) <= IN_POINTS else ("", 1.0)
    said, end = [], 0.0
    for n, one in enumerate(found):
        worth, amount = times * one["worth"], one["amount"]
        start, end = end, end + (amount or 0.0)
        where = "" if amount is None else f"the next {end:,.6g}: " if n == 0 else f"up to {end:,.6g}: "
        each = (
            f"{worth:,.3g}{unit} each"
            if amount is None
            else f"{_figure(worth * (end - start))}{unit} ({worth:,.3g} each)"
        )
        said.append(f"{where}{each if worth else 'nothing'}")
    return "; then ".join(said)


def _figure(amount: float) -> str:
    """Three figures, and every one before the point."""
    return f"{amount:,.0f}" if abs(amount) >= 100 else f"{amount:,.3g}"


def _points(share: float | None) -> float | None:
    return None if share is None else 100 * share
