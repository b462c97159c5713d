"""``compare.xlsx``: the comparison as a workbook."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aidplan.compare.format import ABSENT, MOST_CELLS, counted, goal_kind
from aidplan.figures.format import cut
from aidplan.report.xlsx.sheets import BAD, GOOD, HEAD, SERIES, Sheets, fits

if TYPE_CHECKING:
    from aidplan.compare.comparing import Comparison, Pair
    from aidplan.compare.lines import View

Cell = tuple[str | float | int | None, str]
"""A value and how it is shown: ``text``, ``plain``, or a kind of figure; ``+kind`` for a difference."""

_HEADER, _LONGEST_NAME = 3, 40
_MOST_ROWS = 1_048_000
_FORMATS = {
    "share": "0.00%", "money": "#,##0.00;-#,##0.00;0", "quantity": "#,##0.0;-#,##0.0;0", "plain": "General",
    "+share": '+0.00" pt";-0.00" pt";"="', "+money": '+#,##0.00;-#,##0.00;"="', "+quantity": '+#,##0.0;-#,##0.0;"="',
    "goal": "+0.00000000;-0.00000000;0", "+goal": "0.00000000",
}  # fmt: skip


def write_workbook(comparison: Comparison, path: Path) -> None:
    """Writes the comparison to ``path``, over what is there. Raises OSError where it cannot be written."""
    with Sheets(path, " → ".join(cut(name) for name in comparison.names)) as sheets:
        _Book(sheets, comparison).write()


class _Book:
    """The sheets in reading order: summary, why, matrix, inputs, then each view of the plans."""

    def __init__(self, sheets: Sheets, comparison: Comparison) -> None:
        self._sheets, self._comparison = sheets, comparison
        self._charts: list[Any] = []

    def write(self) -> None:
        summary = self._sheets.sheet("Summary", colour="#D55E00")
        if any(pair.why is not None for pair in self._comparison.pairs):
            self._why()
        if self._comparison.matrix is not None:
            self._matrix()
        self._inputs()
        for view in self._comparison.views:
            self._view(view)
        self._summary(summary)

    def _table(
        self, name: str, title: str, about: str, headings: Sequence[str], rows: Sequence[Sequence[Cell]]
    ) -> None:
        """One table as a sheet: title, what it is, frozen headings with filters, rows."""
        sheets = self._sheets
        sheet = sheets.sheet(name, wide=len(headings) > 8)
        sheets.text(sheet, 0, 0, title, sheets.style(bold=True, font_size=14, font_color=HEAD))
        cut_off = f" Cut: {len(rows) - _MOST_ROWS:,} rows more than a sheet holds." if len(rows) > _MOST_ROWS else ""
        sheets.text(sheet, 1, 0, about + cut_off, sheets.style())
        for at, heading in enumerate(headings):
            sheets.text(sheet, _HEADER, at, heading, sheets.heading_style())
            words = [str(row[at][0] or "") for row in rows[:200] if row[at][1] == "text"]
            sheet.set_column(at, at, fits([cut(heading, 18), *words], least=11, most=70))
        sheet.set_row(_HEADER, 32 if any(len(heading) > 12 for heading in headings) else 18)
        sheet.freeze_panes(_HEADER + 1, 1)
        sheet.repeat_rows(_HEADER)
        if not rows:
            sheets.text(sheet, _HEADER + 1, 0, "Nothing differs.", sheets.style(italic=True))
            return
        sheet.autofilter(_HEADER, 0, _HEADER + min(len(rows), _MOST_ROWS), len(headings) - 1)
        for at, row in enumerate(rows[:_MOST_ROWS], start=_HEADER + 1):
            for column, (value, kind) in enumerate(row):
                self._cell(sheet, at, column, value, kind)

    def _cell(self, sheet: Any, row: int, column: int, value: str | float | int | None, kind: str, **more: Any) -> None:
        sheets = self._sheets
        if isinstance(value, str) or value is None:
            space = {"indent": 1} if column else {}  # or a text touches the number before it
            sheets.cell(sheet, row, column, value, sheets.style(num_format="@", **space, **more))
            return
        if isinstance(value, float) and math.isinf(value):
            sheets.text(sheet, row, column, "not known" if kind.startswith("+") else "no limit", sheets.style(**more))
            return
        if kind[0] == "+" and abs(value) < 1e-11:
            value = 0.0
        if kind == "+share":  # a difference of shares is shown in percentage points
            value = 100 * value
        sheets.cell(sheet, row, column, value, sheets.style(num_format=_FORMATS[kind], align="right", **more))

    def _inputs(self) -> None:
        rows: list[list[Cell]] = []
        for pair in self._comparison.pairs:
            for one in pair.changes:
                texts: list[Cell] = [
                    (pair.after, "text"), (one.sheet, "text"), (" / ".join(one.key), "text"), (one.column, "text"),
                    (one.what, "text"),
                ]  # fmt: skip
                values: list[Cell] = [(_plain(one.before), "plain"), (_plain(one.after), "plain")]
                numbers = isinstance(one.before, int | float) and isinstance(one.after, int | float)
                change = float(one.after) - float(one.before) if numbers else None  # type: ignore[arg-type]
                ends: list[Cell] = [(one.address, "text"), (one.block, "text"), (pair.mattered(one), "text")]
                rows.append([*texts, *values, (change, "plain"), *ends])
        headings = (
            "Run", "Sheet", "Key", "Column or period", "What", "Before", "After", "Change", "Cell", "Block",
            "What the block did to the goals",
        )  # fmt: skip
        about = f"Every changed cell by the key of its row, against {self._comparison.names[0]}; a cell is of the later workbook."
        self._table("Inputs", "Changed inputs", about, headings, rows)

    def _view(self, view: View) -> None:
        names = [cut(name, _LONGEST_NAME) for name in self._comparison.planned]
        headings = [*view.headings, *names, *(f"{name}: change" for name in names[1:]), "Weight of the largest change"]
        rows: list[list[Cell]] = []
        for line in view.lines:
            labels: list[Cell] = [(label, "text") for label in line.labels]
            figures: list[Cell] = [(ABSENT if one is None else one, line.kind) for one in line.figures]
            deltas: list[Cell] = [(one, f"+{line.kind}") for one in line.deltas]
            rows.append([*labels, *figures, *deltas, (line.weight, "plain")])
        if view.name == "Goals":
            headings, rows = headings[:-1], [row[:-1] for row in rows]
        self._table(view.name, view.title, _about(view, self._comparison.money), headings, rows)

    def _why(self) -> None:
        rows: list[list[Cell]] = []
        goals = list(dict.fromkeys(goal for pair in self._comparison.pairs if pair.why for goal in pair.why.total))
        for pair in self._comparison.pairs:
            if pair.why is None:
                continue
            for part in pair.why.parts:
                row: list[Cell] = [(pair.after, "text"), (part.name, "text")]
                for goal in goals:
                    row += [(part.change.get(goal), _why_kind(goal)), (part.error.get(goal), "+goal")]
                rows.append([*row, (part.note, "text")])
            total: list[Cell] = [(pair.after, "text"), ("the whole change", "text")]
            for goal in goals:
                total += [(pair.why.total.get(goal), _why_kind(goal)), (None, "text")]
            rows.append([*total, (pair.why.method, "text")])
        headings = ["Run", "Block of inputs"]
        for goal in goals:
            headings += [f"{goal}: change", f"{goal}: standard error"]
        about = (
            "The change of each goal by the block of inputs that brought it: blocks are swapped between the runs and solved, "
            "averaged over orders of swapping; the rows add up to the whole change. Goals that are shares: as a share of 1."
        )
        self._table("Why", "Why the goals changed", about, [*headings, "How it was reached"], rows)

    def _matrix(self) -> None:
        found = self._comparison.matrix
        assert found is not None
        names = [cut(name, _LONGEST_NAME) for name in found.runs]
        rows: list[list[Cell]] = []
        for row in found.rows:
            best = ", ".join(name for name, mark in zip(found.runs, row.best, strict=True) if mark)
            head: list[Cell] = [(row.label, "text"), (row.group, "text")]
            figures: list[Cell] = [(ABSENT if one is None else one, row.kind) for one in row.figures]
            regrets: list[Cell] = [(one, f"+{row.kind}") for one in row.regret]
            rows.append([*head, *figures, (best, "text"), *regrets])
        last: list[Cell] = [("largest regret among shares", "text"), ("regret", "text")]
        empty: list[Cell] = [(None, "text")] * len(names)
        rows.append(
            [*last, *empty, (", ".join(found.least_regret), "text"), *((one, "+share") for one in found.largest)]
        )
        headings = ["Figure", "Kind", *names, "Best", *(f"{name}: regret" for name in names)]
        about = "Every run beside the others; regret is how far a run stands from the best of the row."
        self._table("Matrix", "All runs", about, headings, rows)

    def _summary(self, sheet: Any) -> None:
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
        goals = comparison.view("Goals")
        if goals is not None:
            names = [cut(name, _LONGEST_NAME) for name in comparison.planned]
            lines: list[list[Cell]] = []
            for line in goals.lines:
                figures: list[Cell] = [(one, line.kind) for one in line.figures]
                deltas: list[Cell] = [(one, f"+{line.kind}") for one in line.deltas]
                lines.append([(line.labels[0], "text"), *figures, *deltas])
            headings = ["Goal, smaller is better", *names, *(f"{name}: change" for name in names[1:])]
            row = self._block(sheet, row, headings, lines, coloured=len(names) + 1)
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

    def _block(
        self, sheet: Any, row: int, headings: Sequence[str], rows: Sequence[Sequence[Cell]], coloured: int = 10**6
    ) -> int:
        """A small table within a sheet; from column ``coloured`` on what fell is good and what rose is bad."""
        for at, heading in enumerate(headings):
            self._sheets.text(sheet, row, at, heading, self._sheets.heading_style())
        longest = max(map(len, headings))
        sheet.set_row(row, 45 if longest > 32 else 30 if longest > 16 else 17)
        for line in rows:
            row += 1
            for at, (value, kind) in enumerate(line):
                number = value if isinstance(value, int | float) and at >= coloured else 0.0
                fill = {"bg_color": GOOD if number < 0 else BAD} if abs(number) > 1e-9 else {}
                self._cell(sheet, row, at, value, kind, **fill)
        return row + 2

    def _pair(self, sheet: Any, row: int, pair: Pair) -> int:
        sheets = self._sheets
        title = f"{cut(pair.before, 60)} → {cut(pair.after, 60)}: {counted(pair)}"
        sheets.text(sheet, row, 0, title, sheets.style(bold=True, font_size=12, font_color=HEAD))
        row += 1
        for change in pair.weightiest(MOST_CELLS):
            sheets.text(sheet, row, 0, cut(change.text, 150), sheets.style())
            row += 1
        if len(pair.changes) > MOST_CELLS:
            more = f"and {len(pair.changes) - MOST_CELLS} more on sheet Inputs"
            sheets.text(sheet, row, 0, more, sheets.style(italic=True))
            row += 1
        row += 1
        if pair.why is None:
            return row
        sheets.text(sheet, row, 0, f"Why: {pair.why.method}", sheets.style(italic=True))
        goals = list(pair.why.total)
        lines: list[list[Cell]] = [
            [(part.name, "text"), *((part.change.get(goal), f"+{goal_kind(goal)}") for goal in goals)]
            for part in pair.why.parts
        ]
        lines.append([("the whole change", "text"), *((pair.why.total[goal], f"+{goal_kind(goal)}") for goal in goals)])
        first = row + 2
        row = self._block(sheet, row + 1, ["Block of inputs", *goals], lines, coloured=1)
        if goals and pair.why.parts:
            self._charts.append(self._why_chart(pair, goals, first, first + len(pair.why.parts) - 1))
        return row

    def _why_chart(self, pair: Pair, goals: Sequence[str], first: int, last: int) -> Any:
        chart = self._sheets.book.add_chart({"type": "bar"})
        shares = [goal for goal in goals if goal_kind(goal) == "share"]
        for at, goal in enumerate(shares):
            column = 1 + list(goals).index(goal)
            chart.add_series({
                "name": goal, "categories": ["Summary", first, 0, last, 0],
                "values": ["Summary", first, column, last, column], "fill": {"color": SERIES[at]}, "gap": 60,
            })  # fmt: skip
        title = f"Change of goals by block: {cut(pair.after, 50)}"
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
            last = _HEADER + min(len(view.lines), 10)
            for at in range(1, min(len(self._comparison.planned), 8) + 1):
                chart.add_series({
                    "name": ["Coverage", _HEADER, at], "categories": ["Coverage", _HEADER + 1, 0, last, 0],
                    "values": ["Coverage", _HEADER + 1, at, last, at], "fill": {"color": SERIES[at - 1]}, "gap": 50,
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


def _plain(value: str | float | int | None) -> str | float | int | None:
    return "(empty)" if value is None else value


def _why_kind(goal: str) -> str:
    return "+money" if goal_kind(goal) == "money" else "goal"


def _about(view: View, money: str) -> str:
    return f"{view.about} Cost and liability in {money}." if view.name == "Goals" else view.about
