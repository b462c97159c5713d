"""Figures of the report against a plan worked out by hand (`tiny_coalition`)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from aidplan.figures import flow
from aidplan.figures import unspent as leftover
from aidplan.figures.coverage import met_at
from aidplan.figures.figures import Figures
from aidplan.figures.headline import verdict
from aidplan.figures.movement import deliveries
from aidplan.figures.shortfalls import by_capability, goal_parts, overall
from aidplan.figures.table import NEVER
from aidplan.report.views import tables
from tests.report.tiny_coalition import GOALS, MONTHS, QUANTITIES_BY_HAND, tables_by_hand, tiny_run, with_cells


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> Figures:
    return Figures(tiny_run(tmp_path_factory.mktemp("tiny")))


def with_table(name: str, key: tuple[str, ...], values: tuple[float, ...]) -> dict[str, pd.DataFrame]:
    """The plan with one quantity's key changed."""
    tables = tables_by_hand()
    frame = tables[name]
    index = list(frame.columns[:-2])
    kept = frame[~(frame[index] == list(key)).all(axis=1)]
    new = pd.DataFrame([(*key, month, v) for month, v in zip(MONTHS, values, strict=True) if v], columns=frame.columns)
    tables[name] = pd.concat([kept, new], ignore_index=True)
    return tables


# --- demand -----------------------------------------------------------------------------------------


def test_coverage_is_the_share_of_demand_met_over_all_places(figures: Figures) -> None:
    met, demand = by_capability(figures.plan, "met"), by_capability(figures.plan, "demand")
    assert overall(met[("fires",)], demand[("fires",)]) == pytest.approx(2260 / 4100)
    assert overall(met[("armour",)], demand[("armour",)]) == pytest.approx(11.6 / 19)


def test_the_parts_of_all_shortfalls_add_up_to_the_coverage_goal(figures: Figures) -> None:
    parts = goal_parts(figures.plan)
    assert parts["EAST", "fires"] == pytest.approx(2 / 3 * 1240 / 4100)
    assert parts["HOME", "armour"] == pytest.approx(1 / 3 * 0.5 / 17)
    assert sum(parts.values()) == pytest.approx(GOALS["coverage"])


def test_later_periods_weigh_less_where_the_workbook_is_urgent(tmp_path: Path) -> None:
    run = tiny_run(tmp_path, with_cells(settings={(6, "value"): 1.0}))
    # urgency 1, 1/2, 1/4, 1/8, 1/16: fires unmet 365 + 150/2 + 140/4 + 335/8 + 850/16 of 500 + 900 (1/2 + 1/4 + 1/8 + 1/16)
    fires = (365 + 75 + 35 + 41.875 + 53.125) / (500 + 900 * 0.9375)
    found = goal_parts(Figures(run).plan)
    assert found["EAST", "fires"] + found["SOUTH", "fires"] == pytest.approx(2 / 3 * fires)


def test_shortages_are_one_row_a_capability_in_order_of_their_part_of_the_goal(figures: Figures) -> None:
    found = figures.shortages
    assert [(one.capability, one.kind) for one in found] == [
        ("fires", "front"),
        ("armour", "front"),
        ("armour", "home"),
    ]
    fires, armour, home = found
    assert (fires.unmet, fires.demand) == (1840, 4100)
    assert fires.met == pytest.approx(2260 / 4100)
    assert fires.places == (("EAST", pytest.approx(1260 / 2500)), ("SOUTH", pytest.approx(1000 / 1600)))
    assert (fires.since, fires.worst, fires.until) == (1, 5, 5)
    assert fires.part == pytest.approx(2 / 3 * 1840 / 4100)
    # equipment in service is a mean over the months in which it is demanded: five at the front, three at home
    assert (armour.unmet, armour.demand) == pytest.approx((6.4 / 5, 3))
    assert (home.unmet, home.demand, home.since) == pytest.approx((1 / 3, 4 / 3, 5))


def test_demand_met_at_the_fronts_and_at_home_stand_apart(figures: Figures) -> None:
    assert met_at(figures.plan, "front") == pytest.approx(1 - (2 * 1840 / 4100 + 6.4 / 15) / 3)
    assert met_at(figures.plan, "home") == pytest.approx(0.75)


def test_what_reaches_the_fronts_is_counted_in_things_those_worth_most_first(figures: Figures) -> None:
    # 1260 + 1000 shells at 5,000 (11.3) and 1.8 tanks at 4 million (7.2); the home's tank is not at a front
    assert figures.delivered == [("round", pytest.approx(2260)), ("vehicle", pytest.approx(1.8))]


# --- money ------------------------------------------------------------------------------------------


def test_available_money_counts_opening_delay_and_expiry(figures: Figures) -> None:
    available = {fund.fund: list(fund.available) for fund in figures.funds}
    assert available["US_AID"] == [14, 6, 4, 4, 4]
    assert available["DK_LOAN"] == pytest.approx([0, 0.5, 0.7, 0, 0])


def test_what_is_not_carried_over_or_expires_has_lapsed(figures: Figures) -> None:
    lapsed = {fund.fund: list(fund.lapsed) for fund in figures.funds}
    assert lapsed == {"DK_LOAN": [0, 0, 0, 1.0, 0], "HOME_FUND": [0, 1, 0.5, 0, 0], "US_AID": [0, 0, 0, 0, 0]}


def test_spent_is_orders_releases_and_plants(figures: Figures) -> None:
    for fund in figures.funds:
        assert list(fund.orders + fund.releases + fund.plants) == pytest.approx(list(fund.spent))
    assert {fund.fund: float(fund.plants.sum()) for fund in figures.funds}["DK_LOAN"] == pytest.approx(0.2)


def test_a_donor_written_as_code_and_as_name_is_one_donor(tmp_path: Path) -> None:
    run = tiny_run(tmp_path, with_cells(funds={(3, "donor"): "United States"}))
    donors = Figures(run).donors
    assert [donor.donor for donor in donors] == ["United States", "Denmark"]
    assert (donors[0].available, donors[0].spent, donors[0].lapsed, donors[0].left) == pytest.approx(
        (37.5, 34.5, 1.5, 1.5)
    )


# --- the ledger -------------------------------------------------------------------------------------


def test_orders_are_served_after_the_order_book_and_delivered_like_all_goods_of_the_item(figures: Figures) -> None:
    bought = {(one.fund, one.item, one.channel): one for one in figures.bought}
    shells, tanks = bought["US_AID", "shell", "order"], bought["US_AID", "tank", "order"]
    assert (shells.paid, shells.on_order) == pytest.approx((8.5, 0))
    # 2,650 shells entered the common stock: 1,260 reached East, 1,000 South, 140 were lost, 250 are on the way
    assert shells.delivered == pytest.approx({"EAST": 8.5 * 1260 / 2650, "SOUTH": 8.5 * 1000 / 2650})
    assert (shells.lost, shells.on_the_way) == pytest.approx((8.5 * 140 / 2650, 8.5 * 250 / 2650))
    # five tanks ordered, three made; of these 1.8 arrived, 0.2 were lost, one is under way
    assert (tanks.paid, tanks.on_order, tanks.produced) == pytest.approx((20, 8, 12))
    assert (tanks.delivered["EAST"], tanks.lost, tanks.on_the_way) == pytest.approx((7.2, 0.8, 4.0))
    assert bought["HOME_FUND", "tank", "order"].delivered == {"HOME": 4.0}
    assert bought["US_AID", "shell", "release"].on_order == 0


def test_when_the_plant_made_less_the_first_orders_are_served_first(tmp_path: Path) -> None:
    tables = with_table("made", ("works", "shell", "common"), (300, 600, 0, 0, 0))
    bought = {
        (one.item, one.channel): one
        for one in Figures(tiny_run(tmp_path, tables=tables)).bought
        if one.fund == "US_AID"
    }
    assert bought["shell", "order"].produced == pytest.approx(600 * 0.005)


def test_every_ledger_line_adds_up(figures: Figures) -> None:
    for one in figures.bought:
        assert one.on_order + one.on_the_way + one.lost + sum(one.delivered.values()) == pytest.approx(one.paid)


def test_the_flow_gives_what_it_receives(figures: Figures) -> None:
    links = flow.links(figures)
    into: dict[str, float] = {}
    for start, end, money in links:
        into[end[1]] = into.get(end[1], 0.0) + (money if end[0] == 1 else 0.0)
        into[start[1]] = into.get(start[1], 0.0) - (money if start[0] == 1 else 0.0)
    assert into["ammo"] == pytest.approx(0, abs=1e-9)
    assert into["armour"] == pytest.approx(0, abs=1e-9)
    assert sum(money for start, _, money in links if start[0] == 0) == pytest.approx(34.7)
    assert {end[1] for start, end, _ in links if start == (1, "armour")} == {
        "the fronts", "donors' own stocks", flow.ON_ORDER, flow.ON_THE_WAY, flow.LOST,
    }  # fmt: skip


# --- deadlines --------------------------------------------------------------------------------------


def test_the_last_useful_period_is_lead_time_and_the_quickest_lanes_before_the_last_need(figures: Figures) -> None:
    until = {(one.kind, one.fund, one.item): one.helps_until for one in figures.decisions}
    assert until == {
        ("order", "US_AID", "shell"): 3,  # made in October, at the front in November
        ("order", "US_AID", "tank"): 2,
        ("order", "HOME_FUND", "tank"): 3,  # made for the home place: no lane to travel
        ("release", "US_AID", "shell"): 4,
        ("expansion", "DK_LOAN", "more_shells"): 3,
        ("guarantee", "", "more_tanks"): 3,
    }


def test_decisions_count_the_next_three_months_alone(figures: Figures) -> None:
    found = {
        (one.kind, one.item, one.fund): (one.quantity, one.money, one.first, one.last) for one in figures.decisions
    }
    assert found["order", "tank", "US_AID"] == pytest.approx((3, 12, 1, 3))
    assert found["order", "shell", "US_AID"] == pytest.approx((1700, 8.5, 1, 2))
    assert found["guarantee", "more_tanks", ""] == pytest.approx((1, 12, 1, 1))
    assert found["expansion", "more_shells", "DK_LOAN"] == pytest.approx((200, 0.2, 2, 2))


def test_a_fund_that_expires_first_ends_the_usefulness_of_its_orders(tmp_path: Path) -> None:
    run = tiny_run(tmp_path, with_cells(funds={(1, "expires"): "2024-07"}))
    until = {(one.fund, one.item): one.helps_until for one in Figures(run).decisions if one.kind == "order"}
    assert until["US_AID", "shell"] == 1


def test_a_lane_that_is_closed_at_the_end_makes_the_last_date_earlier(tmp_path: Path) -> None:
    closed = {(1, "2024-09"): 0, (1, "2024-10"): 0}
    until = {
        (one.kind, one.item): one.helps_until for one in Figures(tiny_run(tmp_path, with_cells(lanes=closed))).decisions
    }
    assert until["order", "shell"] == 1  # made in August, by sea in August
    assert until["release", "shell"] == 2


def test_what_serves_only_met_demand_helps_no_unmet_demand(tmp_path: Path) -> None:
    tables = tables_by_hand()
    fires = tables["coverage"]["capability"] == "fires"
    tables["coverage"].loc[fires, "met"] = tables["coverage"].loc[fires, "demand"]
    tables["coverage"].loc[fires, "unmet"] = 0.0
    found = {one.item: one for one in Figures(tiny_run(tmp_path, tables=tables)).decisions if one.fund == "US_AID"}
    assert (found["shell"].helps_until, found["shell"].arrives_until) == (0, 4)


def test_edges_of_the_horizon(figures: Figures) -> None:
    ends = figures.end
    assert figures.late_from == 4
    assert (ends.demand("EAST", "fires"), ends.demand("EAST", "armour"), ends.demand("HOME", "armour")) == (4, 3, 4)
    assert ends.capability("armour") == 4
    assert ends.output("fires") == 5
    assert (ends.fund("US_AID"), ends.fund("DK_LOAN"), ends.fund("HOME_FUND")) == (5, 4, 4)
    assert ends.arriving.made("mill", "powder", "common") == 4


# --- why money was left -----------------------------------------------------------------------------


def why(folder: Path, fund: str, **changes: Any) -> dict[str, tuple[str, ...]]:
    return Figures(tiny_run(folder, changes.pop("sheets", None), **changes)).unspent[fund].reasons


def test_money_that_no_full_limit_explains_says_so(tmp_path: Path) -> None:
    assert why(tmp_path, "US_AID") == {leftover.OTHER: ("Shell", "Tank")}


def test_capacity_that_nobody_needs_is_nothing_more_on_the_menu(tmp_path: Path) -> None:
    assert why(tmp_path, "DK_LOAN") == {leftover.NOTHING_MORE: ()}


def test_money_that_comes_last_comes_too_late(tmp_path: Path) -> None:
    tables = with_table("balance", ("US_AID",), (0, 0, 0, 0, 1.5))
    assert why(tmp_path, "US_AID", tables=tables) == {leftover.TOO_LATE: ("Shell", "Tank")}


def test_a_little_money_idle_early_does_not_hide_that_most_came_late(tmp_path: Path) -> None:
    tables = with_table("balance", ("US_AID",), (0.1, 0.1, 0.1, 0.1, 1.5))
    assert why(tmp_path, "US_AID", tables=tables) == {leftover.TOO_LATE: ("Shell", "Tank")}


def test_a_full_plant_is_named(tmp_path: Path) -> None:
    tables = with_table("made", ("tankworks", "tank", "HOME"), (0, 0, 1, 3, 2))
    assert why(tmp_path, "HOME_FUND", tables=tables) == {leftover.PLANTS_FULL: ("Tank works",)}


def test_full_lanes_are_told(tmp_path: Path) -> None:
    # September's 700 shells and two tanks fill 135 t; October is closed: what is made in September cannot leave.
    sheets = with_cells(lanes={(1, "capacity_t"): 135, (1, "2024-10"): 0})
    assert why(tmp_path, "US_AID", sheets=sheets)[leftover.LANES_FULL] == ("Shell",)


def test_guns_that_fire_at_their_rate_are_told(tmp_path: Path) -> None:
    tables = with_table("fleet", ("EAST", "gun"), (1.35, 4.5, 3.6, 3.15, 0))
    frame = tables["fleet"]
    tables["fleet"] = frame[~((frame["place"] == "SOUTH") & (frame["item"] == "gun"))]
    assert "Shell" in why(tmp_path, "US_AID", tables=tables)[leftover.GUNS_FULL]


def test_a_reserve_at_its_floor_is_told(tmp_path: Path) -> None:
    found = why(tmp_path, "US_AID", sheets=with_cells(stocks={(1, "floor"): 500}))
    assert found[leftover.RESERVES_DOWN] == ("Shell",)


def test_a_share_at_its_limit_is_told(tmp_path: Path) -> None:
    found = why(tmp_path, "US_AID", sheets=with_cells(menu={(2, "share_max"): 2 / 32}))
    assert found[leftover.SHARES] == ("Shell",)


def test_missing_components_are_told(tmp_path: Path) -> None:
    tables = with_table("pool", ("powder",), (700, 200, 0, 0, 0))
    mill = pd.DataFrame(
        [("mill", "powder", "common", month, 1200.0) for month in MONTHS],
        columns=["plant", "item", "owner", "period", "value"],
    )
    made = tables["made"]
    tables["made"] = pd.concat([made[made["plant"] != "mill"], mill], ignore_index=True)
    assert why(tmp_path, "US_AID", tables=tables)[leftover.SHORT_OF_PARTS] == ("Shell",)


def test_a_fund_that_spent_all_has_no_reason(tmp_path: Path) -> None:
    tables = with_table("balance", ("US_AID",), (0, 0, 0, 0, 0))
    assert "US_AID" not in Figures(tiny_run(tmp_path, tables=tables)).unspent


# --- goods and guarantees ---------------------------------------------------------------------------


def test_goods_books_close_by_hand(figures: Figures) -> None:
    books = {book.item: book for book in figures.goods}
    shell, tank = books["shell"], books["tank"]
    assert (shell.made, shell.released, shell.arrived, shell.opening) == (2000, 500, 100, 50)
    assert (shell.issued, shell.in_stock, shell.under_way, shell.lost) == pytest.approx((2260, 50, 200, 140))
    assert (tank.made, tank.issued, tank.under_way, tank.lost) == pytest.approx((4, 2.8, 1, 0.2))
    assert all(abs(book.difference) < 1e-9 for book in figures.goods)


def test_transport_and_spending_are_the_cost_goal(figures: Figures) -> None:
    spent = sum(float(fund.spent.sum()) for fund in figures.funds)
    assert spent + sum(one.cost for one in figures.shipments) == pytest.approx(GOALS["cost"])


def test_liabilities_of_expansions_are_the_goal(figures: Figures) -> None:
    pledged = [one for one in figures.growths if one.fund == ""]
    assert [(one.expansion, one.liability, one.backing) for one in pledged] == [("more_tanks", 12.0, 4.0)]


def test_arrivals_at_fronts_are_after_transit_and_losses(figures: Figures) -> None:
    found = deliveries(figures.plan, figures.shipments)
    assert list(found["EAST", "shell", "HUB|road"]) == pytest.approx([135, 450, 360, 315, 0])
    assert list(found["HOME", "tank", "plants"]) == [0, 0, 1, 0, 0]


def test_every_quantity_is_read_whole(figures: Figures) -> None:
    for name, by_key in QUANTITIES_BY_HAND.items():
        assert set(figures.plan[name]) == set(by_key)
        for key, values in by_key.items():
            assert np.allclose(figures.plan[name][key], values)


# --- words ------------------------------------------------------------------------------------------


def test_a_run_that_is_not_verified_warns_first(tmp_path: Path) -> None:
    good, sentence = verdict(Figures(tiny_run(tmp_path, verified=False)).plan)
    assert not good
    assert sentence.startswith("NOT VERIFIED")


def test_goals_are_told_in_percent_before_their_number(figures: Figures) -> None:
    parts = {goal.goal: goal.text for goal in figures.goals}
    assert parts["coverage"].startswith("56.6% of demand is met")
    assert parts["cost"].startswith("34.73 million USD")


def test_a_goal_that_is_met_in_full_is_said_to_be(tmp_path: Path) -> None:
    run = tiny_run(tmp_path, goals={**GOALS, "coverage": 0.0, "parity": 0.0, "liability": 0.0})
    parts = {goal.goal: goal.text for goal in Figures(run).goals}
    assert parts["coverage"] == "all demand is met"
    assert parts["parity"].endswith("in every period")
    assert parts["liability"] == "no guarantee falls due after the horizon"


# --- the end of the horizon ------------------------------------------------------------------------


def test_every_row_by_period_knows_from_when_it_is_too_late(figures: Figures) -> None:
    by_period = {name: table for name, table in tables(figures).items() if table.periods and table.rows}
    assert set(by_period) == {
        "Deliveries by front", "Coverage", "Coverage by place", "Orders", "Production", "Capacity", "Components", "Expansions", "Reserves",
        "Lanes", "Hubs", "Shipments", "Stocks", "Issued", "Fleets", "Parity", "Money",
    }  # fmt: skip
    without = {
        (name, str(row.cells[1])) for name, table in by_period.items() for row in table.rows if row.late_from == NEVER
    }
    assert without == {("Fleets", "Gun")}  # which nobody's menu has, so that no order of it can be too late


def test_edges_of_goods_lanes_places_and_components_by_hand(figures: Figures) -> None:
    ends, arriving = figures.end, figures.end.arriving
    assert (ends.goods("EAST", "shell"), ends.goods("EAST", "tank"), ends.goods("HOME", "tank")) == (4, 3, 4)
    assert ends.goods("EAST", "gun") == NEVER  # on nobody's menu
    sea = next(lane for lane in figures.plan.data.lanes if lane.destination == "HUB")
    road = next(lane for lane in figures.plan.data.lanes if lane.destination == "EAST")
    assert (arriving.anything_held("EAST"), arriving.anything_leaving(road), arriving.anything_leaving(sea)) == (
        5,
        5,
        4,
    )
    assert figures.plan.horizon == 5
    rows = [row for row in tables(figures)["Components"].rows if row.cells[2] == "powder"]
    assert {row.late_from for row in rows} == {arriving.made("mill", "powder", "common") + 1} == {5}
