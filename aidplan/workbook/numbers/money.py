"""Funds, the menu of what each may buy, and the goals in order of priority."""

from __future__ import annotations

from collections.abc import Mapping

from aidplan_models.data import CHANNELS, Fund, Goal, MenuRow
from aidplan_models.registry import DEFAULT_GOALS

from aidplan.workbook.numbers.cells import by_code, codes, limit, number, whole
from aidplan.workbook.tables import Row, Tables


def funds(tables: Tables) -> dict[str, Fund]:
    """Fund -> its terms and what arrives."""
    funding = {row.key[0]: row.periods for row in tables["funding"]}
    return by_code(tables, "funds", lambda row: _fund(row, funding.get(row.key[0], {})))


def _fund(row: Row, funding: Mapping[int, float]) -> Fund:
    mode, expires = str(row["mode"]), row["expires"]
    counts = {t: value for t, value in sorted(funding.items()) if value and (t >= 1 or mode == "tranche")}
    return Fund(
        donor=str(row["donor"] or ""),
        mode=mode,
        opening=number(row["opening"]),
        approval_delay=whole(row["approval_delay"]),
        carry_over=row["carry_over"] == "yes",
        expires=None if expires is None else whole(expires),
        delivers_to=str(row["delivers_to"] or ""),
        funding=counts,
        available_before=number(row["available_before"]),
        spent_before=number(row["spent_before"]),
    )


def menu(tables: Tables) -> tuple[MenuRow, ...]:
    """What each fund may buy, in the order of keys."""
    delivering = {row.key[0] for row in tables["funds"] if row["delivers_to"]}
    rows = [_menu_row(row, row.key[0] in delivering) for row in tables["menu"]]
    return tuple(sorted(rows, key=lambda row: row.key))


def _menu_row(row: Row, delivers: bool) -> MenuRow:
    fund, items, classes, countries, channels = row.key
    named = codes(row["channel"])
    return MenuRow(
        key=(fund, items, classes, countries, channels),
        fund=fund,
        items=codes(row["item"]),
        classes=codes(row["class"]),
        countries=codes(row["country"]),
        channels=named if named is not None else frozenset(CHANNELS) - ({"release"} if delivers else set()),
        allow=row["allow"] == "yes",
        share_min=number(row["share_min"] or 0.0),
        share_max=limit(row["share_max"]),
        spent_before=number(row["spent_before"]),
        spent_in_time_before=number(row["spent_in_time_before"]),
    )


def goals(tables: Tables) -> tuple[Goal, ...]:
    """The goals in order of priority; the default ones where the sheet is empty."""
    rows = [
        Goal(row.key[0], whole(row["rank"]), number(row["weight"]), number(row["tolerance"])) for row in tables["goals"]
    ]
    if not rows:
        rows = [Goal(goal, rank, 1.0, 0.0) for rank, goal in enumerate(DEFAULT_GOALS, 1)]
    return tuple(sorted(rows, key=lambda goal: (goal.rank, goal.goal)))
