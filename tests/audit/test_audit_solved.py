"""Runs of the solver itself: all hold, and every figure by period that a planner sees is audited."""

import re
import shutil
import zipfile

import pytest
from click.testing import CliRunner

from aidplan.audit import audit_run, report
from aidplan.audit.views import VIEWS, _title
from aidplan.cli import main_group
from tests.audit.hand_made import SHEETS, forge, write_workbook

SCENARIOS = [
    ["scenario", "sheet", "where", "column", "change", "value"],
    ["surge", "demand", None, "*", "scale", 2],
    ["dear", "products", None, "unit_cost", "scale", 1.7],
    ["late", "lanes", "mode=rail", "transit", "set", 1],
    ["poor", "funding", "fund=USAI", "*", "scale", 0.05],
]


@pytest.fixture(scope="module")
def solved(tmp_path_factory):
    """The hand-made workbook, without floors that doubled demand cannot keep, solved in all its scenarios."""
    folder = tmp_path_factory.mktemp("solved")
    demand = [[*row[:3], None, None, *row[5:]] if n else row for n, row in enumerate(SHEETS["demand"])]
    write_workbook(folder / "plan.xlsx", {**SHEETS, "demand": demand, "scenarios": SCENARIOS})
    said = CliRunner().invoke(
        main_group,
        ["solve", str(folder / "plan.xlsx"), "--all-scenarios", "--out", str(folder), "--name", "n", "--quiet"],
        standalone_mode=False,
    )
    assert said.return_value == 0, said.output
    return folder


@pytest.mark.parametrize("scenario", ["base", "surge", "dear", "late", "poor"])
def test_a_solved_run_holds(solved, scenario):
    outcome = audit_run(solved / f"n-{scenario}")
    assert outcome.passed, outcome.as_text()


@pytest.mark.parametrize(
    ("title", "label"),
    [("Jul 2024", "2024-07"), ("Q3 2024", "2024-Q3"), ("2024-07", "2024-07"), ("Total 2024", "Total 2024"), (5, "5")],
)
def test_a_period_by_name_is_the_period_of_the_workbook(title, label):
    assert _title(title) == label


CELL = re.compile(r'(?P<cell><c r="[A-Z]+(?P<row>\d+)"(?P<about>[^>]*)>(?:<f>[^<]*</f>)?<v>)[^<]+(?=</v>)')
TITLES = 4
"""Rows above the figures."""


@pytest.mark.parametrize("title", sorted({view.sheet for view in VIEWS}))
def test_a_figure_changed_in_a_sheet_that_planners_read_is_found(solved, tmp_path, monkeypatch, title):
    """Of every quantity that the sheet shows by period, so that no sheet is passed over for its layout."""
    monkeypatch.setattr(report, "MOST_SHOWN", 10_000)
    spoilt = shutil.copytree(solved / "n-base", tmp_path / "run")
    with zipfile.ZipFile(spoilt / "plan.xlsx") as package:
        parts = {name: package.read(name) for name in package.namelist()}
    sheets = re.findall(r'<sheet name="([^"]*)"', parts["xl/workbook.xml"].decode())
    name = f"xl/worksheets/sheet{sheets.index(title) + 1}.xml"

    def change(cell):
        text = 't="s"' in cell["about"] or int(cell["row"]) <= TITLES
        return cell[0] if text else f"{cell['cell']}12345.678"

    parts[name] = CELL.sub(change, parts[name].decode()).encode()
    with zipfile.ZipFile(spoilt / "plan.xlsx", "w") as package:
        for part, content in parts.items():
            package.writestr(part, content)
    forge(spoilt)
    told = [finding.what for finding in audit_run(spoilt).findings]
    for view in VIEWS:
        if view.sheet == title:
            assert [what for what in told if what.startswith(f"says 12345.678 where {view.quantity} is ")], view
