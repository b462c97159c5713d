"""What would let a target be met: the smallest changes of cells, found as for a workbook that has no plan."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from aidplan.explain.infeasible import Infeasibility
from aidplan.explain.shortage.goods import Question
from aidplan.solve.solving import build_programme
from aidplan.workbook import plan_data

if TYPE_CHECKING:
    from aidplan.extract import PlanRun
    from aidplan.workbook import Tables


FLOORS = frozenset({"floor", "floor_from"})
"""Kinds of changes that would give up the target."""


def repairs(
    run: PlanRun, question: Question, target: float, seconds: float, progress: Callable[[str], None]
) -> tuple[list[dict[str, Any]], list[str]]:
    """Each way in which at least ``target`` of the demand asked about can be met in every period: its ``kind``, ``words``
    and ``changes`` (``cell``, ``from``, ``to``, ``unit``), each proved; and notes on what was cut.

    The target is a floor of demand at each place. Ways that lower a floor are left out: they would give up the target.
    """
    tables = _with_floor(run, question, target)
    data = plan_data(tables)
    model, programme, _, _ = build_programme(data)
    found = Infeasibility(data, tables).explain(model, programme, time_limit=seconds, progress=progress, barred=FLOORS)
    repairs = [repair.as_dict() for repair in found.repairs]
    return [_entry(repair) for repair in repairs], [*found.notes]


def _with_floor(run: PlanRun, question: Question, target: float) -> Tables:
    """The run's workbook with the target as a floor of the demand that is asked about."""
    rows = {(place, question.capability) for place in question.places}
    cells: dict[str | int, Any] = {"floor": target, "floor_from": question.first}
    table = run.book["demand"]
    floors = table.with_rows(row.with_cells(cells) if row.key in rows else row for row in table)
    return run.book.replaced({"demand": floors})


def _entry(repair: dict[str, Any]) -> dict[str, Any]:
    return {
        "kind": repair["kind"],
        "words": repair["words"],
        "proved": repair["proved"],
        "changes": [
            {"cell": change["cell"], "from": change["now"], "to": change["new"], "unit": change["unit"]}
            for change in repair["changes"]
        ],
    }
