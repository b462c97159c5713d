"""Copies of a planner's workbook: with scenarios added, or with another menu."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from aidplan_models.registry import DEFAULT_GOALS

from aidplan.roll.package import Package
from aidplan.roll.sheet_xml import SheetXmlError
from aidplan.roll.writing import Writer
from aidplan.study.settings import ScenarioRow
from aidplan.workbook import Row, Workbook
from aidplan.workbook.schema import SHEETS
from aidplan.workbook.tables import Layout

_NEW = 2_000_000
"""Numbers of new rows begin here, past every row that a sheet can have."""


class CopyError(ValueError):
    """The workbook cannot be copied with changes; one sentence says why and what to do."""


def with_scenarios(book: Workbook, data: bytes, scenarios: Mapping[str, Sequence[ScenarioRow]]) -> bytes:
    """The workbook's bytes with more scenarios, by name; default goals, where the workbook ranks none, are rows then.

    Raises `CopyError` where the file cannot be changed safely.
    """
    rows = [_scenario_row(name, row, n) for n, (name, row) in enumerate(_each(scenarios))]
    changed = {"scenarios": [*book.tables["scenarios"].rows, *rows]}
    if not len(book.tables["goals"]):
        changed["goals"] = [
            _new("goals", {"goal": goal, "rank": rank}, rank) for rank, goal in enumerate(DEFAULT_GOALS, 1)
        ]
    return _written(book, data, changed)


def with_rows(book: Workbook, data: bytes, changed: Mapping[str, Sequence[Row]]) -> bytes:
    """The workbook's bytes with other rows in some sheets: a row that has the number of one there takes its place.

    Raises `CopyError` where the file cannot be changed safely.
    """
    return _written(book, data, changed)


Rows = dict[str, Sequence[Row]]


def home_industry(book: Workbook) -> Rows:
    """The menu where each donor orders, draws and builds at home alone, where it has a plant there; shares dropped."""
    tables = book.tables
    countries = {str(row["place"]) for row in tables["plants"]}
    codes = {str(row["name"] or "").casefold(): str(row["place"]) for row in tables["places"]}
    donors = {str(row["fund"]): str(row["donor"] or "") for row in tables["funds"]}
    home = {fund: donor if donor in countries else codes.get(donor.casefold(), "") for fund, donor in donors.items()}
    rows: list[Row] = []
    wanted: dict[tuple[str, ...], Row] = {}
    for row in tables["menu"]:
        donor = home.get(str(row["fund"]), "")
        if donor not in countries:
            rows.append(row)
            continue
        rows.append(_without_shares(row).with_cells({"allow": "no"}))
        own = row["country"]
        if row["allow"] == "yes" and isinstance(own, tuple) and (own == ("*",) or donor in own):
            at_home = _without_shares(row).with_cells({"country": (donor,), "allow": "yes"})
            wanted.setdefault(at_home.key, at_home)
    return {"menu": _merged(rows, wanted.values())}


def open_menu(book: Workbook) -> Rows:
    """The menu where every fund without ``delivers_to`` may order, draw and build everything; no shares for anyone."""
    rows = [_without_shares(row) for row in book.tables["menu"]]
    free = [str(row["fund"]) for row in book.tables["funds"] if not row["delivers_to"]]
    return {"menu": _merged(rows, [_new("menu", {"fund": fund, "allow": "yes"}, n) for n, fund in enumerate(free)])}


def parity_first(book: Workbook) -> Rows:
    """The goals with parity before all others, where the workbook leaves it out."""
    rows = [row.with_cells({"rank": int(row["rank"]) + 1}) for row in book.tables["goals"]]  # type: ignore[arg-type]
    return {"goals": [*rows, _new("goals", {"goal": "parity", "rank": 1}, 0)]}


VARIANTS = {"home_industry": home_industry, "open": open_menu, "parity_first": parity_first}
"""Changes that no scenario rows can say."""


def _merged(rows: Sequence[Row], wanted: Iterable[Row]) -> list[Row]:
    """The rows with the wanted ones: in the place of a row of the same key, or below."""
    found = {row.key: row for row in rows}
    for n, row in enumerate(wanted):
        there = found.get(row.key)
        found[row.key] = there.with_cells({"allow": "yes"}) if there else _renumbered(row, n)
    return list(found.values())


def _renumbered(row: Row, n: int) -> Row:
    return _new(row.sheet.name, dict(row.values), n)


def _without_shares(row: Row) -> Row:
    return row.with_cells({"share_min": None, "share_max": None})


def _new(sheet: str, values: Mapping[str, object], n: int) -> Row:
    return Row(SHEETS[sheet], Layout(), _NEW + n, dict(values), {})  # type: ignore[arg-type]


def _each(scenarios: Mapping[str, Sequence[ScenarioRow]]) -> Iterable[tuple[str, ScenarioRow]]:
    return ((name, row) for name, rows in scenarios.items() for row in rows)


def _scenario_row(scenario: str, row: ScenarioRow, n: int) -> Row:
    values = {"scenario": scenario, "sheet": row.sheet, "where": row.where, "column": row.column, "change": row.change}
    values |= {} if row.value is None else {"value": row.value}  # type: ignore[dict-item]
    return _new("scenarios", {name: value for name, value in values.items() if value != ""}, n)


def _written(book: Workbook, data: bytes, changed: Mapping[str, Sequence[Row]]) -> bytes:
    """The workbook with other rows in some sheets; cells that are read hold values, not formulas."""
    try:
        package = Package(data)
        writer = Writer(package, book.tables, 1)
        for sheet in SHEETS:
            writer.write(sheet, changed.get(sheet, book.tables[sheet].rows))
        return package.finished()
    except SheetXmlError as problem:
        raise CopyError(
            f"{book.file}: cannot be copied with changes: {problem}; save it anew in Excel, and try again"
        ) from None
