"""Plotly charts of a report, as plain data; colours that colour-blind readers can tell apart, never alone."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from typing import Any

import numpy as np

from aidplan.figures.format import formatted_share
from aidplan.figures.quantities import Array
from aidplan.figures.table import LATE_MARK, NEVER, Table
from aidplan.report.html.page import Chart, Frame, chart_text
from aidplan.report.xlsx.sheets import INK, SERIES

HEAT = [[0.0, "#DD7D43"], [0.35, "#EDB08C"], [0.7, "#F4F1EC"], [0.9, "#B5D3EC"], [1.0, "#7FB2DB"]]
"""Share met: orange (nothing) through near white to blue (all), each light enough for a dark figure on it."""

DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")
MARKERS = ("circle", "square", "diamond", "triangle-up", "x", "star")
TOO_LATE_TO_MAKE, TOO_LATE_TO_ORDER = "too late for the front", "too late to order"
_GRID = "#D9DEE4"
HEADROOM = 1.16
"""Of the highest line: what the axis reaches where words stand above it."""


def layout(**more: Any) -> dict[str, Any]:
    """What all charts share."""
    return {
        "autosize": True, "font": {"family": "system-ui, 'Segoe UI', 'DejaVu Sans', sans-serif", "size": 12, "color": INK},
        "paper_bgcolor": "#FFFFFF", "plot_bgcolor": "#FFFFFF", "margin": {"l": 10, "r": 10, "t": 10, "b": 10},
        "hoverlabel": {"align": "left"}, "dragmode": False, "legend": {"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0},
        **more,
    }  # fmt: skip


def categories(**more: Any) -> dict[str, Any]:
    """An axis of names, never read as numbers or dates."""
    return {"type": "category", "automargin": True, "fixedrange": True, "showgrid": False, **more}


def amounts(title: str, **more: Any) -> dict[str, Any]:
    """An axis of numbers."""
    return {
        "title": {"text": chart_text(title, 26)}, "automargin": True, "fixedrange": True, "gridcolor": _GRID, "rangemode": "tozero",
        "zerolinecolor": "#8A94A0", "separatethousands": True, "exponentformat": "none", **more,
    }  # fmt: skip


def _cells(frame: Any, across: Sequence[str], down: Sequence[str]) -> dict[str, Any]:
    """The heat map of one frame."""
    return {
        "type": "heatmap",
        "x": list(range(len(across))),
        "y": list(range(len(down))),
        "z": frame.z,
        "text": frame.text,
        "texttemplate": "%{text}",
        "textfont": {"size": 10, "color": INK},
        "zmin": 0,
        "zmax": 1,
        "colorscale": HEAT,
        "xgap": 1,
        "ygap": 1,
        "hoverongaps": False,
        "customdata": [[f"{row}, {column}" for column in map(chart_text, across)] for row in map(chart_text, down)],
        "hovertemplate": "%{customdata}: %{text} met<extra></extra>",
        "colorbar": {"tickformat": ".0%", "title": {"text": "met"}, "thickness": 12, "len": 0.9},
    }


def _late_cells(ends: Sequence[int], count: int) -> list[dict[str, Any]]:
    """Frames around the cells of each row from its end on, of ``count`` columns."""
    return [
        {
            "type": "rect",
            "x0": end - 1.5,
            "x1": count - 0.5,
            "y0": at - 0.5,
            "y1": at + 0.5,
            "line": {"color": INK, "width": 1.5, "dash": "dot"},
            "fillcolor": "rgba(0,0,0,0)",
        }
        for at, end in enumerate(ends)
        if end <= count
    ]


def heat(
    id: str, title: str, summary: str, across: Sequence[str], down: Sequence[str], frames: Sequence[tuple[str, Any]],
    table: Table, ends: Sequence[int] = (), late: Sequence[Any] = (),
) -> Chart:  # fmt: skip
    """Shares as a heat map, ``down`` × ``across``, with a slider where there are several ``frames``.

    Each frame is a label and a matrix of shares, nan where there is nothing to share; ``ends`` frame the
    cells of a row from that column (from 1) on, ``late`` marks the cells of each frame that are past the
    end of the horizon (None: none is).
    """
    made = tuple(_frame(label, matrix, past) for (label, matrix), past in zip_longest(frames, late))
    shapes = _late_cells(ends, len(across))
    ticks = {"tickmode": "array", "automargin": True, "fixedrange": True, "showgrid": False, "zeroline": False}
    form = layout(
        xaxis={**ticks, "tickvals": list(range(len(across))), "ticktext": [chart_text(one, 26) for one in across], "tickangle": -45, "side": "top"},
        yaxis={**ticks, "tickvals": list(range(len(down))), "ticktext": [chart_text(one, 44) for one in down], "autorange": "reversed"},
        shapes=shapes, plot_bgcolor="#E3E6EA",
    )  # fmt: skip
    return Chart(
        id,
        title,
        summary,
        [_cells(made[0], across, down)],
        form,
        170 + 24 * len(down),
        table,
        made if len(made) > 1 else (),
        least_width=320 + 36 * len(across),
    )


def _frame(label: str, matrix: Any, late: Any = None) -> Frame:
    z = [[None if np.isnan(one) else float(one) for one in row] for row in matrix]
    text = [["" if one is None else formatted_share(one).replace(".0%", "%") for one in row] for row in z]
    if late is not None:
        text = [
            [f"{one}{LATE_MARK}" if one and past else one for one, past in zip(row, marks, strict=True)]
            for row, marks in zip(text, late, strict=True)
        ]
    return Frame(label, z, text)


def use_of_capacity(
    id: str,
    title: str,
    summary: str,
    periods: Sequence[str],
    capacity: Array,
    used: Array,
    unit: str,
    end: int,
    table: Table,
) -> Chart:
    """Capacity as a stepped line over the bars of its use; what is too late for the front is shaded."""
    data = [
        {"type": "bar", "name": "used", "x": list(periods), "y": used.tolist(), "marker": {"color": SERIES[5], "line": {"color": SERIES[0], "width": 1}}},
        {
            "type": "scatter", "name": "capacity", "x": list(periods), "y": capacity.tolist(), "mode": "lines",
            "line": {"shape": "hvh", "color": SERIES[1], "width": 2.5},
        },
    ]  # fmt: skip
    return Chart(id, title, summary, data, _timed(unit, len(periods), end, TOO_LATE_TO_MAKE), 300, table, small=True)


def curves(
    id: str, title: str, summary: str, periods: Sequence[str], lines: Sequence[tuple[str, Array]], unit: str, end: int, table: Table,
    late_label: str = TOO_LATE_TO_ORDER,
) -> Chart:  # fmt: skip
    """Lines over time, told apart by colour, dash and marker."""
    data = [
        {
            "type": "scatter", "name": name, "x": list(periods), "y": values.tolist(), "mode": "lines+markers",
            "line": {"color": SERIES[at % len(SERIES)], "width": 2.5, "dash": DASHES[at % len(DASHES)]},
            "marker": {"symbol": MARKERS[at % len(MARKERS)], "size": 6},
        }
        for at, (name, values) in enumerate(lines)
    ]  # fmt: skip
    top = max(
        (float(np.nanmax(values)) for _, values in lines if len(values) and not np.isnan(values).all()), default=0.0
    )
    return Chart(id, title, summary, data, _timed(unit, len(periods), end, late_label, top), 300, table, small=True)


def _timed(unit: str, count: int, end: int, says: str, top: float = 0.0) -> dict[str, Any]:
    """Axes of a chart over periods, with what is too late shaded; lines up to ``top`` leave room for the words there."""
    form = layout(xaxis=categories(tickangle=-45, nticks=13), yaxis=amounts(unit), bargap=0.25)
    form["margin"] = {"l": 10, "r": 10, "t": 24, "b": 10}
    if end <= count and end != NEVER:
        if top > 0:
            form["yaxis"]["range"] = [0, top * HEADROOM]
        form["shapes"] = [
            {
                "type": "rect", "xref": "x", "yref": "paper", "x0": end - 1.5, "x1": count - 0.5, "y0": 0, "y1": 1,
                "fillcolor": "rgba(90,100,110,0.13)", "line": {"width": 0}, "layer": "below",
            }
        ]  # fmt: skip
        form["annotations"] = [
            {
                "xref": "x", "yref": "paper", "x": count - 0.5, "y": 1, "xanchor": "right", "yanchor": "top",
                "text": f"† {says}", "showarrow": False, "font": {"size": 11},
            }
        ]  # fmt: skip
    return form


def stacked(
    id: str,
    title: str,
    summary: str,
    names: Sequence[str],
    parts: Sequence[tuple[str, Sequence[float]]],
    unit: str,
    table: Table,
) -> Chart:
    """Horizontal bars in parts, the first name on top; parts differ by colour and hatching."""
    hatches = ("", "/", "x", ".", "-", "+", "\\", "|")
    data = [
        {
            "type": "bar", "orientation": "h", "name": name, "y": list(range(len(names))), "x": list(values),
            "marker": {"color": SERIES[at % len(SERIES)], "line": {"color": INK, "width": 0.5}, "pattern": {"shape": hatches[at % len(hatches)], "fillmode": "overlay", "fgcolor": "#FFFFFF", "size": 6}},
            "customdata": [chart_text(one) for one in names], "hovertemplate": f"%{{customdata}}, {name}: %{{x:,.4~g}}<extra></extra>",
        }
        for at, (name, values) in enumerate(parts)
    ]  # fmt: skip
    down = {
        "tickmode": "array",
        "tickvals": list(range(len(names))),
        "ticktext": [chart_text(one, 26) for one in names],
    }
    form = layout(
        barmode="stack", bargap=0.3, xaxis=amounts(unit), yaxis={**down, "autorange": "reversed", "automargin": True, "fixedrange": True},
        legend={"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0, "traceorder": "normal"},
    )  # fmt: skip
    return Chart(id, title, summary, data, form, 130 + 26 * len(names), table)


def flows(
    id: str,
    title: str,
    summary: str,
    links: Sequence[tuple[tuple[int, str], tuple[int, str], float]],
    unit: str,
    table: Table,
) -> Chart:
    """A Sankey diagram; a node is (column from 0, name), a link two nodes and an amount."""
    nodes = list(dict.fromkeys(node for link in links for node in link[:2]))
    place = {node: at for at, node in enumerate(nodes)}
    colours = [SERIES[(0, 6, 2)[column % 3]] for column, _ in nodes]
    data = [
        {
            "type": "sankey", "arrangement": "snap", "valueformat": ",.0f", "valuesuffix": f" {unit}",
            "node": {"label": [chart_text(name, 34) for _, name in nodes], "color": colours, "pad": 10, "thickness": 14, "line": {"width": 0}},
            "link": {
                "source": [place[link[0]] for link in links], "target": [place[link[1]] for link in links],
                "value": [link[2] for link in links],
                "color": ["rgba(0,114,178,0.22)" if link[0][0] == 0 else "rgba(0,158,115,0.24)" for link in links],
            },
        }
    ]  # fmt: skip
    return Chart(id, title, summary, data, layout(font={"size": 12, "color": INK}), 760, table, least_width=900)
