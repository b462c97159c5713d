"""Demand, the adversary's output, and the measures that lower both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from aidplan_models import pressure
from aidplan_models.data import Adversary, Demand, Join, Measure, Series

from aidplan.workbook.numbers.cells import PeriodReader, by_codes, in_order, number, whole
from aidplan.workbook.tables import Row, Tables, codes_of


def measures(tables: Tables) -> dict[tuple[str, str], Measure]:
    """(measure, capability) -> its terms; a row that names several capabilities speaks of each."""
    return in_order(
        (
            (str(row["measure"]), capability),
            Measure(number(row["effect"]), whole(row["ramp"]), number(row["leak"]), number(row["fade"])),
        )
        for row in tables["measures"]
        for capability in codes_of(row, "capability")
    )


def joins(tables: Tables) -> dict[tuple[str, str], Join]:
    """(measure, donor) -> its terms."""
    return by_codes(
        tables,
        "joins",
        lambda row: Join(
            number(row["weight"]), None if row["from"] is None else whole(row["from"]), number(row["cost"])
        ),
    )


@dataclass(frozen=True)
class Pressed:
    """What measures leave of the adversary's output, by capability."""

    measures: Mapping[tuple[str, str], Measure]
    joins: Mapping[tuple[str, str], Join]
    periods: int

    def left(self, capability: str) -> Series:
        """Share of the output that is left, a period."""
        return pressure.left(self.measures, self.joins, capability, self.periods)


def demand(row: Row, read: PeriodReader, pressed: Pressed) -> Demand:
    """One row of `demand`, less what measures take off it."""
    stated = counts = read.series(row)
    eased_by, share = str(row["eased_by"] or ""), number(row["eased_share"])
    if eased_by:
        counts = pressure.eased(stated, share, pressed.left(eased_by))
    return Demand(
        priority=number(row["priority"]),
        floor=number(row["floor"]),
        floor_from=whole(row["floor_from"]),
        demand=counts,
        stated=stated,
        eased_by=eased_by,
        eased_share=share,
    )


def adversary(row: Row, read: PeriodReader, pressed: Pressed) -> Adversary:
    """One row of `adversary`, less what measures take off its output."""
    stated = read.series(row)
    counts = tuple(output * left for output, left in zip(stated, pressed.left(row.key[0]), strict=True))
    return Adversary(number(row["target_ratio"]), counts, stated)
