"""``compare.xlsx``: the comparison as a workbook."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

from aidplan.compare.comparison_cells import HEADER, LONGEST_NAME, Cell, Cells
from aidplan.compare.comparison_page import counted_apart
from aidplan.compare.comparison_summary import ComparisonSummary
from aidplan.compare.format import ABSENT, goal_kind
from aidplan.compare.headline import NAME as HEADLINE
from aidplan.figures.format import cut
from aidplan.report.xlsx.sheets import SERIES, Sheets

if TYPE_CHECKING:
    from aidplan.compare.comparing import Comparison
    from aidplan.compare.lines import View


def write_workbook(comparison: Comparison, path: Path) -> None:
    """Writes the comparison to ``path``, over what is there. Raises OSError where it cannot be written."""
    with Sheets(path, " → ".join(cut(name) for name in comparison.names)) as sheets:
        _Book(sheets, comparison).write()


class _Book:
    """The sheets in reading order: summary, why, matrix, inputs, each view of the plans, and the time axis."""

    def __init__(self, sheets: Sheets, comparison: Comparison) -> None:
        self._sheets, self._comparison = sheets, comparison
        self._cells = Cells(sheets)

    def write(self) -> None:
        summary = self._sheets.sheet("Summary", colour="#D55E00")
        if any(pair.why is not None for pair in self._comparison.pairs):
            self._why()
        if self._comparison.matrix is not None:
            self._matrix()
        self._inputs()
        for view in self._comparison.views:
            if view.name != HEADLINE:
                self._view(view)
        self._over_time()
        ComparisonSummary(self._cells, self._comparison).write(summary)

    def _inputs(self) -> None:
        rows: list[list[Cell]] = []
        for pair in self._comparison.pairs:
            for one in pair.changes:
                texts: list[Cell] = [
                    (pair.titles[1], "text"), (one.sheet, "text"), (" / ".join(one.key), "text"), (one.column, "text"),
                    (one.what, "text"),
                ]  # fmt: skip
                values: list[Cell] = [(_plain(one.before), "plain"), (_plain(one.after), "plain")]
                numbers = isinstance(one.before, int | float) and isinstance(one.after, int | float)
                change = float(one.after) - float(one.before) if numbers else None  # type: ignore[arg-type]
                ends: list[Cell] = [(one.address, "text"), (one.block, "text"), (pair.mattered(one), "text")]
                rows.append([*texts, *values, (change, "plain"), *ends])
        headings = (
            "Run", "Sheet", "Key", "Column or period", "What", "Before", "After", "Change", "Cell", "Block",
            "What the block did to the objectives",
        )  # fmt: skip
        about = (
            f"Every changed cell by the key of its row, against {self._comparison.names[0]}; a cell is of the "
            "later workbook."
        )
        self._cells.table("Inputs", "Changed inputs", about, headings, rows)

    def _view(self, view: View) -> None:
        names = [cut(name, LONGEST_NAME) for name in self._comparison.titles]
        is_known = any(line.alike for line in view.lines)
        headings = [
            *view.headings,
            *names,
            *(f"{name}: change" for name in names[1:]),
            "Effect on the coverage goal" if view.name.startswith(("Coverage", "Places")) else "Largest change",
            *(["Of no objective"] if is_known else []),
        ]
        rows: list[list[Cell]] = []
        for line in view.lines:
            labels: list[Cell] = [(label, "text") for label in line.labels]
            figures: list[Cell] = [(ABSENT if one is None else one, line.kind) for one in line.figures]
            deltas: list[Cell] = [(one, f"+{line.kind}") for one in line.deltas]
            alike: list[Cell] = [("yes" if line.differs and all(line.alike) else "", "text")] if is_known else []
            rows.append([*labels, *figures, *deltas, (line.weight, "plain"), *alike])
        if view.name == "Goals":
            headings, rows = headings[:-1], [row[:-1] for row in rows]
        about = f"{_about(view, self._comparison.money)} {counted_apart(view)}".strip()
        self._cells.table(view.name, view.title, about, headings, rows)

    def _over_time(self) -> None:
        """Demand met by period, run beside run, with a line chart."""
        times = self._comparison.times
        if not times:
            return
        labels = sorted({label for one in times for label in one.labels})
        shares = {(one.run, one.kind): dict(zip(one.labels, one.shares, strict=True)) for one in times}
        rows: list[list[Cell]] = [
            [(label, "text"), *((_number(found.get(label)), "share") for found in shares.values())] for label in labels
        ]
        headings = ["Period", *(f"{run}, {'fronts' if kind == 'front' else 'home'}" for run, kind in shares)]
        about = "The share of demand met in each period, every capability by its weight; more is better."
        sheet = self._cells.table("Over time", "Demand met, period by period", about, headings, rows)
        chart = self._sheets.book.add_chart({"type": "line"})
        for at in range(len(shares)):
            chart.add_series(
                {
                    "name": ["Over time", HEADER, at + 1],
                    "categories": ["Over time", HEADER + 1, 0, HEADER + len(rows), 0],
                    "values": ["Over time", HEADER + 1, at + 1, HEADER + len(rows), at + 1],
                    "line": {"color": SERIES[at % len(SERIES)], "width": 2},
                }
            )
        chart.set_y_axis({"num_format": "0%", "max": 1, "name": "met"})
        chart.set_legend({"position": "bottom"})
        chart.set_size({"width": 760, "height": 380})
        sheet.insert_chart(HEADER, len(headings) + 1, chart)

    def _why(self) -> None:
        rows: list[list[Cell]] = []
        goals = list(dict.fromkeys(goal for pair in self._comparison.pairs if pair.why for goal in pair.why.total))
        for pair in self._comparison.pairs:
            if pair.why is None:
                continue
            for part in pair.why.parts:
                row: list[Cell] = [(pair.titles[1], "text"), (part.name, "text")]
                for goal in goals:
                    row += [(part.change.get(goal), _why_kind(goal)), (part.error.get(goal), "+goal")]
                rows.append([*row, (part.note, "text")])
            total: list[Cell] = [(pair.titles[1], "text"), ("the whole change", "text")]
            for goal in goals:
                total += [(pair.why.total.get(goal), _why_kind(goal)), (None, "text")]
            rows.append([*total, (pair.why.method, "text")])
        headings = ["Run", "Block of inputs"]
        for goal in goals:
            headings += [f"{goal}: change", f"{goal}: standard error"]
        about = (
            "The change of each goal by the block of inputs that brought it: blocks are swapped between the runs and "
            "solved, "
            "averaged over orders of swapping; the rows add up to the whole change. Goals that are shares: as a share "
            "of 1."
        )
        self._cells.table("Why", "Why the objectives changed", about, [*headings, "How it was reached"], rows)

    def _matrix(self) -> None:
        found = self._comparison.matrix
        assert found is not None
        names = [cut(name, LONGEST_NAME) for name in found.runs]
        rows: list[list[Cell]] = []
        for row in found.rows:
            best = ", ".join(name for name, mark in zip(found.runs, row.best, strict=True) if mark)
            head: list[Cell] = [(row.label, "text"), (row.group, "text")]
            figures: list[Cell] = [(ABSENT if one is None else one, row.kind) for one in row.figures]
            regrets: list[Cell] = [(one, f"+{row.kind}") for one in row.regret]
            rows.append([*head, *figures, (best, "text"), *regrets])
        last: list[Cell] = [("largest shortfall against the best, among shares", "text"), ("shortfall", "text")]
        empty: list[Cell] = [(None, "text")] * len(names)
        rows.append(
            [*last, *empty, (", ".join(found.least_regret), "text"), *((one, "+share") for one in found.largest)]
        )
        headings = ["Figure", "Kind", *names, "Best", *(f"{name}: short of the best by" for name in names)]
        about = "Every run beside the others, and how far each falls short of the best of the row."
        self._cells.table("Matrix", "All runs", about, headings, rows)


def _number(value: float | None) -> float | None:
    return None if value is None or math.isnan(value) else value


def _plain(value: str | float | int | None) -> str | float | int | None:
    return "(empty)" if value is None else value


def _why_kind(goal: str) -> str:
    return "+money" if goal_kind(goal) == "money" else "goal"


def _about(view: View, money: str) -> str:
    return f"{view.about} Cost and liability in {money}." if view.name == "Goals" else view.about
