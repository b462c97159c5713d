"""Rules between the cells of measures, joins and redirects."""

from __future__ import annotations

from collections.abc import Iterator

from aidplan.workbook.findings import ERROR, Finding
from aidplan.workbook.tables import Row, Tables, codes_of

SLACK = 1e-9
"""How far a sum of shares may pass 1 by floating-point rounding alone."""


def validate_pressure(tables: Tables) -> Iterator[Finding]:
    """Every breach of the rules that need more than one cell to tell."""
    yield from _effects(tables)
    yield from _measures_once(tables)
    yield from _weights(tables)
    yield from _redirects(tables)


def _error(code: str, row: Row, column: str, message: str, remedy: str) -> Finding:
    return Finding(code, ERROR, row.sheet.name, row.cell(column), message, remedy)


def _effects(tables: Tables) -> Iterator[Finding]:
    """effect_low is at most effect, and effect at most effect_high."""
    for row in tables["measures"]:
        for lower, upper, wrong in (("effect_low", "effect", "effect_low"), ("effect", "effect_high", "effect_high")):
            low, high = row[lower], row[upper]
            if row.reads(lower, upper) and isinstance(low, float) and isinstance(high, float) and low > high:
                yield _error(
                    "above-limit",
                    row,
                    wrong,
                    f"{lower} {low:g} is above {upper} {high:g}",
                    "effect must lie between effect_low and effect_high",
                )


def _measures_once(tables: Tables) -> Iterator[Finding]:
    """A measure speaks of a capability in one row."""
    first: dict[tuple[str, str], Row] = {}
    for row in tables["measures"]:
        if not row.reads("measure", "capability"):
            continue
        for capability in codes_of(row, "capability"):
            seen = first.setdefault((str(row["measure"]), capability), row)
            if seen is not row and seen.key != row.key:
                yield _error(
                    "double-key",
                    row,
                    "capability",
                    f"{row['measure']} speaks of {capability} in row {seen.number} too",
                    "name each capability in one row of a measure",
                )


def _weights(tables: Tables) -> Iterator[Finding]:
    """The weights of a measure add up to at most 1."""
    total: dict[str, float] = {}
    for row in tables["joins"]:
        weight = row["weight"] if row.reads("measure", "weight") else None
        if not isinstance(weight, float):
            continue
        measure = str(row["measure"])
        before = total.get(measure, 0.0)
        total[measure] = before + weight
        if before <= 1 + SLACK < total[measure]:
            yield _error(
                "above-limit",
                row,
                "weight",
                f"the weights of {measure} add up to {total[measure]:g} with this row",
                "a measure's weights are shares of one whole: together at most 1",
            )


def _redirects(tables: Tables) -> Iterator[Finding]:
    """A row for every plant and one for a single plant, of the same owner and item, exclude each other."""
    of_all = {
        row.key[:2]: row for row in tables["redirects"] if row.reads("owner", "item", "plant") and row.key[2] == "*"
    }
    for row in tables["redirects"]:
        if row.reads("owner", "item", "plant") and row.key[2] != "*" and row.key[:2] in of_all:
            yield _error(
                "double-key",
                row,
                "plant",
                f"row {of_all[row.key[:2]].number} redirects {row.key[1]} of {row.key[0]} at every plant, this one too",
                "keep the row for every plant, or one for each plant",
            )
