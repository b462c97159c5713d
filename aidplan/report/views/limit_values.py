"""What more of each limit is worth, on one page, in units that a planner uses."""

from __future__ import annotations

from dataclasses import replace

from aidplan_models.registry import LIMITS

from aidplan.figures.figures import Figures
from aidplan.figures.format import formatted, plural
from aidplan.figures.limit_values import LimitValue
from aidplan.figures.table import Column, Row, Table

MOST = 30


def limit_values(figures: Figures, most: int = MOST) -> Table:
    """The limits of which a little more is worth most to the demand that is met."""
    found = figures.limit_values
    rows = [Row(_cells(figures, one)) for one in found[:most]]
    more = f" The {most} worth most of {len(found)}." if len(found) > most else ""
    return Table(
        "Worth of limits", "Value of relaxing each limit",
        "What a little more of a limit in every period adds to the demand met, in percentage points, and to what: a rate at the plan as it is, "
        f"which holds for small steps; aidplan explain says how far.{more} By period in plan.xlsx, sheet Prices.",
        (
            Column("limit", "Limit", width=24), Column("which", "Which", width=46), Column("unit", "One more", width=24),
            Column("things", "brings about, over the horizon", width=44), Column("points", "One more is worth", "fine_points", "points met", 16),
            Column("tenth", "10 % more is worth", "points", "points met", 16), Column("best", "Worth most in", width=14),
        ),
        rows, frozen=2, empty="No limit that can be moved has a price for the demand met.",
    )  # fmt: skip


def largest(figures: Figures, most: int = 10) -> Table:
    """The few that a page shows."""
    return replace(limit_values(figures, most), name="Worth of limits, the largest")


def _cells(figures: Figures, one: LimitValue) -> tuple[str | float, ...]:
    names = figures.plan.names
    things = ""
    if one.capability:
        unit = plural(names.capability_unit(one.capability) or "unit", one.things)
        things = f"{formatted(one.things, 'quantity')} {unit} ({names.capability(one.capability)})"
    return (
        LIMITS[one.limit].noun, _which(figures, one), one.unit, things, 100.0 * one.one_more, 100.0 * one.tenth,
        figures.plan.when(one.best),
    )  # fmt: skip


def _which(figures: Figures, one: LimitValue) -> str:
    names, data = figures.plan.names, figures.plan.data
    if one.limit == "balance":
        return f"{one.key[0]} ({names.donor(data.funds[one.key[0]].donor)})"
    if one.limit == "capacity":
        return names.plant(one.key[0])
    if one.limit == "step_limit":
        return f"{names.plant(data.expansions[one.key[0]].plant)} ({one.key[0]})"
    if one.limit == "components":
        return names.item(one.key[0])
    if one.limit == "lane":
        return names.lane(*one.key)
    if one.limit == "release_limit":
        return f"{names.place(one.key[0])}, {names.item(one.key[1])}"
    return names.place(one.key[0])
