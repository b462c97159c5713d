"""Files written whole or not at all, whatever the disk says; every refusal is an `OSError`."""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from pathlib import Path

PLACE_IS_WRONG = (errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.EACCES, errno.EPERM, errno.EROFS, errno.ENAMETOOLONG)
"""What a planner fixes by naming another place; else the disk failed."""


def write_new(path: Path, data: bytes) -> Path:
    """Writes a file that is not there yet; raises `FileExistsError` where one is, and leaves nothing half-written."""
    with path.open("xb", buffering=0) as file:
        try:
            _write_all(file.fileno(), data)
        except BaseException:
            with suppress(OSError):
                path.unlink(missing_ok=True)
            raise
    return path


def write_over(path: Path, data: bytes) -> Path:
    """Writes a file beside its place and moves it in, in place of what stands there."""
    staging = path.with_name(f".{path.name}.{os.getpid()}.part")
    with suppress(OSError):
        staging.unlink(missing_ok=True)
    write_new(staging, data)
    try:
        staging.replace(path)
    except OSError:
        with suppress(OSError):
            staging.unlink(missing_ok=True)
        raise
    return path


def _write_all(descriptor: int, data: bytes) -> None:
    """All bytes, to the disk itself: a full one is found out here, and not when the file is closed."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]
    with suppress(OSError):  # some network folders and pipes cannot
        os.fsync(descriptor)
