"""The planner's file: read once, never written to, with a sentence for whatever stands in the way."""

from __future__ import annotations

import errno
import stat
from pathlib import Path

from aidplan.workbook.file.package import LARGEST_FILE, UnreadableFileError
from aidplan.workbook.findings import nearest


def read_file(path: str | Path) -> bytes:
    """All bytes of the planner's workbook. Raises `UnreadableFileError` with one sentence."""
    path = Path(path)
    try:
        if path.is_dir():
            raise UnreadableFileError("no-file", f"{path} is a folder", "name the workbook in it")
        if path.name.startswith("~$") or path.name.startswith(".~lock."):
            opened = path.name.removeprefix("~$").removeprefix(".~lock.").removesuffix("#")
            raise UnreadableFileError(
                "lock-file",
                f"{path.name} is the lock that is left beside an open workbook",
                f"name the workbook itself, {opened}",
            )
        if not stat.S_ISREG(path.stat().st_mode):
            raise UnreadableFileError("no-file", f"{path} is a pipe or a device, and a workbook is read from a file",
                                      "save the workbook as a file and name that")  # fmt: skip
        if path.stat().st_size > LARGEST_FILE:
            raise UnreadableFileError("too-large", f"{path.name} has {path.stat().st_size / 2**20:,.0f} MiB",
                                      f"a planning workbook has at most {LARGEST_FILE // 2**20}")  # fmt: skip
        return _settled_bytes(path)
    except FileNotFoundError:
        raise UnreadableFileError("no-file", f"there is no file {path}", _other_files(path)) from None
    except OSError as problem:
        raise UnreadableFileError("no-file", f"{path} cannot be read ({_reason(problem)})", _remedy(problem)) from None
    except ValueError as problem:
        if isinstance(problem, UnreadableFileError):
            raise
        raise UnreadableFileError(
            "no-file", "the path holds a character that no path may hold", "type it again"
        ) from None


def _settled_bytes(path: Path) -> bytes:
    """The file's bytes, read again where it changed meanwhile: a synchronised folder or Excel may be writing it."""
    for _ in range(3):
        before = path.stat()
        data = path.read_bytes()
        after = path.stat()
        if (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns) and len(data) == after.st_size:
            return data
    raise UnreadableFileError(
        "no-file",
        f"{path.name} is being written by another program",
        "wait until it is saved and synchronised, and try again",
    )


def _other_files(path: Path) -> str:
    try:
        here = [
            other.name
            for other in path.parent.iterdir()
            if other.suffix.lower() == ".xlsx" and not other.name.startswith(("~$", "."))
        ]
    except OSError:
        return f"the folder {path.parent} is not there either"
    near = nearest(path.name, here)
    return f"did you mean {path.parent / near}?" if near else "look at its name and folder"


def _reason(problem: OSError) -> str:
    return problem.strerror or type(problem).__name__


def _remedy(problem: OSError) -> str:
    if problem.errno in (errno.EACCES, errno.EPERM, errno.EBUSY) or getattr(problem, "winerror", None) in (32, 33):
        return "close it in other programs, or ask for the right to read it"
    if problem.errno == errno.ENAMETOOLONG:
        return "use a shorter name"
    return "wait until it is synchronised, or copy it to a local folder"
