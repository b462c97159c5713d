"""report.html and compare.html under real keys, and as a screen reader is shown of them."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from aidplan.report.html.plan_page import write_page
from tests.browser import CHROMIUM, Browser
from tests.report.tiny_coalition import tiny_run, with_cells

pytestmark = [
    pytest.mark.looks,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
    pytest.mark.xdist_group("keyboard"),
]
NAMED = ("image", "table", "slider", "region", "link", "DisclosureTriangle", "navigation", "columnheader")


@pytest.fixture
def page(tmp_path: Path):
    write_page(tiny_run(tmp_path), tmp_path / "report.html")
    with Browser(tmp_path, tmp_path / "report.html") as browser:
        browser.until("document.querySelectorAll('.js-plotly-plot .main-svg').length >= 7")
        yield browser


def test_tab_comes_to_everything_in_order_is_seen_and_leaves_again(page: Browser) -> None:
    count, reached, unseen = page.walk()
    assert count == 27
    assert reached == list(range(count))
    assert unseen == []
    page.press("Tab", shift=True)
    assert page.run("document.activeElement !== document.body")


def test_the_skip_link_shows_itself_and_leads_past_the_links(page: Browser) -> None:
    page.press("Tab")
    assert page.run("document.activeElement.textContent") == "Skip to the report"
    assert page.run("document.activeElement.getBoundingClientRect().left >= 0")
    page.press("Enter")
    assert page.run("location.hash") == "#main"
    page.press("Tab")
    assert page.run("document.activeElement.closest('main') !== null")


def test_tables_open_by_enter_close_by_space_and_are_reached_when_open(page: Browser) -> None:
    shut = int(page.run("document.querySelectorAll('details:not([open])').length"))
    assert shut > 5
    for at in range(shut):
        page.run(f"document.querySelectorAll('summary')[{at}].focus()")
        page.press("Enter")
    assert page.run("document.querySelectorAll('details:not([open])').length") == 0
    count, reached, unseen = page.walk()
    assert reached == list(range(count))
    assert unseen == []
    page.run("document.querySelector('summary').focus()")
    page.press(" ")
    assert page.run("document.querySelector('details').open") is False


def test_arrows_move_the_slider_and_escape_breaks_nothing(page: Browser) -> None:
    said = "document.getElementById('coverage-place-shown').textContent"
    page.run("document.querySelector('[data-slides]').focus()")
    parts = [page.run(said)]
    for key in ("ArrowRight", "ArrowRight", "Escape", "End", "Home"):
        page.press(key)
        parts.append(page.run(said))
    assert parts == ["whole horizon", "Jul 2024", "Aug 2024", "Aug 2024", "Nov 2024 †", "whole horizon"]
    assert page.run("document.activeElement.getAttribute('aria-valuetext')") == "whole horizon"
    page.press("Tab")
    assert page.run("document.activeElement.matches('[data-slides]')") is False


def test_on_a_phone_the_brief_is_a_list_that_fits_and_names_give_way_to_charts(tmp_path: Path) -> None:
    name = "Armour of every kind that is in service at the front"
    sheets = with_cells(capabilities={(2, "name"): name})
    write_page(tiny_run(tmp_path, sheets), tmp_path / "report.html")
    with Browser(tmp_path, tmp_path / "report.html", 390, 844) as page:
        page.until("document.querySelectorAll('.js-plotly-plot .main-svg').length >= 7")
        wide = "[...document.querySelectorAll('.stacked')].filter(one => one.scrollWidth > one.parentElement.clientWidth).length"
        assert page.run("document.querySelectorAll('.stacked').length") == 4
        assert page.run(wide) == 0
        assert page.run("document.documentElement.scrollWidth <= innerWidth")
        assert page.run("document.querySelectorAll('#brief .wider').length") == 0
        page.run("document.querySelectorAll('details').forEach(one => { one.open = true; })")
        page.until("document.querySelectorAll('.wider').length > 0")
        labels = page.run(
            "[...document.querySelectorAll('#coverage-time .ytick text')].map(one => one.innerHTML).join('|')"
        )
        assert "Armour of every" in labels
        assert labels.count("tspan") >= 4  # in two lines
        assert name not in page.run(
            "[...document.querySelectorAll('#coverage-time .ytick text')].map(one => one.textContent).join('|')"
        )
        assert page.run("[...document.querySelectorAll('.hint')].every(one => one.offsetHeight > 0)")


def test_a_wide_chart_is_scrolled_by_arrows_on_a_phone(page: Browser) -> None:
    page.resize(390, 800)
    page.until("innerWidth === 390")
    page.until(
        "(() => { const one = document.querySelector('.plots.scroll'); return one.scrollWidth > one.clientWidth; })()"
    )
    page.run("document.querySelector('.plots.scroll').focus()")
    page.press("ArrowRight")
    page.until("document.querySelector('.plots.scroll').scrollLeft > 0")
    page.until("document.documentElement.scrollWidth <= innerWidth")


def test_a_screen_reader_is_told_the_name_of_everything(page: Browser) -> None:
    page.run("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    names = page.names()
    assert [one for one in names if one[0] in NAMED and not one[1]] == []
    counts = Counter(role for role, _ in names)
    assert counts["image"] == 7
    assert counts["slider"] == 1
    assert (
        counts["table"]
        == page.run("document.querySelectorAll('table').length - document.querySelectorAll('.paper table').length")
        > 9
    )
    assert page.complaints() == []


def test_what_a_page_says_and_asks_for_is_heard(tmp_path: Path) -> None:
    path = tmp_path / "talking.html"
    path.write_text("<img src='http://127.0.0.1:9/x.png'><script>console.log('hi'); throw new Error('no')</script>")
    with Browser(tmp_path, path) as page:
        found = "\n".join(page.complaints())
    assert "asked for http://127.0.0.1:9/x.png" in found
    assert "consoleAPICalled" in found
    assert "exceptionThrown" in found
