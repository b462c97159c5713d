"""Planning workbooks in Python."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aidplan.interface.errors import Error, UnknownScenario, WorkbookRefused

if TYPE_CHECKING:
    from aidplan.workbook import Finding
    from aidplan.workbook import Workbook as ReadWorkbook

BASE = "base"


class Workbook:
    """A planning workbook: read once from ``path``; ``data`` are its bytes."""

    def __init__(self, path: Path, data: bytes, book: ReadWorkbook) -> None:
        self.path, self.data, self._book = path, data, book

    @property
    def scenarios(self) -> tuple[str, ...]:
        """The names of its scenarios, without ``base``."""
        return self._book.scenarios

    @property
    def refused(self) -> bool:
        """Whether it has an error, so that nothing of it is solved."""
        return self._book.refused

    def check(self, scenario: str = BASE) -> tuple[Finding, ...]:
        """Every finding of the workbook in a scenario: errors and warnings, each at its cell.

        Raises `UnknownScenario`.
        """
        return self._book.findings if scenario == BASE else (*self._book.findings, *self._in(scenario).findings)

    def with_changes(self, *rows: Mapping[str, Any], scenario: str = "changed") -> Workbook:
        """A copy with one more scenario, named ``scenario``, of these rows of the scenario language.

        A row has ``sheet``, ``column``, ``change`` (set, scale, add), ``value``, and ``where`` if it is not for all
        rows:
        ``{"sheet": "funding", "where": "fund=USAI", "column": "*", "change": "scale", "value": 0}``.

        Raises `Error` where a row has other names, the scenario exists, or the file cannot be copied with changes.
        """
        from aidplan.study.copies import CopyError, with_scenarios
        from aidplan.study.settings import ScenarioRow

        if scenario == BASE or scenario in self.scenarios:
            raise Error(f"the workbook has a scenario `{scenario}` already; give another name with scenario=")
        known = {"sheet", "where", "column", "change", "value"}
        for row in rows:
            if wrong := sorted(set(row) - known):
                raise Error(f"a row of changes has no `{wrong[0]}`; it has {', '.join(sorted(known))}")
        made = [
            ScenarioRow(
                str(row.get("sheet", "")),
                str(row.get("where", "")),
                str(row.get("column", "")),
                str(row.get("change", "")),
                row.get("value"),
            )
            for row in rows
        ]
        try:
            data = with_scenarios(self._book, self.data, {scenario: made})
        except CopyError as problem:
            raise Error(str(problem)) from None
        return _workbook(self.path, data)

    def _in(self, scenario: str) -> Any:
        if scenario != BASE and scenario not in self.scenarios:
            from aidplan.workbook.findings import nearest

            near = nearest(scenario, self.scenarios)
            meant = f"; did you mean `{near}`?" if near else ""
            raise UnknownScenario(f"{self.path.name} has no scenario `{scenario}`{meant}")
        return self._book.scenario(scenario)

    def __repr__(self) -> str:
        errors = sum(finding.severity == "error" for finding in self._book.findings)
        state = f"{errors} errors" if errors else "no errors"
        return f"Workbook {self.path.name}: {len(self.scenarios)} scenarios, {state}"


def _workbook(path: Path, data: bytes) -> Workbook:
    from aidplan.workbook.planning_workbook import read_workbook

    return Workbook(path, data, read_workbook(path.name, data))


def open_workbook(path: str | Path) -> Workbook:
    """Read a planning workbook; what is wrong in it is told by `Workbook.check`, and nothing of it is raised.

    Raises `WorkbookRefused` where there is no such file, or it is no workbook.
    """
    from aidplan.workbook.file.files import read_file
    from aidplan.workbook.file.guard import UnreadableFileError
    from aidplan.workbook.planning_workbook import unreadable

    path = Path(path)
    try:
        data = read_file(path)
    except UnreadableFileError as problem:
        findings = unreadable(path.name, "", problem).findings
        raise WorkbookRefused("\n".join(map(str, findings)), findings) from None
    return _workbook(path, data)
