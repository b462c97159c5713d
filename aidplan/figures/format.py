"""How a number is shown: one rule a kind, for pages, sentences and spreadsheet cells alike.

Kinds: ``text``; ``quantity`` (items, rounds, tonnes); ``money`` (money units); ``price`` (plain currency);
``share`` (shown in percent); ``count`` (whole numbers); ``goal`` (a goal's own number, eight digits); ``plain`` (in powers of ten);
``points`` (percentage points); ``fine`` (a quantity or money under 1, so that what is small is not shown as nothing).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

EXCEL_FORMATS = {
    "text": "@",
    "quantity": '[=0]"–";[>=99.95]#,##0;#,##0.0',
    "money": '[=0]"–";[>=99.95]#,##0;#,##0.00',
    "price": '[=0]"–";[>=99.5]#,##0;#,##0.00',
    "share": "0.0%",
    "count": '[=0]"–";#,##0',
    "goal": "0.00000000",
    "plain": '[=0]"–";0.00E+00',
    "points": '+0.00;-0.00;"–"',
    "fine_points": '+0.00####;-0.00####;"–"',
    "fine": '[=0]"–";#,##0.00##',
}
"""Kind -> Excel number format."""

MONTH_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
MONEY_WORDS = {1.0: "", 1e3: "thousand", 1e6: "million", 1e9: "billion"}
LONGEST_LABEL = 42


def formatted(value: object, kind: str) -> str:
    """The value as text; "" for what is not a number where one belongs."""
    if kind == "text" or isinstance(value, str):
        return "" if value is None else str(value)
    if not isinstance(value, int | float) or math.isnan(value):
        return ""
    if kind == "share":
        return formatted_share(value)
    if kind == "fine_points":
        return f"{value:+.2g}" if value else "–"
    if kind == "points":
        return f"{value:+.2f}" if value else "–"
    if kind == "goal":
        return f"{value:.8f}"
    if kind == "plain":
        return f"{value:.2e}" if value else "–"
    if math.isinf(value):
        return "no limit"
    if value == 0:
        return "–"
    if kind == "count" or abs(value) >= 99.95:
        return f"{value:,.0f}"
    return f"{value:,.2f}" if kind in ("money", "price") or abs(value) < 1 else f"{value:,.1f}"


def formatted_share(value: float) -> str:
    """A share in percent; what is not quite nothing or not quite all is never shown as nothing or all."""
    if 0 < value < 0.0005:
        return "<0.1%"
    if 0.9995 < value < 1:
        return ">99.9%"
    return f"{value:.1%}"


def money_name(currency: str, money_unit: float) -> str:
    """``million USD``: the unit of a run's money."""
    word = MONEY_WORDS.get(money_unit, f"{money_unit:g} ×")
    return f"{word} {currency}".strip()


def period_name(label: str) -> str:
    """``Jul 2024`` for the period ``2024-07``, ``Q3 2024`` for ``2024-Q3``; what is neither stays as it is."""
    year, _, part = label.partition("-")
    if part.isdigit() and 1 <= int(part) <= len(MONTH_NAMES):
        return f"{MONTH_NAMES[int(part) - 1]} {year}"
    return f"{part} {year}" if part.startswith("Q") else label


def span_name(labels: Sequence[str]) -> str:
    """``Jul 2024``, ``Jul–Sep 2024``, ``Nov 2024–Jan 2025``: the first and last of some periods in a row."""
    first, last = period_name(labels[0]), period_name(labels[-1])
    if first == last:
        return first
    same_year = first.rpartition(" ")[2] == last.rpartition(" ")[2]
    return f"{first.rpartition(' ')[0] if same_year else first}–{last}"


def spans_name(labels: Sequence[str]) -> str:
    """``Jul–Sep 2024``, ``Jul 2024 and Jan–Mar 2025``, ``12 months between Jul 2024 and Dec 2026``: periods that need not follow
    each other.
    """
    runs: list[list[str]] = []
    for label in labels:
        if runs and _ordinal(label) == _ordinal(runs[-1][-1]) + 1:
            runs[-1].append(label)
        else:
            runs.append([label])
    if len(runs) <= 2:
        return " and ".join(map(span_name, runs))
    unit = "quarters" if "Q" in labels[0] else "months"
    return f"{len(labels)} {unit} between {period_name(labels[0])} and {period_name(labels[-1])}"


def _ordinal(label: str) -> int:
    """The place of a month, or of a quarter, among all of them."""
    year, _, part = label.partition("-")
    return int(year) * (4 if part.startswith("Q") else 12) + int(part.lstrip("Q"))


def rounded(count: float) -> str:
    """``10.3 million``, ``207,000``, ``23,700``, ``482``: a count for a headline, to three digits."""
    if count >= 999_500:
        return f"{float(f'{count:.3g}') / 1e6:,g} million"
    return f"{float(f'{count:.3g}'):,.0f}" if count >= 1 else f"{count:,.2g}"


def plural(unit: str, count: float = 2) -> str:
    """``rounds`` for ``round``, ``drones shot down`` for ``drone shot down``; what is no plain word stays as it is."""
    if abs(count) == 1:
        return unit
    words = unit.split(" ")
    after = (n for n, word in enumerate(words) if n and (word in _AFTER_A_NOUN or word.endswith("ed")))
    head = next(after, len(words)) - 1
    return " ".join([*words[:head], _plural(words[head]), *words[head + 1 :]])


_AFTER_A_NOUN = frozenset(("a", "at", "by", "for", "in", "of", "on", "per", "shot", "to", "with"))
"""Words that follow the noun of a unit: ``drone shot down``, ``vehicle in service``."""


def _plural(word: str) -> str:
    """One word; a symbol (``m``, ``kg``) and a name in capitals stay."""
    if len(word) < 3 or not word[-1].isalpha() or word.endswith("s") or any(one.isupper() for one in word[-3:]):
        return word
    if word[-1] == "y" and word[-2] not in "aeiou":
        return f"{word[:-1]}ies"
    return f"{word}es" if word.endswith(("ch", "sh", "x")) else f"{word}s"


def cut(text: str, longest: int = LONGEST_LABEL) -> str:
    """A label short enough for a chart; the tables bear the whole name."""
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def listed(names: list[str], most: int = 3) -> str:
    """``a, b, c and 4 more``."""
    shown = ", ".join(cut(name) for name in names[:most])
    return shown if len(names) <= most else f"{shown} and {len(names) - most} more"
