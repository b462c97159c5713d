"""What pressure cuts, what it costs donors, and how many expansions would match it."""

from __future__ import annotations

from aidplan_models.data import PlanData


def cut_of(data: PlanData) -> dict[str, dict[str, float]]:
    """Capability -> period -> share of the adversary's stated output that is cut, up to T."""
    return {
        c: {
            data.period_labels[t]: 1 - row.output[t] / row.stated[t] if row.stated and row.stated[t] > 0 else 0.0
            for t in range(data.horizon)
        }
        for c, row in data.adversary.items()
    }


def cost_by_donor(data: PlanData) -> dict[str, float]:
    """Donor -> what its measures cost it up to T [money]."""
    found: dict[str, float] = {}
    for (_, donor), join in data.joins.items():
        periods = 0 if join.from_ is None else max(0, data.horizon - max(join.from_, 1) + 1)
        found[donor] = found.get(donor, 0.0) + join.cost * periods
    return found


def expansions_worth(data: PlanData) -> dict[str, float]:
    """Capability -> how many expansions of the mean size here would match what is cut in the last period of the horizon.

    An expansion's size is what its whole limit makes of the capability in a period, by the product that gives most.
    """
    found = {}
    last = data.horizon - 1
    for c, row in data.adversary.items():
        sizes = [size for e in data.expansions.values() if (size := _size(data, e.plant, e.limit, c)) > 0]
        stated = row.stated or row.output
        freed = row.target_ratio * (stated[last] - row.output[last])
        if sizes and freed > 0:
            found[c] = freed / (sum(sizes) / len(sizes))
    return found


def _size(data: PlanData, plant: str, limit: float, capability: str) -> float:
    """Capability units a period that so much more capacity of a plant makes."""
    per_unit = (
        data.effects[i, capability] / product.capacity_use
        for (p, i), product in data.products.items()
        if p == plant and (i, capability) in data.effects
    )
    return limit * max(per_unit, default=0.0)
