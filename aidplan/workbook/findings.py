"""A finding: one thing that is wrong or unusual in a workbook, at its cell."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from aidplan.workbook.schema import SHEETS

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
ERROR, WARNING, UNUSED = "error", "warning", "unused"
"""The severities of a finding; ``unused`` is what was read over on purpose, with its reason."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong at ``sheet!cell`` (`message`) and what would be right (`remedy`).

    ``code`` is stable and meant for programs; ``severity`` is error (the workbook, or the scenario, is
    refused), warning, or unused (what was not used: `message`, and why: `remedy`). ``scenario`` is empty for the
    workbook as it is. ``sheet`` and ``cell`` are empty where the file as a whole is meant.
    """

    code: str
    severity: str
    sheet: str
    cell: str
    message: str
    remedy: str
    scenario: str = ""

    @property
    def place(self) -> str:
        """``demand!F12``, ``demand`` for a whole sheet, ``workbook`` for the whole file."""
        return f"{self.sheet}!{self.cell}" if self.sheet and self.cell else self.sheet or "workbook"

    @property
    def first_cell(self) -> str:
        """``F2``, also where a range of cells is meant, ``F2:K2``."""
        return self.cell.partition(":")[0]

    @property
    def row(self) -> int:
        """The Excel row of its first cell; 0 where no cell is meant."""
        return int(self.first_cell.lstrip(_LETTERS) or 0)

    def __str__(self) -> str:
        return f"{self.place}: {self.message}; {self.remedy}" if self.remedy else f"{self.place}: {self.message}"

    def as_dict(self) -> dict[str, str]:
        """The finding for JSON, its place included."""
        return {"place": self.place, **asdict(self)}


MOST_ALIKE = 1_000
"""So many findings of one code are listed for one sheet; of more, their number."""


class Collector:
    """Takes findings one by one; of very many alike it keeps the first and counts the rest."""

    def __init__(self) -> None:
        self._kept: list[Finding] = []
        self._counted: Counter[tuple[str, str, str, str]] = Counter()

    def __call__(self, finding: Finding) -> None:
        """Takes one."""
        kind = (finding.code, finding.severity, finding.sheet, finding.scenario)
        self._counted[kind] += 1
        if self._counted[kind] <= MOST_ALIKE:
            self._kept.append(finding)

    @property
    def has_errors(self) -> bool:
        """Whether the workbook itself is refused."""
        return any(severity == ERROR and not scenario for _, severity, _, scenario in self._counted)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings, errors first, then as they stand in the workbook; with each kind that was cut, how
        many more.
        """
        more = [
            Finding(
                code,
                severity,
                sheet,
                "",
                f"{count - MOST_ALIKE:,} more such cells ({code})",
                "fix those listed, and check again",
                scenario,
            )
            for (code, severity, sheet, scenario), count in self._counted.items()
            if count > MOST_ALIKE
        ]
        return in_order((*self._kept, *more))

    @property
    def is_cut(self) -> bool:
        """Whether some findings were only counted."""
        return any(count > MOST_ALIKE for count in self._counted.values())


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings as a planner goes through them: errors first, then by sheet, row and column."""
    sheets = {name: number for number, name in enumerate(SHEETS, 2)}
    severities = (ERROR, WARNING, UNUSED)

    def place(finding: Finding) -> tuple[int, int, int, int, str]:
        column = finding.first_cell.rstrip("0123456789")
        sheet = sheets.get(finding.sheet, 1) if finding.sheet else 0
        return severities.index(finding.severity), sheet, finding.row, len(column), column

    return tuple(sorted(findings, key=place))


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name most like a mistyped one; None where nothing is near."""
    by_folded: dict[str, str] = {}
    for candidate in sorted(known):
        by_folded.setdefault(candidate.casefold(), candidate)
    found = difflib.get_close_matches(name.strip().casefold(), by_folded, n=1, cutoff=0.7)
    return by_folded[found[0]] if found else None


def shortened(names: Iterable[str], most: int = 8) -> str:
    """Names joined by commas; a long list is cut and says by how many."""
    names = list(names)
    if len(names) <= most:
        return ", ".join(names)
    return f"{', '.join(names[:most])} and {len(names) - most} more"
