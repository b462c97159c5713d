"""``compare.html``: the comparison as one page that needs nothing else, not even a script."""

from __future__ import annotations

import base64
import hashlib
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
from aidplan.figures.format import cut

if TYPE_CHECKING:
    from aidplan.compare.comparing import Comparison, Pair
    from aidplan.compare.lines import Line, View

MOST_ROWS, MOST_CHANGES = 40, 300
_BAR = 100.0


@dataclass(frozen=True)
class Bar:
    """A signed bar in a box 200 wide whose middle is 0; ``text`` is its figure in words.

    ``tone`` is better, worse, or neither: more money or capacity is not better in itself.
    """

    left: float
    width: float
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
        comparison=comparison, style=style, style_hash=digest, counted=counted, goal_kind=goal_kind,
        bars=_bars, lines=_lines, formatted_line=formatted_line, formatted_figures=formatted_figures, line_bar=_line_bar, changes=_changes, most_changes=MOST_CHANGES,
    )  # fmt: skip


def _bar(value: float, largest: float, tone: str, text: str) -> Bar:
    width = _BAR * abs(value) / largest if largest > 0 else 0.0
    return Bar(round(_BAR - width if value < 0 else _BAR, 2), round(width, 2), tone, text)


def _bars(pair: Pair, goal: str) -> list[Bar]:
    """A bar a part of why; falling goals are better."""
    assert pair.why is not None
    values = [part.change.get(goal, 0.0) for part in pair.why.parts]
    largest = max([abs(value) for value in values], default=0.0)
    return [
        _bar(value, largest, "better" if value < 0 else "worse", formatted_delta(value, goal_kind(goal)))
        for value in values
    ]


def _lines(view: View) -> list[Line]:
    """The lines to show: those that differ, the weightiest first; of the goals all."""
    return list(view.lines) if view.name == "Goals" else [line for line in view.lines if line.differs][:MOST_ROWS]


def _line_bar(view: View, line: Line, run: int) -> Bar | None:
    """The bar of a line's change in later run ``run`` (from 0); None where a run has no such thing."""
    delta = line.deltas[run]
    if delta is None:
        return None
    alike = [one for one in _lines(view) if one.kind == line.kind]
    largest = max((abs(one.deltas[run] or 0.0) for one in alike), default=0.0)
    if view.name == "Goals" or line.kind == "share":
        tone = "better" if (delta < 0) == (view.name == "Goals") else "worse"
    else:
        tone = "neither"
    return _bar(delta, largest, tone, formatted_delta(delta, line.kind))


def _changes(pair: Pair) -> list[tuple[str, str, str, str, str, str, str]]:
    """Changed inputs as cells of a table: all in the order of the workbook, or the weightiest where they are many."""
    from aidplan.compare.inputs import formatted_value

    shown = pair.changes if len(pair.changes) <= MOST_CHANGES else pair.weightiest(MOST_CHANGES)
    return [
        (
            one.sheet, " / ".join(one.key), one.column or one.what,
            formatted_value(one.before) if one.what != "added" else "", formatted_value(one.after) if one.what != "removed" else "",
            one.address, pair.mattered(one) or one.block,
        )
        for one in shown
    ]  # fmt: skip
