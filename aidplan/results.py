"""A solved plan as named tables: what reports, comparison and explanation read.

`PlanRun` is the one shape of a plan outside the solver. It is made in memory by a solve and again,
the same, from a run folder (`aidplan.runs`). Reports repeat its numbers and do no arithmetic of the
model's own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd
    from aidplan_models.data import PlanData

    from aidplan.workbook import Tables

GOAL_NAMES = ("coverage", "equity", "parity", "cost", "liability")
"""The goals whose value every run reports, in the order of the manifest."""


@dataclass(frozen=True)
class PlanRun:
    """One solved plan with its inputs.

    Attributes
    ----------
    manifest
        ``run.json`` without ``files``: run, scenario, status, verified, goals, ranks, model, seconds,
        peak_memory_mb, workbook, versions, options, started.
    tables
        Quantity name -> data frame: its index columns (``aidplan_models.quantities``; periods are
        labels such as ``2024-07``), then ``value``; non-zero rows only, in index order. Also ``spent``
        (fund, period, value), ``coverage`` (place, capability, period, demand, met, unmet; every
        demand above 0) and, where a run has them, ``prices`` and ``ties``.
    data
        The numbers that were solved, scenario applied.
    book
        The workbook's tables, scenario applied: names, units, sources, cell addresses.
    findings
        Warnings of the check, as in ``findings.json``.
    """

    manifest: Mapping[str, Any]
    tables: Mapping[str, pd.DataFrame]
    data: PlanData
    book: Tables
    findings: Sequence[Mapping[str, Any]]

    @property
    def scenario(self) -> str:
        """The scenario's name; ``base`` for the workbook as it is."""
        return str(self.manifest["scenario"])

    @property
    def has_plan(self) -> bool:
        """Whether there is a plan to report: an infeasible run has none."""
        return bool(self.tables)
