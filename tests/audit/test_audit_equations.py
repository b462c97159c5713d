"""Every equation notices a moved, a dropped and an added value, also where the forger renews every hash."""

import pytest

from aidplan.audit import audit_run, auditing
from tests.audit.hand_made import (
    AUG,
    JUL,
    PLAN,
    SEP,
    change_value,
    forge,
    frames,
    rows_of,
    write_hand_made_run,
    write_rows,
)


def checks(report):
    return {finding.check for finding in report.findings} - {"plan.xlsx"}


def found(report, check):
    return [str(finding) for finding in report.findings if finding.check == check]


def test_the_plan_made_by_hand_holds(run):
    report = audit_run(run)
    assert report.passed, report.as_text()
    assert report.as_text().startswith("hand-made: passed; ")
    assert report.recomputed["stock"] == 25


@pytest.mark.parametrize(
    ("table", "key", "value", "broken"),
    [
        ("ordered", ("USAI", "@us", "shell", JUL), 41.0, {"spent", "backlog", "goals", "ranks"}),
        ("ordered", ("USAI", "de", "shell", AUG), 40.0, {"spent", "backlog", "share_max", "goals", "ranks"}),
        ("made", ("de", "shell", "common", AUG), 29.0, {"backlog", "components", "stock", "parity"}),
        ("made", ("de", "powder", "common", JUL), 6.5, {"components"}),
        ("made", ("de", "gun", "Heer", AUG), 0.7, {"backlog", "stock", "capacity"}),
        ("backlog", ("de", "gun", "common", AUG), 1.5, {"backlog"}),
        ("built", ("USAI", "bigger", JUL), 11.0, {"spent", "goals", "ranks"}),
        ("built", ("USAI", "bigger", JUL), 8.0, {"spent", "goals", "ranks", "capacity"}),
        ("pledged", ("pledge", JUL), 9.0, {"guarantee", "goals"}),
        ("backed", ("de", "powder", SEP), 1.0, {"guarantee"}),
        ("backed", ("de", "powder", SEP), 7.0, {"backing"}),
        ("balance", ("EUF", AUG), 1.9, {"balance"}),
        ("spent", ("EUF", AUG), 0.15, {"spent", "balance"}),
        ("released", ("EUF", "DE", "shell", AUG), 16.0, {"spent", "reserve", "stock", "goals", "ranks"}),
        ("reserve", ("DE", "shell", SEP), 54.0, {"reserve"}),
        ("shipped", ("US", "hub", "sea", "shell", JUL), 26.0, {"stock", "goals", "ranks"}),
        ("stock", ("hub", "shell", AUG), 4.0, {"stock"}),
        ("pool", ("powder", AUG), 6.0, {"components"}),
        ("issued", ("east", "shell", AUG), 61.0, {"stock", "munition", "firing"}),
        ("issued", ("Heer", "gun", JUL), 1.1, {"stock", "fleet"}),
        ("fleet", ("east", "gun", AUG), 2.1, {"fleet"}),
        ("served", ("east", "shell", "fires", AUG), 61.0, {"munition", "demand"}),
        ("served", ("east", "gun", "guns", JUL), 2.5, {"in_service", "demand"}),
        ("fired", ("east", "shell", "gun", SEP), 65.0, {"firing", "platforms"}),
        ("unmet", ("east", "fires", JUL), 150.0, {"demand", "coverage", "goals", "ranks"}),
        ("unmet", ("Heer", "fires", AUG), 1.0, {"demand", "coverage", "goals", "ranks"}),
        ("parity_gap", ("fires", AUG), 35.0, {"parity", "goals"}),
    ],
)
def test_a_moved_value_breaks_its_equations_and_no_others(run, table, key, value, broken):
    change_value(run, table, key, value)
    forge(run)
    assert checks(audit_run(run)) == broken


TABLES = frames(PLAN)


@pytest.mark.parametrize("table", [name for name in TABLES if len(TABLES[name])])
def test_a_dropped_row_is_found_in_every_table(run, monkeypatch, table):
    """Without ``plan.xlsx``, which would tell."""
    monkeypatch.setattr(auditing, "audit_plan_sheet", lambda *_: None)
    whole = rows_of(run, table)
    for number in range(1, len(whole)):
        write_rows(run, table, [row for line, row in enumerate(whole) if line != number])
        forge(run)
        assert not audit_run(run).passed, whole[number]


UNBOUND = {
    0.999: {("backed", "de", "powder", SEP)},
    1.001: {
        ("backed", "de", "powder", SEP),
        ("served", "Heer", "gun", "guns", AUG),
        ("served", "Heer", "gun", "guns", SEP),
    },
}
"""Between what a guarantee needs and what orders back there is room, and so there is for guns that could stand
for a demand that is met already: nothing but the file's hash knows."""


@pytest.mark.parametrize("factor", [0.999, 1.001])
@pytest.mark.parametrize("table", [name for name in TABLES if len(TABLES[name])])
def test_a_value_moved_by_a_thousandth_is_found_wherever_an_equation_binds_it(run, monkeypatch, table, factor):
    monkeypatch.setattr(auditing, "audit_plan_sheet", lambda *_: None)
    whole, missed = rows_of(run, table), set()
    first = whole[0].index("period") + 1
    for number in range(1, len(whole)):
        for column in range(first, len(whole[0])):
            if float(whole[number][column]) == 0:
                continue
            moved = [list(row) for row in whole]
            moved[number][column] = repr(float(whole[number][column]) * factor)
            write_rows(run, table, moved)
            forge(run)
            if audit_run(run).passed:
                missed.add((table, *whole[number][:first]))
    assert missed == {key for key in UNBOUND[factor] if key[0] == table}


def test_a_cell_that_no_equation_binds_is_told_by_its_files_hash_and_by_the_spreadsheet(run):
    change_value(run, "served", ("Heer", "gun", "guns", SEP), 2.1)
    assert "was changed after the run was written" in found(audit_run(run), "files")[0]
    forge(run)
    report = audit_run(run)
    assert checks(report) == set()
    assert "says 2.0, tables/served.csv row 4 (Heer, gun, guns, 2024-09) says 2.1" in found(report, "plan.xlsx")[0]


@pytest.mark.parametrize(
    ("table", "key", "value", "broken"),
    [
        ("ordered", ("USAI", "de", "gun", SEP), 1.0, "spent"),
        ("made", ("@us", "shell", "Heer", SEP), 1.0, "backlog"),
        ("stock", ("US", "gun", AUG), 1.0, "stock"),
        ("shipped", ("hub", "east", "any", "gun", SEP), 0.5, "stock"),
        ("released", ("USAI", "DE", "shell", JUL), 1.0, "reserve"),
        ("unmet", ("Heer", "guns", JUL), 1.0, "demand"),
        ("fleet", ("Heer", "gun", SEP), 3.5, "fleet"),
    ],
)
def test_an_added_row_is_found(run, table, key, value, broken):
    change_value(run, table, key, value)
    forge(run)
    assert broken in checks(audit_run(run))


def test_a_finding_names_file_row_and_what_the_equation_gives(run):
    change_value(run, "stock", ("hub", "shell", AUG), 104.5)
    assert found(audit_run(run), "stock") == [
        "tables/stock.csv row 9 (hub, shell, 2024-08): stock says 104.5, the balance gives 4.5; "
        "do not brief from this run; solve the workbook again",
        "tables/stock.csv row 10 (hub, shell, 2024-09): stock says 0.5, the balance gives 100.5; "
        "do not brief from this run; solve the workbook again",
    ]


def test_rounding_of_a_millionth_of_the_largest_term_is_no_finding_and_two_are(run):
    """The largest term of the hub's shells in August is 60; what counts is that, not what is left over."""
    change_value(run, "stock", ("hub", "shell", AUG), 4.5 + 50e-6)
    forge(run)
    assert "stock" not in checks(audit_run(run))
    change_value(run, "stock", ("hub", "shell", AUG), 4.5 + 70e-6)
    forge(run)
    assert "stock" in checks(audit_run(run))


def test_money_is_told_in_the_tables_own_unit(run):
    change_value(run, "balance", ("EUF", AUG), 1.9)
    assert "balance says 1.9, the fund's account gives 1.865" in found(audit_run(run), "balance")[0]


def test_many_findings_of_a_kind_are_counted_and_the_first_ten_told(tmp_path):
    doubled = {key: tuple(2 * value for value in series) for key, series in PLAN["stock"].items()}
    shifted = {("US", "gun"): (1, 3, 7), ("east", "gun"): (1, 3, 7), ("Heer", "shell"): (1, 3, 7)}
    report = audit_run(write_hand_made_run(tmp_path, plan={**PLAN, "stock": {**doubled, **shifted}}))
    assert len(found(report, "stock")) == 10
    assert report.passed_over["stock"] > 2
    assert report.as_text().endswith(f"  and {report.passed_over['stock']} more of stock")
    assert report.as_dict()["passed_over"] == {"stock": report.passed_over["stock"]}
