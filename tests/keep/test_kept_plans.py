"""A plan kept until a month and gone on with: what was decided stands, what is new counts from then on, and what cannot
be kept gives way in words and money.
"""

import json

import pytest
from click.testing import CliRunner

from aidplan.audit import audit_run
from aidplan.cli import main_group
from aidplan.extract import values_of
from aidplan.runs import open_run
from tests.workbook.books import small, written


def solve(folder, sheets, name, *options):
    """The exit code, what was printed, and the run if there is one."""
    workbook = folder / f"{name}.xlsx"
    workbook.write_bytes(written(sheets))
    out = folder / "runs"
    said = CliRunner().invoke(
        main_group,
        ["solve", str(workbook), "--out", str(out), "--name", name, "--quiet", *map(str, options)],
        standalone_mode=False,
    )
    path = out / name
    return said.return_value, said.output, open_run(path) if (path / "run.json").is_file() else None


def changed(sheet, row, column, value, sheets=None):
    """The small workbook with one cell changed: of the row whose first cells are ``row``."""
    sheets = sheets or small()
    header = sheets[sheet][0]
    for cells in sheets[sheet][1:]:
        if tuple(cells[: len(row)]) == row:
            cells[header.index(column)] = value
    return sheets


def without_tolerance(sheets=None):
    return changed("goals", ("coverage",), "tolerance", "", sheets)


def values(run):
    return values_of(run.tables, run.data.period_labels)


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    folder = tmp_path_factory.mktemp("kept")
    code, said, run = solve(folder, without_tolerance(), "base")
    assert code == 0, said
    return folder, run


def test_a_plan_that_is_kept_and_meets_its_own_future_is_the_same_plan(base):
    folder, run = base
    for until in ("2024-08", "2024-09"):
        code, said, kept = solve(
            folder, without_tolerance(), f"same-{until}", "--keep", folder / "runs" / "base", "--until", until
        )
        assert code == 0, said
        before, after = values(run), values(kept)
        for quantity in before:
            assert after[quantity] == pytest.approx(before[quantity], rel=1e-9, abs=1e-9), quantity
        goals = dict.fromkeys(("overflow", "floors", "shares", "promises"), 0.0)
        assert kept.manifest["goals"] == pytest.approx({**run.manifest["goals"], **goals}, rel=1e-9, abs=1e-12)
        assert [rank["rank"] for rank in kept.manifest["ranks"]] == [-3, -2, -1, 0, 1, 2]


def test_what_was_decided_stands_and_a_run_is_read_again_from_its_own_files(base):
    folder, run = base
    dearer = changed("products", ("ohio", "shell"), "unit_cost", 6000, without_tolerance())
    keep = folder / "runs" / "base"
    code, said, kept = solve(folder, dearer, "dearer", "--keep", keep, "--until", "202408")
    assert code == 0, said
    first = {q: {k: x for k, x in found.items() if k[-1] == 1} for q, found in values(run).items()}
    assert {
        q: {k: x for k, x in found.items() if k[-1] == 1} for q, found in values(kept).items() if q in first
    } == first
    entry = kept.manifest["kept"]
    assert (entry["run"], entry["until"], entry["scenario"], entry["workbook"]) == (
        "base",
        "2024-08",
        "base",
        "kept.xlsx",
    )
    files = json.loads((folder / "runs" / "dearer" / "run.json").read_bytes())["files"]
    assert files["kept.xlsx"] == run.manifest["workbook"]["sha256"]
    july = kept.data.in_force(1).products["ohio", "shell"].unit_cost
    assert (july, kept.data.products["ohio", "shell"].unit_cost) == (4000.0, 6000.0)


def test_orders_of_before_arrive_by_the_lead_time_of_then(tmp_path):
    """100 shells ordered in July at a lead time of 1 are made in August, though orders now take 2 months."""
    sheets = {
        "settings": [["key", "value"], ["start", "2024-07"], ["periods", 4], ["money_unit", 1]],
        "places": [["place", "kind"], ["US", "country"], ["east", "front"]],
        "items": [["item", "kind", "weight_t"], ["shell", "munition", ""]],
        "capabilities": [["capability", "kind"], ["fires", "flow"]],
        "effects": [["item", "capability"], ["shell", "fires"]],
        "plants": [["plant", "place"], ["ohio", "US"]],
        "products": [["plant", "item", "unit_cost", "lead_time"], ["ohio", "shell", 3, 1]],
        "capacity": [["plant", "2024-07", "2024-08", "2024-09", "2024-10"], ["ohio", 500, 500, 500, 500]],
        "funds": [["fund", "donor", "mode"], ["usai", "US", "lend_lease"]],
        "funding": [["fund", "2024-07", "2024-08", "2024-09", "2024-10"], ["usai", 300, 600, 0, 0]],
        "menu": [["fund"], ["usai"]],
        "lanes": [["origin", "destination"], ["US", "east"]],
        "demand": [["place", "capability", "2024-07", "2024-08", "2024-09", "2024-10"], ["east", "fires", 0, 100, 200, 0]],
        "goals": [["goal", "rank"], ["coverage", 1], ["cost", 2]],
    }  # fmt: skip
    code, said, base = solve(tmp_path, sheets, "base")
    assert code == 0, said
    assert values(base)["ordered"] == {("usai", "ohio", "shell", 1): 100.0, ("usai", "ohio", "shell", 2): 200.0}
    slower = changed("products", ("ohio", "shell"), "lead_time", 2, sheets)
    code, said, kept = solve(tmp_path, slower, "slower", "--keep", tmp_path / "runs" / "base", "--until", "2024-08")
    assert code == 0, said
    assert values(kept)["made"] == {("ohio", "shell", "common", 2): 100.0}
    assert kept.manifest["goals"]["coverage"] == pytest.approx(200 / 300)
    assert kept.manifest["goals"]["cost"] == pytest.approx(300.0)  # of July alone, at the price of then


def test_floors_give_way_by_as_little_as_can_be(base):
    """The front is promised 1 % of its shells; from September on 60 % of its guns that nobody can bring by then."""
    folder, _ = base
    sheets = changed("demand", ("east", "guns"), "floor", 1.0, without_tolerance())
    sheets = changed("demand", ("east", "guns"), "floor_from", "2024-08", sheets)
    sheets = changed("demand", ("east", "guns"), "2024-09", 88, sheets)
    code, said, kept = solve(folder, sheets, "promised", "--keep", folder / "runs" / "base", "--until", "2024-09")
    assert code == 0, said
    below = values(kept)["below_floor"]["east", "guns", 3]
    assert below == pytest.approx(values(kept)["unmet"]["east", "guns", 3])
    assert kept.manifest["goals"]["floors"] == pytest.approx(below / 88)
    assert below > 50


@pytest.mark.parametrize(
    ("sheet", "row", "column", "value", "place", "words"),
    [
        ("funding", ("USAI",), "2024-07", 4, "funding!C2", "2024-07 of USAI is 4, and was 5 in base"),
        ("fleets", ("east", "gun"), "initial", 14, "fleets!C2", "initial of east, gun is 14, and was 15 in base"),
        ("settings", ("outyear_limit",), "value", 41, "", ""),
        ("funding", ("USAI",), "2024-08", 4, "", ""),
    ],
)
def test_what_stands_may_not_be_changed_and_what_is_to_come_may(base, sheet, row, column, value, place, words):
    folder, _ = base
    name = f"{sheet}-{column}"
    sheets = changed(sheet, row, column, value, without_tolerance())
    code, said, kept = solve(folder, sheets, name, "--keep", folder / "runs" / "base", "--until", "2024-08")
    assert code == (3 if words else 0), said
    assert (kept is None) == bool(words)
    assert f"{place}: {words}" in said


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--keep", "base"], "--keep and --until go together"),
        (["--keep", "base", "--until", "2024-07"], "from 2024-08 to 2024-09"),
        (["--keep", "base", "--until", "soon"], "soon"),
        (["--keep", "nothing", "--until", "2024-08"], "there is no such folder"),
    ],
)
def test_a_wrong_run_or_period_is_wrong_usage(base, options, words):
    folder, _ = base
    asked = [folder / "runs" / each if n == 1 else each for n, each in enumerate(options)]
    code, said, _ = solve(folder, without_tolerance(), "wrong", *asked)
    assert (code, words in said) == (2, True), said


def test_a_kept_plan_may_be_kept_again_each_month_under_the_numbers_of_its_time(base):
    folder, _ = base
    once = changed("products", ("ohio", "shell"), "unit_cost", 6000, without_tolerance())
    code, said, _ = solve(folder, once, "once", "--keep", folder / "runs" / "base", "--until", "2024-08")
    assert code == 0, said
    twice = changed("products", ("ohio", "shell"), "unit_cost", 9000, without_tolerance())
    code, said, kept = solve(folder, twice, "twice", "--keep", folder / "runs" / "once", "--until", "2024-09")
    assert code == 0, said
    prices = [kept.data.in_force(t).products["ohio", "shell"].unit_cost for t in (1, 2, 3)]
    assert prices == [4000.0, 6000.0, 9000.0]
    assert kept.manifest["kept"]["kept"]["workbook"] == "kept-2.xlsx"


def test_a_comparison_with_the_plan_that_is_kept_attributes_the_surprise_to_its_inputs(base):
    """A fund that gets less in August, and nothing else: all of the change comes from funding."""
    from aidplan.compare.comparing import compare_runs

    folder, run = base
    poorer = changed("funding", ("USAI",), "2024-08", 0.5, without_tolerance())
    code, said, kept = solve(folder, poorer, "surprise", "--keep", folder / "runs" / "base", "--until", "2024-08")
    assert code == 0, said
    why = compare_runs([run, kept], solves=8).pairs[0].why
    assert why is not None
    moved = {part.name: part.change["cost"] for part in why.parts}
    change = kept.manifest["goals"]["cost"] - run.manifest["goals"]["cost"]
    assert moved == {"funding": pytest.approx(change, rel=1e-9)}
    assert change != 0


@pytest.mark.parametrize(
    ("sheet", "row", "column", "value"),
    [
        ("products", ("ohio", "shell"), "lead_time", 2),
        ("expansions", ("nitro2",), "limit", 1),
        ("places", ("hub",), "storage_t", 90),
        ("menu", ("KFW", "gun"), "share_max", 0.05),
        ("demand", ("east", "fires"), "floor", 1.0),
        ("lanes", ("hub", "east", "road"), "loss", 0.4),
    ],
)
def test_the_audit_recomputes_a_kept_run_by_the_numbers_of_then_and_now(base, sheet, row, column, value):
    folder, _ = base
    name = f"audited-{sheet}"
    sheets = changed(sheet, row, column, value, without_tolerance())
    code, said, _ = solve(folder, sheets, name, "--keep", folder / "runs" / "base", "--until", "2024-08")
    assert code == 0, said
    assert [str(finding) for finding in audit_run(folder / "runs" / name).findings] == []
