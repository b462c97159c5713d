"""How a number is shown: one rule a kind, for pages, sentences and spreadsheet cells alike.

Kinds: ``text``; ``quantity`` (items, rounds, tonnes); ``money`` (money units); ``price`` (plain currency);
``share`` (shown in percent); ``count`` (whole numbers); ``goal`` (a goal's own number, eight digits); ``plain`` (in powers of ten);
``fine`` (a quantity or money under 1, so that what is small is not shown as nothing).
"""

from __future__ import annotations

import math

EXCEL_FORMATS = {
    "text": "@",
    "quantity": '[=0]"–";[>=99.95]#,##0;#,##0.0',
    "money": '[=0]"–";[>=99.95]#,##0;#,##0.00',
    "price": '[=0]"–";[>=99.5]#,##0;#,##0.00',
    "share": "0.0%",
    "count": '[=0]"–";#,##0',
    "goal": "0.00000000",
    "plain": '[=0]"–";0.00E+00',
    "fine": '[=0]"–";#,##0.00##',
}
"""Kind -> Excel number format."""

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
    """``USD million``: the unit in which a run's money stands."""
    word = MONEY_WORDS.get(money_unit, f"× {money_unit:g}")
    return f"{currency} {word}".strip()


def cut(text: str, longest: int = LONGEST_LABEL) -> str:
    """A label short enough for a chart; the tables bear the whole name."""
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def listed(names: list[str], most: int = 3) -> str:
    """``a, b, c and 4 more``."""
    shown = ", ".join(cut(name) for name in names[:most])
    return shown if len(names) <= most else f"{shown} and {len(names) - most} more"
