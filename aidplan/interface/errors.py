"""Errors of the Python interface: a small tree, whose members carry findings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aidplan.workbook import Finding


class Error(Exception):
    """Something that a planner can put right; ``findings`` are of the workbook, each with its cell."""

    def __init__(self, message: str, findings: Sequence[Finding] = ()) -> None:
        super().__init__(message)
        self.findings = tuple(findings)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (str(self), self.findings)


class WorkbookRefused(Error):
    """The workbook, or the scenario asked for, has errors and is not solved."""


class UnknownScenario(Error):
    """The workbook has no scenario of that name."""


class NoPlanExists(Error):
    """No plan keeps every hard rule; ``explanation`` says which rules and which changes of cells would let
    one exist.
    """

    def __init__(
        self, message: str, findings: Sequence[Finding] = (), explanation: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(message, findings)
        self.explanation = dict(explanation or {})

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (str(self), self.findings, self.explanation)


class Stopped(Error):
    """A limit of time or memory was reached before there was a plan."""


class NotVerified(Error):
    """No answer of the solver could be verified, so there is no plan."""


class RunNotFound(Error):
    """The folder is no whole run, or a name is taken."""
