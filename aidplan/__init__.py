"""aidplan: the planning desk of a joint arms-aid headquarters.

>>> import aidplan
>>> run = aidplan.solve("inputs/small.xlsx", scenario="surge")
>>> run.goals["coverage"] < 0.5
True

Nothing heavy is imported before it is used. What is here, with examples: `aidplan.interface`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aidplan.version import __version__ as __version__

_PUBLIC = (
    "Error", "NoPlanExists", "NotVerified", "Run", "RunNotFound", "Stopped", "UnknownScenario", "Workbook", "WorkbookRefused",
    "compare", "levers", "open_run", "open_workbook", "roll", "solve", "stress",
)  # fmt: skip

if TYPE_CHECKING:
    from aidplan.interface import (
        Error as Error,
    )
    from aidplan.interface import (
        Run as Run,
    )


def __getattr__(name: str) -> Any:
    if name in _PUBLIC:
        from aidplan import interface

        return getattr(interface, name)
    raise AttributeError(f"aidplan has no `{name}`; it has {', '.join(_PUBLIC)}")


def __dir__() -> list[str]:
    return sorted([*_PUBLIC, "__version__"])
