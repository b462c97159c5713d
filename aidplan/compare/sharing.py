"""What the compared runs share, and what only some of them have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aidplan.figures.format import cut, listed, money_name

if TYPE_CHECKING:
    from aidplan.extract import PlanRun

_CODES = ("places", "items", "capabilities", "plants", "expansions", "funds")
_SHOWN = 6


@dataclass(frozen=True)
class Sharing:
    """``labels`` are the periods that all runs have, empty where they have none in common; ``factors`` bring
    each run's money to the first run's unit (None: another currency); ``remarks`` say what is not shared.
    """

    labels: tuple[str, ...]
    factors: tuple[float | None, ...]
    remarks: tuple[str, ...]

    def money(self, run: int, amount: float | None) -> float | None:
        """An amount of run ``run`` in the first run's money; None where the currencies differ."""
        factor = self.factors[run]
        return None if factor is None or amount is None else amount * factor


def sharing(runs: Sequence[PlanRun], names: Sequence[str]) -> Sharing:
    """What these runs have in common; ``names`` are theirs."""
    first = runs[0].data
    labels = [label for label in first.period_labels if all(label in run.data.period_labels for run in runs)]
    factors = tuple(
        run.data.money_unit / first.money_unit if run.data.currency == first.currency else None for run in runs
    )
    remarks = [*_periods(runs, names, labels), *_units(runs, names), *_sheets(runs, names), *_codes(runs, names)]
    return Sharing(tuple(labels), factors, tuple(remarks))


def _periods(runs: Sequence[PlanRun], names: Sequence[str], labels: Sequence[str]) -> list[str]:
    if all(run.data.period_labels == runs[0].data.period_labels for run in runs):
        return []
    spans = "; ".join(
        f"{cut(name)} {run.data.period_labels[0]} to {run.data.period_labels[-1]}"
        for name, run in zip(names, runs, strict=True)
    )
    if not labels:
        return [f"The runs share no period ({spans}), so each figure is over its run's own horizon."]
    return [
        f"The runs' periods differ ({spans}): plans are compared over {labels[0]} to {labels[-1]}, goals and money "
        "left over each run's own horizon."
    ]


def _units(runs: Sequence[PlanRun], names: Sequence[str]) -> list[str]:
    units = [money_name(run.data.currency, run.data.money_unit) for run in runs]
    parts = "; ".join(f"{cut(name)} {unit}" for name, unit in zip(names, units, strict=True))
    if len({run.data.currency for run in runs}) > 1:
        return [f"The runs' currencies differ ({parts}): money is shown for those in {runs[0].data.currency} alone."]
    return [f"The runs' money units differ ({parts}): all money is shown in {units[0]}."] if len(set(units)) > 1 else []


def _sheets(runs: Sequence[PlanRun], names: Sequence[str]) -> list[str]:
    return _only("sheet", [{sheet for sheet in run.book if run.book[sheet].present} for run in runs], names)


def _codes(runs: Sequence[PlanRun], names: Sequence[str]) -> list[str]:
    found: list[str] = []
    for field in _CODES:
        found += _only(field, [set(getattr(run.data, field)) for run in runs], names)
    return found


def _only(what: str, sets: Sequence[set[str]], names: Sequence[str]) -> list[str]:
    shared = set.intersection(*sets)
    return [
        f"Not in every run, but in {cut(name)}: {what} {listed(sorted(own - shared), _SHOWN)}."
        for name, own in zip(names, sets, strict=True)
        if own - shared
    ]
