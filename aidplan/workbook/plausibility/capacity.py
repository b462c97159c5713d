"""Plausibility warnings about plants and what may be added to them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from aidplan_models.data import Expansion, PlanData

from aidplan.workbook.findings import Finding
from aidplan.workbook.plausibility.format import amount, warning
from aidplan.workbook.plausibility.offers import Offers
from aidplan.workbook.tables import Tables


def capacity_warnings(data: PlanData, offers: Offers, tables: Tables) -> Iterator[Finding]:
    """Capacity without products and products without capacity; expansions that come too late or that nobody can pay."""
    yield from _plants(data, offers, tables)
    for code, expansion in data.expansions.items():
        yield from _expansion(code, expansion, data, offers, tables)


def _plants(data: PlanData, offers: Offers, tables: Tables) -> Iterator[Finding]:
    growing = {expansion.plant for expansion in data.expansions.values()}
    for plant, capacity in data.capacity.items():
        made = offers.made_at.get(plant, [])
        if any(capacity) and not made:
            yield warning(
                "capacity-idle",
                tables,
                "capacity",
                plant,
                "plant",
                f"{plant} has capacity ({amount(sum(capacity))} in all) and no product",
                "add what it makes to products",
            )
        elif made and not any(capacity) and plant not in growing:
            yield warning(
                "product-idle",
                tables,
                "products",
                (plant, made[0]),
                "plant",
                f"{plant} has products and no capacity in any period",
                "fill in its row in capacity",
            )


def _expansion(code: str, expansion: Expansion, data: PlanData, offers: Offers, tables: Tables) -> Iterator[Finding]:
    def warn(kind: str, column: str, message: str, remedy: str) -> Finding:
        return warning(kind, tables, "expansions", code, column, message, remedy)

    horizon = data.planned
    if expansion.limit == 0:
        return
    if 1 + expansion.build_time > horizon:
        yield warn(
            "expansion-late",
            "build_time",
            f"begun in the first period it adds its first output in period {1 + expansion.build_time} of {horizon}",
            "it adds nothing to this plan",
        )
    if expansion.financing == "public":
        if not any(built == code for _, built in offers.builds):
            yield warn(
                "expansion-unfunded",
                "plant",
                "no fund's menu may expand this plant",
                "add a menu row with the channel expand",
            )
        return
    yield from _private(expansion, offers, warn, horizon, unlimited=tables.setting("outyear_limit") is None)


def _private(
    expansion: Expansion, offers: Offers, warn: Callable[..., Finding], horizon: int, *, unlimited: bool
) -> Iterator[Finding]:
    """What may be amiss with the guarantee of a private expansion; ``unlimited``: no outyear_limit is given."""
    if not any((expansion.plant, item) in offers.backing for item in offers.made_at.get(expansion.plant, ())):
        yield warn(
            "expansion-unbacked",
            "plant",
            (
                f"no lend-lease fund may order what {expansion.plant} makes, or what takes it, so nothing can "
                "back the guarantee"
            ),
            "it is never built in this plan",
        )
    over = expansion.build_time + expansion.guarantee_periods - horizon
    if over > 0 and unlimited:
        yield warn(
            "guarantee-open",
            "guarantee_periods",
            (
                f"even begun in the first period, {over} of its {expansion.guarantee_periods} guaranteed "
                "periods fall after the horizon, and the settings give no outyear_limit"
            ),
            "give the most that may be guaranteed past the horizon",
        )
