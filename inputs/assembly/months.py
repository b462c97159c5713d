"""Months of the horizon, points between which a ramp is drawn, and sums spread over months."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

FIRST, COUNT, TAIL = "2024-07", 24, 6
"""The first month, how many are reported, and how many are planned after them."""


def ordinal(month: str) -> int:
    """A month as one running number: ``2024-07`` -> 24294."""
    return int(month[:4]) * 12 + int(month[5:7]) - 1


def label(number: int) -> str:
    """The month of a running number, ``2024-07``."""
    return f"{number // 12}-{number % 12 + 1:02d}"


def between(first: str, last: str) -> list[str]:
    """Every month from the first to the last, both in."""
    return [label(number) for number in range(ordinal(first), ordinal(last) + 1)]


HORIZON = tuple(between(FIRST, label(ordinal(FIRST) + COUNT - 1)))
PLANNED = tuple(between(FIRST, label(ordinal(FIRST) + COUNT + TAIL - 1)))


def split_points(text: str) -> list[tuple[str, str, str]]:
    """``2024-07=C05; 2025-02..2025-04=0`` as (first month, last month, expression), in their order."""
    points = []
    for part in filter(None, (piece.strip() for piece in text.split(";"))):
        span, _, expression = part.partition("=")
        first, _, last = span.strip().partition("..")
        points.append((first, last or first, expression.strip()))
    return points


def ramp(points: Mapping[str, float], months: Iterable[str] = PLANNED) -> dict[str, float]:
    """A straight line between the points, flat before the first and after the last."""
    known = sorted((ordinal(month), value) for month, value in points.items())
    drawn = {}
    for month in months:
        at = ordinal(month)
        before = [point for point in known if point[0] <= at]
        after = [point for point in known if point[0] >= at]
        if not before or not after:
            drawn[month] = (before or after)[-1 if before else 0][1]
            continue
        (left, low), (right, high) = before[-1], after[0]
        drawn[month] = low if left == right else low + (high - low) * (at - left) / (right - left)
    return drawn


def steps(points: Mapping[str, float], months: Iterable[str] = PLANNED) -> dict[str, float]:
    """The last point reached holds; 0 before the first."""
    known = sorted((ordinal(month), value) for month, value in points.items())
    return {month: next((value for at, value in reversed(known) if at <= ordinal(month)), 0.0) for month in months}


def smooth(bookings: Mapping[str, float], first: str, last: str, before: int, after: int) -> dict[str, float]:
    """Each month's sum spread evenly over the months around it, kept inside the window.

    ``before`` and ``after`` say how many months to either side; what would fall outside the window is shared by
    the months inside, so the total over the window does not change.
    """
    spread = dict.fromkeys(between(first, last), 0.0)
    for month, amount in bookings.items():
        if month not in spread or not amount:
            continue
        around = [label(ordinal(month) + shift) for shift in range(-before, after + 1)]
        inside = [other for other in around if other in spread]
        for other in inside:
            spread[other] += amount / len(inside)
    return spread
