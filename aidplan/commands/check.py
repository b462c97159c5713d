"""`aidplan check`: a workbook and all its scenarios, checked; every finding at its cell, all at once."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from aidplan.commands.exit_codes import ExitCode
from aidplan.commands.formatted import counted
from aidplan.commands.options import FILE, console_options
from aidplan.console import Console

if TYPE_CHECKING:
    from aidplan.workbook.findings import Finding
    from aidplan.workbook.planning_workbook import Scenario, Workbook


@click.command("check")
@click.argument("workbook", type=FILE)
@click.option("--annotate", type=FILE, metavar="FILE", help="Write a copy with each finding at its cell.")
@console_options
def command(workbook: Path, annotate: Path | None, as_json: bool, quiet: bool) -> ExitCode:
    """Check a workbook and all its scenarios: every finding at its cell, all at once."""
    console = Console(as_json, quiet)
    try:
        result = check_workbook(workbook, annotate)
    except ValueError as problem:  # AnnotationError: its module is heavy and not needed for a plain check
        console.warn(str(problem))
        return ExitCode.USAGE
    print(result.as_json() if as_json else result.as_text(), flush=True)
    return result.exit_code


@dataclass(frozen=True)
class CheckResult:
    """A workbook and all its scenarios, checked; ``annotated`` is the annotated copy, if one was made, and
    ``problem`` why one that was asked for was not.
    """

    workbook: Workbook
    scenarios: tuple[Scenario, ...]
    annotated: Path | None = None
    problem: str = ""
    failed: bool = False
    """Whether the disk is to blame for the problem."""

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
    def exit_code(self) -> ExitCode:
        """1 where the disk failed, 3 where the base or a scenario is refused, else 2 where the annotated copy could not
        be written, else 0.
        """
        if self.failed:
            return ExitCode.FAILED
        return ExitCode.REFUSED if self.refused else ExitCode.USAGE if self.problem else ExitCode.DONE

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
        lines = [f"{self.workbook.file}: {counted_findings(self.findings)}"]
        lines += [f"{finding.severity}: {finding}" for finding in self.workbook.findings]
        if self.scenarios:
            lines += ["", f"{counted(len(self.scenarios), 'scenario')}:"]
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
            return (
                "The workbook is refused: fix the errors and check again. What is valid but unusual is shown once "
                "the errors are fixed."
            )
        if self.refused:
            return f"The base can be solved. Refused: {', '.join(self.refused)}."
        return (
            "The workbook can be solved, and every scenario with it."
            if self.scenarios
            else "The workbook can be solved."
        )


def counted_findings(findings: tuple[Finding, ...]) -> str:
    """``2 errors, 1 warning``; ``0 findings`` where there are none."""
    from aidplan.workbook.findings import ERROR, WARNING

    if not findings:
        return "0 findings"
    numbers = [(sum(finding.severity == severity for finding in findings), severity) for severity in (ERROR, WARNING)]
    return ", ".join(counted(number, severity) for number, severity in numbers if number)


def check_workbook(path: str | Path, annotate: str | Path | None = None, replace_copy: bool = False) -> CheckResult:
    """Reads and checks the base and every scenario; with `annotate` writes a copy with every finding on its cell, in
    place of an earlier one only where it may (`replace_copy`).
    """
    from aidplan.workbook.file.files import read_file
    from aidplan.workbook.file.guard import UnreadableFileError
    from aidplan.workbook.planning_workbook import read_workbook, unreadable

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
        written = write_annotated(path, data, result.findings, workbook.tables, Path(annotate), replace_copy)
    except AnnotationError as problem:
        return replace(result, problem=str(problem), failed=problem.failed)
    return replace(result, annotated=written)
