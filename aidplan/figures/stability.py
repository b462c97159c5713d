"""What a plan changes of the orders of an earlier one in the months that come first, in money."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from aidplan_models.data import PlanData

from aidplan.figures.format import formatted, formatted_share, money_name, span_name

if TYPE_CHECKING:
    from aidplan_models.carried import Values

MONTHS = 6
"""How far ahead orders are soon to be signed."""


@dataclass(frozen=True)
class ChangedOrders:
    """Orders from ``first`` to ``last`` (labels) against an earlier plan's [money]: as they were (``same``), ``new`` and
    ``dropped``, each at the price of now or, where it is known no longer, of then; ``inputs`` are the blocks of inputs that
    differ.
    """

    first: str
    last: str
    same: float
    new: float
    dropped: float
    inputs: Sequence[str]

    @property
    def share(self) -> float:
        """The part of both plans' orders that the other does not have; 0 where neither has any."""
        changed = self.new + self.dropped
        return changed / (2 * self.same + changed) if changed else 0.0

    def as_dict(self) -> dict[str, Any]:
        """For ``run.json``."""
        return {**asdict(self), "inputs": list(self.inputs), "share": self.share}


def changed_orders(data: PlanData, values: Values, inputs: Sequence[str]) -> ChangedOrders:
    """How the orders of the next six months differ from those of the plan that ``data`` is against.

    The months begin with the first period that is decided and that both plans have.
    """
    assert data.against is not None
    first = max(data.first, data.against.first)
    last = min(first + MONTHS // data.period_months - 1, data.horizon, data.against.last)
    now, before = values.get("ordered", {}), data.against.values.get("ordered", {})
    same = new = dropped = 0.0
    for index in sorted(index for index in {*now, *before} if first <= index[-1] <= last):
        product = data.products.get((index[1], index[2])) or data.against.data.products[index[1], index[2]]
        each, has, had = product.unit_cost / data.money_unit, now.get(index, 0.0), before.get(index, 0.0)
        same += each * min(has, had)
        new += each * max(has - had, 0.0)
        dropped += each * max(had - has, 0.0)
    labels = data.period_labels
    return ChangedOrders(labels[first - 1], labels[max(first, last) - 1], same, new, dropped, tuple(inputs))


def in_words(against: Mapping[str, Any], data: PlanData) -> str:
    """The sentence that a report gives of ``against`` in ``run.json``."""
    orders, money = against["orders"], money_name(data.currency, data.money_unit)
    span = span_name([orders["first"], orders["last"]])
    if not (orders["same"] or orders["new"] or orders["dropped"]):
        return f"Against {against['run']}: neither plan orders anything from {span}"
    changed = (
        f"Against {against['run']}: {formatted_share(orders['share'])} of the orders of {span} changed: "
        f"{formatted(orders['new'], 'money')} {money} new, {formatted(orders['dropped'], 'money')} dropped, "
        f"{formatted(orders['same'], 'money')} as they were"
    )
    why = ", ".join(orders["inputs"])
    return f"{changed}; inputs that differ: {why}" if why else f"{changed}; no inputs differ"
