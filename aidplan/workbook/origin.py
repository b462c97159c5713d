"""Where a workbook comes from: one that `aidplan roll` wrote says of which run, in the source of its start."""

from __future__ import annotations

import re
from typing import NamedTuple

from aidplan.workbook.tables import Tables

_CARRIED = re.compile(r"(?:; )?carried from run (?P<run>.*?) at the end of (?P<last>\d{4}-(?:\d\d|Q\d))")


class Origin(NamedTuple):
    """The ``run`` that a workbook was rolled from, and the label of the period in which the workbook begins."""

    run: str
    to: str


def carried_from(run: str, last: str) -> str:
    """What the source of a carried row says: the run, and the label of the ``last`` period that is over."""
    return f"carried from run {run} at the end of {last}"


def without_origin(source: str) -> str:
    """A source without what an earlier roll said there."""
    return _CARRIED.sub("", source)


def rolled_from(tables: Tables) -> Origin | None:
    """The run that the workbook was rolled from; None for one that a planner wrote."""
    start = tables.row("settings", "start")
    found = _CARRIED.search(str(start.values.get("source", ""))) if start else None
    return Origin(found["run"], tables.calendar.label(1)) if found else None
