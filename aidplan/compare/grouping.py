"""Changed cells of one rule as one line: ``lanes of US: capacity_t, Mar 2025–Jun 2026: → 0, 64 cells``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from aidplan.compare.inputs import Change, formatted_value
from aidplan.figures.format import listed, span_name


@dataclass(frozen=True)
class ChangeGroup:
    """Changes that one rule explains: of one sheet and column (or its periods), moved to one value or by one factor."""

    changes: tuple[Change, ...]

    @property
    def first(self) -> Change:
        """The first of them, in order of the workbook."""
        return self.changes[0]

    @property
    def size(self) -> float:
        """How large the largest of them is against what was there."""
        return max(one.size for one in self.changes)

    @property
    def text(self) -> str:
        """One line for a planner; of a single change its own words."""
        if len(self.changes) == 1:
            return self.first.text
        return f"{self.where}: {self.how}, {len(self.changes)} {'cells' if self.first.what == 'changed' else 'rows'}"

    @property
    def where(self) -> str:
        """``lanes US / * / sea, Mar 2025–Jun 2026``: sheet, what the keys share, column or periods."""
        keys = [one.key for one in self.changes]
        shared = [part if all(key[at : at + 1] == (part,) for key in keys) else "" for at, part in enumerate(keys[0])]
        varied = [listed(sorted({key[at] for key in keys if at < len(key)}), 2) for at in range(len(keys[0]))]
        named = " / ".join(part or varied[at] for at, part in enumerate(shared))
        return " ".join(part for part in (self.first.sheet, named, self.columns) if part)

    @property
    def columns(self) -> str:
        """The column, or the span of the periods."""
        columns = sorted({one.column for one in self.changes})
        if all(_is_period(column) for column in columns):
            return span_name(columns)
        return listed(columns, 3)

    @property
    def how(self) -> str:
        """``→ 0``, ``× 1.2``, ``added``."""
        first = self.first
        if first.what != "changed":
            return first.what
        if len({formatted_value(one.after) for one in self.changes}) == 1:
            return f"→ {formatted_value(first.after)}"
        assert isinstance(first.before, int | float)
        assert isinstance(first.after, int | float)
        return f"× {first.after / first.before:.4g}"


def grouped(changes: Sequence[Change]) -> list[ChangeGroup]:
    """The changes by the rule that explains them, in order of the workbook.

    A rule is of one sheet, one column (or any period) and one block, and moves cells to one value or by one factor; a
    cell that two rules explain goes with the one that explains more cells.
    """
    often = Counter(rule for one in changes for rule in _rules(one))
    groups: dict[tuple[object, ...], list[Change]] = {}
    for one in changes:
        groups.setdefault(max(_rules(one), key=lambda rule: often[rule]), []).append(one)
    return [ChangeGroup(tuple(some)) for some in groups.values()]


def _rules(one: Change) -> list[tuple[object, ...]]:
    column = "(periods)" if _is_period(one.column) else one.column
    if one.what != "changed":
        return [(one.sheet, one.what, one.block)]
    before, after = one.before, one.after
    rules: list[tuple[object, ...]] = [(one.sheet, column, one.block, "value", formatted_value(after))]
    if isinstance(before, int | float) and isinstance(after, int | float) and before and after:
        rules.append((one.sheet, column, one.block, "factor", round(float(after) / float(before), 6)))
    return rules


def _is_period(column: str) -> bool:
    head = column[:4]
    return len(column) == len("2024-07") and head.isdigit() and column[4] == "-"
