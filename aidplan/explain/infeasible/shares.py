"""The arithmetic of shares: what a menu row asks a fund to spend where it cannot."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from aidplan_models.data import MenuRow, PlanData
from aidplan_models.derived import available, matched_expansions, matched_orders, matched_releases

from aidplan.explain.infeasible.changes import number
from aidplan.explain.infeasible.sources import Sums
from aidplan.workbook.tables import Tables


def money_words(data: PlanData) -> str:
    """The unit of budgets in words: ``million USD``."""
    named = {1.0: "", 1e3: "thousand ", 1e6: "million ", 1e9: "billion "}
    return f"{named.get(data.money_unit, f'× {number(data.money_unit)} ')}{data.currency}"


def share_out_of_reach(tables: Tables, data: PlanData, keys: Sequence[tuple[str, ...]]) -> list[str]:
    """Menu rows whose ``share_min`` keeps a fund from its money: what they ask for cannot be bought in time."""
    sums = Sums(tables, data)
    return [said for row in data.menu if row.key in keys and row.share_min > 0 for said in sums_of_share(sums, row)]


def sums_of_share(sums: Sums, row: MenuRow) -> Iterator[str]:
    """One menu row's sum."""
    data = sums.data
    if matched_expansions(row, data):
        return
    most: dict[str, float] = {}
    for p, i in matched_orders(row, data):
        product = data.products[p, i]
        first = 1 + product.lead_time
        if (row.fund, p, i) in sums.offers and first <= data.planned:
            made = sum(sums.capacity(p, s) for s in range(first, data.planned + 1)) / product.capacity_use
            most[p] = max(most.get(p, 0.0), made * product.unit_cost / data.money_unit)
    drawn = [key for key in matched_releases(row, data) if (row.fund, *key) in sums.releases]
    released = sum(
        (data.reserves[key].initial - data.reserves[key].floor) * data.reserves[key].release_cost for key in drawn
    )
    top = sum(most.values()) + released / data.money_unit
    arriving = sum(available(data.funds[row.fund], t) for t in range(1, data.planned + 1))
    if top >= row.share_min * arriving:
        return
    cell = sums.tables.address("menu", row.key, "share_min")
    unit = money_words(data)
    yield (
        f"{cell}: {row.fund} must spend at least {number(row.share_min)} of what it spends on this row, on which at "
        "most "
        f"{number(top)} {unit} can be spent in time; so it can spend at most {number(top / row.share_min)} of its "
        f"{number(arriving)} {unit}"
    )
