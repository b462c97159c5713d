from __future__ import annotations

import pytest

from aidplan.compare.blocks import BLOCKS, differing, mix
from aidplan.compare.why import affordable, explain_change
from aidplan.workbook import open_workbook, plan_data
from tests.compare.conftest import SMALL, edited, put, solved


def quiet(_: str) -> None:
    pass


def adds_up(why) -> None:
    assert why.parts
    for goal, total in why.total.items():
        assert sum(part.change[goal] for part in why.parts) == pytest.approx(total, abs=1e-6)


@pytest.mark.parametrize(
    ("sheet", "key", "name", "value", "block"),
    [
        ("funding", ("US_AID",), "2025-03", 90, "funding"),
        ("demand", ("south", "fires"), "2025-03", 14000, "demand"),
        ("capacity", ("iowa",), "2025-02", 9000, "capacity"),
        ("products", ("iowa", "shell155"), "unit_cost", 6000, "prices"),
        ("products", ("iowa", "shell155"), "lead_time", 2, "plants and products"),
        ("stocks", ("US", "shell155"), "release_cost", 9000, "prices"),
        ("stocks", ("US", "shell155"), "floor", 60000, "reserves and stocks"),
        ("lanes", ("rzeszow", "east", "rail"), "cost_per_t", 90, "prices"),
        ("lanes", ("rzeszow", "south", "road"), "capacity_t", 300, "lanes and places"),
        ("menu", ("NL_AID", "shell155"), "share_max", 0.2, "menu"),
        ("adversary", ("fires",), "target_ratio", 0.7, "adversary"),
        ("fleets", ("east", "ifv"), "attrition", 0.2, "fleets and platforms"),
        ("capabilities", ("fires",), "weight", 1, "items and capabilities"),
        ("goals", ("cost",), "rank", 2, "goals"),
        ("expansions", ("iowa_line2",), "limit", 10, "expansions"),
        ("arrivals", ("rzeszow", "shell155"), "2025-02", 0, "arrivals"),
    ],
)
def test_one_changed_cell_differs_in_its_block_alone(tmp_path, sheet, key, name, value, block):
    from aidplan.compare.inputs import changed_inputs

    before = open_workbook(SMALL).tables
    after = open_workbook(edited(tmp_path, lambda book: put(book, sheet, key, name, value))).tables
    assert differing(plan_data(before), plan_data(after)) == (block,)
    assert [change.block for change in changed_inputs(before, after)] == [block]


def test_a_change_is_attributed_to_its_block_alone_among_others_that_do_nothing(tmp_path, base):
    path = edited(
        tmp_path,
        lambda book: put(book, "funding", ("US_AID",), "2025-03", 90),
        lambda book: put(book, "lanes", ("DE", "rzeszow", "rail"), "capacity_t", 9000),
        lambda book: put(book, "places", ("east",), "name", "The east"),
    )
    after = solved(path)
    why = explain_change(base, after, 10, (), quiet)
    parts = {part.name: part.change for part in why.parts}
    assert set(parts) == {"funding", "lanes and places"}
    assert abs(why.total["coverage"]) > 1e-3
    for goal, total in why.total.items():
        assert parts["funding"][goal] == pytest.approx(total, abs=1e-6)
        assert parts["lanes and places"][goal] == pytest.approx(0.0, abs=1e-6)
    assert why.solves == 2
    adds_up(why)


def test_a_change_of_one_block_needs_no_solve(base, surge):
    why = explain_change(base, surge, 0, (), quiet)
    assert [part.name for part in why.parts] == ["demand"]
    assert why.solves == 0
    assert dict(why.parts[0].change) == dict(why.total)


def test_parts_add_up_between_scenarios_of_two_blocks_and_runs_at_hand_are_reused(base, surge, us_stops):
    alone = explain_change(surge, us_stops, 10, (), quiet)
    reusing = explain_change(surge, us_stops, 10, (base, surge, us_stops), quiet)
    adds_up(alone)
    adds_up(reusing)
    assert {part.name for part in alone.parts} == {"demand", "funding"}
    assert (alone.solves, reusing.solves) == (2, 1)
    for one, other in zip(alone.parts, reusing.parts, strict=True):
        assert dict(one.change) == pytest.approx(dict(other.change), abs=1e-6)


def test_a_mix_without_a_plan_joins_its_blocks(tmp_path, base):
    def floor(book):
        for place in ("east", "south"):
            put(book, "demand", (place, "fires"), "floor", 1)
            put(book, "demand", (place, "fires"), "floor_from", "2025-01")

    def money(book):
        for label in ("2025-01", "2025-02", "2025-03", "2025-04", "2025-05"):
            put(book, "funding", ("US_AID",), label, 400)

    assert not solved(edited(tmp_path / "floor", floor)).has_plan
    why = explain_change(base, solved(edited(tmp_path / "both", floor, money)), 10, (), quiet)
    (part,) = why.parts
    assert set(part.blocks) == {"demand", "funding"}
    assert "has no plan" in part.note
    adds_up(why)


def test_swapping_nothing_or_everything_gives_the_runs_themselves(tmp_path):
    before = plan_data(open_workbook(SMALL).tables)
    after = plan_data(open_workbook(without_germany(tmp_path)).tables)
    assert mix(before, after, frozenset()) == before
    assert mix(before, after, frozenset(block.name for block in BLOCKS)) == after
    assert mix(before, after, frozenset(differing(before, after))) == after


def without_germany(folder):
    """The small workbook without the German plant, fund, item and lane."""

    def edit(book):
        for sheet, words in {
            "plants": ("kassel",), "products": ("kassel",), "orderbook": ("kassel",), "capacity": ("kassel",),
            "funds": ("DE_AID",), "funding": ("DE_AID",), "menu": ("DE_AID",), "lanes": ("DE",), "places": ("DE",),
        }.items():  # fmt: skip
            for row in reversed(list(book[sheet].iter_rows(min_row=2))):
                if row[0].value in words:
                    book[sheet].delete_rows(row[0].row)
        for row in list(book["scenarios"].iter_rows(min_row=2))[::-1]:
            book["scenarios"].delete_rows(row[0].row)

    return edited(folder, edit)


def test_runs_with_other_codes_are_attributed_and_add_up(tmp_path, base):
    why = explain_change(base, solved(without_germany(tmp_path)), 40, (), quiet)
    adds_up(why)
    assert why.exact


def test_the_default_number_of_solves_follows_the_first_runs_own_seconds(base):
    from dataclasses import replace

    slow = replace(base, manifest={**base.manifest, "seconds": {"build": 10.0, "solve": 30.0, "write": 500.0}})
    assert affordable(slow, 1) == 7
    assert affordable(slow, 2) == 3


def test_every_sheet_and_setting_belongs_to_a_block():
    from aidplan.compare.blocks import FRAME, WORDING, block_of
    from aidplan.workbook.schema import SETTING, SHEETS

    known = {block.name for block in BLOCKS} | {WORDING, FRAME}
    for sheet in SHEETS.values():
        if sheet.name not in ("scenarios", "settings"):
            assert {block_of(sheet.name, column.name) for column in sheet} <= known
            assert block_of(sheet.name, "") in known
    assert {block_of("settings", name) for name in SETTING} <= known
