"""A solved plan as named tables: what reports, comparison and explanation read.

`PlanRun` is the one shape of a plan outside the solver. It is made in memory by a solve and again,
the same, from a run folder (`aidplan.runs`). Reports repeat its numbers and do no arithmetic of the
model's own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, Any

from aidplan_models.derived import menu_rows
from aidplan_models.registry import KEY_COLUMNS, QUANTITIES, RELIEF

if TYPE_CHECKING:
    import pandas as pd
    from aidplan_models.carried import Values
    from aidplan_models.data import PlanData

    from aidplan.solve.alternatives.sampled import Ties
    from aidplan.solve.assemble.linear_program import Array, Programme
    from aidplan.solve.levels import RankResult
    from aidplan.workbook import Tables


@dataclass(frozen=True, repr=False)
class PlanRun:
    """One solved plan with its inputs.

    Attributes
    ----------
    manifest
        ``run.json`` without ``files``: run, scenario, status, verified, goals, ranks, model, seconds,
        peak_memory_mb, workbook, versions, options, started.
    tables
        Quantity name -> data frame: its index columns (``aidplan_models.registry``; periods are
        labels such as ``2024-07``), then ``value``; non-zero rows only, in index order. Also ``spent``
        (fund, period, value), ``coverage`` (place, capability, period, demand, met, unmet; every
        demand above 0) and, where a run has them, ``prices`` and ``ties``.
    data
        The numbers that were solved, scenario applied.
    book
        The workbook's tables, scenario applied: names, units, sources, cell addresses.
    findings
        Warnings of the check, as in ``findings.json``.
    why
        What reports say of causes, in the shape of ``answer.json``; empty where nothing was explained.
    """

    manifest: Mapping[str, Any]
    tables: Mapping[str, pd.DataFrame]
    data: PlanData
    book: Tables
    findings: Sequence[Mapping[str, Any]]
    why: Mapping[str, Any] = field(default_factory=dict)

    def __repr__(self) -> str:
        return (
            f"PlanRun {self.manifest.get('run', '')}: {self.scenario}, {self.manifest.get('status')}, "
            f"{len(self.tables)} tables"
        )

    @property
    def scenario(self) -> str:
        """The scenario's name; ``base`` for the workbook as it is."""
        return str(self.manifest["scenario"])

    @property
    def has_plan(self) -> bool:
        """Whether there is a plan to report: an infeasible run has none."""
        return bool(self.tables)


def values_of(tables: Mapping[str, pd.DataFrame], labels: Sequence[str]) -> dict[str, dict[tuple[Any, ...], float]]:
    """Quantity -> {(codes ..., period's number): value} of a plan's tables, ``spent`` [money] among them.

    ``labels`` name the periods that are planned; tables that are no quantity's are left out.
    """
    numbers = {label: t for t, label in enumerate(labels, start=1)}
    found: dict[str, dict[tuple[Any, ...], float]] = {}
    for name, table in tables.items():
        if "value" not in table.columns or "period" not in table.columns:
            continue
        codes = [table[column].tolist() for column in table.columns if column not in ("period", "value")]
        periods = [numbers[label] for label in table["period"].tolist()]
        found[name] = dict(zip(zip(*codes, periods, strict=True), table["value"].tolist(), strict=True))
    return found


def plan_tables(programme: Programme, data: PlanData, x: Array) -> dict[str, pd.DataFrame]:
    """The tables of a settled plan ``x`` (columns): every quantity, ``spent`` and ``coverage``."""
    from aidplan.solve.quantities import nonzero

    found = nonzero(programme, x)
    stands = data.kept.values if data.kept is not None else {}
    tables = {
        name: _table(quantity.index, chain(_standing(stands, name), found.get(name, ())), data)
        for name, quantity in QUANTITIES.items()
        if quantity.kind != RELIEF or data.kept is not None
    }
    tables["spent"] = _table(("fund", "period"), chain(_standing(stands, "spent"), found.get("spent", ())), data)
    tables["coverage"] = _coverage(tables["unmet"], data)
    return tables


def _standing(values: Values, quantity: str) -> Iterator[tuple[tuple[Any, ...], float]]:
    """What a kept plan decided of a quantity, keyed as the programme keys it: a lane is one index."""
    lane = "origin" in QUANTITIES[quantity].index if quantity in QUANTITIES else False
    for key, value in values.get(quantity, {}).items():
        yield ((",".join(key[:3]), *key[3:]) if lane else key), value


def _table(index: tuple[str, ...], entries: Any, data: PlanData) -> pd.DataFrame:
    import pandas as pd

    labels, has_lane, has_row = data.period_labels, "origin" in index, "channel" in index
    menu = menu_rows(data) if has_row else {}
    rows = []
    for key, value in entries:
        codes = (
            (*key[0].split(","), *key[1:-1]) if has_lane else (*menu[key[0]].key, *key[1:-1]) if has_row else key[:-1]
        )
        rows.append((*codes, labels[key[-1] - 1], value) if "period" in index else (*codes, value))
    rows.sort(key=lambda row: row[:-1])
    frame = pd.DataFrame(rows, columns=[*index, "value"])
    return frame.astype({**dict.fromkeys(index, "str"), "value": "float64"})


def _coverage(unmet: pd.DataFrame, data: PlanData) -> pd.DataFrame:
    import pandas as pd

    index = [unmet[name].tolist() for name in ("place", "capability", "period", "value")]
    short = {(place, capability, period): value for place, capability, period, value in zip(*index, strict=True)}
    rows = [
        (place, capability, label, demand, demand - (missing := short.get((place, capability, label), 0.0)), missing)
        for (place, capability), row in sorted(data.demands.items())
        for label, demand in zip(data.period_labels, row.demand, strict=True)
        if demand > 0
    ]
    keys = ("place", "capability", "period")
    frame = pd.DataFrame(rows, columns=[*keys, "demand", "met", "unmet"])
    return frame.astype({**dict.fromkeys(keys, "str"), **dict.fromkeys(("demand", "met", "unmet"), "float64")})


def price_table(model: Any, programme: Programme, ranks: Sequence[RankResult], data: PlanData) -> pd.DataFrame:
    """``prices.csv``: every rank's non-zero prices, best rank first, then by limit and index."""
    import pandas as pd

    from aidplan.solve.prices import prices

    columns = ["goal", "limit", *KEY_COLUMNS]
    rows: list[tuple[Any, ...]] = []
    for result in ranks:
        found = prices(model, programme, result, data.period_labels)
        of_rank = [(*(str(row.get(column, "")) for column in columns), row["price"]) for row in found]
        of_rank.sort(key=lambda row: row[:-1])
        rows += of_rank
    frame = pd.DataFrame(rows, columns=[*columns, "price"])
    return frame.astype({**dict.fromkeys(columns, "str"), "price": "float64"})


def ties_table(programme: Programme, data: PlanData, ties: Ties) -> pd.DataFrame:
    """``ties.csv``: what could move at no cost to any goal, by quantity and index.

    ``least`` and ``most`` are the true ends where ``exact`` is yes (``most`` inf: no end), else what was seen in
    equally good plans; ``worth`` [money units] is what the movement between them is worth.
    """
    import pandas as pd

    from aidplan.solve.worth import worth_of_columns

    worth = worth_of_columns(programme, data)
    movable = {name: quantity.index for name, quantity in QUANTITIES.items() if quantity.kind != RELIEF}
    index_columns = sorted({name for index in movable.values() for name in index} - {"period"})
    columns = ["quantity", *index_columns, "period"]
    rows = []
    for column in ties.free().tolist():
        block, n = programme.block_of_column(column)
        if block.name not in movable:
            continue
        key = block.index(n)
        names = movable[block.name]
        codes = (*key[0].split(","), *key[1:-1]) if "origin" in names else key[:-1]
        row: dict[str, Any] = dict(zip(names, codes, strict=False))
        row |= {"quantity": block.name, "period": data.period_labels[key[-1] - 1]}
        least, most = float(ties.least[column]), float(ties.most[column])
        row |= {"least": least, "most": most, "exact": "yes" if ties.exact[column] else ""}
        rows.append(row | {"worth": (most - least) * float(worth[column]) / data.money_unit})
    blank = dict.fromkeys(columns, "")
    frame = pd.DataFrame([blank | row for row in rows], columns=[*columns, "least", "most", "exact", "worth"])
    numbers = dict.fromkeys(("least", "most", "worth"), "float64")
    frame = frame.astype({**dict.fromkeys([*columns, "exact"], "str"), **numbers})
    return frame.sort_values(columns, kind="stable", ignore_index=True)
