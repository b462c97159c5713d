"""What a stress test found, as tables and sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from aidplan.figures.table import Column, Row, Table
from aidplan.study.matrix import mean

POINT = 1.0
"""A regret is coloured past this many percentage points."""


def stress_tables(body: Mapping[str, Any]) -> list[Table]:
    """What is met, regret, and robust decisions."""
    return [
        _matrix("Regret", "Regret", "Points of demand met that the future's own plan has more.", body, body["regret"], 100.0, "quantity"),
        _matrix("Met", "Demand met", f"Each plan is kept until {body['until']}, the rest re-planned knowing the future.", body, body["met"], 1.0, "share"),
        _robust(body["robust"]),
    ]  # fmt: skip


def _matrix(
    name: str, title: str, about: str, body: Mapping[str, Any], values: Mapping[str, Any], scale: float, kind: str
) -> Table:
    futures = [future["name"] for future in body["futures"]]
    columns = [Column("plan", "Plan made for", width=20)]
    columns += [Column(f"f{n}", future, kind, width=14) for n, future in enumerate(futures)]
    columns += [Column("mean", "Mean", kind)]
    rows = []
    for plan in body["plans"]:
        cells = [values[plan][future] for future in futures]
        whole = mean(values[plan])
        rows.append(Row((plan, *(_scaled(v, scale) for v in cells), _scaled(whole, scale))))
    return Table(name, title, about, tuple(columns), rows, frozen=1)


def _scaled(value: float | None, scale: float) -> float | None:
    return None if value is None else value * scale


def _robust(decisions: Sequence[Mapping[str, Any]]) -> Table:
    columns = (
        Column("quantity", "Decision", width=12),
        Column("codes", "Of", width=44),
        Column("period", "Period", width=12),
        Column("least", "At least", "quantity"),
    )
    rows = [Row((each["quantity"], ", ".join(each["codes"]), each["period"], each["least"])) for each in decisions]
    about = "What every future's own plan decides before the futures part, with the least amount."
    return Table("Robust", "Robust decisions", about, columns, rows, frozen=2)


def stress_sentences(body: Mapping[str, Any], tail: bool) -> list[str]:
    """What was found, in words; with a ``tail`` demand met is the goal's, which counts the tail's demand."""
    said = []
    for future in body["futures"]:
        met, own = body["met"]["base"][future["name"]], future["own_met"]
        words = f" ({future['words']})" if future["words"] else ""
        if met is None or own is None:
            said.append(f"{future['name']}{words}: there is no plan to compare ({future['status']}).")
        else:
            said.append(
                f"{future['name']}{words}: the base plan meets {100 * met:.2f} % of demand when it comes as a surprise, a plan "
                f"that knew {100 * own:.2f} %: a regret of {100 * (own - met):.2f} points."
            )
    best = body["best_plan"]
    if body["commit_base"] is not None and best["regret"] is not None:
        said.append(
            f"On average following the base costs {100 * body['commit_base']:.2f} points against knowing, the best of these "
            f"plans ({best['plan']}) {100 * best['regret']:.2f}: no hedge can bring more than {100 * body['commit_base']:.2f}."
        )
    if tail:
        said.append("Demand met is that of the goal coverage here, which counts the demand of the tail too.")
    said.append(f"{len(body['robust'])} decisions before {body['until']} are in every future's own plan.")
    said += [
        f"{each['name']} is left out, since it changes what came before: {each['findings'][0]}"
        for each in body["refused"]
    ]
    return said
