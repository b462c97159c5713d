"""Warnings about what stands twice: codes and scenarios that look alike, donors of two names, rows pasted twice."""

from __future__ import annotations

from collections.abc import Iterator

from aidplan.workbook.alike import difference, skeleton
from aidplan.workbook.cells import shown
from aidplan.workbook.findings import WARNING, Finding
from aidplan.workbook.schema import CODE, SHEETS
from aidplan.workbook.tables import Row, Tables

_WORDS_LIKE_CODES = (("items", "class"), ("funds", "donor"), ("joins", "donor"), ("scenarios", "scenario"))
DONORS = ("funds", "joins")


def twice_warnings(tables: Tables) -> Iterator[Finding]:
    """Whatever a planner takes for one and a computer for two, or the other way about."""
    for name, column in (*_own_codes(), *_WORDS_LIKE_CODES):
        if name in SHEETS:
            yield from _alike(tables, name, column)
    yield from _donors(tables)
    yield from _same_rows(tables)


def _own_codes() -> Iterator[tuple[str, str]]:
    """The columns in which sheets define codes of their own."""
    for sheet in SHEETS.values():
        for column in sheet.keys:
            if column.kind == CODE and not column.refers:
                yield sheet.name, column.name


def _alike(tables: Tables, name: str, column: str) -> Iterator[Finding]:
    """Texts of one column that differ in letter case, look-alike letters or Unicode form alone."""
    first: dict[str, dict[str, Row]] = {}
    for row in tables[name]:
        if not row.reads(column) or not (text := str(row[column] or "")):
            continue
        known = first.setdefault(skeleton(text), {})
        if text not in known:
            for other, at in list(known.items())[:1]:
                yield Finding(
                    "alike",
                    WARNING,
                    name,
                    row.cell(column),
                    f"{column} `{text}` looks like `{other}` in {at.cell(column)}; it {difference(text, other)}",
                    "if one is meant, write it alike; if two are meant, choose names that nobody confuses",
                )
            known[text] = row


def _donors(tables: Tables) -> Iterator[Finding]:
    """One donor written two ways: as a place's code and as that place's name."""
    used: dict[str, tuple[str, Row]] = {}
    for sheet in DONORS:
        for row in tables[sheet] if sheet in SHEETS else ():
            if row.reads("donor") and row["donor"]:
                used.setdefault(str(row["donor"]), (sheet, row))
    for place in tables["places"]:
        code, name = place.key[0], str(place["name"] or "")
        coded = [donor for donor in used if donor.casefold() == code.casefold()]
        named = [donor for donor in used if name and donor.casefold() == name.casefold() and donor not in coded]
        if coded and named:
            sheet, row = used[named[0]]
            other_sheet, other = used[coded[0]]
            yield Finding(
                "donor-two-ways",
                WARNING,
                sheet,
                row.cell("donor"),
                (
                    f"donor `{named[0]}` is the name of the place `{code}`, and "
                    f"{other_sheet}!{other.cell('donor')} writes `{coded[0]}`; reports take them for one"
                ),
                f"write `{code}` in both",
            )


def _same_rows(tables: Tables) -> Iterator[Finding]:
    """Two rows of one scenario that say the same, as after pasting twice."""
    first: dict[tuple[str, ...], Row] = {}
    for row in tables["scenarios"]:
        if row.bad:
            continue
        words = tuple(_usual(name, row.values.get(name)) for name in ("sheet", "where", "column", "change", "value"))
        seen = first.setdefault((str(row["scenario"]), *words), row)
        if seen is not row:
            effect = "" if row["change"] == "set" else "; both count, one after the other"
            yield Finding(
                "same-row",
                WARNING,
                "scenarios",
                row.cell("scenario"),
                f"the row says the same as row {seen.number}{effect}",
                "delete one of them, unless both are meant",
                scenario=str(row["scenario"]),
            )


def _usual(name: str, value: object) -> str:
    """A cell of a scenario's row without the blanks, and in names the letter case, that do not matter."""
    text = shown(value) if value is not None else ""
    if name == "where":
        conditions = [part.partition("=") for part in text.split(";") if part.strip()]
        return ";".join(
            sorted(
                f"{column.strip().casefold()}={','.join(sorted(word.strip() for word in words.split(',')))}"
                for column, _, words in conditions
            )
        )
    return text if name == "value" else ",".join(sorted(part.strip().casefold() for part in text.split(",")))
