"""What can go wrong with a run folder, said in a planner's sentence."""

from __future__ import annotations

import errno
from pathlib import Path

UNTOUCHED = "no run was written and earlier runs are as they were"


class RunError(Exception):
    """A run could not be written, opened or listed; the text is one sentence for the planner."""


class RunNameError(RunError):
    """The name given for a run cannot be used: taken, too long, or no name of one folder."""


class ChangedRunError(RunError):
    """A file of the run is not the one that was written."""


class RefusedRunError(RunError):
    """The run's workbook is refused by this version."""


def shown(text: object) -> str:
    """The text for a message: what does not print is escaped, so that no name can steer a terminal."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in str(text))


def write_failure(error: OSError, run: Path) -> RunError:
    """The sentence for a failed write of the run at ``run``."""
    folder = shown(run.parent)
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        why, remedy = "the disk is full", "free some space, or give another folder with --out"
    elif error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        why, remedy = f"the folder {folder} may not be written to", "give a folder of your own with --out"
    elif error.errno in (errno.ENOTDIR, errno.EEXIST):
        why, remedy = f"{shown(error.filename or folder)} is not a folder", "give a folder with --out"
    elif error.errno == errno.ENAMETOOLONG:
        why, remedy = "the name is too long for this disk", "give a shorter one with --name"
    elif error.errno == errno.EFBIG:
        why, remedy = "a file grew past the size allowed here", "give another folder with --out"
    else:
        why, remedy = f"writing failed ({error.strerror or error})", "give another folder with --out"
    return RunError(f"{shown(run)}: {why}, so {UNTOUCHED}; {remedy}")
