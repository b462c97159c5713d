"""The shapes of the registry's records: a quantity, a limit, a goal, and the cell that feeds a number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

PERIOD = "period"
"""The index column of periods; as the column of a `Source`, the column of that period."""


RELIEF = "relief"
"""The kind of a quantity by which a limit gives way in a plan that keeps another; it exists in no other."""


class Source(NamedTuple):
    """The workbook's cell behind a number: the row of ``sheet`` whose key columns have the codes of the same index
    columns, and its ``column`` (`PERIOD`: the period's own). ``alternative`` stands in for a period column that a
    row leaves empty: the cell that then counts.
    """

    sheet: str
    key: tuple[str, ...]
    column: str
    alternative: str = ""


class LimitKind(StrEnum):
    """What a planner can do about a limit.

    ``MOVABLE``: a cell says how far it goes. ``BOOKKEEPING``: it only keeps count, and nobody can change it.
    ``DEFINING``: it only says what a quantity of the programme is; no limit of the model, and never priced.
    """

    MOVABLE = "movable"
    BOOKKEEPING = "bookkeeping"
    DEFINING = "defining"


@dataclass(frozen=True)
class Quantity:
    """A quantity of the plan: its ``index`` columns in order (the period last, where it has one), ``unit``, ``kind``
    (flow, state, or `RELIEF`), the ``idea`` that chooses it, and the ``source`` of what one unit of it costs or takes.
    """

    index: tuple[str, ...]
    unit: str
    kind: str
    meaning: str
    idea: str
    source: Source | None = None


@dataclass(frozen=True)
class LimitRecord:
    """A limit of the model, one record whatever reads of it.

    Attributes
    ----------
    constraints
        The names of its rules; two where public and private capacity are written apart.
    sense
        Relation of its row with all quantities on the left: ``==``, ``<=`` or ``>=``.
    index
        Its index columns, a lane and a menu row by their codes; the columns of ``prices.csv`` (see `PRICE_COLUMN`).
    unit
        Unit of its row, in which its right-hand side is measured.
    meaning
        What it says, as a planner reads it in an explanation.
    noun
        What more of it is, as a planner reads it in a list of prices; "" where nobody can have more of it.
    idea
        The idea that holds it.
    sources
        The cells of its right-hand side.
    coefficients
        Quantity -> the cell of its coefficient there, where it is not that of the quantity itself. A code of its key
        is the row's, or the quantity's where the row has none; ``backed.component`` is the quantity's own.
    """

    constraints: tuple[str, ...]
    sense: str
    index: tuple[str, ...]
    unit: str
    kind: LimitKind
    meaning: str
    idea: str
    noun: str = ""
    sources: tuple[Source, ...] = ()
    coefficients: Mapping[str, Source] = field(default_factory=dict)


@dataclass(frozen=True)
class GoalRecord:
    """A goal, smaller is better: its ``unit`` (share or money), ``noun`` for planners and ``meaning``.

    ``always``: every run reports its value. ``default_rank``: its rank in a workbook that ranks nothing; None where
    such a workbook leaves it out.
    """

    unit: str
    noun: str
    meaning: str
    always: bool = True
    default_rank: int | None = None
