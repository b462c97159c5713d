"""The registry as a page of the documentation.

``python -m aidplan_models.registry.page docs/quantities-and-limits.md`` writes it anew.
"""

from __future__ import annotations

import sys
from pathlib import Path

from aidplan_models.registry import GOALS, LIMITS, QUANTITIES, Source


def page() -> str:
    """The page: quantities, limits with the cells that feed them, goals."""
    lines = ["# Quantities, limits and goals", "", "Made from the registry; change it there.", ""]
    lines += ["## Quantities", "", "| quantity | index | unit | kind | meaning |", "|---|---|---|---|---|"]
    for name, quantity in QUANTITIES.items():
        index = ", ".join(quantity.index)
        lines.append(f"| `{name}` | {index} | {quantity.unit} | {quantity.kind} | {quantity.meaning} |")
    lines += ["", "## Limits", ""]
    lines += ["| limit | index | unit | | what it says | cells |", "|---|---|---|---|---|---|"]
    for name, limit in LIMITS.items():
        cells = ", ".join(_cell(source) for source in (*limit.sources, *limit.coefficients.values()))
        index = ", ".join(limit.index)
        lines.append(f"| `{name}` | {index} | {limit.unit} | {limit.kind} | {limit.meaning} | {cells} |")
    lines += ["", "## Goals", "", "Smaller is better.", "", "| goal | unit | what it is |", "|---|---|---|"]
    lines += [f"| `{name}` | {goal.unit} | {goal.meaning} |" for name, goal in GOALS.items()]
    return "\n".join(lines) + "\n"


def _cell(source: Source) -> str:
    return f"`{source.sheet}` {source.alternative or source.column}"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(page(), encoding="utf-8")
