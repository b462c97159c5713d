"""Each fund's money: what came in, what it bought, what lapsed, what is left."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from aidplan_models import derived
from aidplan_models.data import Fund, MenuRow

from aidplan.figures.quantities import Array, Plan


@dataclass(frozen=True)
class FundMoney:
    """One fund, by period [money]: ``available`` = ``spent`` + change of ``balance`` + ``lapsed``.

    ``orders``, ``releases`` and ``plants`` are the three parts of ``spent``; ``balance`` is the end of
    each period, ``lapsed`` the period in which what was left before is not kept.
    """

    fund: str
    donor: str
    available: Array
    spent: Array
    orders: Array
    releases: Array
    plants: Array
    balance: Array
    lapsed: Array

    @property
    def left(self) -> float:
        """Money in hand at the end of the horizon."""
        return float(self.balance[-1])

    @property
    def unused(self) -> float:
        """Money left or lapsed."""
        return self.left + float(self.lapsed.sum())


def funds_money(plan: Plan) -> list[FundMoney]:
    """Every fund, in order of its code."""
    orders, releases, plants = _spending(plan)
    nothing = np.zeros(plan.horizon)
    return [
        FundMoney(
            fund=code, donor=fund.donor,
            available=arrivals(fund, plan.horizon), spent=plan.at("spent", (code,)),
            orders=orders.get(code, nothing), releases=releases.get(code, nothing), plants=plants.get(code, nothing),
            balance=plan.at("balance", (code,)), lapsed=lapses(fund, plan.at("balance", (code,))),
        )
        for code, fund in plan.data.funds.items()
    ]  # fmt: skip


def arrivals(fund: Fund, horizon: int) -> Array:
    """Money that arrives, by period 1..``horizon``: tranches after their approval, the opening first, nothing after expiry."""
    return np.array([derived.available(fund, t) for t in range(1, horizon + 1)])


def lapses(fund: Fund, balance: Array) -> Array:
    """The balance of the period before, where the fund does not keep it."""
    before = np.concatenate(([0.0], balance[:-1]))
    kept = [derived.is_kept(fund, t) for t in range(1, len(balance) + 1)]
    return np.where(kept, 0.0, before)


def came_too_late(fund: FundMoney, useless_from: int) -> float:
    """How much of the unspent money arrived in period ``useless_from`` or later, when it could buy nothing in time [money].

    What the fund has bought from then on was bought with what arrived then, as far as that went.
    """
    late = float(fund.available[useless_from - 1 :].sum()) - float(fund.spent[useless_from - 1 :].sum())
    return min(max(late, 0.0), fund.unused)


def _spending(plan: Plan) -> tuple[dict[str, Array], dict[str, Array], dict[str, Array]]:
    """Fund -> money for orders, for releases, for plants, by period."""
    data = plan.data
    orders: dict[str, Array] = {}
    for (fund, plant, item, *_), ordered in plan["ordered"].items():
        orders[fund] = orders.get(fund, 0.0) + ordered * data.products[plant, item].unit_cost / data.money_unit
    releases: dict[str, Array] = {}
    for (fund, place, item), drawn in plan["released"].items():
        releases[fund] = releases.get(fund, 0.0) + drawn * data.reserves[place, item].release_cost / data.money_unit
    plants: dict[str, Array] = {}
    for (fund, expansion), built in plan["built"].items():
        plants[fund] = plants.get(fund, 0.0) + built * data.expansions[expansion].capex / data.money_unit
    return orders, releases, plants


@dataclass(frozen=True)
class DonorMoney:
    """A donor's funds together [money over the horizon]; ``donor`` is its name, ``funds`` their codes.

    ``spent`` is ``orders`` + ``releases`` + ``plants``; what is ``unspent`` (``lapsed`` or ``left`` at the end) is
    ``too_late`` (it arrived when it could buy nothing in time) or could have bought something; ``guaranteed`` is the
    liability of the guarantees that its orders back.
    """

    donor: str
    funds: tuple[str, ...]
    available: float
    spent: float
    lapsed: float
    left: float
    orders: float = 0.0
    releases: float = 0.0
    plants: float = 0.0
    too_late: float = 0.0
    guaranteed: float = 0.0

    @property
    def unspent(self) -> float:
        """Left or lapsed [money]."""
        return self.left + self.lapsed

    @property
    def in_time(self) -> float:
        """Unspent money that arrived while it could still have bought something [money]."""
        return max(self.unspent - self.too_late, 0.0)


def donors_money(
    plan: Plan, funds: list[FundMoney], useless_from: Callable[[str], int], guaranteed: Mapping[str, float]
) -> list[DonorMoney]:
    """Every donor, the largest first; a donor written as a place's code and as its name is one.

    ``useless_from`` gives the first period in which a fund's money buys nothing in time, ``guaranteed`` each donor's
    guarantees.
    """
    by_donor: dict[str, list[FundMoney]] = {}
    for fund in funds:
        by_donor.setdefault(plan.names.donor(fund.donor), []).append(fund)
    donors = [
        DonorMoney(
            donor=donor, funds=tuple(fund.fund for fund in own),
            available=_whole(own, "available"), spent=_whole(own, "spent"), lapsed=_whole(own, "lapsed"),
            left=sum(fund.left for fund in own), orders=_whole(own, "orders"), releases=_whole(own, "releases"),
            plants=_whole(own, "plants"), too_late=sum(came_too_late(fund, useless_from(fund.fund)) for fund in own),
            guaranteed=guaranteed.get(donor, 0.0),
        )
        for donor, own in by_donor.items()
    ]  # fmt: skip
    return sorted(donors, key=lambda donor: (-donor.available, donor.donor))


def _whole(funds: list[FundMoney], part: str) -> float:
    """What a part of the funds' money adds up to."""
    return sum(float(getattr(fund, part).sum()) for fund in funds)


def matched_spending(plan: Plan, row: MenuRow, in_time: bool = False) -> float:
    """What the row's fund spent over the horizon on what the row matches [money]; ``in_time``: counting
    only orders and expansions that fall due within the horizon.
    """
    data, horizon = plan.data, plan.horizon

    def counted(values: Array, delay: int) -> float:
        return float(values[: max(horizon - delay, 0)].sum() if in_time else values.sum())

    lines, drawn = set(derived.matched_orders(row, data)), set(derived.matched_releases(row, data))
    grown = set(derived.matched_expansions(row, data))
    total = sum(
        counted(values, data.products[p, i].lead_time) * data.products[p, i].unit_cost
        for (f, p, i), values in plan["ordered"].items() if f == row.fund and (p, i) in lines
    )  # fmt: skip
    total += sum(
        float(values.sum()) * data.reserves[x, i].release_cost
        for (f, x, i), values in plan["released"].items() if f == row.fund and (x, i) in drawn
    )  # fmt: skip
    total += sum(
        counted(values, data.expansions[e].build_time) * data.expansions[e].capex
        for (f, e), values in plan["built"].items() if f == row.fund and e in grown
    )  # fmt: skip
    return total / data.money_unit
