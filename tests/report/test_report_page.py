"""report.html as a browser and a reader find it."""

from __future__ import annotations

import base64
import gzip
import html
import json
import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from aidplan.figures.figures import Figures
from aidplan.figures.table import Column, Row, Table
from aidplan.report.html import page
from aidplan.report.html.plan_page import plan_page, write_page
from aidplan.report.views.brief import brief
from tests.report.hostile import CYRILLIC, FUND, NAMES, hostile_sheets
from tests.report.tiny_coalition import tables_by_hand, tiny_run

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--virtual-time-budget=5000", "--enable-logging=stderr", "--v=0",
    "--host-resolver-rules=MAP * ~NOTFOUND",
)  # fmt: skip
BROWSERS_OWN = (".google.com/", ".googleapis.com/", ".gvt1.com/")
"""What the browser itself asks for, whatever page it shows; no name is resolved for it."""


def hostile_run(folder: Path) -> Any:
    tables = tables_by_hand()
    for frame in tables.values():
        if "fund" in frame.columns:
            frame["fund"] = [FUND if fund == "US_AID" else fund for fund in frame["fund"]]
    return tiny_run(folder, hostile_sheets(), tables=tables, run="run </title><script>", scenario="[/red]")


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("page")
    write_page(tiny_run(folder), folder / "report.html")
    return (folder / "report.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("hostile")
    write_page(hostile_run(folder), folder / "report.html")
    return (folder / "report.html").read_text(encoding="utf-8")


class Outline(HTMLParser):
    """Elements with their attributes, scripts by text, and the text of table cells."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[tuple[dict[str, str | None], str]] = []
        self.cells: list[str] = []
        self._in: str = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._in = tag
        if tag == "script":
            self.scripts.append((dict(attrs), ""))
        if tag in ("td", "th"):
            self.cells.append("")

    def handle_endtag(self, tag: str) -> None:
        self._in = ""

    def handle_data(self, data: str) -> None:
        if self._in == "script":
            self.scripts[-1] = (self.scripts[-1][0], self.scripts[-1][1] + data)
        if self._in in ("td", "th"):
            self.cells[-1] += data


def without_plotly(text: str) -> str:
    return re.sub(r'<script type="text/plain" id="packed">.*?</script>', "", text, flags=re.S)


def charts_of(text: str) -> dict[str, Any]:
    (figures,) = [
        script for attributes, script in Outline(without_plotly(text)).scripts if attributes.get("id") == "figures"
    ]
    return dict(json.loads(figures))


def test_only_the_scripts_that_the_policy_names_may_run(report: str) -> None:
    outline = Outline(report)
    (policy,) = [
        a["content"]
        for tag, a in outline.elements
        if tag == "meta" and a.get("http-equiv") == "Content-Security-Policy"
    ]
    assert policy is not None
    assert policy.startswith("default-src 'none'")
    assert "unsafe-inline" not in policy.split("script-src")[1].split(";")[0]
    (packed,) = [script for attributes, script in outline.scripts if attributes.get("id") == "packed"]
    library = gzip.decompress(base64.b64decode(packed)).decode()
    assert "plotly.js" in library[:200]
    run = [script for attributes, script in outline.scripts if "type" not in attributes]
    assert len(run) == 1
    assert all(page.script_hash(script) in policy for script in [*run, library])


def test_the_page_asks_for_nothing_over_the_network(report: str) -> None:
    for tag, attributes in Outline(without_plotly(report)).elements:
        for name in ("src", "href", "action", "srcset", "data", "poster"):
            target = attributes.get(name)
            assert target is None or target.startswith("#") or target == "data:,", (tag, name, target)
    assert "url(" not in without_plotly(report)
    assert "@import" not in without_plotly(report)


def test_the_page_stays_small(report: str) -> None:
    assert len(report.encode()) < 2_500_000


def test_every_chart_has_data_a_name_and_a_table(report: str) -> None:
    charts = charts_of(report)
    assert set(charts) == {
        "coverage-time",
        "coverage-place",
        "flow-chart",
        "ledger-chart",
        "plant-0",
        "plant-1",
        "parity-0",
    }
    for name, chart in charts.items():
        for trace in chart["data"]:
            numbers = trace.get("z") or trace.get("y") or trace.get("link", {}).get("value")
            assert numbers, name
    outline = Outline(report)
    plots = [a for tag, a in outline.elements if "plot" in (a.get("class") or "").split()]
    assert {a["id"] for a in plots} == set(charts)
    assert all(a.get("role") == "img" and len(a.get("aria-label") or "") > 20 for a in plots)
    figures = re.findall(r"<figure.*?</figure>", report, re.S)
    assert len(figures) == len(charts)
    assert all("<details" in figure and "<table" in figure for figure in figures)


def test_the_heat_map_goes_through_places_capabilities_and_periods(report: str) -> None:
    chart = charts_of(report)["coverage-place"]
    assert [frame["label"] for frame in chart["frames"]] == [
        "whole horizon", "Jul 2024", "Aug 2024", "Sep 2024", "Oct 2024 †", "Nov 2024 †",
    ]  # fmt: skip
    across, down = chart["layout"]["xaxis"]["ticktext"], chart["layout"]["yaxis"]["ticktext"]
    assert (across, down) == (["East front", "South front", "Home army"], ["Fires", "Armour"])
    whole, august = chart["frames"][0]["z"], chart["frames"][2]["z"]
    assert whole[0][:2] == pytest.approx([1260 / 2500, 1000 / 1600])
    assert august[0][:2] == pytest.approx([0.9, 0.75])
    assert (august[0][2], august[1][1:]) == (None, [None, None])


def test_money_flows_to_materiel_and_front(report: str) -> None:
    trace = charts_of(report)["flow-chart"]["data"][0]
    labels = trace["node"]["label"]
    found = {
        (labels[a], labels[b]): value
        for a, b, value in zip(trace["link"]["source"], trace["link"]["target"], trace["link"]["value"], strict=True)
    }
    assert found["United States", "armour"] == pytest.approx(24)
    assert found["armour", "the fronts"] == pytest.approx(7.2)
    assert found["armour", "donors' own stocks"] == pytest.approx(4)
    assert found["Denmark", "plants (capacity)"] == pytest.approx(0.2)


def test_capacity_stands_with_its_expansions(report: str) -> None:
    chart = charts_of(report)["plant-0"]
    used, capacity = (trace["y"] for trace in chart["data"])
    assert used == [300, 800, 700, 200, 0]
    assert capacity == [1000, 1000, 1200, 1200, 1200]


def test_the_page_says_what_the_workbook_says(report: str) -> None:
    text = html.unescape(without_plotly(report))
    assert "56.6% of demand is met, weighted by priority and urgency; 43.4% is not" in text
    assert "nothing that is ordered can arrive" in text
    assert "2,260 rounds, 2 vehicles" in text
    cells = Outline(report).cells
    assert any(cell.startswith("Guarantee capacity for Tank") for cell in cells)
    assert "Oct 2024 †" in cells
    assert any("nothing this fund may buy is still needed" in cell for cell in cells)


def test_keyboard_and_screen_reader_find_their_way(report: str) -> None:
    outline = Outline(report)
    assert ("html", {"lang": "en"}) in outline.elements
    ids = [a["id"] for _, a in outline.elements if a.get("id")]
    assert len(ids) == len(set(ids))
    assert [a["href"] for tag, a in outline.elements if tag == "a" and a.get("class") == "skip"] == ["#main"]
    targets = {a["href"] for tag, a in outline.elements if tag == "a"}
    assert all(target and target[1:] in ids for target in targets)
    labelled = {a.get("for") for tag, a in outline.elements if tag == "label"}
    assert {a["id"] for tag, a in outline.elements if tag == "input"} <= labelled
    scrolled = [a for tag, a in outline.elements if "scroll" in (a.get("class") or "").split()]
    assert all(a.get("tabindex") == "0" and a.get("role") == "region" for a in scrolled)
    assert all(a.get("scope") for tag, a in outline.elements if tag == "th")
    assert all(a.get("aria-labelledby") in ids for tag, a in outline.elements if tag == "table")


def test_hostile_names_are_shown_and_never_markup(hostile: str) -> None:
    rest = without_plotly(hostile)
    outline = Outline(rest)
    assert {tag for tag, _ in outline.elements} <= {
        "html", "head", "meta", "link", "title", "style", "body", "a", "header", "h1", "h2", "p", "nav", "ul", "li", "main", "noscript",
        "section", "dl", "dt", "dd", "div", "small", "strong", "span", "figure", "figcaption", "label", "input", "output", "details",
        "summary", "table", "thead", "tbody", "tr", "th", "td", "script",
    }  # fmt: skip
    assert not any(name.startswith("on") for _, attributes in outline.elements for name in attributes)
    assert len(outline.scripts) == 2  # the figures and the page's own
    text = "\n".join(outline.cells)
    for name in (NAMES["places"][0], NAMES["items"][0], NAMES["capabilities"][0], FUND, CYRILLIC):
        assert name in text
    assert "<" not in next(script for attributes, script in outline.scripts if attributes.get("id") == "figures")


def test_charts_take_no_markup_from_names(hostile: str) -> None:
    labels: list[str] = []

    def collect(value: Any) -> None:
        for one in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            collect(one)
        if isinstance(value, str):
            labels.append(value)

    for chart in charts_of(hostile).values():
        collect(list(chart["data"]))
        collect(chart["layout"].get("xaxis", {}).get("ticktext", []))
        collect(chart["layout"].get("yaxis", {}))
    assert any("&lt;script&gt;" in label for label in labels)
    assert [label for label in labels if "<" in label.replace("<extra></extra>", "")] == []
    assert max(map(len, labels)) < 200


def test_two_parts_with_one_id_are_refused() -> None:
    chart = page.Chart("same", "T", "S", [], {}, 100, None)
    section = page.Section("same", "T", charts=[chart])
    with pytest.raises(ValueError, match="one id"):
        page.render(page.Page("T", "", (True, ""), [section], []))


def test_a_page_of_tables_alone_carries_no_plotly() -> None:
    table = Table("T", "T", "", (Column("a", "A"),), [Row(("x",))])
    text = page.render(page.Page("T", "", (False, "no"), [page.Section("one", "One", tables=[table])], []))
    assert len(text) < 40_000
    assert "<td>" in text or '<th scope="row">x</th>' in text


# --- seen in a browser ------------------------------------------------------------------------------


def browse(path: Path, folder: Path) -> tuple[str, list[str], list[str]]:
    """The page after its scripts ran: its HTML, what the console said, and the addresses asked for."""
    log = folder / "net.json"
    done = subprocess.run(
        [str(CHROMIUM), *FLAGS, f"--user-data-dir={folder / 'profile'}", f"--log-net-log={log}", "--dump-dom", path.as_uri()],
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    said = [line for line in done.stderr.splitlines() if "CONSOLE" in line]
    asked = re.findall(r'"url":"([^"]+)"', log.read_text(encoding="utf-8", errors="replace")) if log.exists() else []
    return (
        done.stdout,
        said,
        [one for one in asked if not one.startswith("file:") and not any(own in one for own in BROWSERS_OWN)],
    )


@pytest.mark.looks
@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
def test_charts_are_drawn_and_nothing_hostile_runs(hostile: str, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text(hostile, encoding="utf-8")
    drawn, said, asked = browse(path, tmp_path)
    assert said == []
    assert asked == []
    assert '<html lang="en">' in drawn  # nothing set data-ran on it
    plots = re.findall(r'<div class="plot[^"]*" id="([^"]+)"', drawn)
    assert len(plots) == 7
    assert drawn.count("js-plotly-plot") >= 7
    assert len(re.findall(r'class="main-svg"', drawn)) >= 7


DRIVER = """
var slider = document.querySelector("[data-slides]");
document.addEventListener("drawn", function () {
  slider.value = 2;
  slider.dispatchEvent(new Event("input"));
  window.dispatchEvent(new Event("beforeprint"));
});
"""


@pytest.mark.looks
@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
def test_the_slider_moves_the_map_and_print_opens_the_tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asset = page._asset
    monkeypatch.setattr(page, "_asset", lambda name: asset(name) + (DRIVER if name == "page.js" else ""))
    write_page(tiny_run(tmp_path), tmp_path / "report.html")
    drawn, said, _ = browse(tmp_path / "report.html", tmp_path)
    assert said == []
    assert re.search(r'<output[^>]*id="coverage-place-shown"[^>]*>Aug 2024</output>', drawn)
    assert 'aria-valuetext="Aug 2024"' in drawn
    start = drawn.index('id="coverage-place"')
    assert ">33.3%<" in drawn[start : drawn.index("</figure>", start)]  # armour in East in August
    assert re.search(r'<details class="prints" open', drawn)
    assert len(re.findall(r'class="main-svg"[^>]*viewBox="0 0 ', drawn)) >= 7


@pytest.mark.looks
@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
def test_what_a_page_asks_for_is_seen(tmp_path: Path) -> None:
    path = tmp_path / "asking.html"
    path.write_text('<html><body><img src="http://127.0.0.1:9/x.png"></body></html>', encoding="utf-8")
    assert set(browse(path, tmp_path)[2]) == {"http://127.0.0.1:9/x.png"}


@pytest.mark.looks
@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
def test_a_planted_script_does_not_run_and_the_console_tells(report: str, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text(
        report.replace("<noscript>", "<script>document.documentElement.dataset.ran = 9</script><noscript>"),
        encoding="utf-8",
    )
    drawn, said, _ = browse(path, tmp_path)
    assert 'data-ran="9"' not in drawn
    assert any("Content Security Policy" in line for line in said)


def test_the_page_is_made_of_the_same_figures_as_the_workbook(tmp_path: Path) -> None:
    figures = Figures(tiny_run(tmp_path))
    made = plan_page(figures)
    shown = brief(figures)
    assert made.sections[0].facts == shown.cards
    assert made.sections[0].tables == shown.blocks
