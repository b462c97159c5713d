"""What studies found, as tables and sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from aidplan.figures.format import money_name
from aidplan.figures.table import Column, Row, Table

if TYPE_CHECKING:
    from aidplan_models.data import PlanData

NOT_THERE = "no result"

NOTHING = 0.005
"""Points of demand met: what is smaller is told as no change."""


def lever_tables(
    rows: Sequence[Mapping[str, Any]], coordination: Mapping[str, Any] | None, data: PlanData, base: float | None
) -> list[Table]:
    """A row a setting; and what donors in turn lose. ``base`` is the share met as given; None where it has no plan."""
    money = money_name(data.currency, data.money_unit)
    columns = (
        Column("lever", "Lever", width=14),
        Column("setting", "Setting", width=28),
        Column("met", "Demand met", "share"),
        Column("points", "Against the base", "quantity", "points"),
        Column("fronts", "Met at fronts", "share"),
        Column("homes", "Met at homes", "share"),
        Column("equity", "Gap at the worst-served front", "share", width=14),
        Column("parity", "Parity gap", "share"),
        Column("from", "Parity from", width=12),
        Column("cost", "Cost", "money", money),
        Column("liability", "Liability", "money", money),
        Column("first", "First 3 months", width=14),
        Column("status", "Status", width=12),
        Column("run", "Run", width=34),
    )
    lines = [Row(_lever_cells(row, base)) for row in rows]
    about = "Each row is a plan of its own; all else is as the workbook has it. Demand met: up to the end of the horizon, by the workbook's priorities."
    tables = [Table("Levers", "Levers and settings", about, columns, lines)]
    if coordination:
        tables.append(_losses(coordination))
    return tables


def _lever_cells(row: Mapping[str, Any], base: float | None) -> tuple[Any, ...]:
    goals = row["goals"]
    met = row["met"]
    points = None if met is None or base is None else 100 * (met - base)
    first = {None: "", True: "changes *", False: "the same"}[row["first_decisions_change"]]
    return (
        row["lever"], row["setting"], met, points, row["fronts_met"], row["homes_met"], goals["equity"], goals["parity"],
        row["parity_from"] or "never", goals["cost"], goals["liability"], first, row["status"], row["run"] or NOT_THERE,
    )  # fmt: skip


def _losses(coordination: Mapping[str, Any]) -> Table:
    columns = (
        Column("donor", "Donor", width=16),
        Column("plant", "Plant", width=16),
        Column("item", "Item", width=16),
        Column("one", "Orders in one plan", "quantity", "items", 14),
        Column("turn", "Orders in turn", "quantity", "items", 14),
        Column("why", "Why", width=44),
    )
    rows = [
        Row((e["donor"], e["plant"], e["item"], e["one_plan"], e["in_turn"], e["why"])) for e in coordination["losses"]
    ]
    return Table(
        "Losses", "What donors order less of when they decide in turn",
        f"The dearest first; the order of donors is {coordination['losses_of']}.", columns, rows, frozen=3,
    )  # fmt: skip


def lever_sentences(
    rows: Sequence[Mapping[str, Any]], coordination: Mapping[str, Any] | None, base: float | None
) -> list[str]:
    """One sentence a lever; ``base`` as in `lever_tables`."""
    if base is None:
        return ["The workbook as given has no plan, so that nothing can be compared with it."]
    met = 100 * base
    said = [f"As given, the plan meets {met:.2f} % of demand."]
    for lever in dict.fromkeys(row["lever"] for row in rows):
        if lever == "coordination" and coordination:
            said.append(_coordination_sentence(coordination))
            continue
        mine = [row for row in rows if row["lever"] == lever]
        told = [_told(row, met) for row in mine if not row["same_as_given"]]
        idle = [
            row["setting"] for row in mine if row["same_as_given"] and row["setting"] != "as_given" and row["words"]
        ]
        told += [f"{name}: changes nothing in this workbook" for name in idle if name != "one_plan"]
        if told:
            said.append(f"{lever}: {'; '.join(told)}.")
    return said


def _told(row: Mapping[str, Any], met: float) -> str:
    if row["met"] is None:
        return f"{row['words']} ({row['setting']}): {row['status']}"
    now = 100 * row["met"]
    star = "; a decision of the first three months changes" if row["first_decisions_change"] else ""
    change = f"{now - met:+.2f} points" if abs(now - met) >= NOTHING else "no change"
    return f"{row['words']} ({row['setting']}): {now:.2f} % of demand met, {change}{star}"


def _coordination_sentence(found: Mapping[str, Any]) -> str:
    one = 100 * found["one_plan"]
    points = f"{one - 100 * found['mean']:.2f} points less than one plan's {one:.2f} %"
    spread = f"best {100 * found['best']:.2f} %, worst {100 * found['worst']:.2f} %"
    first = found["losses"][0] if found["losses"] else None
    lost = f"; in the worst order {first['donor']} loses most, at {first['plant']}: {first['why']}" if first else ""
    return f"coordination: donors that decide in turn meet {100 * found['mean']:.2f} % on average, {points} ({spread}){lost}."
