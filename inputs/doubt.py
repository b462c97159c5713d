"""How much of the coalition workbook is assumed, and whether what weighs most has a source or a range.

python -m inputs.doubt        writes docs/assumed-rows.md

A row counts where it states a quantity: a number that is neither 0 nor a choice. Weights, goals, menus, settings and
scenarios are choices and are counted apart. A quantity weighs what it is worth: its amount at the least price at
which its item can be bought or drawn; of a reserve only what may be given counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from aidplan.workbook.schema import SHEETS
from inputs import build
from inputs.assembly.rows import WORDS, Value

PAGE = Path(__file__).parents[1] / "docs" / "assumed-rows.md"
CHOICES = ("settings", "goals", "scenarios", "capabilities", "menu")
CHOSEN_COLUMNS = ("priority", "rank", "weight")
MOST = 50

Row = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Quantity:
    """A row's amount at its price: ``worth`` in millions of dollars; ``range`` in the planners' words or empty."""

    sheet: str
    key: str
    worth: float
    confidence: str
    range: str


def states_quantity(sheet: str, row: Row) -> bool:
    """Whether a row of a sheet states a number that is no choice."""
    columns = {column.name for column in SHEETS[sheet] if column.is_number} - set(CHOSEN_COLUMNS)
    return any((name in columns or name[:4].isdigit()) and value not in ("", 0.0) for name, value in row.items())


def tally(made: Mapping[str, Sequence[Row]]) -> dict[str, Counter[str]]:
    """For every sheet that states quantities: how many rows are reported, derived and assumed."""
    counts = {}
    for sheet in build.ORDER:
        if sheet not in CHOICES:
            stating = [row for row in made[sheet] if states_quantity(sheet, row)]
            counts[sheet] = Counter(str(row["confidence"]) for row in stating)
    return {sheet: count for sheet, count in counts.items() if count}


def assumed_share(counts: Mapping[str, Counter[str]]) -> float:
    """The share of all rows that state a quantity which is assumed, in [0, 1]."""
    whole = sum(counts.values(), Counter())
    return whole["assumed"] / whole.total()


def prices(made: Mapping[str, Sequence[Row]]) -> dict[str, float]:
    """The least price of every item [USD]: from a plant, else of drawing it from a reserve."""
    found: dict[str, float] = {}
    for sheet, column in (("stocks", "release_cost"), ("products", "unit_cost")):
        least: dict[str, float] = {}
        for row in made[sheet]:
            if row.get(column) not in ("", None):
                item = str(row["item"])
                least[item] = min(float(row[column]), least.get(item, float("inf")))
        found |= least
    return found


def quantities(made: Mapping[str, Sequence[Row]]) -> list[Quantity]:
    """Every row whose amount has a price, the weightiest first."""
    price = prices(made)
    found = [
        Quantity(sheet, _key(sheet, row), amount / 1e6, str(row["confidence"]), str(row.get("#range", "")))
        for sheet, of in _WORTH.items()
        for row in made[sheet]
        if (amount := of(row, price, made)) > 0
    ]
    return sorted(found, key=lambda each: (-each.worth, each.sheet, each.key))


def _key(sheet: str, row: Row) -> str:
    return ", ".join(str(row[column.name]) for column in SHEETS[sheet].keys if row.get(column.name))


def _months(row: Row) -> float:
    return sum(float(value) for name, value in row.items() if name[:4].isdigit() and value != "")


def _book(row: Row, price: Mapping[str, float], made: Mapping[str, Sequence[Row]]) -> float:
    return float(row["quantity"]) * price.get(str(row["item"]), 0.0)


def _fleet(row: Row, price: Mapping[str, float], made: Mapping[str, Sequence[Row]]) -> float:
    return float(row.get("initial") or 0) * price.get(str(row["item"]), 0.0)


def _stock(row: Row, price: Mapping[str, float], made: Mapping[str, Sequence[Row]]) -> float:
    to_give = float(row["initial"]) - float(row.get("floor") or 0)
    return to_give * price.get(str(row["item"]), 0.0)


def _capacity(row: Row, price: Mapping[str, float], made: Mapping[str, Sequence[Row]]) -> float:
    made_here = [product for product in made["products"] if product["plant"] == row["plant"]]
    worth = [float(product["unit_cost"]) / float(product.get("capacity_use") or 1) for product in made_here]
    return _months(row) * min(worth, default=0.0)


def _product(row: Row, price: Mapping[str, float], made: Mapping[str, Sequence[Row]]) -> float:
    lines = [_months(line) for line in made["capacity"] if line["plant"] == row["plant"]]
    return sum(lines) * float(row["unit_cost"]) / float(row.get("capacity_use") or 1)


def _demand(row: Row, price: Mapping[str, float], made: Mapping[str, Sequence[Row]]) -> float:
    serving = [
        price[str(effect["item"])] / float(effect.get("effect") or 1)
        for effect in made["effects"]
        if effect["capability"] == row["capability"] and str(effect["item"]) in price
    ]
    level = {str(each["capability"]) for each in made["capabilities"] if each["kind"] == "level"}
    held = [float(value) for name, value in row.items() if name[:4].isdigit() and value != ""]
    amount = max(held, default=0.0) if row["capability"] in level else sum(held)
    return amount * min(serving, default=0.0)


def _arrivals(row: Row, price: Mapping[str, float], made: Mapping[str, Sequence[Row]]) -> float:
    return _months(row) * price.get(str(row["item"]), 0.0)


def _supply(row: Row, price: Mapping[str, float], made: Mapping[str, Sequence[Row]]) -> float:
    return (float(row.get("initial") or 0) + _months(row)) * price.get(str(row["component"]), 0.0)


def _funding(row: Row, price: Mapping[str, float], made: Mapping[str, Sequence[Row]]) -> float:
    return _months(row) * 1e6


def _expansion(row: Row, price: Mapping[str, float], made: Mapping[str, Sequence[Row]]) -> float:
    return float(row.get("capex") or 0) * float(row.get("limit") or 0)


_WORTH = {
    "products": _product,
    "capacity": _capacity,
    "orderbook": _book,
    "stocks": _stock,
    "fleets": _fleet,
    "arrivals": _arrivals,
    "supply": _supply,
    "demand": _demand,
    "funding": _funding,
    "expansions": _expansion,
}


def page(made: Mapping[str, Sequence[Row]]) -> str:
    """The page of the docs: counts by sheet, and the weightiest quantities."""
    counts = tally(made)
    whole = sum(counts.values(), Counter())
    apart = sum(row["confidence"] == "assumed" for sheet in CHOICES for row in made[sheet])
    lines = [
        "# What is assumed in the coalition workbook",
        "",
        "Written by `python -m inputs.doubt`. A row counts where it states a quantity. Choices (weights, goals, menus,",
        f"settings, scenarios) are counted apart: {apart} rows of them are assumed.",
        "",
        "| sheet | rows that state a quantity | reported | derived | assumed |",
        "|---|---|---|---|---|",
        *(f"| `{sheet}` | {_cells(count)} |" for sheet, count in counts.items()),
        f"| all | {_cells(whole)} |",
        "",
        f"## The {MOST} weightiest quantities",
        "",
        "Amount at the least price of its item, over the horizon. Each rests on a source or gives a range.",
        "",
        "| sheet | row | worth, million USD | confidence | range |",
        "|---|---|---|---|---|",
    ]
    for each in quantities(made)[:MOST]:
        lines.append(f"| `{each.sheet}` | {each.key} | {each.worth:,.0f} | {each.confidence} | {each.range} |")
    return "\n".join(lines) + "\n"


def _cells(count: Counter[str]) -> str:
    share = count["assumed"] / count.total()
    return f"{count.total()} | {' | '.join(str(count[word]) for word in WORDS)} ({share:.0%})"


def main() -> None:
    """Write the page and say how much is assumed."""
    made = build.tables(build.load_published())
    PAGE.write_text(page(made), encoding="utf-8")
    print(f"{PAGE}: {assumed_share(tally(made)):.1%} of the rows that state a quantity are assumed")


if __name__ == "__main__":
    main()
