"""A lock file that a live process holds, and that the system lets go of when the process dies."""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl


class Lock:
    """A held lock. ``is_sure`` is False where the disk knows no locks, so that nothing is known of others."""

    def __init__(self, path: Path, descriptor: int, is_sure: bool) -> None:
        self._path = path
        self._descriptor = descriptor
        self.is_sure = is_sure

    @classmethod
    def take(cls, path: Path) -> Lock | None:
        """The lock at ``path``, or None where another holds it. Raises `OSError` where no file can be made."""
        while True:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o644)
            held = _hold(descriptor)
            if held is None:
                os.close(descriptor)
                return None
            if _is_same(path, descriptor):
                return cls(path, descriptor, is_sure=held)
            os.close(descriptor)  # its last holder took the file away meanwhile

    def release(self) -> None:
        """Takes the file away while it is still held, then lets go."""
        with contextlib.suppress(OSError):
            self._path.unlink()
        with contextlib.suppress(OSError):
            os.close(self._descriptor)
        if sys.platform == "win32":  # which unlinks no open file
            with contextlib.suppress(OSError):
                self._path.unlink()


def _hold(descriptor: int) -> bool | None:
    """True: held. None: another holds it. False: this disk cannot tell."""
    try:
        if sys.platform == "win32":
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return None
    except OSError:
        return False
    return True


def _is_same(path: Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except OSError:
        return False
