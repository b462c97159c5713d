"""The first sheet of the comparison's workbook: what changed, and why, in brief."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from aidplan.compare.comparison_cells import HEADER, LONGEST_NAME, Cell, Cells
from aidplan.compare.comparison_page import tone
from aidplan.compare.format import MOST_CELLS, counted, goal_kind
from aidplan.compare.headline import NAME as HEADLINE
from aidplan.compare.plans import GOALS, MONEY_GOALS
from aidplan.figures.format import cut
from aidplan.report.xlsx.sheets import BAD, GOOD, HEAD, SERIES

if TYPE_CHECKING:
    from aidplan.compare.comparing import Comparison, Pair

_FILLS = {"better": GOOD, "worse": BAD}
NOTHING = 1e-9
"""A change of a goal that is none."""


class ComparisonSummary:
    """Runs, sentences, figures in brief, then each pair's changed inputs and the reasons, and charts."""

    def __init__(self, cells: Cells, comparison: Comparison) -> None:
        self._cells, self._sheets, self._comparison = cells, cells.sheets, comparison
        self._charts: list[Any] = []

    def write(self, sheet: Any) -> None:
        """The whole sheet."""
        sheets, comparison = self._sheets, self._comparison
        sheet.set_column(0, 0, 30)
        sheet.set_column(1, 8, 17)
        sheets.text(sheet, 0, 0, "What changed, and why", sheets.style(bold=True, font_size=16, font_color=HEAD))
        row = 2
        row = self._block(sheet, row, ("Run", "Workbook", "Scenario", "State"), [
            [(cut(text, 60), "text") for text in about] for about in comparison.about
        ])  # fmt: skip
        for remark in comparison.remarks:
            sheets.text(sheet, row, 0, remark, sheets.style(bold="NOT VERIFIED" in remark, italic=True))
            row += 1
        row += 1 if comparison.remarks else 0
        for text in comparison.sentences:
            sheets.text(sheet, row, 0, text, sheets.style(bold=True, font_size=11))
            row += 1
        row += 1 if comparison.sentences else 0
        for name, heading in ((HEADLINE, "In brief"), (GOALS, "Objectives, smaller is better")):
            row = self._figures(sheet, row, name, heading)
        for pair in comparison.pairs:
            row = self._pair(sheet, row, pair)
        self._draw(sheet, row)
        if len(comparison.pairs) == 1:
            sheet.fit_to_pages(1, 1)
        else:  # one page would take a glass to read: the charts begin a page of their own, two rows of them each
            sheet.set_print_scale(65)
            sheet.set_h_pagebreaks([row + 20 * at for at in range(0, -(-len(self._charts) // 2), 2)])
        sheet.activate()
        sheet.set_first_sheet()

    def _figures(self, sheet: Any, row: int, name: str, heading: str) -> int:
        """The figures of a view, each change coloured by whether it is better; the row after them."""
        comparison = self._comparison
        view = comparison.view(name)
        if view is None:
            return row
        names = [cut(one, LONGEST_NAME) for one in comparison.titles]
        lines: list[list[Cell]] = []
        tones: list[list[str]] = []
        for line in view.lines:
            figures: list[Cell] = [(one, line.kind) for one in line.figures]
            deltas: list[Cell] = [(one, f"+{line.kind}") for one in line.deltas]
            lines.append([(line.labels[0], "text"), *figures, *deltas])
            tones.append([""] * (len(names) + 1) + [tone(comparison, line, run) for run in range(len(line.deltas))])
        headings = [heading, *names, *(f"{one}: change" for one in names[1:])]
        return self._block(sheet, row, headings, lines, tones=tones)

    def _block(
        self,
        sheet: Any,
        row: int,
        headings: Sequence[str],
        rows: Sequence[Sequence[Cell]],
        tones: Sequence[Sequence[str]] = (),
    ) -> int:
        """A small table within a sheet; from column ``coloured`` on what fell is good and what rose is bad, else by
        ``tones``.
        """
        for at, heading in enumerate(headings):
            number = bool(rows) and at < len(rows[0]) and rows[0][at][1] != "text"
            align: dict[str, Any] = {"align": "right"} if number else {}
            self._sheets.text(sheet, row, at, heading, self._sheets.heading_style(**align))
        longest = max(map(len, headings))
        sheet.set_row(row, 45 if longest > 32 else 30 if longest > 16 else 17)
        for line_at, line in enumerate(rows):
            row += 1
            for at, (value, kind) in enumerate(line):
                tone_here = tones[line_at][at] if tones else ""
                fill = {"bg_color": _FILLS[tone_here]} if tone_here in _FILLS else {}
                self._cells.cell(sheet, row, at, value, kind, **fill)
        return row + 2

    def _pair(self, sheet: Any, row: int, pair: Pair) -> int:
        sheets = self._sheets
        title = f"{cut(pair.titles[0], 60)} → {cut(pair.titles[1], 60)}: {counted(pair)}"
        sheets.text(sheet, row, 0, title, sheets.style(bold=True, font_size=12, font_color=HEAD))
        row += 1
        groups = pair.groups
        for group in groups[:MOST_CELLS]:
            sheets.text(sheet, row, 0, cut(group.text, 150), sheets.style())
            row += 1
        if len(groups) > MOST_CELLS:
            more = f"and {len(groups) - MOST_CELLS} more, cell by cell on sheet Inputs"
            sheets.text(sheet, row, 0, more, sheets.style(italic=True))
            row += 1
        row += 1
        if pair.why is None:
            return row
        sheets.text(
            sheet,
            row,
            0,
            "Why, by block of inputs" if pair.why.parts else f"Why: {pair.why.method}",
            sheets.style(italic=True),
        )
        goals = list(pair.why.total)
        lines: list[list[Cell]] = [
            [(part.name, "text"), *((part.change.get(goal), f"+{goal_kind(goal)}") for goal in goals)]
            for part in pair.why.parts
        ]
        lines.append([("the whole change", "text"), *((pair.why.total[goal], f"+{goal_kind(goal)}") for goal in goals)])
        first = row + 2
        changes = [*(part.change for part in pair.why.parts), pair.why.total]
        tones = [["", *(self._tone(pair, goal, change.get(goal)) for goal in goals)] for change in changes]
        row = self._block(sheet, row + 1, ["Block of inputs", *goals], lines, tones=tones)
        if goals and pair.why.parts:
            self._charts.append(self._why_chart(pair, goals, first, first + len(pair.why.parts) - 1))
        return row

    def _tone(self, pair: Pair, goal: str, change: float | None) -> str:
        """``better``, ``worse`` or ``neutral``: less is better, but money is neutral where less demand is met."""
        run = self._comparison.planned.index(pair.after) - 1 if pair.after in self._comparison.planned else None
        if change is None or abs(change) <= NOTHING:
            return "neutral"
        if goal in MONEY_GOALS and run is not None and self._comparison.met_less(run):
            return "neutral"
        return "better" if change < 0 else "worse"

    def _why_chart(self, pair: Pair, goals: Sequence[str], first: int, last: int) -> Any:
        chart = self._sheets.book.add_chart({"type": "bar"})
        shares = [goal for goal in goals if goal_kind(goal) == "share"]
        for at, goal in enumerate(shares):
            column = 1 + list(goals).index(goal)
            chart.add_series({
                "name": goal, "categories": ["Summary", first, 0, last, 0],
                "values": ["Summary", first, column, last, column], "fill": {"color": SERIES[at]}, "gap": 60,
            })  # fmt: skip
        title = f"Change of objectives by block: {cut(pair.titles[1], 50)}"
        chart.set_title({"name": title, "name_font": {"size": 12, "color": HEAD}, "overlay": False})
        chart.set_y_axis({"reverse": True, "label_position": "low"})
        chart.set_x_axis(
            {"num_format": "+0.0;-0.0;0", "name": "change in percentage points, smaller is better", "crossing": 0}
        )
        chart.set_legend({"position": "bottom"})
        return chart

    def _draw(self, sheet: Any, row: int) -> None:
        view = self._comparison.view("Coverage")
        if view is not None and view.lines:
            chart = self._sheets.book.add_chart({"type": "bar"})
            last = HEADER + min(len(view.lines), 10)
            for at in range(1, min(len(self._comparison.titles), 8) + 1):
                chart.add_series({
                    "name": ["Coverage", HEADER, at], "categories": ["Coverage", HEADER + 1, 0, last, 0],
                    "values": ["Coverage", HEADER + 1, at, last, at], "fill": {"color": SERIES[at - 1]}, "gap": 50,
                })  # fmt: skip
            title = "Demand met: the capabilities whose change weighs most"
            chart.set_title({"name": title, "name_font": {"size": 12, "color": HEAD}, "overlay": False})
            chart.set_y_axis({"reverse": True})
            chart.set_x_axis({"num_format": "0%", "min": 0, "max": 1, "name": "met"})
            chart.set_legend({"position": "bottom"})
            self._charts.append(chart)
        for at, chart in enumerate(self._charts):
            chart.set_size({"width": 620, "height": 380})
            sheet.insert_chart(row + (at // 2) * 20, (at % 2) * 5, chart)
