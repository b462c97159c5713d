"""What several commands print alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

SAME = 1e-9
"""Shares of demand that differ by less are one figure, rounded."""


def goals_in_words(goals: Mapping[str, float | None], met: Mapping[str, float]) -> str:
    """The goals as a planner says them: demand met first, which is ``met`` up to the end of the horizon.

    The goal coverage counts a tail's demand too, so it may be another share. Where ``met`` is empty (runs of 0.1.0,
    which knew no tail) the two are one.
    """
    parts = []
    for goal, value in goals.items():
        if value is None:
            continue
        if goal == "coverage":
            share = met.get("all", 1 - value)
            beyond = "" if abs(share - (1 - value)) < SAME else ", the tail's demand counted too"
            parts.append(f"demand met {100 * share:.2f} % (coverage {value:.6g}{beyond})")
        elif goal in ("equity", "parity"):
            parts.append(f"{goal} {100 * value:.2f} % short")
        else:
            parts.append(f"{goal} {value:,.1f}")
    return ", ".join(parts)


def counted(number: int, noun: str) -> str:
    """``1 warning``, ``12 warnings``."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns side by side: the first two to the left, the others, which are numbers, to the right."""
    widths = [max(len(row[n]) for row in (heads, *rows)) for n in range(len(heads))]
    lines = (
        "  ".join(
            cell.ljust(width) if n < 2 else cell.rjust(width)
            for n, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in (heads, *rows)
    )
    return "\n".join(line.rstrip() for line in lines)
