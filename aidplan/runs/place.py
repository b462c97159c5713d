"""The place of a run: its name taken, its files written beside it and moved in with one step.

While a run is at work, its folder of runs holds ``.RUN.aidplan-lock``, held by the live process, and,
during the writing, ``.RUN.aidplan-writing`` with the files so far. The last step renames that folder to
``RUN``: before it there is no run, after it there is a whole one. A process that is killed leaves only
these two, unlocked; the next run written to the folder recognises them by that and takes them away.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aidplan.runs.errors import RunNameError, shown, write_failure
from aidplan.runs.lock import Lock
from aidplan.runs.names import validate_name
from aidplan.runs.writing import fill, json_bytes, sync_file, sync_folder

if TYPE_CHECKING:
    import pandas as pd

Report = tuple[str, Callable[[Path], object]]
"""A file's name in the run, and what writes it to the path it is given."""

_LOCK, _WRITING = ".aidplan-lock", ".aidplan-writing"
_PATIENCE = 2.0  # seconds: a sweep by another run holds a dead run's lock for a moment
_ABANDONED = 86_400.0  # seconds: where a disk knows no locks, a day without a touch is a dead run


@dataclass(frozen=True)
class RunPlace:
    """A run's name, held until the block of `claim_run` ends. ``path`` is where the run will be."""

    path: Path

    @property
    def name(self) -> str:
        """The run's name: that of its folder."""
        return self.path.name

    def write(
        self,
        *,
        manifest: Mapping[str, Any],
        workbook: bytes | Path,
        findings: Sequence[Mapping[str, Any]],
        tables: Mapping[str, pd.DataFrame] | None = None,
        reports: Sequence[Report] = (),
        why: Mapping[str, Any] | None = None,
        warm: bytes = b"",
        kept: Mapping[str, bytes] | None = None,
    ) -> Path:
        """Writes the whole run and moves it into place; gives back ``path``.

        ``manifest`` is ``run.json`` but for ``files``; ``run`` becomes this place's name, and where it has
        ``seconds``, ``write`` is set and added to ``total``. ``workbook`` is the file that was solved, or its
        bytes; ``tables`` (quantity name -> index columns, then ``value``) is None where there is no plan;
        ``reports`` are written in their order; ``why`` (``why.json``) and ``warm`` (``warm.npz``) where they hold
        anything; ``kept`` are the workbooks of the runs that it keeps, by file name. Raises `RunError` in a planner's
        sentence where the disk refuses; then, as after an interrupt, nothing of the run remains.
        """
        staging = _hidden(self.path, _WRITING)
        try:
            try:
                staging.mkdir()
                extra = {"why.json": json_bytes(why)} if why else {}
                extra |= {"warm.npz": warm} if warm else {}
                extra |= kept or {}
                fill(staging, {**manifest, "run": self.name}, workbook, findings, tables, reports, extra)
                self._move_in(staging)
            finally:
                shutil.rmtree(staging, ignore_errors=True)
        except OSError as error:
            raise write_failure(error, self.path) from error
        return self.path

    def _move_in(self, staging: Path) -> None:
        if os.path.lexists(self.path):
            raise _taken(self.path)
        try:
            staging.rename(self.path)
        except OSError as error:
            if error.errno in (errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR):
                raise _taken(self.path) from error
            raise
        sync_folder(self.path.parent)


@contextlib.contextmanager
def claim_run(out: Path, name: str, *, unique: bool = False) -> Iterator[RunPlace]:
    """Takes ``name`` in the folder ``out`` (made if need be) for the length of the block.

    Before the work begins, so that a name that is taken, also by a run that is still at work, or a folder
    that may not be written to, costs no solve. With ``unique`` a taken name becomes ``name-2``, ``name-3``…
    Raises `RunNameError` or `RunError`.
    """
    validate_name(name)
    out = Path(out)
    try:
        out.mkdir(parents=True, exist_ok=True)
        _sweep(out)
        lock, path = _take(out, name, unique)
    except OSError as error:
        raise write_failure(error, out / name) from error
    try:
        yield RunPlace(path)
    finally:
        lock.release()


def write_run(
    out: Path,
    name: str,
    *,
    manifest: Mapping[str, Any],
    workbook: bytes | Path,
    findings: Sequence[Mapping[str, Any]],
    tables: Mapping[str, pd.DataFrame] | None = None,
    reports: Sequence[Report] = (),
    unique: bool = False,
) -> Path:
    """`claim_run` and `RunPlace.write` in one; gives back the run's folder."""
    with claim_run(out, name, unique=unique) as place:
        return place.write(manifest=manifest, workbook=workbook, findings=findings, tables=tables, reports=reports)


def receive_run(written: Path, out: Path) -> Path:
    """Move the whole run that was written at ``written`` into ``out`` under its own name, in one step.

    Raises `RunNameError` where the name is taken there, `RunError` where the disk refuses.
    """
    with claim_run(out, written.name) as place:
        staging = _hidden(place.path, _WRITING)
        try:
            try:
                shutil.copytree(written, staging)
                for path in staging.rglob("*"):
                    if path.is_file():
                        sync_file(path)
                place._move_in(staging)
            finally:
                shutil.rmtree(staging, ignore_errors=True)
        except OSError as error:
            raise write_failure(error, place.path) from error
    return place.path


def _take(out: Path, name: str, unique: bool) -> tuple[Lock, Path]:
    """The lock of the first name that is free; that of ``name`` alone unless ``unique``."""
    for number in count(1):
        path = out / (name if number == 1 else f"{name}-{number}")
        try:
            return _take_one(path), path
        except RunNameError:
            if not unique:
                raise
    raise AssertionError


def _take_one(path: Path) -> Lock:
    if os.path.lexists(path):
        raise _taken(path)
    deadline = time.monotonic() + _PATIENCE
    while (lock := Lock.take(_hidden(path, _LOCK))) is None:
        if time.monotonic() > deadline:
            raise RunNameError(f"{shown(path)}: a run of this name is at work; give another name with --name")
        time.sleep(0.05)
    try:
        if os.path.lexists(path):
            raise _taken(path)
        staging = _hidden(path, _WRITING)
        if staging.exists():
            if not _is_dead(staging, lock):
                raise RunNameError(f"{shown(path)}: a run of this name is at work; give another name with --name")
            shutil.rmtree(staging)
        staging.mkdir()  # so that a folder that refuses it is known before the work
        staging.rmdir()
    except BaseException:
        lock.release()
        raise
    return lock


def _sweep(out: Path) -> None:
    """Takes away what killed runs left: whatever is marked as in writing and held by no live process."""
    marked = {
        entry.name.removesuffix(mark)[1:]
        for entry in os.scandir(out)
        for mark in (_LOCK, _WRITING)
        if entry.name.startswith(".") and entry.name.endswith(mark)
    }
    for name in sorted(marked):
        with contextlib.suppress(OSError):
            lock = Lock.take(_hidden(out / name, _LOCK))
            if lock is None:
                continue
            try:
                staging = _hidden(out / name, _WRITING)
                if staging.exists() and _is_dead(staging, lock):
                    shutil.rmtree(staging, ignore_errors=True)
            finally:
                lock.release()


def _is_dead(staging: Path, lock: Lock) -> bool:
    """Whether whoever began this folder is gone, given that its lock could be taken."""
    return lock.is_sure or time.time() - staging.stat().st_mtime > _ABANDONED


def _hidden(path: Path, mark: str) -> Path:
    return path.with_name(f".{path.name}{mark}")


def _taken(path: Path) -> RunNameError:
    if (path / "run.json").is_file():
        return RunNameError(f"{shown(path)}: there is a run of this name already; give another name with --name")
    return RunNameError(
        f"{shown(path)}: this name is taken by what is not a run; move it away, or give another name with --name"
    )
