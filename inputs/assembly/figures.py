"""Published figures by their code, and arithmetic on them that says what it did.

A cell of a planners' sheet that begins with ``=`` is arithmetic on published figures: ``=P003*EUR`` is the
price of row P003 of ``published/prices.csv`` in dollars. A figure may name another field of its row:
``C13.target`` (capacity at the target date), ``C05.capex``, ``C14.lead``, ``R03.value``, ``U25.until``.
"""

from __future__ import annotations

import ast
import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

UNSOURCED = "general knowledge, unsourced here"

_FIELDS = {
    "prices": {"": "unit_price"},
    "capacity": {
        "": "output_per_month",
        "target": "target_per_month",
        "capex": "capex",
        "lead": "lead_time_months",
    },
    "demand": {"": "quantity"},
    "adversary_output": {"": "quantity"},
    "stocks": {"": "quantity"},
    "logistics": {"": "value"},
    "rearmament": {"": "quantity", "value": "value"},
    "us_appropriations": {"": "amount_usd_bn", "until": "available_until"},
    "fx_implied": {"": "rate"},
    "donors_commitments": {"": "amount"},
}
"""File -> field word -> column."""

_LABELS = {
    "prices": ("item", "unit", "currency"),
    "capacity": ("company_plant", "item", "date"),
    "demand": ("item", "date", "kind"),
    "adversary_output": ("item", "date", "kind"),
    "stocks": ("owner", "item", "as_of"),
    "logistics": ("hub_or_item", "parameter", "unit"),
    "rearmament": ("country", "item", "window_start"),
    "us_appropriations": ("act", "line", "public_law"),
    "fx_implied": ("pair", "date"),
    "donors_commitments": ("donor", "measure", "unit"),
}


@dataclass(frozen=True, slots=True)
class Figure:
    """One published row: ``values`` by field word ("" is the row's own figure), and what is said of it.

    ``doubtful`` names the fields that the published table itself calls assumed.
    """

    code: str
    file: str
    label: str
    values: Mapping[str, str]
    doubtful: frozenset[str]
    source: str
    confidence: str
    note: str


@dataclass(frozen=True, slots=True)
class Answer:
    """The value of an expression, the figures it used, and the arithmetic in words.

    ``plain`` is true where the expression is one figure and nothing else.
    """

    value: float
    used: tuple[str, ...]
    trace: str
    plain: bool
    doubtful: bool


@dataclass(slots=True)
class Published:
    """Every published figure, and the exchange rates that the planners take from them."""

    figures: dict[str, Figure]
    rates: dict[str, Answer] = field(default_factory=dict)

    def until(self, expression: str) -> str:
        """The month (``2025-09``) of an expiry field such as ``=U25.until``."""
        code, _, word = expression.removeprefix("=").partition(".")
        return self.figures[code].values[word][:7]

    def evaluate(self, expression: str, known: Mapping[str, float] | None = None) -> Answer:
        """Compute ``=C67*2`` (the ``=`` may be left out); ``known`` adds names of the caller's own.

        Raises ValueError naming the expression where it is no plain arithmetic on known figures.
        """
        text = expression.strip().removeprefix("=").strip()
        work = _Arithmetic(self, dict(known or {}))
        try:
            tree = ast.parse(text, mode="eval").body
            value = work.value(tree)
        except (SyntaxError, KeyError, ValueError) as error:
            raise ValueError(f"`{text}`: {error}; it must be plain arithmetic on published figures") from error
        plain = isinstance(tree, ast.Name | ast.Attribute) and not work.from_rates
        return Answer(value, tuple(work.used), self._trace(text, value, work.shown, plain), plain, work.doubtful)

    def _trace(self, text: str, value: float, shown: Mapping[str, str], plain: bool) -> str:
        if plain and text.partition(".")[0] in self.figures:
            return f"{text} = {_number(value)} ({self.figures[text.partition('.')[0]].label})"
        used = ", ".join(f"{name} {figure}" for name, figure in shown.items())
        return f"{text} = {_number(value)} ({used})" if used else f"{text} = {_number(value)}"


class _Arithmetic:
    """Walks one expression, remembering what it read."""

    def __init__(self, published: Published, known: dict[str, float]) -> None:
        self.published, self.known = published, known
        self.used: dict[str, None] = {}
        self.shown: dict[str, str] = {}
        self.doubtful = False
        self.from_rates = False

    def value(self, node: ast.expr) -> float:
        match node:
            case ast.Constant(value=int() | float() as number):
                return float(number)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return -self.value(operand)
            case ast.BinOp(left=left, op=operator, right=right):
                return _combine(operator, self.value(left), self.value(right))
            case ast.Call(func=ast.Name(id="round"), args=[inner], keywords=[]):
                return float(round(self.value(inner)))
            case ast.Attribute(value=ast.Name(id=code), attr=word):
                return self._figure(code, word)
            case ast.Name(id=name):
                return self._named(name)
        raise ValueError("not understood")

    def _named(self, name: str) -> float:
        if name in self.known:
            self.shown[name] = _number(self.known[name])
            return self.known[name]
        if name in self.published.rates:
            rate = self.published.rates[name]
            self.used.update(dict.fromkeys(rate.used))
            self.doubtful |= rate.doubtful
            self.from_rates = True
            self.shown[name] = _number(rate.value)
            return rate.value
        return self._figure(name, "")

    def _figure(self, code: str, word: str) -> float:
        figure = self.published.figures[code]
        self.used[code] = None
        self.doubtful |= word in figure.doubtful
        value = float(figure.values[word])
        self.shown[f"{code}.{word}" if word else code] = _number(value)
        return value


def _combine(operator: ast.operator, left: float, right: float) -> float:
    match operator:
        case ast.Add():
            return left + right
        case ast.Sub():
            return left - right
        case ast.Mult():
            return left * right
        case ast.Div():
            return left / right
    raise ValueError("only + - * / are understood")


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 10000 or value == round(value) else f"{value:,.6g}"


def _doubtful(row: Mapping[str, str], fields: Mapping[str, str]) -> frozenset[str]:
    """The fields that the published table marks as assumed; all of an assumed row that marks none."""
    marked = {word for word, column in fields.items() if column in row.get("assumed_fields", "")}
    if row.get("expiry_confidence") == "assumed":
        marked.add("until")
    if row["confidence"] == "assumed" and not row.get("assumed_fields"):
        marked.update(fields)
    return frozenset(marked)


def load(folder: Path) -> Published:
    """Every row of the published tables that have codes, and no exchange rate yet."""
    figures: dict[str, Figure] = {}
    for file, fields in _FIELDS.items():
        for row in read_rows(folder / f"{file}.csv"):
            figures[row["id"]] = Figure(
                row["id"],
                file,
                ", ".join(row[column] for column in _LABELS[file] if row[column]),
                {word: row[column] for word, column in fields.items()},
                _doubtful(row, fields),
                row["source"],
                row["confidence"],
                row["note"],
            )
    return Published(figures)


def read_rows(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file as written, blanks around cells trimmed."""
    with path.open(encoding="utf-8", newline="") as file:
        return [{name: (cell or "").strip() for name, cell in row.items()} for row in csv.DictReader(file)]
