"""What pressure is worth, as tables and sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from aidplan.figures.format import money_name
from aidplan.figures.table import Column, Row, Table

if TYPE_CHECKING:
    from aidplan_models.data import PlanData

IN_WORDS = {"effect_low": "low", "effect": "stated", "effect_high": "high"}


def pressure_tables(rows: Sequence[Mapping[str, Any]], data: PlanData) -> list[Table]:
    """A row a case and effect; and what is cut, by capability and period."""
    money = money_name(data.currency, data.money_unit)
    columns = (
        Column("setting", "Setting", width=14),
        Column("donor", "Donor", width=18),
        Column("effect", "Effect", width=10),
        Column("parity", "Parity gap", "share"),
        Column("points", "Parity won", "quantity", "points"),
        Column("from", "Parity from", width=12),
        Column("met", "Demand met", "share"),
        Column("won", "Demand met, won", "quantity", "points", 14),
        Column("cost", "Measures cost", "money", money, 14),
        Column("point", "Cost a point of parity", "money", money, 16),
        Column("expansions", "Worth so many expansions", "quantity", width=16),
        Column("status", "Status", width=12),
        Column("run", "Run", width=34),
    )
    lines = [Row(_cells(row)) for row in rows]
    about = "Won: against no measures at all. Expansions of the mean size in this workbook that would match what is cut at the end."
    return [Table("Pressure", "Pressure on the adversary's output", about, columns, lines, frozen=3), _cuts(rows, data)]


def _cells(row: Mapping[str, Any]) -> tuple[Any, ...]:
    goals = row["goals"]
    return (
        row["setting"], row["donor"] or "", IN_WORDS[row["effect"]], goals["parity"], row["parity_points"],
        row["parity_from"] or "never", row["met"], row["met_points"],
        sum(row["cost"].values()), row["cost_a_point"], sum(row["expansions"].values()) or None, row["status"], row["run"] or "",
    )  # fmt: skip


def _cuts(rows: Sequence[Mapping[str, Any]], data: PlanData) -> Table:
    import numpy as np

    columns = (
        Column("setting", "Setting", width=14),
        Column("donor", "Donor", width=18),
        Column("effect", "Effect", width=10),
        Column("capability", "Capability", width=18),
    )
    labels = data.period_labels[: data.horizon]
    lines = [
        Row(
            (row["setting"], row["donor"] or "", IN_WORDS[row["effect"]], capability),
            np.array([cut[label] for label in labels]),
        )
        for row in rows
        for capability, cut in row["cut"].items()
    ]
    about = "Share of the adversary's stated output that is cut."
    return Table("Cuts", "What is cut", about, columns, lines, periods=labels, kind="share", unit="share", frozen=4)


def pressure_sentences(rows: Sequence[Mapping[str, Any]], reliance: Mapping[str, Any], data: PlanData) -> list[str]:
    """What was found, in words."""
    money = money_name(data.currency, data.money_unit)
    stated = [row for row in rows if row["effect"] == "effect"]
    said = [_told(row, money) for row in stated if not row["donor"]]
    alone = [row for row in stated if row["donor"] and row["parity_points"] is not None]
    if alone:
        best = max(alone, key=lambda row: row["parity_points"])
        together = next((row for row in stated if row["setting"] == "together"), None)
        total = sum(row["parity_points"] for row in alone)
        if together is not None and together["parity_points"] is not None:
            said.append(
                f"Each donor alone wins {total:.2f} points in sum, all together {together['parity_points']:.2f}: that is what "
                f"acting together is worth. Alone, {best['donor']} wins most ({best['parity_points']:.2f})."
            )
    if reliance:
        said.append(
            f"If the measures cut no more than their low effect, the plan {WHOSE[reliance['setting']]} made for the stated effect has a parity gap of "
            f"{100 * reliance['parity_kept_at_low']:.2f} %, where a plan made for the low effect has "
            f"{100 * reliance['parity_low']:.2f} %: so much of it relies on the measures."
        )
    return [*said, "A cut is a policy estimate; read the low effect before relying on any of it."]


WHOSE = {"as_written": "as written", "together": "of all donors together"}

WORDS = {
    "none": "Without measures",
    "as_written": "With the measures as they are written",
    "together": "With all donors together",
}


def _told(row: Mapping[str, Any], money: str) -> str:
    goals = row["goals"]
    if goals["parity"] is None:
        return f"{WORDS[row['setting']]}: {row['status']}."
    months = row["months_to_parity"]
    when = "parity is never reached" if months is None else f"parity holds after {months} months"
    said = f"{WORDS[row['setting']]} the parity gap is {100 * goals['parity']:.2f} % and {when}"
    if row["setting"] == "none" or not row["parity_points"]:
        return said + "."
    price = f" at {row['cost_a_point']:,.1f} {money} a point" if row["cost_a_point"] else ""
    worth = sum(row["expansions"].values())
    as_much = f"; at the end that is worth {worth:,.1f} expansions of the mean size" if worth else ""
    return f"{said}: {row['parity_points']:.2f} points won{price}{as_much}."
