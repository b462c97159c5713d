"""``compare.html``: the comparison as one page that needs nothing else, not even a script."""

from __future__ import annotations

import base64
import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from aidplan.compare.format import (
    counted,
    formatted_delta,
    formatted_error,
    formatted_figures,
    formatted_line,
    goal_kind,
)
from aidplan.compare.grouping import grouped
from aidplan.compare.headline import NAME as HEADLINE
from aidplan.compare.inputs import formatted_value
from aidplan.compare.plans import GOALS, MONEY_GOALS
from aidplan.figures.format import cut, period_name

if TYPE_CHECKING:
    from aidplan.compare.comparing import Comparison, Pair
    from aidplan.compare.headline import TimeLine
    from aidplan.compare.lines import Line, View

MOST_ROWS, MOST_CHANGES, MOST_MARKS = 40, 300, 8
_BOX = 200.0


@dataclass(frozen=True)
class Bar:
    """A signed bar in a box 200 wide, from ``left`` on; 0 is at ``zero``; ``text`` is its figure in words.

    ``tone`` is better, worse, neutral, or grey for what no objective asked for.
    """

    left: float
    width: float
    zero: float
    tone: str
    text: str


def write_page(comparison: Comparison, path: Path) -> None:
    """Writes the page to ``path``, over what is there. Raises OSError."""
    path.write_text(page(comparison), encoding="utf-8")


def page(comparison: Comparison) -> str:
    """The page: every name is escaped, styles are held to their hash, nothing is fetched and nothing runs."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("aidplan.compare", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(delta=formatted_delta, error=formatted_error, cut=cut)
    style = environment.loader.get_source(environment, "compare.css")[0]  # type: ignore[union-attr]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return environment.get_template("compare.html.j2").render(
        comparison=comparison,
        style=style,
        style_hash=digest,
        counted=counted,
        goal_kind=goal_kind,
        bars=_bars,
        lines=_lines,
        formatted_line=formatted_line,
        formatted_figures=formatted_figures,
        line_bar=_line_bar,
        changes=_changes,
        counted_apart=counted_apart,
        time_chart=_time_chart,
        most_changes=MOST_CHANGES,
    )


def _bar(value: float, among: Sequence[float], tone: str, text: str) -> Bar:
    """A bar on the scale of all bars it stands among: the box reaches from the least of them, or 0, to the largest."""
    low, high = min([0.0, *among]), max([0.0, *among])
    scale = _BOX / (high - low) if high > low else 0.0
    zero = -low * scale
    return Bar(round(zero + min(value, 0.0) * scale, 2), round(abs(value) * scale, 2), round(zero, 2), tone, text)


def _bars(pair: Pair, goal: str) -> list[Bar]:
    """A bar a part of why; falling goals are better."""
    assert pair.why is not None
    values = [part.change.get(goal, 0.0) for part in pair.why.parts]
    return [
        _bar(value, values, "better" if value < 0 else "worse", formatted_delta(value, goal_kind(goal)))
        for value in values
    ]


def _lines(view: View) -> list[Line]:
    """The lines to show: those that differ, what objectives asked for first, then the weightiest; of the goals all."""
    if view.name in (GOALS, HEADLINE):
        return list(view.lines)
    differing = [line for line in view.lines if line.differs]
    return sorted(differing, key=lambda line: all(line.alike) if line.alike else False)[:MOST_ROWS]


def _line_bar(comparison: Comparison, view: View, line: Line, run: int) -> Bar | None:
    """The bar of a line's change in later run ``run`` (from 0); None where a run has no such thing."""
    delta = line.deltas[run]
    if delta is None:
        return None
    among = [one.deltas[run] or 0.0 for one in _lines(view) if one.kind == line.kind]
    return _bar(delta, among, tone(comparison, line, run), formatted_delta(delta, line.kind))


def tone(comparison: Comparison, line: Line, run: int) -> str:
    """``better``, ``worse``, ``neutral`` or ``grey``: what a change of a line is in later run ``run`` (from 0)."""
    delta = line.deltas[run]
    if line.alike and line.alike[run]:
        return "grey"
    better = 0 if line.labels[0] in MONEY_GOALS and comparison.met_less(run) else line.better
    if not delta or not better:
        return "neutral"
    return "better" if (delta > 0) == (better > 0) else "worse"


def counted_apart(view: View) -> str:
    """``695 of 1,512 differences lie within equally good alternatives …``; "" where that is not known."""
    differing = [line for line in view.lines if line.differs]
    if not any(line.alike for line in differing):
        return ""
    alike = sum(all(line.alike) for line in differing)
    return (
        f"{alike:,} of {len(differing):,} differences lie within the ranges of equally good "
        "alternatives (grey): no objective asked for them."
    )


@dataclass(frozen=True)
class TimeChart:
    """Demand met by period in a box 700 × 160: ``curves`` are (run, points of a polyline); ``across`` and ``up`` the
    marks of the axes as (position, text). The box begins at the tenth below the least share, so that differences are
    seen.
    """

    curves: list[tuple[str, str]]
    across: list[tuple[float, str]]
    up: list[tuple[float, str]]


def _time_chart(times: Sequence[TimeLine], kind: str) -> TimeChart | None:
    """Demand met at fronts, or at home, of every run; None where nothing is demanded there."""
    some = [one for one in times if one.kind == kind]
    labels = sorted({label for one in some for label in one.labels})
    known = [share for one in some for share in one.shares if not math.isnan(share)]
    if not known:
        return None
    step, low = 700.0 / max(len(labels) - 1, 1), min(math.floor(10 * min(known) + 1e-9) / 10, 0.9)
    curves = [
        (
            one.run,
            " ".join(
                f"{labels.index(label) * step:.1f},{160 * (1 - share) / (1 - low):.1f}"
                for label, share in zip(one.labels, one.shares, strict=True)
                if not math.isnan(share)
            ),
        )
        for one in some
    ]
    every = max(-(-len(labels) // MOST_MARKS), 1)
    across = [(at * step, period_name(label)) for at, label in enumerate(labels) if at % every == 0]
    up = [(160 * (1 - share) / (1 - low), f"{share:.0%}") for share in (low, (1 + low) / 2, 1.0)]
    return TimeChart(curves, across, up)


def _changes(pair: Pair) -> list[tuple[str, str, str, str, str]]:
    """Changed inputs as cells of a table, those of one rule as one line, in order of the workbook or the largest."""
    groups = grouped(pair.changes)
    shown = groups if len(groups) <= MOST_CHANGES else sorted(groups, key=lambda one: -one.size)[:MOST_CHANGES]
    rows = []
    for group in shown:
        one = group.first
        alone = len(group.changes) == 1
        if alone and one.what == "changed":
            how = f"{formatted_value(one.before)} → {formatted_value(one.after)}"
        else:
            how = (
                f"{one.what} ({formatted_value(one.before if one.what == 'removed' else one.after)})"
                if alone
                else group.how
            )
        count = "" if alone else f"{len(group.changes)} {'cells' if one.what == 'changed' else 'rows'}"
        rows.append((group.where, how, count, one.address, pair.mattered(one) or one.block))
    return rows
