"""The tiny coalition with names that would break a careless report."""

from __future__ import annotations

import copy
from typing import Any

from tests.report.tiny_coalition import SHEETS

CYRILLIC = "Ж" + "ы" * 298 + "Я"
SCRIPT = "<script>document.documentElement.dataset.ran = 1</script>"
NAMES = {
    "places": [SCRIPT, "=1+1", "[/red]", CYRILLIC, "</script><script>document.documentElement.dataset.ran = 2</script>"],
    "items": ["=HYPERLINK(\"http://127.0.0.1:9/\")", "<img src=x onerror=\"document.documentElement.dataset.ran = 3\">", "+1+1", "-1"],
    "capabilities": ["<a href='http://127.0.0.1:9/'>fires</a>", "%{x} $$x$$ {{ 7*7 }}"],
    "plants": ["@SUM(A1)", CYRILLIC, "''; DROP TABLE"],
}  # fmt: skip
FUND = "<b>&F_AID"
"""A fund's code; a code may hold nearly anything."""


def hostile_sheets() -> dict[str, list[tuple[Any, ...]]]:
    """The tiny workbook with every name hostile, and one code."""
    sheets: dict[str, list[list[Any]]] = {
        name: [list(row) for row in rows] for name, rows in copy.deepcopy(SHEETS).items()
    }
    for sheet, names in NAMES.items():
        at = sheets[sheet][0].index("name")
        for row, name in zip(sheets[sheet][1:], names, strict=True):
            row[at] = name
    sheets["settings"][1][1] = SCRIPT
    sheets["capabilities"][1][3] = "<i>round"
    for row in sheets["funds"][1:]:
        row[1] = "=cmd|' /C calc'!A0"
    sheets["places"][1][5] = "http://127.0.0.1:9/source"
    sheets["items"][1][6] = "x" * 32_767
    for sheet in ("funds", "funding", "menu"):
        for row in sheets[sheet]:
            row[0] = FUND if row[0] == "US_AID" else row[0]
    return {name: [tuple(row) for row in rows] for name, rows in sheets.items()}
