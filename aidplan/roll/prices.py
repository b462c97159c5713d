"""What backing a guarantee costs once funds have expired."""

from __future__ import annotations

from dataclasses import replace

from aidplan_models import derived
from aidplan_models.data import PlanData


def prices_from(data: PlanData, first: int) -> dict[str, float]:
    """Expansion -> what orders that back a unit of it cost [currency], by the funds that are still there in ``first``.

    As in `derived.price_of_backing`: what nothing can back any more is left out.
    """
    funds = {
        name: replace(fund, expires=None if fund.expires is None else fund.expires - first + 1)
        for name, fund in data.funds.items()
    }
    offers, _, _ = derived.rights(replace(data, funds=funds))
    return derived.price_of_backing(data, offers)


def new_prices(data: PlanData, first: int) -> list[str]:
    """Private expansions that cost another price to back from ``first`` on, or cannot be backed any more, in words."""
    before, now = prices_from(data, 1), prices_from(data, first)
    said = []
    for name, price in before.items():
        if name not in now:
            said.append(f"{name} can no longer be begun: every lend-lease fund that could back it has expired")
        elif now[name] != price:
            said.append(
                f"backing a unit of {name} now costs {now[name]:,.6g} instead of {price:,.6g}: funds have expired"
            )
    return said
