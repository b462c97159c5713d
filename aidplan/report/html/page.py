"""Building blocks of a report page: one self-contained HTML file of sections, charts and tables.

The page asks for nothing over the network: styles, scripts and figures are in it, and its
Content-Security-Policy lets run only the scripts whose hashes it names. Everything that comes from a
workbook is escaped: by the template in HTML, by `chart_text` in charts, by `script_data` in scripts.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import html
import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, partial
from importlib.resources import files
from itertools import count
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from aidplan.figures.format import cut, formatted
from aidplan.figures.table import Cell, Row, Table, number


@dataclass(frozen=True)
class Frame:
    """One position of a chart's slider: ``label``, and the values that take the place of the first trace's."""

    label: str
    z: list[list[float | None]]
    text: list[list[str]]


@dataclass(frozen=True)
class Chart:
    """``summary`` tells in words what the chart shows; ``data`` and ``layout`` are Plotly's.

    ``frames`` give a slider, the first shown at the start; ``table`` holds the chart's figures; a screen
    narrower than ``least_width`` [pixels] scrolls the chart; ``small`` charts stand side by side.
    """

    id: str
    title: str
    summary: str
    data: list[dict[str, Any]]
    layout: dict[str, Any]
    height: int
    table: Table | None
    frames: tuple[Frame, ...] = ()
    least_width: int = 0
    small: bool = False


@dataclass(frozen=True)
class Section:
    """A part of the page: text, then facts (name, value, more), open tables, charts, folded tables, and footnotes."""

    id: str
    title: str
    lead: str = ""
    facts: list[tuple[str, str, str]] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    charts: list[Chart] = field(default_factory=list)
    folded: list[Table] = field(default_factory=list)
    footnotes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Page:
    """``verdict`` is whether the page may be briefed from, and the sentence that says so."""

    title: str
    subtitle: str
    verdict: tuple[bool, str]
    sections: list[Section]
    notes: list[tuple[str, str]]


LONGEST_WORD = 24


@dataclass(frozen=True)
class _ShownCell:
    text: str
    numeric: bool
    late: bool = False
    minor: bool = False

    @property
    def style(self) -> str:
        """Classes of the cell: a number, too late, or with a word too long to keep whole."""
        long = "" if self.numeric or all(len(word) <= LONGEST_WORD for word in self.text.split()) else "long"
        marks = ("n" if self.numeric else "", "late" if self.late else "", "minor" if self.minor else "", long)
        return " ".join(name for name in marks if name)


def write(page: Page, path: Path) -> None:
    """Writes the page to ``path``, over what is there. Raises OSError where it cannot be written."""
    path.write_text(render(page), encoding="utf-8")


def render(page: Page) -> str:
    """The page as HTML. Raises ValueError where two parts have one id."""
    charts = [chart for section in page.sections for chart in section.charts]
    ids = [section.id for section in page.sections] + [chart.id for chart in charts]
    if len(set(ids)) < len(ids):
        raise ValueError(f"two parts of a page have one id: {sorted(one for one in ids if ids.count(one) > 1)}")
    script = _asset("page.js")
    allowed = [script, _plotly()] if charts else [script]
    policy = (
        f"default-src 'none'; script-src {' '.join(script_hash(one) for one in allowed)}; style-src 'unsafe-inline'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
    specs = {chart.id: _spec(chart) for chart in charts}
    return _environment().get_template("page.html").render(
        page=page, policy=policy, style=_asset("page.css"), scripts=[script], packed=_packed_plotly() if charts else "", figures=script_data(specs),
        shown=shown_rows, headings=_headings, paper=paper_parts, next_id=partial(_named, count(1)),
    )  # fmt: skip


def chart_text(text: str, longest: int = 42) -> str:
    """A planner's text as a chart shows it: cut, and with no character that Plotly would take for markup."""
    return html.escape(cut(text, longest), quote=False)


def script_data(value: Any) -> str:
    """JSON that may stand inside a script element."""
    text = json.dumps(_finite(value), ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def script_hash(script: str) -> str:
    """The script as a Content-Security-Policy names it."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


def shown_rows(table: Table) -> list[list[_ShownCell]]:
    """A table's cells as text."""
    return [_shown(table, row) for row in table.rows]


def _shown(table: Table, row: Row) -> list[_ShownCell]:
    cells = [
        _ShownCell(_formatted(cell, column.kind), column.kind != "text", minor=column.minor)
        for cell, column in zip(row.cells, table.columns, strict=True)
    ]
    if row.kind and "total" in (column.id for column in table.columns):
        at = table.index("total")
        cells[at] = _ShownCell(_formatted(row.cells[at], row.kind), True)
    if row.series is not None:
        kind = row.kind or table.kind
        cells += [
            _ShownCell(_formatted(value, kind), True, t >= row.late_from)
            for t, value in enumerate(row.series.tolist(), start=1)
        ]
    return cells


def _formatted(cell: Cell, kind: str) -> str:
    return formatted(number(cell), kind)


def _named(numbers: Iterator[int]) -> str:
    return f"table-{next(numbers)}"


def _headings(table: Table) -> list[tuple[str, str]]:
    """The columns' headings with their classes: numbers, and what a narrow screen leaves out."""
    return [
        (
            column.heading,
            " ".join(name for name, is_so in (("n", column.kind != "text"), ("minor", column.minor)) if is_so),
        )
        for column in table.columns
    ]


def _spec(chart: Chart) -> dict[str, Any]:
    frames = [{"label": frame.label, "z": frame.z, "text": frame.text} for frame in chart.frames]
    return {"data": chart.data, "layout": {**chart.layout, "height": chart.height}, "frames": frames}


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return None if math.isnan(value) or math.isinf(value) else float(f"{value:.6g}")
    if isinstance(value, dict):
        return {key: _finite(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(one) for one in value]
    return value


WIDEST_PAPER, WIDEST_TEXT = 165, 24
"""Characters of a table that a page of paper takes across, and of one text, which goes on in the next line."""


def paper_parts(table: Table) -> list[Table]:
    """A wide table cut by columns into tables of like width that fit on paper; each begins with the first column (or two, if texts)."""
    lead = 2 if len(table.columns) > 2 and table.columns[1].kind == "text" else 1
    widths = [min(column.width, WIDEST_TEXT) for column in table.columns] + [9.0] * len(table.periods)
    room = WIDEST_PAPER - sum(widths[:lead])
    fewest = len(_blocks(widths[lead:], room))
    least = next(
        width for width in range(1, WIDEST_PAPER + 1) if len(_blocks(widths[lead:], width)) <= fewest or width >= room
    )
    blocks = _blocks(widths[lead:], min(least, room))
    return [
        _columns_of(table, [*range(lead), *(lead + at for at in block)], number, len(blocks))
        for number, block in enumerate(blocks, 1)
    ]


def _blocks(widths: Sequence[float], room: float) -> list[list[int]]:
    """The positions of columns, as many to a block as there is room for."""
    blocks: list[list[int]] = []
    used = room + 1.0
    for at, width in enumerate(widths):
        used += width
        if used > room:
            blocks.append([])
            used = width
        blocks[-1].append(at)
    return blocks


def _columns_of(table: Table, kept: list[int], number: int, of: int) -> Table:
    """Part ``number`` of a table: its columns and periods at these positions."""
    count = len(table.columns)
    texts, periods = [at for at in kept if at < count], [at - count for at in kept if at >= count]
    rows = [
        replace(
            row, cells=tuple(row.cells[at] for at in texts), series=None if row.series is None else row.series[periods],
            late_from=1 + sum(t + 1 < row.late_from for t in periods),
        )
        for row in table.rows
    ]  # fmt: skip
    return replace(
        table, name=f"{table.name} {number}", title=f"{table.title}, part {number} of {of}" if of > 1 else table.title,
        about=table.about if number == 1 else "", columns=tuple(table.columns[at] for at in texts), rows=rows,
        periods=tuple(table.periods[at] for at in periods), late_from=1 + sum(t + 1 < table.late_from for t in periods),
    )  # fmt: skip


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("aidplan.report.html"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _asset(name: str) -> str:
    return (files("aidplan.report.html") / "templates" / name).read_text(encoding="utf-8")


@cache
def _plotly() -> str:
    return (files("plotly") / "package_data" / "plotly.min.js").read_text(encoding="utf-8")


@cache
def _packed_plotly() -> str:
    """The chart library in a third of its size: gzip in base64, which the page unpacks; it runs by its own hash."""
    return base64.b64encode(gzip.compress(_plotly().encode(), 9, mtime=0)).decode()
