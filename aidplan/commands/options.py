"""Options that several commands have, each written once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

Decorator = Callable[[Any], Any]

FILE = click.Path(path_type=Path)


def console_options(command: Any) -> Any:
    """The options ``--json`` and ``--quiet`` that every command has."""
    command = click.option("--quiet", is_flag=True, help="Show no progress.")(command)
    return click.option("--json", "as_json", is_flag=True, help="Print one JSON object on standard output.")(command)


def out_option(what: str = "Folder for runs.", default: str | None = "outputs") -> Decorator:
    """``--out``: where a command writes."""
    return click.option(
        "--out",
        type=FILE,
        default=None if default is None else Path(default),
        show_default=default is not None,
        help=what,
    )


def jobs_option(command: Any) -> Any:
    """``--jobs``: how many run at the same time."""
    return click.option(
        "--jobs",
        type=click.IntRange(min=0),
        default=0,
        show_default=True,
        help="Runs at the same time; 0: one per core.",
    )(command)


def threads_option(command: Any) -> Any:
    """``--threads``: of one solve."""
    return click.option(
        "--threads",
        type=click.IntRange(min=0),
        default=0,
        show_default=True,
        help="Threads for the solver; 0: its choice.",
    )(command)
