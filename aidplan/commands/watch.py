"""`aidplan watch`: a workbook that is saved in a folder is checked at once, and solved when it is clean."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import click

from aidplan.commands.check import CheckResult, check_workbook, counted_findings
from aidplan.commands.exit_codes import ExitCode
from aidplan.commands.options import FILE, BatchOptions, console_options, out_option
from aidplan.console import Console, own_fault

if TYPE_CHECKING:
    from aidplan.workbook.findings import Finding

ENDING = "-findings.xlsx"
WORKBOOKS = (".xlsx", ".xlsm")
INTERVAL = 0.5
"""Seconds between two looks at the folder. Folders on network drives, where planners keep workbooks, tell no program
of a change, so the folder is looked at again and again.
"""
PATIENCE = 10.0
"""Seconds for which a file that is cut off is taken for one that is still being written."""
UNFINISHED = ("broken-zip", "empty-file", "missing-part", "no-file")
"""What a file that is still being copied looks like."""
MOST_SHOWN = 10
Stamp = tuple[int, int]


@click.command("watch")
@click.argument("folder", type=FILE)
@click.option("--solve", "solves", is_flag=True, help="Solve a workbook when it has no errors.")
@out_option("Folder for runs, with --solve.")
@console_options
def command(folder: Path, solves: bool, out: Path, as_json: bool, quiet: bool) -> ExitCode:
    """Check every workbook that is saved in FOLDER; the findings are written beside it. Ctrl-C ends it."""
    console = Console(as_json, quiet)
    if not folder.is_dir():
        console.warn(f"watch: {folder} is {'no folder' if folder.exists() else 'not there'}; give the folder to watch")
        return ExitCode.USAGE
    console.progress(f"watching {folder}; save a workbook there; Ctrl-C ends it")
    watched = Watched(folder)
    for path in watched.saved():
        code = _check(path, solves, out, console)
        if code is None:
            watched.again(path)
        if code == ExitCode.INTERRUPTED:
            return code
    console.warn(f"watch: {folder} is there no more")
    return ExitCode.FAILED


@dataclass
class Watched:
    """A folder of workbooks; ``pause`` waits until the next look."""

    folder: Path
    pause: Callable[[], None] = field(default=lambda: time.sleep(INTERVAL))
    _done: dict[Path, Stamp] = field(default_factory=dict)
    _last: dict[Path, Stamp] = field(default_factory=dict)
    _first: dict[Path, Stamp] | None = None

    def saved(self) -> Iterator[Path]:
        """Every workbook that is new or was saved anew, as soon as it is whole; ends where the folder is gone."""
        while (now := self._look()) is not None:
            self._first = now if self._first is None else self._first
            for path, stamp in now.items():
                whole = self._last.get(path) == stamp
                if whole and self._done.get(path) != stamp and not self._is_older(path, stamp):
                    self._done[path] = stamp
                    yield path
            self._done = {path: stamp for path, stamp in self._done.items() if path in now}
            self._last = now
            self.pause()

    def again(self, path: Path) -> None:
        """The workbook was not whole after all: it is given once more."""
        self._done.pop(path, None)

    def _look(self) -> dict[Path, Stamp] | None:
        """Each workbook's time and size; None where the folder is gone."""
        found = {}
        try:
            for path in sorted(self.folder.iterdir()):
                if is_workbook(path) and (stamp := _stamp(path)) is not None:
                    found[path] = stamp
        except OSError:
            return None
        return found

    def _is_older(self, path: Path, stamp: Stamp) -> bool:
        """Whether the findings beside a workbook that was there before us are newer than it."""
        beside = _stamp(findings_beside(path))
        return (self._first or {}).get(path) == stamp and beside is not None and beside[0] > stamp[0]


def is_workbook(path: Path) -> bool:
    """Whether a file is a planner's workbook: no lock beside an open one, nothing hidden, and no findings of ours."""
    name = path.name.casefold()
    return name.endswith(WORKBOOKS) and not name.endswith(ENDING) and not name.startswith(("~$", "."))


def findings_beside(path: Path) -> Path:
    """Where the findings of a workbook are written."""
    return path.with_name(path.stem + ENDING)


def _stamp(path: Path) -> Stamp | None:
    try:
        about = path.stat()
    except OSError:
        return None
    return about.st_mtime_ns, about.st_size


def _check(path: Path, solves: bool, out: Path, console: Console) -> ExitCode | None:
    """Check one workbook, write its findings beside it, and solve it where that is asked for and it is clean; None
    where the file is still being written.
    """
    try:
        result, written = _checked(path)
        if not written:
            return None
        _show(result, written, console)
        if not solves or result.workbook.refused:
            return result.exit_code
        from aidplan.commands.solve import solve_workbook
        from aidplan.pipeline import Options

        return solve_workbook(path, (), False, out, None, Options(), BatchOptions(), console)
    except Exception as problem:  # the next workbook is watched for all the same
        console.warn(f"{path.name}: {own_fault(problem)}")
        return ExitCode.FAILED


def _checked(path: Path) -> tuple[CheckResult, str]:
    """The check of a workbook, and where its findings were written, or why they were not."""
    from aidplan.workbook.write.annotation import AnnotationError, is_annotated, write_findings

    target = findings_beside(path)
    if target.exists() and not is_annotated(target):
        return check_workbook(path), f"{target.name} is no list of findings and is not overwritten; rename it"
    result = check_workbook(path, target, replace_copy=True)
    if result.annotated is not None:
        return result, target.name
    if _is_unfinished(path, result):
        return result, ""
    try:
        return result, write_findings(result.findings, target).name  # of a file that cannot be copied
    except AnnotationError as problem:
        return result, str(problem)


def _is_unfinished(path: Path, result: CheckResult) -> bool:
    """Whether a file is cut off that was written to a moment ago, so that the rest may still come."""
    stamp = _stamp(path)
    cut_off = any(finding.code in UNFINISHED for finding in result.workbook.findings)
    return cut_off and stamp is not None and time.time() - stamp[0] / 1e9 < PATIENCE


def _show(result: CheckResult, written: str, console: Console) -> None:
    """One line a check, and its first errors; for programs one JSON object a line."""
    findings: tuple[Finding, ...] = result.findings
    refused = f"; refused: {', '.join(result.refused)}" if result.refused else ""
    if console.as_json:
        print(json.dumps({**json.loads(result.as_json()), "annotated": written}, ensure_ascii=False), flush=True)
        return
    lines = [f"{result.workbook.file}: {counted_findings(findings)}{refused}; {written}"]
    errors = [finding for finding in findings if finding.severity == "error"]
    lines += [f"  {finding.severity}: {finding}" for finding in errors[:MOST_SHOWN]]
    if len(errors) > MOST_SHOWN:
        lines.append(f"  and {len(errors) - MOST_SHOWN} more")
    console.result("\n".join(lines), None)
