"""`aidplan check` and `aidplan template`, without the command line: what they say, and their exit codes."""

from __future__ import annotations

import datetime
import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from aidplan.workbook.file.files import read_file
from aidplan.workbook.file.guard import UnreadableFileError
from aidplan.workbook.findings import ERROR, WARNING, Finding
from aidplan.workbook.planning_workbook import Scenario, Workbook, read_workbook, unreadable

WRONG_USAGE, REFUSED = 2, 3


@dataclass(frozen=True)
class CheckResult:
    """A workbook and all its scenarios, judged; ``annotated`` is the annotated copy, if one was made, and
    ``problem`` why one that was asked for was not.
    """

    workbook: Workbook
    scenarios: tuple[Scenario, ...]
    annotated: Path | None = None
    problem: str = ""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Every finding, the base's first."""
        return (*self.workbook.findings, *(finding for scenario in self.scenarios for finding in scenario.findings))

    @property
    def refused(self) -> tuple[str, ...]:
        """What is refused: ``base``, names of scenarios."""
        base = ("base",) if self.workbook.refused else ()
        return (*base, *(scenario.name for scenario in self.scenarios if scenario.refused))

    @property
    def exit_code(self) -> int:
        """3 where the base or a scenario is refused, else 2 where the annotated copy could not be written, else 0."""
        return REFUSED if self.refused else WRONG_USAGE if self.problem else 0

    def as_json(self) -> str:
        """The result as one JSON object."""
        book = self.workbook
        said: dict[str, Any] = {
            "workbook": {"file": book.file, "sha256": book.sha256},
            "refused": list(self.refused),
            "exit_code": self.exit_code,
            "findings": [finding.as_dict() for finding in book.findings],
            "scenarios": [
                {
                    "name": each.name,
                    "refused": each.refused,
                    "changes": list(each.changes),
                    "findings": [finding.as_dict() for finding in each.findings],
                }
                for each in self.scenarios
            ],
            "unused": [finding.as_dict() for finding in book.unused],
            "annotated": str(self.annotated) if self.annotated else None,
            "problem": self.problem,
        }
        return json.dumps(said, ensure_ascii=False, indent=2)

    def as_text(self) -> str:
        """The result as lines, every finding whole on a line of its own."""
        lines = [f"{self.workbook.file}: {counted(self.findings)}"]
        lines += [f"{finding.severity}: {finding}" for finding in self.workbook.findings]
        if self.scenarios:
            lines += ["", f"{_count(len(self.scenarios), 'scenario')}:"]
        for scenario in self.scenarios:
            refused = " (refused)" if scenario.refused else ""
            lines.append(f"{scenario.name}{refused}: {'; '.join(scenario.changes)}".rstrip(": "))
            lines += [f"  {finding.severity}: {finding}" for finding in scenario.findings]
        if self.workbook.unused:
            lines += ["", "not used:"]
            lines += [f"{finding.place}: {finding.message}; {finding.remedy}" for finding in self.workbook.unused]
        lines += ["", self._verdict()]
        if self.annotated is not None:
            lines.append(f"annotated copy: {self.annotated}")
        if self.problem:
            lines.append(self.problem)
        return "\n".join(lines)

    def _verdict(self) -> str:
        if self.workbook.refused:
            return "The workbook is refused: mend the errors and check again. What is lawful but suspicious is told once there are none."
        if self.refused:
            return f"The base can be solved. Refused: {', '.join(self.refused)}."
        return (
            "The workbook can be solved, and every scenario with it."
            if self.scenarios
            else "The workbook can be solved."
        )


def counted(findings: tuple[Finding, ...]) -> str:
    """``2 errors, 1 warning``; ``0 findings`` where there are none."""
    if not findings:
        return "0 findings"
    numbers = [(sum(finding.severity == severity for finding in findings), severity) for severity in (ERROR, WARNING)]
    return ", ".join(_count(number, severity) for number, severity in numbers if number)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


class TemplateError(ValueError):
    """The template cannot be written; one sentence says why and what to do."""


def make_template(path: str | Path, example: bool = False) -> Path:
    """Writes an empty planning workbook for the coming year, or the filled example; never over a file. Gives the path;
    raises `TemplateError`.
    """
    from aidplan.workbook.write.example import CALENDAR, example_records
    from aidplan.workbook.write.template import next_year, write_template

    path = Path(path)
    if path.suffix.lower() != ".xlsx":
        raise TemplateError(f"{path} must end in .xlsx")
    try:
        if example:
            return write_template(path, CALENDAR, example_records())
        return write_template(path, next_year(datetime.date.today()))
    except FileExistsError:
        raise TemplateError(f"{path} is there already and is not overwritten; name another file") from None
    except OSError as problem:
        raise TemplateError(f"{path} cannot be written ({problem.strerror or problem}); name another place") from None


def check_workbook(path: str | Path, annotate: str | Path | None = None) -> CheckResult:
    """Reads and judges the base and every scenario; with `annotate` writes a copy with every finding on its cell."""
    path = Path(path)
    try:
        data = read_file(path)
    except UnreadableFileError as problem:
        return CheckResult(unreadable(path.name, "", problem), ())
    workbook = read_workbook(path.name, data)
    result = CheckResult(workbook, tuple(workbook.scenario(name) for name in workbook.scenarios))
    if annotate is None:
        return result
    from aidplan.workbook.write.annotation import AnnotationError, write_annotated

    try:
        written = write_annotated(path, data, result.findings, workbook.tables, Path(annotate))
    except AnnotationError as problem:
        return replace(result, problem=str(problem))
    return replace(result, annotated=written)
