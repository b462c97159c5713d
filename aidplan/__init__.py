"""aidplan: the planning desk of a joint arms-aid headquarters.

>>> import aidplan
>>> run = aidplan.solve("inputs/small.xlsx", scenario="surge")
>>> run.goals["coverage"] < 0.5
True

Nothing heavy is imported before it is used. What is here, with examples: `aidplan.interface`.

Three functions share their names with rooms of the package (`solve`, `compare`, `roll`): as an attribute of the package
such a room can be called, and calling it calls the function, whichever of its modules was imported before.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

from aidplan.version import __version__ as __version__

_ROOMS = ("compare", "roll", "solve")
_PUBLIC = (
    "Error",
    "NoPlanExists",
    "NotVerified",
    "Run",
    "RunNotFound",
    "Stopped",
    "UnknownScenario",
    "Workbook",
    "WorkbookRefused",
    "levers",
    "open_run",
    "open_workbook",
    "stress",
)

if TYPE_CHECKING:
    from aidplan.interface import Error as Error
    from aidplan.interface import NoPlanExists as NoPlanExists
    from aidplan.interface import NotVerified as NotVerified
    from aidplan.interface import Run as Run
    from aidplan.interface import RunNotFound as RunNotFound
    from aidplan.interface import Stopped as Stopped
    from aidplan.interface import UnknownScenario as UnknownScenario
    from aidplan.interface import Workbook as Workbook
    from aidplan.interface import WorkbookRefused as WorkbookRefused
    from aidplan.interface import levers as levers
    from aidplan.interface import open_run as open_run
    from aidplan.interface import open_workbook as open_workbook
    from aidplan.interface import stress as stress


class _Room(ModuleType):
    """A room of the package that shares its name with a function: to call it is to call the function."""

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        interface = import_module("aidplan.interface")
        return getattr(interface, self.__name__.rpartition(".")[2])(*arguments, **options)


class _Package(ModuleType):
    """The package itself: a room that becomes its attribute can be called."""

    def __setattr__(self, name: str, value: Any) -> None:
        if name in _ROOMS and isinstance(value, ModuleType):
            value.__class__ = _Room
        super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package


def __getattr__(name: str) -> Any:
    if name in _ROOMS:
        return import_module(f"aidplan.{name}")
    if name in _PUBLIC:
        return getattr(import_module("aidplan.interface"), name)
    raise AttributeError(f"aidplan has no `{name}`; it has {', '.join(sorted((*_PUBLIC, *_ROOMS)))}")


def __dir__() -> list[str]:
    return sorted([*_PUBLIC, *_ROOMS, "__version__"])
