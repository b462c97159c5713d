"""Native charts over the reading sheets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aidplan.figures.format import cut, period_name, plural
from aidplan.figures.table import LATE_MARK, NEVER, Table
from aidplan.report.xlsx.sheets import HEAD, SERIES, Placed, Sheets

NAME = "Charts"
WIDTH, HEIGHT, ACROSS = 620, 320, 2
DASHES = ("solid", "dash", "round_dot", "dash_dot", "long_dash", "square_dot", "long_dash_dot", "long_dash_dot_dot")
MARKERS = ("circle", "square", "diamond", "triangle", "x", "plus", "star", "short_dash")
MOST_LINES, MOST_DONORS = 8, 10
ROWS_A_CHART, CHARTS_A_PAGE = 17, 3
LATE_LABEL = "White columns, hollow marks and † in a title: the end of the horizon, where what is ordered (of a plant: made for the fronts) comes too late."


class ChartsSheet:
    """Charts in two columns, under a heading for each subject."""

    def __init__(self, sheets: Sheets, sheet: Any, placed: Mapping[str, Placed], tables: Mapping[str, Table]) -> None:
        self._sheets, self._sheet = sheets, sheet
        self._placed, self._tables = placed, tables
        self._titles: list[str] = []

    def write(self) -> int:
        """Every chart that has data; how many there are."""
        sheets, sheet = self._sheets, self._sheet
        sheets.text(sheet, 0, 0, "Charts", sheets.style(bold=True, font_size=14, font_color=HEAD))
        sheets.text(sheet, 1, 0, LATE_LABEL, sheets.style(italic=True))
        charts = [self._coverage(), self._donors(), *self._capacity(), *self._parity()]
        drawn = [chart for chart in charts if chart is not None]
        for at, chart in enumerate(drawn):
            chart.set_size({"width": WIDTH, "height": HEIGHT})
            sheet.insert_chart(
                2 + (at // ACROSS) * ROWS_A_CHART, (at % ACROSS) * 10, chart,
                {"x_offset": 4, "y_offset": 2, "description": self._titles[at]},
            )  # fmt: skip
        sheet.set_print_scale(57)
        sheet.set_column(0, 2 * 10, 8.43)
        sheet.set_h_pagebreaks(page_breaks(len(drawn)))
        return len(drawn)

    def _chart(self, kind: str, title: str, axis: str, form: str = "#,##0", **more: Any) -> Any:
        chart = self._sheets.book.add_chart({"type": kind, **more})
        chart.set_title({"name": title, "name_font": {"size": 12, "color": HEAD}, "overlay": False})
        value = {
            "name": axis,
            "num_format": form,
            "major_gridlines": {"visible": True, "line": {"color": "#D9D9D9"}},
            "min": 0,
        }
        category = {"num_font": {"rotation": -45, "size": 8}, "text_axis": True}
        chart.set_y_axis(value)
        chart.set_x_axis(category)
        chart.set_legend({"position": "bottom", "font": {"size": 9}})
        chart.show_hidden_data()
        self._titles.append(title)
        return chart

    def _coverage(self) -> Any:
        placed, table = self._placed["Coverage"], self._tables["Coverage"]
        if placed.is_empty:
            return None
        lines = min(len(table.rows), MOST_LINES)
        title = (
            "Demand met by capability"
            if lines == len(table.rows)
            else f"Demand met: the {lines} least covered capabilities"
        )
        chart = self._chart("line", title, "met", "0%")
        chart.set_y_axis(
            {
                "name": "met",
                "num_format": "0%",
                "min": 0,
                "max": 1,
                "major_gridlines": {"visible": True, "line": {"color": "#D9D9D9"}},
            }
        )
        chart.set_legend({"position": "right", "font": {"size": 8}})
        for row in range(lines):
            name = placed.column("name", (row, row))
            chart.add_series(self._line(placed, row, name, row, table.rows[row].late_from))
        return chart

    def _line(self, placed: Placed, row: int, name: Any, colour: int, end: int = NEVER) -> dict[str, Any]:
        at = colour % len(SERIES)
        hollow = {"fill": {"color": "#FFFFFF"}, "border": {"color": SERIES[at]}}
        return {
            "points": _past(end, placed.period_count, hollow),
            "name": [name[0], name[1], name[2]] if isinstance(name, list) else name, "categories": placed.headings, "values": placed.series(row),
            "line": {"color": SERIES[at], "width": 2, "dash_type": DASHES[at]},
            "marker": {"type": MARKERS[at], "size": 4, "fill": {"color": SERIES[at]}, "border": {"color": SERIES[at]}},
        }  # fmt: skip

    def _donors(self) -> Any:
        placed, table = self._placed["Donors"], self._tables["Donors"]
        if placed.is_empty:
            return None
        rows = (0, min(len(table.rows), MOST_DONORS) - 1)
        unit = table.columns[table.index("spent")].unit
        title = "Money by donor" if rows[1] == len(table.rows) - 1 else f"Money of the {rows[1] + 1} largest donors"
        chart = self._chart("bar", title, unit, subtype="stacked")
        for colour, column in enumerate(("spent", "left", "lapsed")):
            chart.add_series(
                {
                    "name": column, "categories": placed.column("donor", rows), "values": placed.column(column, rows), "gap": 40,
                    "fill": {"color": SERIES[colour]}, "border": {"color": "#FFFFFF"},
                    **({"pattern": {"pattern": ("dark_upward_diagonal", "dark_horizontal")[colour - 1], "fg_color": SERIES[colour], "bg_color": "#FFFFFF"}} if colour else {}),
                }
            )  # fmt: skip
        chart.set_y_axis({"reverse": True, "num_font": {"size": 9}})
        chart.set_x_axis(
            {"name": unit, "num_format": "#,##0", "major_gridlines": {"visible": True, "line": {"color": "#D9D9D9"}}}
        )
        return chart

    def _capacity(self) -> list[Any]:
        placed, table = self._placed["Capacity"], self._tables["Capacity"]
        charts = []
        hollow = {"fill": {"color": "#FFFFFF"}, "border": {"color": SERIES[0]}}
        for row in _fullest_first(table):
            chart = self._chart(
                "column",
                f"Capacity and use: {cut(str(table.rows[row].cells[0]), 60)}{_since(table, row)}",
                cut(str(table.rows[row].cells[table.index("unit")]), 40),
            )
            chart.add_series(
                {
                    "name": "used",
                    "categories": placed.headings,
                    "values": placed.series(row + 1),
                    "fill": {"color": SERIES[5]},
                    "border": {"color": SERIES[0]},
                    "points": _past(table.rows[row].late_from, placed.period_count, hollow),
                    "gap": 30,
                }
            )
            line = self._sheets.book.add_chart({"type": "line"})
            line.add_series(self._line(placed, row, "capacity", 1))
            chart.combine(line)
            charts.append(chart)
        return charts

    def _parity(self) -> list[Any]:
        placed, table = self._placed["Parity"], self._tables["Parity"]
        charts = []
        for row in range(0, len(table.rows), 5):
            chart = self._chart(
                "line",
                f"Output against the adversary's: {cut(str(table.rows[row].cells[0]), 50)}{_since(table, row)}",
                cut(plural(str(table.rows[row].cells[1]) or "unit"), 40),
            )
            for colour, (offset, name) in enumerate(((2, "own output"), (1, "target"), (0, "adversary's output"))):
                chart.add_series(self._line(placed, row + offset, name, colour, table.rows[row].late_from))
            charts.append(chart)
        return charts


def _fullest_first(table: Table) -> list[int]:
    """The rows of the plants that can be expanded and have capacity, those that are used most of first."""
    tightness = {}
    for row in range(0, len(table.rows), 3):
        capacity, used = table.rows[row].series, table.rows[row + 1].series
        if (
            table.rows[row].cells[table.index("grows")] == "yes"
            and capacity is not None
            and used is not None
            and capacity.any()
        ):
            tightness[row] = float(used.sum() / capacity.sum())
    return sorted(tightness, key=lambda row: (-tightness[row], row))


def _since(table: Table, row: int) -> str:
    """`` († from Oct 2025)``, for a chart's title: where the end of the horizon is."""
    end = table.rows[row].late_from
    return f" ({LATE_MARK} from {period_name(table.periods[end - 1])})" if end <= len(table.periods) else ""


def page_breaks(charts: int) -> list[int]:
    """The rows before which a page of that many charts ends, so that no chart is cut in two."""
    page = CHARTS_A_PAGE * ROWS_A_CHART
    return list(range(2 + page, 2 + -(-charts // ACROSS) * ROWS_A_CHART, page))


def _past(end: int, count: int, style: dict[str, Any]) -> list[dict[str, Any] | None]:
    """A style for each point from period ``end`` on, none for those before."""
    return [style if t >= end else None for t in range(1, count + 1)] if end <= count else []
