"""plan.xlsx as a reader finds it."""

from __future__ import annotations

import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from aidplan.figures.table import Column, Row, Table
from aidplan.report.xlsx import data_sheet
from aidplan.report.xlsx import sheets as report_sheets
from aidplan.report.xlsx.brief_sheet import lines
from aidplan.report.xlsx.charts_sheet import page_breaks
from aidplan.report.xlsx.plan_workbook import write_plan_workbook
from aidplan.report.xlsx.sheets import HEADER_ROW, LONGEST_TEXT, Sheets, column_width
from tests.report.hostile import CYRILLIC, FUND, NAMES, SCRIPT, hostile_sheets
from tests.report.tiny_coalition import GOALS, tables_by_hand, tiny_run


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report")
    write_plan_workbook(tiny_run(folder), folder / "plan.xlsx")
    return folder / "plan.xlsx"


@pytest.fixture(scope="module")
def values(report: Path) -> Any:
    return openpyxl.load_workbook(report, data_only=True)


@pytest.fixture(scope="module")
def formulas(report: Path) -> Any:
    return openpyxl.load_workbook(report)


def hostile_run(folder: Path) -> Any:
    tables = tables_by_hand()
    for frame in tables.values():
        if "fund" in frame.columns:
            frame["fund"] = [FUND if fund == "US_AID" else fund for fund in frame["fund"]]
    return tiny_run(folder, hostile_sheets(), tables=tables, run="run <b> =1+1 &A", scenario="[/red]")


def rows_of(sheet: Any) -> list[dict[str, Any]]:
    """A reading sheet's rows by heading."""
    rows = list(sheet.iter_rows(min_row=HEADER_ROW + 1, values_only=True))
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def every_text(book: Any) -> list[str]:
    return [
        cell for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if isinstance(cell, str)
    ]


def test_goals_have_names_that_point_at_their_numbers(values: Any) -> None:
    for goal, value in GOALS.items():
        ((sheet, cell),) = values.defined_names[f"goal_{goal}"].destinations
        assert values[sheet][cell].value == pytest.approx(value, rel=1e-12)


def test_the_first_sheet_says_verified_the_goals_and_that_the_books_close(values: Any) -> None:
    first = values.worksheets[0]
    texts = [cell for row in first.iter_rows(values_only=True) for cell in row if isinstance(cell, str)]
    assert any(text.startswith("Verified") for text in texts)
    assert "TOTALS RECONCILE" in texts
    assert any("56.6% of demand is met" in text for text in texts)
    assert "2,260 rounds, 2 vehicles" in texts
    assert "Guarantee capacity for Tank (more_tanks)" in texts
    assert first.title == "Brief"


def test_the_brief_is_one_page_of_paper(values: Any) -> None:
    brief = values["Brief"]
    assert brief.max_row <= 60
    assert (brief.page_setup.orientation, brief.page_setup.paperSize) == ("landscape", 9)
    assert brief.sheet_properties.pageSetUpPr.fitToPage
    assert brief.page_setup.fitToHeight in (None, 1)  # a page, where nothing else is said


def test_orders_stand_month_by_month_with_what_they_cost(values: Any) -> None:
    (shells,) = [row for row in rows_of(values["Orders"]) if row["Item code"] == "shell"]
    assert [shells[month] for month in ("Jul 2024", "Aug 2024", "Sep 2024")] == [800, 900, 0]
    assert (shells["Ordered [items]"], shells["Money [million USD]"]) == pytest.approx((1700, 8.5))
    assert shells["Last order that arrives"] == "Sep 2024"


def test_periods_past_the_edge_are_marked_in_heading_and_row(formulas: Any) -> None:
    sheet = formulas["Orders"]
    headings = [cell.value for cell in sheet[HEADER_ROW + 1]]
    assert [one for one in headings if "†" in str(one)] == ["Oct 2024 †", "Nov 2024 †"]
    tanks = next(
        row for row in sheet.iter_rows(min_row=HEADER_ROW + 2) if row[1].value == "US_AID" and row[6].value == "tank"
    )
    hatched = [cell.fill.patternType == "lightUp" for cell in tanks[headings.index("Jul 2024") :]]
    assert hatched == [False, False, True, True, True]


def test_the_long_sheet_holds_every_row_of_every_table(values: Any) -> None:
    rows = list(values["data"].iter_rows(values_only=True))
    assert rows[0] == ("quantity", *data_sheet.INDEX, "value")
    found = pd.DataFrame(rows[1:], columns=rows[0])
    tables = {name: table for name, table in tables_by_hand().items() if name != "coverage"}
    assert len(found) == sum(len(table) for table in tables.values())
    for name, table in tables.items():
        part = found[found["quantity"] == name][list(table.columns)].reset_index(drop=True)
        pd.testing.assert_frame_equal(part, table, check_dtype=False)


def test_the_books_name_what_does_not_close(tmp_path: Path) -> None:
    tables = tables_by_hand()
    tables["issued"].loc[0, "value"] += 7.0
    write_plan_workbook(tiny_run(tmp_path, tables=tables), tmp_path / "plan.xlsx")
    book = openpyxl.load_workbook(tmp_path / "plan.xlsx", data_only=True)
    texts = [cell for row in book["Brief"].iter_rows(values_only=True) for cell in row if isinstance(cell, str)]
    assert "TOTALS DO NOT RECONCILE" in texts
    wrong = [row[0] for row in book["Reconciliation"].iter_rows(values_only=True) if row[1] == "NO"]
    assert wrong == ["shell"]


def test_money_that_does_not_add_up_is_found(tmp_path: Path) -> None:
    tables = tables_by_hand()
    tables["spent"].loc[tables["spent"]["fund"] == "DK_LOAN", "value"] = 0.3
    write_plan_workbook(tiny_run(tmp_path, tables=tables), tmp_path / "plan.xlsx")
    book = openpyxl.load_workbook(tmp_path / "plan.xlsx", data_only=True)
    assert [row[0] for row in book["Reconciliation"].iter_rows(values_only=True) if row[1] == "NO"] == [
        "DK_LOAN",
        "cost",
    ]


def test_every_sheet_has_frozen_headings_filters_and_a_print_title(formulas: Any) -> None:
    tables = [
        sheet
        for sheet in formulas
        if sheet.title
        not in (
            "Brief",
            "Charts",
            "Reconciliation",
            "About",
            "data",
            "Prices",
            "Worth of limits",
            "Alternatives",
            "Warnings",
        )
    ]
    assert len(tables) >= 20
    for sheet in tables:
        assert sheet.freeze_panes is not None, sheet.title
        assert sheet.auto_filter.ref, sheet.title
        assert sheet.print_title_rows == f"${HEADER_ROW + 1}:${HEADER_ROW + 1}", sheet.title
        assert sheet.page_setup.fitToHeight == 0, sheet.title


def test_the_long_sheet_prints_its_first_rows_alone_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report_sheets, "PRINTED", 20)
    write_plan_workbook(tiny_run(tmp_path), tmp_path / "plan.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "plan.xlsx")["data"]
    assert sheet.max_row > 21
    assert sheet.print_area == "'data'!$A$1:$O$21"
    assert f"the first 20 of {sheet.max_row - 1} rows" in sheet.oddFooter.center.text
    sources = openpyxl.load_workbook(tmp_path / "plan.xlsx")["Sources"]
    assert sources.print_area == f"'Sources'!$A$1:$F${HEADER_ROW + 1 + 20}"
    assert f"the first 20 of {sources.max_row - HEADER_ROW - 1} rows" in sources.oddFooter.center.text


def test_charts_are_not_cut_and_every_page_is_numbered(formulas: Any) -> None:
    breaks = [one.id for one in formulas["Charts"].row_breaks.brk]
    assert breaks == []  # five charts in two columns are one page
    assert all(sheet.oddFooter.center.text and "&P / &N" in str(sheet.oddFooter.right.text) for sheet in formulas)


@pytest.mark.parametrize(("charts", "pages"), [(6, 1), (7, 2), (12, 2), (13, 3)])
def test_charts_break_between_pages(charts: int, pages: int) -> None:
    assert len(page_breaks(charts)) + 1 == pages


def test_what_is_too_late_is_marked_in_charts_and_heat_maps(report: Path, formulas: Any) -> None:
    with zipfile.ZipFile(report) as archive:
        charts = [archive.read(name).decode() for name in archive.namelist() if "xl/charts/chart" in name]
    hollow = {
        re.search(r"<a:t>([^<]*)</a:t>", chart)[1]: re.findall(r"<c:dPt><c:idx val=\"(\d)\"", chart) for chart in charts
    }  # type: ignore[index]
    assert hollow["Capacity and use: Shell works († from Nov 2024)"] == ["4"]
    assert hollow["Output against the adversary's: Fires († from Nov 2024)"] == ["4"] * 3
    sheet = formulas["Coverage by place"]
    headings = [cell.value for cell in sheet[HEADER_ROW + 1]]
    row = next(
        row for row in sheet.iter_rows(min_row=HEADER_ROW + 2) if row[4].value == "EAST" and row[5].value == "armour"
    )
    late = ["†" in cell.number_format for cell in row[headings.index("Jul 2024") :]]
    assert late == [False, False, True, True, True]


def test_inputs_stand_with_their_sources_and_notes(values: Any) -> None:
    rows = {(row["Sheet"], row["Key"]): row for row in rows_of(values["Sources"])}
    assert rows["places", "US"]["Source"] == "atlas"
    assert rows["places", "HUB"]["Confidence"] == "assumed"
    assert rows["items", "shell"]["Note"] == "packed"


def test_prices_of_what_can_be_moved_stand_month_by_month(tmp_path: Path) -> None:
    tables = tables_by_hand()
    rows = [
        ("coverage", "balance", "US_AID", "", "2024-07", 0.01), ("coverage", "balance", "US_AID", "", "2024-08", 0.03),
        ("coverage", "balance", "DK_LOAN", "", "2024-08", 0.04), ("equity", "capacity", "", "works", "2024-09", -0.02),
        ("coverage", "stock", "", "", "2024-08", 0.5), ("coverage", "share_max", "US_AID", "", "", 0.6),
    ]  # fmt: skip
    tables["prices"] = pd.DataFrame(rows, columns=["goal", "limit", "fund", "plant", "period", "price"])
    write_plan_workbook(tiny_run(tmp_path, tables=tables), tmp_path / "plan.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "plan.xlsx", data_only=True)["Prices"]
    found = [(row["Goal"], row["Its name"], row["Fund"], row["Largest"], row["Aug 2024"]) for row in rows_of(sheet)]
    assert found == [
        ("coverage", "share_max", "US_AID", 0.6, 0), ("coverage", "balance", "DK_LOAN", 0.04, 0.04),
        ("coverage", "balance", "US_AID", 0.03, 0.03), ("equity", "capacity", "", -0.02, 0),
    ]  # fmt: skip
    assert "1 of 6 prices" in sheet["A2"].value


def test_a_run_without_a_plan_has_no_report(tmp_path: Path) -> None:
    from dataclasses import replace

    with pytest.raises(ValueError, match="no plan"):
        write_plan_workbook(replace(tiny_run(tmp_path), tables={}), tmp_path / "plan.xlsx")


def test_every_chart_has_data(report: Path) -> None:
    with zipfile.ZipFile(report) as archive:
        charts = [
            archive.read(name).decode() for name in archive.namelist() if re.match(r"xl/charts/chart\d+\.xml", name)
        ]
    assert len(charts) == 5  # coverage, money by donor, two plants that grow, one parity curve
    for chart in charts:
        series = re.findall(r"<c:ser>.*?</c:ser>", chart, re.S)
        assert series
        for one in series:
            points = re.findall(r"<c:v>([^<]*)</c:v>", re.search(r"<c:val>.*?</c:val>", one, re.S)[0])  # type: ignore[index]
            assert len(points) >= 2
            [float(point) for point in points]


def test_a_long_table_goes_on_in_a_second_sheet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data_sheet, "MOST_ROWS", 40)
    write_plan_workbook(tiny_run(tmp_path), tmp_path / "plan.xlsx")
    book = openpyxl.load_workbook(tmp_path / "plan.xlsx", data_only=True)
    parts = [sheet for sheet in book if sheet.title.startswith("data")]
    assert [sheet.title for sheet in parts][:2] == ["data", "data 2"]
    rows = sum(sheet.max_row - 1 for sheet in parts)
    assert rows == sum(len(table) for name, table in tables_by_hand().items() if name != "coverage")
    assert book["Reconciliation"]["B3"].value == "TOTALS RECONCILE"


# --- hostile texts ----------------------------------------------------------------------------------


def test_hostile_names_stay_text(tmp_path: Path) -> None:
    write_plan_workbook(hostile_run(tmp_path), tmp_path / "plan.xlsx")
    texts = set(every_text(openpyxl.load_workbook(tmp_path / "plan.xlsx")))
    shown = [*NAMES["places"], *NAMES["items"][:3], *NAMES["capabilities"], *NAMES["plants"], FUND, SCRIPT, CYRILLIC]
    assert [name for name in shown if name not in texts] == []
    with zipfile.ZipFile(tmp_path / "plan.xlsx") as archive:
        sheets = [archive.read(name).decode() for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
        assert not any("hyperlink" in sheet.lower() for sheet in sheets)
        own = re.compile(r"^(SUM|SUMPRODUCT|SUMIFS|IF|ABS|\$|'|[A-Z]+\d|[\d.e+-]+$)")
        written = [one for sheet in sheets for one in re.findall(r"<f>([^<]*)</f>", sheet)]
    assert written
    assert [one for one in written if not own.match(one.replace("(", "", 1) if one.startswith("(") else one)] == []


def test_hostile_codes_do_not_break_the_books(tmp_path: Path) -> None:
    write_plan_workbook(hostile_run(tmp_path), tmp_path / "plan.xlsx")
    book = openpyxl.load_workbook(tmp_path / "plan.xlsx", data_only=True)
    assert book["Reconciliation"]["B3"].value == "TOTALS RECONCILE"


def test_a_text_longer_than_a_cell_is_cut_and_says_so(tmp_path: Path) -> None:
    with Sheets(tmp_path / "long.xlsx", "footer & so on") as sheets:
        sheets.add(Table("Long", "Long", "", (Column("text", "Text"),), [Row(("y" * 40_000,))]))
    text = openpyxl.load_workbook(tmp_path / "long.xlsx")["Long"].cell(HEADER_ROW + 2, 1).value
    assert text.startswith("y" * LONGEST_TEXT)
    assert text.endswith("(cut: 8000 more characters)")


# --- seen by another program ------------------------------------------------------------------------

ALWAYS_RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>"""


def recalculated(report: Path, folder: Path) -> Any:
    """The workbook with every formula worked out again by LibreOffice."""
    profile = folder / "profile" / "user"
    profile.mkdir(parents=True)
    (profile / "registrymodifications.xcu").write_text(ALWAYS_RECALCULATE)
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML",
         "--outdir", str(folder / "out"), str(report)],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    return openpyxl.load_workbook(folder / "out" / report.name, data_only=True)


@pytest.mark.looks
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize("hostile", [False, True])
def test_what_stands_in_formula_cells_is_what_the_formulas_give(tmp_path: Path, hostile: bool) -> None:
    path = tmp_path / "plan.xlsx"
    write_plan_workbook(hostile_run(tmp_path) if hostile else tiny_run(tmp_path), path)
    written, again = openpyxl.load_workbook(path, data_only=True), recalculated(path, tmp_path)
    cells = [
        (sheet.title, cell.coordinate)
        for sheet in openpyxl.load_workbook(path)
        for row in sheet
        for cell in row
        if cell.data_type == "f"
    ]
    assert len(cells) > 60
    for title, at in cells:
        before, after = written[title][at].value, again[title][at].value
        assert after == (pytest.approx(before, rel=1e-9, abs=1e-9) if isinstance(before, int | float) else before), (
            title,
            at,
        )


@pytest.mark.looks
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_a_changed_figure_fails_the_check_in_the_sheet_itself(report: Path, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(report)
    headings = [cell.value for cell in book["Issued"][HEADER_ROW + 1]]
    book["Issued"].cell(HEADER_ROW + 2, headings.index("Jul 2024") + 1).value = 999
    book.save(tmp_path / "plan.xlsx")
    again = recalculated(tmp_path / "plan.xlsx", tmp_path)
    assert again["Reconciliation"]["B3"].value == "TOTALS DO NOT RECONCILE"


def test_no_text_of_the_brief_is_cut(tmp_path: Path) -> None:
    reason = (
        "at least 1,200 because plants are full (Shell works, Jul–Aug 2024), and much more that a reader must know of it; "
        * 4
    )
    short = {
        "capability": "fires", "places": ["EAST", "SOUTH"], "unmet": 1840.0, "exact": True, "limits": [],
        "causes": {"plants": 1200.0, reason: 640.0},
    }  # fmt: skip
    write_plan_workbook(replace(tiny_run(tmp_path), why={"shortages": [short]}), tmp_path / "plan.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "plan.xlsx")["Brief"]
    spans = {str(one).partition(":")[0]: one for one in sheet.merged_cells.ranges}
    texts = [
        cell
        for row in sheet.iter_rows(min_row=3)
        for cell in row
        if isinstance(cell.value, str) and (cell.font.sz or 10) >= 10
    ]
    wrapped = [cell for cell in texts if cell.alignment.wrap_text]
    assert any(reason.strip() in cell.value for cell in wrapped)
    for cell in wrapped:
        last = spans[cell.coordinate].max_col if cell.coordinate in spans else cell.column
        height = sheet.row_dimensions[cell.row].height
        assert height is not None
        assert height >= 13 * lines(cell.value, cell.column - 1, last - 1), cell.coordinate


def test_capacity_is_counted_in_what_the_plant_makes(values: Any) -> None:
    rows = rows_of(values["Capacity"])
    units = {row["Plant"]: row["Unit"] for row in rows}
    assert units["Shell works"] == "rounds a month"
    assert units["Tank works"] == "vehicles a month"


def test_a_column_of_names_is_as_wide_as_its_longest_within_reason() -> None:
    rows = [Row(("a" * 22, 1.0, "z" * 90, "b" * 90))]
    columns = (
        Column("name", "Name", width=16),
        Column("n", "N", "count", width=7),
        Column("more", "More", width=20),
        Column("text", "Text", width=60),
    )
    table = Table("T", "T", "", columns, rows)
    assert [column_width(table, at) for at in range(4)] == [24.0, 7, 32.0, 60]
