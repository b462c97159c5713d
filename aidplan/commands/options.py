"""Options that several commands have, each written once."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
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


@dataclass(frozen=True)
class BatchOptions:
    """How a batch is run: how many ``jobs`` at the same time (0: one per core), whether whole runs are used again
    (``resume``), whether nobody is asked (``yes``), and the address of a Dask scheduler (``cluster``).
    """

    jobs: int = 0
    resume: bool = False
    yes: bool = False
    cluster: str | None = None


def batch_options(command: Any) -> Any:
    """``--jobs``, ``--resume``, ``--yes`` and ``--cluster``; the command gets them as ``batch``."""

    @functools.wraps(command)
    def with_batch(*, jobs: int, resume: bool, yes: bool, cluster: str | None, **others: Any) -> Any:
        return command(batch=BatchOptions(jobs, resume, yes, cluster), **others)

    options = (
        click.option(
            "--jobs",
            type=click.IntRange(min=0),
            default=0,
            show_default=True,
            help="Runs at the same time; 0: one per core.",
        ),
        click.option("--resume", is_flag=True, help="Use whole runs of the same workbook, options and versions again."),
        click.option("--yes", is_flag=True, help="Start a long batch without asking."),
        click.option("--cluster", metavar="ADDRESS", help="Solve on the workers of this Dask scheduler."),
    )
    return functools.reduce(lambda made, option: option(made), reversed(options), with_batch)


def threads_option(command: Any) -> Any:
    """``--threads``: of one solve."""
    return click.option(
        "--threads",
        type=click.IntRange(min=0),
        default=0,
        show_default=True,
        help="Threads for the solver; 0: its choice.",
    )(command)
