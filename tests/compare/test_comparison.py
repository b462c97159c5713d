from __future__ import annotations

import json
import re
import zipfile
from dataclasses import replace
from html.parser import HTMLParser

import openpyxl
import pytest

from aidplan.commands.compare import write_reports
from aidplan.compare.comparing import compare_runs
from aidplan.compare.comparison_page import page, tone
from aidplan.compare.format import machine, terminal
from tests.compare.conftest import edited, put, solved
from tests.compare.test_why import without_germany

CYRILLIC = "Щ" * 300
HOSTILE = ("<script>alert(1)</script>", "=1+1", "[/red]", CYRILLIC, "{{ 7*7 }}", "\x1b[31mred")


def report(folder, suffix):
    """The one report of that kind in a folder."""
    (path,) = folder.glob(f"compare-*{suffix}")
    return path


class Page(HTMLParser):
    """The tags of a page, and its text."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)

    def handle_data(self, data):
        self.text += data


@pytest.fixture(scope="module")
def three(base, surge, us_stops):
    return compare_runs([base, surge, us_stops], solves=10)


def test_three_runs_give_a_matrix_with_the_best_of_each_row_and_regret(three):
    found = three.matrix
    assert found.runs == ("base", "surge", "us_stops")
    rows = {row.label: row for row in found.rows}
    coverage, cost = rows["coverage"], rows["cost"]
    assert coverage.best == (True, False, False)
    assert cost.best == (False, False, True)
    assert coverage.regret == pytest.approx([one - coverage.figures[0] for one in coverage.figures])
    fires = rows["Artillery fires"]
    assert fires.best == (True, False, False)
    assert fires.regret[2] == pytest.approx(fires.figures[0] - fires.figures[2])
    shares = [row for row in found.rows if row.kind == "share"]
    assert found.largest == pytest.approx([max(row.regret[at] for row in shares) for at in range(3)])
    assert found.least_regret == ("base",)
    assert "best of each goal" in terminal(three)


def test_two_runs_give_no_matrix(base, surge):
    assert compare_runs([base, surge], with_why=False).matrix is None


def test_coverage_lines_weigh_what_they_add_to_the_goal(three):
    goal = next(line for line in three.view("Goals").lines if line.labels == ("coverage",))
    lines = three.view("Coverage").lines
    assert sum(line.weight for line in lines) >= abs(max(goal.deltas, key=abs)) - 1e-9
    weights = [line.weight for line in lines]
    assert weights == sorted(weights, reverse=True)


def test_orders_by_donor_and_by_plant_add_up_to_all_orders(three):
    totals = [
        [sum(line.figures[run] for line in three.view(name).lines) for run in range(3)]
        for name in ("Orders", "Orders by donor", "Orders by plant")
    ]
    assert totals[0] == pytest.approx(totals[1])
    assert totals[0] == pytest.approx(totals[2])
    assert totals[0][0] > totals[0][2] > 0


def test_changed_cells_of_one_rule_are_one_line(tmp_path, base):
    def dearer(book):
        for label in ("2025-01", "2025-02", "2025-03", "2025-04", "2025-05", "2025-06"):
            put(book, "demand", ("east", "fires"), label, 20000)
            put(book, "demand", ("south", "fires"), label, 11000)

    said = terminal(compare_runs([base, solved(edited(tmp_path, dearer))], with_why=False))
    assert "12 cells changed, 0 rows added, 0 rows removed" in said
    # twelve cells by two rules: all of the east moved to 20,000, all of the south to 11,000
    assert "    demand east / fires Jan–Jun 2025: → 20,000, 6 cells" in said.split("\n")
    assert "    demand south / fires Jan–Jun 2025: → 11,000, 6 cells" in said.split("\n")


def test_runs_with_other_items_compare_on_what_they_share_and_say_what_not(tmp_path, base):
    comparison = compare_runs([base, solved(without_germany(tmp_path), run="alone")], with_why=False)
    said = terminal(comparison)
    assert "Not in every run, but in small-base: plants kassel." in said
    assert "Not in every run, but in small-base: funds DE_AID." in said
    money = {line.labels: line for line in comparison.view("Money").lines}
    assert money["Germany", "spent"].figures[1] is None
    assert money["Germany", "spent"].deltas == (None,)
    assert "not in it" in said
    write_reports(comparison, tmp_path)


def test_runs_with_other_periods_compare_over_the_periods_they_share(tmp_path, base):
    def shorter(book):
        put(book, "settings", ("periods",), "value", 5)
        for sheet in book:
            headings = [cell.value for cell in sheet[1]]
            if "2025-06" in headings:
                sheet.delete_cols(headings.index("2025-06") + 1)

    comparison = compare_runs([base, solved(edited(tmp_path, shorter), run="short")], solves=0)
    assert any("2025-01 to 2025-05" in remark for remark in comparison.remarks)
    unmet = comparison.view("Coverage by place")
    east = next(line for line in unmet.lines if line.labels == ("Eastern front", "Artillery fires"))
    first = base.tables["coverage"].query("place == 'east' and capability == 'fires' and period != '2025-06'")
    assert east.figures[0] == pytest.approx(first["met"].sum() / first["demand"].sum())
    (part,) = comparison.pairs[0].why.parts
    assert "cannot be swapped" in comparison.pairs[0].why.method
    assert dict(part.change) == dict(comparison.pairs[0].why.total)


def test_a_run_without_a_plan_is_compared_in_its_inputs(tmp_path, base):
    def floor(book):
        for place in ("east", "south"):
            put(book, "demand", (place, "fires"), "floor", 1)
            put(book, "demand", (place, "fires"), "floor_from", "2025-01")

    path = edited(tmp_path, floor)
    comparison = compare_runs([base, solved(path, run="none")])
    said = terminal(comparison)
    assert "none has no plan (infeasible)" in said
    assert "demand east, south / fires floor: → 1, 2 cells" in said
    assert "no change of goals can be attributed" in said
    write_reports(comparison, tmp_path)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory, base):
    def rename(book):
        put(book, "places", ("south",), "name", HOSTILE[0])
        put(book, "items", ("shell155",), "name", HOSTILE[1])
        put(book, "plants", ("iowa",), "name", HOSTILE[2])
        put(book, "capabilities", ("fires",), "name", HOSTILE[3])
        put(book, "funds", ("NL_AID",), "donor", HOSTILE[4])
        put(book, "funding", ("NL_AID",), "note", HOSTILE[1])

    def change(book):
        put(book, "funding", ("US_AID",), "2025-03", 90)

    folder = tmp_path_factory.mktemp("hostile")
    before = solved(edited(folder / "before", rename))
    after = solved(edited(folder / "after", rename, change), run=HOSTILE[0] + HOSTILE[5])
    return compare_runs([before, after, replace(base, manifest={**base.manifest, "run": HOSTILE[1]})], solves=10)


def test_hostile_names_are_text_in_the_page(tmp_path, hostile):
    write_reports(hostile, tmp_path)
    source = report(tmp_path, ".html").read_text(encoding="utf-8")
    page = Page()
    page.feed(source)
    assert "script" not in page.tags
    assert all(name in page.text for name in HOSTILE[:5])
    assert "49" not in re.findall(r"\b7\*7\b|\b49\b", source)
    assert not re.search(r"(src|href)=\"?(https?:|//)", source)


def test_the_page_allows_no_script_and_its_one_style_by_hash(tmp_path, hostile):
    import base64
    import hashlib

    write_reports(hostile, tmp_path)
    source = report(tmp_path, ".html").read_text(encoding="utf-8")
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', source)
    (style,) = re.findall(r"<style>(.*?)</style>", source, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in policy
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert " style=" not in source


def test_hostile_names_are_text_in_the_workbook(tmp_path, hostile):
    write_reports(hostile, tmp_path)
    book = openpyxl.load_workbook(report(tmp_path, ".xlsx"))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert not [cell for cell in cells if cell.data_type == "f"]
    words = {str(cell.value) for cell in cells}
    assert HOSTILE[1] in words
    assert CYRILLIC in words
    with zipfile.ZipFile(report(tmp_path, ".xlsx")) as archive:
        assert not [name for name in archive.namelist() if "externalLink" in name]
        charts = [archive.read(name).decode() for name in archive.namelist() if "/charts/chart" in name]
    assert charts
    assert not re.search(r"<c:f>1\+1</c:f>", "".join(charts))


def test_hostile_names_are_text_on_the_terminal_and_for_programs(hostile):
    said = terminal(hostile)
    assert "\x1b" not in said
    assert HOSTILE[2] in said
    assert (
        HOSTILE[1] in json.loads(json.dumps(machine(hostile)))["pairs"][0]["inputs"][-1].values() or HOSTILE[1] in said
    )


def test_every_changed_cell_is_in_the_workbook(tmp_path, three):
    write_reports(three, tmp_path)
    sheet = openpyxl.load_workbook(report(tmp_path, ".xlsx"))["Inputs"]
    rows = list(sheet.iter_rows(min_row=5, values_only=True))
    assert len(rows) == sum(len(pair.changes) for pair in three.pairs)
    assert ("us_stops", "funding", "US_AID", "2025-03", "changed", 48, 0, -48) in [row[:8] for row in rows]


def test_rows_of_why_add_up_in_the_workbook(tmp_path, base, surge, us_stops):
    write_reports(compare_runs([surge, us_stops, base], solves=10), tmp_path)
    sheet = openpyxl.load_workbook(report(tmp_path, ".xlsx"))["Why"]
    rows = [row for row in sheet.iter_rows(min_row=5, values_only=True) if row[0] == "us_stops"]
    parts, (total,) = (
        [row for row in rows if row[1] != "the whole change"],
        [r for r in rows if r[1] == "the whole change"],
    )
    assert len(parts) == 2
    for at in range(2, 12, 2):
        assert sum(row[at] for row in parts) == pytest.approx(total[at], abs=1e-6)


def test_more_money_is_drawn_as_neutral(three):
    tones = {
        name: {tone(three, line, 1) for line in view.lines if line.differs and line.deltas[1]}
        for name in ("Goals", "Coverage", "Orders", "Money")
        if (view := three.view(name))
    }
    assert tones["Orders"] == tones["Money"] == {"neutral"}
    assert tones["Coverage"] == {"worse"}
    # us_stops meets less: that it is cheaper is no merit
    assert {line.labels[0]: tone(three, line, 1) for line in three.view("Goals").lines}["cost"] == "neutral"
    assert "worse" in tones["Goals"]


def test_what_was_renamed_stays_one_thing(hostile):
    for name in ("Coverage", "Places", "Coverage by place", "Orders", "Capacity built"):
        assert None not in {one for line in hostile.view(name).lines for one in line.figures}
    assert {line.labels[0] for line in hostile.view("Places").lines} == {"Eastern front", HOSTILE[0]}


def test_each_run_is_told_by_its_own_weightiest_differences(three):
    lines = terminal(three).split("\n")
    surge = lines.index("base → surge")
    orders = [line for line in lines[surge : lines.index("base → us_stops")] if line.startswith("  Orders:")]
    assert orders == []
    first = next(at for at, line in enumerate(lines) if line.startswith("  Demand met by place and") and at > surge)
    deltas = [abs(float(line.rsplit("(", 1)[1].split()[0])) for line in lines[first + 1 : first + 3]]
    assert deltas == sorted(deltas, reverse=True)


def test_a_share_that_is_not_quite_all_or_nothing_is_not_told_as_such():
    from aidplan.compare.format import formatted_figure

    shares = (0.0, 1e-9, 1e-5, 0.5, 0.99999, 1 - 1e-9, 1.0)
    parts = ["0.00 %", "0.00 %", "<0.01 %", "50.00 %", ">99.99 %", "100.00 %", "100.00 %"]
    assert [formatted_figure(one, "share") for one in shares] == parts


def test_figures_of_one_line_are_told_to_the_same_digits():
    from aidplan.compare.format import formatted_line
    from aidplan.compare.lines import Line

    def said(kind, *figures):
        return formatted_line(Line(("x",), figures, kind, (0.0,)))

    assert said("money", 10142.5, 7271.74) == (["10,142", "7,272"], ["-2,871"])
    assert said("money", 104461.2, 104461.5) == (["104,461", "104,462"], ["+0.30"])
    assert said("money", 478.98, 0.0) == (["478.98", "0.00"], ["-478.98"])
    assert said("share", 0.1032, 0.1438) == (["10.32 %", "14.38 %"], ["+4.06 pt"])
    assert said("quantity", 3000.0, 0.0) == (["3,000", "0"], ["-3,000"])
    assert said("money", 20000.0, None) == (["20,000", "not in it"], [""])


def test_the_matrix_on_the_terminal_names_its_columns(three):
    heads = [line for line in terminal(three).split("\n") if line.startswith("All runs")]
    assert heads == ["All runs (base, surge, us_stops): the best of each goal is marked *"]


def test_the_summary_of_many_runs_prints_charts_on_pages_of_their_own(tmp_path, three, base, surge):
    write_reports(three, tmp_path / "three")
    sheet = openpyxl.load_workbook(report(tmp_path / "three", ".xlsx"))["Summary"]
    (first, *_) = [one.id for one in sheet.row_breaks.brk]
    written = max(cell.row for row in sheet.iter_rows() for cell in row if cell.value is not None)
    assert first >= written
    write_reports(compare_runs([base, surge], with_why=False), tmp_path / "two")
    two = openpyxl.load_workbook(report(tmp_path / "two", ".xlsx"))["Summary"]
    assert two.sheet_properties.pageSetUpPr.fitToPage
    assert list(two.row_breaks.brk) == []


def test_the_time_axis_begins_below_the_least_share_and_has_marks():
    from aidplan.compare.comparison_page import _time_chart
    from aidplan.compare.headline import TimeLine

    labels = tuple(f"2025-{month:02}" for month in range(1, 13))
    lines = [
        TimeLine("base", "front", labels, (0.9,) * 12),
        TimeLine("surge", "front", labels, (1.0, *(0.75,) * 10, float("nan"))),
    ]
    chart = _time_chart(lines, "front")
    assert [text for _, text in chart.up] == ["70%", "85%", "100%"]
    assert [text for _, text in chart.across] == [
        "Jan 2025",
        "Mar 2025",
        "May 2025",
        "Jul 2025",
        "Sep 2025",
        "Nov 2025",
    ]
    assert [len(points.split()) for _, points in chart.curves] == [
        12,
        11,
    ]  # where nothing is demanded there is no point
    assert chart.curves[1][1].split()[:2] == ["0.0,0.0", "63.6,133.3"]
    assert _time_chart(lines, "home") is None


def test_headings_are_scenarios_and_the_page_breaks_no_word(three):
    text = page(three)
    assert "<h3>base → surge</h3>" in text
    assert "small-base →" not in text
    assert "overflow-wrap:anywhere}" not in text.split("th,td{")[1].split("tr.total")[0]


def test_less_money_is_neutral_in_the_reasons_too_where_less_demand_is_met(tmp_path, base, us_stops):
    from aidplan.report.xlsx.sheets import BAD

    comparison = compare_runs([base, us_stops], solves=10)
    assert comparison.met_less(0)
    write_reports(comparison, tmp_path)
    sheet = openpyxl.load_workbook(report(tmp_path, ".xlsx"))["Summary"]
    rows = {row[0].value: row for row in sheet.iter_rows() if row[0].value in ("Block of inputs", "the whole change")}
    goals = [cell.value for cell in rows["Block of inputs"]]
    fill = {goal: cell.fill.fgColor.rgb for goal, cell in zip(goals, rows["the whole change"], strict=True)}
    assert fill["coverage"] == f"FF{BAD[1:]}"
    assert rows["the whole change"][goals.index("cost")].value < 0
    assert fill["cost"] == "00000000"
