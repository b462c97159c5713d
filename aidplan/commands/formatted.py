"""What several commands print alike."""

from __future__ import annotations

from collections.abc import Mapping


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
