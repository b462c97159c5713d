"""Money: what arrives in a fund, and what of a balance is still there."""

from __future__ import annotations

from aidplan_models.data import Fund


def available(fund: Fund, t: int) -> float:
    """Money that arrives in a fund in period ``t`` [money]; 0 after it expires."""
    if t <= len(fund.arrived):
        return fund.arrived[t - 1]
    if not fund.alive(t):
        return 0.0
    return fund.funding.get(t - fund.delay, 0.0) + (fund.opening if t == 1 else 0.0)


def is_kept(fund: Fund, t: int) -> bool:
    """Whether what a fund has at the end of ``t - 1`` is still there in ``t``; else it has lapsed."""
    if t <= len(fund.carried_over):
        return fund.carried_over[t - 1]
    return fund.carry_over and fund.alive(t)
