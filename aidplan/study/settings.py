"""Settings of levers and presets of futures: the scenario rows that ship as data, with a workbook's own names put in."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from aidplan_models.data import PlanData
from aidplan_models.derived import available

from aidplan.workbook import Tables
from aidplan.workbook.schema import SHEETS


class ScenarioRow(NamedTuple):
    """One row of the sheet ``scenarios``, but for the scenario's name."""

    sheet: str
    where: str
    column: str
    change: str
    value: str | float | None


@dataclass(frozen=True)
class Setting:
    """One setting of a lever.

    ``rows`` are scenario rows; ``menu`` names a change that scenario rows cannot say (`aidplan.study.copies.VARIANTS`);
    ``order`` is the order in which donors decide in turn (largest, smallest, random), and ``seed`` that of a random one.
    """

    lever: str
    name: str
    words: str
    rows: tuple[ScenarioRow, ...] = ()
    menu: str = ""
    order: str = ""
    seed: int = 0

    @property
    def scenario(self) -> str:
        """The name of its scenario."""
        return f"{self.lever}: {self.name}"

    @property
    def as_given(self) -> bool:
        """Whether it is the workbook as it is."""
        return not (self.rows or self.menu or self.order)


def levers(tables: Tables, data: PlanData) -> list[Setting]:
    """Every setting of every lever for a workbook, in the order of the contract."""
    found = []
    ranked = {str(row["goal"]) for row in tables["goals"]}
    for entry in _entries("levers.toml"):
        rows, change = filled(entry["rows"], tables, data, {}), entry.get("menu", "")
        if entry["name"] == "parity_first" and ranked and "parity" not in ranked:
            rows, change = (), "parity_first"
        numbers = range(1, entry.get("repeat", 1) + 1)
        for number in numbers:
            name = f"{entry['name']}_{number}" if len(numbers) > 1 else entry["name"]
            seed = number if len(numbers) > 1 else 0
            setting = Setting(entry["lever"], name, entry["words"], rows, change, entry.get("order", ""), seed)
            found.append(setting)
    return found


@cache
def _entries(file: str) -> tuple[Mapping[str, Any], ...]:
    """The settings that ship as data."""
    return tuple(tomllib.loads((files("aidplan.study") / file).read_text("utf-8"))["setting"])


def presets() -> tuple[Mapping[str, Any], ...]:
    """The futures that ship as data."""
    return _entries("futures.toml")


def filled(
    rows: Sequence[Mapping[str, Any]], tables: Tables, data: PlanData, names: Mapping[str, str]
) -> tuple[ScenarioRow, ...]:
    """Rows with the workbook's names, and further ones, in the place of ``{…}``; without those that speak of nothing."""
    known: dict[str, Callable[[], str]] = {
        "fronts": lambda: _places(data, "front"),
        "homes": lambda: _places(data, "home"),
        "private": lambda: ", ".join(e for e, row in data.expansions.items() if row.financing == "private"),
    }
    known |= {name: (lambda text=text: text) for name, text in names.items()}  # type: ignore[misc]
    found = []
    for row in rows:
        if row.get("each") == "fund":
            for fund in data.funds:
                own = {"fund": fund, **_equal_money(tables, data, fund)}
                found += _filled(row, tables, {**known, **{key: (lambda text=text: text) for key, text in own.items()}})  # type: ignore[misc]
        else:
            found += _filled(row, tables, known)
    return tuple(found)


def _filled(row: Mapping[str, Any], tables: Tables, known: Mapping[str, Callable[[], str]]) -> list[ScenarioRow]:
    """The row with names put in, alone in a list; an empty list where it speaks of nothing."""
    sheet = row["sheet"]
    if sheet not in ("settings", "goals") and not len(tables[sheet]):
        return []
    texts = []
    for part in ("where", "column", "value"):
        text = row.get(part, "" if part == "where" else None)
        for name in re.findall(r"{(\w+)}", text) if isinstance(text, str) else ():
            put = known[name]()
            if not put:
                return []
            text = text.replace(f"{{{name}}}", put)
        texts.append(text)
    where, column, value = texts
    if isinstance(value, str) and re.fullmatch(r"[\d.e+-]+", value):
        value = float(value)
    whole_column = row["change"] == "set" and not where and SHEETS[sheet].column(column)
    if whole_column and all(each[column] == value for each in tables[sheet]):
        return []  # it is so already
    return [ScenarioRow(sheet, where, column, row["change"], value)]


def _places(data: PlanData, kind: str) -> str:
    """Places of that kind that demand something."""
    return ", ".join(dict.fromkeys(x for x, _ in data.demands if data.places[x].kind == kind))


DELAY = 3
"""Periods of approval under the settings ``all_tranches_3…``."""


def _equal_money(tables: Tables, data: PlanData, fund: str) -> dict[str, str]:
    """The factor by which a fund's funding must grow so that as much arrives with the delay as without, and its periods."""
    row, own = tables.row("funding", fund), data.funds[fund]
    if row is None or not row.periods:
        return {"funding_periods": "", "equal_money": ""}
    last = _last(data)
    at_once = sum(row.periods.get(t, 0.0) for t in range(1, last + 1) if own.alive(t))
    late = sum(row.periods.get(t - DELAY, 0.0) for t in range(1, last + 1) if own.alive(t))
    if late <= 0 or at_once <= 0:
        return {"funding_periods": "", "equal_money": ""}
    before = [tables.calendar.label(t) for t in sorted(row.periods) if t < 1]
    return {"funding_periods": ", ".join(["*", *before]), "equal_money": repr(at_once / late)}


def _last(data: PlanData) -> int:
    """The last period that is planned."""
    return getattr(data, "planned", data.horizon)


def money_of_donors(data: PlanData) -> dict[str, float]:
    """Donor -> all that becomes available to its funds [money]; a fund without a donor is a donor."""
    found: dict[str, float] = {}
    for name, fund in data.funds.items():
        donor = donor_of(data, name)
        found[donor] = found.get(donor, 0.0) + sum(available(fund, t) for t in range(1, _last(data) + 1))
    return found


def donor_of(data: PlanData, fund: str) -> str:
    """A fund's donor; the fund itself where it names none."""
    return data.funds[fund].donor or fund
