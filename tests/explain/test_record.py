"""What pages say of the time that explanations take is what was measured."""

import json
from pathlib import Path

from benchmarks.explain import COMBINATIONS, section

HERE = Path(__file__).parents[2]
FOUND = json.loads((HERE / "benchmarks" / "explain.json").read_text())


def test_the_page_has_the_figures_of_the_record():
    worst, page = FOUND["shortages"], (HERE / "docs" / "explain.md").read_text()
    assert all(one["exact"] for one in worst)
    assert f"exact after {sum(one['processor'] for one in worst):.0f} s of processor time" in page
    assert f"{sum(one['combinations'] for one in worst)} of {COMBINATIONS * len(worst):,} combinations" in page


def test_the_results_hold_the_record():
    assert section(FOUND) in (HERE / "benchmarks" / "RESULTS.md").read_text()
