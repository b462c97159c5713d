"""The values of a run's plan by quantity and whole index, as the programme has them: a lane is one label, a period a
number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aidplan_models.registry import QUANTITIES

if TYPE_CHECKING:
    from aidplan.explain.shortage.lifts import Values
    from aidplan.extract import PlanRun

LANE = ["origin", "destination", "mode"]


def values_of(run: PlanRun) -> Values:
    """Quantity -> index -> value, of every quantity in the run's tables; what is not there is 0."""
    number = {label: t for t, label in enumerate(run.data.period_labels, 1)}
    found: dict[str, dict[tuple[object, ...], float]] = {}
    for name, quantity in QUANTITIES.items():
        table = run.tables.get(name)
        if table is None:
            continue
        index = list(quantity.index)
        columns = [table[column].tolist() for column in index]
        if index[:3] == LANE:
            columns[:3] = [[",".join(codes) for codes in zip(*columns[:3], strict=True)]]
        if index[-1] == "period":
            columns[-1] = [number[label] for label in columns[-1]]
        found[name] = dict(zip(zip(*columns, strict=True), table["value"].tolist(), strict=True))
    return found
