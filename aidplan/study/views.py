"""An answer as a workbook and as a page, from the building blocks of the reports."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from aidplan.figures.table import Column, Row, Table
from aidplan.report.html import charts, page
from aidplan.report.xlsx.sheets import HEADER_ROW, Sheets

if TYPE_CHECKING:
    from aidplan.study.answer import Answer

LOWER, HIGHER = "#D55E00", "#0072B2"
"""Colours that colour-blind readers can tell apart."""


def write_workbook(answer: Answer, path: Path) -> None:
    """Write the answer as a workbook: in words, then a sheet a table. Raises OSError."""
    with Sheets(path, f"{answer.title} · {answer.workbook['file']}") as sheets:
        sheets.add(_in_words(answer))
        for table in answer.tables:
            placed = sheets.add(table)
            if table.name in answer.colours and not placed.is_empty:
                _colour(sheets, table, answer.colours[table.name])


def _colour(sheets: Sheets, table: Table, rule: tuple[str, float]) -> None:
    """Fill the numbers of a table that pass a threshold."""
    colour, past = rule
    sheet = sheets.book.get_worksheet_by_name(table.name)
    first = next(n for n, column in enumerate(table.columns) if column.kind != "text")
    style = sheets.book.add_format({"bg_color": colour})
    sheet.conditional_format(
        HEADER_ROW + 1, first, HEADER_ROW + len(table.rows), len(table.columns) - 1,
        {"type": "cell", "criteria": ">", "value": past, "format": style},
    )  # fmt: skip


def write_page(answer: Answer, path: Path) -> None:
    """Write the answer as one self-contained page. Raises OSError."""
    sections = [page.Section("words", "In words", tables=[_in_words(answer)])]
    if answer.bars:
        sections.append(page.Section("tornado", "Which lever moves most", charts=[tornado(answer)]))
    if answer.charts:
        sections.append(page.Section("charts", "Drawn", charts=list(answer.charts)))
    sections += [page.Section(f"t{n}", table.title, tables=[table]) for n, table in enumerate(answer.tables)]
    settled = all(row.get("status") in (None, "optimal") for row in _rows(answer))
    verdict = (
        "every plan behind this page is verified" if settled else "some plans have no result: see the column status"
    )
    page.write(
        page.Page(
            answer.title,
            f"{answer.workbook['file']}, {answer.solves} plans solved",
            (settled, verdict),
            sections,
            [("points", "percentage points of demand met, weighted as in the goal coverage")],
        ),
        path,
    )


def _rows(answer: Answer) -> list[Any]:
    found = answer.body.get(answer.kind)
    return found if isinstance(found, list) else []


def _in_words(answer: Answer) -> Table:
    rows = [Row((sentence,)) for sentence in answer.sentences]
    return Table("Words", answer.title, "", (Column("text", "What was found", "text", width=150),), rows, frozen=0)


def tornado(answer: Answer) -> page.Chart:
    """Bars from the base, the widest on top, each end labelled with what was set."""
    bars = sorted(answer.bars, key=lambda bar: max(abs(bar.low), abs(bar.high)))
    names = [page.chart_text(f"{bar.name}{' *' if bar.starred else ''}") for bar in bars]
    data = []
    for side, colour in (("low", LOWER), ("high", HIGHER)):
        values = [getattr(bar, side) for bar in bars]
        texts = [page.chart_text(f"{getattr(bar, f'{side}_text')} {getattr(bar, side):+.2f}") for bar in bars]
        data.append(
            {
                "type": "bar", "orientation": "h", "y": names, "x": values, "text": texts, "textposition": "outside",
                "cliponaxis": False, "marker": {"color": colour}, "showlegend": False, "hovertemplate": "%{y}: %{text}<extra></extra>",
            }
        )  # fmt: skip
    reach = max([0.1, *(abs(value) for bar in bars for value in (bar.low, bar.high))]) * 1.9
    axis = {"title": {"text": "points of demand met against the base"}, "range": [-reach, reach], "zeroline": True}
    layout = charts.layout(barmode="overlay", xaxis=axis, yaxis={"automargin": True})
    summary = "Each bar reaches from the worst to the best setting of a lever; 0 is the base. A star: a decision of the first three months changes."
    return page.Chart("tornado-chart", "Tornado", summary, data, layout, 90 + 46 * len(bars), None, least_width=640)
