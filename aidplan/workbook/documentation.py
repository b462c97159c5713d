"""The workbook's page of the documentation, made from the schema.

``python -m aidplan.workbook.documentation docs/workbook.md`` writes it anew.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from aidplan.workbook import describing
from aidplan.workbook.codes import CODES
from aidplan.workbook.describing import Line
from aidplan.workbook.schema import SETTINGS, SHEETS, Sheet

_HEADINGS = ("column", "holds", "unit", "meaning", "allowed", "empty means")


def page() -> str:
    """The page in Markdown."""
    return "\n".join(_page()) + "\n"


def _page() -> Iterator[str]:
    yield "# The planning workbook"
    yield ""
    yield (
        "A planner keeps one `.xlsx` a plan. `aidplan template FILE` writes an empty one, with "
        "`--example` a small filled one; `aidplan check FILE` checks it."
    )
    yield (
        "This page is made from the schema that reading, checking and the template use (`python -m "
        "aidplan.workbook.documentation docs/workbook.md`)."
    )
    yield from ("", "## How it is written", "")
    yield from (f"- {sentence}" for sentence in describing.WRITING)
    yield from ("", "## Sheets", "")
    yield from _table(
        ("sheet", "needed", "keys", "what"),
        (
            [
                f"[{sheet.name}](#{sheet.name})",
                "yes" if sheet.needed else "",
                ", ".join(f"`{key.name}`" for key in sheet.keys),
                sheet.meaning,
            ]
            for sheet in SHEETS.values()
        ),
    )
    for sheet in SHEETS.values():
        yield from _sheet(sheet)
    yield from ("", "## Rules between cells", "")
    yield from (f"- {sentence}" for sentence in describing.RULES)
    yield from ("", "## How scenarios are written", "")
    yield from (f"- {sentence}" for sentence in describing.SCENARIOS)
    yield from ("", "## Findings", "")
    yield (
        "Each finding has a code, which stays the same from version to version. Errors refuse the "
        "workbook, or one scenario; warnings do not."
    )
    for chapter, codes in CODES.items():
        yield from ("", f"### {chapter}", "")
        yield from _table(("code", "meaning"), ([f"`{code}`", meaning] for code, meaning in codes.items()))


def _sheet(sheet: Sheet) -> Iterator[str]:
    yield from ("", f"### {sheet.name}", "", sheet.meaning, "")
    yield from _table(_HEADINGS, (_cells(line) for line in describing.lines(sheet)))
    if sheet.name == "settings":
        yield from ("", "The settings:", "")
        yield from _table(("key", *_HEADINGS[1:]), (_cells(describing.line(setting)) for setting in SETTINGS))


def _cells(line: Line) -> list[str]:
    name = f"**`{line.column}`**" if line.is_key else f"`{line.column}`"
    return [name, line.kind, line.unit, line.meaning, line.allowed, line.when_empty]


def _table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(headings)} |"
    yield f"|{'---|' * len(headings)}"
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(page(), encoding="utf-8")
