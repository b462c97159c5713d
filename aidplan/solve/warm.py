"""Where the first ranks of programmes stood, for others that have the same columns and rows: other numbers alone.

A plan in which little changed is some pivots away; one in which much did is nearer from nothing. Which of the two it
is shows in most cases at once, by how many rows and columns do not stand where they may; else on the way.

A run keeps where its own first rank stood (``warm.npz``), so that the next command can begin there. Neither the plan nor its
prices depend on that.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self

import highspy
import numpy as np

from aidplan.solve.assemble.linear_program import Array, Block, Programme

FEW, ONE_IN = 100, 400
"""A start is near where this many rows and columns, or one column in so many, are out of bounds or priced wrongly there."""

PIVOTS, A_PIVOT = 300, 400
"""Pivots after which it was far all the same: so many, or one for so many columns. On the coalition workbook edits of one cell
took at most 310, and 413 take 0.9 s where a solve from nothing takes 12."""


def near(infeasible: int, columns: int) -> bool:
    """Whether a start with so many ``infeasible`` rows and columns is worth going on from.

    On the coalition workbook, 165,352 columns, 18 changes of 23 that began with no more than 400 took 0 to 1,200 pivots
    (0.1 to 4 s, where from nothing takes 22 s); of 9 that began with more none took fewer than 2,900.
    """
    return infeasible <= max(FEW, columns // ONE_IN)


def few_pivots(columns: int) -> int:
    """How many pivots a start is given at a stage that takes a second from nothing."""
    return pivots(columns) // 3


def pivots(columns: int) -> int:
    """How many pivots a start is given."""
    return max(PIVOTS, columns // A_PIVOT)


AT_LOWER, BASIC = int(highspy.HighsBasisStatus.kLower), int(highspy.HighsBasisStatus.kBasic)
"""HiGHS's states of a column or row in a basis."""

MOST = 4
"""Starts that are kept for the same names; each is looked at for a tenth of a second, and the nearest taken."""


_STATES = ("columns", "rows")


@dataclass(frozen=True)
class Start:
    """A basis, as HiGHS's states of ``columns`` and ``rows`` (int8); of a first rank also where the ``later`` stages of the
    same solve stood, by their names.
    """

    columns: Array
    rows: Array
    later: dict[str, Start] = field(default_factory=dict)

    @classmethod
    def of(cls, basis: Any) -> Self:
        """From HiGHS's basis."""
        columns, rows = (
            np.array([int(state) for state in states], dtype=np.int8) for states in (basis.col_status, basis.row_status)
        )
        return cls(columns, rows)

    def fits(self, shape: tuple[int, int]) -> bool:
        """Whether it is of a problem with so many rows and columns."""
        return (len(self.rows), len(self.columns)) == shape

    def basis(self) -> Any:
        """HiGHS's basis."""
        states = {int(state): state for state in highspy.HighsBasisStatus.__members__.values()}
        basis = highspy.HighsBasis()
        basis.col_status = [states[state] for state in self.columns.tolist()]
        basis.row_status = [states[state] for state in self.rows.tolist()]
        # Where some are wanting HiGHS takes rows for them; else it would refuse.
        whole = np.count_nonzero(self.columns == BASIC) + np.count_nonzero(self.rows == BASIC) == len(self.rows)
        basis.valid, basis.alien = True, not whole
        return basis


@dataclass
class Starts:
    """Where first ranks stood, for every set of names that was met; ``learns`` is told of each that is kept."""

    kept: dict[str, list[Start]] = field(default_factory=dict)
    learns: Callable[[str, Start], object] = lambda _names, _start: None
    latest: tuple[str, Start] | None = None
    """Where the last first rank stood that was kept here, with its names."""

    def fitting(self, programme: Programme, goals: str) -> Sequence[Start]:
        """Where a programme whose first rank has these ``goals`` can begin."""
        return self.kept.get(names_of(programme, goals), ())

    def keep(self, programme: Programme, goals: str, basis: Any) -> None:
        """Keep HiGHS's basis of a programme's first rank."""
        names, start = names_of(programme, goals), Start.of(basis)
        self.latest = names, start
        if self.add(names, start):
            self.learns(names, start)

    def keep_later(self, stage: str, basis: Any) -> None:
        """Keep HiGHS's basis of a later stage of the solve whose first rank was kept last."""
        if self.latest is not None:
            self.latest[1].later[stage] = Start.of(basis)

    def add(self, names: str, start: Start) -> bool:
        """Keep a start, if there is room for one more of its names."""
        others = self.kept.setdefault(names, [])
        room = len(others) < MOST
        if room:
            others.append(start)
        return room


def packed(title: str, names: str, start: Start) -> bytes:
    """A start as the bytes of ``warm.npz``, with the title of its workbook; some 10 to 40 kB a stage at 165,000 columns."""
    file = io.BytesIO()
    later = {f"{what} {n}": getattr(each, what) for n, each in enumerate(start.later.values()) for what in _STATES}
    np.savez_compressed(
        file,
        title=np.array(title), names=np.array(names), columns=start.columns, rows=start.rows,
        later=np.array(list(start.later), dtype=str), **later,
    )  # fmt: skip
    return file.getvalue()


def unpacked(data: bytes) -> tuple[str, str, Start]:
    """Title, names and start of a ``warm.npz``. Raises ValueError where it is none."""
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as held:
            stages = held["later"].tolist() if "later" in held else []
            later = {str(stage): _read(held, f" {n}") for n, stage in enumerate(stages)}
            return str(held["title"]), str(held["names"]), replace(_read(held), later=later)
    except (OSError, KeyError, ValueError, zipfile.BadZipFile, EOFError) as problem:
        raise ValueError(f"no warm start can be read ({problem})") from None


def _read(held: Mapping[str, Array], of: str = "") -> Start:
    """The basis of a stage. Raises ValueError where there is none."""
    columns, rows = (held[f"{what}{of}"].astype(np.int8) for what in _STATES)
    states = [int(state) for state in highspy.HighsBasisStatus.__members__.values()]
    if columns.ndim != 1 or rows.ndim != 1 or not np.isin(np.concatenate([columns, rows]), states).all():
        raise ValueError("it holds no basis")
    return Start(columns, rows)


def names_of(programme: Programme, goals: str) -> str:
    """A digest of the names of a programme's columns and rows, in order, and of the goals of its first rank."""
    digest = hashlib.blake2b(goals.encode(), digest_size=16)
    for blocks in (programme.columns, programme.rows):
        _add(digest, blocks)
    return digest.hexdigest()


def _add(digest: Any, blocks: Mapping[str, Block]) -> None:
    for name, block in blocks.items():
        digest.update(f"{name} {len(block)} {list(block.keys)!r}".encode())
        digest.update(block.key.astype(np.int64).tobytes())
        digest.update(block.period.astype(np.int64).tobytes())
