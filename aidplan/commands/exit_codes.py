"""Exit codes of every command, once."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum


class ExitCode(IntEnum):
    """How a command ended, for scripts; ``meaning`` says it in words."""

    meaning: str

    def __new__(cls, value: int, meaning: str) -> ExitCode:
        """A code with its meaning."""
        code = int.__new__(cls, value)
        code._value_, code.meaning = value, meaning
        return code

    DONE = 0, "done"
    FAILED = 1, "anything else: a full disk, a fault of aidplan's own"
    USAGE = 2, "wrong usage: an unknown scenario, a name that is taken"
    REFUSED = 3, "the workbook is refused; the findings are printed"
    NO_PLAN = 4, "no plan exists; an explanation is printed"
    STOPPED = 5, "stopped before a plan was found"
    NOT_VERIFIED = 6, "the plan could not be verified, or an audit failed"
    INTERRUPTED = 130, "interrupted"


WORST_LAST = (
    ExitCode.DONE,
    ExitCode.USAGE,
    ExitCode.REFUSED,
    ExitCode.STOPPED,
    ExitCode.NO_PLAN,
    ExitCode.NOT_VERIFIED,
    ExitCode.FAILED,
    ExitCode.INTERRUPTED,
)
"""Exit codes in the order in which a later one is worse."""


def worst(codes: Iterable[ExitCode]) -> ExitCode:
    """The exit code of a command that did several things: the worst of theirs."""
    return max(codes, key=WORST_LAST.index, default=ExitCode.DONE)
