"""What several commands print alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def goals_in_words(goals: Mapping[str, float | None]) -> str:
    """The goals as a planner says them: demand met first."""
    parts = []
    for goal, value in goals.items():
        if value is None:
            continue
        if goal == "coverage":
            parts.append(f"demand met {100 * (1 - value):.2f} % (coverage {value:.6g})")
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
