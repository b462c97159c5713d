"""The command line: puts the commands together, and ends with an exit code. Nothing heavy is imported before a command
needs it.
"""

from __future__ import annotations

import importlib
import os
import signal
import sys

import click

from aidplan.commands.exit_codes import ExitCode
from aidplan.console import own_fault
from aidplan.version import __version__

CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}

COMMANDS = (
    "template",
    "check",
    "watch",
    "solve",
    "explain",
    "compare",
    "roll",
    "levers",
    "stress",
    "pressure",
    "audit",
    "runs",
    "doctor",
)
"""Each a module of `aidplan.commands` whose ``command`` it is; in the order of the help."""


class Commands(click.Group):
    """The commands, each imported when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Their names."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """The command of that name; None where there is none."""
        if name not in COMMANDS:
            return None
        found: click.Command = importlib.import_module(f"aidplan.commands.{name}").command
        return found


@click.group(cls=Commands, context_settings=CONTEXT)
@click.version_option(__version__, prog_name="aidplan")
def main_group() -> None:
    """Plan lend-lease aid: who pays for what, which plant makes it, when, and how it reaches the front."""


def main() -> None:
    """Run a command and end with its exit code; no traceback reaches a planner."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        code = main_group.main(standalone_mode=False)
    except click.ClickException as problem:
        problem.show()
        code = problem.exit_code
    except (KeyboardInterrupt, click.Abort):
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second one, while leaving, says nothing new
        print("interrupted; nothing half-written was left", file=sys.stderr, flush=True)
        code = ExitCode.INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        code = ExitCode.FAILED
    except Exception as problem:
        if os.environ.get("AIDPLAN_DEBUG"):
            raise
        print(own_fault(problem), file=sys.stderr)
        code = ExitCode.FAILED
    _leave(int(code) if isinstance(code, int) else 0)


def _leave(code: int) -> None:
    """End at once: a solver's thread may still be at work after an interrupt."""
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except (BrokenPipeError, ValueError):
        code = code or 1
    os._exit(code)


if __name__ == "__main__":
    main()
