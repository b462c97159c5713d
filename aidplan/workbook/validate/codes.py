"""Codes: keys are unique, and every code used is defined, as the right kind, in the sheet that defines it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from aidplan.workbook.alike import difference, skeleton
from aidplan.workbook.cells import NumberCode
from aidplan.workbook.findings import ERROR, Finding, nearest
from aidplan.workbook.schema import SHEETS, Column
from aidplan.workbook.tables import Row, Tables, codes_of

MOST_SUGGESTIONS = 300
"""Nearest names are looked for this often; a workbook with more unknown codes has another trouble."""


OFTEN = 2
"""A code used this often, and defined nowhere, is most likely one whose defining cell cannot be read; once, it is
mistyped.
"""


class Codes:
    """Which codes each sheet defines, and of what kind; ``classes`` are those that items bear.

    A sheet that is missing, or whose keys cannot be read, is ``unknowable``: what is used of it is not validated.
    """

    def __init__(self, tables: Tables) -> None:
        self.kinds: dict[str, dict[str, str | None]] = {}
        self.unknowable: set[str] = set()
        self._unread: Counter[str] = Counter()
        for name in sorted(
            {column.refers for sheet in SHEETS.values() for column in sheet if column.refers} - {"classes"}
        ):
            table = tables[name]
            key = SHEETS[name].keys[0].name
            if key not in table.layout.columns and (table.present or SHEETS[name].needed):
                self.unknowable.add(name)
            self.kinds[name] = {row.key[0]: _kind(row) for row in reversed(table.rows) if row.reads(key)}
            self._unread[name] = sum(not row.reads(key) for row in table)
        self.kinds["classes"] = {
            str(row["class"]): None for row in tables["items"] if row["class"] and row.reads("class")
        }
        if "items" in self.unknowable:
            self.unknowable.add("classes")
        self._unread["classes"] = sum(not row.reads("class") for row in tables["items"])
        self._presume(tables)

    def _presume(self, tables: Tables) -> None:
        """A defining row whose key cannot be read most likely defines the unknown code that is used most."""
        if not any(self._unread.values()):
            return
        used: dict[str, Counter[str]] = {name: Counter() for name in self.kinds}
        for _, column, code in _uses(tables):
            if code not in self.kinds[column.refers] and code not in column.words:
                used[column.refers][code] += 1
        for name, count in self._unread.items():
            often = sorted(
                ((code, uses) for code, uses in used[name].items() if uses >= OFTEN),
                key=lambda pair: (-pair[1], pair[0]),
            )
            for code, _ in often[:count]:
                self.kinds[name][code] = None

    def kind(self, sheet: str, code: object) -> str | None:
        """The kind of a code; None where it is not defined, or its kind could not be read."""
        return self.kinds[sheet].get(str(code))

    def knows(self, row: Row, *columns: str) -> bool:
        """Whether the row's codes in these columns can be read and are defined."""
        for name in columns:
            column = row.sheet.column(name)
            if column is None or not row.reads(name):
                return False
            if column.refers and any(
                code not in self.kinds[column.refers] and code not in column.words for code in codes_of(row, name)
            ):
                return False
        return True


def _kind(row: Row) -> str | None:
    if row.sheet.column("kind") is None or not row.reads("kind"):
        return None
    kind = row["kind"]
    return None if kind is None else str(kind)


def _uses(tables: Tables) -> Iterator[tuple[Row, Column, str]]:
    """Every code used, row by row."""
    for name in tables:
        columns = [column for column in SHEETS[name] if column.refers]
        if columns:
            for row in tables[name]:
                for column in columns:
                    if row.reads(column.name):
                        for code in codes_of(row, column.name):
                            yield row, column, code


def validate_codes(tables: Tables, codes: Codes) -> Iterator[Finding]:
    """Keys that stand twice, codes that are not defined or of the wrong kind."""
    for name in tables:
        yield from _doubles(tables, name)
    suggested: dict[tuple[str, str], str | None] = {}
    for row, column, code in _uses(tables):
        if code in column.words or column.refers in codes.unknowable:
            continue
        known = codes.kinds[column.refers]
        if code not in known:
            at = (column.refers, code)
            if at not in suggested:
                suggested[at] = _nearest(code, known) if len(suggested) < MOST_SUGGESTIONS else None
            if meant := _number(row, column, code, known):
                yield Finding(
                    "unknown-code",
                    ERROR,
                    row.sheet.name,
                    row.cell(column.name),
                    f"{column.name} is the number {code}, and {column.refers} has `{meant}`",
                    f"type it as text: format the cell as text, then type {meant}",
                )
                continue
            yield _unknown(row, column, code, suggested[at])
        elif column.of_kind and known[code] is not None and known[code] not in column.of_kind:
            yield Finding(
                "wrong-kind",
                ERROR,
                row.sheet.name,
                row.cell(column.name),
                f"{column.name} `{code}` is {a_kind(known[code])}",
                f"it must be {_one_of(column.of_kind)}",
            )


def _nearest(code: str, known: dict[str, str | None]) -> str | None:
    """The code that looks the same, else the one most like it."""
    looks = skeleton(code)
    return next((other for other in sorted(known) if skeleton(other) == looks), None) or nearest(code, known)


def _number(row: Row, column: Column, code: str, known: dict[str, str | None]) -> str | None:
    """The code that a number in the cell stands for, written with zeros before it."""
    if not isinstance(row.values.get(column.name), NumberCode):
        return None
    return next((other for other in sorted(known) if other != code and other.lstrip("0") == code), None)


def _unknown(row: Row, column: Column, code: str, near: str | None) -> Finding:
    if column.refers == "classes":
        message, remedy = f"no item has the class `{code}`", "give the class to an item, or name another"
    else:
        message, remedy = (
            f"{column.name} `{code}` is not in {column.refers}",
            f"add it to {column.refers}, or name one that is there",
        )
    if near and skeleton(near) == skeleton(code):
        message += f"; it {difference(code, near)}"
    return Finding(
        "unknown-code",
        ERROR,
        row.sheet.name,
        row.cell(column.name),
        message,
        f"did you mean `{near}`?" if near else remedy,
    )


def a_kind(kind: str | None) -> str:
    """The kind with its article."""
    return "equipment" if kind == "equipment" else f"a {kind}"


def _one_of(kinds: tuple[str, ...]) -> str:
    named = [a_kind(kind) for kind in kinds]
    return named[0] if len(named) == 1 else f"{', '.join(named[:-1])} or {named[-1]}"


def _doubles(tables: Tables, name: str) -> Iterator[Finding]:
    keys = [column.name for column in SHEETS[name].keys]
    if not keys:
        return
    first: dict[tuple[str, ...], Row] = {}
    for row in tables[name]:
        if not row.reads(*keys):
            continue
        seen = first.setdefault(row.key, row)
        if seen is not row:
            yield Finding(
                "double-key",
                ERROR,
                name,
                row.cell(keys[0]),
                f"{', '.join(row.key)} stands in row {seen.number} too",
                "keep one of the two rows",
            )
