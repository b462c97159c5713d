"""Make the coalition workbook from the published figures and the planners' sheets.

python -m inputs.build                 writes inputs/coalition-2024.xlsx
python -m inputs.build --out FILE      writes it elsewhere
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from aidplan.workbook.schema import SHEETS
from inputs.assembly import figures, fronts, menus, money, months
from inputs.assembly.figures import Published, read_rows
from inputs.assembly.rows import Value, resolve, tidy
from inputs.assembly.sheets import Page, arrange, write

HERE = Path(__file__).parent
PUBLISHED, SHEETS_FOLDER = HERE / "published", HERE / "coalition"
WORKBOOK = HERE / "coalition-2024.xlsx"

ORDER = (
    "settings", "goals", "scenarios", "places", "items", "capabilities", "effects", "plants", "products", "capacity",
    "expansions", "orderbook", "redirects", "bills", "supply", "funds", "funding", "menu", "stocks", "arrivals", "lanes",
    "demand", "fleets", "platforms", "adversary", "measures", "joins",
)  # fmt: skip
AS_WRITTEN = (
    "goals", "places", "items", "capabilities", "effects", "plants", "products", "capacity", "expansions",
    "orderbook", "bills", "supply", "platforms", "adversary", "redirects", "measures", "joins",
)  # fmt: skip
BY_AIR = "shell, barrel, rocket, cruise, drone, interceptor, atgm, support, adsys, launcher, tube, ew"
"""What flies: no armoured vehicles, no mines."""

Rows = Sequence[Mapping[str, Value]]


def load_published() -> Published:
    """The published figures, and the planners' exchange rates taken from them."""
    published = figures.load(PUBLISHED)
    for row in read_rows(SHEETS_FOLDER / "rates.csv"):
        published.rates[row["currency"]] = published.evaluate(row["usd"])
    published.rates["KIEL_MONTH"] = money.kiel_month(published, PUBLISHED, SHEETS_FOLDER)
    for capability in fronts.HELD:
        published.rates[f"HELD_{capability.upper()}"] = fronts.held(SHEETS_FOLDER, published, capability)
    return published


def tables(published: Published) -> dict[str, Rows]:
    """Every sheet of the planning workbook, by name."""
    made: dict[str, Rows] = {name: _written(name, published) for name in AS_WRITTEN}
    made["settings"] = [_setting(row, published) for row in read_rows(SHEETS_FOLDER / "settings.csv")]
    made["lanes"] = _lanes(published)
    made["arrivals"] = [
        resolve({**row, "shape": "only"}, (), published) for row in read_rows(SHEETS_FOLDER / "arrivals.csv")
    ]
    made["stocks"] = [*_written("stocks", published), *fronts.front_stocks(SHEETS_FOLDER, published)]
    made["fleets"] = fronts.fleets(SHEETS_FOLDER, published)
    threat = fronts.Threat(PUBLISHED, published)
    made["demand"] = fronts.demand(SHEETS_FOLDER, published, threat)
    purse = money.Money(published, PUBLISHED, SHEETS_FOLDER)
    _add_money(made, purse, threat)
    return made


def _add_money(made: dict[str, Rows], purse: money.Money, threat: fronts.Threat) -> None:
    parts = [money.donor_funds(purse), money.american_funds(purse), money.other_funds(purse)]
    made["funds"] = [row for funds, _ in parts for row in funds]
    made["funding"] = [row for _, funding in parts for row in funding]
    reserves = {str(row["place"]) for row in made["stocks"] if row.get("release_cost", "") != ""}
    made["menu"] = menus.menu(purse, reserves)
    rates = {str(row["fund"]): max(float(row.get(month, 0.0)) for month in months.HORIZON) for row in made["funding"]}
    extended = [str(row["fund"]) for row in made["funding"] if row.get("#beyond_pledges")]
    made["scenarios"] = fronts.scenarios(SHEETS_FOLDER, purse, threat, rates, extended)


def _numeric(name: str) -> list[str]:
    schema = SHEETS[name]
    return [column.name for column in schema if column.is_number]


def _written(name: str, published: Published) -> list[dict[str, Value]]:
    rows = []
    for number, row in enumerate(read_rows(SHEETS_FOLDER / f"{name}.csv"), start=2):
        try:
            rows.append(resolve(row, _numeric(name), published))
        except (KeyError, ValueError) as error:
            raise SystemExit(f"inputs/coalition/{name}.csv:{number}: {error}") from error
    return rows


def _setting(row: Mapping[str, str], published: Published) -> dict[str, Value]:
    made = resolve(row, (), published)
    text = str(made["value"])
    return made | {"value": float(text)} if re.fullmatch(r"[\d.]+", text) else made


def _lanes(published: Published) -> list[dict[str, Value]]:
    fronts_named = [str(row["place"]) for row in _written("places", published) if row["kind"] == "front"]
    rows: list[dict[str, Value]] = []
    for row in _written("lanes", published):
        row["class"] = BY_AIR if row["class"] == "AIR" else row["class"]
        ends = fronts_named if row["destination"] == "FRONT" else [str(row["destination"])]
        rows += [row | {"destination": end} for end in ends]
    return rows


def note_pages(made: Mapping[str, Rows], published: Published, purse: money.Money) -> tuple[list[Page], list[Page]]:
    """The planners' note sheets: what stands before the tables, and what after them."""
    about: list[dict[str, Value]] = [dict(row) for row in read_rows(SHEETS_FOLDER / "about.csv")]
    tally = [_tally(name, made[name]) for name in ORDER]
    check = menus.donor_check(purse, made["funds"], made["funding"])
    used = sorted({code for rows in made.values() for row in rows for code in _codes(str(row["source"]))})
    rates = [_rate(row, published) for row in read_rows(SHEETS_FOLDER / "rates.csv")]
    before = [Page("#about", ("topic", "text"), about), Page("#sheets", tuple(tally[0]), tally)]
    after = [
        Page("#donor_check", tuple(check[0]), check),
        Page("#rates", ("currency", "usd", "source", "confidence", "note"), rates),
        Page("#figures", tuple(_figure(published, used[0])), [_figure(published, code) for code in used]),
    ]
    return before, after


def _tally(name: str, rows: Rows) -> dict[str, Value]:
    counts = {
        word: float(sum(row["confidence"] == word for row in rows)) for word in ("reported", "derived", "assumed")
    }
    return {"sheet": name, "rows": float(len(rows)), **counts}


def _codes(source: str) -> Iterable[str]:
    found = re.search(r"rows ([A-Z0-9 ]+) of #figures", source)
    return found.group(1).split() if found else ()


def _rate(row: Mapping[str, str], published: Published) -> dict[str, Value]:
    made = resolve(row, ("usd",), published)
    sources = dict.fromkeys(published.figures[code].source for code in published.rates[row["currency"]].used)
    return made | {"usd": tidy(float(made["usd"])), "source": " ; ".join(sources) or str(made["source"])}


def _figure(published: Published, code: str) -> dict[str, Value]:
    figure = published.figures[code]
    own = {f"figure {word}".strip(): value for word, value in figure.values.items() if value}
    fields = "; ".join(f"{word.removeprefix('figure ')} {value}" for word, value in own.items() if word != "figure")
    value = own.get("figure", "")
    try:
        shown: Value = float(value)
    except ValueError:
        shown = value
    return {
        "code": code,
        "table": figure.file,
        "label": figure.label,
        "figure": shown,
        "fields": fields,
        "confidence": figure.confidence,
        "source": figure.source,
        "note": figure.note,
    }


def pages() -> list[Page]:
    """The whole workbook, sheet by sheet."""
    published = load_published()
    made = tables(published)
    before, after = note_pages(made, published, money.Money(published, PUBLISHED, SHEETS_FOLDER))
    return [*before, *(arrange(name, made[name]) for name in ORDER), *after]


def main() -> None:
    """Write the workbook and say how much is in it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=WORKBOOK, help="where to write (%(default)s)")
    target = parser.parse_args().out
    made = pages()
    write(made, target)
    planned = [page for page in made if not page.name.startswith("#")]
    rows = [row for page in planned for row in page.rows]
    guessed = sum(row["confidence"] == "assumed" for row in rows)
    print(f"{target}: {len(planned)} sheets, {len(rows)} rows, {guessed} of them assumed ({guessed / len(rows):.0%})")


if __name__ == "__main__":
    main()
