"""`aidplan doctor`: is this installation fit to brief ministers with?

It checks versions, solves problems whose answers are known from elsewhere through the same path as a real plan,
and tries to write where runs go. Each check that fails says what to do.
"""

from __future__ import annotations

import os
import platform
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

import click

from aidplan.commands.exit_codes import ExitCode
from aidplan.commands.known_problems import PROBLEMS
from aidplan.commands.options import console_options, out_option
from aidplan.console import Console

NEEDED: Mapping[str, str] = {"python": "3.11", "pyomo": "6.10.1", "highspy": "1.15.1"}
"""The least version of each; older ones are refused."""

WHY_NOT_OLDER: Mapping[str, str] = {
    "highspy": "its versions before 1.15.1 return wrong optima on some problems",
    "pyomo": "the model is expanded in a way that older versions do not have",
    "python": "the programme is written for later ones",
}

CLOSE = 1e-7
"""Relative: how near an answer must come to the known one."""

ROOM_MB = 200
"""Free space that a few runs take."""


@dataclass(frozen=True)
class Result:
    """One check: what was looked at, whether it is ``well`` (passed), what was found, and what to do where
    it is not.
    """

    name: str
    well: bool
    found: str
    remedy: str = ""

    def __str__(self) -> str:
        told = f"{'passed' if self.well else 'FAILED'}  {self.name}: {self.found}"
        return f"{told}; {self.remedy}" if self.remedy else told


@dataclass(frozen=True)
class Diagnosis:
    """All checks together."""

    results: Sequence[Result]

    @property
    def well(self) -> bool:
        """Whether every check is well."""
        return all(result.well for result in self.results)

    def as_text(self) -> str:
        """A line a check, and a verdict."""
        ill = sum(not result.well for result in self.results)
        verdict = (
            "passed: the installation can be used"
            if not ill
            else f"{ill} of {len(self.results)} checks failed; do not use plans made here"
        )
        return "\n".join([*map(str, self.results), verdict])

    def as_dict(self) -> dict[str, Any]:
        """For programs."""
        checks = [{"name": r.name, "well": r.well, "found": r.found, "remedy": r.remedy} for r in self.results]
        return {"well": self.well, "checks": checks}


@click.command("doctor")
@out_option()
@console_options
def command(out: Path, as_json: bool, quiet: bool) -> ExitCode:
    """Check the installation by solving problems with known answers."""
    diagnosis = diagnose(out)
    Console(as_json, quiet).result(diagnosis.as_text(), diagnosis.as_dict())
    return ExitCode.DONE if diagnosis.well else ExitCode.FAILED


def diagnose(out: Path) -> Diagnosis:
    """Every check; ``out`` is the folder where runs are to go."""
    versions = [*check_versions(installed())]
    results = [*versions, check_writing(out)]
    if all(result.well for result in versions):
        results += [check_problem(name, solve) for name, solve in PROBLEMS.items()]
    else:
        results.append(Result("known problems", False, "not tried", "install the versions above first"))
    return Diagnosis(results)


def installed() -> dict[str, str]:
    """Name -> version in use; "" where it is missing."""
    found = {"python": platform.python_version()}
    for name in NEEDED:
        if name != "python":
            try:
                found[name] = metadata.version(name)
            except metadata.PackageNotFoundError:
                found[name] = ""
    return found


def check_versions(found: Mapping[str, str]) -> Iterator[Result]:
    """Each needed version against what is in use."""
    for name, least in NEEDED.items():
        version = found.get(name, "")
        remedy = (
            "install a later Python and then aidplan anew"
            if name == "python"
            else f'pip install --upgrade "{name}>={least}"'
        )
        if not version:
            yield Result(name, False, "is not installed", remedy)
        elif _numbers(version) < _numbers(least):
            yield Result(
                name, False, f"{version} is refused: {WHY_NOT_OLDER[name]}, so {least} or later is needed", remedy
            )
        else:
            yield Result(name, True, version)


def _numbers(version: str) -> tuple[int, ...]:
    """The leading numbers of a version, for comparing."""
    leading = re.match(r"[\d.]*", version)
    return tuple(int(part) for part in leading[0].split(".") if part) if leading else ()


def check_writing(out: Path) -> Result:
    """Whether a run could be written, and has room; leaves nothing behind."""
    name = f"writing to {out}"
    folder = next((each for each in (out, *out.absolute().parents) if each.exists()), Path.cwd())
    if not folder.is_dir():
        return Result(name, False, f"{folder} is a file", "name a folder with --out")
    try:
        with tempfile.TemporaryDirectory(prefix=".doctor-", dir=folder) as tried:
            (Path(tried) / "tried").write_bytes(os.urandom(1024))
    except OSError as problem:
        return Result(
            name,
            False,
            f"{problem.strerror}: {folder}",
            "give yourself the right to write there, or name another folder with --out",
        )
    free = shutil.disk_usage(folder).free / 1e6
    if free < ROOM_MB:
        return Result(name, False, f"{free:,.0f} MB are free", f"make room: a few runs take {ROOM_MB} MB")
    return Result(name, True, f"{free / 1e3:,.1f} GB free")


def check_problem(name: str, solve: Callable[[], Mapping[str, tuple[Any, Any]]]) -> Result:
    """Solve one problem: what came out against what is known."""
    remedy = "install aidplan anew in an environment of its own, and report this if it stays"
    try:
        answers = solve()
    except Exception as problem:  # whatever breaks here is the finding
        return Result(name, False, f"could not be solved ({type(problem).__name__}: {problem})", remedy)
    wrong = [
        f"{what} is {got}, known to be {known}" for what, (got, known) in answers.items() if not _agree(got, known)
    ]
    if wrong:
        return Result(name, False, "; ".join(wrong), remedy)
    return Result(
        name,
        True,
        ", ".join(f"{what} {got if isinstance(got, str) else f'{got:.9g}'}" for what, (got, _) in answers.items()),
    )


def _agree(got: Any, known: Any) -> bool:
    if isinstance(known, str):
        return bool(got == known)
    return bool(abs(got - known) <= CLOSE * max(1.0, abs(known)))
