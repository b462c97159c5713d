"""Presets of futures, with a workbook's own names put in."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aidplan_models.data import PlanData

from aidplan.study.settings import ScenarioRow, donor_of, filled, presets
from aidplan.workbook import Tables

if TYPE_CHECKING:
    from aidplan.extract import PlanRun


@dataclass(frozen=True)
class Future:
    """A future: its ``name``, the ``scenario`` that says it in the copy of the workbook, and what it is in words."""

    name: str
    scenario: str
    words: str


def preset_rows(tables: Tables, base: PlanRun, until: int) -> dict[str, tuple[ScenarioRow, ...]]:
    """Preset -> its scenario rows, from the period number ``until`` on; one that has nothing to change is left out."""
    data, label = base.data, tables.calendar.label

    def periods(months: int) -> int:
        return -(-months // data.period_months)

    names = {
        "until": label(until),
        "two": str(periods(2)),
        "six": str(periods(6)),
        "leaver_funds": ", ".join(_funds_of_the_largest(data, until)),
        "hub": _busiest_hub(base),
        "closed": f"{label(until)}..{label(min(until + periods(3) - 1, data.horizon))}",
    }
    found = {str(entry["name"]): filled(entry["rows"], tables, data, names) for entry in presets()}
    return {name: rows for name, rows in found.items() if rows}


def _funds_of_the_largest(data: PlanData, until: int) -> list[str]:
    """The funds of the donor whose funding from the period on is largest."""
    money: dict[str, float] = defaultdict(float)
    for name, fund in data.funds.items():
        money[donor_of(data, name)] += sum(value for t, value in fund.funding.items() if until <= t <= data.planned)
    largest = max(sorted(money), key=money.__getitem__, default="")
    return [name for name in data.funds if donor_of(data, name) == largest] if money.get(largest) else []


def _busiest_hub(base: PlanRun) -> str:
    """The hub into which the base plan ships most tonnes; "" where it ships into none."""
    tonnes: dict[str, float] = defaultdict(float)
    for _origin, destination, _mode, item, _period, value in base.tables["shipped"].itertuples(index=False):
        if base.data.places[destination].kind == "hub":
            tonnes[destination] += value * base.data.items[item].weight_t
    return max(sorted(tonnes), key=tonnes.__getitem__, default="")
