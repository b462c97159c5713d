"""What a run's folder holds, written in order: the manifest with every other file's hash comes last."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aidplan.runs.errors import UNTOUCHED, RunError
from aidplan.runs.tables import write_table

if TYPE_CHECKING:
    import pandas as pd


def fill(
    folder: Path,
    manifest: Mapping[str, Any],
    workbook: bytes | Path,
    findings: Sequence[Mapping[str, Any]],
    tables: Mapping[str, pd.DataFrame] | None,
    reports: Sequence[tuple[str, Callable[[Path], object]]],
    extra: Mapping[str, bytes],
) -> None:
    """Writes a run's files into ``folder`` and makes sure that they are on the disk; ``extra`` are file names and what
    they hold.
    """
    began = time.perf_counter()
    (folder / "workbook.xlsx").write_bytes(workbook if isinstance(workbook, bytes) else workbook.read_bytes())
    (folder / "findings.json").write_bytes(json_bytes([dict(finding) for finding in findings]))
    if tables is not None:
        (folder / "tables").mkdir()
        for name, table in tables.items():
            write_table(folder / "tables" / f"{name}.csv", table)
    for name, held in extra.items():
        (folder / name).write_bytes(held)
    for name, write in reports:
        write_report(folder / name, write)
    files = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.is_file()}
    hashes = {name: sha256(path) for name, path in files.items()}
    _same_workbook(manifest, hashes["workbook.xlsx"])
    for path in files.values():
        sync_file(path)
    run = folder / "run.json"
    run.write_bytes(json_bytes({**_timed(manifest, time.perf_counter() - began), "files": hashes}))
    sync_file(run)
    for inner in {folder, *(path.parent for path in files.values())}:
        sync_folder(inner)


def write_report(path: Path, write: Callable[[Path], object]) -> None:
    """Has ``write`` write the file; a refusal of the disk under another error's coat comes out as `OSError`."""
    try:
        write(path)
    except Exception as error:
        cause: BaseException | None = error
        while cause is not None and not isinstance(cause, OSError):
            cause = cause.__cause__ or cause.__context__
        if cause is None:
            cause = next((a for a in error.args if isinstance(a, OSError)), None)
        if cause is not None:
            raise cause from error
        raise
    if not path.is_file():
        raise OSError(errno.EIO, "a report was not written", str(path))


def sha256(path: Path) -> str:
    """The file's hash as hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sync_file(path: Path) -> None:
    """Returns when the file's bytes are on the disk."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def sync_folder(path: Path) -> None:
    """Returns when the folder's names are on the disk; some systems cannot, and need not, be asked."""
    if os.name == "nt":
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP, errno.EBADF):
            raise
    finally:
        os.close(descriptor)


def _same_workbook(manifest: Mapping[str, Any], written: str) -> None:
    """The copy is the workbook that was solved, also where a planner saves a new one meanwhile."""
    solved = manifest.get("workbook", {}).get("sha256", written)
    if solved != written:
        raise RunError(
            f"{manifest['workbook'].get('file', 'the workbook')} was changed while it was being solved, "
            f"so {UNTOUCHED}; solve it again"
        )


def _timed(manifest: Mapping[str, Any], seconds: float) -> dict[str, Any]:
    timed = dict(manifest)
    if "seconds" in timed:
        spent = dict(timed["seconds"])
        timed["seconds"] = {**spent, "write": round(seconds, 3), "total": round(spent.get("total", 0) + seconds, 3)}
    return timed


def json_bytes(value: object) -> bytes:
    """Text that a person can read; a character that UTF-8 has no place for is escaped, as JSON escapes it."""
    text = json.dumps(value, indent=1, ensure_ascii=False, allow_nan=False, default=_plain)
    return (text + "\n").encode("utf-8", "backslashreplace")


def _plain(value: Any) -> object:
    if hasattr(value, "item"):  # a number of numpy's
        return value.item()
    raise TypeError(f"{type(value).__name__} has no place in a run's files")
