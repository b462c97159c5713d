"""compare.html under real keys, and as a screen reader is shown of it."""

from __future__ import annotations

import pytest

from aidplan.compare.comparing import compare_runs
from aidplan.compare.comparison_page import write_page
from tests.browser import CHROMIUM, Browser


@pytest.mark.looks
@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
@pytest.mark.xdist_group("keyboard")
def test_keys_come_to_every_table_in_order_and_everything_has_a_name(tmp_path, base, surge, us_stops) -> None:
    write_page(compare_runs([base, surge, us_stops], solves=4), tmp_path / "compare.html")
    with Browser(tmp_path, tmp_path / "compare.html") as page:
        count, reached, unseen = page.walk()
        assert count > 15
        assert reached == list(range(count))
        assert unseen == []
        page.run("document.querySelector('summary').focus()")
        was = page.run("document.querySelector('details').open")
        page.press("Enter")
        assert page.run("document.querySelector('details').open") is not was
        named = ("image", "table", "region", "link", "DisclosureTriangle", "navigation", "columnheader")
        names = page.names()
        assert [one for one in names if one[0] in named and not one[1]] == []
        assert {role for role, _ in names} >= {"table", "region", "link", "navigation"}
        assert page.complaints() == []
