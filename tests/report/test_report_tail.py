"""Reports speak of the horizon: what a plan holds of the periods after it is left out."""

from __future__ import annotations

from dataclasses import replace

from aidplan.figures.quantities import up_to_horizon
from aidplan.workbook import open_workbook, plan_data

SMALL = "inputs/small.xlsx"


def test_every_series_ends_with_the_horizon():
    data = plan_data(open_workbook(SMALL).scenario("base").tables)
    (plant, series), *_ = data.capacity.items()
    longer = replace(data, capacity={**data.capacity, plant: series}, tail=2)
    cut = up_to_horizon(longer)
    assert (longer.horizon, cut.horizon, cut.planned) == (4, 4, 4)
    assert cut.period_labels == data.period_labels[:4]
    assert cut.capacity[plant] == series[:4]
    (key, need), *_ = longer.demands.items()
    assert cut.demands[key].demand == need.demand[:4]
    assert cut.demands[key].priority == need.priority
    assert [len(row.output) for row in cut.adversary.values()] == [4] * len(data.adversary)
    assert cut.menu == longer.menu


def test_a_plan_without_a_tail_is_told_as_it_is():
    data = plan_data(open_workbook(SMALL).scenario("base").tables)
    assert up_to_horizon(data) is data
